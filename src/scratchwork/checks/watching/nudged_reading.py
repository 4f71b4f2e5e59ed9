"""What a nudged run says of its training: is its step along the gradient of a usual loss of something that it computes?

Outputs are arrays that the parameters bear on, targets arrays of the same size that they do not bear on: the usual losses of
every pair are asked, and the reading that explains most of the parameters counts.
"""

import dataclasses

import numpy as np

from scratchwork.checks.watching import nudged_pairs

CLOSE, CLOSE_SINGLE = 2e-4, 3e-2


@dataclasses.dataclass
class Reading:
    """One output, one target, one loss, and the parameters that they explain."""

    output: object  # the sight
    target: np.ndarray | None
    loss: str
    wanted: dict  # parameter -> derivatives of the loss along its directions
    factor: float = 0.0
    fits: dict = dataclasses.field(default_factory=dict)  # parameter -> coefficient of a penalty, where it fits
    through: str = "step"  # or "gradient": arrays on the way are the gradient, the step is an optimiser's
    places: dict = dataclasses.field(default_factory=dict)  # parameter -> the sight that is its gradient
    source: object = None  # the sight that the target was made of

    def rank(self, sizes):
        """How much it explains."""
        weight = sum(sizes[number] for number in self.fits)
        return weight, self.factor > 0, self.target is not None, self.through == "step"


def losses(P, T):
    """{name: derivative by the output} of the usual losses of P against targets T of its shape."""
    found, labels = {"squared error": P - T}, set(np.unique(T).tolist()) if T.size < 50_000 else set()
    with np.errstate(all="ignore"):
        if labels <= {0.0, 1.0} and labels:
            shares = [axis for axis in range(P.ndim) if P.shape[axis] > 1 and (T.sum(axis=axis) == 1).all()]
            if (P > 0).all() and (P < 1).all():
                found["binary cross-entropy"] = (P - T) / (P * (1 - P))
                if shares:
                    found["cross-entropy"] = -T / P
            found["binary cross-entropy of logits"] = 1 / (1 + np.exp(-P)) - T
            for axis in shares:
                found[f"cross-entropy of logits {axis}"] = _softmax(P, axis) - T
        elif labels == {-1.0, 1.0}:
            found["log loss"] = -T / (1 + np.exp(T * P))
            found["hinge loss"] = -T * (T * P < 1)
        elif len(labels) > 2:
            found["absolute error"] = np.sign(P - T)
    return {name: item for name, item in found.items() if np.isfinite(item).all()}


def _softmax(Z, axis):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def mistakes(P, T):
    """{(code, words): derivative by the output} of what is taken for a loss's gradient and is none."""
    found, labels = {}, set(np.unique(T).tolist()) if T.size < 50_000 else set()
    if not labels or not labels <= {0.0, 1.0}:
        return found
    with np.errstate(all="ignore"):
        for axis in [axis for axis in range(P.ndim) if P.shape[axis] > 1 and (T.sum(axis=axis) == 1).all()]:
            S = _softmax(P, axis)
            found["SW-G17", "the squared error's with only the diagonal p (1 - p) of softmax's Jacobian"] = (
                (S - T) * S * (1 - S)
            )
            twice = _softmax(S, axis) - T
            found["SW-G16", "the cross-entropy of softmax(softmax(z))"] = S * (
                twice - (twice * S).sum(axis=axis, keepdims=True)
            )
            found["SW-G16", "softmax(softmax(z)) - y"] = twice
            if P.ndim == 2 and P.shape[1 - axis] > 1:
                found["SW-N3", "p - y where p is a softmax over the samples"] = _softmax(P, 1 - axis) - T
                found["SW-N3", "p - y where p is a softmax over all entries"] = _softmax(P, (0, 1)) - T
        if (P > 0).all() and (P < 1).all():
            inner, again = P * (1 - P), 1 / (1 + np.exp(-P))
            found["SW-G10", "p - y times the sigmoid's slope taken at p instead of z"] = (
                (P - T) * again * (1 - again) / inner
            )
            if (T.sum(axis=tuple(range(T.ndim))) != len(T)) or T.shape[-1] == 1:
                found["SW-G9", "that of -y log p alone"] = -T / P
            found["SW-G1", "p - y times the sigmoid's slope twice"] = (P - T) * inner
    return {name: item for name, item in found.items() if np.isfinite(item).all()}


def read(found, of=losses):
    """The best Reading of a Nudged, or None where no array is explained at all."""
    sizes = {number: entry.before.size for number, entry in enumerate(found.parameters)}
    moved, made, best = by_parameter(found), gradients_seen(found), None
    for sight, P, matrix, T, source in nudged_pairs.pairs(found):
        slopes = {"own": np.ones(1)} if T is None else of(P, T)
        for name, slope in slopes.items():
            wanted = found.split(matrix @ slope.ravel())
            for reading in _readings(found, moved, made, Reading(sight, T, name, wanted, source=source)):
                if reading.fits and (best is None or reading.rank(sizes) > best.rank(sizes)):
                    best = reading
        if best is not None and best.target is not None and best.factor > 0 and len(best.fits) == len(sizes):
            break
    return best


def _readings(found, moved, made, reading):
    reading.factor, reading.fits = explained(found, moved, reading.wanted)
    yield reading
    if len(reading.fits) < len(moved):
        other = dataclasses.replace(reading, through="gradient")
        other.factor, other.fits, other.places = _on_the_way(found, made, reading.wanted)
        yield other


def by_parameter(found):
    """{parameter: how far its step goes against each direction}."""
    moved = {}
    for number, entry in enumerate(found.parameters):
        step = np.asarray(entry.before, dtype=float) - entry.after
        moved[number] = np.array([float((step * v).sum()) for v in found.directions[number]])
    return moved


