"""Parts of the data: what is set apart is used, the rest leaves it out, and no two parts share rows by their slices."""

import ast
import re

from scratchwork.checks.files.code_shape import called, place_at
from scratchwork.checks.files.names import counterpart, index_part_of, kind_of, part_of, tokens
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule

FOLDS = re.compile(r"fold|part|group|chunk|split|bucket|block|piece|subset", re.IGNORECASE)
LEARNS = re.compile(
    r"fit\(|predict|gradient|epoch|-=|@ |\.dot\(|knn|neighb|classif|train\w*\(|learn|solve|lstsq|inv\(", re.I
)
DIVIDES = re.compile("split|sample|choice|fold|subset|concat|stack|align|predict|fit")
JOINS = ("concatenate", "vstack", "hstack", "concat", "append")


@rule("SW-E9", "SW-D8")
def what_is_set_apart_is_used(source):
    """A test part that nothing asks, or a training part that nothing learns from: what is reported is of other rows."""
    if not LEARNS.search(source.text):
        return  # a lesson about splits
    for owner in [source.tree, *every(source.tree, ast.FunctionDef)]:
        made = _made(owner)
        bound = {name for part in _assigned(owner) for name in stored(part)}
        idle = {name for name in made if (own := counterpart(name)) in bound and not _read_elsewhere(owner, own)}
        unread = [name for name in made if name not in idle and not _read_elsewhere(owner, name)]
        twins = [name for name in unread if counterpart(name) in bound]  # prepared as those of training, and not asked
        unread += [name for name in made if name not in idle.union(unread) and not _read_elsewhere(owner, name, twins)]
        held = [name for name in unread if part_of(name) == "test"]
        held += [name for name in unread if part_of(name) == "val" and name not in held]
        pair = {kind_of(name) for name in held} >= {"data", "labels"}
        rows = [name for name in unread if made[name] == "index" and len(made) > 1]
        if pair or rows:
            names = sorted(held) if pair else rows
            line = next(part.lineno for part in _assigned(owner) if names[0] in stored(part))
            said = f"{' and '.join(names)} {'are' if pair else 'is'} set apart in line {line} and never used."
            yield find("SW-E9", said, severity="warning", **place_at(source, line))
            return
    yield from folds_that_are_not_asked(source)
    yield from parameters_that_are_not_asked(source)
    yield from rows_of_another_part(source)


@rule("SW-D3")
def a_row_goes_into_one_part(source):
    """``if chance: test.append(row)`` beside ``train.append(row)`` in the same round: the test rows are trained on as well."""
    for loop in every(source.tree, ast.For):
        some = [part.body for part in loop.body if isinstance(part, ast.If) and not part.orelse]
        some = [body for body in some if not isinstance(body[-1], (ast.Continue, ast.Break, ast.Return))]
        always = dict(_put(loop.body))
        for (part, row), line in (pair for body in some for pair in _put(body)):
            if part in ("test", "val") and ("train", row) in always:
                said = f"Line {always['train', row]} puts each {row} into the training part, line {line} some of them into the {part} part too."
                yield find("SW-D3", said, severity="warning", **place_at(source, line))
                return


def _put(body):
    """((part, what), line) of each ``train.append(row)`` among statements."""
    for call in (part.value for part in body if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call)):
        if called(call) == "append" and isinstance(call.func, ast.Attribute):
            yield (part_of(dotted(call.func.value)), ", ".join(map(ast.unparse, call.args))), call.lineno


def parameters_that_are_not_asked(source):
    """``def judge(X_train, y_train, X_test, y_test)`` that reads no row of the test part."""
    for owner in every(source.tree, ast.FunctionDef):
        given = [arg.arg for arg in owner.args.args]
        loaded = {part.id for part in every(ast.Module(owner.body, []), ast.Name)}
        held = [name for name in given if part_of(name) in ("test", "val") and name not in loaded]
        learns = any(part_of(name) == "train" and name in loaded for name in given)
        if learns and {kind_of(name) for name in held} >= {"data", "labels"} and len(loaded) > 3:
            said = f"{owner.name} takes {' and '.join(held)} and reads neither."
            yield find("SW-E9", said, severity="warning", line=owner.lineno, function=owner.name)
            return


