"""What predict, transform and score do, as they are written: they learn nothing, drop nothing, and answer with labels."""

import ast
import re

from scratchwork.checks.files.code_shape import bodies_of, bound_arguments, called, calls_in, classes, methods, routines
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.axis import axis_of
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import rule

ANSWERS = re.compile(
    r"predict|transform$|classif|^_?(accuracy|score|evaluate|infer|label|decide|recogni[sz]e|answer|test|mark)|voraus|acertos|acuracia",
    re.IGNORECASE,
)
LEARNS = re.compile(r"fit|train|learn|cross|valid|partial|update|cv|search|curve", re.IGNORECASE)
TRAINING = re.compile(r"^(is_?)?(train|training|train_?(mode|flg|flag)|training_mode|use_dropout|dropout_on)$")
LEARNT = re.compile(r"mean|mu$|sigma|std|scale|min|max|span|range|median|centr|center|sd$|spread|middle", re.IGNORECASE)
STATISTICS = {"mean", "std", "min", "max", "ptp", "median", "var", "nanmean", "nanmedian", "nanstd", "percentile", "quantile", "amin", "amax"}  # fmt: skip


def answers(source):
    """The routines that are asked once something is learnt."""
    for entry in routines(source):
        role = vocabulary.role_of_name(entry.name)
        if (ANSWERS.search(entry.name) or role in ("predict", "predict_proba", "accuracy")) and not LEARNS.search(
            entry.name
        ):
            yield entry


def always(body):
    """The statements of a body that run whenever it does: those under a condition left out."""
    for part in body:
        if isinstance(part, (ast.If, ast.Try, ast.FunctionDef, ast.ClassDef)):
            continue
        if isinstance(part, (ast.For, ast.While, ast.With)):
            yield from always(part.body)
        else:
            yield part


@rule("SW-P3")
def asking_learns_nothing(source):
    """``predict`` that calls ``self.fit`` on the rows it is asked about, or stores their mean where ``fit`` stored its own."""
    for entry in answers(source):
        if entry.owner is None or not entry.parameters:
            continue
        own = methods(entry.owner)
        rows = _of_rows(entry)
        for part in always(entry.node.body):
            for call in calls_in(part):
                asked = isinstance(call.func, ast.Attribute) and dotted(call.func.value) == "self"
                if (
                    asked
                    and re.fullmatch(r"_?fit(_predict|_transform)?|train", called(call))
                    and called(call) in own
                    and _reads(call, rows)
                ):
                    said = f"{entry.name} calls {ast.unparse(call)[:50]}: it learns anew from the rows that it is asked about."
                    yield find("SW-P3", said, severity="warning", **(entry.place | {"line": call.lineno}))
            yield from _stored_anew(entry, own, part, rows)


def _of_rows(entry):
    """The names of the first argument, and of what is made of it."""
    names = set(entry.parameters[:1])
    for part in every(entry.node, ast.Assign):
        if _reads(part.value, names):
            names |= stored(part)
    return names


def _reads(node, names):
    return any(isinstance(item, ast.Name) and item.id in names for item in ast.walk(node))


def _stored_anew(entry, own, part, rows):
    """Findings of statistics of the rows that take the place of those which fit has stored."""
    if not isinstance(part, ast.Assign) or not any(isinstance(call.func, ast.Attribute) and called(call) in STATISTICS for call in calls_in(part.value)):  # fmt: skip
        return
    fitted = {dotted(item) for name, node in own.items() if re.search("fit|__init__", name) for item in ast.walk(node)
              if isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store)}  # fmt: skip
    if not any(re.search("fit", name) for name in own):
        return
    for target in part.targets:
        name = dotted(target)
        if name.startswith("self.") and name in fitted and LEARNT.search(name) and _reads(part.value, rows):
            said = f"{entry.name} sets {name} from the rows that it is asked about."
            yield find("SW-P3", said, severity="warning", **(entry.place | {"line": part.lineno}))


@rule("SW-T20")
def asking_drops_no_units(source):
    """``self.forward(X, training=True)`` within predict draws a mask, or takes the statistics of the batch."""
    made = {}
    for entry in routines(source):
        made.setdefault(entry.name, []).append(entry)
    drops = re.search(r"dropout|drop_?(rate|prob)|keep_?prob|batch_?norm|running_|mask", source.text, re.IGNORECASE)
    for entry in answers(source) if drops else ():
        if any(TRAINING.match(name) for name in entry.parameters):
            continue
        for call in calls_in(ast.Module(list(entry.node.body), [])):
            given = {part.arg: part.value for part in call.keywords if part.arg}
            for other in made.get(called(call), ())[:1]:
                given |= bound_arguments(call, other) or {}
            on = [name for name, value in given.items() if TRAINING.match(name) and isinstance(value, ast.Constant) and value.value is True]  # fmt: skip
            if on and not LEARNS.search(called(call)):
                said = f"{entry.name} calls {ast.unparse(call)[:60]}: what is drawn or measured in training alone is so here too."
                yield find("SW-T20", said, severity="warning", **(entry.place | {"line": call.lineno}))
                break


