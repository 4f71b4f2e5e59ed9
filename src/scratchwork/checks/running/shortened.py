"""A file's statements and functions with their long loops cut, so that a program comes to its end in short.

    epochs = 5000               ->   epochs = __rounds__(5000)      12, which remembers what it was
    for epoch in range(5000):   ->   for epoch in __few__(range(5000)):     three rounds
    while error > tol:          ->   while __more__(7) and error > tol:     eight rounds

Functions and classes stay the objects that they are: their code is exchanged for as long as the run lasts.
"""

import ast
import contextlib
import copy
import functools
import inspect
import re
import sys

from scratchwork.checks.recognising import binding, vocabulary

EPOCHS, LONG, ROUNDS, TURNS = 12, 11, 3, 8


class Cut:
    """The functions and methods of a file, and their code with the long loops cut; ``short(node)`` cuts a statement."""

    def __init__(self, namespace, cutting=None, rounds=ROUNDS):
        self.namespace, self.cutting, self.rounds = namespace, cutting or Shortened(namespace), rounds
        self.routines = dict(routines(namespace))
        codes = self._codes(namespace.get("__tree__"), namespace.get("__file__", "program"))
        self.codes = {name: codes.get(_place(item.__code__), item.__code__) for name, item in self.routines.items()}

    def short(self, node):
        """A copy of a statement, cut."""
        return ast.fix_missing_locations(self.cutting.visit(copy.deepcopy(node)))

    def _codes(self, tree, file):
        """{place: code} of every function of a file, cut."""
        found, left = {}, []
        for node in tree.body if tree is not None else ():
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                left.append(compile(ast.Module([self.short(node)], []), file, "exec"))
        while left:
            code = left.pop()
            found[_place(code)] = code
            left += [item for item in code.co_consts if inspect.iscode(item)]
        return found

    @contextlib.contextmanager
    def at_work(self):
        """While the block runs, the functions of the file run cut; what they need stands in the namespace."""
        kept = {name: item.__code__ for name, item in self.routines.items()}
        few_ = functools.partial(few, most=self.rounds)
        self.namespace |= {"__few__": few_, "__more__": _Turns(), "__rounds__": Rounds}
        try:
            self._set(self.codes)
            yield
        finally:
            self._set(kept)

    def _set(self, codes):
        for name, item in self.routines.items():
            if codes[name].co_freevars == item.__code__.co_freevars:
                item.__code__ = codes[name]


def _place(code):
    return code.co_qualname, code.co_firstlineno


def routines(namespace):
    """(name, function) of the functions and methods of a file; what a decorator has wrapped is taken out of it."""
    for name, item in list(namespace.items()):
        if inspect.isfunction(item) and item.__module__ == "user_module":
            yield name, item
        elif inspect.isclass(item) and item.__module__ == "user_module":
            for key, method in vars(item).items():
                method = getattr(method, "__func__", getattr(method, "fget", method))
                if inspect.isfunction(method):
                    yield f"{name}.{key}", method


class Shortened(ast.NodeTransformer):
    """Long loops and numbers of rounds cut; what is printed is worked out and not shown."""

    def __init__(self, namespace):
        self.namespace = namespace

    def visit_For(self, node):
        self.generic_visit(node)
        if not self._collects(node):
            node.iter = _Ranges().visit(node.iter)
        return node

    def _collects(self, node):
        """Whether a loop does nothing but put made-up rows into a list, or yield them: all are wanted."""
        if any(isinstance(part, ast.Yield) for part in ast.walk(node)):
            return True
        puts = [part.value for part in node.body if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call)]
        called = [part.func for put in puts for part in ast.walk(put) if isinstance(part, ast.Call)]
        names = {getattr(function, "id", getattr(function, "attr", "")) for function in called}
        return len(puts) == len(node.body) and "append" in names and not names & set(self.namespace)

    def visit_While(self, node):
        self.generic_visit(node)
        if re.match(r"len\(", ast.unparse(node.test)):  # a list is filled, or emptied: all of it is wanted
            return node
        more = ast.Call(ast.Name("__more__", ast.Load()), [ast.Constant(node.lineno)], [])
        node.test = ast.copy_location(ast.BoolOp(ast.And(), [more, node.test]), node.test)
        return node

    def visit_Assign(self, node):
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            node.value = _cut(node.targets[0].id, node.value)
        return self.generic_visit(node)

    def visit_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "print":
            node.value = ast.copy_location(ast.Tuple(call.args, ast.Load()), call)
        return self.generic_visit(node)

    def visit_Call(self, node):
        function = self.namespace.get(getattr(node.func, "id", ""))
        known = inspect.isfunction(function) or inspect.isclass(function)
        for entry, place in zip(binding.parameters(function) if known else (), range(len(node.args))):
            node.args[place] = _cut(entry.name, node.args[place])
        for entry in node.keywords:
            entry.value = _cut(entry.arg or "", entry.value)
        return self.generic_visit(node)


class _Ranges(ast.NodeTransformer):
    def visit_Call(self, node):
        self.generic_visit(node)
        if getattr(node.func, "id", None) != "range":
            return node
        return ast.copy_location(ast.Call(ast.Name("__few__", ast.Load()), [node], []), node)


def _cut(name, value):
    """A number of rounds, by the name it is given to, cut down to a few."""
    number = isinstance(value, ast.Constant) and type(value.value) is int and value.value > EPOCHS
    if not number or vocabulary.meaning(name) != "epochs":
        return value
    return ast.copy_location(ast.Call(ast.Name("__rounds__", ast.Load()), [value], []), value)


class Rounds(int):
    """A number of rounds that was cut; ``was`` is what the author wrote."""

    def __new__(cls, was):
        made = super().__new__(cls, EPOCHS)
        made.was = was
        return made

    def __reduce__(self):
        return Rounds, (self.was,)


def few(rounds, most=ROUNDS):
    """The first rounds of a long range; all of one that goes over the rows or columns of an array at hand."""
    if len(rounds) <= LONG:
        return rounds
    frame = sys._getframe(1)
    held = [*frame.f_locals.values(), *frame.f_globals.values()]
    sizes = {size for item in held if isinstance(getattr(item, "shape", None), tuple) for size in item.shape[:2]}
    sizes |= {len(item) for item in held if isinstance(item, list)}
    return rounds if len(rounds) in sizes else rounds[:most]


class _Turns:
    """Counts the rounds of each ``while``."""

    def __init__(self):
        self.seen = {}

    def __call__(self, line):
        self.seen[line] = self.seen.get(line, 0) + 1
        return self.seen[line] <= TURNS
