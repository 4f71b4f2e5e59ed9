"""What is checked beside classes and groups of functions: metrics, preparation, the training loop of a script."""

import ast
import dataclasses
import inspect
import re
import sys

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, recognise, vocabulary
from scratchwork.checks.views import (
    cluster_parts,
    fit_functions,
    flat_program,
    neighbor_distances,
    neighbor_layouts,
    returned,
)

ROLLED_SECONDS = 12.0


def with_function_roles(subjects, namespace, caller):
    """Subjects and, beside them, metric and preparation functions, and the training loop of a script."""
    from scratchwork.checks.recognising import loop_subjects, metric_subjects
    from scratchwork.checks.views import metric_blame

    sourced = []
    if not namespace.get("__only__"):
        subjects = tried(lambda: by_behaviour(subjects, namespace, caller), subjects)
        subjects = [*subjects, *tried(lambda: list(neighbors_of_functions(subjects, namespace, caller)), [])]
        subjects = [*subjects, *tried(lambda: list(learning_functions(subjects, namespace, caller)), [])]
        sourced = tried(lambda: list(told_by_their_source(subjects, namespace)), [])
        subjects = [*subjects, *sourced]
        subjects = [*subjects, *tried(lambda: list(distances(subjects, namespace)), [])]
        subjects = [*subjects, *tried(lambda: list(cluster_costs(subjects, namespace)), [])]
    named = subjects
    rolled = [] if namespace.get("__only__") else tried(lambda: rolled_subjects(named, namespace, caller), [])
    if any(entry.value.spec is not None and {"backward", "train"} & set(entry.value.ways) for entry in rolled):
        taken = {way.name for subject in rolled for way in subject.value.ways.values()}
        named = [subject for subject in named if subject.kind != "network functions" or not taken & set(subject.value)]
        subjects = [*named, *rolled]
    else:
        subjects = [*tried(lambda: loop_subjects.with_loops(named, namespace, caller), named), *rolled]
    subjects = [*subjects, *tried(lambda: list(slope_subjects(namespace, caller)), [])]
    taken = held([subject for subject in subjects if subject not in sourced])  # those hold all functions of the file
    tree = namespace.get("__tree__")
    nodes = returned.functions_of(tree) if tree is not None else {}
    lines = recognise.lines_of(tree)
    made = tried(lambda: list(metric_subjects.metric_subjects(namespace, nodes, lines, taken, caller)), [])
    return [*subjects, *metric_blame.callees_first(asked_for(made, namespace.get("__only__")), nodes)]


def held(subjects):
    """The names that are judged as part of a subject, and are no metric or preparation beside it."""
    names = {subject.name for subject in subjects if not isinstance(subject.value, dict)}
    groups = [subject for subject in subjects if isinstance(subject.value, dict)]
    groups = [group for group in groups if group.kind not in ("network functions", "objective functions")]
    return names | {name for group in groups for name in group.value}


def asked_for(subjects, only):
    """Those of the one object that the user named, or all."""
    return [subject for subject in subjects if not only or subject.name.partition(".")[0] == only]


def rolled_subjects(subjects, namespace, caller):
    """Costs of a rolled theta with their gradients, where the file holds no class of a model."""
    from scratchwork.checks.views import rolled

    tree = namespace.get("__tree__")
    others = {"kmeans functions", "knn functions", "pca functions"} & {subject.kind for subject in subjects}
    if tree is None or others or any(inspect.isclass(subject.value) for subject in subjects):
        return []
    caller.give(ROLLED_SECONDS)
    try:
        return rolled.subjects(namespace, tree, caller, returned.functions_of(tree))
    finally:
        caller.give(None)


def tried(step, otherwise):
    """What a step of recognition gives; where it fails on code that it did not foresee, what is known without it."""
    try:
        return step()
    except Exception:  # a gap of ours, which must not cost what the other steps see
        return otherwise


def slope_subjects(namespace, caller):
    """Costs and activations that stand beside their derivative in a class, or become it by a flag."""
    from scratchwork.checks.recognising import vocabulary
    from scratchwork.checks.views import slope_pairs

    mine = {name: item for name, item in namespace.items() if getattr(item, "__module__", None) == "user_module"}
    only = namespace.get("__only__")
    mine = {name: item for name, item in mine.items() if not only or name == only}
    lines = recognise.lines_of(namespace.get("__tree__"))
    classes = {
        name: item
        for name, item in mine.items()
        if inspect.isclass(item) and not issubclass(item, (BaseException, tuple))
    }
    functions = {name: item for name, item in mine.items() if inspect.isfunction(item)}
    pairs = [*slope_pairs.pairs_of_classes(classes, caller), *slope_pairs.pairs_of_functions(functions)]
    for pair in pairs:
        pair.beside = [other for other in pairs if other.arrays == pair.arrays]
        kind = "activation pair" if pair.arrays == 1 else "cost pair"
        place = f"{pair.holder}.{pair.f_name}" if pair.holder else pair.f_name
        yield recognise.Subject(kind, pair.holder or pair.f_name, pair, lines.get(place))
        known = vocabulary.role_of_name(pair.f_name) == "activation" and not pair.holder
        if pair.arrays == 2 or not (pair.holder or known):
            yield recognise.Subject("loss" if pair.arrays == 2 else "activation", place, pair.f, lines.get(place))


