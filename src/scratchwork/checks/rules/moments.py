"""Running averages of gradients: Adam's corrections and decays, the rate of a velocity."""

import ast
import re

from scratchwork.checks.files.averages_read import SQUARE, Scope, assignments, factors, from_one, holds, power, terms
from scratchwork.checks.files.code_shape import place_at, routines
from scratchwork.checks.files.syntax import every
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules import step_numbers
from scratchwork.checks.rules.parameters import RATE

ROOT = re.compile(r"sqrt|\*\* ?\(?(0?\.5|1 / 2)\b|power\(.*, 0?\.5\)")
SUMMED = re.compile(
    r"@|\.T\b|(dot|mean|sum|outer|matmul|einsum)\(|grad|back|\bd[wb]", re.IGNORECASE
)  # how gradients are made
GRADIENT = re.compile(r"grad|^d_?[a-zA-Z]\w*$|^g\d?$|^g_\w+$|delta_?w|nabla", re.IGNORECASE)


def _plain(text):
    return text.replace("self.", "").strip("_")


def scopes(source):
    """The Scopes of a file that hold a running average."""
    found = [Scope(source, entry.node.body, entry) for entry in routines(source)]
    found.append(Scope(source, source.tree.body))
    return [scope for scope in found if scope.averages]


@rule("SW-T5", "SW-T3")
def averages_are_those_of_adam(source):
    """Both moments keep and add shares that make one; both are divided by 1 - decay ** t, t counted up; a root is taken."""
    for scope in scopes(source):
        found = _decays(scope) or _of_adam(scope) or _velocity(scope)
        if found:
            code, line, said = found
            yield find(code, said, severity="warning", **place_at(source, line))


DECAY = re.compile(r"(?i)^(beta|b|rho|decay|gamma|momentum|mu)_?\w{0,6}$")


def _decays(scope):
    """A sum that keeps one share and adds one minus another, or keeps everything."""
    for node in scope.nodes:
        kept, added = _shares(node)
        if not added or kept == added:
            continue
        values = [{ast.unparse(item) for item in scope.bound.get(text, ())} for text in (kept, added)]
        if (values[0] and values[0] == values[1]) or added in values[0] or kept in values[1]:
            continue
        code = "SW-T5" if re.search(r"2|v", kept + added) or SQUARE.search(ast.unparse(node)) else "SW-T3"
        said = f"Line {node.lineno} keeps {kept or 'all'} of the old average and adds 1 - {added} of the new value: the shares do not make one."
        return code, node.lineno, said
    return None


def _shares(node):
    """(share that is kept, b of the share 1 - b that is added) of ``a * old + (1 - b) * new``, as text; else empty."""
    parts = list(terms(node)) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) else []
    if len(parts) != 2:
        return "", ""
    for old, new in (parts, parts[::-1]):
        added = [ast.unparse(item.right) for item in factors(new) if from_one(item)]
        kept = [ast.unparse(item) for item in factors(old) if not isinstance(item, ast.Subscript)]
        decays = [text for text in kept if DECAY.match(_plain(text).split(".")[-1])]
        if len(added) == 1 and DECAY.match(_plain(added[0]).split(".")[-1]) and len(decays) == 1 and len(kept) <= 2:
            return _plain(decays[0]), _plain(added[0])
    return "", ""


def _of_adam(scope):
    """What is wrong with the corrections or the root of two averages, one of gradients and one of squares; or None."""
    means = [one for one in scope.averages if one.kept is not None]
    first, second = [one for one in means if not one.squared], [one for one in means if one.squared]
    if not first:
        return None
    if not second:
        return _root_of_no_squares(scope, first)
    return _odd_correction(scope, first + second) or _left_out(scope, first, second) or _no_root(scope, second)


def _root_of_no_squares(scope, means):
    for above, below in scope.divisions():
        moving = any(holds(above, name) for one in means for name in scope.made_of(one.target))
        for part in ast.walk(below) if moving else ():
            if isinstance(part, ast.Call) and ast.unparse(part.func).endswith("sqrt") and part.args:
                hit = [one for one in means if any(holds(part.args[0], name) for name in scope.made_of(one.target))]
                if hit and any(one.new == hit[0].new and one not in hit for one in means):
                    said = f"Line {part.lineno} divides by the root of {hit[0].target}, an average of {hit[0].new} and not of its square."
                    return "SW-T5", hit[0].line, said
    return None