def rows_of_another_part(source):
    """``X_val = X[train_idx]``, ``X_test_std = scale(X_val)``: rows of one part under the name of another."""
    known = {part.id for part in every(source.tree, ast.Name) if kind_of(part.id) == "data"}
    for owner in [source.tree, *every(source.tree, ast.FunctionDef)]:
        pairs = [pair for part in _assigned(owner) for pair in _pairs(part) if isinstance(pair[0], ast.Name)]
        for target, value in pairs:
            mine = part_of(target.id) if kind_of(target.id) in ("data", "labels") else None
            cuts = [part for part in ast.walk(value) if isinstance(part, ast.Subscript)] if mine else []
            used = {index_part_of(dotted(cut.slice)) for cut in cuts if dotted(cut.slice) and not part_of(dotted(cut.value))}  # fmt: skip
            given = value.args if mine and not cuts and isinstance(value, ast.Call) else []
            others = {part_of(dotted(part)) for part in given if kind_of(dotted(part))} - {None}
            others = set() if mine in others or DIVIDES.search(ast.unparse(value)[:80]) else others
            twin = any(part_of(name) == mine for name in known - {target.id})
            if (used == {"train"} and mine != "train") or (others and twin):
                said = f"{target.id} is {ast.unparse(value)[:60]}, rows of the {next(iter(others or used))} part."
                code = "SW-D8" if others else "SW-E9"
                yield find(code, said, severity="warning", **place_at(source, value.lineno))
                return


def folds_that_are_not_asked(source):
    """``for train, val in folds``: the rows that a round keeps aside are read in it."""
    for loop in every(source.tree, ast.For):
        names = [item.id for item in ast.walk(loop.target) if isinstance(item, ast.Name)]
        sides = {index_part_of(name): name for name in names}
        if "train" not in sides or not {"test", "val"} & set(sides):
            continue
        loaded = {part.id for part in every(ast.Module(loop.body, []), ast.Name)}
        unread = [name for part, name in sides.items() if part and name not in loaded]
        aside = {sides[part] for part in ("test", "val") if part in sides}
        if len(unread) == 1 and (unread[0] == sides["train"] or aside <= {*unread}):
            said = f"The rounds of line {loop.lineno} never read {unread[0]}."
            yield find("SW-E9", said, severity="warning", **place_at(source, loop.lineno))
            return


def _assigned(owner):
    """The assignments of a scope, those of inner functions left out."""
    ahead = list(owner.body)
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.Assign):
            yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            ahead += ast.iter_child_nodes(node)


def _pairs(assignment):
    """(target, value) of an assignment, and of each item of a tuple."""
    pairs = [(target, assignment.value) for target in assignment.targets]
    for target, value in list(pairs):
        if isinstance(target, ast.Tuple):
            values = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
            pairs += zip(target.elts, values)
    return pairs


def _made(owner):
    """{name: "cut", "index" or "given"} of the parts of the data that a scope binds; ``test`` alone may hold row numbers."""
    found = {}
    for part in _assigned(owner):
        for target, value in _pairs(part):
            if not isinstance(target, ast.Name):
                continue
            cut = isinstance(value, ast.Subscript) and any(isinstance(item, ast.Slice) for item in ast.walk(value))
            index = cut and index_part_of(target.id) in ("train", "test") and kind_of(dotted(value.value)) == ""
            if index and (len(tokens(target.id)) == 1 or part_of(target.id) is None):
                found[target.id] = "index"
            elif part_of(target.id) in ("test", "val") and len(tokens(target.id)) > 1:
                found.setdefault(target.id, "cut" if cut else "given")
    return found


STATEMENTS = (
    ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.AugAssign, ast.For, ast.If, ast.While, ast.With,
    ast.Assert,
)  # fmt: skip


def _read_elsewhere(tree, name, idle=()):
    """Whether a name is read by a statement that does not bind it anew, nor what is idle, and that shows more than its size."""
    shows = re.compile(rf"\b{name}\.(shape|head|size|dtype)|len\({name}\)")
    for node in _statements(tree, name):
        bound = stored(node) if isinstance(node, ast.Assign) else set()
        own = name in bound or (bound and bound <= set(idle))
        head = getattr(node, "iter", None) or getattr(node, "test", None) if hasattr(node, "body") else node
        parts = walk(head) if head is not None else ()
        loads = any(isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load) for part in parts)
        if loads and not own and not shows.search(ast.unparse(head)):
            return True
    return False


