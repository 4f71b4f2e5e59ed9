"""PCA in the notation of the lecture: D x N data, one column per measurement."""
import numpy as np


def mean_vector(X):
    return X.mean(axis=1, keepdims=True)


def scatter(X, mu):
    A = X - mu
    return A @ A.T / X.shape[1]


def principal_axes(S, M):
    """the M leading eigenvalues (falling) and unit eigenvectors (columns) of a symmetric S"""
    lam, U = np.linalg.eigh(S)
    order = np.argsort(lam)[::-1]
    lam, U = lam[order], U[:, order]
    return np.maximum(lam[:M], 0.0), U[:, :M]


def train_pca(X, M):
    mu = mean_vector(X)
    S = scatter(X, mu)
    lam, U = principal_axes(S, M)
    return {"mu": mu, "lam": lam, "U": U, "total": np.trace(S)}


def project(pca, X):
    return pca["U"].T @ (X - pca["mu"])


def whiten(pca, X, eps=1e-8):
    """scores of unit variance"""
    return project(pca, X) / np.sqrt(pca["lam"] + eps)[:, None]


def reconstruct(pca, Z):
    return pca["mu"] + pca["U"] @ Z


def explained(pca):
    return pca["lam"] / pca["total"]


def distortion(pca, X):
    """mean squared distance between the measurements and their reconstructions"""
    R = X - reconstruct(pca, project(pca, X))
    return np.mean(np.sum(R ** 2, axis=0))


def experiment():
    rng = np.random.default_rng(99)
    D, N = 6, 500
    B = rng.normal(size=(D, D)) * np.array([4, 2.5, 1.2, 0.5, 0.3, 0.1])
    X = B @ rng.normal(size=(D, N)) + np.arange(D)[:, None] * 3.0
    train, test = X[:, :400], X[:, 400:]
    print(" M  explained  J(train)  sum of the rest  J(test)")
    full = train_pca(train, D)
    for M in range(1, D + 1):
        pca = train_pca(train, M)
        rest = full["lam"][M:].sum()
        print(f"{M:2d}  {explained(pca).sum():9.4f}  {distortion(pca, train):8.4f}  {rest:15.4f}  {distortion(pca, test):7.4f}")
    W = whiten(train_pca(train, 4), train)
    print("covariance of the whitened scores:")
    print((W @ W.T / W.shape[1]).round(4))


if __name__ == "__main__":
    experiment()
