"""Where a flat (n,) meets a column (n, 1) while a program runs: ``y - p`` and ``y == p`` are told of when they give a table of n x n."""

import ast
import dataclasses
import operator
import re
import sys

from scratchwork.checks.files.names import kind_of
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.running import shortened

OPERATORS = {
    ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
MEANT = re.compile(
    r"None|newaxis|reshape|expand_dims|atleast|outer|meshgrid|keepdims|\.T\b|, ?:\]|\[:, ?"
)  # tables that are asked for
LEAST = 3


@dataclasses.dataclass(frozen=True)
class Meeting:
    """One such table: the line and the function, what is written there, both shapes."""

    line: int
    function: str
    text: str
    left: tuple
    right: tuple
    callee: str = ""  # the function that predicts, where its answer stands there itself


class Watched(shortened.Shortened):
    """Loops cut as ever; differences, products and comparisons of targets and answers go through ``met``."""

    def __init__(self, namespace):
        super().__init__(namespace)
        self.asked, self.meetings = 0, []
        namespace["__met__"] = self.met

    def visit_BinOp(self, node):
        """``y - p`` becomes ``__met__(y, p, "Sub", line, text)``."""
        return self._through(node, node.op)

    def visit_Compare(self, node):
        """``y == p`` too, where two are compared."""
        return self._through(node, node.ops[0] if len(node.ops) == 1 else None)

    def _through(self, node, sign):
        text, asked = ast.unparse(node), [_asked(part) for part in ast.iter_child_nodes(node)]
        meant = MEANT.search(" ".join(ast.unparse(one or part) for one, part in zip(asked, ast.iter_child_nodes(node))))
        known = type(sign) in OPERATORS and not meant and any(map(_of_targets, ast.walk(node)))
        node = self.generic_visit(node)
        if not known:
            return node
        left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.left, node.comparators[0])
        callee = next((ast.unparse(one) for one in asked if one is not None), "")
        told = [ast.Constant(value) for value in (type(sign).__name__, node.lineno, text[:60], callee)]
        return ast.copy_location(ast.Call(ast.Name("__met__", ast.Load()), [left, right, *told], []), node)

    def met(self, left, right, sign, line, text, callee):
        """What the operation gives; where a flat and a column of one length gave a table, that is kept."""
        value = SIGNS[sign](left, right)
        self.asked += 1
        shapes = getattr(left, "shape", None), getattr(right, "shape", None)
        if getattr(value, "ndim", 0) == 2 and _flat_and_column(*shapes):
            found = Meeting(line, sys._getframe(1).f_code.co_name, text, *shapes, callee)
            self.meetings += [found] if found not in self.meetings else []
        return value


def _asked(node):
    """The name of the function that predicts, where a node is a call of it."""
    named = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", ""))
    return node.func if named and vocabulary.role_of_name(named) == "predict" else None


SIGNS = {kind.__name__: function for kind, function in OPERATORS.items()}


def _flat_and_column(left, right):
    if not all(isinstance(shape, tuple) for shape in (left, right)):
        return False
    flat, column = sorted((left, right), key=len)
    return len(flat) == 1 and len(column) == 2 and column == (flat[0], 1) and flat[0] >= LEAST


def _of_targets(node):
    """Whether a name or an attribute means targets or answers: ``y_test``, ``y_hat``, ``model.predict``."""
    name = getattr(node, "id", getattr(node, "attr", None))
    return isinstance(name, str) and (
        kind_of(name) in ("labels", "prediction") or vocabulary.role_of_name(name) == "predict"
    )
