"""The vote of nearest neighbours as it is written: what a neighbour weighs, and which label wins."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.files.syntax import dotted, every, literal, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.nearness import AWAY, nearness, subject
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.nearest import ASKED, FAR_MEANT, NEAR, sorted_by

WEIGHTS = re.compile(
    r"(^|[._])(w|wt|weights?|weightings?|wts|pesos?|gewichte?|poids|agirlik\w*|wagi?|ves\w?)_?$", re.IGNORECASE
)
ELECTED = re.compile(r"vot(e|o|a)s?|tally|poll|conteo|contag|stimm|(^|_)counts?$|bincount", re.IGNORECASE)
VOTES = re.compile(
    r"vot(e|o|a)|count|score|tally|poll|freq|conteo|contag|stimm|histogram|class_?(w|sum|total)|occur|bincount",
    re.IGNORECASE,
)
WHOLE = re.compile(r"len\(.*\)|(self\.)?_?(k|n_neigh\w*|n)|.*\.(size|shape\[0\])")


@rule("SW-K5")
def the_vote_favours_many_and_near_rows(source):
    """Nearer neighbours weigh more, weights divide by their sum, and the label with the most votes wins."""
    if not ASKED.search(source.text):
        return
    known = nearness(source)
    if not any(sorted_by(known, call) for call in calls_in(source.tree)):
        return
    for node in walk(source.tree):
        entry = known.entry_of(node)
        if entry is None or not FAR_MEANT.search(entry.name.replace("max", "")):
            words = _weighing(known, node) or _winning(known, node) or _averaging(known, node)
            if words:
                said = f"Line {node.lineno}: {ast.unparse(node)[:80]} {words}."
                yield find("SW-K5", said, severity="warning", **place_at(source, node.lineno))
                return


@rule("SW-K5")
def a_neighbour_adds_its_weight(source):
    """``votes[label] += 1 / d``: with ``=`` the last neighbour of a label takes the place of those before."""
    for entry in routines(source) if ASKED.search(source.text) else ():
        text = ast.unparse(entry.node)
        for loop in every(entry.node, ast.For):
            drawn = {part.id for part in every(loop, ast.Name) if isinstance(part.ctx, ast.Store)}
            made = ast.unparse(loop)
            for part in every(loop, ast.Assign):
                place = part.targets[0]
                if not isinstance(place, ast.Subscript) or dotted(place.slice) not in drawn:
                    continue
                held = re.escape(ast.unparse(place.value))
                weight = re.search(rf"\b{dotted(part.value)} = (.*)", made) if dotted(part.value) in drawn else None
                value = weight[1] if weight else ast.unparse(part.value)
                near = re.match(r"1(\.0)? / |(np|math)\.exp\(-", value) and not re.search(r"sum|count|len\(|mean", made)
                adds = re.search(rf"{held}\[[^]]*\] \+=|= .*{held}(\[|\.get\()|set\(|unique", text)
                if near and not adds and re.search(rf"max\({held}\b", text):
                    said = f"Line {part.lineno}: {ast.unparse(part)} replaces what the label had: its last neighbour alone counts."
                    yield find("SW-K5", said, severity="warning", line=part.lineno, function=entry.name)
                    return


def _weighing(known, node):
    """Words where a weight or the sum of votes grows with the distance."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        named = WEIGHTS.search(dotted(target) or "_")
        summed = isinstance(target, ast.Subscript) and VOTES.search(ast.unparse(target.value))
        if summed and isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            value, named = value.right, True
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.target, ast.Subscript):
        value, named = node.value, VOTES.search(ast.unparse(node.target.value))
    else:
        return ""
    grows = named and known.sense(value) == "away" and literal(value) is None
    return "weighs a neighbour the more the farther it is" if grows else ""


def _winning(known, node):
    """Words where another label than the one with the most votes is taken."""
    if isinstance(node, ast.If):
        return _compared(known, node)
    if isinstance(node, ast.Subscript):
        rare = (
            isinstance(node.value, ast.Call) and called(node.value) == "most_common" and ast.unparse(node.slice) == "-1"
        )
        return "takes the rarest label" if rare else _first_of_sorted(known, node)
    if not isinstance(node, ast.Call):
        return ""
    name, about = called(node), subject(node)
    keys = [item.value for item in node.keywords if item.arg == "key"]
    if about is None or AWAY.search(ast.unparse(about)):
        return ""
    if name in ("argmin", "idxmin") or (name == "min" and keys):
        return "takes the label with the fewest votes" if _votes(known, about, node) else ""
    if name == "argmax":
        return _place_for_label(known, about, node)
    return _largest_label(known, node, about, keys) if name == "max" else ""


