"""The network that predicts numbers: by hand, oracles, properties, words."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.neural_network import MLPRegressor as ScikitMLPRegressor
from sklearn.utils.estimator_checks import check_estimator

from scratchwork.errors import DivergenceError, InvalidArgumentError
from scratchwork.models import mlp
from scratchwork.models.mlp import MLPRegressor
from scratchwork.numerics import numerical_gradient, relative_error


def surface(n=80, n_outputs=1, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    Y = np.stack([np.sin(X[:, 0]) + X[:, 1], X[:, 1] * X[:, 2], X[:, 0] ** 2], axis=1)[:, :n_outputs]
    return X, Y[:, 0] if n_outputs == 1 else Y


def test_one_update_by_hand():
    """y = 3 at x = 2 from weight w and bias b: error e = 2 w + b - 3, loss e^2 / 2, slopes 2 e and e."""
    model = MLPRegressor((), solver="sgd", learning_rate_init=0.1, alpha=0, max_iter=1, random_state=0)
    (update,) = model.update_steps([[2.0]], [3.0])
    w, b = model.coefs_[0] + 0.1 * update.weight_gradients[0], model.intercepts_[0] + 0.1 * update.bias_gradients[0]
    e = 2 * w[0, 0] + b[0] - 3
    assert update.loss == pytest.approx(e**2 / 2)
    assert update.weight_gradients[0][0, 0] == pytest.approx(2 * e)
    assert update.bias_gradients[0][0] == pytest.approx(e)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
@pytest.mark.parametrize("alpha", [0.0, 0.7])
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_gradient_equals_central_differences(activation, alpha, n_outputs, rng):
    """With several outputs too, where a mean over outputs in the loss alone would be wrong by their number."""
    X, Y = rng.normal(size=(11, 5)), rng.normal(size=(11, n_outputs))
    weights, biases = mlp.initialize_weights((5, 7, n_outputs), rng)
    while activation == "relu" and np.abs(X @ weights[0]).min() < 1e-3:
        X = rng.normal(size=(11, 5))
    A = mlp.forward_pass(X, weights, biases, [activation])
    gradients = mlp.backward_pass(A, Y, weights, [activation], alpha=alpha, output="identity")
    for kind, arrays in enumerate((weights, biases)):
        for index in range(2):

            def loss(value, kind=kind, index=index):
                changed = [list(weights), list(biases)]
                changed[kind][index] = value
                outputs = mlp.forward_pass(X, *changed, [activation])[-1]
                return mlp.compute_loss(outputs, Y, changed[0], alpha=alpha, output="identity")

            assert relative_error(gradients[kind][index], numerical_gradient(loss, arrays[index])) < 1e-6


def test_without_hidden_layers_it_is_ridge_regression():
    X, y = surface()
    ours = MLPRegressor(
        (), alpha=2.0, learning_rate_init=0.3, learning_rate="cosine", max_iter=3000, batch_size="full", tol=0,
        n_iter_no_change=np.inf, random_state=0,
    ).fit(X, y)  # fmt: skip
    np.testing.assert_allclose(ours.predict(X), Ridge(alpha=2.0).fit(X, y).predict(X), atol=1e-6)


def test_same_path_as_scikit_learn_from_the_same_weights():
    X, y = surface()
    settings = {"hidden_layer_sizes": (6,), "activation": "tanh", "solver": "sgd", "momentum": 0.9, "alpha": 0.5,
                "learning_rate_init": 0.01, "max_iter": 20, "tol": 0.0, "n_iter_no_change": 100, "random_state": 3}  # fmt: skip
    theirs = ScikitMLPRegressor(**settings, batch_size=80)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = clone(theirs).set_params(learning_rate_init=1e-300, max_iter=1).fit(X, y)
        theirs.fit(X, y)
    ours = MLPRegressor(**settings, batch_size="full", warm_start=True).set_params(max_iter=1).fit(X, y)
    for name in ("coefs_", "intercepts_"):
        for mine, other in zip(getattr(ours, name), getattr(start, name)):
            mine[...] = other
    ours.set_params(max_iter=20).fit(X, y)
    np.testing.assert_allclose(ours.history_["loss"][1:], theirs.loss_curve_, atol=1e-10)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-10)


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_history_means_what_it_says(n_outputs):
    X, y = surface(n_outputs=n_outputs)
    X_val, y_val = surface(40, n_outputs, seed=1)
    model = MLPRegressor(6, batch_size="full", max_iter=3, random_state=0)
    steps = model.fit_steps(X, y, validation_data=(X_val, y_val))
    next(steps)
    before, after = model.predict(X), next(steps)
    assert after.train_mse == pytest.approx(mean_squared_error(y, before))
    assert after.train_r2 == pytest.approx(1 - ((y - before) ** 2).sum() / ((y - y.mean(axis=0)) ** 2).sum())
    assert after.validation_mse == pytest.approx(mean_squared_error(y_val, model.predict(X_val)))
    if n_outputs == 1:
        assert after.validation_r2 == pytest.approx(r2_score(y_val, model.predict(X_val)))
    assert set(model.history_) == {"loss", "train_mse", "validation_mse", "train_r2", "validation_r2"}


def test_learns_a_surface_and_keeps_the_shape_of_y():
    X, y = surface(400)
    model = MLPRegressor(40, "tanh", learning_rate_init=0.01, max_iter=300, random_state=0).fit(X, y)
    assert model.score(*surface(200, seed=1)) > 0.97
    assert model.predict(X).shape == (400,)
    assert MLPRegressor(3, max_iter=2).fit(*surface(20, 3)).predict(X[:5]).shape == (5, 3)


def test_early_stopping_restores_the_best_weights():
    X, y = surface(60)
    y = y + np.random.default_rng(0).normal(size=60)
    X_val, y_val = surface(60, seed=2)
    model = MLPRegressor(60, learning_rate_init=0.02, max_iter=300, early_stopping=True, random_state=0)
    model.fit(X, y, validation_data=(X_val, y_val))
    curve = model.history_["validation_mse"]
    assert mean_squared_error(y_val, model.predict(X_val)) == pytest.approx(min(curve)) == model.best_validation_loss_
    assert curve[-1] > min(curve)


def test_partial_fit_is_an_epoch():
    X, y = surface()
    straight = MLPRegressor(5, batch_size=16, max_iter=3, random_state=0).fit(X, y)
    parts = MLPRegressor(5, batch_size=16, random_state=0)
    for _ in range(3):
        parts.partial_fit(X, y)
    np.testing.assert_array_equal(parts.predict(X), straight.predict(X))


def test_single_precision_and_constant_targets():
    X, y = surface()
    model = MLPRegressor(5, max_iter=3, random_state=0).fit(X.astype(np.float32), y)
    assert model.predict(X.astype(np.float32)).dtype == np.float32
    flat = MLPRegressor(5, max_iter=2, random_state=0).fit(X, np.full(80, 7.0))
    assert np.isnan(flat.history_["train_r2"]).all()
    assert np.isfinite(flat.history_["train_mse"]).all()


def test_words():
    X, y = surface()
    model = MLPRegressor(3, max_iter=2, random_state=0).fit(X, y)
    with pytest.raises(InvalidArgumentError) as raised:
        model.partial_fit(X, surface(n_outputs=3)[1])
    assert str(raised.value) == "y has 3 outputs; the network was trained on 1."
    with pytest.raises(ValueError, match="Input y contains NaN"):
        model.fit(X, np.where(y > 0, np.nan, y))
    with pytest.raises(DivergenceError, match="Training diverged in epoch 1: the loss or the weights are no longer"):
        MLPRegressor(3, "identity", solver="sgd", learning_rate_init=1e9, batch_size=4, random_state=0).fit(X * 1e9, y)
    with pytest.raises(TypeError, match="class_weight"):
        MLPRegressor(class_weight="balanced")


def test_check_estimator():
    records = check_estimator(MLPRegressor(max_iter=100), on_skip=None)
    assert {record["status"] for record in records} <= {"passed", "skipped"}
