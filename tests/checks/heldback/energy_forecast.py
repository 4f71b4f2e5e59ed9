"""Tomorrow's electricity load from the last week, linear regression by gradient descent."""
import numpy as np
import pandas as pd

LAGS = (1, 2, 7)


def simulate(days=1100, seed=0):
    rng = np.random.default_rng(seed)
    t = np.arange(days)
    temperature = 12 - 10 * np.cos(2 * np.pi * t / 365) + rng.normal(0, 2.5, days)
    noise = np.zeros(days)
    for i in range(1, days):
        noise[i] = 0.7 * noise[i - 1] + rng.normal(0, 12)
    weekend = (t % 7 >= 5).astype(float)
    load = 520 - 6.0 * temperature - 70 * weekend + 0.05 * t + noise
    index = pd.date_range("2020-01-01", periods=days, freq="D")
    return pd.DataFrame({"load": load, "temperature": temperature, "weekend": weekend}, index=index)


def make_features(df):
    out = pd.DataFrame(index=df.index)
    for lag in LAGS:
        out[f"load-{lag}"] = df["load"].shift(lag)
    out["temperature-1"] = df["temperature"].shift(1)
    out["mean7"] = df["load"].shift(1).rolling(7).mean()
    out["weekend"] = df["weekend"]
    out["target"] = df["load"]
    return out.dropna()


def chronological_split(table, valid=0.15, test=0.15):
    n = len(table)
    a = int(n * (1 - valid - test))
    b = int(n * (1 - test))
    return table.iloc[:a], table.iloc[a:b], table.iloc[b:]


class LinearGD:
    def __init__(self, learning_rate=0.05, n_iter=3000, l2=0.0):
        self.learning_rate = learning_rate
        self.n_iter = n_iter
        self.l2 = l2

    def fit(self, X, y):
        self.x_mean_ = X.mean(axis=0)
        self.x_std_ = X.std(axis=0)
        self.y_mean_ = y.mean()
        Z = (X - self.x_mean_) / self.x_std_
        r = y - self.y_mean_
        self.w_ = np.zeros(X.shape[1])
        self.mse_ = []
        for _ in range(self.n_iter):
            residual = Z @ self.w_ - r
            self.mse_.append(np.mean(residual ** 2))
            grad = 2 * Z.T @ residual / len(r) + 2 * self.l2 * self.w_
            self.w_ = self.w_ - self.learning_rate * grad
        return self

    def predict(self, X):
        return (X - self.x_mean_) / self.x_std_ @ self.w_ + self.y_mean_


def rmse(y, y_hat):
    return float(np.sqrt(np.mean((np.asarray(y) - np.asarray(y_hat)) ** 2)))


def xy(part):
    return part.drop(columns="target").to_numpy(), part["target"].to_numpy()


if __name__ == "__main__":
    table = make_features(simulate())
    train, valid, test = chronological_split(table)
    print("train ", train.index[0].date(), "to", train.index[-1].date())
    print("test  ", test.index[0].date(), "to", test.index[-1].date())

    X_tr, y_tr = xy(train)
    X_va, y_va = xy(valid)
    X_te, y_te = xy(test)

    errors = {}
    for l2 in (0.0, 0.001, 0.01, 0.1, 1.0):
        model = LinearGD(l2=l2).fit(X_tr, y_tr)
        errors[l2] = rmse(y_va, model.predict(X_va))
        print(f"l2 {l2:<6g} validation RMSE {errors[l2]:.2f}")
    best = min(errors, key=errors.get)

    final = LinearGD(l2=best).fit(np.vstack([X_tr, X_va]), np.concatenate([y_tr, y_va]))
    print(f"test RMSE, l2 = {best:g}:  {rmse(y_te, final.predict(X_te)):.2f}")
    print(f"same as yesterday:      {rmse(y_te, test['load-1']):.2f}")
    print(f"same as a week ago:     {rmse(y_te, test['load-7']):.2f}")
