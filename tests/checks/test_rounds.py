"""A training loop is watched for one round, wherever it stands and whatever it passes around."""

import pytest

TUPLE = """
import numpy as np

def start(n_x, n_h, n_y, rng):
    return (rng.normal(0, 0.5, (n_h, n_x)), np.zeros((n_h, 1)), rng.normal(0, 0.5, (n_y, n_h)), np.zeros((n_y, 1)))

def ahead(X, theta):
    W1, b1, W2, b2 = theta
    A1 = np.tanh(W1 @ X + b1)
    return 0.5 * (1 + np.tanh(0.5 * (W2 @ A1 + b2))), A1

def bwd(X, Y, theta, P, A1):
    m = X.shape[1]
    dZ2 = (P - Y) / m
    dZ1 = (theta[2].T @ dZ2) * (1 - A1 ** 2)
    return dZ1 @ X.T, dZ1.sum(axis=1, keepdims=True), dZ2 @ A1.T, dZ2.sum(axis=1, keepdims=True)

def fit(X, Y, n_h=4, pace=1.0, turns=2000, seed=0):
    theta = start(X.shape[0], n_h, Y.shape[0], np.random.default_rng(seed))
    for _ in range(turns):
        P, A1 = ahead(X, theta)
        theta = tuple(t - pace * g for t, g in zip(theta, bwd(X, Y, theta, P, A1)))
    return theta
"""

INLINE = """
import numpy as np

def main():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 4))
    y = (X[:, :1] > 0).astype(float)
    m = len(X)
    params = [{"W": rng.normal(size=(4, 6)) * 0.5, "b": np.zeros(6)}, {"W": rng.normal(size=(6, 1)) * 0.5, "b": np.zeros(1)}]
    rate = 0.5
    for step in range(500):
        a = np.tanh(X @ params[0]["W"] + params[0]["b"])
        p = 0.5 * (1 + np.tanh(0.5 * (a @ params[1]["W"] + params[1]["b"])))
        d2 = (p - y) / m
        d1 = (d2 @ params[1]["W"].T) * (1 - a ** 2)
        params[1]["W"] -= rate * (a.T @ d2)
        params[1]["b"] -= rate * d2.sum(axis=0)
        params[0]["W"] -= rate * (X.T @ d1)
        params[0]["b"] -= rate * d1.sum(axis=0)
    print(((p > 0.5) == y).mean())

if __name__ == "__main__":
    main()
"""

SCRIPT = """
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(90, 4))
T = np.eye(3)[np.clip((X[:, 0] > 0).astype(int) + (X[:, 1] > 0), 0, 2)]


def probabilities(X, W, b):
    Z = X @ W + b
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def predict(X, W, b):
    return probabilities(X, W, b).argmax(axis=1)


def main():
    W, b = np.zeros((4, 3)), np.zeros(3)
    pace = 0.5
    for turn in range(200):
        order = rng.permutation(len(X))
        xs, ts = X[order], T[order]
        P = probabilities(xs, W, b)
        W -= pace * (xs.T @ (P - ts)) / len(xs)
        b -= pace * (P - ts).mean(axis=0)
    return predict(X, W, b)


main()
"""

UNIT = """
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(90, 4))
y = (X[:, 0] > 0).astype(int)
w, b = np.zeros(4), 0.0
for turn in range(200):
    p = 0.5 * (1 + np.tanh(0.5 * (X @ w + b)))
    w -= 0.1 * (X.T @ (p - y)) / len(y)
    b -= 0.1 * (p - y).mean()
"""

