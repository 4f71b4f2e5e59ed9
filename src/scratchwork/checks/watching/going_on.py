"""Loops that end by a test of how much has changed, run on for some rounds after the test has ended them.

    if new - old < tol: break         if __stop__(7, __side__(new - old, "<", tol)): break
    while change > tol:               while __go__(9, __side__(change, ">", tol)):

A test that ends a loop in its first rounds while the change is far beyond the tolerance is not heeded at once: the loop goes
on, and what the test looks at is kept. A change that then gets smaller is one that the test should have waited for.
"""

import ast
import copy
import dataclasses
import operator
import sys
import time

import numpy as np

from scratchwork.checks.running import replay, shortened
from scratchwork.checks.watching import recorded
from scratchwork.checks.watching.tape import Enough

SECONDS, FIRST, ROUNDS, LEAST, LONGEST = 0.8, 2, 6, 5, 12
LARGEST_TOLERANCE, BEYOND = 0.2, 10
ENDS = (ast.Break, ast.Return)
SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}  # fmt: skip
SAME = ("allclose", "array_equal", "array_equiv", "isclose")


@dataclasses.dataclass
class Ended:
    """A loop that a test has ended too early: where, in which round, and the changes of that round and those after it."""

    line: int
    round: int
    tolerance: float
    changes: list


class Tests(shortened.Shortened):
    """Loops cut as ever; in those that a test may end, the test is asked through us."""

    def visit_For(self, node):
        tests = list(_ending(node))
        if not tests:
            return super().visit_For(node)
        for test in tests:
            test.test = _asked("__stop__", test.test)
        node = self.generic_visit(node)
        node.iter = _Some().visit(node.iter)
        return _begun(node, node)

    def visit_While(self, node):
        tests = list(_ending(node))
        for test in tests:
            test.test = _asked("__stop__", test.test)
        if any(isinstance(part, ast.Compare) or _is_same(part) for part in ast.walk(node.test)):
            node.test = _asked("__go__", node.test)
        asked = copy.copy(node)
        return _begun(asked, super().visit_While(node))


