# One-vs-all logistic regression fitted by Newton's method (IRLS).
from __future__ import annotations

import logging

import numpy as np
from numpy.typing import ArrayLike, NDArray

log = logging.getLogger(__name__)


class NewtonLogit:
    """Binary logit; the design matrix has the column of ones at the FRONT."""

    def __init__(self, ridge: float = 1e-2, max_newton: int = 25, eps: float = 1e-8) -> None:
        self.ridge = ridge
        self.max_newton = max_newton
        self.eps = eps

    @staticmethod
    def design(X: ArrayLike) -> NDArray:
        X = np.asarray(X, dtype=float)
        return np.hstack([np.ones((X.shape[0], 1)), X])

    @staticmethod
    def link(eta: NDArray) -> NDArray:
        return np.exp(-np.logaddexp(0.0, -eta))

    def penalty_matrix(self, p: int) -> NDArray:
        R = self.ridge * np.eye(p)
        R[0, 0] = 0.0
        return R

    def neg_log_lik(self, beta: NDArray, A: NDArray, y: NDArray) -> float:
        eta = A @ beta
        return float(np.sum(np.logaddexp(0.0, eta) - y * eta) + 0.5 * beta @ self.penalty_matrix(len(beta)) @ beta)

    def score_vector(self, beta: NDArray, A: NDArray, y: NDArray) -> NDArray:
        return A.T @ (self.link(A @ beta) - y) + self.penalty_matrix(len(beta)) @ beta

    def hessian(self, beta: NDArray, A: NDArray) -> NDArray:
        mu = self.link(A @ beta)
        w = mu * (1.0 - mu)
        return A.T @ (w[:, None] * A) + self.penalty_matrix(len(beta))

    def fit(self, X: ArrayLike, y: ArrayLike) -> "NewtonLogit":
        A = self.design(X)
        y = np.asarray(y, dtype=float)
        beta = np.zeros(A.shape[1])
        self.values_ = [self.neg_log_lik(beta, A, y)]
        for i in range(self.max_newton):
            direction = np.linalg.solve(self.hessian(beta, A) + 1e-10 * np.eye(len(beta)), self.score_vector(beta, A, y))
            t = 1.0
            # halve until the objective does not rise
            while self.neg_log_lik(beta - t * direction, A, y) > self.values_[-1] and t > 1e-6:
                t /= 2.0
            beta = beta - t * direction
            self.values_.append(self.neg_log_lik(beta, A, y))
            log.debug("newton %d: %.6f", i, self.values_[-1])
            if self.values_[-2] - self.values_[-1] < self.eps:
                break
        self.beta_ = beta
        return self

    def decision(self, X: ArrayLike) -> NDArray:
        return self.design(X) @ self.beta_


class OneVsAll:

    def __init__(self, **logit_args) -> None:
        self.logit_args = logit_args

    def fit(self, X: ArrayLike, y: ArrayLike) -> "OneVsAll":
        y = np.asarray(y)
        self.classes_ = np.unique(y)
        self.models_ = [NewtonLogit(**self.logit_args).fit(X, (y == c).astype(float)) for c in self.classes_]
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray:
        raw = np.stack([NewtonLogit.link(m.decision(X)) for m in self.models_], axis=1)
        return raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-300)

    def predict(self, X: ArrayLike) -> NDArray:
        D = np.stack([m.decision(X) for m in self.models_], axis=1)
        return self.classes_[D.argmax(axis=1)]


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    from sklearn.datasets import load_wine

    X, y = load_wine(return_X_y=True)
    gen = np.random.default_rng(0)
    idx = gen.permutation(len(y))
    tr, te = idx[:120], idx[120:]
    m, s = X[tr].mean(0), X[tr].std(0)
    model = OneVsAll(ridge=0.1).fit((X[tr] - m) / s, y[tr])
    log.info("test accuracy %.3f", np.mean(model.predict((X[te] - m) / s) == y[te]))
    log.info("newton steps per class: %s", [len(b.values_) - 1 for b in model.models_])
