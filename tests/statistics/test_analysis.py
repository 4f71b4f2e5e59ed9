"""A whole table: descriptions, corrected tests, reversals."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from scratchwork.datasets import load_berkeley_admissions
from scratchwork.statistics.analysis import analyse
from scratchwork.statistics.describe import describe_column
from scratchwork.statistics.reversal import find_reversals


@pytest.fixture(scope="module")
def berkeley():
    X, y = load_berkeley_admissions(return_X_y=True)
    return X.assign(Admit=y)


def test_describe_by_hand():
    d = describe_column("x", pd.Series([1, 2, 3, 4, None], dtype="Float64"), "number")
    assert (d.n, d.missing, d.distinct, d.mean, d.median, d.quartile_1) == (5, 1, 4, 2.5, 2.5, 1.75)
    assert d.deviation == pytest.approx(1.2909944)
    c = describe_column("c", pd.Series(["b", "a", "b", None]), "category")
    assert c.top == (("b", 2), ("a", 1))
    assert describe_column("n", pd.Series([None, None], dtype="Float64"), "number").mean is None


def test_the_berkeley_reversal_is_found(berkeley):
    analysis = analyse(berkeley, dict.fromkeys(berkeley, "category"), "Admit")
    (found,) = analysis.reversals
    assert (found.feature, found.third, found.kind, found.against) == ("Gender", "Dept", "reversed", 4)
    assert found.overall == pytest.approx(0.4452 - 0.3035, abs=1e-3)
    assert found.within < 0
    assert "Within the groups of Dept it changes sign" in found.sentence
    assert {row.first for row in analysis.with_target} == {"Gender", "Dept"}


def test_no_reversal_in_unrelated_columns(rng):
    frame = pd.DataFrame({"x": rng.normal(size=500), "g": rng.choice(list("abc"), 500)})
    y = pd.Series(frame["x"] + rng.normal(size=500), name="y")
    assert find_reversals(frame, y, {"x": "number", "g": "category"}, ["g"]) == []


def test_a_simulated_reversal_of_numbers(rng):
    group = rng.integers(0, 3, 600)
    x = 3.0 * group + rng.normal(size=600)
    y = pd.Series(6.0 * group - x + rng.normal(size=600), name="y")
    frame = pd.DataFrame({"x": x, "group": group.astype(str)})
    (found,) = find_reversals(frame, y, {"x": "number"}, ["group"])
    assert (found.kind, found.against) == ("reversed", 3)
    assert found.overall > 0 > found.within


def test_p_values_are_corrected_over_all_tests_with_the_target(rng):
    frame = pd.DataFrame({f"x{i}": rng.normal(size=80) for i in range(6)})
    frame["y"] = frame["x0"] + rng.normal(size=80)
    analysis = analyse(frame, dict.fromkeys(frame, "number"), "y")
    assert analysis.with_target[0].first == "x0"
    expected = sorted(false_discovery_control([row.p for row in analysis.with_target]))
    assert [row.p_corrected for row in analysis.with_target] == pytest.approx(expected)
    assert len(analysis.between_features) == 15


def test_false_discoveries_are_rare(rng):
    """Twenty unrelated features: an analysis claims any association in about 5 % of 60 simulated tables."""
    claims = 0
    for _ in range(60):
        frame = pd.DataFrame(rng.normal(size=(60, 11)), columns=[f"c{i}" for i in range(11)])
        claims += analyse(frame, dict.fromkeys(frame, "number"), "c0").with_target[0].p_corrected < 0.05
    assert claims <= 8


def test_texts_and_many_levels_are_named_not_tested():
    frame = pd.DataFrame({"id": [f"r{i}" for i in range(60)], "t": ["some words"] * 60, "x": np.arange(60.0)})
    frame["y"] = frame["x"] * 2
    kinds = {"id": "category", "t": "text", "x": "number", "y": "number"}
    analysis = analyse(frame, kinds, "y")
    assert analysis.notes == ["Not tested, as neither numbers nor categories with few levels: id, t."]
    assert [row.first for row in analysis.with_target] == ["x"]


def test_large_tables_are_sampled_for_pairs_and_say_so(rng):
    frame = pd.DataFrame({"a": rng.normal(size=12_000), "b": rng.normal(size=12_000)})
    frame["g"] = rng.choice(list("uvw"), 12_000)
    analysis = analyse(frame, {"a": "number", "b": "number", "g": "category"}, "a")
    assert "Pairs of features were tested on 10,000 random rows." in analysis.notes
    row = next(row for row in analysis.with_target if row.first == "g")
    assert row.effect.interval == "bootstrap, percentiles"
    assert row.n == 12_000