def _corrections(scope):
    """(base, exponent, node) of each ``1 - base ** exponent``."""
    for node in scope.nodes:
        raised = power(node.right) if from_one(node) else None
        if raised:
            yield *raised, node


def _odd_correction(scope, means):
    decays = {one.decay for one in means}
    for node in scope.nodes:
        raised = power(node)
        if raised and from_one(raised[0]) and ast.unparse(raised[0].right) in decays:
            return "SW-T5", node.lineno, f"Line {node.lineno} has {ast.unparse(node)} where 1 - {ast.unparse(raised[0].right)} ** t belongs."  # fmt: skip
    for above, below in scope.divisions():
        held = [one for one in means if holds(above, one.target)]
        raised = power(below.right) if held and from_one(below) else None
        if raised and ast.unparse(raised[0]) in decays - {one.decay for one in held}:
            return "SW-T5", below.lineno, f"Line {below.lineno} divides {held[0].target}, which decays by {held[0].decay}, by {ast.unparse(below)}."  # fmt: skip
        if held and from_one(below) and not raised and ast.unparse(below.right) in decays:
            return "SW-T5", below.lineno, f"Line {below.lineno} divides {held[0].target} by {ast.unparse(below)} in every step: no t."  # fmt: skip
        product = list(factors(below.right)) if held and from_one(below) else []
        if len(product) == 2 and {ast.unparse(item) for item in product} & decays:
            return "SW-T5", below.lineno, f"Line {below.lineno} divides by {ast.unparse(below)}, a product where a power belongs."  # fmt: skip
    for base, exponent, node in _corrections(scope):
        why = step_numbers.why_wrong(scope, exponent, means) if ast.unparse(base) in decays else None
        if why:
            return "SW-T5", node.lineno, f"Line {node.lineno} corrects by {ast.unparse(node)}, and {why}."
    return _upside_down(scope) or _begun_again(scope, means)


def _upside_down(scope):
    """(1 - b1 ** t) / sqrt(1 - b2 ** t): the two corrections in each other's place."""
    for above, below in scope.divisions():
        root = below.args[0] if isinstance(below, ast.Call) and ast.unparse(below.func).endswith("sqrt") and below.args else None  # fmt: skip
        if root is not None and from_one(root) and power(root.right) and any(from_one(item) and power(item.right) for item in factors(above)):  # fmt: skip
            return "SW-T5", below.lineno, f"Line {below.lineno} has {ast.unparse(above)[-30:]} over {ast.unparse(below)}: the corrections of the two averages the wrong way round."  # fmt: skip
    return None


def _begun_again(scope, means):
    """An average that an object keeps, set to zeros by the very call that goes on with it."""
    for part in scope.entry.node.body if scope.entry is not None and scope.entry.name != "__init__" else ():
        inside = list(ast.walk(part))
        trains = isinstance(part, ast.While) or (isinstance(part, ast.For) and not step_numbers.over_parameters(part))
        if trains and any(one.node in inside for one in means):
            return None
        if isinstance(part, (ast.If, ast.Try)):
            continue
        under = {id(item) for fork in inside if isinstance(fork, ast.If) for item in ast.walk(fork)}
        zeros = {name: line for name, value, line in assignments(item for item in inside if id(item) not in under)
                 if re.match(r"(np\.|numpy\.)?zeros|0(\.0)?$", ast.unparse(value))}  # fmt: skip
        for one in means:
            if one.target.startswith("self.") and one.target in zeros and zeros[one.target] < one.line:
                return "SW-T5", zeros[one.target], f"Line {zeros[one.target]} sets {one.target} to zeros in every call: line {one.line} has nothing to go on with."  # fmt: skip
    return None


