"""Comparisons and sweeps: one thing may differ, the start must be the same, and one run is no evidence."""

import ast
import itertools
import re

from scratchwork.checks.files.code_shape import (
    bound_arguments,
    called,
    calls_in,
    made_once,
    place_at,
    routines,
    strings_in,
)
from scratchwork.checks.files.names import kind_of
from scratchwork.checks.files.syntax import dotted, every, literal, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.parameters import RATE, SETTING
from scratchwork.checks.rules.sweeps import of_plural

TRAINS = re.compile(
    r"train|fit|des?cent|gd$|learn|optimi|classifier|regress|network|mlp|model|net$|^nn|perceptron|run_|^run$|solve"
)
SIZES = {
    "units": r"hidden|units|width|layer_sizes|n_h\b|neurons",
    "passes": r"epoch|iter|steps|passes",
    "rate": r"^(lr|eta|alpha|.*learning_?rate.*|rate)$",
    "batch": r"batch",
}
SAME_DATA = {"X", "y", "x", "Y", "seed", "random_state", "verbose", "rng", "label", "name", "title", "color", "ax"}


@rule("SW-R1", "SW-R2")
def compared_runs_differ_in_one_thing(source):
    """Two runs that are shown side by side differ in one argument, else nobody knows which of them made the difference."""
    for body, place in bodies(source):
        runs = list(training_runs(source, body))
        for (first, a), (second, b) in itertools.combinations(runs, 2):
            if not shown_together(source, body, first, second):
                continue
            differing = different(a, b)
            if other_models(first, second) or len(differing) < 2 or connected(runs, a, b) or one_of_a_grid(runs):
                continue
            sizes = {word for word in differing if re.search(SIZES["passes"], word)}
            unequal = bool(sizes) or called(first) != called(second)
            told = ", ".join(
                f"{key} {a.get(key, 'default')} / {b.get(key, 'default')}" for key in sorted(differing)[:5]
            )
            said = f"The runs in lines {first.lineno} and {second.lineno} are compared and differ in {told}."
            code = "SW-R2" if unequal else "SW-R1"
            yield find(code, said, **(place | {"line": second.lineno}))
            break


CONTRASTS = re.compile(
    r"norm|scal|standard|raw|pca|weighted|tun|regular|augment|balanc|adam|momentum|sgd|newton|elastic|poly"
)


@rule("SW-R1")
def what_is_compared_is_not_the_same_call(source):
    """``plain = vote(X, y, k)`` beside ``scaled = vote(X, y, k)``: two names for one result."""
    for body, place in bodies(source):
        made = {}
        for part in (part for part in body if isinstance(part, ast.Assign) and isinstance(part.value, ast.Call)):
            text, name = ast.unparse(part.value), dotted(part.targets[0])
            first = made.setdefault(text, part)
            words = [set(CONTRASTS.findall(dotted(item.targets[0]).lower())) for item in (first, part)]
            again = {item for one in body if first.lineno < one.lineno < part.lineno for item in stored(one)}
            read = {item.id for item in every(part.value, ast.Name)}
            rows = [item for item in part.value.args if isinstance(item, ast.Name) and kind_of(item.id)]
            if name and len(rows) > 1 and first is not part and words[0] != words[1] and not again & read:
                said = f"{dotted(first.targets[0])} and {name} are both {text[:60]} (lines {first.lineno} and {part.lineno})."
                yield find("SW-R1", said, severity="warning", **(place | {"line": part.lineno}))
                return


def other_models(first, second):
    """Whether two calls ask for models of two kinds, by a word: each has settings of its own."""
    words = [{part.arg: getattr(part.value, "value", None) for part in call.keywords} for call in (first, second)]
    asked = [
        word for word in words[0].keys() & words[1].keys() if word and re.search("model|kind|penalty|kernel", word)
    ]
    return any(isinstance(words[0][word], str) and words[0][word] != words[1][word] for word in asked)


def bodies(source):
    """The statements of the file, then of each function, each with its place."""
    yield source.tree.body, {}
    for entry in routines(source):
        yield entry.node.body, entry.place
    for part in source.tree.body:
        if isinstance(part, ast.If) and "__name__" in ast.dump(part.test):
            yield part.body, {}


