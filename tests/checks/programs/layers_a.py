import numpy as np
from abc import ABC, abstractmethod


class Layer(ABC):
    trainable = False

    @abstractmethod
    def forward(self, x, training=True):
        ...

    @abstractmethod
    def backward(self, grad):
        """gets dL/d(output), stores dL/d(parameters), returns dL/d(input)"""


class Dense(Layer):
    trainable = True

    def __init__(self, n_in, n_out, rng):
        self.weight = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6.0 / (n_in + n_out))
        self.bias = np.zeros((1, n_out))

    def forward(self, x, training=True):
        self.x = x
        return x @ self.weight + self.bias

    def backward(self, grad):
        self.weight_grad = self.x.T @ grad
        self.bias_grad = np.sum(grad, axis=0, keepdims=True)
        return grad @ self.weight.T


class LeakyReLU(Layer):

    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x, training=True):
        self.x = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, grad):
        return grad * np.where(self.x > 0, 1.0, self.slope)


class Sigmoid(Layer):

    def forward(self, x, training=True):
        self.out = 0.5 * (1.0 + np.tanh(0.5 * x))
        return self.out

    def backward(self, grad):
        return grad * self.out * (1.0 - self.out)


class Softmax(Layer):

    def forward(self, x, training=True):
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.out = e / np.sum(e, axis=1, keepdims=True)
        return self.out

    def backward(self, grad):
        # full Jacobian:  s * (g - <g, s>)
        inner = np.sum(grad * self.out, axis=1, keepdims=True)
        return self.out * (grad - inner)


class Dropout(Layer):

    def __init__(self, rate, rng):
        self.rate = rate
        self.rng = rng

    def forward(self, x, training=True):
        if not training:
            self.mask = np.ones_like(x)
            return x
        self.mask = (self.rng.random(x.shape) >= self.rate) / (1.0 - self.rate)
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask


class CategoricalCrossEntropy:

    def loss(self, pred, target):
        pred = np.clip(pred, 1e-12, 1.0)
        return -np.mean(np.sum(target * np.log(pred), axis=1))

    def grad(self, pred, target):
        return -target / np.clip(pred, 1e-12, 1.0) / len(pred)


class SGDMomentum:

    def __init__(self, lr=0.1, momentum=0.9):
        self.lr, self.momentum = lr, momentum
        self.state = {}

    def step(self, layers):
        for i, layer in enumerate(layers):
            if not layer.trainable:
                continue
            for name in ("weight", "bias"):
                g = getattr(layer, name + "_grad")
                v = self.momentum * self.state.get((i, name), 0.0) + g
                self.state[(i, name)] = v
                setattr(layer, name, getattr(layer, name) - self.lr * v)


class Sequential:

    def __init__(self, *layers, loss=None, optimizer=None):
        self.layers = list(layers)
        self.loss_fn = loss or CategoricalCrossEntropy()
        self.optimizer = optimizer or SGDMomentum()

    def forward(self, x, training=True):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def fit(self, x, t, epochs=20, batch_size=32, rng=None):
        rng = rng or np.random.default_rng(0)
        history = []
        for _ in range(epochs):
            perm = rng.permutation(len(x))
            total = 0.0
            for i in range(0, len(x), batch_size):
                sel = perm[i:i + batch_size]
                out = self.forward(x[sel], training=True)
                total += self.loss_fn.loss(out, t[sel]) * len(sel)
                self.backward(self.loss_fn.grad(out, t[sel]))
                self.optimizer.step(self.layers)
            history.append(total / len(x))
        return history

    def predict(self, x):
        return self.forward(x, training=False).argmax(axis=1)


if __name__ == "__main__":
    from sklearn.datasets import make_classification

    X, y = make_classification(n_samples=600, n_features=10, n_informative=6, n_classes=3, random_state=3)
    T = np.eye(3)[y]
    rng = np.random.default_rng(0)
    model = Sequential(Dense(10, 32, rng), LeakyReLU(), Dropout(0.1, rng), Dense(32, 16, rng), Sigmoid(), Dense(16, 3, rng), Softmax(),
                       optimizer=SGDMomentum(lr=0.05))
    h = model.fit(X[:450], T[:450], epochs=60)
    print("loss %.4f -> %.4f" % (h[0], h[-1]))
    print("train", np.mean(model.predict(X[:450]) == y[:450]), "test", np.mean(model.predict(X[450:]) == y[450:]))
