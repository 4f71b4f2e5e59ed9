"""How code uses one of its parameters: compared with words, called, indexed, asked for attributes, walked through.

From that alone one can tell what must be passed: the name of an activation, a function, a pair of functions, a list of
layers, an object with a method ``update``, a table of settings.
"""

import ast
import dataclasses
import inspect

from scratchwork.checks.files.syntax import dotted

DEEPEST = 3  # calls through which a parameter is followed
AS_IT_IS = {"list", "tuple", "reversed", "enumerate", "sorted", "iter", "np.array", "np.asarray", "numpy.array", "copy"}


@dataclasses.dataclass
class Use:
    """What is done with a value."""

    words: list = dataclasses.field(default_factory=list)  # strings that it may be
    attributes: set = dataclasses.field(default_factory=set)  # that are read of it
    keys: list = dataclasses.field(default_factory=list)  # strings that it is indexed with
    places: set = dataclasses.field(default_factory=set)  # numbers that it is indexed with
    called: bool = False
    each: "Use | None" = None  # what is done with its elements

    def __bool__(self):
        return bool(self.words or self.attributes or self.keys or self.places or self.called or self.each)


def use_of(parameter, function, namespace, depth=0):
    """The Use of a parameter of a function, method or class of the user (of its constructor)."""
    tree = namespace.get("__tree__")
    node, owner = definition(function, tree)
    found = Use()
    if node is None or depth > DEEPEST:
        return found
    kept = kept_as(node, parameter)
    reader = _Reader(found, namespace, depth, owner)
    reader.read(node, lambda item: named(item, parameter) or attribute_of_self(item, kept))
    for method in owner.body if owner is not None and kept else ():
        if isinstance(method, ast.FunctionDef) and method is not node:
            reader.read(method, lambda item: attribute_of_self(item, kept))
    return found


def definition(function, tree):
    """(FunctionDef, ClassDef or None) of a function, a method, or a class's constructor."""
    wanted = inspect.unwrap(function) if not inspect.isclass(function) else function
    classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)} if tree is not None else {}
    if inspect.isclass(wanted):
        for base in wanted.__mro__:
            owner = classes.get(base.__name__)
            node = next(
                (item for item in getattr(owner, "body", ()) if getattr(item, "name", None) == "__init__"), None
            )
            if node is not None:
                return node, owner
        return None, None
    code = getattr(getattr(wanted, "__func__", wanted), "__code__", None)
    for node in ast.walk(tree) if code is not None and tree is not None else ():
        named = isinstance(node, ast.FunctionDef) and node.name == code.co_name
        if named and node.lineno <= code.co_firstlineno + 3 and node.end_lineno >= code.co_firstlineno:
            return node, next((item for item in classes.values() if node in item.body), None)
    return None, None


def kept_as(node, parameter):
    """Attributes of self that get the value as it is, or as a list of it."""
    found = set()
    for item in ast.walk(node):
        for target in item.targets if isinstance(item, ast.Assign) else ():
            both = isinstance(target, ast.Tuple) and isinstance(item.value, ast.Tuple)
            for one, value in zip(target.elts, item.value.elts) if both else [(target, item.value)]:
                if isinstance(one, ast.Attribute) and _holds(value, lambda part: named(part, parameter)):
                    found.add(one.attr)
    return found


def named(item, name):
    """Whether a node is the name."""
    return isinstance(item, ast.Name) and item.id == name


def attribute_of_self(item, names):
    """Whether a node is one of these attributes of self."""
    return isinstance(item, ast.Attribute) and item.attr in names and named(item.value, "self")


def _holds(value, alias):
    """Whether an expression is the value itself, turned round, made a list, numbered, or given a default."""
    if alias(value):
        return True
    if isinstance(value, ast.Call) and dotted(value.func) in AS_IT_IS and value.args:
        return _holds(value.args[0], alias)
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        return _holds(value.value, alias)
    if isinstance(value, (ast.BoolOp, ast.IfExp)):
        parts = value.values if isinstance(value, ast.BoolOp) else (value.body, value.orelse)
        return any(_holds(part, alias) for part in parts)
    return False


