"""nielsen_style_net2.py
~~~~~~~~~~~~~~~~~~~~~~~~

Stochastic gradient descent for a feedforward network with sigmoid
neurons.  The cross-entropy and the quadratic cost are available, as are
L2 regularization and stopping when the accuracy on the validation data
no longer improves.  The data is a list of pairs (x, y) of column vectors.
"""

#### Libraries
import random

import numpy as np


class QuadraticCost(object):

    @staticmethod
    def fn(a, y):
        """Return the cost of output ``a`` for the desired output ``y``."""
        return 0.5*np.linalg.norm(a-y)**2

    @staticmethod
    def delta(z, a, y):
        """Return the error delta from the output layer."""
        return (a-y) * sigmoid_prime(z)


class CrossEntropyCost(object):

    @staticmethod
    def fn(a, y):
        """``np.nan_to_num`` is not needed, the outputs are kept away
        from 0 and 1."""
        a = np.clip(a, 1e-12, 1-1e-12)
        return np.sum(-y*np.log(a)-(1-y)*np.log(1-a))

    @staticmethod
    def delta(z, a, y):
        return (a-y)


#### Main class
class Net2(object):

    def __init__(self, sizes, cost=CrossEntropyCost, seed=12):
        """``sizes`` holds the number of neurons of each layer.  Weights
        start as Gaussians with standard deviation 1/sqrt(fan in)."""
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.rnd = random.Random(seed)
        rng = np.random.RandomState(seed)
        self.biases = [rng.randn(y, 1) for y in self.sizes[1:]]
        self.weights = [rng.randn(y, x)/np.sqrt(x)
                        for x, y in zip(self.sizes[:-1], self.sizes[1:])]
        self.cost = cost

    def feedforward(self, a):
        """Return the output of the network if ``a`` is input."""
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(np.dot(w, a)+b)
        return a

    def SGD(self, training_data, epochs, mini_batch_size, eta,
            lmbda=0.0, evaluation_data=None, patience=0):
        """Train with mini-batches.  With ``patience`` n > 0 training stops
        when the accuracy on ``evaluation_data`` has not risen for n epochs.
        Returns the costs on the training data and the accuracies."""
        training_data = list(training_data)
        n = len(training_data)
        best_accuracy, no_change = -1.0, 0
        training_cost, evaluation_accuracy = [], []
        for j in range(epochs):
            self.rnd.shuffle(training_data)
            mini_batches = [training_data[k:k+mini_batch_size]
                            for k in range(0, n, mini_batch_size)]
            for mini_batch in mini_batches:
                self.update_mini_batch(mini_batch, eta, lmbda, n)
            training_cost.append(self.total_cost(training_data, lmbda))
            if evaluation_data:
                accuracy = self.accuracy(evaluation_data)
                evaluation_accuracy.append(accuracy)
                if accuracy > best_accuracy:
                    best_accuracy, no_change = accuracy, 0
                else:
                    no_change += 1
                if patience and no_change >= patience:
                    print("Early stopping: no change in %d epochs" % patience)
                    break
            print("Epoch %d: cost %.4f" % (j, training_cost[-1]))
        return training_cost, evaluation_accuracy

    def update_mini_batch(self, mini_batch, eta, lmbda, n):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            delta_nabla_b, delta_nabla_w = self.backprop(x, y)
            nabla_b = [nb+dnb for nb, dnb in zip(nabla_b, delta_nabla_b)]
            nabla_w = [nw+dnw for nw, dnw in zip(nabla_w, delta_nabla_w)]
        self.weights = [(1-eta*(lmbda/n))*w-(eta/len(mini_batch))*nw
                        for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b-(eta/len(mini_batch))*nb
                       for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        """Return ``(nabla_b, nabla_w)``, the gradient of the cost C_x."""
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        # feedforward
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation)+b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        # backward pass
        delta = self.cost.delta(zs[-1], activations[-1], y)
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            sp = sigmoid_prime(zs[-l])
            delta = np.dot(self.weights[-l+1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l-1].transpose())
        return (nabla_b, nabla_w)

    def accuracy(self, data):
        """Share of the pairs whose largest output is the largest entry of y."""
        results = [(np.argmax(self.feedforward(x)), np.argmax(y)) for (x, y) in data]
        return sum(int(x == y) for (x, y) in results)/len(data)

    def total_cost(self, data, lmbda):
        cost = sum(self.cost.fn(self.feedforward(x), y) for x, y in data)/len(data)
        cost += 0.5*(lmbda/len(data))*sum(
            np.linalg.norm(w)**2 for w in self.weights)
        return cost


#### Miscellaneous functions
def vectorized_result(j, k=10):
    e = np.zeros((k, 1))
    e[j] = 1.0
    return e

def sigmoid(z):
    """The sigmoid function, from tanh so that large |z| is harmless."""
    return 0.5*(1.0+np.tanh(0.5*z))

def sigmoid_prime(z):
    return sigmoid(z)*(1-sigmoid(z))


if __name__ == "__main__":
    from sklearn.datasets import load_digits
    digits = load_digits()
    pairs = [(row.reshape(-1, 1)/16.0, vectorized_result(t))
             for row, t in zip(digits.data, digits.target)]
    random.Random(0).shuffle(pairs)
    training, validation, test = pairs[:900], pairs[900:1200], pairs[1200:1500]
    net = Net2([64, 20, 10])
    net.SGD(training, 8, 10, 0.5, lmbda=0.1, evaluation_data=validation, patience=3)
    print("test accuracy %.3f" % net.accuracy(test))
