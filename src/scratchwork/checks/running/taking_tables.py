"""Functions that use a parameter as a table of pandas are given one: an array or a list becomes a DataFrame or a Series there.

What only tables have (``X.iloc``, ``X.columns``, ``X.insert(0, "ones", 1)``) would fail on the arrays that the probes hand over.
"""

import ast
import copy

import numpy as np

from scratchwork.checks.files.syntax import dotted

AS_TABLE = "__as_table__"
OF_TABLES = {
    "iloc", "loc", "iat", "columns", "to_numpy", "iterrows", "itertuples", "dtypes", "select_dtypes", "isnull", "isna",
    "fillna", "dropna", "value_counts", "nunique", "reset_index", "set_index", "groupby", "assign", "to_list", "corr",
}  # fmt: skip
NO_CALLS = {"values", "index"}  # of a dict, of a list they are called
LOOKS = {"isinstance", "hasattr", "type"}


def handed_tables(statement):
    """A copy of a definition in which parameters that are used as tables are made tables first; itself where there are none."""
    if not any(_tables(node) for node in ast.walk(statement)):
        return statement
    made = copy.deepcopy(statement)
    for node in ast.walk(made):
        if _tables(node):
            node.body = [*_conversions(node), *node.body]
    return ast.fix_missing_locations(made)


def as_table(value):
    """What a table is made of as a DataFrame or a Series; anything else as it is."""
    import pandas

    if type(value) not in (list, np.ndarray) or np.ndim(value) not in (1, 2):
        return value
    value = np.asarray(value)
    return pandas.Series(value) if value.ndim == 1 else pandas.DataFrame(value, columns=_names(value.shape[1]))


def _names(count):
    return [f"x{column}" for column in range(count)]


def _conversions(node):
    for name in _tables(node):
        text = f"{name} = {AS_TABLE}({name})"
        yield ast.copy_location(ast.parse(text).body[0], node.body[0])


def _tables(node):
    """Names of the parameters of a function that are used, or said to be used, as tables and as nothing else."""
    if not isinstance(node, ast.FunctionDef):
        return []
    looked_at = {
        item.id
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and dotted(call.func) in LOOKS
        for item in ast.walk(call)
        if isinstance(item, ast.Name)
    }
    entries = [entry for entry in node.args.args if entry.arg not in {"self", "cls"} | looked_at]
    return [entry.arg for entry in entries if _is_table(node, entry)]


def _is_table(node, entry):
    if entry.annotation is not None and ast.unparse(entry.annotation).split(".")[-1] in ("DataFrame", "Series"):
        return True
    names = {entry.arg}
    called = {id(item.func) for item in ast.walk(node) if isinstance(item, ast.Call)}
    for item in ast.walk(node):  # a copy of a table is a table
        if isinstance(item, ast.Assign) and ast.unparse(item.value) in {f"{name}.copy()" for name in names} | names:
            names |= {target.id for target in item.targets if isinstance(target, ast.Name)}
    inserts = (
        item.func for item in ast.walk(node) if isinstance(item, ast.Call) and len(item.args) + len(item.keywords) >= 3
    )
    inserts = {id(item) for item in inserts if isinstance(item, ast.Attribute) and item.attr == "insert"}
    return any(
        isinstance(item, ast.Attribute)
        and isinstance(item.value, ast.Name)
        and item.value.id in names
        and (item.attr in OF_TABLES or (item.attr in NO_CALLS and id(item) not in called) or id(item) in inserts)
        for item in ast.walk(node)
    )
