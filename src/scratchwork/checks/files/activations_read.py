"""Activations and their derivatives, found in code by their shape."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in
from scratchwork.checks.files.syntax import literal, walk

ACTIVATIONS = (
    ("leaky", r"leaky"), ("softmax", r"softmax"), ("sigmoid", r"sigmoid|expit|logistic$"), ("tanh", r"tanh"),
    ("relu", r"relu"), ("softplus", r"softplus|logaddexp"), ("elu", r"\bn?elu|gelu|swish"),
)  # fmt: skip


DERIVED = re.compile(r"deriv|prime|grad|backward|_d$|^d_|delta|dsig|drelu|dtanh|_der|diff", re.IGNORECASE)


def activation_of(call):
    """The kind of activation that a call applies, or None."""
    name = called(call)
    if name == "maximum" and any(literal(arg) == 0 for arg in call.args):
        return "relu"
    if derived(call):
        return None
    return next((kind for kind, pattern in ACTIVATIONS if re.search(pattern, name.lower())), None)


def derived(call):
    """Whether a call asks for a derivative: by its name, or by a flag (``relu(z, derivative=True)``)."""
    flags = (part for part in call.keywords if part.arg and DERIVED.search(part.arg))
    return bool(DERIVED.search(called(call))) or any(ast.unparse(part.value) == "True" for part in flags)


def applied(node):
    """Activations of a body in the order they stand: calls, the written-out sigmoid, names given as strings."""
    found = []
    for part in walk(node):
        if isinstance(part, ast.Call):
            kind = activation_of(part) or named_activation(part)
            if kind:
                found.append((part.lineno, part.col_offset, kind))
        elif is_written_sigmoid(part):
            found.append((part.lineno, part.col_offset, "sigmoid"))
    return [kind for _, _, kind in sorted(found)]


def named_activation(call):
    """``linear_activation_forward(A, W, b, activation="relu")``."""
    for value in (*call.args, *(part.value for part in call.keywords)):
        if isinstance(value, ast.Constant) and value.value in ("relu", "sigmoid", "tanh", "softmax"):
            return value.value
    return None


def is_written_sigmoid(node):
    """``1 / (1 + np.exp(-z))``."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and literal(node.left) == 1):
        return False
    below = node.right
    return (
        isinstance(below, ast.BinOp)
        and isinstance(below.op, ast.Add)
        and "exp(-" in ast.unparse(below).replace(" ", "")
    )


def multiplies(node):
    """Whether a body holds a matrix product."""
    return any(
        (isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult))
        or (isinstance(part, ast.Call) and called(part) in ("dot", "matmul", "einsum"))
        for part in walk(node)
    )


def collapsed(kinds):
    """Runs of the same activation as one."""
    return [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]


def unknown_activation(node):
    """Whether a body calls an activation that is only known at run time."""
    return any(re.search(r"activ|act_?f|^g$|^act$|nonlin", called(call)) and not activation_of(call) and not named_activation(call)
               for call in calls_in(node))  # fmt: skip


def derivatives(node):
    """Kinds of derivative that a body computes, by their shape: a(1 - a), 1 - a^2, z > 0."""
    found = set()
    for part in walk(node):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult):
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if is_one_minus(other) and ends_with(one, other.right):
                    found.add("sigmoid")
        if is_one_minus(part) and is_square(part.right):
            found.add("tanh")
        if isinstance(part, ast.Compare) and is_against_zero(part):
            found.add("relu")
        if isinstance(part, ast.Call) and derived(part) and not re.search("entropy|loss|cost", called(part).lower()):
            kind = next((kind for kind, pattern in ACTIVATIONS if re.search(pattern, called(part).lower())), None)
            if kind:
                found.add(kind)
        if isinstance(part, ast.Call) and called(part) in ("sign", "heaviside"):
            found.add("relu")
    return found


def is_against_zero(node):
    """``z > 0`` and its like."""
    ordered = isinstance(node.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE))
    return ordered and len(node.ops) == 1 and literal(node.comparators[0]) == 0


def is_one_minus(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and literal(node.left) == 1


def ends_with(node, factor):
    """Whether a product ends in a factor: ``error * a`` in ``error * a * (1 - a)``."""
    wanted = ast.unparse(factor)
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        if ast.unparse(node.right) == wanted or ast.unparse(node.left) == wanted:
            return True
        node = node.left
    return ast.unparse(node) == wanted


def is_square(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return literal(node.right) == 2
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return ast.unparse(node.left) == ast.unparse(node.right)
    return isinstance(node, ast.Call) and called(node) in ("square", "power") and "tanh" not in called(node)
