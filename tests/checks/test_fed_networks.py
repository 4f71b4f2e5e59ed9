"""Networks whose forward pass is handed nothing: their data are put into them before, by a method or into a place left empty."""

import ast
import textwrap

import pytest

from scratchwork.checks.probes import gradient
from scratchwork.checks.recognising import makings
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views import network_build, passes

FED = """
    import numpy as np

    class Mesh:
        def __init__(self, n_in, n_hidden, n_out):
            dice = np.random.default_rng(0)
            self.U, self.e = dice.normal(0, 0.5, (n_in, n_hidden)), np.zeros(n_hidden)
            self.V, self.f = dice.normal(0, 0.5, (n_hidden, n_out)), np.zeros(n_out)
            self.slots = {"x": None, "y": None}

        def take(self, x, y):
            self.slots["x"], self.slots["y"] = x, y

        def forward(self):
            self.h = np.tanh(self.slots["x"] @ self.U + self.e)
            self.p = 1 / (1 + np.exp(-np.clip(self.h @ self.V + self.f, -40, 40)))
            return self.p

        def loss(self):
            y = self.slots["y"]
            return -np.sum(y * np.log(self.p + 1e-12) + (1 - y) * np.log(1 - self.p + 1e-12)) / len(y)

        def backward(self):
            d = (self.p - self.slots["y"]) / len(self.p)
            self.gV, self.gf = self.h.T @ d, d.sum(axis=0)
            d = d @ self.V.T * (1 - self.h ** 2)
            self.gU, self.ge = self.slots["x"].T @ d, d.sum(axis=0)
"""
BY_A_METHOD = (
    FED.replace("self.slots = {", "self.other = {")
    .replace('self.slots["x"], self.slots["y"]', "self.rows, self.goal")
    .replace('self.slots["x"]', "self.rows")
    .replace('self.slots["y"]', "self.goal")
)


@pytest.mark.parametrize("text", [FED, BY_A_METHOD], ids=["empty places", "a method"])
@pytest.mark.parametrize("change", [("", ""), ("(1 - self.h ** 2)", "self.h * (1 - self.h)")])
def test_a_network_that_is_fed_before_its_forward_pass_is_judged(text, change):
    space = {"__name__": "user_module"}
    exec(textwrap.dedent(text).replace(*change), space)
    verdict = gradient.judged(network_build.from_class(space["Mesh"], "Mesh", Caller(), {}, space))
    assert (verdict.best[2] <= verdict.tolerance) == (change[0] == "")


CHOSEN = """
class Ends:
    def __init__(self, n_in, end):
        self.end = end

    def forward(self, x):
        if self.end == "sigmoid":
            return 1 / (1 + exp(-x))
        elif self.end == "softmax":
            return exp(x) / exp(x).sum()
"""


@pytest.mark.parametrize(
    ("line", "first"), [("", "sigmoid"), ("Ends(4, 'softmax')", "softmax"), ("Ends(4, 'sigmoid')", "sigmoid")]
)
def test_a_softmax_that_the_file_asks_for_is_tried_first(line, first):
    space = {"__name__": "user_module", "__tree__": ast.parse(CHOSEN + line)}
    exec(CHOSEN, space)
    assert makings.special(space["Ends"])["end"][0] == repr(first)


def test_a_loss_that_is_returned_before_the_gradients_is_the_reported_one():
    text = FED.replace("def loss", "def other").replace("d = (self.p", "cost = self.other()\n            d = (self.p")
    text = text + "            return cost, self.gU, self.ge, self.gV, self.gf\n"
    for now, own in ((text, True), (text.replace("cost = self", "cost = 3 * self.p[0, 0] ** 2 + 0 * self"), False)):
        space = {"__name__": "user_module"}
        exec(textwrap.dedent(now), space)
        nodes = {
            "Mesh.backward": next(
                node for node in ast.walk(ast.parse(textwrap.dedent(now))) if getattr(node, "name", "") == "backward"
            )
        }
        verdict = gradient.judged(network_build.from_class(space["Mesh"], "Mesh", Caller(), nodes, space))
        assert (verdict.own[1] < 1e-5) == own


IN_COLUMNS = """
    import numpy as np

    class Web:
        def __init__(self, X, Y, units):
            dice = np.random.default_rng(0)
            self.rows, self.goal = X, Y
            self.U, self.e = dice.normal(0, 0.5, (units, X.shape[0])), np.zeros((units, 1))
            self.V, self.f = dice.normal(0, 0.5, (Y.shape[0], units)), np.zeros((Y.shape[0], 1))
            self.learning_rate = 0.1

        def forward(self, x):
            self.h = np.maximum(0, self.U @ x + self.e)
            z = np.exp(self.V @ self.h + self.f)
            self.p = z / z.sum(axis=0)

        def cross_entropy(self, y):
            return -np.sum(y * np.log(self.p)) / y.shape[1]

        def backward(self, x, y):
            d = (self.p - y) / y.shape[1]
            e = self.V.T @ d * (self.h > 0)
            self.V -= self.learning_rate * d @ self.h.T
            self.f -= self.learning_rate * d.sum(axis=1, keepdims=True)
            self.U -= self.learning_rate * e @ x.T
            self.e -= self.learning_rate * e.sum(axis=1, keepdims=True)
"""


@pytest.mark.parametrize("change", [("", ""), ("(self.h > 0)", "(1 - self.h ** 2)")])
def test_a_class_that_is_made_with_its_data_may_want_them_in_columns(change):
    space = {"__name__": "user_module"}
    exec(textwrap.dedent(IN_COLUMNS).replace(*change), space)
    net = network_build.from_class(space["Web"], "Web", Caller(), {}, space)
    assert net.columns
    assert len(net.paths) == 4
    verdict = gradient.judged(net)
    assert (verdict.best[2] <= verdict.tolerance) == (change[0] == "")


def test_a_class_that_is_made_with_a_number_of_epochs_trains_as_many():
    text = textwrap.dedent(FED).replace(
        "n_hidden, n_out):", "n_hidden, n_out, epochs=9):\n        self.epochs = epochs"
    )
    space = {"__name__": "user_module"}
    exec(text, space)
    net = network_build.from_class(space["Mesh"], "Mesh", Caller(), {}, space)
    X, y = network_build.probe_data()
    assert net.root.epochs == 1
    assert passes.Pass(net, net.point, X, y, epochs=70).root.epochs == 70
    net.extras.pop("maker")  # of an object that the file has made a 1 may count something
    assert passes.Pass(net, net.point, X, y, epochs=70).root.epochs == 1
