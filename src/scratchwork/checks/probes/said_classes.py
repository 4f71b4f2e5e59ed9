"""Predicted labels beside the outputs that they are made of: the class of the largest, each of them, none for ever."""

import ast
import re

import numpy as np

from scratchwork.checks.findings import find


def judged_prediction(P, said, where):
    """P5, P4 or P1 where labels ``said`` are not those of the outputs P (n, C)."""
    n_out = P.shape[1]
    said = said.T if said.shape == P.shape[::-1] != P.shape else said
    if said.size == n_out and len(P) != n_out > 1 and said.max() >= n_out:
        shown = (
            f"For {len(P)} samples {where} gives {said.size} numbers, one for each class, the largest {said.max():g}"
        )
        yield find("SW-P5", f"{shown}: the largest output is looked for among the samples.", function=where)
        return
    if said.size == P.size and n_out > 1:
        table = said.reshape(P.shape)
        if any(np.allclose(table, item) for item in (P > 0.5, np.round(P), P, np.eye(n_out)[P.argmax(axis=1)])):
            return
        said = table.argmax(axis=-1)
    said = said.ravel()
    if said.size != len(P):
        return
    yield from (_of_one_output if n_out == 1 else _of_several)(P, said, where)


def _of_one_output(P, said, where):
    if always_one(P.ravel(), said):
        shown = f"{where} says {said[0]:g} of all {len(P)} samples, whose outputs reach from {P.min():.2g} to {P.max():.2g}."
        yield find("SW-P4", shown, function=where, severity="warning")
        return
    best = (P.ravel() > 0.5, P.ravel() > 0, np.round(P.ravel()), P.ravel())
    agree = max(float(np.isclose(said, item).mean()) for item in best)
    if agree < 0.97 and not _in_order(P, said):
        yield _other_than_the_outputs(P, said, where, agree)


def _of_several(P, said, where):
    n_out, largest = P.shape[1], P.argmax(axis=1)
    agree = float((said == largest).mean())
    one_asked = agree < 0.97 and n_out > 2 and any(np.array_equal(said, P[:, j] > 0.5) for j in range(n_out))
    two_only = set(said) <= {0.0, 1.0} and len(set(largest.tolist())) > 2
    if one_asked or (agree < 0.97 and two_only):
        observed = (
            f"Of {n_out} classes only {sorted(set(said.astype(int).tolist()))} are predicted for {len(P)} samples."
        )
        yield find("SW-P4", observed, function=where, severity=None if one_asked else "warning")
    elif agree < 0.97 and set(said) <= set(range(n_out)):
        yield _other_than_the_outputs(P, said, where, agree)


def _other_than_the_outputs(P, said, where, agree):
    observed = f"{where} agrees with the forward pass on {100 * agree:.0f} % of {len(P)} samples."
    doubt = agree > 0.85 or _nearly(P, said)  # the weights of a step later, or earlier, give as much
    return find("SW-P1", observed, function=where, severity="warning" if doubt else None)


def beyond_the_classes(model, made, failure):
    """P5 where labels are looked up by the numbers of rows: several rows are refused, and one gets as many as there are classes."""
    if not re.search(r"(index \d+ is out of bounds for axis 0|index out of range)", str(failure)):
        return
    got, where = model.answer(made, model.X[:1]), model.answer_name()
    if got.ndim == 1 and got.size == max(model.classes, 2):
        said = f"{where} gives {got.size} answers for one row, and for {len(model.X)} it fails: {failure}."
        yield find("SW-P5", said, function=where)


def keeps_running_averages(target):
    """Whether a file normalises each batch, and keeps the averages of training for answers: then these are to be used."""
    tree = target.namespace.get("namespace", {}).get("__tree__")
    told = (r"(running|moving)_?(mean|mu)\b", r"(running|moving)_?(var|std|sd|sigma)")
    return tree is not None and all(re.search(words, ast.unparse(tree)) for words in told)


def always_one(P, said):
    """Whether probabilities on both sides of one half all give the same label."""
    return bool(len(said) > 10 and np.ptp(said) == 0 and 0 < P.min() < 0.35 and 0.65 < P.max() < 1)


def _in_order(P, said):
    """Whether what is said rises (or falls) with the one output: a threshold elsewhere, another scale, other labels."""
    ordered = said[np.argsort(P.ravel(), kind="stable")]
    return bool((np.diff(ordered) >= -1e-9).all() or (np.diff(ordered) <= 1e-9).all()) and np.ptp(P) > 1e-9


def _nearly(P, said):
    """Whether numbers, not labels, are said that follow the one output closely: other weights, a step later, give them."""
    if P.size != said.size or len(np.unique(said)) < len(P) / 2 or not np.ptp(P):
        return False
    return bool(np.corrcoef(P.ravel(), said)[0, 1] > 0.97)
