"""The learning-rate range test: one short run whose rate grows from batch to batch, and what the loss does meanwhile.

1. Start from fresh weights with a tiny rate; take one batch after the other.
2. Multiply the rate by the same factor after each batch; note the loss of each batch before its update.
3. Smooth the losses; stop where the mean of the last few is more than four times its smallest, or a loss not finite.
4. Suggested is the rate at which the smoothed loss falls fastest for each power of ten.

It says on which side of a sweep to begin, not which rate is best: the weights change during the test.

L. N. Smith, Cyclical learning rates for training neural networks, WACV 2017, section 3.3.
"""

from typing import NamedTuple

import numpy as np

from scratchwork.arrays import check_number
from scratchwork.errors import DivergenceError, InvalidArgumentError, InvalidTypeError
from scratchwork.experiments.cells import prepared, seeded
from scratchwork.experiments.material import split_positions, take_rows

SMOOTHING = 0.8
BLOWN_UP = 4.0


class RateRange(NamedTuple):
    """What a range test saw.

    Attributes
    ----------
    rates, losses, smoothed : ndarray (steps,)
        The rate of each batch, the loss of the batch before its update, and the smoothed loss.
    suggested : float or None
        None where the loss never fell.
    blew_up_at : float or None
        The rate at which the mean loss was beyond four times its smallest, or the loss not finite; None if never.
    """

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray
    suggested: float | None
    blew_up_at: float | None

    @property
    def words(self):
        """The result in one or two sentences."""
        if self.suggested is None:
            return "Range test: the loss did not fall at any rate."
        text = f"Range test: the loss falls fastest at a learning rate of about {self.suggested:.2g}"
        if self.blew_up_at is None:
            return f"{text}; it never blew up, up to {self.rates[-1]:.2g}."
        return f"{text} and blows up at about {self.blew_up_at:.2g}."


def rate_range(material, estimator, *, low=1e-6, high=10.0, steps=120, seed=0):
    """The range test of a network on material.

    Parameters
    ----------
    material : Material
    estimator : MLPClassifier or MLPRegressor
        Its solver, batch size and layers are used; its learning rate is not.
    low, high : float
        The first and the last rate.
    steps : int
        Batches, at most.
    seed : int
        Of the split, the start and the order of the batches.

    Returns
    -------
    RateRange
    """
    check_number("low", low, above=0)
    check_number("high", high, above=low)
    check_number("steps", steps, integer=True, at_least=10)
    if not hasattr(estimator, "partial_fit") or "learning_rate_init" not in estimator.get_params():
        raise InvalidTypeError(f"A range test needs a network; {type(estimator).__name__} takes no steps at a rate.")
    train, held = split_positions(len(material), material.y, material.task, seed)
    X, _ = prepared(material, train, held, material.standardise)
    model, batches = seeded(estimator, seed), batch_rows(len(X), estimator.batch_size, steps, seed)
    rates, losses = np.geomspace(low, high, steps), []
    for rate, rows in zip(rates, batches):
        loss = one_step(model, take_rows(X, rows), material.y[train][rows], rate, material)
        if loss is not None:
            losses.append(loss)
            recent = exponential_mean(np.array(losses))
        if loss is None or recent[-1] > BLOWN_UP * recent.min():
            return result_of(rates[: len(losses)], losses, float(rate))
    return result_of(rates, losses, None)


def batch_rows(n, size, steps, seed):
    """``steps`` batches of rows, epoch after epoch in a new order."""
    rng = np.random.default_rng(seed)
    size = min(n, {"auto": 200, "full": n}.get(size, size) if isinstance(size, str) else size)
    while steps > 0:
        order = rng.permutation(n)
        for start in range(0, n - size + 1, size):
            yield order[start : start + size]
            steps -= 1


def one_step(model, X, y, rate, material):
    """One update at this rate; the loss of the batch before it, or None where it is not finite any more."""
    model.set_params(learning_rate_init=float(rate), learning_rate="constant", batch_size=len(X), early_stopping=False)
    classes = {"classes": np.unique(material.y)} if material.task == "classification" else {}
    try:
        model.partial_fit(X, y, **classes)
    except DivergenceError:
        return None
    loss = float(model.history_["loss"][-1])
    return loss if np.isfinite(loss) else None


def result_of(rates, losses, blew_up_at):
    """Smooth, and find the steepest descent."""
    if len(losses) < 3:
        raise InvalidArgumentError(
            f"The loss blew up after {len(losses)} batches; start the range test with a lower rate."
        )
    losses = np.array(losses)
    smooth = smoothed(losses)
    slope = np.gradient(smooth, np.log10(rates))
    steepest = int(np.argmin(slope))
    return RateRange(rates, losses, smooth, float(rates[steepest]) if slope[steepest] < 0 else None, blew_up_at)


def smoothed(values):
    """Exponential means, forwards and backwards, so that nothing is moved along the axis.

    >>> smoothed(np.array([1.0, 1.0, 1.0])).tolist()
    [1.0, 1.0, 1.0]
    """
    passes = [exponential_mean(values), exponential_mean(values[::-1])[::-1]]
    return np.mean(passes, axis=0)


def exponential_mean(values):
    """Weighted means of all values so far, the weights falling by a fifth for each step back."""
    total = weight = 0.0
    means = np.empty(len(values))
    for i, value in enumerate(values):
        total, weight = SMOOTHING * total + value, SMOOTHING * weight + 1
        means[i] = total / weight
    return means


def rate_range_document(tested):
    """For ``--json``."""
    return {
        "rates": tested.rates.tolist(),
        "losses": tested.losses.tolist(),
        "suggested": tested.suggested,
        "blew_up_at": tested.blew_up_at,
    }
