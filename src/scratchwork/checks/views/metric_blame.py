"""What stands around a metric in its file: its text, what it builds on, and whether that was already found wrong."""

import ast
import inspect
import re

import numpy as np

from scratchwork.checks.views.metric_cases import P3, Y3, counts


def source_of(target):
    """The text of the function, docstring included."""
    node = target.namespace.get("nodes", {}).get(target.name)
    if node is not None:
        return ast.unparse(node)
    try:
        return inspect.getsource(target.value)
    except (OSError, TypeError):
        return ""


def blamed(target):
    """The names of the file's functions that were found wrong so far."""
    return target.namespace.get("namespace", {}).setdefault("__blamed__", set())


def blame(target):
    """Remember that this function was found wrong, so that those that call it are not named before it."""
    blamed(target).add(target.name.rpartition(".")[2])


def blamed_elsewhere(target):
    """Whether the function builds on one that was found wrong, or on a confusion matrix that is transposed."""
    text, mine = source_of(target), target.name.rpartition(".")[2]
    if getattr(getattr(target.value, "counting", None), "feed", None) in blamed(target) - {None}:
        return True
    if any(re.search(rf"\b{name}\(", text) for name in blamed(target) if name != mine):
        return True
    own = target.namespace.get("lines", {})
    tables = [name for name in own if re.search("confus|matrix|conf_?mat", name.lower()) and name != target.name]
    return any(re.search(rf"\b{name.rpartition('.')[2]}\(", text) for name in tables) and _transposed(target)


def _transposed(target):
    """Whether the file's own confusion matrix is transposed."""
    for name, item in target.namespace.get("namespace", {}).items():
        if re.search("confus|conf_?mat", name.lower()) and inspect.isfunction(item):
            try:
                table = np.asarray(item(Y3, P3), dtype=float)
            except Exception:
                return False
            return table.shape == (3, 3) and np.allclose(table, counts(Y3, P3, 3).T)
    return False


def callees_first(subjects, nodes):
    """Subjects ordered so that a function comes after those of its file that it calls."""
    texts = {subject.name: ast.unparse(nodes[subject.name]) if subject.name in nodes else "" for subject in subjects}

    def calls(one, other):
        return one != other and re.search(rf"\b{other.rpartition('.')[2]}\(", texts[one])

    done, rest = [], list(subjects)
    while rest:
        free = next((item for item in rest if not any(calls(item.name, other.name) for other in rest)), rest[0])
        done.append(free)
        rest.remove(free)
    return done
