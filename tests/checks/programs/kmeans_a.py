import numpy as np


class KMeans:
    """K-Means with k-means++ seeding and several restarts.

    Attributes after fit: centroids_, labels_, inertia_, n_iter_
    """

    def __init__(self, n_clusters=3, n_init=5, max_iter=100, tol=1e-6, random_state=None):
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def _seed(self, X, rng):
        first = rng.integers(len(X))
        chosen = [X[first]]
        for _ in range(self.n_clusters - 1):
            d2 = self._sqdist(X, np.array(chosen)).min(axis=1)
            total = d2.sum()
            if total == 0:
                chosen.append(X[rng.integers(len(X))])
            else:
                chosen.append(X[rng.choice(len(X), p=d2 / total)])
        return np.array(chosen)

    @staticmethod
    def _sqdist(X, C):
        return ((X[:, None, :] - C[None, :, :]) ** 2).sum(axis=2)

    def _assign(self, X, C):
        D = self._sqdist(X, C)
        labels = D.argmin(axis=1)
        return labels, D[np.arange(len(X)), labels].sum()

    def _one_run(self, X, rng):
        C = self._seed(X, rng)
        for it in range(1, self.max_iter + 1):
            labels, _ = self._assign(X, C)
            new = C.copy()
            for k in range(self.n_clusters):
                members = X[labels == k]
                if len(members) > 0:
                    new[k] = members.mean(axis=0)
            shift = np.sqrt(((new - C) ** 2).sum())
            C = new
            if shift < self.tol:
                break
        labels, inertia = self._assign(X, C)
        return C, labels, inertia, it

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        rng = np.random.default_rng(self.random_state)
        best = None
        for _ in range(self.n_init):
            run = self._one_run(X, rng)
            if best is None or run[2] < best[2]:
                best = run
        self.centroids_, self.labels_, self.inertia_, self.n_iter_ = best
        return self

    def predict(self, X):
        return self._assign(np.asarray(X, dtype=float), self.centroids_)[0]

    def fit_predict(self, X):
        return self.fit(X).labels_


if __name__ == "__main__":
    from sklearn.datasets import make_blobs

    X, truth = make_blobs(n_samples=300, centers=4, cluster_std=0.7, random_state=11)
    for k in range(1, 9):
        km = KMeans(n_clusters=k, random_state=0).fit(X)
        print("k=%d  inertia=%9.2f  iterations=%d" % (k, km.inertia_, km.n_iter_))