def training_runs(source, body):
    """(call, settings) of each call at this level that trains with literal settings."""
    for statement in body:
        if not isinstance(statement, (ast.Assign, ast.Expr, ast.AnnAssign)):
            continue
        for call in calls_in(statement):
            name = called(call)
            if not TRAINS.search(name.lower()) or name in ("train_test_split", "fit_transform", "Sequential"):
                continue
            found = settings(source, call)
            if found:
                yield call, found


def settings(source, call):
    """Setting -> value as text, of the arguments of a call that are literals or names of settings."""
    found = {part.arg: part.value for part in call.keywords if part.arg}
    for entry in routines(source):
        constructor = entry.name == "__init__" and entry.owner is not None and entry.owner.name == called(call)
        if (entry.name == called(call) and entry.owner is None) or constructor:
            bound = bound_arguments(call, entry)
            if bound is not None:
                found = dict(entry.defaults.items()) | bound
    return {
        key: ast.unparse(value)
        for key, value in found.items()
        if key not in SAME_DATA
        and (RATE.match(key) or SETTING.search(key) or units(key))
        and not re.search("seed|state|^tol", key)  # how long a solver goes on is no choice between models
    }


def units(name):
    return any(re.search(pattern, name) for pattern in SIZES.values())


def concept(name):
    """What a setting is about, so that names of two libraries can be compared."""
    return next((word for word, pattern in SIZES.items() if re.search(pattern, name.lower())), name)


def different(first, second):
    """The settings in which two runs differ; a setting that one side does not have counts only for the same function."""
    a = {concept(key): (key, value) for key, value in first.items()}
    b = {concept(key): (key, value) for key, value in second.items()}
    return {a[key][0] for key in a.keys() & b.keys() if normal(a[key][1]) != normal(b[key][1])}


def normal(text):
    """A value as text, so that ``(50,)`` equals ``50`` and ``1e-1`` equals ``0.1``."""
    text = text.strip("()[], ")
    try:
        return str(float(text))
    except ValueError:
        return text


def connected(runs, first, second):
    """Whether a third run stands between the two, one step from each: then they are steps of a series."""
    return any(
        len(different(first, other)) == 1 and len(different(other, second)) == 1
        for _, other in runs
        if other is not first and other is not second
    )


def one_of_a_grid(runs):
    return len(runs) > 6


def shown_together(source, body, first, second):
    """Whether the results of two calls meet: in one plot, one print, one return, or in words of comparison."""
    names = [result_names(body, call) for call in (first, second)]
    if not names[0] or not names[1] or names[0] & names[1]:
        return False
    for statement in walk(ast.Module(body, [])):
        if isinstance(statement, (ast.Return, ast.Expr, ast.Assert, ast.Compare, ast.Dict, ast.Tuple, ast.List)):
            used = {part.id for part in every(statement, ast.Name)}
            if used & names[0] and used & names[1]:
                return True
    drawn = [plotted(body, group) for group in names]
    told = " ".join(strings_in(ast.Module(body, []))) + " " + source.text[:0]
    return all(drawn) or bool(re.search(r"\bvs\.?\b|compar|versus|with and without|better|faster", told, re.IGNORECASE))


def result_names(body, call):
    """The names that the result of a call gets."""
    for statement in every(ast.Module(body, []), ast.Assign):
        if any(part is call for part in walk(statement.value)):
            return {name for target in statement.targets for name in stored(target) if name != "_"}
    return set()


def plotted(body, names):
    """Whether one of the names is drawn or printed with a label."""
    for call in calls_in(ast.Module(body, [])):
        if called(call) in ("plot", "print", "semilogy", "bar", "scatter", "append"):
            used = {part.id for part in every(call, ast.Name)}
            if used & names:
                return True
    return False


