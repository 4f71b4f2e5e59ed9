import numpy as np
import matplotlib.pyplot as plt


class NeuralNetwork:
    """Data in the constructor, as in the article series."""

    def __init__(self, x, y, hidden=6, seed=7):
        rs = np.random.RandomState(seed)
        self.input = x
        self.y = y
        self.weights1 = rs.normal(scale=1 / np.sqrt(x.shape[1]), size=(x.shape[1], hidden))
        self.bias1 = np.zeros((1, hidden))
        self.weights2 = rs.normal(scale=1 / np.sqrt(hidden), size=(hidden, y.shape[1]))
        self.bias2 = np.zeros((1, y.shape[1]))
        self.lossList = []

    def relu(self, z):
        return z * (z > 0)

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-np.clip(z, -200, 200)))

    def feedforward(self):
        self.z1 = np.dot(self.input, self.weights1) + self.bias1
        self.layer1 = self.relu(self.z1)
        self.output = self.sigmoid(np.dot(self.layer1, self.weights2) + self.bias2)
        return self.output

    def loss(self):
        out = np.clip(self.output, 1e-10, 1 - 1e-10)
        return np.mean(-self.y * np.log(out) - (1 - self.y) * np.log(1 - out))

    def backprop(self, lr):
        delta2 = (self.output - self.y) / self.y.size
        delta1 = np.dot(delta2, self.weights2.T) * (self.z1 > 0)
        d_weights2 = np.dot(self.layer1.T, delta2)
        d_weights1 = np.dot(self.input.T, delta1)
        self.weights2 -= lr * d_weights2
        self.bias2 -= lr * delta2.sum(axis=0, keepdims=True)
        self.weights1 -= lr * d_weights1
        self.bias1 -= lr * delta1.sum(axis=0, keepdims=True)

    def train(self, epochs=1000, lr=0.5):
        for i in range(epochs):
            self.feedforward()
            self.lossList.append(self.loss())
            self.backprop(lr)

    def predict(self, x):
        hidden = self.relu(np.dot(x, self.weights1) + self.bias1)
        return self.sigmoid(np.dot(hidden, self.weights2) + self.bias2)


def plotLoss(nn):
    plt.plot(nn.lossList)
    plt.title('loss')
    plt.show()


if __name__ == "__main__":
    from sklearn.datasets import make_circles
    X, t = make_circles(n_samples=300, noise=0.08, factor=0.4, random_state=0)
    nn = NeuralNetwork(X[:200], t[:200].reshape(-1, 1))
    nn.train(3000)
    print('loss', nn.lossList[0], '->', nn.lossList[-1])
    print('accuracy on new points', ((nn.predict(X[200:]) > 0.5).ravel() == t[200:]).mean())
