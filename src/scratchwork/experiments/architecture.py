"""The architecture study: depth, width, activation and solver of a network on Digits, ours beside the other two.

    python -m scratchwork.experiments.architecture [--seeds 10] [--epochs 60] [--out docs]

Each setting differs from the base in one thing. Every implementation gets the same settings, splits and seeds; scikit-learn
has its own start (Glorot's, as ours here) and order of batches. Finished cells are stored, so a killed study goes on where it
was. The page is made from the table alone: no sentence in it is typed by hand.
"""

import argparse
import pathlib
import sys
import time
from typing import NamedTuple

import numpy as np

from scratchwork.errors import has_extra
from scratchwork.experiments.cells import Cell
from scratchwork.experiments.grid import run_cells, tidy_csv
from scratchwork.experiments.judge import interval_of, judge
from scratchwork.experiments.material import TEST_SHARE, load_material
from scratchwork.experiments.sweep import default_store, unpacked

BASE = {"hidden_layer_sizes": (50,), "activation": "relu", "solver": "adam"}
FACTORS = {
    "width": ("hidden_layer_sizes", ((5,), (10,), (25,), (50,), (100,), (200,))),
    "depth": ("hidden_layer_sizes", ((), (50,), (50, 50), (50, 50, 50), (50, 50, 50, 50))),
    "activation": ("activation", ("relu", "tanh", "sigmoid", "identity")),
    "solver": ("solver", ("adam", "sgd")),
}
RATES = {"adam": 0.001, "sgd": 0.1}
IMPLEMENTATIONS = ("scratchwork", "scikit-learn", "pytorch")
COLUMNS = ("factor", "value", "implementation", "seed", "score", "train_score", "iterations", "fit_seconds", "peak_mb")


class Row(NamedTuple):
    """One setting in one implementation, over all seeds; ``results`` are those of ``fit_cell``."""

    factor: str
    value: str
    implementation: str
    results: tuple

    @property
    def scores(self):
        return np.array([np.nan if r["score"] is None else r["score"] for r in self.results])

    @property
    def seconds(self):
        return float(np.median([r["fit_seconds"] for r in self.results]))


def settings_of(factor, value, epochs):
    """The parameters of one setting: the base with one thing changed. Every fit has the same number of epochs."""
    parameter = FACTORS[factor][0]
    changed = BASE | {parameter: value}
    return changed | {
        "learning_rate_init": RATES[changed["solver"]], "momentum": 0.9 if changed["solver"] == "sgd" else 0.0,
        "alpha": 1e-4, "batch_size": 100, "max_iter": epochs, "n_iter_no_change": epochs, "initialization": "glorot",
    }  # fmt: skip


def estimator_of(implementation, settings):
    """A network with these settings, in one of the three implementations."""
    from scratchwork.counterparts.sklearn_models import sklearn_counterpart
    from scratchwork.models.mlp import MLPClassifier

    if implementation == "pytorch":
        from scratchwork.counterparts.torch_mlp import TorchMLPClassifier

        return TorchMLPClassifier(**settings)
    ours = MLPClassifier(**settings)
    return ours if implementation == "scratchwork" else sklearn_counterpart(ours)


def shown(factor, value):
    """A value as the table shows it.

    >>> shown("depth", (50, 50)), shown("width", (25,)), shown("solver", "sgd")
    ('2', '25', 'sgd')
    """
    if factor == "depth":
        return str(len(value))
    return str(value[0]) if factor == "width" else value


def run_architecture_study(*, seeds=10, epochs=60, folder=None, jobs=None, progress=None):
    """Fit every setting in every implementation that is installed.

    Returns
    -------
    list of Row
    """
    material = load_material("digits")
    present = [name for name in IMPLEMENTATIONS if name != "pytorch" or has_extra("torch")]
    plan = [(f, v, i) for f, (_, values) in FACTORS.items() for v in values for i in present]
    cells = [
        Cell(f"{f} {shown(f, v)}, {i}, seed {seed}", estimator_of(i, settings_of(f, v, epochs)), True, seed)
        for seed in range(seeds) for f, v, i in plan
    ]  # fmt: skip
    found = run_cells(cells, material, folder or default_store(), jobs=jobs, progress=progress).results
    return [Row(f, shown(f, v), i, tuple(found[k :: len(plan)])) for k, (f, v, i) in enumerate(plan)]


def study_csv(rows):
    """One line for each setting, implementation and seed."""
    lines = [
        {**result, "factor": row.factor, "value": row.value, "implementation": row.implementation, "seed": seed}
        for row in rows for seed, result in enumerate(row.results)
    ]  # fmt: skip
    return tidy_csv(COLUMNS, lines)


def verdict_on(rows):
    """The verdict on several rows, in their order."""
    right = None if any(r["right"] is None for row in rows for r in row.results) else [
        [unpacked(r) for r in row.results] for row in rows]  # fmt: skip
    return judge([row.scores for row in rows], TEST_SHARE, digests=[[r["digest"] for r in row.results] for row in rows],
                 right=right)  # fmt: skip


def conclusions(rows):
    """What the table says: each factor in our implementation, then the implementations of each setting."""
    sentences = [about_factor(factor, [r for r in rows if (r.factor, r.implementation) == (factor, "scratchwork")])
                 for factor in FACTORS]  # fmt: skip
    return [*sentences, *about_implementations(rows)]


