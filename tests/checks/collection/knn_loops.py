"""CS231n-like exercise: distances with two loops, one loop and no loop."""
import numpy as np


def compute_distances_two_loops(X_test, X_train):
    num_test, num_train = X_test.shape[0], X_train.shape[0]
    dists = np.zeros((num_test, num_train))
    for i in range(num_test):
        for j in range(num_train):
            dists[i, j] = np.sqrt(np.sum((X_test[i] - X_train[j]) ** 2))
    return dists


def compute_distances_one_loop(X_test, X_train):
    dists = np.zeros((X_test.shape[0], X_train.shape[0]))
    for i in range(X_test.shape[0]):
        dists[i] = np.linalg.norm(X_train - X_test[i], axis=1)
    return dists


def compute_distances_no_loops(X_test, X_train):
    shift = X_train.mean(axis=0)
    A, B = X_test - shift, X_train - shift
    sq = (A ** 2).sum(axis=1)[:, None] + (B ** 2).sum(axis=1)[None, :] - 2 * A @ B.T
    return np.sqrt(np.maximum(sq, 0))


def predict_labels(dists, y_train, k=1):
    """Majority of the k nearest; the smallest label wins a tie."""
    y_train = np.asarray(y_train)
    nearest = np.argsort(dists, axis=1, kind="stable")[:, :k]
    y_pred = []
    for row in nearest:
        labels, counts = np.unique(y_train[row], return_counts=True)
        y_pred.append(labels[np.argmax(counts)])
    return np.array(y_pred)


def knn_predict(X_train, y_train, X_test, k=5):
    return predict_labels(compute_distances_no_loops(X_test, X_train), y_train, k)


def cross_validate(X, y, k_choices=(1, 3, 5, 9), folds=5, seed=0):
    """Mean validation accuracy for every k."""
    order = np.random.default_rng(seed).permutation(len(X))
    parts = np.array_split(order, folds)
    scores = {}
    for k in k_choices:
        accs = []
        for i in range(folds):
            val = parts[i]
            train = np.concatenate([p for j, p in enumerate(parts) if j != i])
            pred = knn_predict(X[train], y[train], X[val], k)
            accs.append(np.mean(pred == y[val]))
        scores[k] = float(np.mean(accs))
    return scores
