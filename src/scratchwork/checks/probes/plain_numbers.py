"""Networks of plain numbers, without arrays: is their first step along the gradient of a usual loss of what they compute?"""

import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck, OutOfTime, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay, state
from scratchwork.checks.watching import nudged_reading, plain_numbers, recorded

CLOSE, MOST_OUTPUTS, MOST_TARGETS, LEAST, LEAST_COUNT = 5e-5, 40, 12, 0.1, 3
SLOWER = 1e-6
NEAR = 1e-2  # of steps along differences instead of derivatives


@dataclasses.dataclass
class Reading:
    """One output, one target and one loss; which of the weights it explains, and what it wants of all."""

    output: tuple
    target: tuple
    loss: object
    factor: float
    wanted: np.ndarray
    fits: np.ndarray  # of each weight, whether

    def rank(self):
        """How well it explains."""
        named = "y" in vocabulary.meanings(self.target[1].split("[")[0])[:1]
        return int(self.fits.sum()), self.factor > 0, named


@probe("SW-G1", "SW-G2", "SW-G10", "SW-G12", "SW-G13", "SW-G18", roles=("training run",))
def plain_numbers_move_along_a_gradient(target, call):
    """The first step of weights that are plain numbers goes against the gradient of a usual loss."""
    space = target.namespace["namespace"]
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    told = {code for code in space.get("__found__", ()) if code[3] == "G"}
    seen = space.get("__judged__") or (space.get("__explained__") and not told)
    arrays = not seen and told <= {"SW-G1", "SW-G13"}  # nothing has told more
    why = CannotCheck("no call of the program moves numbers in lists or objects")
    for calls in _by_function(recorded.of_program(target.value, call, space).calls):
        try:
            steps = plain_numbers.Steps(calls, call, space, arrays)
            found = list(_judged(steps, read(steps)))
            if found and {entry.code for entry in found} == {
                entry.code for entry in _again(calls, call, space, arrays)
            }:
                yield from found
            return
        except OutOfTime:
            raise
        except CannotCheck as failure:
            why = failure
    raise why


def _again(calls, call, space, arrays):
    steps = plain_numbers.Steps(calls, call, space, arrays, seed=8)
    return _judged(steps, read(steps))


def _by_function(calls):
    """The calls of each function that may train, the innermost functions first."""
    found = {}
    for entry in calls:
        if plain_numbers.cells(entry.given | {"self": entry.owner}):
            found.setdefault(entry.name, []).append(entry)
    return sorted(found.values(), key=lambda entries: -entries[0].span[0])


def read(steps, of=nudged_reading.losses):
    """The Reading that explains most; None where nothing is explained."""
    moved, best = np.array([step.moved for step in steps.steps]), None
    for output, P, slopes in _outputs(steps):
        for target, T in _targets(steps, P):
            for name, slope in of(P, T).items():
                wanted = np.einsum("swk,sk->sw", slopes, slope)
                factor, fits = _explained(moved, wanted)
                reading = Reading(output, target, name, factor, wanted, fits)
                if fits.any() and (best is None or reading.rank() > best.rank()):
                    best = reading
    return best


def _outputs(steps):
    """(key, values (samples, size), slopes (samples, weights, size)) of what most weights bear on."""
    shared = [key for key in steps.steps[0].seen if all(key in step.slopes for step in steps.steps)]
    reach = {key: np.mean(np.any([step.slopes[key].any(axis=1) for step in steps.steps], axis=0)) for key in shared}
    known = {}
    for key in shared:
        if _is_backward(key[0]):
            continue
        sizes = {step.seen[key].size for step in steps.steps}
        if reach[key] >= 0.5 * max(reach.values()) and len(sizes) == 1 and sizes < set(range(30)):
            P = np.array([step.seen[key].ravel() for step in steps.steps])
            known.setdefault(P.tobytes(), (key, P, np.array([step.slopes[key] for step in steps.steps])))
    return list(known.values())[:MOST_OUTPUTS]


def _targets(steps, P):
    """(key, values (samples, size)) of what no weight bears on, in the size of an output; class numbers as one-hot rows."""
    known = {}
    free = set.intersection(*(set(step.seen) - set(step.slopes) for step in steps.steps))
    for key in [
        key for key in steps.steps[0].seen if key in free and key[1] not in "ijkn" and not _is_backward(key[0])
    ]:
        rows = [step.seen[key].ravel() for step in steps.steps]
        if {row.size for row in rows} == {P.shape[1]}:
            known.setdefault(np.array(rows).tobytes(), (key, np.array(rows)))
        elif {row.size for row in rows} == {1}:
            numbers = np.concatenate(rows)
            if (numbers == np.round(numbers)).all() and numbers.min() >= 0 and numbers.max() < P.shape[1]:
                hot = np.eye(P.shape[1])[numbers.astype(int)]
                known.setdefault(hot.tobytes(), (key, hot))
    ranked = sorted(known.values(), key=lambda pair: ("y" not in vocabulary.meanings(pair[0][1])[:1], pair[0]))
    return ranked[:MOST_TARGETS]


