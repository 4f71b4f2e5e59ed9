"""PCA after the dual (Gram matrix) route, useful when there are more variables than samples.
Population variance (1/n). Axes are the columns of `axes`, and each is turned so that its
largest entry is positive."""
import numpy as np


class DualPCA:
    def __init__(self, q):
        self.q = q

    def fit(self, data):
        data = np.array(data, float)
        self.mu = np.average(data, axis=0)
        C = data - self.mu
        n, p = C.shape
        if n <= p:
            G = C @ C.T / n
            val, U = np.linalg.eigh(G)
            val, U = val[::-1], U[:, ::-1]
            keep = [j for j in range(len(val)) if val[j] > 1e-12 * max(val[0], 1e-300)][:self.q]
            A = C.T @ U[:, keep] / np.sqrt(n * val[keep])
            self.variances = val[keep]
        else:
            val, A = np.linalg.eigh(C.T @ C / n)
            val, A = val[::-1][:self.q], A[:, ::-1][:, :self.q]
            self.variances = np.maximum(val, 0)
        big = np.abs(A).argmax(axis=0)
        self.axes = A * np.where(A[big, np.arange(A.shape[1])] < 0, -1.0, 1.0)
        self.total_variance = (C ** 2).sum() / n
        return self

    def transform(self, data):
        return (np.array(data, float) - self.mu) @ self.axes

    def inverse_transform(self, scores):
        return self.mu + np.asarray(scores) @ self.axes.T

    @property
    def ratio(self):
        return self.variances / self.total_variance


if __name__ == "__main__":
    r = np.random.default_rng(6)
    wide = r.normal(size=(12, 3)) @ r.normal(size=(3, 40)) + 0.01 * r.normal(size=(12, 40)) + 5
    m = DualPCA(3).fit(wide)
    print(m.ratio, np.abs(m.inverse_transform(m.transform(wide)) - wide).max())
