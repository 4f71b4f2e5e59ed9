"""Logistic regression the statistician's way: iteratively reweighted least squares.

The model is fitted by Newton's method on the penalised negative log-likelihood
    L(b) = sum log(1 + exp(eta)) - y * eta  +  lam/2 * |b[1:]|^2
The first column of the design matrix is the intercept and is not penalised.
"""
import numpy as np


def design(X):
    X = np.asarray(X, dtype=float)
    return np.column_stack((np.ones(len(X)), X))


def prob(eta):
    # tanh form: no overflow on either side
    return 0.5 * (1.0 + np.tanh(0.5 * eta))


def objective(beta, D, y, lam):
    eta = D @ beta
    return np.sum(np.logaddexp(0.0, eta) - y * eta) + 0.5 * lam * beta[1:] @ beta[1:]


def gradient(beta, D, y, lam):
    g = D.T @ (prob(D @ beta) - y)
    g[1:] += lam * beta[1:]
    return g


def hessian(beta, D, lam):
    mu = prob(D @ beta)
    wts = mu * (1.0 - mu)
    H = D.T @ (wts[:, None] * D)
    idx = np.arange(1, len(beta))
    H[idx, idx] += lam
    return H


def irls(D, y, lam=1e-6, tol=1e-10, max_iter=50):
    """Return the coefficients, the objective after every step and whether it converged."""
    beta = np.zeros(D.shape[1])
    path = [objective(beta, D, y, lam)]
    for it in range(max_iter):
        step = np.linalg.solve(hessian(beta, D, lam), gradient(beta, D, y, lam))
        size = 1.0
        while objective(beta - size * step, D, y, lam) > path[-1] + 1e-12 and size > 1e-6:
            size *= 0.5
        beta = beta - size * step
        path.append(objective(beta, D, y, lam))
        if np.max(np.abs(gradient(beta, D, y, lam))) < tol * max(1.0, len(y)):
            return beta, path, True
    return beta, path, False


def standard_errors(beta, D, lam=1e-6):
    cov = np.linalg.inv(hessian(beta, D, lam))
    return np.sqrt(np.diag(cov))


def predict(beta, X, threshold=0.5):
    return (prob(design(X) @ beta) >= threshold).astype(int)


def summary(names, beta, se):
    print(f"{'term':12s}{'estimate':>11s}{'std.err':>10s}{'z':>8s}")
    for n, b, s in zip(names, beta, se):
        print(f"{n:12s}{b:11.4f}{s:10.4f}{b / s:8.2f}")


if __name__ == "__main__":
    rng = np.random.default_rng(11)
    n = 600
    X = np.column_stack((rng.normal(50, 12, n), rng.normal(0, 1, n), rng.integers(0, 2, n)))
    true = np.array([-4.0, 0.07, -1.1, 0.8])
    y = (rng.random(n) < prob(design(X) @ true)).astype(float)

    fit, hold = np.arange(0, 450), np.arange(450, 600)
    D = design(X[fit])
    beta, path, ok = irls(D, y[fit], lam=0.01)
    print("converged" if ok else "NOT converged", "after", len(path) - 1, "steps")
    summary(["(intercept)", "age", "dose", "sex"], beta, standard_errors(beta, D, lam=0.01))
    share = np.mean(predict(beta, X[hold]) == y[hold])
    print(f"hold-out: {share:.3f} right, larger class {max(y[hold].mean(), 1 - y[hold].mean()):.3f}")
