"""Training loops of PyTorch: gradients are reset, units are not dropped out where a model is asked, and what it is asked about."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

RESETS = re.compile(
    r"zero_grad|zero_\(|\.grad = |\.grad\[|del [\w.]+\.grad|grad\.fill_|autograd\.grad\(|requires_grad|\.detach\(\)"
)
RANDOM_LAYERS = re.compile(r"\b(Alpha)?(Dropout|BatchNorm)(\dd)?\(")
CALM = re.compile(r"\.eval\(|\.training = |\.train\((False|mode=False|phase|mode|is_train|training|train)|\btraining=")
TRAIN, HELD_OUT = re.compile(r"(?i)train"), re.compile(r"(?i)test|val|dev|eval")


def uses_torch(source):
    """Whether a file trains with torch: it builds modules and optimisers, and has no backward pass or step of its own."""
    own = {entry.name for entry in routines(source)} & {"backward", "step"}
    return not own and bool(re.search(r"\bnn\.\w+\(", source.text) and re.search(r"\boptim\b", source.text))


def innermost_loops(tree, *calls):
    """Loops in which all these methods are called, and no loop inside of which the same holds."""
    found = [
        loop for loop in every(tree, ast.For, ast.While) if {called(call) for call in calls_in(loop)} >= set(calls)
    ]
    return [loop for loop in found if not any(other in found for other in walk(loop) if other is not loop)]


@rule("SW-G1")
def gradients_of_torch_are_reset(source):
    """``backward`` adds to what stands in ``.grad``: where no line of the loop, or of what it calls, sets it back, each step goes
    along the sum of all gradients so far."""
    if not uses_torch(source):
        return
    for loop in innermost_loops(source.tree, "backward", "step"):
        own = {called(call) for call in calls_in(loop)}
        helpers = [ast.unparse(entry.node) for entry in routines(source) if entry.name in own]
        if not RESETS.search("\n".join([ast.unparse(loop), *helpers])):
            line = next(call.lineno for call in calls_in(loop) if called(call) == "backward")
            said = f"The loop in line {loop.lineno} calls backward and step, and nothing in it sets the gradients to zero: line {line} adds to those of all rounds before."
            yield find("SW-G1", said, **place_at(source, line))
            return


def parts_without_gradients(source):
    """Blocks under ``torch.no_grad()``, in which a model is asked and not trained."""
    for part in every(source.tree, ast.With):
        if re.search(r"no_grad|inference_mode", ast.unparse(part.items[0])):
            yield part


@rule("SW-T20")
def a_model_of_torch_is_calmed_before_it_is_asked(source):
    """Dropout and batch normalisation work on as in training until ``model.eval()``: the same row gets another answer each time."""
    text = ast.unparse(source.tree) if uses_torch(source) else ""
    if not RANDOM_LAYERS.search(text) or CALM.search(text):
        return
    trained = [call.lineno for call in calls_in(source.tree) if called(call) == "backward"]
    for part in parts_without_gradients(source):
        asked = [call for call in calls_in(part) if asks_a_model(call)]
        if trained and asked:
            layer = RANDOM_LAYERS.search(text)[0].rstrip("(")
            said = f"Line {asked[0].lineno} asks a model that has a {layer} layer, and eval() is called nowhere in the file."
            yield find("SW-T20", said, severity="warning", **place_at(source, asked[0].lineno))
            return


@rule("SW-P5")
def classes_of_torch_stand_in_the_columns(source):
    """``argmax(dim=0)`` of an output (rows, classes) names for each class the row that has most of it."""
    if not uses_torch(source):
        return
    outputs = {
        name
        for part in every(source.tree, ast.Assign)
        if asks_a_model(part.value)
        for target in part.targets
        for name in stored(target)
    }
    over_batches = [
        part for part in every(source.tree, ast.For) if re.search(r"(?i)loader|batch", ast.unparse(part.iter))
    ]
    for call in (call for loop in over_batches for call in calls_in(loop)):
        if called(call) not in ("argmax", "max") or not isinstance(call.func, ast.Attribute):
            continue
        bare = dotted(call.func.value) == "torch"
        of, rest = (call.args[0] if bare and call.args else call.func.value), call.args[bare:]
        axis = next((part.value for part in call.keywords if part.arg in ("dim", "axis")), rest[0] if rest else None)
        name = re.sub(r"\.(data|detach\(\)|cpu\(\))", "", ast.unparse(of))
        if isinstance(axis, ast.Constant) and axis.value == 0 and (name in outputs or asks_a_model(of)):
            said = (
                f"Line {call.lineno} takes the largest along axis 0 of {ast.unparse(of)[:40]}, whose rows are samples."
            )
            yield find("SW-P5", said, **place_at(source, call.lineno))
            return


def asks_a_model(node):
    """``model(images)``, ``net.forward(x)``, by their names."""
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func) or ""
    return bool(re.fullmatch(r"(self\.)?(\w*(model|net|classifier|mlp)\w*)(\.forward)?", name, re.IGNORECASE))


@rule("SW-E9")
def a_test_loader_is_used(source):
    """Accuracy counted over the training loader while the file makes a test loader and never reads it."""
    loaders = {
        name
        for part in every(source.tree, ast.Assign)
        if isinstance(part.value, ast.Call) and called(part.value) == "DataLoader"
        for target in part.targets
        for name in stored(target)
    }
    held_out = {name for name in loaders if HELD_OUT.search(name) and not TRAIN.search(name)}
    read = {part.id for part in every(source.tree, ast.Name) if isinstance(part.ctx, ast.Load)}
    if not held_out or held_out & read:
        return
    for block in parts_without_gradients(source):
        loops = every(block, ast.For)
        for loop in loops:
            names = {part.id for part in every(loop.iter, ast.Name)} & loaders
            if names and all(map(TRAIN.search, names)):
                said = f"Line {loop.lineno} counts over {min(names)}, which the model was trained with; {min(held_out)} is made and never read."
                yield find("SW-E9", said, **place_at(source, loop.lineno))
                return


@rule("SW-E1")
def answers_of_torch_are_as_flat_as_the_labels(source):
    """``preds.view(-1, 1) == labels``: a column beside a row compares every answer with every label."""
    if not uses_torch(source):
        return
    batches = {
        loop.target.elts[-1].id
        for loop in every(source.tree, ast.For)
        if isinstance(loop.target, ast.Tuple)
        and isinstance(loop.target.elts[-1], ast.Name)
        and re.search(r"(?i)loader", ast.unparse(loop.iter))
    }
    for part in every(source.tree, ast.Compare):
        if len(part.ops) != 1 or not isinstance(part.ops[0], ast.Eq):
            continue
        sides = [part.left, *part.comparators]
        column = [side for side in sides if re.search(r"\.(view|reshape)\(-1, 1\)$|unsqueeze\((1|-1)\)$|keepdim=True\)(\[1\])?$", ast.unparse(side))]  # fmt: skip
        flat = [side.id for side in sides if isinstance(side, ast.Name) and side.id in batches]
        if column and flat and not re.search(rf"\b{flat[0]} = ", source.text):
            said = f"Line {part.lineno} compares a column, {ast.unparse(column[0])[:40]}, with {flat[0]}: if these labels are flat, (n, 1) == (n,) gives n x n answers."
            yield find("SW-E1", said, severity="warning", **place_at(source, part.lineno))
            return
