"""k-Nearest Neighbours, for week 4 of the course.  Lecturer's solution."""
import numpy as np


class KNNClassifier:

    def __init__(self, k=5, metric="euclidean", weighted=False):
        assert metric in ("euclidean", "manhattan")
        self.k = k
        self.metric = metric
        self.weighted = weighted

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        # centred, so that the expanded square below does not lose digits
        self._origin = X.mean(axis=0)
        self._X = X - self._origin
        self._classes, self._y = np.unique(y, return_inverse=True)
        return self

    def distances(self, A):
        """Matrix of distances, one row for each row of A, one column per training sample."""
        A = np.asarray(A, dtype=float) - self._origin
        if self.metric == "manhattan":
            return np.abs(A[:, None, :] - self._X[None, :, :]).sum(axis=2)
        sq = (A ** 2).sum(axis=1)[:, None] + (self._X ** 2).sum(axis=1)[None, :] - 2.0 * A @ self._X.T
        return np.sqrt(np.maximum(sq, 0.0))

    def kneighbors(self, A):
        D = self.distances(A)
        order = np.argsort(D, axis=1, kind="stable")
        nearest = order[:, :self.k]
        return nearest, np.take_along_axis(D, nearest, axis=1)

    def _votes(self, A):
        nearest, dist = self.kneighbors(A)
        if self.weighted:
            w = 1.0 / (dist + 1e-9)
        else:
            w = np.ones_like(dist)
        votes = np.zeros((len(nearest), len(self._classes)))
        for c in range(len(self._classes)):
            votes[:, c] = np.sum(w * (self._y[nearest] == c), axis=1)
        return votes

    def predict_proba(self, A):
        v = self._votes(A)
        return v / v.sum(axis=1, keepdims=True)

    def predict(self, A):
        # ties go to the class that comes first in sorted order
        return self._classes[np.argmax(self._votes(A), axis=1)]

    def score(self, A, y):
        return np.mean(self.predict(A) == np.asarray(y))


def choose_k(X, y, candidates, n_folds=5, seed=0):
    """mean validation accuracy for every k, by cross-validation"""
    X, y = np.asarray(X), np.asarray(y)
    perm = np.random.RandomState(seed).permutation(len(y))
    folds = np.array_split(perm, n_folds)
    table = {}
    for k in candidates:
        accs = []
        for i in range(n_folds):
            val = folds[i]
            tr = np.concatenate([folds[j] for j in range(n_folds) if j != i])
            accs.append(KNNClassifier(k).fit(X[tr], y[tr]).score(X[val], y[val]))
        table[k] = np.mean(accs)
    return max(table, key=table.get), table


if __name__ == "__main__":
    from sklearn.datasets import load_iris
    X, y = load_iris(return_X_y=True)
    perm = np.random.RandomState(1).permutation(len(y))
    tr, te = perm[:110], perm[110:]
    best, table = choose_k(X[tr], y[tr], [1, 3, 5, 7, 9, 15])
    for k, a in table.items():
        print(k, round(a, 4))
    print("best k:", best, "  test accuracy:", KNNClassifier(best).fit(X[tr], y[tr]).score(X[te], y[te]))
