"""
Heart disease prediction
logistic regression by hand (no sklearn), dataset: heart.csv (303 patients, last column = target)
"""
import numpy as np
import pandas as pd


class HeartLogit:
    def __init__(self, alpha=0.3, n_iter=3000, reg=0.0, tol=1e-7):
        self.alpha = alpha
        self.n_iter = n_iter
        self.reg = reg
        self.tol = tol

    @staticmethod
    def _sig(t):
        # two branches so that exp never sees a big positive number
        out = np.empty(t.shape, dtype=float)
        pos = t >= 0
        out[pos] = 1.0 / (1.0 + np.exp(-t[pos]))
        e = np.exp(t[~pos])
        out[~pos] = e / (1.0 + e)
        return out

    def _design(self, X):
        Z = (np.asarray(X, dtype=float) - self.mu) / self.sd
        return np.hstack([np.ones((Z.shape[0], 1)), Z])

    def _cost(self, A, t, w):
        p = np.clip(self._sig(A @ w), 1e-12, 1 - 1e-12)
        nll = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
        return nll + self.reg / (2 * len(t)) * np.sum(w[1:] ** 2)

    def _grad(self, A, t, w):
        g = A.T @ (self._sig(A @ w) - t) / len(t)
        g[1:] += self.reg / len(t) * w[1:]
        return g

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y).ravel()
        self.labels = np.unique(y)
        if len(self.labels) != 2:
            raise ValueError("need exactly two classes")
        t = (y == self.labels[1]).astype(float)

        self.mu = X.mean(axis=0)
        sd = X.std(axis=0)
        self.sd = np.where(sd == 0, 1.0, sd)

        A = self._design(X)
        w = np.zeros(A.shape[1])
        self.costs = [self._cost(A, t, w)]
        for i in range(self.n_iter):
            w = w - self.alpha * self._grad(A, t, w)
            self.costs.append(self._cost(A, t, w))
            if abs(self.costs[-2] - self.costs[-1]) < self.tol:
                break
        self.w = w
        self.n_iter_done = i + 1
        return self

    def predict_proba(self, X):
        p1 = self._sig(self._design(X) @ self.w)
        return np.column_stack([1 - p1, p1])

    def predict(self, X):
        return self.labels[(self.predict_proba(X)[:, 1] >= 0.5).astype(int)]


if __name__ == "__main__":
    df = pd.read_csv("heart.csv")
    print(df.shape)
    X = df.drop(columns=["target"]).values
    y = df["target"].values

    rng = np.random.default_rng(11)
    order = rng.permutation(len(y))
    cut = int(0.8 * len(y))
    tr, te = order[:cut], order[cut:]

    clf = HeartLogit(alpha=0.3, reg=1.0).fit(X[tr], y[tr])
    print("iterations:", clf.n_iter_done, " last cost: %.4f" % clf.costs[-1])
    print("train acc: %.3f" % np.mean(clf.predict(X[tr]) == y[tr]))
    print("test  acc: %.3f" % np.mean(clf.predict(X[te]) == y[te]))
