"""Training loops as they are written: rates out of all proportion, features that are not scaled, constants for what was learnt."""

import ast
import re

from scratchwork.checks.files.code_shape import bodies_of, called, calls_in, classes, methods, place_at, routines
from scratchwork.checks.files.syntax import dotted, every, literal, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.parameters import RATE


@rule("SW-T7")
def rates_are_in_proportion(source):
    """A learning rate far above 1 makes each step longer than the valley is wide."""
    for part in walk(source.tree):
        if isinstance(part, ast.Assign) and len(part.targets) == 1:
            name, value = ast.unparse(part.targets[0]).split(".")[-1], literal(part.value)
            line = part.lineno
        elif isinstance(part, ast.keyword) and part.arg:
            name, value, line = part.arg, literal(part.value), part.value.lineno
        else:
            continue
        if value is None or not RATE.match(name) or name in ("alpha", "rate"):
            continue
        added = re.search(
            rf"\+=? *\(?([\w.]+ *\* *)?(\w+\.)?{name}\b", source.text
        )  # a negative one goes down where it is added
        if value >= 20 or 0 < value < 1e-9 or (value < 0 and not added):
            said = f"Line {line} sets {name} = {value:g}."
            yield find("SW-T7", said, severity="warning", **place_at(source, line))
            return


LARGE = re.compile(
    r"read_csv|loadtxt|genfromtxt|load_(breast_cancer|wine|boston|digits|housing)|fetch_\w+|\.load_data\("
    r"|uniform\(\s*-?\d+\s*,\s*\d{2,}|randint\(\s*\d+\s*,\s*\d{3,}|integers\(\s*\d+\s*,\s*\d{3,}|normal\(\s*\d{2,}"
)
USED = re.compile(
    r"[/*]=?\s*\(?\s*(np\.)?(255|16|256|sigma|sd\b|stds?\b|std_|s\b|scale|span|spread|rang|\w*max|\w*norm|\w*std)|transform\(|_norm\(|normali[sz]e\w*\(|standardi[sz]e\w*\(|scale\w*\(|divide\([^()]+, *(255|256|16)|ToTensor"
)


SPREAD = r"(std|ptp|max|var|norm|percentile|quantile)\("


@rule("SW-T16")
def gradient_descent_gets_scaled_features(source):
    """Raw features of large size make one step of gradient descent too long in one direction and too short in another."""
    data = LARGE.search(source.text)
    if not data or USED.search(source.text) or re.search(r"newton|lstsq|pinv|Adam\(", source.text) or divides(source):
        return
    for entry in steps_of_descent(source):
        said = f"The features ({data.group()[:40]}...) go into the gradient steps of line {entry} as they are."
        known = not re.match(
            "read|load_?(txt|digits)|genfrom", data.group()
        )  # of a file nobody sees how large they are
        yield find("SW-T16", said, severity="warning" if known else "remark", **place_at(source, entry))
        return


def divides(source):
    """Whether anything is divided by a spread or an extreme, or by a name that one was bound to."""
    spreads = {
        ast.unparse(bound)
        for part in every(source.tree, ast.Assign)
        if re.search(SPREAD, ast.unparse(part.value))
        for bound in ast.walk(part.targets[0])
        if isinstance(bound, (ast.Name, ast.Attribute))
    }
    return any(
        ast.unparse(divisor) in spreads or re.search(rf"\.{SPREAD}", ast.unparse(divisor))
        for part in every(source.tree, ast.BinOp, ast.AugAssign)
        if isinstance(part.op, ast.Div)
        for divisor in [getattr(part, "right", None) or part.value]
    )


def steps_of_descent(source):
    """Lines of updates ``theta - rate * gradient``."""
    for part in walk(source.tree):
        step = None
        if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Sub):
            step = part.value
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.BinOp) and isinstance(part.value.op, ast.Sub):
            step = part.value.right
        if (
            isinstance(step, ast.BinOp)
            and isinstance(step.op, (ast.Mult, ast.MatMult, ast.Div))
            and "sqrt" not in ast.unparse(step)
            and re.search(r"grad|[dg]_?[wWbB]|error|lr|rate|alpha|\beta\b|step|(?<!\d)0?\.\d|\b1e-", ast.unparse(step))
        ):
            yield part.lineno


LEARNT = re.compile(
    r"mu$|mu_|means?$|mean_|sigma|sd$|stds?$|std_|(min|max)(imum|_?x|_?vals?|_?values?|_?features?|_?cols?|s|_)$|m[ií]n(vals?|s)$|ranges?$|media$|desv",
    re.IGNORECASE,
)


