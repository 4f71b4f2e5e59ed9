"""A network of our own that takes the user's weights: forward, the usual losses, their gradients, and the usual mistakes.

Letters: X (n, d); for layer l: W (inputs, outputs), b (outputs,) or None, Z = A W + b, A = f(Z); Y (n, C) targets;
P the output; delta = dLoss/dZ, (n, units). Losses here are means over samples of sums over outputs.
"""

import dataclasses

import numpy as np

from scratchwork.numerics import sigmoid, softmax


def _leaky(slope):
    return (lambda z: np.where(z > 0, z, slope * z), lambda z: np.where(z > 0, 1.0, slope))


def _elu(z):
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


# name -> (f, slope at z); the same slope function is misapplied to a, or another one's used, in the hypotheses below
ACTIVATIONS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "linear": (lambda z: z, np.ones_like),
    "leaky ReLU (0.01)": _leaky(0.01),
    "leaky ReLU (0.1)": _leaky(0.1),
    "leaky ReLU (0.2)": _leaky(0.2),
    "leaky ReLU (0.001)": _leaky(0.001),
    "leaky ReLU (0.05)": _leaky(0.05),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
    "ELU": (_elu, lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))),
    "swish": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))),
    "sine": (np.sin, np.cos),
}
OUTPUTS = (*ACTIVATIONS, "softmax")


@dataclasses.dataclass
class Layer:
    """Where one affine layer's weights stand in the user's parameters, and the activation that follows."""

    weight: tuple
    bias: tuple | None
    transposed: bool  # the user's W is (outputs, inputs)
    ones: int | None = None  # 0 or -1: the bias is the first or last row of W, for a column of ones among the inputs
    activation: str = "linear"


@dataclasses.dataclass
class Spec:
    """A recognised network: its layers in order; ``samples`` is where the user keeps them."""

    layers: list

    def weights(self, values):
        """[(W, b)] of our own orientation from the user's values."""
        pairs = []
        for layer in self.layers:
            W = np.asarray(values[layer.weight], dtype=np.float64)
            W = W.reshape(-1, 1) if W.ndim <= 1 else (W.T if layer.transposed else W)
            b = None if layer.bias is None else np.asarray(values[layer.bias], dtype=np.float64).ravel()
            pairs.append((W, b) if layer.ones is None else (np.delete(W, layer.ones, axis=0), W[layer.ones]))
        return pairs

    def whole(self, layer, gradients):
        """The gradient of a weight matrix with that of the bias in it, where it stands there, from (dW, db)."""
        dW, db = gradients
        if layer.ones is None:
            return dW
        return np.insert(dW, 0 if layer.ones == 0 else len(dW), db, axis=0)

    def as_user(self, layer, gradient, kind, shape):
        """Our gradient of a weight or bias in the user's shape."""
        if kind == "W" and layer.transposed and gradient.ndim == 2:
            gradient = gradient.T
        return gradient.reshape(shape) if gradient.size == int(np.prod(shape)) else gradient


def activate(name, Z):
    """The activation called ``name`` of Z (n, units)."""
    return softmax(Z, axis=1) if name == "softmax" else ACTIVATIONS[name][0](Z)


def forward(pairs, activations, X):
    """[(A_in, Z, A_out)] of each layer."""
    trace, A = [], X
    for (W, b), name in zip(pairs, activations):
        Z = A @ W + (0 if b is None else b)
        out = activate(name, Z)
        trace.append((A, Z, out))
        A = out
    return trace


