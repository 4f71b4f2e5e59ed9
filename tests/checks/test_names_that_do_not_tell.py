"""Classes whose names tell nothing: parts and parameters are known by what the code does with them, or as the program uses them."""

import pytest

NONSENSE = """
import numpy as np

class Blorp:
    def __init__(self, zig, *, wup=(8,), mog=0):
        rng = np.random.default_rng(mog)
        row = [zig, *wup, 1]
        self.K = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in zip(row[:-1], row[1:])]
        self.c = [np.zeros(b) for b in row[1:]]

    def fromp(self, q):
        seen, sums = [q], []
        for K, c in zip(self.K, self.c):
            sums.append(seen[-1] @ K + c)
            seen.append(np.maximum(sums[-1], 0) if len(sums) < len(self.K) else sums[-1])
        return seen, sums

    def glim(self, q):
        seen, _ = self.fromp(q)
        return seen[-1].ravel()

    def hurk(self, q, r, tolk=200, vim=0.01, snee=16):
        r = r.reshape(-1, 1)
        for _ in range(tolk):
            for at in range(0, len(q), snee):
                part, want = q[at:at + snee], r[at:at + snee]
                seen, sums = self.fromp(part)
                d = 2 * (seen[-1] - want) / len(part)
                for i in reversed(range(len(self.K))):
                    if i < len(self.K) - 1:
                        d = d * (sums[i] > 0)
                    up, side = seen[i].T @ d, d.sum(axis=0)
                    d = d @ self.K[i].T
                    self.K[i] -= vim * up
                    self.c[i] -= vim * side
"""
TWO_MODELS = """
import numpy as np

names = ["a", "b", "c", "d"]

def hot(i):
    v = np.zeros(len(names))
    v[i] = 1
    return v

class Flat:
    def __init__(self, n, m):
        self.W = np.zeros((n, m))

    def say(self, x):
        return np.argmax(x @ self.W)

    def fill(self, rows, marks, turns):
        for _ in range(turns):
            for x, m in zip(rows, marks):
                if self.say(x) != m:
                    self.W[:, m] += 0.1 * x
                    self.W[:, self.say(x)] -= 0.1 * x

class Bent:
    def __init__(self, n, h, m):
        np.random.seed(3)
        self.A = np.random.randn(n, h) * 0.4
        self.B = np.random.randn(h, m) * 0.4
        self.s = 0.05

    def squash(self, z):
        e = np.exp(z - np.max(z))
        return e / np.sum(e)

    def through(self, x):
        mid = np.tanh(x @ self.A)
        return mid, self.squash(mid @ self.B)

    def say(self, x):
        return np.argmax(self.through(x)[1])

    def fill(self, rows, marks, turns):
        for _ in range(turns):
            for i in np.random.permutation(len(rows)):
                x, want = rows[i], hot(marks[i])
                mid, out = self.through(x)
                d = out - want
                back = (self.B @ d) * (1 - mid ** 2)
                self.B -= self.s * np.outer(mid, d)
                self.A -= self.s * np.outer(x, back)

rows = np.random.RandomState(0).randn(12, 6)
marks = np.arange(12) % 4
flat = Flat(6, 4)
flat.fill(rows, marks, 20)
bent = Bent(6, 5, 4)
bent.fill(rows, marks, 20)
print([names[bent.say(x)] for x in rows])
"""
PASSED_AROUND = """
import numpy as np

class Net:
    def relu(self, z):
        return np.maximum(z, 0)

    def softmax(self, z):
        e = np.exp(z - np.max(z, axis=0))
        return e / np.sum(e, axis=0)

    def init_params(self, n_x, n_h, n_y):
        self.params = {"W1": np.random.randn(n_h, n_x) * 0.5, "b1": np.zeros((n_h, 1)),
                       "W2": np.random.randn(n_y, n_h) * 0.5, "b2": np.zeros((n_y, 1))}
        return self.params

    def forward(self, X, params):
        z1 = params["W1"] @ X + params["b1"]
        a1 = self.relu(z1)
        self.cache = {"z1": z1, "a1": a1, "a2": self.softmax(params["W2"] @ a1 + params["b2"])}
        return self.cache

    def cost(self, a2, Y):
        return -np.sum(Y * np.log(a2 + 1e-12)) / Y.shape[1]

    def backward(self, X, Y, params, cache):
        m = X.shape[1]
        d2 = cache["a2"] - Y
        d1 = (params["W2"].T @ d2) * (cache["z1"] > 0)
        return {"W1": d1 @ X.T / m, "b1": d1.sum(axis=1, keepdims=True) / m,
                "W2": d2 @ cache["a1"].T / m, "b2": d2.sum(axis=1, keepdims=True) / m}

    def fit(self, X, Y, epochs=100, lr=0.1, n_h=6):
        params = self.init_params(X.shape[0], n_h, Y.shape[0])
        for _ in range(epochs):
            cache = self.forward(X, params)
            grads = self.backward(X, Y, params, cache)
            for key in params:
                params[key] = params[key] - lr * grads[key]
        self.params = params

    def predict(self, X):
        return np.argmax(self.forward(X, self.params)["a2"], axis=0)
"""
OUTPUT_Y = """
import numpy as np

def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

class SoftmaxRegression:
    def __init__(self, eta=0.1):
        self.eta = eta
        self.params = {"W": np.random.uniform(-0.1, 0.1, (400, 4)), "b": np.zeros(4)}

    def forward(self, x):
        return softmax(x @ self.params["W"] + self.params["b"])

    def loss(self, y, t):
        return (-t * np.log(np.clip(y, 1e-10, 1))).sum(axis=1).mean()

    def gradient(self, x, y, t):
        d = (y - t) / len(x)
        return {"W": x.T @ d, "b": d.sum(axis=0)}

    def train(self, x, t):
        grads = self.gradient(x, self.forward(x), t)
        for key in self.params:
            self.params[key] -= self.eta * grads[key]

    def set_loss(self, function):
        self.loss = function
"""

