"""Models x data sets x seeds."""

import csv
import io

import numpy as np
import pytest

from scratchwork.errors import InvalidArgumentError
from scratchwork.experiments import grid
from scratchwork.experiments.cells import fit_cell
from scratchwork.experiments.comparison import comparison_csv, run_comparison
from scratchwork.experiments.contenders import baseline, logistic_contenders, neighbor_contenders
from scratchwork.experiments.material import make_material
from scratchwork.records import Contender


@pytest.fixture
def materials(rng):
    X = rng.normal(size=(500, 3))
    return [
        make_material(X, (X[:, 0] > 0).astype(int), name="straight"),
        make_material(X, (X[:, 0] * X[:, 1] > 0).astype(int), name="crossed"),
    ]


CONTENDERS = [
    baseline("classification"),
    *logistic_contenders({"C": 1.0}),
    *neighbor_contenders({"n_neighbors": 5}),
    Contender("mlp", "pytorch", None, missing="PyTorch is not installed"),
]


def test_each_model_on_each_data_set(materials, tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(grid, "fit_cell", lambda cell, m: calls.append(cell.label) or fit_cell(cell, m))
    straight, crossed = run_comparison(materials, CONTENDERS, seeds=5, folder=tmp_path)
    assert len(calls) == 2 * 5 * 5
    assert [line.value for line in straight.lines][:3] == [
        "baseline (baseline)", "logistic (scratchwork)", "logistic (scikit-learn)",
    ]  # fmt: skip
    assert straight.verdict.effect == "distinguishable"
    assert "logistic" in straight.lines[straight.verdict.best].value
    assert "knn" in crossed.lines[crossed.verdict.best].value
    ours, theirs = crossed.lines[3:5]
    assert np.array_equal(ours.scores, theirs.scores)
    run_comparison(materials, CONTENDERS, seeds=5, folder=tmp_path)
    assert len(calls) == 50


def test_one_tidy_table(materials, tmp_path):
    found = run_comparison(materials, CONTENDERS, seeds=2, folder=tmp_path)
    rows = list(csv.DictReader(io.StringIO(comparison_csv(found))))
    assert len(rows) == 2 * 5 * 2
    assert {row["dataset"] for row in rows} == {"straight", "crossed"}
    assert all(0 <= float(row["score"]) <= 1 and float(row["fit_seconds"]) > 0 for row in rows)


def test_the_guard_speaks(materials, tmp_path):
    (found,) = run_comparison(materials[:1], CONTENDERS, seeds=1, folder=tmp_path)
    assert [flag.kind for flag in found.flags] == ["one seed", "selected and reported on the same part"]
    assert found.verdict.method.startswith("exact McNemar test")
    assert not found.verdict.distinguishable


def test_names_must_differ(materials, tmp_path):
    with pytest.raises(InvalidArgumentError, match="must be different from each other"):
        run_comparison([materials[0]] * 2, CONTENDERS, folder=tmp_path)
