"""Layers whose names tell nothing: two methods of one object, called one after the other, the second with what the first gave the shape of.

part.run(x) -> z, and later part.back(g) with g of the shape of z, which gives an array of the shape of x
"""

import ast
import re

import numpy as np

from scratchwork.checks.recognising import recognise, vocabulary
from scratchwork.checks.running import replay
from scratchwork.checks.views import layer
from scratchwork.checks.watching import recorded

BACK = re.compile(r"back|bwd|bprop|grad|delta|slope|deriv|prime|down|reverse")


def subjects(namespace, found, caller):
    """The subjects of the kind ``layer`` for the objects of a program that are used so, those known as layers left out."""
    tree = namespace.get("__tree__")
    taken, layers = {subject.name for subject in found if subject.kind in ("layer", "activation class")}, []
    blocks = replay.blocks(tree)[:1] if tree is not None and not namespace.get("__only__") and _has_layers(tree) else ()
    for statements in blocks:
        calls = recorded.of_program(replay.Program(statements, namespace), caller, namespace).calls
        for forward, backward, x in _pairs(calls):
            name = type(forward.owner).__name__
            if name not in taken:
                taken.add(name)
                names = (entry.name.rpartition(".")[2] for entry in (forward, backward))
                seen = layer.Seen(forward.owner, *names, x.shape)
                layers.append(recognise.Subject("layer", name, seen, recognise.lines_of(tree).get(name)))
    return layers if len(layers) > 1 else []  # layers come in numbers


def _has_layers(tree):
    """Whether two classes have a method with the name of a pass back."""
    own = [
        [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    ]
    return sum(any(BACK.search(vocabulary.plain(name)) for name in names) for names in own) > 1


def instead(subjects, layers):
    """The subjects, the classes that are used as layers no longer taken for models of their own."""
    names = {subject.name for subject in layers}
    return [*(subject for subject in subjects if subject.name.partition(".")[0] not in names), *layers]


def _pairs(calls):
    """(forward, backward, input) of the calls on one object whose shapes are those of a layer."""
    for backward in calls:
        if (
            backward.whose is None
            or not backward.done
            or not BACK.search(vocabulary.plain(backward.name.rpartition(".")[2]))
        ):
            continue
        before = [
            entry
            for entry in calls[: backward.span[0]]
            if entry.whose is backward.whose and entry.name != backward.name
        ]
        for forward in reversed(before):
            pair = _arrays(forward.given), _arrays({"out": forward.out})
            if forward.done and len(pair[0]) == 1 and len(pair[1]) == 1:
                (x,), (out,) = pair
                above = [
                    item for item in _arrays(backward.given) if not any(np.array_equal(item, own) for own in (x, out))
                ]
                down = backward.out if _is_table(backward.out) else np.zeros(0)
                if down.shape == x.shape and any(item.shape == out.shape for item in above):
                    yield forward, backward, x
                break


def _is_table(item):
    return isinstance(item, np.ndarray) and item.dtype.kind == "f" and item.ndim in (1, 2) and item.size > 1


def _arrays(given):
    return [item for item in given.values() if _is_table(item)]
