"""Settings of a class that do nothing: stored in the constructor, and never read."""

import ast
import re

from scratchwork.checks.files.code_shape import (
    called,
    calls_in,
    classes,
    default_of,
    inner_arguments,
    methods,
    routine_at,
    routines,
    strings_in,
    update_with_literal,
)
from scratchwork.checks.files.syntax import dotted, every, literal, walk
from scratchwork.checks.findings import find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.parameters import HARMLESS, RATE, SETTING, code_for, is_a_number

OUTSIDE_BASES = {
    "object", "ABC", "BaseEstimator", "ClassifierMixin", "RegressorMixin", "TransformerMixin", "ClusterMixin", "Module",
    "Protocol", "Generic", "Layer_", "Enum",
}  # fmt: skip


@rule("SW-T1", "SW-T2", "SW-T3")
def what_is_stored_is_read(source):
    """self.metric = metric, and no line of the file ever reads .metric; to ask whether it may be so is not to use it."""
    by_name = re.search(r"[gs]etattr|attrgetter|_params\b|__dict__|vars\(", source.text)
    text = strings_in(source.tree) if by_name else ()
    for node in classes(source):
        start = methods(node).get("__init__", node)  # or the fields of a dataclass
        if (
            (
                start is node
                and not any("dataclass" in dotted(getattr(mark, "func", mark)) for mark in node.decorator_list)
            )
            or is_abstract(source, node)
            or not own_bases(source, node)
            or "__dict__" in ast.dump(node)
            or "vars(" in ast.unparse(node)
            or hands_itself_on(node)
        ):
            continue
        read, asked = read_of(source, node, start), asked_only(start)
        for stored_name, name, line in stores(start):
            if stored_name in read or stored_name in text:
                continue
            once = sum(other.id == name and id(other) not in asked for other in every(start, ast.Name)) == 1
            setting = RATE.match(name) or SETTING.search(name) or start is node or is_a_number(default_of(start, name))
            if once and name not in HARMLESS and setting:
                yield stored_in_vain(source, node, name, stored_name, line)


def read_of(source, node, start):
    """Attributes that the file reads of something that may be an object of this class, for more than to refuse it."""
    asked, read = asked_only(start), set()
    for owner in [source.tree, *classes(source)]:
        kin = owner is source.tree or owner is node or owner.bases or node.bases
        inner = {id(part) for other in classes(source) if owner is source.tree for part in walk(other)}
        for part in every(owner, ast.Attribute):
            if not isinstance(part.ctx, ast.Load) or id(part) in asked or id(part) in inner:
                continue
            own = kin or dotted(part.value) != "self"
            if own and not of_another(source, node, part.value):
                read.add(part.attr)
    return read


def of_another(source, node, value):
    """Whether a name stands, by what its own function writes beside it, for an object of another class of the file, no kin of this one."""
    entry = routine_at(source, value.lineno) if isinstance(value, ast.Name) else None
    told = [part.annotation for part in entry.node.args.args if part.arg == value.id] if entry else []
    others = {other.name for other in classes(source)} - kin_of(source, node)
    return bool(told) and told[0] is not None and dotted(told[0]) in others


def kin_of(source, node):
    """The names of a class, of all that it comes from and of all that come from it, as far as the file tells."""
    bases = {other.name: {dotted(base).split(".")[-1] for base in other.bases} for other in classes(source)}
    kin, size = {node.name}, 0
    while len(kin) > size:
        size = len(kin)
        kin |= set().union(*(bases.get(name, set()) for name in kin))
        kin |= {name for name, own in bases.items() if own & kin}
    return kin


def asked_only(start):
    """Parts of a constructor that stand in a test which only refuses, or in the words of the refusal."""
    start = methods(start).get("__post_init__", ast.Pass()) if isinstance(start, ast.ClassDef) else start
    refusals = [part for part in every(start, ast.If) if all(isinstance(item, ast.Raise) for item in part.body)]
    asked = [part.test for part in refusals] + every(start, ast.Raise, ast.Assert)
    return {id(item) for part in asked for item in walk(part)}


def hands_itself_on(node):
    """Whether a method passes ``self`` to a function, which may read what it likes."""
    return any(
        isinstance(argument, ast.Name) and argument.id == "self"
        for call in calls_in(node)
        if called(call) not in ("super", "isinstance", "type", "print", "repr", "id")
        for argument in call.args
    )


def is_abstract(source, node):
    """Whether a class leaves methods to others, who may read what it stores."""
    own = [entry for entry in routines(source) if entry.owner is node and entry.name != "__init__"]
    return not own or any(entry.is_stub or "abstractmethod" in ast.unparse(entry.node) for entry in own)


def own_bases(source, node):
    """Whether all bases are known, so that nobody else can read the attribute."""
    own = {other.name for other in classes(source)}
    return all(dotted(base).split(".")[-1] in OUTSIDE_BASES | own for base in node.bases)


