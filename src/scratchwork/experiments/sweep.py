"""Vary the parameters of a model, one at a time or on a grid, on the same splits, and say what that shows.

plan the cells -> fit what is missing -> judge each parameter -> Sweep
"""

import itertools
import pathlib
from dataclasses import dataclass

import numpy as np

from scratchwork.arrays import check_choice, check_number
from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.protocol import RunRecord, require_only, review
from scratchwork.experiments.cells import Cell, score_name
from scratchwork.experiments.grid import as_text, run_cells
from scratchwork.experiments.judge import Verdict, interval_of, judge
from scratchwork.experiments.material import TEST_SHARE, Material
from scratchwork.experiments.values import STANDARDISE, check_names

MODELS = {
    "mlp": {"classification": "mlp.MLPClassifier", "regression": "mlp.MLPRegressor"},
    "knn": {
        "classification": "nearest_neighbors.KNeighborsClassifier",
        "regression": "nearest_neighbors.KNeighborsRegressor",
    },
    "logistic": {"classification": "logistic_regression.LogisticRegression"},
    "linear": {"regression": "linear_regression.LinearRegression"},
    "kmeans": {"clustering": "kmeans.KMeans"},
}
BUDGETS = ("max_iter",)


@dataclass(frozen=True)
class Line:
    """One value of one parameter (or one combination), over all seeds.

    ``results`` are those of ``cells.fit_cell``, one for each seed; ``settings`` what differs from the base.
    """

    parameter: str
    value: object
    settings: dict
    results: tuple

    @property
    def scores(self):
        """One score for each seed; NaN where the fit diverged."""
        return np.array([np.nan if r["score"] is None else r["score"] for r in self.results])

    @property
    def train_scores(self):
        return np.array([np.nan if r["train_score"] is None else r["train_score"] for r in self.results])

    @property
    def diverged(self):
        return sum(1 for r in self.results if r["score"] is None)


@dataclass(frozen=True)
class Sweep:
    """What a sweep found.

    Attributes
    ----------
    material : Material
    model : str
    estimator : object
        The base: what is not varied is as here.
    varied : dict of str to tuple
    seeds : tuple of int
    grid : bool
    lines : list of Line
        In the order of the plan.
    verdicts : dict of str to Verdict
        For each parameter; of a grid first for the combinations, then for each parameter averaged over the others.
    groups : dict of str to list of Line
        The lines that each verdict is about; its positions count them.
    score_name : str
    n_read, n_fits : int
        How many different fits there are, and how many of them were read from the store.
    flags : list of Flag
        What the protocol guard has to say.
    """

    material: Material
    model: str
    estimator: object
    varied: dict
    seeds: tuple
    grid: bool
    lines: list
    verdicts: dict[str, Verdict]
    groups: dict
    score_name: str
    n_read: int
    n_fits: int
    flags: list


def make_model(model, task, settings=()):
    """The estimator of a model's name for a task, with settings that are not varied.

    >>> make_model("knn", "classification", {"n_neighbors": 3})
    KNeighborsClassifier(n_neighbors=3)
    """
    from importlib import import_module

    check_choice("model", model, MODELS)
    if task not in MODELS[model]:
        raise InvalidArgumentError(f"model={model!r} is for {', '.join(MODELS[model])}; this target is for {task}.")
    file, _, name = MODELS[model][task].partition(".")
    estimator = getattr(import_module(f"scratchwork.models.{file}"), name)()
    settings = dict(settings)
    check_names(list(settings), estimator)
    return estimator.set_params(**{name: value for name, value in settings.items() if name != STANDARDISE})


def task_of_model(model):
    """The task that a model forces, or None where the target decides."""
    return "clustering" if list(MODELS[check_choice("model", model, MODELS)]) == ["clustering"] else None


