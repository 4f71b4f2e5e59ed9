"""The parameters of the networks: their meaning in words, once for every class that has them, and their checks."""

import numbers

import numpy as np

from scratchwork.arrays import check_choice, check_number
from scratchwork.errors import InvalidArgumentError, InvalidTypeError

ACTIVATION_NAMES = ("sigmoid", "tanh", "relu", "identity", "logistic")
SOLVERS = ("sgd", "adam")
SCHEDULES = ("constant", "invscaling", "adaptive", "cosine")
INITIALIZATIONS = ("glorot", "he", "pytorch", "normal")

PARAMETERS = """Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default (100,)
        Units of each hidden layer; ``()`` is a linear model.
    activation : {"relu", "sigmoid", "tanh", "identity"} or a sequence of them, one per hidden layer, default "relu"
        "logistic" is another name for "sigmoid".
    solver : {"adam", "sgd"}, default "adam"
    alpha : float, default 0.0001
        L2 penalty on the weights, never on the biases. As in scikit-learn a batch of n samples is charged
        alpha / (2 n) times the sum of the squared weights.
    batch_size : int, "auto" or "full", default "auto"
        Samples per update: "auto" is min(200, n_samples); a larger number than there are samples means all of them.
    learning_rate : {"constant", "invscaling", "adaptive", "cosine"}, default "constant"
        The rate of each epoch, for both solvers: learning_rate_init; that over (samples seen + 1) ** power_t; the
        first divided by 5 whenever training would have stopped; half a cosine wave from it
        down to 0 at max_iter.
    learning_rate_init : float, default 0.001
    power_t : float, default 0.5
    max_iter : int, default 200
        At most so many epochs (passes over the data). That all were used is no warning: see ``n_iter_``.
    shuffle : bool, default True
        Whether each epoch visits the samples in a new order.
    random_state : int, Generator, RandomState or None, default None
        Initial weights, held-out samples, order, dropout.
    tol : float, default 0.0001
        An epoch improves if it lowers the loss (with a validation set, the validation loss) by more than this.
    n_iter_no_change : int, default 10
        Training stops after so many epochs in a row without improvement.
    warm_start : bool, default False
        Whether another ``fit`` goes on from the weights it finds.
    momentum : float in [0, 1), default 0
        For "sgd". 0 is plain gradient descent: a difference from scikit-learn, whose default is 0.9.
    nesterovs_momentum : bool, default True
        For "sgd" with momentum.
    early_stopping : bool, default False
        Hold out ``validation_fraction`` of the samples (or take ``validation_data``), stop when the validation loss no
        longer improves, and restore the weights of the epoch where it was lowest.
    validation_fraction : float in (0, 1), default 0.1
        For ``early_stopping`` without ``validation_data``.
    beta_1, beta_2, epsilon : float, default 0.9, 0.999, 1e-8
        For "adam"; epsilon is added where PyTorch adds it, to the corrected root of the second moment.
    dropout : float in [0, 1), default 0
        The share of hidden units that are silent in each update; the others are scaled up by 1 / (1 - dropout).
    initialization : {"glorot", "he", "pytorch", "normal"}, default "glorot"
        See ``initialize_weights``."""


def documented(cls):
    """Put the description of the shared parameters where a class's docstring says ``[parameters]``."""
    if cls.__doc__:
        cls.__doc__ = cls.__doc__.replace("[parameters]", PARAMETERS)
    return cls


def hidden_sizes(value):
    """``hidden_layer_sizes`` as a tuple of positive integers."""
    sizes = (value,) if isinstance(value, numbers.Integral) else value
    if isinstance(sizes, str) or not hasattr(sizes, "__iter__"):
        raise InvalidTypeError(
            f"hidden_layer_sizes={value!r} must be an integer or a sequence of integers, such as (128, 64)."
        )
    for size in sizes:
        check_number("hidden_layer_sizes", size, integer=True, at_least=1)
    return tuple(int(size) for size in sizes)


def activation_names(value, n_hidden):
    """One name per hidden layer, from one name for all or a sequence of names."""
    names = (value,) * n_hidden if isinstance(value, str) or not hasattr(value, "__iter__") else tuple(value)
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        check_choice("activation", value, ACTIVATION_NAMES)
    if len(names) != n_hidden:
        raise InvalidArgumentError(
            f"activation={value!r} has {len(names)} entries and must have one for each of the {n_hidden} hidden "
            "layers; or give one name for all of them."
        )
    for name in names:
        check_choice("activation", name, ACTIVATION_NAMES)
    return tuple("sigmoid" if name == "logistic" else name for name in names)


def rows_per_batch(batch_size, n_samples):
    """``batch_size`` as a number of samples between 1 and ``n_samples``."""
    if isinstance(batch_size, str):
        check_choice("batch_size", batch_size, ("auto", "full"))
        return min(200, n_samples) if batch_size == "auto" else n_samples
    return min(int(check_number("batch_size", batch_size, integer=True, at_least=1)), n_samples)


def check_parameters(model):
    """Check every parameter of a network once, before it looks at the data."""
    sizes = hidden_sizes(model.hidden_layer_sizes)
    activation_names(model.activation, len(sizes))
    rows_per_batch(model.batch_size, 1)
    check_choice("solver", model.solver, SOLVERS)
    check_choice("learning_rate", model.learning_rate, SCHEDULES)
    check_choice("initialization", model.initialization, INITIALIZATIONS)
    for name in ("alpha", "power_t", "tol"):
        check_number(name, getattr(model, name), at_least=0, below=np.inf)
    for name in ("learning_rate_init", "epsilon"):
        check_number(name, getattr(model, name), above=0, below=np.inf)
    for name in ("momentum", "beta_1", "beta_2", "dropout"):
        check_number(name, getattr(model, name), at_least=0, below=1)
    check_number("validation_fraction", model.validation_fraction, above=0, below=1)
    check_number("max_iter", model.max_iter, integer=True, at_least=1)
    if model.n_iter_no_change != np.inf:
        check_number("n_iter_no_change", model.n_iter_no_change, integer=True, at_least=1)
    for name in ("shuffle", "warm_start", "nesterovs_momentum", "early_stopping"):
        value = getattr(model, name)
        if not isinstance(value, (bool, np.bool_)):
            raise InvalidTypeError(f"{name}={value!r} must be True or False.")
