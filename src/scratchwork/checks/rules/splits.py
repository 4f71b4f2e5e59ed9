"""How the rows are divided: repeatable, stratified, in the order of time; what is shown is drawn without replacement."""

import ast
import itertools
import re

from scratchwork.checks.files.code_shape import bodies_of, called, calls_in, place_at, routine_at
from scratchwork.checks.files.syntax import every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.unseeded_cuts import divided

SEEDS = re.compile(
    r"\bseed\(|manual_seed|set_seed|default_rng\(\s*\w|Random(State)?\(\s*\w|random_state\s*=\s*\w|seed\s*=\s*\d"
)
TIME_DATA = re.compile(
    r"parse_dates|to_datetime|date_range|DatetimeIndex|TimeSeries|time.?series|forecast|\blags?\b|n_lags|lag_?\d|look_?back"
    r"|\.shift\(|\.rolling\(|\.resample\(|stock|temperature|weather|tomorrow|yesterday|next day|hourly|daily|autoregress",
    re.IGNORECASE,
)
PREDICTED = re.compile(r"print\([^\n]*predict", re.IGNORECASE)
LAGGED = re.compile(
    r"\[\s*([a-z])\s*-\s*\w+\s*:\s*\1\s*\]|\[\s*([a-z])\s*:\s*\2\s*\+\s*(?!\w*batch|\w*size|bs\b)\w+\s*\]|\.shift\("
    r"|sliding_window_view|look_?back|\blag",
    re.IGNORECASE,
)


@rule("SW-D4")
def a_split_is_repeatable(source):
    """A split without a seed differs at each run; without stratify a rare class can be missing from a part."""
    if re.search(r"\bseed\(|manual_seed|set_seed|seed_everything", source.text):
        seeded = True
    else:
        seeded = False
    for call in calls_in(source.tree):
        name = called(call)
        keywords = {part.arg: part.value for part in call.keywords}
        if name in ("train_test_split", "ShuffleSplit", "StratifiedShuffleSplit") and None not in keywords:
            ordered = isinstance(keywords.get("shuffle"), ast.Constant) and keywords["shuffle"].value is False
            seed = keywords.get("random_state", keywords.get("seed"))
            none = seed is None or (isinstance(seed, ast.Constant) and seed.value is None)
            if none and not seeded and not ordered and not len(call.args) > 3 and not own(source, name):
                yield find(
                    "SW-D4", f"{name} in line {call.lineno} has no random_state.", **place_at(source, call.lineno)
                )
            elif "stratify" not in keywords and classifies(source) and name == "train_test_split" and not ordered:
                said = f"{name} in line {call.lineno} does not stratify."
                yield find("SW-D4", said, severity="remark", **place_at(source, call.lineno))
    if not SEEDS.search(source.text):
        yield from unseeded_permutations(source)


def own(source, name):
    return any(isinstance(part, ast.FunctionDef) and part.name == name for part in walk(source.tree))


def classifies(source):
    return bool(re.search(r"accuracy|classif|logistic|n_classes|stratif|confusion", source.text, re.IGNORECASE))


def unseeded_permutations(source):
    """A split by a permutation of the global generator that nobody seeded."""
    for event in trace_of(source):
        if event.kind == "split" and event.call is None:
            shuffled = [value for value in event.values if value.perm is not None]
            if shuffled:
                said = f"The permutation that divides the rows (line {event.line}) has no seed."
                yield find("SW-D4", said, line=event.line, function=event.function)
                return


@rule("SW-D11")
def a_series_is_cut_in_time(source):
    """Rows with an order in time must not be shuffled before the split: the model would see the future."""
    words = {match.group().lower() for match in TIME_DATA.finditer(whole_text(source))}
    lagged = bool(LAGGED.search(source.text))
    if not words or (not lagged and len(words) < 2):
        return
    if not lagged and not re.search(
        r"forecast|time.?series|DatetimeIndex|parse_dates|date_range|to_datetime", whole_text(source), re.I
    ):
        return
    seen = set()
    for event in trace_of(source):
        if event.kind != "split" or event.line in seen:
            continue
        shuffled = shuffles(event)
        if shuffled:
            seen.add(event.line)
            certain = lagged and len(words) >= 2
            said = f"Rows in the order of time ({', '.join(sorted(words)[:4])}) are shuffled by {shuffled} (line {event.line})."
            yield find(
                "SW-D11", said, line=event.line, function=event.function, severity="error" if certain else "warning"
            )
            return
    yield from itertools.islice(_shuffled_in_time(source, sorted(words)[:4], lagged), 1)


