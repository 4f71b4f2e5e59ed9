"""Programs taken as a whole: the first step of their training beside the derivatives of whatever they compute.

Nothing is recognised by name. What is said needs an output, a target and a loss whose derivatives explain at least one array
of weights; what the same loss does not explain is off.
"""

import time

import numpy as np

from scratchwork.checks.findings import CannotCheck, OutOfTime, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay
from scratchwork.checks.watching import nudged_rates, nudged_reading, nudged_runs, nudges

CODES = ("SW-G1", "SW-G2", "SW-G10", "SW-G12", "SW-G13", "SW-G16", "SW-G17", "SW-G18", "SW-G9", "SW-N3", "SW-T1")

SECONDS = 4.0


@probe(*CODES, roles=("training run",))
def the_first_step_is_a_gradient(target, call):
    """The first step of a program's, or a function's, training goes against the gradient of a usual loss of its output, every array of it."""
    space = target.namespace["namespace"]
    deaf = getattr(target.value, "deaf", ())
    if deaf:
        observed = f"One round moves {', '.join(deaf[:3])} by the same numbers with the rates 0.1 and 0.05."
        yield find("SW-T1", observed, function=target.value.method)
    with nudged_runs.loaders_kept():
        case = _case(target.value, call, space)
        yield from _seen_twice(case)
    if case.found.untried:
        raise CannotCheck(f"there was no time to move {case.found.untried[0]} a little as well")
    space.setdefault("__explained__", set()).update(case.owners())
    if case.explains() == 1:
        doubts, owners = space.get("__doubts__", []), case.owners() | {None}
        space["__doubts__"] = [entry for entry in doubts if entry[0].object not in owners]


def _seen_twice(case):
    """What is found at two generic points: at one of them a unit may stand just where its activation bends."""
    found = list(case.findings())
    if not any(finding.code != "SW-T1" for finding in found):
        return found
    try:
        again = {finding.code for finding in Case(case.turned, case.namespace, seed=8, like=case.found).findings()}
    except OutOfTime:
        return found
    except CannotCheck:
        again = set()
    return [finding for finding in found if finding.code == "SW-T1" or finding.code in again]


def _case(value, call, space):
    """The Case of a program, or of a function that trains with the first form of data that it takes."""
    if getattr(value, "case", None) is not None:
        return value.case
    if isinstance(value, replay.Program):
        return Case(nudged_runs.program_at(value.statements, call, space), space)
    if space.get("__judged__"):
        raise CannotCheck("the network of the file has been judged already")
    why, best, ends = None, None, time.process_time() + SECONDS
    for turned in nudged_runs.functions_at(value, call, space):
        try:
            case = Case(turned, space)
        except CannotCheck as failure:
            why = failure
            continue
        best = case if best is None or case.explains() > best.explains() else best
        if case.explains() == 1 or time.process_time() > ends:
            break
    if best is None:
        raise why or CannotCheck("it cannot be run on data of our own")
    return best


