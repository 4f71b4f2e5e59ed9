"""The value of a written score: an expression of counts, or of labels and predictions, on thirteen rows that are known.

``tp / (tp + fn)``, ``np.sum(pred[y == 1] == 1) / np.sum(y == 1)`` and ``sum(p == t for p, t in zip(pred, y)) / len(y)`` are
worked out by their own operations; whatever else stands in an expression makes it unclear, and nothing of a file is run.
"""

import ast
import contextlib
import operator
import re

import numpy as np

from scratchwork.checks.files.code_shape import called
from scratchwork.checks.files.names import kind_of
from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.recognising.metric_words import kind_of_word
from scratchwork.checks.recognising.recognise_metrics import is_guess, is_truth
from scratchwork.checks.views.metric_cases import P2, PR, Y2, YR
from scratchwork.checks.views.metric_values import four_counts, of_counts

FOUR = dict(zip(("tp", "fp", "fn", "tn"), four_counts(Y2 == 1, P2 == 1)))
RATIOS = ("precision", "recall", "specificity", "npv", "fpr", "fnr", "f1", "accuracy", "error_rate", "jaccard")
OPERATIONS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor, ast.MatMult: np.dot,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
}  # fmt: skip
SAME = {
    "float", "int", "round", "around", "nan_to_num", "asarray", "array", "item", "float64", "astype", "ravel", "flatten", "reshape",
    "squeeze", "list", "bool", "tolist", "to_numpy", "copy", "argmax", "cpu", "numpy", "detach", "rint", "Series", "tensor", "values",
}  # fmt: skip
WORKED = {
    "sum": np.sum, "mean": np.mean, "nanmean": np.mean, "average": np.mean, "count_nonzero": np.count_nonzero, "abs": np.abs,
    "absolute": np.abs, "fabs": np.abs, "sqrt": np.sqrt, "square": np.square, "len": len, "var": np.var, "size": np.size, "fsum": np.sum,
    "logical_and": np.logical_and, "logical_or": np.logical_or, "logical_not": np.logical_not, "equal": np.equal, "not_equal": np.not_equal,
    "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "dot": np.dot, "max": max, "maximum": np.maximum, "any": np.any, "std": np.std,
}  # fmt: skip
ONE_CLASS = re.compile(
    r"(pos|neg|positive|negative|this|target|one)_?(label|class|cls)|label|lbl|cls|label_?(id|idx|name)?|class_?\w*"
)
ASKED = re.compile(r"_?(predict|classif(y|ied)|forecast|answer)\w*")


class UnclearError(Exception):
    """An expression holds something that is no count, no label, no prediction and no arithmetic."""


