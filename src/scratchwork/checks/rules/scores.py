"""Scores as they are called: labels first, scores for a ROC curve, clusters matched, shapes alike."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, made_once, place_at, routine_at, routines
from scratchwork.checks.files.syntax import every, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow import tables
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.network_outputs import MANY_CLASSES, made_binary

TRUE_FIRST = {
    "precision_score", "recall_score", "r2_score", "classification_report", "roc_auc_score", "roc_curve", "log_loss",
    "average_precision_score", "precision_recall_curve", "precision_recall_fscore_support", "brier_score_loss",
    "mean_absolute_percentage_error", "balanced_accuracy_score", "fbeta_score",
}  # fmt: skip


TRUTH_NAMES = re.compile(r"true|actual|target|label|truth|gold|expected|^y$|^t$|y_test|y_val|y_train")


GUESS_NAMES = re.compile(r"pred|hat|guess|prob|score|output|estimate")


@rule("SW-E7", "SW-E8")
def labels_come_before_predictions(source):
    """precision_score(y_pred, y_test) is the recall; r2_score and confusion_matrix change with the order too."""
    for event in trace_of(source):
        if event.kind != "call" or len(event.args) < 2:
            continue
        first, second = event.args[:2]
        loose = not is_guess(first, event) and named_as_truth(source, event, first)
        if not loose and not (is_guess(first, event) and second.kind == "labels"):
            continue
        if event.name in TRUE_FIRST and event.name not in source_functions(source):
            said = f"Line {event.line} calls {event.name} with the prediction first; it expects the labels first."
            yield find("SW-E7", said, line=event.line, function=event.function, severity="warning" if loose else None)
        elif event.name == "confusion_matrix" and event.name not in source_functions(source):
            said = f"Line {event.line} calls confusion_matrix with the prediction first: the table is transposed."
            severity = "warning" if loose else "error"
            yield find("SW-E8", said, line=event.line, function=event.function, severity=severity)
        elif event.name in source_functions(source) and not loose:
            yield from own_order(source, event)


def named_as_truth(source, event, first):
    """Whether a metric of a library gets labels of a part second, by their name, and first what is made row by row."""
    if event.name in source_functions(source) or first.part is not None or len(getattr(event.node, "args", ())) < 2:
        return False
    one, other = (ast.unparse(part) for part in event.node.args[:2])
    made = re.search(rf"(?<![\w.]){re.escape(one)}\.append\(", source.text)
    return bool(
        made and re.search(r"^(self\.)?_?y_?(test|val|valid|true)$", other, re.I) and not TRUTH_NAMES.search(one)
    )


def is_guess(value, event):
    """Whether the first argument of a call is an answer of a model: by its history, or as a call of ``predict`` itself."""
    node = next(iter(getattr(event.node, "args", ())), None)
    return value.kind == "prediction" or (isinstance(node, ast.Call) and "predict" in called(node).lower())


def source_functions(source):
    """Functions that the file defines, by name."""
    if "_functions" not in source.__dict__:
        found = {part.name: part for part in every(source.tree, ast.FunctionDef)}
        source.__dict__["_functions"] = found
    return source.__dict__["_functions"]


def own_order(source, event):
    """A metric of the file whose first parameter is named as the truth, called with the prediction there."""
    node = source_functions(source)[event.name]
    names = [arg.arg.lower() for arg in node.args.args if arg.arg != "self"]
    if len(names) < 2 or GUESS_NAMES.search(names[0]) or not GUESS_NAMES.search(names[1]):
        return
    symmetric = re.search(r"acc|mse|mae|(?<!r)(?<!r_)squared|error", event.name.lower())
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
        above, below = (ast.unparse(side).lower() for side in (part.right.left, part.right.right))
        if re.search("tot", above) and re.search("res", below) and not re.search("res", above):
            said = (
                f"Line {part.lineno} divides {above} by {below}: R2 is 1 less the share of the residuals in the total."
            )
            yield find("SW-E7", said, **place_at(source, part.lineno))
        about = spread_of(source, part.right.right) or spread_of(
            source, bound_to(source, part.right.right, part.lineno)
        )
        if about and GUESS_NAMES.search(about) and not re.search(r"true|test$|actual", about):
            said = f"Line {part.lineno} divides by the spread of {about}, not by that of the labels."
            yield find("SW-E7", said, **place_at(source, part.lineno))


def bound_to(source, node, line):
    """What a name was last bound to above a line of its function; the node itself where it is no name."""
    entry = routine_at(source, line)
    made = [part for part in every(entry.node if entry else source.tree, ast.Assign)
            if part.lineno <= line and [ast.unparse(target) for target in part.targets] == [ast.unparse(node)]]  # fmt: skip
    return max(made, key=lambda part: part.lineno).value if made else node


def spread_of(source, node):
    """The name whose mean, or a name bound to it, is subtracted from it within an expression, or an empty string."""
    for part in every(node, ast.BinOp):
        if isinstance(part.op, ast.Sub):
            name = ast.unparse(part.left)
            mean = bound_to(source, part.right, part.lineno) if isinstance(part.right, ast.Name) else part.right
            if ast.unparse(mean) in (f"{name}.mean()", f"np.mean({name})", f"numpy.mean({name})"):
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
        of_ranks = event.kind == "call" and (
            event.name in tables.CLASSIFICATION_SCORES or AUC.search(event.name.lower())
        )
        if of_ranks and len(event.args) >= 2:
            hard = [value for value in event.args[:2] if value.kind == "prediction" and value.hard]
            if hard:
                said = f"Line {event.line} hands predicted labels to {event.name}, not scores."
                yield find("SW-E5", said, line=event.line, function=event.function)
    labelled = "predict_proba" in source.text  # then what predict gives is labels
    for call in (part for part in calls_in(source.tree) if AUC.search(called(part).lower())):
        entry = routine_at(source, call.lineno)
        values = [made_once(entry.node if entry else source.tree, item) for item in call.args[:2]]
        cut = [item for item in values if _is_cut(item, labelled)]
        if cut:
            said = f"Line {call.lineno} hands {ast.unparse(cut[0])[:60]} to {called(call)}: labels, not scores."
            yield find("SW-E5", said, severity="warning", **place_at(source, call.lineno))


AUC = re.compile(r"(^|_)auc(_|$)|^roc_curve$")


def _is_cut(node, labelled=False):
    """Whether an argument is a comparison of scores with a threshold, as numbers or as it is, or what ``predict`` gives."""
    while isinstance(node, ast.Call) and called(node) in ("astype", "int", "float", "array", "asarray", "where"):
        node = node.args[0] if called(node) != "astype" and node.args else getattr(node.func, "value", None)
    if labelled and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) == "predict":
        return True
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Gt, ast.GtE))


@rule("SW-M9")
def clusters_are_matched_before_they_are_scored(source):
    """Cluster numbers equal class numbers only by luck; an array that ends as the next round's numbers is no labels."""
    events = trace_of(source)
    for event in events:
        if event.kind == "compare" and isinstance(event.node.ops[0], (ast.Eq, ast.NotEq)):
            pair = (event.left, event.right)
        elif event.kind == "call" and event.name in ("accuracy_score", "f1_score", "precision_score", "recall_score",
                                                     "classification_report") and len(event.args) >= 2:  # fmt: skip
            pair = event.args[:2]
        else:
            continue
        found = any(value.cluster and value.kind == "cluster" for value in pair)
        if found and any(is_given(value) and not becomes_clusters(value, event, events) for value in pair):
            said = f"Line {event.line} compares cluster numbers with labels as if they meant the same."
            yield find("SW-M9", said, line=event.line, function=event.function)
            return


def becomes_clusters(value, event, events):
    """Whether a name, such as ``previous``, holds cluster numbers by the end of its function."""
    ends = [late.names for late in events if late.kind == "end" and late.function == event.function]
    return any(value.name in names and names[value.name].kind == "cluster" for names in ends)


def is_given(value):
    """Whether a value came with the data: labels, or a column of the table that is no cluster number."""
    return not value.cluster and (value.kind == "labels" or (value.kind == "" and bool(value.roots)))


@rule("SW-E1")
def compared_shapes_agree(source):
    """A column (n, 1) compared with a flat (n,) gives a table of n x n; ``loadmat`` gives columns, which are not known as such."""
    if "loadmat" in source.text:
        return
    for event in trace_of(source):
        if event.kind == "meet" and {event.left.shape, event.right.shape} == {"column", "flat"}:
            column = event.left if event.left.shape == "column" else event.right
            said = f"Line {event.line} compares {column.name or 'a column'} of shape (n, 1) with a flat array."
            yield find("SW-E1", said, line=event.line, function=event.function)
            return
