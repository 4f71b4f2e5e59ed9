"""The share of right answers that a program's own function gives of its own labels, beside the share that it should be."""

import ast
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import metric_words
from scratchwork.checks.registry import probe
from scratchwork.checks.rules.units import of_format, of_fstring
from scratchwork.checks.running import replay
from scratchwork.checks.views.metric_call import close
from scratchwork.checks.watching import recorded


@probe("SW-D6", "SW-E1", "SW-E10", roles=("training run", "stop tests"))
def a_share_of_hits_is_that_of_its_labels(target, call):
    """Called as the program calls it, an accuracy is the share of equal labels; a fraction is not printed with a per cent sign."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    space, asked = target.namespace["namespace"], {}
    for seen in recorded.calls_of(target.value, call, space):
        kind, pair = metric_words.kind_of_word(seen.name.rpartition(".")[2]), _labels(seen)
        if kind not in ("accuracy", "error_rate") or pair is None or np.ndim(seen.result) or not _number(seen.result):
            continue
        value, same = float(seen.result), float(np.mean(pair[0] == pair[1]))
        every = float(np.mean(pair[0][:, None] == pair[1][None]))
        right, beside = (same, every) if kind == "accuracy" else (1 - same, 1 - every)
        asked.setdefault(seen.name, []).append((value, right))
        words = pair[0].dtype.kind == "U" and value == round(value) and abs(value - right) > 0.2
        if not close(value, right) and (words or close(value, beside)):
            yield _wrong(seen, value, right, len(pair[0]), close(value, beside))
            return
    if not asked:
        raise CannotCheck("no accuracy is asked of labels of the program")
    yield from _signed(space["__tree__"], asked)


def _wrong(seen, value, right, n, every):
    owner, _, name = seen.name.rpartition(".")
    said = f"Of {n} labels of the program {seen.name} gives {value:.4g}; "
    more = "that is of every answer beside every label, row by row it is {:.4g}." if every else "{:.4g} of them are right: the words are compared with something else."  # fmt: skip
    code = "SW-E1" if every else "SW-D6"
    return find(code, said + more.format(right), severity="error", function=name, object=owner or None)


def _number(value):
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _even(item):
    """Whether it holds something, and lists within it are of one length."""
    try:
        return bool(np.shape(item))
    except ValueError:
        return False


def _labels(seen):
    """The two vectors of labels, of one kind and length, that a call is given, or None."""
    kinds = (list, tuple, np.ndarray)
    long = [item for item in seen.given.values() if (isinstance(item, kinds) or hasattr(item, "iloc")) and _even(item)]
    flat = [np.ravel(item) for item in long if len(item) > 3]
    flat = [item.astype(str) if item.dtype == object and isinstance(item[0], str) else item for item in flat]
    held = [
        item
        for item in flat
        if item.dtype.kind in "iuU" or (item.dtype.kind == "f" and np.array_equal(item, np.round(item)))
    ]
    plain = (
        len(held) == 2
        and len(held[0]) == len(held[1]) < 5000
        and (held[0].dtype.kind == "U") == (held[1].dtype.kind == "U")
    )
    return held if plain else None


def _signed(tree, asked):
    """E10 of a call that gives a fraction and is printed with a per cent sign."""
    for shown in (node for node in ast.walk(tree) if isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Call))):
        for node, spec, after in _fields(shown):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            values = next((entry for full, entry in asked.items() if full.rpartition(".")[2] == name), [])
            if (
                after.lstrip().startswith("%")
                and not spec.endswith("%")
                and any(abs(value - right) < 1e-9 for value, right in values if 0 < value < 1)
            ):
                said = f"Line {node.lineno} prints {name} with a per cent sign; of {values[0][1]:.1%} right answers it gives {values[0][0]:.4g}."
                yield find("SW-E10", said, severity="error", function=name)
                return


def _fields(node):
    """(expression, format, text after it) of each place that is filled in a text."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        yield from of_fstring(node, parts)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from of_format(node, node.args)
    elif (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mod)
        and isinstance(getattr(node.left, "value", None), str)
    ):
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        places = [item for item in re.finditer(r"%[-+ #0-9.]*[a-zA-Z%]", node.left.value) if item.group() != "%%"]
        yield from ((value, "", node.left.value[place.end() :]) for value, place in zip(values, places))
