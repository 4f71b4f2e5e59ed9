"""What depends on the labels of one part of the data: a program is run again with these labels replaced by others of their kind.

What it prints and what it chooses by (``max(scores)``, ``np.argmin(errors)``, ``if score > best: best = score``) is kept, told
by line and compared. Labels are known by the name that they are first given, or by the row numbers of a part; those of an
argument never are, since a function may be handed any part.
"""

import ast
import dataclasses
import sys
import time

import numpy as np

from scratchwork.checks.files.names import kind_of, part_of
from scratchwork.checks.files.syntax import dotted, stored, walk
from scratchwork.checks.running import replay, shortened
from scratchwork.checks.watching import recorded
from scratchwork.checks.watching.program_calls import numbers_in
from scratchwork.checks.watching.replaced import held_as, is_table, keyed, mix, picks, replace, role, row_numbers
from scratchwork.checks.watching.tape import Enough, tape_name

SECONDS, MOST_NOTES, MOST_SCORES, MOST_RETURNED = 0.8, 80, 600, 40
CHOOSERS = {"max", "min", "sorted", "argmax", "argmin", "nanargmax", "nanargmin", "idxmax", "idxmin"}


@dataclasses.dataclass
class Note:
    """Something printed (its text), or numbers that something was chosen by."""

    kind: str  # print, or what chooses: max, argmin, ..., "if"
    line: int
    function: str
    what: object


class Telling(shortened.Shortened):
    """Loops cut as ever; what is printed is shown, what is chosen is told."""

    def visit_Expr(self, node):
        return self.generic_visit(node)

    def visit_Call(self, node):
        node = super().visit_Call(node)
        if getattr(node.func, "id", getattr(node.func, "attr", "")) in CHOOSERS:
            node.args = [ast.Constant(node.lineno), node.func, *node.args]
            node.func = ast.Name("__chosen__", ast.Load())
        return node

    def visit_If(self, node):
        kept = {name for statement in node.body for name in stored(statement)}
        for part in walk(node.test):
            ordered = isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
            sides = [part.left, part.comparators[0]] if ordered and len(part.ops) == 1 else []
            if any(dotted(side) in kept for side in sides):
                part.left = self._told(part.left)
                part.comparators = [self._told(part.comparators[0])]
        return self.generic_visit(node)

    @staticmethod
    def _told(side):
        told = ast.Call(ast.Name("__compared__", ast.Load()), [ast.Constant(side.lineno), side], [])
        return ast.copy_location(told, side)


