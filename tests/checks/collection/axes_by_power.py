import numpy as np


class PowerPCA:
    """Leading axes one after the other by power iteration with deflation."""

    def __init__(self, k=2, rounds=2000, seed=0):
        self.k, self.rounds, self.seed = k, rounds, seed

    def learn(self, table):
        table = np.asarray(table, dtype=float)
        self.centre = table.mean(axis=0)
        D = table - self.centre
        S = D.T @ D / len(D)
        rng = np.random.default_rng(self.seed)
        self.axes, self.variances = [], []
        for _ in range(self.k):
            v = rng.standard_normal(S.shape[0])
            v /= np.linalg.norm(v)
            for _ in range(self.rounds):
                w = S @ v
                w /= np.linalg.norm(w)
                if np.abs(w - v).max() < 1e-13:
                    v = w
                    break
                v = w
            lam = v @ S @ v
            self.axes.append(v)
            self.variances.append(lam)
            S = S - lam * np.outer(v, v)
        self.axes = np.array(self.axes)
        self.variances = np.array(self.variances)
        return self

    def scores(self, table):
        return (np.asarray(table, dtype=float) - self.centre) @ self.axes.T

    def rebuild(self, scores):
        return scores @ self.axes
