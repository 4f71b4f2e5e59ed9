"""Rows and labels: do they belong together, are they of one kind, does each metric get what it expects?"""

import ast
import re

from scratchwork.checks import flow_tables as tables
from scratchwork.checks.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.findings import find
from scratchwork.checks.flow import trace_of
from scratchwork.checks.flow_names import kind_of
from scratchwork.checks.registry import rule
from scratchwork.checks.rules_networks import MANY_CLASSES, made_binary
from scratchwork.checks.syntax import literal, walk

TRUE_FIRST = {
    "precision_score", "recall_score", "r2_score", "classification_report", "roc_auc_score", "roc_curve", "log_loss",
    "average_precision_score", "precision_recall_curve", "precision_recall_fscore_support", "brier_score_loss",
    "mean_absolute_percentage_error", "balanced_accuracy_score", "fbeta_score",
}  # fmt: skip
TRUTH_NAMES = re.compile(r"true|actual|target|label|truth|gold|expected|^y$|^t$|y_test|y_val|y_train")
GUESS_NAMES = re.compile(r"pred|hat|guess|prob|score|output|estimate")


@rule("SW-D8", "SW-T11")
def rows_keep_their_labels(source):
    """One permutation for rows and labels; rows of one part with labels of the same part; a split unpacked in order."""
    seen = set()
    shuffles = []
    for event in trace_of(source):
        if event.kind == "shuffle":
            shuffles.append(event.function)
        if event.line in seen:
            continue
        if event.kind == "misaligned":
            seen.add(event.line)
            yield misaligned(event, shuffles)
        elif event.kind == "mixed":
            seen.add(event.line)
            said = (
                f"{event.data.name or 'rows'} of the {event.data.part} part meet labels of the {event.labels.part} part"
            )
            yield find("SW-D8", f"{said} (line {event.line}).", line=event.line, function=event.function)
        elif event.kind == "swapped":
            seen.add(event.line)
            said = f"The split returns {words(event.item)} where line {event.line} names it {event.name}."
            yield find("SW-D8", said, line=event.line, function=event.function)


def words(item):
    return f"the {'labels' if item.kind == 'labels' else 'rows'} of the {item.part} part"


def misaligned(event, shuffles):
    """T11 within training, D8 in the preparation; placed in the function that shuffles."""
    rows, labels = event.data.name or "the rows", event.labels.name or "the labels"
    moved = rows if event.data.perm is not None else labels
    stays = labels if moved == rows else rows
    both = event.data.perm is not None and event.labels.perm is not None
    how = f"{rows} and {labels} are permuted differently" if both else f"{moved} is reordered and {stays} is not"
    trains = bool(event.loops) or (event.function or "").lower().startswith(("fit", "train", "shuffle", "sgd"))
    inside = "epoch" in "".join(ast.unparse(loop.target) for loop in event.loops if isinstance(loop, ast.For))
    code = "SW-T11" if trains or inside else "SW-D8"
    frames = [frame for frame in event.stack if frame[0] in shuffles]
    function, line = frames[-1] if frames else (event.function, event.line)
    return find(code, f"{how} before line {event.line}, where they meet.", line=line, function=function)


@rule("SW-D6")
def text_labels_are_not_compared_with_numbers(source):
    """Labels loaded as text (fetch_openml) equal no number."""
    for event in trace_of(source):
        if event.kind == "compare":
            sides = (event.left, event.right)
            text = [value for value in sides if value.text and value.kind == "labels"]
            others = [value for value in sides if not value.text]
            number = others and (
                (others[0].kind == "number" and isinstance(others[0].const, (int, float))) or others[0].hard
            )
            if text and number:
                said = f"Line {event.line} compares text labels ({text[0].source or text[0].name}) with numbers."
                yield find("SW-D6", said, line=event.line, function=event.function)
                return


