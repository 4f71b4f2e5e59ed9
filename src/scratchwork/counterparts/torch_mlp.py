"""The same neural network in PyTorch: read it beside ``models/mlp.py``.

The steps have the same names and stand in the same order; autograd takes the place of ``backward_pass``. The frame
around them (parameters, checks, order of the samples, dropout masks, stopping, history) is the very same code. So, with
the same ``random_state``, both start from the same weights and see the same batches; only the arithmetic differs.

torch's Linear keeps its weight as (outputs, inputs), ours is (inputs, outputs): W here is the transpose, sharing memory
with ``coefs_``, so that what torch's optimiser changes is what the model has learnt. Everything runs on the CPU.
"""

import copy
import functools
from contextlib import contextmanager

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin

from scratchwork.errors import require_extra
from scratchwork.models._mlp_classifier import ClassifierNetwork
from scratchwork.models._mlp_parameters import documented
from scratchwork.models._mlp_regressor import RegressorNetwork
from scratchwork.models._mlp_training import PlainTrainer, Steps, Update, dropout_masks
from scratchwork.models.mlp import MLPClassifier, MLPRegressor, initialize_weights

SMALL_PRODUCT = 10_000_000  # multiplications


@functools.cache
def _torch():
    return require_extra("torch", extra="torch", purpose="The PyTorch counterpart of the neural network")


@contextmanager
def _threads_for(rows, weights):
    """One thread for small networks: where a product takes microseconds, threads lose more in meeting than they win."""
    torch = _torch()
    before = torch.get_num_threads()
    if before == 1 or rows * max(W.size for W in weights) >= SMALL_PRODUCT:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _tensor(array):
    """The tensor that shares the array's memory; of a copy where the array is read-only, which torch does not know."""
    return _torch().from_numpy(array if array.flags.writeable else array.copy())


def make_network(weights, biases, activations):
    """An ``nn.Module`` of ``nn.Linear`` layers that share the memory of ``weights`` and ``biases``.

    Calling it gives the logits; ``masks`` are for dropout, as in ``forward_pass``.
    """
    torch = _torch()
    functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "identity": lambda z: z}

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = torch.nn.ModuleList(
                torch.nn.utils.skip_init(torch.nn.Linear, *W.shape, dtype=_tensor(W).dtype) for W in weights
            )

        def forward(self, X, masks=None):
            for index, layer in enumerate(self.layers):
                X = layer(X)
                if index < len(activations):
                    X = functions[activations[index]](X)
                    X = X if masks is None else X * masks[index]
            return X

    network = Network()
    for layer, W, b in zip(network.layers, weights, biases):
        layer.weight.data, layer.bias.data = _tensor(W).T, _tensor(b)
    return network


def forward_pass(X, weights, biases, activations):
    """The logits of all rows of X, as the only entry of a list."""
    with _threads_for(len(X), weights), _torch().no_grad():
        return [make_network(weights, biases, activations)(_tensor(X)).numpy()]


def compute_loss(logits, T, network, *, alpha=0.0, sample_weight=None, output="softmax"):
    """The objective J of ``models/mlp.py``: NLLLoss on log-softmax, or half the squared error, and the penalty."""
    torch = _torch()
    if output == "softmax":
        losses = torch.nn.NLLLoss(reduction="none")(torch.log_softmax(logits, dim=1), T.argmax(dim=1))
    else:
        losses = ((logits - T) ** 2).sum(dim=1) / 2
    if sample_weight is not None:
        losses = losses * sample_weight
    penalty = alpha / 2 * sum((layer.weight**2).sum() for layer in network.layers) if alpha else 0.0
    return (losses.sum() + penalty) / len(T)


class Optimizer:
    """A torch.optim optimiser, made when the first weights are known; it can be pickled, unlike the network."""

    def __init__(self, model):
        self.momentum = {"momentum": model.momentum, "nesterov": bool(model.nesterovs_momentum and model.momentum > 0)}
        self.adam = {"betas": (model.beta_1, model.beta_2), "eps": model.epsilon}
        self.solver, self.optimizer = model.solver, None

    def bind(self, weights, biases, activations):
        """The network over these weights, whose parameters are those that the optimiser remembers updates of."""
        torch, network = _torch(), make_network(weights, biases, activations)
        if self.optimizer is None:
            parameters = list(network.parameters())
            adam = self.solver == "adam"
            self.optimizer = (
                torch.optim.Adam(parameters, **self.adam) if adam else torch.optim.SGD(parameters, **self.momentum)
            )
        known = iter(self.optimizer.param_groups[0]["params"])
        for layer in network.layers:
            for name in ("weight", "bias"):
                parameter = next(known)
                parameter.data = getattr(layer, name).data
                setattr(layer, name, parameter)
        return network

    def update(self, rate):
        """Change the parameters by their gradients."""
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.step()


def load_batches(X, T, batches):
    """A ``DataLoader`` over given batches of rows; its own generator leaves torch's global one alone."""
    torch = _torch()
    data = torch.utils.data.TensorDataset(_tensor(X), _tensor(T), torch.arange(len(X)))
    batches = [torch.from_numpy(rows) for rows in batches]
    return torch.utils.data.DataLoader(data, batch_size=None, sampler=batches, generator=torch.Generator())


