"""Which loop of a file trains: each is tried, in the function that holds it, as the file calls it, or as a script runs it."""

import ast

import numpy as np

from scratchwork.checks.files import syntax
from scratchwork.checks.findings import CannotCheck, OutOfTime
from scratchwork.checks.recognising import binding, invented
from scratchwork.checks.views import returned
from scratchwork.checks.views.network_build import N_OUT, probe_data
from scratchwork.checks.watching import drivers, round_data, rounds
from scratchwork.checks.watching.round_data import telling


def nets_of(tree, namespace, caller, path):
    """The RoundNet of the first loop of a module that trains something; CannotCheck where there is none."""
    why, nodes = None, returned.functions_of(tree)
    for make in _drivers(tree, namespace, caller, path):
        try:
            return round_data.settle(make(), nodes, namespace)
        except OutOfTime:
            raise
        except CannotCheck as failure:
            why = telling(why, failure)
    raise why or CannotCheck("no loop that trains could be run")


def _drivers(tree, namespace, caller, path):
    """What makes the drivers to try: each function with a loop called as it is, then as the file itself calls it."""
    script, later = statements_of(tree), []
    for statement, loop in rounds.loops_of(tree):
        if not _moves(loop):
            continue
        owner = drivers.owner_of(statement, loop)
        if owner is None:
            later.append(
                (
                    2,
                    lambda loop=loop: drivers.StatementsDriver(
                        caller, namespace, path, script, loop, None, loop.lineno
                    ),
                )
            )
        elif owner is statement and callable(namespace.get(owner.name)):
            required = [entry for entry in binding.parameters(namespace[owner.name]) if entry.default is entry.empty]
            for driver in _function_drivers(statement, loop, namespace, caller, path) if required else ():
                yield lambda driver=driver: driver
            later.append((1, lambda loop=loop, owner=owner: _hoisted(script, loop, owner, namespace, caller, path)))
    yield from (make for _, make in sorted(later, key=lambda entry: entry[0]))


def statements_of(tree):
    """The statements that a script runs, those under ``if __name__`` among them."""
    found = []
    for node in tree.body:
        guarded = isinstance(node, ast.If) and "__name__" in ast.dump(node.test)
        found += node.body if guarded else [node]
    return found


def _hoisted(script, loop, owner, namespace, caller, path):
    """The body of a function as statements, with the arguments that the file itself passes to it."""
    if any(isinstance(part, (ast.Yield, ast.YieldFrom, ast.Await)) for part in ast.walk(owner)):
        raise CannotCheck(f"{owner.name} is a generator")
    given = {}
    if binding.parameters(namespace[owner.name]):
        given = drivers.arguments_given(caller, namespace, path, _with_main(script, namespace), owner.name)
    before = [node for node in script if isinstance(node, ast.Assign) and not syntax.stored(node) <= set(namespace)]
    body = [*(before if not given else ()), *owner.body]
    return drivers.StatementsDriver(caller, namespace, path, body, loop, owner.name, owner.lineno, given)


def _with_main(script, namespace):
    """The statements, and a call of ``main`` where nothing calls it."""
    called = {part.func.id for node in script if not isinstance(node, ast.FunctionDef) for part in ast.walk(node)
              if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)}  # fmt: skip
    free = [name for name in ("main", "run", "demo") if callable(namespace.get(name)) and name not in called]
    return [*script, *ast.parse("\n".join(f"{name}()" for name in free)).body]


def _moves(loop):
    """Whether the body of a loop assigns anything at all."""
    return any(isinstance(item, (ast.Assign, ast.AugAssign, ast.Call)) for item in ast.walk(loop))


def _function_drivers(statement, loop, namespace, caller, path):
    """The driver as it is; where it wants parameters, with those of each function that makes some, or invented ones."""
    function = namespace[statement.name]
    plain = drivers.FunctionDriver(caller, namespace, path, statement, loop)
    try:
        X, labels = probe_data()
        plain.arguments(function, X, np.eye(N_OUT)[labels], None, 1, {})
        yield plain
    except CannotCheck:
        pass
    for made in invented.parameters_for(function):
        yield drivers.FunctionDriver(caller, namespace, path, statement, loop, exact=made)
