"""Principal components, row by row: a row is projected alone as among others, and a constant column does no harm."""

import copy
import inspect

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.components import KINDS, viewed
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import estimator
from scratchwork.checks.views.component_axes import scaled_columns
from scratchwork.checks.views.component_blame import guilty
from scratchwork.checks.views.components import K


@probe("SW-N9", roles=KINDS)
def a_constant_column_stays_finite(target, call):
    """A column that is the same in every row has no spread to divide by: no NaN, no failure."""
    view, X, parts = viewed(target, call)
    flat, where = X.copy(), parts.where.get("components") or parts.where.get("scores")
    flat[:, 2] = 4.0
    try:
        got = copy.copy(view).run(flat)
        items = [np.asarray(item) for item in (got.scores, got.components, got.all_axes) if item is not None]
        if all(np.isfinite(item).all() for item in items):
            return
        observed = "With a column that is 4 in every row the result is not finite."
    except CallFailed as failure:
        observed = f"With a column that is 4 in every row it fails: {failure}."
    yield find("SW-N9", observed, function=guilty(target, "SW-N9", where), severity="warning")


@probe("SW-P2", "SW-P3", roles=("pca functions",))
def rows_are_projected_one_by_one(target, call):
    """A function that projects rows on axes it is given gives five rows what it gives them among all."""
    view, X, parts = viewed(target, call)
    name = parts.where.get("scores")
    few = view.again(name, view.entered[:7] + 0.0) if name else None
    if few is None:
        raise CannotCheck("no function projects rows on axes that it is given")
    whole = np.asarray(parts.scores)
    if few.shape == whole[:7].shape and np.abs(few - whole[:7]).max() > 1e-6 * np.abs(whole).max():
        far = np.abs(few - whole[:7]).max()
        observed = f"Seven rows projected alone get scores up to {far:.3g} away from those among all {len(X)}."
        shifted = np.allclose(
            few - few.mean(axis=0), whole[:7] - whole[:7].mean(axis=0), atol=1e-6 * np.abs(whole).max()
        )
        yield find("SW-P2" if shifted else "SW-P3", observed, function=name)


@probe("SW-P2", "SW-P3", roles=("pca",))
def a_row_is_projected_alone_as_among_others(target, call):
    """transform of five rows equals the first five rows of transform, and changes nothing that was learnt."""
    view, X, _parts = viewed(target, call)
    fitted = view.fitted(X)
    name = view.estimator.find(estimator.TRANSFORM, "transform")
    if name is None:
        raise CannotCheck("there is no transform")
    whole = estimator.as_array(fitted.ask((name,), X, None, {"k": K}))
    few = estimator.as_array(fitted.ask((name,), X[:7] + 0.0, None, {"k": K}))
    again = estimator.as_array(fitted.ask((name,), X, None, {"k": K}))
    scale = np.abs(whole).max() + 1e-12
    if again.shape != whole.shape or np.abs(again - whole).max() > 1e-6 * scale:
        yield find(
            "SW-P3",
            f"After transforming 7 rows, the scores of the training rows differ by up to {np.abs(again - whole).max():.3g}.",
            function=name,
        )
    elif few.shape == whole[:7].shape and np.abs(few - whole[:7]).max() > 1e-6 * scale:
        refits = not scaled_columns(few, whole[:7], 1e-2) and not np.allclose(
            few - few.mean(axis=0), whole[:7] - whole[:7].mean(axis=0), atol=1e-4 * scale
        )
        code = "SW-P3" if refits else "SW-P2"
        yield find(
            code,
            f"Seven rows transformed alone give scores up to {np.abs(few - whole[:7]).max():.3g} away from those among all {len(X)}.",
            function=name,
            severity="warning" if refits else None,  # it may be meant to fit
        )


@probe("SW-C6", roles=("pca",))
def an_option_is_undone_as_it_was_done(target, call):
    """What an option such as whiten=True does to the scores is undone on the way back: all components give the data."""
    view, X, _parts = viewed(target, call)
    d, scale = X.shape[1], np.abs(X).max()
    where = view.estimator.find(estimator.INVERSE, "inverse")
    entries = binding.parameters(view.estimator.factory) if inspect.isclass(view.estimator.factory) else ()
    options = [entry.name for entry in entries if entry.default is False and "verbose" not in entry.name]
    if where is None or not options:
        raise CannotCheck("it has no way back, or no option that is off")
    plain, Z = _there_and_back(view, X, {})
    if np.abs(plain - X).max() > 1e-5 * scale:
        raise CannotCheck("without options the data does not come back either")
    for name in options:
        try:
            back, scores = _there_and_back(view, X, {name: True})
        except CannotCheck:
            continue
        if back.shape == X.shape and scores.shape == Z.shape and np.abs(scores - Z).max() > 1e-6 * scale:
            off = np.abs(back - X).max()
            if not off <= 1e-5 * scale:
                said = f"With {name} = True and all {d} components the data comes back with an error of {off:.3g}, without it exactly."
                yield find("SW-C6", said, function=where, severity="warning")


def _there_and_back(view, X, exact):
    """(the data as it comes back from all components, its scores) with these options."""
    fitted = view.estimator.fit(X, exact=exact, k=X.shape[1])
    Z = estimator.as_array(fitted.ask(estimator.TRANSFORM, X, "transform", {"k": X.shape[1]}))
    return np.asarray(fitted.inverse(Z)), Z