def by_behaviour(subjects, namespace, caller):
    """The subjects, those called linear for want of a better word renamed, and the classes that no name told."""
    from scratchwork.checks.recognising import interface
    from scratchwork.checks.views import estimator

    found, lines = [], recognise.lines_of(namespace.get("__tree__"))
    for subject in subjects:
        kind = subject.kind
        if inspect.isclass(subject.value) and kind == "linear":
            kind = interface.refined(estimator.Estimator(subject.value, subject.name, caller, subject.roles), kind)
        if kind:
            found.append(dataclasses.replace(subject, kind=kind))
    named = {subject.value for subject in subjects if inspect.isclass(subject.value)}
    bases = {base for kind in named for base in kind.__mro__}
    for name, item in namespace.items():
        if (
            inspect.isclass(item)
            and item.__module__ == "user_module"
            and item not in bases
            and recognise.may_learn(item)
        ):
            kind = interface.kind_by_behaviour(estimator.Estimator(item, name, caller))
            kind = kind or ("preparation" if prepares(item) else None)
            if kind:
                found.append(recognise.Subject(kind, name, item, lines.get(name)))
    return found


def learning_functions(subjects, namespace, caller):
    """Functions that learn a linear model: rows and labels in, one weight for each column out."""
    tree, kinds = namespace.get("__tree__"), {subject.kind for subject in subjects}
    if tree is None or kinds & {"mlp", "layer", "autograd", "knn", "kmeans", "pca", "knn functions"}:
        return
    nodes, lines = returned.functions_of(tree), recognise.lines_of(tree)
    caller.give(4.0)
    for name, function, node in list(fit_functions.candidates(namespace, nodes))[:6]:
        if {"n_hidden", "sizes"} & set(binding.meanings_of(function).values()):
            continue  # a network: what is learnt has no weight for each column
        form = fit_functions.form_of(function, node, caller)
        if form is not None:
            yield recognise.Subject("fit function", name, form, lines.get(name))
    caller.give(None)


STEPS = re.compile(r"grad|deriv|delta|learning|\blr\b|alpha|\beta\b|backward|theta|weights", re.IGNORECASE)
SOURCES = (
    ("pca", re.compile(r"\b(eigh?|svd)\("), re.compile(r"cov|mean|pca|component", re.IGNORECASE)),
    (
        "kmeans",
        re.compile(r"argmin|linalg\.norm|min\(|sqrt"),
        re.compile(r"cent(ro|er|re)|k_?means|cluster", re.IGNORECASE),
    ),
)


def told_by_their_source(subjects, namespace):
    """Functions without a telling name whose source takes eigenvectors, or measures the way to centroids."""
    tree, kinds = namespace.get("__tree__"), {subject.kind.split(" ")[0] for subject in subjects}
    if tree is not None and kinds <= {"network", "loss"} and not STEPS.search(ast.unparse(tree)):
        kinds = set()
    if tree is None or kinds & {"pca", "kmeans", "knn", "mlp", "network", "logistic", "linear", "objective"}:
        return
    nodes = {name: node for name, node in returned.functions_of(tree).items() if "." not in name}
    mine = {name: namespace[name] for name in nodes if inspect.isfunction(namespace.get(name))}
    for kind, needed, beside in SOURCES:
        texts = {name: ast.unparse(nodes[name]) for name in mine}
        found = [name for name in mine if needed.search(texts[name]) and binding.parameters(mine[name])]
        if found and beside.search(" ".join(texts.values())):
            yield recognise.Subject(f"{kind} functions", found[0], mine, recognise.lines_of(tree).get(found[0]))
            return
    yield from _flat(tree, namespace)


