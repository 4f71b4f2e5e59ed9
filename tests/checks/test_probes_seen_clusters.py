"""The steps of a k-means seen at work: no name tells them, centres stand in locals, members in lists."""

import pytest

INSIDE = """
    import numpy as np

    def weit(a, b):
        return np.sqrt(np.sum((a - b) ** 2))

    class Gruppierung:
        def __init__(self, n_clusters=3, seed=0):
            self.n_clusters, self.seed = n_clusters, seed

        def zuteilen(self, X, mitten):
            haufen = [[] for _ in range(len(mitten))]
            for i, zeile in enumerate(X):
                haufen[int(np.argmin([weit(zeile, m) for m in mitten]))].append(i)
            return haufen

        def ruecken(self, X, haufen, mitten):
            return [X[h].mean(axis=0) if h else mitten[j] for j, h in enumerate(haufen)]

        def fit_predict(self, X):
            X = np.asarray(X, dtype=float)
            rng = np.random.default_rng(self.seed)
            mitten = list(X[rng.choice(len(X), self.n_clusters, replace=False)])
            while True:
                haufen = self.zuteilen(X, mitten)
                neu = self.ruecken(X, haufen, mitten)
                if np.allclose(neu, mitten):
                    break
                mitten = neu
            labels = np.empty(len(X), dtype=int)
            for j, h in enumerate(haufen):
                labels[h] = j
            return labels
"""
INSIDE_FAULTS = [
    (("np.sqrt(np.sum((a - b) ** 2))", "np.sqrt(np.sum((a + b) ** 2))"), "SW-K2", "weit"),
    (("X[h].mean(axis=0) if h", "X[h[:-1] or h].mean(axis=0) if h"), "SW-M5", "ruecken"),
    (("X[h].mean(axis=0) if h else mitten[j]", "X[h].mean(axis=0)"), "SW-M1", None),
    (("replace=False", "replace=True"), "SW-M2", None),
    (("                if np.allclose(neu, mitten):\n                    break\n", "                if not np.allclose(neu, mitten):\n                    break\n"), "SW-T13", None),
]  # fmt: skip

STATE = """
    import numpy as np

    class Clusterer:
        def __init__(self, data, k, seed=0):
            self.data, self.k = np.asarray(data, dtype=float), k
            self.means = self.data[np.random.default_rng(seed).choice(len(self.data), k, replace=False)]
            self.owner = None

        def table(self):
            return ((self.data[:, None] - self.means) ** 2).sum(axis=2)

        def own(self):
            self.owner = self.table().argmin(axis=1)

        def move(self):
            for c in range(self.k):
                if (self.owner == c).any():
                    self.means[c] = self.data[self.owner == c].mean(axis=0)

        def run(self):
            for _ in range(100):
                before = self.owner
                self.own()
                if before is not None and (before == self.owner).all():
                    break
                self.move()
            return self

        def distortion(self):
            return float(((self.data - self.means[self.owner]) ** 2).sum())
"""
STATE_FAULTS = [
    (("                if (self.owner == c).any():\n    ", "                if True:\n    "), "SW-M1", "move"),
    (("self.table().argmin(axis=1)", "self.table().argmax(axis=1)"), "SW-K1", "own"),
    (("((self.data - self.means[self.owner]) ** 2).sum()", "np.linalg.norm(self.data - self.means[self.owner], axis=1).sum()"), "SW-M6", "distortion"),
    (("for _ in range(100):", "for _ in range(1):"), "SW-T13", "run"),
]  # fmt: skip

CASES = [(base, *fault) for base, faults in ((INSIDE, INSIDE_FAULTS), (STATE, STATE_FAULTS)) for fault in faults]


LONG = {("SW-K2", "weit"), ("SW-T13", None)}  # eight seconds and more


@pytest.mark.parametrize("base", [INSIDE, STATE], ids=["inside", "state"])
def test_a_right_one_is_clean(judge, base):
    assert [(entry.code, entry.observed) for entry in judge(base).findings if entry.severity == "error"] == []


@pytest.mark.parametrize(
    ("base", "change", "code", "where"),
    [
        pytest.param(*case, id=f"{case[2]} {case[3]}", marks=[pytest.mark.slow] if case[2:] in LONG else [])
        for case in CASES
    ],
)
def test_one_changed_line_is_seen(judge, base, change, code, where):
    assert change[0] in base
    found = [(entry.code, entry.function) for entry in judge(base.replace(*change)).findings]
    assert any(entry[0] == code and where in (None, entry[1]) for entry in found), found


GROUPS = """
import numpy as np

class Groups:
    def __init__(self, data, k, seed=3):
        self.data, self.k, self.seed = np.asarray(data, dtype=float), k, seed

    def differ(self, one, other):
        return any(np.linalg.norm(one[j] - other[j]) > 0 for j in range(self.k))

    def fit(self):
        dice = np.random.default_rng(self.seed)
        centers = self.data[dice.choice(len(self.data), self.k, replace=False)]
        while True:
            self.assignment = ((self.data[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
            old, centers = centers, centers.copy()
            for j in set(self.assignment.tolist()):
                centers[j] = self.data[self.assignment == j].mean(axis=0)
            if not self.differ(old, centers):
                break
        self.centers = centers
        return self.assignment
"""


def test_a_loop_that_nothing_counts_ends_where_nothing_moves(tmp_path):
    """Its labels lag behind where it is left too early: the test that ends it is wrong, and not the order of its steps."""
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.probes.seen_clusters import on_noise_it_ends_with_its_own_labels
    from scratchwork.checks.recognising import recognise
    from scratchwork.checks.registry import Target
    from scratchwork.checks.running.call import Caller
    from scratchwork.checks.running.loading import load
    from scratchwork.checks.views.estimator import Estimator
    from scratchwork.checks.views.returned import functions_of

    def codes(text):
        path = tmp_path / "theirs.py"
        path.write_text(text)
        source, caller = load_source(path), Caller(10, 60, str(path))
        space = load(source, caller).namespace
        space["__tree__"] = source.tree
        target = Target(Estimator(space["Groups"], "Groups", caller), "Groups", "kmeans", 4, source)
        target.namespace |= {
            "namespace": space,
            "nodes": functions_of(source.tree),
            "lines": recognise.lines_of(source.tree),
        }
        return [entry.code for entry in on_noise_it_ends_with_its_own_labels(target, caller)]

    assert codes(GROUPS) == []
    assert codes(GROUPS.replace("for j in range(self.k))", "for j in range(1))")) == ["SW-T13"]
