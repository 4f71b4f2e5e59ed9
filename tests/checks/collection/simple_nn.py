import numpy as np


def sigmoid(x):
    return np.where(x >= 0, 1, np.exp(np.minimum(x, 0))) / (1 + np.exp(-np.abs(x)))


def sigmoid_derivative(a):
    """Derivative of the sigmoid, given its output a."""
    return a * (1.0 - a)


class NeuralNetwork:
    def __init__(self, x, y, hidden=4, rate=0.5, seed=1):
        random = np.random.RandomState(seed)
        self.input = x
        self.y = y
        self.rate = rate
        self.weights1 = random.uniform(-1, 1, (x.shape[1], hidden))
        self.weights2 = random.uniform(-1, 1, (hidden, y.shape[1]))
        self.output = np.zeros(y.shape)

    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.weights1))
        self.output = sigmoid(np.dot(self.layer1, self.weights2))
        return self.output

    def loss(self):
        return np.sum((self.y - self.output) ** 2)

    def backprop(self):
        delta_out = 2 * (self.y - self.output) * sigmoid_derivative(self.output)
        d_weights2 = np.dot(self.layer1.T, delta_out)
        d_weights1 = np.dot(self.input.T, np.dot(delta_out, self.weights2.T) * sigmoid_derivative(self.layer1))
        self.weights1 += self.rate * d_weights1
        self.weights2 += self.rate * d_weights2

    def train(self, epochs):
        losses = []
        for i in range(epochs):
            self.feedforward()
            losses.append(self.loss())
            self.backprop()
        self.feedforward()
        return losses

    def predict(self, x):
        return sigmoid(np.dot(sigmoid(np.dot(x, self.weights1)), self.weights2))


if __name__ == "__main__":
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    y = np.array([[0], [1], [1], [0]])
    nn = NeuralNetwork(X, y)
    nn.train(3000)
    print(nn.output)
