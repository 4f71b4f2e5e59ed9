"""L-layer fully connected network, written as small functions.

Samples are the columns of X, labels have the shape (1, m).
Hidden layers: ReLU. Last layer: sigmoid. Cost: cross-entropy with optional weight decay.
"""
import numpy as np


def sigmoid(Z):
    e = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1.0 / (1.0 + e), e / (1.0 + e))


def relu(Z):
    return np.maximum(0.0, Z)


def initialize_parameters(layer_dims, seed=1):
    rng = np.random.RandomState(seed)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = rng.randn(layer_dims[l], layer_dims[l - 1]) * np.sqrt(2.0 / layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def linear_activation_forward(A_prev, W, b, activation):
    Z = np.dot(W, A_prev) + b
    A = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, (A_prev, W, b, Z)


def model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    caches.append(cache)
    return AL, caches


def compute_cost(AL, Y, parameters, lambd=0.0):
    m = Y.shape[1]
    P = np.clip(AL, 1e-12, 1 - 1e-12)
    cost = -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / m
    L = len(parameters) // 2
    penalty = sum(np.sum(np.square(parameters["W" + str(l)])) for l in range(1, L + 1))
    return float(cost + lambd * penalty / (2 * m))


def model_backward(AL, Y, caches, lambd=0.0):
    grads = {}
    m = Y.shape[1]
    L = len(caches)
    dZ = AL - Y
    for l in range(L, 0, -1):
        A_prev, W, b, Z = caches[l - 1]
        grads["dW" + str(l)] = np.dot(dZ, A_prev.T) / m + lambd / m * W
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            Z_prev = caches[l - 2][3]
            dA_prev = np.dot(W.T, dZ)
            dZ = dA_prev * (Z_prev > 0)
    return grads


def update_parameters(parameters, grads, learning_rate):
    new = {}
    L = len(parameters) // 2
    for l in range(1, L + 1):
        new["W" + str(l)] = parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]
        new["b" + str(l)] = parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]
    return new


def train(X, Y, layer_dims, learning_rate=0.3, num_iterations=2000, lambd=0.0, seed=1, print_cost=False):
    parameters = initialize_parameters(layer_dims, seed)
    costs = []
    for i in range(num_iterations):
        AL, caches = model_forward(X, parameters)
        cost = compute_cost(AL, Y, parameters, lambd)
        grads = model_backward(AL, Y, caches, lambd)
        parameters = update_parameters(parameters, grads, learning_rate)
        costs.append(cost)
        if print_cost and i % 200 == 0:
            print("Cost after iteration %i: %f" % (i, cost))
    return parameters, costs


def predict(X, parameters):
    AL, _ = model_forward(X, parameters)
    return (AL > 0.5).astype(int)


def load_planar(m, seed):
    rng = np.random.RandomState(seed)
    r = np.concatenate([rng.uniform(0.0, 1.0, m // 2), rng.uniform(1.4, 2.4, m - m // 2)])
    t = rng.uniform(0, 2 * np.pi, m)
    X = np.vstack([r * np.cos(t), r * np.sin(t)])
    Y = np.concatenate([np.zeros(m // 2), np.ones(m - m // 2)]).reshape(1, m)
    return X, Y


if __name__ == "__main__":
    X_train, Y_train = load_planar(300, seed=2)
    X_test, Y_test = load_planar(150, seed=3)
    parameters, costs = train(X_train, Y_train, [2, 12, 6, 1], lambd=0.1, print_cost=True)
    print("train accuracy:", np.mean(predict(X_train, parameters) == Y_train))
    print("test accuracy: ", np.mean(predict(X_test, parameters) == Y_test))
