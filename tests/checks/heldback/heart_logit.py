import os

import numpy as np
import pandas as pd

CSV = "heart.csv"
NUMERIC = ["age", "trestbps", "chol", "thalach", "oldpeak"]
TARGET = "target"


def read_table():
    if os.path.exists(CSV):
        return pd.read_csv(CSV)
    rng = np.random.default_rng(77)  # no file at hand: an invented table of the same form
    n = 303
    age = rng.normal(54, 9, n)
    bp = rng.normal(131, 17, n)
    chol = rng.normal(246, 50, n)
    pulse = 210 - 0.9 * age + rng.normal(0, 18, n)
    old = rng.exponential(1.0, n)
    risk = 0.05 * (pulse - 150) - 0.9 * (old - 1) - 0.02 * (bp - 131) + rng.logistic(size=n)
    return pd.DataFrame({"age": age, "trestbps": bp, "chol": chol, "thalach": pulse, "oldpeak": old,
                         "target": (risk > 0).astype(int)})


def split(df, test_share, seed):
    """Stratified: the same share of each class goes to the test rows."""
    rng = np.random.default_rng(seed)
    test = []
    for _, part in df.groupby(TARGET):
        rows = rng.permutation(part.index.to_numpy())
        test.extend(rows[:int(round(test_share * len(rows)))])
    mask = df.index.isin(test)
    return df[~mask], df[mask]


class LogisticModel:
    def __init__(self, rate=0.1, rounds=2000, C=10.0):
        self.rate, self.rounds, self.C = rate, rounds, C

    def _p(self, X):
        z = X @ self.beta + self.beta0
        e = np.exp(-np.abs(z))
        return np.where(z >= 0, 1 / (1 + e), e / (1 + e))

    def _objective(self, X, y):
        p = np.clip(self._p(X), 1e-15, 1 - 1e-15)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean() + self.beta @ self.beta / (2 * self.C * len(y))

    def fit(self, X, y):
        n, d = X.shape
        self.beta, self.beta0 = np.zeros(d), 0.0
        self.log = []
        for _ in range(self.rounds):
            r = self._p(X) - y
            self.beta = self.beta - self.rate * (X.T @ r / n + self.beta / (self.C * n))
            self.beta0 = self.beta0 - self.rate * r.mean()
            self.log.append(self._objective(X, y))
        return self

    def predict(self, X):
        return (self._p(X) > 0.5).astype(int)


def report(y, guess):
    tp = int(np.sum((y == 1) & (guess == 1)))
    fp = int(np.sum((y == 0) & (guess == 1)))
    fn = int(np.sum((y == 1) & (guess == 0)))
    tn = int(np.sum((y == 0) & (guess == 0)))
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"accuracy": (tp + tn) / len(y), "precision": precision, "recall": recall, "f1": f1,
            "confusion (rows: truth)": [[tn, fp], [fn, tp]]}


def main():
    df = read_table()
    train, test = split(df, 0.25, seed=8)
    mean, std = train[NUMERIC].mean(), train[NUMERIC].std()
    X_train = ((train[NUMERIC] - mean) / std).to_numpy()
    X_test = ((test[NUMERIC] - mean) / std).to_numpy()
    y_train, y_test = train[TARGET].to_numpy(), test[TARGET].to_numpy()

    model = LogisticModel().fit(X_train, y_train)
    print("objective %.4f -> %.4f" % (model.log[0], model.log[-1]))
    for name, b in sorted(zip(NUMERIC, model.beta), key=lambda t: -abs(t[1])):
        print("  %-10s %+.3f" % (name, b))
    print("largest class in the test rows: %.3f" % max(y_test.mean(), 1 - y_test.mean()))
    for key, value in report(y_test, model.predict(X_test)).items():
        print(key, value)


if __name__ == "__main__":
    main()
