"""Which tables and row numbers of a run are parts of one earlier table, by what they hold, whatever they are called.

A program is run with every table, flat array and list of rows kept as it first appears in a frame. Parts are two or three
things of one frame that share out the rows of a whole: row numbers, or tables whose rows it holds. A name may tell which of
them is kept aside; where none does, the largest is for training, the next for validation where there are three.
"""

import collections
import dataclasses
import itertools

import numpy as np

from scratchwork.checks.files.names import index_part_of, kind_of, part_of
from scratchwork.checks.registry import once
from scratchwork.checks.watching import held as held_file
from scratchwork.checks.watching.replaced import row_numbers

MOST_ROWS, MOST_PIECES = 6000, 30


@dataclasses.dataclass(eq=False)
class Parts:
    """Parts of one whole in one frame: {part: row numbers of the whole, in their order}, and what is called so."""

    rows: dict
    pieces: dict  # {part: Held}
    whole: held_file.Held  # a table of as many rows
    told: bool  # a name tells which is which
    numbered: bool
    folds: bool = False  # others of the same names come after it

    @property
    def time(self):
        """Since when they are there."""
        return max(piece.time for piece in self.pieces.values())

    @property
    def until(self):
        """Until when they are: in a loop over folds to the next one."""
        return min(piece.until for piece in self.pieces.values())

    @property
    def frame(self):
        """The frame and the function that divides."""
        one = next(iter(self.pieces.values()))
        return one.serial, one.function

    def part(self, held):
        """The part that a thing is called, or that has as many rows, where no other part has."""
        named = [part for part, piece in self.pieces.items() if (piece.serial, piece.name) == (held.serial, held.name)]
        if named:
            return named[0] if len(held.rows) == len(self.rows[named[0]]) else None
        fitting = [part for part, rows in self.rows.items() if len(rows) == len(held.rows)]
        return fitting[0] if len(fitting) == 1 else None


def read(statements, caller, namespace, name):
    """(Run, [Parts]) of a program, made once."""

    def made():
        run = held_file.seen(statements, caller, namespace)
        return run, list(divided(run))

    return once(namespace, f"__provenance of {name}__", made)


# parts ------------------------------------------------------------------------------------------------------------


def divided(run):
    """Every Parts of a run, the first of each set of names of a function."""
    wholes, frames, known = _wholes(run), {}, {}
    for one in run.held:
        if not one.given:
            frames.setdefault(one.serial, []).append(one)
    for held in frames.values():
        for parts in _of_frame(held, wholes):
            key = parts.frame[1], tuple(piece.name for piece in parts.pieces.values())
            first = known.setdefault(key, parts)
            if first is parts:
                yield parts
            elif any(set(first.rows[part]) != set(rows) for part, rows in parts.rows.items() if part in first.rows):
                first.folds = True


def _wholes(run):
    """Tables of different contents, with the places of their rows: [(Held, {key: [places]})]."""
    found = {}
    for one in run.all_tables():
        if len(one.rows) <= MOST_ROWS and len(found) < 40:
            found.setdefault((one.rows.shape, one.rows.tobytes()), one)
    return [(one, _places(one)) for one in found.values()]


def _places(one):
    places = {}
    for place, key in enumerate(one.contents()):
        places.setdefault(key, []).append(place)
    return places


def _of_frame(held, wholes):
    """Parts among the things of one frame: three rather than two of them."""
    pieces = {}  # {whole: [(Held, rows)]}
    for one in held:
        for number, rows, numbered in _pieces(one, wholes):
            pieces.setdefault((number, numbered), []).append((one, rows))
    for (number, numbered), found in sorted(
        pieces.items(), key=lambda entry: (-entry[0][1], len(wholes[entry[0][0]][0].rows))
    ):
        whole, found = wholes[number][0], found[:MOST_PIECES]
        same = {}  # {rows: names that hold them at any time}
        for one, rows in found:
            same.setdefault(np.sort(rows).tobytes(), set()).add(one.name)
        one_thing = [names for names in same.values() if len(names) > 1]
        for several in (3, 2):
            made = [
                _parts(group, whole, numbered)
                for group in itertools.combinations(found, several)
                if _shares(group, whole)
                and not any(len({one.name for one, _ in group} & names) > 1 for names in one_thing)
            ]
            if made:
                yield from made[:3]
                break
        else:
            yield from filter(None, [_masked(one, rows, whole) for one, rows in found][:1])


def _masked(one, rows, whole):
    """The Parts of a mask whose name tells a part, and of all that it leaves out."""
    part = index_part_of(one.name)
    if part is None or one.rows.dtype.kind != "b":
        return None
    left = np.setdiff1d(np.arange(len(whole.rows)), rows)
    return Parts({part: rows, "test" if part == "train" else "train": left}, {part: one}, whole, True, True)


