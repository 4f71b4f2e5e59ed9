import numpy as np


class LinearRegressionGD:
    """Least squares by full-batch gradient descent.

    The features are standardised inside with the statistics of the training data.
    loss = 1/(2n) * sum (y_hat - y)^2
    """

    def __init__(self, learning_rate=0.1, n_iterations=5000, tol=1e-10):
        self.learning_rate = learning_rate
        self.n_iterations = n_iterations
        self.tol = tol

    def _standardise(self, X):
        return (X - self.mu_) / self.sigma_

    def _loss(self, residual):
        return np.sum(residual ** 2) / (2 * len(residual))

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float).ravel()
        if np.isnan(X).any() or np.isnan(y).any():
            raise ValueError("NaN in the data")
        n_samples, n_features = X.shape
        self.mu_ = X.mean(axis=0)
        self.sigma_ = X.std(axis=0)
        self.sigma_[self.sigma_ == 0] = 1.0
        Xs = self._standardise(X)

        self.w_ = np.zeros(n_features)
        self.b_ = 0.0
        self.history_ = []
        previous = np.inf
        for _ in range(self.n_iterations):
            residual = Xs @ self.w_ + self.b_ - y
            loss = self._loss(residual)
            if not np.isfinite(loss):
                raise FloatingPointError("the loss is not finite: lower the learning rate")
            self.history_.append(loss)
            if abs(previous - loss) < self.tol * max(loss, 1e-12):
                break
            previous = loss
            grad_w = Xs.T @ residual / n_samples
            grad_b = residual.mean()
            self.w_ -= self.learning_rate * grad_w
            self.b_ -= self.learning_rate * grad_b
        return self

    def predict(self, X):
        return self._standardise(np.asarray(X, dtype=float)) @ self.w_ + self.b_

    @property
    def coef_(self):
        """in the units of the caller's features"""
        return self.w_ / self.sigma_

    @property
    def intercept_(self):
        return self.b_ - self.coef_ @ self.mu_

    def score(self, X, y):
        y = np.asarray(y, dtype=float).ravel()
        return 1 - np.sum((y - self.predict(X)) ** 2) / np.sum((y - y.mean()) ** 2)


if __name__ == "__main__":
    from sklearn.datasets import load_diabetes
    from sklearn.model_selection import train_test_split

    X, y = load_diabetes(return_X_y=True, scaled=False)
    X = X[:, [0, 1, 2, 3, 6, 8, 9]]      # s1, s2 and s4 nearly follow from the others
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=1)
    for lr in (0.3, 0.1, 0.03):
        model = LinearRegressionGD(learning_rate=lr, n_iterations=30000).fit(X_train, y_train)
        print(f"lr {lr}: {len(model.history_)} steps, loss {model.history_[-1]:.3f}, test R2 {model.score(X_test, y_test):.4f}")
    reference = np.linalg.lstsq(np.c_[np.ones(len(X_train)), X_train], y_train, rcond=None)[0]
    print("largest gap to least squares:", np.abs(np.r_[model.intercept_, model.coef_] - reference).max())
