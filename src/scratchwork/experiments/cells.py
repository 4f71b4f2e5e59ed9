"""One cell of an experiment: one estimator, one way to prepare, one seed. A pure function of those and of the rows.

The seed decides the split into training and validation part and is the estimator's ``random_state``, so cells of the
same seed are compared on the same rows. Scaling is learnt from the training part of the cell.
"""

import contextlib
import hashlib
import inspect
import json
import pathlib
import sys
import time
import warnings
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np

import scratchwork
from scratchwork.blocks import single_threaded_blas
from scratchwork.errors import DivergenceError, InvalidArgumentError
from scratchwork.evaluation.scores import log_loss
from scratchwork.experiments.compare import takes_validation_set
from scratchwork.experiments.material import TEST_SHARE, split_positions, take_rows

SCORE_NAMES = {"classification": "accuracy", "regression": "R²"}
CURVES = (("train_nll", "validation_nll", "mean negative log-likelihood (nats)"),
          ("train_mse", "validation_mse", "mean squared error"))  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What is fitted in one cell.

    Attributes
    ----------
    label : str
        For progress and errors.
    estimator : object
        Not fitted.
    standardise : bool
    seed : int
    """

    label: str
    estimator: Any
    standardise: bool
    seed: int


def cell_key(cell, material):
    """Everything the result depends on, as a string: two cells of the same key have the same result, times apart."""
    parameters = {name: repr(value) for name, value in sorted(cell.estimator.get_params().items())}
    return json.dumps({
        "estimator": f"{type(cell.estimator).__module__}.{type(cell.estimator).__qualname__}",
        "code": code_digest(type(cell.estimator)),
        "parameters": parameters,
        "standardise": cell.standardise,
        "seed": cell.seed,
        "test_share": TEST_SHARE,
        "task": material.task,
        "data": material.digest,
    }, sort_keys=True)  # fmt: skip


@cache
def code_digest(cls):
    """The versions and the sources of what makes a result: the model with its companions, the preparation, the scores."""
    total = hashlib.sha256(f"{scratchwork.__version__} {np.__version__}".encode())
    top, _, rest = cls.__module__.partition(".")
    for path in result_sources(rest if top == "scratchwork" else ""):
        total.update(path.read_bytes())
    if "torch" in rest:
        total.update(metadata.version("torch").encode())
    total.update(str(getattr(sys.modules.get(top), "__version__", "")).encode())
    if top != "scratchwork":
        with contextlib.suppress(OSError, TypeError):
            total.update(inspect.getsource(cls).encode())
    return total.hexdigest()


def result_sources(module):
    """The files of ours that a result depends on, for an estimator of ``module`` ("models.mlp"), in a fixed order.

    Private files of the same room count whole: that is too many, never too few.
    """
    root = pathlib.Path(scratchwork.__file__).parent
    found = {root / name for name in ("blocks.py", "numerics.py", "experiments/cells.py", "evaluation/scores.py")}
    found |= set((root / "preparation").glob("*.py"))
    if module:
        path = root / f"{module.replace('.', '/')}.py"
        found |= {path, *path.parent.glob("_*.py")}
    if module.startswith("counterparts"):
        found |= set((root / "models").glob("*.py"))
    return sorted(found)


def fit_cell(cell, material):
    """Fit, score and time one cell.

    Returns
    -------
    dict
        "score" and "train_score" (None where the fit diverged, and "error" says how), "fit_seconds",
        "peak_mb" (growth of the resident memory during the fit; None where it cannot be measured), "iterations",
        "curves" (name of the measure, training and validation values), "right" (packed bits: which validation rows are
        right; None but for classifiers), "n_held", "digest" (of all that was predicted), "warnings".
    """
    train, held = split_positions(len(material), material.y, material.task, cell.seed)
    X, X_held = prepared(material, train, held, cell.standardise)
    y, y_held = (None, None) if material.y is None else (material.y[train], material.y[held])
    estimator = seeded(cell.estimator, cell.seed)
    blank = {"score": None, "train_score": None, "fit_seconds": None, "peak_mb": None, "iterations": None,
             "curves": None, "right": None, "n_held": len(held), "digest": None, "error": "", "warnings": ()}  # fmt: skip
    with one_thread(estimator), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            measured = timed_fit(estimator, X, y, X_held, y_held)
        except DivergenceError as error:
            return blank | {"error": str(error), "digest": hashlib.sha256(str(error).encode()).hexdigest()}
        except (ValueError, TypeError) as error:
            raise InvalidArgumentError(f"{cell.label}: {error}") from None
        found = judged(estimator, X, y, X_held, y_held, material.task)
    told = tuple(dict.fromkeys(str(warning.message) for warning in caught))
    return blank | measured | found | {"warnings": told}


def seeded(estimator, seed):
    """A fresh copy with this ``random_state``, where it has one that is not set already."""
    from sklearn.base import clone

    estimator = clone(estimator)
    if estimator.get_params().get("random_state", seed) is None:
        estimator.set_params(random_state=seed)
    return estimator


def prepared(material, train, held, standardise):
    """Training and held-out rows as matrices; what is learnt for that is learnt from the training rows."""
    from scratchwork.preparation.pictures import learn_standardising
    from scratchwork.preparation.table import TablePreparation

    X, X_held = take_rows(material.X, train), take_rows(material.X, held)
    if material.kinds is not None:
        preparation = TablePreparation(kinds=material.kinds, scale=standardise).fit(X)
        return preparation.transform(X), preparation.transform(X_held)
    X, X_held = (part if part.dtype == np.float32 else part.astype(np.float64) for part in (X, X_held))
    if not standardise:
        return X, X_held
    scaling = learn_standardising(X)
    return tuple(scaling.transform(part).astype(part.dtype, copy=False) for part in (X, X_held))


@contextlib.contextmanager
def one_thread(estimator):
    """BLAS and PyTorch on one thread: every contender has the same, and sums come out alike in every process."""
    with single_threaded_blas():
        if "torch" not in type(estimator).__module__:
            yield
            return
        torch = warmed_torch()
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)


@cache
def warmed_torch():
    """PyTorch after a first update, at which it loads half of itself: that is not the time of a fit."""
    import torch

    from scratchwork.counterparts.torch_mlp import TorchMLPClassifier

    TorchMLPClassifier((2,), max_iter=1, random_state=0).fit([[0.0], [1.0]], [0, 1])
    return torch


def timed_fit(estimator, X, y, X_held, y_held):
    """Fit, and say how long it took and how far memory grew."""
    options = {"validation_data": (X_held, y_held)} if takes_validation_set(estimator) else {}
    before = start_of_memory()
    started = time.perf_counter()
    estimator.fit(X, y, **options)
    seconds = time.perf_counter() - started
    return {"fit_seconds": seconds, "peak_mb": growth_of_memory(before)}


def start_of_memory():
    """The resident memory now, with Linux's high-water mark set back to it; None where there is no such thing."""
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
        return high_water_mark()
    except (OSError, ValueError, IndexError):
        return None


