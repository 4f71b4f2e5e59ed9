import numpy as np


def init_centroids(X, K, seed=None):
    return X[:K].astype(float)


def find_closest_centroids(X, centroids):
    """Index of the nearest centroid for every example."""
    m = X.shape[0]
    idx = np.zeros(m, dtype=int)
    for i in range(m):
        best = np.inf
        for k in range(centroids.shape[0]):
            diff = X[i] - centroids[k]
            dist = np.dot(diff, diff)
            if dist < best:
                best = dist
                idx[i] = k
    return idx


def compute_centroids(X, idx, centroids):
    """Mean of the points of every cluster. A cluster without points keeps its old centroid."""
    new = centroids.copy()
    for k in range(centroids.shape[0]):
        points = X[idx == k]
        if points.shape[0] > 0:
            new[k] = np.mean(points, axis=0)
    return new


def compute_cost(X, idx, centroids):
    """Sum of squared distances to the assigned centroids."""
    return np.sum((X - centroids[idx]) ** 2)


def run_kmeans(X, initial_centroids, max_iters=50):
    X = np.asarray(X, dtype=float)
    centroids = initial_centroids.astype(float).copy()
    idx = find_closest_centroids(X, centroids)
    for _ in range(max_iters):
        moved = compute_centroids(X, idx, centroids)
        new_idx = find_closest_centroids(X, moved)
        done = np.array_equal(new_idx, idx) and np.allclose(moved, centroids)
        centroids, idx = moved, new_idx
        if done:
            break
    return centroids, idx, compute_cost(X, idx, centroids)
