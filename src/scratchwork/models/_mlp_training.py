"""What happens around the updates: the records, the order of the samples, what is held out, when to stop."""

import math
from collections.abc import Callable
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np

from scratchwork.arrays import one_hot
from scratchwork.errors import DivergenceError, InvalidArgumentError
from scratchwork.models._mlp_optimizers import rate_of_epoch
from scratchwork.models._mlp_parameters import rows_per_batch

SMALLEST_RATE = 1e-6


class Update(NamedTuple):
    """One update of the parameters. ``loss`` and the gradients were taken just before it, on the samples ``rows``."""

    epoch: int
    step: int  # from 1, over all epochs
    loss: float
    weight_gradients: list  # of ndarray, shaped like the weights
    bias_gradients: list
    rows: np.ndarray  # which samples made the batch
    logits: np.ndarray  # (len(rows), n_outputs)


class ClassifierEpoch(NamedTuple):
    """One epoch of a classifier; validation numbers are NaN without a validation set.

    The training numbers are means over the samples, each taken when its batch was visited, before that batch's update
    (and under dropout, where there is any): they cost no second pass, and lag behind the weights by half an epoch. The
    validation numbers are taken after the epoch.
    """

    epoch: int  # from 1
    loss: float  # the objective, penalty included
    train_nll: float  # the mean negative log-likelihood, in nats
    validation_nll: float
    train_accuracy: float
    validation_accuracy: float
    learning_rate: float


class RegressorEpoch(NamedTuple):
    """One epoch of a regressor; as ``ClassifierEpoch``, with mean squared error and R squared."""

    epoch: int
    loss: float
    train_mse: float  # the mean over samples and outputs
    validation_mse: float
    train_r2: float
    validation_r2: float
    learning_rate: float


class Steps(NamedTuple):
    """The functions that a network is made of, which its file names."""

    initialize_weights: Callable
    forward_pass: Callable
    train_model: Callable
    make_optimizer: Callable  # of the model
    make_trainer: Callable  # of the model, the job and the optimiser


class Job(NamedTuple):
    """What one call of ``fit`` works on."""

    X: np.ndarray  # (n_samples, n_features)
    targets: np.ndarray  # class indices (n_samples,), or values (n_samples, n_outputs)
    rows: np.ndarray  # the samples to train on
    sample_weight: np.ndarray | None  # (n_samples,), of mean 1 over the rows; None if all are equal
    alpha: float  # the penalty in the same unit as the weights
    validation: tuple | None  # X, targets, sample_weight
    rng: np.random.Generator


def scaled_weights(sample_weight, rows, alpha, dtype):
    """Weights of mean 1 over the rows, so that a batch of n rows is divided by n; the penalty is divided likewise.

    With them a full batch has the objective (sum w loss + alpha / 2 |W|^2) / sum w: a weight of 2 is a duplicate.
    """
    if sample_weight is None:
        return None, alpha
    mean = float(sample_weight[rows].mean(dtype=np.float64))
    if np.all(sample_weight[rows] == sample_weight[rows[0]]):
        return None, alpha / mean
    return (sample_weight / mean).astype(dtype), alpha / mean


def held_out_rows(rows, labels, fraction, rng):
    """Split ``rows`` at random into those to train on and those held out; class by class where ``labels`` are given."""
    groups = [rows] if labels is None else [rows[labels[rows] == label] for label in np.unique(labels[rows])]
    held = []
    for group in groups:
        count = min(round(fraction * len(group)), len(group) - 1)
        held.append(rng.permutation(group)[:count])
    held = np.sort(np.concatenate(held))
    if len(held) == 0:
        raise InvalidArgumentError(
            f"validation_fraction={fraction!r} of {len(rows)} samples leaves none to hold out; raise "
            "validation_fraction, give validation_data, or set early_stopping=False."
        )
    return np.setdiff1d(rows, held, assume_unique=True), held


def batches(order, size):
    """The samples in ``order``, cut into batches of ``size`` (the last may be smaller).

    >>> [batch.tolist() for batch in batches(np.arange(5), 2)]
    [[0, 1], [2, 3], [4]]
    """
    return [order[start : start + size] for start in range(0, len(order), size)]


def dropout_masks(rng, n, sizes, rate, dtype):
    """One mask (n, size) per hidden layer: 0 with probability ``rate``, else 1 / (1 - rate)."""
    return [((rng.random((n, size), dtype=dtype) >= rate) / dtype.type(1 - rate)).astype(dtype) for size in sizes]


def classifier_sums(logits, labels, sample_weight):
    """The negative log-likelihoods and the right answers of a batch, both summed (with weights) in float64."""
    logits = logits.astype(np.float64)
    top = logits.max(axis=1)
    losses = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top - logits[np.arange(len(labels)), labels]
    right = logits.argmax(axis=1) == labels
    if sample_weight is None:
        return float(losses.sum()), float(right.sum())
    return float(losses @ sample_weight), float(right @ sample_weight.astype(np.float64))


def regressor_sums(outputs, targets, sample_weight):
    """Half the squared errors of a batch summed (with weights) in float64; twice, as there is nothing to count."""
    losses = ((outputs.astype(np.float64) - targets) ** 2).sum(axis=1) / 2
    total = float(losses.sum() if sample_weight is None else losses @ sample_weight)
    return total, total


