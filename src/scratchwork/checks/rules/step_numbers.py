"""The number t in Adam's corrections 1 - decay ** t: it counts the steps, from 1 on, one by one."""

import ast
import re

from scratchwork.checks.files.averages_read import Average, assignments, holds
from scratchwork.checks.files.code_shape import bound_arguments, called, calls_in, routines
from scratchwork.checks.files.syntax import every, stored, walk


def why_wrong(scope, exponent, means):
    """Why an exponent does not count the steps, in words; or None."""
    if isinstance(exponent, ast.Constant):
        return "the exponent is a number"
    owner = scope.entry.owner if scope.entry is not None else None
    around = owner or (scope.entry.node if scope.entry is not None else scope.source.tree)
    name = ast.unparse(exponent)
    why = _of_the_caller(scope, name) if scope.entry is not None and name in scope.entry.parameters else None
    why = why or _per_parameter(around, name) or _per_epoch(scope.nodes, exponent, scope.bound, means)  # fmt: skip
    if why or not isinstance(exponent, (ast.Name, ast.Attribute)):
        return why
    return _from_nought(scope, name) or _stands_still(scope, exponent, name)


def _from_nought(scope, name):
    """A loop that counts from 0, and gives the exponent itself."""
    for alias in {name, *(ast.unparse(value) for value in scope.bound.get(name, ()))}:
        asked = re.search(rf"if [^\n]*\b{re.escape(alias)}\b *(>|!=|==|<)", scope.text)
        for loop in (node for node in scope.nodes if isinstance(node, ast.For)):
            head = loop.target if isinstance(loop.target, ast.Name) else getattr(loop.target, "elts", [loop.target])[0]
            changed = any(name == alias for name, _, _ in assignments(ast.walk(loop)))
            if ast.unparse(head) == alias and _from_zero(loop.iter) and not asked and not changed:
                return f"{alias} is 0 in the first step, which is then divided by 0"
    return None


def _stands_still(scope, exponent, name):
    """A number that nothing counts up, or counted up from one that nobody keeps."""
    if isinstance(exponent, ast.Attribute):
        owner = scope.entry.owner if scope.entry is not None else None
        stores = list(_stores_of(owner or scope.source.tree, exponent.attr))
    elif scope.entry is not None and name in scope.entry.parameters:
        return None
    else:
        stores = list(scope.bound.get(name, ()))
        stores += [None for node in scope.nodes if isinstance(node, (ast.AugAssign, ast.For, ast.NamedExpr, ast.comprehension)) and holds(node.target, name)]  # fmt: skip
    if stores and all(isinstance(value, ast.Constant) for value in stores):
        return f"{name} is {ast.unparse(stores[-1])} in every step"
    for value in stores if len(stores) == 1 else ():
        before = _one_more_than(value)
        if before is not None and _never_kept(scope.source.tree, before):
            return f"nothing keeps {name}: {ast.unparse(before)} is what it was in every step"
    return None


def _one_more_than(value):
    """The attribute or entry to which an expression adds 1, or None."""
    more = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) and ast.unparse(value.right) == "1"
    before = value.left if more else None
    if isinstance(before, ast.Call) and called(before) == "get" and before.args:
        before = ast.copy_location(ast.Subscript(before.func.value, before.args[0], ast.Load()), before)
    return before if isinstance(before, (ast.Attribute, ast.Subscript)) else None


def _never_kept(tree, place):
    """Whether an attribute or an entry of a table is stored nowhere, or as a number written out or as what it was."""
    if isinstance(place, ast.Attribute):
        values = list(_stores_of(tree, place.attr))
    elif isinstance(place.slice, ast.Constant):
        key, values = place.slice.value, []
        for node in walk(tree):
            pairs = zip(node.keys, node.values) if isinstance(node, ast.Dict) else ()
            values += [value for item, value in pairs if isinstance(item, ast.Constant) and item.value == key]
            values += [
                item.value
                for item in getattr(node, "keywords", ())
                if item.arg == key and called(node) in ("update", "dict")
            ]
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            stores = [item for item in targets if isinstance(item, ast.Subscript) and
                      getattr(item.slice, "value", None) == key]  # fmt: skip
            values += [getattr(node, "value", None) if isinstance(node, ast.Assign) else None for _ in stores]
    else:
        return False
    same = ast.unparse(place)
    return (bool(values) or isinstance(place, ast.Subscript)) and all(value is not None and (isinstance(value, ast.Constant) or ast.unparse(value) == same) for value in values)  # fmt: skip


