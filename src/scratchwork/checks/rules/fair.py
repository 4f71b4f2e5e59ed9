"""What is compared gets the same budget, the same draw and the same rows: only what the comparison is about may differ."""

import ast
import re

from scratchwork.checks.files.code_shape import bound_arguments, called, calls_in, inner_arguments, place_at, routines
from scratchwork.checks.files.syntax import dotted, every, literal, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.comparisons import INTERESTING, TRAINS, bodies, concept
from scratchwork.checks.rules.parameters import RATE, SETTING
from scratchwork.checks.rules.sweep_starts import names_in
from scratchwork.checks.rules.sweeps import of_plural

REPEATS = re.compile(r"seed|run|rep|trial|restart|fold|^_|^i$|epoch|iter|step|batch|^t$|^sizes?$|^n$")
NAMED = re.compile(
    r"name|method|model|algo|^opt$|optimi[sz]er|make|solver|kind|label|rule|variant|scheme|strategy|cls|loss|activation|metric"
)
RUNS = re.compile(rf"{TRAINS.pattern}|error|score|evaluat|^cv|cross_val|_cv$")
DRAWS = re.compile(r"\.(randn?|normal|uniform|standard_normal|random|integers|randint|permutation|choice|shuffle)$")
GENERATOR = re.compile(r"rng|rs|gen|generator|random_state|rnd|prng")


@rule("SW-R1", "SW-R2")
def what_is_compared_gets_the_same_budget(source):
    """for name in methods: train(name, steps // 10 if name == "plain" else steps): the number of steps differs too."""
    for loop, names in compared(source):
        for part in walk(ast.Module(loop.body, [])):
            uneven = (
                of_a_condition(part, names)
                or of_a_number(source, part, names)
                or of_a_product(source, loop, part, names)
            )
            if uneven:
                what, code = uneven
                said = f"The loop of line {loop.lineno} compares by {names[0]}, and {what} differs with it: {ast.unparse(part)[:70]}."
                yield find(code, said, severity="warning", **place_at(source, part.lineno))
                return


def compared(source):
    """(loop, names) of each loop over settings or methods that trains in its body."""
    for loop in every(source.tree, ast.For):
        names = sorted(name for name in stored(loop.target) if is_compared(name) or of_plural(loop))
        calls = calls_in(ast.Module(loop.body, []))
        if names and any(RUNS.search(called(call).lower()) or called(call) in stored(loop.target) for call in calls):
            yield loop, names


def is_compared(name):
    told = RATE.match(name) or SETTING.search(name) or INTERESTING.search(name) or NAMED.search(name) or "depth" in name
    return bool(told) and not REPEATS.search(name)


def of_a_condition(part, names):
    """(words, code) of ``steps * 4 if make is Adam else steps``: both branches are of one thing, and not the same."""
    if not isinstance(part, ast.IfExp) or not names_in(part.test) & set(names):
        return None
    shared = sorted(bare(part.body) & bare(part.orelse))
    alone = isinstance(part.body, (ast.Name, ast.Attribute)) or isinstance(part.orelse, (ast.Name, ast.Attribute))
    if not shared or not alone or not (names_in(part.body) | names_in(part.orelse)).isdisjoint(names):
        return None
    sliced = any(isinstance(branch, ast.Subscript) for branch in (part.body, part.orelse))
    scaled = any(isinstance(branch, ast.BinOp) for branch in (part.body, part.orelse))
    return (shared[0], "SW-R1" if sliced else "SW-R2") if sliced or scaled else None


def of_a_number(source, part, names):
    """(words, code) of ``epochs=500 if rate < 0.1 else 4000``, or set so in two branches: two numbers for what all should have alike."""
    given = inner_arguments(source, part).items() if isinstance(part, ast.Call) else ()
    given = [(ast.unparse(part.targets[0]), part.value)] if isinstance(part, ast.Assign) else given
    found = [(key, value.test, value.body, value.orelse) for key, value in given if isinstance(value, ast.IfExp)]
    if isinstance(part, ast.If) and len(part.body) == len(part.orelse) == 1:
        one, other = (getattr(branch[0], "value", None) for branch in (part.body, part.orelse))
        keys = [ast.unparse(getattr(branch[0], "targets", [branch[0]])[0]) for branch in (part.body, part.orelse)]
        found = [(keys[0], part.test, one, other)] if keys[0] == keys[1] else []
    for key, test, *branches in found:
        numbers = [literal(branch) for branch in branches]
        told = None not in numbers and numbers[0] != numbers[1] and names_in(test) & set(names)
        if told and (concept(key) in BUDGET or COUNT.fullmatch(key.lower())):
            return key, "SW-R2" if concept(key) == "passes" else "SW-R1"
    return None


