"""Which loss a number is: compared with the usual losses at several points, up to one constant factor."""

import dataclasses

import numpy as np

from scratchwork.checks.views import reference

CLOSE = 2e-3  # an epsilon inside the logarithm and float32 stay below


@dataclasses.dataclass
class Point:
    """A value that the user's loss gave for outputs P and targets Y, both (n, C)."""

    value: float
    P: np.ndarray
    Y: np.ndarray


def usual(point):
    """The usual losses at a point, more than ``reference.loss_values`` gives: hinge-free, the ones that reports hold."""
    P, Y = point.P, point.Y
    n = len(P)
    values = reference.loss_values(P, Y)
    with np.errstate(all="ignore"):
        values["half of the cross-entropy"] = float(-((1 - Y) * np.log(1 - P)).sum() / n)
        values["absolute error"] = float(np.abs(P - Y).sum() / n)
        values["root of the squared error"] = float(np.sqrt(((P - Y) ** 2).mean()))
        Q = reference.softmax(P, axis=1)
        values["cross-entropy of softmax"] = float(-(Y * np.log(Q)).sum() / n)
        S = reference.sigmoid(P)
        values["binary cross-entropy of sigmoid"] = float(-(Y * np.log(S) + (1 - Y) * np.log(1 - S)).sum() / n)
        values["signed error"] = float((P - Y).sum() / n)
        values["wrong sign of the second half"] = float(-(Y * np.log(P) - (1 - Y) * np.log(1 - P)).sum() / n)
    return values


def identify(points):
    """(name, factor of n and C as text, factors) of the usual loss that explains all values, or None.

    The factor may depend on n and C in one of a few ways: 1, n, 1/n, 1/C, n/C, times 1, 1/2, 2 or -1.
    """
    shapes = {
        "1": lambda n, c: 1.0, "n": lambda n, c: n, "1/C": lambda n, c: 1 / c, "1/n": lambda n, c: 1 / n, "n/C": lambda n, c: n / c,
        "C": lambda n, c: c, "1/(n C)": lambda n, c: 1 / (n * c),
    }  # fmt: skip
    tables = [usual(point) for point in points]
    for name in tables[0]:
        for scale in (1.0, 0.5, 2.0, -1.0, 1 / np.log(2)):
            for words, shape in shapes.items():
                wanted = [scale * shape(*point.P.shape) * table[name] for point, table in zip(points, tables)]
                if all(_near(point.value, value) for point, value in zip(points, wanted)):
                    return name, words, scale
    return None


def _near(a, b):
    return bool(np.isfinite(a) and np.isfinite(b) and abs(a - b) <= CLOSE * max(abs(a), abs(b), 1e-3))


def probabilities(n, C, seed):
    """P (n, C) of probabilities, rows summing to 1 for C > 1, and labels (n,) with every class."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % max(C, 2))
    if C == 1:
        return rng.uniform(0.1, 0.9, size=(n, 1)), labels
    return reference.softmax(rng.normal(size=(n, C)), axis=1), labels
