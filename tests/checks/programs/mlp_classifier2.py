import numpy as np

F = np.float32


class TanhNet:
    """
    d -> h -> 1, tanh inside, sigmoid outside. Everything float32.
    Loss: quadratic, sum over the batch of 1/2 (p - y)^2.
    Momentum as an exponential average (the step is therefore (1 - mu) times the textbook's).
    """

    def __init__(self, d, h=8, eta=2.0, mu=0.9, seed=0):
        r = np.random.RandomState(seed)
        self.A = (r.randn(h, d) / np.sqrt(d)).astype(F)
        self.a = np.zeros((h, 1), F)
        self.B = (r.randn(1, h) / np.sqrt(h)).astype(F)
        self.c = np.zeros((1, 1), F)
        self.eta, self.mu = eta, mu
        self.V = [np.zeros_like(p) for p in (self.A, self.a, self.B, self.c)]

    def forward(self, X):
        """X (n, d) -> hidden (h, n), output (1, n)"""
        H = np.tanh(self.A @ np.asarray(X, F).T + self.a)
        Z = self.B @ H + self.c
        return H, F(0.5) * (1 + np.tanh(Z / 2))

    def loss(self, X, y):
        _, p = self.forward(X)
        return float(0.5 * np.sum((p - np.asarray(y, F).reshape(1, -1)) ** 2))

    def gradients(self, X, y):
        H, p = self.forward(X)
        dZ = (p - np.asarray(y, F).reshape(1, -1)) * p * (1 - p)
        dH = (self.B.T @ dZ) * (1 - H * H)
        return [dH @ np.asarray(X, F), dH.sum(1, keepdims=True), dZ @ H.T, dZ.sum(1, keepdims=True)]

    def step(self, X, y):
        G = self.gradients(X, y)
        n = len(X)
        new = []
        for i, (P, g) in enumerate(zip((self.A, self.a, self.B, self.c), G)):
            self.V[i] = F(self.mu) * self.V[i] + F(1 - self.mu) * g / F(n)
            new.append(P - F(self.eta) * self.V[i])
        self.A, self.a, self.B, self.c = new

    def train(self, X, y, epochs=1500):
        self.curve = [self.loss(X, y)]
        for _ in range(epochs):
            self.step(X, y)
            self.curve.append(self.loss(X, y))
        return self

    def predict(self, X):
        return (self.forward(X)[1][0] > 0.5).astype(int)


if __name__ == "__main__":
    from sklearn.datasets import make_moons
    X, y = make_moons(200, noise=0.15, random_state=2)
    net = TanhNet(2, h=12).train(X, y)
    print(net.curve[0], net.curve[-1], (net.predict(X) == y).mean())
