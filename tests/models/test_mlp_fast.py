"""The fast routes give the answers of the plain functions."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification

from scratchwork.models import _mlp_fast
from scratchwork.models import _mlp_first_layer as first_layer
from scratchwork.models.mlp import MLPClassifier, MLPRegressor

SOLVERS = [
    {"solver": "sgd"}, {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False},
    {"solver": "sgd", "momentum": 0.9}, {"solver": "adam"},
]  # fmt: skip
SETTINGS = {"hidden_layer_sizes": (7, 5), "learning_rate_init": 0.02, "max_iter": 4, "random_state": 0}


def three_classes(n=90, dtype=np.float64):
    X, y = make_classification(n, 6, n_informative=5, n_redundant=0, n_classes=3, random_state=0)
    return X.astype(dtype), y


def assert_same_answer(model, X, y, *, tolerance=1e-11, **options):
    """``fit`` (the fast route) against ``update_steps`` (the plain functions): weights, history, epochs, predictions."""
    fast, plain = clone(model).fit(X, y, **options), clone(model)
    for _ in plain.update_steps(X, y, **options):
        pass
    assert fast.n_iter_ == plain.n_iter_
    for name, values in plain.history_.items():
        np.testing.assert_allclose(fast.history_[name], values, rtol=tolerance, atol=tolerance, err_msg=name)
    for a, b in zip(fast.coefs_ + fast.intercepts_, plain.coefs_ + plain.intercepts_):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
        assert a.dtype == b.dtype == X.dtype
    np.testing.assert_allclose(fast.predict(X), plain.predict(X), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("batch_size", [1, 16, 30, "full"])
@pytest.mark.parametrize("solver", SOLVERS, ids=lambda s: "-".join(map(str, s.values())))
def test_solvers(batch_size, solver):
    assert_same_answer(MLPClassifier(**SETTINGS, **solver, batch_size=batch_size, alpha=0.1), *three_classes())


@pytest.mark.parametrize("batch_size", [1, 16, "full"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity", ("relu", "sigmoid")])
def test_activations(batch_size, activation):
    model = MLPClassifier(**SETTINGS, solver="sgd", activation=activation, batch_size=batch_size)
    assert_same_answer(model, *three_classes())


@pytest.mark.parametrize("batch_size", [1, 16, "full"])
@pytest.mark.parametrize(
    "more",
    [{"hidden_layer_sizes": ()}, {"hidden_layer_sizes": 9}, {"hidden_layer_sizes": (4, 4, 4)}, {"dropout": 0.3},
     {"early_stopping": True, "validation_fraction": 0.3}, {"class_weight": "balanced"}, {"alpha": 0.0},
     {"shuffle": False}, {"learning_rate": "invscaling"}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("weighted", [False, True])
def test_everything_else(batch_size, more, weighted):
    X, y = three_classes()
    model = MLPClassifier(**{**SETTINGS, "solver": "sgd", "batch_size": batch_size, **more})
    weight = np.random.default_rng(0).integers(0, 4, len(y)) / 2 if weighted else None
    assert_same_answer(model, X, y, sample_weight=weight)


@pytest.mark.parametrize("batch_size", [1, 16, "full"])
@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_regressor(batch_size, n_outputs, weighted):
    X, _ = three_classes()
    Y = np.stack([np.sin(X[:, 0]), X[:, 1] ** 2, X[:, 2]], axis=1)[:, :n_outputs]
    weight = np.random.default_rng(0).integers(0, 4, len(X)) / 2 if weighted else None
    model = MLPRegressor(**SETTINGS, batch_size=batch_size, solver="sgd", alpha=0.1)
    assert_same_answer(model, X, Y if n_outputs > 1 else Y[:, 0], sample_weight=weight)


@pytest.mark.parametrize("batch_size", [1, 16, "full"])
@pytest.mark.parametrize("case", ["offset", "constant", "duplicates", "one feature", "pixels", "two rows", "spread"])
def test_adversarial_data(batch_size, case):
    X, y = three_classes()
    tolerance = 1e-10
    if case == "offset":
        X, tolerance = X + 1e4, 1e-6
    if case == "constant":
        X = np.full_like(X, 3.0)
    if case == "duplicates":
        X, y = np.repeat(X[:9], 10, axis=0), np.repeat(y[:9], 10)
    if case == "one feature":
        X = X[:, :1].copy()
    if case == "pixels":
        X = np.random.default_rng(0).integers(0, 256, X.shape).astype(np.float64)
    if case == "two rows":
        X, y = X[:2], np.array([0, 1])
    if case == "spread":
        X = X * np.logspace(-6, 2, 6)
    model = MLPClassifier(**SETTINGS, activation="tanh", solver="sgd", batch_size=batch_size)
    assert_same_answer(model.set_params(learning_rate_init=1e-3), X, y, tolerance=tolerance)


@pytest.mark.parametrize("alpha", [0.01, 1.0, 4.9, 5.0, 10.0, 15.0])
def test_strong_penalties_one_sample_at_a_time(alpha):
    """rate x alpha of 0.001 to 1.5: blocks grow shorter, then one sample at a time goes the way of the batches."""
    model = MLPClassifier(**SETTINGS, solver="sgd", batch_size=1, alpha=alpha).set_params(learning_rate_init=0.1)
    assert_same_answer(model, *three_classes())


@pytest.mark.parametrize("batch_size", [1, 16, "full"])
def test_single_precision(batch_size):
    model = MLPClassifier(**SETTINGS, solver="sgd", batch_size=batch_size)
    assert_same_answer(model, *three_classes(dtype=np.float32), tolerance=2e-4)


@pytest.mark.parametrize("batch_size", [1, 16, "full"])
def test_ties_are_counted_as_the_first_class(batch_size):
    """Weights 0 make all classes equal: only the samples of class 0 are right, as ``predict`` says.

    In single precision the rate is rounded to 0, so that they stay equal.
    """
    X, y = three_classes(dtype=np.float32)
    model = MLPClassifier(**{**SETTINGS, "solver": "sgd", "batch_size": batch_size, "learning_rate_init": 1e-60})
    model.set_params(max_iter=1, warm_start=True).fit(X, y)
    for array in model.coefs_ + model.intercepts_:
        array[...] = 0
    model.fit(X, y)
    assert model.history_["train_accuracy"][-1] == pytest.approx((y == 0).mean())
    assert model.history_["train_nll"][-1] == pytest.approx(np.log(3))


def test_the_slice_of_a_larger_table_and_columns_in_fortran_order():
    X, y = three_classes()
    wide = np.asfortranarray(np.c_[X, X])
    model = MLPClassifier(**SETTINGS, batch_size=16)
    np.testing.assert_array_equal(
        clone(model).fit(wide[:, :6], y).predict_proba(X), clone(model).fit(X, y).predict_proba(X)
    )


@pytest.mark.parametrize("more", [{}, {"dropout": 0.3}, {"early_stopping": True}])
def test_batches_gathered_ahead_are_the_same(more, monkeypatch):
    X, y = three_classes(100)
    model = MLPClassifier(**SETTINGS, batch_size=16, **more)
    at_once = clone(model).fit(X, y).predict_proba(X)
    monkeypatch.setattr(first_layer, "LONG_BATCH", 0)
    monkeypatch.setattr(first_layer, "AHEAD_BYTES", 2 * 16 * X[0].nbytes)
    monkeypatch.setenv("SCRATCHWORK_THREADS", "2")
    np.testing.assert_array_equal(clone(model).fit(X, y).predict_proba(X), at_once)


@pytest.fixture
def beside(monkeypatch):
    """The first layer in a second thread, however small it is; gives the list of the layers that were made so."""
    made, kind = [], first_layer.FirstLayerBeside
    monkeypatch.setattr(first_layer, "WORTH_A_THREAD", 0)
    monkeypatch.setattr(first_layer, "FirstLayerBeside", lambda *args: made.append(kind(*args)) or made[-1])
    monkeypatch.setenv("SCRATCHWORK_THREADS", "2")
    return made


WIDE = {**SETTINGS, "solver": "sgd", "hidden_layer_sizes": (20, 5), "batch_size": 16}


@pytest.mark.parametrize(
    "more",
    [{}, {"alpha": 0.0}, {"alpha": 3.0}, {"batch_size": 7}, {"batch_size": 45}, {"batch_size": 89}, {"dropout": 0.3},
     {"hidden_layer_sizes": 100}, {"activation": "tanh"}, {"early_stopping": True, "validation_fraction": 0.3},
     {"class_weight": "balanced"}, {"learning_rate": "invscaling"}, {"shuffle": False}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("weighted", [False, True])
def test_the_first_layer_beside_the_rest(more, weighted, beside):
    """Of 90 samples: batches of one size, with a smaller last one, and so few that the second thread hardly begins."""
    X, y = three_classes()
    weight = np.random.default_rng(0).integers(1, 4, len(y)) / 2 if weighted else None
    model = MLPClassifier(**{**WIDE, "hidden_layer_sizes": (100, 5), **more})
    assert_same_answer(model, X, y, sample_weight=weight)
    assert beside


@pytest.mark.parametrize("case", ["offset", "spread", "single precision", "regressor"])
def test_the_first_layer_beside_the_rest_on_other_data(case, beside):
    X, y = three_classes(dtype=np.float32 if case == "single precision" else np.float64)
    X, tolerance = {"offset": (X + 1e4, 1e-6), "spread": (X * np.logspace(-6, 2, 6), 1e-10)}.get(case, (X, 1e-11))
    kind = MLPRegressor if case == "regressor" else MLPClassifier
    rate = 0.02 if case in ("single precision", "regressor") else 1e-3
    model = kind(**{**WIDE, "activation": "tanh", "learning_rate_init": rate})
    assert_same_answer(model, X, y, tolerance=2e-4 if case == "single precision" else tolerance)
    assert beside


def test_the_first_layer_stays_in_the_first_thread_where_that_is_better(beside):
    """For other solvers, without a hidden layer, and for batches longer than the layer is wide."""
    X, y = three_classes()
    for more in ({"solver": "adam"}, {"hidden_layer_sizes": ()}, {"batch_size": 21}, {"batch_size": "full"}):
        MLPClassifier(**{**WIDE, **more}).fit(X, y)
    assert not beside


@pytest.mark.parametrize("more", [{}, {"alpha": 0.0}, {"batch_size": 20, "dropout": 0.3}])
def test_the_weights_do_not_depend_on_the_number_of_cores(more, beside, monkeypatch):
    X, y = three_classes(dtype=np.float32)
    model = MLPClassifier(**{**WIDE, **more})
    two = clone(model).fit(X, y)
    monkeypatch.setenv("SCRATCHWORK_THREADS", "1")
    one = clone(model).fit(X, y)
    assert [layer.alone for layer in beside] == [False, True]
    for a, b in zip(two.coefs_ + two.intercepts_, one.coefs_ + one.intercepts_):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("batch", [0, 3, 4, 5])
def test_a_failure_in_the_second_thread_is_raised_and_leaves_the_model_as_it_was(batch, beside, monkeypatch):
    X, y = three_classes()
    model = MLPClassifier(**WIDE, warm_start=True).fit(X, y)
    before, calls, move = model.predict_proba(X), [], first_layer.move

    def failing(*args):
        calls.append(1)
        if len(calls) > batch:
            raise MemoryError("no room")
        move(*args)

    monkeypatch.setattr(first_layer, "move", failing)
    with pytest.raises(MemoryError, match="no room"):
        model.fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), before)


def test_a_failure_in_the_first_thread_ends_the_second(beside, monkeypatch):
    X, y = three_classes()
    monkeypatch.setattr(_mlp_fast, "product", lambda *args: 1 / 0)  # of a later layer
    with pytest.raises(ZeroDivisionError):
        MLPClassifier(**WIDE).fit(X, y)
    assert beside[0].second.done()


def test_two_fits_at_once_do_not_disturb_each_other():
    from concurrent.futures import ThreadPoolExecutor

    X, y = three_classes()
    models = [
        MLPClassifier(**{**SETTINGS, "random_state": seed}, batch_size=size) for seed in range(2) for size in (1, 16)
    ]
    alone = [clone(model).fit(X, y).predict_proba(X) for model in models]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda model: model.fit(X, y).predict_proba(X), models))
    for a, b in zip(alone, together):
        np.testing.assert_array_equal(a, b)
