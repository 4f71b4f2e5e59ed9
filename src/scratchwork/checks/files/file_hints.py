"""What code says about a table before it has read it: how many columns, which of them are labels, how many rows and classes."""

import ast
import re

from scratchwork.checks.running import replay

CLASSIFIES = r"exp\(\s*-|sigmoid|sigmoide|softmax|logistic|cross_?entropy|log\(1 ?-|logit|classif|accuracy|perceptron|one_?hot|oneVsAll|num_labels|stratify|int\(\s*\w+\[(-1|0)\]\)"
SMALL = r"Theta1|num_labels|\b400\b|\b401\b"
FRAME_WORDS = {
    "values", "shape", "iloc", "loc", "T", "columns", "head", "tail", "describe", "info", "insert", "drop", "copy", "dropna",
    "to_numpy", "as_matrix", "sample", "mean", "std", "min", "max", "index", "apply", "isnull", "fillna", "plot", "hist", "size",
    "groupby", "corr", "astype", "replace", "map", "iterrows", "sum", "median", "reset_index", "dtypes", "keys", "items", "append",
    "get", "pop", "rename", "set_index", "sort_values", "isin", "count", "ix", "var", "ndim", "reshape", "isna", "round", "nunique",
}  # fmt: skip
LABELS = r"(.*[_ ])?(label|target|class|admitted|accepted|species|diagnosis|outcome|survived|y|price|profit|purchased|result|output|quality)s?$"
PASSES = {"array", "asarray", "matrix", "asmatrix", "DataFrame", "mat", "copy", "astype", "to_numpy", "values", "dropna", "float", "as_matrix", "shuffle", "permutation", "sample", "fillna", "reset_index", "select_dtypes"}  # fmt: skip


