import numpy as np


class NeuralNetwork:
    def __init__(self, n_inputs, n_hidden, n_outputs, learning_rate=0.1, seed=0):
        rng = np.random.default_rng(seed)
        self.w1 = rng.normal(0, 0.5, (n_inputs, n_hidden))
        self.b1 = np.zeros(n_hidden)
        self.w2 = rng.normal(0, 0.5, (n_hidden, n_outputs))
        self.b2 = np.zeros(n_outputs)
        self.learning_rate = learning_rate

    def forward(self, X):
        self.X = X
        self.a1 = np.tanh(X @ self.w1 + self.b1)
        logits = self.a1 @ self.w2 + self.b2
        exp = np.exp(logits - logits.max(axis=1, keepdims=True))
        self.probabilities = exp / exp.sum(axis=1, keepdims=True)
        return self.probabilities

    def loss(self, y):
        return -np.mean(np.log(self.probabilities[np.arange(len(y)), y]))

    def backward(self, y):
        m = len(y)
        d2 = self.probabilities.copy()
        d2[np.arange(m), y] -= 1
        d1 = d2 @ self.w2.T * self.a1 * (1 - self.a1)
        self.dw2, self.db2 = self.a1.T @ d2 / m, d2.mean(axis=0)
        self.dw1, self.db1 = self.X.T @ d1 / m, d1.mean(axis=0)

    def train(self, X, y, epochs=100):
        for _ in range(epochs):
            self.forward(X)
            self.backward(y)
            self.w1 -= self.learning_rate * self.dw1
            self.b1 -= self.learning_rate * self.db1
            self.w2 -= self.learning_rate * self.dw2
            self.b2 -= self.learning_rate * self.db2

    def predict(self, X):
        return self.forward(X).argmax(axis=1)
