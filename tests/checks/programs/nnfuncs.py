"""Building blocks: activations, losses, optimisers.

All arrays are (batch, units). Every activation has a forward and a `d_` function,
every loss returns (value, gradient w.r.t. its first argument).
"""
import numpy as np


# --- activations -------------------------------------------------------------

def sigmoid(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def d_sigmoid(z):
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z):
    return np.tanh(z)


def d_tanh(z):
    return 1 - np.tanh(z) ** 2


def elu(z, alpha=1.0):
    return np.where(z > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1))


def d_elu(z, alpha=1.0):
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def d_softplus(z):
    return sigmoid(z)


def softmax(z):
    shifted = z - np.max(z, axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / np.sum(e, axis=-1, keepdims=True)


# --- losses ------------------------------------------------------------------

def mse(pred, target):
    diff = pred - target
    return np.mean(diff ** 2), 2 * diff / diff.size


def huber(pred, target, delta=1.0):
    diff = pred - target
    small = np.abs(diff) <= delta
    value = np.where(small, 0.5 * diff ** 2, delta * (np.abs(diff) - 0.5 * delta))
    grad = np.where(small, diff, delta * np.sign(diff))
    return value.mean(), grad / diff.size


def bce_with_logits(logits, target):
    value = np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))
    return value.mean(), (sigmoid(logits) - target) / logits.size


def cross_entropy(logits, target):
    """target: one-hot (batch, classes)"""
    p = softmax(logits)
    n = logits.shape[0]
    value = -np.sum(target * np.log(p + 1e-15)) / n
    return value, (p - target) / n


# --- optimisers --------------------------------------------------------------
# each: state = {}, params and grads are dicts with the same keys, updated in place

class SGD:
    def __init__(self, lr=0.01, momentum=0.0, nesterov=False):
        self.lr = lr
        self.momentum = momentum
        self.nesterov = nesterov
        self.velocity = {}

    def step(self, params, grads):
        for key in params:
            v = self.velocity.get(key, np.zeros_like(params[key]))
            v = self.momentum * v + grads[key]
            self.velocity[key] = v
            direction = grads[key] + self.momentum * v if self.nesterov else v
            params[key] -= self.lr * direction


class RMSProp:
    def __init__(self, lr=0.001, rho=0.9, eps=1e-8):
        self.lr = lr
        self.rho = rho
        self.eps = eps
        self.cache = {}

    def step(self, params, grads):
        for key in params:
            c = self.cache.get(key, np.zeros_like(params[key]))
            c = self.rho * c + (1 - self.rho) * grads[key] ** 2
            self.cache[key] = c
            params[key] -= self.lr * grads[key] / (np.sqrt(c) + self.eps)


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.first = {}
        self.second = {}
        self.steps = 0

    def step(self, params, grads):
        self.steps += 1
        for key in params:
            m = self.first.get(key, np.zeros_like(params[key]))
            s = self.second.get(key, np.zeros_like(params[key]))
            m = self.beta1 * m + (1 - self.beta1) * grads[key]
            s = self.beta2 * s + (1 - self.beta2) * grads[key] ** 2
            self.first[key], self.second[key] = m, s
            m_hat = m / (1 - self.beta1 ** self.steps)
            s_hat = s / (1 - self.beta2 ** self.steps)
            params[key] -= self.lr * m_hat / (np.sqrt(s_hat) + self.eps)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3))
    true_w = np.array([[1.5], [-2.0], [0.5]])
    y = x @ true_w + 0.3
    for opt in (SGD(0.1), SGD(0.05, 0.9), SGD(0.05, 0.9, nesterov=True), RMSProp(0.02), Adam(0.05)):
        params = {"w": np.zeros((3, 1)), "b": np.zeros(1)}
        for _ in range(400):
            value, g = mse(x @ params["w"] + params["b"], y)
            opt.step(params, {"w": x.T @ g, "b": g.sum(axis=0)})
        print(type(opt).__name__, round(float(value), 6), params["w"].ravel().round(3), params["b"].round(3))
