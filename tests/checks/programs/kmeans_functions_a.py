"""Functions for k-means. Used in my post about colour quantisation."""
import numpy as np


def init_centroids(X, k, rng):
    picks = rng.choice(X.shape[0], size=k, replace=False)
    return X[picks].astype(float)


def find_closest(X, centroids):
    closest = np.zeros(X.shape[0], dtype=int)
    for i in range(X.shape[0]):
        d = np.sum((X[i] - centroids) ** 2, axis=1)
        closest[i] = np.argmin(d)
    return closest


def move_centroids(X, closest, centroids):
    moved = centroids.copy()
    for j in range(len(centroids)):
        mine = X[closest == j]
        if len(mine) > 0:
            moved[j] = mine.mean(axis=0)
    return moved


def distortion(X, closest, centroids):
    return float(np.sum((X - centroids[closest]) ** 2))


def run_kmeans(X, k, rng, max_iters=100):
    X = np.asarray(X, dtype=float)
    centroids = init_centroids(X, k, rng)
    closest = find_closest(X, centroids)
    for _ in range(max_iters):
        centroids = move_centroids(X, closest, centroids)
        new = find_closest(X, centroids)
        done = np.array_equal(new, closest)
        closest = new
        if done:
            break
    return centroids, closest, distortion(X, closest, centroids)


def best_of(X, k, rng, starts=8):
    best = None
    for _ in range(starts):
        result = run_kmeans(X, k, rng)
        if best is None or result[2] < best[2]:
            best = result
    return best


def elbow(X, ks, rng):
    return [best_of(X, k, rng)[2] for k in ks]


def compress(image, k, rng):
    h, w, c = image.shape
    pixels = image.reshape(h * w, c)
    centroids, closest, _ = run_kmeans(pixels, k, rng, max_iters=15)
    return np.round(centroids[closest]).astype(np.uint8).reshape(h, w, c)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(c, 0.6, (60, 2)) for c in ((0, 0), (4, 0), (2, 4))])
    centroids, closest, cost = best_of(X, 3, rng)
    print(centroids, cost)
    for k, value in zip(range(1, 7), elbow(X, range(1, 7), rng)):
        print(k, round(value, 2))
    image = rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)
    print(len(np.unique(compress(image, 4, rng).reshape(-1, 3), axis=0)), "colours left")
