"""Exercise: a neural network.

Weighted sums bent by an activation, layer on layer, fitted by gradient descent:

    X = A[0] --W[0], b[0]--> A[1] --W[1], b[1]--> ... --W[L-1], b[L-1]--> A[L] = logits --softmax--> probabilities

Fill in the steps in their order. Everything else is given: the imports, which the model's own solution uses and yours
need not, and the class at the end, which only calls your steps. Feedback, as often as you like, from the top folder:

    python -m doctest exercises/mlp.py             the small examples in the docstrings
    scratchwork check exercises/mlp.py --hints 1   what is wrong; 2 also says where, 3 also what to try
    python exercises/hint.py mlp STEP --level 1    a question that helps; levels 2 and 3 say more

The solution is the model itself, src/scratchwork/models/mlp.py; ``python exercises/solve.py mlp`` pastes it in.

Letters: L layers of weights; n samples; sizes = (features, hidden..., outputs); W[l] (sizes[l], sizes[l+1]); b[l]
(sizes[l+1],); A[l] (n, sizes[l]); T (n, sizes[L]) one-hot rows; D the slope of J in Z.
"""

# ruff: noqa: F401

import itertools

import numpy as np

from scratchwork.models._mlp_optimizers import SGD
from scratchwork.models._mlp_training import Update, dropout_masks
from scratchwork.numerics import log_softmax, sigmoid, softmax


def sigmoid_derivative(a):
    """The slope of the sigmoid, from its value: sigmoid'(z) = a (1 - a) where a = sigmoid(z).

    >>> float(sigmoid_derivative(sigmoid(0.0)))
    0.25
    """
    raise NotImplementedError("step 1: sigmoid_derivative")


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
    raise NotImplementedError("step 2: initialize_weights")


def layer_input(A, layer, masks):
    """What the weights W[layer] are applied to: A[layer], under dropout with its silent units at 0."""
    raise NotImplementedError("step 3: layer_input")


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
    raise NotImplementedError("step 4: forward_pass")


def compute_loss(logits, T, weights, *, alpha=0.0, sample_weight=None, output="softmax"):
    """The objective J: the mean loss of the samples plus their share of the penalty.

    >>> float(round(compute_loss(np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]), []), 6))
    0.693147
    """
    raise NotImplementedError("step 5: compute_loss")


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
    raise NotImplementedError("step 6: backward_pass")


def train_model(X, T, weights, biases, activations, optimizer, batches, *, rate, alpha=0.0, sample_weight=None,
                output="softmax", dropout=0.0, rng=None):  # fmt: skip
    """Change ``weights`` and ``biases`` in place, once per batch, and yield an ``Update`` after each.

    ``optimizer`` is an SGD or Adam of ``_mlp_optimizers``, ``rate`` its learning rate; ``batches`` are arrays of row
    numbers; ``dropout`` is the share of hidden units that ``rng`` silences.
    """
    raise NotImplementedError("step 7: train_model")


class MLPClassifier:
    """Given: plain gradient descent over shuffled batches, with your steps."""

    def __init__(self, hidden=(16,), learning_rate=0.1, epochs=200, batch_size=32, random_state=None):
        self.hidden = hidden
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.random_state = random_state

    def fit(self, X, y):
        X = np.array(X, dtype=np.float64)
        rng = np.random.default_rng(self.random_state)
        self.classes_, codes = np.unique(y, return_inverse=True)
        T = np.eye(len(self.classes_))[codes]
        self.activations_ = ["relu"] * len(self.hidden)
        self.coefs_, self.intercepts_ = initialize_weights((X.shape[1], *self.hidden, T.shape[1]), rng)
        starts = range(0, len(X), self.batch_size)
        orders = (rng.permutation(len(X)) for _ in range(self.epochs))
        batches = (order[i : i + self.batch_size] for order in orders for i in starts)
        optimizer = SGD(momentum=0.0, nesterov=False)
        settings = {"rate": self.learning_rate}
        updates = train_model(X, T, self.coefs_, self.intercepts_, self.activations_, optimizer, batches, **settings)
        self.losses_ = [update.loss for update in updates]
        return self

    def predict_proba(self, X):
        A = forward_pass(np.asarray(X, dtype=np.float64), self.coefs_, self.intercepts_, self.activations_)
        return softmax(A[-1])

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
