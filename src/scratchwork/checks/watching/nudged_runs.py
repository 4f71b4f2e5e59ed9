"""What of a file can be run again and again for its derivatives: its own program, a class that is fitted, a function that trains."""

import ast
import contextlib
import copy
import functools
import inspect
import itertools
import sys

import numpy as np

from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, invented, vocabulary
from scratchwork.checks.running import replay
from scratchwork.checks.views import estimator
from scratchwork.checks.watching import prefix, trainings

MOST_CASES = 12


@contextlib.contextmanager
def loaders_kept():
    """Data sets that a program loads or makes are loaded once; each run gets copies."""
    kept = []
    for name in ("sklearn.datasets",):
        module = sys.modules.get(name)
        for key in dir(module) if module is not None else ():
            if key.startswith(("load_", "make_", "fetch_")):
                kept.append((module, key, getattr(module, key)))
                setattr(module, key, _remembering(getattr(module, key)))
    try:
        yield
    finally:
        for module, key, function in kept:
            setattr(module, key, function)


def _remembering(function):
    held = {}

    @functools.wraps(function)
    def remembered(*args, **kwargs):
        key = repr((args, sorted(kwargs.items())))
        if key not in held:
            held[key] = function(*args, **kwargs), np.random.get_state()  # noqa: NPY002
        elif kwargs.get("random_state") is None:
            np.random.set_state(held[key][1])  # noqa: NPY002 (what the program draws next is the same too)
        return copy.deepcopy(held[key][0])

    return remembered


def of_program(statements, caller, namespace):
    """``run(tape)`` of a program on its own data."""
    program = prefix.Rerun(statements, namespace)

    def run(tape):
        program.tape = tape
        replay.program_runs(program, caller, namespace, None, lambda: tape, again=False)

    return run


def program_at(statements, caller, namespace):
    """``with turned(share) as (run, names)``: the program with its rates times ``share``."""
    plain = of_program(statements, caller, namespace)

    @contextlib.contextmanager
    def turned(share):
        if share == 1:
            yield plain, []
            return
        with slower(statements, namespace, share) as (made, names):
            yield of_program(made, caller, namespace), names

    return turned


def functions_at(function, caller, namespace):
    """The same for a function that trains, once for each form of data that it may want."""
    for case in itertools.islice(trainings.cases(), MOST_CASES):
        for hidden in (trainings.N_HIDDEN, [trainings.N_HIDDEN]):
            yield functools.partial(_trained, function, caller, namespace, case, hidden)
            if not {"n_hidden", "sizes"} & set(binding.meanings_of(function).values()):
                break


@contextlib.contextmanager
def _trained(function, caller, namespace, case, hidden, share):
    known = trainings.settings_for(case, hidden, lr=trainings.RATE * share) | {"X": case.shown, "y": case.y}
    known = estimator.settle(known) | known
    override = {"X", "y", "epochs", "lr", "batch_size", "verbose", "seed", "lambda", "n_hidden", "tol"}
    started = invented.started(function, known, caller)
    bound = binding.bind(function, known, started, ("X", "y", "epochs", "lr"), override)

    def run(tape):
        with contextlib.suppress(CannotCheck):
            caller(tape.run, function, **bound)

    yield run, ["learning rate"] if binding.takes(function, "lr") else []


class Slower(ast.NodeTransformer):
    """Numbers that are a learning rate by the name they are given to, times ``share``."""

    def __init__(self, share, namespace):
        self.share, self.namespace, self.found = share, namespace, []

    def visit_Assign(self, node):
        target = node.targets[0]
        if isinstance(target, ast.Name):
            node.value = self._scaled(target.id, node.value)
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for place, (name, item) in enumerate(zip(target.elts, node.value.elts)):
                if isinstance(name, ast.Name):
                    node.value.elts[place] = self._scaled(name.id, item)
        return self.generic_visit(node)

    def visit_Call(self, node):
        root = dotted(node.func).split(".")[0]
        if not inspect.ismodule(self.namespace.get(root)) and root:
            for entry in node.keywords:
                entry.value = self._scaled(entry.arg or "", entry.value)
        return self.generic_visit(node)

    def _scaled(self, name, value):
        if vocabulary.meaning(name) not in ("lr", "alpha") or not _number(value):
            return value
        self.found.append(name)
        return ast.copy_location(ast.Constant(float(value.value) * self.share), value)


def _number(node):
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value > 0


@contextlib.contextmanager
def slower(statements, namespace, share):
    """(the statements with every rate that has the name of one times ``share``, their names); defaults and constants too."""
    change = Slower(share, namespace)
    made = [ast.fix_missing_locations(change.visit(copy.deepcopy(node))) for node in statements]
    kept = []
    for owner, key, values in _defaults(namespace):
        kept.append((owner, key, getattr(owner, key)))
        setattr(owner, key, values(share, change.found))
    constants = {
        name: value
        for name, value in namespace.items()
        if type(value) is float and vocabulary.meaning(name) == "lr" and name not in change.found
    }
    namespace |= {name: value * share for name, value in constants.items()}
    try:
        yield made, [*change.found, *constants]
    finally:
        namespace |= constants
        for owner, key, value in kept:
            setattr(owner, key, value)


def _defaults(namespace):
    """(function, "__defaults__", what makes the scaled ones) of the user's functions and methods with a rate by default."""
    functions = [item for item in namespace.values() if inspect.isfunction(item)]
    for item in list(namespace.values()):
        if inspect.isclass(item) and item.__module__ == "user_module":
            functions += [part for part in vars(item).values() if inspect.isfunction(part)]
    for function in functions:
        if function.__module__ == "user_module" and function.__defaults__:
            names = function.__code__.co_varnames[: function.__code__.co_argcount][-len(function.__defaults__) :]
            rated = [
                vocabulary.meaning(name) == "lr" and type(value) is float
                for name, value in zip(names, function.__defaults__)
            ]
            if any(rated):
                yield function, "__defaults__", functools.partial(_scaled_defaults, function.__defaults__, names, rated)


def _scaled_defaults(values, names, rated, share, found):
    found += [name for name, is_rate in zip(names, rated) if is_rate]
    return tuple(value * share if is_rate else value for value, is_rate in zip(values, rated))