def _stores_of(tree, attribute):
    """The values that an attribute of this name is given anywhere; None where one is added to it."""
    for name, value, _ in assignments(walk(tree)):
        if name.split(".")[-1] == attribute:
            yield value
    for node in walk(tree):
        if (
            isinstance(node, (ast.AugAssign, ast.For, ast.NamedExpr))
            and ast.unparse(node.target).split(".")[-1] == attribute
        ):
            yield None


def _from_zero(node):
    """Whether an iteration counts from 0: range(n), range(0, n), enumerate(rows)."""
    if not isinstance(node, ast.Call):
        return False
    if ast.unparse(node.func) == "enumerate":
        return len(node.args) == 1 and not node.keywords
    zero = len(node.args) > 1 and ast.unparse(node.args[0]) == "0"
    return ast.unparse(node.func) in ("range", "trange", "tqdm") and (len(node.args) == 1 or zero)


def over_parameters(loop):
    """Whether each turn of a loop is for one of the parameters: it moves what its own variable names, or what that is the place of."""
    names = stored(loop.target) if isinstance(loop, ast.For) else set()
    for part in walk(loop) if names else ():
        if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Sub):
            targets = [part.target]
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.BinOp):
            moved = isinstance(part.value.op, (ast.Sub, ast.Add)) and any(ast.unparse(item) == ast.unparse(part.targets[0]) for item in ast.walk(part.value))  # fmt: skip
            targets = [item for item in part.targets if moved and not isinstance(item, ast.Name)]
        else:
            continue
        for target in targets:
            base = target.slice if isinstance(target, ast.Subscript) else target
            base = base if isinstance(target, (ast.Subscript, ast.Name)) else target.value
            if names & {item.id for item in ast.walk(base) if isinstance(item, ast.Name)}:
                return True
    return False


def _per_parameter(around, name):
    """A counter that is raised in each turn of a loop over the parameters."""
    for loop in (node for node in every(around, ast.For) if over_parameters(node)):
        for part in loop.body:
            more = isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add) and ast.unparse(part.target) == name
            more = more or (isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == name and ast.unparse(part.value) == f"{name} + 1")  # fmt: skip
            if more:
                return f"line {part.lineno} raises {name} once for each parameter, not once for each step"
    return None


def _per_epoch(nodes, exponent, bound, steps):
    """An exponent that an outer loop gives, where the steps are made by a loop within it over the batches."""
    names = {item.id for item in ast.walk(exponent) if isinstance(item, ast.Name)}
    for item in list(names):
        for value in bound.get(item, ()):
            names |= {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
    for loop in (node for node in nodes if isinstance(node, ast.For) and stored(node.target) & names):
        for inner in (part for part in walk(loop) if part is not loop and isinstance(part, (ast.For, ast.While))):
            counted = every(inner, ast.AugAssign, ast.For)
            given = any(stored(part.target) & names for part in counted) or over_parameters(inner)
            if (
                not given
                and any(inner.lineno <= step.line <= inner.end_lineno for step in steps)
                and not _by_place(inner, steps)
            ):
                head = ast.unparse(loop.target)
                return f"{head} counts the turns of line {loop.lineno}, in each of which line {inner.lineno} makes many steps"  # fmt: skip
    return None


def _by_place(loop, steps):
    """Whether the variable of a loop stands in what is averaged: ``for k in params: m[k] = ... grads[k]``."""
    names = stored(loop.target) if isinstance(loop, ast.For) else set()
    return any(names & {item.id for item in ast.walk(step.node) if isinstance(item, ast.Name)} for step in steps)


def _of_the_caller(scope, name):
    """The same questions asked of what a caller passes for the exponent."""
    for entry in routines(scope.source):
        for call in calls_in(entry.node):
            if called(call) != scope.entry.name or entry.node is scope.entry.node:
                continue
            given = (bound_arguments(call, scope.entry) or {}).get(name)
            if given is None or isinstance(given, ast.Constant):
                continue
            bound = {}
            for target, value, _ in assignments(walk(entry.node)):
                bound.setdefault(target, []).append(value)
            why = _per_epoch(
                list(walk(entry.node)), given, bound, [Average(name, "", None, "", call.lineno, False, call)]
            )
            text = ast.unparse(given)
            counted = any(isinstance(part, (ast.AugAssign, ast.For)) and holds(part.target, text) for part in walk(entry.node))  # fmt: skip
            still = isinstance(given, ast.Name) and text in bound and not counted and text not in entry.parameters
            if not why and still and all(isinstance(value, ast.Constant) for value in bound[text]):
                why = f"{entry.name} passes {text} = {ast.unparse(bound[text][-1])} in every step"
            if why:
                return why
    return None
