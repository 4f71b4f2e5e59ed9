"""A class whose fit hands a cost and its gradient to an optimiser of SciPy, by names that nobody may know."""

import textwrap

import pytest

from scratchwork.checks.probes import rolled
from scratchwork.checks.registry import Target
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views import estimator

TEXT = """
    import numpy as np
    from scipy.optimize import fmin_cg

    class Kettle:
        def __init__(self, decay=0.2):
            self.decay = decay

        def __both(self, t, A, y):
            p = 1 / (1 + np.exp(-A @ t))
            price = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(y) + self.decay / 2 * (t[1:] ** 2).sum()
            turn = A.T @ (p - y) / len(y)
            turn[1:] += self.decay * t[1:]
            return price, turn

        def fit(self, X, y):
            A, y = np.c_[np.ones(len(X)), X], (y > 0).astype(float)
            self.t = fmin_cg(lambda t: self.__both(t, A, y)[0], np.zeros(A.shape[1]), fprime=lambda t: self.__both(t, A, y)[1])
            return self
"""


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("", "", []),
        ("turn[1:] += self.decay * t[1:]", "turn += self.decay * t", ["SW-G1"]),
        ("(p - y) /", "(y - p) /", ["SW-G1"]),
    ],
)
def test_a_gradient_beside_its_cost_is_seen_in_a_fit(tmp_path, old, new, codes):
    text = textwrap.dedent(TEXT).replace(old, new)
    space = {"__name__": "user_module", "__text__": text, "__file__": str(tmp_path / "theirs.py")}
    exec(compile(text, space["__file__"], "exec"), space)
    call = Caller()
    view = estimator.Estimator(space["Kettle"], "Kettle", call)
    found = rolled.an_optimiser_is_handed_a_cost_and_its_gradient(
        Target(view, "Kettle", "logistic", namespace={"namespace": space}), call
    )
    assert [entry.code for entry in found] == codes
