"""The architecture study: equal settings, conclusions that follow the table, a table that is whole."""

import csv
import io

import numpy as np
import pytest

from scratchwork.errors import has_extra
from scratchwork.experiments import architecture
from scratchwork.experiments.architecture import (
    FACTORS,
    IMPLEMENTATIONS,
    Row,
    conclusions,
    estimator_of,
    settings_of,
    study_csv,
    study_page,
)


def row(factor, value, implementation, scores, rng, n=200):
    results = []
    for score in scores:
        right = np.arange(n) < round(score * n)
        results.append({
            "score": score, "train_score": 1.0, "iterations": 5, "fit_seconds": 0.1, "peak_mb": None, "n_held": n,
            "right": np.packbits(rng.permutation(right)), "digest": str(rng.random()),
        })  # fmt: skip
    return Row(factor, value, implementation, tuple(results))


@pytest.fixture
def rows(rng):
    """Width matters; nothing else does; the other implementation is the same but for luck."""
    made = []
    for factor, values in {"width": ("5", "50"), "depth": ("1", "2"), "activation": ("relu", "tanh"),
                           "solver": ("adam", "sgd")}.items():  # fmt: skip
        for value in values:
            mean = 0.5 if value == "5" else 0.9
            for implementation in ("scratchwork", "scikit-learn"):
                scores = np.round(mean + rng.normal(0, 0.01, 10), 2)
                made.append(row(factor, value, implementation, scores.tolist(), rng))
    return made


def test_conclusions_follow_the_table(rows):
    told = conclusions(rows)
    assert told[0].startswith("Width: 50 has the highest mean accuracy, ")
    assert told[0].endswith("It can be told from 5.")
    assert "cannot be told from" in told[3]
    assert told[4].startswith("scratchwork and scikit-learn can be told apart in 0 of 8 settings;")


def test_the_page_is_made_from_the_table(rows):
    page = study_page(rows, "the command")
    assert page.count("\n| ") == len(rows) + 1
    assert "Made by `the command`" in page
    assert all(f"- {sentence}" in page for sentence in conclusions(rows))


def test_one_line_for_each_fit(rows):
    lines = list(csv.DictReader(io.StringIO(study_csv(rows))))
    assert len(lines) == 160
    assert {line["seed"] for line in lines} == {str(seed) for seed in range(10)}


def test_each_setting_differs_from_the_base_in_one_thing():
    base = settings_of("solver", "adam", 60)
    for factor, (parameter, values) in FACTORS.items():
        for value in values:
            other = settings_of(factor, value, 60)
            changed = {name for name in base if base[name] != other[name]}
            assert changed <= {parameter} | ({"learning_rate_init", "momentum"} if factor == "solver" else set())


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_implementations_have_the_same_settings(implementation):
    if implementation == "pytorch" and not has_extra("torch"):
        pytest.skip("PyTorch is not installed")
    settings = settings_of("width", (25,), 7)
    made = estimator_of(implementation, settings).get_params()
    assert {name: made[name] for name in settings if name in made} == {n: v for n, v in settings.items() if n in made}
    assert (made["hidden_layer_sizes"], made["max_iter"]) == ((25,), 7)


@pytest.mark.slow
def test_a_small_study_writes_table_and_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(architecture, "FACTORS", {"width": ("hidden_layer_sizes", ((3,), (30,)))})
    monkeypatch.setattr(architecture, "default_store", lambda: tmp_path / "cells")
    for _ in range(2):
        architecture.main(["--seeds", "2", "--epochs", "3", "--jobs", "1", "--out", str(tmp_path)])
    page = (tmp_path / "architecture_study.md").read_text()
    assert "--seeds 2 --epochs 3" in page
    assert "Width: 30 has the highest mean accuracy" in page
    assert len((tmp_path / "architecture_study.csv").read_text().splitlines()) == 1 + 2 * 2 * (2 + has_extra("torch"))
