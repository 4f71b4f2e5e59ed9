import numpy as np


def _sq_dists(A, B):
    """pairwise squared euclidean distances, (len(A), len(B))"""
    aa = np.einsum('ij,ij->i', A, A)[:, None]
    bb = np.einsum('ij,ij->i', B, B)[None, :]
    return np.maximum(aa - 2.0 * A @ B.T + bb, 0.0)


class Lloyd:
    """
    K-means where the caller brings the starting centers.

    >>> model = Lloyd(max_iter=50)
    >>> labels = model.fit_predict(X, init)      # init: (k, d) array

    After the fit:
        centers   (k, d) array
        inertia   sum of squared distances to the assigned center
        history   inertia per iteration
        n_iter    iterations used
    """

    def __init__(self, max_iter: int = 100, tol: float = 1e-6):
        self.max_iter = max_iter
        self.tol = tol

    def fit_predict(self, X: np.ndarray, init: np.ndarray) -> np.ndarray:
        X = np.asarray(X, dtype=np.float64)
        # work around the data mean, the expanded distance loses digits otherwise
        offset = X.mean(axis=0)
        Z = X - offset
        C = np.array(init, dtype=np.float64) - offset
        k = C.shape[0]

        self.history = []
        self.n_iter = 0
        for _ in range(self.max_iter):
            D = _sq_dists(Z, C)
            z = D.argmin(axis=1)
            self.history.append(D[np.arange(len(Z)), z].sum())

            R = np.zeros((len(Z), k))
            R[np.arange(len(Z)), z] = 1.0
            counts = R.sum(axis=0)
            C_new = np.where(counts[:, None] > 0, R.T @ Z / np.maximum(counts, 1)[:, None], C)

            self.n_iter += 1
            moved = np.abs(C_new - C).max()
            C = C_new
            if moved <= self.tol:
                break

        D = _sq_dists(Z, C)
        labels = D.argmin(axis=1)
        self.inertia = D.min(axis=1).sum()
        self.history.append(self.inertia)
        self.centers = C + offset
        self._offset = offset
        return labels

    def predict(self, X):
        X = np.asarray(X, dtype=np.float64)
        return _sq_dists(X - self._offset, self.centers - self._offset).argmin(axis=1)

    def transform(self, X):
        """distances to every center"""
        X = np.asarray(X, dtype=np.float64)
        return np.sqrt(_sq_dists(X - self._offset, self.centers - self._offset))


def purity(labels, truth):
    """share of samples that carry the most common true class of their cluster"""
    total = 0
    for c in np.unique(labels):
        _, n = np.unique(truth[labels == c], return_counts=True)
        total += n.max()
    return total / len(truth)


if __name__ == '__main__':
    from sklearn.datasets import load_iris

    iris = load_iris()
    X, y = iris.data, iris.target
    init = X[[0, 60, 120]]
    model = Lloyd()
    labels = model.fit_predict(X, init)
    print('iterations', model.n_iter)
    print('inertia    %.4f' % model.inertia)
    print('history   ', np.round(model.history, 3))
    print('purity     %.3f' % purity(labels, y))
