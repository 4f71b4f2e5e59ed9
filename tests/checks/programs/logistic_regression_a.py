"""Logistic regression for two classes, batch gradient descent with L2."""
import numpy as np


def _sigmoid(z):
    out = np.empty_like(z, dtype=float)
    pos = z >= 0
    out[pos] = 1.0 / (1.0 + np.exp(-z[pos]))
    ez = np.exp(z[~pos])
    out[~pos] = ez / (1.0 + ez)
    return out


class LogisticRegression:
    """
    Parameters
    ----------
    learning_rate : float
    max_iter : int
    reg_lambda : float
        strength of the L2 penalty, the intercept is left alone
    tol : float
        stop when the loss changes by less than this
    """

    def __init__(self, learning_rate=0.1, max_iter=2000, reg_lambda=0.0, tol=1e-7):
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.reg_lambda = reg_lambda
        self.tol = tol

    def _loss(self, X, t):
        z = X @ self.coef_ + self.intercept_
        # log(1 + e^z) - t*z, written so that it does not overflow
        data = np.mean(np.logaddexp(0.0, z) - t * z)
        return data + 0.5 * self.reg_lambda * np.sum(self.coef_ ** 2)

    def _gradient(self, X, t):
        n = X.shape[0]
        err = _sigmoid(X @ self.coef_ + self.intercept_) - t
        grad_w = X.T @ err / n + self.reg_lambda * self.coef_
        grad_b = err.mean()
        return grad_w, grad_b

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) != 2:
            raise ValueError("need exactly two classes, got %d" % len(self.classes_))
        t = (y == self.classes_[1]).astype(float)

        self.coef_ = np.zeros(X.shape[1])
        self.intercept_ = 0.0
        self.loss_history_ = [self._loss(X, t)]
        for self.n_iter_ in range(1, self.max_iter + 1):
            gw, gb = self._gradient(X, t)
            self.coef_ = self.coef_ - self.learning_rate * gw
            self.intercept_ = self.intercept_ - self.learning_rate * gb
            self.loss_history_.append(self._loss(X, t))
            if abs(self.loss_history_[-2] - self.loss_history_[-1]) < self.tol:
                break
        return self

    def decision_function(self, X):
        return np.asarray(X, dtype=float) @ self.coef_ + self.intercept_

    def predict_proba(self, X):
        p1 = _sigmoid(self.decision_function(X))
        return np.column_stack([1 - p1, p1])

    def predict(self, X):
        idx = (self.predict_proba(X)[:, 1] >= 0.5).astype(int)
        return self.classes_[idx]

    def score(self, X, y):
        return np.mean(self.predict(X) == np.asarray(y))


if __name__ == "__main__":
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import train_test_split

    data = load_breast_cancer()
    Xtr, Xte, ytr, yte = train_test_split(data.data, data.target, test_size=0.25, random_state=0, stratify=data.target)
    mu, sd = Xtr.mean(axis=0), Xtr.std(axis=0)
    clf = LogisticRegression(learning_rate=0.3, max_iter=1500, reg_lambda=0.01)
    clf.fit((Xtr - mu) / sd, ytr)
    print("iterations:", clf.n_iter_)
    print("test accuracy: %.3f" % clf.score((Xte - mu) / sd, yte))
