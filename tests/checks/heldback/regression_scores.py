"""Scores for regression models, and a small table to compare several of them."""
import numpy as np


def _columns(y_true, y_pred):
    y_true = np.asarray(y_true, dtype=float).reshape(-1)
    y_pred = np.asarray(y_pred, dtype=float).reshape(-1)
    assert y_true.size == y_pred.size, "lengths differ"
    return y_true, y_pred


def mse(y_true, y_pred):
    y_true, y_pred = _columns(y_true, y_pred)
    return np.mean((y_true - y_pred) ** 2)


def rmse(y_true, y_pred):
    return np.sqrt(mse(y_true, y_pred))


def mae(y_true, y_pred):
    y_true, y_pred = _columns(y_true, y_pred)
    return np.mean(np.abs(y_true - y_pred))


def mape(y_true, y_pred):
    """Mean absolute percentage error, in percent; rows with a zero target are left out."""
    y_true, y_pred = _columns(y_true, y_pred)
    keep = y_true != 0
    return 100 * np.mean(np.abs((y_true[keep] - y_pred[keep]) / y_true[keep]))


def r2(y_true, y_pred):
    y_true, y_pred = _columns(y_true, y_pred)
    ss_res = np.sum((y_true - y_pred) ** 2)
    ss_tot = np.sum((y_true - y_true.mean()) ** 2)
    if ss_tot == 0:
        return 1.0 if ss_res == 0 else 0.0
    return 1 - ss_res / ss_tot


def adjusted_r2(y_true, y_pred, n_features):
    n = np.size(y_true)
    return 1 - (1 - r2(y_true, y_pred)) * (n - 1) / (n - n_features - 1)


def pearson(a, b):
    a, b = _columns(a, b)
    a, b = a - a.mean(), b - b.mean()
    norm = np.sqrt(np.sum(a * a) * np.sum(b * b))
    return float(np.sum(a * b) / norm) if norm > 0 else 0.0


SCORES = {"rmse": rmse, "mae": mae, "mape %": mape, "r2": r2, "corr": pearson}


def compare(y_true, predictions):
    """predictions: name -> array. Prints one line a model, the plain mean first."""
    width = max(len(n) for n in predictions) + 2
    print(" " * width + "".join(f"{s:>10s}" for s in SCORES))
    for name, pred in predictions.items():
        print(f"{name:<{width}}" + "".join(f"{f(y_true, pred):10.3f}" for f in SCORES.values()))


def fit_line(X, y, ridge=0.0):
    mu, ym = X.mean(axis=0), y.mean()
    Xc = X - mu
    w = np.linalg.solve(Xc.T @ Xc + ridge * np.eye(X.shape[1]), Xc.T @ (y - ym))
    return w, ym - mu @ w


if __name__ == "__main__":
    rng = np.random.default_rng(21)
    X = rng.uniform(0, 10, size=(240, 3))
    y = 20 + X @ np.array([3.0, -1.5, 0.5]) + rng.normal(0, 2, 240)
    tr, te = np.split(rng.permutation(240), [180])
    results = {"mean": np.full(te.size, y[tr].mean())}
    for lam in (0.0, 10.0, 1000.0):
        w, b = fit_line(X[tr], y[tr], lam)
        results[f"ridge {lam:g}"] = X[te] @ w + b
    compare(y[te], results)
    print("adjusted r2 of the plain fit:", round(adjusted_r2(y[te], results["ridge 0"], 3), 3))
