"""The roles of a class's methods by what their bodies do, where their names do not tell, in whatever language they are.

A class that learns by steps multiplies arrays that it keeps, and adds something to them: what multiplies them and returns
something is its forward pass, what adds to them over and over its training.
"""

import ast
import functools
import inspect
import re

from scratchwork.checks.files import uses
from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.recognising import meaning_by_use, vocabulary

DECIDES = {"argmax", "round", "rint"}
WALKS = {"zip", "enumerate", "reversed", "list"}
MEASURES = {"log", "square", "mean", "sum", "abs"}


def by_body(kind):
    """{role: method} of forward, backward, update, train, predict and loss that no method's name tells; {} where it does
    not learn by steps."""
    named = {vocabulary.role_of_name(name) for name in vars(kind) if not name.startswith("__")}
    found = _roles(kind)
    return {role: name for role, name in found.items() if role not in named and not vocabulary.role_of_name(name)}


def is_deep(kind, text=""):
    """Whether a class steps weights of several layers: two arrays that it multiplies with, a list or table of them, or parts
    that the source shows."""
    found = _bodies(kind)
    weights = {name for body in found.values() for name in body.weights}
    return len(weights) > 1 or any(body.looked_up & weights for body in found.values()) or has_parts(text)


def _handed_on(item):
    """The method of ``x = part.method(x)``, of a part that is no module; else None."""
    call = item.value if isinstance(item, ast.Assign) and len(item.targets) == 1 else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.args:
        return None
    target, first, owner = (ast.unparse(part) for part in (item.targets[0], call.args[0], call.func.value))
    return call.func.attr if target == first and owner not in ("np", "numpy", "self") else None


def has_parts(text):
    """Whether a class, by its source, sends something back through its parts one after the other."""
    tree = ast.parse(text)
    loops = [item for item in ast.walk(tree) if isinstance(item, ast.For) and "reversed(" in ast.unparse(item.iter)]
    steps = (_handed_on(item) for loop in loops for item in loop.body)
    return any(name and vocabulary.role_of_name(name) == "backward" for name in steps)


@functools.lru_cache(maxsize=64)
def _roles(kind):
    bodies = _bodies(kind)
    weights = {name for body in bodies.values() for name in body.weights}
    return _told(kind, bodies, weights) if weights else {}


@functools.lru_cache(maxsize=64)
def _bodies(kind):
    """{method: what stands in it}."""
    tree = next((item.__globals__.get("__tree__") for item in vars(kind).values() if inspect.isfunction(item)), None)
    owner = next((node for node in getattr(tree, "body", ()) if isinstance(node, ast.ClassDef) and node.name == kind.__name__), None)  # fmt: skip
    if owner is None:
        return {}
    bodies = {
        node.name: _Body(node) for node in owner.body if isinstance(node, ast.FunctionDef) and node.name != "__init__"
    }
    multiplied = {name for body in bodies.values() for name in body.multiplied}
    for body in bodies.values():
        body.weights = multiplied & body.stepped
    return bodies


def _told(kind, bodies, weights):
    learning = {name for name, body in bodies.items() if _reaches(name, bodies, lambda item: item.weights)}
    passing = {name for name, body in bodies.items() if name not in learning and body.returns and not body.labels}
    forwards = [name for name in bodies if name in passing and bodies[name].multiplied & weights]
    forwards.sort(key=lambda name: (-len(bodies[name].multiplied & weights), bodies[name].decides))
    found = {"forward": forwards[0]} if forwards else {}
    rounds = [name for name in bodies if name in learning and _goes_round(kind, name, bodies, forwards)]
    called = {other for name in rounds for other in bodies[name].calls}
    trains = [name for name in rounds if name not in called]
    found |= {"train": trains[0]} if trains else {}
    for name, body in bodies.items():
        if name in rounds or name in forwards[:1]:
            continue
        if name in learning:
            found.setdefault("backward" if body.turned else "update", name)
        elif body.turned and body.multiplied & weights:
            found.setdefault("backward", name)
        elif name not in learning and body.returns and len(body.required) == 1 and _answers(body, forwards, weights):
            found.setdefault("predict", name)
        elif body.returns and body.measures and len(body.required) == 2 and not body.multiplied:
            found.setdefault("loss", name)
    return found


def _answers(body, forwards, weights):
    """Whether a method gives what the forward pass gives, or the labels that it speaks of."""
    return bool(body.calls & set(forwards)) or (body.labels and bool(body.multiplied & weights))


def _reaches(name, bodies, holds, seen=()):
    if name not in bodies or name in seen:
        return False
    return bool(holds(bodies[name])) or any(
        _reaches(other, bodies, holds, (*seen, name)) for other in bodies[name].calls
    )


def _goes_round(kind, name, bodies, forwards):
    """Whether a method steps again and again: rounds are counted, or a loop holds both a forward pass and a step."""
    body = bodies[name]
    words = {meaning_by_use.meaning(entry, getattr(kind, name)) or vocabulary.meaning(entry) for entry in body.names}
    if "epochs" in words:
        return True
    for loop in body.loops:
        calls = _calls(loop)
        passes = calls & set(forwards) or any(
            _reaches(other, bodies, lambda item: item.node.name in forwards) for other in calls
        )
        if passes and (_stepped(loop) or any(_reaches(other, bodies, lambda item: item.weights) for other in calls)):
            return True
    return False


