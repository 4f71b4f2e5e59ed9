"""The shape of a file: its functions and classes with their owners, what a body reads, what calls what."""

import ast
import dataclasses
import functools
import re

from scratchwork.checks.files.syntax import dotted, every, literal, walk


@dataclasses.dataclass(frozen=True)
class Routine:
    """A function or method: its node, its class (or None)."""

    node: ast.FunctionDef
    owner: ast.ClassDef | None

    @property
    def name(self):
        return self.node.name

    @property
    def place(self):
        """Where a finding about it stands."""
        return {"function": self.name, "object": self.owner.name if self.owner else None, "line": self.node.lineno}

    @functools.cached_property
    def parameters(self):
        """Names of its parameters, without self and cls."""
        arguments = self.node.args
        names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        static = any(dotted(part) == "staticmethod" for part in self.node.decorator_list)
        return names[1:] if self.owner is not None and names and not static else names

    @functools.cached_property
    def defaults(self):
        """Parameter -> node of its default."""
        arguments = self.node.args
        positional = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
        found = dict(zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults))
        found |= {arg.arg: value for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults) if value}
        return found

    @functools.cached_property
    def is_stub(self):
        """Whether its body is still empty: a docstring, pass, ..., or raise NotImplementedError."""
        body = [part for part in self.node.body if not is_docstring(part)]
        if not body:
            return True
        empty = all(isinstance(part, ast.Pass) or is_ellipsis(part) for part in body)
        return empty or (len(body) == 1 and "NotImplemented" in ast.dump(body[0]))

    def loads(self, name):
        """The nodes in the body that read a name."""
        return [
            part
            for statement in self.node.body
            for part in every(statement, ast.Name)
            if part.id == name and isinstance(part.ctx, ast.Load)
        ]


class Program(Routine):
    """The statements of a file that stand in no function."""

    @property
    def place(self):
        """Nothing but the line, which a finding knows itself."""
        return {}


def used(entry, name):
    """The reads of a parameter that do more than fill in its default (``if lr is None: lr = self.lr``)."""
    filling = [part for part in entry.node.body if fills_in(part, name)]
    inside = {id(item) for part in filling for item in walk(part)}
    return [item for item in entry.loads(name) if id(item) not in inside]


def fills_in(statement, name):
    """Whether a statement gives a parameter a value where none was passed, and does nothing else."""
    if isinstance(statement, ast.If):
        tests_it = {part.id for part in every(statement.test, ast.Name)} == {name}
        return tests_it and not statement.orelse and all(_binds(part, name) for part in statement.body)
    value = getattr(statement, "value", None)
    either = isinstance(value, (ast.BoolOp, ast.IfExp))
    return _binds(statement, name) and either and any(getattr(part, "id", None) == name for part in walk(value))


def _binds(statement, name):
    return isinstance(statement, ast.Assign) and [getattr(part, "id", None) for part in statement.targets] == [name]


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_ellipsis(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is Ellipsis


def routines(source):
    """All functions and methods of a file, outermost first."""
    if "_routines" not in source.__dict__:
        found = []
        collect(source.tree, None, found)
        source.__dict__["_routines"] = found
    return source.__dict__["_routines"]


def bodies_of(source):
    """The routines of a file, and the statements outside of them as one that has no name."""
    if "_bodies" not in source.__dict__:
        loose = [part for part in source.tree.body if not isinstance(part, (ast.FunctionDef, ast.ClassDef))]
        empty = ast.arguments([], [], None, [], [], None, [])
        program = Program(ast.FunctionDef("the program", empty, loose, [], lineno=1, col_offset=-4), None)
        source.__dict__["_bodies"] = [*routines(source), program]
    return source.__dict__["_bodies"]


def collect(node, owner, found):
    for part in ast.iter_child_nodes(node):
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(Routine(part, owner))
            collect(part, None, found)
        elif isinstance(part, ast.ClassDef):
            collect(part, part, found)
        else:
            collect(part, owner if isinstance(node, ast.ClassDef) else None, found)


def classes(source):
    """All classes of a file."""
    return every(source.tree, ast.ClassDef)


def methods(node):
    """The methods of a class by name."""
    return {part.name: part for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))}


