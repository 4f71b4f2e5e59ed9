"""Logistic regression with labels -1 / +1 and the C of liblinear, solved by Newton steps.

    min_w   1/2 |w|^2  +  C * sum_i log(1 + exp(-y_i f(x_i)))

The sum (not the mean) is minimised, the intercept b is not penalised.
"""
import numpy as np


class SignLogit:
    def __init__(self, C=1.0, newton_steps=25, eps=1e-10):
        self.C = C
        self.newton_steps = newton_steps
        self.eps = eps

    def objective(self, w, b, X, s):
        margin = s * (X @ w + b)
        return 0.5 * w @ w + self.C * np.logaddexp(0.0, -margin).sum()

    def gradient(self, w, b, X, s):
        margin = s * (X @ w + b)
        # d/dm log(1+e^-m) = -1/(1+e^m)
        r = -s * np.exp(-np.logaddexp(0.0, margin))
        return w + self.C * (X.T @ r), self.C * r.sum()

    def fit(self, X, y):
        X = np.array(X, dtype=float)
        y = np.asarray(y).reshape(-1)
        self.neg, self.pos = np.unique(y)
        s = np.where(y == self.pos, 1.0, -1.0)
        n, d = X.shape
        w, b = np.zeros(d), 0.0
        self.path = [self.objective(w, b, X, s)]
        for _ in range(self.newton_steps):
            gw, gb = self.gradient(w, b, X, s)
            q = np.exp(-np.logaddexp(0.0, -(X @ w + b)))
            v = self.C * q * (1.0 - q)
            H = np.zeros((d + 1, d + 1))
            H[:d, :d] = np.eye(d) + (X * v[:, None]).T @ X
            H[:d, d] = H[d, :d] = X.T @ v
            H[d, d] = v.sum() + 1e-9
            step = np.linalg.solve(H, np.append(gw, gb))
            size = 1.0
            while size > 1e-8:
                w_new, b_new = w - size * step[:d], b - size * step[d]
                value = self.objective(w_new, b_new, X, s)
                if value <= self.path[-1]:
                    break
                size /= 2
            else:
                break
            w, b = w_new, b_new
            self.path.append(value)
            if self.path[-2] - self.path[-1] < self.eps:
                break
        self.w_, self.b_ = w, b
        return self

    def decision_function(self, X):
        return np.asarray(X, dtype=float) @ self.w_ + self.b_

    def predict_proba(self, X):
        f = self.decision_function(X)
        return np.c_[np.exp(-np.logaddexp(0.0, f)), np.exp(-np.logaddexp(0.0, -f))]

    def predict(self, X):
        return np.where(self.decision_function(X) > 0, self.pos, self.neg)


if __name__ == "__main__":
    rng = np.random.default_rng(3)
    X = np.vstack([rng.normal(-1, 1, (60, 2)), rng.normal(1, 1, (60, 2))])
    y = np.repeat([-1, 1], 60)
    model = SignLogit(C=0.5).fit(X, y)
    print(model.w_, model.b_, model.path)
    print((model.predict(X) == y).mean())
