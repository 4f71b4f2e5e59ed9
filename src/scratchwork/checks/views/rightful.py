"""Gradients that are no plain gradient of a usual loss and right all the same: held at a limit, or of another loss."""

import ast
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.running.call import SEED
from scratchwork.checks.views import claims, reference

NEAR = 2e-3
OPTIMISER = re.compile(r"\b(minimi[sz]e|fmin\w*|least_squares|solve|p?inv|lstsq)\(")
DRAWN = re.compile(r"\.(choice|choices|randint|integers|sample|randrange)\(")
TOLD = re.compile(r"delta|err|resid|upstream|d_?out|grad")
MODE = re.compile(r"(is_?)?(train(ing)?|test(ing)?|eval(uation)?|infer(ence)?)(_?(mode|phase|flag))?|mode|phase")
FEW = 4  # single samples at which the error at the output is looked at


def clipped(net, verdict):
    """Whether the claim is a wanted gradient of which entries, or whole arrays, were held at one limit."""
    got = claims.flat(verdict.run.gradient, net.paths, verdict.point)
    if not np.isfinite(got).all() or not got.any():
        return False
    return any(
        entries_held(got, claims.flat(wanted, net.paths, verdict.point)) or _arrays_held(net, verdict, wanted)
        for wanted in verdict.wanted.values()
    )


def stepped_by_an_optimiser(net, verdict):
    """Whether the function taken for the gradient, or for the step, minimises a cost or solves for Newton's step: what it gives is neither."""
    tree, name = net.namespace.get("__tree__"), (verdict.run.where or "").rpartition(".")[2]
    return any(
        isinstance(node, ast.FunctionDef) and node.name == name and OPTIMISER.search(ast.unparse(node))
        for node in ast.walk(tree or ast.Module([], []))
    )


def with_decay(net, verdict, wanted):
    """The share of the parameters that the claim holds besides a wanted gradient, a penalty that the loss does not report; else 0."""
    claimed, point = verdict.run.gradient, verdict.point
    got, right = claims.flat(claimed, net.paths, point), claims.flat(wanted, net.paths, point)
    for spared in (None, np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):  # biases are left out, in the weights as well
        shares = [np.array(point[path], dtype=float) * (np.ndim(point[path]) > 1) for path in net.paths]
        for part in shares if spared is not None else ():
            if part.ndim > 1:
                part[spared] = 0
        columns = np.stack([right, np.concatenate([np.ravel(item) for item in shares])], axis=1)
        if not (np.isfinite(columns).all() and np.isfinite(got).all() and len(got) == len(columns)):
            return 0.0
        found = np.linalg.lstsq(columns, got, rcond=None)[0]
        if np.linalg.norm(got - columns @ found) <= verdict.tolerance * np.linalg.norm(got):
            share = float(found[1] / found[0]) if found[0] > 0 else 0.0
            return share if abs(share) > 1e-6 else 0.0
    return 0.0


def entries_held(got, right):
    """The largest entries are all of one size, and would be larger by the one factor that gives the others."""
    got, right = np.ravel(got), np.ravel(right)
    limit = np.abs(got).max()
    held = np.abs(got) >= limit * (1 - NEAR)
    if held.sum() < 2 or (~held & (right != 0)).sum() < 3 or not np.isfinite(right).all():
        return False
    factor, residual = reference.fitted_factor(got[~held], right[~held])
    meant = factor * right[held] * np.sign(got[held])
    return residual <= NEAR and bool((meant >= limit * (1 - NEAR)).all()) and meant.max() > limit * (1 + NEAR)


def _arrays_held(net, verdict, wanted):
    """Each array is its gradient by a factor of its own; those with a smaller factor are all of one length."""
    fits = [reference.fitted_factor(verdict.run.gradient.get(path, np.zeros(1)), wanted[path]) for path in net.paths]
    factors = np.array([factor for factor, _ in fits])
    if any(not residual <= NEAR for _, residual in fits) or not (factors > 0).all():
        return False
    sizes = np.array([np.linalg.norm(np.asarray(verdict.run.gradient[path], dtype=float)) for path in net.paths])
    held = sizes >= sizes.max() * (1 - NEAR)
    free = factors >= factors.max() * (1 - NEAR)
    return held.sum() >= 2 and bool((held | free).all())


def of_another_loss(net, verdict):
    """Whether some error at the output, of the sign of p - y, goes back through the layers rightly: at single samples."""
    if net.spec is None or np.isfinite(verdict.own[1]):
        return False
    kept, net.form = net.form, verdict.form
    try:
        return all(_propagated(net, claims.verdicts(net, n=1, seed=seed)[0]) for seed in range(FEW))
    except (CannotCheck, KeyError, ValueError, IndexError):
        return False
    finally:
        net.form = kept


def _propagated(net, verdict):
    names = [layer.activation for layer in net.spec.layers]
    pairs = net.spec.weights(verdict.point)
    trace = reference.forward(pairs, names, verdict.X)
    gradient = {path: np.asarray(item, dtype=float) for path, item in verdict.run.gradient.items()}
    got = net.spec.weights({path: gradient[path].reshape(verdict.point[path].shape) for path in net.paths})
    rows, output, _ = trace[-1]
    delta = (rows @ got[-1][0]) / float(rows[0] @ rows[0])
    wanted = reference.backward(pairs, trace, delta, reference.right_slopes(names))
    for (dW, db), (W, b) in zip(got, wanted):
        if not _alike(dW, W) or (db is not None and not _alike(db, b)):
            return False
    error = reference.activate(names[-1], output) - verdict.Y
    return bool((np.sign(delta) == np.sign(error)).all() or (np.sign(delta) == -np.sign(error)).all())


def _alike(got, wanted):
    return np.linalg.norm(got - wanted) <= 1e-3 * np.linalg.norm(wanted) + 1e-12


def not_of_its_own_labels(net):
    """Whether the gradient is told the error instead of the labels, or one function is taken for both passes: a guess."""
    if not net.functional:
        return False
    if net.roles.get("forward") == net.roles.get("train") is not None:
        return True
    found = net.function(net.root, "backward")
    meant = binding.meanings_of(found[1]) if found else {}
    return bool(found) and "y" not in meant.values() and any(TOLD.search(name.lower()) for name in meant)


def in_two_modes(net):
    """Whether the forward pass is told if it is for training: then the loss as it is asked here may be of the other mode."""
    found = net.function(net.root, "forward")
    names = [entry.name.lower() for entry in binding.parameters(found[1])] if found else []
    return any(MODE.fullmatch(name) for name in names)


def drawn(net, verdict):
    """Whether another seed gives another gradient at the same point: rows, or units, are drawn."""
    tree = net.namespace.get("__tree__")
    if "driver" in net.extras and tree is not None:
        loops = [part for part in tree.body if isinstance(part, (ast.For, ast.While))]
        if any(DRAWN.search(ast.unparse(loop)) for loop in loops):
            return True
    kept = net.extras.get("seed")
    net.extras["seed"] = SEED + 1
    try:
        again = claims.claim(net, verdict.X, verdict.y).gradient or {}
    except CannotCheck:
        return False
    finally:
        net.extras.pop("seed") if kept is None else net.extras.update(seed=kept)
    return not all(np.array_equal(again.get(path), verdict.run.gradient.get(path)) for path in net.paths)