class Reader:
    """Works out expressions of one function or module; ``used`` tells what they read: counts, "truth", "guess", "perhaps".

    Parameters
    ----------
    owner : ast.FunctionDef or ast.Module
    nodes : list of ast.AST
        The nodes of it, without inner functions.
    numbers : bool
        Labels and predictions are numbers, not classes.
    """

    def __init__(self, nodes, numbers=False):
        self.bound, self.used, self.word = {}, set(), None
        loops = [part.target for part in nodes if isinstance(part, (ast.For, ast.comprehension))]
        self.looped = {part.id for target in loops for part in ast.walk(target) if isinstance(part, ast.Name)}
        self.rows = (YR, PR) if numbers else (Y2, P2)
        for part in nodes:
            if isinstance(part, ast.Assign):
                for target in part.targets:
                    self.bound.setdefault(dotted(target), []).append(part.value)

    def value(self, node, depth=0, over=None):
        """The number, or array, of an expression; UnclearError where it has none."""
        if depth > 12:
            raise UnclearError
        made = getattr(self, f"_{type(node).__name__.lower()}", None)
        if made is None:
            raise UnclearError
        return made(
            node, lambda inner, more=None: self.value(inner, depth + 1, {**(over or {}), **(more or {})}), over or {}
        )

    # names --------------------------------------------------------------------------------------------------------

    def _name(self, node, again, over):
        name = dotted(node)
        if name in over:
            return over[name]
        found = self._known(name)
        if found is not None:
            return found
        values = self.bound.get(name, ())
        if len(values) == 1:
            with contextlib.suppress(UnclearError):
                return again(values[0])
        found = self._rows_of(name.rpartition(".")[2])
        if found is None and re.match(r"eps|smooth|tiny", name.rpartition(".")[2], re.IGNORECASE):
            return 1e-9
        if found is None:
            raise UnclearError
        return found

    def _attribute(self, node, again, over):
        if node.attr == "size":
            return np.size(again(node.value))
        return again(node.value) if node.attr in SAME else self._name(node, again, over)

    def _rows_of(self, name):
        """The labels or predictions that a name stands for, or None."""
        plain = name.lower().strip("_")
        if ONE_CLASS.fullmatch(plain) or name in self.looped:
            return None
        guess = is_guess(plain) or kind_of(name) == "prediction"
        if not guess and not is_truth(plain) and kind_of(name) != "labels":
            return None
        self.used.add("guess" if guess else "truth")
        return self.rows[guess]

    def _known(self, name):
        """The count or ratio of a name, or None."""
        kind = kind_of_word(name.rpartition(".")[2]) if name else None
        if kind in FOUR or kind in RATIOS:
            self.used.add(kind)
            return of_counts(kind, *FOUR.values())
        return None

    # operations ---------------------------------------------------------------------------------------------------

    def _constant(self, node, again, over):
        if isinstance(node.value, str):  # the name of a class, of one alone
            if self.word not in (None, node.value):
                raise UnclearError
            self.word = node.value
            return 1
        if type(node.value) not in (int, float, bool):
            raise UnclearError
        return node.value

    def _binop(self, node, again, over):
        sides = [
            self._side(item, again, isinstance(node.op, (ast.BitAnd, ast.BitOr))) for item in (node.left, node.right)
        ]
        if isinstance(node.op, ast.Div) and self._written_size(node.right):
            raise UnclearError
        return self._apply(OPERATIONS.get(type(node.op)), *sides)

    def _written_size(self, node):
        """Whether a divisor is a whole number that is written down, the number of the author's rows: ours are fewer."""
        values = self.bound.get(dotted(node), [node])
        number = values[0].value if len(values) == 1 and isinstance(values[0], ast.Constant) else 0
        return type(number) is int and number > 3 and number != 100

    def _side(self, node, again, logical):
        """One side of an operation; what is unclear and combined with a condition is that which was said."""
        try:
            return again(node)
        except UnclearError:
            if not logical or not isinstance(node, (ast.Name, ast.Attribute)):
                raise
            self.used |= {"guess", "perhaps"}
            return self.rows[1] == 1

    def _unaryop(self, node, again, over):
        value = self._side(node.operand, again, isinstance(node.op, ast.Invert))
        if isinstance(node.op, (ast.Invert, ast.Not)):
            return np.logical_not(value)
        return -value if isinstance(node.op, ast.USub) else value

    def _boolop(self, node, again, over):
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        values = [self._side(item, again, True) for item in node.values]
        for other in values[1:]:
            values[0] = self._apply(join, values[0], other)
        return values[0]

    def _compare(self, node, again, over):
        if len(node.ops) != 1:
            raise UnclearError
        sides = []
        for item in (node.left, node.comparators[0]):
            before = len(self.used)
            try:
                sides.append(again(item))
            except UnclearError:
                rows = not isinstance(item, (ast.Name, ast.Attribute)) or len(self.used) > before  # made of rows
                if rows or not isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
                    raise
                sides.append(1)  # the class that is asked about
        if not any(np.ndim(side) for side in sides):
            raise UnclearError
        return self._apply(OPERATIONS.get(type(node.ops[0])), *sides)

    def _apply(self, operation, *values):
        if operation is None:
            raise UnclearError
        try:
            with np.errstate(all="ignore"):
                return operation(*values)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise UnclearError from error

    def _ifexp(self, node, again, over):
        with contextlib.suppress(UnclearError):
            test = again(node.test)
            if np.ndim(test):
                return np.where(test, again(node.body), again(node.orelse))
        return again(node.orelse if isinstance(node.body, ast.Constant) else node.body)

    def _subscript(self, node, again, over):
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            return len(again(node.value.value))
        key = node.slice.value if isinstance(node.slice, ast.Constant) else ""
        for name in (str(key), dotted(node.value)):
            found = self._known(name)
            if found is not None:
                return found
        rows = again(node.value)
        if np.ndim(rows) != 1:
            raise UnclearError
        try:
            picked = again(node.slice)
        except UnclearError:
            return rows  # a part of the data, the same for all
        if np.shape(picked) != np.shape(rows) or np.asarray(picked).dtype.kind != "b":
            raise UnclearError
        return rows[picked]

    # calls --------------------------------------------------------------------------------------------------------

    def _call(self, node, again, over):
        last, args = called(node), list(node.args)
        module = not isinstance(node.func, ast.Attribute) or dotted(node.func.value) in (
            "np",
            "numpy",
            "math",
            "pd",
            "torch",
        )
        found = self._known(last) if last not in SAME | set(WORKED) else None
        if found is not None:
            return found
        if ASKED.fullmatch(last):
            self.used.add("guess")
            return self.rows[1]
        if re.search(r"div|ratio", last, re.IGNORECASE) and len(args) >= 2 and last != "divide":
            return self._apply(operator.truediv, again(args[0]), again(args[1]))
        if not module:
            args = [node.func.value, *(args if last == "dot" else ())]
        if last in SAME and args:
            return again(args[0])
        if last not in WORKED or not args:
            raise UnclearError
        values = [again(item) for item in args[: 1 if last in ("sum", "mean", "average", "size", "var", "std") else 2]]
        if last == "max" and len(values) == 1:
            raise UnclearError
        return self._apply(WORKED[last], *values)

    def _listcomp(self, node, again, over):
        if len(node.generators) != 1:
            raise UnclearError
        part = node.generators[0]
        names, rows = self._looped(part.target, part.iter, again)
        more = dict(zip(names, rows))
        value, kept = again(node.elt, more), np.ones(len(rows[0]), dtype=bool)
        for test in part.ifs:
            kept = self._apply(np.logical_and, kept, again(test, more))
        return np.broadcast_to(value, kept.shape)[kept]

    _generatorexp = _listcomp

    def _looped(self, target, source, again):
        """(names, arrays) of a loop over labels, or over pairs of labels and predictions."""
        pair = isinstance(source, ast.Call) and called(source) == "zip" and isinstance(target, ast.Tuple)
        names = [dotted(item) for item in target.elts] if pair else [dotted(target)]
        rows = [again(item) for item in (source.args if pair else [source])]
        if len(names) != len(rows) or any(np.ndim(item) != 1 for item in rows) or len({len(item) for item in rows}) > 1:
            raise UnclearError
        return names, rows
