"""The functions of a program, called as the program itself calls them: once more with one setting changed, or with fewer rows."""

import ast

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay, stand_in_files
from scratchwork.checks.watching import recorded

OTHER = {
    "lr": lambda value: (0.5 * value, 2.0 * value), "alpha": lambda value: (0.5 * value, 2.0 * value),
    "threshold": lambda value: (-1e6, 1e6),
}  # fmt: skip
CHOICES = "optimizer, solver, method or the like"
FEW, MOST_LABELS = 3, 30


def _calls(target, call):
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    return recorded.last_calls(target.value, call, target.namespace["namespace"])


@probe("SW-T1", "SW-T2", roles=("training run",))
def each_setting_of_a_call_counts(target, call):
    """A function that learns from what it is given gives other numbers with another rate, one that decides with another threshold."""
    asked = 0
    for seen in _calls(target, call):
        words = seen.words()
        for name, word in words.items():
            value = seen.given[name]
            if word in OTHER and type(value) in (int, float) and not _chooses(seen):
                few = {
                    key: FEW for key, other in words.items() if other == "epochs" and isinstance(seen.given[key], int)
                }
                asked += 1
                yield from _moved(seen, call, name, word, value, few)
    if not asked:
        raise CannotCheck("no function is called with a rate or a threshold")


def _chooses(seen):
    """Whether a word says how it is done, which may leave a setting without work."""
    given = [*seen.given.values(), *(vars(seen.owner).values() if hasattr(seen.owner, "__dict__") else ())]
    return any(isinstance(item, str) for item in given)


def _moved(seen, call, name, word, value, few):
    a, b = (_numbers(seen, call, **few, **{name: other}) for other in OTHER[word](float(value)))
    if a is None or b is None or not _same(a, b) or not _works(seen, call, a, few, name, word):
        return
    pair = " and ".join(f"{other:g}" for other in OTHER[word](float(value)))
    first = next(item.ravel()[0] for item in a.values() if item.size)
    observed = f"Called as the program calls it, {seen.name} gives the same numbers with {name} = {pair} (the first is {first:.6g})."
    place = seen.name.rpartition(".")
    code = "SW-T1" if word in ("lr", "alpha") else "SW-T2"
    decides = vocabulary.role_of_name(place[2]) in ("predict", "train") or word != "threshold"
    severity = "error" if decides else "warning"
    yield find(code, observed, function=place[2], object=place[0] or None, severity=severity)


def _numbers(seen, call, **changed):
    try:
        return seen.again(call, **changed)
    except (CannotCheck, TypeError, ValueError, AttributeError):
        return None


def _same(a, b):
    return set(a) == set(b) and all(np.array_equal(a[path], b[path], equal_nan=True) for path in a)