@rule("SW-R3", "SW-R4")
def a_sweep_starts_every_value_alike(source):
    """Weights drawn anew without a seed inside a sweep: the curves differ by luck too. One run each: a remark."""
    for loop in every(source.tree, ast.For):
        names = [name for name in stored(loop.target) if RATE.match(name) or SETTING.search(name)]
        names = [name for name in names if INTERESTING.search(name)] or given_numbers(source, loop)
        names = names or sorted(stored(loop.target) if of_plural(loop) else ())
        if not names or not is_sweep(loop):
            continue
        inner = every(ast.Module(loop.body, []), ast.For)
        repeats = any(re.search(r"seed|run|rep|trial|restart|fold", ast.unparse(part.target)) for part in inner)
        drawn = unseeded_start(source, loop)
        if drawn and not repeats:
            said = f"The loop over {names[0]} (line {loop.lineno}) draws new weights for each value without a seed ({drawn})."
            yield find("SW-R3", said, **(place_at(source, loop.lineno) | {"line": loop.lineno}))
        elif not repeats and trained(loop):
            said = f"The loop over {names[0]} (line {loop.lineno}) runs each value once."
            yield find("SW-R4", said, **(place_at(source, loop.lineno) | {"line": loop.lineno}))


def given_to(call):
    """The arguments of a call, those by name too."""
    return [*call.args, *(part.value for part in call.keywords)]


def given_numbers(source, loop):
    """The name of a loop over numbers in rising order, written out, that is handed to a training."""
    values = [literal(part) for part in getattr(made_once(source.tree, loop.iter), "elts", ())]
    numbers = len(values) > 2 and all(isinstance(value, (int, float)) for value in values) and values == sorted(values)
    name = getattr(loop.target, "id", "")
    counts = re.search(r"seed|run|rep|trial|restart|fold|^k$|degree|clusters", name)
    own = {part.name for part in source.tree.body if isinstance(part, ast.ClassDef)}
    calls = [call for call in calls_in(ast.Module(loop.body, [])) if called(call) in own or TRAINS.search(called(call).lower())]  # fmt: skip
    handed = any(getattr(part, "id", "") == name for call in calls for part in given_to(call))
    return [name] if numbers and not counts and handed else []


INTERESTING = re.compile(
    r"^(lr|lrate|eta|alpha|rate|.*learning|epochs?|n_epochs|.*iter|lam|lambda|reg|.*hidden|batch|momentum|units|n_h)"
)


def is_sweep(loop):
    """Whether a loop goes over several given values, not over passes of a training."""
    if isinstance(loop.iter, (ast.List, ast.Tuple)):
        return len(loop.iter.elts) > 1
    if isinstance(loop.iter, ast.Call) and called(loop.iter) in ("range", "count"):
        return False
    return bool(re.search(r"s$|values|grid|list|options|candidates|zip|enumerate", ast.unparse(loop.iter)))


def trained(loop):
    return any(TRAINS.search(called(call).lower()) for call in calls_in(ast.Module(loop.body, [])))


def unseeded_start(source, loop):
    """The text of a call in the loop that draws weights from an unseeded generator, else an empty string."""
    body = ast.Module(loop.body, [])
    if any(re.search(r"seed", called(call)) for call in calls_in(body)) or "deepcopy" in ast.unparse(body):
        return ""
    for call in calls_in(body):
        given = [part.value for part in call.keywords if part.arg in ("seed", "random_state")]
        if any(re.search(r"np\.random\.rand|random\.rand|time\(", ast.unparse(value)) for value in given):
            return ast.unparse(call)[:60]
        words = {part.arg for part in call.keywords}
        if words & {"seed", "random_state", "rng"} or any("seed" in ast.unparse(arg) for arg in call.args):
            continue
        if draws(source, call, set()):
            return ast.unparse(call)[:50]
    return ""


def draws(source, call, visited):
    """Whether a call ends in NumPy's global generator, or in a fresh one without a seed."""
    text = ast.unparse(call)
    if re.search(
        r"np\.random\.(randn|rand|normal|uniform|standard_normal)\b|default_rng\(\)|RandomState\(\)|\bnn\.(Linear|Conv)",
        text,
    ):
        return True
    for entry in routines(source):
        own = entry.name == called(call) and (entry.owner is None or "." in dotted(call.func))
        own = own or (entry.name == "__init__" and entry.owner is not None and entry.owner.name == called(call))
        if not own or entry.node in visited:
            continue
        visited.add(entry.node)
        inside = ast.unparse(entry.node)
        if re.search(r"seed\(|default_rng\(\s*\w|RandomState\(\s*\w|manual_seed", inside):
            continue
        if any(draws(source, inner, visited) for inner in calls_in(entry.node)):
            return True
    return False