class Run:
    """One run of a program, with the labels of ``part`` replaced, or none; with ``whole`` its tables, which may hold them.

    ``roles`` tell of names that are parts without saying so: {(function, name): (part, "labels" or "rows")}; None where one is
    a part of a part. Other functions have none then.
    """

    def __init__(self, namespace, part=None, seed=0, whole=False, roles=None):
        self.namespace, self.part, self.whole, self.roles = namespace, part, whole, roles or {}
        self.dice, self.notes, self.counts = np.random.default_rng(seed), [], {}
        self.parts, self.tables = {}, {}  # {identity: (part, thing)}, of labels and of whole tables
        self.within = {function for function, _ in self.roles} | {"<module>"}
        self.dividing = set()  # functions that hold parts
        self.idle, self.entered = set(), 0  # codes of functions that hold nothing of interest
        self.sizes = {}  # {code of a function: rows of each argument of its first call}
        self.done, self.complete = set(), False  # what is replaced already; whether the program came to its end
        self.picks, self.keyed = picks(namespace["__tree__"]), keyed(namespace["__tree__"])

    def run(self, function, *args):
        """Call and listen."""
        self.stops, before = time.process_time() + SECONDS, sys.gettrace()
        self.namespace |= {"print": self.printed, "__chosen__": self.chosen, "__compared__": self.compared}
        self.namespace["__returned__"] = self.returned
        self.old = {id(item) for item in self.namespace.values()}
        sys.settrace(self._enter)
        try:
            function(*args)
            self.complete = True
        except Enough:
            pass
        finally:
            sys.settrace(before)

    # listening ----------------------------------------------------------------------------------------------------

    def _note(self, kind, line, what):
        self.counts[kind, line] = self.counts.get((kind, line), 0) + 1
        if what is not None and self.counts[kind, line] <= MOST_NOTES:
            self.notes.append(Note(kind, line, tape_name(sys._getframe(2)), what))

    def printed(self, *words, sep=" ", **_):
        """In place of print."""
        self._note("print", sys._getframe(1).f_lineno, str(sep or "").join(map(str, words)))

    def chosen(self, line, function, *args, **kwargs):
        """In place of ``max`` and the like."""
        if args and hasattr(args[0], "__next__"):
            args = (list(args[0]), *args[1:])
        name = getattr(function, "__name__", "") + ("" if kwargs.get("key") is None else " by")
        self._note(name, line, _scores(function, args, kwargs))
        return function(*args, **kwargs)

    def compared(self, line, side):
        """A side of a comparison."""
        self._note("if", line, _numbers([side]))
        return side

    def returned(self, line, value):
        """What the function that is run gives."""
        for path, numbers in numbers_in(value).items():
            if numbers.dtype.kind == "f" and numbers.size <= MOST_RETURNED:
                self._note(f"return{path}", line, tuple(numbers.ravel().tolist()))

    # replacing ----------------------------------------------------------------------------------------------------

    def _enter(self, frame, event, arg):
        code = frame.f_code
        if frame.f_globals is not self.namespace or self._idle(code):
            return None
        names = code.co_names if code.co_name == "<module>" else code.co_varnames[code.co_argcount + code.co_kwonlyargcount :]  # fmt: skip
        given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
        sizes = [len(item) for item in given if np.ndim(item)] if code.co_name != "<module>" else []
        if self.sizes.setdefault(code, sizes) != sizes:
            return None  # other rows than at the first call: what it calls test part is cut from the rest
        function = tape_name(frame)
        if any(self.role(function, name) or name in self.keyed for name in names):
            return self._step
        self.idle.add(code)
        return None

    def _idle(self, code):
        """Whether there is nothing to see in a function; the time is looked at now and then."""
        self.entered += 1
        if self.entered % 64 == 1 and time.process_time() > self.stops:
            raise Enough
        return code in self.idle

    def role(self, function, name):
        """(part, "labels" or "rows") of a name of a function, or None."""
        if (function, name) in self.roles or (self.roles and function not in self.within):
            return self.roles.get((function, name))
        return role(name)

    def _step(self, frame, event, arg):
        if time.process_time() > self.stops:
            raise Enough
        code, held = frame.f_code, frame.f_locals
        given = () if held is self.namespace else code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        function = tape_name(frame)
        for name in code.co_names if held is self.namespace else code.co_varnames:
            if (self.role(function, name) or name in self.keyed) and name in held and name not in given:
                self._look(name, held[name], held, function)
        return self._step

    def _look(self, name, value, held, function):
        if type(value) is dict:
            for key, item in value.items():
                if isinstance(key, str) and role(f"{name}_{key}"):
                    self._look(f"{name}_{key}", item, held, function)
            return
        part, kind = self.role(function, name) or (None, None)
        if type(value) in (tuple, list) and len(value) in (2, 3) and _rows_and_labels(value[0], value[-1]):
            kind, value = "labels", value[-1]
        if part is None or id(value) in self.old:
            return
        self.dividing.add(function)
        if kind == "labels" and id(value) not in self.parts:
            self.parts[id(value)] = part, value
            if part == self.part:
                replace(value, None, self.dice)
        elif kind == "rows" and is_table(value):
            if id(value) not in self.tables:
                self.tables[id(value)] = part, value
                if part == self.part and self.whole:
                    mix(value, self.dice)
        elif kind == "rows":
            self._rows(name, value, part, held)

    def _rows(self, name, value, part, held):
        rows = row_numbers(value)
        labels = self.picks.get(name) or [key for key in held if kind_of(key) == "labels" and not part_of(key)]
        for label in labels if rows is not None else ():
            whole = held_as(label, held, self.namespace)
            key = id(whole), rows.tobytes()
            if whole is not None and key not in self.done and len(whole) > rows.max():
                self.done.add(key)
                self.parts[key] = part, whole
                if part == self.part:
                    replace(whole, rows, self.dice)


def _rows_and_labels(rows, labels):
    """Whether two things are rows and the labels of them: not two rows, nor two lists of rows."""
    if isinstance(labels, list):
        return np.ndim(labels[:1]) == 1 and np.ndim(rows[:1]) > 1
    return bool(np.ndim(rows) and np.ndim(labels))


def _scores(function, args, kwargs):
    """The numbers that ``max``, ``argmin`` and the like choose by, or None."""
    owner = getattr(function, "__self__", None)
    about = args[0] if len(args) == 1 else list(args) if args else owner if hasattr(owner, "__len__") else None
    if about is None or kwargs.get("axis") is not None or not hasattr(about, "__len__") or len(about) > MOST_SCORES:
        return None
    key = kwargs.get("key")
    try:
        return _numbers([key(item) for item in about] if key else list(about))
    except Exception:  # of the user's own key
        return None


def _numbers(items):
    """Numbers, of pairs their first, as a tuple; None where they are none, or whole numbers alone."""
    items = [item[0] if isinstance(item, (tuple, list)) and item else item for item in items]
    flat = [item for entry in items for item in np.ravel(entry)] if items else []
    real = all(isinstance(item, (int, float, np.number)) and not isinstance(item, bool) for item in flat)
    return tuple(float(item) for item in flat) if flat and real and len(flat) <= MOST_SCORES else None


def run(statements, caller, namespace, *asked):
    """The Run of a program, or of the call of one function."""
    told = recorded.Told(statements, namespace, Telling(namespace))
    made = replay.program_runs(told, caller, namespace, None, lambda: Run(namespace, *asked))
    made.failures = told.failures
    return made


def of_call(node):
    """The statement of a call, what it gives told as well."""
    given = ast.Call(ast.Name("__returned__", ast.Load()), [ast.Constant(node.lineno), node.value], [])
    return ast.copy_location(ast.Expr(ast.copy_location(given, node.value)), node)
