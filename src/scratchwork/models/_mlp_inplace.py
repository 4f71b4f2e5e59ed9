"""The activations and their slopes, written over the array they are given: for the fast routes."""

import numpy as np


def sigmoid_inplace(Z):
    """1 / (1 + exp(-z)); the overflow of exp gives infinity, whose reciprocal is the right 0."""
    np.negative(Z, out=Z)
    np.exp(Z, out=Z)
    Z += 1
    np.reciprocal(Z, out=Z)


def sigmoid_slope(A, D, work):
    """D <- D a (1 - a)."""
    np.subtract(1, A, out=work)
    work *= A
    D *= work


def tanh_slope(A, D, work):
    """D <- D (1 - a**2)."""
    np.multiply(A, A, out=work)
    np.subtract(1, work, out=work)
    D *= work


def relu_slope(A, D, work):
    """D <- D where a > 0, else 0."""
    D *= A > 0


# name -> (f in place, the slope of f multiplied into D in place); None does nothing
INPLACE = {
    "sigmoid": (sigmoid_inplace, sigmoid_slope),
    "tanh": (lambda Z: np.tanh(Z, out=Z), tanh_slope),
    "relu": (lambda Z: np.maximum(Z, 0, out=Z), relu_slope),
    "identity": (lambda Z: None, lambda A, D, work: None),
}
