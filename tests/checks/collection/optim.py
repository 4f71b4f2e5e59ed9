"""Optimisers. Every one of them changes a list of arrays given the list of gradients."""
import numpy as np


class SGD:
    def __init__(self, params, lr=0.01, weight_decay=0.0):
        self.params = params
        self.lr = lr
        self.weight_decay = weight_decay

    def step(self, grads):
        for p, g in zip(self.params, grads):
            p -= self.lr * (g + self.weight_decay * p)


class Momentum:
    """v <- mu v + g;  p <- p - lr v"""

    def __init__(self, params, lr=0.01, mu=0.9):
        self.params = params
        self.lr = lr
        self.mu = mu
        self.velocity = [np.zeros_like(p) for p in params]

    def step(self, grads):
        for p, g, v in zip(self.params, grads, self.velocity):
            v *= self.mu
            v += g
            p -= self.lr * v


class Adam:
    def __init__(self, params, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.params = params
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
        self.t = 0

    def step(self, grads):
        self.t += 1
        c1 = 1 - self.beta1 ** self.t
        c2 = 1 - self.beta2 ** self.t
        for p, g, m, v in zip(self.params, grads, self.m, self.v):
            m *= self.beta1
            m += (1 - self.beta1) * g
            v *= self.beta2
            v += (1 - self.beta2) * g * g
            p -= self.lr * (m / c1) / (np.sqrt(v / c2) + self.eps)


class RMSProp:
    def __init__(self, params, lr=0.01, rho=0.9, eps=1e-8):
        self.params = params
        self.lr, self.rho, self.eps = lr, rho, eps
        self.cache = [np.zeros_like(p) for p in params]

    def step(self, grads):
        for p, g, c in zip(self.params, grads, self.cache):
            c *= self.rho
            c += (1 - self.rho) * g ** 2
            p -= self.lr * g / (np.sqrt(c) + self.eps)