def loss_values(P, Y):
    """The usual losses of probabilities or outputs P against Y, both (n, C)."""
    n = len(P)
    with np.errstate(all="ignore"):
        return {
            "cross-entropy": float(-(Y * np.log(P)).sum() / n),
            "binary cross-entropy": float(-(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / n),
            "half squared error": float(((P - Y) ** 2).sum() / (2 * n)),
        }


def output_deltas(P, Z, Y, activation):
    """delta at the output for each usual loss and each usual mistake: {(loss or mistake)}: (n, C)."""
    n, residual = len(P), P - Y
    if activation == "softmax":
        slope = P * (1 - P)
        jacobian = P * (residual - (residual * P).sum(axis=1, keepdims=True))
        with np.errstate(all="ignore"):
            naive = -Y / P * slope
        deltas = {
            "cross-entropy": residual,
            "half squared error": jacobian,
            "diagonal": residual * slope,
            "naive": naive,
        }
        twice = softmax(P, axis=1) - Y
        deltas["twice"] = P * (twice - (twice * P).sum(axis=1, keepdims=True))
        deltas["twice straight"] = twice
    else:
        slope = ACTIVATIONS[activation][1](Z)
        deltas = {"half squared error": residual * slope} | (_of_logits(Z, Y) if activation == "linear" else {})
        if activation == "sigmoid":
            deltas["binary cross-entropy"] = residual
            deltas["cross-entropy"] = -Y * (1 - P)
        else:
            deltas["no output slope"] = residual
        for other, (_, df) in ACTIVATIONS.items():
            deltas[f"slope of {other} at z"] = residual * df(Z)
            deltas[f"slope of {other} at a"] = residual * df(P)
        for place, at in (("a", P), ("z", Z)):
            deltas[f"written for a: sigmoid at {place}"] = residual * at * (1 - at)
            deltas[f"written for a: tanh at {place}"] = residual * (1 - at**2)
    return {name: delta / n for name, delta in deltas.items()}


def _of_logits(Z, Y):
    """delta where softmax or sigmoid is part of the loss."""
    many = Y.shape[1] > 1
    return {"cross-entropy": softmax(Z, axis=1) - Y} if many else {"binary cross-entropy": sigmoid(Z) - Y}


def backward(pairs, trace, delta, slopes, through=None):
    """[(dW, db)] from delta at the output.

    ``slopes(l, Z, A)`` is the factor at hidden layer l; ``through`` replaces the weights the error is sent back through.
    """
    gradients = []
    for l in range(len(pairs) - 1, -1, -1):
        A_in, _, _ = trace[l]
        gradients.insert(0, (A_in.T @ delta, delta.sum(axis=0)))  # (inputs, outputs), (outputs,)
        if l > 0:
            W = (through or pairs)[l][0]
            _, Z, A = trace[l - 1]
            delta = (delta @ W.T) * slopes(l - 1, Z, A)
    return gradients


def right_slopes(activations):
    """The true slope of each hidden layer."""

    def slopes(l, Z, A):
        return ACTIVATIONS[activations[l]][1](Z)

    return slopes


def _own(name, mine):
    """G10 for the network's own activation at the wrong place, G11 for another one's slope."""
    return "SW-G10" if name == mine else "SW-G11"


def slope_hypotheses(activations):
    """The usual mistakes at hidden layers: {description: (code, slopes)}."""
    found = {"no activation slope at all": ("SW-G1", lambda l, Z, A: np.ones_like(Z))}

    def at(df, place):
        return lambda l, Z, A: df(Z if place == "z" else A)

    hidden = set(activations[:-1])
    mine = activations[0] if len(hidden) == 1 else None
    for other, (_, df) in ACTIVATIONS.items():
        for place in ("z", "a"):
            if place == "z" and other == mine:
                continue
            code = "SW-G10" if other == mine else "SW-G11"
            found[f"the slope of {other} taken at {place}"] = (code, at(df, place))
    written = "written for a but given z"
    found[f"z (1 - z), the sigmoid's slope {written}"] = (_own("sigmoid", mine), lambda l, Z, A: Z * (1 - Z))
    found[f"1 - z^2, the slope of tanh {written}"] = (_own("tanh", mine), lambda l, Z, A: 1 - Z**2)
    found["a (1 - a), the sigmoid's slope"] = ("SW-G11", lambda l, Z, A: A * (1 - A))
    found["1 - a^2, the slope of tanh"] = ("SW-G11", lambda l, Z, A: 1 - A**2)
    found["1 - a, the slope of tanh without its square"] = ("SW-G11", lambda l, Z, A: 1 - A)
    found["1 + a^2"] = ("SW-G11", lambda l, Z, A: 1 + A**2)
    found["the activation itself in place of its slope"] = ("SW-G11", lambda l, Z, A: A)
    found["a^2"] = ("SW-G11", lambda l, Z, A: A**2)
    if mine == "sigmoid":
        found.pop("a (1 - a), the sigmoid's slope")
    if mine == "tanh":
        found.pop("1 - a^2, the slope of tanh")
    return found


def fitted_factor(got, wanted):
    """(factor, residual): the one factor that takes ``wanted`` to ``got``, and what remains, relative to ``got``."""
    got, wanted = np.asarray(got, dtype=np.float64).ravel(), np.asarray(wanted, dtype=np.float64).ravel()
    if got.shape != wanted.shape or not (np.isfinite(got).all() and np.isfinite(wanted).all()):
        return float("nan"), float("inf")
    scale, size = float(wanted @ wanted), float(np.linalg.norm(got))
    if scale == 0 or size == 0:
        return float("nan"), 0.0 if scale == size == 0 else float("inf")
    factor = float(got @ wanted) / scale
    return factor, float(np.linalg.norm(got - factor * wanted)) / size
