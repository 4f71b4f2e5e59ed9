"""
PCA for data matrices that hold one sample per COLUMN  (X is d x N).

Lecture notation:
    mu     d x 1   mean vector
    S      d x d   sample covariance
    U      d x M   leading eigenvectors
    Y      M x N   scores
"""
import numpy as np
import matplotlib.pyplot as plt


def mean_vector(X):
    return X.mean(axis=1, keepdims=True)


def covariance(X):
    N = X.shape[1]
    A = X - mean_vector(X)
    return A @ A.T / N


def eig_sorted(S):
    """eigenvalues in descending order, eigenvectors in matching columns"""
    lam, U = np.linalg.eigh(S)
    order = np.argsort(lam)[::-1]
    return lam[order], U[:, order]


def eig_low_dim(X):
    """same as eig_sorted(covariance(X)) for d >> N: work with the N x N Gram matrix"""
    N = X.shape[1]
    A = X - mean_vector(X)
    lam, V = eig_sorted(A.T @ A / N)
    keep = lam > 1e-10 * lam[0]
    U = A @ V[:, keep]
    U = U / np.linalg.norm(U, axis=0)
    return lam[keep], U


def pca(X, M):
    """returns mu, U (d x M), lam (M,)"""
    d, N = X.shape
    if d > N:
        lam, U = eig_low_dim(X)
    else:
        lam, U = eig_sorted(covariance(X))
    return mean_vector(X), U[:, :M], lam[:M]


def project(X, mu, U):
    return U.T @ (X - mu)


def reconstruct(Y, mu, U):
    return U @ Y + mu


def reconstruction_error(X, mu, U):
    """mean squared distance per sample"""
    R = X - reconstruct(project(X, mu, U), mu, U)
    return np.mean(np.sum(R ** 2, axis=0))


def components_for(lam, share):
    """smallest M that keeps this share of the total variance"""
    ratio = np.cumsum(lam) / np.sum(lam)
    return int(np.argmax(ratio >= share)) + 1


if __name__ == "__main__":
    rng = np.random.default_rng(12)
    d, N = 6, 400
    mixing = rng.normal(size=(d, 2)) * np.array([4.0, 2.0])
    X = mixing @ rng.normal(size=(2, N)) + 0.3 * rng.normal(size=(d, N)) + rng.uniform(-5, 5, size=(d, 1))

    lam = eig_sorted(covariance(X))[0]
    print("spectrum:", np.round(lam, 3))
    print("M for 95 %:", components_for(lam, 0.95))
    for M in range(1, d + 1):
        mu, U, lam_M = pca(X, M)
        print("M=%d  error %.4f   discarded variance %.4f" % (M, reconstruction_error(X, mu, U), lam[M:].sum()))

    # wide case: 50 pictures of 900 pixels
    faces = rng.normal(size=(900, 5)) @ rng.normal(size=(5, 50)) + 10
    mu, U, lam_M = pca(faces, 5)
    print("faces:", U.shape, "error %.2e" % reconstruction_error(faces, mu, U))

    mu, U, _ = pca(X, 2)
    Y = project(X, mu, U)
    plt.scatter(Y[0], Y[1], s=6)
    plt.xlabel("1st component")
    plt.ylabel("2nd component")
    plt.savefig("eigenbasis_scores.png")
