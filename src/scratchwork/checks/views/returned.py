"""What came back from the user's functions: the output among a tuple, the loss, the gradients by name or shape."""

import ast

import numpy as np

from scratchwork.checks.running import state


def names_returned(node, cut=False):
    """Names (or None) of the items in the last ``return`` of a function; a dict gives its keys.

    With ``cut`` those of which a part is returned: ``U`` of ``U[:, :k]``.

    >>> names_returned(ast.parse("def f(x): return a, b + 1").body[0])
    ['a', None]
    """
    found = None
    for item in ast.walk(node):
        if isinstance(item, ast.Return) and item.value is not None:
            found = item.value if found is None or item.lineno > found.lineno else found
    if isinstance(found, (ast.Tuple, ast.List)):
        parts = [element.value if cut and isinstance(element, ast.Subscript) else element for element in found.elts]
        return [_label(element) for element in parts]
    return [_label(found)] if found is not None else None


def _label(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return None


def functions_of(tree):
    """{name or Class.name: FunctionDef} of a module, nested functions left out."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef):
                    found[f"{node.name}.{item.name}"] = item
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = node
    return found | inherited(tree, found)


def inherited(tree, found):
    """{Child.method: what stands at Parent.method} for methods that a class of the module has from another of it."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    more = {}
    for name in classes:
        for parent in _ancestors(name, classes):
            for key, item in found.items():
                if key.startswith(f"{parent}.") and f"{name}.{key.partition('.')[2]}" not in found:
                    more.setdefault(f"{name}.{key.partition('.')[2]}", item)
    return more


def _ancestors(name, classes):
    """The base classes of a class that the module defines, the nearest first."""
    found, waiting = [], [name]
    while waiting:
        for base in classes[waiting.pop(0)].bases:
            label = _label(base)
            if label in classes and label not in found and label != name:
                found.append(label)
                waiting.append(label)
    return found


def targets_of_calls(tree):
    """{function name: names that some caller gives to its result}, from ``a, b = f(...)`` anywhere in the module."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.targets) == 1:
            called = _label(node.value.func)
            target = node.targets[0]
            names = (
                [_label(item) for item in target.elts]
                if isinstance(target, (ast.Tuple, ast.List))
                else [_label(target)]
            )
            if called and called not in found:
                found[called] = names
    return found


def names_given(function, count):
    """The names that its own program gives to so many results of a function, ``U`` and ``S`` of ``U, S = pca(X)``; else ()."""
    tree = getattr(function, "__globals__", {}).get("__tree__")
    names = targets_of_calls(tree).get(function.__name__, ()) if tree is not None else ()
    return names if len(names) == count else ()


def labelled(value, names=None):
    """[(label, array)] of the float arrays and numbers in a returned value, labels from names, keys or paths."""
    items = []
    if isinstance(value, tuple) and names and len(names) == len(value):
        for name, item in zip(names, value):
            for path, leaf in state.float_arrays(item, numbers=True).items():
                items.append((_join(name, path), np.asarray(leaf)))
        return items
    base = names[0] if names and len(names) == 1 else None
    for path, leaf in state.float_arrays(value, numbers=True).items():
        items.append((_join(base, path), np.asarray(leaf)))
    return items


def packed(value):
    """The same value with each list of plain numbers, or of such lists of one length, as an array."""
    if isinstance(value, dict):
        return {key: packed(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(packed(item) for item in value)
    kinds = {type(item) for row in value for item in (row if isinstance(row, list) else [row])} if isinstance(value, list) else set()  # fmt: skip
    plain = kinds and all(issubclass(kind, (int, float)) for kind in kinds)
    return np.array(value, dtype=float) if plain and len({np.size(row) for row in value}) == 1 else value


def _join(name, path):
    words = "".join(f"_{str(step).lstrip('.')}" for step in path)
    return f"{name or ''}{words}".lstrip("_")


def as_samples(item, n, n_out):
    """An array as (n, n_out), or None if it is not the output of n samples."""
    if item.size != n * n_out:
        return None
    if item.shape == (n, n_out) or n_out == 1:
        return item.reshape(n, n_out)
    if item.shape == (n_out, n):
        return item.T
    return item.reshape(n, n_out) if item.ndim == 3 and item.shape[0] == n else None


def pick_output(value, names, n, n_out):
    """The network's output among what forward returned (or left in attributes), as (n, n_out), else None.

    Where logits and probabilities both fit, the probabilities; else the one whose name says so; else the last.
    """
    fitting = []
    for label, item in labelled(value, names):
        shaped = as_samples(item, n, n_out)
        if shaped is not None:
            fitting.append((label, shaped))
    if not fitting:
        return None
    if isinstance(value, tuple) and isinstance(value[0], np.ndarray):
        first = as_samples(np.asarray(value[0]), n, n_out)
        if first is not None and not isinstance(value[-1], np.ndarray):
            return first  # (output, cache)
    likely = [item for _, item in fitting if item.min() >= 0 and item.max() <= 1 + 1e-9]
    sums = [item for item in likely if n_out > 1 and np.allclose(item.sum(axis=1), 1)]
    return (sums or likely or [item for _, item in fitting])[-1]


def pick_loss(value):
    """(loss, elementwise) from what a loss function returned: a number, or an array of losses to be averaged."""
    if isinstance(value, tuple) and value:
        value = value[0]
    try:
        item = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None, False
    if item.size == 1:
        return float(item.ravel()[0]), False
    return (float(item.mean()), True) if item.size and item.ndim <= 2 else (None, False)


def of_all(value, values):
    """Whether a tuple holds one array of the shape of each parameter, and nothing else."""
    shapes = sorted(item.shape for item in values.values())
    weights = max(map(len, shapes), default=0) == 2
    whole = isinstance(value, tuple) and len(value) == len(shapes) and isinstance(value[0], (np.ndarray, float))
    return weights and whole and sorted(map(np.shape, value)) == shapes


def _bare(label):
    label = str(label).lower().replace("_", "").replace(".", "").replace("'", "").replace("[", "").replace("]", "")
    for word in ("gradients", "gradient", "grads", "grad", "nabla", "delta", "deriv", "partial"):
        label = label.replace(word, "")
    return label


def same_name(label, path):
    """Whether a label such as ``dW1`` or ``grad_W1`` is that of the parameter at ``path``."""
    mine, bare = _bare("".join(str(step) for step in path)), _bare(label)
    last = _bare(path[-1])
    mine = mine.removeprefix("parameters").removeprefix("params").removeprefix("layers")
    options = {mine, f"d{mine}", last, f"d{last}"} if not last.isdigit() else {mine, f"d{mine}"}
    return bare in options or bare == f"d{mine}"


def match(items, values):
    """{path: gradient} for the parameters ``values`` among labelled arrays: by name, by shape in order, by order."""
    free, found = list(items), {}

    def take(path, index):
        found[path] = free.pop(index)[1]

    for path in values:
        index = next(
            (i for i, (label, item) in enumerate(free) if same_name(label, path) and _plausible(item, values[path])),
            None,
        )
        if index is not None:
            take(path, index)
    for path, item in values.items():
        if path not in found:
            index = next((i for i, (_, other) in enumerate(free) if other.shape == item.shape), None)
            index = (
                next((i for i, (_, other) in enumerate(free) if other.size == item.size), None)
                if index is None
                else index
            )
            if index is not None:
                take(path, index)
    rest = [path for path in values if path not in found]
    if rest and len(rest) == len(free):
        for path in rest:
            take(path, 0)
    return found


def _plausible(item, value):
    return item.ndim <= 3 and not (item.size > 1 and value.size == 1 and item.ndim > 2)
