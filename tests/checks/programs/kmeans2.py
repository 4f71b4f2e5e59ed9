"""
Lloyd's algorithm, numbered by size: cluster 1 is the biggest one, cluster 2 the next, and so on.
Reported cost = mean squared distance (distortion), not the sum.
"""
import numpy as np
from numpy.linalg import norm


class Lloyd:

    def __init__(self, K, seed=0, restarts=10, steps=50):
        self.K, self.seed, self.restarts, self.steps = K, seed, restarts, steps

    def nearest(self, X, M):
        dist = np.stack([norm(X - m, axis=1) for m in M], axis=1)
        return np.argmin(dist, axis=1), np.min(dist, axis=1)

    def distortion(self, X, M):
        return np.mean(self.nearest(X, M)[1] ** 2)

    def run_once(self, X, rng):
        M = X[rng.choice(X.shape[0], self.K, replace=False)]
        for _ in range(self.steps):
            lab, d = self.nearest(X, M)
            new = []
            for k in range(self.K):
                if np.any(lab == k):
                    new.append(X[lab == k].mean(0))
                else:
                    # put a lost centre on the point that is worst off
                    new.append(X[np.argmax(d)])
                    d[np.argmax(d)] = 0
            new = np.array(new)
            if np.allclose(new, M, atol=0, rtol=0):
                break
            M = new
        return M

    def fit(self, X):
        X = np.asarray(X, dtype=np.float64)
        rng = np.random.RandomState(self.seed)
        runs = [self.run_once(X, rng) for _ in range(self.restarts)]
        M = min(runs, key=lambda m: self.distortion(X, m))
        sizes = np.bincount(self.nearest(X, M)[0], minlength=self.K)
        self.means = M[np.argsort(-sizes, kind="stable")]
        self.cost = self.distortion(X, self.means)
        self.labels = self.predict(X)
        return self

    def predict(self, X):
        return 1 + self.nearest(np.asarray(X, dtype=np.float64), self.means)[0]


if __name__ == "__main__":
    rng = np.random.RandomState(5)
    X = np.vstack([rng.randn(n, 2) * 0.6 + c for n, c in ((90, (0, 0)), (60, (4, 0)), (30, (2, 4)))])
    km = Lloyd(3).fit(X)
    print(km.means)
    print("distortion", km.cost, " sizes", np.bincount(km.labels)[1:])
