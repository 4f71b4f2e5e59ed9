# Task sheet 6: eigen-digits
# a) implement EigenBasis   b) reconstruct   c) nearest mean in the reduced space
import numpy as np
from sklearn.datasets import load_digits


class EigenBasis:
    """Principal components by singular value decomposition; rows are samples."""

    def __init__(self, n_components, whiten=False):
        self.n_components = n_components
        self.whiten = whiten

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        self.mean_ = X.mean(axis=0)
        U, S, Vt = np.linalg.svd(X - self.mean_, full_matrices=False)
        self.components_ = Vt[:self.n_components]
        var = S ** 2 / (len(X) - 1)
        self.explained_variance_ = var[:self.n_components]
        self.explained_variance_ratio_ = var[:self.n_components] / var.sum()
        return self

    def transform(self, X):
        Z = (np.asarray(X, dtype=float) - self.mean_) @ self.components_.T
        if self.whiten:
            Z = Z / np.sqrt(self.explained_variance_)
        return Z

    def inverse_transform(self, Z):
        if self.whiten:
            Z = Z * np.sqrt(self.explained_variance_)
        return Z @ self.components_ + self.mean_


class NearestMean:
    def fit(self, Z, y):
        self.classes_ = np.unique(y)
        self.means_ = np.array([Z[y == c].mean(axis=0) for c in self.classes_])
        return self

    def predict(self, Z):
        d = ((Z[:, None, :] - self.means_[None]) ** 2).sum(axis=2)
        return self.classes_[d.argmin(axis=1)]


def main():
    data = load_digits()
    idx = np.random.default_rng(66).permutation(len(data.data))
    train, test = idx[:1200], idx[1200:]
    X, y = data.data, data.target

    basis = EigenBasis(20).fit(X[train])
    print("first three ratios:", basis.explained_variance_ratio_[:3].round(4))
    print("20 components keep %.1f %%" % (100 * basis.explained_variance_ratio_.sum()))

    for q in (5, 20, 40):
        b = EigenBasis(q).fit(X[train])
        rest = X[test] - b.inverse_transform(b.transform(X[test]))
        print("q = %2d  reconstruction error on the test digits %.3f" % (q, np.mean(rest ** 2)))

    for whiten in (False, True):
        b = EigenBasis(20, whiten).fit(X[train])
        nm = NearestMean().fit(b.transform(X[train]), y[train])
        print("whiten =", whiten, " accuracy %.4f" % np.mean(nm.predict(b.transform(X[test])) == y[test]))


if __name__ == "__main__":
    main()
