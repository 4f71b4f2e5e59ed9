"""Principal components: parity with the exact ones up to sign, and the invariants of scores and reconstruction."""

import copy
import itertools
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import interface
from scratchwork.checks.registry import once, probe
from scratchwork.checks.rules.axes import come_centred
from scratchwork.checks.running import data
from scratchwork.checks.views import estimator
from scratchwork.checks.views.component_axes import (
    PREPARES,
    Turned,
    axes,
    both_ways,
    centred_elsewhere,
    centres_itself,
    explained,
    leading,
    of_length_one,
    one_of,
    right_axes,
    same_columns,
    scaled_columns,
    takes_prepared,
    wrong_axes,
)
from scratchwork.checks.views.component_blame import guilty, projecting
from scratchwork.checks.views.components import Components, K

KINDS = ("pca", "pca functions")

OF_OTHERS = re.compile(r"centroid|cluster|k_?means|neighb|knn", re.IGNORECASE)


def viewed(target, call):
    """(view, X, parts), made once."""
    return once(target.namespace, "view", lambda: _view(target, call))


def _view(target, call):
    value = target.value.factory if hasattr(target.value, "factory") else target.value
    if isinstance(value, dict):
        namespace = target.namespace.get("namespace", {})
        own = {k: f for k, f in namespace.items() if getattr(f, "__module__", "") == "user_module"}
        value = value | {k: item for k, item in own.items() if hasattr(item, "__code__") and not OF_OTHERS.search(k)}
    view = Components(value, target.name, call, getattr(target.value, "roles", None), target.namespace.get("nodes"))
    X = data.elongated()
    prepares = isinstance(value, dict) and any(PREPARES.search(name) for name in value)
    Z = X - X.mean(axis=0)
    if prepares and not view.prepares(X):
        return view, Z, _either_way(view, Z)  # the file prepares its rows in a step of its own
    parts = _either_way(view, X)
    prepared = (takes_prepared(view) or come_centred(target)) and not centres_itself(parts, X, K)
    return (view, Z, _either_way(view, Z)) if prepared else (view, X, parts)


def _either_way(view, X):
    """The parts; of functions that give none, or axes as long as there are rows, the parts with samples in columns."""
    parts, kept, failure = None, view.caller, None
    try:
        parts = view.run(X)
    except CannotCheck as problem:
        failure = problem
    sure = parts is not None and not of_length_one(parts.scores)
    if view.functions and not (sure and explained(parts, X, K)):
        view.caller = Turned(kept)
        try:
            other = view.run(X)
            if not sure or explained(other, X, K):
                return other
        except CannotCheck:
            pass
        view.caller = kept
        parts = view.run(X) if parts is not None else None
    if parts is None:
        raise failure
    return parts


@probe("SW-C1", "SW-C2", "SW-C3", "SW-C4", "SW-P90", "SW-T15", roles=KINDS)
def the_axes_are_the_principal_ones(target, call):
    """The axes are those of the covariance, sorted by falling variance, up to sign."""
    _, X, parts = viewed(target, call)
    where = parts.where.get("components") or parts.where.get("scores")
    if parts.complex:
        yield find("SW-C3", "The axes come out as complex numbers.", function=parts.where.get("complex", where))
        return
    V = parts.components
    V = leading(parts.all_axes, X, K) if V is None and parts.all_axes is not None else V
    if V is not None:
        yield from _judge_axes(V, X, target, where)
        return
    if parts.scores is None:
        raise CannotCheck("neither axes nor scores are within reach")


def _judge_axes(V, X, target, where):
    V = np.asarray(V, dtype=float)
    rights = right_axes(X, K)
    if any(same_columns(V, wanted) for wanted in rights):
        target.namespace["right axes"] = True
        return
    for B, how in ((X, ""), ((X - X.mean(axis=0)) / X.std(axis=0), " of the standardised data")):
        for words, (code, axis) in wrong_axes(B, K).items():
            if same_columns(V, axis):
                values = ((B - B.mean(axis=0)) @ V).var(axis=0, ddof=1)
                held = f"they hold a variance of {_list(values)}, the principal ones {_list(axes(B)[0][:K])}"
                certain = code != "SW-C1" or not centred_elsewhere(target, where)
                place = {"function": guilty(target, code, where), "severity": None if certain else "warning"}
                yield find(code, f"The axes are {words}{how}: {held}.", **place)
                return
    gram = V.T @ V
    loose, cosine = not np.allclose(gram, np.eye(K), atol=1e-4), np.abs(V[:, 0] @ rights[0][:, 0])
    if loose and any(scaled_columns(V, wanted) for wanted in rights):
        return  # loadings: axes times the root of their variance
    code, said = "SW-C3" if loose else "SW-P90", ""
    sure = not loose or np.allclose(np.diag(gram), 1, atol=0.5)  # else they are no axes of length 1
    if sure and np.allclose(np.abs(gram), 1, atol=1e-3):
        code, said = "SW-C2", " The second is the first one again: what it explains was not taken off the data."
    elif sure and (loose or cosine > 0.7) and not re.search(r"\b(eigh?|svd)\(", getattr(target.source, "text", "eig(")):
        code, said = "SW-T15", " They are found by iteration, which had not arrived."
    shown = f"The axes are not orthonormal: V'V has the diagonal {_list(np.diag(gram))} and {gram[0, 1]:.3g} beside it."
    shown = shown if loose else f"The first axis has the cosine {cosine:.4f} with the exact one, instead of 1."
    place = where if code == "SW-C3" else guilty(target, code + said[:4], where)
    how = {"severity": "error" if sure else "warning", "weight": 90 if said else None}
    yield find(code, shown + said, function=place, **how)


