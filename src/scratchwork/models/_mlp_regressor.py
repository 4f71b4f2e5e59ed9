"""What a network that predicts numbers adds to the frame: one target or several, mean squared error, R squared."""

import numpy as np
from sklearn.utils.validation import validate_data

from scratchwork.errors import InvalidArgumentError
from scratchwork.models._mlp_estimator import NetworkEstimator
from scratchwork.models._mlp_training import RegressorEpoch, quietly, regressor_sums


class RegressorNetwork(NetworkEstimator):
    """The frame of every regressing network; not an estimator by itself."""

    _record, _output, _batch_sums = RegressorEpoch, "identity", staticmethod(regressor_sums)

    def partial_fit(self, X, y, sample_weight=None):
        """Train for one epoch on these samples, going on from the weights, the order and the optimiser as they are.

        Parameters
        ----------
        X : array-like (n_samples, n_features)
        y : array-like (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like (n_samples,), optional

        Returns
        -------
        self
        """
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X):
        """The predicted values, (n_samples,), or (n_samples, n_outputs) if ``y`` had two dimensions."""
        outputs = self._logits_of(X)
        return outputs[:, 0] if self._flat else outputs

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.single_output, tags.target_tags.multi_output = True, True
        return tags

    def _checked(self, X, y, reset):
        return validate_data(
            self, X, y, reset=reset, dtype=(np.float64, np.float32), order="C", multi_output=True, y_numeric=True
        )

    def _encoded(self, y, fresh, classes):
        """The targets as a matrix of floats, (n_samples, n_outputs)."""
        targets = np.asarray(y, dtype=np.float64).reshape(len(y), -1)
        if fresh:
            self._flat = y.ndim == 1
        elif targets.shape[1] != self.n_outputs_:
            raise InvalidArgumentError(
                f"y has {targets.shape[1]} outputs; the network was trained on {self.n_outputs_}."
            )
        return targets

    def _epoch_numbers(self, job, losses, penalties, _):
        """Loss, mean squared errors and R squared, from the sums of half the squared errors."""
        n = len(job.rows)
        weight = None if job.sample_weight is None else job.sample_weight[job.rows]
        validation_mse = validation_r2 = float("nan")
        if job.validation is not None:
            X, targets, given = job.validation
            errors, _ = quietly(regressor_sums, self._logits(X), targets, given)
            validation_mse, validation_r2 = scores(errors, targets, given)
        train_mse, train_r2 = scores(losses, job.targets[job.rows], weight)
        return (losses + penalties) / n, train_mse, validation_mse, train_r2, validation_r2


def scores(half_squares, targets, weight):
    """Mean squared error over samples and outputs, and R squared over all outputs together (NaN for constant targets).

    >>> scores(1.0, np.array([[0.0], [2.0]]), None)
    (1.0, 0.0)
    """
    total = len(targets) if weight is None else float(weight.sum(dtype=np.float64))
    spread = ((targets - np.average(targets, axis=0, weights=weight)) ** 2).sum(axis=1)
    spread = float(spread.sum() if weight is None else spread @ weight)
    return 2 * half_squares / (total * targets.shape[1]), 1 - 2 * half_squares / spread if spread > 0 else float("nan")
