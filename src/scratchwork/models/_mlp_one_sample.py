"""Gradient descent one sample at a time, exactly, with the large products done for 64 samples together.

Sample by sample, the first layer costs two passes over W, the largest matrix: x_i W, and W <- W - x_i d_i' (d_i is the
slope in the first layer's sums Z, times the rate). Neither needs W itself at every step. With W the weights at the start of
a block and i counting its samples from 0,

    W_i = W - sum_{j<i} x_j d_j'      so      x_i W_i = (x_i W) - sum_{j<i} (x_i . x_j) d_j

All x_i W of a block are one product, all x_i . x_j another, and W moves once, at the end, by a third. What is left for each
sample is small. It is the same sequence of weights, not an approximation: the order of the additions differs, no more.

With a penalty W also shrinks by c = 1 - rate alpha at each sample, W_i = c**i (W - sum_{j<i} c**(-j-1) x_j d_j'): the d_j
are kept divided by c**(j+1), and x_i W_i is c**i times the difference. The history wants |W_i|^2 too, which follows from

    |c W - x d'|^2 = c^2 |W|^2 - 2 c (x W) . d + |x|^2 |d|^2

The d_j take the places of the sums that they come from: S holds x_j W for the samples still to come, d_j for those that
are past, so that all of the above is one product, (-Gram[i, :i], 1) S[:i+1].

The later layers are small and take each update at once. They are kept as (outputs, inputs + 1), the bias as the last column
beside an input of 1, so that one operation moves both, along long rows. What an operation gives is written where the next
one reads it, a . b is written as a.dot(b, out), and numbers that an operation takes are arrays: with arrays this small
calling costs more than computing.

Letters: as in ``mlp.py``; K samples of a block; Gram[i, j] = x_i . x_j; T a later layer, (outputs, inputs + 1).
"""

import numpy as np

from scratchwork.blocks import single_threaded_blas
from scratchwork.models._mlp_inplace import INPLACE

BLOCK = 64
KEPT = 64 * BLOCK  # samples whose logits are kept before losses and right answers are counted
ZERO = {np.dtype(kind): np.zeros((), kind) for kind in ("float32", "float64")}
LEAST_SHRINKING = 0.5  # a block ends before c**i falls below this, so that dividing by it loses no digits


def relu(Z):
    """As in ``_mlp_inplace``: a zero that is an array need not be made into one each time."""
    np.maximum(Z, ZERO[Z.dtype], out=Z)


def relu_slope(A, D, work):
    """As there; of values that are not negative, the sign is the slope."""
    np.sign(A, out=work)
    np.multiply(D, work, out=D)


class Later:
    """A layer after the first, with its arrays: T (outputs, inputs + 1), and the values and slopes of its inputs.

    ``above`` is the slope in its sums, ``sums`` where they go: the next layer's ``hidden``, or the logits of the sample.
    """

    def __init__(self, W, b, name, above):
        self.T = np.ascontiguousarray(np.vstack([W, b]).T)
        self.inner = self.T[:, :-1]  # without the bias
        self.change, self.work, self.wide = (
            np.empty_like(self.T),
            np.empty(len(W), W.dtype),
            np.empty(len(W) + 1, W.dtype),
        )
        self.value, self.slope, self.sums = np.ones(len(W) + 1, W.dtype), self.wide[:-1], None
        self.hidden, self.row = self.value[:-1], self.value[None]
        self.above, self.column = above, above[:, None]
        self.activate, self.times_slope = (relu, relu_slope) if name == "relu" else INPLACE[name]


