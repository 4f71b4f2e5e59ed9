"""A small torch-like toolbox: modules with forward / backward, an optimiser and a trainer."""
import numpy as np


class Module:
    training = True

    def parameters(self):
        """List of (owner, name) pairs; the gradient of owner.name is owner.d_name."""
        return []

    def __call__(self, x):
        return self.forward(x)


class Dense(Module):
    def __init__(self, n_in, n_out, rng):
        limit = np.sqrt(6.0 / (n_in + n_out))
        self.weight = rng.uniform(-limit, limit, size=(n_in, n_out))
        self.bias = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.weight + self.bias

    def backward(self, grad):
        self.d_weight = self.x.T @ grad
        self.d_bias = grad.sum(axis=0)
        return grad @ self.weight.T

    def parameters(self):
        return [(self, "weight"), (self, "bias")]


class Tanh(Module):
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad):
        return grad * (1.0 - self.out ** 2)


class LeakyReLU(Module):
    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, grad):
        return grad * np.where(self.x > 0, 1.0, self.slope)


class BatchNorm(Module):
    def __init__(self, n, rho=0.9, eps=1e-5):
        self.gamma, self.beta = np.ones(n), np.zeros(n)
        self.run_mean, self.run_var = np.zeros(n), np.ones(n)
        self.rho, self.eps = rho, eps

    def forward(self, x):
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.run_mean = self.rho * self.run_mean + (1 - self.rho) * mean
            self.run_var = self.rho * self.run_var + (1 - self.rho) * var
        else:
            mean, var = self.run_mean, self.run_var
        self.inv = 1.0 / np.sqrt(var + self.eps)
        self.xhat = (x - mean) * self.inv
        return self.gamma * self.xhat + self.beta

    def backward(self, grad):
        self.d_gamma = (grad * self.xhat).sum(axis=0)
        self.d_beta = grad.sum(axis=0)
        g = grad * self.gamma
        return self.inv * (g - g.mean(axis=0) - self.xhat * (g * self.xhat).mean(axis=0))

    def parameters(self):
        return [(self, "gamma"), (self, "beta")]


class SoftmaxCrossEntropy:
    """Takes raw scores and integer classes."""

    def forward(self, scores, target):
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_prob = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.prob, self.target = np.exp(log_prob), target
        return -log_prob[np.arange(len(target)), target].mean()

    def backward(self):
        grad = self.prob.copy()
        grad[np.arange(len(self.target)), self.target] -= 1.0
        return grad / len(self.target)


class Sequential(Module):
    def __init__(self, *modules):
        self.modules = list(modules)

    def forward(self, x):
        for module in self.modules:
            x = module(x)
        return x

    def backward(self, grad):
        for module in reversed(self.modules):
            grad = module.backward(grad)
        return grad

    def parameters(self):
        return [pair for module in self.modules for pair in module.parameters()]

    def train_mode(self, flag):
        for module in self.modules:
            module.training = flag

    def predict(self, x):
        self.train_mode(False)
        scores = self.forward(x)
        self.train_mode(True)
        return scores.argmax(axis=1)


class SGD:
    def __init__(self, pairs, lr=0.1, momentum=0.0, weight_decay=0.0):
        self.pairs, self.lr = pairs, lr
        self.momentum, self.weight_decay = momentum, weight_decay
        self.speed = [np.zeros_like(getattr(o, n)) for o, n in pairs]

    def step(self):
        for i, (owner, name) in enumerate(self.pairs):
            value, grad = getattr(owner, name), getattr(owner, "d_" + name)
            if name == "weight":
                grad = grad + self.weight_decay * value
            self.speed[i] = self.momentum * self.speed[i] + grad
            setattr(owner, name, value - self.lr * self.speed[i])


def train(model, X, y, epochs=50, batch_size=32, lr=0.1, momentum=0.9, weight_decay=1e-4, rng=None):
    rng = np.random.default_rng() if rng is None else rng
    criterion = SoftmaxCrossEntropy()
    optimiser = SGD(model.parameters(), lr, momentum, weight_decay)
    history = []
    for _ in range(epochs):
        total, order = 0.0, rng.permutation(len(X))
        for part in np.array_split(order, max(1, len(X) // batch_size)):
            total += criterion.forward(model(X[part]), y[part]) * len(part)
            model.backward(criterion.backward())
            optimiser.step()
        history.append(total / len(X))
    return history


if __name__ == "__main__":
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(42)
    X, y = load_digits(return_X_y=True)
    X = X / 16.0
    order = rng.permutation(len(X))
    tr, te = order[:1400], order[1400:]
    model = Sequential(Dense(64, 48, rng), BatchNorm(48), LeakyReLU(),
                       Dense(48, 24, rng), Tanh(), Dense(24, 10, rng))
    losses = train(model, X[tr], y[tr], epochs=15, lr=0.05, rng=rng)
    print(losses[0], losses[-1])
    print("test accuracy", (model.predict(X[te]) == y[te]).mean())