RIGHT = {"nonsense": NONSENSE, "two models": TWO_MODELS, "passed around": PASSED_AROUND, "output y": OUTPUT_Y}
WRONG = [
    ("nonsense", "d.sum(axis=0)", "d.mean(axis=0)", "hurk"),
    ("nonsense", "d = d * (sums[i] > 0)", "d = d * seen[i + 1]", "hurk"),
    ("nonsense", "self.c[i] -= vim * side", "self.c[i] += vim * side", "hurk"),
    ("two models", "* (1 - mid ** 2)", "* (1 + mid ** 2)", "fill"),
    ("two models", "self.A -= self.s", "self.A += self.s", "fill"),
    ("passed around", '(cache["z1"] > 0)', 'cache["a1"]', "backward"),
    ("output y", "d = (y - t)", "d = (y * (1 - y) * (y - t))", "gradient"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_class_is_judged_and_nothing_is_said(judge, errors, name):
    result = judge(RIGHT[name])
    assert errors(result) == []
    assert not [finding for finding in result.findings if finding.code == "SW-G1"]
    assert "SW-G1" in result.passed or name == "two models"  # its first model learns by a rule, not by a gradient


@pytest.mark.parametrize(("name", "old", "new", "function"), WRONG)
def test_one_changed_line_is_seen(judge, name, old, new, function):
    assert old in RIGHT[name]
    result = judge(RIGHT[name].replace(old, new))
    found = [finding for finding in result.findings if finding.code[:4] == "SW-G" and finding.severity != "remark"]
    assert found, result.passed
    assert function in {finding.function for finding in found}


def test_what_parameters_mean_is_read_off_their_use(judge):
    told = [entry for entry in judge(NONSENSE).recognised if entry.object.startswith("Blorp.")]
    assert {(entry.object, entry.role) for entry in told} >= {("Blorp.hurk", "train"), ("Blorp.glim", "predict")}


STAGES = """
import numpy as np

class Chain:
    def __init__(self, num_inputs, stages, num_outputs):
        widths = [num_inputs, stages["first"]["units"], num_outputs]
        r = np.random.default_rng(0)
        self.W = [r.normal(size=pair) * 0.4 for pair in zip(widths[:-1], widths[1:])]
        self.b = [np.zeros(width) for width in widths[1:]]

    def forward(self, X):
        self.h = np.tanh(X @ self.W[0] + self.b[0])
        return self.h @ self.W[1] + self.b[1]

    def loss(self, X, Y):
        return 0.5 * np.sum((self.forward(X) - Y) ** 2) / len(X)

    def backward(self, X, Y):
        d = (self.forward(X) - Y) / len(X)
        e = (d @ self.W[1].T) * (1 - self.h ** 2)
        return [X.T @ e, self.h.T @ d], [e.sum(axis=0), d.sum(axis=0)]

    def train(self, X, Y, lr=0.1, epochs=20):
        for _ in range(epochs):
            dW, db = self.backward(X, Y)
            self.W = [w - lr * g for w, g in zip(self.W, dW)]
            self.b = [b - lr * g for b, g in zip(self.b, db)]

def main():
    rows = np.random.default_rng(1).normal(size=(40, 2))
    net = Chain(2, {"first": {"units": 6}}, 1)
    net.train(rows, rows[:, :1] * rows[:, 1:])
"""


def test_a_class_that_no_plain_numbers_make_is_made_as_its_own_program_makes_it(judge):
    right = judge(STAGES)
    assert right.findings == []
    assert {"SW-G1", "SW-T17"} <= set(right.passed)
    wrong = judge(STAGES.replace("(1 - self.h ** 2)", "(1 - self.h)"))
    assert {"SW-G1", "SW-G10", "SW-G11"} & {finding.code for finding in wrong.findings if finding.severity == "error"}


def test_what_the_own_call_gives_is_taken_but_for_sizes_that_are_known():
    from scratchwork.checks.recognising import own_calls

    space = {"np": __import__("numpy"), "__name__": "user_module"}
    exec(STAGES, space)
    space["__tree__"] = __import__("ast").parse(STAGES)
    assert own_calls.arguments(space["Chain"], {"n_in": 5, "n_out": 3}) == {"stages": {"first": {"units": 6}}}
    assert own_calls.arguments(space["Chain"], {}) == {
        "num_inputs": 2,
        "stages": {"first": {"units": 6}},
        "num_outputs": 1,
    }


PAIRS = """
import numpy as np

def bent(z):
    return 1 / (1 + np.exp(-z))

class Web:
    def __init__(self, widths, seed=0):
        g = np.random.default_rng(seed)
        self.ws = [g.normal(size=(b, a)) / np.sqrt(a) for a, b in zip(widths, widths[1:])]
        self.bs = [g.normal(size=(b, 1)) for b in widths[1:]]

    def output(self, a):
        for w, b in zip(self.ws, self.bs):
            a = bent(w @ a + b)
        return a

    def slopes(self, x, y):
        seen = [x]
        for w, b in zip(self.ws, self.bs):
            seen.append(bent(w @ seen[-1] + b))
        d, up, side = seen[-1] - y, [], []
        for w, a, below in zip(self.ws[::-1], seen[::-1], seen[-2::-1]):
            up.insert(0, d @ below.T)
            side.insert(0, d)
            d = (w.T @ d) * below * (1 - below)
        return up, side

    def renew(self, some, eta):
        up, side = [np.zeros(w.shape) for w in self.ws], [np.zeros(b.shape) for b in self.bs]
        for x, y in some:
            dw, db = self.slopes(x, y)
            up, side = [s + d for s, d in zip(up, dw)], [s + d for s, d in zip(side, db)]
        self.ws = [w - eta / len(some) * s for w, s in zip(self.ws, up)]
        self.bs = [b - eta / len(some) * s for b, s in zip(self.bs, side)]

    def whole(self, pairs):
        return sum(-np.sum(y * np.log(self.output(x)) + (1 - y) * np.log(1 - self.output(x))) for x, y in pairs) / len(pairs)
"""


def test_samples_may_come_two_by_two_and_weights_be_renewed_as_lists():
    import ast

    from scratchwork.checks.recognising import binding, method_roles

    space = {"__name__": "user_module"}
    exec(PAIRS, space)
    space["__tree__"] = ast.parse(PAIRS)
    kind = space["Web"]
    assert method_roles.by_body(kind)["forward"] == "output"
    assert binding.wants_pairs(kind.whole) == "pairs"
    assert binding.wants_pairs(kind.renew) == "some"
    assert binding.wants_pairs(kind.output) is None
