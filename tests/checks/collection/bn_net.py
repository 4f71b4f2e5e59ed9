import numpy as np


class BatchNorm:
    def __init__(self, dim, momentum=0.9, eps=1e-5):
        self.gamma = np.ones(dim)
        self.beta = np.zeros(dim)
        self.momentum, self.eps = momentum, eps
        self.running_mean = np.zeros(dim)
        self.running_var = np.ones(dim)

    def forward(self, x, training):
        mu, var = x.mean(axis=0), x.var(axis=0)
        if training:
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mu
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        self.std = np.sqrt(var + self.eps)
        self.xhat = (x - mu) / self.std
        return self.gamma * self.xhat + self.beta

    def backward(self, g):
        n = g.shape[0]
        self.dgamma = (g * self.xhat).sum(axis=0)
        self.dbeta = g.sum(axis=0)
        gx = g * self.gamma
        return (gx - gx.mean(axis=0) - self.xhat * (gx * self.xhat).mean(axis=0)) / self.std


class MLP:
    """Linear - BatchNorm - ReLU - Dropout - Linear, softmax output, integer labels 0..C-1."""

    def __init__(self, d, h, c, lr=0.05, p_drop=0.2, seed=0):
        self.rng = np.random.default_rng(seed)
        self.W1 = self.rng.normal(size=(d, h)) * np.sqrt(2 / d)
        self.bn = BatchNorm(h)
        self.W2 = self.rng.normal(size=(h, c)) * np.sqrt(1 / h)
        self.b2 = np.zeros(c)
        self.lr, self.p_drop = lr, p_drop

    def forward(self, x, training=False):
        self.x = x
        self.u = self.bn.forward(x @ self.W1, training)
        self.h = np.maximum(self.u, 0)
        if training and self.p_drop > 0:
            keep = self.rng.random(self.h.shape) >= self.p_drop
            self.mask = keep / (1 - self.p_drop)
        else:
            self.mask = np.ones_like(self.h)
        self.hd = self.h * self.mask
        s = self.hd @ self.W2 + self.b2
        s = s - s.max(axis=1, keepdims=True)
        e = np.exp(s)
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, p, y):
        return -np.log(np.maximum(p[np.arange(len(y)), y], 1e-30)).mean()

    def train_batch(self, x, y):
        p = self.forward(x, training=True)
        loss = self.loss(p, y)
        d = p.copy()
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        dW2, db2 = self.hd.T @ d, d.sum(axis=0)
        dh = (d @ self.W2.T) * self.mask
        du = dh * (self.u > 0)
        dz = self.bn.backward(du)
        dW1 = self.x.T @ dz
        for param, grad in ((self.W2, dW2), (self.b2, db2), (self.W1, dW1),
                            (self.bn.gamma, self.bn.dgamma), (self.bn.beta, self.bn.dbeta)):
            param -= self.lr * grad
        return loss

    def fit(self, x, y, epochs=30, batch=16):
        losses = []
        for _ in range(epochs):
            order = self.rng.permutation(len(x))
            chunks = np.array_split(order, max(1, len(x) // batch))
            losses.append(float(np.mean([self.train_batch(x[c], y[c]) for c in chunks])))
        return losses

    def predict(self, x):
        return self.forward(x).argmax(axis=1)
