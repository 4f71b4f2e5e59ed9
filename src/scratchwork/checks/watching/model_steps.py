"""The steps of a model without layers in a recorded run of any program, and what they are made of.

No name is asked. Weights are an array (a list, a number) that keeps its shape and changes; rows and targets are whatever stands
on the tape that explains its changes exactly: each step is a times the slope of a usual loss of A W + b, plus c times the weights,
their signs and the step before. Letters: A (n, p), T (n, C), W (p, C), b (C,).
"""

import bisect
import dataclasses
import itertools
import time

import numpy as np

from scratchwork.checks.watching import step_shares

FEW_STEPS, MOST_STEPS, ROUNDS, MOST_CELLS, MOST_TABLES, MOST_SIZE, SECONDS = 3, 8, 10, 8, 6, 5000, 0.8


class Steps:
    """What a tape shows of steps of models without layers; ``readings``: the best one of each array of weights."""

    def __init__(self, tape, most=FEW_STEPS):
        self.most = most
        self.tape, self.ends, self.index, self.readings = tape, time.process_time() + SECONDS, {}, []
        for sight in tape.sights:
            times, held = self.index.setdefault((sight.function, sight.label, sight.returned), ([], []))
            times.append(sight.time)
            held.append(sight.value)
        for cell, held in self._first_and_last():
            if time.process_time() < self.ends:
                found = []
                for reading in self._readings(cell, held):
                    found.append(reading)
                    if not any(reading.faults()[:-1]):
                        break
                found.sort(key=step_shares.Reading.faults)
                if found:
                    self.readings.append(found[0])
                    found[0].rival = next((item for item in found if item.bias == {}), None)

    def _first_and_last(self):
        """Of the arrays of one name those of the first and of the last training: a grid may begin without a penalty."""
        named = {}
        for cell, held in self._moving():
            named.setdefault((held[0].function, held[0].label), []).append((cell, held))
        some = [*named.values()][:MOST_CELLS]
        return [entries[0] for entries in some] + [entries[-1] for entries in some if len(entries) > 1]

    def latest(self, key, moment):
        """What last stood under a name at a moment, or None."""
        times, held = self.index[key]
        place = bisect.bisect_right(times, moment)
        return held[place - 1] if place else None

    def _moving(self):
        """(cell, sights) of what keeps its shape and changes, what changes most first."""
        found = [
            (cell, whole(held))
            for cell, held in self.tape.cells.items()
            if cell[0][0] != "return" and len(held) > 3 and held[0].value.dtype.kind == "f"
            and held[0].value.ndim < 3 and 0 < held[0].value.size <= MOST_SIZE
            and len({sight.value.shape for sight in held}) == 1
        ]  # fmt: skip
        return sorted((entry for entry in found if len(entry[1]) > 3), key=lambda entry: entry[1][0].time)

    def _readings(self, cell, held):
        value = held[0].value
        again = (place for place, sight in enumerate(held) if place > 2 and np.array_equal(sight.value, value))
        held = held[: next(again, len(held))]  # another class, another setting begins
        turned = (False, True) if value.ndim == 2 and min(value.shape) > 1 else (value.ndim == 2 and len(value) == 1,)
        for turn in turned:
            W = [(s.value.T if turn else s.value).astype(float).reshape(-1, _width(value, turn)) for s in held[: self.most + 2]]  # fmt: skip
            bare = [
                step_shares.Step(a.time, b.time, *pair)
                for (a, b), pair in zip(itertools.pairwise(held), itertools.pairwise(W))
            ]
            for beside, steps in self._with_bias(cell, bare):
                for A, T in self._data(steps):
                    whole_steps = [dataclasses.replace(step, A=a, T=t) for step, a, t in zip(steps, A, T)]
                    for reading in step_shares.explained(cell, whole_steps, value.dtype == np.float32):
                        reading.turned, reading.beside = turn, beside
                        yield reading
                if time.process_time() > self.ends:
                    return

    def _with_bias(self, cell, steps):
        """(cell, steps) with each array that may be the intercept, as it stood when the output was computed; and with none."""
        yield None, steps[: self.most]
        C, met = steps[0].before.shape[1], set()
        for other, held in self.tape.cells.items():
            near = other[0] == cell[0] and other != cell and len(held) > 2 and held[0].value.size == C
            if not near or held[0].value.dtype.kind != "f" or any(sight.value.size != C for sight in held):
                continue
            for early in (False, True):
                moments = [step.start if early else step.end - 1 for step in steps]
                b = [self.tape.at(other, moment) for moment in moments]
                b = [np.ravel(held[0].value if item is None else item).astype(float) for item in b]
                key = np.array(b).tobytes()
                if key not in met and any((one != two).any() for one, two in itertools.pairwise(b)):
                    met.add(key)
                    both = [dataclasses.replace(step, b=one, b_after=two) for step, one, two in zip(steps, b, b[1:])]
                    yield other, both[: self.most]

    def _data(self, steps):
        """([A of each step], [T of each step]) that may have gone into the steps."""
        p, C = steps[0].before.shape
        ends, last = [step.end for step in steps], steps[min(1, len(steps) - 1)].end
        tables, met = [], set()
        shown = [(key, self.latest(key, last)) for key in self.index]
        for key, value in shown:
            for form in designs(value, p) if value is not None else ():
                mark = form(value).shape, form(value).tobytes()
                A = [form(item) if item is not None and item.ndim == value.ndim and item.size else None for item in (self.latest(key, end) for end in ends)]  # fmt: skip
                if mark not in met and all(item is not None and item.shape[1:] == (p,) for item in A):
                    met.add(mark)
                    tables.append(A)
        batches = [any((a != A[0]).any() if a.shape == A[0].shape else True for a in A) for A in tables]
        known = Known(self.tape, steps[0].start)
        pairs = [(new, A) for new, A in zip(batches, tables) if not new or known.rows(A)]
        for new, A in sorted(pairs, key=lambda pair: (not pair[0], -len(pair[1][0])))[:MOST_TABLES]:
            for key, value in shown:
                if value is None or value.size < len(A[0]) or time.process_time() > self.ends:
                    continue
                T = [targets(self.latest(key, end), len(table), C) for end, table in zip(ends, A)]
                for one in zip(*T) if all(T) else ():
                    mark = A[0].shape, A[0].tobytes(), one[0].tobytes(), one[-1].tobytes()
                    still = known.values(one) if new else all(np.array_equal(t, one[0]) for t in one)
                    if mark not in met and still:
                        met.add(mark)
                        yield A, one