def high_water_mark():
    """Peak resident memory in MB since the mark was last set back."""
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def growth_of_memory(before):
    return None if before is None else max(0.0, high_water_mark() - before)


def judged(estimator, X, y, X_held, y_held, task):
    """Scores, curves, and a digest of all that was predicted."""
    predictions = np.asarray(estimator.predict(X_held))
    score = score_function(task, y)
    curves = curves_of(estimator, X, y, X_held, y_held)
    total = hashlib.sha256(repr(predictions.tolist()).encode() + repr(curves).encode())
    if hasattr(estimator, "predict_proba"):
        total.update(np.ascontiguousarray(estimator.predict_proba(X_held)).tobytes())
    right = np.packbits(predictions == y_held) if task == "classification" else None
    return {
        "score": score(X_held, y_held, predictions),
        "train_score": score(X, y, np.asarray(estimator.predict(X))),
        "iterations": int(np.max(estimator.n_iter_)) if hasattr(estimator, "n_iter_") else None,
        "curves": curves,
        "right": right,
        "digest": total.hexdigest(),
    }


def score_function(task, y):
    """Accuracy, R², the adjusted Rand index with the known classes, or without those the mean silhouette."""
    from sklearn import metrics

    if task == "classification":
        return lambda X, y, predictions: float(np.mean(predictions == y))
    if task == "regression":
        return lambda X, y, predictions: float(metrics.r2_score(y, predictions))
    if y is not None:
        return lambda X, y, predictions: float(metrics.adjusted_rand_score(y, predictions))

    def silhouette(X, y, predictions):
        many = 1 < len(set(predictions.tolist())) < len(predictions)
        return float(metrics.silhouette_score(X, predictions)) if many else 0.0

    return silhouette


def score_name(material):
    """The score in words."""
    known = "adjusted Rand index" if material.y is not None else "mean silhouette"
    return SCORE_NAMES.get(material.task, known)


def curves_of(estimator, X, y, X_held, y_held):
    """(measure, training, validation) after each epoch or iteration, both on the same scale; None where there are none."""
    history = getattr(estimator, "history_", None) or {}
    for train, validation, measure in CURVES:
        if train in history:
            return measure, list(map(float, history[train])), list(map(float, history[validation]))
    if getattr(estimator, "loss_curve_", None):
        return "loss, penalty included", list(map(float, estimator.loss_curve_)), []
    if not hasattr(estimator, "fit_steps") or not (
        hasattr(estimator, "predict_proba") or hasattr(estimator, "transform")
    ):
        return None
    return watched(estimator, X, y, X_held, y_held)


def watched(estimator, X, y, X_held, y_held):
    """Fit a copy again, step by step, and measure both parts after each step."""
    from sklearn.base import clone

    copy, train, validation = clone(estimator), [], []
    for _ in copy.fit_steps(X, y):
        for values, rows, labels in ((train, X, y), (validation, X_held, y_held)):
            if hasattr(copy, "predict_proba"):
                values.append(log_loss(labels, copy.predict_proba(rows), copy.classes_))
            else:
                values.append(-float(copy.score(rows)) / len(rows))
    measure = CURVES[0][2] if hasattr(copy, "predict_proba") else "mean squared distance to the nearest centre"
    return measure, train, validation