def explained(found, moved, wanted):
    """(factor, {parameter: penalty}) under the one factor that explains most of the entries."""
    best, sizes = (0.0, {}), {number: found.parameters[number].before.size for number in moved}
    for number in sorted(moved, key=lambda number: -sizes[number])[:6]:
        factor = own_factor(found, number, moved[number], wanted[number])
        if factor is None or len(moved[number]) < min(3, max(sizes[number], 2)):
            continue
        fits = {}
        for other in moved:
            coefficient = fit(found, other, moved[other], wanted[other], factor)
            if coefficient is not None:
                fits[other] = coefficient
        if sum(sizes[other] for other in fits) > sum(sizes[other] for other in best[1]):
            best = (factor, fits)
    return best


def _beside(found, number):
    """What a penalty adds along each direction: the weights themselves, their signs."""
    if number not in found.beside:
        entry, signs = found.parameters[number], np.sign(found.parameters[number].before)
        sums = [[float((entry.before * v).sum()), float((signs * v).sum())] for v in found.directions[number]]
        found.beside[number] = np.array(sums)
    return found.beside[number]


def tolerance(found, number):
    """How far rounding may take a derivative."""
    return CLOSE_SINGLE if found.parameters[number].before.dtype == np.float32 else CLOSE


def own_factor(found, number, moved, wanted, penalised=True):
    """The factor of one parameter's step beside its gradient, a penalty allowed for; None where they do not agree."""
    scale, close = float(wanted @ wanted), tolerance(found, number)
    if not scale or not moved.any():
        return None
    factor, size = float(wanted @ moved) / scale, float(np.linalg.norm(moved))
    if float(np.linalg.norm(moved - factor * wanted)) <= close * size:
        return factor or None
    for columns in _columns(found, number, wanted) if penalised else ():
        solved, *_ = np.linalg.lstsq(columns, moved, rcond=None)
        if np.linalg.norm(columns @ solved - moved) <= close * size and solved[0]:
            return float(solved[0])
    return None


def _columns(found, number, wanted):
    if len(wanted) >= 4 and found.parameters[number].before.size > 3:
        beside = _beside(found, number)
        yield np.column_stack([wanted, beside[:, 0]])
        yield np.column_stack([wanted, beside[:, 1]])


def fit(found, number, moved, wanted, factor):
    """The coefficient of a penalty (0 mostly) where the step is ``factor`` times the gradient beside it; else None."""
    rest, size = moved - factor * wanted, max(np.linalg.norm(moved), abs(factor) * np.linalg.norm(wanted))
    if size == 0 or np.linalg.norm(rest) <= tolerance(found, number) * size:
        return 0.0
    if len(moved) < 4 or found.parameters[number].before.size < 4:
        return None
    beside = _beside(found, number)
    for column in (0, 1):
        share = float(rest @ beside[:, column]) / float(beside[:, column] @ beside[:, column])
        if np.linalg.norm(rest - share * beside[:, column]) <= tolerance(found, number) * size:
            return share
    return None


def gradients_seen(found):
    """{parameter: [(sight, its products with the directions)]} of arrays of a parameter's size that come up before its step."""
    made = {}
    for number, entry in enumerate(found.parameters):
        known, directions, shape = set(), found.directions[number], entry.before.shape
        for sight in found.tape.between(entry.time, entry.changed):
            value = sight.value
            if (
                value.size != entry.before.size
                or value.dtype.kind != "f"
                or not value.any()
                or value.tobytes() in known
                or np.array_equal(np.ravel(value), np.ravel(entry.after))
                or nudged_pairs.is_parameter(found, sight)
            ):
                continue
            known.add(value.tobytes())
            shapes = [value.T] if value.shape == shape[::-1] and value.shape != shape else [value.reshape(shape)]
            if len(shape) == 2 and shape[0] == shape[1] and value.shape == shape:
                shapes.append(value.T)
            for shaped in shapes:
                products = np.array([float((shaped * v).sum()) for v in directions])
                made.setdefault(number, []).append((sight, products))
    return made


def _on_the_way(found, made, wanted):
    """(factor, {parameter: penalty}, {parameter: sight}) where arrays before the step are the gradient."""
    votes = {}
    for number, entries in made.items():
        share = wanted[number]
        if len(share) < min(3, max(found.parameters[number].before.size, 2)) or not share.any():
            continue
        table = np.array([products for _, products in entries])
        for columns in (share[:, None], *_columns(found, number, share)):
            solved, *_ = np.linalg.lstsq(columns, table.T, rcond=None)
            off = np.linalg.norm(table - (columns @ solved).T, axis=1)
            for place in np.flatnonzero(off <= tolerance(found, number) * np.linalg.norm(table, axis=1)):
                if abs(solved[0, place]) > 1e-9:
                    votes.setdefault(float(f"{solved[0, place]:.3g}"), {}).setdefault(number, entries[place][0])
    if not votes:
        return 0.0, {}, {}
    factor, places = max(votes.items(), key=lambda item: sum(found.parameters[n].before.size for n in item[1]))
    for number, entries in made.items():
        near = [sight for sight, products in entries if len(products) < 3 and _near(products, factor * wanted[number])]
        if near:
            places[number] = near[0]
    return factor, dict.fromkeys(places, 0.0), places


def _near(products, wanted):
    return bool(wanted.any()) and np.allclose(products, wanted, rtol=CLOSE, atol=0)


def proportional(value, wanted):
    """Whether an array is another one up to a factor."""
    a, b = np.asarray(value, dtype=float).ravel(), np.asarray(wanted, dtype=float).ravel()
    scale = float(b @ b)
    return bool(scale and a.any()) and float(np.linalg.norm(a - (a @ b) / scale * b)) <= 1e-6 * float(np.linalg.norm(a))
