"""Split and scale: what learns from the data before the model does, fitted on the training part alone.

| name | what |
|---|---|
| `TablePreparation` | a typed table to a matrix: gaps, levels, dates, scaling, polynomial terms, selection |
| `Standardize` | mean 0 and deviation 1 for plain arrays |
| `split_rows`, `split` | training and test rows, stratified and seeded |
"""

_HOME = {"TablePreparation": "table", "Standardize": "standardize", "split_rows": "splitting", "split": "splitting"}

__all__ = list(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'scratchwork.preparation' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"scratchwork.preparation.{_HOME[name]}"), name)
