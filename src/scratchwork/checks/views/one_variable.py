"""Other forms of rows: of one variable as x (n,), with a number for the slope and one for the intercept; of so many columns as the
author has; samples in columns. And the sizes that a constructor is told."""

import contextlib
import inspect

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding

SIZES = ("n_in", "n_out", "n_classes")
NARROW = ((1, True), (2, False), (1, False), (3, False), (4, False))  # columns; whether they are given as x (n,)


def suits(model, forms):
    """Whether a Model answers for rows of fewer columns where it does not for five; it is left as it does."""
    kept, model.coding = (model.X, model.y), None
    for model.width, model.column in forms:
        model.X, model.y = model.data()
        with contextlib.suppress(CannotCheck):
            made = model.fit()
            if model.answer_name() is None or model.answer(made).size == len(model.y):
                return True  # whether it learns well is another question
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


def sizes(model, X, y):
    """The numbers of columns and of classes, for a class that must be told, or whose author has his own data's as defaults."""
    if model.net is not None or not inspect.isclass(model.maker.factory):
        return {}
    entries = binding.parameters(model.maker.factory)
    wide = {word: entry.default for entry in entries if (word := binding.meaning_in(entry, entries)) in SIZES}
    wide = {
        word: default
        for word, default in wide.items()
        if default is inspect.Parameter.empty or (type(default) is int and default > 2)
    }
    classes = None if y is None or model.kind in ("linear", "kmeans", "pca") else count(y)
    known = {"n_in": np.shape(X)[-1], "n_out": classes, "n_classes": classes}
    return {word: known[word] for word in wide if known[word]}


def count(y):
    """How many classes labels are of: where they are whole numbers, as many as number the largest."""
    whole = np.asarray(y).dtype.kind in "iu" and np.min(y) >= 0
    return max(int(np.max(y)) + 1 if whole else len(np.unique(y, axis=0)), 2)
