"""A file followed statement by statement with what the axes of its arrays stand for; what cannot be is noted.

Functions of the file are followed at their calls, objects of its classes through their methods, loops once.
"""

import ast
import dataclasses
import re

from scratchwork.checks.files.names import kind_of
from scratchwork.checks.flow import dims_expressions
from scratchwork.checks.flow.assign import arguments_of
from scratchwork.checks.flow.dims import Array, Projection, entries_of, given

ANSWERS = re.compile(r"_*(predict|transform|score|project|classif|decision|kneigh|infer|evaluat)", re.IGNORECASE)
MOST_STEPS, DEEPEST = 20_000, 6


class TooLongError(Exception):
    """The file is longer than it is followed."""


@dataclasses.dataclass(eq=False)
class Instance:
    """An object of a class of the file, and what its attributes hold."""

    node: ast.ClassDef
    attributes: dict = dataclasses.field(default_factory=dict)

    def method(self, name):
        """The method of that name, or None."""
        return next((part for part in self.node.body if isinstance(part, ast.FunctionDef) and part.name == name), None)


class Walk:
    """The state: scopes, where we stand, and what was noted."""

    def __init__(self, tree):
        self.tree, self.scopes, self.frames, self.returns, self.steps = tree, [{}], [], [], 0
        self.line = 1
        nodes = list(ast.walk(tree))
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}
        self.modules = {
            (alias.asname or alias.name).split(".")[0]
            for node in nodes
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        self.notes, self.projections, self.averaged, self.closed, self.backs, self.visited = [], [], [], [], [], set()
        self.born, self.standardised, self.blamed, self.sums, self.decos = {}, [], {}, [], []
        self.matrices = any(getattr(node, "attr", "") in ("matrix", "asmatrix", "mat") for node in nodes)
        self.told = {}  # what functions return, by the name it has there

    @property
    def function(self):
        """The function we are in, or None."""
        return self.frames[-1].name if self.frames else None

    def follow(self):
        """Everything: the module, then what it does not call."""
        try:
            self.run(self.tree.body)
            for node in self.functions.values():
                if node not in self.visited:
                    self.enter(node, self.parameters(node))
            for node in self.classes.values():
                self.alone(Instance(node))
        except (TooLongError, RecursionError):
            pass
        return self

    def alone(self, instance):
        """The methods of a class one after another, with one object."""
        methods = [node for node in instance.node.body if isinstance(node, ast.FunctionDef)]
        called = {part.attr for node in methods for part in ast.walk(node) if isinstance(part, ast.Attribute)}
        first = [node for node in methods if node.name not in called or node.name == "__init__"]
        before, self.visited = self.visited, set()
        for node in (*first, *[node for node in methods if node.name != "__init__"]):
            kept, mine = dict(instance.attributes), arguments_of(node)[:1]
            again = node in self.visited
            self.enter(node, self.parameters(node) | ({mine[0].arg: instance} if mine else {}))
            if again and node.name != "__init__":
                instance.attributes = kept  # what it is given by others of the class is what counts
        self.visited |= before

    def parameters(self, node):
        """What is known of the parameters of a function that is not seen to be called: labels have as many rows as the data before."""
        found, rows = {}, None
        for entry in arguments_of(node):
            known = self.told.get(entry.arg) or self.given_by(entry.arg)
            found[entry.arg] = known or given()
            if kind_of(entry.arg) == "labels" and rows is not None and known is None:
                found[entry.arg] = Array((rows,), "data", root=object())
            elif kind_of(entry.arg) == "data" and len(found[entry.arg].dims) > 1:
                rows = found[entry.arg].dims[0]
        return found

    def given_by(self, name):
        """What the one function returns that is called after a name of five letters or more: ``compute_eigenfaces``."""
        found = [value for key, value in self.told.items() if key.endswith(f"_{name}()") and len(name) > 4]
        return found[0] if len(found) == 1 else None

    def enter(self, node, scope):
        """Run the body of a function; what it returns."""
        if len(self.frames) >= DEEPEST or node in self.frames:
            return None
        self.visited.add(node)
        self.scopes.append(scope)
        self.frames.append(node)
        self.returns.append([])
        self.run(node.body)
        self.scopes.pop()
        self.frames.pop()
        known = [value for value in self.returns.pop() if value is not None]
        return max(known, key=lambda value: len(getattr(value, "items", None) or ()), default=None)

    def run(self, statements):
        """Follow statements in order."""
        for statement in statements:
            self.line = statement.lineno
            follow = getattr(self, f"on_{type(statement).__name__.lower()}", None)
            if follow:
                follow(statement)

    def evaluate(self, node):
        """What is known of an expression, or None."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLongError
        return dims_expressions.evaluate(self, node)

    def lookup(self, name):
        """The value of a name."""
        return self.scopes[-1].get(name) or self.scopes[0].get(name)

    def on_assign(self, node):
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target, value)

    def on_annassign(self, node):
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))

    def on_augassign(self, node):
        target = ast.parse(ast.unparse(node.target), mode="eval").body
        load = ast.copy_location(ast.BinOp(target, node.op, node.value), node)
        if isinstance(node.op, ast.Add):
            value = self.evaluate(node.value)
            self.added_up(value if isinstance(value, Array) else None, node)
        self.assign(node.target, self.evaluate(load))

    def assign(self, target, value):
        """Bind what a target names."""
        if isinstance(target, (ast.Tuple, ast.List)):
            items = getattr(value, "items", None)
            for place, part in enumerate(target.elts):
                self.assign(part, items[place] if items and len(items) == len(target.elts) else None)
        elif isinstance(target, ast.Name):
            self.scopes[-1][target.id] = value
        elif isinstance(target, ast.Attribute):
            owner = self.evaluate(target.value)
            if isinstance(owner, Instance):
                owner.attributes[target.attr] = value
        elif isinstance(target, ast.Subscript):
            dims_expressions.store(self, target, value)

    def on_expr(self, node):
        self.evaluate(node.value)

    def on_return(self, node):
        value = self.evaluate(node.value) if node.value is not None else None
        if self.returns:
            self.returns[-1].append(value)
        parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        values = getattr(value, "items", None) or (value,)
        for part, item in zip(parts, values):
            if (
                isinstance(part, ast.Name)
                and isinstance(item, Array)
                and (item.deco or item.role in ("mean", "rooted") or item.minus)
            ):
                self.told.setdefault(part.id, item)
        if isinstance(value, Array) and value.deco and value.role == "vectors" and self.function:
            self.told.setdefault(f"{self.function}()", value)
        if isinstance(value, Array) and value.role in ("back", "unscaled"):
            self.backs.append((value, node.lineno, self.function))

    def on_for(self, node):
        self.assign(node.target, dims_expressions.element(self, node.iter, self.evaluate(node.iter)))
        self.run(node.body)
        self.run(node.orelse)

    def on_while(self, node):
        self.run(node.body)

    def on_if(self, node):
        self.evaluate(node.test)
        before = dict(self.scopes[-1])
        self.run(node.orelse)
        others, self.scopes[-1] = self.scopes[-1], before
        self.run(node.body)
        for name, value in others.items():
            if self.scopes[-1].get(name) is None:
                self.scopes[-1][name] = value

    def on_with(self, node):
        self.run(node.body)

    def on_try(self, node):
        for part in (node.body, *[handler.body for handler in node.handlers], node.orelse, node.finalbody):
            self.run(part)

    def note(self, code, node, words, deco=None):
        """Something that cannot be; of a decomposition only where it is one of data, and the first such place."""
        if deco is not None and deco.kind != "svd" and deco.base.role not in ("moment", "cov"):
            return
        line = node if isinstance(node, int) else node.lineno
        if deco is not None and self.blamed.setdefault((code, deco.line), line) != line:
            return
        self.notes.append((code, line, self.function, words))

    def projected(self, rows, axes, node):
        """Rows meet the vectors of a decomposition."""
        owned = any(isinstance(item, Instance) for item in self.scopes[-1].values())
        self.projections.append(Projection(rows, axes.deco, node.lineno, self.function, owned))

    def given_back(self, back, other, taken_off, node):
        """Rows that were put together from scores meet something: their mean, or the rows they are compared with."""
        centred = any(over != "all" for _, over in back.deco.base.minus)
        if taken_off and centred and other.role == "data" and other.root == back.deco.base.root and not other.minus:
            line, function = self.born.get(back.root, (node.lineno, self.function))
            words = f"the rows are compared in line {node.lineno} with this reconstruction, to which no mean was added"
            self.notes.append(("SW-C6", line, function, words))
        elif other.role == "mean" and other.over == "all" and centred:
            self.note(
                "SW-C6",
                node,
                "one number, the mean of all, is added to the reconstruction, and not the mean of each column",
            )
        if not (taken_off and other.role == "data" and not other.minus):
            self.closed.append((back.root, self.function))

    def scaled_alone(self, spread):
        """Rows are divided by their own spread, in a method that answers, though the object holds that of others."""
        owner = next((item for item in self.scopes[-1].values() if isinstance(item, Instance)), None)
        held = [item for item in owner.attributes.values() if isinstance(item, Array)] if owner is not None else []
        if ANSWERS.match(self.function or "") and any(
            i.role == "scale" and i.dims and i.root != spread.root for i in held
        ):
            self.note(
                "SW-P2", self.line, "rows are scaled by their own spread, and not by that of training, which is kept"
            )

    def added_up(self, array, node):
        """Distances are summed that have their root."""
        if array is not None and array.role in ("rooted", "nearest"):
            self.sums.append((node.lineno, self.function, array.role))

    def crossed(self, array, dim, over):
        """Numbers of one thing pick another."""
        deco = array.deco
        if deco is not None:
            words = f"the vectors of {deco.kind} in line {deco.line} stand in its columns, and its rows are picked"
            self.note("SW-C4", self.line, words, deco)
        else:
            self.note("SW-P5", self.line, "numbers of the rows that are asked about pick among the rows that are known")

    def vectors_cut(self, array, place, part, bound):
        """A slice of the vectors: along their numbers, or along their entries."""
        if part.of is not None:
            self.vectors_kept(array, part)
        elif entries_of(array.deco, part) and not isinstance(bound, ast.Constant) and self._all_there(array):
            side = "rows" if place == 0 else "columns"
            words = f"the first {side} of the vectors of {array.deco.kind} (line {array.deco.line}) are taken, which are no axes"
            self.note("SW-C4", self.line, words, array.deco)

    @staticmethod
    def _all_there(array):
        return all(dim is None or not dim.itself().end for dim in array.dims)

    def vectors_kept(self, array, part):
        """Some of the vectors are kept: those at one end of the order."""
        deco = array.deco
        if deco is None or not (deco.base.role in ("moment", "cov") or (deco.kind == "svd" and deco.base.minus)):
            return
        if part.end == "least":
            words = f"line {self.line} keeps the vectors of {deco.kind} with the least variance"
            self.notes.append(("SW-C2", deco.line, deco.function, words))
        elif part.end == "unsorted" and deco.kind == "eig":
            words = f"eig has no order, and line {self.line} keeps the first of its vectors"
            self.notes.append(("SW-C2", deco.line, deco.function, words))


def walk_of(source):
    """The Walk through a SourceUnit, done once."""
    if "_dims" not in source.__dict__:
        source.__dict__["_dims"] = Walk(source.tree).follow()
    return source.__dict__["_dims"]
