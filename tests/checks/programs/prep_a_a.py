"""Data preparation helpers (numpy only)."""
import numpy as np


def train_test_split(X, y, test_size=0.25, seed=None):
    X, y = np.asarray(X), np.asarray(y)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    n_test = int(round(test_size * len(X)))
    test, train = order[:n_test], order[n_test:]
    return X[train], X[test], y[train], y[test]


def stratified_folds(y, k=5, seed=None):
    """List of k index arrays, every class spread evenly over the folds."""
    rng = np.random.default_rng(seed)
    y = np.asarray(y)
    folds = [[] for _ in range(k)]
    turn = 0
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == label))
        for i in members:
            folds[turn % k].append(i)
            turn += 1
    return [np.array(sorted(f), dtype=int) for f in folds]


def standardize_fit(X):
    X = np.asarray(X, dtype=float)
    mean = X.mean(axis=0)
    std = X.std(axis=0)
    std = np.where(std == 0, 1.0, std)
    return mean, std


def standardize_apply(X, mean, std):
    return (np.asarray(X, dtype=float) - mean) / std


def standardize_train_test(X_train, X_test):
    mean, std = standardize_fit(X_train)
    return standardize_apply(X_train, mean, std), standardize_apply(X_test, mean, std)


def min_max(X_train, X_test, low=0.0, high=1.0):
    X_train, X_test = np.asarray(X_train, dtype=float), np.asarray(X_test, dtype=float)
    a, b = X_train.min(axis=0), X_train.max(axis=0)
    span = np.where(b > a, b - a, 1.0)
    scale = lambda X: low + (X - a) / span * (high - low)
    return scale(X_train), scale(X_test)


def impute_mean(X_train, X_test):
    X_train, X_test = np.array(X_train, dtype=float), np.array(X_test, dtype=float)
    fill = np.nanmean(X_train, axis=0)
    for X in (X_train, X_test):
        rows, cols = np.where(np.isnan(X))
        X[rows, cols] = fill[cols]
    return X_train, X_test


def one_hot(y, classes=None):
    y = np.ravel(y)
    classes = np.unique(y) if classes is None else np.asarray(classes)
    return (y[:, None] == classes[None, :]).astype(float)


def batches(X, y, size, seed=None):
    X, y = np.asarray(X), np.asarray(y)
    order = np.random.default_rng(seed).permutation(len(X))
    for start in range(0, len(order), size):
        part = order[start:start + size]
        yield X[part], y[part]


def pick_examples(X, n=3, seed=None):
    """n different rows, for showing them."""
    rng = np.random.default_rng(seed)
    return X[rng.choice(len(X), size=n, replace=False)]


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.normal(5, 3, (40, 3))
    y = np.repeat(["a", "b"], 20)
    A, B, ya, yb = train_test_split(X, y, 0.25, seed=1)
    As, Bs = standardize_train_test(A, B)
    print(As.mean(axis=0), As.std(axis=0), Bs.mean(axis=0))
    print([len(f) for f in stratified_folds(y, 4, seed=0)], one_hot(yb)[:3])