@rule("SW-D9")
def the_target_is_not_a_feature(source):
    """The columns handed to a model or a split must not hold the column of the labels."""
    for event in trace_of(source):
        if event.kind == "split" and len(event.values) >= 2:
            rows, labels = event.values[0], event.values[1]
        elif event.kind == "fit" and event.labels is not None:
            rows, labels = event.data, event.labels
        else:
            continue
        held = holds(rows, labels)
        if held:
            yield find("SW-D9", f"{held} (line {event.line}).", line=event.line, function=event.function)
            return


def holds(rows, labels):
    """Words for a feature table that still holds the target, else an empty string."""
    if labels.cols is None or not rows.roots & labels.roots or labels.kind == "data":
        return ""
    kind, what = labels.cols[0], labels.cols[1]
    if (
        kind == "pick"
        and rows.cols is not None
        and what not in (("target",), ("targets",), ("labels",), ("label",), ("y",))
    ):
        if rows.cols[0] == "drop" and what[0] not in rows.cols[1]:
            return (
                f"The features are the table without {', '.join(rows.cols[1])}: the target {what[0]!r} is still in it"
            )
        if rows.cols[0] == "pick" and what[0] in rows.cols[1] and len(rows.cols[1]) > 1:
            return f"The features {', '.join(rows.cols[1])} hold the target {what[0]!r}"
    if kind == "at" and rows.cols is not None and rows.cols[0] == "range":
        low, high = rows.cols[1], rows.cols[2]
        inside = (high is None and (what >= (low or 0) or what < 0)) if low is None or low >= 0 else False
        inside = inside or (high is not None and high >= 0 and (low or 0) <= what < high)
        if inside:
            return (
                f"The columns {'' if low is None else low}:{'' if high is None else high} hold the target column {what}"
            )
    return ""


@rule("SW-D9")
def no_feature_is_made_of_the_target(source):
    """A mean of the target per group, over all rows, tells each row its own answer."""
    targets = target_columns(source)
    for part in walk(source.tree):
        if not isinstance(part, ast.Assign) or "groupby" not in ast.unparse(part.value):
            continue
        for inner in walk(part.value):
            grouped = isinstance(inner, ast.Subscript) and "groupby" in ast.unparse(inner.value)
            column = inner.slice.value if grouped and isinstance(inner.slice, ast.Constant) else None
            feature = any(isinstance(target, ast.Subscript) for target in part.targets)
            if column in targets and (feature or "map" in source.text):
                said = f"Line {part.lineno} makes a feature of the target {column!r}: {ast.unparse(part)[:70]}."
                yield find("SW-D9", said, **place_at(source, part.lineno))
                return


def target_columns(source):
    """Column names that the file uses as labels."""
    found = set()
    for part in walk(source.tree):
        if isinstance(part, ast.Assign):
            for target, value in paired(part):
                if kind_of(ast.unparse(target)) == "labels":
                    found |= columns_in(value)
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Tuple) and len(part.value.elts) == 2:
            found |= columns_in(part.value.elts[1])
        if isinstance(part, ast.Call) and getattr(part.func, "attr", "") in ("pop", "drop"):
            found |= {arg.value for arg in part.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return found


def paired(node):
    """(target, value) of an assignment, item by item where both are tuples."""
    target = node.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) and len(target.elts) == len(node.value.elts):
        return list(zip(target.elts, node.value.elts))
    return [(target, node.value)]


def columns_in(node):
    return {
        part.slice.value
        for part in walk(node)
        if isinstance(part, ast.Subscript)
        and isinstance(part.slice, ast.Constant)
        and isinstance(part.slice.value, str)
    }


@rule("SW-D9")
def a_window_ends_before_what_it_predicts(source):
    """A window s[t - 7 + 1 : t + 1] that is to predict s[t] holds it."""
    for part in walk(source.tree):
        if not isinstance(part, (ast.ListComp, ast.For)):
            continue
        variable, start, bodies = window_loop(part)
        for inner in (other for body in bodies for other in walk(body)):
            if (
                not isinstance(inner, ast.Subscript)
                or not isinstance(inner.slice, ast.Slice)
                or inner.slice.upper is None
            ):
                continue
            series, ahead = ast.unparse(inner.value), offset(inner.slice.upper, variable)
            if ahead is None or inner.slice.lower is None or variable not in ast.unparse(inner.slice.lower):
                continue
            target = predicted_offset(source, series, start, variable, bodies)
            if target is not None and ahead > target:
                said = f"The window {ast.unparse(inner)} in line {inner.lineno} holds {series}[{variable}{target:+d}], its target."
                yield find("SW-D9", said, **place_at(source, inner.lineno))
                return