class Case:
    """A training and what its nudged run says; ``with turned(share) as (run, names)`` has its rates times ``share``."""

    def __init__(self, turned, namespace, seed=7, like=None):
        self.turned, self.namespace = turned, namespace
        with turned(1) as (run, _):
            self.found = nudges.nudged(run, namespace, seed=seed, like=like)
        self.moved = nudged_reading.by_parameter(self.found)
        self.reading = nudged_reading.read(self.found)

    def explains(self):
        """The share of the arrays that a loss explains."""
        return len(self.reading.fits) / len(self.moved) if self.reading else 0

    def findings(self):
        """What is wrong with the step."""
        yield from nudged_rates.ignored(self)
        known = {
            n for n, entry in enumerate(self.found.parameters) if entry.before.size > 1 and not _intercept(entry.label)
        }
        if self.reading is None or not known & set(self.reading.fits) or self._weak():
            yield from self._mistaken()
            return
        off = [number for number in self.moved if number not in self.reading.fits and self._goes(number)]
        if off:
            yield from self._off(off)
            return
        yield from self._uphill() or [*self._growing(), *self._another_loss()]

    def owners(self):
        """The classes whose methods ran before the step."""
        functions = {sight.function for sight in self.found.tape.sights if sight.time <= self.found.last}
        return {place.partition(".")[0] for place in functions if "." in place}

    def _weak(self):
        """Whether so few numbers are explained that it may be by chance."""
        size = sum(self.found.parameters[number].before.size for number in self.reading.fits)
        return self.reading.through == "gradient" and size < 4

    def _goes(self, number):
        """Whether an array is moved, or should be, beyond rounding."""
        return bool(np.abs(self.moved[number]).max() > 1e-12 or np.abs(self.reading.wanted[number]).max() > 1e-9)

    def _mistaken(self):
        """Nothing is explained by a loss: perhaps by one of the usual mistakes."""
        if self.explains() == 1:
            raise CannotCheck("so little is seen that a usual loss explains it as well")
        reading = nudged_reading.read(self.found, nudged_reading.mistakes)
        few = reading is not None and sum(self.found.parameters[n].before.size for n in reading.fits) < 4
        if few or reading is None or reading.target is None or len(reading.fits) < len(self.moved):
            raise CannotCheck("no usual loss of any array that comes up explains the step")
        code, words = reading.loss
        place = reading.output.function if code in ("SW-N3", "SW-G16") else self._made(max(reading.fits))
        yield find(code, f"Every array of the first step is along {words}.", **at(place))

    def _uphill(self):
        reading = self.reading
        named = vocabulary.role_of_name(reading.output.label.split(".")[-1].split("[")[0]) == "loss"
        if reading.target is None and (not named or "lik" in reading.output.label.lower()):
            return []
        guessed = reading.target is not None and (reading.source is None or reading.target.size < 3)
        if guessed or self._downhill():
            return []
        entry = self.found.parameters[max(reading.fits)]
        words = f"{self._loss()} of {_shown(reading.output)}"
        observed = f"The first step moves every array up the slope of the {words}: {entry.moved} by {first(entry)}."
        return [find("SW-G18", observed, **at(self.mover(entry)))]

    def _downhill(self):
        reading = self.reading
        if reading.through == "step":
            return reading.factor > 0
        if reading.target is not None and any(sight.time <= reading.output.time for sight in reading.places.values()):
            return True  # what stands before the output, or is the output, is not its gradient
        total = 0.0
        for number, sight in reading.places.items():
            entry = self.found.parameters[number]
            step, value = np.asarray(entry.before, dtype=float) - entry.after, np.asarray(sight.value, dtype=float)
            value = value.T if value.shape == step.shape[::-1] != step.shape else value.reshape(step.shape)
            total += np.sign(reading.factor) * float((step * value).sum())
        return total >= 0

    def _growing(self):
        """A penalty that adds to the weights."""
        reading = self.reading
        alone = len(reading.fits) == 1 and reading.target is not None and np.ptp(reading.target) == 0
        if reading.target is None or reading.through != "step" or not reading.factor or alone:
            return  # what one array bears on may hold its weights themselves, as an error sent back does
        for number, share in reading.fits.items():
            if share / reading.factor < -1e-6:
                entry = self.found.parameters[number]
                observed = f"Beside the gradient the step adds {-share:.4g} times {entry.moved} to itself: the penalty lets it grow."
                yield find("SW-G2", observed, **at(self.mover(entry)))
                return

    def _another_loss(self):
        """In a regression: the number that a loss function gives is not the one whose gradient is followed."""
        reading = self.reading
        if reading.target is None or len(np.unique(reading.target)) <= 2 or reading.through != "step":
            return
        told = {}
        for sight in self.found.tape.sights:
            name = sight.function.split(".")[-1]
            number = sight.time < self.found.first and sight.returned and sight.value.size == 1
            named = number and vocabulary.role_of_name(name) == "loss"
            if named and self._of_the_rows(sight) and self.found.reach(sight):
                told[name] = (sight, self.found.split(np.ravel(self.found.matrix(sight))))
        for name, (sight, wanted) in told.items():
            if not nudged_reading.explained(self.found, self.moved, wanted)[1]:
                observed = f"The first step follows the {self._loss()}; the number that {name} gives, {float(sight.value.ravel()[0]):.4g}, has another gradient."
                yield find("SW-G1", observed, severity="warning", **at(sight.function))
                return

    def _of_the_rows(self, loss):
        """Whether a loss is of the rows of the step: of all rows it has another gradient than a batch of them."""
        sizes = {size for sight in self.found.tape.sights if sight.function == loss.function for size in sight.value.shape}  # fmt: skip
        return max(self.reading.target.shape) in sizes

    def _off(self, off):
        entries = [self.found.parameters[number] for number in off]
        words, place = ", ".join(dict.fromkeys(entry.moved for entry in entries)), self._made(off[-1])
        explained = ", ".join(dict.fromkeys(self.found.parameters[number].moved for number in self.reading.fits))
        start = f"The first step of {explained} is along the gradient of the {self._loss()} of {_shown(self.reading.output)}"
        flipped = [number for number in off if self._fits(number, -self.reading.factor)]
        if flipped and self.reading.through == "step":
            code, what = "SW-G18", f"{words} moves the other way"
        elif self.reading.through == "step" and nudged_rates.right_when_slow(self):
            code, what = (
                "SW-G12",
                f"that of {words} is so only while the steps are tiny: it is computed after others were moved",
            )
        elif all(
            _intercept(entry.label) or min(entry.before.shape) == 1 or entry.before.ndim == 1 for entry in entries
        ) and (len(off) < len(self.moved) / 2 + 1):
            code, what = "SW-G13", f"that of {words} is not{self._share(off[0])}"
        else:
            code, what = "SW-G1", f"that of {words} is not{self._share(off[0])}"
        severity = "error" if code in ("SW-G18", "SW-G12") else "warning"
        yield find(code, f"{start}; {what}.", severity=severity, **at(place))

    def _fits(self, number, factor):
        return nudged_reading.fit(self.found, number, self.moved[number], self.reading.wanted[number], factor) == 0.0

    def _share(self, number):
        """The words of a constant factor, where that is all."""
        factor = nudged_reading.own_factor(self.found, number, self.moved[number], self.reading.wanted[number])
        if factor is None or self.reading.through != "step":
            return ""
        return f": it is {factor / self.reading.factor:.4g} times as long"

    def _loss(self):
        loss = self.reading.loss if isinstance(self.reading.loss, str) else self.reading.loss[1]
        return "reported loss" if loss == "own" else loss.removesuffix(" 0").removesuffix(" 1")

    def _made(self, number):
        """The function in which the step of an array first comes up, up to a factor; else the one that moves it."""
        entry = self.found.parameters[number]
        step = np.asarray(entry.before, dtype=float) - entry.after
        near = [sight.function for sight in self.reading.places.values()] if self.reading else []
        if near:
            return near[-1]
        for sight in self.found.tape.between(entry.time, entry.changed):
            value = sight.value
            if value.size == step.size > 1 and value.dtype.kind == "f":
                for shaped in (value.reshape(step.shape), value.T.reshape(step.shape)):
                    if nudged_reading.proportional(shaped, step):
                        return sight.function
        return self.mover(entry)

    def mover(self, entry):
        """The function in which the moved array first comes up."""
        for sight in self.found.tape.between(entry.time, entry.changed):
            if sight.value.size == entry.after.size and np.array_equal(np.ravel(sight.value), np.ravel(entry.after)):
                return sight.function
        return entry.function


def at(place):
    """``MLP.forward`` -> the function ``forward`` of the object ``MLP``; a program's own statements are no function."""
    owner, _, name = (place or "").rpartition(".")
    return {"function": name if name and name != "<module>" else None} | ({"object": owner} if owner else {})


def _intercept(label):
    name = label.replace("'", "").replace("]", "").split("[")[-1].split(".")[-1].rstrip("0123456789")
    return name != "B" and vocabulary.meaning(name) == "b"


def _shown(sight):
    return sight.label if sight.label and not sight.returned else f"what {sight.function} returns"


def first(entry):
    """How the first entry of an array moves, in words."""
    return f"{float(np.ravel(np.asarray(entry.after) - entry.before)[0]):+.4g} in its first entry"
