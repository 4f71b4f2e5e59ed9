"""Scalar functions that stay finite, and the finite differences that judge a gradient.

Letters: z a real number or an array of logits; n samples, k classes.
"""

import numpy as np


def sigmoid(z):
    """The logistic function 1 / (1 + exp(-z)), elementwise, for scalars, vectors and matrices.

    exp(-|z|) never overflows, and both halves of the formula are the same function:
    1 / (1 + exp(-z)) for z >= 0, and exp(z) / (1 + exp(z)) for z < 0.

    >>> float(sigmoid(0.0)), float(sigmoid(-1000.0)), float(sigmoid(1000.0))
    (0.5, 0.0, 1.0)
    """
    z = np.asarray(z)
    z = z if np.issubdtype(z.dtype, np.floating) else z.astype(np.float64)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def softmax(z, axis=-1):
    """exp(z) over its sum along ``axis``. Subtracting the maximum changes nothing but the overflow.

    >>> softmax(np.array([[1000.0, 1000.0], [0.0, np.log(3.0)]]))
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(z, axis=-1):
    """log(softmax(z)) without taking the logarithm of a rounded zero.

    >>> log_softmax(np.array([0.0, -1000.0]))
    array([    0., -1000.])
    """
    z = np.asarray(z)
    shifted = z - z.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def numerical_gradient(function, x, h=1e-5):
    """Central differences (f(x + h e_i) - f(x - h e_i)) / 2h for each entry of ``x``, in float64.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of ``x``, returns a number.
    x : ndarray
        Where to differentiate. Never changed.
    h : float
        The step; 1e-5 balances the h**2 of the formula against the rounding eps / h.

    Returns
    -------
    ndarray of the shape of ``x``

    >>> numerical_gradient(lambda x: float((x**2).sum()), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += h
        behind[index] -= h
        gradient[index] = (function(ahead) - function(behind)) / (2 * h)
    return gradient


def relative_error(analytic, numeric):
    """|a - n| / (|a| + |n|) in the Euclidean norm; 0 where both vanish.

    >>> relative_error(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    0.0
    """
    analytic, numeric = np.asarray(analytic, dtype=np.float64), np.asarray(numeric, dtype=np.float64)
    scale = np.linalg.norm(analytic) + np.linalg.norm(numeric)
    return float(np.linalg.norm(analytic - numeric) / scale) if scale > 0 else 0.0
