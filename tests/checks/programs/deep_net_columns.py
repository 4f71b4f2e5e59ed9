import numpy as np


class DeepNet(object):
    """
    L-layer network, examples in columns.
        X : (n_x, m)      Y : (1, m)  with 0/1
    hidden layers tanh, output layer sigmoid, cost = cross entropy (mean over m)
    """

    def __init__(self, layer_dims, seed=1):
        self.L = len(layer_dims) - 1
        rs = np.random.RandomState(seed)
        self.parameters = {}
        for l in range(1, self.L + 1):
            self.parameters['W' + str(l)] = rs.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
            self.parameters['b' + str(l)] = np.zeros((layer_dims[l], 1))

    def forward_propagation(self, X):
        cache = {'A0': X}
        A = X
        for l in range(1, self.L + 1):
            Z = np.dot(self.parameters['W' + str(l)], A) + self.parameters['b' + str(l)]
            if l < self.L:
                A = np.tanh(Z)
            else:
                A = 1.0 / (1.0 + np.exp(-np.clip(Z, -500, 500)))
            cache['A' + str(l)] = A
        return A, cache

    def compute_cost(self, AL, Y):
        m = Y.shape[1]
        AL = np.clip(AL, 1e-12, 1 - 1e-12)
        cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m
        return float(cost)

    def backward_propagation(self, cache, Y):
        m = Y.shape[1]
        grads = {}
        dZ = cache['A' + str(self.L)] - Y
        for l in range(self.L, 0, -1):
            A_prev = cache['A' + str(l - 1)]
            grads['dW' + str(l)] = np.dot(dZ, A_prev.T) / m
            grads['db' + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
            if l > 1:
                dA = np.dot(self.parameters['W' + str(l)].T, dZ)
                dZ = dA * (1 - A_prev ** 2)
        return grads

    def update_parameters(self, grads, learning_rate):
        for l in range(1, self.L + 1):
            self.parameters['W' + str(l)] = self.parameters['W' + str(l)] - learning_rate * grads['dW' + str(l)]
            self.parameters['b' + str(l)] = self.parameters['b' + str(l)] - learning_rate * grads['db' + str(l)]

    def train(self, X, Y, learning_rate=0.5, num_iterations=2000, print_cost=False):
        costs = []
        for i in range(num_iterations):
            AL, cache = self.forward_propagation(X)
            cost = self.compute_cost(AL, Y)
            grads = self.backward_propagation(cache, Y)
            self.update_parameters(grads, learning_rate)
            if i % 100 == 0:
                costs.append(cost)
                if print_cost:
                    print("Cost after iteration %i: %f" % (i, cost))
        return costs

    def predict(self, X):
        AL, _ = self.forward_propagation(X)
        return (AL > 0.5).astype(int)


def planar(m=400, seed=2):
    rs = np.random.RandomState(seed)
    r = np.concatenate([rs.rand(m // 2), 1.4 + rs.rand(m // 2)])
    phi = rs.rand(m) * 2 * np.pi
    X = np.vstack([r * np.cos(phi), r * np.sin(phi)])
    Y = np.concatenate([np.zeros(m // 2), np.ones(m // 2)]).reshape(1, m)
    return X, Y


if __name__ == '__main__':
    X, Y = planar()
    net = DeepNet([2, 6, 4, 1])
    net.train(X, Y, print_cost=True)
    print("Accuracy: {} %".format(np.mean(net.predict(X) == Y) * 100))
