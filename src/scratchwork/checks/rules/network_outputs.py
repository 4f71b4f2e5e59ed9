"""The output of a network and its labels: naive sigmoids, one unit for ten classes, two softmaxes."""

import ast
import re

from scratchwork.checks.files.activations_read import is_written_sigmoid
from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.files.syntax import dotted, every, literal, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule


@rule("SW-N1")
def the_sigmoid_does_not_overflow(source):
    """1 / (1 + np.exp(-z)) without a clip overflows for z below -709: a warning, and NaN where it is multiplied by 0."""
    for part in walk(source.tree):
        if is_written_sigmoid(part) and not re.search(
            r"clip|abs|where|minimum|maximum|log|\b(min|max)\(", ast.unparse(part)
        ):
            entry = place_at(source, part.lineno)
            around = "\n".join(source.lines[max(0, part.lineno - 6) : part.lineno + 2])
            drawn = re.search(
                r"\b(random|rand|uniform|binomial|bernoulli|random_sample)\(",
                "\n".join(source.lines[part.lineno - 1 : part.lineno + 2]),
            )
            tested = [rf"\b{item.id} ?[<>]=? ?[-\w]" for item in every(part, ast.Name)]
            if (
                drawn
                or re.search("|".join(tested), around)
                or re.search(r"clip|np\.where|np\.abs|>= ?0|errstate|\[\s*\w+\s*[<>]|\bm(ax|in)\(.*m(ax|in)\(", around)
            ):
                continue  # chances of made-up labels are of no model
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
    if not MANY_CLASSES.search(text) or made_binary(source) or not squashes(text):
        return
    if re.search(r"to_categorical|OneHot|LabelBinarizer|get_dummies|softmax", text) or one_hot_is_used(source):
        return
    for part in every(source.tree, ast.Assign):
        if literal(part.value) == 1:
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


def squashes(text):
    """Whether a sigmoid stands in the text, by name, written out, or as a tanh of half the score."""
    return bool(
        re.search(r"sigmoid|expit|1\s*/\s*\(1(\.0?)?\s*\+\s*np\.exp\(-|tanh\(\s*(0?\.5\s*\*|\(?.{1,30}/\s*2)", text)
    )


def one_hot_is_used(source):
    """Whether the labels are made into rows of zeros and ones."""
    names = [called(call).lower() for call in calls_in(source.tree)]
    return any(re.search(r"one_?hot|encode|indicator", name) for name in names) or bool(
        re.search(r"np\.eye\([^)]*\)\[(?!labels\])", source.text)
    )


def column_of_labels(source):
    """y.reshape(-1, 1) of class numbers, handed to a sigmoid network."""
    two_sided = re.search(r"\(1\s*-\s*\w+\)\s*\*\s*np\.log", source.text)
    rounded = re.search(r"rint\(|round\(", source.text) and "argmax" not in source.text
    if not (two_sided or rounded) or not squashes(source.text):
        return
    for call in calls_in(source.tree):
        if called(call) != "reshape" or not isinstance(call.func, ast.Attribute):
            continue
        base, sizes = dotted(call.func.value), ast.unparse(call).split("reshape")[-1].replace(" ", "")
        column = sizes in ("(-1,1)", "((-1,1))", f"({base}.shape[0],1)")
        if column and re.match(r"(y|Y|t|T|labels|target)", base.split(".")[-1]):
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
        last = [part.value for part in every(entry.node, ast.Return) if part.value is not None]
        end = last_activation(entry, last[-1]) if last else ""
        loss = next(iter(losses))
        if end == "softmax":
            said = f"forward ends in a softmax (line {last[-1].lineno}), and {loss} "
            said += "applies another one." if "ross" in loss else "expects logarithms of probabilities."
            yield find("SW-G16", said, **entry.place)


def last_activation(entry, value):
    """softmax or log_softmax where a forward method returns one, by name or through a variable or a layer."""
    names = {part.id for part in every(value, ast.Name)}
    texts = [ast.unparse(value)]
    for part in every(entry.node, ast.Assign):
        if {ast.unparse(target) for target in part.targets} & names:
            texts.append(ast.unparse(part.value))
    final = texts[-1] if len(texts) > 1 and isinstance(value, ast.Name) else texts[0]
    text = final.lower().replace("_", "")
    return "log_softmax" if "logsoftmax" in text else ("softmax" if "softmax" in text else "")
