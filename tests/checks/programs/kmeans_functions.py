import numpy as np
import matplotlib.pyplot as plt


def kmeans_init(X, K, rng):
    """K different rows of X as first centroids"""
    randidx = rng.permutation(X.shape[0])
    return X[randidx[:K], :].astype(float)


def find_closest_centroids(X, centroids):
    m = X.shape[0]
    idx = np.zeros(m, dtype=int)
    for i in range(m):
        best = np.inf
        for j in range(centroids.shape[0]):
            diff = X[i, :] - centroids[j, :]
            d = np.dot(diff, diff)
            if d < best:
                best = d
                idx[i] = j
    return idx


def compute_centroids(X, idx, K, old):
    centroids = np.zeros((K, X.shape[1]))
    for k in range(K):
        if np.sum(idx == k) == 0:
            centroids[k] = old[k]
        else:
            centroids[k] = np.sum(X[idx == k], axis=0) / np.sum(idx == k)
    return centroids


def compute_cost(X, idx, centroids):
    return np.sum((X - centroids[idx]) ** 2) / X.shape[0]


def run_kmeans(X, initial_centroids, max_iters=10):
    centroids = initial_centroids
    K = centroids.shape[0]
    for i in range(max_iters):
        idx = find_closest_centroids(X, centroids)
        centroids = compute_centroids(X, idx, K, centroids)
    idx = find_closest_centroids(X, centroids)
    return centroids, idx, compute_cost(X, idx, centroids)


def best_of(X, K, tries=5, max_iters=10, seed=0):
    rng = np.random.RandomState(seed)
    results = []
    for t in range(tries):
        results.append(run_kmeans(X, kmeans_init(X, K, rng), max_iters))
    costs = [r[2] for r in results]
    return results[int(np.argmin(costs))]


def compress_image(img, K=8):
    """img (h, w, 3) uint8 -> the same image with K colours"""
    pixels = img.reshape(-1, 3).astype(float) / 255
    centroids, idx, _ = best_of(pixels, K, tries=2)
    return (255 * centroids[idx]).round().astype(np.uint8).reshape(img.shape)


def elbow(X, ks, path=None):
    costs = [best_of(X, k, max_iters=30)[2] for k in ks]
    plt.plot(ks, costs, marker='o')
    plt.xlabel('K')
    plt.ylabel('mean squared distance')
    if path:
        plt.savefig(path)
    return costs


if __name__ == '__main__':
    rng = np.random.RandomState(1)
    X = np.concatenate([rng.randn(50, 2) * 0.5 + c for c in [(0, 0), (3, 3), (0, 4)]])
    centroids, idx, cost = best_of(X, 3)
    print(centroids)
    print('cost', cost)
    print('elbow', elbow(X, [1, 2, 3, 4, 5, 6]))
