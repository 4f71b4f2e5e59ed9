import numpy as np
from scipy.special import expit


class LogReg(object):
    """Labels are -1 / +1. Objective:  C * sum_i log(1 + exp(-y_i f(x_i))) + w'w / 2   (summed, as liblinear has it)."""

    def __init__(self, C=1.0, n_steps=3000, eta=None):
        self.C = C
        self.n_steps = n_steps
        self.eta = eta

    def objective(self, w, b, X, y):
        margins = y * (X.dot(w) + b)
        return self.C * np.logaddexp(0, -margins).sum() + 0.5 * w.dot(w)

    def objective_grad(self, w, b, X, y):
        margins = y * (X.dot(w) + b)
        s = -y * expit(-margins)
        return self.C * X.T.dot(s) + w, self.C * s.sum()

    def fit(self, X, y):
        X = np.array(X, dtype=float)
        y = np.array(y, dtype=float)
        if not set(np.unique(y)) <= {-1.0, 1.0}:
            raise ValueError("labels must be -1 or +1")
        n, d = X.shape
        # step from the Lipschitz constant, so C does not need a new eta
        eta = self.eta
        if eta is None:
            A = np.hstack([X, np.ones((n, 1))])
            eta = 1.0 / (0.25 * self.C * np.linalg.norm(A, 2) ** 2 + 1.0)
        w, b = np.zeros(d), 0.0
        self.path = []
        for _ in range(self.n_steps):
            gw, gb = self.objective_grad(w, b, X, y)
            w = w - eta * gw
            b = b - eta * gb
            self.path.append(self.objective(w, b, X, y))
        self.w, self.b = w, b
        return self

    def predict_proba(self, X):
        """P(y = +1 | x), shape (n,)"""
        return expit(np.asarray(X, dtype=float).dot(self.w) + self.b)

    def predict(self, X):
        return np.where(np.asarray(X, dtype=float).dot(self.w) + self.b >= 0, 1, -1)


if __name__ == '__main__':
    rng = np.random.RandomState(3)
    X = np.vstack([rng.randn(80, 2) + 1.5, rng.randn(80, 2) - 1.5])
    y = np.r_[np.ones(80), -np.ones(80)]
    for C in (0.01, 0.1, 1, 10):
        m = LogReg(C=C).fit(X, y)
        print('C=%-5g  objective=%.3f  |w|=%.3f  acc=%.3f' % (C, m.path[-1], np.linalg.norm(m.w), (m.predict(X) == y).mean()))
