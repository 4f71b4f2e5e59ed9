"""Which function holds a wrong gradient, and which arrays of a step do not follow the rate or the shape."""

import ast
import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.views import claims, reference
from scratchwork.checks.watching import trainings

SHAPING, MAKING = {"reshape", "copy", "flatten", "ravel", "astype"}, {"array", "asarray", "atleast_2d"}


def inner_place(net, where):
    """The function that computes the gradient, where ``where`` only calls it and takes the step."""
    backward = net.roles.get("backward")
    if net.functional or backward in (None, where) or where is None:
        return where
    return backward if backward in called_within(net, where) else where


def called_within(net, name):
    """Names of the methods that a method calls on its own object, and those that they call."""
    found, waiting = set(), [name]
    while waiting:
        node = net.node(waiting.pop())
        for part in ast.walk(node) if node is not None else ():
            own = isinstance(part, ast.Attribute) and getattr(part.value, "id", None) == "self"
            if own and part.attr not in found and net.node(part.attr) is not None:
                found.add(part.attr)
                waiting.append(part.attr)
    return found


def note_seen(net, judged=True):
    """Keep the methods through which a class was judged, and those that they call, in the namespace; or take them out."""
    seen = [net.roles[role] for role in ("backward", "update", "train") if role in net.roles and not net.functional]
    held = net.namespace.setdefault("__seen__", set())
    methods = {f"{net.name}.{name}" for name in set(seen).union(*(called_within(net, name) for name in seen))}
    held.update(methods) if judged else held.difference_update(methods)


def misshapen(net, verdict):
    """Whether the gradient of some weights has another size than they: the code wants one sample at a time."""
    return any(
        np.size(verdict.run.gradient[path]) != verdict.point[path].size
        for path in net.paths
        if verdict.point[path].ndim == 2 and path in verdict.run.gradient
    )


def deaf_arrays(net, verdict):
    """The arrays, some but not all, that one step moves by the same numbers whatever the rate."""
    kept, net.form = net.form, verdict.form
    try:
        run = claims.claim(net, verdict.X, verdict.y, claims.TINY / 2)
    finally:
        net.form = kept
    found, sloping = [], {path for wanted in verdict.wanted.values() for path in wanted if np.any(wanted[path])}
    for path in [path for path in net.paths if path in sloping or not verdict.wanted]:
        if path in (run.gradient or {}) and path in verdict.run.gradient:
            half, whole = np.ravel(run.gradient[path]), np.ravel(verdict.run.gradient[path])
            if whole.any() and half.shape == whole.shape and np.allclose(half, 2 * whole, rtol=1e-3, atol=0):
                found.append(path)
    return found if len(found) < len(net.paths) else []


def elsewhere(target, net, call):
    """The finding, in a list, that prediction, which was taken for the forward pass, computes other layers than training."""
    forward = net.roles["forward"]
    maker, where = net.extras.get("maker"), net.roles.get("train")
    if maker is None or where is None or vocabulary.role_of_name(forward) not in ("predict", "predict_proba"):
        return []
    if net.spec is None or forward in called_within(net, where):
        return []
    space = target.namespace["namespace"]
    try:
        training = trainings.trained(net.name, lambda case: trainings.runs_of_class(maker, call, space, case))
    except CannotCheck:
        return []
    names, mine = ([layer.activation for layer in spec.layers] for spec in (training.watched.spec, net.spec))
    if training.verdict.best[2] > trainings.FITS or names == mine:
        return []
    observed = f"{where} computes layers with {', '.join(names)}, {forward} with {', '.join(mine)}; the steps are right for the former."
    return [find("SW-P1", observed, function=forward)]


def one_by_one(net):
    """Whether some loop of the user's code hands its gradient function, or its forward pass, one sample at a time."""
    return handed_singly(net.namespace.get("__tree__"), {net.roles.get("backward"), net.roles.get("forward")} - {None})


def of_one_row(net, verdict):
    """Whether what is claimed for all rows is the gradient of a usual loss of one of them: a step that draws its row."""
    if net.spec is None:
        return False
    claimed = claims.flat(verdict.run.gradient, net.paths, verdict.point)
    for row in range(len(verdict.X)):
        one = dataclasses.replace(verdict, X=verdict.X[row : row + 1], Y=verdict.Y[row : row + 1])
        for gradient in claims.standard_gradients(net, one).values():
            if (
                reference.fitted_factor(claimed, claims.flat(gradient, net.paths, verdict.point))[1]
                <= verdict.tolerance
            ):
                return True
    return False


def handed_singly(tree, names):
    """Whether functions of these names are given one row at a time in some loop."""
    for loop in ast.walk(tree) if tree is not None and names else ():
        if isinstance(loop, ast.For):
            single = _single_rows(loop)
            for call in ast.walk(loop):
                named = (
                    isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", None)) in names
                )
                if named and any(_is_single(item, single) for item in call.args):
                    return True
    return False


def _single_rows(loop):
    """Names that stand for one row in a loop: its variables, and what is looked up with them."""
    source = loop.iter.args[0] if isinstance(loop.iter, ast.Call) and loop.iter.args else loop.iter
    steps = isinstance(loop.iter, ast.Call) and getattr(loop.iter.func, "id", "") == "range" and len(loop.iter.args) > 2
    text = ast.unparse(source).lower()
    batches = steps or ("batch" in text and not text.endswith("batch"))  # one pair at a time of a mini_batch
    found = set() if batches else {item.id for item in ast.walk(loop.target) if isinstance(item, ast.Name)}
    for node in ast.walk(loop):
        if isinstance(node, ast.Assign):
            both = isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs = zip(node.targets[0].elts, node.value.elts) if both else [(node.targets[0], node.value)]
            found |= {one.id for one, value in pairs if isinstance(one, ast.Name) and _is_single(value, found)}
    return found


def _is_single(node, single):
    """``x``, ``X[i]``, ``X[i].reshape(-1, 1)``, ``X[i:i + 1]``, ``np.array([x])`` of a row."""
    if isinstance(node, ast.Subscript):
        return any(isinstance(part, ast.Name) and part.id in single for part in ast.walk(node.slice))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        inner = [node.func.value] if node.func.attr in SHAPING else node.args if node.func.attr in MAKING else []
    else:
        inner = list(ast.iter_child_nodes(node)) if isinstance(node, (ast.List, ast.Attribute)) else []
    return (isinstance(node, ast.Name) and node.id in single) or any(_is_single(part, single) for part in inner)
