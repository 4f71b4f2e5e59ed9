"""Networks as they are written: activations and their derivatives, two forward passes, the output and its labels."""

import ast
import re

from scratchwork.checks.files.activations_read import (
    ACTIVATIONS,
    DERIVED,
    applied,
    collapsed,
    derivatives,
    multiplies,
    unknown_activation,
)
from scratchwork.checks.files.code_shape import called, calls_in, classes, routines
from scratchwork.checks.files.syntax import every, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

FORWARD = re.compile(
    r"forward|feed_?forward|propagat(?!.*back)|^fwd|model_forward|^net$|compute_output|^f_prop", re.IGNORECASE
)
BACKWARD = re.compile(r"back|bprop|grad", re.IGNORECASE)
PREDICTS = re.compile(
    r"^_?(predict|test|evaluate|classify|infer|accuracy|predict_proba|get_predictions?|compute_accuracy)", re.IGNORECASE
)


def family(source, entry):
    """The routines that belong with one: the methods of its class, or the plain functions of the file."""
    return [other for other in routines(source) if other.owner is entry.owner]


@rule("SW-P1")
def prediction_runs_the_trained_network(source):
    """A forward pass written out again in predict, with another activation or without the bias."""
    for entry in routines(source):
        if not PREDICTS.search(entry.name) or not multiplies(entry.node):
            continue
        others = [
            other for other in family(source, entry)
            if FORWARD.search(other.name) and not BACKWARD.search(other.name) and multiplies(other.node)
            and other.node is not entry.node
        ]  # fmt: skip
        for other in others:
            if any(called(call) == other.name for call in calls_in(entry.node)):
                continue
            yield from compared(source, entry, other)
            break


def compared(source, entry, other):
    """P1 where the activations of two forward passes differ."""
    mine, theirs = applied(entry.node), applied(other.node)
    if not mine or not theirs or unknown_activation(entry.node) or unknown_activation(other.node):
        return
    mine, theirs = collapsed(mine), collapsed(theirs)
    if mine == theirs or mine == theirs[:-1]:
        return
    added = mine[:-1] == theirs and mine[-1] in ("sigmoid", "softmax")
    if added and from_logits(source, entry):
        return
    last_only = mine[:-1] == theirs[:-1]
    output = {mine[-1], theirs[-1]} <= {"sigmoid", "softmax"} and last_only
    if output and "argmax" in ast.unparse(entry.node):
        return
    said = f"{entry.name} applies {', '.join(mine)}; {other.name} applies {', '.join(theirs)}."
    severity = "warning" if added or not weights_of(entry) & weights_of(other) else "error"
    yield find("SW-P1", said, severity=severity, **entry.place)


def from_logits(source, entry):
    """Whether something else of the file turns logits into probabilities: the loss and its gradient then do it for training."""
    return any(
        other.node is not entry.node
        and re.search(
            r"exp\(|sigmoid|softmax|log1p|logaddexp|cross_?entropy|bce", ast.unparse(ast.Module(other.node.body, []))
        )
        for other in routines(source)
        if not re.search("sigmoid|softmax|predict|proba", other.name, re.IGNORECASE)
    )


def weights_of(entry):
    """The names of what a body may multiply by: attributes, keys and plain names that look like parameters."""
    words = re.findall(
        r"\bself\.(\w+)|\[['\"](\w+)['\"]\]|\b([wWbB]\w*\d?|theta\w*|params?|weights?)\b", ast.unparse(entry.node)
    )
    return {next(filter(None, found)) for found in words}