class _Reader:
    """Fills a Use from the text of a function."""

    def __init__(self, found, namespace, depth, owner):
        self.found, self.namespace, self.depth, self.owner = found, namespace, depth, owner
        self.root, self.indexed = None, False

    def read(self, root, alias):
        """Note every use in ``root`` of what ``alias`` recognises."""
        self.root, self.indexed = root, False
        for node in ast.walk(root):
            if isinstance(node, ast.Compare):
                self._compared(node, alias)
            elif isinstance(node, ast.Attribute) and alias(node.value):
                self.found.attributes.add(node.attr)
            elif isinstance(node, ast.Subscript):
                self._indexed(node, alias)
            elif isinstance(node, ast.Call):
                self._called(node, alias)
            elif isinstance(node, (ast.For, ast.comprehension)):
                self._walked(node, root, alias)
            elif isinstance(node, ast.Assign) and _element(node.value, alias) and isinstance(node.targets[0], ast.Name):
                self._each(root, lambda part, name=node.targets[0].id: named(part, name))
            elif isinstance(node, ast.Match) and alias(node.subject):
                self.found.words += [item.value for item in ast.walk(node) if isinstance(item, ast.Constant) and isinstance(item.value, str)]  # fmt: skip

    def _compared(self, node, alias):
        parts = [node.left, *node.comparators]
        if any(alias(part) or (isinstance(part, ast.Call) and _lowered(part, alias)) for part in parts):
            for part in parts:
                inner = part.elts if isinstance(part, (ast.Tuple, ast.List, ast.Set)) else [part]
                self.found.words += [item.value for item in inner if isinstance(item, ast.Constant) and isinstance(item.value, str)]  # fmt: skip

    def _indexed(self, node, alias):
        if alias(node.slice):
            self._looked_up(node.value)
        if not alias(node.value):
            return
        self.found.each = self.found.each or Use()
        if not isinstance(node.slice, ast.Slice) and not self.indexed:
            self.indexed = True  # what is done with an element as it stands: layers[i].forward(x)
            self._each(self.root, lambda part: _element(part, alias))
        if isinstance(node.slice, ast.Constant):
            value = node.slice.value
            if isinstance(value, str):
                self.found.keys.append(value)
            elif type(value) is int:
                self.found.places.add(value)

    def _looked_up(self, table):
        """A table that is asked with the value: its keys are what the value may be."""
        held = self.namespace.get(dotted(table)) if isinstance(table, ast.Name) else None
        keys = list(held) if isinstance(held, dict) else []
        if isinstance(table, ast.Dict):
            keys = [key.value for key in table.keys if isinstance(key, ast.Constant)]
        if isinstance(table, ast.Attribute) and self.owner is not None:
            for item in ast.walk(self.owner):
                if isinstance(item, ast.Assign) and isinstance(item.value, ast.Dict):
                    names = {getattr(target, "attr", getattr(target, "id", None)) for target in item.targets}
                    keys += [key.value for key in item.value.keys if table.attr in names and isinstance(key, ast.Constant)]  # fmt: skip
        self.found.words += [key for key in keys if isinstance(key, str)]

    def _called(self, node, alias):
        name = dotted(node.func)
        if alias(node.func):
            self.found.called = True
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
            if alias(node.args[0]):
                self._looked_up(node.func.value)
            elif alias(node.func.value) and isinstance(node.args[0], ast.Constant):
                self.found.keys.append(node.args[0].value)
        passed = [(place, None) for place, item in enumerate(node.args) if alias(item)]
        passed += [(None, entry.arg) for entry in node.keywords if entry.arg and alias(entry.value)]
        inner = self._routine(name) if passed and self.depth < DEEPEST else None
        for place, keyword in passed if inner is not None else ():
            self._follow(inner, place, keyword)

    def _routine(self, name):
        """The user's function, class or method (``self.f``) of a name, or None."""
        if name.startswith("self.") and self.owner is not None:
            kind = self.namespace.get(self.owner.name)
            return inspect.getattr_static(kind, name[5:], None) if inspect.isclass(kind) else None
        item = self.namespace.get(name)
        mine = getattr(item, "__module__", None) == "user_module"
        return item if mine and (inspect.isclass(item) or inspect.isfunction(item)) else None

    def _follow(self, inner, place, keyword):
        inner = getattr(inner, "__func__", inner)
        try:
            names = list(inspect.signature(inner).parameters)
        except (TypeError, ValueError):
            return
        names = [name for name in names if name != "self"]
        name = keyword if keyword in names else names[place] if place is not None and place < len(names) else None
        more = use_of(name, inner, self.namespace, self.depth + 1) if name else Use()
        self.found.words += more.words
        self.found.keys += more.keys
        self.found.attributes |= more.attributes
        self.found.places |= more.places
        self.found.called = self.found.called or more.called
        self.found.each = self.found.each or more.each

    def _walked(self, node, root, alias):
        """A loop over the value: the uses of the loop's variable are those of its elements."""
        target, source = node.target, node.iter
        name = dotted(source.func) if isinstance(source, ast.Call) else ""
        if name == "zip" and isinstance(target, ast.Tuple):
            pairs = list(zip(target.elts, source.args))
        elif name == "enumerate" and isinstance(target, ast.Tuple):
            pairs = [(target.elts[1], source.args[0])]
        elif (
            name in ("reversed", "list")
            and source.args
            and dotted(getattr(source.args[0], "func", source)) == "enumerate"
        ):
            pairs = [(target.elts[1], source.args[0].args[0])] if isinstance(target, ast.Tuple) else []
        else:
            pairs = [(target, source)]
        for item, iterated in pairs:
            if isinstance(item, ast.Name) and _holds(bare(iterated), alias):
                inside = node if isinstance(node, ast.For) else root
                self._each(inside, lambda part, name=item.id: named(part, name))

    def _each(self, root, alias):
        """Note the uses of one element."""
        if self.depth < DEEPEST:
            self.found.each = self.found.each or Use()
            _Reader(self.found.each, self.namespace, self.depth + 1, self.owner).read(root, alias)


def _element(node, alias):
    """``layers[i]``."""
    return isinstance(node, ast.Subscript) and alias(node.value) and not isinstance(node.slice, ast.Slice)


def bare(node):
    """The innermost of list(enumerate(x)), reversed(list(x)) and the like."""
    while isinstance(node, ast.Call) and dotted(node.func) in AS_IT_IS and node.args:
        node = node.args[0]
    return node


def _lowered(node, alias):
    """``activation.lower()``."""
    return isinstance(node.func, ast.Attribute) and alias(node.func.value)
