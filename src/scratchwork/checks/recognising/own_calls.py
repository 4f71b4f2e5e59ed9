"""What a file's own program gives to a class of the file, for parameters of which neither name nor use tells what they want."""

import ast
import inspect

from scratchwork.checks.recognising import binding


def arguments(factory, known):
    """{parameter: value} of the first call of the class in its file that can be evaluated, but for what ``known`` means.

    Numbers whose meaning is known (how many inputs, how many classes) are those of the author's data, and are left to the caller.
    """
    namespace = getattr(factory.__init__, "__globals__", {})
    tree, entries = namespace.get("__tree__"), binding.parameters(factory)
    for call in ast.walk(tree) if tree is not None else ():
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) == factory.__name__:
            found = _evaluated(call, entries, known, namespace)
            if found:
                return found
    return {}


def _evaluated(call, entries, known, namespace):
    names = [entry.name for entry in entries if entry.kind is not inspect.Parameter.VAR_POSITIONAL]
    given = dict(zip(names, call.args)) | {item.arg: item.value for item in call.keywords if item.arg in names}
    meant, found = {entry.name: binding.meaning_in(entry, entries) for entry in entries}, {}
    for name, node in given.items():
        try:
            value = eval(compile(ast.Expression(node), "<own call>", "eval"), namespace)
        except Exception:
            continue
        if meant[name] not in known or not isinstance(value, (int, float)):
            found[name] = value
    return found
