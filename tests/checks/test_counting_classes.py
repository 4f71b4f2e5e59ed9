"""Classes that hold or count labels and predictions and answer by methods: right ones are clean, one changed line is seen."""

import ast
import textwrap

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.probing import load_probes
from scratchwork.checks.recognising import metric_subjects, recognise
from scratchwork.checks.registry import PROBES, Target
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views import returned
from scratchwork.checks.views.metric_blame import callees_first

load_probes()

TALLY = """
    import numpy as np

    class Tally:
        def __init__(self, n_classes):
            self.m = np.zeros((n_classes, n_classes), dtype=int)

        def add(self, actual, predicted):
            self.m[actual][predicted] += 1

        @property
        def accuracy(self):
            return np.trace(self.m) / self.m.sum()

        def precision(self, label):
            col = self.m[:, label].sum()
            return self.m[label, label] / col if col else 0.0

        def recall(self, label):
            row = self.m[label].sum()
            return self.m[label, label] / row if row else 0.0

        def makro(self, what):
            found = [what(c) for c in range(len(self.m))]
            return sum(found) / len(found)

        def f_beta(self, label, beta=1.0):
            p, r = self.precision(label), self.recall(label)
            return (1 + beta ** 2) * p * r / (beta ** 2 * p + r) if p + r else 0.0
"""

UNNAMED = """
    import numpy as np

    class Judge:
        def __init__(self):
            self.m = np.zeros((5, 5))

        def hear(self, one, other):
            np.add.at(self.m, (np.asarray(other), np.asarray(one)), 1)

        def precision(self, c):
            return self.m[c, c] / (self.m[:, c].sum() or 1)

        def recall(self, c):
            return self.m[c, c] / (self.m[c].sum() or 1)
"""

FOUR = """
    class Evaluator:
        def __init__(self):
            self.tp = self.fp = self.tn = self.fn = 0

        def update(self, preds, targets):
            for p, t in zip(preds, targets):
                if p == 1 and t == 1:
                    self.tp += 1
                elif p == 1:
                    self.fp += 1
                elif t == 1:
                    self.fn += 1
                else:
                    self.tn += 1

        def compute(self):
            total = self.tp + self.fp + self.tn + self.fn
            prec = self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0
            rec = self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0
            return {"acc": (self.tp + self.tn) / total, "precision": prec, "recall": rec}

        def show(self):
            said = self.compute()
            print("accuracy: %.1f%%" % (100 * said["acc"]))
            print("precision: %.1f%%" % (100 * said["precision"]))
"""

SCORED = """
    import numpy as np

    class Meter:
        counts = None

        def __init__(self, num_classes):
            self.counts = np.zeros((num_classes, num_classes))

        def update(self, logits, target):
            np.add.at(self.counts, (target, logits.argmax(axis=1)), 1)

        def per_class(self):
            hits = np.diag(self.counts)
            precision = hits / np.maximum(self.counts.sum(axis=0), 1)
            recall = hits / np.maximum(self.counts.sum(axis=1), 1)
            f1 = 2 * hits / np.maximum(self.counts.sum(axis=0) + self.counts.sum(axis=1), 1)
            return precision, recall, f1

        def macro(self):
            # over the classes that were seen
            seen = self.counts.sum(axis=0) + self.counts.sum(axis=1) > 0
            return tuple(value[seen].mean() for value in self.per_class())
"""

HELD = """
    import numpy as np

    class Rapport:
        def __init__(self, y_vrai, y_predit):
            self.vrai, self.predit = np.asarray(y_vrai), np.asarray(y_predit)
            self.classes = np.unique(np.concatenate([self.vrai, self.predit]))

        def matrice(self):
            return np.array([[np.sum((self.vrai == a) & (self.predit == b)) for b in self.classes] for a in self.classes])

        def exactitude(self):
            return float(np.mean(self.vrai == self.predit))
"""


def found(tmp_path, text):
    """{(code, function)} of the errors and warnings."""
    path = tmp_path / "theirs.py"
    path.write_text(textwrap.dedent(text))
    space, tree, call = {"__name__": "user_module"}, ast.parse(textwrap.dedent(text)), Caller(file=str(path))
    exec(compile(tree, str(path), "exec"), space)
    nodes, lines = returned.functions_of(tree), recognise.lines_of(tree)
    shared, said = {"lines": lines, "nodes": nodes, "namespace": space}, set()
    for subject in callees_first(list(metric_subjects.metric_subjects(space, nodes, lines, (), call)), nodes):
        target = Target(subject.value, subject.name, subject.kind, 1, load_source(path), dict(shared))
        for probe in (item for item in PROBES if item.applies(subject.kind)):
            try:
                entries = [entry for entry in probe.function(target, call) if entry.severity != "remark"]
            except CannotCheck:
                continue
            said |= {(entry.code, entry.function or subject.name.rpartition(".")[2]) for entry in entries}
    return said


@pytest.mark.parametrize("text", [TALLY, UNNAMED, FOUR, SCORED, HELD])
def test_right_classes_are_clean(tmp_path, text):
    assert found(tmp_path, text) == set()


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (TALLY, "self.m[actual][predicted]", "self.m[predicted][actual]", ("SW-E8", "add")),
        (TALLY, "self.m[:, label].sum()", "self.m[label].sum()", ("SW-E7", "precision")),
        (TALLY, " if col else 0.0", "", ("SW-E3", "precision")),
        (TALLY, "sum(found) / len(found)", "found[1]", ("SW-E2", "makro")),
        (TALLY, "sum(found) / len(found)", "sum(found) / sum(v > 0 for v in found)", ("SW-E12", "makro")),
        (TALLY, "(beta ** 2 * p + r)", "(p + beta ** 2 * r)", ("SW-E7", "f_beta")),
        (UNNAMED, "/ (self.m[c].sum() or 1)", "/ self.m[c].sum()", ("SW-E3", "recall")),
        (UNNAMED, "/ (self.m[:, c].sum() or 1)", "/ (self.m.sum() or 1)", ("SW-E7", "precision")),
        (FOUR, "rec = self.tp / (self.tp + self.fn)", "rec = self.tp / (self.tp + self.tn)", ("SW-E7", "compute")),
        (FOUR, "            self.tp = self.fp = self.tn = self.fn = 0", "            pass\n\n        tp = fp = tn = fn = 0", None),
        (FOUR, '"accuracy: %.1f%%" % (100 * said["acc"])', '"accuracy: %.1f%%" % said["acc"]', ("SW-E10", "show")),
        (SCORED, "(target, logits.argmax(axis=1))", "(logits.argmax(axis=1), target)", ("SW-E8", "update")),
        (SCORED, "hits / np.maximum(self.counts.sum(axis=0), 1)", "hits / self.counts.sum(axis=0)", ("SW-E3", "per_class")),
        (SCORED, "value[seen].mean()", "value.mean()", ("SW-E12", "macro")),
        (SCORED, "counts = None", "counts = np.zeros((3, 3))", None),
        (SCORED, "self.counts = np.zeros((num_classes, num_classes))", "self.counts = Meter.kept.setdefault(num_classes, np.zeros((num_classes, num_classes)))",
         ("SW-P12", "__init__")),
        (HELD, "for b in self.classes] for a in self.classes]", "for a in self.classes] for b in self.classes]", ("SW-E8", "matrice")),
    ],
)  # fmt: skip
def test_one_changed_line_is_seen(tmp_path, text, old, new, said):
    assert text.count(old) == 1
    changed = text.replace(old, new).replace("counts = None", "counts, kept = None, {}")
    assert said in found(tmp_path, changed) if said else found(tmp_path, changed) == set()
