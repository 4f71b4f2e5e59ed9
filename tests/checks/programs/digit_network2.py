"""One hidden layer, squared error. Everything is summed over the batch: the loss is a plain sum of
squares and the gradient leaves out the factor 2 (it is absorbed in the step size)."""
import numpy as np


class SumOfSquaresNet:
    def __init__(self, inputs, hidden, outputs, rng=None):
        rng = rng or np.random.default_rng(12)
        # the last row of each matrix is the bias
        self.A = rng.normal(size=(inputs + 1, hidden)) / np.sqrt(inputs + 1)
        self.B = rng.normal(size=(hidden + 1, outputs)) / np.sqrt(hidden + 1)
        self.vA = np.zeros_like(self.A)
        self.vB = np.zeros_like(self.B)

    @staticmethod
    def with_one(M):
        return np.c_[M, np.ones(len(M))]

    def forward(self, X):
        self.X1 = self.with_one(X)
        self.H = np.tanh(self.X1 @ self.A)
        self.H1 = self.with_one(self.H)
        return self.H1 @ self.B

    def loss(self, X, T):
        return ((self.forward(X) - T) ** 2).sum()

    def gradient(self, X, T):
        E = self.forward(X) - T
        gB = self.H1.T @ E
        gA = self.X1.T @ ((E @ self.B[:-1].T) * (1.0 - self.H ** 2))
        return gA, gB

    def train(self, X, T, steps=2000, rate=0.002, beta=0.9):
        curve = []
        for _ in range(steps):
            gA, gB = self.gradient(X, T)
            # running average of the gradient, (1 - beta) in front
            self.vA = beta * self.vA + (1 - beta) * gA
            self.vB = beta * self.vB + (1 - beta) * gB
            self.A -= rate * self.vA
            self.B -= rate * self.vB
            curve.append(self.loss(X, T))
        return curve


if __name__ == "__main__":
    x = np.linspace(-3, 3, 80).reshape(-1, 1)
    t = np.sin(x)
    net = SumOfSquaresNet(1, 12, 1)
    c = net.train(x, t)
    print(c[0], c[-1])
