"""Classes that nothing in their file trains, as programs of ours: which of the ways to drive them explains their steps best."""

import ast
import copy
import functools
import inspect
import time

from scratchwork.checks.findings import CannotCheck, OutOfTime
from scratchwork.checks.probes import nudged as probe_nudged
from scratchwork.checks.recognising import method_roles, recognise, vocabulary
from scratchwork.checks.running import replay
from scratchwork.checks.running.call import StuckError, own_limit
from scratchwork.checks.views.network_build import probe_data
from scratchwork.checks.watching import class_drivers, nudged_runs, recorded

KINDS = ("mlp", "logistic", "estimator", "linear", None)
MOVING = ("backward", "update", "train")
SECONDS, MOST, MOST_SECONDS = 4.0, 4, 14.0


class Driven(replay.Program):
    """A program that drives a class; ``case`` holds what its nudged run says, ``deaf`` the arrays that do not know the rate."""

    case, deaf, method = None, (), None


def subjects(namespace, found, caller):
    """Subjects of the kind ``training run`` for the classes that were not seen training, one for each method that trains."""
    tree, kinds = namespace.get("__tree__"), {subject.name: subject.kind for subject in found}
    told = {code[3] for code in namespace.get("__found__", ())}
    explained = namespace.get("__explained__", set())
    if tree is None or "G" in told:
        return
    judged, captured = namespace.get("__seen__", set()) if namespace.get("__judged__") else None, None
    for node in [item for item in tree.body if isinstance(item, ast.ClassDef)]:
        kind = namespace.get(node.name)
        if not inspect.isclass(kind) or kinds.get(node.name) not in KINDS or not _may_train(node):
            continue
        if node.name in explained:
            continue
        seen = None if judged is None else {name.split(".")[1] for name in judged if name.startswith(f"{node.name}.")}
        told = {name for role, name in method_roles.by_body(kind).items() if role in MOVING}
        if seen is not None and not _others(node, seen, told):
            continue
        captured = recorded.training_calls(namespace, caller) if captured is None else captured
        own = _captured(node.name, captured.get(node.name, {}), namespace, caller, seen or ())
        for program in own or _of_class(node.name, kind, namespace, caller, seen or ()):
            yield recognise.Subject("training run", node.name, program, node.lineno)


def _of_class(name, kind, namespace, caller, seen):
    """The Driven of each method that trains, those ``seen`` left out; none where they cannot be made."""
    found = []
    try:
        with own_limit(MOST_SECONDS):
            for method, ways in class_drivers.programs(name, kind, namespace, caller).items():
                program = _best(method, ways, namespace, caller) if method not in seen else None
                found += [program] if program is not None else []
    except (CannotCheck, StuckError, ArithmeticError, LookupError, ValueError, TypeError, AttributeError):
        pass  # a class that we cannot drive says nothing about the code
    return found


def _captured(name, calls, namespace, caller, seen):
    """The Driven of each call of the file's own program that a usual loss explains."""
    found = []
    for method, pair in calls.items():
        key = f"__{name}_{method}__"
        namespace[key] = functools.partial(copy.deepcopy, pair)
        program = Driven(ast.parse(f"model, given = {key}()\nmodel.{method}(**given)").body, namespace)
        program.method = method
        try:
            with own_limit(SECONDS):
                program.case = probe_nudged.Case(
                    nudged_runs.program_at(program.statements, caller, namespace), namespace
                )
        except (CannotCheck, StuckError):
            continue
        found += [program] if method not in seen and program.case.explains() else []
    return found


def _others(node, seen, told):
    """Whether a class that was judged has another way to train: a method that the judged ones neither are nor call, nor call them."""
    moving = {name for name in seen if vocabulary.role_of_name(name) in MOVING}
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name not in seen:
            called = {part.attr for part in ast.walk(item) if isinstance(part, ast.Attribute)}
            if (vocabulary.role_of_name(item.name) in MOVING or item.name in told) and not called & moving:
                return True
    return False


def _may_train(node):
    """Whether a class has more than a constructor, and multiplies something."""
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name != "__init__"]
    return len(methods) >= 2


def _best(method, ways, namespace, caller):
    """The Driven of the way that explains the first step best."""
    best, share, ends = None, -1.0, time.process_time() + SECONDS
    for number, (text, layout, deaf) in enumerate(ways[:MOST]):
        if time.process_time() > ends and best is not None:
            break
        program = _program(f"__{method.strip('_')}_{number}__", text, layout, namespace)
        program.deaf, program.method = deaf, method
        try:
            program.case = probe_nudged.Case(nudged_runs.program_at(program.statements, caller, namespace), namespace)
            explained = program.case.explains()
        except OutOfTime:
            raise
        except CannotCheck:
            explained = 0.0
        if explained > share:
            best, share = program, explained
        if share == 1:
            break
    return best


def _program(key, text, layout, namespace):
    namespace[key] = probe_data(n_out=layout.n_out)[0], layout.y
    whole = f"X, y = {key}[0].copy(), {key}[1].copy()\n{text}"
    return Driven(ast.parse(whole).body, namespace)
