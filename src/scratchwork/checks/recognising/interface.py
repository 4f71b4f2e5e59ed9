"""The methods of a class by what they do, where their names do not tell: which learns, which answers, which maps."""

import contextlib
import copy
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.running import data, state
from scratchwork.checks.views import estimator

ROLES = (("fit", "FIT"), ("predict", "PREDICT"), ("predict_proba", "PROBA"), ("transform", "TRANSFORM"), ("inverse", "INVERSE"))  # fmt: skip
N, D = 23, 5
GIVES = ("loss", "loss_derivative", "derivative", "backward")


def completed(maker, kind):
    """The roles of an Estimator's methods: those given, and those that behaviour tells where no name does."""
    roles = dict(maker.roles)
    missing = [role for role, names in ROLES if role not in roles and not maker.find(getattr(estimator, names), role)]
    needed = {"pca": {"fit", "transform", "inverse"}, "kmeans": {"fit", "predict"}}.get(kind, {"fit", "predict"})
    both = maker.find(estimator.FIT_PREDICT if kind == "kmeans" else estimator.FIT_TRANSFORM)
    if not needed & set(missing) or (kind in ("kmeans", "pca") and both and "fit" in missing):
        return roles
    with contextlib.suppress(CannotCheck):
        roles |= {role: name for role, name in discovered(maker, kind, roles).items() if role in missing}
    return roles


def trial(kind):
    """(X, y) of a small problem that such a class learns from; y is None where it takes none."""
    if kind in ("kmeans", "pca"):
        return data.blobs(N, D, 3, seed=3)[0], None
    if kind == "linear":
        return data.line(N, D, seed=3)
    return data.blobs(N, D, 2, seed=3)


def discovered(maker, kind, roles=None):
    """Role -> method name by behaviour: what changes the object when given data, and what then answers."""
    X, y = trial(kind)
    k = {"k": 3} if kind in ("kmeans", "knn") else {"k": 2}
    fits = [roles["fit"]] if roles and "fit" in roles else [maker.find(estimator.FIT, "fit")]
    for name in fits if fits[0] else _learners(maker):
        for values in _codings(y):
            made = _fitted(maker, name, X, values, k)
            if made is not None:
                return {"fit": name, **_answers(maker, made, name, X, values)}
    runs = {name: _run_at_once(maker, name, X) for name in _learners(maker)} if kind == "kmeans" else {}
    labelling = sorted(
        (name for name, run in runs.items() if _is_whole(run, X)), key=lambda name: runs[name][0] is None
    )
    labelling = labelling or [name for name in runs if kind == "kmeans" and _breaks_off(maker, name, X)]
    return {"fit": labelling[0]} if labelling else {}


def _breaks_off(maker, name, X):
    """Whether a method that takes the rows, and calls others or loops, fails on them: the rounds of a k-means, perhaps."""
    method = getattr(maker.factory, name)
    names = getattr(getattr(method, "__func__", method), "__code__", None)
    inner = set(names.co_names) & (set(maker.methods()) - {name}) if names else set()
    try:
        if _started(maker, name, X, "arrays") is not None:
            return False
    except CallFailed as failure:
        looping = any(word in names.co_names for word in ("argmin", "norm", "mean", "range")) if names else False
        return failure.kind == "error" and (len(inner) > 1 or looping)
    except (CannotCheck, ValueError):
        return False
    return False


def _started(maker, name, X, form):
    """(what a method of the rows, and perhaps of k and a start, returns, the start); None where it takes no rows."""
    from scratchwork.checks.views import cluster_forms

    made = getattr(maker.build(k=3), name)
    starts = {start: X[:3].copy() for start in _starts([None, *binding.parameters(made)])}
    known = estimator.settle({"epochs": 20}) | {"X": X, "k": 3}
    args, kwargs = binding.positional(made, binding.bind(made, known, starts, ("X",), {"X", "k"}))
    if not any(item is X for item in (*args, *kwargs.values())):
        return None
    value = cluster_forms.Laid(maker.caller, form)(made, *args, limit_=3.0, **kwargs)
    return value, next(iter(starts.values()), None)


def _run_at_once(maker, name, X):
    """(centres or None, labels, starts or None) that a method of the rows, and perhaps of k and a start, returns; or None."""
    from scratchwork.checks.views import cluster_forms, cluster_parts

    for form in ("arrays", *cluster_forms.forms_for([])[3:-1]):
        try:
            started = _started(maker, name, X, form)
        except (CannotCheck, ValueError):
            continue
        if started is None:
            return None
        centers, labels, _ = cluster_parts._pick(cluster_parts._pool(started[0]), len(X), 3, X.shape[1], X)
        labels = labels if labels is not None else cluster_parts._as_labels(started[0], len(X))
        return None if labels is None else (centers, labels, started[1])
    return None


