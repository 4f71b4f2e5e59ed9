"""A feed-forward neural network: weighted sums bent by an activation, layer on layer, fitted by gradient descent.

    X = A[0] --W[0], b[0]--> A[1] --W[1], b[1]--> ... --W[L-1], b[L-1]--> A[L] = logits --softmax--> probabilities

Objective of a batch of n samples, w the sample weights (1 unless given):

    J = ( sum_i w_i loss(A[L]_i, T_i)  +  alpha / 2 * sum_l |W[l]|^2 ) / n

where loss is the negative log-likelihood, -log softmax(A[L]_i)[class of sample i], for the classifier, and half the
squared error, |A[L]_i - T_i|^2 / 2, for the regressor. alpha is scikit-learn's: its share of J shrinks as the batch
grows, and biases are never penalised.

    forward   (1) Z = A[l] W[l] + b[l]                      (2) A[l+1] = f(Z), without f in the last layer
    backward  (3) D = w (softmax(A[L]) - T) / n             the slope of J in the logits
              (4) dJ/dW[l] = A[l]' D + alpha W[l] / n       (5) dJ/db[l] = sum of the rows of D
              (6) D <- (D W[l]') * f'(Z), one layer down, and again (4)

(3) is why softmax and likelihood are differentiated together: -log softmax(z)_c = log sum_k exp(z_k) - z_c, whose slope
in z_k is softmax(z)_k - [k = c]; nothing is divided by a probability. The squared error gives A[L] - T likewise.

Letters: L layers of weights; n samples; sizes = (features, hidden..., outputs); W[l] (sizes[l], sizes[l+1]); b[l]
(sizes[l+1],); A[l] (n, sizes[l]); T (n, sizes[L]), one-hot rows or target values; D the slope of J in Z.

Not here: convolutions, batch normalisation, sparse input. ``fit`` takes the same steps through ``_mlp_fast.py``, which
wastes less time; ``update_steps`` takes them through the functions of this file; a test demands equal answers.

Sources: Rumelhart, Hinton and Williams (1986); initial weights Glorot and Bengio (2010), He et al. (2015).
"""

import itertools

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin

from scratchwork.models._mlp_classifier import ClassifierNetwork
from scratchwork.models._mlp_fast import make_trainer
from scratchwork.models._mlp_optimizers import make_optimizer
from scratchwork.models._mlp_parameters import documented
from scratchwork.models._mlp_regressor import RegressorNetwork
from scratchwork.models._mlp_training import Steps, Update, dropout_masks
from scratchwork.numerics import log_softmax, sigmoid, softmax


def sigmoid_derivative(a):
    """The slope of the sigmoid, from its value: sigmoid'(z) = a (1 - a) where a = sigmoid(z).

    >>> float(sigmoid_derivative(sigmoid(0.0)))
    0.25
    """
    return a * (1 - a)


# Each activation f beside its slope f', which takes the value a = f(z): A is at hand when the gradient is, Z is not.
ACTIVATIONS = {
    "sigmoid": (sigmoid, sigmoid_derivative),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(a.dtype)),
    "identity": (lambda z: z, lambda a: np.ones_like(a)),
}

# Each kind of output: from the logits to what is predicted, and the loss of each sample, (n,).
OUTPUTS = {
    "softmax": (softmax, lambda logits, T: -(T * log_softmax(logits)).sum(axis=1)),
    "identity": (lambda logits: logits, lambda logits, T: ((logits - T) ** 2).sum(axis=1) / 2),
}