def window_loop(node):
    """(variable, start as text, bodies) of a loop or comprehension over time."""
    generator = node.generators[0] if isinstance(node, ast.ListComp) else node
    call = generator.iter
    start = "0"
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "range" and len(call.args) > 1:
        start = ast.unparse(call.args[0])
    bodies = [node.elt] if isinstance(node, ast.ListComp) else node.body
    return ast.unparse(generator.target), start, bodies


def offset(node, variable):
    """The constant c of ``t + c``, or None."""
    if isinstance(node, ast.Name) and node.id == variable:
        return 0
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)) and ast.unparse(node.left) == variable:
        number = literal(node.right)
        return None if number is None else (number if isinstance(node.op, ast.Add) else -number)
    return None


def predicted_offset(source, series, start, variable, bodies):
    """How far ahead of ``t`` the target of window t lies: from ``y.append(s[t + d])`` or ``y = s[start:]``."""
    for inner in (other for body in bodies for other in walk(body)):
        if isinstance(inner, ast.Subscript) and not isinstance(inner.slice, ast.Slice):
            found = offset(inner.slice, variable)
            if ast.unparse(inner.value) == series and found is not None:
                return found
    for part in walk(source.tree):
        if isinstance(part, ast.Assign) and kind_of(ast.unparse(part.targets[0])) == "labels":
            for inner in walk(part.value):
                whole = isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Slice) and inner.slice.lower
                if whole and ast.unparse(inner.value) == series and ast.unparse(inner.slice.lower) == start:
                    return 0
    return None


@rule("SW-E7", "SW-E8")
def labels_come_before_predictions(source):
    """precision_score(y_pred, y_test) is the recall; r2_score and confusion_matrix change with the order too."""
    for event in trace_of(source):
        if event.kind != "call" or len(event.args) < 2:
            continue
        first, second = event.args[:2]
        swapped = is_guess(first) and second.kind == "labels"
        if not swapped:
            continue
        if event.name in TRUE_FIRST and event.name not in source_functions(source):
            said = f"Line {event.line} calls {event.name} with the prediction first; it expects the labels first."
            yield find("SW-E7", said, line=event.line, function=event.function)
        elif event.name == "confusion_matrix" and event.name not in source_functions(source):
            said = f"Line {event.line} calls confusion_matrix with the prediction first: the table is transposed."
            yield find("SW-E8", said, line=event.line, function=event.function, severity="error")
        elif event.name in source_functions(source):
            yield from own_order(source, event)


def is_guess(value):
    return value.kind == "prediction" and not (value.kind == "labels")


def source_functions(source):
    """Functions that the file defines, by name."""
    if "_functions" not in source.__dict__:
        found = {part.name: part for part in walk(source.tree) if isinstance(part, ast.FunctionDef)}
        source.__dict__["_functions"] = found
    return source.__dict__["_functions"]


def own_order(source, event):
    """A metric of the file whose first parameter is named as the truth, called with the prediction there."""
    node = source_functions(source)[event.name]
    names = [arg.arg.lower() for arg in node.args.args if arg.arg != "self"]
    if len(names) < 2 or GUESS_NAMES.search(names[0]) or not GUESS_NAMES.search(names[1]):
        return
    symmetric = any(
        word in event.name.lower() for word in ("accuracy", "acc", "mse", "rmse", "mae", "squared", "error")
    )
    if symmetric or not TRUTH_NAMES.search(names[0]):
        return
    code = "SW-E8" if "confusion" in event.name.lower() else "SW-E7"
    said = (
        f"Line {event.line} hands the prediction to {event.name}'s parameter {names[0]} and the labels to {names[1]}."
    )
    yield find(code, said, line=event.line, function=event.function, severity="error")


