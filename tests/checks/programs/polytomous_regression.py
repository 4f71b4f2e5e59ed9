"""Multinomial (softmax) regression trained with mini-batch gradient descent."""
from __future__ import annotations

import numpy as np
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


class PolytomousRegression:
    """Softmax regression with an L2 penalty.

    Parameters
    ----------
    learning_rate : float, default=0.1
    alpha : float, default=1e-3
        Strength of the L2 penalty ``alpha / 2 * ||W||^2``. The intercepts are not penalised.
    max_epochs : int, default=300
    batch_size : int or None, default=32
        ``None`` uses the whole training set in every step.
    tol : float, default=1e-3
        Training ends when the loss has not improved by ``tol`` for ``patience`` epochs.
    patience : int, default=5
    random_state : int or None

    Attributes
    ----------
    theta_ : ndarray of shape (n_features + 1, n_classes)
        The first row holds the intercepts.
    classes_ : ndarray
    loss_curve_ : list of float
    """

    def __init__(self, learning_rate: float = 0.1, alpha: float = 1e-3, max_epochs: int = 300,
                 batch_size: int | None = 32, tol: float = 1e-3, patience: int = 5,
                 random_state: int | None = None) -> None:
        self.learning_rate = learning_rate
        self.alpha = alpha
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.tol = tol
        self.patience = patience
        self.random_state = random_state

    @staticmethod
    def _design(X: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(len(X)), X])

    @staticmethod
    def _log_softmax(Z: np.ndarray) -> np.ndarray:
        Z = Z - Z.max(axis=1, keepdims=True)
        return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))

    def _loss_and_grad(self, theta: np.ndarray, A: np.ndarray, T: np.ndarray) -> tuple[float, np.ndarray]:
        logp = self._log_softmax(A @ theta)
        weights = theta.copy()
        weights[0] = 0.0
        loss = -(T * logp).sum() / len(A) + 0.5 * self.alpha * (weights ** 2).sum()
        grad = A.T @ (np.exp(logp) - T) / len(A) + self.alpha * weights
        return loss, grad

    def fit(self, X, y) -> "PolytomousRegression":
        X = np.asarray(X, dtype=float)
        y = np.asarray(y)
        rng = np.random.default_rng(self.random_state)
        self.classes_, codes = np.unique(y, return_inverse=True)
        T = np.eye(len(self.classes_))[codes]
        A = self._design(X)
        theta = np.zeros((A.shape[1], len(self.classes_)))
        size = len(A) if self.batch_size is None else min(self.batch_size, len(A))

        self.loss_curve_ = []
        best, waited = np.inf, 0
        for epoch in range(self.max_epochs):
            order = rng.permutation(len(A))
            for start in range(0, len(A), size):
                rows = order[start:start + size]
                _, grad = self._loss_and_grad(theta, A[rows], T[rows])
                theta -= self.learning_rate * grad
            loss, _ = self._loss_and_grad(theta, A, T)
            self.loss_curve_.append(loss)
            if loss < best - self.tol:
                best, waited = loss, 0
            else:
                waited += 1
                if waited >= self.patience:
                    break
        self.theta_ = theta
        self.n_epochs_ = epoch + 1
        return self

    def predict_proba(self, X) -> np.ndarray:
        return np.exp(self._log_softmax(self._design(np.asarray(X, dtype=float)) @ self.theta_))

    def predict(self, X) -> np.ndarray:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def score(self, X, y) -> float:
        return float(np.mean(self.predict(X) == np.asarray(y)))


if __name__ == "__main__":
    iris = load_iris()
    names = iris.target_names[iris.target]
    X_train, X_test, y_train, y_test = train_test_split(iris.data, names, test_size=0.3, stratify=names, random_state=1)
    scaler = StandardScaler().fit(X_train)
    model = PolytomousRegression(random_state=0).fit(scaler.transform(X_train), y_train)
    print(f"stopped after {model.n_epochs_} epochs, loss {model.loss_curve_[-1]:.4f}")
    print(f"test accuracy {model.score(scaler.transform(X_test), y_test):.3f}")