def _works(seen, call, before, few, name, word):
    """Whether the call does its work on these data: finite numbers that change with the rounds or with the targets."""
    if not all(np.isfinite(item).all() for item in before.values() if item.dtype.kind == "f"):
        return False
    learnt = [path for path, item in before.items() if item.dtype.kind == "f" and item.size > 1]
    if word == "threshold":
        return True
    changes = [{key: 1} for key in few]
    changes += [
        {key: np.roll(item, len(item) // 3, axis=0)}
        for key, item in seen.given.items()
        if isinstance(item, np.ndarray) and item.ndim and "y" in vocabulary.meanings(key)[:2]
    ]
    for change in changes:
        other = _numbers(seen, call, **{**few, **change})
        if other is not None and any(
            path in other and not np.array_equal(before[path], other[path]) for path in learnt
        ):
            return True
    return False


@probe("SW-T8", roles=("training run",))
def what_is_handed_on_is_as_it_was(target, call):
    """An argument that a function changes and gives back is not handed by its caller, under the same name, to another call."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    space = target.namespace["namespace"]
    calls, told = recorded.of_program(target.value, call, space).calls, set()
    for seen in calls:
        for key in seen.kept:
            later = _handed_on(seen, key, calls, space["__tree__"])
            if later and seen.name not in told and {"X", "y"}.isdisjoint(vocabulary.meanings(key)[:1]):
                told.add(seen.name)
                place = seen.name.rpartition(".")
                observed = f"{seen.name} changes its argument {key} where it stands and gives it back; line {later[1]} hands the same {later[0]} to {later[2]} again."
                yield find("SW-T8", observed, function=place[2], object=place[0] or None, severity="warning")
    if not calls:
        raise CannotCheck("the program calls none of its own functions")


def _handed_on(seen, key, calls, tree):
    """(name, line, function) of a later call by the same caller that is given the same thing under the same name, or None."""
    names, bound = _names_at(tree, seen.line)
    for later in calls[seen.span[1] :]:
        for other, item in later.refs.items() if later.caller == seen.caller else ():
            shared = seen.names[key] & later.names[other] & names & _names_at(tree, later.line)[0] - bound
            if item is seen.refs[key] and shared:
                return min(shared), later.line, later.name
    return None


def _names_at(tree, line):
    """(names that the simple statement in a line, or the head of another, reads; names that it binds)."""
    held = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno <= line <= node.end_lineno]
    if not held:
        return set(), set()
    node = min(held, key=lambda node: node.end_lineno - node.lineno)
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    read = {part.id for part in names if isinstance(part.ctx, ast.Load)}
    return read, {part.id for part in names if isinstance(part.ctx, ast.Store)}


@probe("SW-P6", roles=("training run",))
def answers_are_labels_that_were_learnt(target, call):
    """An object answers with the labels that its program has fitted it with, not with their positions."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    learnt = {}
    for seen in recorded.calls_of(target.value, call, target.namespace["namespace"]):
        known = learnt.setdefault(id(seen.whose), set())
        if seen.whose is not None and not stand_in_files.SERVED:
            known |= {label for key, word in seen.words().items() if word == "y" for label in _labels(seen.given[key])}
        got = _labels(seen.result) if vocabulary.role_of_name(seen.name.rpartition(".")[2]) == "predict" else set()
        if 1 < len(known) < MOST_LABELS and got <= set(range(len(known))) and got - known:
            told = [", ".join(map(str, sorted(labels, key=str)[:4])) for labels in (known, got)]
            observed = f"The program fits it with the labels {told[0]}; {seen.name} answers with {told[1]}."
            owner, _, name = seen.name.rpartition(".")
            yield find("SW-P6", observed, function=name, object=owner)
            return
    if not any(learnt.values()):
        raise CannotCheck("no object of the program is fitted with labels")


def _labels(item):
    """The labels that a list or an array of one axis holds; none where they are other numbers."""
    flat = np.asarray(item) if isinstance(item, (list, np.ndarray)) else np.zeros(0)
    plain = flat.ndim == 1 and (flat.dtype.kind in "iuU" or (flat.dtype.kind == "f" and (flat == np.round(flat)).all()))
    return set(flat.tolist()) if plain else set()


@probe("SW-P2", roles=("training run",))
def each_row_is_answered_for_itself(target, call):
    """Of half of the rows a function that predicts says what it says of them among all."""
    asked = 0
    for seen in _calls(target, call):
        if vocabulary.role_of_name(seen.name.rpartition(".")[2]) not in ("predict", "predict_proba"):
            continue
        rows = [key for key, item in seen.given.items() if isinstance(item, np.ndarray) and item.ndim == 2]
        sized = [key for key in rows if _answers(seen.result, len(seen.given[key])) and len(seen.given[key]) > 5]
        if len(sized) != 1 or sum(_long(item) == len(seen.given[sized[0]]) for item in seen.given.values()) > 1:
            continue
        asked += 1
        yield from _alone(seen, call, sized[0])
    if not asked:
        raise CannotCheck("no function that predicts is called with rows alone")


def _long(item):
    """The rows of an array, the entries of a list, of whatever lengths; None of anything else."""
    return len(item) if isinstance(item, (list, tuple)) or (isinstance(item, np.ndarray) and item.ndim) else None


def _answers(result, n):
    return not isinstance(result, tuple) and _long(result) == n


def _alone(seen, call, key):
    n, middle = len(seen.given[key]), len(seen.given[key]) // 2
    whole, again = (_result(seen, call, key, slice(0, n)) for _ in range(2))
    if whole is None or not np.array_equal(whole, again):
        return
    for half in (slice(0, middle), slice(middle, n)):
        part = _result(seen, call, key, half)
        if part is None or part.shape != whole[half].shape:
            return
        off = ~np.isclose(whole[half], part, rtol=1e-6, atol=1e-9, equal_nan=True).reshape(len(part), -1).all(axis=1)
        if off.any():
            i = int(np.argmax(off))
            one, other = np.ravel(part[i])[0], np.ravel(whole[half][i])[0]
            observed = f"Called as the program calls it, {seen.name} says {one:.4g} of row {half.start + i} among {len(part)} rows and {other:.4g} among all {n}."
            place = seen.name.rpartition(".")
            yield find("SW-P2", observed, function=place[2], object=place[0] or None)
            return


def _result(seen, call, key, rows):
    """What a call gives for some of its rows, as an array of numbers; or None."""
    found = _numbers(seen, call, **{key: seen.given[key][rows]})
    item = None if found is None else next((item for path, item in found.items() if path[:1] == (0,)), None)
    return item if item is not None and item.ndim and item.dtype.kind in "fiub" else None


@probe("SW-P5", roles=("training run",))
def the_largest_of_each_row_is_compared(target, call):
    """A share of hits over two tables, one of them with a single 1 in each row, looks for the largest entry of each row."""
    asked = 0
    for seen in _calls(target, call):
        tables = {key: item for key, item in seen.given.items() if isinstance(item, np.ndarray) and item.ndim == 2}
        shapes, hot = {item.shape for item in tables.values()}, [key for key in tables if _single_ones(tables[key])]
        if len(tables) != 2 or len(shapes) != 1 or not hot or seen.owner is not None:
            continue
        asked += 1
        made, rows, columns = _of_other_hits(*shapes.pop())
        got = _numbers(seen, call, **{key: made[key == hot[-1]] for key in tables})
        said = [round(float(item), 5) for path, item in (got or {}).items() if path[:1] == (0,) and item.size == 1]
        if len(said) == 1 and said[0] in columns and said[0] not in rows:
            observed = f"Of two tables of {len(made[0])} rows {seen.name} gives {said[0]:.4g}, the share of columns whose largest entry stands in the same row; of rows it would be {rows[0]:.4g}."
            yield find("SW-P5", observed, function=seen.name)
    if not asked:
        raise CannotCheck("no function is called with outputs beside targets of a single 1 in each row")


def _single_ones(table):
    """Whether each row, and not each column, holds a single 1 among zeros."""
    plain = np.isin(table, (0, 1)).all() and min(table.shape) > 2
    return plain and (table.sum(axis=1) == 1).all() and not (table.sum(axis=0) == 1).all()


def _of_other_hits(n, width):
    """((scores, targets), hits by rows, by columns) of tables of which other shares agree by rows than by columns."""
    rng = np.random.default_rng(3)
    scores, targets = rng.random((n, width)), np.eye(width)[rng.permutation(np.arange(n) % width)]
    for column in range(width // 2 + 1):
        scores[targets[:, column].argmax(), column] = 2 + column
    hits = [scores.argmax(axis=axis) == targets.argmax(axis=axis) for axis in (1, 0)]
    return (scores, targets), *(
        [round(float(share), 5) for share in (hit.mean(), 100 * hit.mean(), hit.sum())] for hit in hits
    )