def _shuffled_in_time(source, words, lagged):
    """Tables that are shuffled before they are cut, and folds that are shuffled, of rows that have an order in time."""
    for entry in bodies_of(source) if lagged else ():
        for name, call in divided(entry.node.body):
            said = f"Rows in the order of time ({', '.join(words)}) are shuffled (line {call.lineno}) before {name} is cut."
            yield find("SW-D11", said, severity="warning", **place_at(source, call.lineno))
    for call in calls_in(source.tree):
        shuffle = next((part.value for part in call.keywords if part.arg == "shuffle"), None)
        if called(call) in ("KFold", "StratifiedKFold") and isinstance(shuffle, ast.Constant) and shuffle.value is True:
            said = f"The folds of rows in the order of time are shuffled (line {call.lineno})."
            yield find("SW-D11", said, severity="warning", **place_at(source, call.lineno))


def whole_text(source):
    """Code and prose of a notebook, or the script."""
    return "\n".join(cell.source for cell in source.cells) if source.notebook else source.text


def shuffles(event):
    """What shuffles the rows of a split, or an empty string."""
    if event.call is not None and called(event.call) == "train_test_split":
        shuffle = next((part.value for part in event.call.keywords if part.arg == "shuffle"), None)
        return "" if isinstance(shuffle, ast.Constant) and shuffle.value is False else "train_test_split"
    moved = [value for value in event.values if value.perm is not None]
    return "a permutation" if moved or event.what.get("order") else ""


@rule("SW-D12", "SW-M2")
def examples_are_drawn_without_replacement(source):
    """Three 'random images' drawn with replacement can be one image twice; two starting centroids one row twice."""
    for call in calls_in(source.tree):
        around = routine_at(source, call.lineno)
        single = one_by_one(source, call) and is_start_of_clusters(source, call, around)
        drawn = ast.unparse(call)[:60] if single else with_replacement(call)
        if not drawn:
            continue
        near = neighbourhood(source, call, around)
        if is_start_of_clusters(source, call, around):
            drawn_again = any(isinstance(part, ast.While) and holds(part, call) for part in walk(source.tree))
            if drawn_again or re.search(r"np\.unique|set\(", near):
                continue
            said = f"Line {call.lineno} draws the starting centroids by {drawn}, with replacement."
            yield find("SW-M2", said, severity="warning", **place_at(source, call.lineno))
        elif (PREDICTED.search(near) and (called(call) == "choice" or is_shown(source, call))) or re.search(
            r"imshow|show_|view_|plot_image|display|subplots|matshow|title", near
        ):
            said = f"Line {call.lineno} draws the examples by {drawn}, with replacement."
            yield find("SW-D12", said, **place_at(source, call.lineno))


def with_replacement(call):
    """The text of a draw of several indices with replacement, or an empty string."""
    name, text = called(call), ast.unparse(call)
    keywords = {part.arg: ast.unparse(part.value) for part in call.keywords}
    if name in ("choice", "sample") and keywords.get("replace") == "True":
        return text[:60]
    if (
        name == "choice"
        and len(call.args) + ("size" in keywords) >= 2
        and "replace" not in keywords
        and len(call.args) < 3
    ):
        return text[:60]
    several = len(call.args) >= 3 - text.startswith("torch.") or "size" in keywords
    if name in ("randint", "integers", "random_integers") and several:
        return text[:60]
    if name == "choices" and ("k" in keywords or len(call.args) >= 2):
        return text[:60]
    return ""


def is_shown(source, call):
    """Whether what is drawn is gone through by a loop that prints."""
    names = {name for part in every(source.tree, ast.Assign) if holds(part.value, call) for name in stored(part)}
    loops = [part for part in every(source.tree, ast.For) if names & {item.id for item in every(part.iter, ast.Name)}]
    return any(called(part) == "print" for loop in loops for part in calls_in(loop))


def one_by_one(source, call):
    """Whether a call draws the number of a row for each entry of a list: ``[X[randint(n)] for _ in range(k)]``."""
    if called(call) not in ("randint", "integers", "randrange", "choice"):
        return False
    lists = every(source.tree, ast.ListComp)
    return any(call in (part.elt, getattr(part.elt, "slice", None)) for part in lists if _counts(part.generators[0]))


def _counts(generator):
    return isinstance(generator.iter, ast.Call) and called(generator.iter) == "range"


def is_start_of_clusters(source, call, around):
    """Whether a draw gives the starting centroids of k-means."""
    statement = next((part for part in every(source.tree, ast.Assign) if holds(part, call)), None)
    told = " ".join(ast.unparse(target) for target in statement.targets) if statement else ""
    told += f" {around.name} {around.owner.name if around.owner else ''}" if around else ""
    return bool(re.search(r"cent(er|re|roid)|kmeans|k_means|cluster|init_c|random_init", told, re.IGNORECASE))


def holds(outer, inner):
    return any(part is inner for part in walk(outer))


def neighbourhood(source, call, around):
    """The text around a call: its function, its cell, or the lines near it."""
    if around is not None:
        return ast.unparse(around.node)
    cell = source.cell_at(call.lineno) if source.notebook else None
    if cell is not None:
        return cell.source
    return "\n".join(source.lines[max(0, call.lineno - 8) : call.lineno + 8])
