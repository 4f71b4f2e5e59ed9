import numpy as np


class NewtonLogit:
    """Binary logistic regression by Newton's method. The two labels may be anything."""

    def __init__(self, lam=1e-6, max_iter=25, tol=1e-10):
        self.lam, self.max_iter, self.tol = lam, max_iter, tol

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        self.labels_, t = np.unique(y, return_inverse=True)
        if len(self.labels_) != 2:
            raise ValueError("two classes are needed")
        A = np.column_stack([X, np.ones(len(X))])
        R = self.lam * np.eye(A.shape[1])
        R[-1, -1] = 0.0
        beta = np.zeros(A.shape[1])
        for self.n_iter_ in range(1, self.max_iter + 1):
            p = self._p(A, beta)
            g = A.T @ (p - t) + R @ beta
            H = (A * (p * (1 - p))[:, None]).T @ A + R + 1e-12 * np.eye(len(beta))
            delta = np.linalg.solve(H, g)
            beta = beta - delta
            if np.abs(delta).max() < self.tol:
                break
        self.beta_ = beta
        return self

    @staticmethod
    def _p(A, beta):
        return 0.5 * (1 + np.tanh(0.5 * (A @ beta)))

    def predict_proba(self, X):
        p = self._p(np.column_stack([np.ones(len(X)), np.asarray(X, dtype=float)]), self.beta_)
        return np.column_stack([1 - p, p])

    def predict(self, X):
        return self.labels_[(self.predict_proba(X)[:, 1] > 0.5).astype(int)]
