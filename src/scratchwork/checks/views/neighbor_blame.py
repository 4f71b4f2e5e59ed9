"""The function of a nearest-neighbours program that holds a fault; and methods that measure against the rows they hold."""

import ast
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.views.neighbors import DISTANCES

CLUES = {
    "SW-K1": r"sort|argpartition|heapq|nsmallest|nlargest|reverse",
    "SW-K90": r"sort|argpartition|heapq|nsmallest|reverse",
    "SW-K2": r"\*\* ?2|square|linalg\.norm|abs\(|sqrt|hypot|\*\* ?0\.5",
    "SW-K5": r"counter|bincount|unique|votes?\b|most_common|mode\(|\.count\(|\.get\(|max\(.*key",
}


NAMED = {
    "SW-K1": r"neigh|nearest|closest",
    "SW-K90": r"neigh|nearest|closest",
    "SW-K2": "dist",
    "SW-K5": r"vote|major|aggreg|decid",
}
SCALES = r"mean|std|scale|norm|min\(|max\("
SHAPES = re.compile(r"broadcast|shapes|mismatch|out of bounds|aligned|along axis")
OTHERS = "score|accuracy|metric|valid|plot|fit|init|split|load|main"


def _guilty(target, code, entry=None):
    """The function in which such a fault sits: by the words of its source, the innermost first; else by its name.

    Where the program was asked by its function ``entry``, it is that one or one that it calls.
    """
    functional = isinstance(target.value, dict)
    nodes = target.namespace.get("nodes", {})
    names = [name for name in nodes if "." not in name] if functional else target.routines()
    names = [name for name in names if entry is None or name in reached(nodes, entry)]
    texts = {name: nodes.get(name if functional else f"{target.name}.{name}") for name in names}
    if not functional and code == "SW-K2":  # a class may measure with a function beside it
        texts |= {name: node for name, node in nodes.items() if "dist" in name.lower() or "euclid" in name.lower()}
    if not functional and code in ("SW-K1", "SW-K2"):  # or with a tree of its own
        texts |= _of_helpers(nodes, target.name)
    texts = {name: ast.unparse(node).lower() for name, node in texts.items() if node is not None}
    apart = _of_two(target, code)
    hits = {
        name: len(re.findall(CLUES.get(code, SCALES), text))
        for name, text in texts.items()
        if name not in ("__init__", apart)
    }
    fitting = [name for name, count in hits.items() if count]
    if code == "SW-K5":
        fitting = fitting or [name for name, text in texts.items() if "argmax(" in text]
        fitting = [name for name in fitting if not re.search("dist|neigh", name.lower())] or fitting
    fitting = [name for name in fitting if re.search(NAMED.get(code, "predict|classif"), name.lower())] or fitting
    if code == "SW-K90" and not functional and _lost_in_constructor(nodes, target.name):
        return "__init__"
    if fitting:
        return min(fitting, key=lambda name: (bool(re.search(OTHERS, name)), len(texts[name]) / max(hits[name], 1)))
    for clue in (CLUES["SW-K1"], r"\[:(self\.)?\w+\]"):
        slicing = [name for name, text in texts.items() if re.search(clue, text) and not re.search(OTHERS, name)]
        if slicing:
            return slicing[0]
    return next((name for name in names if re.search("predict|classif|knn", name.lower())), None)


def _of_helpers(nodes, name):
    """The methods of the other classes of the file that a class makes objects of."""
    mine = " ".join(ast.unparse(node) for key, node in nodes.items() if key.startswith(f"{name}."))
    others = {key.partition(".")[0] for key in nodes if "." in key} - {name}
    used = {other for other in others if re.search(rf"\b{other}\(", mine)}
    split = ((key.partition("."), node) for key, node in nodes.items())
    return {method: node for (owner, _, method), node in split if owner in used and not method.startswith("__")}


def squares_are_summed(target):
    """Whether the source of a program of neighbours measures as it should: differences squared and summed, or a norm of them."""
    texts = " ".join(ast.unparse(node) for node in target.namespace.get("nodes", {}).values())
    return bool(re.search(r"sum\([^=]*-[^=]*\*\* 2|norm\([^=]* - ", texts))


def reached(nodes, entry):
    """The functions of a file that one of them calls, itself among them, and what these call."""
    found, open_ones = set(), [entry]
    while open_ones:
        name = open_ones.pop()
        if name in nodes and name not in found:
            found.add(name)
            open_ones += [item.id for item in ast.walk(nodes[name]) if isinstance(item, ast.Name)]
    return found