@rule("SW-P11")
def constants_do_not_replace_what_was_learnt(source):
    """A function that is handed mu and sigma and scales by numbers typed in instead, or multiplies what it never scaled."""
    for entry in routines(source):
        given = [name for name in entry.parameters if LEARNT.match(name)]
        learnt = [name for name in given if not entry.loads(name)]
        text = ast.unparse(entry.node)
        trains = any(RATE.match(name) or re.search("epoch|iter", name) for name in entry.parameters)  # mu: a momentum
        if not learnt or entry.is_stub or trains:
            continue
        if re.search(r"-\s*(np\.array\()?[\[(]?\d|/\s*(np\.array\()?[\[(]?\d", text):
            said = f"{entry.name} is handed {', '.join(learnt)} and scales by constants instead."
            yield find("SW-P11", said, **entry.place)
        elif len(given) > 1 and learnt == given and re.search(r" @ |dot\(|predict|matmul", text):
            said = f"{entry.name} is handed {', '.join(learnt)} and never scales by them what it multiplies with the weights."
            yield find("SW-P11", said, severity="warning", weight=95, **entry.place)


@rule("SW-P12")
def a_second_fit_begins_a_new_history(source):
    """Weights that each fit begins anew, beside a list of losses that only the constructor empties."""
    for owner in classes(source):
        own = methods(owner)
        made = _stored(own.get("__init__"))
        for name, node in own.items():
            if name == "__init__" or not re.match(r"fit$|train$|ajust|entren|trein|lern|egit", name):
                continue
            anew = _stored(node)
            for call in calls_in(node):
                anew |= _stored(own.get(called(call)))
            again = any(re.search(r"zeros|rand|normal|uniform|ones|empty", value) for value in anew.values())
            for call in calls_in(node):
                kept = dotted(call.func).rpartition(".")[0]
                if called(call) == "append" and made.get(kept) == "[]" and kept not in anew and again:
                    said = f"{name} begins its weights anew and appends to {kept}, which only the constructor empties."
                    yield find("SW-P12", said, severity="warning", object=owner.name, function=name, line=call.lineno)
                    break


def _stored(node):
    """{attribute: text of the value} of what a method stores, conditions left out."""
    found = {}
    for part in ast.walk(node) if node is not None else ():
        for target in part.targets if isinstance(part, ast.Assign) else ():
            both = isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple)
            for one, value in zip(target.elts, part.value.elts) if both else [(target, part.value)]:
                if dotted(one).startswith("self."):
                    found[dotted(one)] = ast.unparse(value)
    return found


@rule("SW-G1")
def sums_of_gradients_begin_anew(source):
    """``for i in rows: G += ...`` and then ``w -= rate * G``: what is summed is set back to 0 before the next step."""
    for entry in bodies_of(source):
        for loop in every(entry.node, ast.For, ast.While):
            found = carried_over(entry.node, loop)
            if found:
                name, line = found
                said = f"Line {line} steps by {name}, a sum that the loop of line {loop.lineno} never sets back to 0: each step adds all before."
                yield find("SW-G1", said, severity="warning", weight=88, **(entry.place | {"line": line}))
                return


def carried_over(node, loop):
    """(name, line) of a step by a sum over an inner loop that was begun before the outer one, and is not begun anew; or None."""
    inside = list(walk(ast.Module(loop.body, [])))
    begun = {name for part in walk(node) if getattr(part, "lineno", loop.lineno) < loop.lineno for name in bases(part)}
    begun -= {name for part in inside if isinstance(part, ast.Assign) for name in bases(part)}
    if any(isinstance(part, ast.Call) and re.search("zero|reset|clear|init|fill", called(part)) for part in inside):
        return None
    for inner in (part for part in inside if isinstance(part, (ast.For, ast.While))):
        within = {id(part) for part in walk(inner)}
        added = [part for part in inside if isinstance(part, ast.AugAssign)]
        summed = {name for part in added if id(part) in within and isinstance(part.op, ast.Add)
                  and not re.search(r"\*\* ?2|square", ast.unparse(part.value)) for name in bases(part)}  # fmt: skip
        outside = [part for part in added if id(part) not in within]
        summed -= {name for part in outside for name in bases(part)}
        for step in (part for part in outside if "sqrt" not in ast.unparse(part.value)):
            used = {base(part) for part in ast.walk(step.value) if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript))}  # fmt: skip
            if summed & begun & used and any(RATE.match(name.rpartition(".")[2]) for name in used):
                return min(summed & begun & used), step.lineno
    return None


def bases(part):
    """The names that an assignment sets, in part or whole: ``G`` of ``G[i][j] += ...``."""
    targets = part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AugAssign) else ()
    return {base(item) for target in targets for item in getattr(target, "elts", [target])}


def base(node):
    """The text of what a target or a value is a part of."""
    return base(node.value) if isinstance(node, ast.Subscript) else ast.unparse(node)
