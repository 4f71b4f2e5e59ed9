"""k-means with a deterministic farthest-first start.

Conventions
  * data points are the COLUMNS of X (d x n), as on the blackboard
  * cluster numbers start at 1
  * `cost` is the mean squared distance (distortion J of the course), not the sum
  * a cluster that loses all its points keeps its old centre
"""
import numpy as np


class FarthestFirstKMeans:
    def __init__(self, K, sweeps=100):
        self.K = K
        self.sweeps = sweeps

    @staticmethod
    def _table(X, M):
        # entry (k, i) = || x_i - m_k ||^2
        return np.array([((X - m[:, None]) ** 2).sum(axis=0) for m in M.T])

    def _start(self, X):
        centre = X.mean(axis=1)
        picked = [np.argmin(((X - centre[:, None]) ** 2).sum(axis=0))]
        for _ in range(1, self.K):
            picked.append(np.argmax(self._table(X, X[:, picked]).min(axis=0)))
        return X[:, picked].astype(float)

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        M = self._start(X)
        z = None
        for sweep in range(self.sweeps):
            z_new = self._table(X, M).argmin(axis=0)
            if z is not None and np.array_equal(z, z_new):
                break
            z = z_new
            for k in range(self.K):
                mine = z == k
                if mine.any():
                    M[:, k] = X[:, mine].mean(axis=1)
        T = self._table(X, M)
        self.M = M
        self.z = T.argmin(axis=0) + 1
        self.cost = T.min(axis=0).mean()
        return self

    def assign(self, X):
        return self._table(np.asarray(X, dtype=float), self.M).argmin(axis=0) + 1


if __name__ == "__main__":
    rs = np.random.RandomState(0)
    P = np.hstack([rs.randn(2, 50) + np.array([[c], [-c]]) for c in (0, 5, 10)])
    km = FarthestFirstKMeans(3).fit(P)
    print(km.M.T, km.cost, np.bincount(km.z))
