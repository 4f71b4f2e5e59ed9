"""What of a file can be run without training: definitions, imports that resolve, constants, and nothing else.

``definitions`` keeps the line numbers, so a traceback points into the user's file.
"""

import ast
import builtins
import copy
import importlib.util
import sys

from scratchwork.checks.files.syntax import dotted, stored
from scratchwork.checks.running import project
from scratchwork.checks.running.stand_ins import DRAWS, SILENT

CHEAP_CALLS = {
    "array", "asarray", "zeros", "ones", "empty", "full", "eye", "identity", "linspace", "arange", "logspace", "log",
    "exp", "sqrt", "float32", "float64", "int32", "int64", "dtype", "finfo", "RandomState", "default_rng", "vectorize",
    "range", "len", "dict", "list", "tuple", "set", "frozenset", "int", "float", "str", "bool", "zip", "enumerate",
    "max", "min", "sum", "abs", "round", "sorted", "reversed", "map", "Path", "join", "getLogger", "namedtuple",
    "TypeVar", "partial", "compile", "defaultdict", "OrderedDict", "Decimal", "NewType", "prod", "reshape", "log10",
    "Random", "Generator", "PCG64", "SeedSequence", "pow", "ceil", "floor", "log2", "isinstance", "hasattr", "getattr",
    "dirname", "abspath", "errstate", "count", "newaxis", "Literal", "cast", "super", "property", "copy", "format",
    "split", "lower", "upper", "strip", "astype", "T", "append", "index", "items", "keys", "values", "mean", "std",
}  # fmt: skip
HARMLESS_AT_IMPORT = {
    "seed", "use", "filterwarnings", "simplefilter", "set_printoptions", "seterr", "basicConfig", "manual_seed", "set",
    "set_style", "set_theme", "set_option", "append", "insert", "print", "set_context", "set_palette", "rc", "update",
    "reload", "rcParams", "magic", "run_line_magic", "setrecursionlimit", "setLevel", "style", "suptitle",
}  # fmt: skip
LARGEST_LITERAL = 20_000_000


def definitions(tree, folder=None):
    """The part of a module that can be run: an ``ast.Module`` with the original line numbers.

    Parameters
    ----------
    tree : ast.Module
    folder : path or None
        Where modules that stand beside the file are looked for.
    """
    keeper = Keeper(folder)
    body = keeper.keep(copy.deepcopy(tree).body)
    return ast.fix_missing_locations(ast.Module(drop_unused_imports(body), []))


class Keeper:
    """Walks the statements of a module in order and knows which names exist so far."""

    def __init__(self, folder):
        self.folder = folder
        self.known = set(dir(builtins)) | {"__file__", "__name__"}
        self.classes, self.stand_ins, self.kits = set(), set(), set()  # kits: scikit-learn's, made at no cost

    def keep(self, statements):
        """Those of ``statements`` that can be run."""
        kept = []
        for statement in statements:
            kept += self.kept(statement)
        return kept

    def kept(self, node):
        """A list of none or one statement: the runnable part of ``node``."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return [self.function(node)]
        if isinstance(node, ast.ClassDef):
            return self.class_(node)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return self.import_(node)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return self.assignment(node)
        if isinstance(node, ast.If):
            return self.condition(node)
        if isinstance(node, ast.Try):
            return self.attempt(node)
        if isinstance(node, ast.Expr) and dotted(getattr(node.value, "func", None)).startswith("sys.path."):
            return [node] if all(self.cheap(arg) for arg in node.value.args) else []
        return []

    def function(self, node):
        """The function; defaults and decorators that name what is not there are dropped."""
        arguments = node.args
        arguments.defaults = [value if self.bound(value) else _none(value) for value in arguments.defaults]
        arguments.kw_defaults = [
            value if value is None or self.bound(value) else _none(value) for value in arguments.kw_defaults
        ]
        node.decorator_list = [entry for entry in node.decorator_list if self.bound(entry)]
        for argument in ast.walk(arguments):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        node.returns = None
        self.known.add(node.name)
        return node

    def class_(self, node):
        """The class, if its bases are there."""
        if not all(self.bound(base) or dotted(base) in self.stand_ins for base in node.bases):
            return []
        node.decorator_list = [entry for entry in node.decorator_list if self.bound(entry)]
        outer, node.body = set(self.known), self.class_body(node)
        self.known = outer | {node.name}
        self.classes.add(node.name)
        return [node]

    def class_body(self, node):
        body = []
        for statement in node.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                body.append(self.function(statement))
            else:
                body.append(statement)
                self.known |= stored(statement)
        return body

    def import_(self, node):
        """The import, name by name, if its module can be found, else a stand-in."""
        if getattr(node, "level", 0) and self.folder is not None:
            node = project.absolute(node, self.folder)
        if isinstance(node, ast.ImportFrom) and (node.level > 0 or "*" in {alias.name for alias in node.names}):
            there = node.level == 0 and (node.module.split(".")[0] in DRAWS or self.found(node.module))
            self.stand_ins |= {alias.asname or alias.name for alias in node.names}
            return [node] if there else [stand_in_for(node)]
        kept = []
        for alias in node.names:
            module = alias.name if isinstance(node, ast.Import) else node.module
            single = ast.copy_location(copy.copy(node), node)
            single.names = [alias]
            there = self.found(module)
            kept.append(single if there else stand_in_for(single))
            if there or module.split(".")[0] in SILENT:
                self.known.add(alias.asname or alias.name.split(".")[0])
            self.stand_ins.add(alias.asname or alias.name)
            self.kits |= {alias.asname or alias.name} if module.split(".")[0] == "sklearn" else set()
        return kept

    def found(self, module):
        """Whether a module is installed or stands beside the file, without importing it; what only draws is not looked for."""
        top = module.split(".")[0]
        if top in DRAWS:
            return False
        if top in sys.modules or top in sys.stdlib_module_names:
            return True
        if self.folder is not None and project.root_of(self.folder, module) is not None:
            return True
        try:
            return importlib.util.find_spec(top) is not None
        except (ImportError, ValueError):
            return False

    def assignment(self, node):
        """The assignment of a constant, a table of functions, a generator: what costs nothing."""
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        plain = all(isinstance(part, (ast.Name, ast.Tuple, ast.List)) for part in targets)
        if isinstance(node, ast.AugAssign):
            plain = plain and node.target.id in self.known if plain else False
        if not plain or node.value is None or not self.cheap(node.value):
            return []
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        self.known |= stored(node)
        return [node]

    def condition(self, node):
        """The runnable part of both branches; what stands under ``__main__`` counts as the module's own."""
        if "TYPE_CHECKING" in ast.dump(node.test):
            return []
        if "__name__" in {name.id for name in ast.walk(node.test) if isinstance(name, ast.Name)}:
            return self.keep(node.body)
        if not self.cheap(node.test):
            return []
        node.body, node.orelse = self.keep(node.body) or [ast.Pass()], self.keep(node.orelse)
        return [node]

    def attempt(self, node):
        """``try: import a / except ImportError: import b``, with its bodies cut down to what can be run."""
        if all(isinstance(part, (ast.Import, ast.ImportFrom)) for part in node.body):
            modules = [alias.name for part in node.body if isinstance(part, ast.Import) for alias in part.names]
            modules += [part.module or "" for part in node.body if isinstance(part, ast.ImportFrom)]
            if all(self.found(module) for module in modules):
                return self.keep(node.body)
            return [kept for handler in node.handlers for kept in self.keep(handler.body)]
        return self.keep(node.body)

    def bound(self, node):
        """Whether every name that an expression reads exists by now."""
        own = {arg.arg for arg in ast.walk(node) if isinstance(arg, ast.arg)} | stored(node)
        return all(
            name.id in self.known or name.id in own
            for name in ast.walk(node)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)
        )

    def cheap(self, node):
        """Whether an expression can be evaluated at no cost and without data."""
        if not self.bound(node):
            return False
        for part in ast.walk(node):
            if isinstance(part, ast.Lambda):
                continue
            if isinstance(part, (ast.Await, ast.Yield, ast.YieldFrom)):
                return False
            if isinstance(part, ast.Constant) and isinstance(part.value, int) and part.value > LARGEST_LITERAL:
                return False
            if isinstance(part, ast.Call) and not self.cheap_call(part) and not inside_lambda(node, part):
                return False
        return True

    def cheap_call(self, call):
        last = dotted(call.func).split(".")[-1] if dotted(call.func) else getattr(call.func, "attr", "")
        of_kit = dotted(call.func).split(".")[0] in self.kits and last[:1].isupper()
        return last in CHEAP_CALLS or last in self.classes or of_kit


