import numpy as np


def initialize_parameters(layer_dims, seed=1):
    """layer_dims -- list with the size of every layer, input first

    Returns a dictionary with W1, b1, ..., WL, bL; Wl has shape (layer_dims[l], layer_dims[l-1])
    """
    rng = np.random.RandomState(seed)
    parameters = {}
    L = len(layer_dims)
    for l in range(1, L):
        parameters["W" + str(l)] = rng.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def sigmoid(Z):
    A = np.empty_like(Z, dtype=float)
    pos = Z >= 0
    A[pos] = 1 / (1 + np.exp(-Z[pos]))
    e = np.exp(Z[~pos])
    A[~pos] = e / (1 + e)
    return A


def L_model_forward(X, parameters):
    """X -- data of shape (number of features, number of examples)"""
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        Z = np.dot(parameters["W" + str(l)], A_prev) + parameters["b" + str(l)]
        A = np.tanh(Z)
        caches.append((A_prev, Z, A))
    Z = np.dot(parameters["W" + str(L)], A) + parameters["b" + str(L)]
    AL = sigmoid(Z)
    caches.append((A, Z, AL))
    return AL, caches


def compute_cost(AL, Y, parameters, lambd=0.0):
    m = Y.shape[1]
    P = np.clip(AL, 1e-15, 1 - 1e-15)
    logprobs = Y * np.log(P) + (1 - Y) * np.log(1 - P)
    cross_entropy = -np.sum(logprobs) / m
    L = len(parameters) // 2
    L2 = 0
    for l in range(1, L + 1):
        L2 += np.sum(np.square(parameters["W" + str(l)]))
    return float(cross_entropy + lambd / (2 * m) * L2)


def L_model_backward(AL, Y, caches, parameters, lambd=0.0):
    grads = {}
    L = len(caches)
    m = Y.shape[1]
    dZ = AL - Y
    for l in reversed(range(1, L + 1)):
        A_prev, Z, A = caches[l - 1]
        W = parameters["W" + str(l)]
        grads["dW" + str(l)] = np.dot(dZ, A_prev.T) / m + lambd / m * W
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dA_prev = np.dot(W.T, dZ)
            Z_prev = caches[l - 2][1]
            dZ = dA_prev * (1 - np.power(Z_prev, 2))
    return grads


def update_parameters(parameters, grads, learning_rate):
    updated = {}
    for key, value in parameters.items():
        updated[key] = value - learning_rate * grads["d" + key]
    return updated


def L_layer_model(X, Y, layers_dims, learning_rate=0.5, num_iterations=1000, lambd=0.0, print_cost=False, seed=1):
    parameters = initialize_parameters(layers_dims, seed)
    costs = []
    for i in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        costs.append(compute_cost(AL, Y, parameters, lambd))
        grads = L_model_backward(AL, Y, caches, parameters, lambd)
        parameters = update_parameters(parameters, grads, learning_rate)
        if print_cost and i % 100 == 0:
            print("Cost after iteration %i: %f" % (i, costs[-1]))
    return parameters, costs


def predict(X, parameters):
    AL, _ = L_model_forward(X, parameters)
    return (AL > 0.5).astype(int)
