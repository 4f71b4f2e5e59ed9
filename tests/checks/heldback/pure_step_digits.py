"""A digits classifier in the functional style of the JAX examples, with the gradient by hand.

Parameters are a list of tuples [(W, b), ...], W of shape (n_out, n_in), and no function
changes its arguments.
"""
import time

import numpy as np
import numpy.random as npr
from sklearn.datasets import load_digits


def init_random_params(layer_sizes, rng=npr.RandomState(0)):
    return [(np.sqrt(2.0 / n_in) * rng.randn(n_out, n_in), np.zeros(n_out))
            for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:])]


def log_softmax(x):
    x = x - x.max(axis=1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def forward(params, inputs):
    """Returns the inputs of every layer and the log probabilities."""
    acts = [inputs]
    for W, b in params[:-1]:
        acts.append(np.maximum(np.dot(acts[-1], W.T) + b, 0.0))
    W, b = params[-1]
    return acts, log_softmax(np.dot(acts[-1], W.T) + b)


def predict(params, inputs):
    return forward(params, inputs)[1]


def loss(params, batch, l2=1e-4):
    inputs, targets = batch
    penalty = 0.5 * l2 * sum(np.sum(W ** 2) for W, _ in params)
    return -np.mean(np.sum(predict(params, inputs) * targets, axis=1)) + penalty


def grad_loss(params, batch, l2=1e-4):
    inputs, targets = batch
    acts, logp = forward(params, inputs)
    err = (np.exp(logp) - targets) / inputs.shape[0]
    grads = []
    for (W, b), act in zip(reversed(params), reversed(acts)):
        grads.append((np.dot(err.T, act) + l2 * W, np.sum(err, axis=0)))
        err = np.dot(err, W) * (act > 0)
    return grads[::-1]


def accuracy(params, batch):
    inputs, targets = batch
    return np.mean(np.argmax(predict(params, inputs), axis=1) == np.argmax(targets, axis=1))


def momentum(step_size, mass):
    """An optimizer as three functions: init, update and get_params."""
    def init(params):
        return params, [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]

    def update(grads, state):
        params, velocity = state
        velocity = [(mass * vW + gW, mass * vb + gb)
                    for (vW, vb), (gW, gb) in zip(velocity, grads)]
        params = [(W - step_size * vW, b - step_size * vb)
                  for (W, b), (vW, vb) in zip(params, velocity)]
        return params, velocity

    def get_params(state):
        return state[0]

    return init, update, get_params


def data_stream(images, labels, batch_size, seed=0):
    rng = npr.RandomState(seed)
    n = images.shape[0]
    while True:
        perm = rng.permutation(n)
        for i in range(n // batch_size):
            idx = perm[i * batch_size:(i + 1) * batch_size]
            yield images[idx], labels[idx]


def main(layer_sizes=(64, 48, 32, 10), num_epochs=10, batch_size=64, step_size=0.05):
    digits = load_digits()
    order = npr.RandomState(1).permutation(len(digits.target))
    images = digits.data[order] / 16.0
    labels = np.eye(10)[digits.target[order]]
    train, test = (images[:1300], labels[:1300]), (images[1300:], labels[1300:])

    opt_init, opt_update, get_params = momentum(step_size, mass=0.9)
    state = opt_init(init_random_params(layer_sizes))
    batches = data_stream(train[0], train[1], batch_size)
    for epoch in range(num_epochs):
        start_time = time.time()
        for _ in range(train[0].shape[0] // batch_size):
            state = opt_update(grad_loss(get_params(state), next(batches)), state)
        params = get_params(state)
        print("Epoch {} in {:0.2f} sec".format(epoch, time.time() - start_time))
        print("Training loss {:.4f}".format(loss(params, train)))
        print("Test set accuracy {:.4f}".format(accuracy(params, test)))


if __name__ == "__main__":
    main()
