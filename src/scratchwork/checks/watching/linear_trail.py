"""The trail of a linear model's training, seen from inside: its weights from step to step, whatever the steps are called.

fit runs once under ``watch``; the array of weights is the one that ends as what was learnt, and at each of its changes the
design and the targets are among the values held at that moment. So no parameter has to be known by name: neither rate nor
number of iterations; scaled data, encoded labels, batches and single rows are seen as they are used. Letters: A (m, p)
design, T (m, C) targets, W (p, C), b (C,).
"""

import dataclasses
import itertools
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.running import data, state
from scratchwork.checks.views.model import modelled
from scratchwork.checks.watching.watch import Watching

TEMPORARY = r"(grad|^d_?[wb]|^d_|delta|step$|update|veloc|direction|diff|err|resid|^g[wb]?$|nabla|partial|moment|^[mvs]_|cache|prev|old|best|^x|sample|mean|std|sigma)"
INTERCEPT = r"(b|bias|biases|intercept|w_?0|theta_?0|a_?0|b_?0|beta_?0|c|offset|bias_term|ordenada|biais|sesgo)\d?"
SLOPE = r"(w|m|a|slope|weight|peso|theta|beta|coef\w*|inclina\w*|pendiente)_?1?|b_?1"
STEPS = 6


@dataclasses.dataclass
class Point:
    """Weights before a step, the step, and what data was held: ``around`` by name."""

    W: np.ndarray  # (p, C)
    b: np.ndarray | None
    dW: np.ndarray
    db: np.ndarray | None
    around: dict
    function: str


def watched_fit(model, X, y, **settings):
    """(fitted object, Record) of a fit that is watched."""
    kept = model.caller
    model.caller = Watching(kept, changes=True, calls=True)
    try:
        made = model.fit(X, y, **settings)
        return made, model.caller.record
    finally:
        model.caller = kept