def _explained(moved, wanted):
    """(factor, which weights) of the one factor under which most of the weights go along what is wanted, on every sample."""
    best, size = (0.0, np.zeros(moved.shape[1], dtype=bool)), np.abs(wanted)
    live = size.max(axis=0) > 1e-6 * size.max() if size.any() else best[1]
    for place in np.flatnonzero(live)[:: max(int(live.sum()) // 12, 1)]:
        row = int(np.argmax(size[:, place]))
        factor = float(moved[row, place] / wanted[row, place])
        fits = live & _close(moved, factor * wanted) if factor else best[1]
        if fits.sum() > best[1].sum():
            best = factor, fits
    return best


def _close(a, b):
    scale = np.maximum(np.abs(a), np.abs(b))
    return (np.abs(a - b) <= CLOSE * scale + 1e-8 * scale.max()).all(axis=0)


def _judged(steps, reading):
    moved = np.array([step.moved for step in steps.steps])
    if reading is None or reading.fits.sum() < max(LEAST_COUNT, LEAST * moved.shape[1]):
        yield from _mistaken(steps, moved)
        return
    wanted = reading.factor * reading.wanted
    off = steps.bearing & ~reading.fits & ~_close(moved, wanted)
    start = f"{_loss(reading)} of {_shown(reading.output)}"
    if not off.any():
        if reading.factor < 0:
            observed = f"The first step moves every number up the slope of the {start}, {reading.factor:.4g} times it."
            yield find("SW-G18", observed, **_place(steps, "out"))
        else:
            yield from _another_loss(steps, reading, moved, start)
        return
    share = _penalty(steps, (moved - wanted)[:, off], off)
    if share:
        if share < 0:
            observed = f"Beside the gradient the step adds {-share:.4g} times the weights to themselves."
            yield find("SW-G2", observed, severity="warning", **_place(steps, "update"))
        else:
            yield from _another_loss(steps, reading, moved, start)
        return
    yield from [named] if (named := _named(steps, reading, moved, off, start)) else []


def _another_loss(steps, reading, moved, start):
    """The number that a loss function gives is not the one whose gradient is followed."""
    for key in steps.steps[0].seen:
        named = key[2] and vocabulary.role_of_name(key[0].rpartition(".")[2]) == "loss"
        if named and all(key in step.slopes and step.seen[key].size == 1 for step in steps.steps):
            own = np.array([step.slopes[key][reading.fits, 0] for step in steps.steps])
            if not _explained(moved[:, reading.fits], own)[1].any():
                observed = f"The first step follows the {start}; the number that {key[0]} gives, {float(steps.steps[0].seen[key].ravel()[0]):.4g}, has another gradient."
                yield find("SW-G1", observed, severity="warning", **_place(steps, "out"))
                return


def _penalty(steps, rest, off):
    """How many times the weights themselves the rest of the step is; 0 where it is something else."""
    weights = np.broadcast_to(steps.point[off], rest.shape)
    share = float((rest * weights).sum() / (weights**2).sum())
    return share if np.abs(rest - share * weights).max() <= CLOSE * np.abs(rest).max() else 0.0


def _named(steps, reading, moved, off, start):
    """What is wrong with the steps of the weights that are off; None where they have a rate or a limit of their own."""
    wanted, label = reading.factor * reading.wanted, _label(steps.paths[int(np.flatnonzero(off)[0])])
    said = f"The first step of {int(reading.fits.sum())} numbers is along the gradient of the {start}; that of {int(off.sum())} others ({label}, ..)"
    share = float((moved * wanted)[:, off].sum() / (wanted[:, off] ** 2).sum()) if wanted[:, off].any() else 0.0
    near = (np.abs(moved - wanted)[:, off] <= NEAR * np.abs(wanted[:, off]).max()).all()
    if (
        near
        or np.ptp(np.abs(moved[:, off])) == 0
        or (share > 0 and _close(moved[:, off], share * wanted[:, off]).all())
    ):
        return None
    if _close(moved[:, off], -wanted[:, off]).all():
        return find("SW-G18", f"{said} goes the other way.", **_place(steps, "hidden"))
    if _close(steps.slower(SLOWER) / SLOWER, wanted)[steps.bearing].all():
        observed = f"{said} is so only while the steps are tiny: it is computed after others were moved."
        return find("SW-G12", observed, **_place(steps, None))
    row, place = np.unravel_index(int(np.argmax(np.abs(moved - wanted) * off)), moved.shape)
    bias = all("b" in vocabulary.meanings(str(steps.paths[i][-1]).strip("."))[:1] for i in np.flatnonzero(off))
    observed = f"{said} is not: {_label(steps.paths[place])} moves by {-moved[row, place]:.4g} instead of {-wanted[row, place]:.4g}."
    return find("SW-G13" if bias else "SW-G1", observed, severity="warning", **_place(steps, "hidden"))


def _mistaken(steps, moved):
    """Nothing is explained by a loss: perhaps by one of the usual mistakes."""
    reading = read(steps, nudged_reading.mistakes)
    if reading is None or reading.factor <= 0 or reading.fits.sum() < max(LEAST_COUNT, LEAST * moved.shape[1]):
        raise CannotCheck("no usual loss of anything that comes up explains the step")
    code, words = reading.loss
    observed = f"The first step of {int(reading.fits.sum())} numbers is along {words}."
    yield find(code, observed, **_place(steps, "out"))


def _place(steps, word):
    """The function that works out the step: one that is named for it and ran before the first number moved, or that moves it."""
    names, stack = steps.steps[0].functions, steps.steps[0].stack
    names = [name for name in (names[::-1] if word else stack) if _is_backward(name)]
    near = [name for name in names if word and word in name.lower()] or names or stack
    owner, _, name = near[0].rpartition(".")
    return {"function": name} | ({"object": owner} if owner else {})


def _is_backward(name):
    return vocabulary.role_of_name(name.rpartition(".")[2]) == "backward"


def _loss(reading):
    return (reading.loss if isinstance(reading.loss, str) else reading.loss[1]).removesuffix(" 0").removesuffix(" 1")


def _shown(key):
    return f"what {key[0]} returns" if key[2] else key[1]


def _label(path):
    """The end of the path to a number, that through connections may be long."""
    return state.text(path[1:][-4:])
