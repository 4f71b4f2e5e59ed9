"""Two layer neural network for classification (ReLU + softmax)."""
import numpy as np


class NeuralNetwork:
    def __init__(self, n_features, n_hidden, n_classes, lr=0.1, reg=0.0, seed=42):
        rng = np.random.default_rng(seed)
        self.W1 = rng.standard_normal((n_features, n_hidden)) * np.sqrt(2.0 / n_features)
        self.b1 = np.zeros(n_hidden)
        self.W2 = rng.standard_normal((n_hidden, n_classes)) * np.sqrt(1.0 / n_hidden)
        self.b2 = np.zeros(n_classes)
        self.lr = lr
        self.reg = reg
        self.rng = rng
        self.history = []

    def relu(self, z):
        return np.maximum(0, z)

    def softmax(self, z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def forward(self, X):
        self.X = X
        self.z1 = X @ self.W1 + self.b1
        self.a1 = self.relu(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.probs = self.softmax(self.z2)
        return self.probs

    def compute_loss(self, probs, Y):
        n = Y.shape[0]
        ce = -np.sum(Y * np.log(np.clip(probs, 1e-12, 1.0))) / n
        penalty = 0.5 * self.reg * (np.sum(self.W1 ** 2) + np.sum(self.W2 ** 2))
        return ce + penalty

    def backward(self, Y):
        n = Y.shape[0]
        dz2 = (self.probs - Y) / n
        dW2 = self.a1.T @ dz2 + self.reg * self.W2
        db2 = dz2.sum(axis=0)
        da1 = dz2 @ self.W2.T
        dz1 = da1 * (self.z1 > 0)
        dW1 = self.X.T @ dz1 + self.reg * self.W1
        db1 = dz1.sum(axis=0)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def update(self, grads):
        self.W1 -= self.lr * grads["W1"]
        self.b1 -= self.lr * grads["b1"]
        self.W2 -= self.lr * grads["W2"]
        self.b2 -= self.lr * grads["b2"]

    def train(self, X, Y, epochs=100, batch_size=32):
        """X: (n, d) array, Y: (n, C) one-hot targets."""
        self.history = []
        n = X.shape[0]
        for epoch in range(epochs):
            order = self.rng.permutation(n)
            for start in range(0, n, batch_size):
                batch = order[start:start + batch_size]
                self.forward(X[batch])
                grads = self.backward(Y[batch])
                self.update(grads)
            self.history.append(self.compute_loss(self.forward(X), Y))
        return self.history

    def predict_proba(self, X):
        return self.forward(X)

    def predict(self, X):
        return np.argmax(self.predict_proba(X), axis=0)
