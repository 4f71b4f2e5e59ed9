"""Other forms of rows: of one variable as x (n,), with a number for the slope and one for the intercept; samples in columns."""

import contextlib

import numpy as np

from scratchwork.checks.findings import CannotCheck


def suits(model):
    """Whether a Model answers for one variable where it does not for several; it is left as it does."""
    kept = model.X, model.y
    model.width, model.column, model.coding = 1, True, None
    model.X, model.y = model.data()
    try:
        if model.answer(model.fit()).size == len(model.y):
            return True  # whether it learns well is another question
    except CannotCheck:
        pass
    model.width, model.column, (model.X, model.y) = 5, False, kept
    return False


def by_columns(model):
    """Whether a Model answers for each sample in columns, with the targets as a row; else it is left as it does."""
    kept, model.columns, model.coding = model.coding, True, lambda y: y.reshape(1, -1)
    with contextlib.suppress(CannotCheck):
        if model.answer(model.fit()).size == len(model.y):
            return True
    model.columns, model.coding = False, kept
    return False


def settings(names, n, make):
    """The setting of a cost of a slope and an intercept over the values of one variable, made by ``make``."""
    rng = np.random.default_rng(52)
    kinds = {kind: name for name, kind in names.items()}
    if len(names) == 2 and len(kinds) == 2:
        X, y = rng.normal(size=(n, 1)), rng.permutation(np.arange(n) % 2)
        point = {name: float(rng.normal()) for name in names}
        yield make(point, X, X.ravel(), y, y.reshape(-1, 1).astype(float), False, None)
