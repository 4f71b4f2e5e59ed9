"""
Assignment 1 -- k nearest neighbours, three ways to compute the distances, and cross-validation.
"""
import numpy as np
from sklearn.datasets import load_digits


class KNearestNeighbor:
    def train(self, X, y):
        self.X_train = np.asarray(X, dtype=float)
        self.y_train = np.asarray(y)

    def compute_distances_two_loops(self, X):
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            for j in range(self.X_train.shape[0]):
                dists[i, j] = np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))
        return dists

    def compute_distances_one_loop(self, X):
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            dists[i] = np.sqrt(np.sum((self.X_train - X[i]) ** 2, axis=1))
        return dists

    def compute_distances_no_loops(self, X):
        sq = np.sum(X ** 2, axis=1)[:, None] + np.sum(self.X_train ** 2, axis=1) - 2.0 * X @ self.X_train.T
        return np.sqrt(np.maximum(sq, 0.0))

    def predict_labels(self, dists, k=1):
        classes = np.unique(self.y_train)
        y_pred = np.empty(dists.shape[0], dtype=self.y_train.dtype)
        for i in range(dists.shape[0]):
            closest_y = self.y_train[np.argsort(dists[i], kind="stable")[:k]]
            counts = np.array([np.sum(closest_y == c) for c in classes])
            y_pred[i] = classes[np.argmax(counts)]
        return y_pred

    def predict(self, X, k=1):
        return self.predict_labels(self.compute_distances_no_loops(np.asarray(X, dtype=float)), k)


def cross_validate(X, y, k_choices, num_folds=5):
    X_folds = np.array_split(X, num_folds)
    y_folds = np.array_split(y, num_folds)
    k_to_accuracies = {}
    for k in k_choices:
        accs = []
        for f in range(num_folds):
            X_rest = np.concatenate([X_folds[i] for i in range(num_folds) if i != f])
            y_rest = np.concatenate([y_folds[i] for i in range(num_folds) if i != f])
            clf = KNearestNeighbor()
            clf.train(X_rest, y_rest)
            accs.append(np.mean(clf.predict(X_folds[f], k=k) == y_folds[f]))
        k_to_accuracies[k] = accs
    return k_to_accuracies


if __name__ == "__main__":
    digits = load_digits()
    rng = np.random.RandomState(4)
    mix = rng.permutation(len(digits.data))
    X, y = digits.data[mix], digits.target[mix]
    X_train, y_train = X[:1000], y[:1000]
    X_test, y_test = X[1000:1400], y[1000:1400]

    knn = KNearestNeighbor()
    knn.train(X_train, y_train)
    two = knn.compute_distances_two_loops(X_test[:20])
    one = knn.compute_distances_one_loop(X_test[:20])
    none = knn.compute_distances_no_loops(X_test[:20])
    print("one loop vs two loops :", np.linalg.norm(one - two, ord="fro").round(6))
    print("no loops vs two loops :", np.linalg.norm(none - two, ord="fro").round(6))

    results = cross_validate(X_train, y_train, [1, 3, 5, 8, 12, 20, 50])
    for k in sorted(results):
        print("k = %2d  accuracy = %.4f (+- %.4f)" % (k, np.mean(results[k]), np.std(results[k])))
    best_k = max(results, key=lambda k: np.mean(results[k]))
    print("best k = %d, test accuracy = %.4f" % (best_k, np.mean(knn.predict(X_test, k=best_k) == y_test)))
