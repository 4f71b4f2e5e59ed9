"""What of a file can be run as a whole training: functions that are given data and train, and the file's own program."""

import ast
import inspect

from scratchwork.checks.files.names import index_part_of
from scratchwork.checks.recognising import binding, recognise, vocabulary
from scratchwork.checks.running import replay

LEARNING = {
    "mlp", "layer", "activation class", "activation", "derivative", "optimizer", "autograd", "loss", "network functions",
    "objective functions", "estimator", "loss_derivative",
}  # fmt: skip


RUNS = ("training run", "program", "stop tests")
OTHERS = {"kmeans", "knn", "pca", "kmeans functions", "knn functions", "pca functions"}


def subjects(namespace, kinds):
    """Subjects of the kind ``training run``; none where the file learns without gradients."""
    tree = namespace.get("__tree__")
    if tree is None or namespace.get("__only__"):
        return
    if kinds & OTHERS and not kinds & LEARNING:
        for statements in replay.blocks(tree)[:1]:
            yield recognise.Subject(
                "stop tests", "the program", replay.Program(statements, namespace), statements[0].lineno
            )
        return
    for name, item in list(namespace.items()) if kinds & LEARNING or not kinds else ():
        if inspect.isfunction(item) and item.__module__ == "user_module":
            words = set(binding.meanings_of(item).values())
            if {"X", "y"} <= words and (vocabulary.role_of_name(name) == "train" or "epochs" in words):
                yield recognise.Subject("training run", name, item, item.__code__.co_firstlineno)
    if "autograd" in kinds:
        return
    for statements in replay.blocks(tree)[:2]:
        program = replay.Program(statements, namespace)
        first = next((node for node in statements if not isinstance(node, replay.SKIPPED)), statements[0])
        yield recognise.Subject("training run", "the program", program, first.lineno)


def divided(namespace):
    """The file's own program as a subject of the kind ``program``, where it may divide its rows, and functions whose names tell so."""
    tree = namespace.get("__tree__")
    if tree is None or namespace.get("__only__"):
        return
    named = {index_part_of(word) for node in ast.walk(tree) for word in _words(node)}
    if not named & {"test", "val"} and not any(map(_cuts, ast.walk(tree))):
        return
    for statements in replay.blocks(tree)[:1]:
        yield recognise.Subject("program", "the program", replay.Program(statements, namespace), statements[0].lineno)
    for node in [part for part in tree.body if isinstance(part, ast.FunctionDef) and _divides(part)][:4]:
        function = namespace.get(node.name)
        if inspect.isfunction(function):
            yield recognise.Subject("program", node.name, function, node.lineno)


def _words(node):
    """The name that a node is, or the key that it takes out of a dict."""
    key = node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
    return [word for word in (getattr(node, "id", None), getattr(node, "arg", None), key) if isinstance(word, str)]


def _cuts(node):
    """Whether rows may be divided: what is cut at a place, drawn, or split."""
    cut = isinstance(node, ast.Subscript) and any(isinstance(part, ast.Slice) for part in ast.walk(node.slice))
    return cut or getattr(node, "attr", getattr(node, "id", "")) in (
        "permutation",
        "shuffle",
        "sample",
        "split",
        "array_split",
    )


def _divides(node):
    """Whether a function binds names of training rows and of others."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    parts = {index_part_of(name) for name in names}
    return "train" in parts and bool(parts & {"test", "val"})


def alone(value, kinds):
    """Whether a program is all that could tell how the file learns: what its activations and losses pass says nothing of that."""
    single = {"activation", "activation class", "derivative", "loss", "loss_derivative", "optimizer"}
    judges = (LEARNING - single) | {"logistic", "linear", "fit function", "linear functions", "layer functions"}
    return type(value) is replay.Program and not kinds & judges
