import numpy as np


class PCA:
    """Principal component analysis through the covariance matrix."""

    def __init__(self, n_components=2, whiten=False):
        self.n_components = n_components
        self.whiten = whiten

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        self.mean_ = X.mean(axis=0)
        Xc = X - self.mean_
        cov = Xc.T @ Xc / (X.shape[0] - 1)
        vals, vecs = np.linalg.eigh(cov)
        order = np.argsort(vals)[::-1]
        vals, vecs = np.maximum(vals[order], 0.0), vecs[:, order]
        self.components_ = vecs[:, :self.n_components].T
        self.explained_variance_ = vals[:self.n_components]
        self.explained_variance_ratio_ = vals[:self.n_components] / vals.sum()
        return self

    def transform(self, X):
        X = np.asarray(X, dtype=float)
        scores = (X - self.mean_) @ self.components_.T
        if self.whiten:
            scores = scores / np.sqrt(self.explained_variance_)
        return scores

    def fit_transform(self, X):
        return self.fit(X).transform(X)

    def inverse_transform(self, T):
        T = np.asarray(T, dtype=float)
        if self.whiten:
            T = T * np.sqrt(self.explained_variance_)
        return T @ self.components_ + self.mean_


if __name__ == "__main__":
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    for k in (2, 5, 10, 20, 40):
        pca = PCA(k)
        T = pca.fit_transform(X)
        err = np.mean((pca.inverse_transform(T) - X) ** 2)
        print("k=%2d  kept variance %.3f   reconstruction mse %.4f" % (k, pca.explained_variance_ratio_.sum(), err))