def _left_out(scope, first, second):
    """An average that is never corrected, where others are or where nothing in the file is."""
    corrected = set()
    for above, below in scope.divisions():
        if any(from_one(part) and power(part.right) for value in scope.resolved(below) for part in ast.walk(value)):
            corrected |= {one.target for one in first + second if holds(above, one.target)}
    divided = {one.target for one in first + second for pair in scope.divisions() for part in pair for name in scope.made_of(one.target) if holds(part, name)}  # fmt: skip
    idle = {one.target for one in first + second if len(scope.made_of(one.target)) == 1 and not list(_uses(scope, one))}
    missing = [one for one in first + second if one.target not in corrected and one.target in divided | idle]
    if missing and corrected:
        one = missing[0]
        return "SW-T5", one.line, f"The average {one.target} of line {one.line} is never divided by 1 - {one.decay} ** t, as others are."  # fmt: skip
    anywhere = re.search(r"1(\.0)? - \(?(np\.power\(|math\.pow\(|pow\()?[\w.\[\]]+(, | \*\* )", ast.unparse(scope.source.tree))  # fmt: skip
    used = any(holds(node, name) for one in second for name in scope.made_of(one.target) for pair in scope.divisions() for node in pair[1:])  # fmt: skip
    if missing and not anywhere and used and "maximum(" not in scope.text:  # AMSGrad goes without
        one = missing[0]
        return "SW-T5", one.line, f"The averages {first[0].target} and {second[0].target} start at zero and are never divided by 1 - decay ** t."  # fmt: skip
    return None


def _no_root(scope, second):
    """A step that divides by the mean of squares itself."""
    if ROOT.search(scope.text):
        return None
    for _, below in scope.divisions():
        for one in second:
            if isinstance(below, ast.BinOp) and any(holds(below, name) for name in scope.made_of(one.target)) and not from_one(below):  # fmt: skip
                return "SW-T5", below.lineno, f"Line {below.lineno} divides by {ast.unparse(below)}: no root is taken of the mean of squares."  # fmt: skip
    return None


def _velocity(scope):
    """A velocity of raw gradients that moves the parameters without a rate, or with it twice."""
    decays = {_plain(one.decay) for one in scope.averages}
    if any(one.squared for one in scope.averages) or not (rates := _rates(scope) - decays):
        return None
    for one in scope.averages:
        within, uses = _rated(scope, one.node, rates), list(_uses(scope, one))
        with_rate = [_rated(scope, use, rates) for use in uses]
        if not uses or (not within and all(with_rate)) or (within and not any(with_rate)):
            continue
        bare = re.split(r" \* ", one.new)
        if not within and len(bare) > 1 and any(re.fullmatch(r"[\w.]+", text) and not GRADIENT.search(_plain(text)) for text in bare):  # fmt: skip
            continue  # a rate of another name
        made = [ast.unparse(value) for text in bare for value in scope.bound.get(text, ())]
        if within or any(GRADIENT.search(_plain(text).split("[")[0]) for text in bare) or any(map(SUMMED.search, made)):
            use = uses[with_rate.index(within)]
            how = "is scaled by the rate, and again" if within else "holds plain gradients, and no rate scales it"
            return "SW-T3", use.lineno, f"{one.target} (line {one.line}) {how} in line {use.lineno}."
    return None


def _rates(scope):
    """Names of learning rates that the scope knows."""
    names = {ast.unparse(node).split(".")[-1] for node in scope.nodes if isinstance(node, (ast.Name, ast.Attribute))}
    names |= set(scope.entry.parameters) if scope.entry else set()
    if scope.entry is not None and scope.entry.owner is not None:
        names |= {part.attr for part in every(scope.entry.owner, ast.Attribute)}
        names |= {part.target.id for part in scope.entry.owner.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)}  # fmt: skip
    return {_plain(name) for name in names if RATE.match(name.strip("_"))}


def _rated(scope, node, rates):
    """Whether a rate has a part in an expression, or in what its names are bound to here."""
    texts = [ast.unparse(part) for value in scope.resolved(node) for part in ast.walk(value) if isinstance(part, (ast.Name, ast.Attribute))]  # fmt: skip
    return any(_plain(text).split(".")[-1] in rates for text in texts)


def _uses(scope, one):
    """The terms of sums that hold an average, other than its own renewal."""
    for node in scope.nodes:
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
            parts = [] if ast.unparse(node.target) == one.target else list(terms(node.value))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)) and node.lineno != one.line:
            parts = [node.left, node.right]
        else:
            continue
        if any(GRADIENT.search(ast.unparse(item).split("[")[0]) for item in parts):
            continue  # Nesterov: the gradient beside the velocity
        for term in parts:
            beside = [item for item in factors(term) if ast.unparse(item) != one.target]
            if len(beside) < len(list(factors(term))):
                yield ast.copy_location(ast.Tuple(beside, ast.Load()), term)
