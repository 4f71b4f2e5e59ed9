"""Spherical k-means: rows and centres have length one, nearness is the cosine."""

import numpy as np


class SphericalKMeans:
    def __init__(self, k=3, max_iter=50, seed=0):
        self.k, self.max_iter, self.seed = k, max_iter, seed

    @staticmethod
    def _unit(A):
        return A / np.maximum(np.linalg.norm(A, axis=1, keepdims=True), 1e-12)

    def fit(self, X):
        U = self._unit(np.asarray(X, dtype=float))
        rng = np.random.default_rng(self.seed)
        self.centroids = U[rng.choice(len(U), self.k, replace=False)]
        for _ in range(self.max_iter):
            self.labels = (U @ self.centroids.T).argmax(axis=1)
            new = np.array([U[self.labels == j].sum(axis=0) if (self.labels == j).any() else self.centroids[j]
                            for j in range(self.k)])
            new = self._unit(new)
            if np.allclose(new, self.centroids):
                break
            self.centroids = new
        self.labels = (U @ self.centroids.T).argmax(axis=1)
        return self

    def predict(self, X):
        return (self._unit(np.asarray(X, dtype=float)) @ self.centroids.T).argmax(axis=1)
