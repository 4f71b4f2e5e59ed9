# Week 3 exercise, rewritten as a class because the functions got messy
# X: (n_x, m)   Y: (1, m)   -> every COLUMN is one point
import numpy as np
import matplotlib.pyplot as plt


class PlanarNet:
    def __init__(self, n_x, n_h, n_y=1, seed=2):
        r = np.random.RandomState(seed)
        self.params = {
            "W1": r.randn(n_h, n_x) * 0.1,
            "b1": np.zeros((n_h, 1)),
            "W2": r.randn(n_y, n_h) * 0.1,
            "b2": np.zeros((n_y, 1)),
        }

    def sigmoid(self, z):
        return 0.5 * (1 + np.tanh(0.5 * z))

    def forward(self, X):
        p = self.params
        Z1 = p["W1"] @ X + p["b1"]
        A1 = np.tanh(Z1)
        Z2 = p["W2"] @ A1 + p["b2"]
        A2 = self.sigmoid(Z2)
        return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

    def compute_cost(self, A2, Y):
        m = Y.shape[1]
        A2 = np.clip(A2, 1e-15, 1 - 1e-15)
        return float(-(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).sum() / m)

    def backward(self, cache, X, Y):
        m = X.shape[1]
        dZ2 = cache["A2"] - Y
        dW2 = dZ2 @ cache["A1"].T / m
        db2 = dZ2.sum(axis=1, keepdims=True) / m
        dZ1 = (self.params["W2"].T @ dZ2) * (1 - cache["A1"] ** 2)
        dW1 = dZ1 @ X.T / m
        db1 = dZ1.sum(axis=1, keepdims=True) / m
        return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

    def update(self, grads, learning_rate):
        for name in self.params:
            self.params[name] = self.params[name] - learning_rate * grads["d" + name]

    def train(self, X, Y, num_iterations=5000, learning_rate=1.2, print_cost=False):
        costs = []
        for i in range(num_iterations):
            A2, cache = self.forward(X)
            cost = self.compute_cost(A2, Y)
            grads = self.backward(cache, X, Y)
            self.update(grads, learning_rate)
            costs.append(cost)
            if print_cost and i % 1000 == 0:
                print("Cost after iteration %i: %f" % (i, cost))
        return costs

    def predict(self, X):
        A2, _ = self.forward(X)
        return (A2 > 0.5).astype(int)


def load_flower(m=400):
    r = np.random.RandomState(1)
    N = m // 2
    X, Y = np.zeros((2, m)), np.zeros((1, m))
    for j in range(2):
        ix = slice(N * j, N * (j + 1))
        t = np.linspace(j * 3.12, (j + 1) * 3.12, N) + r.randn(N) * 0.2
        rad = 4 * np.sin(4 * t) + r.randn(N) * 0.2
        X[:, ix] = rad * np.sin(t), rad * np.cos(t)
        Y[0, ix] = j
    return X, Y


def plot_boundary(net, X, Y):
    a, b = np.meshgrid(np.linspace(-5, 5, 200), np.linspace(-5, 5, 200))
    Z = net.predict(np.vstack([a.ravel(), b.ravel()])).reshape(a.shape)
    plt.contourf(a, b, Z, alpha=0.3)
    plt.scatter(X[0], X[1], c=Y.ravel(), s=10)
    plt.show()


if __name__ == "__main__":
    X, Y = load_flower()
    net = PlanarNet(2, 4)
    costs = net.train(X, Y, 5000, print_cost=True)
    print("Accuracy: %.1f %%" % (100 * np.mean(net.predict(X) == Y)))
    plt.plot(costs)
    plot_boundary(net, X, Y)
