"""A training loop that stands at the top of a script, read as a function: one round of its body, parameters in, parameters out.

    for i in range(1000):            def round_of_loop(W1, W2, X, y):
        a1 = sigmoid(X @ W1)   ->        a1 = sigmoid(X @ W1)
        ...                              ...
        W1 -= lr * dW1                   W1 -= lr * dW1
                                         return locals()

The parameters are the names that the body changes and that stood before it; data are the other arrays that it reads.
"""

import ast
import builtins
import contextlib
import copy

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import identify, vocabulary
from scratchwork.checks.views import network, returned
from scratchwork.checks.views.network_build import N, probe_data

ROUND = "round_of_loop"


def training_loops(tree):
    """Top-level loops (also under ``if __name__``) whose body updates names by ``-=``, ``+=`` or an own difference."""
    found = []
    for node in tree.body:
        inner = node.body if isinstance(node, ast.If) else [node]
        found += [item for item in inner if isinstance(item, (ast.For, ast.While)) and len(updated(item)) >= 1]
    return found


def updated(loop):
    """Names that the body of a loop moves: ``W -= ...`` or ``W = W - ...``, in their order."""
    names = []
    for item in ast.walk(loop):
        if (
            isinstance(item, ast.AugAssign)
            and isinstance(item.op, (ast.Sub, ast.Add))
            and isinstance(item.target, ast.Name)
        ):
            names.append(item.target.id)
        if isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.targets[0], ast.Name):
            name, value = item.targets[0].id, item.value
            own = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Sub, ast.Add))
            if own and isinstance(value.left, ast.Name) and value.left.id == name:
                names.append(name)
    return list(dict.fromkeys(names))


def read_first(loop):
    """Names that a loop's body reads and does not make itself."""
    made, read = set(), []
    for item in ast.walk(loop):
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
            made.add(item.id)
    for item in ast.walk(loop):
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load) and item.id not in made:
            read.append(item.id)
    return list(dict.fromkeys(read))


def as_function(loop, names):
    """The FunctionDef of one round of the loop; it returns all of its names."""
    body = copy.deepcopy(loop.body)
    body = [item for item in body if not isinstance(item, (ast.Break, ast.Continue))]
    arguments = [ast.arg(name) for name in names]
    end = ast.Return(ast.Call(ast.Name("dict", ast.Load()), [ast.Call(ast.Name("locals", ast.Load()), [], [])], []))
    head = [
        ast.Assign([ast.Name(item.id, ast.Store())], ast.Constant(1))
        for item in ast.walk(getattr(loop, "target", ast.Pass()))
        if isinstance(item, ast.Name)
    ]
    made = ast.FunctionDef(ROUND, ast.arguments([], arguments, None, [], [], None, []), [*head, *body, end], [])
    return ast.fix_missing_locations(ast.copy_location(made, loop))


def stand_before(tree, loop, namespace, caller):
    """Run the plain assignments before the loop that give the names it needs: starting weights, rates.

    Data that cannot be loaded is stood in for by probe data, so that ``np.random.randn(X.shape[1], 10)`` has a shape.
    """
    missing = [
        name for name in [*updated(loop), *read_first(loop)] if name not in namespace and not hasattr(builtins, name)
    ]
    X, labels = probe_data()
    for name in missing:
        words = vocabulary.meanings(name)
        if "X" in words[:1] or "y" in words[:1]:
            namespace.setdefault(name, X if words[0] == "X" else np.eye(3)[labels])
    wanted = set(missing)
    for node in tree.body:
        if node.lineno >= loop.lineno or not isinstance(node, (ast.Assign, ast.Import)):
            continue
        if isinstance(node, ast.Import):
            if all(alias.name.split(".")[0] in ("numpy", "math", "random", "scipy") for alias in node.names):
                exec(compile(ast.Module([node], []), "script", "exec"), namespace)
            continue
        targets = {item.id for target in node.targets for item in ast.walk(target) if isinstance(item, ast.Name)}
        if targets & wanted:
            with contextlib.suppress(CannotCheck):
                caller.raw(exec, compile(ast.Module([node], []), "script", "exec"), namespace, limit_=2.0)


