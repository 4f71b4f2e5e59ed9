"""A program told to its end in short: its own statements, long loops cut to a few rounds, every array on one tape.

    for epoch in range(5000):   ->   for epoch in __few__(range(5000)):     three rounds
    while error > tol:          ->   while __more__(7) and error > tol:     eight rounds

What stands after the training, the author's own prediction on rows of his own, is then seen beside the training itself.
"""

import ast
import copy
import re
import sys

import numpy as np

from scratchwork.checks.running import replay
from scratchwork.checks.watching.tape import Tape

ROUNDS, LONG, TURNS, SECONDS = 3, 12, 8, 1.6
SHOWS = re.compile(r"(plt|sns|pprint|display|input|ax\w*|fig\w*|pickle|joblib|os|sys|logging|logger|warnings|time)\b")


class Shortened(ast.NodeTransformer):
    """Long loops cut."""

    def visit_For(self, node):
        self.generic_visit(node)
        node.iter = _Ranges().visit(node.iter)
        return node

    def visit_While(self, node):
        self.generic_visit(node)
        more = ast.Call(ast.Name("__more__", ast.Load()), [ast.Constant(node.lineno)], [])
        node.test = ast.copy_location(ast.BoolOp(ast.And(), [more, node.test]), node.test)
        return node


class _Ranges(ast.NodeTransformer):
    def visit_Call(self, node):
        self.generic_visit(node)
        if getattr(node.func, "id", None) != "range":
            return node
        return ast.copy_location(ast.Call(ast.Name("__few__", ast.Load()), [node], []), node)


def few(rounds):
    """The first rounds of a long range; all of one that goes over the rows or columns of an array at hand."""
    if len(rounds) <= LONG:
        return rounds
    frame = sys._getframe(1)
    held = [*frame.f_locals.values(), *frame.f_globals.values()]
    sizes = {size for item in held if isinstance(getattr(item, "shape", None), tuple) for size in item.shape[:2]}
    sizes |= {len(item) for item in held if isinstance(item, list)}
    return rounds if len(rounds) in sizes else rounds[:ROUNDS]


class _Turns:
    """Counts the rounds of each ``while``."""

    def __init__(self):
        self.seen = {}

    def __call__(self, line):
        self.seen[line] = self.seen.get(line, 0) + 1
        return self.seen[line] <= TURNS


class Told(replay.Program):
    """The program with its long loops cut, its functions and classes too; what it prints is computed."""

    def __init__(self, tree, namespace):
        self.tree = ast.fix_missing_locations(Shortened().visit(copy.deepcopy(tree)))
        blocks = replay.blocks(self.tree)
        super().__init__(blocks[0] if blocks else [], namespace)

    def imports(self):
        super().imports()
        self.namespace |= {"__few__": few, "__more__": _Turns()}
        own = [node for node in self.tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        for node in own:
            if node.name in self.namespace:
                code = compile(ast.Module([node], []), self.namespace.get("__file__", "program"), "exec")
                exec(code, self.namespace)

    def run(self, case=None):
        """Execute every statement that does not merely draw."""
        for node in self.statements:
            if not isinstance(node, replay.SKIPPED) and not SHOWS.match(ast.unparse(node)):
                self._execute(node, None)


def of_program(namespace, caller):
    """The tape of a whole program, told in short, and whether it came to its end."""
    program = Told(namespace["__tree__"], namespace)
    tape = replay.program_runs(program, caller, namespace, None, lambda: Tape(namespace, SECONDS))
    return tape, program


def rows_of(value, width, oriented):
    """An array as rows (n, width) as it lies, or from its columns; None where it is not."""
    if value.dtype.kind not in "fiub" or value.ndim not in (1, 2) or not value.size:
        return None
    if value.ndim == 1:
        return value.reshape(1, -1).astype(float) if value.size == width else None
    table = value if oriented else value.T
    return np.asarray(table, dtype=float) if table.shape[1] == width else None
