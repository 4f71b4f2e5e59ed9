"""The places on a tape that could hold a network's parameters, at a moment: weights by their shape, intercepts by their kin."""

import functools
import re


class Places:
    """Cells that could hold parameters."""

    def __init__(self, tape, batches):
        self.tape, self.batches = tape, batches

    def _candidates(self):
        """Cells that could hold parameters: of one shape throughout, none of it the number of samples."""
        if not hasattr(self, "_cells"):
            rows = {len(batch.rows) for batch in self.batches if len(batch.rows) > 8}
            self._cells = [
                (cell, held)
                for cell, held in self.tape.cells.items()
                if len(cell) > 1 and cell[0][0] != "return" and held[0].value.ndim <= 2 and held[0].value.dtype.kind == "f"
                and not rows & set(held[0].value.shape) and all(sight.value.shape == held[0].value.shape for sight in held)
            ]  # fmt: skip
        return self._cells

    def _alive(self, moment):
        """{cell: value} of float arrays at a moment; of cells with the same numbers the first one."""
        if getattr(self, "_alive_at", None) != moment:
            best = {}
            for cell, held in self._candidates():
                if not self.tape.stands(cell, moment):
                    continue
                value = self.tape.at(cell, moment)
                key = (value.shape, value.tobytes())
                rank = (-held[0].time, len(cell))  # the place where it stood first: no loop's name, no copy
                if key not in best or rank > best[key][0]:
                    best[key] = (rank, cell, value)
            self._alive_at, self._held = moment, {cell: value for _, cell, value in best.values()}
        return self._held

    def weights(self, A, start, layers):
        """[(cell, whether it is kept transposed, W, ones)] of arrays that A (n, width) could be multiplied with.

        ``ones`` is the place of the row of W that meets a column of ones beside A, or None.
        """
        used, width, found, more = {layer.weight for layer in layers}, A.shape[1], [], []
        for cell, value in self._alive(start).items():
            if cell in used:
                continue
            if value.size < 2 and width > 0:
                continue
            for transposed, W in ((False, value if value.ndim == 2 else value[:, None]), (True, value.T)):
                if W.ndim == 2 and min(W.shape) > 0 and len(W) == width:
                    found.append((cell, transposed, W, None))
                if W.ndim == 2 and min(W.shape) > 0 and len(W) == width + 1 > 2:
                    more += [(cell, transposed, W, 0), (cell, transposed, W, -1)]
        return [
            entry
            for entries in (found, more)
            for entry in sorted(entries, key=lambda entry: -len(self.tape.cells[entry[0]]))[:12]
        ]

    def biases(self, width, start, weight, layers):
        """(cell, b) of arrays that could be added to ``width`` columns, the likeliest first, and none at last."""
        used, zeros = {layer.bias for layer in layers} | {weight}, []
        found = [
            (cell, value.ravel())
            for cell, value in self._alive(start).items()
            if value.size == width and cell not in used
        ]
        found.sort(key=lambda entry: (-_kinship(entry[0], weight), -len(self.tape.cells[entry[0]])))
        for cell, value in found[:10]:
            if value.any():
                yield cell, value
            else:
                zeros.append(cell)
        for cell in self._zero_biases(width, start, weight, zeros):
            yield cell, 0.0
        yield None, 0.0

    def _zero_biases(self, width, start, weight, zeros):
        """A bias that starts at zero shares its numbers with others: the nearest by name that changes later."""
        if not zeros:
            return []
        same = [
            cell
            for cell, held in self._candidates()
            if cell != weight and held[0].value.size == width and self.tape.stands(cell, start)
            and not _other_use(cell[-1]) and not self.tape.at(cell, start).any()
        ]  # fmt: skip
        same.sort(key=lambda cell: (-_kinship(cell, weight), -len(self.tape.cells[cell])))
        return same[:1]


def _kinship(cell, weight):
    """How near a bias stands to a weight: the same object, the same container, the same index or number."""
    shared = next((i for i, (a, b) in enumerate(zip(cell, weight)) if a != b), min(len(cell), len(weight)))
    same = _digits(cell[-1]) == _digits(weight[-1])
    return 2 * same + (shared >= min(len(cell), len(weight)) - 1) + 4 * (not _other_use(cell[-1]))


@functools.cache
def _digits(step):
    return "".join(filter(str.isdigit, str(step)))


@functools.cache
def _other_use(step):
    """Whether a name says velocity, gradient or average."""
    named = re.match(r"\.?_?(v|m|s|d|g|velocity|vel|grad|nabla|delta|moment|cache|sum)[_bBdwW\d]?", str(step))
    return bool(named) and not re.match(r"\.?_?(b|bias)", str(step))
