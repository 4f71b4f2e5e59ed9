import numpy as np


class KMeansPP:
    """Lloyd's algorithm with k-means++ seeding and several restarts.

    After fit:
        centers_ : (k, d)
        labels_  : (n,) index of the nearest center
        inertia_ : sum of squared distances to the nearest center
    """

    def __init__(self, n_clusters=8, n_init=5, max_iter=300, tol=1e-6, seed=None):
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.seed = seed

    def _sq_dist(self, X, C):
        return ((X[:, np.newaxis, :] - C[np.newaxis, :, :]) ** 2).sum(axis=2)

    def _seed_centers(self, X, rng):
        n = len(X)
        chosen = [int(rng.integers(n))]
        while len(chosen) < self.n_clusters:
            d2 = self._sq_dist(X, X[chosen]).min(axis=1)
            total = d2.sum()
            if total > 0:
                chosen.append(int(rng.choice(n, p=d2 / total)))
            else:
                left = np.setdiff1d(np.arange(n), chosen)
                chosen.append(int(rng.choice(left)))
        return X[chosen].copy()

    def _assign(self, X, C):
        d2 = self._sq_dist(X, C)
        labels = d2.argmin(axis=1)
        return labels, d2[np.arange(len(X)), labels]

    def _move(self, X, C, labels, d2):
        new = C.copy()
        far = np.argsort(d2)[::-1]
        used = 0
        for j in range(self.n_clusters):
            members = X[labels == j]
            if len(members):
                new[j] = members.mean(axis=0)
            else:
                new[j] = X[far[used]]
                used += 1
        return new

    def _single_run(self, X, rng):
        C = self._seed_centers(X, rng)
        for it in range(self.max_iter):
            labels, d2 = self._assign(X, C)
            new = self._move(X, C, labels, d2)
            shift = np.sqrt(((new - C) ** 2).sum(axis=1)).max()
            C = new
            if shift <= self.tol:
                break
        labels, d2 = self._assign(X, C)
        return C, labels, d2.sum(), it + 1

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        rng = np.random.default_rng(self.seed)
        best = None
        for _ in range(self.n_init):
            run = self._single_run(X, rng)
            if best is None or run[2] < best[2]:
                best = run
        self.centers_, self.labels_, self.inertia_, self.n_iter_ = best
        return self

    def predict(self, X):
        return self._assign(np.asarray(X, dtype=float), self.centers_)[0]

    def fit_predict(self, X):
        return self.fit(X).labels_


if __name__ == "__main__":
    import matplotlib.pyplot as plt
    from sklearn.datasets import make_blobs

    X, _ = make_blobs(400, centers=5, cluster_std=0.9, random_state=2)
    curve = [KMeansPP(k, seed=0).fit(X).inertia_ for k in range(1, 10)]
    plt.plot(range(1, 10), curve, "o-")
    plt.xlabel("number of clusters")
    plt.ylabel("inertia")
    plt.figure()
    km = KMeansPP(5, seed=0).fit(X)
    plt.scatter(X[:, 0], X[:, 1], c=km.labels_, s=12)
    plt.scatter(km.centers_[:, 0], km.centers_[:, 1], c="k", marker="x")
    plt.show()
