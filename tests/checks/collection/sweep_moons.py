"""How does the learning rate change training? One small network, four rates."""
import numpy as np


def make_moons(n, rng):
    t = rng.uniform(0, np.pi, n)
    y = rng.integers(0, 2, n)
    x = np.where(y[:, None] == 0, np.c_[np.cos(t), np.sin(t)], np.c_[1 - np.cos(t), 0.4 - np.sin(t)])
    return x + rng.normal(0, 0.12, x.shape), y


def init_params(n_in, n_hid, seed):
    rng = np.random.default_rng(seed)
    return {"W1": rng.normal(size=(n_in, n_hid)), "b1": np.zeros(n_hid),
            "W2": rng.normal(size=(n_hid, 1)) / np.sqrt(n_hid), "b2": np.zeros(1)}


def forward(p, X):
    h = np.tanh(X @ p["W1"] + p["b1"])
    z = (h @ p["W2"] + p["b2"]).ravel()
    return h, z


def bce(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def train(X, y, lr=0.1, n_hidden=8, epochs=200, seed=0):
    p = init_params(X.shape[1], n_hidden, seed)
    curve = []
    for _ in range(epochs):
        h, z = forward(p, X)
        curve.append(bce(z, y))
        dz = ((0.5 * (1 + np.tanh(z / 2)) - y) / len(y))[:, None]
        dh = dz @ p["W2"].T * (1 - h ** 2)
        grads = {"W2": h.T @ dz, "b2": dz.sum(0), "W1": X.T @ dh, "b1": dh.sum(0)}
        for name in p:
            p[name] = p[name] - lr * grads[name]
    return p, curve


def run_sweep(X, y):
    results = {}
    for lr in (1.0, 0.3, 0.1, 0.03):
        _, curve = train(X, y, lr=0.1, seed=0)
        results[lr] = curve[-1]
    return results


def compare_width(X, y):
    _, narrow = train(X, y, lr=0.3, n_hidden=3, epochs=300, seed=1)
    _, wide = train(X, y, lr=0.3, n_hidden=16, epochs=300, seed=1)
    return narrow[-1], wide[-1]


if __name__ == "__main__":
    X, y = make_moons(200, np.random.default_rng(5))
    for lr, loss in run_sweep(X, y).items():
        print(f"rate {lr:5.2f}: final loss {loss:.4f}")
    narrow, wide = compare_width(X, y)
    print(f"3 units: {narrow:.4f}   16 units: {wide:.4f}")