def _is_whole(run, X):
    """Whether a run gave centres with labels, or labels that are each the nearest mean of their rows, not merely the nearest start."""
    centers, labels, starts = run or (None, None, None)
    if labels is None or centers is not None:
        return labels is not None
    if not 1 < len(np.unique(labels)) <= 4 or (starts is not None and _nearest(X, starts, labels) == 1):
        return False
    codes = np.unique(labels, return_inverse=True)[1]
    return _nearest(X, np.array([X[codes == j].mean(axis=0) for j in range(codes.max() + 1)]), codes) > 0.9


def _nearest(X, centers, labels):
    """The share of rows whose label is their nearest centre."""
    return float((((X[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1) == labels).mean())


def _learners(maker):
    """Public methods in the order of their definition, the likely ones first; one that gives a cost or a slope is none."""
    roles = {name: binding.vocabulary.role_of_name(name) for name in maker.methods() if not name.startswith("_")}
    names = [name for name in roles if not binding.vocabulary.handles(name) and roles[name] not in GIVES]
    order = list(vars(maker.factory)) if inspect.isclass(maker.factory) else names
    late = {name: bool(re.search("score|plot|predict|accur|acur|print", name)) or roles[name] == "update" for name in names}  # fmt: skip
    return sorted(names, key=lambda name: (late[name], order.index(name) if name in order else 99))


def _codings(y):
    """The target in forms that fit may want."""
    if y is None or y.dtype.kind == "f":
        return (y,)
    return (y, 2 * y - 1, y.reshape(-1, 1), data.one_hot(y, 2), np.array(["no", "yes"])[y])


def _fitted(maker, name, X, y, k):
    """A fitted object, or None where the method does not take the data, or changes nothing."""
    wanted = binding.takes(maker.factory, "X") if inspect.isclass(maker.factory) else False
    try:
        given = {"X": X} | ({} if y is None else {"y": y}) if wanted else {}
        made = maker.build(epochs=20, **k, **given)
        before = state.snapshot(made)
        method = getattr(made, name)
        entries = [entry for entry in binding.parameters(method) if entry.default is entry.empty]
        if (not wanted and not entries) or len(entries) > 3:
            return None
        known = estimator.settle({"epochs": 20, **k}) | {"X": X, "y": np.arange(len(X)) % 2 if y is None else y}
        exact = {name: X[:3].copy() for name in _starts(entries)} if y is None else None
        bound = binding.bind(
            method,
            known,
            exact,
            ("X", "k") if y is None else ("X", "y"),
            {"X", "epochs", *(() if y is None else ("y",))},
        )
        args, kwargs = binding.positional(method, bound)
        maker.caller(method, *args, limit_=3.0, **kwargs)
    except CannotCheck:
        return None
    after = state.snapshot(made)
    return made if set(after) - set(before) or state.changed(before, after) else None


def _starts(entries):
    """The parameters among several that take starting centres."""
    from scratchwork.checks.views.clusters import START

    return [entry.name for entry in entries[1:] if re.fullmatch(START, binding.vocabulary.plain(entry.name))]


def _answers(maker, made, fit, X, y):
    """Role -> name of the methods that take rows, or scores, and give something for each."""
    found, scores = {}, None
    for name in maker.methods():
        if name == fit or name.startswith("__"):
            continue
        got = asked(maker.caller, made, name, X[:11])
        role = None if got is None else _role_of(got, y, 11)
        if role:
            public = not name.startswith("_")
            if role not in found or (public and found[role].startswith("_")):
                found[role] = name
                scores = got if role == "transform" else scores
    for name in maker.methods() if scores is not None and scores.ndim == 2 else ():
        back = asked(maker.caller, made, name, scores) if name not in found.values() and name != fit else None
        if back is not None and back.shape == (11, D):
            found.setdefault("inverse", name)
    return found


def asked(caller, made, name, rows):
    """What a method that needs nothing but rows, and settings of known meaning, gives for them, as an array; or None."""
    copied = copy.deepcopy(made)
    method = getattr(copied, name)
    known = {word: item for word, item in estimator.settle({}).items() if word != "params"} | {"X": rows}
    try:
        bound = binding.bind(method, known, order=("X",))
        if sum(item is rows for item in bound.values()) != 1:
            return None
        got = caller(method, **bound, limit_=2.0)
        return None if got is None else estimator.as_array(got)
    except (CannotCheck, ValueError):
        return None


def _role_of(got, y, n):
    """The role that an answer for n rows speaks of."""
    if got.shape not in ((n,), (n, 1)) and not (got.ndim == 2 and got.shape[0] == n and got.shape[1] < D):
        return None
    flat, single = got.ravel(), got.size == n
    if y is None:
        whole = flat.dtype.kind in "iu" or (single and flat.dtype.kind == "f" and set(flat.tolist()) <= {0.0, 1.0, 2.0, 3.0})  # fmt: skip
        return "predict" if single and whole else "transform" if got.ndim == 2 and got.dtype.kind == "f" else None
    if y.dtype.kind == "f" and y.ndim == 1 and len(np.unique(y)) > 5:
        return "predict" if single and flat.dtype.kind == "f" else None
    if single and (flat.dtype.kind in "iubUSO" or set(flat.tolist()) <= {0.0, 1.0, -1.0}):
        return "predict"
    return "predict_proba" if flat.dtype.kind == "f" and flat.min() >= 0 and flat.max() <= 1 else None


REGRESSION = r"regress|linear|ridge|lasso|ols|least|elastic|svr|polynom"


def kind_by_behaviour(maker):
    """logistic, linear, knn, kmeans, pca or estimator: what a class of any name is by what it answers; or None."""
    required = _required(maker)
    for kind in ("estimator", "linear", "kmeans") if required != 1 else ("kmeans",):
        try:
            found = discovered(maker, kind)
        except CannotCheck:
            continue
        if "fit" in found and {"predict", "predict_proba", "transform"} & set(found):
            return _named(maker, kind, found)
        if kind == "kmeans" and "fit" in found and _is_whole(_run_at_once(maker, found["fit"], X := trial(kind)[0]), X):
            return "kmeans" if not re.search("median|medoid|modes", maker.name.lower()) else None
    return None


def _required(maker):
    """How many arguments the likeliest learning method must be given; None where nothing tells."""
    name = maker.find(estimator.FIT, "fit") or next(
        (n for n in _learners(maker) if len(binding.parameters(getattr(maker.factory, n))) > 1), None
    )
    if name is None:
        return None
    entries = [entry for entry in binding.parameters(getattr(maker.factory, name)) if entry.default is entry.empty]
    return len([entry for entry in entries if entry.name != "self"])


def _named(maker, kind, found):
    """The kind that a class's answers speak of."""
    if re.search("median|medoid|modes", maker.name.lower()):
        return None
    X, y = trial(kind)
    k = {"k": 3}
    for values in _codings(y):
        made = _fitted(maker, found["fit"], X, values, k)
        if made is not None:
            break
    else:
        return None
    shapes = {np.shape(item) for item in state.snapshot(made).values()}
    if kind == "kmeans":
        return (
            "kmeans"
            if "predict" in found and (3, D) in shapes
            else "pca"
            if "transform" in found and _orthogonal(maker, made, found, X)
            else None
        )
    if kind == "linear":
        return "linear" if {(D,), (D, 1), (D + 1,), (D + 1, 1), (1, D)} & shapes else "estimator"
    held = any(np.shape(item) == X.shape and np.allclose(item, X) for item in state.snapshot(made).values())
    if held and "k" in maker.settings():
        return "knn"
    flat = {(D,), (D, 1), (D + 1,), (D + 1, 1), (2, D), (2, D + 1), (D, 2), (D + 1, 2)}
    return "logistic" if "predict_proba" in found and flat & shapes else "estimator"


def _orthogonal(maker, made, found, X):
    """Whether the scores of the rows are uncorrelated, as those of principal components are."""
    scores = asked(maker.caller, made, found["transform"], X)
    if scores is None or scores.ndim != 2 or scores.shape[1] < 2:
        return False
    table = np.corrcoef(scores, rowvar=False)
    return bool(np.abs(table - np.diag(np.diag(table))).max() < 1e-6)


def refined(maker, kind):
    """The kind of a class called linear or estimator for want of a better word, by what it answers."""
    if kind != "linear" or re.search(REGRESSION, maker.name.lower()) or not inspect.isclass(maker.factory):
        return kind
    found = kind_by_behaviour(maker)
    return None if found is None and re.search("median|medoid|modes", maker.name.lower()) else found or kind