class Patience:
    """Counts the epochs without improvement, and keeps a copy of the best parameters if asked."""

    def __init__(self, tol, limit, keep_best):
        self.tol, self.limit, self.keep_best = tol, limit, keep_best
        self.reference = self.lowest = np.inf
        self.waited, self.best, self.best_epoch = 0, None, None

    def note(self, value, epoch, parameters):
        """Take note of the watched loss after an epoch."""
        self.waited = 0 if value < self.reference - self.tol else self.waited + 1
        self.reference = min(self.reference, value)
        if self.keep_best and value < self.lowest:
            self.lowest, self.best_epoch = value, epoch
            self.best = [array.copy() for array in parameters]

    def exhausted(self):
        """Whether so many epochs in a row brought nothing that it is time to stop; starts counting again if so."""
        if self.waited < self.limit:
            return False
        self.waited = 0
        return True


class EpochLoop:
    """The epochs of one call of ``fit``: begin one, run its updates elsewhere, end it; until ``done``.

    The model's ``coefs_`` and ``intercepts_`` are what the updates change; this loop writes its history.
    """

    def __init__(self, model, job, max_iter):
        self.model, self.job, self.max_iter = model, job, max_iter
        self.patience = Patience(model.tol, model.n_iter_no_change, keep_best=model.early_stopping)
        self.size = rows_per_batch(model.batch_size, len(job.rows))
        self.started, self.cuts, self.epoch, self.seen, self.done = model.n_iter_, 0, 0, 0, False

    def begin(self):
        """The order of the samples and the learning rate of the next epoch."""
        self.rate = rate_of_epoch(self.model, self.epoch, self.seen, self.cuts)
        whole = self.size == len(self.job.rows)  # one batch of everything needs no order
        shuffle = self.model.shuffle and not whole
        return (self.job.rng.permutation(self.job.rows) if shuffle else self.job.rows), self.rate

    def end(self, sums):
        """Write the epoch into the history, decide whether to go on, and return the record.

        ``sums`` are the summed losses, penalties and scores of the epoch's batches.
        """
        model, n = self.model, len(self.job.rows)
        self.epoch, self.seen = self.epoch + 1, self.seen + n
        numbers = model._epoch_numbers(self.job, *sums)
        arrays = [*model.coefs_, *model.intercepts_]
        check_finite((sums[0], sums[1]), arrays, self.started + self.epoch, self.rate)
        record = model._record(self.started + self.epoch, *numbers, self.rate)
        for name, values in model.history_.items():
            values.append(getattr(record, name))
        model.n_iter_, model.loss_ = record.epoch, record.loss
        watched = record.loss if self.job.validation is None else record[3]
        self.patience.note(watched, record.epoch, arrays)
        self.done = self.epoch >= self.max_iter or self._out_of_patience()
        return record

    def _out_of_patience(self):
        if not self.patience.exhausted():
            return False
        if self.model.learning_rate != "adaptive" or self.rate / 5 <= SMALLEST_RATE:
            return True
        self.cuts += 1
        return False

    def close(self):
        """Restore the best weights, if that was asked, and make sure that what is left can predict."""
        model = self.model
        if self.patience.best is not None:
            for array, best in zip([*model.coefs_, *model.intercepts_], self.patience.best):
                array[...] = best
            model.best_epoch_, model.best_validation_loss_ = self.patience.best_epoch, self.patience.lowest
        logits = model._logits(self.job.X[self.job.rows[: min(self.size, 1024)]])
        check_finite((), [logits], model.n_iter_, self.rate)


def quietly(function, *arguments):
    """Call without NumPy's warnings of overflow and invalid values: they are found later, and told in words.

    Some BLAS kernels also raise them for the unused lanes of a vector register.
    """
    with np.errstate(all="ignore"):
        return function(*arguments)


class PlainTrainer:
    """Runs the updates of an epoch through a model's plain ``train_model``, and sums up what the history needs."""

    blas = nullcontext

    def __init__(self, model, job, optimizer):
        self.model, self.job, self.optimizer = model, job, optimizer
        self.size = rows_per_batch(model.batch_size, len(job.rows))
        targets = job.targets
        self.T = one_hot(targets, model.n_outputs_, job.X.dtype) if targets.ndim == 1 else targets.astype(job.X.dtype)

    def start(self, order, rate):
        """Say which samples come in which order, and the learning rate."""
        self.order, self.rate, self.sums = order, rate, (0.0, 0.0, 0.0)

    def updates(self):
        """Yield the updates of the epoch."""
        model, job = self.model, self.job
        steps = model._steps.train_model(
            job.X, self.T, model.coefs_, model.intercepts_, model._activations(), self.optimizer,
            batches(self.order, self.size), rate=self.rate, alpha=job.alpha, sample_weight=job.sample_weight,
            output=model._output, dropout=model.dropout, rng=job.rng,
        )  # fmt: skip
        while (update := quietly(next, steps, None)) is not None:
            weight = None if job.sample_weight is None else job.sample_weight[update.rows]
            data, score = model._batch_sums(update.logits, job.targets[update.rows], weight)
            penalty = update.loss * len(update.rows) - data
            self.sums = tuple(a + b for a, b in zip(self.sums, (data, penalty, score)))
            yield update

    def epoch(self, order, rate):
        """The whole epoch; returns the summed losses, penalties and scores."""
        self.start(order, rate)
        for _ in self.updates():
            pass
        return self.sums


def check_finite(numbers, arrays, epoch, rate):
    """Raise the error of a loss or of parameters that left the finite numbers."""
    # A sum is cheap, and finite only if every entry is; that of huge entries may overflow, so they are looked at again.
    with np.errstate(all="ignore"):
        finite = all(map(math.isfinite, numbers)) and all(np.isfinite(a.sum()) or np.isfinite(a).all() for a in arrays)
    if finite:
        return
    raise DivergenceError(
        f"Training diverged in epoch {epoch}: the loss or the weights are no longer finite numbers. "
        f"Lower learning_rate_init (the rate was {rate:g}), or scale the features to mean 0 and standard deviation 1."
    )
