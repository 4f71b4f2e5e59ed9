import numpy as np
from sklearn.datasets import make_blobs


class Clusterer:
    '''
    K-Means, Lloyd iterations, k-means++ seeding, several restarts.

    Attributes after fit:
        centers   (k, d)
        labels    (n,)
        sse       sum of squared distances to the closest center
    '''

    def __init__(self, k=3, restarts=5, maxIter=100, tol=1e-6, seed=None):
        self.k = k
        self.restarts = restarts
        self.maxIter = maxIter
        self.tol = tol
        self.seed = seed

    def _sqDist(self, X, C):
        return ((X[:, np.newaxis, :] - C[np.newaxis, :, :]) ** 2).sum(axis=2)

    def _seedCenters(self, X, rng):
        n = X.shape[0]
        centers = [X[rng.integers(n)]]
        while len(centers) < self.k:
            d2 = self._sqDist(X, np.array(centers)).min(axis=1)
            total = d2.sum()
            if total == 0:
                centers.append(X[rng.integers(n)])
            else:
                centers.append(X[rng.choice(n, p=d2 / total)])
        return np.array(centers)

    def _singleRun(self, X, rng):
        C = self._seedCenters(X, rng)
        for _ in range(self.maxIter):
            D = self._sqDist(X, C)
            lab = D.argmin(axis=1)
            newC = C.copy()
            for j in range(self.k):
                members = X[lab == j]
                if len(members) > 0:
                    newC[j] = members.mean(axis=0)
                else:
                    newC[j] = X[D.min(axis=1).argmax()]
            shift = np.sqrt(((newC - C) ** 2).sum(axis=1)).max()
            C = newC
            if shift < self.tol:
                break
        D = self._sqDist(X, C)
        lab = D.argmin(axis=1)
        return C, lab, D[np.arange(len(X)), lab].sum()

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        rng = np.random.default_rng(self.seed)
        best = None
        for _ in range(self.restarts):
            run = self._singleRun(X, rng)
            if best is None or run[2] < best[2]:
                best = run
        self.centers, self.labels, self.sse = best
        return self

    def predict(self, X):
        X = np.asarray(X, dtype=float)
        return self._sqDist(X, self.centers).argmin(axis=1)

    def fitPredict(self, X):
        return self.fit(X).labels


def elbow(X, ks, seed=0):
    return [Clusterer(k, seed=seed).fit(X).sse for k in ks]


def purity(labels, truth):
    '''share of points whose cluster's most common class is their own'''
    hits = 0
    for c in np.unique(labels):
        _, counts = np.unique(truth[labels == c], return_counts=True)
        hits += counts.max()
    return hits / len(truth)


if __name__ == '__main__':
    X, truth = make_blobs(n_samples=300, centers=4, cluster_std=0.8, random_state=11)
    for k, s in zip(range(1, 8), elbow(X, range(1, 8))):
        print('k = %d   sse = %.1f' % (k, s))
    model = Clusterer(k=4, seed=0)
    lab = model.fitPredict(X)
    print('purity', purity(lab, truth))
