"""
squashing_functions
-------------------
Activation functions with their derivatives. Each class has

    forward(z)        value at the pre-activation z
    derivative(z)     derivative at the pre-activation z (elementwise)

Softmax has ``jacobian`` and ``backward`` instead of an elementwise derivative.
"""
import numpy as np
from math import sqrt, pi


class Sigmoid:
    def forward(self, z):
        z = np.asarray(z, dtype=float)
        out = np.empty_like(z)
        pos = z >= 0
        out[pos] = 1 / (1 + np.exp(-z[pos]))
        ez = np.exp(z[~pos])
        out[~pos] = ez / (1 + ez)
        return out

    def derivative(self, z):
        s = self.forward(z)
        return s * (1 - s)


class Tanh:
    def forward(self, z):
        return np.tanh(z)

    def derivative(self, z):
        return 1 - np.tanh(z) ** 2


class ReLU:
    def forward(self, z):
        return np.maximum(0, z)

    def derivative(self, z):
        return np.where(np.asarray(z) > 0, 1.0, 0.0)


class LeakyReLU:
    def __init__(self, alpha=0.01):
        self.alpha = alpha

    def forward(self, z):
        return np.where(np.asarray(z) > 0, z, self.alpha * np.asarray(z))

    def derivative(self, z):
        return np.where(np.asarray(z) > 0, 1.0, self.alpha)


class ELU:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, z):
        z = np.asarray(z, dtype=float)
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def derivative(self, z):
        z = np.asarray(z, dtype=float)
        return np.where(z > 0, 1.0, self.alpha * np.exp(np.minimum(z, 0)))


class Softplus:
    def forward(self, z):
        return np.logaddexp(0, z)

    def derivative(self, z):
        return Sigmoid().forward(z)


class Swish:
    def __init__(self, beta=1.0):
        self.beta = beta

    def forward(self, z):
        z = np.asarray(z, dtype=float)
        return z * Sigmoid().forward(self.beta * z)

    def derivative(self, z):
        z = np.asarray(z, dtype=float)
        s = Sigmoid().forward(self.beta * z)
        return s + self.beta * z * s * (1 - s)


class GELU:
    """tanh approximation"""

    _c = sqrt(2 / pi)

    def forward(self, z):
        z = np.asarray(z, dtype=float)
        return 0.5 * z * (1 + np.tanh(self._c * (z + 0.044715 * z ** 3)))

    def derivative(self, z):
        z = np.asarray(z, dtype=float)
        t = np.tanh(self._c * (z + 0.044715 * z ** 3))
        return 0.5 * (1 + t) + 0.5 * z * (1 - t ** 2) * self._c * (1 + 3 * 0.044715 * z ** 2)


class Softmax:
    def forward(self, z):
        z = np.asarray(z, dtype=float)
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def jacobian(self, z):
        """z of shape (n, C) -> array (n, C, C)"""
        p = self.forward(z)
        return np.einsum('ni,ij->nij', p, np.eye(p.shape[1])) - np.einsum('ni,nj->nij', p, p)

    def backward(self, z, grad_out):
        """gradient with respect to z given the gradient with respect to the probabilities"""
        p = self.forward(z)
        return p * (grad_out - np.sum(grad_out * p, axis=-1, keepdims=True))


BY_NAME = {cls.__name__.lower(): cls for cls in (Sigmoid, Tanh, ReLU, LeakyReLU, ELU, Softplus, Swish, GELU, Softmax)}


def get(name, **kwargs):
    return BY_NAME[name.lower()](**kwargs)


if __name__ == '__main__':
    z = np.linspace(-4, 4, 9)
    for name in BY_NAME:
        if name != 'softmax':
            print(f'{name:10s}', np.round(get(name).forward(z), 3))
    print('softmax   ', np.round(get('softmax').forward(z.reshape(3, 3)), 3).tolist())
