# 作業二: 用 numpy 實作回歸網路 (兩層隱藏層 + dropout + L2)
import numpy as np


class RegressionNet:

    def __init__(self, n_in, n_h1=20, n_h2=10, lr=0.02, weight_decay=1e-4, p_drop=0.0, seed=None):
        self.rng = np.random.default_rng(seed)
        self.lr = lr
        self.wd = weight_decay
        self.p_drop = p_drop
        sizes = [n_in, n_h1, n_h2, 1]
        # 權重形狀 (out, in)
        self.Ws = [self.rng.normal(0.0, np.sqrt(2.0 / sizes[i]), (sizes[i + 1], sizes[i])) for i in range(3)]
        self.bs = [np.zeros(sizes[i + 1]) for i in range(3)]

    def softplus(self, x):
        return np.logaddexp(0, x)

    def softplus_grad(self, x):
        return 0.5 * (1 + np.tanh(x / 2))

    def forward(self, X, train=False):
        self.inputs, self.pre, self.masks = [X], [], []
        h = X
        for W, b in zip(self.Ws[:-1], self.bs[:-1]):
            z = h @ W.T + b
            h = self.softplus(z)
            if train and self.p_drop > 0:
                mask = (self.rng.random(h.shape) > self.p_drop) / (1 - self.p_drop)
            else:
                mask = np.ones_like(h)
            h = h * mask
            self.pre.append(z)
            self.masks.append(mask)
            self.inputs.append(h)
        return (h @ self.Ws[-1].T + self.bs[-1])[:, 0]

    def loss(self, pred, y):
        mse = np.mean((pred - y) ** 2)
        return mse + self.wd * sum(np.sum(W * W) for W in self.Ws)

    def backward(self, pred, y):
        n = len(y)
        g = (2.0 * (pred - y) / n)[:, None]
        dWs, dbs = [None] * 3, [None] * 3
        for i in (2, 1, 0):
            dWs[i] = g.T @ self.inputs[i] + 2 * self.wd * self.Ws[i]
            dbs[i] = g.sum(0)
            if i > 0:
                g = (g @ self.Ws[i]) * self.masks[i - 1] * self.softplus_grad(self.pre[i - 1])
        return dWs, dbs

    def step(self, dWs, dbs):
        for i in range(3):
            self.Ws[i] = self.Ws[i] - self.lr * dWs[i]
            self.bs[i] = self.bs[i] - self.lr * dbs[i]

    def train(self, X, y, epochs=200, batch=16):
        hist = []
        n = len(X)
        for ep in range(epochs):
            perm = self.rng.permutation(n)
            for s in range(0, n, batch):
                xb, yb = X[perm[s:s + batch]], y[perm[s:s + batch]]
                pred = self.forward(xb, train=True)
                dWs, dbs = self.backward(pred, yb)
                self.step(dWs, dbs)
            hist.append(self.loss(self.predict(X), y))
        return hist

    def predict(self, X):
        return self.forward(np.asarray(X, dtype=float), train=False)


if __name__ == '__main__':
    rng = np.random.default_rng(0)
    X = rng.uniform(-2, 2, (300, 2))
    y = np.sin(2 * X[:, 0]) + 0.5 * X[:, 1] ** 2 + rng.normal(0, 0.05, 300)
    net = RegressionNet(2, seed=1, p_drop=0.0)
    hist = net.train(X[:240], y[:240], epochs=400)
    for ep in range(0, 400, 50):
        print('epoch', ep, 'loss', round(hist[ep], 4))
    print('test mse', np.mean((net.predict(X[240:]) - y[240:]) ** 2))
