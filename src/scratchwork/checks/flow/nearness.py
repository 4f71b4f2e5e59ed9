"""Whether a written value grows with a distance, falls with it, or is no distance although it is used as one.

Read off the text of a file, in whatever container: a square of a difference and its root grow, a negative or a reciprocal of
them falls, a sum of plain differences is wrong. Names, parts of rows, loops and the file's own functions are followed.
"""

import ast
import collections
import re

from scratchwork.checks.files.code_shape import called, calls_in, routines
from scratchwork.checks.files.syntax import dotted, literal, walk
from scratchwork.checks.flow.bindings import (
    MODULES,
    agreed,
    bindings,
    column,
    entries,
    expanded,
    returned,
    small,
    subject,
)

AWAY = re.compile(
    r"dist(?!rib|ort|inct|ill|ro)|e[uv]k?c?lid|oklid|manhattan|uzaklik|mesafe|jarak|abstand|afstand|avstand|odleg|rasst|vzdal"
    r"|minkowski|haversine|levenshtein|hamming|(^|_)(dst|d2|dd|sq_?d)$",
    re.IGNORECASE,
)
CLOSE = re.compile(
    r"simil|pearson|corr(el|_|$)|affinit|cosseno|coseno|cosine(?!_?dist)|jaccard(?!_?dist)", re.IGNORECASE
)
MEASURED = re.compile(
    r"cdist|pdist|dist|euclidean\w*|cityblock|sqeuclidean|hypot|pairwise_distances|euclidean_distances|manhattan_distances"
)
KEPT = re.compile(
    r"sqrt|sum|fsum|abs|fabs|absolute|array|asarray|float|list|tuple|sorted|round|squeeze|ravel|flatten|reshape|maximum|minimum|"
    r"clip|tolist|copy|astype|item|to_numpy|take_along_axis|exp|log|log1p|get|values|min|max|mean|cpu|numpy|Series|DataFrame|"
    r"where|tensor|power|pow|nan_to_num|abs_|sort|reversed"
)  # fmt: skip
RAW = ("abs", "fabs", "absolute", "square", "pow", "power", "sum", "fsum")
FLIPPED = {"away": "close", "close": "away"}
DEEP = 12


def nearness(source):
    """The Nearness of a file, made once."""
    if "_nearness" not in source.__dict__:
        source.__dict__["_nearness"] = Nearness(source)
    return source.__dict__["_nearness"]


