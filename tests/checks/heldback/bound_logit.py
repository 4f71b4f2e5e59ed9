"""Logistic regression without a step size.

The curvature of the log-likelihood is never more than X'X / 4, so the parabola with that curvature lies above
the loss and touches it at the present point. Its minimum is the next point: the loss cannot rise, whatever the data.
"""
import numpy as np
from scipy.linalg import cho_factor, cho_solve


def design(features):
    features = np.atleast_2d(np.asarray(features, dtype=float))
    return np.concatenate([features, np.ones((features.shape[0], 1))], axis=1)


class BoundLogit:
    def __init__(self, shrink=1e-3, sweeps=500, stop=1e-10):
        self.shrink = shrink
        self.sweeps = sweeps
        self.stop = stop

    def fit(self, features, outcome):
        outcome = np.asarray(outcome)
        self.negative_, self.positive_ = np.unique(outcome)
        sign = np.where(outcome == self.positive_, 1.0, -1.0)
        A = design(features)
        ridge = np.full(A.shape[1], self.shrink)
        ridge[-1] = 0.0
        bound = cho_factor(A.T @ A / 4.0 + np.diag(ridge) + 1e-9 * np.eye(A.shape[1]))
        beta = np.zeros(A.shape[1])
        self.losses_ = [self._loss(A, sign, beta, ridge)]
        for _ in range(self.sweeps):
            beta = beta - cho_solve(bound, self._slope(A, sign, beta, ridge))
            self.losses_.append(self._loss(A, sign, beta, ridge))
            if self.losses_[-2] - self.losses_[-1] <= self.stop * abs(self.losses_[-2]):
                break
        self.beta_ = beta
        return self

    @staticmethod
    def _loss(A, sign, beta, ridge):
        return np.logaddexp(0.0, -sign * (A @ beta)).sum() + 0.5 * np.sum(ridge * beta ** 2)

    @staticmethod
    def _slope(A, sign, beta, ridge):
        weight = np.exp(-np.logaddexp(0.0, sign * (A @ beta)))
        return -A.T @ (sign * weight) + ridge * beta

    def odds(self, features):
        """Logarithm of the odds of the second label (in sorted order)."""
        return design(features) @ self.beta_

    def predict_proba(self, features):
        up = np.exp(-np.logaddexp(0.0, -self.odds(features)))
        down = np.exp(-np.logaddexp(0.0, self.odds(features)))
        return np.stack([down, up], axis=1)

    def predict(self, features):
        return np.where(self.odds(features) > 0, self.positive_, self.negative_)


if __name__ == "__main__":
    rng = np.random.default_rng(40)
    features = np.concatenate([rng.normal(0.0, 1.0, (150, 2)), rng.normal(1.6, 1.3, (100, 2))]) * [1.0, 250.0]
    outcome = np.array(["leaves"] * 150 + ["stays"] * 100)
    order = rng.permutation(250)
    learn, keep = order[:170], order[170:]
    model = BoundLogit().fit(features[learn], outcome[learn])
    assert np.all(np.diff(model.losses_) <= 1e-9), "the loss went up"
    print("%d sweeps, loss %.4f -> %.4f" % (len(model.losses_) - 1, model.losses_[0], model.losses_[-1]))
    print("kept rows: %.3f right" % np.mean(model.predict(features[keep]) == outcome[keep]))
