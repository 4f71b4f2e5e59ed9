"""principal components, my notes for chapter 12"""
import numpy as np


class PCA:
    def __init__(self, n_components=None, whiten=False):
        self.n_components = n_components
        self.whiten = whiten

    def fit(self, X):
        X = np.asarray(X, dtype=np.float64)
        n, d = X.shape
        k = d if self.n_components is None else self.n_components
        self.mean_ = X.mean(axis=0)
        B = X - self.mean_
        S = B.T @ B / (n - 1)
        lam, Q = np.linalg.eigh(S)
        order = np.argsort(lam)[::-1]
        lam = np.clip(lam[order], 0.0, None)
        Q = Q[:, order]
        self.components_ = Q[:, :k].T
        self.explained_variance_ = lam[:k]
        self.explained_variance_ratio_ = lam[:k] / lam.sum()
        return self

    def transform(self, X):
        B = np.asarray(X, dtype=np.float64) - self.mean_
        Z = B @ self.components_.T
        if self.whiten:
            Z = Z / np.sqrt(self.explained_variance_ + 1e-12)
        return Z

    def inverse_transform(self, Z):
        Z = np.asarray(Z, dtype=np.float64)
        if self.whiten:
            Z = Z * np.sqrt(self.explained_variance_ + 1e-12)
        return Z @ self.components_ + self.mean_

    def fit_transform(self, X):
        return self.fit(X).transform(X)

    def reconstruction_error(self, X):
        R = self.inverse_transform(self.transform(X)) - X
        return np.mean(np.sum(R ** 2, axis=1))


if __name__ == "__main__":
    from sklearn.datasets import load_digits

    X = load_digits().data
    pca = PCA(64).fit(X)
    total = np.cumsum(pca.explained_variance_ratio_)
    for share in (0.5, 0.8, 0.9, 0.95):
        print("%2d components explain %d%%" % (np.searchsorted(total, share) + 1, 100 * share))
    for k in (2, 5, 10, 20, 40):
        print(k, PCA(k).fit(X).reconstruction_error(X))
