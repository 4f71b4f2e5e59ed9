"""Models x data sets x seeds: the same splits and the same budget for every model, one tidy table, and what it shows.

Cells are stored as they are finished, so a killed comparison computes only what is missing.
"""

import itertools
from typing import Any, NamedTuple

from scratchwork.arrays import check_number
from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.protocol import RunRecord, review
from scratchwork.experiments.cells import Cell, score_name
from scratchwork.experiments.grid import run_cells, tidy_csv
from scratchwork.experiments.judge import judge
from scratchwork.experiments.material import TEST_SHARE
from scratchwork.experiments.sweep import Line, default_store, rights

COLUMNS = (
    "dataset", "model", "implementation", "seed", "score_name", "score", "train_score", "iterations", "fit_seconds",
    "peak_mb", "error",
)  # fmt: skip


class Comparison(NamedTuple):
    """The models on one data set.

    Attributes
    ----------
    material : Material
    contenders : list of Contender
        Those that are installed.
    lines : list of Line
        One for each contender: its scores over the seeds.
    verdict : Verdict
        Every pair: the corrected resampled t test over splits, or McNemar's test of the fitted models for one seed.
    flags : list of Flag
        What the protocol guard has to say.
    """

    material: Any
    contenders: list
    lines: list
    verdict: Any
    flags: list


def run_comparison(
    materials, contenders, *, seeds=5, folder=None, resume=True, jobs=None, backend="loky", progress=None
):
    """Compare contenders on several data sets.

    Parameters
    ----------
    materials : sequence of Material
        With different names.
    contenders : sequence of Contender
        From ``experiments.contenders``, or made by hand; those with ``missing`` are left out.
    seeds : int
    folder, resume, jobs, backend, progress
        As in `run_cells`.

    Returns
    -------
    list of Comparison
        One for each data set.
    """
    check_number("seeds", seeds, integer=True, at_least=1)
    names = [material.name for material in materials]
    if len(set(names)) < len(names):
        raise InvalidArgumentError(f"materials have the names {names}; they must be different from each other.")
    present = [contender for contender in contenders if not contender.missing]
    options = {"resume": resume, "jobs": jobs, "backend": backend, "progress": progress}
    found = []
    for material in materials:
        cells = [
            Cell(f"{material.name}, {one.model} ({one.implementation}), seed {seed}", one.make(None), material.standardise, seed)
            for one, seed in itertools.product(present, range(seeds))
        ]  # fmt: skip
        results = run_cells(cells, material, folder or default_store(), **options).results
        found.append(compared(material, present, results, seeds))
    return found


def compared(material, contenders, results, seeds):
    """The results of one data set, contender by contender, judged."""
    lines = [
        Line("model", f"{one.model} ({one.implementation})", {}, tuple(results[i * seeds : (i + 1) * seeds]))
        for i, one in enumerate(contenders)
    ]
    digests = [[result["digest"] for result in line.results] for line in lines]
    verdict = judge([line.scores for line in lines], TEST_SHARE, digests=digests, right=rights(lines))
    records = [
        RunRecord(
            line.value, model=one.model, implementation=one.implementation, data=material.digest, rows=len(material),
            split=f"seeds 0 to {seeds - 1}", seeds=tuple(range(seeds)), score_name=score_name(material),
            preparation=f"standardise={material.standardise}", reported_on="validation part", learnt_before_split=False,
            curve_scale=next((result["curves"][0] for result in line.results if result["curves"]), None),
        )
        for one, line in zip(contenders, lines)
    ]  # fmt: skip
    return Comparison(material, contenders, lines, verdict, review(records, looks=material.looks, chosen_by_score=True))


def comparison_csv(comparisons):
    """One row for each data set, model and seed."""
    rows = [
        {**result, "dataset": one.material.name, "model": contender.model, "implementation": contender.implementation,
         "seed": seed, "score_name": score_name(one.material)}
        for one in comparisons for contender, line in zip(one.contenders, one.lines)
        for seed, result in enumerate(line.results)
    ]  # fmt: skip
    return tidy_csv(COLUMNS, rows)
