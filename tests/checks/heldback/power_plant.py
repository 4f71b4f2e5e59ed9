"""Regression network for the power plant table (temperature, vacuum, pressure, humidity -> output in MW)."""
import numpy as np


class Scaler:
    def fit(self, A):
        self.lo = A.min(axis=0)
        self.span = A.max(axis=0) - self.lo
        self.span = np.where(self.span > 0, self.span, 1.0)
        return self

    def transform(self, A):
        return 2 * (A - self.lo) / self.span - 1

    def inverse(self, A):
        return (A + 1) / 2 * self.span + self.lo


class RegressionNet:
    def __init__(self, layers=(16, 8), lr=0.01, epochs=150, batch=32, weight_decay=1e-4, seed=None):
        self.layers = layers
        self.lr = lr
        self.epochs = epochs
        self.batch = batch
        self.weight_decay = weight_decay
        self.seed = seed

    def fit(self, X, y):
        X = np.asarray(X, float)
        y = np.asarray(y, float).reshape(-1, 1)
        self.x_scaler = Scaler().fit(X)
        self.y_scaler = Scaler().fit(y)
        X, y = self.x_scaler.transform(X), self.y_scaler.transform(y)
        rng = np.random.default_rng(self.seed)
        dims = [X.shape[1], *self.layers, 1]
        self.net = [{"w": rng.uniform(-1, 1, (o, i)) * np.sqrt(6 / (i + o)), "b": np.zeros(o)}
                    for i, o in zip(dims[:-1], dims[1:])]
        cache = [{k: np.zeros_like(v) for k, v in layer.items()} for layer in self.net]
        self.train_loss = []
        for _ in range(self.epochs):
            shuffle = rng.permutation(len(X))
            for a in range(0, len(X), self.batch):
                pick = shuffle[a:a + self.batch]
                for layer, store, grad in zip(self.net, cache, self._backward(X[pick], y[pick])):
                    for k in layer:
                        store[k] = 0.9 * store[k] + 0.1 * grad[k] ** 2
                        layer[k] = layer[k] - self.lr * grad[k] / (np.sqrt(store[k]) + 1e-8)
            self.train_loss.append(self._loss(X, y))
        return self

    def _forward(self, X):
        outs = [X]
        last = len(self.net) - 1
        for k, layer in enumerate(self.net):
            z = outs[-1] @ layer["w"].T + layer["b"]
            outs.append(z if k == last else np.tanh(z))
        return outs

    def _loss(self, X, y):
        """Half the mean squared error plus half the weighted sum of squares of the weights."""
        error = self._forward(X)[-1] - y
        return 0.5 * np.mean(error ** 2) + 0.5 * self.weight_decay * sum(np.sum(l["w"] ** 2) for l in self.net)

    def _backward(self, X, y):
        outs = self._forward(X)
        delta = (outs[-1] - y) / len(X)
        grads = []
        for k in range(len(self.net) - 1, -1, -1):
            w = self.net[k]["w"]
            grads.append({"w": delta.T @ outs[k] + self.weight_decay * w, "b": delta.sum(axis=0)})
            if k:
                delta = delta @ w * (1 - outs[k] ** 2)
        return grads[::-1]

    def predict(self, X):
        X = self.x_scaler.transform(np.asarray(X, float))
        return self.y_scaler.inverse(self._forward(X)[-1]).ravel()


def r2(y, guess):
    return 1 - np.sum((y - guess) ** 2) / np.sum((y - np.mean(y)) ** 2)


def plant(n=900, seed=0):
    rng = np.random.default_rng(seed)
    at = rng.uniform(2, 35, n)
    v = 30 + 1.2 * at + rng.normal(0, 5, n)
    ap = rng.normal(1013, 6, n)
    rh = rng.uniform(30, 100, n)
    pe = 497 - 1.8 * at - 0.2 * v + 0.06 * (ap - 1013) - 0.002 * at * rh + 4 * np.sin(at / 4) + rng.normal(0, 2, n)
    return np.column_stack([at, v, ap, rh]), pe


if __name__ == "__main__":
    X, y = plant()
    Xtr, Xte, ytr, yte = X[:650], X[650:], y[:650], y[650:]
    net = RegressionNet(lr=0.003, seed=1).fit(Xtr, ytr)
    print("loss %.4f -> %.4f" % (net.train_loss[0], net.train_loss[-1]))
    print("R2 train %.3f  test %.3f" % (r2(ytr, net.predict(Xtr)), r2(yte, net.predict(Xte))))