def net_of_script(tree, namespace, caller, path):
    """The Net of a script's training loop. CannotCheck where there is none, or no layers are recognised in it."""
    why = None
    for loop in training_loops(tree):
        try:
            stand_before(tree, loop, namespace, caller)
            return _net(loop, namespace, caller, path)
        except CannotCheck as failure:
            why = why or failure
    raise why or CannotCheck("no loop at the top of the file moves arrays")


def _net(loop, namespace, caller, path):
    params = [name for name in updated(loop) if _is_parameter(name, namespace.get(name))]
    if not any(isinstance(namespace[name], np.ndarray) for name in params):
        raise CannotCheck("the arrays that the loop moves are not made by plain statements before it")
    free = [name for name in read_first(loop) if isinstance(namespace.get(name), np.ndarray) or name not in namespace]
    data = [name for name in free if not hasattr(builtins, name) and name not in params]
    X_name = next((name for name in data if "X" in vocabulary.meanings(name)), None)
    y_name = next((name for name in data if "y" in vocabulary.meanings(name) and name != X_name), None)
    if X_name is None or y_name is None:
        raise CannotCheck("the data that the loop reads are not known by their names")
    function = as_function(loop, [*params, X_name, y_name])
    exec(compile(ast.Module([function], []), path, "exec"), namespace)
    root = {name: np.array(namespace[name], dtype=float) for name in params}
    return _settled(root, X_name, y_name, namespace, caller, loop.lineno)


def _is_parameter(name, value):
    """An array, or a number that is called an intercept (a counter or a sum of losses is none)."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" or not value.any()
    return isinstance(value, (int, float)) and vocabulary.meaning(name) == "b"


def _settled(root, X_name, y_name, namespace, caller, line):
    """Try the names that one round makes as the network's output, until the layers are recognised."""
    rng = np.random.default_rng(7)
    point = {(name,): 0.6 * rng.normal(size=item.shape) for name, item in root.items()}
    for n_in in dict.fromkeys(size for item in root.values() for size in item.shape):
        for n_out in dict.fromkeys([1, *(size for item in root.values() for size in item.shape)]):
            X, labels = probe_data(d=n_in, n_out=n_out)
            for y in network.label_forms(labels, n_out).values():
                made = _round(
                    namespace, caller, {name[0]: item for name, item in point.items()}, {X_name: X, y_name: y}
                )
                for name, item in reversed((made or {}).items()):  # the last one is nearest to the output
                    P = returned.as_samples(np.asarray(item), N, n_out) if isinstance(item, np.ndarray) else None
                    spec = identify.network(point, X, P) if P is not None and name not in (X_name, y_name) else None
                    if spec is not None and _reads_all(spec, point):
                        return _made(root, point, spec, n_in, n_out, name, (X_name, y_name), namespace, caller, line)
    raise CannotCheck("no layers are recognised in the loop")


def _reads_all(spec, point):
    used = {layer.weight for layer in spec.layers} | {layer.bias for layer in spec.layers}
    return all(path in used for path in point if point[path].size > 1)


def _round(namespace, caller, params, data):
    try:
        return caller(namespace[ROUND], **params, **data)
    except CannotCheck:
        return None


def _made(root, point, spec, n_in, n_out, output, names, namespace, caller, line):
    """The Net whose forward pass and training are one round of the loop."""
    X_name, y_name = names

    def one_round(X, y, params):  # on copies: the loop's own -= would move the arrays of the one who asks
        fresh = {name: np.array(item) for name, item in params.items()}
        return namespace[ROUND](**fresh, **{X_name: X, y_name: y})

    def forward_in_loop(X, y, **params):
        return one_round(X, y, params)[output]

    def training_loop(X, y, **params):
        made = one_round(X, y, params)
        return {name: made[name] for name in root}

    roles = {"forward": "forward_in_loop", "train": "training_loop"}
    namespace |= {
        "forward_in_loop": _with_names(forward_in_loop, root),
        "training_loop": _with_names(training_loop, root),
    }
    net = network.Net("the training loop", caller, root, roles, namespace, {}, {}, functional=True)
    net.paths, net.point, net.spec, net.n_in, net.n_out = list(point), point, spec, n_in, n_out
    net.extras = {"line": line, "invented": True}
    return net


def _with_names(function, root):
    """The function with its parameters' names in its signature, so that they are bound by name."""
    import inspect

    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD
    function.__signature__ = inspect.Signature([inspect.Parameter(name, kinds) for name in ("X", "y", *root)])
    return function