class _Some(ast.NodeTransformer):
    """``range(5000)`` cut to as many rounds as are looked at."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if getattr(node.func, "id", None) != "range":
            return node
        return ast.copy_location(ast.Subscript(node, ast.Slice(None, ast.Constant(LONGEST)), ast.Load()), node)


class _Sides(ast.NodeTransformer):
    """Every comparison of a test told with its two sides."""

    def visit_Compare(self, node):
        sign = SIGNS.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if sign is None:
            return node
        return _call("__side__", [node.left, ast.Constant(sign), node.comparators[0]], node)

    def visit_Call(self, node):
        return _call("__same__", [node.func, *node.args], node, node.keywords) if _is_same(node) else self.generic_visit(node)  # fmt: skip


def _call(name, arguments, node, keywords=()):
    return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), arguments, list(keywords)), node)


def _asked(name, test):
    return _call(name, [ast.Constant(test.lineno), _Sides().visit(test)], test)


def _begun(loop, cut):
    """A loop with the statement before it that lets the counting of its tests begin anew, as one statement."""
    lines = [test.test.args[0] for test in _ending(loop)]
    lines += [loop.test.args[0]] if getattr(getattr(getattr(loop, "test", None), "func", None), "id", "") == "__go__" else []  # fmt: skip
    begins = ast.copy_location(ast.Expr(_call("__begin__", lines, loop)), loop)
    return ast.copy_location(ast.If(ast.Constant(True), [begins, cut], []), loop)


def _ending(loop):
    """The ``if`` statements whose body ends a loop, those of loops and functions within it left out."""
    ahead = list(loop.body)
    while ahead:
        part = ahead.pop()
        if isinstance(part, ast.If) and any(isinstance(item, ENDS) and not _answers(item) for item in part.body):
            yield part
        if not isinstance(part, (ast.For, ast.While, ast.FunctionDef, ast.ClassDef)):
            ahead += [item for item in ast.iter_child_nodes(part) if isinstance(item, ast.stmt)]


def _answers(item):
    """Whether a loop is left with a yes or no: it looks for something, and changes nothing."""
    value = item.value if isinstance(item, ast.Return) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, bool)


def _is_same(node):
    return isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SAME


class Listener:
    """One run of a program, its tests asked; ``ended`` holds what they ended too early."""

    def __init__(self, namespace):
        self.namespace, self.sides, self.counts, self.open, self.ended = namespace, [], {}, {}, []
        self.asked = 0

    def run(self, function, *args):
        """Call and listen, for a second at most."""
        self.stops, before = time.process_time() + SECONDS, sys.gettrace()
        hooks = {"stop": self.stop, "go": self.go, "side": self.side, "same": self.same, "begin": self.begin}
        self.namespace |= {f"__{name}__": hook for name, hook in hooks.items()}
        sys.settrace(self._enter)
        try:
            function(*args)
        except Enough:
            pass
        finally:
            sys.settrace(before)

    def _enter(self, *_):
        if time.process_time() > self.stops:
            raise Enough

    def begin(self, *lines):
        """A loop with tests in these lines begins."""
        for line in lines:
            self.counts[line] = 0
            self.open.pop(line, None)

    def side(self, left, sign, right):
        """A comparison: its sides kept, its answer given."""
        self.sides.append((_size(left, right) if sign in ("==", "!=") else left, right, sign))
        return COMPARED[sign](left, right)

    def same(self, function, *args, **kwargs):
        """``np.allclose(a, b)`` and the like."""
        if len(args) > 1:
            self.sides.append((_size(*args[:2]), 0.0, "=="))
        return function(*args, **kwargs)

    def stop(self, line, answer):
        """Whether a test ends its loop, as far as we heed it."""
        return self._heeded(line, bool(answer))

    def go(self, line, answer):
        """Whether a loop goes on."""
        return not self._heeded(line, not answer)

    def _heeded(self, line, ends):
        sides, self.sides = self.sides, []
        self.asked += 1
        self.counts[line] = self.counts.get(line, 0) + 1
        if line in self.open:
            entry, place = self.open[line]
            if place < len(sides):
                entry.changes.append(_number(sides[place][0]))
            return len(entry.changes) > ROUNDS
        if ends and self.counts[line] <= FIRST:
            for place, (left, right, sign) in enumerate(sides):
                change, tolerance = _number(left), _tolerance(right, sign)
                if change is not None and tolerance is not None and abs(change) > BEYOND * tolerance:
                    entry = Ended(line, self.counts[line], tolerance, [change])
                    self.open[line] = entry, place
                    self.ended.append(entry)
                    return False
        return ends


def _size(a, b):
    """The largest difference of two things; None where they are none of numbers."""
    try:
        return float(np.max(np.abs(np.asarray(a, dtype=float) - np.asarray(b, dtype=float))))
    except (TypeError, ValueError):
        return None


def _number(value):
    """A change as a number: no count, no array."""
    real = isinstance(value, (float, np.floating)) or (isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind == "f")  # fmt: skip
    return float(np.ravel(value)[0]) if real else None


def _tolerance(value, sign):
    """What a change is held against: a small number, or next to nothing where two things are to be the same; else None."""
    if sign in ("==", "!="):
        return 1e-9
    small = isinstance(value, (float, np.floating)) and 0 < value <= LARGEST_TOLERANCE
    return float(value) if small else None


def ended_early(statements, caller, namespace):
    """(how many tests were asked, [Ended]) of a program, the changes of each getting smaller as its loop goes on."""
    told = recorded.Told(statements, namespace, Tests(namespace))
    made = replay.program_runs(told, caller, namespace, None, lambda: Listener(namespace))
    return made.asked, [entry for entry in made.ended if _settles(entry)]


def _settles(entry):
    """Whether a loop that was let go on comes nearer to its end: the later half of its changes is smaller than the first."""
    sizes = np.abs([change for change in entry.changes if change is not None])
    sizes = sizes[1:] if np.isinf(sizes[:1]).any() else sizes  # as if nothing had been done before
    half = len(sizes) // 2
    if len(sizes) < LEAST or not np.isfinite(sizes).all() or len(set(sizes.tolist())) < 3:
        return False
    return bool(sizes[half:].max() < sizes[:half].max() and sizes[-1] <= sizes[0])
