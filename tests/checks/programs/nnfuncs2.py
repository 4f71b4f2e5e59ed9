"""Objects instead of functions.

Conventions of this file (please read before use)
  * Activation.slope takes the OUTPUT of the activation, not its input.
  * Losses are summed over everything; so are their gradients.
  * Optimisers do not touch what they get, they return the new list of parameters.
"""
import numpy as np


class Activation:
    def __call__(self, z):
        raise NotImplementedError

    def slope(self, out):
        raise NotImplementedError


class Logistic(Activation):
    def __call__(self, z):
        return 0.5 + 0.5 * np.tanh(z / 2)

    def slope(self, out):
        return out - out ** 2


class HyperbolicTangent(Activation):
    def __call__(self, z):
        return np.tanh(z)

    def slope(self, out):
        return (1 - out) * (1 + out)


class Rectifier(Activation):
    def __init__(self, leak=0.0):
        self.leak = leak

    def __call__(self, z):
        return np.maximum(z, 0) + self.leak * np.minimum(z, 0)

    def slope(self, out):
        return np.where(out > 0, 1.0, self.leak)


class ExponentialLinear(Activation):
    def __call__(self, z):
        return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))

    def slope(self, out):
        return np.where(out > 0, 1.0, out + 1.0)


class SquaredError:
    def value(self, guess, truth):
        return 0.5 * np.sum((truth - guess) ** 2)

    def gradient(self, guess, truth):
        return guess - truth


class BinaryEntropy:
    def __init__(self, tiny=1e-12):
        self.tiny = tiny

    def value(self, guess, truth):
        g = np.clip(guess, self.tiny, 1 - self.tiny)
        return -np.sum(truth * np.log(g) + (1 - truth) * np.log1p(-g))

    def gradient(self, guess, truth):
        g = np.clip(guess, self.tiny, 1 - self.tiny)
        return (g - truth) / (g * (1 - g))


class HeavyBall:
    def __init__(self, rate=0.1, friction=0.1):
        self.rate, self.friction, self.memory = rate, friction, None

    def update(self, params, slopes):
        if self.memory is None:
            self.memory = [np.zeros_like(s) for s in slopes]
        self.memory = [(1 - self.friction) * m + self.friction * s for m, s in zip(self.memory, slopes)]
        return [p - self.rate * m for p, m in zip(params, self.memory)]


class AdamW:
    def __init__(self, rate=1e-2, betas=(0.9, 0.999), tiny=1e-8, decay=0.0):
        self.rate, self.betas, self.tiny, self.decay = rate, betas, tiny, decay
        self.power = [1.0, 1.0]
        self.moments = None

    def update(self, params, slopes):
        if self.moments is None:
            self.moments = [(np.zeros_like(s), np.zeros_like(s)) for s in slopes]
        a, b = self.betas
        self.power = [self.power[0] * a, self.power[1] * b]
        scale = np.sqrt(1 - self.power[1]) / (1 - self.power[0])
        fresh, moments = [], []
        for p, s, (m, v) in zip(params, slopes, self.moments):
            m = m + (1 - a) * (s - m)
            v = v + (1 - b) * (s * s - v)
            moments.append((m, v))
            fresh.append((1 - self.rate * self.decay) * p - self.rate * scale * m / (np.sqrt(v) + self.tiny))
        self.moments = moments
        return fresh


if __name__ == "__main__":
    rng = np.random.RandomState(0)
    X = rng.uniform(-2, 2, (80, 2))
    t = (X[:, :1] * X[:, 1:] > 0).astype(float)
    act, out, loss = HyperbolicTangent(), Logistic(), BinaryEntropy()
    theta = [rng.normal(0, 1, (2, 9)), np.zeros(9), rng.normal(0, .4, (9, 1)), np.zeros(1)]
    opt = AdamW(0.03, decay=1e-3)
    for it in range(601):
        h = act(X @ theta[0] + theta[1])
        p = out(h @ theta[2] + theta[3])
        if it % 150 == 0:
            print(it, round(loss.value(p, t), 3), ((p > .5) == t).mean())
        d = loss.gradient(p, t) * out.slope(p)
        e = d @ theta[2].T * act.slope(h)
        theta = opt.update(theta, [X.T @ e, e.sum(0), h.T @ d, d.sum(0)])
