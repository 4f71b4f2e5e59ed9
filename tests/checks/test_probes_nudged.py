"""Programs whose names say nothing, seen only through derivatives of their run: each fault fires on one changed line, none without."""

import numpy as np
import pytest

PLAIN = """
import numpy as np

azar = np.random.default_rng(4)
A = azar.normal(size=(23, 3))
B = (A[:, :1] * A[:, 1:2] > 0).astype(float)


class Caja:
    def __init__(self, n, m, tasa):
        self.u = azar.normal(0, 0.5, (n, m))
        self.c = np.zeros((1, m))
        self.tasa = tasa

    def ida(self, q):
        self.q = q
        self.s = np.tanh(q @ self.u - self.c) + q[:, :1]
        return self.s

    def vuelta(self, g):
        g0 = g * (1 - (self.s - self.q[:, :1]) ** 2)
        atras = g0 @ self.u.T
        atras[:, :1] += g.sum(axis=1, keepdims=True)
        self.u = self.u - self.tasa * (self.q.T @ g0)
        self.c = self.c + self.tasa * g0.sum(axis=0, keepdims=True)
        return atras


def marcha(veces):
    primera, segunda = Caja(3, 5, 0.02), Caja(5, 1, 0.02)
    for _ in range(veces):
        r = segunda.ida(primera.ida(A))
        primera.vuelta(segunda.vuelta(2 * (r - B)))
    return primera, segunda


marcha(30)
"""
FUNCTION = """
import numpy as np


def train(X, y, lr=0.1, epochs=100):
    rng = np.random.default_rng(0)
    A = rng.normal(size=(X.shape[1], 4)) * 0.5
    B = rng.normal(size=(4, 1)) * 0.5
    t = np.reshape(y, (-1, 1))
    for _ in range(epochs):
        h = np.tanh(X @ A) * np.cos(X @ A)
        p = 1 / (1 + np.exp(-np.clip(h @ B, -50, 50)))
        d = (p - t) / len(X)
        dh = (d @ B.T) * ((1 - np.tanh(X @ A) ** 2) * np.cos(X @ A) - np.tanh(X @ A) * np.sin(X @ A))
        B = B - lr * h.T @ d
        A = A - lr * X.T @ dh
    return A, B
"""
FAULTS = [
    (("self.u = self.u - self.tasa", "self.u = self.u - 0.02"), "SW-T1", "vuelta"),
    (("2 * (r - B)", "2 * (B - r)"), "SW-G18", "vuelta"),
    (("        self.u = self.u - self.tasa * (self.q.T @ g0)\n", ""), None, None),
    (("atras = g0 @ self.u.T", "atras = g @ self.u.T"), "SW-G1", "vuelta"),
    (("g0.sum(axis=0, keepdims=True)", "g0.sum() * np.ones(self.c.shape)"), "SW-G13", "vuelta"),
]  # fmt: skip


def said(result):
    """(code, function) of what the step of the program showed."""
    return [(finding.code, finding.function) for finding in result.findings if "irst step" in finding.observed]


def test_a_right_program_of_unknown_layers_is_passed(judge, errors):
    result = judge(PLAIN)
    assert errors(result) == []
    assert said(result) == []
    assert said(judge(FUNCTION)) == []


def test_a_function_that_trains_is_given_data(judge):
    assert ("SW-G1", "train") in said(judge(FUNCTION.replace("- np.tanh(X @ A) * np.sin", "+ np.tanh(X @ A) * np.sin")))
    assert ("SW-G18", "train") in said(judge(FUNCTION.replace("- lr *", "+ lr *")))


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[1]} {case[0][1][:24]}")
def test_one_changed_line_is_named_and_located(judge, case):
    (old, new), code, function = case
    assert PLAIN.count(old) == 1
    found = said(judge(PLAIN.replace(old, new)))
    assert code is None or (code, function) in found


def test_a_unit_that_stands_at_a_bend_of_its_activation_says_nothing():
    from types import SimpleNamespace

    from scratchwork.checks.probes import nudged

    class Case:
        points = (["SW-G13"], [])

        def __init__(self, turned, namespace, seed=7, like=None):
            self.turned, self.namespace, self.found = turned, namespace, self.points[seed - 7]

        def findings(self):
            return [SimpleNamespace(code=code) for code in self.found]

    kept, nudged.Case = nudged.Case, Case
    try:
        assert nudged._seen_twice(Case(None, {})) == []
        Case.points = (["SW-G13"], ["SW-G13"])
        assert [finding.code for finding in nudged._seen_twice(Case(None, {}))] == ["SW-G13"]
    finally:
        nudged.Case = kept


PREPARED = """
import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 4))
for _ in range(400):
    X = X + 0.0001 * np.sort(np.abs(X), axis=0)
y = (X @ np.array([1.0, -2.0, 0.5, 0.0]) > 0) * 1.0
w = rng.normal(size=4)
for epoch in range(30):
    p = 1 / (1 + np.exp(-(X @ w)))
    w = w - 0.1 * X.T @ (p - y) / len(y)
"""


