"""Layers described by records: ``{"input_dim": 4, "output_dim": 9, "activation": "relu"}`` where others take sizes."""

import ast
import functools
import itertools
import re

KEYS = (
    r"in|inputs?|n_?in|fan_in|in(put)?_?(dim|size|features|units|nodes|neurons|n)",
    r"out|outputs?|n_?out|fan_out|out(put)?_?(dim|size|features|units|nodes|neurons|n)|units|neurons|nodes|n_units",
    r"act\w*|func(tion)?|nonlinearity|non_linearity",
)
HIDDEN, LAST = ("tanh", "sigmoid", "relu", "leaky_relu"), ("sigmoid", "linear", "identity", "tanh")


def described(function, name, sizes):
    """``sizes`` as records, where the functions of the file that take ``name`` read records; else as they are."""
    tree = getattr(function, "__globals__", {}).get("__tree__")
    whole = isinstance(sizes, list) and len(sizes) > 1 and all(isinstance(size, int) for size in sizes)
    keys, words = _read(tree, name) if tree is not None and whole else ((), ())
    first, last, act = (next((key for key in keys if re.fullmatch(kind, key.lower())), None) for kind in KEYS)
    if first is None or last is None:
        return sizes
    hidden, ends = (next((word for word in kinds if word in words), None) for kinds in (HIDDEN, LAST))
    ends = "softmax" if sizes[-1] > 1 and "softmax" in words else ends
    made = [{first: size, last: after, act: hidden} for size, after in itertools.pairwise(sizes)]
    made[-1][act] = ends
    return [{key: value for key, value in record.items() if key is not None} for record in made]


@functools.lru_cache(maxsize=64)
def _read(tree, name):
    """(keys by which entries of a parameter are read, words of the file that could name activations)."""
    keys = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and name in {entry.arg for entry in node.args.args}:
            loops = [part.target for part in ast.walk(node) if isinstance(part, (ast.For, ast.comprehension))
                     and name in {item.id for item in ast.walk(part.iter) if isinstance(item, ast.Name)}]  # fmt: skip
            turned = {item.id for target in loops for item in ast.walk(target) if isinstance(item, ast.Name)}
            for part in ast.walk(node):
                if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
                    entry = getattr(part.value, "id", None) in turned or _entry_of(part.value, name)
                    keys |= {part.slice.value: None} if entry and isinstance(part.slice.value, str) else {}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return tuple(keys), frozenset(texts)


def _entry_of(node, name):
    """Whether a node is one entry of a list: ``layers[i]``."""
    return isinstance(node, ast.Subscript) and getattr(node.value, "id", None) == name
