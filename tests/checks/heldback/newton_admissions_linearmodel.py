import numpy as np


class LinearModel(object):
    """Base class for linear models."""

    def __init__(self, step_size=1.0, max_iter=50, eps=1e-8, theta_0=None, verbose=False):
        """
        Args:
            step_size: Step size for iterative solvers only.
            max_iter: Maximum number of iterations for the solver.
            eps: Threshold for determining convergence.
            theta_0: Initial guess for theta. If None, use the zero vector.
            verbose: Print loss values during training.
        """
        self.theta = theta_0
        self.theta_0 = theta_0
        self.step_size = step_size
        self.max_iter = max_iter
        self.eps = eps
        self.verbose = verbose

    def fit(self, x, y):
        raise NotImplementedError('Subclass of LinearModel must implement fit method.')

    def predict(self, x):
        raise NotImplementedError('Subclass of LinearModel must implement predict method.')


class NewtonLogit(LinearModel):
    """Logistic regression with Newton's Method as the solver, a touch of ridge.

    x already holds the intercept column (first).

    Example usage:
        > clf = NewtonLogit()
        > clf.fit(x_train, y_train)
        > clf.predict(x_eval)
    """

    def __init__(self, ridge=1e-4, **kwargs):
        super(NewtonLogit, self).__init__(**kwargs)
        self.ridge = ridge

    def _penalty(self, n):
        # the intercept stays free
        d = np.full(n, self.ridge)
        d[0] = 0.0
        return d

    @staticmethod
    def _sigmoid(z):
        return 0.5 * (1.0 + np.tanh(0.5 * z))

    def loss(self, x, y, theta):
        """mean negative log likelihood plus ridge / 2 * |theta[1:]|^2"""
        z = x.dot(theta)
        nll = np.mean(np.logaddexp(0.0, z) - y * z)
        return nll + 0.5 * np.sum(self._penalty(len(theta)) * theta ** 2)

    def gradient(self, x, y, theta):
        m, n = x.shape
        return x.T.dot(self._sigmoid(x.dot(theta)) - y) / m + self._penalty(n) * theta

    def hessian(self, x, theta):
        m, n = x.shape
        h = self._sigmoid(x.dot(theta))
        return (x.T * (h * (1 - h))).dot(x) / m + np.diag(self._penalty(n))

    def fit(self, x, y):
        """Run Newton's Method to minimize the loss.

        Args:
            x: Training example inputs. Shape (m, n).
            y: Training example labels. Shape (m,).
        """
        m, n = x.shape
        theta = np.zeros(n) if self.theta_0 is None else np.array(self.theta_0, dtype=float)
        self.n_iter = 0
        for _ in range(self.max_iter):
            step = np.linalg.solve(self.hessian(x, theta), self.gradient(x, y, theta))
            # halve the step while it does not pay
            size, before = self.step_size, self.loss(x, y, theta)
            while self.loss(x, y, theta - size * step) > before and size > 1e-6:
                size *= 0.5
            theta = theta - size * step
            self.n_iter += 1
            if self.verbose:
                print('iteration %d: loss %.8f' % (self.n_iter, self.loss(x, y, theta)))
            if np.sum(np.abs(size * step)) < self.eps:
                break
        self.theta = theta
        return self

    def predict_proba(self, x):
        """P(y = 1 | x), shape (m,)."""
        return self._sigmoid(x.dot(self.theta))

    def predict(self, x):
        """0 / 1 labels, shape (m,)."""
        return (self.predict_proba(x) >= 0.5).astype(int)


def add_intercept(x):
    new_x = np.zeros((x.shape[0], x.shape[1] + 1), dtype=float)
    new_x[:, 0] = 1
    new_x[:, 1:] = x
    return new_x


def make_admissions(m, seed):
    """two exam scores and whether the student got in"""
    rng = np.random.RandomState(seed)
    exams = rng.normal([65.0, 60.0], [12.0, 15.0], size=(m, 2))
    logit = 0.12 * (exams[:, 0] - 65) + 0.09 * (exams[:, 1] - 60)
    return exams, (rng.uniform(size=m) < 1 / (1 + np.exp(-logit))).astype(int)


def main():
    x_train, y_train = make_admissions(400, 0)
    x_eval, y_eval = make_admissions(200, 1)
    x_train, x_eval = add_intercept(x_train), add_intercept(x_eval)

    clf = NewtonLogit(verbose=True)
    clf.fit(x_train, y_train)
    print('theta:', clf.theta)
    print('|gradient|: %.2e' % np.abs(clf.gradient(x_train, y_train, clf.theta)).max())
    print('eval accuracy: %.3f' % np.mean(clf.predict(x_eval) == y_eval))


if __name__ == '__main__':
    main()
