"""The function of a k-means that holds a fault: by the name of its step, by what its source does, by the number it gives."""

import ast
import inspect
import re

import numpy as np

from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views import clusters

CLUES = {
    "assign": r"argmin|argmax|norm|dist|\*\* ?2|argsort|min\(",
    "move": r"\bmean\(|average|/ ?count|sum\(axis",
    "init": r"choice|randint|permutation|shuffle|integers\(|uniform|sample\(|normal\(|random",
    "distance": r"sqrt\(|\*\* ?0\.5",
    "cost": r"inertia|cost|wcss|distortion|sse",
    "fit": r"for |while ",
    "predict": r"argmin|predict",
}
AT_THE_DOOR = r"zeros_like|empty_like|full_like|dtype\s*=\s*\w+\.dtype|cent\w*\.astype\(\s*(np\.)?int"


def sources(target):
    """{name: its node} of the functions that belong to a target: its methods, or the module's functions."""
    nodes = target.namespace.get("nodes", {})
    if isinstance(target.value, dict):
        return {name: node for name, node in nodes.items() if "." not in name}
    mine = {name: nodes.get(f"{target.name}.{name}") for name in target.routines()}
    mine |= {
        key.partition(".")[2]: node for key, node in nodes.items() if key.startswith(f"{target.name}.__")
    }  # hidden names
    return {name: node for name, node in mine.items() if node is not None}


def guilty(target, step):
    """The function in which a step sits: by its name, then by the words of its source."""
    nodes = sources(target)
    texts = {name: ast.unparse(node).lower() for name, node in nodes.items()}
    if step == "fit":
        return the_loop(nodes) or _first(nodes, ("fit", "fit_predict", "run"))
    if step == "init":
        return _start(nodes, texts)
    named = [
        name
        for name in nodes
        if re.fullmatch(clusters.STEPS.get(step, "$^"), vocabulary.plain(name))
        and name not in ("fit_predict", "predict")
    ]
    telling = [name for name in named if re.search(CLUES.get(step, "$^"), texts[name])]
    if named:
        return (telling or named)[0]
    if seen := _seen_at_it(target, step):
        return seen
    hits = {name: len(re.findall(CLUES.get(step, "$^"), text)) for name, text in texts.items() if name != "__init__"}
    best = [
        name for name in hits if hits[name] and not re.search("(?<!fit_)predict$|score|plot|seed|init|start|plus", name)
    ]
    return max(best, key=lambda name: hits[name]) if best else _first(nodes, ("fit", "fit_predict", "run", "predict"))


def _seen_at_it(target, step):
    """The innermost function that was seen to take a step while it ran, or None."""
    kept = target.namespace.get("deeds")
    kinds = {"assign": ("assign", "choose"), "move": ("move",)}.get(step, ())
    inside = [deed for deed in kept[1] if deed.kind in kinds] if isinstance(kept, tuple) else []
    return max(inside, key=lambda deed: deed.call.depth).function if inside else None


def _first(nodes, names):
    return next((name for name in names if name in nodes), None)


def _start(nodes, texts):
    """The function that draws the first centres: the one named after it if it draws, else any that draws."""
    drawing = [
        name for name in nodes if re.search(CLUES["init"], texts[name]) and not re.search("plot|score|test|main", name)
    ]
    named = [name for name in drawing if re.fullmatch(clusters.STEPS["init"], vocabulary.plain(name))]
    named = [name for name in named if name != "__init__"]
    inner = [name for name in drawing if name != "__init__"]
    return (named or inner or drawing or [the_loop(nodes)])[0]


def the_loop(nodes):
    """The function that holds the rounds: a loop that is counted in iterations or ends when nothing moves; or None."""
    points = {name: max((_is_round(item) for item in ast.walk(node)), default=0) for name, node in nodes.items()}
    points = {name: 0 if re.search("seed|init|start|plus", name.lower()) else count for name, count in points.items()}
    points = {name: count + bool(re.search(NAMED, name.lower())) for name, count in points.items() if count > 0}
    if not points:
        return None
    return max(points, key=lambda name: (points[name], name not in ("main", "plot")))


NAMED = r"fit|train|run|k_?means|lloyd|iterat|optimi|single"
ROUNDS = r"iter|limit|epoch|round|step|max_|rodada|volta|tour|repeat|_it\b"
MOVED = r"tol|shift|diff|converg|old|prev|last|change|moved|same|stop|array_equal|allclose|improv|best|delta"


def _is_round(node):
    """How much a loop looks like the rounds of k-means."""
    if not isinstance(node, (ast.For, ast.While)):
        return 0
    head = ast.unparse(node.iter if isinstance(node, ast.For) else node.test).lower()
    body = "\n".join(ast.unparse(item) for item in node.body).lower()
    ends = any(isinstance(item, (ast.Break, ast.Return)) for item in ast.walk(node))
    counted = isinstance(node, ast.While) or bool(re.search(ROUNDS, head)) or "count(" in head
    literal = bool(re.fullmatch(r"range\(\d+\)", head))
    return 3 * counted + 2 * literal + 2 * ends * bool(re.search(MOVED, body + head)) + bool(re.search("cent|mean|label", body)) - 1  # fmt: skip


def ends_by_itself(target):
    """Whether the rounds stand in a ``while`` that no number of them ends: nothing moves when it is left, or should."""
    node = sources(target).get(the_loop(sources(target)))
    loops = [item for item in ast.walk(node) if isinstance(item, ast.While)] if node is not None else []
    return bool(loops) and not re.search(ROUNDS, ast.unparse(loops[0]), re.IGNORECASE)


def door(target, whole):
    """Where a type is kept that should be float: the function whose source asks for it, else the one the data enters."""
    nodes = sources(target)
    asked = [name for name, node in nodes.items() if re.search(AT_THE_DOOR, ast.unparse(node))]
    asked = [name for name in asked if not re.search("predict|plot|score", name)] or asked
    if whole and asked:
        return asked[0]
    if whole and isinstance(target.value, dict):
        start = guilty(target, "init")
        given = start in target.value and binding.takes(target.value[start], "X")
        return start if given else the_loop(nodes) or start
    maker = getattr(target.value, "factory", target.value)
    made = ("__init__",) if inspect.isclass(maker) and binding.takes(maker, "X") else ()
    entry = _first(nodes, (*made, "fit", "fit_predict", "train", "run")) or the_loop(nodes)
    return asked[0] if asked and entry is None else entry


def giver(calls, value):
    """The innermost function that was seen to return a number, or None."""
    best = None
    for call in calls:
        items = call.returned if isinstance(call.returned, (tuple, list)) else (call.returned,)
        numbers = [item for item in items if isinstance(item, (float, int, np.number)) and not isinstance(item, bool)]
        if any(np.isclose(item, value, rtol=1e-9) for item in numbers) and (best is None or call.depth > best.depth):
            best = call
    return None if best is None else best.function