class Hints:
    """Answers about one file's data; ``names`` are those that a table is given to."""

    def __init__(self, tree, text, path):
        self.tree, self.text, self.path = tree, text, path
        self.takers = {}  # lines that ask -> names that take what is read
        self.classifies = bool(re.search(CLASSIFIES, text, re.I))
        self.routines = {part.name: [part] for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)}
        self.skips_a_line = bool(re.search(r"next\(|readline\(\)|\[1:\]|DictReader", text))
        between = re.search(r"split\(\s*['\"](,|;|\||\\t| )|delimiter ?= ?['\"](;|\||\\t| )", text)
        said = next(filter(None, between.groups())) if between else " " if ".split()" in text else ","
        self.separator = said.replace("\\t", "\t")
        handed = [pair for node in ast.walk(tree) for pair in self._handed(node)]
        self.turned = {name for name, value in handed if isinstance(value, ast.Attribute) and value.attr == "T"}

    @property
    def classes(self):
        """How many classes there are: ten where the sizes of digits stand in the text."""
        if not self.classifies:
            return 0
        said = re.search(r"(?:num_?labels|n_?class(?:es)?|num_?class(?:es)?|output_?(?:layer_?)?(?:size|nodes|units)|n_out(?:put)?|labels_num|K)\s*=\s*(\d+)", self.text, re.I)  # fmt: skip
        if said and 2 <= int(said.group(1)) <= 30:
            return int(said.group(1))
        return 10 if re.search(r"\b784\b|\b400\b|\b401\b|mnist|digit|range\(10\)|, 10\)", self.text, re.I) else 2

    @property
    def inputs(self):
        """How many columns of features a matrix has."""
        said = re.search(r"input_?(?:layer_?)?(?:size|nodes|units|dim)\s*=\s*(\d+)", self.text, re.I)
        if said:
            return int(said.group(1))
        if re.search(SMALL, self.text):
            return 400
        return 784 if re.search(r"\b784\b", self.text) else 2 if self.classifies else 1

    @property
    def hidden(self):
        """The units of a hidden layer."""
        said = re.search(r"hidden_?(?:layer_?)?(?:size|nodes|units|dim)\w*\s*=\s*(\d+)", self.text, re.I)
        return int(said.group(1)) if said else 25

    def rows(self, usual):
        """More rows than any that the code counts to, in numbers or under names of numbers."""
        found, known = [0], {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                known.setdefault(node.targets[0].id, _whole(node.value))
        for node in (part for part in ast.walk(self.tree) if isinstance(part, ast.Subscript)):
            first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
            sides = [first.lower, first.upper] if isinstance(first, ast.Slice) else _counted(first)
            found += [_whole(side) or known.get(getattr(side, "id", None)) or 0 for side in sides]
        neighbors = re.findall(r"\b(?:\w+_)?(?:k|ks|k_?(?:range|val\w*|list)|n_?neighbou?rs)\s*(?:=|in)\s*(?:list\()?(?:np\.a)?range\(\s*\d+\s*,\s*(\d+)", self.text, re.I)  # fmt: skip
        found += [2 * int(most) for most in neighbors]
        batch = re.search(r"batch_?(?:size|num)?\w*\s*[=:]\s*(\d+)", self.text, re.I)
        usual = max(usual, min(4 * int(batch.group(1)), 400)) if batch else usual
        most = max(found)
        return usual if most < usual - 10 else min(int(1.3 * most) + 10, 4000)

    def same(self, names):
        """The names, and those that hold the same table under another one."""
        names = set(names)
        for _ in range(3):
            names |= {
                name for node in ast.walk(self.tree) for name, value in self._handed(node) if _root(value) in names
            }
        return names

    def _handed(self, node):
        """(name, value) of an assignment, of the parts of a split, of the arguments of the file's own functions."""
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            if not isinstance(target, ast.Tuple):
                joined = isinstance(value, ast.Call) and ast.unparse(value.func) == "pd.concat" and value.args
                parts = getattr(value.args[0], "elts", ()) if joined else [value]
                pairs = [(target, part) for part in parts]
            elif isinstance(value, ast.Tuple):
                pairs = zip(target.elts, value.elts)
            else:
                parts = isinstance(value, ast.Call) and value.args
                splits = parts and re.search("split|train_?test", ast.unparse(value.func))
                pairs = [(part, value.args[0]) for part in target.elts] if splits else []
            yield from ((one.id, held) for one, held in pairs if isinstance(one, ast.Name))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for routine in self.routines.get(node.func.id, ()):
                yield from zip([entry.arg for entry in routine.args.args], node.args)

    def subscripts(self, names):
        """(subscript, the name that it is given to or None) of the tables."""
        names = self.same(names)
        given = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                for part in ast.walk(node.value):
                    given.setdefault(part, node.targets[0].id)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _root(node.value) in names:
                yield node, given.get(node)

    def columns(self, names):
        """(columns, which of them holds labels) of a table."""
        most, label, first, seen, shut = 0, None, False, False, 0
        for node, name in self.subscripts(names):
            parts = getattr(node.slice, "elts", [None, node.slice] if _root(node.value) in self.turned else ())
            if len(parts) == 2:
                second = parts[1]
                low, high = _bounds(second)
                target = name is not None and replay.kind_of_data(name) == "y"
                open_ended = isinstance(second, ast.Slice) and second.upper is None and low
                features = isinstance(second, ast.Slice) and name is not None and replay.kind_of_data(name) == "X"
                most, seen = max(most, high + 2 if features and open_ended else high), True
                shut = max(shut, (features and _whole(second.upper)) or 0)  # X = table[:, :8]: labels stand beyond
                if target and isinstance(second, ast.Constant) and low == 0:
                    first = True
                if target and low is not None:
                    label = low
        most += label is None and shut == most > 0
        wide = 785 if re.search(r"\b784\b|\b785\b", self.text) else 0
        if wide and most < 20:
            return wide, 0 if first or not seen else wide - 1
        stated = re.search(r"theta\w*\s*=\s*np\.(?:zeros|ones|random\.\w+)\(\(?\s*(?:1\s*,\s*)?(\d+)", self.text)
        if titles := self.renamed(names):
            return len(titles), self.label_among(titles)
        most = most if most >= 2 else max(int(stated.group(1)), 2) if stated and int(stated.group(1)) < 60 else 3
        return most, label if label is not None and label < most else most - 1

    def titles(self, names):
        """The names of columns that the code asks for, in the order in which they stand in the text; made-up ones where it asks for none."""
        names, found, made = self.same(names), {}, {}
        for node in ast.walk(self.tree):
            stored = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
            stored = stored or (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "insert")
            for item in self._asked(node, names):
                table = made if stored else found
                table[item] = min(node.lineno, table.get(item, node.lineno))
        if renamed := self.renamed(names):
            return renamed
        chosen = [item for item, line in found.items() if line <= made.get(item, line)]
        chosen.sort(key=lambda item: bool(re.match(LABELS, item.lower())))
        return chosen or [f"c{number}" for number in range(self.columns(names)[0])]

    def renamed(self, names):
        """The names that the columns are given after the table was read: ``df.columns = ["a", "b"]``."""
        for node in ast.walk(self.tree):
            place = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(place, ast.Attribute) and place.attr == "columns" and _root(place) in names:
                return self._strings(node.value)
        return []

    def _asked(self, node, names):
        """The columns that a node speaks of: ``df["a"]``, ``df.a``, ``df.drop(columns="a")``, ``[c for c in df.columns if c != "a"]``."""
        if isinstance(node, ast.Subscript) and _root(node.value) in names:
            return self._strings(node.slice)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) in names:
            return [node.attr] * (node.attr not in FRAME_WORDS)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("drop", "pop", "insert"):
            known = _root(node.func) in names or node.func.attr == "insert"
            return self._strings(node) if known else []
        if isinstance(node, (ast.ListComp, ast.For)):
            compared = [part for part in ast.walk(node) if isinstance(part, ast.Compare)]
            walked = any(f"{name}.columns" in ast.unparse(node) for name in names) if compared else False
            return [item for part in compared for item in self._strings(part)] if walked else []
        return []

    def _strings(self, node):
        """The strings in an expression, and those of the lists that its names stand for."""
        found = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
        found += [item for part in ast.walk(node) if isinstance(part, ast.Name) for item in self.listed(part.id)]
        return [item for item in found if isinstance(item, str)]

    def listed(self, name):
        """The strings of a list that stands under a name, or the one that does: the columns that somebody chooses."""
        for node in ast.walk(self.tree):
            given = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "iter", getattr(node, "value", None))
            if value is not None and getattr(given, "id", None) == name:
                held = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
                if all(isinstance(part, ast.Constant) for part in held):
                    return [part.value for part in held]
        return []

    def label_among(self, titles, usual=-1):
        """The place of the labels among columns: of the last that is called so, else the usual one."""
        told = [place for place, item in enumerate(titles) if re.match(LABELS, str(item).lower())]
        return told[-1] if told else usual % len(titles)

    @property
    def spellings(self):
        """The words that the code translates into numbers: ``.map({"M": 1, "B": 0})``."""
        for node in ast.walk(self.tree):
            words = node.args[0] if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("map", "replace") and node.args else None  # fmt: skip
            if isinstance(words, ast.Name):
                words = next((value for part in ast.walk(self.tree) for name, value in self._handed(part) if name == words.id), None)  # fmt: skip
            if isinstance(words, ast.Dict):
                keys = [key.value for key in words.keys if isinstance(key, ast.Constant)]
                if keys and all(isinstance(key, str) for key in keys):
                    return keys
        return []


