"""The records of the data flow: what is known of a value, and the events of a run that rules look at."""

import dataclasses
import itertools

_counter = itertools.count(1)


def fresh():
    """A number nobody else has, to name a new origin or permutation."""
    return next(_counter)


@dataclasses.dataclass
class Estimator:
    """An object with fit: its class, where it was made, and what it was fitted on."""

    name: str
    kind: str  # scaler, row (works row by row), clusterer, model, split, search
    line: int
    fitted: list = dataclasses.field(default_factory=list)  # of Value
    keywords: dict = dataclasses.field(default_factory=dict)
    regressor: bool = False
    text: bool = False  # fitted on labels that are strings


@dataclasses.dataclass(frozen=True)
class Leak:
    """A statistic over all rows that went into a value."""

    line: int
    stack: tuple
    how: str
    strong: bool = True
    path: tuple = ()  # of the rows that it has seen


@dataclasses.dataclass(frozen=True)
class Value:
    """What is known of one value.

    Attributes
    ----------
    roots : frozenset of int
        The data it comes from.
    kind : str
        data, labels, prediction, hits (a comparison with labels), score, scores (a list of them), index, cluster,
        estimator, tuple, string, number, or nothing.
    part : str or None
        train, test, val, both (joined again), or None: not split.
    cut : bool
        Whether rows were selected.
    leaks : tuple of Leak
    stat : tuple of (frozenset of roots, part, strong, path)
        What it is a column statistic of.
    perm : object
        The permutation its rows have been through.
    cols : tuple or None
        Which columns of a table it holds.
    scale : tuple
        The constants it was scaled by.
    shape : {"column", "flat", None}
    """

    roots: frozenset = frozenset()
    kind: str = ""
    part: str | None = None
    cut: bool = False
    leaks: tuple = ()
    stat: tuple = ()
    perm: object = None
    cols: tuple | None = None
    scale: tuple = ()
    shape: str | None = None
    items: tuple | None = None
    estimator: Estimator | None = None
    const: object = None
    name: str = ""
    hard: bool | None = None  # a prediction: labels (True) or scores (False)
    loop: object = None  # the loop whose passes a list of scores collects
    source: str = ""  # the data set or the call it comes from
    text: bool = False  # labels that are strings
    cluster: bool = False  # holds cluster numbers
    bounds: tuple | None = None  # of a slice with literal bounds
    resampled: tuple = ()  # lines where rows were multiplied
    turned: bool = False  # transposed
    span: tuple | None = None  # of a slice: its bounds as text
    target_in: bool = False  # a table that holds the labels beside the features
    texts: tuple = ()  # of a table: the columns that hold text
    entries: tuple = ()  # of a dict: (key, value)
    picked: bool = False  # rows picked by numbers of which no part is known: some, not all
    path: tuple = ()  # the selections of rows that led to it, as text
    each: object = None  # a list or generator: the value of one of its elements

    def but(self, **changes):
        """The same value with changes."""
        return dataclasses.replace(self, **changes)


UNKNOWN = Value()


@dataclasses.dataclass(frozen=True)
class Event:
    """Something that happened in the run: split, fit, scale, score, select, print, misaligned, compare, call."""

    kind: str
    line: int
    stack: tuple  # of (function, line), outermost first
    loops: tuple  # of loop nodes around it
    node: object
    what: dict

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self.what[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def function(self):
        """The innermost function, or None at the top of the file."""
        return self.stack[-1][0]


MIXED = "some in one order, some in another"  # rows beside some of them that were picked: no order of its own
ROWS = ("data", "labels", "prediction", "hits", "score", "scores", "cluster")


def joined(values):
    """What is known of a value computed from several.

    >>> joined([Value(part="train"), Value()]).part
    'train'
    """
    values = [value for value in values if value is not None]
    if not values:
        return UNKNOWN
    roots = frozenset().union(*(value.roots for value in values))
    rows = [value for value in values if value.kind in ROWS] or values
    parts = {value.part for value in rows if value.part}
    perms = {value.perm for value in values if value.perm is not None or (value.kind == "data" and value.roots)}
    scales = {value.scale for value in values if value.scale}
    paths = {value.path for value in rows if value.roots}
    return Value(
        roots=roots,
        part=parts.pop() if len(parts) == 1 else ("both" if parts else None),
        cut=any(value.cut for value in values),
        leaks=tuple(dict.fromkeys(leak for value in values for leak in value.leaks)),
        perm=perms.pop() if len(perms) == 1 else (MIXED if perms else None),
        scale=scales.pop() if len(scales) == 1 else (),
        source=next((value.source for value in values if value.source), ""),
        resampled=tuple(dict.fromkeys(line for value in values for line in value.resampled)),
        cluster=any(value.cluster for value in values),
        target_in=any(value.target_in for value in values),
        texts=tuple(dict.fromkeys(name for value in values for name in value.texts)),
        text=any(value.text for value in values),
        picked=any(value.picked for value in values),
        path=paths.pop() if len(paths) == 1 else (),
        bounds=("unpacked",) if any(value.bounds == ("unpacked",) for value in values) else None,
    )


def element_of(value):
    """One element of a list of which it is known: with the part and the order that the whole list has since been given."""
    each = value.each
    if each is None or not each.roots or not (value.perm or value.part):
        return each or value
    return each.but(perm=each.perm if value.perm is None else value.perm, part=each.part or value.part)


def parts_in(value):
    """Whether a value holds rows of a part of the data, itself or among its items."""
    return bool(value.part and value.roots) or any(parts_in(item) for item in value.items or ())


def saw_all(path, value):
    """Whether rows on ``path`` are all that ``value`` was taken from: not its own alone, nor some, nor others.

    >>> saw_all((), Value(path=(":90",), part="train")), saw_all((":90",), Value()), saw_all((":90",), Value(path=("90:",)))
    (True, False, False)
    """
    own = bool(path) and path == value.path and value.part is not None
    return value.path[: len(path)] == path and not own


def merged(values):
    """What a function returns, of several return statements: those of the longest tuple, item by item."""
    values = [value for value in values if value is not UNKNOWN]
    if not values:
        return UNKNOWN
    tuples = [value for value in values if value.items is not None]
    if tuples:
        return max(tuples, key=lambda value: len(value.items))
    return values[0] if len(values) == 1 else either(*values)


def gathered(score, loop, name=""):
    """A list of scores like this one, of the rounds of a loop."""
    return Value(
        kind="scores",
        part=score.part,
        loop=loop,
        name=name,
        source=score.source,
        picked=score.picked,
        const=score.const,
    )


def either(*values):
    """What holds of whichever value it is: the kind of the first that holds rows, the doubts of all."""
    first = next((value for value in values if value.roots), values[0])
    scale = first.scale if len({value.scale for value in values}) == 1 else ()
    perms = {value.perm for value in values} - {None}
    return joined(values).but(kind=first.kind, estimator=values[0].estimator, items=values[0].items, scale=scale,
                              perm=perms.pop() if len(perms) == 1 else None)  # fmt: skip


def common_frame(first, second):
    """(function, line of the first, line of the second) in the innermost function that both stand in.

    >>> common_frame(((None, 9), ("scale", 2)), ((None, 12),))
    (None, 9, 12)
    """
    depth = 0
    for depth, (a, b) in enumerate(zip(first, second)):
        if depth + 1 >= min(len(first), len(second)) or first[depth + 1][0] != second[depth + 1][0] or a != b:
            break
    return first[depth][0], first[depth][1], second[depth][1]
