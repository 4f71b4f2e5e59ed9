"""The order of the rows in training: drawn anew in each epoch, or the same for ever."""

import ast
import re

from scratchwork.checks.files.code_shape import bodies_of, called, calls_in, place_at, routines
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.parameters import RATE

RANDOM = re.compile(r"shuffle|permut|choice|randint|integers|sample\b|random_|randperm|argsort\([^\n]*rand|rng\.")

BY_MISTAKES = re.compile(r"percep|\bxor", re.IGNORECASE)  # any order of the rows will do


@rule("SW-T12")
def batches_are_drawn_in_random_order(source):
    """Mini-batches in the order of the file: where the rows are sorted, each batch holds one class."""
    sure = "remark" if BY_MISTAKES.search(source.text) else "warning"
    for entry in bodies_of(source):
        line = rows_in_order(source, entry)
        if line and vocabulary.role_of_name(entry.name) != "update":
            said = f"{entry.name} goes over the rows in their given order (line {line}), the same in each epoch."
            yield find("SW-T12", said, severity=sure, **({"line": line} | entry.place))
            return
    yield from unshuffled_loader(source)


def rows_in_order(source, entry):
    """The line of a loop over the rows within one over the epochs, where nothing is drawn; or None."""
    loops = every(entry.node, ast.For, ast.While)
    within = {part for loop in loops for part in walk(loop) if part is not loop}
    for epochs in (loop for loop in loops if loop not in within):
        passes = (
            isinstance(epochs, ast.While)
            or called(epochs.iter if isinstance(epochs.iter, ast.Call) else ast.Call(epochs.iter)) in PASSES
        )
        inner = [
            part
            for part in every(ast.Module(epochs.body, []), ast.For)
            if (over_rows(part, passes) or over_batches(source, part, epochs))
        ]
        text = ast.unparse(epochs) + helpers(source, epochs, entry.node) + ast.unparse(before(entry.node, inner))
        loop = re.sub(
            r"default_rng|RandomState|rng = [^\n]*|random_state|(rng|random)\.(normal|standard_normal|uniform|rand|random)\(|randn|random\.seed|import [^\n]*",
            "",
            text,
        )
        after = [part for part in epochs.body if inner and not any(item is inner[0] for item in walk(part))]
        if inner and updates(inner[0]) and not updates(ast.Module(after, [])) and not RANDOM.search(loop):
            return inner[0].lineno
    return None


ROWS = re.compile(
    r"range\(\s*0\s*,.+,.+\)|zip\(\s*\w*[xX]|range\((n|m|len\(\w+\)|n_samples|\w+\.shape\[0\]|n_batches|num_batches)\)|range\(.*//"
)
DATA = vocabulary.Spelled(
    r"^(x|y|data|dataset|rows?|samples?|images?|labels?|train\w*|order|ind(ex|ices)|idx|examples?|patterns?|(mini_?)?batch(es)?)(_|$)"
)


PASSES = ("range", "tqdm", "trange", "count")


def over_rows(loop, passes):
    """Whether a loop goes over rows or batches: range(0, n, size), range(n), zip(X, y), the training set itself."""
    parts = (
        loop.iter.args if isinstance(loop.iter, ast.Call) and called(loop.iter) in ("zip", "enumerate") else [loop.iter]
    )
    names = [part.value if isinstance(part, ast.Subscript) else part for part in parts]
    data = [
        part
        for part in names
        if isinstance(part, (ast.Name, ast.Attribute)) and DATA.search(dotted(part).split(".")[-1])
    ]
    if "loader" in dotted(names[0]).lower():
        return False  # what it hands out, and in which order, is told where it is made
    pairs = isinstance(loop.target, ast.Tuple) and len(loop.target.elts) == 2 and isinstance(loop.iter, ast.Name)
    numbered = passes and (pairs or len(picked(loop)) > 1)
    return bool(data) or bool(ROWS.search(ast.unparse(loop.iter))) or numbered


