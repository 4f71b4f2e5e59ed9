"""What any estimator owes its caller: his data unchanged, the same seed the same result, a second fit like the first."""

import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe, unasked
from scratchwork.checks.running import state
from scratchwork.checks.views import estimator, one_variable
from scratchwork.checks.views.model import modelled, same

MEANT_TO_DIFFER = r"(?i)sampl|monte|(^|_)mc|stochast|uncertain|bayes"
CLASSES = ("logistic", "linear", "knn", "kmeans", "pca", "mlp", "estimator")


@probe("SW-P13", roles=CLASSES)
def the_callers_data_is_left_alone(target, call):
    """fit and predict change neither X nor y."""
    model = modelled(target, call)
    X, y = model.shaped(model.X.copy(), None if model.y is None else model.y.copy())
    X, y = np.array(X), None if y is None else np.array(y)
    kept = X.copy(), None if y is None else y.copy()
    made = model.fit(X, y, raw=True, as_is=True)
    for name, now, before in (("X", X, kept[0]), ("y", y, kept[1])):
        if before is not None and not np.array_equal(now, before):
            index = np.unravel_index(int(np.argmax(np.abs(now.astype(float) - before))), now.shape)
            numbers = f"holds {now[index]:.4g} where it held {before[index]:.4g}"
            yield find("SW-P13", f"After {model.fit_name} the caller's {name} {numbers}.", function=model.fit_name)
            return
    if model.kind in ("logistic", "knn", "estimator"):
        yield from _odd_labels(model)
    if model.answer_name() is not None:
        yield from _asked(model, made, call)
    yield from _starting_arrays(target, model, call)


def _asked(model, made, call):
    """Asking leaves the rows that are asked about as they were."""
    name = model.answer_name()
    asked = np.array(model.shaped(model.X.copy(), None)[0])
    before = asked.copy()
    method = getattr(made, name)
    args, kwargs = binding.positional(method, binding.bind(method, {"X": asked, "k": 3}, {}, ("X",), {"X", "k"}))
    call.raw(method, *args, **kwargs)
    if not np.array_equal(asked, before):
        changed = f"{int((asked != before).sum())} of {asked.size} changed"
        yield find("SW-P13", f"After {name} the caller's X holds other numbers: {changed}.", function=name)


def _odd_labels(model):
    """Labels that must be encoded first are not encoded in place."""
    y = np.array([3, 7])[model.y]
    try:
        kept = y.copy()
        model.fit(model.X.copy(), y, raw=True, as_is=True)
    except CallFailed:
        return
    if not np.array_equal(y, kept):
        index = int(np.argmax(y != kept))
        observed = f"After {model.fit_name} the caller's y holds {y[index]} where it held {kept[index]}."
        yield find("SW-P13", observed, function=model.fit_name)


def _starting_arrays(target, model, call):
    """Starting centres or weights that the caller hands over are his as well."""
    from scratchwork.checks.views.clusters import Clusters

    if model.kind != "kmeans":
        return
    view = Clusters(model.maker.factory, model.name, call)
    start = model.X[:3].copy()
    method = getattr(model.maker.factory, model.fit_name)
    name = view.init_parameter(method)
    if name is None:
        return
    kept = start.copy()
    view.fit(model.X.copy(), 3, init=start, raw=True)
    if not np.array_equal(start, kept):
        yield find(
            "SW-P13",
            f"After {model.fit_name} the caller's starting centres hold {start[0, 0]:.4g} where they held {kept[0, 0]:.4g}.",
            function=model.fit_name,
        )


@probe("SW-P14", "SW-T22", roles=CLASSES)
def the_seed_decides(target, call):
    """The same seed gives the same result whatever the global generator holds; 0 is a seed."""
    model = modelled(target, call)
    if not model.takes("seed"):
        unasked(target, "it takes no seed", "SW-P14")
        yield from _global_generator(target, model)
        return
    equal = {}
    for seed in (0, 1, 7):
        a, b = (model.learnt(_noisy(model, seed, globally)) for globally in (101, 202))
        if not a:
            raise CannotCheck("nothing that it learns is within reach")
        equal[seed] = same(a, b)
    where = _seeded_in(target, model)
    if equal[1] and equal[7] and not equal[0]:
        yield find(
            "SW-P14", "Two fits with seed 0 differ, two fits with seed 1 agree, and two with seed 7.", function=where
        )
    elif not all(equal.values()):
        seeds = [seed for seed, agree in equal.items() if not agree]
        yield find(
            "SW-T22",
            f"Two fits with the same seed ({', '.join(map(str, seeds))}) differ when the global generator differs.",
            function=where,
            severity="error",
            weight=84,
        )
    else:
        yield from _global_generator(target, model)