def _flat(tree, namespace):
    """A program without functions that takes eigenvectors, or measures the way to centroids."""
    loose = [node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    text = "\n".join(ast.unparse(node) for node in loose)
    for kind, needed, beside in SOURCES:
        if kind == "kmeans" and DESCENDS.search(text):
            continue
        if needed.search(text) and beside.search(text) and not re.search(r"\b(PCA|KMeans)\(", text):
            program = flat_program.made(tree, namespace)
            if program is not None:
                yield recognise.Subject(f"{kind} functions", flat_program.NAME, {flat_program.NAME: program})
                return


DESCENDS = re.compile(r"\b(d?_?[wb]_?\d|d[wb]|grad\w*|lr|learning_rate|relu|sigmoid|tanh|softmax)\b", re.IGNORECASE)
COSTS = re.compile(r"inertia|wcss|distortion|within_cluster|(^|_)sse(_|$)|intra_?cluster")
VOTING = re.compile(r"sort|nsmallest|nlargest|partition|heap|argmin|min\(")


def neighbors_of_functions(subjects, namespace, caller):
    """Functions that no name tells, that sort and count, and that give labels for rows, labels, a query and k."""
    tree = namespace.get("__tree__")
    if tree is None or any(subject.kind.startswith("knn") for subject in subjects):
        return
    nodes = {name: node for name, node in returned.functions_of(tree).items() if "." not in name}
    texts = "\n".join(ast.unparse(node).lower() for node in nodes.values())
    if not VOTING.search(texts):
        return
    mine = {
        name: namespace[name]
        for name in nodes
        if inspect.isfunction(namespace.get(name)) and binding.parameters(namespace[name])
    }
    caller.give(3.0)
    way = None
    try:
        way = neighbor_layouts.found(mine, caller, "pandas" in sys.modules)
    except CannotCheck:  # it measures by a root that fails
        yield recognise.Subject("knn functions", next(iter(mine)), mine)
    finally:
        caller.give(None)
    if way is not None and (way.has_k or "neighbo" in texts or "knn" in texts):
        name = way.function.__name__
        group = {key: item for key, item in mine.items() if item in (way.function, way.second) or "dist" in key.lower()}
        yield recognise.Subject("knn functions", name, group, recognise.lines_of(tree).get(name))


def distances(subjects, namespace):
    """Functions of two vectors that are called a distance, and that no other subject holds."""
    known = {name for subject in subjects if subject.kind == "knn functions" for name in subject.value}
    found = {}
    for name, item in namespace.items():
        if inspect.isfunction(item) and item.__module__ == "user_module" and neighbor_distances.measures(name):
            needed = [entry for entry in binding.parameters(item) if entry.default is entry.empty]
            found |= {name: item} if len(needed) == 2 and name not in known else {}
    if found:
        first = next(iter(found))
        yield recognise.Subject(
            "distance functions", first, found, recognise.lines_of(namespace.get("__tree__")).get(first)
        )


def cluster_costs(subjects, namespace):
    """Functions of rows and labels, and perhaps centres, that are called the cost of a clustering."""
    steps = {name for subject in subjects if subject.kind == "kmeans functions" for name in subject.value}
    lines = recognise.lines_of(namespace.get("__tree__"))
    for name, item in namespace.items():
        if inspect.isfunction(item) and item.__module__ == "user_module" and COSTS.search(name.lower()):
            needed = [entry.name for entry in binding.parameters(item) if entry.default is entry.empty]
            if name not in steps and 2 <= len(needed) <= 3 and "labels" in map(cluster_parts.part_of, needed[1:]):
                yield recognise.Subject("cost:clusters", name, item, lines.get(name))


def prepares(kind):
    """Whether a class has fit, of one array alone, and transform, and predicts nothing."""
    have = set(binding.methods(kind))
    if not {"fit", "transform"} <= have or {"predict", "fit_predict"} & have:
        return False
    return len([entry for entry in binding.parameters(kind.fit)[1:] if entry.default is entry.empty]) == 1


def methods_as_functions(subjects, caller):
    """Activations, derivatives and losses that are methods of a class, bound to an object, as subjects of their own."""
    from scratchwork.checks.views import estimator

    for subject in subjects:
        if not inspect.isclass(subject.value) or subject.kind in ("activation", "loss", "layer", "optimizer"):
            continue
        wanted = {name: vocabulary.role_of_name(name) for name in binding.methods(subject.value)}
        wanted = {name: role for name, role in wanted.items() if role in ("activation", "derivative", "loss")}
        made = None
        for name, role in wanted.items():
            function = getattr(subject.value, name)
            if isinstance(inspect.getattr_static(subject.value, name), (staticmethod, classmethod)):
                yield recognise.Subject(role, f"{subject.name}.{name}", function)
                continue
            try:
                made = made or estimator.Estimator(subject.value, subject.name, caller).build()
                yield recognise.Subject(role, f"{subject.name}.{name}", getattr(made, name))
            except CannotCheck:
                break
