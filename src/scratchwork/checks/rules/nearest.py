"""Distances and centres as they are written: what is squared, which end of the sorted ones is taken, what has no members."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.files.syntax import every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.bindings import Bound, returned
from scratchwork.checks.flow.dims_walk import walk_of
from scratchwork.checks.flow.nearness import by_name, nearness, subject
from scratchwork.checks.registry import rule

FAR_MEANT = re.compile(
    r"far|plus|init|seed|start|outlier|anomal|diam|complete|max|worst|linkage|hausdorff|silh|radius|extrem|remov|novel|reject",
    re.IGNORECASE,
)
NEAR = re.compile(
    r"near|neigh|knn|closest|vizin|vecin|voisin|komsu|nachbar|tetangga|sasiad|sosed|cluster|cent(ro|er|re)",
    re.IGNORECASE,
)
ASKED = re.compile(NEAR.pattern + r"|\bk\b", re.IGNORECASE)
CHOSEN = re.compile(
    r"near|neigh|knn|closest|idx|ind(ex|ice)|label|cluster|assign|pred|class|vizin|vecin|voisin|bmu|winner|match",
    re.IGNORECASE,
)
SORTING = (
    "argsort",
    "sorted",
    "sort",
    "argpartition",
    "topk",
    "nsmallest",
    "nlargest",
    "sort_values",
    "argmax",
    "argmin",
    "idxmax",
    "idxmin",
    "max",
    "min",
)
TURNING = ("pop", "reverse", "reversed", "flip")


@rule("SW-K1")
def the_near_end_is_taken(source):
    """The last of the sorted distances, or the largest one, where the nearest rows or centres are wanted."""
    if not ASKED.search(source.text):
        return
    known = nearness(source)
    for call in calls_in(source.tree):
        entry = known.entry_of(call)
        around = f"{entry.name if entry else ''} {_target(source, call)}"
        words = "" if FAR_MEANT.search(around) else _far_end(known, call, entry, around)
        if words:
            said = f"Line {call.lineno}: {ast.unparse(call)[:80]} takes {words}."
            yield find("SW-K1", said, severity="warning", **place_at(source, call.lineno))
            return


def _far_end(known, call, entry, around):
    """What a call takes of distances, in words, or an empty string."""
    name, sense = called(call), sorted_by(known, call)
    if sense not in ("away", "close") or _holds_the_best(known, call, entry) or _spreads(known, call):
        return ""
    words = {"away": "the largest distances", "close": "the smallest similarities"}[sense]
    if name in ("argmax", "argmin", "idxmax", "idxmin", "max", "min"):
        told = any(item.arg == "key" for item in call.keywords) or (
            name not in ("max", "min") and CHOSEN.search(around)
        )
        lost = _where_none_are(known, call)  # the farthest row takes the place of a centre without members
        return words if told and not lost and (sense == "away") == name.endswith("max") else ""
    falling = _falls(call, name)
    end = _end(known, call, entry) if name not in ("nsmallest", "nlargest", "topk") else 1
    if name == "argpartition" and end and len(call.args) > 1:
        end = -1 if end < 0 else 1
    return words if end and (sense == "away") == (falling == (end > 0)) else ""


def _where_none_are(known, node):
    """Whether a line gives a centre a new place in the branch where it has no members: ``if members: ... else: centres[j] = ...``."""
    statement, empty, loops = None, False, (ast.For, ast.While, ast.FunctionDef)
    while node is not None and not isinstance(node, loops):
        statement = statement or (node if isinstance(node, ast.stmt) else None)
        above = known.above(node)
        if isinstance(above, (ast.If, ast.IfExp)):
            body, orelse = (part if isinstance(part, list) else [part] for part in (above.body, above.orelse))
            text = ast.unparse(above.test)
            none = re.fullmatch(r"not .+|.+ (== 0|< 1|<= 0)", text)
            asks = re.fullmatch(r"\w+|.*(len\(|any\(|size|shape|sum\(| != 0| > 0| >= 1).*", text)
            empty = empty or bool(node in body if none else asks and node in orelse)
        node = above
    return empty and _places_a_centre(node or known.tree, statement)


CENTRES = re.compile(r"cent|zentr|merkez|mean|medi[ae]|mittel|srodk|proto|(^|\.)(C|M|mus?)$", re.IGNORECASE)


def _places_a_centre(around, statement):
    """Whether a statement, or the one that reads what it sets, fills an entry of the centres: named so, or set to means elsewhere."""
    stores = (part for part in ast.walk(around) if isinstance(part, ast.Assign))
    based = [(ast.unparse(part.targets[0].value), part) for part in stores if isinstance(part.targets[0], ast.Subscript)]  # fmt: skip
    means = {base for base, part in based if re.search(r"mean\(|average\(|sum\(", ast.unparse(part.value))}
    for base, part in based:
        reads = {item.id for item in ast.walk(part.value) if isinstance(item, ast.Name)}
        if (part is statement or reads & stored(statement)) and (base in means or CENTRES.search(base)):
            return True
    if isinstance(statement, ast.Return):
        return bool(CENTRES.search(getattr(around, "name", "")))
    added = re.match(r"([\w.]+)\.(append|insert)\(", ast.unparse(statement))
    return bool(added and CENTRES.search(added[1]))


def _holds_the_best(known, call, entry):
    """Whether what is ordered is a short list of the best so far, whose worst gives way; or sums of votes by their label."""
    about = ast.unparse(subject(call)) if subject(call) is not None else ""
    if re.search(r"heap|queue|==", about):
        return True
    if not called(call).startswith("arg") or not re.fullmatch(r"[\w.]+", about):
        return False
    stores = every(entry.node if entry else known.tree, ast.Subscript)
    found = [part for part in stores if isinstance(part.ctx, ast.Store) and ast.unparse(part.value) == about]
    held = _target_names(known, call)
    return any({item.id for item in ast.walk(part.slice) if isinstance(item, ast.Name)} & held for part in found)


def _spreads(known, call):
    """Whether what is ordered is the distance of each row to its nearest of some others: the farthest then spreads them."""
    key = next((item.value for item in call.keywords if item.arg == "key"), None)
    held = [key.body if isinstance(key, ast.Lambda) else key or subject(call)]
    if getattr(key, "id", None) in known.own:
        held = returned(known.own[key.id])
    made = [
        item for item in (known.resolved(item, {}) for item in held if item is not None) if isinstance(item, ast.Call)
    ]
    own = [known.own[called(item)] for item in made if called(item) in known.own]
    made += [part for entry in own for part in returned(entry) if isinstance(part, ast.Call)]
    return any(called(item) in ("min", "amin", "nanmin", "minimum") for item in made)


def _target_names(known, node):
    while node is not None and not isinstance(node, ast.stmt):
        node = known.above(node)
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def _falls(call, name):
    """Whether a sort begins with the largest."""
    told = {item.arg: ast.unparse(item.value) for item in call.keywords}
    if name == "topk":
        return told.get("largest") != "False"
    return (
        name == "nlargest"
        or told.get("reverse") == "True"
        or told.get("ascending") == "False"
        or told.get("descending") == "True"
    )


def sorted_by(known, call):
    """What stands behind the order of a call that sorts or picks: "away", "close" or None."""
    if called(call) not in SORTING:
        return None
    about = call.args[1] if called(call) in ("nsmallest", "nlargest") and len(call.args) > 1 else subject(call)
    key = next((item.value for item in call.keywords if item.arg == "key"), None)
    by = next((item.value for item in call.keywords if item.arg == "by"), None)
    if isinstance(key, ast.Lambda) and len(key.args.args) == 1:
        return known.sense(key.body, None, {key.args.args[0].arg: Bound(about)})
    if isinstance(key, ast.Attribute) and key.attr in ("get", "__getitem__"):
        return known.sense(key.value)
    if isinstance(key, ast.Call) and called(key) == "itemgetter" and key.args:
        return known.sense(about, getattr(key.args[0], "value", None))
    if isinstance(key, (ast.Name, ast.Attribute)):
        return known.sense(ast.Call(func=key, args=[about], keywords=[]))
    if isinstance(by, ast.Constant) and isinstance(by.value, str):
        return by_name(by.value)
    return known.sense(about, 0) if called(call) in ("sort", "sorted", "min", "max") else known.sense(about)


def _end(known, call, entry):
    """1 where the first of what is sorted are used, -1 where the last ones are, 0 where nothing tells."""
    above, end = known.above(call), 1
    while isinstance(above, (ast.Subscript, ast.Call)):
        if isinstance(above, ast.Call):
            end = -end if called(above) in ("reversed", "flip", "flipud") else end
        else:
            cut = _cut(above)
            if cut in (1, -1):
                return end * cut
            end = -end if cut == "turned" else end
        above = known.above(above)
    return _end_of_held(known, next(_names_in(above, call), None), end, entry)


def _end_of_held(known, held, end, entry):
    """The same of what is sorted under a name: by the parts of it that its routine takes."""
    nodes = walk(entry.node if entry else known.tree) if held else ()
    turns = (part for part in nodes if isinstance(part, ast.Call) and called(part) in TURNING)
    if any(held in ast.unparse(part) for part in turns):
        return 0
    parts = (part for part in nodes if isinstance(part, ast.Subscript) and ast.unparse(part.value) == held)
    cuts = {_cut(part) for part in parts if ast.unparse(part.slice) != "-1"}
    if cuts & {1, -1}:
        end = -end if "turned" in cuts else end
        return 0 if {1, -1} <= cuts else end * (cuts & {1, -1}).pop()
    near = bool(NEAR.search(entry.name)) if entry else False
    return end if near or "index" in cuts else 0


def _names_in(statement, call):
    """The name under which a statement keeps what a call sorts."""
    if isinstance(statement, ast.Assign):
        yield ast.unparse(statement.targets[0])
    elif called(call) == "sort" and isinstance(call.func, ast.Attribute):
        yield ast.unparse(call.func.value)


def _cut(node):
    """Which part a subscript takes: 1 the first, -1 the last, "turned" all in the other order, "index" one by a name."""
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    index = next((item for item in reversed(indices) if ast.unparse(item) not in (":", "...", "None")), indices[-1])
    if isinstance(index, ast.Slice):
        lower, upper, step = (
            ast.unparse(item) if item is not None else "" for item in (index.lower, index.upper, index.step)
        )
        if step == "-1" and not lower:
            return "turned" if not upper else -1
        if lower.startswith("-") and not upper:
            return -1
        return 1 if upper and not upper.startswith("-") and not step else None
    text = ast.unparse(index)
    return {"0": 1, "-1": -1}.get(text, "index" if isinstance(index, ast.Name) else None)


def _target(source, node):
    """The names to which the statement of an expression assigns."""
    inside = (part for part in every(source.tree, ast.Assign) if part.lineno <= node.lineno <= part.end_lineno)
    statement = next(inside, None)
    return " ".join(ast.unparse(target) for target in statement.targets) if statement else ""


MEANS = re.compile(r"k_?-?_?means|kmeans|lloyd|centroid|k_?medias|k_?medie|k_?srednich|inertia", re.IGNORECASE)
OTHER_MEANS = re.compile(r"medoid|k_?-?medians?|manhattan", re.IGNORECASE)
OTHER_COSTS = re.compile(r"silh|davies|bouldin|dunn|diam", re.IGNORECASE)
COSTS = re.compile(r"inert|inerc|wcss|(^|_)ss[ed](_|$)|within|sum_of_sq|cost|custo|variation", re.IGNORECASE)


@rule("SW-M6")
def the_cost_sums_squares(source):
    """The cost that k-means lowers is the sum of the squared distances; a root in it is another cost."""
    if not MEANS.search(source.text) or OTHER_MEANS.search(source.text):
        return
    for line, function, role in walk_of(source).sums:
        other = function and OTHER_COSTS.search(function)
        if not other and (role == "nearest" or (function and COSTS.search(function))):
            said = f"Line {line} sums distances to the centres that have their root, and not their squares"
            yield find("SW-M6", f"{said}.", severity="warning", **place_at(source, line))


GUARDS = re.compile(
    r"\b(if|while)\b[^\n]*(len\(|any\(|all\(|size|shape|count|sum\(|empty|> ?0|== ?0|!= ?0|>= ?1|not \w+:|members|points|isnan)"
    r"|isnan|nan_to_num|nanmean|max\(1|maximum\(|where\(|unique\(|bincount|\bset\(|try:|errstate|add\.at"
)


@rule("SW-M1")
def a_cluster_without_members_keeps_its_centre(source):
    """The mean of the members of a cluster is taken without asking whether it has any: the mean of no rows is NaN."""
    if not MEANS.search(source.text):
        return
    for routine in routines(source):
        text = ast.unparse(routine.node)
        if GUARDS.search(text):
            continue
        found = next((node for node in walk(routine.node) if _mean_of_members(node, text)), None)
        if found is not None and any(isinstance(part, (ast.For, ast.comprehension)) for part in walk(routine.node)):
            said = (
                f"Line {found.lineno} takes the mean of the members of a cluster, and nothing asks whether it has any"
            )
            yield find("SW-M1", f"{said}.", severity="warning", **place_at(source, found.lineno))
            return


def _mean_of_members(node, text):
    """Whether a call takes the mean of rows that are picked by a label, or divides by their number."""
    picked = re.compile(r"\w+\[[^\[\]]*==[^\[\]]*\]")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Call):
        counted = node.right.args[0] if called(node.right) == "len" and node.right.args else None
        return isinstance(counted, ast.Name) and bool(re.search(rf"\b{counted.id} = {picked.pattern}", text))
    if not isinstance(node, ast.Call) or called(node) not in ("mean", "average"):
        return False
    about = node.args[0] if node.args and not isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Attribute):
        module = ast.unparse(node.func.value) in ("np", "numpy")
        about = (node.args[0] if node.args else None) if module else node.func.value
    if isinstance(about, ast.Name):
        return bool(re.search(rf"\b{about.id} = {picked.pattern}", text))
    return about is not None and bool(picked.fullmatch(ast.unparse(about)))
