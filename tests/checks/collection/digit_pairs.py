"""Three against eight: a small network, stopped when the validation rows get worse."""
import numpy as np
from sklearn.datasets import load_digits


def load(seed):
    X, y = load_digits(return_X_y=True)
    keep = (y == 3) | (y == 8)
    X, y = X[keep] / 16.0, (y[keep] == 8).astype(float)
    rng = np.random.default_rng(seed)
    idx = rng.permutation(len(X))
    return X[idx], y[idx]


def divide(X, y):
    n = len(X)
    i, j = int(0.6 * n), int(0.8 * n)
    return {"train": (X[:i], y[:i]), "val": (X[i:j], y[i:j]), "test": (X[j:], y[j:])}


def forward(params, X):
    H = np.maximum(X @ params["W"] + params["b"], 0)
    return H, 1 / (1 + np.exp(-np.clip(H @ params["v"] + params["c"], -40, 40)))


def loss(params, X, y):
    _, p = forward(params, X)
    return -np.mean(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))


def fraction_right(params, X, y):
    return np.mean((forward(params, X)[1] > 0.5) == y)


def train(parts, hidden=16, lr=0.3, epochs=400, patience=20, seed=0):
    rng = np.random.default_rng(seed)
    X, y = parts["train"]
    params = {"W": rng.normal(0, 0.2, (X.shape[1], hidden)), "b": np.zeros(hidden),
              "v": rng.normal(0, 0.2, hidden), "c": 0.0}
    best, best_loss, waited = params, np.inf, 0
    for epoch in range(epochs):
        H, p = forward(params, X)
        d = (p - y) / len(y)
        dH = np.outer(d, params["v"]) * (H > 0)
        params = {"W": params["W"] - lr * X.T @ dH, "b": params["b"] - lr * dH.sum(0),
                  "v": params["v"] - lr * H.T @ d, "c": params["c"] - lr * d.sum()}
        now = loss(params, *parts["val"])
        if now < best_loss - 1e-5:
            best, best_loss, waited = params, now, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best


def main():
    parts = divide(*load(seed=11))
    params = train(parts)
    for name in ("train", "val", "test"):
        print(f"{name:5} accuracy {fraction_right(params, *parts[name]):.3f}")


if __name__ == "__main__":
    main()