class OneSampleTrainer:
    """Runs epochs sample by sample, changing the model's ``coefs_`` and ``intercepts_`` in place."""

    def __init__(self, model, job):
        self.model, self.job = model, job
        self.W, self.b = model.coefs_[0], model.intercepts_[0]
        dtype = job.X.dtype
        self.top_slope, self.scale = np.empty(model.n_outputs_, dtype), np.empty((), dtype)
        self.later, above = [], self.top_slope
        for W, b, name in reversed(list(zip(model.coefs_[1:], model.intercepts_[1:], model._activations()))):
            self.later.insert(0, Later(W, b, name, above))
            above = self.later[0].slope
        for layer, following in zip(self.later, self.later[1:]):
            layer.sums = following.hidden
        self.backwards = self.later[::-1]
        self.X, self.change = np.empty((BLOCK, job.X.shape[1]), dtype), np.empty_like(self.W)
        self.logits = np.empty((KEPT, model.n_outputs_), dtype)
        self.ones = np.ones(model.n_outputs_, dtype)
        self.output_slope = self._softmax_slope if model._output == "softmax" else self._square_slope
        self.blas = single_threaded_blas

    def epoch(self, order, rate):
        """One pass over the samples in ``order``; returns the summed losses, penalties and scores."""
        job, sums = self.job, np.zeros(3)
        shrink = 1 - rate * job.alpha
        length = BLOCK if shrink == 1 else int(np.clip(np.log(LEAST_SHRINKING) / np.log(shrink), 1, BLOCK))
        with self.blas():
            for start in range(0, len(order), KEPT):
                rows = order[start : start + KEPT]
                for first in range(0, len(rows), length):
                    block = rows[first : first + length], self.logits[first:], rate
                    sums[1] += self._shrinking_block(*block, shrink) if job.alpha else self._block(*block)
                weight = None if job.sample_weight is None else job.sample_weight[rows]
                sums[[0, 2]] += self.model._batch_sums(self.logits[: len(rows)], job.targets[rows], weight)
        for layer, W, b in zip(self.later, self.model.coefs_[1:], self.model.intercepts_[1:]):
            W[...], b[...] = layer.inner.T, layer.T[:, -1]
        return tuple(sums.tolist())

    def _load(self, rows, rate):
        """The samples of a block, their x_j . x_i, their x_j W, their targets, and the rate of each."""
        job = self.job
        X = job.X.take(rows, axis=0, out=self.X[: len(rows)], mode="clip")  # rows that exist: nothing is clipped
        targets = job.targets[rows] if job.targets.ndim == 2 else job.targets[rows].tolist()
        rates = [rate] * len(rows) if job.sample_weight is None else (rate * job.sample_weight[rows]).tolist()
        return X, X @ X.T, X @ self.W, targets, rates

    def _block(self, rows, logits, rate):
        """Visit at most 64 samples without penalty; fills ``logits`` and returns 0, the sum of their penalties."""
        X, gram, S, targets, rates = self._load(rows, rate)
        S += self.b
        past = -1 - gram  # the bias is the weight of an input that is always 1
        np.fill_diagonal(past, 1)
        for i, (step, out) in enumerate(zip(S, logits)):
            past[i, : i + 1].dot(S[: i + 1], self.later[0].hidden if self.later else out)
            self._sample(out, targets[i], rates[i], step)
        self.W -= np.dot(X.T, S, out=self.change)
        self.b -= S.sum(axis=0)
        return 0.0

    def _shrinking_block(self, rows, logits, rate, shrink):
        """The same with a penalty; S holds d_j / c**(j+1), and the bias, which does not shrink, is kept apart."""
        X, gram, S, targets, rates = self._load(rows, rate)
        penalty, power = Penalty(self, self.job.alpha, shrink), 1.0
        for i, (step, out) in enumerate(zip(S, logits)):
            product = power * (step - gram[i, :i] @ S[:i])
            np.add(product, self.b, out=self.later[0].hidden if self.later else out)
            penalty.before()
            self._sample(out, targets[i], rates[i], step, shrink)
            self.b -= step
            penalty.after(product, step, gram[i, i])
            power *= shrink
            step /= power
        self.W -= np.dot(X.T, S, out=self.change)
        self.W *= power
        return penalty.total

    def _sample(self, logits, target, rate, step, shrink=1.0):
        """All that follows the first layer's sums of one sample, which stand where the next layer (or, without one, the
        loss) reads them; fills ``logits``, and ``step`` with the slope in those sums, times the rate."""
        if not self.later:
            self.output_slope(logits, target, rate)
            step[...] = self.top_slope
            return
        self.later[-1].sums = logits
        for layer in self.later:
            layer.activate(layer.hidden)
            layer.T.dot(layer.value, layer.sums)
        self.output_slope(logits, target, rate)
        for layer in self.backwards:
            layer.above.dot(layer.T, layer.wide)
            layer.column.dot(layer.row, layer.change)
            if shrink != 1:
                layer.inner *= shrink
            layer.T -= layer.change
            layer.times_slope(layer.hidden, layer.slope, layer.work)
        step[...] = self.later[0].slope

    def _softmax_slope(self, logits, label, rate):
        """Equation (3) of one sample, times the rate, into ``top_slope``."""
        D = self.top_slope
        np.subtract(logits, logits[logits.argmax(), ...], out=D)
        np.exp(D, out=D)
        self.scale[()] = rate / D.dot(self.ones)
        np.multiply(D, self.scale, out=D)
        D[label] -= rate

    def _square_slope(self, outputs, target, rate):
        """The same for the squared error."""
        np.subtract(outputs, target, out=self.top_slope, casting="same_kind")
        self.top_slope *= rate


class Penalty:
    """Sums alpha / 2 |W|^2 over the samples of a block, |W|^2 of the first layer being carried along."""

    def __init__(self, trainer, alpha, shrink):
        self.later, self.alpha, self.shrink, self.total = trainer.later, alpha, shrink, 0.0
        self.squares = float(np.vdot(trainer.W, trainer.W))

    def before(self):
        """Count the weights as they are before a sample's update."""
        later = sum(float(np.vdot(layer.inner, layer.inner)) for layer in self.later)
        self.total += self.alpha / 2 * (self.squares + later)

    def after(self, product, d, length):
        """Carry |W|^2 over the update by x d', where ``product`` is x W and ``length`` |x|^2."""
        cross, square = float(np.dot(product, d)), float(np.dot(d, d))
        self.squares = self.shrink**2 * self.squares - 2 * self.shrink * cross + float(length) * square