def _noisy(model, seed, globally):
    """A fit that another start would end elsewhere: k-means on noise, with many centres."""
    if model.kind != "kmeans":
        return model.fit(seed=seed, seed_=globally)
    return model.fit(np.random.default_rng(91).uniform(size=(47, 5)), seed=seed, seed_=globally, k=7)


TRUTH_OF_SEED = r"(if|not|or|and) \(?(self\.)?\w*(seed|state)\w*\)?( else|:| and| or|\))|\w*(seed|state)\w* or |\bif (self\.)?\w*(seed|state)\w*$"


def _seeded_in(target, model):
    """The method in whose source the seed is used."""
    import ast

    texts = {name: ast.unparse(node) for name, node in target.methods().items()}
    asked = [name for name, text in texts.items() if re.search(TRUTH_OF_SEED, text)]
    if asked:
        return asked[0]
    hits = [
        name
        for name, text in texts.items()
        if re.search(r"default_rng|RandomState|random\.seed|manual_seed|if self\.\w*(seed|state)", text)
    ]
    drawing = [name for name, text in texts.items() if "random" in text and name not in hits]
    return next((name for name in hits if name != "__init__"), None) or (drawing + hits + [model.fit_name])[0]


def _global_generator(target, model):
    """fit does not seed the global generator of everybody else."""
    states = []
    for globally in (101, 202):
        model.fit(seed_=globally)
        states.append(np.random.get_state()[1].copy())  # noqa: NPY002
    if np.array_equal(*states):
        fresh = [np.random.RandomState(globally).get_state()[1] for globally in (101, 202)]
        if not np.array_equal(states[0], fresh[0]):
            yield find(
                "SW-T22",
                "After fitting, the global generator of NumPy is in the same state whatever it was before: it was seeded.",
                function=_seeded_in(target, model),
            )


BYTES = re.compile(r"(?i)uint8|mnist|cifar|olivetti|imread|frombuffer|fromfile|image|pixel|imgs?\b|\bcolou?rs")
FLOATS = re.compile(r"/=? ?25[56]\b|img_as_float")


def of_bytes(target, kind=np.uint8):
    """How bad it is that bytes wrap: in code that was written for floats, or makes floats of its images, a habit."""
    told = target.source is None or (BYTES.search(target.source.text) and not FLOATS.search(target.source.text))
    return "warning" if told or kind is not np.uint8 else "remark"


@probe("SW-P12", roles=CLASSES)
def fitting_twice_is_fitting_once(target, call):
    """A second fit of the same object with the same data and seed gives what the first one gave."""
    model = modelled(target, call)
    if estimator.ONE_ROUND.fullmatch(model.fit_name):
        raise CannotCheck(f"{model.fit_name} goes one round on from where it was")
    network = model.net is not None and not model.net.extras.get("lazy")
    watched = _watched_rows(model)
    once = model.fit(exact=watched)
    first, lengths = model.learnt(once), _lists(once)
    twice = model.fit(made=once, exact=watched)
    second, longer = model.learnt(twice), _lists(twice)
    grown = [key for key in lengths if longer.get(key, 0) == 2 * lengths[key] and lengths[key] > 1]
    if grown and (network or not _from_the_start(model, first)):
        counts = f"{lengths[grown[0]]} entries after one fit and {longer[grown[0]]} after two"
        yield find("SW-P12", f"{grown[0]} holds {counts}: the history is appended.", function=model.fit_name)
    elif not network:  # going on from the weights of the constructor is a usual convention of networks
        fresh = model.learnt(model.fit(exact=watched))
        if same(first, fresh) and not same(first, second, 1e-6) and not _from_the_start(model, first):
            observed = f"After one fit {_moved(first, second)}; two new objects agree."
            yield find("SW-P12", observed, function=model.fit_name)


