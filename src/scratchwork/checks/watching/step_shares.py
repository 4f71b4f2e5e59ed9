"""What the steps of a model without layers are made of: shares of a loss's slope, of the weights, their signs, the step before.

Letters: A (n, p) rows, T (n, C) targets, W (p, C) weights, b (C,) intercepts.
"""

import dataclasses

import numpy as np

from scratchwork.checks.watching import loss_slopes

EXACT, EXACT_SINGLE, LEAST = 1e-7, 1e-4, 1e-6
COLUMNS = (
    ("g",),
    ("g", "own"),
    ("g", "own", "ones"),
    ("g", "apart"),
    ("g", "sign"),
    ("g", "last"),
    ("g", "own", "last"),
)


@dataclasses.dataclass
class Step:
    """The weights from one sight of theirs to the next."""

    start: int
    end: int
    before: np.ndarray
    after: np.ndarray
    b: np.ndarray | None = None
    b_after: np.ndarray | None = None
    A: np.ndarray | None = None
    T: np.ndarray | None = None

    def errors(self, error, W=None, b=None):
        """The slope of each row's loss by its output, (n, C)."""
        Z = self.A @ (self.before if W is None else W) + _zero(self.b if b is None else b)
        return error(Z, self.T)

    def slope(self, error, W=None, b=None):
        """(slope by the weights, by the intercept) of the mean loss whose slope by the output is ``error``."""
        E = self.errors(error, W, b)
        return self.A.T @ E / len(E), E.mean(axis=0)


@dataclasses.dataclass
class Reading:
    """One explanation of the steps: ``shares`` by the names of the columns."""

    cell: tuple
    kind: loss_slopes.Kind
    steps: list
    shares: dict
    ones: int | None  # the place of a column of ones
    bias: dict | None = None  # shares of its slope ("g"), of itself ("own"), of its last step; empty where none fits
    late: bool = False  # whether its slope is taken after the weights had moved
    turned: bool = False  # whether the weights stand as (C, p)
    beside: tuple | None = None  # the cell of the intercept
    rival: object = None  # an explanation as exact, with an intercept that goes a way of its own

    def decay(self):
        """How many times the weights themselves stand beside their slope."""
        return self.shares.get("own", 0.0) / self.shares["g"]

    def faults(self):
        """How much speaks against this explanation: the one with the least counts."""
        bias = self.bias or {"g": self.shares["g"]}
        apart = abs(bias["g"] / self.shares["g"] - 1) > 1e-5
        drawn = "own" in bias or bool({"ones", "apart"} & {*self.shares})
        small = self.decay() < -1e-9 or self.shares.get("sign", 0.0) / self.shares["g"] < 0
        unseen = 0 if self.bias else 1 if self.bias is None else 2  # an intercept that is explained is no chance
        known = self.kind.code is not None, self.shares["g"] < 0, small
        return *known, unseen, apart + self.late + drawn, len(self.shares)


def explained(cell, steps, single):
    """Every Reading of the steps by one loss, or by one mistaken for it, that is exact."""
    close = EXACT_SINGLE if single else EXACT
    ones = next((j for j in range(steps[0].A.shape[1]) if all((step.A[:, j] == 1).all() for step in steps)), None)
    for kind in loss_slopes.kinds(np.concatenate([step.T for step in steps])):
        with np.errstate(all="ignore"):
            if not _may_fit(steps[min(1, len(steps) - 1)], kind.error, ones, steps[0]):
                continue
            if not any(np.ptp(step.errors(kind.error), axis=0).any() for step in steps):
                continue  # the same for every row: then any array may pass for rows
            slopes = [step.slope(kind.error) for step in steps]
        if not all(np.isfinite(part).all() for pair in slopes for part in pair) or not _goes_on([g for g, _ in slopes]):
            continue
        shares = _shares(steps, [pair[0] for pair in slopes], ones if steps[0].b is None else None, close)
        if shares is not None:
            found = Reading(cell, kind, steps, shares, ones if steps[0].b is None else None)
            if steps[0].b is not None:
                found.bias, found.late = _bias(found, [pair[1] for pair in slopes], close)
            alike = found.bias and 1e-3 < abs(found.bias["g"] / shares["g"]) < 1e3
            if steps[0].before.size > 1 or (alike and "own" not in shares):
                yield found  # of one variable, any step is along any slope and the weight itself


