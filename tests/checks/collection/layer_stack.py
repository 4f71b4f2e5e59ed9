import numpy as np


class Layer:
    """weights: (outputs, inputs); x arrives as (inputs, batch)."""

    def __init__(self, inputs, outputs, activation, rng):
        self.weights = rng.normal(0.0, np.sqrt(2.0 / inputs), (outputs, inputs))
        self.bias = np.zeros((outputs, 1))
        self.activation = activation

    def forward(self, x):
        self.x = x
        self.z = self.weights @ x + self.bias
        if self.activation == "relu":
            return np.where(self.z > 0, self.z, 0.0)
        if self.activation == "leaky":
            return np.where(self.z > 0, self.z, 0.01 * self.z)
        return self.z

    def backward(self, d_out):
        if self.activation == "relu":
            d_out = d_out * (self.z > 0)
        elif self.activation == "leaky":
            d_out = d_out * np.where(self.z > 0, 1.0, 0.01)
        self.d_weights = d_out @ self.x.T
        self.d_bias = d_out.sum()
        return self.weights.T @ d_out

    def apply(self, rate):
        self.weights = self.weights - rate * self.d_weights
        self.bias = self.bias - rate * self.d_bias


class Net:
    """Softmax classifier; targets are one-hot columns, the loss is a mean over the batch."""

    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        kinds = ["leaky"] * (len(sizes) - 2) + ["linear"]
        self.layers = [Layer(a, b, k, rng) for a, b, k in zip(sizes, sizes[1:], kinds)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        x = x - x.max(axis=0)
        self.p = np.exp(x) / np.exp(x).sum(axis=0)
        return self.p

    def loss(self, p, t):
        return -np.sum(t * np.log(p + 1e-15)) / t.shape[1]

    def backward(self, t):
        d = (self.p - t) / t.shape[1]
        for layer in self.layers[::-1]:
            d = layer.backward(d)

    def fit(self, x, t, rate=0.1, epochs=200):
        history = []
        for _ in range(epochs):
            history.append(self.loss(self.forward(x), t))
            self.backward(t)
            for layer in self.layers:
                layer.apply(rate)
        return history