def _watched_rows(model):
    """{parameter: rows or target} of those of fit that may be given rows to be watched; None where they are taken as a tuple."""
    X, y = model.shaped(model.X, model.y)
    entries = binding.parameters(getattr(model.maker.factory, model.fit_name))
    names = [entry.name for entry in entries if entry.default is None and WATCHED.fullmatch(entry.name)]
    return {name: X if name[0] in "xX" else y for name in names} or None if y is not None else None


WATCHED = re.compile("[xXyY]_(val|valid|validation|dev)")


def _from_the_start(model, first):
    """Whether the weights stand in the object before any fit: then going on from them is a usual convention."""
    X, y = model.shaped(model.X, model.y)
    made = model._built(None, X, y, {**one_variable.sizes(model, X, y), "seed": 0}, 20)
    numbers = {
        (f".{key}",): np.asarray(item) for key, item in getattr(made, "__dict__", {}).items() if type(item) is int
    }
    return any(
        path in first and item.shape == first[path].shape and item.size >= min(model.width, 2)
        for path, item in (state.snapshot(made) | numbers).items()
    )


def _moved(first, second):
    """One array that differs between two snapshots, with a number of each."""

    def differs(path):
        a, b = first[path], second.get(path)
        return b is not None and (a.shape != b.shape or not np.allclose(a, b, rtol=1e-6, equal_nan=True))

    path = next(path for path in first if differs(path))
    a, b = first[path].ravel(), second[path].ravel()
    index = int(np.argmax(np.abs(a - b))) if a.shape == b.shape else 0
    return f"{state.text(path)} holds {a[index]:.5g}, after the second {b[index]:.5g}"


def _lists(made):
    return (
        {key: len(item) for key, item in vars(made).items() if isinstance(item, list)}
        if hasattr(made, "__dict__")
        else {}
    )


@probe("SW-N8", roles=("logistic", "linear", "pca"))
def integers_are_numbers_too(target, call):
    """The same numbers as integers, or small unsigned ones, give the same model."""
    model = modelled(target, call)
    X = np.random.default_rng(17).integers(0, 9, size=(41, model.width))
    y = (
        None
        if model.y is None
        else ((X[:, 0] + X[:, 1] > 8).astype(int) if model.kind == "logistic" else X @ np.arange(1.0, model.width + 1))
    )
    wanted = model.learnt(model.fit(X.astype(float), y))
    if not wanted:
        raise CannotCheck("it keeps nothing of what it learns")
    for kind in (np.int64, np.uint8)[: min(model.width, 2)]:  # powers of one variable do not fit into eight bits
        try:
            got = model.learnt(model.fit(X.astype(kind), y))
        except CallFailed as failure:
            observed, severity = f"With X as {kind.__name__} it fails: {failure}.", of_bytes(target, kind)
            yield find("SW-N8", observed, function=model.fit_name, severity=severity)
            return
        if not same(wanted, got, 1e-5):
            observed = f"With X as {kind.__name__} the fitted numbers differ from those with the same X as float."
            yield find("SW-N8", observed, function=model.fit_name, severity=of_bytes(target, kind))
            return


@probe("SW-T20", roles=("mlp", "estimator"))
def nothing_is_dropped_in_answers(target, call):
    """With half of the units dropped in training, two answers about the same rows agree still; labels are asked for where they are close."""
    model = modelled(target, call)
    words, where = [word for word in ("dropout", "keep") if model.takes(word)], model.answer_name()
    if not words or where is None:
        raise CannotCheck("no part of its units is dropped")
    if target.namespace["found"] & {"SW-T20", "SW-P3"} or re.search(MEANT_TO_DIFFER, where):
        return
    made, rows = model.fit(**dict.fromkeys(words, 0.5)), np.vstack([model.X, (model.X + np.roll(model.X, 7, 0)) / 2])
    one, two = (model.answer(made, rows, seed_=seed) for seed in (1, 2))
    if one.shape == two.shape and not np.allclose(one, two, rtol=1e-6, equal_nan=True):
        off = int((one != two).reshape(len(one), -1).any(axis=1).sum())
        said = (
            f"Fitted with {words[0]} 0.5, two calls of {where} with the same {len(rows)} rows differ in {off} of them."
        )
        yield find("SW-T20", said, function=where)