def _largest_label(known, node, about, keys):
    """Words where max goes by the labels themselves."""
    text = ast.unparse(about)
    if not keys and isinstance(about, ast.Call) and called(about) == "set" and isinstance(node.func, ast.Name):
        return "takes the largest label and counts nothing"
    if not keys and isinstance(about, ast.Name) and _counted(known, about, node):
        return "takes the largest label, whatever its votes"
    first = keys and isinstance(keys[0], ast.Lambda) and ast.unparse(keys[0].body).endswith("[0]")
    by_label = first and text.endswith("items()") and VOTES.search(text)
    return "takes the largest label, whatever its votes" if by_label else ""


def _place_for_label(known, about, node):
    """Words where the place of the largest count is returned, and no label of np.unique is looked up with it."""
    entry = known.entry_of(node)
    bounds = known.scopes.get(entry, {}).get(getattr(about, "id", None), [])
    counts = [bound for bound in bounds if bound.part == 1 and "return_counts" in ast.unparse(bound.node)]
    above = known.above(node)
    if isinstance(above, ast.Call) and called(above) == "int":
        above = known.above(above)
    return "returns the place of the largest count for its label" if counts and isinstance(above, ast.Return) else ""


def _votes(known, about, node):
    """Whether a value holds the votes of labels, and no sums of distances."""
    text = ast.unparse(about)
    if known.sense(about) or re.search("err|loss|cost|dist", text, re.IGNORECASE):
        return False
    root = about if isinstance(about, ast.Name) else _root(about)
    named = ELECTED.search(called(about) if isinstance(about, ast.Call) and called(about) != "items" else root.id)
    return bool(named) or _counted(known, root, node)


def _counted(known, name, node):
    """Whether a name is a dict that counts: its entries are added to, and it is no array."""
    entry = known.entry_of(node)
    bounds = every(entry.node if entry else known.tree, ast.Assign, ast.AugAssign)
    made = [
        part
        for part in bounds
        if ast.unparse(part.targets[0] if isinstance(part, ast.Assign) else part.target) == name.id
    ]
    a_dict = any(
        re.fullmatch(r"\{\}|dict\(\)|(collections\.)?(defaultdict|Counter)\(.*\)", ast.unparse(part.value))
        for part in made
    )
    adds = [part for part in bounds if _adds_one(part, name.id)]
    return a_dict and bool(adds or any("Counter(" in ast.unparse(part.value) for part in made))


def _adds_one(part, name):
    target = part.targets[0] if isinstance(part, ast.Assign) else part.target
    into = isinstance(target, ast.Subscript) and ast.unparse(target.value) == name
    return into and (
        isinstance(part, ast.AugAssign) or (isinstance(part.value, ast.BinOp) and isinstance(part.value.op, ast.Add))
    )


def _compared(known, node):
    """Words where a loop over the votes keeps the smallest number."""
    tests = node.test.values if isinstance(node.test, ast.BoolOp) else [node.test]
    for test in tests:
        if (
            not isinstance(test, ast.Compare)
            or not isinstance(test.ops[0], (ast.Lt, ast.LtE))
            or known.sense(test.left)
        ):
            continue
        left, right = ast.unparse(test.left), ast.unparse(test.comparators[0])
        pairs = {(ast.unparse(target), ast.unparse(value)) for target, value in _single(node.body)}
        same = re.fullmatch(r"(\w+)\[(\w+)\]", left), re.fullmatch(r"(\w+)\[(\w+)\]", right)
        by_entry = all(same) and same[0][1] == same[1][1] and (same[1][2], same[0][2]) in pairs
        if (right, left) in pairs or by_entry:
            about = same[0][1] if by_entry else left + _looped_over(known, node)
            if VOTES.search(about):
                return "keeps the label with the fewest votes"
    return ""


def _single(body):
    """(target, value) of the assignments of a block, those of tuples taken apart."""
    for part in (item for item in body if isinstance(item, ast.Assign)):
        target, value = part.targets[0], part.value
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        yield from zip(target.elts, value.elts) if both else [(target, value)]


def _looped_over(known, node):
    while node is not None and not isinstance(node, ast.For):
        node = known.above(node)
    return f" {ast.unparse(node.iter)}" if node is not None else ""


