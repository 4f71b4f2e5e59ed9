"""A cost and its gradient as a program hands them to an optimiser of SciPy: measured there and then, at a point near the start."""

import dataclasses
import sys
import time

import numpy as np

FAR, STEP, DIRECTIONS, LONGEST = 0.3, 1e-4, 5, 0.04  # a cost that takes longer is not measured


@dataclasses.dataclass
class Handed:
    """Along some directions: what the gradient says, what differences of the cost say; and the functions that were asked."""

    claimed: np.ndarray
    numeric: np.ndarray
    noise: np.ndarray  # how far two differences are apart
    beside: np.ndarray  # what theta itself would add along them
    without: np.ndarray  # what theta would add but for its first entry
    cost: str | None
    slope: str | None


def measured(fun, slope, start, more, path, began):
    """[Handed] of one call of an optimiser, or [] where it would take too long or gives no finite numbers."""
    if time.process_time() - began > LONGEST:
        return []
    rng, found = np.random.default_rng(29), []
    theta = start + FAR * rng.normal(size=start.size)
    directions = rng.normal(size=(DIRECTIONS, start.size))
    directions[-1] = np.eye(1, start.size)[0]
    try:
        with _Watch(path) as asked_slope:
            given = slope(theta.copy(), *more) if callable(slope) else fun(theta.copy(), *more)[1]
        with _Watch(path) as asked_cost:
            _number(fun(theta.copy(), *more))
        claimed = np.asarray(given, dtype=float).ravel()
        for v in directions:
            size = STEP / max(np.abs(v).max(), 1.0)
            sides = [_number(fun(theta + share * size * v, *more)) for share in (1, -1, 2, -2)]
            near, wide = (sides[0] - sides[1]) / (2 * size), (sides[2] - sides[3]) / (4 * size)
            if np.isfinite([near, wide]).all() and abs(near - wide) <= 1e-3 * abs(near) + 1e-9:
                whole = float(theta @ v)
                found.append((float(claimed @ v), (4 * near - wide) / 3, near - wide, whole, whole - theta[0] * v[0]))
    except (ArithmeticError, ValueError, TypeError, IndexError):
        return []
    if len(found) < 3:
        return []
    return [Handed(*map(np.array, zip(*found)), asked_cost.first, asked_slope.first)]


def _number(value):
    return float(np.ravel(value[0] if isinstance(value, tuple) else value)[0])


class _Watch:
    """The first function of the user's file with a name that runs within the block."""

    def __init__(self, path):
        self.path, self.first = path, None

    def __enter__(self):
        self.before = sys.getprofile()
        sys.setprofile(self._seen)
        return self

    def __exit__(self, *_):
        sys.setprofile(self.before)

    def _seen(self, frame, event, _):
        code = frame.f_code
        if event == "call" and self.first is None and code.co_filename == self.path and code.co_name[0] != "<":
            self.first = code.co_qualname.replace("<locals>.", "")
