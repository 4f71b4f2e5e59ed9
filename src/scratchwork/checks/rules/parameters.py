"""Parameters of functions that do nothing: never read, or with a literal in their place."""

import ast
import re

from scratchwork.checks.files.code_shape import (
    called,
    calls_in,
    classes,
    inner_arguments,
    methods,
    routines,
    update_with_literal,
    used,
)  # fmt: skip
from scratchwork.checks.files.syntax import dotted, every, literal, stored_inside, walk
from scratchwork.checks.findings import find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import rule

RATE = vocabulary.Spelled(
    r"^(lr|lrate|l_rate|eta0?|learning_?rate(_init)?|learn_rate|step_?size|alpha|rate|lern_?rate|ogrenme_?orani|laju_?\w+|"
    r"(tasa|taxa|taux|tasso|wsp\w*)_?(de_?)?(aprend|appren|uczenia)\w*)$",
)
SETTING = vocabulary.Spelled(
    r"^(n_?)?(epochs?|iters?|iterations?|num_(iters|iterations|epochs)|max_?iters?|n_iter|n_iters|niter|steps?|n_steps)$"
    r"|momentum|beta|lam|lambd|lambda|ridge|reg|l1|l2|penalty|decay|batch|hidden|units|tol|eps|dropout|keep_?prob|neighbo|^k$"
    r"|metric|clusters|components|^c$|seed|state|init|patience|solver|norm|weights|degree|threshold|activation|stratify"
    r"|test_size|shuffle|gamma|sigma|^p$|distance|n_init|layers|average|replace|^n?_?(epoc|epok|epoq)\w*$|^(n_|max_?)?iterac\w*$"
    r"|umbral|limiar|^seuil$|schwell|soglia|intercept|whiten|standardi[sz]e|^cent(er|re)|(use|with|include|add)_bias|nesterov",
)
STEERS = vocabulary.Spelled(
    r"epoch|epo[ckq]|iter|momentum|beta|lam|reg|l1|l2|penalty|decay|tol|dropout|keep_?prob|^k$|neighbo|threshold|umbral|limiar|metric|distance|seed|state|sigma",
)
HARMLESS = {
    "verbose", "debug", "args", "kwargs", "name", "title", "ctx", "event", "plot", "show", "display", "print_cost",
    "n_jobs", "copy", "sample_weight", "figsize", "color", "x", "y", "X", "Y", "axis", "keepdims", "out", "dtype",
    "input_shape", "label", "labels", "key", "index", "parent", "device", "training", "train", "epoch", "request",
    "deep", "memo", "exc_type", "exc", "tb", "self", "cls", "i", "_", "x_train", "y_train", "cost", "log", "callback",
}  # fmt: skip


def code_for(name, others=()):
    """T1 for a learning rate, T2 for anything else, and for an alpha beside another rate."""
    another = re.match("alpha$", name) and any(RATE.match(other) for other in others if other != name)
    return "SW-T1" if RATE.match(name) and not another else "SW-T2"


@rule("SW-T1", "SW-T2")
def each_parameter_is_read(source):
    """A parameter that the body never reads cannot do anything."""
    shared = polymorphic(source)
    handed_on = passed_as_values(source)
    for entry in routines(source):
        if entry.is_stub or decorated(entry) or (entry.owner and entry.name in shared):
            continue
        for name in entry.parameters:
            unread = (not used(entry, name) or overwritten(entry, name)) and counts(source, entry, name)
            wanted = entry.name not in handed_on or literal_instead(source, entry, name) or swept(source, entry, name)
            if unread and wanted:
                yield dead(source, entry, name)


def overwritten(entry, name):
    """Whether the body sets the parameter to something else before anything reads it."""
    for statement in entry.node.body:
        read = any(
            isinstance(part, ast.Name) and part.id == name
            for part in walk(getattr(statement, "value", None) or ast.Pass())
        )
        if isinstance(statement, ast.Assign) and not read and name in plain_targets(statement):
            return True
        if any(isinstance(part, ast.Name) and part.id == name for part in walk(statement)):
            return False
    return False


