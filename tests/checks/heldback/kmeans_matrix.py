import numpy as np


class MatrixKMeans(object):
    """X ~ Z C with Z (n, k) of zeros and one 1 per row: alternate the best Z and the best C."""

    def __init__(self, k, steps=100, starts=5, seed=0):
        self.k = k
        self.steps = steps
        self.starts = starts
        self.seed = seed

    def _check(self, X):
        X = np.array(X, dtype=float, ndmin=2)
        if np.isnan(X).any():
            raise ValueError("X has missing values")
        return X

    def _squared(self, X, C):
        # centred at the mean of C, so that large offsets do not eat the digits
        o = C.mean(axis=0)
        A, B = X - o, C - o
        return np.maximum((A * A).sum(1)[:, None] - 2 * A @ B.T + (B * B).sum(1), 0)

    def _assign(self, X, C):
        Z = np.zeros((len(X), len(C)))
        Z[np.arange(len(X)), self._squared(X, C).argmin(axis=1)] = 1
        return Z

    def _means(self, X, Z, C):
        sizes = Z.sum(axis=0)
        filled = sizes > 0
        new = C.copy()
        new[filled] = (Z.T @ X)[filled] / sizes[filled, None]
        return new

    def _descend(self, X, rng):
        rows = np.unique(X, axis=0)
        C = rows[rng.permutation(len(rows))[:self.k]]
        Z = self._assign(X, C)
        costs = []
        for _ in range(self.steps):
            C = self._means(X, Z, C)
            newZ = self._assign(X, C)
            costs.append(((X - newZ @ C) ** 2).sum())
            if (newZ == Z).all():
                break
            Z = newZ
        return C, newZ, costs

    def fit(self, X):
        X = self._check(X)
        if len(np.unique(X, axis=0)) < self.k:
            raise ValueError("fewer distinct rows than clusters")
        rng = np.random.RandomState(self.seed)
        results = [self._descend(X, rng) for _ in range(self.starts)]
        self.C, self.Z, self.costs = min(results, key=lambda r: r[2][-1])
        self.labels = self.Z.argmax(axis=1)
        self.cost = self.costs[-1]
        return self

    def predict(self, X):
        return self._assign(self._check(X), self.C).argmax(axis=1)


def main():
    rng = np.random.RandomState(21)
    X = np.vstack([rng.randn(70, 4) + c for c in 3.0 * np.eye(4)]) + 50
    print("one cluster: cost %.1f" % ((X - X.mean(0)) ** 2).sum())
    for k in (2, 3, 4, 5, 6):
        km = MatrixKMeans(k).fit(X)
        print("k=%d cost %.1f after %d steps, sizes %s" % (k, km.cost, len(km.costs), km.Z.sum(0).astype(int)))
        assert (km.predict(X) == km.labels).all()


if __name__ == "__main__":
    main()