def _of_two(target, code):
    """Where one function finds the rows and another lets them vote: the one that such a fault does not concern."""
    way = getattr(target.namespace.get("view"), "way", None)
    if not way or way.second is None:
        return None
    return (way.function if code == "SW-K5" else way.second).__name__


def k_is_read(target):
    """Whether the source reads the number of neighbours where it is used, so that a vote must have lost it."""
    way, nodes = getattr(target.namespace.get("view"), "way", None), target.namespace.get("nodes", {})
    if way:
        names = [name for name, word in way.places.items() if word == "k"]
        return any(_loads(nodes.get(way.function.__name__), name) for name in names)
    mine = [node for key, node in nodes.items() if key.startswith(f"{target.name}.") and not key.endswith("__init__")]
    words = {part.attr for node in mine for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return any(binding.vocabulary.meaning(word) == "k" for word in words)


def _loads(node, name):
    return node is not None and any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load) for part in ast.walk(node)
    )


def _lost_in_constructor(nodes, name):
    """Whether the constructor keeps something else than the number of neighbours that it was given."""
    node = nodes.get(f"{name}.__init__")
    for item in ast.walk(node) if node is not None else ():
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Attribute):
            target = item.targets[0].attr.strip("_")
            if binding.vocabulary.meaning(target) != "k":
                continue
            value = item.value
            parts = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            return not any(isinstance(part, ast.Name) for whole in parts for part in ast.walk(whole))
    return False


def held_rows(name, function, call, X, _y, Q):
    """A method of the queries alone, with the training rows held by the object, gives every distance."""
    entries = [entry for entry in binding.parameters(function) if entry.default is entry.empty]
    if len(entries) != 1 or not hasattr(function, "__self__"):
        return
    usual = {(kind, i): np.array([f(rows, q) for q in Q]) for i, rows in enumerate(_held(function, X)) for kind, f in DISTANCES.items()}  # fmt: skip
    usual |= {("squared", i): item**2 for (kind, i), item in usual.items() if kind == "euclidean"}
    table, why = _table(function, call, X, Q)
    if why is not None and SHAPES.search(str(why)):  # else it wants its queries in another form
        observed = f"{name} fails for many queries and for one: {why}."
        yield find("SW-K2", observed, function=name, severity="warning")
    if table is None:
        return
    if any(np.allclose(table, item[: len(table)], rtol=1e-3, atol=1e-4) for item in usual.values()):
        yield from _own_rows(name, function, call, X)
        return
    wanted = usual["euclidean", 0][: len(table)]
    i, j = np.unravel_index(int(np.argmax(np.abs(table - wanted))), table.shape)
    observed = f"{name} gives {table[i, j]:.5g} for two rows whose Euclidean distance is {wanted[i, j]:.5g}."
    yield find("SW-K2", observed, function=name, severity="error" if table[i, j] >= 0 else "warning")


def _held(function, X):
    """The rows as they were given, and as the object holds them: scaled, perhaps."""
    kept = vars(function.__self__).values() if hasattr(function.__self__, "__dict__") else ()
    tables = [np.asarray(item) for item in kept if isinstance(item, (np.ndarray, list)) and np.shape(item) == X.shape]
    return [X, *(item for item in tables if item.dtype.kind == "f")]


def _table(function, call, X, Q):
    """(distances of the first queries to all rows, None), or (None, why both ways of asking failed)."""
    why = None
    for asked in (Q, Q[0]):
        try:
            got = np.asarray(call(function, asked), dtype=float)
        except CallFailed as failure:
            why = failure if isinstance(failure.cause, (ValueError, IndexError)) and failure.kind == "error" else None
            continue
        except (TypeError, ValueError):
            return None, None
        if got.shape == (len(X), len(Q)):
            got = got.T
        fits = got.shape == (len(Q), len(X)) or (asked is not Q and got.shape == (len(X),))
        return (np.atleast_2d(got), None) if fits else (None, None)
    return None, why


def _own_rows(name, function, call, X):
    """The training rows asked about themselves give no NaN, near the origin and far from it."""
    try:
        table = np.asarray(call(function, X), dtype=float)
    except (CallFailed, TypeError, ValueError):
        return
    if np.isnan(table).any():
        observed = f"{name} of the training rows themselves gives {int(np.isnan(table).sum())} NaN: small negative squares under the root."
        yield find("SW-N10", observed, function=name, severity="error")
