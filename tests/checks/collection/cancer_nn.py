"""Breast cancer, one hidden layer, cross-entropy."""
import numpy as np
from sklearn.datasets import load_breast_cancer


def initialize_weights(input_size, hidden_size, output_size, seed=3):
    rng = np.random.default_rng(seed)
    weights_hidden = rng.standard_normal((input_size, hidden_size)) / np.sqrt(input_size)
    bias_hidden = np.zeros((1, hidden_size))
    weights_output = rng.standard_normal((hidden_size, output_size)) / np.sqrt(hidden_size)
    bias_output = np.zeros((1, output_size))
    return weights_hidden, bias_hidden, weights_output, bias_output


def sigmoid(x):
    return 0.5 * (np.tanh(x / 2) + 1)


def sigmoid_derivative(a):
    return a * (1 - a)


def forward_pass(X, weights_hidden, bias_hidden, weights_output, bias_output):
    hidden_output = sigmoid(X @ weights_hidden + bias_hidden)
    final_output = sigmoid(hidden_output @ weights_output + bias_output)
    return hidden_output, final_output


def compute_loss(y_true, y_pred):
    eps = 1e-12
    y_pred = np.clip(y_pred, eps, 1 - eps)
    return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))


def backward_pass(X, y, hidden_output, final_output, weights_output):
    m = X.shape[0]
    output_error = (final_output - y) / m
    grad_weights_output = hidden_output.T @ output_error
    grad_bias_output = output_error.sum(axis=0, keepdims=True)
    hidden_error = output_error @ weights_output.T * sigmoid_derivative(hidden_output)
    grad_weights_hidden = X.T @ hidden_error
    grad_bias_hidden = hidden_error.sum(axis=0, keepdims=True)
    return grad_weights_hidden, grad_bias_hidden, grad_weights_output, grad_bias_output


def train_model(X, y, hidden_size=6, learning_rate=0.5, epochs=200, seed=3):
    params = initialize_weights(X.shape[1], hidden_size, y.shape[1], seed)
    losses = []
    for epoch in range(epochs):
        hidden_output, final_output = forward_pass(X, *params)
        losses.append(compute_loss(y, final_output))
        grads = backward_pass(X, y, hidden_output, final_output, params[2])
        params = tuple(p - learning_rate * g for p, g in zip(params, grads))
    return params, losses


def predict(X, params):
    return (forward_pass(X, *params)[1] > 0.5).astype(int).ravel()


def main():
    data = load_breast_cancer()
    order = np.random.default_rng(1).permutation(len(data.target))
    X, y = data.data[order], data.target[order].reshape(-1, 1)
    mu, sd = X[:400].mean(axis=0), X[:400].std(axis=0)
    X = (X - mu) / sd
    params, losses = train_model(X[:400], y[:400])
    print("loss", losses[0], "->", losses[-1])
    print("test accuracy", np.mean(predict(X[400:], params) == y[400:].ravel()))


if __name__ == "__main__":
    main()
