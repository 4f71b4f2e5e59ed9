"""What the axes of an array stand for: the rows or columns of some data, or the numbered axes of a decomposition.

Two axes that meet in a product or an index stand for the same thing; where it is known that they do not, the code is wrong
whatever the shapes are. Nothing is run. An array of which nothing is known is None.
"""

import dataclasses


class Dim:
    """One axis of an array: of some data (``of`` is None), or the axes that ``of``, a Decomposition, found, in their order.

    ``cut`` names the Dim of which this one is a part; ``end`` is the end of the order that was kept.
    """

    def __init__(self, of=None, order="", cut=None, end=""):
        self.of, self.order, self.cut, self.end, self.same, self.others = of, order, cut, end, None, []

    def itself(self):
        """The Dim that stands for all that were found to be the same."""
        return self if self.same is None else self.same.itself()

    def but(self, **changes):
        """Another order, or a part, of this one."""
        mine = self.itself()
        return Dim(**{"of": mine.of, "order": mine.order, "cut": mine.cut, "end": mine.end} | changes)


@dataclasses.dataclass(eq=False)
class Decomposition:
    """A call of eigh, eig or svd: the Dims that its vectors have entries for, and the data it was made of."""

    kind: str
    over: tuple
    base: object  # Array
    line: int
    function: str | None


@dataclasses.dataclass(frozen=True, eq=False)
class Array:
    """What is known of an array.

    ``root`` names the data it comes from, ``minus`` the means that were taken off: (root of the mean, Dim it went over or
    "all"). ``role``: data, mean, moment, values, vectors, scores, back, place (numbers of rows or axes, ``over`` a Dim), len.
    """

    dims: tuple
    role: str = "data"
    root: object = None
    minus: tuple = ()
    deco: Decomposition | None = None
    over: Dim | None = None
    items: tuple | None = None  # of a tuple
    each: object = None  # of a list: one of its elements
    turned: bool = False  # of a place: counted from the end; of values: with the sign changed
    loose: bool = False  # the number of its dims is a guess

    def but(self, **changes):
        """The same with changes."""
        return dataclasses.replace(self, **changes)


@dataclasses.dataclass(frozen=True, eq=False)
class Projection:
    """Rows that are multiplied by the vectors of a decomposition."""

    rows: Array
    deco: object
    line: int
    function: str | None
    owned: bool = False  # in a method of a class of the file


def given(root=None):
    """Data of which nothing is known."""
    return Array((Dim(), Dim()), root=root or object(), loose=True)


def same(a, b):
    """Take two axes that meet for the same; False where they are known to differ."""
    a, b = a.itself(), b.itself()
    if a is b or whole(a) is whole(b):
        return True
    if clash(a, b) or any(other.itself() is b for other in a.others) or any(other.itself() is a for other in b.others):
        return False
    for one, other in ((a, b), (b, a)):
        if one.of is None and one.cut is None and not one.end:
            one.same = other
            other.others += one.others
            return True
    return True


def apart(a, b):
    """Remember that two axes, as those of a table of distances, are the rows of two things."""
    if a is not None and b is not None and a.itself() is not b.itself():
        a.itself().others.append(b)


def clash(a, b):
    """Whether one counts the axes of a decomposition and the other the entries that these have."""
    a, b = a.itself(), b.itself()
    pairs = ((a, b), (b, a))
    return any(one.of is not None and other.of is None and entries_of(one.of, other) for one, other in pairs)


def entries_of(deco, dim):
    """Whether the vectors of a decomposition have an entry for each number of a Dim."""
    return any(whole(dim) is whole(other) for other in deco.over)


def whole(dim):
    """The Dim of which this one is a part, or itself."""
    dim = dim.itself()
    return dim if dim.cut is None else whole(dim.cut)


def broadcast(a, b):
    """The dims of a sum of two arrays; None where they do not fit."""
    if len(a) < len(b):
        a, b = b, a
    found = list(a[: len(a) - len(b)])
    for one, other in zip(a[len(a) - len(b) :], b):
        if one is None or other is None:
            found.append(one or other)
        else:
            same(one, other)
            found.append(one if one.itself().of is not None else other)
    return tuple(found)