def _list(values):
    return "[" + ", ".join(f"{value:.4g}" for value in np.ravel(values)) + "]"


@probe("SW-C1", "SW-C2", "SW-C4", "SW-T2", "SW-P90", roles=KINDS)
def the_scores_are_centred_projections(target, call):
    """The scores of the training rows have mean 0 and are the projections onto the principal axes."""
    _, X, parts = viewed(target, call)
    if parts.scores is None:
        raise CannotCheck("no scores are within reach")
    Z, where = np.asarray(parts.scores), parts.where.get("scores")
    if Z.dtype.kind == "c":
        yield find("SW-C3", "The scores come out as complex numbers.", function=parts.where.get("complex", where))
        return
    Z = Z.T if Z.shape == (K, len(X)) else Z
    if Z.shape == X.shape:
        observed = f"With {K} components asked for, the scores have shape {Z.shape}: all {X.shape[1]} are kept."
        yield find("SW-T2", observed, function=guilty(target, "SW-T2", where), severity="error", weight=85)
        return
    if Z.shape != (len(X), K):
        yield from _of_another_shape(Z, X, where)
        return
    A = X - X.mean(axis=0)
    S = A / A.std(axis=0)
    if any(scaled_columns(Z, B @ V) for B, V in zip((A, S), right_axes(X, K))):
        return
    named = _projection(X, A, Z, target, parts, where) or _standardised(X, Z, target, where)
    if named:
        yield named
    elif (parts.components is not None or parts.all_axes is not None) and np.abs(Z.mean(axis=0)).max() > 1e-3 * Z.std():
        observed = f"The scores of the training rows have the means {_list(Z.mean(axis=0))} instead of 0."
        yield find("SW-C1", observed, function=_blamed(target, "SW-C1", where))
    else:
        values = axes(X)[0][:K]
        observed = f"The scores have the variances {_list(Z.var(axis=0, ddof=1))}; the exact ones have {_list(values)}."
        yield find("SW-P90", observed, function=where)


def _of_another_shape(Z, X, where):
    if Z.ndim != 2 or len(X) not in Z.shape:
        raise CannotCheck(f"what it gives for {len(X)} rows has the shape {Z.shape}")
    yield find("SW-C4", f"The scores have shape {Z.shape} instead of {(len(X), K)}.", function=where)


UNCENTRED = ", and the mean is not subtracted"
BY_ALL, BY_ROW = ", and the mean of all numbers is subtracted", ", and each row's own mean is subtracted"


def _standardised(X, Z, target, where):
    """The same of standardised columns."""
    S = (X - X.mean(axis=0)) / X.std(axis=0)
    for words, (code, V) in wrong_axes(S, K).items():
        if code != "SW-C1" and scaled_columns(Z, S @ V):
            variances = _list(Z.var(axis=0, ddof=1))
            observed = f"The scores are projections of the standardised data on {words}: their variances are {variances}, the largest {_list(axes(S)[0][:K])}."
            return find(code, observed, function=_blamed(target, code, where))
    return None


def _blamed(target, code, where):
    """The function that spoilt the axes; where those are right, the one that projects on them."""
    if not target.namespace.get("right axes") or code == "SW-C2":
        return guilty(target, code, where)
    return projecting(target, where)


def _projection(X, A, Z, target, parts, where):
    """The finding that names the axes on which the scores are projections, or None."""
    shifts = ((A, ""), (X, UNCENTRED), (X - X.mean(), BY_ALL), (X - X.mean(axis=1, keepdims=True), BY_ROW))
    for words, (code, V) in {"the principal axes": ("SW-C1", right_axes(X, K)[0]), **wrong_axes(X, K)}.items():
        for B, how in shifts:
            if (how or code != "SW-C1" or words.startswith("the axes")) and scaled_columns(Z, B @ V):
                code = "SW-C1" if how and code not in ("SW-C2", "SW-C4") else code
                numbers = f"their means are {_list(Z.mean(axis=0))} and variances {_list(Z.var(axis=0, ddof=1))}"
                inner = not how or words.startswith("the axes of")
                made = where if target.namespace.get("right axes") else parts.where.get("components") or where
                function = _blamed(target, code, made) if inner else projecting(target, where)
                return find(code, f"The scores are projections on {words}{how}: {numbers}.", function=function)
    return None


