"""What a loop keeps as its best: it is compared, copied, handed back, and chosen by the rows that were kept aside for it."""

import ast
import re

from scratchwork.checks.files.code_shape import bodies_of, called, calls_in
from scratchwork.checks.files.in_place import changed_in_place, shared
from scratchwork.checks.files.syntax import every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.leaving import WAITING
from scratchwork.checks.rules.reach import stepped

COPIED = re.compile(r"copy\(|deepcopy|clone\(|np\.array\(")
ASIDE = re.compile(r"(^|[^a-z])(val|valid\w*|dev|hold|held|eval)([^a-z]|$)", re.IGNORECASE)
ARRAYS = re.compile(
    r"best_?(params?|parameters|weights?|w|theta|model|centroids|centers|labels|net|coef|b|bias|W|state|snapshot|layers|beta)\w*$",
    re.IGNORECASE,
)
ENDLESS = re.compile(r"-?((np|numpy|math)\.(inf|Inf|infty)|float\(['\"][+-]?inf(inity)?['\"]\))")
LOSS = re.compile(r"loss|cost|err|mse|perd|cust|nll|verlust", re.IGNORECASE)


@rule("SW-T9", "SW-T14")
def the_best_is_what_is_returned(source):
    """What is kept as the best must be compared, copied and handed back, and the rows kept aside must choose it."""
    for entry in bodies_of(source):
        found = None
        for loop in every(entry.node, ast.For, ast.While):
            found = kept_without_comparison(loop) or kept_without_copy(source, entry, loop) or chosen_by_others(loop) or told_alone(entry, loop)  # fmt: skip
            if found:
                break
        found = found or kept_in_vain(entry)
        if found:
            line, said, severity, *code = found
            yield find(*(code or ["SW-T9"]), said, severity=severity, **(entry.place | {"line": line}))


def kept_without_comparison(loop):
    """(line, words, severity) of ``best = run`` in a loop of restarts that compares nothing."""
    if not re.search(r"init|start|restart|trial|run|attempt|_", ast.unparse(getattr(loop, "target", loop.body[0]))):
        return None
    for statement in loop.body:
        names = stored(statement) if isinstance(statement, ast.Assign) else set()
        best = [name for name in names if re.match(r"best(_|$)", name)]
        if re.search(r"best|select|choose|pick|find", ast.unparse(getattr(statement, "value", statement))):
            continue  # somebody else compares
        text = ast.unparse(ast.Module(loop.body, []))
        chosen = re.search(r"[<>]|\bmin\(|\bmax\(|argmin|argmax|minimum|maximum|\bif\b", text)
        if best and not chosen:
            said = f"Line {statement.lineno} sets {best[0]} in every turn: the last, not the best."
            return statement.lineno, said, "error"
    return None


@rule("SW-T9", "SW-T13")
def something_can_be_better_than_the_start(source):
    """``best = -inf`` and ``if score < best: best = score``: nothing is ever better."""
    for entry in bodies_of(source):
        own = [pair for part in walk(entry.node) for pair in pairs(part) if not pair[0].startswith("self.")]
        kept = [pair for part in walk(entry.owner or entry.node) for pair in pairs(part) if pair[0].startswith("self.")]
        for loop in every(entry.node, ast.For, ast.While):
            for fork in every(loop, ast.If):
                for name, value in (pair for part in fork.body for pair in pairs(part)):
                    others = [ast.unparse(item) for text, item in own + kept if text == name and item is not value]
                    start = others[0] if others and ENDLESS.fullmatch(others[0]) else None
                    if start and set(others) == {start} and _beyond(fork.test, name, start.count("-") % 2):
                        said = f"{name} starts at {start}, and line {fork.lineno} renews it only where {ast.unparse(fork.test)[:60]}: never."
                        ends = any(every(part, ast.Break) for part in fork.orelse)
                        code = "SW-T13" if ends or WAITING.search(ast.unparse(loop)) else "SW-T9"
                        yield find(code, said, **(entry.place | {"line": fork.lineno}))
                        return


