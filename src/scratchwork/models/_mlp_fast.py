"""The fast route of the network: the steps of ``mlp.py``, in the same order, without waste.

What is saved, and how:

- *Memory traffic.* Every array of a batch is made once and written again and again (``out=``); the samples of a batch are
  gathered into a buffer by one ``take``, where they are long by a second thread, a few batches ahead.
- *The second core.* For plain descent the two largest products of a batch run in a second thread, one batch behind
  (``_mlp_first_layer.py``).
- *Passes over the parameters.* All weights and biases are slices of one vector theta, their gradients of another; for
  plain gradient descent the factor rate / n goes into the slope of the logits, a small array, so that everything that is
  computed from it is already the change, and an update is one subtraction.
- *Short rows.* With ten classes, a maximum or a sum over each row of (n, 10) costs more than all else around it. The last
  layer is therefore kept as (classes, n), where these run along n. For a small table whose every batch is all of it, the
  hidden layers are kept so too, and the table a second time as columns: BLAS is faster that way round.
- *The history.* The logits of some batches are kept, with the maxima and sums that the softmax needed anyway; losses and
  right answers of all of them are then counted together.

Letters: as in ``mlp.py``; m rows of a batch, k outputs.
"""

from contextlib import closing, nullcontext

import numpy as np

from scratchwork.blocks import single_threaded_blas
from scratchwork.models._mlp_first_layer import FirstLayer, make_first_layer, product
from scratchwork.models._mlp_inplace import INPLACE
from scratchwork.models._mlp_one_sample import OneSampleTrainer
from scratchwork.models._mlp_parameters import rows_per_batch
from scratchwork.models._mlp_training import dropout_masks, regressor_sums

SMALL_PRODUCT = 5e7  # multiplications; for fewer, a second BLAS thread gains little and, on a busy machine, costs all
KEPT_LOGITS = 65_536  # so many numbers are kept before they are counted: 0.5 MB in float64


def make_trainer(model, job, optimizer):
    """What runs the epochs of ``fit``: sample by sample where a batch is one sample, else batch by batch."""
    alone = rows_per_batch(model.batch_size, len(job.rows)) == 1 and len(job.rows) > 1
    mild = model.learning_rate_init * job.alpha < 0.5  # else each sample would more than halve the weights
    if alone and mild and optimizer.plain and model.dropout == 0:
        return OneSampleTrainer(model, job)
    return BatchTrainer(model, job, optimizer)


def flatten(weights, biases):
    """One vector with all weights, then all biases; and the lists of its slices, shaped like them."""
    arrays = [*weights, *biases]
    theta = np.concatenate([array.ravel() for array in arrays])
    ends = np.cumsum([array.size for array in arrays])
    views = [theta[end - array.size : end].reshape(array.shape) for array, end in zip(arrays, ends)]
    return theta, views[: len(weights)], views[len(weights) :]


class SoftmaxOutput:
    """The last layer of batches of m rows, (k, m) each: slopes of the logits, and what the history counts."""

    def __init__(self, kept, k, m, dtype):
        self.logits = np.empty((kept, k, m), dtype)
        self.top, self.total = np.empty((kept, m), dtype), np.empty((kept, m), dtype)
        self.delta, self.factor = np.empty((k, m), dtype), np.empty(m, dtype)
        self.flat, self.columns, self.starts = self.delta.reshape(-1), np.arange(m), k * m * np.arange(kept)[:, None]

    def load(self, labels, weight):
        """Take the labels (batches, m) of the next batches, and their weights or None."""
        self.labels, self.weight = labels, weight
        self.places = labels * len(self.columns) + self.columns  # where each sample's class stands in ``flat``

    def slope(self, i, scale):
        """Equation (3), times ``scale`` instead of 1 / n, for batch i; (k, m)."""
        logits, top, total, delta = self.logits[i], self.top[i], self.total[i], self.delta
        np.maximum.reduce(logits, axis=0, out=top)
        np.subtract(logits, top, out=delta)
        np.exp(delta, out=delta)
        np.add.reduce(delta, axis=0, out=total)
        if self.weight is not None:
            scale = self.weight[i] * scale
        np.divide(scale, total, out=self.factor)
        delta *= self.factor
        self.flat[self.places[i]] -= scale
        return delta

    def sums(self, count):
        """Losses and right answers of the first ``count`` batches, as ``classifier_sums`` has them."""
        logits, top, labels = self.logits[:count], self.top[:count], self.labels
        own = np.take(logits, self.places + self.starts[:count])
        losses = np.log(self.total[:count].astype(np.float64)) + (top - own)
        right = own == top
        if np.count_nonzero(logits == top[:, None]) > top.size:  # of several highest classes the first is the answer
            right = logits.argmax(axis=1) == labels
        if self.weight is None:
            return float(losses.sum()), float(np.count_nonzero(right))
        return float((losses * self.weight).sum()), float((right * self.weight).sum(dtype=np.float64))


