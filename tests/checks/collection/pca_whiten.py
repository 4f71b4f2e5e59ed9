import numpy as np


def fit_pca(X, k, whiten=False):
    """Mean, axes (k rows), population variances along them."""
    mean = X.mean(0)
    _, s, Vt = np.linalg.svd(X - mean, full_matrices=False)
    return {"mean": mean, "axes": Vt[:k], "var": s[:k] ** 2 / len(X), "whiten": whiten}


def apply_pca(model, X):
    Z = (X - X.mean(0)) @ model["axes"].T
    return Z / np.sqrt(model["var"]) if model["whiten"] else Z


def undo_pca(model, Z):
    if model["whiten"]:
        Z = Z * np.sqrt(model["var"])
    return Z @ model["axes"] + model["mean"]