def inner_arguments(source, call):
    """Parameter -> argument node of a call, positions named by the definition where the file holds it."""
    found = {part.arg: part.value for part in call.keywords if part.arg}
    for entry in routines(source):
        if entry.name == called(call) or (
            entry.name == "__init__" and entry.owner and entry.owner.name == called(call)
        ):
            return bound_arguments(call, entry) or found
    return found


def routine_at(source, line):
    """The innermost routine around a line, or None."""
    around = [entry for entry in routines(source) if entry.node.lineno <= line <= entry.node.end_lineno]
    return max(around, key=lambda entry: entry.node.lineno, default=None)


def place_at(source, line):
    """function, object and line of a finding at a line of the file."""
    entry = routine_at(source, line)
    return {"line": line} if entry is None else entry.place | {"line": line}


def calls_in(node):
    """All calls below a node."""
    return every(node, ast.Call)


def called(call):
    """The last part of the name of what is called: ``seed`` of ``np.random.seed(0)``."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def strings_in(node):
    """All text constants below a node."""
    return [part.value for part in every(node, ast.Constant) if isinstance(part.value, str)]


def bound_arguments(call, routine):
    """Parameter -> argument node, as a call of a routine binds them; ``None`` where a star hides the rest."""
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(part.arg is None for part in call.keywords):
        return None
    found = dict(zip(routine.parameters, call.args))
    return found | {part.arg: part.value for part in call.keywords}


def labels_are_made_a_column(tree):
    """Whether a file makes its labels a column and knows no one-hot form: several outputs would be set against it.

    >>> [labels_are_made_a_column(ast.parse(text)) for text in ("y = y.values.reshape((-1, 1))", "t = np.eye(3)[y][:, None]")]
    [True, False]
    """
    code = ast.unparse(tree) if tree is not None else ""
    name, turned = r"\b(y|labels?|targets?)\w*", r"\.reshape\(\(?(-1|len\(\w+\)), 1\)|\[:, (None|np\.newaxis)\]"
    words = (
        rf"{name}(\)|\.values|\.to_numpy\(\))*({turned})|np\.(reshape\({name}, \(-1, |expand_dims\({name}, (axis=)?-?)1"
    )
    return bool(re.search(words, code, re.I)) and not re.search(
        r"one_?hot|eye\(|softmax|to_categorical|argmax", code, re.I
    )


def default_of(node, name):
    """The default of a parameter of a function, or None."""
    entries = [*node.args.args[len(node.args.args) - len(node.args.defaults) :], *node.args.kwonlyargs]
    return next(
        (held for entry, held in zip(entries, [*node.args.defaults, *node.args.kw_defaults]) if entry.arg == name), None
    )


def update_with_literal(node):
    """(line, text) of ``w -= 0.1 * grad`` below a node."""
    for part in walk(node):
        if isinstance(part, ast.AugAssign) and isinstance(part.op, (ast.Sub, ast.Add)):
            step = part.value
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.BinOp) and isinstance(part.value.op, ast.Sub):
            step = part.value.right
        else:
            continue
        number = leading_number(step)
        if number is not None and number not in (1, 2):
            return part.lineno, ast.unparse(step)[:50]
    return None


def leading_number(node):
    """The literal factor of a product, or None."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        left = leading_number(node.left)
        return left if left is not None else leading_number(node.right) if isinstance(node.op, ast.Mult) else None
    return literal(node)


def made_once(body, node):
    """What a name stands for, where it is set once in a body; else the expression itself."""
    made = [part.value for part in every(body, ast.Assign) if getattr(part.targets[0], "id", "") == getattr(node, "id", None)]  # fmt: skip
    return made[0] if len(made) == 1 else node
