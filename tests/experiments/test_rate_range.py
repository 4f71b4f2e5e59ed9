"""The range test: a quadratic by hand, networks, and what it refuses."""

import numpy as np
import pytest

from scratchwork.errors import InvalidArgumentError, InvalidTypeError
from scratchwork.experiments.material import load_material, make_material
from scratchwork.experiments.rate_range import batch_rows, exponential_mean, rate_range, result_of, smoothed
from scratchwork.models.mlp import MLPClassifier, MLPRegressor
from scratchwork.models.nearest_neighbors import KNeighborsClassifier


@pytest.fixture(scope="module")
def digits():
    return load_material("digits", sample=400)


def test_losses_fall_between_rates_that_do_nothing_and_rates_that_blow_up(digits):
    tested = rate_range(digits, MLPClassifier((20,), solver="sgd", batch_size=32), high=1e4)
    assert 1e-3 < tested.suggested < 1
    assert tested.blew_up_at > 5 * tested.suggested
    assert len(tested.rates) == len(tested.losses) == len(tested.smoothed) < 120
    start = tested.losses[tested.rates < 1e-5]
    assert np.ptp(smoothed(start)) < 0.3  # nothing happens yet
    assert "the loss falls fastest at a learning rate of about" in tested.words


def test_the_same_seed_gives_the_same_test(digits):
    first, second = (rate_range(digits, MLPClassifier((5,)), steps=20, seed=3) for _ in range(2))
    assert first.losses.tolist() == second.losses.tolist()


def test_the_callers_estimator_is_not_changed(digits):
    model = MLPClassifier((5,), learning_rate_init=0.5, batch_size="auto")
    rate_range(digits, model, steps=12)
    assert (model.learning_rate_init, model.batch_size, hasattr(model, "coefs_")) == (0.5, "auto", False)


def test_a_regressor(rng):
    X = rng.normal(size=(200, 3))
    material = make_material(X, X @ [1.0, 2.0, 0.0], task="regression")
    tested = rate_range(material, MLPRegressor((10,), batch_size=32), high=1.0)
    assert tested.losses[-1] < tested.losses[0]


def test_the_steepest_fall_by_hand():
    """The loss falls from 2 to 1 in one step, between the rates 10 and 100."""
    tested = result_of(np.array([1.0, 10.0, 100.0, 1000.0]), [2.0, 2.0, 1.0, 1.0], None)
    assert tested.suggested in (10.0, 100.0)
    assert result_of(np.array([1.0, 10.0, 100.0]), [1.0, 2.0, 3.0], None).suggested is None


def test_exponential_means_by_hand():
    assert exponential_mean(np.array([1.0, 2.0])) == pytest.approx([1.0, (0.8 * 1 + 2) / 1.8])


def test_batches_go_through_all_rows_before_any_comes_again():
    rows = list(batch_rows(10, 5, 4, 0))
    assert len(rows) == 4
    assert sorted(np.concatenate(rows[:2])) == list(range(10))
    assert len(next(batch_rows(1000, "auto", 1, 0))) == 200
    assert len(next(batch_rows(1000, "full", 1, 0))) == 1000


def test_a_start_that_is_too_high_is_told(digits):
    with pytest.raises(InvalidArgumentError, match="start the range test with a lower rate"):
        rate_range(digits, MLPClassifier((5,), solver="sgd", activation="identity"), low=1e150, high=1e300)


def test_only_networks(digits):
    with pytest.raises(InvalidTypeError, match="A range test needs a network; KNeighborsClassifier takes no steps"):
        rate_range(digits, KNeighborsClassifier())


@pytest.mark.parametrize(("name", "value"), [("low", 0), ("high", 1e-9), ("steps", 3)])
def test_arguments(digits, name, value):
    with pytest.raises(InvalidArgumentError, match=f"^{name}={value}"):
        rate_range(digits, MLPClassifier(), **{name: value})
