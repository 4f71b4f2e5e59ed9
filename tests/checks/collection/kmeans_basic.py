"""K-means clustering (Lloyd's algorithm)."""
import numpy as np


class KMeans:
    def __init__(self, n_clusters=3, max_iter=300, tol=1e-6, n_init=5, random_state=None):
        self.n_clusters = n_clusters
        self.max_iter = max_iter
        self.tol = tol
        self.n_init = n_init
        self.random_state = random_state

    def _sq_dist(self, X, C):
        return ((X[:, None, :] - C[None, :, :]) ** 2).sum(axis=2)

    def _init_centroids(self, X, rng):
        distinct = np.unique(X, axis=0)
        if len(distinct) < self.n_clusters:
            raise ValueError("fewer distinct points than clusters")
        chosen = rng.choice(len(distinct), size=self.n_clusters, replace=False)
        return distinct[chosen].copy()

    def _single_run(self, X, rng):
        C = self._init_centroids(X, rng)
        for it in range(self.max_iter):
            D = self._sq_dist(X, C)
            labels = D.argmin(axis=1)
            new_C = C.copy()
            for j in range(self.n_clusters):
                members = X[labels == j]
                if len(members) > 0:
                    new_C[j] = members.mean(axis=0)
                else:
                    new_C[j] = X[D.min(axis=1).argmax()]
            shift = np.sqrt(((new_C - C) ** 2).sum())
            C = new_C
            if shift <= self.tol:
                break
        D = self._sq_dist(X, C)
        labels = D.argmin(axis=1)
        inertia = D[np.arange(len(X)), labels].sum()
        return C, labels, inertia, it + 1

    def fit(self, X, y=None):
        X = np.array(X, dtype=float)
        if not np.all(np.isfinite(X)):
            raise ValueError("X must be finite")
        rng = np.random.default_rng(self.random_state if self.random_state else None)
        best = None
        for _ in range(self.n_init):
            run = self._single_run(X, rng)
            if best is None or run[2] < best[2]:
                best = run
        self.cluster_centers_, self.labels_, self.inertia_, self.n_iter_ = best
        return self

    def predict(self, X):
        X = np.asarray(X, dtype=float)
        return self._sq_dist(X, self.cluster_centers_).argmin(axis=1)

    def fit_predict(self, X, y=None):
        return self.fit(X).labels_
