"""Programs that drive a class which nobody in the file drives: an object is made, and taken through its own steps.

    model = Network([5, 7, 3])
    for epoch in range(3):
        out1 = model.forward(X)
        model.backward(X, y, out1, learning_rate=0.1)

Which methods belong together, and what they take, is found by trying: a round counts where after it the object holds other
weights. Each such program is then run and judged like one that the user has written.
"""

import ast
import dataclasses
import inspect
import re
import time

import numpy as np

from scratchwork.checks.findings import CannotCheck, OutOfTime
from scratchwork.checks.recognising import binding, makings, method_roles, vocabulary
from scratchwork.checks.running import state
from scratchwork.checks.views.network_build import N_IN, probe_data
from scratchwork.checks.watching import nudged_reading, sketches

SECONDS = 3.0
STEPS = ("train_step", "train_on_batch", "fit_batch", "partial_fit", "step", "learn", "update")

STATE = re.compile(r"\W*_*(d|g|v|m|grad|run|mean|std|s_?d)", re.IGNORECASE)  # slopes, moments, running means


@dataclasses.dataclass
class Layout:
    """How samples are handed over: the statements before the rounds, the head of the loop, and what stands for what."""

    name: str
    y: np.ndarray
    n_out: int
    known: dict
    head: str = ""  # of an inner loop
    before: tuple = ()
    targets: str = "y"


def layouts():
    """The usual ways, the likeliest first: all rows at once, in columns, one by one, as pairs."""
    for n_out in (3, 1):
        _, labels = probe_data(n_out=n_out)
        hot, ids = np.eye(max(n_out, 2))[labels], labels
        forms = [hot, ids, ids[:, None]] if n_out > 1 else [labels[:, None] * 1.0, labels * 1.0]
        for y in forms:
            yield Layout("rows", y, n_out, {"X": "X", "y": "y"})
        if forms[0].ndim == 2:
            yield Layout(
                "columns", forms[0], n_out, {"X": "XT", "y": "yT"}, before=("XT, yT = X.T.copy(), y.T.copy()",)
            )
            pairs = "[(X[i].reshape(-1, 1), y[i].reshape(-1, 1)) for i in range(len(X))]"
            yield Layout("pairs", forms[0], n_out, {"batch": "pairs"}, before=(f"pairs = {pairs}",))
            yield Layout("pair rows", forms[0], n_out, {"batch": "pairs"}, before=("pairs = list(zip(X, y))",))
            yield Layout("both", forms[0], n_out, {"batch": "(X, y)"})
        if n_out > 1:
            yield Layout("both ids", ids, n_out, {"batch": "(X, y)"})
            yield Layout("one id", ids, n_out, {"X": "x1", "y": "y1"}, head="for x1, y1 in zip(X, y):")
        for words, shape in (("flat", ""), ("column", ".reshape(-1, 1)"), ("row", ".reshape(1, -1)")):
            one = f"for x1, y1 in [(X[i]{shape}, y[i]{shape}) for i in range(len(X))]:"
            yield Layout(f"one {words}", forms[0], n_out, {"X": "x1", "y": "y1"}, head=one)


def constructions(name, kind, n_out):
    """Texts that make an object: hidden sizes as a number, a list, all sizes; each choice of what is special."""
    words, sizes = set(binding.meanings_of(kind).values()), f"[{N_IN}, 7, {n_out}]"
    hiddens = ["7", "[7]", "(7,)"] if "n_hidden" in words else ["7"]
    if "n_hidden" in words and not {"n_in", "n_out"} & words:
        hiddens.append(sizes)
    seen = []
    for variant in range(3):
        for hidden in hiddens:
            known = makings.KNOWN | {
                "n_hidden": hidden,
                "n_out": str(n_out),
                "n_classes": str(max(n_out, 2)),
                "sizes": sizes,
            }
            if not inspect.isclass(kind) or not {"X", "y"} & words:
                known = known | {"params": "np.zeros(6)"}
            else:
                known = known | {"X": "X", "y": "y"}
            try:
                text = makings.call_text(name, kind, known, variant=variant, n_out=n_out)
            except CannotCheck:
                continue
            if text not in seen:
                seen.append(text)
                yield text


