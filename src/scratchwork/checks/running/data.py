"""The small data sets that probes use: fixed, well separated, of prime sizes, scaled so that plain gradient descent works."""

import numpy as np


def blobs(n=41, d=5, classes=2, seed=0, spread=0.6, distance=2.0):
    """X (n, d) in ``classes`` clouds and labels (n,) 0..classes-1, rows shuffled; a linear rule separates them."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % classes)
    centers = rng.normal(size=(classes, d))
    centers = centers - centers.mean(axis=0)
    centers *= distance / np.linalg.norm(centers, axis=1, keepdims=True)
    return centers[labels] + spread * rng.normal(size=(n, d)), labels


def overlapping(n=83, d=3, classes=2, seed=4):
    """Clouds that overlap, so that the best weights are finite and votes are not unanimous."""
    return blobs(n, d, classes, seed, spread=1.0, distance=1.0)


def line(n=43, d=3, seed=5, noise=0.3):
    """X (n, d), y (n,) on a plane with intercept 2 and noise."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, X @ np.array([1.5, -2.0, 0.7, 0.4, -1.1][:d]) + 2.0 + noise * rng.normal(size=n)


def elongated(n=47, d=5, seed=6, shift=3.0):
    """X (n, d) with one clear direction after another and a mean far from zero."""
    rng = np.random.default_rng(seed)
    turned, _ = np.linalg.qr(rng.normal(size=(d, d)))
    return (rng.normal(size=(n, d)) * np.array([5.0, 3.0, 1.6, 0.8, 0.3][:d])) @ turned.T + shift * np.arange(1, d + 1)


def one_hot(labels, classes):
    """(n, classes) of zeros and ones."""
    return np.eye(classes)[labels]
