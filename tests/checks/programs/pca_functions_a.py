import numpy as np


def feature_normalize(X):
    """returns X_norm, mu, sigma"""
    mu = X.mean(axis=0)
    sigma = X.std(axis=0, ddof=1)
    sigma = np.where(sigma == 0, 1, sigma)
    return (X - mu) / sigma, mu, sigma


def pca(X_norm):
    """X_norm must be centred.  Columns of U are the axes, S the variances."""
    m = X_norm.shape[0]
    Sigma = X_norm.T @ X_norm / m
    U, S, _ = np.linalg.svd(Sigma)
    return U, S


def project_data(X_norm, U, K):
    return X_norm @ U[:, :K]


def recover_data(Z, U, K):
    return Z @ U[:, :K].T


def undo_normalize(X_norm, mu, sigma):
    return X_norm * sigma + mu


def retained(S, K):
    return S[:K].sum() / S.sum()


def smallest_k(S, target=0.99):
    """the smallest number of axes that keeps the target share of the variance"""
    share = np.cumsum(S) / np.sum(S)
    return int(np.argmax(share >= target - 1e-12)) + 1


def run(X, K):
    X_norm, mu, sigma = feature_normalize(X)
    U, S = pca(X_norm)
    Z = project_data(X_norm, U, K)
    X_rec = undo_normalize(recover_data(Z, U, K), mu, sigma)
    return Z, X_rec, retained(S, K)


def main():
    from sklearn.datasets import load_breast_cancer
    X = load_breast_cancer().data
    for K in (1, 2, 5, 10, 30):
        Z, X_rec, kept = run(X, K)
        print("K = {:2d}   kept {:.4f}   mean abs error {:.4f}".format(K, kept, np.abs(X - X_rec).mean()))
    _, S = pca(feature_normalize(X)[0])
    print("99 % needs", smallest_k(S), "axes")


if __name__ == "__main__":
    main()