@rule("SW-E7")
def r2_divides_by_the_spread_of_the_labels(source):
    """1 - SS_res / SS_tot, with SS_tot taken of the predictions: the arguments of R2 are exchanged."""
    for part in walk(source.tree):
        ratio = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub) and ast.unparse(part.left) in ("1", "1.0")
        if not ratio or not isinstance(part.right, ast.BinOp) or not isinstance(part.right.op, ast.Div):
            continue
        about = spread_of(part.right.right)
        if about and GUESS_NAMES.search(about) and not re.search(r"true|test$|actual", about):
            said = f"Line {part.lineno} divides by the spread of {about}, not by that of the labels."
            yield find("SW-E7", said, **place_at(source, part.lineno))


def spread_of(node):
    """The name whose mean is subtracted from it within an expression, or an empty string."""
    for part in walk(node):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub):
            name = ast.unparse(part.left)
            if ast.unparse(part.right) in (f"{name}.mean()", f"np.mean({name})", f"numpy.mean({name})"):
                return name
    return ""


@rule("SW-E2")
def several_classes_are_not_scored_as_one(source):
    """precision with == 1 written into it, used where there are ten classes."""
    if not MANY_CLASSES.search(source.text) or made_binary(source):
        return
    for entry in routines(source):
        text = ast.unparse(entry.node)
        named = re.search(r"precision|recall|f1|f_score|sensitivity", entry.name, re.IGNORECASE)
        one = re.search(r"\w+\s*==\s*1\b", text)
        used = any(called(call) == entry.name for call in calls_in(source.tree))
        loops = any(isinstance(part, (ast.For, ast.comprehension)) for part in walk(entry.node))
        if named and one and used and not (loops and re.search(r"unique|classes|n_class", text)):
            said = f"{entry.name} counts class 1 alone ({one.group()}), and the data set has several classes."
            yield find("SW-E2", said, severity="error", **entry.place)
            return


@rule("SW-E5")
def a_roc_curve_gets_scores(source):
    """The area under the ROC curve of 0/1 predictions is that of a single point."""
    for event in trace_of(source):
        named = event.kind == "call" and event.name in tables.CLASSIFICATION_SCORES | {
            "auc_score",
            "roc_auc",
            "compute_auc",
        }
        if named and len(event.args) >= 2:
            hard = [value for value in event.args[:2] if value.kind == "prediction" and value.hard]
            if hard:
                said = f"Line {event.line} hands predicted labels to {event.name}, not scores."
                yield find("SW-E5", said, line=event.line, function=event.function)


@rule("SW-M9")
def clusters_are_matched_before_they_are_scored(source):
    """Cluster numbers equal class numbers only by luck."""
    for event in trace_of(source):
        if event.kind == "compare" and isinstance(event.node.ops[0], (ast.Eq, ast.NotEq)):
            pair = (event.left, event.right)
        elif event.kind == "call" and event.name in ("accuracy_score", "f1_score", "precision_score", "recall_score",
                                                     "classification_report") and len(event.args) >= 2:  # fmt: skip
            pair = event.args[:2]
        else:
            continue
        found = any(value.cluster and value.kind == "cluster" for value in pair)
        if found and any(value.kind == "labels" and not value.cluster for value in pair):
            said = f"Line {event.line} compares cluster numbers with labels as if they meant the same."
            yield find("SW-M9", said, line=event.line, function=event.function)
            return


@rule("SW-E1")
def compared_shapes_agree(source):
    """A column (n, 1) compared with a flat (n,) gives a table of n x n."""
    for event in trace_of(source):
        if event.kind == "meet" and {event.left.shape, event.right.shape} == {"column", "flat"}:
            column = event.left if event.left.shape == "column" else event.right
            said = f"Line {event.line} compares {column.name or 'a column'} of shape (n, 1) with a flat array."
            yield find("SW-E1", said, line=event.line, function=event.function)
            return
