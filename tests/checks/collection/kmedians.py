import numpy as np


class KMedians:
    """Cluster centres are the medians of their members; distances are city-block.

    Not k-means: `cost_` is the sum of absolute differences.
    """

    def __init__(self, k, starts=4, iters=50, seed=0):
        self.k, self.starts, self.iters, self.seed = k, starts, iters, seed

    def _distance(self, X, M):
        return np.abs(X[:, None] - M[None]).sum(axis=2)

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        rng = np.random.default_rng(self.seed)
        distinct = np.unique(X, axis=0)
        if len(distinct) < self.k:
            raise ValueError("k is larger than the number of distinct rows")
        self.cost_ = np.inf
        for _ in range(self.starts):
            M = distinct[rng.choice(len(distinct), self.k, replace=False)]
            for _ in range(self.iters):
                member = self._distance(X, M).argmin(axis=1)
                M_new = np.array([np.median(X[member == j], axis=0) if np.any(member == j) else M[j] for j in range(self.k)])
                if np.array_equal(M_new, M):
                    break
                M = M_new
            D = self._distance(X, M)
            if D.min(axis=1).sum() < self.cost_:
                self.cost_, self.medians_, self.labels_ = D.min(axis=1).sum(), M, D.argmin(axis=1)
        return self

    def predict(self, X):
        return self._distance(np.asarray(X, dtype=float), self.medians_).argmin(axis=1)
