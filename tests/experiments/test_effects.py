"""One call, one picture; and the simulation of false claims, in small."""

import pathlib
import sys

import pytest

from scratchwork.experiments.material import load_material
from scratchwork.report import effects


@pytest.fixture(scope="module")
def digits():
    return load_material("digits", sample=300)


@pytest.mark.parametrize(
    ("function", "values", "shown"),
    [
        (effects.effect_of_initialization, ("glorot", "normal"), "glorot, validation"),
        (effects.effect_of_batch_size, (16, "full"), "full, training"),
        (effects.effect_of_standardising, (True, False), "no, validation"),
    ],
)
def test_each_call_gives_a_picture_with_both_parts(digits, tmp_path, function, values, shown):
    found = function(digits, values=values, seeds=2, settings={"max_iter": 3}, folder=tmp_path)
    assert found.drawing.startswith("<svg")
    assert shown in found.drawing
    page = found._repr_html_()
    assert page.startswith("<figure>")
    assert found.words[0].partition(":")[0] in page


def test_the_range_test_as_a_picture(digits):
    found = effects.effect_of_learning_rate(digits, steps=30)
    assert "learning rate" in found.drawing
    assert found.words[0].startswith("Range test: ")


@pytest.mark.slow
def test_false_claims_are_at_most_five_per_cent():
    """200 of the simulated sweeps of benchmarks/false_claims.py for each of two designs."""
    root = str(pathlib.Path(__file__).resolve().parents[2])
    sys.path.insert(0, root)
    try:
        from benchmarks.false_claims import claims
    finally:
        sys.path.remove(root)
    for n_values, n_seeds in ((2, 5), (4, 10)):
        found, _ = claims(200, 1, n_values=n_values, n_seeds=n_seeds)
        assert found <= 17  # 5 % and three standard errors
    found, _ = claims(200, 2, n_values=2, n_seeds=5, effects=(0, -0.15))
    assert found > 160