BUDGET = ("passes", "batch", "units")


def bare(node):
    """The names and attributes in an expression, as text."""
    return {ast.unparse(part) for part in ast.walk(node) if isinstance(part, (ast.Name, ast.Attribute))}


def of_a_product(source, loop, part, names):
    """(words, code) of ``lr / depth ** 2`` handed to a training that also gets, or is built with, the depth itself."""
    turns = isinstance(part, ast.Call) and called(part) == "range" and concept(names[0]) not in ("passes", "batch")
    if turns and any(concept(word) == "passes" for word in names_in(part)) and names_in(part) & set(names):
        return "the number of rounds", "SW-R2"
    if not isinstance(part, ast.Call) or not TRAINS.search(called(part).lower()):
        return None
    for key, value in inner_arguments(source, part).items():
        mixed = [item for item in ast.walk(value) if isinstance(item, ast.BinOp) and names_in(item) & set(names)]
        if mixed and concept(key) == "passes" and concept(names[0]) not in ("passes", "batch"):
            return key, "SW-R2"
    for argument in [*part.args, *(keyword.value for keyword in part.keywords)]:
        for mixed in (item for item in ast.walk(argument) if isinstance(item, ast.BinOp)):
            for name in names_in(mixed) & set(names):
                others = {text.split(".")[-1].lower() for text in bare(mixed) if text != name}
                budget = next((other for other in sorted(others) if concept(other) in ("passes", "rate")), None)
                own = concept(name) if concept(name) != "batch" else None
                if budget and own and own != concept(budget) and stands_alone(loop, name):
                    return budget, "SW-R1" if "rate" in (concept(budget), own) else "SW-R2"
    return None


def stands_alone(loop, name):
    """Whether some call in the loop gets the value itself."""
    return any(
        getattr(argument, "id", "") == name
        for call in calls_in(ast.Module(loop.body, []))
        if called(call) not in ("print", "append", "plot", "int", "float", "str", "round")
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
    )


@rule("SW-R3")
def what_is_compared_starts_from_the_same_draw(source):
    """for lam in grid: cv_error(X, y, lam, folds(n, 5, rng)): each value gets other random numbers."""
    for loop, names in compared(source):
        made = {name for part in every(ast.Module(loop.body, []), ast.Assign) for name in stored(part)}
        for call in direct_calls(loop):
            drawn = drawing(source, call, made)
            if drawn and not names_in(call) & stored(loop.target) and not in_repeats(source, loop):
                said = f"The loop over {names[0]} (line {loop.lineno}) draws {ast.unparse(call)[:50]} anew for each of them."
                yield find("SW-R3", said, severity="warning", **place_at(source, call.lineno))
                return


def direct_calls(loop):
    """The calls in a loop's own statements, not in those of loops inside."""
    for statement in loop.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.AugAssign)):
            yield from calls_in(statement)


def drawing(source, call, made):
    """Whether a call draws from a generator that is made outside the loop: its method, or a function that is given it."""
    owner = dotted(call.func)
    if DRAWS.search(owner):
        first = owner.rpartition(".")[0]
        return first.split(".")[0] not in ("np", "numpy", "random") and first not in made
    given = [
        place
        for place, part in enumerate(call.args)
        if GENERATOR.fullmatch(getattr(part, "id", "").lower()) and part.id not in made
    ]
    for entry in routines(source) if given else ():
        if entry.name == called(call) and entry.owner is None and given[0] < len(entry.parameters):
            own = entry.parameters[given[0]]
            return any(
                DRAWS.search(dotted(inner.func)) and dotted(inner.func).startswith(f"{own}.")
                for inner in calls_in(entry.node)
            )
    return False


def in_repeats(source, loop):
    """Whether the loop stands in one that repeats the whole with other random numbers."""
    around = [
        part for part in every(source.tree, ast.For) if part is not loop and any(inner is loop for inner in walk(part))
    ]
    return any(REPEATS.search(name) for part in around for name in stored(part.target))


