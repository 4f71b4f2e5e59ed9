"""Resampling helpers for small or lopsided data sets (numpy only).

Every function takes a seed or a Generator and leaves NumPy's global state alone.
Inputs are never changed.
"""
import numpy as np


def _rng(seed):
    return seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)


def stratified_split(X, y, test_fraction=0.25, seed=None):
    X, y = np.asarray(X), np.asarray(y)
    rng = _rng(seed)
    is_test = np.zeros(len(y), dtype=bool)
    for c in np.unique(y):
        rows = np.flatnonzero(y == c)
        n = max(1, int(round(test_fraction * len(rows))))
        is_test[rng.choice(rows, size=n, replace=False)] = True
    return X[~is_test], X[is_test], y[~is_test], y[is_test]


def group_split(groups, test_fraction=0.25, seed=None):
    """Boolean mask of the test rows; a group is never torn apart."""
    groups = np.asarray(groups)
    names = _rng(seed).permutation(np.unique(groups))
    n = max(1, int(round(test_fraction * len(names))))
    return np.isin(groups, names[:n])


def bootstrap(X, y, seed=None):
    """One bootstrap sample and the rows that were left out of it."""
    X, y = np.asarray(X), np.asarray(y)
    rows = _rng(seed).integers(0, len(y), len(y))
    out = np.setdiff1d(np.arange(len(y)), rows)
    return X[rows], y[rows], X[out], y[out]


def oversample(X, y, seed=None):
    """Repeat rows of the smaller classes until all are as large as the largest."""
    X, y = np.asarray(X), np.asarray(y)
    rng = _rng(seed)
    classes, counts = np.unique(y, return_counts=True)
    rows = [np.arange(len(y))]
    for c, n in zip(classes, counts):
        rows.append(rng.choice(np.flatnonzero(y == c), size=counts.max() - n))
    rows = rng.permutation(np.concatenate(rows))
    return X[rows], y[rows]


def interpolate(X, y, minority, n_new, k=5, seed=None):
    """SMOTE: new rows between a minority row and one of its k nearest minority rows."""
    X = np.asarray(X, dtype=float)
    y = np.asarray(y)
    rng = _rng(seed)
    M = X[y == minority]
    k = min(k, len(M) - 1)
    if k < 1:
        raise ValueError("at least two minority rows are needed")
    d = ((M[:, None, :] - M[None, :, :]) ** 2).sum(axis=-1)
    np.fill_diagonal(d, np.inf)
    nearest = np.argsort(d, axis=1)[:, :k]
    base = rng.integers(0, len(M), n_new)
    other = nearest[base, rng.integers(0, k, n_new)]
    step = rng.random((n_new, 1))
    fresh = M[base] + step * (M[other] - M[base])
    return np.vstack([X, fresh]), np.concatenate([y, np.full(n_new, minority)])


def batches(X, y, size, seed=None):
    """One epoch of shuffled mini-batches, the last one may be shorter."""
    X, y = np.asarray(X), np.asarray(y)
    rows = _rng(seed).permutation(len(y))
    for i in range(0, len(rows), size):
        pick = rows[i:i + size]
        yield X[pick], y[pick]


def noisy_copy(X, scale=0.05, seed=None):
    """Gaussian noise, `scale` times the deviation of each column."""
    X = np.array(X, dtype=float)
    X += _rng(seed).normal(size=X.shape) * scale * X.std(axis=0)
    return X


def nearest_centroid(X, y):
    classes = np.unique(y)
    centres = np.array([X[y == c].mean(axis=0) for c in classes])
    return lambda Q: classes[((Q[:, None] - centres[None]) ** 2).sum(-1).argmin(1)]


if __name__ == "__main__":
    rng = np.random.default_rng(9)
    y = np.array(["ok"] * 270 + ["defect"] * 30)
    X = rng.normal(size=(300, 4)) + 1.3 * (y == "defect")[:, None]
    A, B, ya, yb = stratified_split(X, y, 0.3, seed=1)
    for name, (U, u) in {"as it is": (A, ya), "oversampled": oversample(A, ya, seed=2),
                         "smote": interpolate(A, ya, "defect", 168, seed=3)}.items():
        rule = nearest_centroid(U, u)
        hit = rule(B) == yb
        per_class = [hit[yb == c].mean() for c in ("ok", "defect")]
        print(f"{name:12s} rows {len(u):4d}  recall ok {per_class[0]:.3f}  recall defect {per_class[1]:.3f}")
    scores = []
    for s in range(50):
        a, ua, b, ub = bootstrap(A, ya, seed=s)
        scores.append(np.mean(nearest_centroid(a, ua)(b) == ub))
    print("out-of-bag accuracy", np.mean(scores).round(3), "test", np.mean(nearest_centroid(A, ya)(B) == yb).round(3))
    print("batch sizes", [len(v) for _, v in batches(A, ya, 64, seed=5)])
