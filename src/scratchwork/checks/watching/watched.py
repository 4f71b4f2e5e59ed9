"""A network recognised from a tape of its training: weights, batches, outputs and steps, found by their numbers alone.

Wherever the weights are kept and however the functions are called: what appears on the tape is compared with what our own
layers give. ``Watched`` is enough of a ``network.Net`` for ``diagnose`` and the wording of ``probe_gradient``.
"""

import bisect
import dataclasses
import time

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views import reference
from scratchwork.checks.watching import parameter_places, sightings

SECONDS, MOST_PASSES = 1.5, 120  # for recognising one network; passes that are looked for


@dataclasses.dataclass
class Step:
    """One update: the samples it used, the parameters before and after, and the times between which it happened."""

    batch: sightings.Batch
    before: dict
    after: dict
    start: int
    end: int
    function: str | None = None  # where the first parameter changed
    gathered: sightings.Batch | None = None  # the samples of all passes since the last update, where they are more


class Watched:
    """What a tape shows of a network."""

    functional = True

    def __init__(self, name, tape, X, widths, others=()):
        self.name, self.tape, self.X, self.widths = name, tape, X, widths
        self.extras, self.roles, self.spec, self.paths = {}, {}, None, []
        self.batches = sightings.batches(tape, X, others)
        if not self.batches:
            raise CannotCheck(f"the training data are not seen whole in {name}")
        self.output_place, self.wrong_output = None, None
        self.places = parameter_places.Places(tape, self.batches)
        self._recognise()

    def _width(self, layer):
        shape = self.tape.cells[layer.weight][0].value.shape
        return 1 if len(shape) == 1 else shape[0 if layer.transposed else 1]

    # recognition -------------------------------------------------------------------------------------------------

    def _recognise(self):
        found, self.ends = {}, time.process_time() + SECONDS
        for anchor in self._anchors():
            whole = False
            for batch, width in self._origins(anchor):
                for layers, wrong in self._grow(anchor, width, batch.values, [], len(batch.rows)):
                    key = tuple(dataclasses.astuple(layer) for layer in layers)
                    rank = (len(layers), wrong is None, layers[-1].activation != "linear", len(batch.rows) > 2)
                    found.setdefault(key, (rank, layers, wrong, anchor))
                    whole = whole or rank >= (2, True, True, True)
            if whole or time.process_time() > self.ends:
                break
        if not found:
            raise CannotCheck(f"no layers are recognised in what {self.name} computes")
        self._choose(sorted(found.values(), key=lambda entry: entry[0], reverse=True)[:6])

    def _choose(self, candidates):
        """Of the longest chains the one that most passes of the tape confirm."""
        best = None
        for rank, layers, wrong, anchor in candidates:
            self.spec, self.wrong_output, self.output_place = reference.Spec(layers), wrong, anchor
            self.paths = [path for layer in layers for path in (layer.weight, layer.bias) if path is not None]
            self.n_out = self._width(layers[-1])
            self.passes = self._passes()
            score = (len(self.passes) > 1, rank[0], wrong is None, len(self.passes) * (1 if rank[2] else 0.9))
            if best is None or score > best[0]:
                best = (score, self.spec, wrong, anchor, self.paths, self.n_out, self.passes)
        _, self.spec, self.wrong_output, self.output_place, self.paths, self.n_out, self.passes = best

    def _anchors(self):
        """What could be an output: of each place the last sights first, when no intercept is zero any more."""
        groups = {}
        for sight in self.tape.sights:
            if sight.value.ndim <= 2 and sight.value.size and sight.value.dtype.kind == "f":
                groups.setdefault((sight.function, sight.label, sight.returned), []).append(sight)
        rounds = [[group[-number] for group in groups.values() if len(group) >= number] for number in (1, 2, 3)]
        firsts = [group[0] for group in groups.values() if len(group) > 3]
        every = [sight for turn in (*rounds, firsts) for sight in turn]
        for anchor in sorted(every, key=lambda sight: not _share_like(sight.value))[:400]:
            if any(True for _ in self._origins(anchor)):
                yield anchor

    def _origins(self, anchor):
        """The (batch, width) with which a sight could be an output."""
        recent = [batch for batch in self.batches if batch.time <= anchor.time]
        seen = set()
        for batch in [*recent[-1:-5:-1], *recent[:1]]:
            for width in self.widths:
                fits = anchor.value.size == width * len(batch.rows)
                if fits and batch.rows not in seen:
                    seen.add(batch.rows)
                    yield batch, width

    def _grow(self, anchor, last, A, layers, n):
        """Every chain of layers from ``A`` to the anchor that the tape confirms, as (layers, wrong output)."""
        if len(layers) > 5 or time.process_time() > self.ends or not A.any():
            return  # of zeros every weight makes the same
        for weight, transposed, W, ones in self.places.weights(A, anchor.time, layers):
            width, ends = W.shape[1], []
            shown = self._shown(anchor, n, width)
            final = sightings.Shown(
                [sightings.as_rows(anchor.value, n, width)] if width == last and anchor.value.size == n * width else []
            )
            pairs = self.places.biases(width, anchor.time, weight, layers) if ones is None else [(None, W[ones])]
            for bias, b in pairs:
                if time.process_time() > self.ends:
                    return
                Z = A @ (W if ones is None else np.delete(W, ones, axis=0)) + b
                ends = sightings.activations(Z, final, True)
                on = sightings.activations(Z, shown, False)
                for name, _ in ends:
                    layer = reference.Layer(weight, bias, transposed, ones, name)
                    yield [*layers, layer], name if name in sightings.WRONG_OUTPUTS else None
                for name, out in on[: max(len(on) - 1, 1)] if on and on[-1][0] == "linear" else on:
                    layer = reference.Layer(weight, bias, transposed, ones, name)
                    yield from self._grow(anchor, last, out, [*layers, layer], n)
                if ends or on:
                    break

    def _shown(self, anchor, n, width):
        """The arrays (n, width) seen not long before the anchor."""
        key = (anchor.time, n, width)
        if getattr(self, "_shown_key", None) != key:
            recent = self.tape.between(anchor.time - 3000, anchor.time)[-4000:]
            shaped = [
                sightings.as_rows(sight.value, n, width)
                for sight in recent
                if sight.value.ndim and sight.value.dtype.kind == "f"
            ]
            distinct = {item.tobytes(): item for item in shaped if item is not None}
            self._shown_key, self._shown_held = key, sightings.Shown(list(distinct.values())[-200:])
        return self._shown_held

    # the passes and steps ----------------------------------------------------------------------------------------

    def values(self, moment):
        """{path: value} of the parameters at a moment."""
        return {path: np.array(self.tape.at(path, moment), dtype=float) for path in self.paths}

    def _passes(self):
        """[(time, batch, parameters)] of the forward passes that the tape confirms."""
        found, held, times, seen = [], {}, [batch.time for batch in self.batches], {}
        for sight in self.tape.sights:
            if sight.value.size % self.n_out or sight.value.ndim > 2 or sight.value.dtype.kind != "f":
                continue
            last = bisect.bisect_right(times, sight.time)
            if not all(self.tape.index(path, sight.time) for path in self.paths):
                continue
            for batch in self.batches[max(last - 3, 0) : last]:
                P = sightings.as_rows(sight.value, len(batch.rows), self.n_out)
                if P is not None and sightings.same(self._output_at(sight.time, batch, held), P):
                    state = tuple(self.tape.index(path, sight.time) for path in self.paths)
                    known = seen.setdefault(state, {"values": self.values(sight.time)})
                    known[batch.rows] = True  # one pass may be seen under several names
                    found.append((sight.time, batch, known["values"]))
                    break
            if sum(len(known) - 1 for known in seen.values()) > MOST_PASSES:
                return found[:-1]
        return found

    def _output_at(self, moment, batch, held):
        """The output for a batch at a moment; kept while no parameter changes."""
        state = tuple(self.tape.index(path, moment) for path in self.paths)
        key = (state, batch.rows)
        if key not in held:
            held.clear()
            held[key] = self._output(self.spec.weights(self.values(moment)), batch.values)
        return held[key]

    def _output(self, pairs, X):
        names = [layer.activation for layer in self.spec.layers]
        if self.wrong_output:
            Z = reference.forward(pairs, [*names[:-1], "linear"], X)[-1][1]
            return sightings.WRONG_OUTPUTS[self.wrong_output](Z)
        return reference.forward(pairs, names, X)[-1][2]

    def steps(self):
        """Every update between two passes over the data."""
        found, seen = [], []
        ends = [*self.passes[1:], (self.tape.clock + 1, None, self.values(self.tape.clock + 1))]
        for (start, batch, before), (end, _, after) in zip(self.passes, ends):
            seen.append(batch)
            if any(not np.array_equal(before[path], after[path]) for path in self.paths):
                step = Step(batch, before, after, start, end, self._mover(start, end), _gathered(seen, batch))
                found.append(step)
                seen = []
        return found

    def across_calls(self):
        """Take the parameters from call to call of the functions that hold them: code that unrolls them has no one place."""
        named = {}
        for sight in self.tape.sights:
            if sight.cell[0][0] == "frame":
                named.setdefault((sight.function, *sight.cell[1:]), []).append(sight)
        for layer in self.spec.layers:
            layer.weight, layer.bias = (self._joined(path, named) for path in (layer.weight, layer.bias))
        self.paths = [path for layer in self.spec.layers for path in (layer.weight, layer.bias) if path is not None]
        self.passes = self._passes()

    def _joined(self, path, named):
        """The cell of all values that a name of a function has held; the cell itself where it belongs to an object."""
        if path is None or path[0][0] != "frame" or len(self.tape.cells[path]) > 1:
            return path
        cell = (("calls", self.tape.cells[path][0].function), *path[1:])
        held = named[(cell[0][1], *path[1:])]
        self.tape.cells[cell] = [
            sight
            for last, sight in zip([None, *held], held)
            if last is None or last.value.shape != sight.value.shape or (last.value != sight.value).any()
        ]
        return cell

    def _mover(self, start, end):
        return next((sight.function for sight in self.tape.between(start, end) if sight.cell in self.paths), None)

    def where_first(self, step, wanted, scales=()):
        """The function in which an array proportional to ``wanted`` first appears during a step, or None.

        All entries alike may have been one number: then it is looked for among numbers, as ``wanted`` over one of ``scales``.
        """
        wanted = np.asarray(wanted)
        if np.abs(wanted).max(initial=0.0) < 1e-12:
            return None  # noise is proportional to anything
        alike = wanted.size > 1 and bool((wanted == wanted.ravel()[0]).all())
        numbers = [float(wanted.ravel()[0]) / scale for scale in scales] if alike else []
        for sight in self.tape.between(step.start - 1, step.end):
            value = sight.value
            if numbers and value.size <= 8 and np.isclose(value.reshape(-1, 1), numbers, rtol=1e-7, atol=0).any():
                return sight.function
            fits = not alike and value.size == wanted.size and value.dtype.kind == "f" and value.any()
            if fits and any(_proportional(shaped, wanted) for shaped in (value, value.T)):
                return sight.function
        return None


def _gathered(batches, last):
    """All samples of several passes as one batch, each once; None where they are those of the last one."""
    rows = {row: values for batch in batches for row, values in zip(batch.rows, batch.values)}
    if set(rows) == set(last.rows):
        return None
    return sightings.Batch(last.time, tuple(rows), np.array(list(rows.values())), last.columns, last.ones)


def _share_like(value):
    """Whether the numbers could be probabilities: outputs of networks mostly are, so they are tried first."""
    return bool(value.min() > 0 and value.max() < 1)


def _proportional(value, wanted):
    fits = value.shape == wanted.shape or min(value.shape, default=1) == 1
    return fits and reference.fitted_factor(value, wanted)[1] < 1e-7
