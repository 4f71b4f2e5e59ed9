"""One round of a training loop, watched: what stood before it, what it leaves, and every call of the user's functions in it.

    for i in range(1000):            for i in range(1000):
        a1 = sigmoid(X @ W1)   ->        __round__.enter(locals())      parameters and data are put in here
        ...                              if __round__.has("W1"): W1 = __round__.give("W1")
        W1 -= lr * dW1                   try: a1 = sigmoid(X @ W1) ...
                                         finally: __round__.leave(locals())     and the loop is left here

The loop stays where it is, in a function or in a script, so whatever the author prepared before it is there.
"""

import ast
import copy
import dataclasses
import sys

import numpy as np

from scratchwork.checks.files import syntax
from scratchwork.checks.running import state

HOOK = "__round__"
MOST_CALLS, LEAST_SHARED = 4000, 1000


class RoundOver(BaseException):
    """The watched round has ended; not an Exception, so that the user's code does not swallow it."""


@dataclasses.dataclass
class Seen:
    """One call of a user's function inside the round."""

    name: str
    value: dict  # path -> array, of what it returned
    local: dict  # path -> array, of its own names when it returned
    depth: int


class Round:
    """What the watched loop calls; it puts values in, and keeps what it sees."""

    def __init__(self, file, inject=None, prepare=None, rounds=1, wanted=None):
        self.file, self.inject, self.prepare, self.rounds = file, inject or {}, prepare, rounds
        self.entered, self.left, self.calls, self.done = None, None, [], 0
        self.wanted = wanted  # names to keep: of what is left, of functions; None for all
        self.replaced, self.shared, self.live, self.depth, self.copies = {}, {}, {}, 0, {}

    def enter(self, values, shared):
        """Put in what is to be put in, before the first round; ``shared`` are the globals."""
        if self.done:
            return
        visible = {key: item for key, item in {**shared, **values}.items() if is_data(item) and key != HOOK}
        self.local, self.shared = set(values), shared
        news = self.prepare(visible) if self.prepare else {}
        for path, item in {**news, **self.inject}.items():
            self._put(path, item, visible)
        self.entered = arrays_of({**visible, **self.replaced}) if self.wanted is None else {}
        sys.setprofile(self._watch)

    def _put(self, path, item, visible):
        root = path[0]
        if root not in visible:
            return
        whole = self.replaced.get(root, visible[root])
        old = state.get(whole, path[1:]) if len(path) > 1 else whole
        if (
            isinstance(old, np.ndarray)
            and old.shape == np.shape(item)
            and old.dtype == np.float64
            and old.flags.writeable
        ):
            old[...] = item  # in place: an optimiser may hold the same array
            return
        item = float(item) if isinstance(old, (float, np.floating)) else item
        self.replaced[root] = state.put(copy.copy(whole), path[1:], item)
        if root not in self.local:
            self.shared[root] = self.replaced[root]

    def has(self, name):
        """Whether a name gets another value."""
        return not self.done and name in self.replaced

    def give(self, name):
        """The other value."""
        return self.replaced[name]

    def leave(self, values, shared):
        """Keep what the round made; leave the loop after the last one."""
        if sys.exc_info()[0] is not None:
            sys.setprofile(None)
            self.left = self._arrays(values, shared)
            return
        self.done += 1
        if self.done >= self.rounds:
            sys.setprofile(None)
            self.left = self._arrays(values, shared)
            raise RoundOver

    def _arrays(self, values, shared):
        self.live = {key: item for key, item in {**shared, **values}.items() if is_data(item) and key != HOOK}
        return arrays_of({key: item for key, item in self.live.items() if self.wanted is None or key in self.wanted})

    def _watch(self, frame, event, value):
        if frame.f_code.co_filename != self.file or frame.f_code.co_name.startswith("<"):
            return
        if event == "call":
            self.depth += 1
        elif event == "return" and len(self.calls) < MOST_CALLS:
            self.depth -= 1
            if self.wanted is not None and frame.f_code.co_name not in self.wanted:
                return
            local = {key: item for key, item in frame.f_locals.items() if is_data(item)}
            arrays = arrays_of(value, self.copies), arrays_of(local, self.copies)
            self.calls.append(Seen(frame.f_code.co_name, *arrays, self.depth))


def is_data(item):
    """Whether a value may hold numbers: no module, function, class or text."""
    plain = item is None or isinstance(item, (str, bytes, type)) or callable(item)
    return not plain and type(item).__name__ != "module"


def arrays_of(value, copies=None):
    """{path: copy} of all arrays and numbers within reach; a large one that is in ``copies`` as it stands is not copied again."""
    found = {}
    items = value.items() if isinstance(value, dict) else [(None, value)]
    for key, item in items:
        start = () if key is None else (key,)
        if isinstance(item, int) and not isinstance(item, bool):
            found[start] = np.asarray(item)
            continue
        for path, leaf in state.leaves(item, numbers=True):
            if np.size(leaf) <= 200_000 and np.asarray(leaf).dtype.kind in "fiub":
                found[(*start, *path)] = np.array(leaf) if copies is None else _copy(leaf, copies)
    return found


def _copy(leaf, copies):
    if np.size(leaf) < LEAST_SHARED:
        return np.array(leaf)
    kept = copies.get(id(leaf))
    if kept is None or not state.same_numbers(kept[1], leaf):
        kept = copies[id(leaf)] = leaf, np.array(leaf)
    return kept[1]


def loops_of(tree):
    """(statement of the module, loop) of every loop, the outer ones of a function first; what only defines is left out."""
    found = []
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            continue
        if isinstance(statement, (ast.For, ast.While)):
            found.append((0, statement, statement))
        found += [
            (depth, statement, node) for depth, node in _inside(statement, 0) if isinstance(node, (ast.For, ast.While))
        ]
    found.sort(key=lambda entry: entry[0])
    return [entry[1:] for entry in found]


def _inside(node, depth):
    for part in ast.iter_child_nodes(node):
        deeper = depth + isinstance(part, (ast.For, ast.While))
        yield deeper, part
        yield from _inside(part, deeper)


def watched(statement, loop):
    """A copy of ``statement`` in which ``loop`` tells what it does."""
    statement = copy.deepcopy(statement)
    mark = (loop.lineno, loop.col_offset)
    owner, chosen = None, None
    for node in ast.walk(statement):
        if isinstance(node, (ast.For, ast.While)) and (node.lineno, node.col_offset) == mark:
            chosen = node
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef) and any(part is chosen for part in ast.walk(node)):
            owner = node  # the innermost comes last
    names = syntax.stored_inside(owner) if owner else set()
    chosen.body = _watched_body(chosen, sorted(names), "dict(locals())" if owner else "{}")
    return ast.fix_missing_locations(statement)


def _watched_body(loop, names, own):
    head = [f"{HOOK}.enter({own}, globals())"]
    head += [f"if {HOOK}.has({name!r}): {name} = {HOOK}.give({name!r})" for name in names]
    end = ast.parse(f"{HOOK}.leave({own}, globals())").body
    made = [*ast.parse("\n".join(head)).body, ast.Try(body=loop.body, handlers=[], orelse=[], finalbody=end)]
    for item in (*made[:-1], *end):
        for part in ast.walk(item):
            if hasattr(part, "lineno"):
                part.lineno = part.end_lineno = loop.lineno
    return made
