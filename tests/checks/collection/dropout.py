"""Regularisation by dropout: LINEAR -> RELU -> DROPOUT -> LINEAR -> SIGMOID."""
import numpy as np


def relu(z):
    return np.maximum(0, z)


def sigmoid(z):
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def init_net(n_x, n_h, seed=2):
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(0, np.sqrt(2 / n_x), (n_h, n_x)),
        "b1": np.full((n_h, 1), 0.01),
        "W2": rng.normal(0, np.sqrt(1 / n_h), (1, n_h)),
        "b2": np.zeros((1, 1)),
    }


def forward_with_dropout(X, net, keep_prob=0.8, rng=None):
    """Without a generator nothing is dropped."""
    Z1 = net["W1"] @ X + net["b1"]
    A1 = relu(Z1)
    if rng is None:
        D1 = np.ones_like(A1)
    else:
        D1 = (rng.random(A1.shape) < keep_prob) / keep_prob
    A1 = A1 * D1
    A2 = sigmoid(net["W2"] @ A1 + net["b2"])
    return A2, (Z1, D1, A1)


def cross_entropy_cost(A2, Y):
    A2 = np.clip(A2, 1e-12, 1 - 1e-12)
    return float(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))


def backward_with_dropout(X, Y, A2, cache, net):
    m = X.shape[1]
    Z1, D1, A1 = cache
    dZ2 = (A2 - Y) / m
    grads = {"W2": dZ2 @ A1.T, "b2": np.sum(dZ2, axis=1, keepdims=True)}
    dA1 = net["W2"].T @ dZ2
    dA1 = dA1 * D1
    dZ1 = dA1 * (Z1 > 0)
    grads["W1"] = dZ1 @ X.T
    grads["b1"] = np.sum(dZ1, axis=1, keepdims=True)
    return grads


def model(X, Y, n_h=10, learning_rate=0.3, num_iterations=500, keep_prob=0.8, seed=2):
    net = init_net(X.shape[0], n_h, seed)
    rng = np.random.default_rng(seed + 1)
    costs = []
    for i in range(num_iterations):
        A2, cache = forward_with_dropout(X, net, keep_prob, rng)
        costs.append(cross_entropy_cost(A2, Y))
        grads = backward_with_dropout(X, Y, A2, cache, net)
        net = {k: v - learning_rate * grads[k] for k, v in net.items()}
    return net, costs


def predict(X, net):
    A2, _ = forward_with_dropout(X, net)
    return (A2 > 0.5).astype(int)
