import numpy as np


class MarginLogit:
    """Logistic regression for labels -1 and +1, trained sample by sample.

    Minimises  1/n * sum_i log(1 + exp(-y_i * (w'x_i + b))) + lam/2 * |w|^2.
    """

    def __init__(self, eta0=0.1, lam=1e-3, n_passes=40, seed=None):
        self.eta0 = eta0
        self.lam = lam
        self.n_passes = n_passes
        self.seed = seed

    def decision_function(self, X):
        return X @ self.w + self.b

    def objective(self, X, y):
        margins = y * self.decision_function(X)
        return np.logaddexp(0, -margins).mean() + 0.5 * self.lam * self.w @ self.w

    def full_gradient(self, X, y):
        """gradient of the objective in w and b"""
        margins = y * self.decision_function(X)
        c = -y * self._weight(margins)
        return X.T @ c / len(y) + self.lam * self.w, c.mean()

    @staticmethod
    def _weight(margin):
        # 1 / (1 + exp(margin)) without overflow
        return 0.5 * (1.0 - np.tanh(0.5 * margin))

    def fit(self, X, y):
        if not set(np.unique(y)) <= {-1, 1}:
            raise ValueError("labels must be -1 and +1")
        rng = np.random.default_rng(self.seed)
        n, p = X.shape
        self.w = np.zeros(p)
        self.b = 0.0
        self.history = []
        t = 0
        for _ in range(self.n_passes):
            for i in rng.permutation(n):
                eta = self.eta0 / (1.0 + t / n)
                c = -y[i] * self._weight(y[i] * (X[i] @ self.w + self.b))
                self.w = self.w - eta * (c * X[i] + self.lam * self.w)
                self.b = self.b - eta * c
                t += 1
            self.history.append(self.objective(X, y))
        return self

    def predict_proba(self, X):
        p = 0.5 * (1.0 + np.tanh(0.5 * self.decision_function(X)))
        return np.column_stack([1 - p, p])

    def predict(self, X):
        return np.where(self.decision_function(X) >= 0, 1, -1)

    def score(self, X, y):
        return np.mean(self.predict(X) == y)


if __name__ == "__main__":
    from sklearn.datasets import make_classification

    X, y = make_classification(n_samples=600, n_features=8, n_informative=5, class_sep=1.2, random_state=3)
    y = 2 * y - 1
    X_tr, X_te, y_tr, y_te = X[:400], X[400:], y[:400], y[400:]
    clf = MarginLogit(seed=0).fit(X_tr, y_tr)
    print("objective: first pass %.4f, last pass %.4f" % (clf.history[0], clf.history[-1]))
    gw, gb = clf.full_gradient(X_tr, y_tr)
    print("|gradient| %.4f" % np.hypot(np.linalg.norm(gw), gb))
    print("test accuracy %.3f" % clf.score(X_te, y_te))