def run_sweep(material, model, vary, *, seeds=5, grid=False, settings=None, folder=None, resume=True, jobs=None,
              backend="loky", progress=None):  # fmt: skip
    """Try values of a model's parameters on the same splits.

    Parameters
    ----------
    material : Material
    model : str or estimator
        "mlp", "knn", "kmeans", "logistic", "linear", or an estimator to start from.
    vary : dict of str to sequence
        The values of each parameter; "standardise" may be one of them.
    seeds : int
        How many: 0, 1, ... Each is a split of its own and the estimator's random state.
    grid : bool
        All combinations, instead of one parameter at a time with the others as in the base.
    settings : dict, optional
        Parameters of the base that differ from the model's defaults.
    folder : path, optional
        Where finished cells are stored; by default the user's cache folder.
    resume, jobs, backend, progress
        As in `run_cells`.

    Returns
    -------
    Sweep
    """
    check_number("seeds", seeds, integer=True, at_least=1)
    settings = dict(settings or {})
    estimator = make_model(model, material.task, settings) if isinstance(model, str) else model
    check_names(list(vary), estimator)
    plan = combinations(vary) if grid else one_at_a_time(vary)
    base = settings.get(STANDARDISE, material.standardise)
    cells = [cell_of(estimator, changes, base, seed) for seed in range(seeds) for _, _, changes in plan]
    folder = folder or default_store()
    found = run_cells(cells, material, folder, resume=resume, jobs=jobs, backend=backend, progress=progress)
    by_seed = [found.results[seed * len(plan) : (seed + 1) * len(plan)] for seed in range(seeds)]
    lines = [Line(*step, tuple(row[i] for row in by_seed)) for i, step in enumerate(plan)]
    groups = {name: [line for line in lines if line.parameter == name] for name in dict.fromkeys(p for p, _, _ in plan)}
    verdicts = {name: verdict_on(group) for name, group in groups.items()}
    if grid and len(vary) > 1:
        groups |= {name: averaged(lines, name, values) for name, values in vary.items()}
        verdicts |= {name: main_effect(lines, name, values, groups[name]) for name, values in vary.items()}
    name = model if isinstance(model, str) else type(model).__name__
    guard = guarded(material, name, estimator, base, lines, groups, seeds, grid)
    return Sweep(material, name, estimator, {k: tuple(v) for k, v in vary.items()}, tuple(range(seeds)), grid, lines,
                 verdicts, groups, score_name(material), found.n_read, found.n_fits, guard)  # fmt: skip


def default_store():
    """The cells' folder in the user's cache."""
    from scratchwork.datasets.idx_images import cache_folder

    return pathlib.Path(cache_folder()) / "cells"


def one_at_a_time(vary):
    """[(parameter, value, {parameter: value})] of each value of each parameter."""
    return [(name, value, {name: value}) for name, values in vary.items() for value in values]


def combinations(vary):
    """[(names, {name: value}, {name: value})] of all combinations; of one parameter as `one_at_a_time`."""
    if len(vary) == 1:
        return one_at_a_time(vary)
    together = [dict(zip(vary, values)) for values in itertools.product(*vary.values())]
    return [(",".join(vary), changes, changes) for changes in together]


def cell_of(estimator, changes, standardise, seed):
    """One cell: the base with some parameters changed."""
    from sklearn.base import clone

    changed = clone(estimator).set_params(**{k: v for k, v in changes.items() if k != STANDARDISE})
    label = ", ".join(f"{name}={as_text(value)}" for name, value in changes.items())
    return Cell(f"{label}, seed {seed}", changed, bool(changes.get(STANDARDISE, standardise)), seed)


def rights(lines):
    """Which held-out rows were right, for each line and seed; None where that means nothing."""
    if any(r["right"] is None for line in lines for r in line.results if r["score"] is not None):
        return None
    return [[None if r["right"] is None else unpacked(r) for r in line.results] for line in lines]


def unpacked(result):
    return np.unpackbits(result["right"], count=result["n_held"]).astype(bool)


def verdict_on(lines):
    """The verdict on the values of one parameter."""
    digests = [[r["digest"] for r in line.results] for line in lines]
    return judge([line.scores for line in lines], TEST_SHARE, digests=digests, right=rights(lines))


