"""What a program was seen to do itself, where no name and no usual layout told what its parts are: subjects made of its calls."""

import ast
import re

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import recognise
from scratchwork.checks.running import replay
from scratchwork.checks.views import by_calls
from scratchwork.checks.watching import recorded, sessions, training_runs

KINDS = {"kmeans": "SW-M5", "knn": "SW-K5"}
TELLS = re.compile(r"(?i)cent(er|re|ro)|clust|neigh|sort|heapq|argmin|nsmallest|partition|min\(")
MOST = 60


def first(namespace, nodes, kinds, caller):
    """Subjects of a file in which no name told of anything that learns, or of these kinds."""
    told = {kind.split(" ")[0] for kind in kinds}
    if not told & {*KINDS, *training_runs.LEARNING}:
        yield from _subjects(namespace, nodes, list(KINDS), caller)


def later(namespace, nodes, kinds, caller):
    """Subjects of the kinds that were told by a name, and that nothing in the file has answered for."""
    told = {kind.split(" ")[0] for kind in kinds}
    reached = namespace.get("__reached__", set())
    missing = [kind for kind, code in KINDS.items() if code not in reached]
    if told & {*KINDS, *training_runs.LEARNING}:
        yield from _subjects(namespace, nodes, missing, caller)


def _subjects(namespace, nodes, missing, caller):
    tree = namespace.get("__tree__")
    if tree is None or namespace.get("__only__") or not missing or not TELLS.search(ast.unparse(tree)):
        return
    for statements in replay.blocks(tree)[:1]:
        caller.give(6.0)
        tape = recorded.of_program(replay.Program(statements, namespace), caller, namespace)
        seen = list(sessions.sessions(tape))[:MOST]
        for kind in missing:
            for session, made in _of_kind(kind, seen, nodes, caller):
                yield _subject(kind, session, made, nodes)


def _of_kind(kind, seen, nodes, caller):
    """(session, class) of one kind: the outermost, and what answers for it inside under another name."""
    told = set()
    for session in seen:
        name = session.last.name
        if name in told or (kind == "kmeans" and told):
            continue
        text = " ".join(ast.unparse(node) for node in _reached(nodes, session).values())
        if by_calls.OTHERS.search(text) and kind == "kmeans":
            continue
        try:
            made = (
                by_calls.clusterer(session, by_calls.CENTERS.search(text))
                if kind == "kmeans"
                else by_calls.voter(session, caller, by_calls.NEAR.search(text))
            )
        except CannotCheck:
            continue
        if made is not None:
            told.add(name)
            yield session, made


def _subject(kind, session, made, nodes):
    owner, _, method = session.last.name.rpartition(".")
    name = owner or method
    mine = _reached(nodes, session)
    lines = {f"{name}.{key}": node.lineno for key, node in mine.items()}
    placed = {"lines": lines, "names": dict.fromkeys((None, "fit", "predict"), method)}
    made.placed = {**placed, "nodes": {f"{name}.{key}": node for key, node in mine.items()}}
    made.stands_for = tuple(mine)
    made.__name__ = name
    return recognise.Subject(kind, name, made, min((node.lineno for node in mine.values()), default=None))


def _reached(nodes, session):
    """{function or method by its bare name: node} of what the calls of a session reach."""
    found, open_ones = {}, [step.name for step in session.steps]
    bare = {}
    for key in nodes:
        bare.setdefault(key.rpartition(".")[2], key)
    while open_ones:
        name = open_ones.pop()
        key = name if name in nodes else bare.get(name)
        if key is None or key.rpartition(".")[2] in found:
            continue
        found[key.rpartition(".")[2]] = nodes[key]
        for part in ast.walk(nodes[key]):
            open_ones += (
                [part.id] if isinstance(part, ast.Name) else [part.attr] if isinstance(part, ast.Attribute) else []
            )
    return found