class _Body:
    """What stands in a method: which of its object's arrays it multiplies and adds to, what it calls."""

    def __init__(self, node):
        self.node, self.weights = node, set()
        arguments = node.args
        self.names = [
            entry.arg for entry in (*arguments.args, *arguments.kwonlyargs) if entry.arg not in ("self", "cls")
        ]
        self.required = self.names[: max(len(self.names) - len(arguments.defaults), 0)]
        self.local = _locals(node)
        self.multiplied, self.turned = set(), False
        for sides in _products(node):
            for side in sides:
                kept = self.attribute(side)
                self.multiplied |= {kept} if kept else set()
                self.turned = self.turned or ".T" in ast.unparse(side) or "transpose" in ast.unparse(side)
        self.turned = self.turned or any(dotted(item.func).endswith("outer") for item in ast.walk(node) if isinstance(item, ast.Call))  # fmt: skip
        self.stepped = {self.attribute(target) for target in _stepped(node)} - {None}
        self.looked_up = {
            self.attribute(item) for item in ast.walk(node) if isinstance(item, ast.Subscript) and _is_key(item.slice)
        }
        self.calls = _calls(node)
        self.loops = [item for item in ast.walk(node) if isinstance(item, (ast.For, ast.While))]
        self.returns = any(isinstance(item, ast.Return) and item.value is not None for item in ast.walk(node))
        words = {dotted(item.func).split(".")[-1] for item in ast.walk(node) if isinstance(item, ast.Call)}
        self.labels = bool(words & DECIDES)
        self.decides = self.labels or "where" in words or any(isinstance(item, ast.Compare) for item in ast.walk(node))
        self.measures = bool(words & MEASURES)

    def attribute(self, node):
        """The attribute of self that an expression is, or is a part of, or None."""
        root = meaning_by_use.root(node)
        if isinstance(root, ast.Attribute) and uses.named(root.value, "self"):
            return root.attr
        return self.local.get(root.id) if isinstance(root, ast.Name) else None


def _is_key(place):
    """Whether a list or table of arrays is looked up: by a name, a sum, a text; a number alone may be a place in one array."""
    numbers = isinstance(place, (ast.Slice, ast.Tuple, ast.UnaryOp))
    return not numbers and not (isinstance(place, ast.Constant) and not isinstance(place.value, str))


def _locals(node):
    """{local name: attribute of self} of what a method takes from its object: ``W = self.params["W1"]``, ``for W in self.W``."""
    found = {}
    for item in ast.walk(node):
        pairs = []
        if isinstance(item, ast.Assign) and len(item.targets) == 1:
            both = isinstance(item.targets[0], ast.Tuple) and isinstance(item.value, ast.Tuple)
            pairs = list(zip(item.targets[0].elts, item.value.elts)) if both else [(item.targets[0], item.value)]
        elif isinstance(item, (ast.For, ast.comprehension)):
            pairs = list(_walked(item.target, item.iter))
        for target, value in pairs:
            root = meaning_by_use.root(value) if not isinstance(value, ast.Call) else None
            if isinstance(target, ast.Name) and isinstance(root, ast.Attribute) and uses.named(root.value, "self"):
                found[target.id] = root.attr
    return found


def _walked(target, source):
    """(name, what it runs through) of a loop over zip, enumerate and the like."""
    name = dotted(source.func) if isinstance(source, ast.Call) else ""
    if name == "enumerate" and isinstance(target, ast.Tuple):
        yield from _walked(target.elts[1], source.args[0])
    elif name == "zip" and isinstance(target, ast.Tuple):
        for one, part in zip(target.elts, source.args):
            yield from _walked(one, part)
    elif name in WALKS and source.args:
        yield from _walked(target, source.args[0])
    else:
        yield target, source


def _products(node):
    """The sides of every matrix product."""
    for item in ast.walk(node):
        if isinstance(item, ast.BinOp) and isinstance(item.op, ast.MatMult):
            yield item.left, item.right
        elif isinstance(item, ast.Call) and dotted(item.func).split(".")[-1] in meaning_by_use.PRODUCTS:
            holder = [item.func.value] if isinstance(item.func, ast.Attribute) and len(item.args) == 1 else []
            yield (*holder, *item.args)


def _stepped(node):
    """The targets of ``w -= ..``, of ``w = w - ..`` and of ``ws = [w - .. for w in ws]``."""
    for item in ast.walk(node):
        if isinstance(item, ast.AugAssign) and isinstance(item.op, (ast.Add, ast.Sub)):
            yield item.target
        elif isinstance(item, ast.Assign):
            same, value, walked = ast.unparse(item.targets[0]), item.value, {}
            if isinstance(value, ast.ListComp):
                loop = value.generators[0]
                walked = {ast.unparse(name): ast.unparse(source) for name, source in _walked(loop.target, loop.iter)}
                value = value.elt
            summed = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))
            if summed and any(same == walked.get(name, name) for name in _terms(value)):
                yield item.targets[0]


def _terms(value):
    """What is added or taken off, by its text; of ``(1 - decay) * w - step`` the factors of the first term."""
    sides = [value.left, value.right]
    if isinstance(value.left, ast.BinOp) and isinstance(value.left.op, ast.Mult):
        sides += [value.left.left, value.left.right]
    return [ast.unparse(side) for side in sides]


def _calls(node):
    """The names of the object's own methods that are called."""
    return {item.func.attr for item in ast.walk(node) if isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and uses.named(item.func.value, "self")}  # fmt: skip


def is_logistic_unit(kind, plain, low):
    """Whether what is called a perceptron is one unit with a sigmoid that follows the cross-entropy, if nothing else is asked for."""
    usual = not re.search("hinge|perceptron|square|mse", str(inspect.signature(kind)).lower())
    return (
        "perceptron" in plain and "sigmoid" in low and bool(re.search(r"cross_?entropy|log_?loss|bce", low)) and usual
    )
