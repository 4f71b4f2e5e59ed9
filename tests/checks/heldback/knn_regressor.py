# How much does a flat cost? kNN regression, homework 3
import numpy as np

SEED = 2024


class KNNRegressor:
    def __init__(self, k=5, weighted=True, eps=1e-9):
        self.k = k
        self.weighted = weighted
        self.eps = eps

    def fit(self, X, y):
        X = np.asarray(X, float)
        if np.isnan(X).any():
            raise ValueError("NaN in X")
        self.mean = X.mean(0)
        sd = X.std(0)
        self.std = np.where(sd > 0, sd, 1.0)
        self.X = (X - self.mean) / self.std
        self.y = np.asarray(y, float).ravel()
        return self

    def _neighbours(self, Z):
        d = np.sqrt(((Z[:, None] - self.X[None]) ** 2).sum(-1))
        idx = np.argsort(d, 1)
        return d, idx

    def _average(self, d, idx):
        near_d = np.take_along_axis(d, idx, 1)
        near_y = self.y[idx]
        if not self.weighted:
            return near_y.mean(1)
        w = 1.0 / (near_d + self.eps)
        return (w * near_y).sum(1) / w.sum(1)

    def predict(self, X):
        X = np.asarray(X, float)
        if np.isnan(X).any():
            raise ValueError("NaN in X")
        Z = (X - self.mean) / self.std
        d, idx = self._neighbours(Z)
        return self._average(d, idx[:, :self.k])

    def loo_rmse(self):
        """root mean squared error when every training row is predicted from the others"""
        d, _ = self._neighbours(self.X)
        np.fill_diagonal(d, np.inf)
        idx = np.argsort(d, 1)[:, :self.k]
        return rmse(self.y, self._average(d, idx))


def rmse(y_true, y_pred):
    return float(np.sqrt(np.mean((y_true - y_pred) ** 2)))


def r2(y_true, y_pred):
    ss_res = np.sum((y_true - y_pred) ** 2)
    ss_tot = np.sum((y_true - y_true.mean()) ** 2)
    return float(1 - ss_res / ss_tot)


def flats(n=320):
    rng = np.random.default_rng(SEED)
    area = rng.uniform(25, 140, n)
    floor = rng.integers(0, 20, n)
    km = rng.gamma(2.0, 3.0, n)
    price = 2.1 * area - 6.0 * km + 1.5 * np.sqrt(floor) + 40 * np.exp(-km) + rng.normal(0, 9, n)
    return np.column_stack([area, floor, km]), price


def main():
    X, y = flats()
    order = np.random.default_rng(SEED + 1).permutation(len(y))
    train, test = order[:240], order[240:]
    scores = {}
    for weighted in (False, True):
        for k in (1, 2, 4, 6, 8, 12, 16, 24):
            scores[weighted, k] = KNNRegressor(k, weighted).fit(X[train], y[train]).loo_rmse()
            print(f"weighted={weighted!s:5} k={k:2d}: leave-one-out RMSE {scores[weighted, k]:.2f}")
    weighted, k = min(scores, key=scores.get)
    model = KNNRegressor(k, weighted).fit(X[train], y[train])
    y_hat = model.predict(X[test])
    print(f"chosen: weighted={weighted}, k={k}")
    print(f"test RMSE {rmse(y[test], y_hat):.2f} (mean of the training prices: {rmse(y[test], y[train].mean()):.2f})")
    print(f"test R2 {r2(y[test], y_hat):.3f}")


if __name__ == "__main__":
    main()