def stand_in_for(node):
    """Statements that bind the names of an import to stand-ins."""
    lines = ["if True:", "    from scratchwork.checks.running.stand_ins import stand_in as __stand_in__"]
    for alias in node.names:
        bound = alias.asname or alias.name.split(".")[0]
        if bound == "*":
            continue
        module = alias.name if isinstance(node, ast.Import) else node.module or ""
        name = None if isinstance(node, ast.Import) else alias.name
        lines.append(f"    {bound} = __stand_in__({module!r}, {name!r})")
    made = ast.parse("\n".join(lines)).body[0]
    for part in ast.walk(made):
        if hasattr(part, "lineno"):
            part.lineno = part.end_lineno = node.lineno
    return made


def drop_unused_imports(body):
    """Leave out imports that nothing kept refers to: a plot library costs a second."""
    used = {
        name.id
        for statement in body
        if not _is_import(statement)
        for name in ast.walk(statement)
        if isinstance(name, ast.Name)
    }
    texts = {
        part.value
        for statement in body
        for part in ast.walk(statement)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    return [part for part in body if not _is_import(part) or _is_needed(part, used, texts)]


def _is_import(statement):
    return isinstance(statement, (ast.Import, ast.ImportFrom))


def _is_needed(statement, used, texts):
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return True
    names = {alias.asname or alias.name.split(".")[0] for alias in statement.names}
    return "*" in names or bool(names & used) or bool(names & texts)


def runs_at_import(tree):
    """Whether importing the file would do more than define."""
    keeper = Keeper(None)
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Expr):
            call = node.value
            if isinstance(call, ast.Call):
                last = getattr(call.func, "attr", getattr(call.func, "id", ""))
                if last not in HARMLESS_AT_IMPORT:
                    return True
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            keeper.known |= stored(node)
            continue
        if isinstance(node, (ast.Pass, ast.Try, ast.Assert, ast.Delete, ast.Global)):
            continue
        kept = keeper.kept(copy.deepcopy(node))  # a copy: it cuts the node down to what can be run
        if not kept or (isinstance(node, ast.If) and ast.unparse(kept[0]) != ast.unparse(node)):
            return True
    return False


def inside_lambda(root, node):
    """Whether ``node`` stands inside a lambda within ``root``: it is not evaluated now."""
    return any(
        isinstance(part, ast.Lambda) and any(inner is node for inner in ast.walk(part.body)) for part in ast.walk(root)
    )


def _none(node):
    return ast.copy_location(ast.Constant(None), node)