def _root(node):
    """The name at the bottom of ``np.array(data.values)[..]``, of calls that hand the table on; else None."""
    while True:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute) or (isinstance(node, ast.Subscript) and _picks_rows(node)):
            node = node.value
        elif isinstance(node, ast.Call):
            word = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if word not in PASSES:
                return None
            node = node.args[0] if node.args and word in ("array", "asarray", "matrix", "asmatrix", "mat", "DataFrame") else node.func  # fmt: skip
        else:
            return None


def _picks_rows(node):
    """``df.iloc[:n]``, ``df[df.age > 3]``: a table of the same columns."""
    placed = isinstance(node.value, ast.Attribute) and node.value.attr in ("iloc", "loc")
    return isinstance(node.slice, (ast.Slice, ast.Compare)) or (
        placed and isinstance(node.slice, (ast.Name, ast.BinOp))
    )


def _whole(node):
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= 0 else None


def _counted(node):
    """The ends of ``np.arange(0, 400)`` or ``range(400)``."""
    is_range = isinstance(node, ast.Call) and re.fullmatch(r"(np\.)?a?range", ast.unparse(node.func))
    return node.args[:2] if is_range else []


def _bounds(node):
    """(first column, columns needed) that the second part of a subscript asks for."""
    if isinstance(node, ast.Slice):
        low, high = _whole(node.lower), _whole(node.upper)
        return low, max((low or 0) + 1, high or 0, 2)
    if isinstance(node, (ast.List, ast.Tuple)):
        numbers = [_whole(item) for item in node.elts]
        numbers = [item for item in numbers if item is not None]
        return (numbers[0] if numbers else None), max(numbers, default=1) + 1
    number = _whole(node)
    return number, 0 if number is None else number + 1