def train_model(X, T, weights, biases, activations, optimizer, batches, *, rate, alpha=0.0, sample_weight=None,
                output="softmax", dropout=0.0, rng=None):  # fmt: skip
    """Change ``weights`` and ``biases`` in place, once per batch, and yield an ``Update`` after each."""
    network, sizes = optimizer.bind(weights, biases, activations), [len(b) for b in biases[:-1]]
    for step, (X_batch, T_batch, rows) in enumerate(load_batches(X, T, batches), start=1):
        w = None if sample_weight is None else _tensor(sample_weight[rows.numpy()])
        masks = dropout_masks(rng, len(rows), sizes, dropout, X.dtype) if dropout > 0 else None
        with _threads_for(len(rows), weights):  # not while the caller has its turn: the setting is the whole process's
            logits = network(X_batch, None if masks is None else [_tensor(mask) for mask in masks])
            loss = compute_loss(logits, T_batch, network, alpha=alpha, sample_weight=w, output=output)
            network.zero_grad()
            loss.backward()
            optimizer.update(rate)
        weight_gradients = [layer.weight.grad.numpy().T for layer in network.layers]
        bias_gradients = [layer.bias.grad.numpy() for layer in network.layers]
        yield Update(1, step, loss.item(), weight_gradients, bias_gradients, rows.numpy(), logits.detach().numpy())


class FewThreads:
    """``fit`` holds one thread throughout for a small network: changing the number before every update costs more."""

    def fit(self, X, y, sample_weight=None, *, validation_data=None):
        """As the NumPy estimator's ``fit``."""
        torch = _torch()
        before = torch.get_num_threads()
        if self._is_small(X):
            torch.set_num_threads(1)
        try:
            return super().fit(X, y, sample_weight, validation_data=validation_data)
        finally:
            if torch.get_num_threads() != before:
                torch.set_num_threads(before)

    def _is_small(self, X):
        """A guess before anything is checked; a wrong one costs time, never an answer."""
        hidden = self.hidden_layer_sizes
        sizes = [hidden] if isinstance(hidden, int) else [*hidden] if isinstance(hidden, (tuple, list)) else []
        widest = max([size for size in sizes if isinstance(size, int)], default=1)
        rows, columns = X.shape if isinstance(X, np.ndarray) and X.ndim == 2 else (1, 1)
        rows = min(rows, self.batch_size if isinstance(self.batch_size, int) else 200)
        return rows * widest * max(columns, widest) < SMALL_PRODUCT


STEPS = Steps(initialize_weights, forward_pass, train_model, Optimizer, PlainTrainer)


@documented
class TorchMLPClassifier(FewThreads, ClassifierMixin, ClassifierNetwork):
    """``MLPClassifier`` with PyTorch inside: nn.Module, DataLoader, torch.optim, NLLLoss on log-softmax.

    [parameters]
    class_weight : dict, "balanced" or None, default None
        Factors of the weights of the samples of each class.

    Attributes are those of ``MLPClassifier``, weights in NumPy arrays included; ``to_torch`` and ``to_numpy`` carry
    them from one to the other; ``make_network`` gives the nn.Module.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> TorchMLPClassifier(8, "tanh", learning_rate_init=0.05, random_state=0).fit(X, y).predict(X)
    array(['no', 'yes', 'yes', 'no'], dtype='<U3')
    """

    _steps = STEPS


@documented
class TorchMLPRegressor(FewThreads, RegressorMixin, RegressorNetwork):
    """``MLPRegressor`` with PyTorch inside.

    [parameters]

    Attributes are those of ``MLPRegressor``.

    Examples
    --------
    >>> X, y = [[-1.0], [0.0], [1.0], [2.0]], [1.0, 3.0, 5.0, 7.0]
    >>> model = TorchMLPRegressor((), solver="sgd", learning_rate_init=0.2, alpha=0, tol=0, random_state=0)
    >>> model.fit(X, y).predict([[3.0]])
    array([9.])
    """

    _steps = STEPS


def to_torch(model):
    """A PyTorch counterpart with the parameters and a copy of all that a ``MLPClassifier`` or ``MLPRegressor`` learnt.

    With ``warm_start=True``, or by ``partial_fit``, it trains on from there.

    >>> ours = MLPClassifier(3, max_iter=5, random_state=0).fit([[0.0], [1.0]], [0, 1])
    >>> bool((to_torch(ours).predict([[0.0], [1.0]]) == ours.predict([[0.0], [1.0]])).all())
    True
    """
    return _converted(model, TorchMLPClassifier if isinstance(model, MLPClassifier) else TorchMLPRegressor)


def to_numpy(model):
    """The way back: our estimator with the parameters and a copy of all that a counterpart learnt."""
    return _converted(model, MLPClassifier if isinstance(model, TorchMLPClassifier) else MLPRegressor)


def _converted(source, target_class):
    target = target_class(**source.get_params())
    learnt = {name: value for name, value in vars(source).items() if name not in source.get_params()}
    learnt.pop("_optimizer", None)
    target.__dict__.update(copy.deepcopy(learnt))
    return target
