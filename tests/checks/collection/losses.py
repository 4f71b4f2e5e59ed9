"""Losses with their derivatives; predictions are (n, C) logits or (n, 1) probabilities."""
import numpy as np


def log_softmax(logits):
    top = logits.max(axis=1, keepdims=True)
    return logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))


def nll_loss(logits, targets):
    """Mean over the batch; targets are one-hot rows."""
    return -(targets * log_softmax(logits)).sum() / logits.shape[0]


def nll_loss_grad(logits, targets):
    return (np.exp(log_softmax(logits)) - targets) / logits.shape[0]


def bce_loss(p, t):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return float(np.mean(-(t * np.log(p) + (1 - t) * np.log(1 - p))))


def bce_loss_grad(p, t):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return (p - t) / (p * (1 - p)) / p.size


def mse_loss(pred, t):
    return float(np.mean((pred - t) ** 2))


def mse_loss_grad(pred, t):
    return 2 * (pred - t) / pred.size


def hinge_loss(scores, t):
    """t is -1 or +1."""
    return float(np.mean(np.maximum(0, 1 - t * scores)))


def hinge_loss_grad(scores, t):
    return np.where(t * scores < 1, -t, 0) / scores.size