def initialize_weights(sizes, rng, *, initialization="glorot", dtype=np.float64):
    """Random weights: unequal, so that units can learn different things, and of a size that keeps signals in range.

    Parameters
    ----------
    sizes : sequence of int
        (features, hidden..., outputs).
    rng : numpy.random.Generator
    initialization : {"glorot", "he", "pytorch", "normal"}
        Uniform within sqrt(6 / (fan_in + fan_out)); normal of variance 2 / fan_in; uniform within 1 / sqrt(fan_in),
        biases too, as in torch.nn.Linear; normal of standard deviation 0.01. Biases start at 0 but for "pytorch".
    dtype : dtype

    Returns
    -------
    weights, biases : lists of ndarray, (sizes[l], sizes[l+1]) and (sizes[l+1],)

    >>> weights, biases = initialize_weights((4, 3, 2), np.random.default_rng(0))
    >>> [W.shape for W in weights], biases[0]
    ([(4, 3), (3, 2)], array([0., 0., 0.]))
    """
    weights, biases = [], []
    for fan_in, fan_out in itertools.pairwise(sizes):
        bias = np.zeros(fan_out)
        if initialization == "glorot":
            limit = np.sqrt(6 / (fan_in + fan_out))
            W = rng.uniform(-limit, limit, (fan_in, fan_out))
        elif initialization == "he":
            W = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
        elif initialization == "pytorch":
            limit = 1 / np.sqrt(fan_in)
            W = rng.uniform(-limit, limit, (fan_in, fan_out))
            bias = rng.uniform(-limit, limit, fan_out)
        else:
            W = rng.normal(0, 0.01, (fan_in, fan_out))
        weights.append(W.astype(dtype))
        biases.append(bias.astype(dtype))
    return weights, biases


def layer_input(A, layer, masks):
    """What the weights W[layer] are applied to: A[layer], under dropout with its silent units at 0."""
    return A[layer] if masks is None or layer == 0 else A[layer] * masks[layer - 1]


def forward_pass(X, weights, biases, activations, masks=None):
    """The values A[0] = X, A[1], ..., A[L] = logits of every layer.

    Parameters
    ----------
    X : ndarray (n, sizes[0])
    weights, biases : lists of ndarray
    activations : sequence of str
        One name of ``ACTIVATIONS`` for each hidden layer.
    masks : list of ndarray (n, sizes[l]), optional
        Dropout while training: 0 where a hidden unit is silent, 1 / (1 - dropout) elsewhere.

    Returns
    -------
    list of ndarray; the last holds logits: ``softmax(A[-1])`` are the probabilities.

    >>> forward_pass(np.array([[1.0, 2.0]]), [np.eye(2), np.ones((2, 1))], [np.zeros(2), np.ones(1)], ["relu"])[-1]
    array([[4.]])
    """
    A = [X]
    for layer, (W, b) in enumerate(zip(weights, biases)):
        Z = layer_input(A, layer, masks) @ W + b  # (1)
        A.append(ACTIVATIONS[activations[layer]][0](Z) if layer < len(activations) else Z)  # (2)
    return A


def compute_loss(logits, T, weights, *, alpha=0.0, sample_weight=None, output="softmax"):
    """The objective J: the mean loss of the samples plus their share of the penalty.

    >>> float(round(compute_loss(np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]), []), 6))
    0.693147
    """
    losses = OUTPUTS[output][1](logits, T).astype(np.float64)  # (n,)
    if sample_weight is not None:
        losses = losses * sample_weight
    penalty = alpha / 2 * sum(float(np.vdot(W, W)) for W in weights)
    return (float(losses.sum()) + penalty) / len(T)


def backward_pass(A, T, weights, activations, *, alpha=0.0, sample_weight=None, output="softmax", masks=None):
    """The gradient of ``compute_loss`` in every weight and bias, from the last layer to the first.

    Parameters
    ----------
    A : list of ndarray, from ``forward_pass`` with the same ``masks``
    T : ndarray (n, sizes[L])

    Returns
    -------
    weight_gradients, bias_gradients : lists of ndarray, shaped like the weights and biases
    """
    n = len(T)
    D = OUTPUTS[output][0](A[-1]) - T  # (3)  (n, sizes[L])
    D = (D if sample_weight is None else D * sample_weight[:, None]) / n
    weight_gradients, bias_gradients = [], []
    for layer in reversed(range(len(weights))):
        weight_gradients.insert(0, layer_input(A, layer, masks).T @ D + alpha / n * weights[layer])  # (4)
        bias_gradients.insert(0, D.sum(axis=0))  # (5)
        if layer > 0:
            D = D @ weights[layer].T * ACTIVATIONS[activations[layer - 1]][1](A[layer])  # (6)  (n, sizes[layer])
            D = D if masks is None else D * masks[layer - 1]
    return weight_gradients, bias_gradients