class Nearness:
    """What the values of a file have to do with distances."""

    def __init__(self, source):
        self.tree, self.parents = source.tree, {}
        for node in walk(source.tree):
            self.parents |= {id(part): node for part in ast.iter_child_nodes(node)}
        self.own = {entry.name: entry for entry in routines(source)}
        self.calls = collections.defaultdict(list)
        for call in calls_in(source.tree):
            self.calls[called(call)].append(call)
        self.scopes, self.place, self.known, self.open = {}, {}, {}, set()
        self._fill(source.tree, None)
        for entry in routines(source):  # inner ones come later and take their own lines over
            self._fill(entry.node, entry)

    def _fill(self, node, entry):
        names = self.scopes[entry] = collections.defaultdict(list)
        inner = {id(part) for one in self.own.values() if one is not entry and entry is None for part in walk(one.node)}
        for part in walk(node):
            if id(part) not in inner:
                self.place[id(part)] = entry
            for name, bound in bindings(part):
                if "." in name:
                    self.scopes[None][name].append(bound)
                elif id(part) not in inner:
                    names[name].append(bound)

    def above(self, node):
        """The node that holds another one."""
        return self.parents.get(id(node))

    def entry_of(self, node):
        """The routine around a node, or None."""
        return self.place.get(id(node))

    def sense(self, node, part=None, over=None, deep=0):
        """ "away", "close", "signed" (plain differences are added up), "plus" (a sum is squared), or None."""
        mark = id(node), part, tuple(sorted(over or ()))
        if mark in self.known:
            return self.known[mark]
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if deep > DEEP or node is None or mark in self.open or reader is None:
            return None
        self.open.add(mark)
        found = reader(node, part, over or {}, deep + 1)
        self.open.discard(mark)
        if not self.open:
            self.known[mark] = found
        return found

    # names --------------------------------------------------------------------------------------------------------

    def _name(self, node, part, over, deep):
        if node.id in over:
            return self._of(over[node.id], part, {}, deep)
        entry = self.entry_of(node)
        bounds = self.scopes.get(entry, {}).get(node.id) or self.scopes[None].get(node.id, [])
        found = [self._of(bound, part, over, deep) for bound in bounds if not bound.key]
        if not bounds and entry is not None and node.id in entry.parameters:
            found = [self.sense(item, part, None, deep + 2) for item in self._given(entry, node.id)]
        return agreed(found) or (None if any(bound.key for bound in bounds) else by_name(node.id))

    def _given(self, entry, name):
        place = entry.parameters.index(name)
        for call in self.calls[entry.name][:4]:
            named = next((item.value for item in call.keywords if item.arg == name), None)
            if named is not None or place < len(call.args):
                yield named if named is not None else call.args[place]

    def _attribute(self, node, part, over, deep):
        found = [self._of(bound, part, over, deep) for bound in self.scopes[None].get(dotted(node), [])]
        return agreed(found) or by_name(node.attr)

    def _of(self, bound, part, over, deep):
        if bound.added and self.plain_difference(bound.node, over):
            return "signed"
        return self.sense(bound.node, part if bound.part is None else bound.part, over, deep)

    # containers ---------------------------------------------------------------------------------------------------

    def _subscript(self, node, part, over, deep):
        index = node.slice
        constant = index.value if isinstance(index, ast.Constant) and part is None else None
        constant = index.elts[-1].value if part is None and column(index) else constant
        return self.sense(node.value, part if constant is None else constant, over, deep)

    def _tuple(self, node, part, over, deep):
        place = part if isinstance(part, int) else 0
        return self.sense(node.elts[place], None, over, deep) if -len(node.elts) <= place < len(node.elts) else None

    _list = _tuple

    def _dict(self, node, part, over, deep):
        chosen = [item for key, item in zip(node.keys, node.values) if getattr(key, "value", None) == part]
        return self.sense(chosen[0], None, over, deep) if chosen else None

    def _listcomp(self, node, part, over, deep):
        return self.sense(node.elt, part, over, deep)

    _generatorexp = _setcomp = _listcomp

    def _dictcomp(self, node, part, over, deep):
        return self.sense(node.value, part if part != 1 else None, over, deep)

    def _ifexp(self, node, part, over, deep):
        return agreed([self.sense(item, part, over, deep) for item in (node.body, node.orelse)])

    # arithmetic ---------------------------------------------------------------------------------------------------

    def _unaryop(self, node, part, over, deep):
        found = self.sense(node.operand, part, over, deep)
        return FLIPPED.get(found) if isinstance(node.op, ast.USub) else found

    def _binop(self, node, part, over, deep):
        left, right = (self.sense(item, part, over, deep) for item in (node.left, node.right))
        if isinstance(node.op, ast.Pow):
            return self._power(node.left, left, literal(node.right), over)
        if isinstance(node.op, (ast.Mult, ast.MatMult)):
            if ast.unparse(node.left) == ast.unparse(node.right) and self.plain_difference(node.left, over):
                return "away"
            return left if literal(node.right) is not None else right if literal(node.left) is not None else None
        if isinstance(node.op, ast.Div):
            if re.search("norm|sqrt", ast.unparse(node.right)) and re.search(
                r"@|dot\(|inner\(", ast.unparse(node.left)
            ):
                return "close"
            return FLIPPED.get(right) if literal(node.left) is not None else left if right is None else None
        if isinstance(node.op, ast.Sub):
            if literal(node.left) is not None:
                return FLIPPED.get(right)
            return "away" if expanded(node) else left if literal(node.right) is not None else None
        return self._sum_of(node, left, right, over) if isinstance(node.op, ast.Add) else None

    def _sum_of(self, node, left, right, over):
        if literal(node.left) is not None or literal(node.right) is not None:
            return right if literal(node.left) is not None else left
        if expanded(node):
            return "away"
        terms = [node.left, node.right]
        bare = [self.plain_difference(item, over) for item in terms]
        wrong = [item for item in (left, right) if item in ("signed", "plus")]
        if any(bare) and "away" in (left, right):
            return "signed"
        return wrong[0] if wrong else left if left == right else (left or right) if any(map(small, terms)) else None

    def _power(self, base, sense, exponent, over):
        if exponent is not None and exponent < 0:
            return FLIPPED.get(sense)
        if self.plain_difference(base, over):
            return "away" if exponent is not None and exponent % 2 == 0 else None
        inner = self.resolved(base, over)
        if exponent == 2 and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add) and entries(inner):
            return "plus"
        return sense

    def resolved(self, node, over):
        """The expression behind a name that holds one thing, or behind an entry of it."""
        for _ in range(3):
            inner = node.value if isinstance(node, ast.Subscript) else node
            bounds = self.scopes.get(self.entry_of(inner), {}).get(getattr(inner, "id", None), [])
            bounds = [over[inner.id]] if getattr(inner, "id", None) in over else bounds
            if len(bounds) != 1 or bounds[0].part is not None or bounds[0].added or bounds[0].key:
                return node
            node = bounds[0].node
            if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
                node = node.elt
        return node

    def plain_difference(self, node, over=None):
        """Whether a value is the difference of two rows or numbers, neither squared nor made positive."""
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return self.plain_difference(node.elt, over)
        node = self.resolved(node, over or {})
        if isinstance(node, ast.Call) and called(node) == "subtract" and len(node.args) == 2:
            return True
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub) or expanded(node):
            return False
        return (
            literal(node.left) is None
            and literal(node.right) is None
            and not re.search(r"\*\*|dot\(|@|sum\(|mean\(", ast.unparse(node))
        )

    # calls --------------------------------------------------------------------------------------------------------

    def _call(self, node, part, over, deep):
        name, about = called(node), subject(node)
        if name in ("zip", "enumerate", "items"):
            return self._paired(node, name, about, part, over, deep)
        if name == "norm" or (about is not None and name in RAW and self.plain_difference(about, over)):
            return self._of_difference(name, about, over)
        twice = name in ("dot", "inner", "einsum") and len({ast.unparse(item) for item in node.args[-2:]}) == 1
        if twice and self.plain_difference(node.args[-1], over):
            return "away"
        if name in self.own and not (isinstance(node.func, ast.Attribute) and MODULES.match(dotted(node.func.value))):
            given = [self.sense(item, part, None, deep + 1) for item in returned(self.own[name])]
            return agreed(given) or by_name(name)
        if MEASURED.fullmatch(name):
            return "away"
        return self.sense(about, part, over, deep) if KEPT.fullmatch(name) else by_name(name)

    def _of_difference(self, name, about, over):
        if name in ("sum", "fsum"):
            return "signed"
        return "away" if about is not None and self.plain_difference(about, over) else None

    def _paired(self, node, name, about, part, over, deep):
        if name == "zip":
            place = part if isinstance(part, int) else 0
            return self.sense(node.args[place], None, over, deep) if -len(node.args) <= place < len(node.args) else None
        return self.sense(about, None, over, deep) if part in (1, -1) else None


def by_name(name):
    """What a name alone tells."""
    return "close" if CLOSE.search(name) and not AWAY.search(name) else "away" if AWAY.search(name) else None
