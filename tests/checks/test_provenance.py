"""Parts of the data under names that tell nothing: what is learnt from the others, and what is said of them, is seen all the same."""

import pytest

from scratchwork.checks import engine, probing, registry

THREE = """
import numpy as np

def draw(count, seed):
    dice = np.random.default_rng(seed)
    M = dice.gamma(2.0, 3.0, size=(count, 4))
    return M, (M[:, 0] - M[:, 1] + dice.normal(size=count) > 0).astype(int)

def ruler(M):
    low, wide = M.min(axis=0), np.ptp(M, axis=0)
    return lambda other: (other - low) / wide

def near(P, p, Q, k):
    d = ((Q[:, None] - P[None]) ** 2).sum(-1)
    return (p[np.argsort(d, axis=1)[:, :k]].mean(axis=1) > 0.5).astype(int)

def study():
    M, m = draw(200, 4)
    o = np.random.default_rng(1).permutation(200)
    P, Q, R = M[o[:110]], M[o[110:150]], M[o[150:]]
    p, q, r = m[o[:110]], m[o[110:150]], m[o[150:]]
    f = ruler(P)
    P, Q, R = f(P), f(Q), f(R)
    marks = {k: np.mean(near(P, p, Q, k) == q) for k in (1, 5, 9)}
    k = max(marks, key=marks.get)
    print("k", k, "accuracy of the test", np.mean(near(P, p, R, k) == r))

if __name__ == "__main__":
    study()
"""
FOLDS = """
import random

def made(count):
    dice = random.Random(8)
    lines = [[dice.gauss(3, 1), dice.gauss(50, 20), dice.gauss(0, 1)] for _ in range(count)]
    return lines, [2 * a + b / 10 + dice.gauss(0, 1) for a, b, _ in lines]

def ends(lines):
    return [(sum(column) / len(column), max(column) - min(column)) for column in zip(*lines)]

def put(lines, by):
    return [[(v - m) / w for v, (m, w) in zip(line, by)] for line in lines]

def mean_of_nearest(P, p, line, k):
    close = sorted(zip(P, p), key=lambda pair: sum((a - b) ** 2 for a, b in zip(pair[0], line)))[:k]
    return sum(value for _, value in close) / k

def off(lines, goals, k, rounds=4):
    total = 0.0
    for turn in range(rounds):
        a = [line for i, line in enumerate(lines) if i % rounds != turn]
        b = [line for i, line in enumerate(lines) if i % rounds == turn]
        u = [goal for i, goal in enumerate(goals) if i % rounds != turn]
        v = [goal for i, goal in enumerate(goals) if i % rounds == turn]
        by = ends(a)
        a, b = put(a, by), put(b, by)
        total += sum((mean_of_nearest(a, u, line, k) - goal) ** 2 for line, goal in zip(b, v)) / len(b)
    return total / rounds

lines, goals = made(60)
for k in (1, 3):
    print(k, "neighbours, mean square", off(lines, goals, k))
"""
CASES = {
    "the rows kept aside help to prepare": (THREE, "f = ruler(P)", "f = ruler(M)", "SW-D1"),
    "the last part by half of its own rows": (THREE, "f(P), f(Q), f(R)", "f(P), f(Q), ruler(R[::2])(R)", "SW-D2"),
    "chosen by what is reported": (THREE, "near(P, p, Q, k) == q", "near(P, p, R, k) == r", "SW-D5"),
    "training rows as the test": (THREE, "near(P, p, R, k) == r", "near(P, p, P, k) == p", "SW-E9"),
    "a fold prepared by all rows": (FOLDS, "by = ends(a)", "by = ends(lines)", "SW-D1"),
    "a fold by itself": (FOLDS, "put(a, by), put(b, by)", "put(a, by), put(b, ends(b))", "SW-D2"),
}


@pytest.fixture
def codes(tmp_path, monkeypatch):
    """The codes that the probes of parts and of influence find."""
    probing.load_probes()
    wanted = [entry for entry in registry.PROBES if entry.function.__module__.endswith((".parts", ".influence"))]
    monkeypatch.setattr(probing, "load_probes", lambda: None)
    monkeypatch.setattr(registry, "PROBES", wanted)
    monkeypatch.setattr(probing, "PROBES", wanted)

    def run(text):
        path = tmp_path / "program.py"
        path.write_text(text)
        found = engine.check_here(path).findings
        return {finding.code for finding in found if finding.severity != "remark"} & {
            f"SW-{c}" for c in ("D1", "D2", "D3", "D5", "K7", "E9")
        }

    return run


@pytest.mark.parametrize("text", [THREE, FOLDS])
def test_parts_that_no_name_tells_are_silent_where_they_are_kept_apart(text, codes):
    assert not codes(text)


@pytest.mark.parametrize("name", CASES)
def test_what_is_learnt_from_and_said_of_parts_that_no_name_tells(name, codes):
    text, right, wrong, code = CASES[name]
    assert right in text
    assert code in codes(text.replace(right, wrong))


TWINS = THREE.replace("    P, Q, R = M[o[:110]]", "    M[o[110:180:2]] = M[o[:35]]\n    P, Q, R = M[o[:110]]")


def test_rows_that_stand_in_both_parts_are_not_moved(codes):
    assert "M[o[:35]]" in TWINS
    assert "SW-D1" not in codes(TWINS)
    assert "SW-D1" in codes(TWINS.replace("f = ruler(P)", "f = ruler(M)"))
