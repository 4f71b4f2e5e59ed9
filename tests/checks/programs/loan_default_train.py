import os

import numpy as np
import pandas as pd

np.random.seed(2020)

# ---------------------------------------------------------------- data
CSV = "loan_applications.csv"
if os.path.exists(CSV):
    loans = pd.read_csv(CSV)
else:
    # stand-in with the same columns
    n = 1500
    income = np.random.lognormal(7.8, 0.4, n).round()
    amount = np.random.lognormal(9.0, 0.6, n).round()
    years = np.random.choice([1, 2, 3, 5, 7], n)
    history = np.random.choice(["good", "mixed", "bad"], n, p=[0.6, 0.3, 0.1])
    age = np.random.uniform(19, 75, n).round()
    z = -4.3 + 0.9 * (amount / income / years) + 0.9 * (history == "mixed") + 2.2 * (history == "bad") + 0.25 * years
    status = np.where(np.random.rand(n) < 1 / (1 + np.exp(-z)), "default", "paid")
    income[np.random.rand(n) < 0.05] = np.nan
    loans = pd.DataFrame(dict(income=income, amount=amount, years=years, history=history, age=age, status=status))

print(loans.shape)
print(loans["status"].value_counts(normalize=True).round(3).to_dict())

# ---------------------------------------------------------------- split
y_all = (loans["status"] == "default").astype(int).to_numpy()
train_rows, valid_rows, test_rows = [], [], []
for value in (0, 1):
    rows = np.random.permutation(np.flatnonzero(y_all == value))
    a, b = int(0.6 * len(rows)), int(0.8 * len(rows))
    train_rows.extend(rows[:a])
    valid_rows.extend(rows[a:b])
    test_rows.extend(rows[b:])
train_rows, valid_rows, test_rows = np.array(train_rows), np.array(valid_rows), np.array(test_rows)

# ---------------------------------------------------------------- features
median_income = loans.loc[train_rows, "income"].median()
table = pd.DataFrame({
    "income": loans["income"].fillna(median_income),
    "amount": loans["amount"],
    "years": loans["years"].astype(float),
    "age": loans["age"],
    "mixed": (loans["history"] == "mixed").astype(float),
    "bad": (loans["history"] == "bad").astype(float),
})
table["burden"] = table["amount"] / (table["income"] * table["years"])
M = table.to_numpy()
mean, std = M[train_rows].mean(axis=0), M[train_rows].std(axis=0)
X_train, X_valid, X_test = ((M[r] - mean) / std for r in (train_rows, valid_rows, test_rows))
y_train, y_valid, y_test = y_all[train_rows], y_all[valid_rows], y_all[test_rows]


# ---------------------------------------------------------------- model
def prob(X, theta):
    z = np.clip(theta[0] + X @ theta[1:], -35, 35)
    return 1 / (1 + np.exp(-z))


def cost(X, y, theta, lam):
    p = np.clip(prob(X, theta), 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + lam * np.sum(theta[1:] ** 2) / 2


def slope(X, y, theta, lam):
    e = prob(X, theta) - y
    return np.concatenate([[e.mean()], X.T @ e / len(y) + lam * theta[1:]])


def learn(X, y, lam, eta=0.5, steps=1500):
    theta = np.zeros(X.shape[1] + 1)
    for _ in range(steps):
        theta = theta - eta * slope(X, y, theta, lam)
    return theta


def rank_auc(y, s):
    diff = s[y == 1][:, None] - s[y == 0][None, :]
    return np.mean((diff > 0) + 0.5 * (diff == 0))


# ---------------------------------------------------------------- choose lambda, then test
best_lam, best_cost = 0.0, np.inf
for lam in (0.0, 0.001, 0.01, 0.1, 1.0):
    theta = learn(X_train, y_train, lam)
    c = cost(X_valid, y_valid, theta, 0.0)
    print("lambda %-6g validation log loss %.4f  auc %.4f" % (lam, c, rank_auc(y_valid, prob(X_valid, theta))))
    if c < best_cost:
        best_lam, best_cost = lam, c

theta = learn(X_train, y_train, best_lam)
p_test = prob(X_test, theta)
print("chosen lambda:", best_lam)
print("test: auc %.4f  accuracy %.4f  always 'paid' %.4f" % (
    rank_auc(y_test, p_test), np.mean((p_test >= 0.5) == y_test), 1 - y_test.mean()))
for name, weight in zip(table.columns, theta[1:]):
    print("  %-7s %+.3f" % (name, weight))