class Known:
    """What stood on the tape before the first step: batches are rows of it."""

    def __init__(self, tape, moment):
        self.tables = [sight.value for sight in tape.between(-1, moment) if sight.value.size > 3]

    def rows(self, tables):
        """Whether the first and the last row of every table are rows of one that stood before; a column of ones is none."""
        for table in tables:
            for row in (table[0], table[-1]):
                parts = (row, row[1:], row[:-1]) if 1 in (row[0], row[-1]) else (row,)
                if not any(self._has(part) for part in parts):
                    return False
        return True

    def _has(self, row):
        tables = (item if item.ndim > 1 else item[:, None] for item in self.tables if item.ndim < 3)
        return any(
            (form == row).all(axis=1).any()
            for item in tables for form in (item, item.T) if row.size and form.shape[1] == row.size
        )  # fmt: skip

    def values(self, targets_):
        """Whether every target is a number of one array that stood before."""
        wanted = np.unique(np.concatenate(targets_))
        return any(np.isin(wanted, item).all() for item in self.tables) or set(wanted) <= {-1.0, 0.0, 1.0}


def whole(held):
    """The sights at which steps begin: entries that move one after another make one step."""
    kept, moved = [held[0]], None
    for now, then in itertools.pairwise(held):
        changed = now.value != then.value
        apart = moved is not None and changed.sum() == 1 < changed.size and not (moved & changed).any()
        if apart:
            kept[-1], moved = then, moved | changed
        else:
            kept.append(then)
            moved = changed if changed.sum() == 1 < changed.size else None
    return kept


def _width(value, turn):
    return 1 if value.ndim < 2 or min(value.shape) == 1 else value.shape[0 if turn else 1]


def designs(value, p):
    """Functions that make rows (n, p) of an array: as it is, turned, or beside a column of ones."""
    if value.dtype.kind not in "fiub" or not 1 <= value.ndim <= 2 or value.size < 2:
        return
    table = value.reshape(-1, 1) if value.ndim == 1 else value
    if table.shape[1] == p and len(table) > 1:
        yield _rows
    if value.ndim == 2 and table.shape[0] == p and table.shape[1] > 1:
        yield lambda item: item.T.astype(float)
    if table.shape[1] == p - 1 and len(table) > 1:
        yield lambda item: np.hstack([np.ones((len(item), 1)), _rows(item)])
        yield lambda item: np.hstack([_rows(item), np.ones((len(item), 1))])


def _rows(item):
    return item.astype(float).reshape(len(item), -1)


def targets(value, n, C):
    """The forms (n, C) that targets may have: as they are, or classes made columns; none where they are of other rows."""
    if value is None or value.dtype.kind not in "fiub" or not np.isfinite(value).all():
        return ()
    if value.size == n * C and (value.shape[:1] == (n,) or C == 1):
        return (value.astype(float).reshape(n, C),)
    if value.shape == (C, n):
        return (value.T.astype(float),)
    if value.size == n == max(value.shape) and C > 1:
        labels = value.ravel().astype(int)
        if (labels == value.ravel()).all() and labels.min() in (0, 1) and labels.max() - labels.min() < C:
            return (np.eye(C)[labels - (labels.max() == C)],)
    return ()