def averaged(lines, name, values):
    """For each value of one parameter of a grid, a line whose results are lists: those of all combinations with it."""
    grouped = []
    for value in values:
        members = [line for line in lines if line.settings[name] == value]
        per_seed = zip(*(line.results for line in members))
        grouped.append(Line(name, value, {name: value}, tuple(mean_result(results) for results in per_seed)))
    return grouped


def mean_result(results):
    """The results of one seed, averaged over the combinations: None where any diverged."""
    scores = {}
    for key in ("score", "train_score", "fit_seconds", "peak_mb"):
        values = [result[key] for result in results]
        scores[key] = None if None in values else float(np.mean(values))
    digest = " ".join(str(result["digest"]) for result in results)
    return {**results[0], **scores, "digest": digest, "right": None, "curves": None, "warnings": ()}


def main_effect(lines, name, values, group):
    """The verdict on one parameter of a grid, its scores averaged over the other parameters."""
    digests = [[r["digest"] for r in line.results] for line in group]
    every = rights(lines)
    right = None
    if every is not None and len(group[0].results) > 1 and not any(line.diverged for line in lines):
        members = [[i for i, line in enumerate(lines) if line.settings[name] == value] for value in values]
        seeds = range(len(group[0].results))
        right = [[np.mean([every[i][seed] for i in some], axis=0) for seed in seeds] for some in members]
    return judge([line.scores for line in group], TEST_SHARE, digests=digests, right=right)


def guarded(material, model, estimator, standardise, lines, groups, seeds, grid):
    """The protocol guard on the sweep: refuses what confuses two effects, and returns its flags."""
    records = {id(line): record_of(material, model, estimator, standardise, line, seeds) for line in lines}
    if not grid:
        for name, group in groups.items():
            for line in group[1:]:
                require_only(records[id(group[0])], records[id(line)], name, allowed=("updates",))
    varied = {name for line in lines for name in line.settings} | {"preparation"}
    return review(list(records.values()), looks=material.looks, varied=varied, chosen_by_score=True)


def record_of(material, model, estimator, standardise, line, seeds):
    """The record of one line for the guard."""
    parameters = {**estimator.get_params(deep=False), STANDARDISE: standardise} | line.settings
    curve = next((r["curves"][0] for r in line.results if r["curves"]), None)
    budget = {name: parameters[name] for name in BUDGETS if name in parameters}
    if "max_iter" not in line.settings:
        budget |= updates_of(estimator, parameters, len(material))
    return RunRecord(
        name=", ".join(f"{name}={as_text(value)}" for name, value in line.settings.items()), model=model,
        implementation=type(estimator).__module__, parameters=parameters, data=material.digest, rows=len(material),
        split=f"seeds 0 to {seeds - 1}", seeds=tuple(range(seeds)), score_name=score_name(material), budget=budget,
        reported_on="validation part", learnt_before_split=False, curve_scale=curve,
    )  # fmt: skip


def updates_of(estimator, parameters, n_rows):
    """How many updates a network may make: equal epochs are unequal numbers of updates where batches differ in size."""
    size, n = parameters.get("batch_size"), round((1 - TEST_SHARE) * n_rows)
    if size is None or not hasattr(estimator, "partial_fit"):
        return {}
    rows = {"auto": min(200, n), "full": n}[size] if isinstance(size, str) else min(size, n)
    return {"updates": parameters["max_iter"] * -(-n // rows)}


def interval(sweep, line):
    """The 95 % interval of a line's mean score."""
    bounded = sweep.material.task == "classification"
    return interval_of(line.scores, TEST_SHARE, line.results[0]["n_held"], bounded)


def on_edge(sweep, name):
    """Whether the best value is the smallest or largest number that was tried, so that the best may lie beyond."""
    values, best = [line.value for line in sweep.groups[name]], sweep.verdicts[name].best
    numeric = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    if best is None or not numeric or sweep.verdicts[name].effect == "none":
        return False
    return len(values) > 1 and values[best] in (min(values), max(values))