def _may_fit(step, error, ones, before):
    """Whether one step, or some of its entries, is made up of all that steps may be made of."""
    slope = step.slope(error)[0]
    parts = [slope, step.before, np.sign(step.before), before.before - before.after]
    spot = np.zeros_like(slope)
    if ones is not None:
        spot[ones] = 1.0
        parts += [spot * slope, spot * step.before]
    picked = np.unique(np.linspace(0, slope.size - 1, min(slope.size, 200)).astype(int))
    table = np.stack([part.ravel()[picked] for part in parts], axis=1)
    moved = (step.before - step.after).ravel()[picked]
    if not np.isfinite(table).all():
        return False
    found = np.linalg.lstsq(table, moved, rcond=None)[0]
    return bool(np.linalg.norm(moved - table @ found) <= 1e-3 * np.linalg.norm(moved))


def _shares(steps, slopes, ones, close):
    """{column: share} of the smallest set of columns that make up every step; None where none does."""
    size, free, own, apart = sum(item.size for item in slopes), [], [], []
    for step, slope in zip(steps, slopes):
        apart.append(np.zeros_like(slope))
        free.append(step.before.copy())
        own.append(np.zeros_like(step.before))
        if ones is not None:
            free[-1][ones], own[-1][ones], apart[-1][ones] = 0.0, step.before[ones], slope[ones]
    moved = [step.before - step.after for step in steps]
    last = [np.zeros_like(moved[0]), *moved[:-1]]
    table = {
        "g": slopes,
        "own": free,
        "ones": own,
        "apart": apart,
        "sign": [np.sign(item) for item in free],
        "last": last,
    }
    table = {key: np.concatenate([item.ravel() for item in items]) for key, items in table.items()}
    moved = np.concatenate([item.ravel() for item in moved])
    for names in COLUMNS:
        if size > len(names) and (ones is not None or not {"ones", "apart"} & {*names}):
            found = solved(moved, [table[name] for name in names], close)
            if found is not None and _sensible(shares := dict(zip(names, map(float, found)))):
                return shares
    return None


def _sensible(shares):
    """Whether no step takes half of the weights away, and an intercept goes about as fast as they do."""
    drawn = max(abs(shares.get(key, 0.0)) for key in ("own", "ones"))
    return shares["g"] != 0 and drawn < 0.5 and 0.2 < 1 + shares.get("apart", 0.0) / shares["g"] < 5


def _goes_on(slopes):
    """Whether the slopes of the steps go more ways than one: along one way alone anything may be the loss."""
    table = np.stack([item.ravel() for item in slopes])
    values = np.linalg.svd(table, compute_uv=False)
    return min(table.shape) < 2 or values[1] > 1e-6 * values[0]


def solved(wanted, columns, close):
    """The shares with which the columns make up ``wanted`` exactly, the first by more than rounding; None where they do not, or could in many ways."""
    with np.errstate(all="ignore"):
        sizes = np.array([np.linalg.norm(item) for item in columns])
    if not np.linalg.norm(wanted) > 1e-12 or sizes.min() < 1e-12 * (1 + sizes.max()):
        return None
    scaled = np.stack(columns, axis=1) / sizes
    if not np.isfinite(scaled).all():
        return None
    found, _, rank, values = np.linalg.lstsq(scaled, wanted, rcond=None)
    if rank < len(columns) or values[-1] < 1e-5 * values[0]:
        return None
    off = np.linalg.norm(wanted - scaled @ found)
    if abs(found[0]) < LEAST * np.linalg.norm(wanted):
        return None
    return found / sizes if off <= close * np.linalg.norm(wanted) else None


def _bias(found, slopes, close):
    """(shares of the intercept's steps, whether its slope is taken after the weights had moved); ({}, False) where nothing fits."""
    moved = np.concatenate([step.b - step.b_after for step in found.steps])
    own = np.concatenate([step.b for step in found.steps])
    later = [step.slope(found.kind.error, W=step.after)[1] for step in found.steps]
    drag = found.shares.get("last", 0.0) * np.concatenate([np.zeros_like(slopes[0]), *(s.b - s.b_after for s in found.steps[:-1])])  # fmt: skip
    for late, columns in ((False, slopes), (True, later)):
        whole_slope = np.concatenate(columns)
        for names, parts in ((("g",), [whole_slope]), (("g", "own"), [whole_slope, own])):
            shares = solved(moved - drag, parts, 10 * close) if moved.size > len(names) else None
            if shares is not None:
                return dict(zip(names, map(float, shares))), late
    return {}, False


def _zero(b):
    return 0.0 if b is None else b