def plain_targets(statement):
    """The names that an assignment binds as a whole: no item, no attribute."""
    items = [part for target in statement.targets for part in getattr(target, "elts", [target])]
    return {part.id for part in items if isinstance(part, ast.Name)}


def counts(source, entry, name):
    """Whether an unread parameter is worth a word: a setting, or what the function is about."""
    if name.startswith("_") or name in HARMLESS or "locals()" in ast.unparse(entry.node):
        return False
    if entry.name.startswith("__") and entry.name not in ("__init__", "__call__"):
        return False
    told = RATE.match(name) or SETTING.search(name) or is_a_number(entry.defaults.get(name))
    return bool(told) or swept(source, entry, name) or reads_the_argument(source, entry, name)


def reads_the_argument(source, entry, name):
    """Whether the body reads, as a global, the very name that a call hands it: ``def vote(rows, t): ... K``, ``vote(rows, K)``."""
    given = [inner_arguments(source, call).get(name) for call in calls_in(source.tree) if called(call) == entry.name]
    held = {part.id for part in every(entry.node, ast.Name)} - stored_inside(entry.node)
    return any(isinstance(value, ast.Name) and value.id in held for value in given)


def is_a_number(default):
    """Whether a parameter has a number by default: then it is a setting, whatever its name."""
    return isinstance(default, ast.Constant) and type(default.value) in (int, float)


def swept(source, entry, name):
    """Whether a loop of the file passes its own variable, of the same name, for a parameter."""
    loops = [part for part in every(source.tree, ast.For) if getattr(part.target, "id", "") == name]
    calls = [call for loop in loops for call in calls_in(loop) if called(call) == entry.name]
    return any(getattr(inner_arguments(source, call).get(name), "id", "") == name for call in calls)


def dead(source, entry, name):
    """The finding for a parameter nobody reads, with the literal that stands in its place."""
    instead = literal_instead(source, entry, name)
    said = f"{entry.name} takes {name} and never reads it"
    said += f"; line {instead[0]} has {instead[1]} in its place." if instead else "."
    certain = RATE.match(name) or instead or (STEERS.search(name) and not entry.name.startswith("_"))
    place = entry.place | ({"line": instead[0]} if instead else {})
    if re.search(r"seed|random_state", name) and re.search(r"\brandom\.\w+\(", ast.unparse(entry.node)):
        return find("SW-T22", f"{said} What it draws comes from the global generator.", weight=86, **place)
    return find(code_for(name, entry.parameters), said, severity="error" if certain else "warning", **place)


def literal_instead(source, entry, name):
    """(line, text) of the constant used where the parameter belongs: overwritten, in an inner call, in the update."""
    for part in every(entry.node, ast.Assign):
        if any(name in target_names(target) for target in part.targets):
            return part.lineno, ast.unparse(part)[:50]
    for call in calls_in(entry.node):
        for key, value in inner_arguments(source, call).items():
            if (key == name or (RATE.match(key) and RATE.match(name))) and literal(value) is not None:
                return call.lineno, f"{key}={ast.unparse(value)}"
    if RATE.match(name):
        return update_with_literal(entry.node)
    return None


def target_names(target):
    """Names and attributes that a target binds, by their last part; what only picks a place in an array is read, not bound."""
    return {
        getattr(part, "id", getattr(part, "attr", None))
        for part in walk(target)
        if isinstance(getattr(part, "ctx", None), ast.Store)
    }


def polymorphic(source):
    """Method names that several classes define: their signatures are a contract, not a promise."""
    names = [name for node in classes(source) for name in methods(node) if name != "__init__"]
    return {name for name in names if names.count(name) > 1}


def passed_as_values(source):
    """Functions that are handed on as values: who calls them decides the signature."""
    heads = {id(call.func) for call in calls_in(source.tree)}
    names = {part.id for part in every(source.tree, ast.Name) if id(part) not in heads}
    return names & {entry.name for entry in routines(source)}


def decorated(entry):
    words = {dotted(part).split(".")[-1] for part in entry.node.decorator_list}
    return bool(words & {"abstractmethod", "overload", "setter", "fixture"})
