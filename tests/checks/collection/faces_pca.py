import numpy as np


def center(data):
    mean_vector = np.mean(data, axis=0)
    return data - mean_vector, mean_vector


def principal_axes(data):
    """Eigenvalues (falling) and eigenvectors (columns) of the covariance matrix."""
    centered, _ = center(data)
    covariance = np.cov(centered, rowvar=False)
    eig_vals, eig_vecs = np.linalg.eigh(covariance)
    order = np.argsort(-eig_vals)
    return eig_vals[order], eig_vecs[:, order]


def explained_variance(eig_vals):
    return eig_vals / np.sum(eig_vals)


def project(data, k):
    centered, _ = center(data)
    _, eig_vecs = principal_axes(data)
    return centered.dot(eig_vecs[:, :k])


def pca_reconstruction(data, k):
    """Project on the first k axes and come back."""
    centered, mean_vector = center(data)
    _, eig_vecs = principal_axes(data)
    W = eig_vecs[:, :k]
    return centered.dot(W).dot(W.T)


def choose_k(data, share=0.95):
    eig_vals, _ = principal_axes(data)
    return int(np.searchsorted(np.cumsum(explained_variance(eig_vals)), share) + 1)