COUNTED = {"KNeighborsClassifier": "5", "KNeighborsRegressor": "5", "KMeans": "8"}
NEAR = re.compile(r"knn|neighbou?r|nearest|dist|vote|k_?means|cluster|cent(er|re|roid)|lloyd", re.IGNORECASE)
COUNT = re.compile(r"k|(n|num|number_of)_?(neighbou?rs|clusters|centroids)(_\w+)?|_?k_(neighbou?rs|clusters|value)")


@rule("SW-R1")
def both_count_as_many(source):
    """knn(X, y, x, k, p=3) beside KNeighborsClassifier(): ours asks k neighbours, that of the library 5, by p = 2."""
    entries = [entry for entry in routines(source) if entry.owner is None or entry.name == "__init__"]
    own = {entry.owner.name if entry.owner else entry.name: entry for entry in entries}
    own = {name: entry for name, entry in own.items() if NEAR.search(ast.unparse(entry.owner or entry.node))}
    loops = [part.body for part in every(source.tree, ast.For)]
    for body in [*loops, *(body for body, _ in bodies(source))]:
        plain = [part for part in body if not isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.If))]
        told = {}
        for call in calls_in(ast.Module(plain, [])):
            theirs, count = counted_by(call, own)
            clusters = bool(re.search("mean|clust|lloyd", called(call).lower()))
            asked = {} if count is None else {"clusters" if clusters else "k": settled_number(source, count)}
            for key, word in (asked | measured_by(call, own.get(called(call)))).items():
                told.setdefault((key, theirs), {}).setdefault(word, call)
        for key in ("k", "clusters", "p", "weights"):
            mine, other = (list(told.get((key, theirs), {}).items()) for theirs in (False, True))
            if len(mine) == len(other) == 1 and mine[0][0] != other[0][0]:
                yield from uneven_counts(source, key, mine[0], other[0])


def uneven_counts(source, key, mine, other):
    """The finding that two settings differ, of which one is a number or a known word."""
    (ours, call), (theirs, beside) = mine, other
    if ours.isdigit() or theirs.isdigit() or key == "weights":
        said = f"{called(call)} (line {call.lineno}) is given {key} = {ours}, {called(beside)} beside it (line {beside.lineno}) {theirs}."
        yield find("SW-R1", said, severity="warning", **place_at(source, beside.lineno))


POWERS = {"euclidean": "2", "l2": "2", "manhattan": "1", "cityblock": "1", "l1": "1"}


def measured_by(call, entry):
    """{"p": the power of the distance, "weights": how neighbours count} of a call, as far as it or a default tells."""
    theirs = entry is None and called(call).startswith("KNeighbors")
    given = (
        {"p": ast.Constant(2), "weights": ast.Constant("uniform")} if theirs else dict(entry.defaults) if entry else {}
    )
    bound = (
        {part.arg: part.value for part in call.keywords} if theirs else bound_arguments(call, entry) if entry else {}
    )
    words = {str(key).lower(): str(getattr(part, "value", "")) for key, part in (given | (bound or {})).items()}
    power = next((POWERS[word] for word in words.values() if word in POWERS), words.get("p", ""))
    shares = next((word for word in words.values() if word in ("uniform", "distance")), "")
    return {key: word for key, word in (("p", power), ("weights", shares)) if word.isalnum() and word != "None"}


def counted_by(call, own):
    """(whether the library counts, the number of neighbours or clusters that a call asks for, as an expression or None)."""
    name = called(call)
    if name in COUNTED and name not in own:
        given = [part.value for part in call.keywords if part.arg in ("n_neighbors", "n_clusters")] + call.args[:1]
        return True, next(iter(given), ast.Constant(int(COUNTED[name])))
    bound = bound_arguments(call, own[name]) if name in own else None
    for key, value in (dict(own[name].defaults.items()) | bound).items() if bound is not None else ():
        if COUNT.fullmatch(key.lower()):
            inner = [part for part in calls_in(own[name].node) if called(part) in COUNTED.keys() - own.keys()]
            return key in {getattr(counted_by(part, own)[1], "id", "") for part in inner}, value
    return False, None


def settled_number(source, node):
    """An expression as text; a name that is bound once, to a number, as that."""
    made = [part.value for part in every(source.tree, ast.Assign) if ast.unparse(part.targets[0]) == ast.unparse(node)]  # fmt: skip
    return ast.unparse(made[0] if len(made) == 1 and isinstance(made[0], ast.Constant) else node)
