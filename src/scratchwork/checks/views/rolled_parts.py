"""The pieces of a rolled theta: where each weight matrix begins, its shape and the order of its entries; and its intercepts."""

import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views import reference


@dataclasses.dataclass
class Part:
    """One piece of theta: ``flat[start : start + size]`` in this shape and order; ``ones`` is where its intercepts stand."""

    label: str
    start: int
    shape: tuple
    order: str = "C"
    ones: tuple | None = None  # (axis, 0 or -1)

    @property
    def size(self):
        """How many numbers it holds."""
        return int(np.prod(self.shape))

    def taken(self, flat):
        """The piece in its own shape."""
        return flat[self.start : self.start + self.size].reshape(self.shape, order=self.order)

    def shaped(self, flat):
        """The piece with a second axis where it is one vector that is all of theta."""
        made = self.taken(flat)
        return made.reshape(-1, 1) if made.ndim == 1 and self.size == flat.size else made


class Layout:
    """How the arguments of a way make one flat theta, and what its pieces are."""

    def __init__(self, way):
        self.given = {name: np.asarray(way.call.given[name], dtype=float) for name in way.params}
        self.matrix = {name: isinstance(way.call.given[name], np.matrix) for name in way.params}
        self.size = sum(item.size for item in self.given.values())
        if self.size > 60_000 or self.size < 2:
            raise CannotCheck(f"theta of {way.name} has {self.size} numbers")
        self.parts, start = [], 0
        for name, item in self.given.items():
            named = (
                name if not re.match("b|intercept", name.lower()) or item.ndim < 2 < len(self.given) + 1 else "theta"
            )
            self.parts.append(Part(named, start, item.shape))
            start += item.size

    def random(self, seed):
        """A theta at a generic point."""
        wide = max((part.shape[0] * part.shape[-1]) ** 0.5 for part in self.parts)
        scale = 0.6 if wide < 40 or len(self.parts) > 1 else 0.3
        return scale * np.random.default_rng(seed).normal(size=self.size)

    def arguments(self, flat):
        """{name: array} of the arguments that a flat theta stands for."""
        found, start = {}, 0
        for name, item in self.given.items():
            made = flat[start : start + item.size].reshape(item.shape).copy()
            found[name] = np.asmatrix(made) if self.matrix[name] else made
            start += item.size
        return found

    def flat(self, given):
        """The theta of a call's arguments, or None where they are others."""
        held = [np.ravel(np.asarray(given[name], dtype=float)) for name in self.given if name in given]
        whole = np.concatenate(held) if held else np.zeros(0)
        return whole if whole.size == self.size else None

    def find(self, theta, sights):
        """Where the one argument is taken into matrices while it is used, these are the parts."""
        if len(self.given) > 1:
            return
        place = {number: index for index, number in enumerate(theta)}
        pieces = {}
        for sight in sights:
            value = sight.value
            if value.dtype.kind != "f" or value.ndim != 2 or not 2 < value.size <= theta.size:
                continue
            for order in ("C", "F"):
                numbers = value.ravel(order=order)
                start = place.get(numbers[0])
                if start is not None and np.array_equal(theta[start : start + value.size], numbers):
                    proper = min(value.shape) > 1
                    pieces.setdefault((start, value.size), Part(_plain(sight.label), start, value.shape, order))
                    if proper and min(pieces[start, value.size].shape) == 1:
                        pieces[start, value.size] = Part(_plain(sight.label), start, value.shape, order)
        tiled = _tiled(0, theta.size, list(pieces.values()))
        if tiled and any(min(part.shape) > 1 for part in tiled):
            self.parts = _named(tiled, next(iter(self.given)))

    def split(self, spec):
        """The spec with every intercept that stands in a matrix on its own."""
        layers = []
        for layer in spec.layers:
            part = next(part for part in self.parts if (part.label,) == layer.weight)
            if layer.ones is None:
                layers.append(layer)
                continue
            part.ones = (1 if layer.transposed else 0, layer.ones)
            bias = (f"{part.label}_bias",)
            layers.append(reference.Layer(layer.weight, bias, layer.transposed, None, layer.activation))
        return reference.Spec(layers)

    def pieces(self, flat):
        """{label: array} of a flat theta, or of a gradient of its form; intercepts on their own."""
        found = {}
        for part in self.parts:
            whole = part.shaped(flat)
            if part.ones is None:
                found[part.label] = np.array(whole)
                continue
            axis, index = part.ones
            found[part.label] = np.delete(whole, index, axis=axis)
            found[f"{part.label}_bias"] = np.take(whole, index, axis=axis)
        return found

    def joined(self, pieces):
        """The flat theta of labelled pieces."""
        flat = np.zeros(self.size)
        for part in self.parts:
            made = np.asarray(pieces[part.label], dtype=float)
            if part.ones is not None:
                axis, index = part.ones
                made = np.insert(made, 0 if index == 0 else made.shape[axis], pieces[f"{part.label}_bias"], axis=axis)
            flat[part.start : part.start + part.size] = made.reshape(part.shape).ravel(order=part.order)
        return flat

    def gathered(self, value, name):
        """A flat array in the order of theta from what a function returned: one vector, or an array for each part."""
        found = arrays(value)
        single = [item for item in found if item.size == self.size and len(self.parts) <= len(found)]
        single = single or [item for item in found if item.size == self.size]
        if single and (len(self.given) == 1 or len(found) == 1):
            return single[-1].ravel()
        flat, free = np.full(self.size, np.nan), list(found)
        for part in reversed(self.parts):
            fits = [k for k, item in enumerate(free) if item.shape == part.shape] or [k for k, item in enumerate(free) if item.size == part.size]  # fmt: skip
            if not fits:
                raise CannotCheck(f"what {name} gives does not fit theta")
            item = free[fits[-1]]
            free = free[: fits[-1]]
            flat[part.start : part.start + part.size] = (
                item.ravel(order=part.order) if item.shape == part.shape else item.ravel()
            )
        return flat


def _plain(label):
    return label if label.isidentifier() else "theta"


def _named(parts, name):
    """Each part with a label of its own."""
    seen, found = set(), []
    for number, part in enumerate(parts, 1):
        label = part.label if part.label not in (*seen, name) and part.label != "theta" else f"{name}{number}"
        seen.add(label)
        found.append(dataclasses.replace(part, label=label))
    return found


def _tiled(start, end, pieces):
    """Pieces that follow each other from start to end, matrices before vectors; None where none do."""
    if start == end:
        return []
    for part in sorted((part for part in pieces if part.start == start), key=lambda part: (min(part.shape) < 2, -part.size)):  # fmt: skip
        rest = _tiled(start + part.size, end, pieces)
        if rest is not None:
            return [part, *rest]
    return None


def scalars(value):
    """The numbers among what a function returned, as floats."""
    items = value if isinstance(value, (tuple, list)) else [value]
    numbers = [np.ravel(np.asarray(item)) for item in items if np.size(item) == 1]
    return [float(item[0]) for item in numbers if item.dtype.kind in "fiu"]


def arrays(value):
    """The arrays of more than one number among what a function returned."""
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, (tuple, list)) else [value]
    made = [np.asarray(item) for item in items if isinstance(item, np.ndarray) and item.size > 1]
    return [item.astype(float) for item in made if item.dtype.kind in "fiub"]
