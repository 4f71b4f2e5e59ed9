import math
import numpy as np

# L-layer binary classifier, [LINEAR -> RELU] * (L-1) -> LINEAR -> SIGMOID
# parameters: dictionary W1, b1, ..., WL, bL ; examples are columns


def sigmoid(Z):
    return np.exp(-np.logaddexp(0, -Z))


def relu(Z):
    return np.maximum(0, Z)


def initialize_parameters(layer_dims, seed=3):
    rng = np.random.default_rng(seed)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = rng.standard_normal((layer_dims[l], layer_dims[l - 1])) * np.sqrt(2 / layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def L_model_forward(X, parameters):
    L = len(parameters) // 2
    caches = []
    A = X
    for l in range(1, L + 1):
        A_prev = A
        Z = np.dot(parameters["W" + str(l)], A_prev) + parameters["b" + str(l)]
        A = relu(Z) if l < L else sigmoid(Z)
        caches.append((A_prev, Z))
    return A, caches


def compute_cost(AL, Y, parameters, lambd=0.0):
    m = Y.shape[1]
    AL = np.clip(AL, 1e-12, 1 - 1e-12)
    cross_entropy = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m
    L = len(parameters) // 2
    l2 = sum(np.sum(np.square(parameters["W" + str(l)])) for l in range(1, L + 1))
    return cross_entropy + lambd / (2 * m) * l2


def L_model_backward(AL, Y, caches, parameters, lambd=0.0):
    grads = {}
    L = len(caches)
    m = Y.shape[1]
    dZ = AL - Y
    for l in range(L, 0, -1):
        A_prev, _ = caches[l - 1]
        W = parameters["W" + str(l)]
        grads["dW" + str(l)] = np.dot(dZ, A_prev.T) / m + lambd / m * W
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            Z_prev = caches[l - 2][1]
            dZ = np.dot(W.T, dZ) * (Z_prev > 0)
    return grads


def initialize_adam(parameters):
    v = {"d" + k: np.zeros_like(p) for k, p in parameters.items()}
    s = {"d" + k: np.zeros_like(p) for k, p in parameters.items()}
    return v, s


def update_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    updated = {}
    for k, p in parameters.items():
        g = grads["d" + k]
        v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * g
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * g ** 2
        v_corrected = v["d" + k] / (1 - beta1 ** t)
        s_corrected = s["d" + k] / (1 - beta2 ** t)
        updated[k] = p - learning_rate * v_corrected / (np.sqrt(s_corrected) + epsilon)
    return updated, v, s


def random_mini_batches(X, Y, mini_batch_size, rng):
    m = X.shape[1]
    permutation = rng.permutation(m)
    shuffled_X = X[:, permutation]
    shuffled_Y = Y[:, permutation]
    batches = []
    for k in range(math.ceil(m / mini_batch_size)):
        part = slice(k * mini_batch_size, (k + 1) * mini_batch_size)
        batches.append((shuffled_X[:, part], shuffled_Y[:, part]))
    return batches


def model(X, Y, layer_dims, learning_rate=0.005, lambd=0.0, mini_batch_size=64, num_epochs=200, seed=3, print_cost=False):
    parameters = initialize_parameters(layer_dims, seed)
    v, s = initialize_adam(parameters)
    rng = np.random.default_rng(seed)
    costs = []
    t = 0
    for epoch in range(num_epochs):
        for batch_X, batch_Y in random_mini_batches(X, Y, mini_batch_size, rng):
            AL, caches = L_model_forward(batch_X, parameters)
            grads = L_model_backward(AL, batch_Y, caches, parameters, lambd)
            t += 1
            parameters, v, s = update_with_adam(parameters, grads, v, s, t, learning_rate)
        AL, _ = L_model_forward(X, parameters)
        costs.append(compute_cost(AL, Y, parameters, lambd))
        if print_cost and epoch % 50 == 0:
            print("Cost after epoch %i: %f" % (epoch, costs[-1]))
    return parameters, costs


def predict(X, parameters):
    AL, _ = L_model_forward(X, parameters)
    return (AL > 0.5).astype(int)


if __name__ == "__main__":
    from sklearn.datasets import make_circles

    pts, lab = make_circles(400, noise=0.1, factor=0.4, random_state=0)
    X, Y = pts.T, lab.reshape(1, -1)
    parameters, costs = model(X[:, :300], Y[:, :300], [2, 12, 6, 1], lambd=0.1, print_cost=True)
    print("dev accuracy", np.mean(predict(X[:, 300:], parameters) == Y[:, 300:]))