@probe("SW-C6", "SW-P90", roles=KINDS)
def all_components_give_the_data_back(target, call):
    """With as many components as columns the reconstruction is the data."""
    view, X, _ = viewed(target, call)
    d = X.shape[1]
    back, where, Z, V = _restored(view, X, d)
    back = back.real if back.dtype.kind == "c" else back
    if back.shape != X.shape:
        raise CannotCheck(f"the reconstruction has shape {back.shape}")
    if view.entered is not None and np.allclose(back, view.entered, atol=1e-5 * np.abs(X).max()):
        return  # back to the data as it was prepared
    off, scale = X - back, np.abs(X).max()
    if np.abs(off).max() <= 1e-5 * scale or {"SW-C1", "SW-C2", "SW-C4"} & set(target.namespace.get("found", ())):
        return
    everything, error = f"With all {d} components", f"the data comes back with an error of {np.abs(off).max():.3g}"
    middle = off.mean(axis=0) if view.entered is None else off  # centred scores have no part in it, whatever the axes
    if np.abs(X.mean(axis=0)).max() > 1e-3 * scale and np.allclose(middle, X.mean(axis=0), atol=1e-4 * scale):
        observed = f"{everything} the data comes back without its mean: off by {_list(X.mean(axis=0))} in the middle."
        yield find("SW-C6", observed, function=where)
    elif np.allclose(off, off[0], atol=1e-4 * scale):
        yield find("SW-C6", f"{everything} every row comes back shifted by {_list(-off[0])}.", function=where)
    elif any(
        np.allclose(scores, rows @ square, atol=1e-4 * scale)
        and np.allclose(back - shift, scores @ square, atol=1e-4 * scale)
        for rows in (X - X.mean(axis=0), X, view.entered if view.entered is not None else X)
        for shift, scores, square in itertools.product((0, X.mean(axis=0)), Z, V)
    ):
        yield find("SW-C4", f"{everything} {error}: the rows of the axes are taken for their columns.", function=where)
    elif len(V) or view.entered is not None:  # else its axes are not exactly orthonormal, as those of an iteration
        yield find("SW-P90", f"{everything} {error}.", function=where, severity="warning")


def _restored(view, X, d):
    """(reconstruction from d components, the function that gives it, what may be the scores, all axes either way round)."""
    if view.functions:
        view = copy.copy(view)
        full = view.run(X, d)
        if full.restored is None:
            raise CannotCheck("no function gives a reconstruction")
        scores = [item for item in view.results if np.shape(item) == X.shape and item is not full.restored]
        square = full.all_axes if full.all_axes is not None else full.components
        return np.asarray(full.restored), full.where["restored"], scores, both_ways(square)
    fitted = view.fitted(X, d)
    if view.estimator.find(estimator.INVERSE, "inverse") is None:
        return _there_and_back(view, fitted, X)
    Z = estimator.as_array(fitted.ask(estimator.TRANSFORM, X, "transform", {"k": d}))
    square = next((item for item in fitted.arrays().values() if np.shape(item) == (d, d) and np.allclose(item @ item.T, np.eye(d))), None)  # fmt: skip
    back, where = np.asarray(fitted.inverse(Z)), view.estimator.find(estimator.INVERSE, "inverse")
    return back, where, [Z], both_ways(square)


def _there_and_back(view, fitted, X):
    """The same of a method that gives the rows themselves as the components restore them."""
    named = [
        name for name in view.estimator.methods() if re.search("reconstr|rebuil|restor|recover|approx", name.lower())
    ]
    for name in named:
        back = interface.asked(view.estimator.caller, fitted.object, name, X)
        if back is not None and back.shape == X.shape:
            return back, name, [], ()
    raise CannotCheck("nothing gives a reconstruction")


@probe("SW-C90", roles=KINDS)
def the_variances_are_those_of_the_scores(target, call):
    """Explained variance j is the variance of score j; the ratio divides by the total variance of the data."""
    _, X, parts = viewed(target, call)
    values, n = axes(X)[0], len(X)
    standard = axes(X, standardised=True)[0]
    if parts.variances is None and parts.ratios is None:
        raise CannotCheck("no explained variance is reported")
    where = parts.where.get("components")
    ratio, other = values / values.sum(), standard / standard.sum()
    own = parts.where.get("variances", where) == where  # else of another function, which may be for other rows
    if parts.variances is not None and own and "SW-C1" not in target.namespace.get("found", ()):
        fine = [values, values * (n - 1) / n, values * (n - 1), np.sqrt(values * (n - 1)), np.sqrt(values), standard]
        fine += [standard * (n - 1) / n, standard * ((n - 1) / n) ** 2, standard * (n - 1), ratio]
        if not one_of(parts.variances, fine):
            shown = f"{_list(parts.variances)}, those of the scores {_list(values[: len(parts.variances)])}"
            yield find("SW-C90", f"The reported variances are {shown}.", function=where, severity="warning")
    if parts.ratios is not None and not one_of(parts.ratios, [ratio, other, np.cumsum(ratio), 100 * ratio]):
        shown = f"{_list(parts.ratios)}, the share of the total variance is {_list(ratio[: len(parts.ratios)])}"
        told = parts.where.get("ratios", where)
        yield find("SW-C90", f"The reported ratios are {shown}.", function=told, severity="warning")