def _first_of_sorted(known, node):
    """Words where the first of the labels sorted by rising votes is taken."""
    call = node.value
    if not isinstance(call, ast.Call) or called(call) != "sorted" or ast.unparse(node.slice) not in ("0", "-1"):
        return ""
    told = {item.arg: ast.unparse(item.value) for item in call.keywords}
    text = ast.unparse(call.args[0])
    by_count = re.search(r"\[1\]$|itemgetter\(1\)|\.get$", told.get("key", ""))
    rising = (told.get("reverse") == "True") == (ast.unparse(node.slice) == "-1")
    told_by_name = by_count and rising and (VOTES.search(text) or _counted(known, _root(call.args[0]), node))
    return "takes the label with the fewest votes" if told_by_name and not AWAY.search(text) else ""


def _root(node):
    while not isinstance(node, ast.Name):
        node = getattr(node, "value", None) or getattr(node, "func", None) or ast.Name(id="_")
    return node


def _averaging(known, node):
    """Words where a weighted sum is divided by the number of neighbours."""
    if (
        not isinstance(node, ast.BinOp)
        or not isinstance(node.op, ast.Div)
        or not WHOLE.fullmatch(ast.unparse(node.right))
    ):
        return ""
    top = node.left
    summed = isinstance(top, ast.Call) and called(top) in ("sum", "dot", "fsum", "inner")
    names = {dotted(part) for part in ast.walk(top) if isinstance(part, (ast.Name, ast.Attribute))} if summed else set()
    entry = known.entry_of(node)
    weights = [name for name in names if name and WEIGHTS.search(name)]
    text = ast.unparse(entry.node) if entry else ast.unparse(known.tree)
    if not weights or re.search(
        rf"{re.escape(weights[0])} ?/= |/ ?(np\.)?sum\(|\.sum\(\)$|/ \w+\.sum\(", text.replace(ast.unparse(node), "")
    ):
        return ""
    product = "*" in ast.unparse(top) or called(top) in ("dot", "inner")
    return "divides a weighted sum by the number of neighbours and not by the weights" if product else ""


BEST = re.compile(
    r"best|most|min|max|closest|nearest|top|win|larg|small|high|low|opt|mejor|melhor|mayor|menor|maior|grand|petit|eniyi",
    re.IGNORECASE,
)


@rule("SW-K1", "SW-K5", "SW-T9")
def the_best_so_far_is_kept(source):
    """A loop that compares with the best so far stores what beats it; else the last that beats the start value wins."""
    known = nearness(source)
    for loop in every(source.tree, ast.For):
        for test in every(loop, ast.If):
            best = _never_stored(known, loop, test)
            if best:
                said = f"Line {test.lineno} compares with {best}, which keeps its first value: the last that beats it wins."
                yield find(_of_what(known, loop, test), said, severity="warning", **place_at(source, test.lineno))
                return


def _of_what(known, loop, test):
    """The code of a lost best one: of distances, of votes, or of anything else."""
    sense = {known.sense(test.test.left), known.sense(test.test.comparators[0])}
    if AWAY.search(ast.unparse(test.test)) or ("away" in sense and NEAR.search(ast.unparse(loop))):
        return "SW-K1"
    rising = isinstance(test.test.ops[0], (ast.Gt, ast.GtE)) and not re.search("score_|loss|acc", ast.unparse(loop))
    return "SW-K5" if rising and any(sorted_by(known, call) for call in calls_in(known.tree)) else "SW-T9"


def _never_stored(known, loop, test):
    """The best so far that a test in a loop compares with and that the loop never stores, or None."""
    if (
        not isinstance(test.test, ast.Compare)
        or len(test.test.ops) != 1
        or not isinstance(test.test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
    ):
        return None
    if not all(isinstance(part, ast.Assign) for part in test.body):
        return None
    varying = {part.id for part in ast.walk(loop.target) if isinstance(part, ast.Name)}
    taken = {part.id for item in test.body for part in ast.walk(item.value) if isinstance(part, ast.Name)}
    stored = {dotted(target) for part in every(loop, ast.Assign) for target in part.targets}
    stored |= {part.id for part in every(loop, ast.Name) if isinstance(part.ctx, ast.Store)}
    for side in (test.test.comparators[0], test.test.left):
        name = getattr(side, "id", None)
        bounds = known.scopes.get(known.entry_of(side), {}).get(name, []) if name else []
        if (
            name
            and name not in stored
            and len(bounds) == 1
            and taken & (varying | stored)
            and _a_start(bounds[0].node, name)
        ):
            return name
    return None


def _a_start(node, name):
    """Whether a value is what the search for a best one begins with."""
    text = ast.unparse(node)
    if re.search(r"inf|maxsize|float_?info|1e\d|\d{4}", text, re.IGNORECASE) and not isinstance(node, ast.BinOp):
        return True
    return literal(node) in (0, -1) and bool(BEST.search(name))