def _pieces(one, wholes):
    """(whole, rows, whether they are numbers) of a thing that is fewer rows of a whole, of the first that it fits."""
    if one.rows.ndim == 1:
        rows = row_numbers(one.rows) if one.rows.dtype.kind in "iub" else None
        for number, (whole, _) in enumerate(wholes) if rows is not None else ():
            fits = len(one.rows) == len(whole.rows) if one.rows.dtype.kind == "b" else rows.max() < len(whole.rows)
            if fits and len(rows) < len(whole.rows):
                yield number, rows, True
        return
    for number, (whole, places) in enumerate(wholes):
        if whole.time <= one.time and whole.rows.shape[1] == one.rows.shape[1] and len(whole.rows) > len(one.rows):
            met, rows = collections.Counter(), []
            for key in one.contents():
                if key not in places:
                    break
                rows.append(places[key][met[key] % len(places[key])])
                met[key] += 1
            else:
                yield number, np.array(rows, int), False


def _shares(group, whole):
    """Whether things of different names that stand together share out the rows of a whole, no row twice."""
    ones, rows = zip(*group)
    total = sum(map(len, rows))
    if len({one.name for one in ones}) < len(ones) or not 0.9 * len(whole.rows) <= total <= len(whole.rows):
        return False
    if max(one.time for one in ones) > min(one.until for one in ones):
        return False
    if ones[0].rows.ndim == 1:
        return len(np.unique(np.concatenate(rows))) == total
    held = sum((collections.Counter(one.contents()) for one in ones), collections.Counter())
    return held <= collections.Counter(whole.contents())  # rows may be there twice


def _parts(group, whole, numbered):
    """The Parts of a group: by its names, else the largest for training and the last for the test."""
    named = [part_of(one.name) or index_part_of(one.name) for one, _ in group]
    most = max(len(rows) for _, rows in group)  # of parts of about one size the first is for training
    order = sorted(range(len(group)), key=lambda place: (min(-len(group[place][1]), -0.87 * most), place))
    order.sort(key=lambda place: len(group[place][1]) < 0.87 * most)
    words = [named[place] for place in order]
    usual = ["train", "val", "test"] if len(group) == 3 else ["train", "test"]
    left = [part for part in usual if part not in words]
    told = len(set(words) - {None}) == len([word for word in words if word])
    if not told or any(words):
        words = [None] * len(order) if not told else words
        left = left if told else list(usual)
    rest = sorted(
        (place for place, word in zip(order, words) if word is None), key=lambda place: (group[place][0].time, place)
    )
    if "train" in left:
        largest = next(place for place, word in zip(order, words) if word is None)
        rest = [largest, *(place for place in rest if place != largest)]
    names = dict(zip(rest, left)) | {place: word for place, word in zip(order, words) if word}
    by_part = {names[place]: group[place] for place in range(len(group)) if place in names}
    rows, pieces = ({part: entry[side] for part, entry in by_part.items()} for side in (1, 0))
    return Parts(rows, pieces, whole, told and any(named), numbered)


def roles(run, parts):
    """{(function, name): (part, "rows" or "labels")} of the frames that divide the largest whole; None for parts of its parts."""
    found, flats = {}, [one for one in run.held if one.rows.ndim == 1]
    most = max((len(entry.whole.rows) for entry in parts if not entry.folds), default=0)
    outer = [entry for entry in parts if not entry.folds and len(entry.whole.rows) > 0.95 * most]
    inner = [entry for entry in parts if entry not in outer and entry.frame[1] not in {one.frame[1] for one in outer}]
    if outer:
        found |= {
            (one.function, one.name): None for one in run.held if one.serial in {entry.frame[0] for entry in inner}
        }
    for entry in outer:
        whole = [one for one in flats if len(one.rows) == len(entry.whole.rows) and kind_of(one.name) != "prediction"]
        for part, piece in entry.pieces.items():
            if part in ("train", "val", "test"):
                found.setdefault((piece.function, piece.name), (part, "rows"))
        for one in run.held:
            if one.serial == entry.frame[0] and not one.given and (one.function, one.name) not in found:
                part = _labels(one, entry, whole) if one.rows.ndim == 1 else entry.part(one)
                if part is not None:
                    found[one.function, one.name] = part, "labels" if one.rows.ndim == 1 else "rows"
    return found


def _labels(one, entry, whole):
    """The part whose labels a flat array holds, by those of a whole."""
    if kind_of(one.name) in ("prediction", "data"):
        return None
    for part, rows in entry.rows.items():
        if len(rows) == len(one.rows) and any(np.array_equal(other.rows[rows], one.rows) for other in whole):
            return part
    return None