def _statements(node, name):
    """The statements below a node, but for those of functions that have a parameter of this name."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.FunctionDef) and name in [arg.arg for arg in (*part.args.args, *part.args.kwonlyargs)]:
            continue
        if isinstance(part, STATEMENTS):
            yield part
        yield from _statements(part, name)


@rule("SW-D3")
def the_rest_leaves_out_what_is_held(source):
    """rows[:i] and rows[i:] put together are all rows; so are all folds, within the loop that keeps one of them aside."""
    for part in walk(source.tree):
        pieces = _pieces(part)
        if len(pieces) == 2 and _is_the_whole(*pieces):
            said = f"Line {part.lineno} puts {' and '.join(map(ast.unparse, pieces))} together: nothing is left out."
            yield find("SW-D3", said, **place_at(source, part.lineno))
            return
    for loop in every(source.tree, ast.For):
        call, name = whole_again(loop)
        if call is not None:
            said = f"Line {call.lineno} puts all of {name} together, the one kept aside in this round too."
            yield find("SW-D3", said, severity="warning", **place_at(source, call.lineno))
            return


LEAVES_OUT = re.compile(r"\.remove\(|\.pop\(|\bdel |is not|!=|delete\(|continue|setdiff")


def whole_again(loop):
    """(node, name) where a loop over folds takes all of them, and leaves none out; else (None, None)."""
    counted = f"[{ast.unparse(loop.target)}]"
    body = ast.Module(loop.body, [])
    picked = [part for part in every(body, ast.Subscript) if ast.unparse(part).endswith(counted)]
    names = {dotted(part.value) for part in picked}
    names |= {item.id for item in ast.walk(loop.iter) if isinstance(item, ast.Name)}
    folds = {name for name in names if FOLDS.search(name)}
    for part in walk(body) if folds and not LEAVES_OUT.search(ast.unparse(body)) else ():
        takes = isinstance(part, ast.Call) and part.args and called(part) in (*JOINS, "list", "copy", "deepcopy")
        if takes and dotted(part.args[0]) in folds:
            return part, dotted(part.args[0])
        if isinstance(part, ast.ListComp) and not any(one.ifs for one in part.generators):
            over, taken = part.generators[0], ast.unparse(part.elt)
            name = next((name for name in folds if taken == f"{name}[{ast.unparse(over.target)}]"), dotted(over.iter))
            if name in folds and (taken == ast.unparse(over.target) or taken.startswith(f"{name}[")):
                return part, name
    return None, None


@rule("SW-D3")
def what_is_tested_is_not_learnt_from(source):
    """train(np.vstack([X_train, X_test]), ...), and the test part is scored after it."""
    events = trace_of(source)
    for place, event in enumerate(events):
        nodes = getattr(event.node, "args", ()) if event.kind == "call" else ()
        if not nodes or not {"train", "fit", "learn"} & set(tokens(event.name)):
            continue
        for node in (part for part in nodes if isinstance(part, ast.Call) and called(part) in JOINS):
            parts = {part_of(item.id) for item in ast.walk(node) if isinstance(item, ast.Name)}
            if {"train", "test"} <= parts and any(one.kind == "score" and one.part == "test" for one in events[place:]):
                said = f"{event.name} is given {ast.unparse(node)[:60]} (line {event.line}), and the test part is scored after that."
                yield find("SW-D3", said, severity="warning", line=event.line, function=event.function)
                return


@rule("SW-D3")
def rows_are_drawn_once(source):
    """A split that draws row numbers one by one takes each row out, or asks whether it has come."""
    for owner in every(source.tree, ast.FunctionDef):
        words = set(tokens(owner.name))
        if not words & {"split", "fold", "folds", "holdout"} or words & {"sample", "bootstrap", "bagging", "tree"}:
            continue
        text = ast.unparse(owner)
        drawn = re.search(r"(\w+) = (?:\w+\.)*(?:randrange|randint)\((?!.*size=).*\blen\((\w+(?:\[\d\])?)\)", text)
        again = re.search(
            r"\.pop\(|\.remove\(|\bdel |\bnot in\b|\bin \w+|shuffle|swap", re.sub(r"for \w+ in ", "", text)
        )
        if drawn and f"{drawn.group(2)}[{drawn.group(1)}]" in text and not again:
            said = f"{owner.name} draws {drawn.group(2)}[{drawn.group(1)}] one by one, and takes none out: a row comes twice, or into both parts."
            yield find("SW-D3", said, severity="warning", line=owner.lineno, function=owner.name)
            return


def _pieces(node):
    """The two slices that are put together by + or by a call, or nothing."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and called(node) in JOINS and node.args:
        first = node.args[0]
        parts = first.elts if isinstance(first, (ast.List, ast.Tuple)) else node.args[:2]
    else:
        return []
    return parts if all(isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice) for part in parts) else []


def _is_the_whole(first, second):
    """Whether two slices are the beginning and, from the very same place on, the end of one thing."""
    one, other = first.slice, second.slice
    ends = one.lower is None and other.upper is None and one.upper is not None and other.lower is not None
    same = ast.unparse(first.value) == ast.unparse(second.value)
    return ends and same and not one.step and not other.step and ast.unparse(one.upper) == ast.unparse(other.lower)
