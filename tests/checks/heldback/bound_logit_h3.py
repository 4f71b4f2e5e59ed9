"""Logistic regression without a learning rate and without a Hessian per step.

p(1-p) is never larger than 1/4, so B = A A' / 4 + ridge lies above every Hessian. Minimising
the quadratic with curvature B instead of the objective can only go down: one Cholesky
factor for the whole fit (Boehning and Lindsay, 1988).

Samples are COLUMNS here: X is (features, n). Labels are any two values.
"""
import numpy as np
from scipy.linalg import cho_factor, cho_solve


def _augment(X):
    X = np.atleast_2d(np.asarray(X, float))
    return np.vstack([X, np.ones(X.shape[1])])


def _code(labels):
    low, high = sorted(set(np.ravel(labels).tolist()))
    return np.where(np.ravel(labels) == high, 0.5, -0.5), (low, high)


def energy(beta, A, half, ridge):
    # log(2 cosh(eta/2)) - half * eta  is the negative log-likelihood for half = +-1/2
    eta = beta @ A
    return float(np.sum(np.abs(eta) / 2 + np.log1p(np.exp(-np.abs(eta))) - half * eta) + ridge / 2 * beta[:-1] @ beta[:-1])


def descend(X, labels, ridge=1.0, tol=1e-7, most=20000, momentum=True):
    A = _augment(X)
    half, names = _code(labels)
    R = np.full(len(A), float(ridge))
    R[-1] = 0.0
    factor = cho_factor(0.25 * A @ A.T + np.diag(R))

    beta = np.zeros(len(A))
    ahead, t = beta, 1.0
    trail = [energy(beta, A, half, ridge)]
    for _ in range(most):
        slope = A @ (0.5 * np.tanh(ahead @ A / 2) - half) + R * ahead
        if np.abs(slope).max() < tol * A.shape[1] and ahead is beta:
            break
        new = ahead - cho_solve(factor, slope)
        value = energy(new, A, half, ridge)
        if value > trail[-1]:
            # the extrapolation went too far: take the safe step from the last point
            ahead, t = beta, 1.0
            continue
        t_next = (1 + np.sqrt(1 + 4 * t * t)) / 2 if momentum else 1.0
        step = new - beta
        ahead = new + (t - 1) / t_next * step if t > 1 else new
        beta, t = new, t_next
        if np.abs(step).max() < tol:
            ahead, t = beta, 1.0
        trail.append(value)
    return beta, names, trail


def chance(beta, X):
    """Probability of the second name, one for each column."""
    return 0.5 * (1 + np.tanh(beta @ _augment(X) / 2))


def decide(beta, names, X):
    return np.where(chance(beta, X) > 0.5, names[1], names[0])


if __name__ == "__main__":
    rng = np.random.default_rng(1988)
    n, d = 500, 5
    X = rng.normal(size=(d, n)) * np.arange(1, d + 1)[:, None]
    truth = np.array([1.0, -0.5, 0.3, 0.0, 0.2])
    labels = np.where(rng.random(n) < 1 / (1 + np.exp(-(truth @ X - 0.7))), "yes", "no")
    old, new = slice(0, 350), slice(350, n)
    for momentum in (False, True):
        beta, names, trail = descend(X[:, old], labels[old], ridge=0.1, momentum=momentum)
        print("momentum" if momentum else "plain   ", len(trail) - 1, "steps, energy", round(trail[-1], 6))
    print("weights", beta[:-1].round(3), "constant", beta[-1].round(3))
    hit = decide(beta, names, X[:, new]) == labels[new]
    print("right on new columns:", hit.mean().round(3), " larger group:", max(np.mean(labels[new] == v) for v in names).round(3))
