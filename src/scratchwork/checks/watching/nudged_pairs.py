"""Outputs and targets on the tape of a nudged run: what the parameters bear on, and what of the same size they do not."""

import numpy as np

MOST_OUTPUTS, MOST_TARGETS, LARGEST = 60, 14, 60_000


def pairs(found):
    """(sight, output, derivatives (entries, size), target, where it stands) of all that could be compared before the first step."""
    bearing, free = _sorted_out(found)
    targets = _by_size(free)
    for sight in bearing[:MOST_OUTPUTS]:
        P, matrix = sight.value, found.matrix(sight)
        if P.size == 1:
            yield sight, P, matrix, None, None  # a loss, or the one output for one sample
            continue
        for T, source in _targets_for(P, targets):
            if source is None or not found.taints(source, sight):
                yield sight, P, matrix, T, source
    yield from _summed(found, bearing, free)


def _sorted_out(found):
    """(outputs, those that come first first; sights that no parameter bears on, the last first)."""
    weights = {n for n, entry in enumerate(found.parameters) if entry.before.ndim > 1} or set(
        range(len(found.parameters))
    )
    bearing, free, alone = {}, [], found.parameters[0].before if len(found.parameters) == 1 else np.zeros(0)
    for sight in reversed(found.tape.sights):
        if sight.time > found.first or sight.value.ndim > 3 or not 0 < sight.value.size <= LARGEST:
            continue
        reach = found.reach(sight)
        if not reach:
            free.append(sight)
        elif sight.value.size == alone.size > 1:
            continue  # as long as all that is learnt: a gradient rather than an output
        elif weights <= reach and sight.value.dtype.kind == "f" and not is_parameter(found, sight):
            bearing[sight.value.shape, sight.value.tobytes()] = sight
    return list(bearing.values())[::-1], free


def is_parameter(found, sight):
    """Whether a sight is a parameter, under any name, before or after its step: it keeps what is added to one."""
    key = (sight.time, sight.label, sight.returned)
    for number, entry in enumerate(found.parameters):
        if sight.value.size == entry.before.size > 1:
            v = found.directions[number][0].ravel()
            change = np.ravel(found.changes[number, 0].get(key, np.zeros(v.size)))
            if float(np.linalg.norm(change - v)) < 0.7 * float(np.linalg.norm(v)):
                return True
    return False


def _by_size(free):
    """{size: distinct arrays of that size}, those with the names of targets and the later ones first."""
    found = {}
    for sight in free:
        held = found.setdefault(sight.value.size, {})
        if sight.value.dtype.kind in "fiub":
            held.setdefault((sight.value.shape, sight.value.tobytes()), sight)
    return {size: list(held.values()) for size, held in found.items()}


def _targets_for(P, targets):
    """Arrays of the shape of P that could be its targets: of its size, class numbers of its rows, each single class."""
    count, seen = 0, set()
    for sight in targets.get(P.size, ()):
        T = np.asarray(sight.value, dtype=float)
        T = T.T if T.shape == P.shape[::-1] and T.shape != P.shape else T.reshape(P.shape)
        if T.tobytes() not in seen and np.isfinite(T).all():
            seen.add(T.tobytes())
            count += 1
            yield T, sight
        if count > MOST_TARGETS:
            break
    wide = [axis for axis in range(P.ndim) if P.ndim == 2 and 1 < P.shape[1 - axis] <= 200]
    for axis in wide:
        yield from _numbered(P, axis, targets.get(P.shape[axis], ()))
    if 2 <= P.size <= 30 and max(P.shape, default=0) == P.size:
        for place in range(P.size):
            T = np.zeros(P.size)
            T[place] = 1.0
            yield T.reshape(P.shape), None


def _numbered(P, axis, sights):
    """One-hot targets of P from class numbers, one for each entry of ``axis``."""
    width = P.shape[1 - axis]
    for sight in sights[:MOST_TARGETS]:
        numbers = np.ravel(sight.value)
        values, ranks = np.unique(numbers, return_inverse=True)
        if len(values) > width or not np.array_equal(values, np.round(values)):
            continue
        plain = values.min() >= 0 and values.max() < width
        T = np.eye(width)[numbers.astype(int) if plain else ranks.ravel()]
        yield (T if axis == 0 else T.T), sight


def _summed(found, bearing, free):
    """Outputs that come sample by sample, as one table; their targets those that stand at the same time."""
    groups = {}
    for sight in bearing:
        groups.setdefault((sight.function, sight.label, sight.returned, sight.value.size), []).append(sight)
    held = {}
    for sight in reversed(free):
        held.setdefault((sight.function, sight.label, sight.returned, sight.value.size), []).append(sight)
    for (_, _, _, size), sights in list(groups.items())[:20]:
        if not 2 <= len(sights) <= 400 or size > 100:
            continue
        P = np.array([sight.value.ravel() for sight in sights])
        matrix = np.concatenate([found.matrix(sight) for sight in sights], axis=1)
        for key, others in held.items():
            if key[3] == size:
                T = _standing(others, sights)
                if T is not None:
                    yield sights[-1], P, matrix, T, others[-1]


def _standing(others, sights):
    """For each output the array that a place holds at its time, (count, size); None where there is none yet."""
    times, rows = [other.time for other in others], []
    for sight in sights:
        place = int(np.searchsorted(times, sight.time, side="right")) - 1
        if place < 0:
            return None
        rows.append(np.asarray(others[place].value, dtype=float).ravel())
    return np.array(rows)
