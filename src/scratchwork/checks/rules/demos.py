"""Demonstrations and loaders: whose examples are shown, and what a fixed batch size does to the last batch."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.files.names import kind_of, part_of, tokens
from scratchwork.checks.files.syntax import dotted, every, stored, stored_inside, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

TRAINING = re.compile(r"train", re.IGNORECASE)
SHOWS = re.compile(r"imshow|view_|show|bar\(|barh|predict|topk|argmax|softmax|exp\(|print|plot", re.IGNORECASE)
MODEL_CALL = re.compile(
    r"\b(\w*(model|net|classifier|mlp|cnn|network)\w*)(\.forward|\.predict|\.__call__)?\(", re.IGNORECASE
)


@rule("SW-D13")
def demonstrations_come_from_the_test_part(source):
    """next(iter(trainloader)) after training, and the model's answer beside it: the model has seen these images."""
    trained = [
        call.lineno for call in calls_in(source.tree) if called(call) in ("backward", "fit", "train_model", "step")
    ]
    loaders = iterators(source)
    for part in every(source.tree, ast.Assign):
        from_training = taken_from_training(part.value, loaders)
        if not from_training or not trained or part.lineno < min(trained) or in_loop(source, part):
            continue
        names = {name for target in part.targets for name in stored(target)}
        after = later_text(source, part)
        if names and MODEL_CALL.search(after) and SHOWS.search(after):
            said = f"Line {part.lineno} takes the example from {from_training}, and the model's answer for it is shown."
            yield find("SW-D13", said, **place_at(source, part.lineno))
            return


@rule("SW-D13")
def a_test_by_name_asks_rows_of_the_test(source):
    """def test_prediction(index): predict(X_train[:, index]), though the file has an X_dev."""
    if not any(part_of(name) in ("test", "val") and kind_of(name) == "data" for name in stored(source.tree)):
        return
    for entry in routines(source):
        own = {*entry.parameters, *stored_inside(entry.node)}
        asks = [call for call in calls_in(entry.node) if "predict" in called(call).lower()]
        names = {part.id for call in asks for part in every(call, ast.Name) if part.id not in own}
        parts = {part_of(name) for name in names if kind_of(name) == "data"}
        if "test" in tokens(entry.name) and parts == {"train"}:
            said = f"{entry.name} predicts rows of the training part alone (line {asks[0].lineno}): the model has seen them."
            yield find("SW-D13", said, severity="warning", **(entry.place | {"line": asks[0].lineno}))
            return


def iterators(source):
    """Names bound to iter(train_loader)."""
    found = {}
    for part in every(source.tree, ast.Assign):
        if isinstance(part.value, ast.Call) and called(part.value) == "iter":
            for name in stored(part.targets[0]):
                found[name] = ast.unparse(part.value.args[0]) if part.value.args else ""
    return found


def taken_from_training(node, loaders):
    """The training loader or set that an expression takes an example from, or an empty string."""
    for call in calls_in(node):
        source_of = ""
        if called(call) == "next" and call.args:
            inner = call.args[0]
            source_of = loaders.get(dotted(inner), ast.unparse(inner))
        elif called(call) in ("next", "__next__") and isinstance(call.func, ast.Attribute):
            source_of = loaders.get(dotted(call.func.value), ast.unparse(call.func.value))
        if TRAINING.search(source_of) and not re.search(r"test|val", source_of, re.IGNORECASE):
            return source_of.replace("iter(", "").rstrip(")")
    if isinstance(node, ast.Subscript):
        base = dotted(node.value)
        if re.search(r"train_?(set|data|dataset)$|^(X|x)_train$|train_images", base) and is_one_example(node.slice):
            return base
    return ""


def is_one_example(index):
    """Whether an index picks single examples: a number, a name, a drawn index."""
    return not isinstance(index, (ast.Slice, ast.Tuple)) and "mask" not in ast.unparse(index)


def in_loop(source, node):
    loops = every(source.tree, ast.For, ast.While, ast.FunctionDef)
    return any(any(inner is node for inner in walk(part)) for part in loops)


def later_text(source, node):
    """The cell from this line on, or the next lines of a script."""
    cell = source.cell_at(node.lineno) if source.notebook else None
    if cell is not None:
        return "\n".join(cell.source.split("\n")[node.lineno - cell.first_line :])
    return "\n".join(source.lines[node.lineno - 1 : node.lineno + 14])


@rule("SW-D14")
def shapes_follow_the_batch_at_hand(source):
    """images.resize_(64, 784) in the loop over a loader: the last batch has fewer rows, and gets rows of nothing."""
    sizes = batch_sizes(source)
    for loop in every(source.tree, ast.For):
        for call in calls_in(ast.Module(loop.body, [])):
            number = fixed_rows(call)
            if number is None or number <= 1 or "drop_last=True" in source.text.replace(" ", ""):
                continue
            if loops_over_batches(loop) and (number in sizes or called(call) == "resize_"):
                said = f"Line {call.lineno} writes {ast.unparse(call)[:50]} within the loop over batches."
                yield find("SW-D14", said, **place_at(source, call.lineno))
                return


def fixed_rows(call):
    """The literal number of rows in a reshape, or None."""
    name = called(call)
    if name not in ("resize_", "view", "reshape", "resize", "zeros") or not isinstance(call.func, ast.Attribute):
        return None
    args = call.args
    if args and isinstance(args[0], (ast.Tuple, ast.List)):
        args = args[0].elts
    if name in ("zeros",) or len(args) < 2 or not isinstance(args[0], ast.Constant):
        return None
    return args[0].value if isinstance(args[0].value, int) else None


def batch_sizes(source):
    """Numbers that the file uses as batch size."""
    found = set()
    for part in walk(source.tree):
        if isinstance(part, ast.keyword) and part.arg == "batch_size" and isinstance(part.value, ast.Constant):
            found.add(part.value.value)
        if (
            isinstance(part, ast.Assign)
            and isinstance(part.value, ast.Constant)
            and "batch" in ast.unparse(part.targets[0]).lower()
        ):
            found.add(part.value.value)
    return found


def loops_over_batches(loop):
    text = f"{ast.unparse(loop.target)} in {ast.unparse(loop.iter)}".lower()
    return bool(re.search(r"loader|batch|images|range\(\s*0\s*,.*,", text))