def train_model(X, T, weights, biases, activations, optimizer, batches, *, rate, alpha=0.0, sample_weight=None,
                output="softmax", dropout=0.0, rng=None):  # fmt: skip
    """Change ``weights`` and ``biases`` in place, once per batch, and yield an ``Update`` after each.

    ``optimizer`` is an SGD or Adam of ``_mlp_optimizers``, ``rate`` its learning rate; ``batches`` are arrays of row
    numbers; ``dropout`` is the share of hidden units that ``rng`` silences.
    """
    for step, rows in enumerate(batches, start=1):
        w = None if sample_weight is None else sample_weight[rows]
        masks = dropout_masks(rng, len(rows), [len(b) for b in biases[:-1]], dropout, X.dtype) if dropout > 0 else None
        A = forward_pass(X[rows], weights, biases, activations, masks)
        loss = compute_loss(A[-1], T[rows], weights, alpha=alpha, sample_weight=w, output=output)
        options = {"alpha": alpha, "sample_weight": w, "output": output, "masks": masks}
        gradients = backward_pass(A, T[rows], weights, activations, **options)
        optimizer.update([*weights, *biases], [*gradients[0], *gradients[1]], rate)
        yield Update(1, step, loss, *gradients, rows, A[-1])


STEPS = Steps(initialize_weights, forward_pass, train_model, make_optimizer, make_trainer)


@documented
class MLPClassifier(ClassifierMixin, ClassifierNetwork):
    """A neural network that gives each class a probability.

    [parameters]
    class_weight : dict, "balanced" or None, default None
        Factors of the weights of the samples of each class.

    Attributes
    ----------
    coefs_, intercepts_ : lists of ndarray, (sizes[l], sizes[l+1]) and (sizes[l+1],)
    classes_ : ndarray (n_classes,)
    history_ : dict of lists of float, one entry per epoch
        ``loss``, ``train_nll``, ``validation_nll``, ``train_accuracy``, ``validation_accuracy``: means over samples;
        the training numbers are taken while training, see ``ClassifierEpoch``.
    n_iter_ : int
        Epochs run.
    best_epoch_, best_validation_loss_ : int, float
        With ``early_stopping``: the epoch whose weights were restored.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> MLPClassifier(8, "tanh", learning_rate_init=0.05, random_state=0).fit(X, y).predict(X)
    array(['no', 'yes', 'yes', 'no'], dtype='<U3')
    """

    _steps = STEPS


@documented
class MLPRegressor(RegressorMixin, RegressorNetwork):
    """A neural network that predicts one number or several, by the least squared error.

    [parameters]

    Attributes
    ----------
    coefs_, intercepts_, n_iter_, best_epoch_, best_validation_loss_
        As in ``MLPClassifier``; the validation loss is the mean squared error.
    history_ : dict of lists of float, one entry per epoch
        ``loss``, ``train_mse``, ``validation_mse``, ``train_r2``, ``validation_r2``: see ``RegressorEpoch``.

    Examples
    --------
    >>> line = MLPRegressor((), solver="sgd", learning_rate_init=0.2, alpha=0, tol=0, random_state=0)
    >>> line.fit([[-1.0], [0.0], [1.0], [2.0]], [1.0, 3.0, 5.0, 7.0]).predict([[3.0]])
    array([9.])
    """

    _steps = STEPS
