"""Classes of one unit that are no regression by their name, as an Adaline: which way a pass over the rows moves them."""

import inspect
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import reference
from scratchwork.checks.views.linear_path import Path, gradient
from scratchwork.checks.views.model import modelled

TINY, CLOSE = 1e-7, 1e-2


@probe("SW-G18", "SW-G13", roles=("estimator",))
def a_unit_moves_down_its_gradient(target, call):
    """With a tiny rate one pass adds up to the rate times minus the gradient of a squared error or of a cross-entropy."""
    model = modelled(target, call)
    if not model.takes("lr", "alpha") or not model.takes("epochs"):
        raise CannotCheck("the rate or the number of passes cannot be set")
    entries = binding.parameters(model.maker.factory) if inspect.isclass(model.maker.factory) else ()
    if any(entry.default is False and re.search("intercept|bias", entry.name) for entry in entries):
        raise CannotCheck("it has no intercept by default")
    path = Path(model, 2)
    start = path.at(1, lr=TINY * 1e-5)
    step = (start.joined() - path.at(1, lr=TINY).joined()) / TINY
    size, where = start.w.size, model.fit_name
    fits = [(reference.fitted_factor(step[:size], wanted[:size]), wanted) for wanted in (gradient(path, start, kind=kind) for kind in ("linear", None))]  # fmt: skip
    (factor, residual), wanted = min(fits, key=lambda fit: fit[0][1])
    if not step[:size].any() or residual > CLOSE:
        raise CannotCheck("a pass over the rows is no gradient that is known here")
    if factor < 0:
        said = f"With a tiny rate one pass moves the weights {-factor:.4g} times the rate times the gradient: uphill."
        yield find("SW-G18", said, function=where)
        return
    owed, got = factor * wanted[size:], step[size:]
    if start.b is not None and not any(np.allclose(got, way, rtol=0.02, atol=1e-6) for way in (owed, -owed)):  # X w - b
        moves = f"moves {-got[0]:.4g} times the rate" if got.any() else "never moves"
        said = (
            f"With a tiny rate the intercept {moves}; beside the weights it should move {-owed[0]:.4g} times the rate."
        )
        yield find("SW-G13", said, function=where, severity="error" if got.any() else "warning")
