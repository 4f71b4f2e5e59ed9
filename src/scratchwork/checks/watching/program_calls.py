"""The calls that a program itself makes of its own functions: their arguments, what they gave, and the same call again with one changed.

What a function is given is then not our guess. Rounds of training are cut short where the program says how many it wants.
"""

import ast
import copy
import dataclasses
import inspect
import sys

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.running import replay, state

MOST, LARGEST, ROUNDS, SECONDS, AGAIN = 3, 400_000, 12, 1.5, 1.0


@dataclasses.dataclass
class SeenCall:
    """One call of a function or method of the file; ``owner`` is a copy of its object as it was."""

    name: str  # ``fit`` or ``MLP.fit``
    function: object
    given: dict
    owner: object = None
    result: object = None
    done: bool = False
    space: dict = None  # what the module held when the program had ended

    def words(self):
        """{argument: meaning}."""
        entries = [entry for entry in binding.parameters(self.function) if entry.name in self.given]
        return {entry.name: binding.meaning_in(entry, entries) for entry in entries}

    def again(self, caller, **changed):
        """The numbers that come of the same call with some arguments changed: returned, and left in the object."""
        owner, given = copy.deepcopy((self.owner, {**self.given, **changed}))
        function = self.function if owner is None else getattr(owner, self.function.__name__)
        space = self.function.__globals__
        kept = dict(space)
        space.update(copy.deepcopy({key: item for key, item in self.space.items() if _plain(item)}))
        try:
            result = caller.raw(function, **given, limit_=AGAIN)
        finally:
            space.clear()
            space.update(kept)
        return numbers_in((result, owner))


def numbers_in(value):
    """{path: array} of the numbers in reach of a value, whole ones as well; lists of numbers as arrays."""
    return {path: np.array(item) for path, item in state.leaves(_tabled(value), numbers=True)}


def _tabled(value):
    if isinstance(value, list) and value and all(isinstance(item, (int, float, np.number)) for item in value):
        return np.array(value)
    return type(value)(map(_tabled, value)) if type(value) in (list, tuple) else value


def _plain(item):
    """Whether a name of the module holds numbers."""
    simple = isinstance(item, (int, float, str, list, dict, tuple, np.number))
    return simple or (isinstance(item, np.ndarray) and item.size < LARGEST)


class Recorder:
    """In the place of a tape: keeps the first calls of each function of a module."""

    def __init__(self, namespace):
        self.namespace, self.calls, self.open = namespace, [], {}
        self.known = dict(_routines(namespace))
        self.count = dict.fromkeys(self.known, 0)

    def run(self, function, *args):
        """Call and record."""
        before = sys.getprofile()
        sys.setprofile(self._watch)
        try:
            return function(*args)
        finally:
            sys.setprofile(before)
            held = {key: item for key, item in self.namespace.items() if not key.startswith("__") and _plain(item)}
            for entry in self.calls:
                entry.space = held

    def _watch(self, frame, event, arg):
        code = frame.f_code
        if event == "call" and self.count.get(code, MOST) < MOST:
            self.count[code] += 1
            self._enter(frame, *self.known[code])
        elif event == "return" and id(frame) in self.open:
            entry = self.open.pop(id(frame))
            entry.done = True
            entry.result = _copy(arg)

    def _enter(self, frame, name, function):
        names = frame.f_code.co_varnames[: frame.f_code.co_argcount + frame.f_code.co_kwonlyargcount]
        given = {key: frame.f_locals[key] for key in names if key in frame.f_locals}
        if sum(np.size(item) for item in given.values() if isinstance(item, np.ndarray)) > LARGEST:
            return
        try:
            given = copy.deepcopy(given)
        except Exception:  # an open file, a generator: such a call cannot be had again
            return
        owner = given.pop(names[0]) if "." in name and names and names[0] == "self" else None
        if ("." in name) == (owner is not None):
            entry = SeenCall(name, function, given, owner)
            self.open[id(frame)] = entry
            self.calls.append(entry)


def _copy(value):
    try:
        return copy.deepcopy(value)
    except Exception:  # as above
        return None


def _routines(namespace):
    """(code, (name, function)) of the functions and methods of a file."""
    for name, item in namespace.items():
        if inspect.isfunction(item) and item.__module__ == "user_module":
            yield item.__code__, (name, item)
        elif inspect.isclass(item) and item.__module__ == "user_module":
            for key, method in vars(item).items():
                if inspect.isfunction(method) and not key.startswith("__"):
                    yield method.__code__, (f"{name}.{key}", method)


class Shorter(ast.NodeTransformer):
    """Numbers of rounds, by the name they are given to, cut down to a few; what is printed is worked out and not shown."""

    def __init__(self, namespace):
        self.namespace = namespace

    def visit_Assign(self, node):
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            node.value = self._cut(node.targets[0].id, node.value)
        return self.generic_visit(node)

    def visit_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "print":
            node.value = ast.copy_location(ast.Tuple(call.args, ast.Load()), call)
        return self.generic_visit(node)

    def visit_Call(self, node):
        function = self.namespace.get(getattr(node.func, "id", ""))
        for entry, place in zip(binding.parameters(function) if function else (), range(len(node.args))):
            node.args[place] = self._cut(entry.name, node.args[place])
        for entry in node.keywords:
            entry.value = self._cut(entry.arg or "", entry.value)
        return self.generic_visit(node)

    @staticmethod
    def _cut(name, value):
        number = isinstance(value, ast.Constant) and type(value.value) is int and value.value > ROUNDS
        return (
            ast.copy_location(ast.Constant(ROUNDS), value) if number and vocabulary.meaning(name) == "epochs" else value
        )


def calls_of(program, caller, namespace):
    """[SeenCall] of one run of a program on its own data, the last call of each function."""
    if "__program_calls__" not in namespace:
        short = Shorter(namespace)
        statements = [ast.fix_missing_locations(short.visit(copy.deepcopy(node))) for node in program.statements]
        recorder = Recorder(namespace)
        limit, caller.limit = caller.limit, SECONDS
        try:
            replay.program_runs(replay.Program(statements, namespace), caller, namespace, None, lambda: recorder)
        finally:
            caller.limit = limit
        namespace["__program_calls__"] = [entry for entry in recorder.calls if entry.done]
    last = {entry.name: entry for entry in namespace["__program_calls__"]}
    if not last:
        raise CannotCheck("the program calls none of its own functions")
    return list(last.values())
