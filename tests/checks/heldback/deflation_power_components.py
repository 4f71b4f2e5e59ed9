import numpy as np


class TransformerBase:
    """fit / transform / fit_transform interface shared by the reducers in this repo."""

    _fitted = False

    def fit(self, X, y=None):
        raise NotImplementedError

    def transform(self, X):
        raise NotImplementedError

    def fit_transform(self, X, y=None):
        return self.fit(X, y).transform(X)

    def _check(self, X):
        X = np.array(X, dtype=float)
        if X.ndim != 2:
            raise ValueError("expected a 2d array")
        if np.isnan(X).any():
            raise ValueError("X contains NaN")
        return X


class PowerPCA(TransformerBase):
    """
    Principal components by power iteration with deflation.

    Parameters:
    -----------
    n_components: int
        The number of components to keep.
    scale: bool
        Divide by the standard deviation (correlation instead of covariance).
    n_iter, tol:
        Limits of the power iteration.
    whiten: bool
        Give every score unit variance.
    seed: int
        Start vectors.
    """

    def __init__(self, n_components=2, scale=False, n_iter=5000, tol=1e-15, whiten=False, seed=0):
        self.n_components = n_components
        self.scale = scale
        self.n_iter = n_iter
        self.tol = tol
        self.whiten = whiten
        self.seed = seed

    def _standardize(self, X):
        return (X - self.mean_) / self.scale_

    def _leading_eigenpair(self, A, rng):
        v = rng.normal(size=A.shape[0])
        v /= np.linalg.norm(v)
        for _ in range(self.n_iter):
            w = A @ v
            norm = np.linalg.norm(w)
            if norm < 1e-14:
                break
            w /= norm
            # both are unit vectors
            if 1.0 - abs(w @ v) < self.tol:
                v = w
                break
            v = w
        return v @ A @ v, v

    def fit(self, X, y=None):
        X = self._check(X)
        n, p = X.shape
        if self.n_components > p:
            raise ValueError("n_components must be <= n_features")
        rng = np.random.default_rng(self.seed)

        self.mean_ = X.mean(axis=0)
        if self.scale:
            std = X.std(axis=0, ddof=1)
            self.scale_ = np.where(std > 0, std, 1.0)
        else:
            self.scale_ = np.ones(p)

        Z = self._standardize(X)
        A = Z.T @ Z / (n - 1)
        self.total_variance_ = np.trace(A)

        values, vectors = [], []
        for _ in range(self.n_components):
            value, vector = self._leading_eigenpair(A, rng)
            # remove what was found
            A = A - value * np.outer(vector, vector)
            values.append(value)
            vectors.append(vector)

        self.components_ = np.array(vectors)
        self.explained_variance_ = np.array(values)
        self.explained_variance_ratio_ = self.explained_variance_ / self.total_variance_
        self._fitted = True
        return self

    def transform(self, X):
        if not self._fitted:
            raise RuntimeError("PowerPCA is not fitted")
        scores = self._standardize(self._check(X)) @ self.components_.T
        if self.whiten:
            scores = scores / np.sqrt(self.explained_variance_)
        return scores

    def inverse_transform(self, scores):
        if self.whiten:
            scores = scores * np.sqrt(self.explained_variance_)
        return scores @ self.components_ * self.scale_ + self.mean_


if __name__ == "__main__":
    from sklearn.datasets import load_wine

    data = load_wine()
    pca = PowerPCA(n_components=3, scale=True)
    scores = pca.fit_transform(data.data)
    print("explained variance ratio:", np.round(pca.explained_variance_ratio_, 4))
    print("kept: %.1f %%" % (100 * pca.explained_variance_ratio_.sum()))
    for c in range(3):
        print("class %d mean scores" % c, np.round(scores[data.target == c].mean(axis=0), 3))

    back = pca.inverse_transform(scores)
    print("mean abs. deviation after 3 components:", np.round(np.abs(back - data.data).mean(axis=0)[:4], 3))