def stores(start):
    """(attribute, name, line) of each ``self.a = name`` in a constructor, also in ``self.a, self.b = name, other``."""
    for part in start.body if isinstance(start, ast.ClassDef) else walk(start):
        if isinstance(part, ast.AnnAssign) and is_a_number(part.value) and isinstance(start, ast.ClassDef):
            yield part.target.id, part.target.id, part.lineno
        if not isinstance(part, ast.Assign) or len(part.targets) != 1:
            continue
        several = isinstance(part.targets[0], ast.Tuple) and isinstance(part.value, ast.Tuple)
        pairs = zip(part.targets[0].elts, part.value.elts) if several else [(part.targets[0], part.value)]
        for target, value in pairs:
            if isinstance(target, ast.Attribute) and isinstance(value, ast.Name) and dotted(target.value) == "self":
                yield target.attr, value.id, part.lineno


def stored_in_vain(source, node, name, attribute, line):
    """The finding, placed where a literal stands instead, else at the store."""
    for method in methods(node).values():
        if method.name == "__init__":
            continue
        place = update_with_literal(method) if RATE.match(name) else None
        for call in calls_in(method):
            value = inner_arguments(source, call).get(name)
            if value is not None and literal(value) is not None:
                place = (call.lineno, f"{name}={ast.unparse(value)}")
        if place:
            said = f"{node.name} stores {name} and never reads it; line {place[0]} has {place[1]} in its place."
            return find(code_for(name), said, line=place[0], function=method.name, object=node.name)
    said = f"{node.name} stores {name} as self.{attribute} (line {line}) and never reads it."
    user, told = likely_user(node, name), RATE.match(name) or SETTING.search(name)
    severity = None if told and "__init__" in methods(node) else "warning"
    if not learns(node) and not any(re.search(pattern, name) for pattern, _ in USERS):
        severity = "remark"  # a mere record of what was learnt elsewhere: for others to read
    held = re.sub(rf"\bself\.{attribute}\b", "", ast.unparse(node))
    gathers = (RATE.match(name) or re.search(r"moment|^mu$|^beta$", name)) and MOMENTUM.search(held)
    code = "SW-T3" if gathers else code_for(name)
    return find(code, said, line=user.lineno if user else line, object=node.name,
                function=user.name if user else "__init__", severity=severity)  # fmt: skip


def learns(node):
    """Whether a class changes after it was made, or has a method that is called so."""
    later = (part for name, method in methods(node).items() if name != "__init__" for part in walk(method))
    changed = any(isinstance(getattr(part, "ctx", None), ast.Store) and "self." in ast.unparse(part) for part in later)
    return changed or any(map(LEARNS.search, methods(node)))


MOMENTUM = re.compile(r"self\.\w*(veloc|moment|inert|buf)|self\.(mu|vs?|v[wb])\b(?![\s\S]*sqrt)", re.IGNORECASE)
LEARNS = vocabulary.Spelled(r"fit|train|learn|update|step|optimi|forward|backward|cluster|run|solve|grad|call|sampl")
LITERALS = (
    (r"epoch|iter", r"in range\((1, )?\d+\)"), (r"^k$|neighb", r"\[:\d+\]|, \d+\)\[|most_common\(\d+\)|nsmallest\(\d+"), (r"^k$|clusters", r"range\(\d+\)"),
)  # fmt: skip
USERS = (
    (r"metric|distance|^p$", r"dist"), (r"compon", r"fit|transform|project"), (r"weights|vote", r"vote|predict"), (r"^k$|neighb|thresh", r"predict|query|neighb"),
    (r"seed|state|init$", r"init|fit"), (r"reg|lam|l1|l2|penalty|decay|momentum|beta", r"update|step|fit|train|backward"),
    (r"^lr$|rate|^eta|alpha|step_size", r"step|update|apply|fit|train"),
    (r"epoch|iter|batch|tol|patience", r"fit|train"), (r"activ", r"forward|activ"), (r"drop|keep", r"forward"),
)  # fmt: skip


def likely_user(node, name):
    """The method where a parameter belongs: where a literal stands for it, else by its name, ``_distance`` for ``metric``."""
    own = {key: part for key, part in methods(node).items() if key != "__init__"}
    for pattern, literal_there in LITERALS:
        if re.search(pattern, name):
            for part in own.values():
                if re.search(literal_there, ast.unparse(part)):
                    return part
    if re.search(r"epoch|iter|tol|patience", name):
        from scratchwork.checks.watching.cluster_blame import the_loop

        loop = the_loop(own)
        if loop:
            return own[loop]
    for pattern, wanted in USERS:
        if re.search(pattern, name):
            for word in wanted.split("|"):
                for key, part in methods(node).items():
                    if word in key and key != "__init__":
                        return part
    return next(filter(None, map(own.get, ("fit", "fit_predict", "train", "run", "predict", "transform"))), None)
