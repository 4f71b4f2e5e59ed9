import logging

import numpy as np

log = logging.getLogger("trainer")


class Linear:
    def __init__(self, fan_in, fan_out, rng):
        bound = np.sqrt(3.0 / fan_in)
        self.params = {"W": rng.uniform(-bound, bound, (fan_out, fan_in)), "b": np.zeros(fan_out)}
        self.grads = {}

    def __call__(self, x):
        self.x = x
        return x @ self.params["W"].T + self.params["b"]

    def backward(self, g):
        self.grads = {"W": g.T @ self.x, "b": g.sum(axis=0)}
        return g @ self.params["W"]


class LeakyReLU:
    params, grads = {}, {}

    def __init__(self, slope=0.1):
        self.slope = slope

    def __call__(self, x):
        self.gain = np.where(x > 0, 1.0, self.slope)
        return x * self.gain

    def backward(self, g):
        return g * self.gain


class Net:
    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, g):
        for layer in self.layers[::-1]:
            g = layer.backward(g)

    def slots(self):
        for layer in self.layers:
            for key in layer.params:
                yield layer, key

    def state(self):
        return [layer.params[key].copy() for layer, key in self.slots()]

    def load(self, state):
        for (layer, key), value in zip(self.slots(), state):
            layer.params[key] = value.copy()


def cross_entropy(scores, y):
    """Mean cross-entropy and its gradient by the scores."""
    s = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = np.mean(np.log(np.exp(s).sum(axis=1)) - s[rows, y])
    p[rows, y] -= 1
    return loss, p / len(y)


def clip_gradients(net, limit):
    """Scales all gradients together when their joint norm is above the limit."""
    norm = np.sqrt(sum(np.sum(layer.grads[key] ** 2) for layer, key in net.slots()))
    if norm > limit:
        for layer, key in net.slots():
            layer.grads[key] = layer.grads[key] * (limit / norm)
    return norm


class Trainer:
    def __init__(self, net, lr=0.2, drop=0.5, drop_every=20, clip=5.0, patience=8, batch_size=40, seed=0):
        self.net, self.lr, self.drop, self.drop_every = net, lr, drop, drop_every
        self.clip, self.patience, self.batch_size = clip, patience, batch_size
        self.rng = np.random.default_rng(seed)

    def rate(self, epoch):
        return self.lr * self.drop ** (epoch // self.drop_every)

    def run(self, X, y, X_val, y_val, epochs=60):
        best, best_state, bad = np.inf, self.net.state(), 0
        history = []
        for epoch in range(epochs):
            order = self.rng.permutation(len(y))
            for k in range(0, len(y), self.batch_size):
                rows = order[k:k + self.batch_size]
                loss, g = cross_entropy(self.net(X[rows]), y[rows])
                if not np.isfinite(loss):
                    raise RuntimeError("loss is %r in epoch %d" % (loss, epoch))
                self.net.backward(g)
                clip_gradients(self.net, self.clip)
                for layer, key in self.net.slots():
                    layer.params[key] = layer.params[key] - self.rate(epoch) * layer.grads[key]
            val_loss, _ = cross_entropy(self.net(X_val), y_val)
            history.append(val_loss)
            log.info("epoch %d: validation loss %.4f", epoch, val_loss)
            if val_loss < best:
                best, best_state, bad = val_loss, self.net.state(), 0
            else:
                bad += 1
                if bad >= self.patience:
                    break
        self.net.load(best_state)
        return history


def accuracy(net, X, y):
    return np.mean(net(X).argmax(axis=1) == y)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    from sklearn.datasets import load_digits
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(6)
    order = rng.permutation(len(y))
    X, y = X[order] / 16, y[order]
    net = Net(Linear(64, 40, rng), LeakyReLU(), Linear(40, 20, rng), LeakyReLU(), Linear(20, 10, rng))
    history = Trainer(net).run(X[:900], y[:900], X[900:1200], y[900:1200])
    print("best validation loss %.4f" % min(history))
    print("test accuracy %.3f" % accuracy(net, X[1200:], y[1200:]))
