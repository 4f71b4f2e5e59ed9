from __future__ import print_function, division

import numpy as np


class l1_penalty():
    """ Lasso """
    def __init__(self, alpha):
        self.alpha = alpha

    def __call__(self, w):
        return self.alpha * np.sum(np.abs(w))

    def grad(self, w):
        return self.alpha * np.sign(w)


class l2_penalty():
    """ Ridge """
    def __init__(self, alpha):
        self.alpha = alpha

    def __call__(self, w):
        return self.alpha * 0.5 * w.dot(w)

    def grad(self, w):
        return self.alpha * w


class elastic_penalty():
    """ Both of them """
    def __init__(self, alpha, l1_ratio=0.5):
        self.alpha = alpha
        self.l1_ratio = l1_ratio

    def __call__(self, w):
        l1 = self.l1_ratio * np.sum(np.abs(w))
        l2 = (1 - self.l1_ratio) * 0.5 * w.dot(w)
        return self.alpha * (l1 + l2)

    def grad(self, w):
        return self.alpha * (self.l1_ratio * np.sign(w) + (1 - self.l1_ratio) * w)


class no_penalty():
    def __call__(self, w):
        return 0.0

    def grad(self, w):
        return np.zeros_like(w)


class GradientRegression(object):
    """ Base linear model: mean squared error (halved) plus a penalty on the weights.

    Parameters:
    -----------
    n_iterations: int
        The number of training iterations the algorithm will tune the weights for.
    learning_rate: float
        The step length that will be used when updating the weights.
    """
    def __init__(self, n_iterations=3000, learning_rate=0.05):
        self.n_iterations = n_iterations
        self.learning_rate = learning_rate
        self.regularization = no_penalty()

    def initialize_weights(self, n_features):
        self.w = np.zeros(n_features)
        self.b = 0.0

    def loss(self, X, y):
        residual = y - (X.dot(self.w) + self.b)
        return 0.5 * np.mean(residual ** 2) + self.regularization(self.w)

    def gradients(self, X, y):
        residual = y - (X.dot(self.w) + self.b)
        grad_w = -X.T.dot(residual) / len(y) + self.regularization.grad(self.w)
        grad_b = -np.mean(residual)
        return grad_w, grad_b

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float).ravel()
        self.initialize_weights(X.shape[1])
        self.training_errors = []

        for i in range(self.n_iterations):
            self.training_errors.append(self.loss(X, y))
            grad_w, grad_b = self.gradients(X, y)
            self.w -= self.learning_rate * grad_w
            self.b -= self.learning_rate * grad_b
        return self

    def predict(self, X):
        return np.asarray(X, dtype=float).dot(self.w) + self.b


class OrdinaryRegression(GradientRegression):
    """ Linear regression, by gradient descent or by the normal equation. """
    def __init__(self, n_iterations=3000, learning_rate=0.05, gradient_descent=True):
        super(OrdinaryRegression, self).__init__(n_iterations, learning_rate)
        self.gradient_descent = gradient_descent

    def fit(self, X, y):
        if self.gradient_descent:
            return super(OrdinaryRegression, self).fit(X, y)
        X = np.asarray(X, dtype=float)
        design = np.insert(X, 0, 1, axis=1)
        # Least squares by Moore-Penrose pseudoinverse
        solution = np.linalg.pinv(design).dot(np.asarray(y, dtype=float).ravel())
        self.b, self.w = solution[0], solution[1:]
        return self


class RidgeGD(GradientRegression):
    def __init__(self, reg_factor=0.1, n_iterations=3000, learning_rate=0.05):
        super(RidgeGD, self).__init__(n_iterations, learning_rate)
        self.regularization = l2_penalty(alpha=reg_factor)


class LassoGD(GradientRegression):
    def __init__(self, reg_factor=0.1, n_iterations=3000, learning_rate=0.05):
        super(LassoGD, self).__init__(n_iterations, learning_rate)
        self.regularization = l1_penalty(alpha=reg_factor)


class ElasticGD(GradientRegression):
    def __init__(self, reg_factor=0.1, l1_ratio=0.5, n_iterations=3000, learning_rate=0.05):
        super(ElasticGD, self).__init__(n_iterations, learning_rate)
        self.regularization = elastic_penalty(alpha=reg_factor, l1_ratio=l1_ratio)


def mean_squared_error(y_true, y_pred):
    return np.mean(np.power(np.ravel(y_true) - np.ravel(y_pred), 2))


def main():
    from sklearn.datasets import load_diabetes
    from sklearn.model_selection import train_test_split

    X, y = load_diabetes(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=4)
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    X_train, X_test = (X_train - mean) / std, (X_test - mean) / std

    for model in (OrdinaryRegression(gradient_descent=False), OrdinaryRegression(),
                  RidgeGD(reg_factor=0.1), LassoGD(reg_factor=1.0), ElasticGD(reg_factor=0.5)):
        model.fit(X_train, y_train)
        mse = mean_squared_error(y_test, model.predict(X_test))
        print("%-20s test MSE %.2f   |w| %.3f" % (type(model).__name__, mse, np.abs(model.w).sum()))


if __name__ == "__main__":
    main()
