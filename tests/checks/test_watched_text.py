"""A penalty whose strength is a number in a flat program: one changed line is named, and without it nothing is said."""

import pytest

FLAT = """import numpy as np
dice = np.random.default_rng(3)
P = dice.normal(size=(60, 4))
c = (P[:, 0] > 0).astype(int) + (P[:, 1] > 0.5)
n, pull, rate = len(P), 1e-3, 0.8
reg = 1e-3
U, u = 0.05 * dice.normal(size=(4, 9)), np.zeros((1, 9))
V, v = 0.05 * dice.normal(size=(9, 3)), np.zeros((1, 3))
for i in range(40):
    h = np.maximum(0, P @ U + u)
    e = np.exp(h @ V + v)
    q = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(q[range(n), c]).sum() / n + 0.5 * reg * (U ** 2).sum() + 0.5 * reg * (V ** 2).sum()
    g = q.copy()
    g[range(n), c] -= 1
    g /= n
    dV, dv = h.T @ g, g.sum(axis=0, keepdims=True)
    k = g @ V.T
    k[h <= 0] = 0
    dU, du = P.T @ k, k.sum(axis=0, keepdims=True)
    dV += reg * V
    dU += reg * U
    U -= rate * dU
    u -= rate * du
    V -= rate * dV
    v -= rate * dv
print((np.argmax(np.maximum(0, P @ U + u) @ V + v, axis=1) == c).mean())
"""
LINE = """import numpy as np
dice = np.random.default_rng(3)
P = np.concatenate([np.zeros((3, 4)), dice.normal(size=(57, 4))])
c = np.arange(60) % 3
reg = 1e-3
V, v = 0.05 * dice.normal(size=(4, 3)), np.zeros((1, 3))
for i in range(40):
    e = np.exp(P @ V + v)
    q = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(q[range(60), c]).sum() / 60 + 0.5 * reg * (V ** 2).sum()
    g = (q - np.eye(3)[c]) / 60
    dV = P.T @ g + reg * V
    V -= 0.8 * dV
    v -= 0.8 * g.sum(axis=0, keepdims=True)
"""
CASES = (
    (FLAT, "    dV += reg * V\n    dU += reg * U\n", "    dV -= reg * V\n    dU -= reg * U\n", "SW-G2"),
    (FLAT, "    dV += reg * V\n    dU += reg * U\n", "", "SW-G5"),
)


def told(tmp_path, text):
    from scratchwork.checks.engine import check_here

    path = tmp_path / "flat.py"
    path.write_text(text)
    return {finding.code for finding in check_here(path).findings if finding.severity != "remark"}


@pytest.mark.parametrize(("text", "old", "new", "code"), CASES)
def test_a_penalty_in_a_programs_text(tmp_path, text, old, new, code):
    assert old in text
    assert code in told(tmp_path, text.replace(old, new))


@pytest.mark.parametrize(
    "text", [FLAT, FLAT.replace("reg = 1e-3", "reg = 0.0"), LINE, LINE.replace("reg = 1e-3", "reg = 0.0")]
)
def test_right_programs_are_left_alone_where_equal_rows_bear_different_labels_too(tmp_path, text):
    assert told(tmp_path, text) & {"SW-T11", "SW-G1", "SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-G8"} == set()
