"""Metrics and preparation wherever they stand: functions, and methods."""

import inspect

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, counting_classes, metric_words, recognise
from scratchwork.checks.recognising.recognise_metrics import role_of_function
from scratchwork.checks.views import scoring

ANSWERS = ("compute", "result", "value", "get", "score", "evaluate", "calculate", "report", "summary", "__call__")


def metric_subjects(namespace, nodes, lines, taken, caller):
    """A Subject for every function, method and class of the file that is a metric or prepares data."""
    for name, item in own_items(namespace).items():
        of_numbers = metric_words.kinds_in_name(name) in (["rmse"], ["mae"], ["mape"])  # a loss of no free factor
        if inspect.isfunction(item) and (name not in taken or of_numbers):
            role = role_of_function(name, item, caller, nodes.get(name)) or scoring_role(name, item, nodes.get(name))
            if role:
                yield recognise.Subject(role, name, item, lines.get(name))
        elif inspect.isclass(item) and not issubclass(item, BaseException):
            yield from of_class(name, item, nodes, lines, caller)


def own_items(namespace):
    """What the user's file defines; of live objects what was given."""
    mine = {name: item for name, item in namespace.items() if getattr(item, "__module__", None) == "user_module"}
    return namespace.get("__given__", mine)


def of_class(name, kind, nodes, lines, caller):
    """The metrics and preparations among the methods of a class."""
    required = [entry for entry in binding.parameters(kind) if entry.default is entry.empty]
    for method, function in _of_methods(name, kind, required, nodes, caller):
        full = f"{name}.{method}"
        role = role_of_function(full, function, caller, nodes.get(full)) or _by_class(name, method, function, nodes)
        if role and (full in nodes or method == "__call__"):
            yield recognise.Subject(role, full, function, lines.get(full))

    yield from counting_classes.subjects(kind, name, nodes, lines, caller)
    for method in binding.methods(kind):
        if f"{name}.{method}" in nodes:
            role = scoring_role(method, counting_classes.without_self(getattr(kind, method)), nodes[f"{name}.{method}"])
            if role and role.startswith("scoring"):
                yield recognise.Subject(role, f"{name}.{method}", (kind, method), lines.get(f"{name}.{method}"))


def scoring_role(name, function, node):
    """``"scoring:accuracy"`` of a function that takes data and labels and asks a model, or None."""
    required = [entry for entry in binding.parameters(function) if entry.default is entry.empty]
    kind = scoring.kind_of_name(name)
    if kind is None or node is None or not 2 <= len(required) <= 6 or scoring.data_of(required) is None:
        return None
    return f"scoring:{kind}" if any(scoring.asked_in(node).values()) else None


def _by_class(name, method, function, nodes):
    """``class Accuracy: __call__(y_true, y_pred)``: the class is named after the metric."""
    if method not in (*ANSWERS, "forward"):
        return None
    return role_of_function(name, function, None, nodes.get(f"{name}.{method}"))


def _of_methods(name, kind, required, nodes, caller):
    """(method name, function) of methods that can be called with labels and predictions."""
    made = None
    for method in binding.methods(kind):
        static = isinstance(inspect.getattr_static(kind, method), (staticmethod, classmethod))
        function = getattr(kind, method)
        if not static:
            named = role_of_function(
                method, counting_classes.without_self(function), None, nodes.get(f"{name}.{method}")
            )
            if not named and not (metric_words.kind_of_word(name) and method in (*ANSWERS, "forward")):
                continue
            made = made or _object(kind, name, required, caller)
            if made is None:
                continue
            function = getattr(made, method)
        yield method, function


def _object(kind, name, required, caller):
    """An object to ask: built without arguments where that goes, else as an estimator is built; None where neither goes."""
    from scratchwork.checks.views import estimator

    try:
        return caller(kind) if not required else estimator.Estimator(kind, name, caller).build()
    except CannotCheck:
        return None
