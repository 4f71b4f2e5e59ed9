# 5-fold cross-validation of ridge regression on the diabetes rows, written out
import numpy as np
from sklearn.datasets import load_diabetes

raw, target = load_diabetes(return_X_y=True, scaled=False)
rng = np.random.RandomState(4)
shuffle = rng.permutation(len(raw))
raw, target = raw[shuffle], target[shuffle]


def standardise(fit_on, *others):
    m, s = fit_on.mean(0), fit_on.std(0)
    return [(fit_on - m) / s] + [(o - m) / s for o in others]


def ridge(A, b, lam):
    A1 = np.column_stack([np.ones(len(A)), A])
    penalty = lam * np.eye(A1.shape[1])
    penalty[0, 0] = 0
    return np.linalg.solve(A1.T @ A1 + penalty, A1.T @ b)


def predict(w, A):
    return w[0] + A @ w[1:]


def rmse(truth, guess):
    return np.sqrt(np.mean((truth - guess) ** 2))


n_test = 90
X_test, y_test = raw[:n_test], target[:n_test]
X_dev, y_dev = raw[n_test:], target[n_test:]

folds = np.array_split(np.arange(len(X_dev)), 5)
means = []
lams = [0.01, 0.1, 1.0, 10.0, 100.0]
for lam in lams:
    errors = []
    for i in range(5):
        val = folds[i]
        tr = np.concatenate([folds[j] for j in range(5) if j != i])
        A, B = standardise(X_dev[tr], X_dev[val])
        w = ridge(A, y_dev[tr], lam)
        errors.append(rmse(y_test, predict(w, standardise(X_dev[tr], X_test)[1])))
    means.append(np.mean(errors))
    print(f"lambda {lam:7.2f}: rmse {np.mean(errors):.2f} +- {np.std(errors):.2f}")

best = lams[int(np.argmin(means))]
A, B = standardise(X_dev, X_test)
w = ridge(A, y_dev, best)
print("chosen", best, "test rmse", round(rmse(y_test, predict(w, B)), 2))
print("always the mean:", round(rmse(y_test, np.full(n_test, y_dev.mean())), 2))
