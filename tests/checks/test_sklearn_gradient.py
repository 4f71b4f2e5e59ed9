"""A worked example: the gradient of scikit-learn's MLPRegressor with several outputs, found through its own functions.

With ``solver="lbfgs"`` the loss is the mean over samples *and* outputs, the gradient that over samples only
(scikit-learn issue 8349): for m outputs it is m times too large. Nothing crashes, and the line search hides it.
"""

import itertools

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor

from scratchwork.checks import check_gradient


def loss_and_gradient(outputs):
    """(loss(packed), gradient(packed), point) of a small MLPRegressor, made of the functions that its fit uses."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(11, 5)), rng.normal(size=(11, outputs))
    model = MLPRegressor(
        hidden_layer_sizes=(7,), activation="tanh", solver="lbfgs", alpha=0.0, max_iter=1, random_state=0
    )
    with pytest.warns(Warning, match="converge"):
        model.fit(X, y if outputs > 1 else y.ravel())
    model.n_outputs_ = outputs
    units = [5, 7, outputs]
    coefs = [np.empty(shape) for shape in itertools.pairwise(units)]
    intercepts = [np.empty(size) for size in units[1:]]
    target = y.reshape(11, outputs)

    def both(packed):
        activations = [X, *[np.empty((11, size)) for size in units[1:]]]
        deltas = [np.empty_like(item) for item in activations[1:]]
        return model._loss_grad_lbfgs(
            packed.copy(),
            X,
            target,
            None,
            activations,
            deltas,
            [np.empty_like(w) for w in coefs],
            [np.empty_like(b) for b in intercepts],
        )

    packed = np.concatenate([item.ravel() for item in (*model.coefs_, *model.intercepts_)])
    return (lambda p: both(p)[0]), (lambda p: both(p)[1].copy()), packed


def test_one_output_is_right():
    loss, gradient, point = loss_and_gradient(1)
    result = check_gradient(loss, gradient, point)
    assert result.findings == []
    assert result.passed == ["SW-G1"]


@pytest.mark.parametrize("outputs", [2, 3, 5])
def test_several_outputs_are_too_large_by_their_number(outputs):
    loss, gradient, point = loss_and_gradient(outputs)
    (finding,) = check_gradient(loss, gradient, point).findings
    assert finding.code == "SW-G8"
    assert finding.observed == f"The gradient is {outputs} times the central differences, in every entry."