def programs(name, kind, namespace, caller):
    """{method that moves the weights: [(text, layout, arrays deaf to the rate)]} of every way to drive the class."""
    found, ends = {}, time.process_time() + SECONDS
    for layout in layouts():
        built = 0
        for made in constructions(name, kind, layout.n_out):
            if time.process_time() > ends or built >= 2:
                break
            try:
                sketch = sketches.Sketch(kind, name, namespace, caller, layout, made)
            except OutOfTime:
                raise
            except CannotCheck:
                continue
            built += 1
            for method, text, deaf in _rounds(sketch):
                found.setdefault(method, []).append((text, layout, deaf))
    return found


def _rounds(sketch):
    """(method, program, deaf arrays) of every round that changes the weights, those within others left out."""
    methods = binding.methods(sketch.space["model"])
    roles = {name: vocabulary.role_of_name(name) for name in methods}
    roles |= {name: role for role, name in method_roles.by_body(type(sketch.space["model"])).items()}
    if sketch.helper:
        roles[sketch.helper] = "update"
    moving = [name for name in methods if roles[name] in ("update", "train", "backward") or name in STEPS]
    moving.sort(
        key=lambda name: (
            name.startswith("_"),
            roles[name] != "update" or "step" not in name,
            roles[name] == "backward",
        )
    )
    forwards = [
        name for role in sketches.FIRST for name in methods if roles[name] == role and not name.startswith("__")
    ][:2]
    within, taken = set(), set()
    for method in moving:
        if method in within or taken & _called_by(sketch, [method]):
            continue
        for before in _sequences(method, forwards, roles, methods):
            done = _tried(sketch, before)
            if done is not None:
                within |= _called_by(sketch, before)
                taken.add(method)
                yield method, done.text(), _deaf(sketch, before)
                break


def _sequences(method, forwards, roles, methods):
    """Orders in which methods may be called so that ``method`` moves the weights."""
    yield [method]
    updates = [name for name in roles if roles[name] == "update" and name != method]
    losses = [name for name in methods if roles[name] == "loss" and not name.startswith("__")][:1]
    for forward in forwards:
        yield [forward, method]
        if roles[method] == "backward":
            yield from ([forward, method, update] for update in updates[:3])
            yield from ([forward, loss, method, update] for loss in losses for update in updates[:2])
        if roles[method] == "update":
            yield from ([forward, other, method] for other in methods if roles[other] == "backward" and other != method)
        yield from ([forward, loss, method] for loss in losses)


def _tried(sketch, methods):
    """The sketch after two rounds of these calls, or None where they fail or move nothing."""
    try:
        made = sketch.again()
        before = made.weights()
        for method in methods:
            made.call(method)
        if not _moved(before, made.weights()):
            return None
        middle, lines = made.weights(), list(made.lines)
        made.run("\n".join(lines))
        return made if _moved(middle, made.weights()) else None
    except OutOfTime:
        raise
    except CannotCheck:
        return None


def _deaf(sketch, methods):
    """The arrays that one round moves by the same numbers at the rates 0.1 and 0.05, where a rate is passed or kept."""
    moves, rated = [], False
    for rate in (0.1, 0.05):
        made = sketch.again()
        rated = made.set_rate(rate) or rated
        before = made.weights()
        for method in methods:
            made.call(method)
        after = made.weights()
        moves.append(
            {
                path: after[path] - item
                for path, item in before.items()
                if path in after and after[path].shape == item.shape
            }
        )
        rated = rated or any(f"={rate}" in line for line in made.lines)
    same = [path for path, move in moves[0].items() if move.any() and np.array_equal(move, moves[1].get(path))]
    heeding = [move for path, move in moves[1].items() if path not in same]
    gradients = [path for path in same if any(nudged_reading.proportional(move, after[path]) for move in heeding if move.shape == after[path].shape)]  # fmt: skip
    same = [path for path in same if path not in gradients]
    return [state.text(path) for path in same if rated and not any(STATE.match(str(part)) for part in path)]


def _moved(before, after):
    """Whether two arrays that stood there before are others now, of the same shape, and finite."""
    moved = [
        path
        for path, item in before.items()
        if path in after and after[path].shape == item.shape and not np.array_equal(item, after[path]) and item.any()
    ]
    return bool(moved) and all(np.isfinite(after[path]).all() for path in moved)


def _called_by(sketch, methods):
    """The methods, and those that they call themselves."""
    tree, found, waiting = sketch.space.get("__tree__"), set(), list(methods)
    nodes = (
        {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} if tree is not None else {}
    )
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            for item in ast.walk(nodes[name]) if name in nodes else ():
                if isinstance(item, ast.Attribute) and getattr(item.value, "id", None) == "self":
                    waiting.append(item.attr)
    return found
