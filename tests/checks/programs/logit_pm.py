import numpy as np
from sklearn.datasets import load_breast_cancer

# Logistic regression for labels in {-1, +1}.
#   f(w, b) = 1/n sum log(1 + exp(-y_i (w.x_i + b))) + mu/2 |w|^2
# Accelerated gradient descent (Nesterov) with a step of 1/Lipschitz.


def log1pexp(t):
    return np.logaddexp(0.0, t)


def expit(t):
    return np.exp(-np.logaddexp(0.0, -t))


def objective(w, b, X, y, mu):
    margin = y * (X @ w + b)
    return log1pexp(-margin).mean() + 0.5 * mu * (w @ w)


def gradient(w, b, X, y, mu):
    n = X.shape[0]
    margin = y * (X @ w + b)
    coef = -y * expit(-margin)
    gw = X.T @ coef / n + mu * w
    gb = coef.sum() / n
    return gw, gb


def lipschitz(X, mu):
    Xa = np.column_stack([X, np.ones(len(X))])
    return 0.25 * np.linalg.norm(Xa, 2) ** 2 / len(X) + mu


def solve(X, y, mu=1e-3, tol=1e-6, max_iter=5000, verbose=False):
    d = X.shape[1]
    w, b = np.zeros(d), 0.0
    vw, vb = w.copy(), b
    t = 1.0
    step = 1.0 / lipschitz(X, mu)
    values = []
    for it in range(max_iter):
        gw, gb = gradient(vw, vb, X, y, mu)
        w_new = vw - step * gw
        b_new = vb - step * gb
        t_new = 0.5 * (1 + np.sqrt(1 + 4 * t * t))
        momentum = (t - 1) / t_new
        vw = w_new + momentum * (w_new - w)
        vb = b_new + momentum * (b_new - b)
        w, b, t = w_new, b_new, t_new
        values.append(objective(w, b, X, y, mu))
        size = np.sqrt(np.sum(gw ** 2) + gb ** 2)
        if verbose and it % 200 == 0:
            print(f"{it:5d}  f = {values[-1]:.6f}  |g| = {size:.2e}")
        if size < tol:
            break
    return w, b, values


def predict_proba(w, b, X):
    return expit(X @ w + b)


def predict(w, b, X):
    return np.where(X @ w + b >= 0, 1, -1)


def main():
    data = load_breast_cancer()
    X, y = data.data, np.where(data.target == 1, 1, -1)
    rng = np.random.default_rng(5)
    idx = rng.permutation(len(y))
    n_test = len(y) // 4
    te, tr = idx[:n_test], idx[n_test:]
    center, scale = X[tr].mean(0), X[tr].std(0)
    Xtr, Xte = (X[tr] - center) / scale, (X[te] - center) / scale
    for mu in (1e-1, 1e-2, 1e-3):
        w, b, values = solve(Xtr, y[tr], mu=mu)
        acc = np.mean(predict(w, b, Xte) == y[te])
        print(f"mu = {mu:g}: {len(values)} iterations, f = {values[-1]:.5f}, |w| = {np.linalg.norm(w):.3f}, test acc = {acc:.3f}")


if __name__ == "__main__":
    main()
