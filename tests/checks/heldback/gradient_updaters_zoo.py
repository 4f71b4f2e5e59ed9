"""First-order update rules. Every rule takes the dictionaries ``params`` and ``grads``
(same keys) and changes the arrays of ``params`` in place."""

import numpy as np


class Updater:
    def __init__(self, lr):
        self.lr = lr

    def update(self, params, grads):
        raise NotImplementedError


class PlainSGD(Updater):
    def __init__(self, lr=0.01, weight_decay=0.0):
        super().__init__(lr)
        self.weight_decay = weight_decay

    def update(self, params, grads):
        for k in params:
            g = grads[k] + self.weight_decay * params[k]
            params[k] -= self.lr * g


class HeavyBall(Updater):
    """v <- mu v - lr g;  p <- p + v"""

    def __init__(self, lr=0.01, mu=0.9):
        super().__init__(lr)
        self.mu = mu
        self.v = {}

    def update(self, params, grads):
        for k in params:
            v = self.v.get(k, np.zeros_like(params[k]))
            v = self.mu * v - self.lr * grads[k]
            self.v[k] = v
            params[k] += v


class Nesterov(Updater):
    """Nesterov momentum in the form that needs the gradient only at the current point."""

    def __init__(self, lr=0.01, mu=0.9):
        super().__init__(lr)
        self.mu = mu
        self.v = {}

    def update(self, params, grads):
        for k in params:
            v_prev = self.v.get(k, np.zeros_like(params[k]))
            v = self.mu * v_prev - self.lr * grads[k]
            self.v[k] = v
            params[k] += -self.mu * v_prev + (1 + self.mu) * v


class AdaGrad(Updater):
    def __init__(self, lr=0.1, eps=1e-8):
        super().__init__(lr)
        self.eps = eps
        self.cache = {}

    def update(self, params, grads):
        for k in params:
            if k not in self.cache:
                self.cache[k] = np.zeros_like(params[k])
            self.cache[k] += grads[k] ** 2
            params[k] -= self.lr * grads[k] / (np.sqrt(self.cache[k]) + self.eps)


class RMSProp(Updater):
    def __init__(self, lr=0.01, rho=0.9, eps=1e-8):
        super().__init__(lr)
        self.rho = rho
        self.eps = eps
        self.cache = {}

    def update(self, params, grads):
        for k in params:
            if k not in self.cache:
                self.cache[k] = np.zeros_like(params[k])
            self.cache[k] = self.rho * self.cache[k] + (1 - self.rho) * grads[k] ** 2
            params[k] -= self.lr * grads[k] / (np.sqrt(self.cache[k]) + self.eps)


class Adam(Updater):
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.t = 0
        self.m, self.s = {}, {}

    def update(self, params, grads):
        self.t += 1
        for k in params:
            if k not in self.m:
                self.m[k] = np.zeros_like(params[k])
                self.s[k] = np.zeros_like(params[k])
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * grads[k]
            self.s[k] = self.beta2 * self.s[k] + (1 - self.beta2) * grads[k] ** 2
            m_hat = self.m[k] / (1 - self.beta1 ** self.t)
            s_hat = self.s[k] / (1 - self.beta2 ** self.t)
            params[k] -= self.lr * m_hat / (np.sqrt(s_hat) + self.eps)


class StepDecay:
    """Wraps an updater and divides its rate by two every ``every`` updates."""

    def __init__(self, updater, every=100, factor=0.5):
        self.updater = updater
        self.every = every
        self.factor = factor
        self.base_lr = updater.lr
        self.n_updates = 0

    def update(self, params, grads):
        self.updater.lr = self.base_lr * self.factor ** (self.n_updates // self.every)
        self.updater.update(params, grads)
        self.n_updates += 1


def _demo():
    # an ill-conditioned bowl: f = 1/2 (x'Ax) - b'x
    A = np.diag([1.0, 10.0, 40.0])
    b = np.array([1.0, -2.0, 3.0])
    best = np.linalg.solve(A, b)
    rules = [PlainSGD(0.03), HeavyBall(0.02), Nesterov(0.02), AdaGrad(0.5), RMSProp(0.01), Adam(0.1),
             StepDecay(PlainSGD(0.04), every=100)]
    for rule in rules:
        params = {"x": np.zeros(3)}
        for _ in range(400):
            rule.update(params, {"x": A @ params["x"] - b})
        print(f"{type(rule).__name__:10s} distance to the minimum {np.linalg.norm(params['x'] - best):.2e}")


if __name__ == "__main__":
    _demo()
