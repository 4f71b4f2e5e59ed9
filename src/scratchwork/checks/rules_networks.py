"""Networks as they are written: activations and their derivatives, two forward passes, the output and its labels."""

import ast
import re

from scratchwork.checks.code_shape import called, calls_in, classes, place_at, routines
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.syntax import dotted, literal, walk

ACTIVATIONS = (
    ("leaky", r"leaky"), ("softmax", r"softmax"), ("sigmoid", r"sigmoid|expit|logistic$"), ("tanh", r"tanh"),
    ("relu", r"relu"), ("softplus", r"softplus|logaddexp"), ("elu", r"\bn?elu|gelu|swish"),
)  # fmt: skip
DERIVED = re.compile(r"deriv|prime|grad|backward|_d$|^d_|delta|dsig|drelu|dtanh|_der|diff", re.IGNORECASE)
FORWARD = re.compile(
    r"forward|feed_?forward|propagat(?!.*back)|^fwd|model_forward|^net$|compute_output|^f_prop", re.IGNORECASE
)
BACKWARD = re.compile(r"back|bprop|grad", re.IGNORECASE)
PREDICTS = re.compile(
    r"^_?(predict|test|evaluate|classify|infer|accuracy|predict_proba|get_predictions?|compute_accuracy)", re.IGNORECASE
)


def activation_of(call):
    """The kind of activation that a call applies, or None."""
    name = called(call)
    if name == "maximum" and any(literal(arg) == 0 for arg in call.args):
        return "relu"
    if DERIVED.search(name):
        return None
    return next((kind for kind, pattern in ACTIVATIONS if re.search(pattern, name.lower())), None)


def applied(node):
    """Activations of a body in the order they stand: calls, the written-out sigmoid, names given as strings."""
    found = []
    for part in walk(node):
        if isinstance(part, ast.Call):
            kind = activation_of(part) or named_activation(part)
            if kind:
                found.append((part.lineno, part.col_offset, kind))
        elif is_written_sigmoid(part):
            found.append((part.lineno, part.col_offset, "sigmoid"))
    return [kind for _, _, kind in sorted(found)]


def named_activation(call):
    """``linear_activation_forward(A, W, b, activation="relu")``."""
    for value in (*call.args, *(part.value for part in call.keywords)):
        if isinstance(value, ast.Constant) and value.value in ("relu", "sigmoid", "tanh", "softmax"):
            return value.value
    return None