def test_what_stands_before_the_first_moved_array_is_run_once_and_nothing_differs():
    import ast

    from scratchwork.checks.running import replay
    from scratchwork.checks.running.call import Caller
    from scratchwork.checks.watching import nudged_tape, prefix

    namespace, run = {}, []
    program = prefix.Rerun(replay.blocks(ast.parse(PREPARED))[0], namespace)
    program._execute = lambda node, case: (run.append(node.lineno), replay.Program._execute(program, node, case))

    def tape(nudges):
        program.tape = nudged_tape.NudgedTape(namespace, nudges)
        return replay.program_runs(program, Caller(), namespace, None, lambda: program.tape, again=False)

    first = tape({})
    start = next(sight for sight in first.sights if sight.label == "w")
    moved = [tape({(start.time, "w"): np.full(4, 0.25)}).table() for _ in range(3)]
    assert [run.count(line) for line in (5, 6, 9, 10)] == [2, 2, 4, 4]
    assert all(np.array_equal(moved[0][key], other[key]) for other in moved[1:] for key in moved[0])
    assert moved[0].keys() == moved[2].keys()
    before = first.table()
    assert all(np.array_equal(before[key], moved[2][key]) for key in before if key[0] < start.time)
    assert np.array_equal(moved[2][start.time, "w", False], start.value + 0.25)


def test_data_made_once_leave_the_random_numbers_as_they_were():
    from scratchwork.checks.watching import nudged_runs

    old = np.random  # the global generator, as users write it
    made = nudged_runs._remembering(lambda n, random_state=None: old.normal(size=n))
    drawn = []
    for _ in range(2):
        old.seed(5)
        drawn.append((made(4), old.normal(size=3)))
    assert all(np.array_equal(one, other) for one, other in zip(*drawn))


STRUCTS = """
import gzip
import numpy as np


class Slot:
    def __init__(self, n, m, bend):
        self.u, self.v, self.bend = np.random.uniform(-0.1, 0.1, (m, n)), np.zeros((m, 1)), bend


def images(name):
    with gzip.open(name, "rb") as f:
        return np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 784).T / 255.0


def labels(name):
    return np.frombuffer(gzip.open(name).read(), np.uint8, offset=8).astype(int)


def bent(z, bend):
    return np.tanh(z) if bend == "tanh" else 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def ahead(chain, x):
    for slot in chain:
        slot.z = slot.u @ x + slot.v
        slot.out = x = bent(slot.z, slot.bend)
    return x


def back(chain, x, d, rate):
    delta = (d - chain[-1].out) * chain[-1].out * (1 - chain[-1].out)
    for a in range(len(chain) - 1, -1, -1):
        below = chain[a - 1].out if a else x
        lower = chain[a].u.T @ delta * (1 - below**2)
        chain[a].u += rate * delta @ below.T / x.shape[1]
        chain[a].v += rate * np.mean(delta, 1, keepdims=True)
        delta = lower


np.random.seed(3)
chain = [Slot(784, 12, "tanh"), Slot(12, 10, "sigmoid")]
X, t = images("train-images-idx3-ubyte.gz"), labels("train-labels-idx1-ubyte.gz")
D = np.zeros((10, t.size))
for a in range(t.size):
    D[t[a], a] = 1
print("before", np.mean((ahead(chain, X) - D) ** 2))
for epoch in range(5):
    k = np.random.permutation(X.shape[1])
    for a in range(0, X.shape[1], 50):
        ahead(chain, X[:, k[a : a + 50]])
        back(chain, X[:, k[a : a + 50]], D[:, k[a : a + 50]], 0.5)
    print(epoch, np.mean((ahead(chain, X) - D) ** 2))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", None),
        ("rate * np.mean(delta, 1, keepdims=True)", "np.mean(rate * delta)", "SW-G13"),
        ("* (1 - below**2)", "* below * (1 - below)", "SW-G1"),
    ],
)
def test_layers_without_methods_fed_with_packed_images(judge, old, new, code):
    found = said(judge(STRUCTS.replace(old, new) if old else STRUCTS))
    assert found == ([(code, "back")] if code else [])


WALK = """
def go(n):
    box, idle = {"w": np.arange(3.0)}, np.ones(5)
    for i in range(n):
        z = box["w"] * i
        box["w"] = box["w"] + z.sum()
    return idle
"""


def test_a_tape_like_another_sees_what_that_one_saw():
    from scratchwork.checks.watching.nudged_tape import NudgedTape

    space = {"np": np}
    exec(WALK, space)
    first = NudgedTape(space)
    first.run(space["go"], 4)
    again = NudgedTape(space, like=first)
    again.run(space["go"], 4)
    one, other = first.table(), again.table()
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[key], other[key]) for key in one)
    start, last = (min(key for key in one if key[1] == "box['w']"), max(key for key in one if key[1] == "box['w']"))
    moved = NudgedTape(space, {start[:2]: np.full(3, 0.5)}, like=first)
    moved.run(space["go"], 4)
    assert (moved.table()[last] > one[last]).all()


def test_a_number_among_the_weights_has_a_slope():
    from scratchwork.checks.views import claims

    class Judged:
        point, X, y = {"b": np.float64(1.5)}, None, None

    own, claims.own_loss = claims.own_loss, lambda net, values, X, y: float(values["b"]) ** 2
    try:
        assert claims._difference(None, Judged, "b", 0, {}) == pytest.approx(3.0, abs=1e-6)
    finally:
        claims.own_loss = own
