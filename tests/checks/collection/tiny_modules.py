import numpy as np


class Parameter:
    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)


class Module:
    def parameters(self):
        found = []
        for item in vars(self).values():
            if isinstance(item, Parameter):
                found.append(item)
            elif isinstance(item, Module):
                found += item.parameters()
            elif isinstance(item, list):
                for part in item:
                    found += part.parameters()
        return found


class Linear(Module):
    def __init__(self, fan_in, fan_out, rng):
        self.W = Parameter(rng.normal(0, 1 / np.sqrt(fan_in), (fan_out, fan_in)))
        self.b = Parameter(np.zeros(fan_out))

    def forward(self, x):
        self.x = x
        return x @ self.W.value.T + self.b.value

    def backward(self, g):
        self.W.grad += g.T @ self.x
        self.b.grad += g.sum(axis=0)
        return g @ self.W.value


class ELU(Module):
    def forward(self, x):
        self.y = np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
        return self.y

    def backward(self, g):
        return g * np.where(self.y > 0, 1.0, self.y + 1.0)


class Chain(Module):
    def __init__(self, *parts):
        self.parts = list(parts)

    def forward(self, x):
        for part in self.parts:
            x = part.forward(x)
        return x

    def backward(self, g):
        for part in self.parts[::-1]:
            g = part.backward(g)
        return g


class CrossEntropy:
    """Mean cross-entropy of raw scores against class numbers."""

    def forward(self, scores, target):
        s = scores - scores.max(axis=1, keepdims=True)
        self.log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        self.target = target
        return -self.log_p[np.arange(len(target)), target].mean()

    def backward(self):
        g = np.exp(self.log_p)
        g[np.arange(len(self.target)), self.target] -= 1
        return g / len(self.target)


class Adam:
    def __init__(self, params, lr=0.01, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = params, lr, betas, eps
        self.state = [(np.zeros_like(p.value), np.zeros_like(p.value)) for p in params]
        self.count = 0

    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.value)

    def step(self):
        self.count += 1
        b1, b2 = self.betas
        for p, (mean, square) in zip(self.params, self.state):
            mean += (1 - b1) * (p.grad - mean)
            square += (1 - b2) * (p.grad ** 2 - square)
            mean_hat = mean / (1 - b1 ** self.count)
            square_hat = square / (1 - b2 ** self.count)
            p.value = p.value - self.lr * mean_hat / (np.sqrt(square_hat) + self.eps)


def train(x, target, width=12, epochs=80, batch=25, lr=0.01, seed=0):
    rng = np.random.default_rng(seed)
    net = Chain(Linear(x.shape[1], width, rng), ELU(), Linear(width, int(target.max()) + 1, rng))
    criterion = CrossEntropy()
    optimiser = Adam(net.parameters(), lr)
    curve = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        total = 0.0
        for i in range(0, len(x), batch):
            rows = order[i:i + batch]
            optimiser.zero_grad()
            loss = criterion.forward(net.forward(x[rows]), target[rows])
            net.backward(criterion.backward())
            optimiser.step()
            total += loss * len(rows)
        curve.append(total / len(x))
    return net, curve


def predict(net, x):
    return net.forward(x).argmax(axis=1)
