"""backward clips each entry of the gradient and steps at once."""

import numpy as np


class Net:
    def __init__(self, sizes):
        self.weights = [np.random.randn(a, b) * np.sqrt(2.0 / a) for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros((1, b)) for b in sizes[1:]]

    def forward(self, X):
        self.outs = [X]
        for i, (W, b) in enumerate(zip(self.weights, self.biases)):
            Z = self.outs[-1] @ W + b
            if i < len(self.weights) - 1:
                self.outs.append(np.maximum(0, Z))
            else:
                E = np.exp(Z - Z.max(axis=1, keepdims=True))
                self.outs.append(E / E.sum(axis=1, keepdims=True))
        return self.outs[-1]

    def compute_loss(self, Y, P):
        return -np.sum(Y * np.log(P + 1e-8)) / len(Y)

    def backward(self, X, Y, lr):
        D = self.outs[-1] - Y
        for i in reversed(range(len(self.weights))):
            dW, db = self.outs[i].T @ D, D.sum(axis=0, keepdims=True)
            if i:
                D = (D @ self.weights[i].T) * (self.outs[i] > 0)
            self.weights[i] -= lr * np.clip(dW, -2.0, 2.0)
            self.biases[i] -= lr * np.clip(db, -2.0, 2.0)

    def train(self, X, Y, epochs, lr):
        for epoch in range(epochs):
            P = self.forward(X)
            loss = self.compute_loss(Y, P)
            self.backward(X, Y, lr)
            if epoch % 100 == 0:
                print(epoch, loss)

    def predict(self, X):
        return self.forward(X)
