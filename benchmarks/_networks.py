"""The same network in PyTorch, scikit-learn and bare products, from the weights and in the order that ours begins with."""

import warnings

import numpy as np


def start(sizes, n_samples, epochs, initialization="glorot"):
    """The weights and the orders of the samples that our classifier draws with ``random_state=0``."""
    from scratchwork.models.mlp import initialize_weights

    rng = np.random.default_rng(0)
    weights, biases = initialize_weights(sizes, rng, initialization=initialization, dtype=np.float32)
    return {"weights": weights, "biases": biases, "orders": [rng.permutation(n_samples) for _ in range(epochs)]}


def ours(data, *, hidden, activation="relu", rate, batch_size, epochs):
    from scratchwork import MLPClassifier

    model = MLPClassifier(
        hidden, activation, solver="sgd", learning_rate_init=rate, batch_size=batch_size, alpha=0, max_iter=epochs, tol=0,
        n_iter_no_change=np.inf, initialization="glorot", random_state=0,
    ).fit(data["X"], data["y"])  # fmt: skip
    return model.coefs_, model.intercepts_


def torch_network(data, activation):
    """nn.Linear layers with copies of the weights, and log-softmax."""
    import torch

    layers = []
    for W, b in zip(data["weights"], data["biases"]):
        layer = torch.nn.Linear(*W.shape)
        layer.weight.data, layer.bias.data = torch.from_numpy(W.T.copy()), torch.from_numpy(b.copy())
        layers += [layer, {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}[activation]()]
    return torch.nn.Sequential(*layers[:-1], torch.nn.LogSoftmax(dim=1))


def torch_fit(data, batches, *, activation="relu", rate, threads):
    """The usual loop over ``batches(X, y)``; returns weights and biases as NumPy arrays."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        network = torch_network(data, activation)
        optimizer, criterion = torch.optim.SGD(network.parameters(), lr=rate), torch.nn.NLLLoss()
        for X, y in batches(torch.from_numpy(data["X"]), torch.from_numpy(data["y"])):
            optimizer.zero_grad()
            criterion(network(X), y).backward()
            optimizer.step()
    finally:
        torch.set_num_threads(before)
    linear = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
    return [layer.weight.detach().numpy().T for layer in linear], [layer.bias.detach().numpy() for layer in linear]


def sliced(data, batch_size):
    """Batches cut out of the tensors by hand: the fastest way."""
    import torch

    def batches(X, y):
        for order in map(torch.from_numpy, data["orders"]):
            for first in range(0, len(order), batch_size):
                rows = order[first : first + batch_size]
                yield X[rows], y[rows]

    return batches


def loaded(data, batch_size):
    """Batches from a DataLoader, as tutorials write it; its sampler gives the order."""
    from torch.utils.data import DataLoader, TensorDataset

    def batches(X, y):
        for order in data["orders"]:
            yield from DataLoader(TensorDataset(X, y), batch_size=batch_size, sampler=order.tolist())

    return batches


def scikit_learn(data, *, hidden, rate, batch_size, epochs):
    """The same settings; initial weights and order are scikit-learn's own."""
    from sklearn.neural_network import MLPClassifier

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged after so few epochs
        model = MLPClassifier(
            hidden, solver="sgd", learning_rate_init=rate, batch_size=batch_size, alpha=0, max_iter=epochs, momentum=0,
            nesterovs_momentum=False, tol=0, n_iter_no_change=10 * epochs, random_state=0,
        ).fit(data["X"], data["y"])  # fmt: skip
    return model.coefs_, model.intercepts_


def bare_products(data, batch_size, updates):
    """Only the matrix products of so many updates, with BLAS held to one thread as ours does."""
    from threadpoolctl import threadpool_limits

    weights = data["weights"]
    sizes = [len(weights[0]), *(W.shape[1] for W in weights)]
    A = [np.ones((batch_size, size), np.float32) for size in sizes]
    gradients = [np.empty_like(W) for W in weights]
    with threadpool_limits(1):
        for _ in range(updates):
            for layer, W in enumerate(weights):
                np.dot(A[layer], W, out=A[layer + 1])
            for layer in reversed(range(len(weights))):
                np.dot(A[layer].T, A[layer + 1], out=gradients[layer])
                if layer:
                    np.dot(A[layer + 1], weights[layer].T, out=A[layer])


def loss(data, result, activation="relu"):
    """The mean negative log-likelihood of weights and biases on the first 5,000 samples, in float64, computed here."""
    values = data["X"][:5000].astype(np.float64)
    for layer, (W, b) in enumerate(zip(*result)):
        values = values @ W + b
        if layer < len(result[0]) - 1:
            values = np.maximum(values, 0) if activation == "relu" else 1 / (1 + np.exp(-values))
    values -= values.max(axis=1, keepdims=True)
    return float((np.log(np.exp(values).sum(axis=1)) - values[np.arange(len(values)), data["y"][:5000]]).mean())


def check_losses(data, results, *, exact, near=(), activation="relu", tolerance=1e-4):
    """The losses of ``exact`` equal ours to the tolerance; those of ``near``, from other weights, lie within 15 %."""
    mine = loss(data, results["scratchwork"], activation)
    worst = max(abs(loss(data, results[name], activation) - mine) for name in exact)
    assert worst <= tolerance, f"the losses differ by {worst:.2g}"
    for name in near:
        other = loss(data, results[name], activation)
        assert abs(other - mine) <= 0.15 * mine, f"the loss of {name} is {other}, ours {mine}"
    return f"the loss is {mine:.4f}, from the same weights and batches; PyTorch's differs by {worst:.1e}."