FAULTS = [
    (SCRIPT, (("P = probabilities(xs, W, b)\n        W -= pace * (xs.T @ (P - ts))", "ts = T\n        P = probabilities(xs, W, b)\n        W -= pace * (xs.T @ (P - ts))"),), {"SW-T11"}, "main"),
    (SCRIPT, (("probabilities(X, W, b).argmax(axis=1)", "probabilities(X, W, b).argmax(axis=0)"),), {"SW-P5"}, "predict"),
    (SCRIPT, (("Z.max(axis=1, keepdims=True)", "Z.max()"), ("E.sum(axis=1, keepdims=True)", "E.sum(axis=0)")), {"SW-N3"}, "probabilities"),
    (UNIT, (("(X[:, 0] > 0).astype(int)", "(X[:, 0] > 0).astype(int) + (X[:, 1] > 0)"),), {"SW-G20"}, None),
    (TUPLE, (("(1 - A1 ** 2)\n", "A1 * (1 - A1)\n"),), {"SW-G11"}, "bwd"),
    (TUPLE, (("dZ1.sum(axis=1, keepdims=True)", "np.full_like(theta[1], dZ1.sum())"),), {"SW-G13"}, "bwd"),
    (TUPLE, (("rng.normal(0, 0.5, (n_h, n_x))", "np.zeros((n_h, n_x))"), ("rng.normal(0, 0.5, (n_y, n_h))", "np.zeros((n_y, n_h))")), {"SW-T17"}, "start"),
    (TUPLE, (("t - pace * g", "t + pace * g"),), {"SW-G18"}, "fit"),
    (TUPLE, (("pace=1.0", "learning_rate=1.0"), ("t - pace * g", "t - 0.1 * g")), {"SW-T1", "SW-T2"}, "fit"),
    (INLINE, (("(1 - a ** 2)", "(1 - a)"),), {"SW-G11"}, "main"),
    (INLINE, (('-= rate * (X.T @ d1)', '+= rate * (X.T @ d1)'),), {"SW-G18", "SW-G1"}, "main"),
]  # fmt: skip


@pytest.mark.parametrize("text", [TUPLE, INLINE, SCRIPT, UNIT], ids=["tuple", "inline", "script", "unit"])
def test_a_correct_loop_is_clean(judge, errors, text):
    result = judge(text)
    assert errors(result) == []
    assert "SW-G1" in result.passed


@pytest.mark.parametrize(("text", "changes", "codes", "where"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_in_the_loop_is_found(judge, text, changes, codes, where):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    found = [finding for finding in judge(text).findings if finding.code in codes]
    assert found
    assert found[0].function == where


def test_a_round_that_is_a_whole_training_is_left_to_the_loop_in_it():
    from types import SimpleNamespace

    import pytest

    from scratchwork.checks.findings import CannotCheck
    from scratchwork.checks.watching import round_data, rounds

    driver, watch = SimpleNamespace(name="main"), SimpleNamespace(calls=[None] * rounds.MOST_CALLS)
    with pytest.raises(CannotCheck):
        round_data._one(driver, watch)
    watch.calls.pop()
    assert round_data._one(driver, watch) is watch


@pytest.mark.parametrize("rate", [1, 0.5])
def test_a_rate_may_be_a_whole_number(rate):
    from scratchwork.checks.watching import rates

    assert rates.put_at_entry({"lr": rate, "n": 3, "learning_rate_decays": True}, 0.05, {}) == {("lr",): 0.05}


SHUFFLED = """
import numpy as np


def affine(a, b, rng):
    held = {"W": rng.normal(size=(a, b)) / np.sqrt(a), "b": np.zeros(b)}

    def onward(x):
        return x @ held["W"] + held["b"], x

    def homeward(up, x):
        return up @ held["W"].T, {"W": x.T @ up, "b": up.sum(0)}

    return held, onward, homeward


def squash():
    def onward(x):
        s = np.exp(-np.logaddexp(0, -x))
        return s, s

    def homeward(up, s):
        return up * s * (1 - s), {}

    return {}, onward, homeward


def learn(x, t, n_hidden=6, lr=0.3, epochs=50, seed=0):
    rng = np.random.default_rng(seed)
    parts = [affine(x.shape[1], n_hidden, rng), squash(), affine(n_hidden, t.shape[1], rng)]
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        out, kept = x[order], []
        for _, onward, _ in parts:
            out, cache = onward(out)
            kept.append(cache)
        losses.append(0.5 * np.mean(np.sum((out - t[order]) ** 2, axis=1)))
        up = (out - t[order]) / len(x)
        for (held, _, homeward), cache in zip(parts[::-1], kept[::-1]):
            up, slopes = homeward(up, cache)
            for name in slopes:
                held[name] -= lr * slopes[name]
    return parts, losses
"""


def test_the_function_behind_a_fault_is_found_in_rounds_that_shuffle(judge):
    assert not [item for item in judge(SHUFFLED).findings if item.severity != "remark"]
    first = judge(SHUFFLED.replace("up * s * (1 - s)", "up * (1 - s**2)")).findings[0]
    assert (first.code, first.function) == ("SW-G11", "homeward")
