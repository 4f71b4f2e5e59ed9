"""Loops that train with an autograd engine: gradients that add up are set to zero before the next pass."""

import ast
import re

import numpy as np

from scratchwork.checks.files.syntax import dotted, literal
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.autograd import engine_of
from scratchwork.checks.registry import probe

RESETS = r"_*(zero|reset|clear|null|wipe|flush)\w*"


@probe("SW-G1", roles=("autograd",))
def gradients_are_reset_between_steps(target, call):
    """Where a second backward pass adds to the gradients of the first, every loop that moves the values resets them."""
    engine = engine_of(target, call)
    first, second = _twice(engine)
    if not np.allclose(second, 2 * first) or not np.any(first):
        raise CannotCheck("a second backward pass does not add to the first")
    tree = target.namespace["namespace"]["__tree__"]
    places = Places(tree, engine, target.name)
    for owner, loop in loops_with_backward(tree, engine.backward_name):
        if places.moves(loop) and not places.resets(loop):
            observed = (
                f"Two backward passes leave {np.ravel(second)[0]:.4g} where one leaves {np.ravel(first)[0]:.4g}; "
                f"the loop in line {loop.lineno} steps along such sums, for nothing in it resets them."
            )
            yield find("SW-G1", observed, function=owner, line=loop.lineno)


@probe("SW-G18", roles=("autograd",))
def steps_go_down_what_is_sent_back(target, call):
    """A loop that sends a loss back takes its gradient away from the values: adding it climbs, unless the rate is negative."""
    engine, tree = engine_of(target, call), target.namespace["namespace"]["__tree__"]
    places = Places(tree, engine, target.name)
    below = {dotted(node.targets[0]).split(".")[-1] for node in ast.walk(tree) if isinstance(node, ast.Assign) and (literal(node.value) or 0) < 0}  # fmt: skip
    for owner, loop in loops_with_backward(tree, engine.backward_name):
        sent = [dotted(node.func.value) for node in ast.walk(loop) if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == engine.backward_name]  # fmt: skip
        added = [
            node for node in places.nodes(loop) if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)
        ]
        for node in added if any(re.search("(?i)loss|cost|err|mse|nll", name or "") for name in sent) else ():
            words = {getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(node.value)}
            signs = [part for part in ast.walk(node.value) if isinstance(part, ast.USub)]
            if getattr(node.target, "attr", "") == engine.data_name and engine.grad_name in words and not signs and not words & below:  # fmt: skip
                observed = f"Line {node.lineno} adds the gradient of {sent[0]} to the values: {ast.unparse(node)}."
                yield find("SW-G18", observed, severity="warning", function=owner, line=node.lineno)
                return


def _twice(engine):
    """The gradient of one value after one backward pass, and after another one through new nodes."""
    x, found = engine.make(np.full(engine.shape, 1.5)), []
    for _ in range(2):
        engine._back(engine.doubled(x))
        found.append(np.array(engine.grad(x)))
    return found


def loops_with_backward(tree, name):
    """(function that holds it or None, loop) of the innermost loops in which ``name`` is called as a method."""
    found = []
    for owner, statement in _scopes(tree):
        loops = [node for node in ast.walk(statement) if isinstance(node, (ast.For, ast.While)) and _calls(node, name)]
        found += [(owner, loop) for loop in loops if not any(_inside(loop, other) for other in loops)]
    return found


def _scopes(tree):
    """(name, statement) of the statements of the module, of functions and of methods."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from ((item.name, item) for item in node.body if isinstance(item, ast.FunctionDef))
        else:
            yield (node.name if isinstance(node, ast.FunctionDef) else None), node


def _calls(node, name):
    return any(
        isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and item.func.attr == name
        for item in ast.walk(node)
    )


def _inside(outer, inner):
    return outer is not inner and any(node is inner for node in ast.walk(outer))


class Places:
    """What a loop does, itself or through the user's functions that it calls."""

    def __init__(self, tree, engine, name):
        self.data, self.grad, self.back = engine.data_name, engine.grad_name, engine.backward_name
        self.functions = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.functions.setdefault(node.name, []).append(node)
            for item in node.body if isinstance(node, ast.ClassDef) else ():
                # Of the engine's own methods the backward pass and the operations set gradients, and reset none.
                if isinstance(item, ast.FunctionDef) and (node.name != name or re.match(RESETS, item.name)):
                    self.functions.setdefault(item.name, []).append(item)

    def nodes(self, loop):
        """Every node of the loop and of what it calls."""
        waiting, seen = [loop], set()
        while waiting:
            for node in ast.walk(waiting.pop()):
                yield node
                name = (
                    getattr(node.func, "id", getattr(node.func, "attr", None)) if isinstance(node, ast.Call) else None
                )
                if name in self.functions and name not in seen:
                    seen.add(name)
                    waiting += self.functions[name]

    def moves(self, loop):
        """Whether the values themselves are changed: a value made anew has no gradient yet."""
        return any(attribute == self.data for attribute in self._set(loop))

    def resets(self, loop):
        """Whether a gradient is set, or something that is called says so."""
        if any(attribute == self.grad for attribute in self._set(loop, plain=True)):
            return True
        for node in self.nodes(loop):
            word = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if re.match(RESETS, word) or word in ("fill", "setattr", "__init__"):
                return True
        return False

    def _set(self, loop, plain=False):
        """Names of the attributes that are assigned, entries of them included."""
        for node in self.nodes(loop):
            if not isinstance(node, ast.Assign) and (plain or not isinstance(node, ast.AugAssign)):
                continue
            for part in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for item in ast.walk(part):
                    if isinstance(item, ast.Attribute):
                        yield item.attr