def about_factor(factor, group):
    """One factor: the best value, whether it can be told from the others."""
    verdict = verdict_on(group)
    best = group[verdict.best]
    worse = [group[p.second].value for p in verdict.pairs if p.first == verdict.best and told(p)]
    others = [group[p.second].value for p in verdict.pairs if p.first == verdict.best and not told(p)]
    text = f"{factor.capitalize()}: {best.value} has the highest mean accuracy, {100 * best.scores.mean():.1f} %."
    if verdict.effect == "none":
        return f"{factor.capitalize()} has no effect here."
    if worse:
        text += f" It can be told from {listed(worse)}."
    if others:
        text += f" It cannot be told from {listed(others)}."
    return text


def told(pair):
    return pair.p_corrected is not None and pair.p_corrected < 0.05


def listed(words):
    """
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def about_implementations(rows):
    """How many settings tell two implementations apart, and how their times compare."""
    names = list(dict.fromkeys(row.implementation for row in rows))
    for other in names[1:]:
        pairs = [(a, b) for a in rows for b in rows
                 if (a.factor, a.value) == (b.factor, b.value) and (a.implementation, b.implementation) == (names[0], other)]  # fmt: skip
        apart = [f"{a.factor} {a.value}" for a, b in pairs if verdict_on([a, b]).effect == "distinguishable"]
        gap = np.mean([a.scores.mean() - b.scores.mean() for a, b in pairs])
        ratio = np.median([b.seconds / a.seconds for a, b in pairs])
        text = f"{names[0]} and {other} can be told apart in {len(apart)} of {len(pairs)} settings"
        text += f" ({listed(apart)})" if apart else ""
        same = sum(int(np.sum(a.scores == b.scores)) for a, b in pairs)
        text += f"; the accuracy is the same in {same} of {sum(len(a.scores) for a, _ in pairs)} fits"
        yield (f"{text}; the mean difference in accuracy is {100 * gap:+.2f} percentage points. {other} takes "
               f"{ratio:.2g} times as long, by the median of the settings.")  # fmt: skip


def study_page(rows, command):
    """The page for the docs, in Markdown."""
    seeds = len(rows[0].results)
    lines = [
        "# Architecture study: Digits", "", f"Made by `{command}`; the table is `architecture_study.csv`.", "",
        f"Each setting differs from the base (one hidden layer of 50, ReLU, Adam) in one thing. {seeds} seeds, each a split "
        "of its own; the accuracy is that of the held-out fifth, with a 95 % interval that counts that splits share rows; "
        "differences by the corrected resampled t test, Holm-corrected within a factor. A fifth of the data was set aside "
        "before and not looked at. Every fit has the same number of epochs; momentum 0.9 and rate 0.1 for sgd, rate 0.001 "
        "for Adam, each one choice and not tuned. Times are medians on one thread, of the computer that made this table; "
        "memory is the largest growth of the process during a fit, 0 where it could use what it had.", "", "## What the table says", "",
        *[f"- {sentence}" for sentence in conclusions(rows)], "", "## The table", "",
        "| factor | value | implementation | accuracy | 95 % interval | training | fit, s | memory, MB |",
        "|---|---|---|---:|---:|---:|---:|---:|", *map(table_line, rows), "",
    ]  # fmt: skip
    return "\n".join(lines)


def table_line(row):
    low, high = interval_of(row.scores, TEST_SHARE, row.results[0]["n_held"], bounded=True)
    span = "–" if low is None else f"{100 * low:.1f} to {100 * high:.1f}"
    train = np.mean([np.nan if r["train_score"] is None else r["train_score"] for r in row.results])
    memory = [r["peak_mb"] for r in row.results if r["peak_mb"] is not None]
    cells = [row.factor, row.value, row.implementation, f"{100 * row.scores.mean():.1f} %", span, f"{100 * train:.1f} %",
             f"{row.seconds:.2f}", f"{max(memory):.1f}" if memory else "–"]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main(arguments=None):
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m scratchwork.experiments.architecture", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--out", default="docs")
    chosen = parser.parse_args(arguments)
    out = pathlib.Path(chosen.out)
    rows = run_architecture_study(seeds=chosen.seeds, epochs=chosen.epochs, jobs=chosen.jobs, progress=progress_lines())
    command = f"python -m scratchwork.experiments.architecture --seeds {chosen.seeds} --epochs {chosen.epochs}"
    out.mkdir(parents=True, exist_ok=True)
    (out / "architecture_study.csv").write_text(study_csv(rows))
    (out / "architecture_study.md").write_text(study_page(rows, command))
    print(f"{out / 'architecture_study.md'} and .csv are written.")


def progress_lines(every=20):
    """``progress(done, total, label)`` that writes a line now and then on stderr, with the time left."""
    started, first = time.monotonic(), None

    def say(done, total, label):
        nonlocal first
        first = done if first is None else first
        if done > first and (done == total or done % every == 0):
            left = (time.monotonic() - started) / (done - first) * (total - done)
            print(f"{done} of {total} fits, about {left:.0f} s left ({label or 'done'})", file=sys.stderr, flush=True)

    return say


if __name__ == "__main__":
    main()
