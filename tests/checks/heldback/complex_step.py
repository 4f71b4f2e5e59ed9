"""No backpropagation at all: the derivative comes from complex arithmetic.

For an analytic f, Im f(theta + i h e_k) / h is the k-th partial derivative, exact to machine precision for tiny h.
Slow, but there is nothing to get wrong in a chain rule.
"""
import numpy as np


class ComplexStepNet:
    H = 1e-30

    def __init__(self, n_in, n_hidden, seed=0):
        rng = np.random.default_rng(seed)
        self.shapes = [(n_in, n_hidden), (n_hidden,), (n_hidden, 1), (1,)]
        first = rng.normal(size=self.shapes[0]) / np.sqrt(n_in)
        second = rng.normal(size=self.shapes[2]) / np.sqrt(n_hidden)
        self.theta = np.concatenate([first.ravel(), np.zeros(n_hidden), second.ravel(), np.zeros(1)])

    def split(self, theta):
        at, parts = 0, []
        for shape in self.shapes:
            size = int(np.prod(shape))
            parts.append(theta[at:at + size].reshape(shape))
            at += size
        return parts

    def score(self, theta, X):
        V, v, U, u = self.split(theta)
        return (np.tanh(X @ V + v) @ U + u)[:, 0]

    def loss(self, theta, X, y):
        """Mean logistic loss; y is 0 or 1. The larger exponent is pulled out by its real part."""
        s = (1 - 2 * y) * self.score(theta, X)
        big = np.maximum(s.real, 0.0)
        return np.mean(big + np.log(np.exp(-big) + np.exp(s - big)))

    def gradient(self, X, y):
        g = np.empty_like(self.theta)
        for k in range(self.theta.size):
            probe = self.theta.astype(complex)
            probe[k] += 1j * self.H
            g[k] = self.loss(probe, X, y).imag / self.H
        return g

    def descend(self, X, y, rounds=120, first_step=1.0):
        """Steepest descent with backtracking: the step is halved until the loss falls enough."""
        value = self.loss(self.theta, X, y)
        self.values = [value]
        for _ in range(rounds):
            g = self.gradient(X, y)
            slope, step = g @ g, first_step * 4
            while step > 1e-8:
                trial = self.theta - step * g
                new = self.loss(trial, X, y)
                if new <= value - 0.3 * step * slope:
                    break
                step /= 2
            else:
                break
            self.theta, value = trial, new
            self.values.append(value)
        return self

    def predict(self, X):
        return (self.score(self.theta, X) > 0).astype(int)


def xor_cloud(n, seed):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n, 2))
    return X, (X[:, 0] * X[:, 1] > 0).astype(int)


if __name__ == "__main__":
    X, y = xor_cloud(200, 1)
    X_new, y_new = xor_cloud(200, 2)
    net = ComplexStepNet(2, 8).descend(X, y)
    print("loss %.4f -> %.4f in %d rounds" % (net.values[0], net.values[-1], len(net.values) - 1))
    print("new points: %.3f" % np.mean(net.predict(X_new) == y_new))
