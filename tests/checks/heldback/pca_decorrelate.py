# pca.py -- principal components of standardised variables
import numpy as np


class CorrelationPCA:
    """PCA of the correlation matrix. Constant variables get weight zero."""

    def __init__(self, n_components=2):
        self.n_components = n_components

    def fit(self, data):
        data = np.asarray(data, dtype=float)
        if np.isnan(data).any():
            raise ValueError("remove or fill missing values first")
        n, p = data.shape
        if self.n_components > p:
            raise ValueError("only %d variables" % p)
        self.mean = data.mean(axis=0)
        sd = data.std(axis=0, ddof=1)
        self.sd = np.where(sd > 1e-12 * np.maximum(np.abs(self.mean), 1), sd, 1.0)
        Z = (data - self.mean) / self.sd
        R = Z.T @ Z / (n - 1)
        eigval, eigvec = np.linalg.eigh(R)
        top = np.argsort(eigval)[::-1][:self.n_components]
        self.eigval = np.clip(eigval[top], 0, None)
        self.axes = eigvec[:, top]
        # sign rule: the largest loading of every axis is positive
        lead = np.abs(self.axes).argmax(axis=0)
        self.axes = self.axes * np.sign(self.axes[lead, np.arange(len(top))])
        self.total = np.trace(R)
        return self

    def explained(self):
        return self.eigval / self.total

    def loadings(self):
        """correlations between variables and scores"""
        return self.axes * np.sqrt(self.eigval)

    def transform(self, data):
        Z = (np.asarray(data, dtype=float) - self.mean) / self.sd
        return Z @ self.axes

    def fit_transform(self, data):
        return self.fit(data).transform(data)

    def inverse_transform(self, scores):
        return np.asarray(scores) @ self.axes.T * self.sd + self.mean


def broken_stick(p):
    """expected shares when total variance is cut at random; keep axes that explain more"""
    return np.array([sum(1.0 / i for i in range(j, p + 1)) / p for j in range(1, p + 1)])


def biplot_table(pca, names):
    L = pca.loadings()
    for name, row in zip(names, L):
        print("%-28s" % name, "  ".join("%6.2f" % v for v in row))


if __name__ == "__main__":
    from sklearn.datasets import load_wine

    wine = load_wine()
    pca = CorrelationPCA(4).fit(wine.data)
    share, stick = pca.explained(), broken_stick(wine.data.shape[1])
    for j in range(4):
        print("axis %d: eigenvalue %.3f, share %.3f, broken stick %.3f" % (j + 1, pca.eigval[j], share[j], stick[j]))
    biplot_table(pca, wine.feature_names)
    back = CorrelationPCA(13).fit(wine.data)
    print("largest error of the full reconstruction: %.1e" % np.abs(back.inverse_transform(back.transform(wine.data)) - wine.data).max())
    print("variance of the scores:", pca.transform(wine.data).var(axis=0, ddof=1).round(3))
