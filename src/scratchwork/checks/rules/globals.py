"""Functions that read a global where their argument belongs, and studies that cluster other data than they looked at."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routine_at, routines
from scratchwork.checks.files.syntax import every, literal, stored, stored_inside, walk
from scratchwork.checks.findings import find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import rule

CLUSTERS = re.compile(r"k_?means|kmedoids|lloyd", re.IGNORECASE)


def module_data(source):
    """Names of data that the top level of the file binds."""
    names = set()
    for statement in source.tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.For, ast.With, ast.If)):
            names |= stored(statement)
    return names


@rule("SW-T14")
def the_cost_is_of_the_weights_that_move(source):
    """``costs.append(cost(X, y, W))`` in a loop that moves theta, where W is the global that was handed over as theta."""
    for entry in routines(source):
        loops = every(entry.node, ast.For, ast.While)
        for call in calls_in(source.tree) if loops and entry.owner is None else ():
            handed = zip(entry.parameters, call.args) if called(call) == entry.name else ()
            for name, start in ((name, part.id) for name, part in handed if isinstance(part, ast.Name)):
                inner = [part for loop in loops if name in stored_inside(loop) for part in calls_in(loop)]
                costs = [part for part in inner if vocabulary.role_of_name(called(part)) == "loss"]
                still = [part for part in costs if start in map(ast.unparse, part.args) and start != name]
                if still and start not in stored_inside(entry.node) | set(entry.parameters):
                    said = f"The loop moves {name}; line {still[0].lineno} asks for the cost of {start}, which it started from."
                    yield find("SW-T14", said, severity="warning", **place_at(source, still[0].lineno))
                    return


@rule("SW-C6")
def a_reconstruction_gets_its_mean(source):
    """A function that adds a mean it finds among the globals works for the data of that cell alone."""
    globals_ = module_data(source)
    for entry in routines(source):
        if entry.owner is not None or not re.search(
            r"reconstruct|recover|inverse|decompress", entry.name, re.IGNORECASE
        ):
            continue
        own = stored_inside(entry.node)
        for name in sorted(globals_ - own):
            if re.search(r"mean|^mu$|avg|centre|center", name, re.IGNORECASE) and entry.loads(name):
                said = f"{entry.name} uses the global {name} instead of a mean it is handed."
                place = entry.place | {"line": entry.loads(name)[0].lineno}
                yield find("SW-C6", said, severity="remark", **place)
                return


@rule("SW-C6")
def what_is_taken_off_is_added_again(source):
    """A reconstruction that takes the mean off, projects there and back, and never adds the mean."""
    for entry in routines(source):
        if not re.search(r"reconstruct|recover|inverse|decompress|rebuild|restore", entry.name, re.IGNORECASE):
            continue
        taken = {mean_in(part.right) for part in every(entry.node, ast.BinOp) if isinstance(part.op, ast.Sub)} - {""}
        text = ast.unparse(entry.node)
        for name in sorted(taken):
            added = re.search(rf"\+=?\s*\(?{re.escape(name)}\b|{re.escape(name)}(\[[^\]]*\])?\s*\+|np\.add\(", text)
            if not added and re.search(r"@|dot\(|matmul\(", text) and not re.search(r"mse|error|loss|norm", entry.name):
                said = f"{entry.name} takes {name} off and never adds it again."
                yield find("SW-C6", said, severity="error", **entry.place)
                return


def mean_in(node):
    """The name of a mean, or an empty string."""
    name = ast.unparse(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""
    return name if re.search(r"mean|(^|[._])mu_?$|avg|centre|center", name, re.IGNORECASE) else ""


@rule("SW-M10")
def the_clustering_is_that_of_the_elbow(source):
    """Two moons cannot be cut by k-means; an elbow of other data says nothing about these."""
    moons = re.search(r"make_moons|make_circles", source.text)
    tried, used = {}, {}
    for call in calls_in(source.tree):
        if not CLUSTERS.search(called(call)) or not call.args or routine_at(source, call.lineno) is not None:
            continue
        inside = any(
            isinstance(loop, ast.For) and any(part is call for part in walk(loop)) for loop in walk(source.tree)
        )
        data = ast.unparse(call.args[0])
        if data.isidentifier():
            (tried if inside else used).setdefault(data, call.lineno)
        number = next((literal(part) for part in call.args[1:2]), None)
        number = next((literal(part.value) for part in call.keywords if part.arg in ("k", "n_clusters")), number)
        if moons and number is not None and number > 2:
            said = f"Line {call.lineno} cuts two curved shapes into {number:g} clusters."
            yield find("SW-M10", said, **place_at(source, call.lineno))
            return
    if tried and used and not set(tried) & set(used):
        said = (
            f"The elbow is that of {next(iter(tried))}; line {next(iter(used.values()))} clusters {next(iter(used))}."
        )
        yield find("SW-M10", said, line=next(iter(used.values())))
