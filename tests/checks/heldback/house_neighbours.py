# House prices from the nearest sales.
# kNN regression, inverse distance weights, everything in numpy; table via pandas.
import numpy as np
import pandas as pd

NUMERIC = ["area", "rooms", "year", "lat", "lon"]


def synthetic_sales(n=900, seed=8):
    rs = np.random.RandomState(seed)
    df = pd.DataFrame({
        "area": rs.gamma(9, 12, n).round(),
        "rooms": rs.randint(1, 7, n),
        "year": rs.randint(1900, 2022, n),
        "lat": 52.5 + 0.1 * rs.randn(n),
        "lon": 13.4 + 0.15 * rs.randn(n),
        "garden": rs.choice(["yes", "no"], n, p=[0.3, 0.7]),
    })
    centre = np.exp(-((df.lat - 52.5) ** 2 / 0.01 + (df.lon - 13.4) ** 2 / 0.02))
    df["price"] = (df.area * (2.2 + 2.5 * centre) + 8 * df.rooms + 0.4 * (df.year - 1900)
                   + 40 * (df.garden == "yes") + 18 * rs.randn(n)).round(1)
    df.loc[rs.rand(n) < 0.04, "year"] = np.nan
    return df


def clean(df):
    df = df.drop_duplicates()
    df = df[(df["price"] > 0) & (df["area"] > 10)]
    return df.reset_index(drop=True)


def to_arrays(df, year_fill):
    X = df[NUMERIC].copy()
    X["year"] = X["year"].fillna(year_fill)
    X["garden"] = (df["garden"] == "yes").astype(float)
    return X.to_numpy(dtype=float), df["price"].to_numpy(dtype=float)


def pairwise(A, B):
    sq = (A ** 2).sum(1)[:, None] + (B ** 2).sum(1)[None, :] - 2 * A @ B.T
    return np.sqrt(np.maximum(sq, 0))


class KNNRegressor:
    def __init__(self, k=5, weights="distance"):
        self.k = k
        self.weights = weights

    def fit(self, X, y):
        self.centre = X.mean(axis=0)
        self.spread = X.std(axis=0)
        self.spread[self.spread == 0] = 1.0
        self.Z = (X - self.centre) / self.spread
        self.y = np.array(y, dtype=float)
        return self

    def predict(self, X):
        if np.isnan(X).any():
            raise ValueError("NaN in X")
        D = pairwise((X - self.centre) / self.spread, self.Z)
        near = np.argpartition(D, self.k - 1, axis=1)[:, :self.k]
        d = np.take_along_axis(D, near, axis=1)
        target = self.y[near]
        if self.weights == "uniform":
            return target.mean(axis=1)
        w = 1.0 / np.maximum(d, 1e-6)
        return (w * target).sum(axis=1) / w.sum(axis=1)


def rmse(y, p):
    return np.sqrt(np.mean((y - p) ** 2))


def r2(y, p):
    return 1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2)


def cross_validate(X, y, k, weights, n_folds=5, seed=0):
    order = np.random.RandomState(seed).permutation(len(y))
    errors = []
    for part in np.array_split(order, n_folds):
        rest = np.setdiff1d(order, part)
        model = KNNRegressor(k, weights).fit(X[rest], y[rest])
        errors.append(rmse(y[part], model.predict(X[part])))
    return np.mean(errors)


if __name__ == "__main__":
    sales = clean(synthetic_sales())
    order = np.random.RandomState(1).permutation(len(sales))
    n_test = len(sales) // 5
    train, test = sales.iloc[order[n_test:]], sales.iloc[order[:n_test]]
    fill = train["year"].median()
    X_train, y_train = to_arrays(train, fill)
    X_test, y_test = to_arrays(test, fill)

    best = None
    for weights in ("uniform", "distance"):
        for k in (1, 2, 4, 6, 8, 12, 20):
            e = cross_validate(X_train, y_train, k, weights)
            print(f"{weights:9s} k={k:<3d} cv RMSE {e:7.2f}")
            if best is None or e < best[0]:
                best = (e, k, weights)

    _, k, weights = best
    guess = KNNRegressor(k, weights).fit(X_train, y_train).predict(X_test)
    print(f"chosen: k={k}, {weights}")
    print(f"test RMSE {rmse(y_test, guess):.2f}   R2 {r2(y_test, guess):.3f}")
    print(f"mean price only: RMSE {rmse(y_test, np.full(len(y_test), y_train.mean())):.2f}")
