import numpy as np


class PowerPCA:
    """Finds the leading directions one after the other (power iteration + deflation)."""

    def __init__(self, n_comp=2, max_sweeps=5000, tol=1e-13, seed=0):
        self.n_comp, self.max_sweeps, self.tol, self.seed = n_comp, max_sweeps, tol, seed

    def _leading(self, C, rng):
        v = rng.standard_normal(C.shape[0])
        v = v / np.linalg.norm(v)
        for sweep in range(self.max_sweeps):
            w = C @ v
            length = np.linalg.norm(w)
            if length < 1e-14 * self.total_variance or length == 0.0:
                return 0.0, v          # nothing left but zero variance
            w = w / length
            done = np.linalg.norm(w - v) < self.tol ** 0.5
            v = w
            if done:
                break
        return float(v @ C @ v), v

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        if not np.isfinite(X).all():
            raise ValueError('X must not hold NaN or inf')
        rng = np.random.default_rng(self.seed)
        self.centre = X.mean(axis=0)
        A = X - self.centre
        C = A.T @ A / (len(X) - 1)
        self.total_variance = np.trace(C)
        found, values = [], []
        for _ in range(self.n_comp):
            lam, v = self._leading(C, rng)
            found.append(v)
            values.append(lam)
            C = C - lam * np.outer(v, v)
        self.directions = np.array(found)
        self.variances = np.array(values)
        return self

    def transform(self, X):
        return (np.asarray(X, dtype=float) - self.centre) @ self.directions.T

    def inverse_transform(self, Z):
        return np.asarray(Z) @ self.directions + self.centre

    def share(self):
        return self.variances / self.total_variance


def compare_with_lapack(X, k):
    mine = PowerPCA(k).fit(X)
    lam, V = np.linalg.eigh(np.cov(X, rowvar=False))
    cosines = [abs(mine.directions[i] @ V[:, -1 - i]) for i in range(k)]
    print('variances ', mine.variances.round(5))
    print('reference ', lam[::-1][:k].round(5))
    print('|cosines| ', np.round(cosines, 8))
    print('share     ', mine.share().round(4))


if __name__ == '__main__':
    rng = np.random.default_rng(31)
    Q, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    X = rng.normal(size=(250, 5)) * np.array([6.0, 4.0, 2.5, 1.5, 0.7]) @ Q.T + np.array([100.0, -3.0, 8.0, 0.0, 50.0])
    compare_with_lapack(X, 4)
    Z = PowerPCA(2).fit(X).transform(X)
    print('mean of the scores', Z.mean(axis=0).round(9))