@rule("SW-P1")
def dropout_is_scaled_once(source):
    """Units kept with probability q must be divided by q in training, or multiplied by q at prediction."""
    for entry in routines(source):
        if entry.name == "__init__":
            continue
        named = r"keep|drop(?!_?(first|last|col|row|na|dup|inter|zero|idx))|^p$"
        keep = next((name for name in entry.parameters if re.search(named, name)), None)
        text = ast.unparse(entry.node)
        if keep is None or not re.search(
            rf"(rand|random|uniform|binomial)[^\n]*{keep}|{keep}[^\n]*(rand|random)", text
        ):
            continue
        whole = source.text
        scaled = re.search(
            rf"/=?\s*\(?\s*(1(\.0)?\s*-\s*)?(self\.)?{keep}|/=?\s*\(?\s*(1\s*-\s*)?(self\.)?(keep|drop|p\b|rate|q\b|scale)",
            whole,
        )
        scaled = scaled or re.search(
            r"\*=?\s*\(?(1(\.0)?\s*-\s*)?(self\.)?(keep|drop_?(out|rate|prob)?\b)", whole.replace("rand(", "")
        )
        if not scaled and re.search(r"mask|D\d?\b|drop", text) and "*" in text:
            said = f"{entry.name} drops units by {keep}; nothing in the file is divided or multiplied by it."
            yield find("SW-P1", said, **entry.place)
            return


def derivatives_inside(entry):
    """Derivative kinds of a body, without calls of derivative helpers."""
    body = ast.Module(list(entry.node.body), [])
    return {kind for kind in derivatives(body) if kind in ("sigmoid", "tanh", "relu")}


@rule("SW-G11")
def the_backward_pass_follows_the_forward_pass(source):
    """Hidden units with ReLU and a backward pass with a(1 - a): trained by the derivative of another function."""
    for entry in routines(source):
        if not FORWARD.search(entry.name) or BACKWARD.search(entry.name) or not multiplies(entry.node):
            continue
        kinds = applied(entry.node)
        if len(kinds) < 2 or unknown_activation(entry.node) or branches_on_name(entry.node):
            continue
        hidden = set(kinds[:-1]) & {"sigmoid", "tanh", "relu"}
        for other in family(source, entry):
            if not BACKWARD.search(other.name) or not multiplies(other.node) or branches_on_name(other.node):
                continue
            found = derivatives(other.node) | helper_derivatives(source, other)
            missing = hidden - found
            if found <= set(kinds) and chosen_by_condition(entry.node):
                continue  # which of them is the output's, whose derivative may cancel, the order does not tell
            if found and len(hidden) == 1 and missing and not unknown_derivative(source, other):
                said = f"{entry.name} applies {', '.join(kinds)}; {other.name} holds the derivative of {', '.join(sorted(found))} alone."
                yield find("SW-G11", said, **other.place)


def chosen_by_condition(node):
    """Whether a body applies one activation or another, as a condition says: the last layer's or a hidden one's."""
    forks = [part for part in every(node, ast.If, ast.IfExp) if part.orelse]
    sides = [[part.body, part.orelse] if isinstance(part, ast.IfExp) else
             [ast.Module(part.body, []), ast.Module(part.orelse, [])] for part in forks]  # fmt: skip
    return any(applied(one) and applied(other) for one, other in sides)


def branches_on_name(node):
    """Whether a body chooses its activation by a name at run time."""
    return any(
        isinstance(part, ast.Compare)
        and any(isinstance(value, ast.Constant) and isinstance(value.value, str) for value in part.comparators)
        for part in walk(node)
    )


def helper_derivatives(source, entry):
    """Derivative kinds of the helpers that a backward pass calls, by their bodies."""
    found = set()
    names = {called(call) for call in calls_in(entry.node)}
    for other in routines(source):
        if other.name in names and DERIVED.search(other.name) and other.node is not entry.node:
            found |= derivatives_inside(other)
    return found


def unknown_derivative(source, entry):
    """Whether the backward pass calls a derivative whose kind nobody can read off."""
    for call in calls_in(entry.node):
        name = called(call)
        known = any(re.search(pattern, name.lower()) for _, pattern in ACTIVATIONS)
        if DERIVED.search(name) and not known and not any(other.name == name for other in routines(source)):
            return True
        if re.search(r"activ|act_", name) and not known:
            return True
    return False


__all__ = ["classes", "rule"]
