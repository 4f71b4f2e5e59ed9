import numpy as np


class SoftmaxRegression:
    """Multinomial logistic regression, full-batch gradient descent.

    Parameters
    ----------
    lr : float
        Step size.
    alpha : float
        Strength of the L2 penalty on the weights (not on the intercepts).
    max_iter : int
        Upper bound on the number of steps.
    tol : float
        Training stops when the loss falls by less than this.
    """

    def __init__(self, lr=0.5, alpha=1e-3, max_iter=3000, tol=1e-7):
        self.lr = lr
        self.alpha = alpha
        self.max_iter = max_iter
        self.tol = tol

    @staticmethod
    def _log_softmax(scores):
        shifted = scores - scores.max(axis=1, keepdims=True)
        return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))

    def _loss_and_grad(self, X, T):
        n = X.shape[0]
        logp = self._log_softmax(X @ self.coef_.T + self.intercept_)
        loss = -np.sum(T * logp) / n + 0.5 * self.alpha * np.sum(self.coef_ ** 2)
        error = (np.exp(logp) - T) / n
        g_coef = error.T @ X + self.alpha * self.coef_
        g_intercept = error.sum(axis=0)
        return loss, g_coef, g_intercept

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y)
        if not np.all(np.isfinite(X)):
            raise ValueError("X contains NaN or infinity")
        self.classes_, index = np.unique(y, return_inverse=True)
        T = np.eye(len(self.classes_))[index]
        self.coef_ = np.zeros((len(self.classes_), X.shape[1]))
        self.intercept_ = np.zeros(len(self.classes_))
        self.loss_curve_ = []
        previous = np.inf
        for self.n_iter_ in range(1, self.max_iter + 1):
            loss, g_coef, g_intercept = self._loss_and_grad(X, T)
            self.loss_curve_.append(loss)
            if previous - loss < self.tol:
                break
            previous = loss
            self.coef_ -= self.lr * g_coef
            self.intercept_ -= self.lr * g_intercept
        return self

    def decision_function(self, X):
        return np.asarray(X, dtype=float) @ self.coef_.T + self.intercept_

    def predict_proba(self, X):
        return np.exp(self._log_softmax(self.decision_function(X)))

    def predict(self, X):
        return self.classes_[np.argmax(self.decision_function(X), axis=1)]

    def score(self, X, y):
        return float(np.mean(self.predict(X) == np.asarray(y)))


class Standardizer:
    def fit(self, X):
        self.mean_ = X.mean(axis=0)
        sd = X.std(axis=0)
        self.scale_ = np.where(sd == 0, 1.0, sd)
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_


if __name__ == "__main__":
    from sklearn.datasets import load_iris

    iris = load_iris()
    X, y = iris.data, iris.target_names[iris.target]
    perm = np.random.default_rng(0).permutation(len(y))
    train, test = perm[:100], perm[100:]
    scaler = Standardizer().fit(X[train])
    clf = SoftmaxRegression().fit(scaler.transform(X[train]), y[train])
    print("steps:", clf.n_iter_, " last loss: %.4f" % clf.loss_curve_[-1])
    print("train accuracy: %.3f" % clf.score(scaler.transform(X[train]), y[train]))
    print("test accuracy:  %.3f" % clf.score(scaler.transform(X[test]), y[test]))