def is_written_sigmoid(node):
    """``1 / (1 + np.exp(-z))``."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and literal(node.left) == 1):
        return False
    below = node.right
    return (
        isinstance(below, ast.BinOp)
        and isinstance(below.op, ast.Add)
        and "exp(-" in ast.unparse(below).replace(" ", "")
    )


def multiplies(node):
    """Whether a body holds a matrix product."""
    return any(
        (isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult))
        or (isinstance(part, ast.Call) and called(part) in ("dot", "matmul", "einsum"))
        for part in walk(node)
    )


def family(source, entry):
    """The routines that belong with one: the methods of its class, or the plain functions of the file."""
    return [other for other in routines(source) if other.owner is entry.owner]


@rule("SW-P1")
def prediction_runs_the_trained_network(source):
    """A forward pass written out again in predict, with another activation or without the bias."""
    for entry in routines(source):
        if not PREDICTS.search(entry.name) or not multiplies(entry.node):
            continue
        others = [
            other for other in family(source, entry)
            if FORWARD.search(other.name) and not BACKWARD.search(other.name) and multiplies(other.node)
            and other.node is not entry.node
        ]  # fmt: skip
        for other in others:
            if any(called(call) == other.name for call in calls_in(entry.node)):
                continue
            yield from compared(entry, other)
            break


def compared(entry, other):
    """P1 where the activations of two forward passes differ."""
    mine, theirs = applied(entry.node), applied(other.node)
    if not mine or not theirs or unknown_activation(entry.node) or unknown_activation(other.node):
        return
    mine, theirs = collapsed(mine), collapsed(theirs)
    if mine == theirs or mine == theirs[:-1]:
        return
    last_only = mine[:-1] == theirs[:-1]
    output = {mine[-1], theirs[-1]} <= {"sigmoid", "softmax"} and last_only
    if output and "argmax" in ast.unparse(entry.node):
        return
    said = f"{entry.name} applies {', '.join(mine)}; {other.name} applies {', '.join(theirs)}."
    yield find("SW-P1", said, **entry.place)


def collapsed(kinds):
    """Runs of the same activation as one."""
    return [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]


def unknown_activation(node):
    """Whether a body calls an activation that is only known at run time."""
    return any(re.search(r"activ|act_?f|^g$|^act$|nonlin", called(call)) and not activation_of(call) and not named_activation(call)
               for call in calls_in(node))  # fmt: skip


@rule("SW-P1")
def dropout_is_scaled_once(source):
    """Units kept with probability q must be divided by q in training, or multiplied by q at prediction."""
    for entry in routines(source):
        keep = next((name for name in entry.parameters if re.search(r"keep|drop|^p$", name)), None)
        text = ast.unparse(entry.node)
        if keep is None or not re.search(
            rf"(rand|random|uniform|binomial)[^\n]*{keep}|{keep}[^\n]*(rand|random)", text
        ):
            continue
        whole = source.text
        scaled = re.search(
            rf"/=?\s*\(?\s*(1(\.0)?\s*-\s*)?(self\.)?{keep}|/=?\s*\(?\s*(1\s*-\s*)?(self\.)?(keep|drop|p\b|rate|q\b|scale)",
            whole,
        )
        scaled = scaled or re.search(
            r"\*=?\s*\(?(1(\.0)?\s*-\s*)?(self\.)?(keep|drop_?(out|rate|prob)?\b)", whole.replace("rand(", "")
        )
        if not scaled and re.search(r"mask|D\d?\b|drop", text) and "*" in text:
            said = f"{entry.name} drops units by {keep}; nothing in the file is divided or multiplied by it."
            yield find("SW-P1", said, **entry.place)
            return


def derivatives(node):
    """Kinds of derivative that a body computes, by their shape: a(1 - a), 1 - a^2, z > 0."""
    found = set()
    for part in walk(node):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult):
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if is_one_minus(other) and ends_with(one, other.right):
                    found.add("sigmoid")
        if is_one_minus(part) and is_square(part.right):
            found.add("tanh")
        if isinstance(part, ast.Compare) and len(part.ops) == 1 and literal(part.comparators[0]) == 0:
            if isinstance(part.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE)):
                found.add("relu")
        if isinstance(part, ast.Call) and DERIVED.search(called(part)):
            kind = next((kind for kind, pattern in ACTIVATIONS if re.search(pattern, called(part).lower())), None)
            if kind:
                found.add(kind)
        if isinstance(part, ast.Call) and called(part) in ("sign", "heaviside"):
            found.add("relu")
    return found


def is_one_minus(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and literal(node.left) == 1


def ends_with(node, factor):
    """Whether a product ends in a factor: ``error * a`` in ``error * a * (1 - a)``."""
    wanted = ast.unparse(factor)
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        if ast.unparse(node.right) == wanted or ast.unparse(node.left) == wanted:
            return True
        node = node.left
    return ast.unparse(node) == wanted


def is_square(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return literal(node.right) == 2
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return ast.unparse(node.left) == ast.unparse(node.right)
    return isinstance(node, ast.Call) and called(node) in ("square", "power") and "tanh" not in called(node)


@rule("SW-G11")
def the_derivative_is_that_of_the_activation(source):
    """A function named after one activation that computes the derivative of another."""
    for entry in routines(source):
        name = f"{entry.name} {entry.owner.name if entry.owner else ''}".lower()
        named = {kind for kind, pattern in ACTIVATIONS if re.search(pattern, name)} - {"softmax", "elu", "softplus"}
        if len(named) != 1 or not (DERIVED.search(entry.name) or "_backward" in ast.unparse(entry.node)):
            continue
        kind = named.pop()
        found = derivatives_inside(entry)
        if kind == "leaky":
            kind = "relu"
        if (
            len(found) == 1
            and kind in ("sigmoid", "tanh", "relu")
            and kind not in found
            and not mentions(entry.node, kind)
        ):
            said = f"{entry.name} computes the derivative of {found.pop()}, and is named after {kind}."
            yield find("SW-G11", said, **entry.place)


def derivatives_inside(entry):
    """Derivative kinds of a body, without calls of derivative helpers."""
    body = ast.Module([part for part in entry.node.body], [])
    return {kind for kind in derivatives(body) if kind in ("sigmoid", "tanh", "relu")}


def mentions(node, kind):
    """Whether a body computes the activation itself, from which a derivative in another form may follow."""
    inner = [call for call in calls_in(node) if activation_of(call) == kind]
    return bool(inner) and kind != "tanh"


@rule("SW-G11")
def the_backward_pass_follows_the_forward_pass(source):
    """Hidden units with ReLU and a backward pass with a(1 - a): trained by the derivative of another function."""
    for entry in routines(source):
        if not FORWARD.search(entry.name) or BACKWARD.search(entry.name) or not multiplies(entry.node):
            continue
        kinds = applied(entry.node)
        if len(kinds) < 2 or unknown_activation(entry.node) or branches_on_name(entry.node):
            continue
        hidden = set(kinds[:-1]) & {"sigmoid", "tanh", "relu"}
        for other in family(source, entry):
            if not BACKWARD.search(other.name) or not multiplies(other.node) or branches_on_name(other.node):
                continue
            found = derivatives(other.node) | helper_derivatives(source, other)
            missing = hidden - found
            if found and len(hidden) == 1 and missing and not unknown_derivative(source, other):
                said = f"{entry.name} applies {', '.join(kinds)}; {other.name} holds the derivative of {', '.join(sorted(found))} alone."
                yield find("SW-G11", said, **other.place)


def branches_on_name(node):
    """Whether a body chooses its activation by a name at run time."""
    return any(
        isinstance(part, ast.Compare)
        and any(isinstance(value, ast.Constant) and isinstance(value.value, str) for value in part.comparators)
        for part in walk(node)
    )


def helper_derivatives(source, entry):
    """Derivative kinds of the helpers that a backward pass calls, by their bodies."""
    found = set()
    names = {called(call) for call in calls_in(entry.node)}
    for other in routines(source):
        if other.name in names and DERIVED.search(other.name) and other.node is not entry.node:
            found |= derivatives_inside(other)
    return found


def unknown_derivative(source, entry):
    """Whether the backward pass calls a derivative whose kind nobody can read off."""
    for call in calls_in(entry.node):
        name = called(call)
        known = any(re.search(pattern, name.lower()) for _, pattern in ACTIVATIONS)
        if DERIVED.search(name) and not known and not any(other.name == name for other in routines(source)):
            return True
        if re.search(r"activ|act_", name) and not known:
            return True
    return False


@rule("SW-N1")
def the_sigmoid_does_not_overflow(source):
    """1 / (1 + np.exp(-z)) without a clip overflows for z below -709: a warning, and NaN where it is multiplied by 0."""
    for part in walk(source.tree):
        if is_written_sigmoid(part) and not re.search(r"clip|abs|where|minimum|maximum|log", ast.unparse(part)):
            entry = place_at(source, part.lineno)
            around = "\n".join(source.lines[max(0, part.lineno - 6) : part.lineno + 2])
            if re.search(r"clip|np\.where|np\.abs|>= ?0|errstate|\[\s*\w+\s*[<>]", around):
                continue
            yield find("SW-N1", f"Line {part.lineno}: {ast.unparse(part)}.", severity="warning", weight=15, **entry)
            return


MANY_CLASSES = re.compile(r"load_digits|load_iris|load_wine|mnist|cifar|fashion", re.IGNORECASE)


def made_binary(source):
    """Whether the labels of a data set of many classes are made into two: y == 0, y < 2, y % 2."""
    metrics = [
        entry.node for entry in routines(source) if re.search(r"precis|recall|f1|score|confus|accura", entry.name)
    ]
    skipped = {id(part) for node in metrics for part in walk(node)}
    for part in walk(source.tree):
        if id(part) in skipped:
            continue
        two = isinstance(part, ast.Compare) and literal(part.comparators[0]) is not None
        two = two or (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod))
        if two and re.search(r"^(y|t)(_\w+)?$|target|label", ast.unparse(getattr(part, "left", part))):
            return True
    return bool(re.search(r"isin\(|LabelBinarizer|n_class\s*=\s*2|binary", source.text))


@rule("SW-G20")
def one_unit_has_two_classes(source):
    """A single sigmoid unit cannot learn the numbers 0 to 9: all targets above 1 pull it to 1."""
    text = source.text
    if not MANY_CLASSES.search(text) or made_binary(source) or not re.search("sigmoid|expit", text):
        return
    if re.search(r"to_categorical|OneHot|LabelBinarizer|get_dummies|softmax", text) or one_hot_is_used(source):
        return
    for part in walk(source.tree):
        if isinstance(part, ast.Assign) and literal(part.value) == 1:
            name = ast.unparse(part.targets[0])
            if re.search(r"n_?(out|classes)|output_?(size|dim|nodes|units)?|n_y$|num_classes", name, re.IGNORECASE):
                yield find("SW-G20", f"Line {part.lineno} gives the network one output ({name} = 1) for a data set of several classes.",
                           **place_at(source, part.lineno))  # fmt: skip
                return
    for call in calls_in(source.tree):
        last = call.args[-1] if call.args else None
        if (
            re.search(r"init|network|mlp|train|nn$", called(call), re.IGNORECASE)
            and len(call.args) >= 3
            and literal(last) == 1
        ):
            said = f"Line {call.lineno} gives the network one output ({ast.unparse(call)[:50]}) for a data set of several classes."
            yield find("SW-G20", said, **place_at(source, call.lineno))
            return
    yield from column_of_labels(source)


def one_hot_is_used(source):
    """Whether the labels are made into rows of zeros and ones."""
    names = [called(call).lower() for call in calls_in(source.tree)]
    return any(re.search(r"one_?hot|encode|indicator", name) for name in names) or bool(
        re.search(r"np\.eye\([^)]*\)\[(?!labels\])", source.text)
    )


def column_of_labels(source):
    """y.reshape(-1, 1) of class numbers, handed to a sigmoid network."""
    for call in calls_in(source.tree):
        if called(call) == "reshape" and isinstance(call.func, ast.Attribute):
            base, sizes = dotted(call.func.value), ast.unparse(call).split("reshape")[-1].replace(" ", "")
            if re.match(r"(y|Y|t|T|labels|target)", base.split(".")[-1]) and sizes in (
                "(-1,1)",
                "((-1,1))",
                f"({base}.shape[0],1)",
            ):
                if re.search(r"sigmoid|expit", source.text) and re.search(
                    r"\(1\s*-\s*\w+\)\s*\*\s*np\.log", source.text
                ):
                    said = f"Line {call.lineno} makes a column of class numbers of several classes: the target of one sigmoid unit."
                    yield find("SW-G20", said, **place_at(source, call.lineno))
                    return


@rule("SW-G16")
def softmax_stands_once(source):
    """CrossEntropyLoss holds its own softmax; NLLLoss wants logarithms."""
    if "torch" not in source.text:
        return
    losses = {called(call) for call in calls_in(source.tree)} & {
        "CrossEntropyLoss",
        "cross_entropy",
        "NLLLoss",
        "nll_loss",
    }
    for entry in routines(source):
        if entry.name != "forward" or len(losses) != 1:
            continue
        last = [part.value for part in walk(entry.node) if isinstance(part, ast.Return) and part.value is not None]
        end = last_activation(entry, last[-1]) if last else ""
        loss = next(iter(losses))
        if end == "softmax":
            said = f"forward ends in a softmax (line {last[-1].lineno}), and {loss} "
            said += "applies another one." if "ross" in loss else "expects logarithms of probabilities."
            yield find("SW-G16", said, **entry.place)


def last_activation(entry, value):
    """softmax or log_softmax where a forward method returns one, by name or through a variable or a layer."""
    names = {part.id for part in walk(value) if isinstance(part, ast.Name)}
    texts = [ast.unparse(value)]
    for part in walk(entry.node):
        if isinstance(part, ast.Assign) and {ast.unparse(target) for target in part.targets} & names:
            texts.append(ast.unparse(part.value))
    final = texts[-1] if len(texts) > 1 and isinstance(value, ast.Name) else texts[0]
    text = final.lower().replace("_", "")
    return "log_softmax" if "logsoftmax" in text else ("softmax" if "softmax" in text else "")


__all__ = ["classes", "rule"]
