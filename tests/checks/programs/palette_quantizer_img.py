# Compress an image to K colors with k-means (exercise 7 style)
import os

import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

IMAGE_PATH = "parrot_small.png"
K = 8
MAX_ITERS = 15


def load_image(path):
    if os.path.exists(path):
        img = plt.imread(path)
        if img.dtype != np.uint8:
            img = (img * 255).astype(np.uint8)
        return img[:, :, :3]
    # no image at hand: three soft color regions
    rng = np.random.RandomState(0)
    base = np.array([[220, 40, 60], [30, 180, 90], [40, 60, 200], [240, 220, 70]])
    img = np.zeros((48, 48, 3))
    img[:24, :24], img[:24, 24:] = base[0], base[1]
    img[24:, :24], img[24:, 24:] = base[2], base[3]
    img = img + rng.normal(0, 12, img.shape)
    return np.clip(img, 0, 255).astype(np.uint8)


def kMeansInitCentroids(X, K, rng):
    randidx = rng.permutation(X.shape[0])
    return X[randidx[:K], :].astype(float)


def findClosestCentroids(X, centroids):
    X = X.astype(float)
    K = centroids.shape[0]
    dist = np.zeros((X.shape[0], K))
    for k in range(K):
        dist[:, k] = np.sum((X - centroids[k]) ** 2, axis=1)
    return np.argmin(dist, axis=1)


def computeCentroids(X, idx, K):
    m, n = X.shape
    centroids = np.zeros((K, n))
    for k in range(K):
        members = X[idx == k]
        if len(members) == 0:
            # reseed an unused color on some pixel
            centroids[k] = X[np.random.randint(m)]
        else:
            centroids[k] = members.mean(axis=0)
    return centroids


def distortion(X, idx, centroids):
    return np.mean(np.sum((X.astype(float) - centroids[idx]) ** 2, axis=1))


def runkMeans(X, initial_centroids, max_iters):
    centroids = initial_centroids.copy()
    K = centroids.shape[0]
    J_history = []
    for i in range(max_iters):
        idx = findClosestCentroids(X, centroids)
        J_history.append(distortion(X, idx, centroids))
        centroids = computeCentroids(X, idx, K)
    idx = findClosestCentroids(X, centroids)
    J_history.append(distortion(X, idx, centroids))
    return centroids, idx, J_history


def compress(img, K, max_iters=MAX_ITERS, seed=0):
    rng = np.random.RandomState(seed)
    h, w, d = img.shape
    X = img.reshape(h * w, d)
    centroids, idx, J = runkMeans(X, kMeansInitCentroids(X, K, rng), max_iters)
    recovered = np.round(centroids)[idx].reshape(h, w, d)
    return recovered.astype(np.uint8), centroids, J


np.random.seed(1)
A = load_image(IMAGE_PATH)
print("image:", A.shape, A.dtype)
A_compressed, palette, J_history = compress(A, K)
print("palette:\n", np.round(palette).astype(int))
for it, J in enumerate(J_history):
    print("iteration %2d  J = %.3f" % (it, J))

error = np.mean((A.astype(float) - A_compressed.astype(float)) ** 2)
print("MSE per channel: %.3f" % error)

fig, ax = plt.subplots(1, 2, figsize=(8, 4))
ax[0].imshow(A)
ax[0].set_title("Original")
ax[1].imshow(A_compressed)
ax[1].set_title("Compressed, %d colors" % K)
plt.close(fig)