class Trail:
    """The first steps of a fit, its data, and what was learnt in the end."""

    def __init__(self, model, **settings):
        self.model = model
        self.X, self.y = trail_data(model)
        self.made, self.record = watched_fit(model, self.X, self.y, **settings)
        if self.record is None:
            raise CannotCheck("its training could not be watched")
        self.points = self._points()

    def _points(self):
        d, best = self.X.shape[1], None
        learnt = list(state.snapshot(self.made).values())
        for key in {change.name: None for change in self.record.changes}:
            moved = [change for change in self.record.changes if change.name == key]
            if not _weights_like(moved[-1].after, d) or len(moved) < 3 or self._are_rows(moved):
                continue
            name = re.split(r"[:.]", key)[-1].strip("_").lower()
            if np.ndim(moved[-1].after) == 0 and not re.fullmatch(SLOPE, name):
                continue
            last = np.ravel(moved[-1].after)
            ends = any(item.size == last.size and np.allclose(item.ravel(), last) for item in learnt)
            rank = (not re.search(TEMPORARY, name), ends, key.startswith("self."), len(moved))
            if rank[0] and (best is None or rank > best[0]):
                best = (rank, key, moved)
        if best is None:
            raise CannotCheck("no array of weights was seen to change from step to step")
        self.key = best[1]
        return self._steps(best[2])

    def _are_rows(self, moved):
        """Whether what a name held are rows of the data, one after another."""
        return all(any(np.array_equal(np.ravel(item.after), row) for row in self.X) for item in moved[:3])

    def _steps(self, moved):
        """Points from the changes of the weights, with the intercept that goes with them."""
        real = [
            change
            for change in moved
            if change.before is not None and np.shape(change.before) == np.shape(change.after)
        ]
        real = [change for change in real if np.all(np.isfinite(change.after))]
        if not real or np.size(real[0].before) < self.X.shape[1]:
            raise CannotCheck("the weights do not change step by step")
        first = self._table(real[0].before)
        inside = len(first) == self.X.shape[1] + 1
        other = None if inside else self._intercept(len(real), first.shape[1])
        early = other and other[0].step < real[0].step
        points = []
        for t, change in enumerate(real[: STEPS + 1]):
            b = self._intercept_at(other, change, real[t - 1].step if t else -1, early) if other else None
            points.append((self._table(change.before), b, change))
        found = []
        for (w, b, change), (_, later, _) in itertools.pairwise(points):
            step = self._table(change.after) - w
            found.append(Point(w, b, step, None if b is None else later - b, change.around, change.function))
        if len(found) < 2:
            raise CannotCheck("fewer than three steps were seen")
        return found

    def _table(self, value):
        """The weights as (p, C)."""
        d, array = self.X.shape[1], np.asarray(value, dtype=float)
        if array.size in (d, d + 1):
            return array.reshape(-1, 1)
        return array if array.shape[0] in (d, d + 1) else array.T

    def _intercept(self, count, outputs):
        """The changes of the intercept; its first value alone where it never moves; or None."""
        still = None
        for key in {change.name: None for change in self.record.changes}:
            name = re.split(r"[:.]", key)[-1].strip("_").lower()
            if not re.fullmatch(INTERCEPT, name) or key == self.key:
                continue
            moved = [
                change for change in self.record.changes if change.name == key and np.size(change.after) == outputs
            ]
            real = [change for change in moved if np.size(change.before) == outputs and change.before is not None]
            arriving = min(count, len(real)) > 50  # one of them may arrive before the other
            if (arriving or count - 1 <= len(real) <= count + 1) and real:
                return real
            if (
                moved
                and len(real) < count - 1
                and np.asarray(moved[0].after).dtype.kind in "fi"
                and _home(key) == _home(self.key)
            ):
                still = still or moved[:1]
        return still

    @staticmethod
    def _intercept_at(other, change, previous, first):
        """The intercept at the moment before a step: the one that goes into this step's gradient."""
        value = None
        for entry in other:
            if entry.step > change.step:
                break
            if entry.before is None or np.size(entry.before) != np.size(entry.after):
                return np.ravel(entry.after).astype(float)
            value = entry.before if (previous < entry.step and (first or entry.step == change.step)) else entry.after
        value = (
            (other[0].after if np.size(other[0].before) != np.size(other[0].after) else other[0].before)
            if value is None
            else value
        )
        return np.ravel(value).astype(float)


def _home(key):
    return "self" if key.startswith("self.") else key.split(":")[0]


def _weights_like(value, d):
    sizes = (d, d + 1, 2 * d, 2 * (d + 1))
    if d == 1 and isinstance(value, (float, np.floating)):
        return True  # the slope of a line
    return (
        isinstance(value, np.ndarray)
        and value.dtype.kind == "f"
        and value.size in sizes
        and value.ndim in (1, 2)
        and not (value.ndim == 1 and value.size > d + 1)
    )


def trail_data(model):
    """X (37, 5), of one variable where it takes no more, off the origin and a y that no plane fits exactly."""
    if model.kind == "linear":
        return data.line(37, model.width, seed=13, noise=0.5)
    X, y = data.overlapping(37, model.width, 2, seed=13)
    return X + 0.3, y


def trailed(target, call, penalty=0.0, lr=None):
    """The Trail of a target, made once for each strength of the penalty and each rate."""
    key = f"trail {penalty} {lr}"
    if key not in target.namespace:
        try:
            model = modelled(target, call)
            settings = {"lambda": penalty, "momentum": 0.0, "tol": 0.0, "epochs": 12}
            known = {word: value for word, value in settings.items() if model.takes(word)}
            known |= {} if lr is None else {"lr": lr}
            target.namespace[key] = Trail(model, **({"epochs": ...} | known))
        except CannotCheck as failure:
            target.namespace[key] = failure
    if isinstance(target.namespace[key], Exception):
        raise target.namespace[key]
    return target.namespace[key]