def _beyond(test, name, below):
    """Whether a test asks for a number beyond a name, or beyond that and a margin: ``below`` it or above."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or isinstance(test.ops[0], (ast.Eq, ast.NotEq)):
        return False
    less, more = (isinstance(test.ops[0], kinds) for kinds in ((ast.Lt,), (ast.Gt,)))
    for side, is_low in ((test.left, more), (test.comparators[0], less)):
        margin = isinstance(side, ast.BinOp) and isinstance(side.op, (ast.Add, ast.Sub))
        if ast.unparse(side.left if margin else side) == name and (less or more):
            return is_low == bool(below)
    return False


def improvements(loop):
    """(test, statements) of each branch of a loop that begins with a comparison and renews one of its sides: a new best."""
    for fork in every(loop, ast.If):
        compared = [part for part in ast.walk(fork.test) if isinstance(part, ast.Compare)]
        sides = {ast.unparse(item) for part in compared for side in (part.left, *part.comparators) for item in ast.walk(side)
                 if isinstance(item, (ast.Name, ast.Attribute, ast.Subscript))}  # fmt: skip
        for body in (fork.body, fork.orelse):
            if sides & {text for part in body for text, _ in pairs(part)}:
                yield fork.test, body


def pairs(statement):
    """(text of the target, value) of an assignment, those of tuples one by one."""
    for target in statement.targets if isinstance(statement, ast.Assign) else ():
        both = isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple)
        for one, value in zip(target.elts, statement.value.elts) if both else [(target, statement.value)]:
            yield ast.unparse(one), value


def kept_without_copy(source, entry, loop):
    """(line, words, severity) of ``best_w = w`` without a copy, where w is changed in place afterwards."""
    renewed = {id(part) for _, body in improvements(loop) for item in body for part in ast.walk(item)}
    for part in walk(loop):
        named = isinstance(part, ast.Assign) and "best" in ast.unparse(part.targets[0])
        if not isinstance(part, ast.Assign) or not (named or id(part) in renewed):
            continue
        for _, value in pairs(part):
            for name, depth in shared(source, entry, value):
                kind = changed_in_place(source, entry, loop, name, depth)
                if kind and not made_anew(loop, part, name):
                    deeper = f"the arrays in {name} are" if depth else f"{name} is"
                    said = f"Line {part.lineno} keeps {ast.unparse(value)[:60]} without a copy, and {deeper} changed in place afterwards."
                    return part.lineno, said, "error" if kind == "array" and named and not depth else "warning"
            text = ast.unparse(value)
            if text.endswith("state_dict()") and not made_anew(loop, part, text.rsplit(".", 1)[0]):
                said = f"Line {part.lineno} keeps {text}, whose tensors go on changing; it is no copy."
                return part.lineno, said, "error"
    return None


def made_anew(loop, kept, name):
    """Whether each turn of the loop binds the name to something new before it is changed again."""
    body = next(
        (list(body) for body in (loop.body, loop.orelse) if any(part is kept for item in body for part in ast.walk(item))), []
    )  # fmt: skip
    here = next((place for place, item in enumerate(body) if any(part is kept for part in ast.walk(item))), 0)
    inner = body[here] if body else None
    if isinstance(inner, (ast.For, ast.While)) and not made_anew(inner, kept, name):
        return False
    for item in body[here + 1 :] + body[:here]:
        if isinstance(item, ast.Assign) and any(name in names_bound(target) for target in item.targets):
            return not isinstance(item.value, (ast.Name, ast.Attribute))
        if any(
            isinstance(part, ast.AugAssign) and ast.unparse(part.target).split("[")[0] == name
            for part in ast.walk(item)
        ):
            return False
    return isinstance(inner, (ast.For, ast.While))


def names_bound(target):
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    return {ast.unparse(part) for part in parts}


def chosen_by_others(loop):
    """(line, words, severity, code), where a loop measures rows kept aside and asks those of the training what is best."""
    measured = {}
    for part in walk(loop):
        added = isinstance(part, ast.Call) and called(part) == "append" and len(part.args) == 1
        named = [(ast.unparse(part.func.value), part.args[0])] if added and isinstance(part.func, ast.Attribute) else []
        for text, value in named or pairs(part):
            made = " ".join([text, *map(called, calls_in(value))])
            if ASIDE.search(text.replace("_", " ")) and LOSS.search(made) and calls_in(value):
                measured[text] = part.lineno
    for test, body in improvements(loop) if measured else ():
        asked = {ast.unparse(part) for part in ast.walk(test) if isinstance(part, (ast.Name, ast.Attribute))}
        new = [side for part in ast.walk(test) if isinstance(part, ast.Compare) for side in (part.left, *part.comparators)
               if not re.search("best|min|low|old|prev", ast.unparse(side))]  # fmt: skip
        text = " ".join(ast.unparse(side) for side in new)
        made = [value for part in walk(loop) for name, value in pairs(part) if name in asked]
        aside = ASIDE.search(" ".join([text, *map(ast.unparse, made)]).replace("_", " "))
        compared = {ast.unparse(item) for part in every(loop, ast.Compare) for item in ast.walk(part)}
        targets = " ".join(name for part in body for name, _ in pairs(part))
        losses = re.search(rf"{LOSS.pattern}|train|hist", " ".join([text, *map(ast.unparse, made)]), re.IGNORECASE)
        if not new or aside or set(measured) & compared or not losses or "train" in targets:
            continue
        keeps = COPIED.search(ast.unparse(ast.Module(body, [])))
        waits = re.search(r"wait|patience|bad|stall|counter|since", ast.unparse(ast.Module(body, [])))
        name, line = next(iter(measured.items()))
        if keeps or waits:
            said = f"Line {test.lineno} asks {text[:40]} what is best; {name} of line {line}, measured on the rows kept aside, decides nothing."
            return test.lineno, said, "warning", "SW-T9" if keeps else "SW-T14"
    return None


def told_alone(entry, loop):
    """(line, words, severity), where the best loss on rows kept aside is told, and nothing of that round is kept."""
    rounds = steps_across(loop) and (isinstance(loop, ast.While) or re.match(r"(range|trange|count|tqdm)\(", ast.unparse(loop.iter)))  # fmt: skip
    bound = dict(pair for part in walk(loop) for pair in pairs(part))
    for test, body in improvements(loop) if rounds and not re.search(r"\.(fit|train)\(", ast.unparse(loop)) else ():
        kept = {name: ast.unparse(value) for part in body for name, value in pairs(part)}
        new = [text for name, text in kept.items() if re.search(rf"\b{re.escape(name)}\b", ast.unparse(test)) and text in bound]  # fmt: skip
        made = f"{new[0]} {ast.unparse(bound[new[0]])}".replace("_", " ") if new else ""
        plain = {*new, ast.unparse(getattr(loop, "target", test))}
        alone = all(isinstance(part, (ast.Assign, ast.Pass)) or ast.unparse(part).startswith("print(") for part in body)
        if (
            chosen_by_its_number(entry, loop, kept)
            or not made
            or not alone
            or not LOSS.search(made)
            or not re.search(rf"{ASIDE.pattern}|\b[xy]?va\b", made, re.I)
        ):
            continue
        if all(text in plain or re.fullmatch(r"[\d.]+|None|True|False", text) for text in kept.values()):
            name = next(name for name, text in kept.items() if text == new[0])
            told = [part for part in walk(entry.node) if getattr(part, "lineno", 0) > loop.end_lineno
                    and (isinstance(part, (ast.Return, ast.Assign)) or ast.unparse(part).startswith("print("))
                    and name in {ast.unparse(item) for item in ast.walk(part)}]  # fmt: skip
            if told:
                said = f"Line {told[0].lineno} tells of {name}, the best round on rows kept aside; line {test.lineno} keeps nothing else of that round, and the last weights stay."
                return test.lineno, said, "warning"
    return None


def steps_across(loop):
    """The weights that a loop changes by what they were before, and sets anew in no turn: it trains, and tries no settings."""
    anew, handed = set(), set()
    for part in loop.body:
        for name, value in pairs(part):
            reads = {ast.unparse(item) for item in ast.walk(value) if isinstance(item, (ast.Name, ast.Attribute))}
            anew |= set() if name in reads else {name}
            handed |= {name} if name in reads and isinstance(value, ast.Call) and not LOSS.search(name) else set()
    return {name for name in stepped(loop) | handed if name not in anew and not name.startswith("best")}


def chosen_by_its_number(entry, loop, kept):
    """Whether the number of a round is a setting of what is made in it, or is read afterwards to find what it stands for."""
    turn = ast.unparse(getattr(loop, "target", ast.Constant(None)))
    if turn not in kept.values():
        return False
    nodes = [part for item in loop.body for part in walk(item)]
    told = [part for part in nodes if isinstance(part, ast.Call) and called(part) == "print"]
    told += [part.test for part in nodes if isinstance(part, (ast.If, ast.IfExp))]
    told += [
        part.value for part in nodes if isinstance(part, ast.Assign) and turn in {text for _, text in _texts(part)}
    ]
    spared = {id(item) for part in told for item in ast.walk(part)}
    within = [part for part in nodes if isinstance(part, ast.Name) and part.id == turn and id(part) not in spared]
    names = {name for name, text in kept.items() if text == turn}
    printed = {id(item) for part in every(entry.node, ast.Call) if called(part) == "print" for item in ast.walk(part)}
    after = [part for part in every(entry.node, ast.Name, ast.Attribute) if part.lineno > loop.end_lineno
             and ast.unparse(part) in names and isinstance(part.ctx, ast.Load) and id(part) not in printed]  # fmt: skip
    return bool(within or after)


def _texts(statement):
    return [(name, ast.unparse(value)) for name, value in pairs(statement)]


def kept_in_vain(entry):
    """(line, words, severity) of best parameters that are kept and never handed back; a global one may be read by anybody."""
    shares = {name for part in every(entry.node, ast.Global, ast.Nonlocal) for name in part.names}
    renewed = {id(part) for loop in every(entry.node, ast.For, ast.While)
               for _, body in improvements(loop) for item in body for part in ast.walk(item)}  # fmt: skip
    for part in every(entry.node, ast.Assign):
        for name in sorted(stored(part) - shares):
            copied = id(part) in renewed and name.startswith("best") and COPIED.search(ast.unparse(part.value))
            kept = name in ("best", "keep", "kept", "saved") and id(part) in renewed
            inside = part.col_offset > entry.node.col_offset + 4 or id(part) in renewed
            if (ARRAYS.match(name) or kept or copied) and inside and not _read(entry, name, part):
                sure = None if (ARRAYS.match(name) or kept) and not entry.loads(name) and entry.place else "warning"
                return part.lineno, f"{name} is kept in line {part.lineno} and never used: the last is returned.", sure
        name, value = next(pairs(part))
        if entry.owner and id(part) in renewed and _kept_beside(entry.owner, name, value):
            return (
                part.lineno,
                f"{name} is kept in line {part.lineno} and never read; {ast.unparse(value)[:30]} is used.",
                "warning",
            )
    return None


def _kept_beside(owner, name, value):
    """Whether ``self.best_w = self.w.copy()`` keeps what no method reads, while others read the last ``self.w``."""
    kept = re.fullmatch(
        r"(self\.\w+)\.copy\(\)|(?:copy\.deepcopy|copy\.copy|np\.array|np\.copy)\((self\.\w+)\)", ast.unparse(value)
    )
    if not kept or not re.fullmatch(r"self\.\w*best\w*", name):
        return False
    read = [
        ast.unparse(part)
        for part in ast.walk(owner)
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load)
    ]
    return name not in read and read.count(kept[1] or kept[2]) > 1


def _read(entry, name, kept):
    """Whether a name is read once it is kept, other than to ask whether there is any, or for another entry of what was kept."""
    nothing = {id(side) for part in every(entry.node, ast.Compare) if isinstance(part.ops[0], (ast.Is, ast.IsNot))
               for side in (part.left, *part.comparators)}  # fmt: skip
    first = min([kept.lineno] + [loop.lineno for loop in every(entry.node, ast.For, ast.While)
                                 if loop.lineno <= kept.lineno <= loop.end_lineno])  # fmt: skip
    value = next((value for text, value in pairs(kept) if text == name), None)
    copies = [place for place, item in enumerate(getattr(value, "elts", ())) if COPIED.search(ast.unparse(item))]
    for part in walk(entry.node) if len(copies) == 1 else ():
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant) and part.slice.value != copies[0]:
            nothing.add(id(part.value))
    return any(id(part) not in nothing and part.lineno >= first for part in entry.loads(name))