@rule("SW-P6")
def labels_are_given_back(source):
    """``fit`` turns labels into numbers by ``self.classes_``; a predict that never reads it answers with the numbers."""
    for owner in classes(source):
        own = methods(owner)
        for name, line in _encodes(own):
            for method in own.values():
                asked = method.name != "__init__" and re.search(
                    r"^_?predict(?!.*(prob|log|score|raw|dist))|classif|^label", method.name
                )
                if not asked or re.search("encode|one_?hot|_index", method.name):
                    continue
                bodies = _reached(own, method)
                text = "\n".join(ast.unparse(node) for node in bodies)
                numbers = re.search(
                    r"argmax|argmin|astype\(int\)|astype\(np\.int|np\.where|np\.sign|searchsorted", ast.unparse(method)
                )
                plain = re.sub(rf"len\({re.escape(name)}\)|{re.escape(name)}\.(size|shape)", "", text)
                if numbers and name not in plain and not re.search(r"inverse|decode|label", plain.split(":", 1)[-1]):
                    said = f"The labels are numbered by {name} (line {line}); {method.name} never looks there and answers with the numbers."
                    yield find(
                        "SW-P6", said, severity="warning", object=owner.name, function=method.name, line=method.lineno
                    )
                    break


def _encodes(own):
    """(attribute, line) of the sorted labels by which a fit turns its labels into numbers."""
    for method in own.values():
        for part in walk(method):
            if (
                not isinstance(part, ast.Assign)
                or not isinstance(part.value, ast.Call)
                or called(part.value) != "unique"
            ):
                continue
            target = part.targets[0].elts[0] if isinstance(part.targets[0], ast.Tuple) else part.targets[0]
            name = dotted(target)
            both = any(item.arg == "return_inverse" for item in part.value.keywords)
            text = ast.unparse(method)
            used = re.search(
                rf"searchsorted\({re.escape(name)}|== {re.escape(name)}\[|enumerate\({re.escape(name)}\)|== {re.escape(name)}",
                text,
            )
            if (
                name.startswith("self.")
                and (both or used)
                and re.search("class|label|name|cat|etiq|klass|rotul", name, re.I)
            ):
                yield name, part.lineno


def _reached(own, method):
    """A method and those of its class that it calls."""
    found, ahead = [], [method]
    while ahead:
        node = ahead.pop()
        if node in found:
            continue
        found.append(node)
        names = {called(call) for call in calls_in(node) if dotted(call.func).startswith("self.")}
        ahead += [own[name] for name in names & set(own) if not re.search("^fit", name)]
    return found


@rule("SW-P5")
def the_class_is_sought_along_the_classes(source):
    """Where softmax adds up along one axis of the outputs, their largest is sought along the same."""
    along = {axis for entry in routines(source) for axis in _softmax_axes(entry)}
    if len(along) != 1 or None in along or not along <= {0, 1}:
        return
    axis = along.pop()
    for entry in bodies_of(source):
        for call in calls_in(entry.node):
            library = isinstance(call.func, ast.Attribute) and dotted(call.func.value) in ("np", "numpy")
            if called(call) != "argmax" or not isinstance(call.func, ast.Attribute):
                continue
            found = axis_of(call, None if library else call.func.value)
            found = 1 if found == -1 else found
            if found in (0, 1) and found != axis and not _turned(entry, call):
                said = f"Line {call.lineno} takes {ast.unparse(call)[:50]}; softmax adds up along axis {axis}, where the classes are."
                yield find("SW-P5", said, severity="warning", **(entry.place | {"line": call.lineno}))
                return


def _turned(entry, call):
    """Whether what is searched is transposed where it is made, so that its axes are not those of the softmax."""
    names = {item.id for item in ast.walk(call) if isinstance(item, ast.Name)}
    made = [part.value for part in every(entry.node, ast.Assign)
            if names & {name for target in part.targets for name in stored(target)}]  # fmt: skip
    return any(re.search(r"\.T\b|transpose|swapaxes", ast.unparse(value)) for value in [call, *made])


def _softmax_axes(entry):
    """The axes along which a routine divides exponentials by their sum."""
    raised = {name for part in every(entry.node, ast.Assign) if "exp(" in ast.unparse(part.value)
              for target in part.targets for name in stored(target)}  # fmt: skip
    named = re.search("softmax", entry.name, re.IGNORECASE)
    back = {id(part.value) for part in walk(entry.node) if getattr(part, "attr", None) == "T"}
    turned = {id(part.right) for part in every(entry.node, ast.BinOp) if isinstance(part.op, ast.Div)
              and getattr(part.left, "attr", None) == "T" and id(part) not in back}  # fmt: skip
    for call in calls_in(entry.node):
        library = isinstance(call.func, ast.Attribute) and dotted(call.func.value) in ("np", "numpy")
        summed = (call.args or [None])[0] if library else getattr(call.func, "value", None)
        if (
            called(call) != "sum"
            or summed is None
            or not ((raised and named) or any(item.arg == "keepdims" for item in call.keywords))
        ):
            continue
        if "exp(" in ast.unparse(summed) or dotted(summed) in raised:
            axis = axis_of(call, None if library else summed)
            axis = 1 if axis == -1 else axis
            yield 1 - axis if id(call) in turned and axis in (0, 1) else axis
