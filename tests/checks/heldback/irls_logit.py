import numpy as np


class LogitIRLS:
    """Binary logistic regression by iteratively reweighted least squares, y in {0, 1}.

    penalty: ridge on the slopes, 0.5 * penalty * |slopes|^2 added to the summed negative log-likelihood.
    """

    def __init__(self, penalty=0.0, tol=1e-8, max_iter=30):
        self.penalty = float(penalty)
        self.tol = tol
        self.max_iter = max_iter

    def _with_intercept(self, X):
        X = np.asarray(X, dtype=np.float64)
        return np.c_[np.ones(X.shape[0]), X]

    @staticmethod
    def _mean(eta):
        return 1.0 / (1.0 + np.exp(-np.clip(eta, -35.0, 35.0)))

    def objective(self, D, y, w):
        eta = D @ w
        return np.logaddexp(0.0, eta).sum() - y @ eta + 0.5 * self.penalty * (w[1:] @ w[1:])

    def gradient(self, D, y, w):
        g = D.T @ (self._mean(D @ w) - y)
        g[1:] += self.penalty * w[1:]
        return g

    def hessian(self, D, w):
        mu = self._mean(D @ w)
        s = np.maximum(mu * (1.0 - mu), 1e-10)
        H = (D * s[:, None]).T @ D
        H[np.arange(1, len(w)), np.arange(1, len(w))] += self.penalty
        return H

    def fit(self, X, y):
        D = self._with_intercept(X)
        y = np.asarray(y, dtype=np.float64)
        w = np.zeros(D.shape[1])
        self.objective_ = [self.objective(D, y, w)]
        self.converged_ = False
        for self.n_iter_ in range(1, self.max_iter + 1):
            step = np.linalg.solve(self.hessian(D, w), self.gradient(D, y, w))
            w = w - step
            self.objective_.append(self.objective(D, y, w))
            if np.max(np.abs(step)) < self.tol:
                self.converged_ = True
                break
        self.w_ = w
        self.covariance_ = np.linalg.inv(self.hessian(D, w))
        return self

    def predict_proba(self, X):
        p = self._mean(self._with_intercept(X) @ self.w_)
        return np.column_stack([1.0 - p, p])

    def predict(self, X, threshold=0.5):
        return (self.predict_proba(X)[:, 1] >= threshold).astype(int)

    def summary(self, names):
        se = np.sqrt(np.diag(self.covariance_))
        print("%-12s %9s %9s %7s" % ("", "estimate", "std.err", "z"))
        for name, b, s in zip(["(constant)", *names], self.w_, se):
            print("%-12s %9.4f %9.4f %7.2f" % (name, b, s, b / s))


def simulate(n, seed):
    rng = np.random.default_rng(seed)
    dose = rng.gamma(2.0, 1.5, n)
    weight = rng.normal(70.0, 9.0, n)
    smoker = rng.integers(0, 2, n)
    eta = -2.1 + 0.7 * dose - 0.05 * (weight - 70.0) + 0.8 * smoker
    return np.column_stack([dose, weight, smoker]), (rng.logistic(size=n) < eta).astype(int)


if __name__ == "__main__":
    X, y = simulate(500, seed=10)
    X_new, y_new = simulate(300, seed=11)
    fit = LogitIRLS().fit(X, y)
    print("iterations", fit.n_iter_, "converged", fit.converged_, "deviance %.2f" % (2 * fit.objective_[-1]))
    fit.summary(["dose", "weight", "smoker"])
    print("first probabilities", np.round(fit.predict_proba(X_new)[:4, 1], 3))
    for penalty in (1.0, 20.0):
        shrunk = LogitIRLS(penalty=penalty).fit(X, y)
        print("penalty %4.1f: slopes %s, %d iterations" % (penalty, np.round(shrunk.w_[1:], 3), shrunk.n_iter_))
    for threshold in (0.3, 0.7):
        print("threshold %.1f flags %.3f" % (threshold, fit.predict(X_new, threshold).mean()))
    print("accuracy on new patients %.3f (majority %.3f)" % (
        np.mean(fit.predict(X_new) == y_new), max(np.mean(y_new), 1 - np.mean(y_new))))
