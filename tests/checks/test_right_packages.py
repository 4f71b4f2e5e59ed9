"""What packages of many files hold beside the usual: second derivatives, penalties that are slopes, a k-means that learns when asked."""

import ast
import textwrap
import types

import numpy as np
import pytest

from scratchwork.checks.probes import loss_functions, metrics, slope_pairs
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import Target
from scratchwork.checks.running import endless, state
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views.slope_pairs import SlopePair, pairs_of_classes

BUMPS = """
    import numpy as np
    class Bump:
        def fn(self, z):
            return np.exp(-z ** 2)
        def grad(self, z):
            return -2 * z * np.exp(-z ** 2)
        def grad2(self, z):
            return (4 * z ** 2 - 2) * np.exp(-z ** 2)
    class Pull:
        def slope(self, w):
            return 0.3 * np.sign(w)
        def __call__(self, w):
            return self.slope(w)
"""


def made(text):
    """The names of a text that is run."""
    space = {}
    exec(textwrap.dedent(text), space)
    return space


def test_a_second_derivative_and_a_slope_handed_on_are_no_slopes_of_that_function():
    space = made(BUMPS)
    pairs = list(pairs_of_classes({name: space[name] for name in ("Bump", "Pull")}, Caller()))
    assert [(pair.f_name, pair.g_name) for pair in pairs] == [("fn", "grad")]


def of_logits(wrong):
    """A cost of one vector of logits, in plain Python, and its gradient."""

    def shares(z):
        found = [np.exp(float(entry)) for entry in z]
        return [entry / sum(found) for entry in found]

    def cost(z, target):
        return -sum(t * np.log(p) for t, p in zip(target, shares(z)))

    def gradient(z, target):
        return [p - t + wrong * p for t, p in zip(target, shares(z))]

    return SlopePair("Cost", cost, gradient, "cost", "gradient", 2, 0)


@pytest.mark.parametrize(("wrong", "codes"), [(0.0, []), (0.4, ["SW-G1"])])
def test_a_vector_is_also_one_row_of_logits(wrong, codes):
    target = Target(of_logits(wrong), "Cost", "cost pair", namespace={"found": set()})
    assert [finding.code for finding in slope_pairs.the_gradient_is_that_of_the_cost(target, Caller())] == codes


@pytest.mark.parametrize(("name", "codes"), [("mean_squared_log_error", []), ("mean_squared_error", ["SW-G1"])])
def test_the_error_of_logarithms_is_another_loss(name, codes):
    def error(actual, predicted):
        return np.mean((np.log(actual + 1) - np.log(predicted + 1)) ** 2)

    target = Target(error, name, "loss", namespace={"found": set()})
    try:
        found = [finding.code for finding in loss_functions.loss_has_its_values(target, Caller())]
    except loss_functions.CannotCheck:
        found = []
    assert found == codes


def test_a_loop_over_a_range_comes_to_its_end():
    severities = []
    for text in ("for i in range(9): pass", "while True: pass"):
        stop = endless.Stop("run", 3.0, None)
        stop.loop, stop.line, stop.function = ast.parse(text).body[0], 1, None
        severities.append(endless.finding_of(stop).severity)
    assert severities == ["remark", "warning"]


def test_gamma_beside_a_penalty_is_its_strength():
    def of_penalty(penalty="l2", gamma=0.0, fit_intercept=True): ...

    def of_kernel(kernel="rbf", gamma=0.0): ...

    told = [binding.meaning_in(binding.parameters(f)[1], binding.parameters(f)) for f in (of_penalty, of_kernel)]
    assert told[0] == "lambda" != told[1]


def test_a_metric_that_only_stands_for_those_of_its_heirs_is_left_alone():
    def heir(self, y, p):
        return np.mean(y == p)

    assert metrics.stands_for_others(lambda y, p: 0)
    assert not metrics.stands_for_others(heir)
    assert not metrics.stands_for_others(types.SimpleNamespace())


@pytest.mark.parametrize(("power", "codes"), [(1, []), (2, ["SW-G1"])])
def test_a_penalty_has_the_gradient_beside_it(power, codes):
    def penalty(w):
        return 0.1 * np.linalg.norm(w.ravel(), power)

    pair = SlopePair("Sparse", penalty, lambda w: 0.1 * np.sign(w), "value", "grad", 1, 0)
    target = Target(pair, "Sparse", "activation pair", namespace={"found": set()})
    assert [finding.code for finding in slope_pairs.the_slope_is_that_of_the_activation(target, Caller())] == codes


def test_an_argument_of_a_call_is_written_by_its_name():
    assert state.text((("calls", "Net.cost"), "thetas", 1)) == "thetas[1]"
    assert state.text((".layers", 0, ".W")) == "layers[0].W"