def over_batches(source, loop, epochs):
    """Whether a loop goes over what a generator of the file cuts out, one piece after the other: ``for x, y in pieces(X, Y, 32)``."""
    bound = {}
    for part in walk(epochs):
        pairs = [(item.optional_vars, item.context_expr) for item in part.items] if isinstance(part, ast.With) else []
        pairs += [(target, part.value) for target in part.targets] if isinstance(part, ast.Assign) else []
        bound |= {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
    value = bound.get(getattr(loop.iter, "id", None), loop.iter)
    while isinstance(value, ast.Call) and called(value) in ("tqdm", "enumerate", "list", "iter") and value.args:
        value = value.args[0]
    made = [entry.node for entry in routines(source) if isinstance(value, ast.Call) and entry.name == called(value)]
    yields = [node for node in made if any(isinstance(part, ast.Yield) for part in walk(node))]
    return any(re.search(r"range\((0, )?[^,]+, [^,]+\)", ast.unparse(node)) for node in yields)


def picked(loop):
    """The arrays of rows of which the number of a loop picks one."""
    numbers, body = stored(loop.target), walk(ast.Module(loop.body, []))
    taken = [part for part in body if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Load)]
    names = {
        dotted(part.value) for part in taken if numbers & {getattr(item, "id", "") for item in ast.walk(part.slice)}
    }
    return {name for name in names if DATA.search(name.split(".")[-1])}


def updates(loop):
    """Whether the body of a loop changes parameters."""
    body = ast.Module(loop.body, [])
    steps = any(
        isinstance(part, ast.AugAssign)
        and (
            isinstance(part.op, ast.Sub)
            or ast.unparse(part.value)[0] == "-"
            or any(RATE.match(word) for word in re.findall(r"\w+", ast.unparse(part.value)))
        )
        for part in walk(body)
    )
    for part in walk(body):
        anew = (
            isinstance(part, ast.Assign)
            and isinstance(part.value, ast.BinOp)
            and isinstance(part.value.op, (ast.Add, ast.Sub))
        )
        if anew and ast.unparse(part.targets[0]) == ast.unparse(part.value.left):
            steps = steps or any(RATE.match(word) for word in re.findall(r"\w+", ast.unparse(part.value.right)))
    roles = {vocabulary.role_of_name(called(call)) for call in calls_in(body)}
    named = any(re.search(r"update|step|backward|train|apply", called(call).lower()) for call in calls_in(body))
    return steps or named or bool({"update", "backward", "train"} & roles)


def helpers(source, loop, around):
    """The text of the functions that a loop calls."""
    names = {called(call) for call in calls_in(loop)}
    return "\n".join(
        ast.unparse(other.node) for other in routines(source) if other.name in names and other.node is not around
    )


def before(function, inner):
    """What a function does ahead of its loop over the rows to the names that this loop goes over."""
    about = {part.id for loop in inner for part in ast.walk(loop.iter) if isinstance(part, ast.Name)}
    made = [part for part in every(function, ast.Assign) if about & stored(part)]
    return ast.Module(made, [])


def unshuffled_loader(source):
    """DataLoader(train_set) without shuffle=True."""
    for call in calls_in(source.tree):
        keywords = {part.arg: part.value for part in call.keywords}
        if called(call) != "DataLoader" or not call.args or {"sampler", "batch_sampler", None} & set(keywords):
            continue
        about = ast.unparse(call.args[0])
        shuffle = keywords.get("shuffle")
        off = shuffle is None or (isinstance(shuffle, ast.Constant) and shuffle.value is False)
        if off and len(call.args) < 3 and re.search("train", about) and not re.search("test|val|train=False", about):
            said = f"Line {call.lineno} loads {about} without shuffle=True."
            yield find("SW-T12", said, severity="warning", **place_at(source, call.lineno))
            return
