from __future__ import annotations

import numpy as np


class MiniBatchKMeans:
    """Web-scale k-means: each centre moves by 1/count towards every point it wins."""

    def __init__(self, n_clusters: int, batch_size: int = 64, n_epochs: int = 15, seed: int | None = None):
        self.n_clusters = n_clusters
        self.batch_size = batch_size
        self.n_epochs = n_epochs
        self.seed = seed

    @staticmethod
    def _nearest(X: np.ndarray, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        d2 = ((X[:, None, :] - centers[None, :, :]) ** 2).sum(axis=-1)
        labels = d2.argmin(axis=1)
        return labels, d2[np.arange(len(X)), labels]

    def _spread_start(self, X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """k-means++: far points are likelier to become the next centre"""
        chosen = [int(rng.integers(len(X)))]
        closest = ((X - X[chosen[0]]) ** 2).sum(axis=1)
        for _ in range(1, self.n_clusters):
            if closest.sum() == 0:
                raise ValueError("fewer distinct points than clusters")
            nxt = int(rng.choice(len(X), p=closest / closest.sum()))
            chosen.append(nxt)
            closest = np.minimum(closest, ((X - X[nxt]) ** 2).sum(axis=1))
        return X[chosen].copy()

    def fit(self, X: np.ndarray) -> "MiniBatchKMeans":
        X = np.asarray(X, dtype=np.float64)
        if not np.isfinite(X).all():
            raise ValueError("X must be finite")
        rng = np.random.default_rng(self.seed)
        centers = self._spread_start(X, rng)
        counts = np.zeros(self.n_clusters)
        for _ in range(self.n_epochs):
            order = rng.permutation(len(X))
            for start in range(0, len(X), self.batch_size):
                batch = X[order[start:start + self.batch_size]]
                labels, _ = self._nearest(batch, centers)
                for j in np.unique(labels):
                    points = batch[labels == j]
                    counts[j] += len(points)
                    centers[j] += (points - centers[j]).sum(axis=0) / counts[j]
        self.cluster_centers_ = centers
        self.labels_, best = self._nearest(X, centers)
        self.inertia_ = float(best.sum())
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self._nearest(np.asarray(X, dtype=np.float64), self.cluster_centers_)[0]


def elbow(X, ks, starts=4):
    """smallest inertia of a few starts for each k"""
    return [min(MiniBatchKMeans(k, seed=s).fit(X).inertia_ for s in range(starts)) for k in ks]


if __name__ == "__main__":
    gen = np.random.default_rng(3)
    means = gen.uniform(-8, 8, size=(5, 2))
    X = gen.normal(np.repeat(means, 200, axis=0), 0.7)
    ks = range(1, 9)
    for k, inertia in zip(ks, elbow(X, ks)):
        print(f"k = {k}: inertia {inertia:10.1f}")
    model = MiniBatchKMeans(5, seed=0).fit(X)
    print("sizes", np.bincount(model.labels_), "true", [200] * 5)
