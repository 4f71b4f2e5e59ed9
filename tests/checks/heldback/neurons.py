import math
import numpy as np


class Neuron:
    """Holds its own weights; the last one is the bias."""

    def __init__(self, n_inputs, rng):
        self.w = list(rng.uniform(-1, 1, n_inputs + 1) / math.sqrt(n_inputs))
        self.inputs = None
        self.output = 0.0
        self.delta = 0.0

    def net_input(self, inputs):
        total = self.w[-1]
        for weight, value in zip(self.w[:-1], inputs):
            total += weight * value
        return total

    def fire(self, inputs):
        self.inputs = list(inputs)
        z = self.net_input(inputs)
        if z >= 0:
            self.output = 1.0 / (1.0 + math.exp(-z))
        else:
            self.output = math.exp(z) / (1.0 + math.exp(z))
        return self.output

    def slope(self):
        return self.output * (1.0 - self.output)

    def learn(self, rate):
        for i, value in enumerate(self.inputs):
            self.w[i] -= rate * self.delta * value
        self.w[-1] -= rate * self.delta


class NeuronLayer:
    def __init__(self, n_neurons, n_inputs, rng):
        self.neurons = [Neuron(n_inputs, rng) for _ in range(n_neurons)]

    def feed(self, inputs):
        return [n.fire(inputs) for n in self.neurons]


class NeuronNetwork:
    """Online learning, squared error 0.5 * sum (out - target)^2 for each pattern."""

    def __init__(self, n_inputs, n_hidden, n_outputs, rate=0.5, seed=0):
        self.rng = np.random.default_rng(seed)
        self.rate = rate
        self.hidden = NeuronLayer(n_hidden, n_inputs, self.rng)
        self.out = NeuronLayer(n_outputs, n_hidden, self.rng)

    def feed_forward(self, inputs):
        return self.out.feed(self.hidden.feed(inputs))

    def train_pattern(self, inputs, targets):
        outputs = self.feed_forward(inputs)
        for n, o, t in zip(self.out.neurons, outputs, targets):
            n.delta = (o - t) * n.slope()
        for j, h in enumerate(self.hidden.neurons):
            back = sum(n.delta * n.w[j] for n in self.out.neurons)
            h.delta = back * h.slope()
        for n in self.out.neurons + self.hidden.neurons:
            n.learn(self.rate)

    def total_error(self, patterns):
        error = 0.0
        for inputs, targets in patterns:
            outputs = self.feed_forward(inputs)
            error += 0.5 * sum((o - t) ** 2 for o, t in zip(outputs, targets))
        return error

    def train(self, patterns, epochs):
        errors = []
        for _ in range(epochs):
            for i in self.rng.permutation(len(patterns)):
                self.train_pattern(*patterns[i])
            errors.append(self.total_error(patterns))
        return errors

    def winner(self, inputs):
        out = self.feed_forward(inputs)
        return out.index(max(out))


def letters(n_copies, flip, rng):
    shapes = {"T": "111010010", "L": "100100111", "X": "101010101", "I": "010010010"}
    patterns = []
    for k, bits in enumerate(shapes.values()):
        for _ in range(n_copies):
            pixels = [1.0 - float(b) if rng.random() < flip else float(b) for b in bits]
            patterns.append((pixels, [1.0 if k == i else 0.0 for i in range(len(shapes))]))
    return patterns


if __name__ == "__main__":
    rng = np.random.default_rng(4)
    train, test = letters(15, 0.05, rng), letters(10, 0.05, rng)
    net = NeuronNetwork(9, 6, 4)
    errors = net.train(train, 80)
    print("error %.2f -> %.3f" % (errors[0], errors[-1]))
    right = sum(net.winner(p) == t.index(1.0) for p, t in test)
    print("test letters recognised: %d of %d" % (right, len(test)))
