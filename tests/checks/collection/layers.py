import numpy as np


class Dense:
    def __init__(self, n_in, n_out, rng):
        limit = np.sqrt(6 / (n_in + n_out))
        self.w = rng.uniform(-limit, limit, size=(n_in, n_out))
        self.b = np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        return x.dot(self.w) + self.b

    def backward(self, grad, lr):
        grad_x = grad.dot(self.w.T)
        self.w -= lr * self.x.T.dot(grad)
        self.b -= lr * grad.sum(axis=0, keepdims=True)
        return grad_x


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad, lr):
        return grad * (1 - self.out ** 2)


class Sigmoid:
    def forward(self, x):
        self.out = 0.5 * (np.tanh(x / 2) + 1)
        return self.out

    def backward(self, grad, lr):
        return grad * self.out * (1 - self.out)


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad, lr):
        return grad * self.mask


class MeanSquaredError:
    def forward(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff ** 2)

    def backward(self):
        return 2 * self.diff / self.diff.size


class Sequential:
    def __init__(self, *layers):
        self.layers = layers
        self.criterion = MeanSquaredError()

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train_step(self, x, target, lr=0.1):
        pred = self.forward(x)
        loss = self.criterion.forward(pred, target)
        grad = self.criterion.backward()
        for layer in reversed(self.layers):
            grad = layer.backward(grad, lr)
        return loss

    def fit(self, x, target, epochs=100, lr=0.1):
        return [self.train_step(x, target, lr) for _ in range(epochs)]


def xor_network(seed=3):
    rng = np.random.default_rng(seed)
    return Sequential(Dense(2, 6, rng), Tanh(), Dense(6, 1, rng), Sigmoid())


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    T = np.array([[0], [1], [1], [0]], dtype=float)
    net = xor_network()
    losses = net.fit(X, T, epochs=5000, lr=1.0)
    print(losses[-1], net.forward(X).round(2).ravel())
