"""Reduce a picture to K colours with K-means."""
import os
import numpy as np


def find_closest_centroids(X, centroids):
    """
    X: (m, n), centroids: (K, n)
    returns idx: (m,) index of the closest centroid of every example
    """
    K = centroids.shape[0]
    m = X.shape[0]
    dist = np.zeros((m, K))
    for j in range(K):
        diff = X - centroids[j]
        dist[:, j] = np.sum(diff ** 2, axis=1)
    return np.argmin(dist, axis=1)


def compute_centroids(X, idx, centroids):
    """new means; a centroid without examples stays where it is"""
    new_centroids = centroids.astype(float)
    for k in range(centroids.shape[0]):
        points = X[idx == k]
        if points.shape[0] > 0:
            new_centroids[k] = np.mean(points, axis=0)
    return new_centroids


def kmeans_init_centroids(X, K, seed):
    """K different colours of the picture"""
    colours = np.unique(X, axis=0)
    rng = np.random.RandomState(seed)
    chosen = rng.permutation(len(colours))[:K]
    return colours[chosen].astype(float)


def compute_cost(X, idx, centroids):
    return np.mean(np.sum((X - centroids[idx]) ** 2, axis=1))


def run_kmeans(X, initial_centroids, max_iters=50, verbose=False):
    if np.isnan(X).any():
        raise ValueError("NaN in X")
    centroids = initial_centroids.astype(float)
    idx = find_closest_centroids(X, centroids)
    for i in range(max_iters):
        centroids = compute_centroids(X, idx, centroids)
        new_idx = find_closest_centroids(X, centroids)
        if verbose:
            print("iteration %d, cost %.6f" % (i, compute_cost(X, new_idx, centroids)))
        if np.array_equal(new_idx, idx):
            break
        idx = new_idx
    return centroids, idx


def load_picture(path="bird_small.png"):
    """(h, w, 3) bytes; a painted scene when there is no file"""
    if os.path.exists(path):
        import matplotlib.pyplot as plt
        img = plt.imread(path)[:, :, :3]
        return img if img.dtype == np.uint8 else (img * 255).astype(np.uint8)
    rng = np.random.RandomState(3)
    rows, cols = np.mgrid[0:48, 0:64]
    img = np.zeros((48, 64, 3))
    img[..., 0] = 40 + 2.5 * cols
    img[..., 1] = 90 + 1.8 * rows
    img[..., 2] = 220 - 3.0 * rows
    sun = (rows - 12) ** 2 + (cols - 48) ** 2 < 60
    img[sun] = [250, 220, 60]
    return np.clip(img + rng.normal(0, 6, img.shape), 0, 255).astype(np.uint8)


def compress(img, K, seed=1, max_iters=50):
    h, w, c = img.shape
    X = img.reshape(h * w, c).astype(float) / 255.0
    start = kmeans_init_centroids(X, K, seed)
    centroids, idx = run_kmeans(X, start, max_iters)
    X_recovered = centroids[idx]
    out = np.round(X_recovered * 255.0).reshape(h, w, c).astype(np.uint8)
    return out, centroids, compute_cost(X, idx, centroids)


if __name__ == "__main__":
    img = load_picture()
    h, w, _ = img.shape
    for K in (2, 4, 8, 16):
        out, palette, cost = compress(img, K)
        bits = K * 24 + h * w * np.log2(K)
        mse = np.mean((img.astype(float) - out.astype(float)) ** 2)
        print("K = %2d  cost %.5f  pixel MSE %7.2f  size %.1f %% of the original"
              % (K, cost, mse, 100.0 * bits / (h * w * 24)))