class SquareOutput:
    """The same for the squared error."""

    def __init__(self, kept, k, m, dtype):
        self.logits, self.delta = np.empty((kept, k, m), dtype), np.empty((k, m), dtype)

    def load(self, targets, weight):
        """Take the targets (batches, m, k) of the next batches, and their weights or None."""
        self.targets, self.weight = targets, weight

    def slope(self, i, scale):
        """Equation (3), times ``scale`` instead of 1 / n, for batch i; (k, m)."""
        np.subtract(self.logits[i], self.targets[i].T, out=self.delta, casting="same_kind")
        self.delta *= scale if self.weight is None else self.weight[i] * scale
        return self.delta

    def sums(self, count):
        """Half the squared errors of the first ``count`` batches, as ``regressor_sums`` has them."""
        k = self.delta.shape[0]
        outputs = self.logits[:count].transpose(0, 2, 1).reshape(-1, k)
        return regressor_sums(
            outputs, self.targets.reshape(-1, k), None if self.weight is None else self.weight.ravel()
        )


class Buffers:
    """Every array that batches of m rows need."""

    def __init__(self, m, sizes, dtype, output, batches, columns=False):
        self.m, self.kept = m, max(1, min(batches, KEPT_LOGITS // (m * sizes[-1])))
        order = "F" if columns else "C"
        self.A = [np.empty((m, size), dtype, order) for size in sizes[1:-1]]
        self.D = [np.empty((m, size), dtype, order) for size in sizes[1:-1]]
        self.work = [np.empty((m, size), dtype, order) for size in sizes[1:-1]]
        self.ones = np.ones(m, dtype)
        self.output = (SoftmaxOutput if output == "softmax" else SquareOutput)(self.kept, sizes[-1], m, dtype)


class BatchTrainer:
    """Runs epochs in batches, changing the model's ``coefs_`` and ``intercepts_`` in place."""

    def __init__(self, model, job, optimizer):
        self.job, self.optimizer, self.dropout, self.rng = job, optimizer, model.dropout, job.rng
        self.size = rows_per_batch(model.batch_size, len(job.rows))
        theta, self.weights, self.biases = flatten(model.coefs_, model.intercepts_)
        model.coefs_, model.intercepts_ = self.weights, self.biases
        gradient, self.dW, self.db = flatten(self.weights, self.biases)
        self.steps = [INPLACE[name] for name in model._activations()]
        self.sizes = [len(self.weights[0]), *(W.shape[1] for W in self.weights)]
        largest = self.size * max(W.size for W in self.weights)
        self.blas = single_threaded_blas if largest < SMALL_PRODUCT else nullcontext
        self.first = make_first_layer(
            job, self.weights[0], self.dW[0], self.size, plain=optimizer.plain and largest < SMALL_PRODUCT,
            hidden=bool(self.steps),
        )  # fmt: skip
        n_weights, own = sum(W.size for W in self.weights), self.first.own_size
        self.theta, self.gradient = theta[own:], gradient[own:]
        self.penalised, self.penalised_gradient = theta[own:n_weights], gradient[own:n_weights]
        whole, rest = divmod(len(job.rows), self.size)
        dtype, columns = job.X.dtype, isinstance(self.first, FirstLayer) and self.first.turned is not None
        self.buffers = Buffers(self.size, self.sizes, dtype, model._output, whole, columns=columns)
        self.rest = Buffers(rest, self.sizes, dtype, model._output, 1) if rest else None

    def epoch(self, order, rate):
        """One pass over the samples in ``order``; returns the summed losses, penalties and scores."""
        whole = len(order) - len(order) % self.size
        with self.blas():
            sums = self._pass(self.buffers, order[:whole], rate)
            if self.rest:
                sums += self._pass(self.rest, order[whole:], rate)
        return tuple(sums.tolist())

    def _pass(self, buffers, order, rate):
        """All batches of one size; the history counts as many at a time as ``buffers`` keeps the logits of."""
        sums, rows = np.zeros(3), order.reshape(-1, buffers.m)
        with closing(self.first.batches(rows, rate)) as batches:
            for start in range(0, len(rows), buffers.kept):
                sums += self._run(buffers, batches, rows[start : start + buffers.kept], rate)
        sums[1] += self.job.alpha / 2 * self.first.squares
        return sums

    def _run(self, buffers, batches, rows, rate):
        """Some batches, as many as ``buffers`` keeps the logits of."""
        job, m = self.job, buffers.m
        buffers.output.load(job.targets[rows], None if job.sample_weight is None else job.sample_weight[rows])
        penalty = 0.0
        for i in range(len(rows)):
            if job.alpha:
                penalty += job.alpha / 2 * float(np.dot(self.penalised, self.penalised))
            masks = dropout_masks(self.rng, m, self.sizes[1:-1], self.dropout, job.X.dtype) if self.dropout else None
            values = self._forward(buffers, next(batches), masks, i)
            self._backward(buffers, values, masks, i, (rate if self.optimizer.plain else 1.0) / m)
            self._update(rate, m)
        data, score = buffers.output.sums(len(rows))
        return data, penalty, score

    def _forward(self, buffers, X, masks, i):
        """Equations (1) and (2) into the buffers; returns what each layer of weights was applied to."""
        values, A = [X], X
        for layer, (function, _) in enumerate(self.steps):
            Z = buffers.A[layer]
            if layer == 0:
                self.first.sums(X, Z)
            else:
                product(A, self.weights[layer], Z)
            Z += self.biases[layer]
            function(Z)
            A = Z if masks is None else Z * masks[layer]
            values.append(A)
        logits = buffers.output.logits[i]
        np.dot(self.weights[-1].T, A.T, out=logits)
        logits += self.biases[-1][:, None]
        return values

    def _backward(self, buffers, values, masks, i, scale):
        """Equations (3) to (6) into the gradient, all times ``scale`` instead of 1 / n, without the penalty."""
        D = buffers.output.slope(i, self.theta.dtype.type(scale)).T  # (m, k), a view
        for layer in reversed(range(len(self.weights))):
            if layer == 0:
                self.first.change(values[0], D)
            else:
                np.dot(values[layer].T, D, out=self.dW[layer])
            np.dot(buffers.ones, D, out=self.db[layer])
            if layer > 0:
                below = buffers.D[layer - 1]
                product(D, self.weights[layer].T, below)
                self.steps[layer - 1][1](buffers.A[layer - 1], below, buffers.work[layer - 1])
                if masks is not None:
                    below *= masks[layer - 1]
                D = below

    def _update(self, rate, m):
        """Move theta; for plain gradient descent the gradient holds the rate already."""
        plain = self.optimizer.plain
        if self.job.alpha:
            self.penalised_gradient += self.job.alpha / m * (rate if plain else 1.0) * self.penalised
        if plain:
            self.theta -= self.gradient
        else:
            self.optimizer.update([self.theta], [self.gradient], rate)
