from builtins import range
from builtins import object
import numpy as np


class NearestImageClassifier(object):
    """ a kNN classifier with L2 distance, for flattened images """

    def __init__(self):
        pass

    def train(self, X, y):
        """
        Memorize the training data.

        Inputs:
        - X: array of shape (num_train, D), one image per row (uint8 is fine)
        - y: array of shape (N,) with y[i] the label of X[i]
        """
        self.X_train = np.asarray(X).astype(np.float64)
        self.y_train = np.asarray(y)

    def predict(self, X, k=1, num_loops=0):
        """
        Predict labels for test data.

        Inputs:
        - X: array of shape (num_test, D)
        - k: the number of neighbors that vote
        - num_loops: which implementation to use to compute distances

        Returns:
        - y: array of shape (num_test,), predicted labels
        """
        X = np.asarray(X).astype(np.float64)
        if num_loops == 0:
            dists = self.compute_distances_no_loops(X)
        elif num_loops == 1:
            dists = self.compute_distances_one_loop(X)
        elif num_loops == 2:
            dists = self.compute_distances_two_loops(X)
        else:
            raise ValueError('Invalid value %d for num_loops' % num_loops)

        return self.predict_labels(dists, k=k)

    def compute_distances_two_loops(self, X):
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for i in range(num_test):
            for j in range(num_train):
                dists[i, j] = np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))
        return dists

    def compute_distances_one_loop(self, X):
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for i in range(num_test):
            dists[i, :] = np.sqrt(np.sum((self.X_train - X[i]) ** 2, axis=1))
        return dists

    def compute_distances_no_loops(self, X):
        test_sum = np.sum(X ** 2, axis=1).reshape(-1, 1)
        train_sum = np.sum(self.X_train ** 2, axis=1)
        cross = X.dot(self.X_train.T)
        # rounding may leave tiny negative numbers for identical rows
        return np.sqrt(np.maximum(test_sum - 2 * cross + train_sum, 0))

    def predict_labels(self, dists, k=1):
        """
        Given a matrix of distances between test points and training points,
        predict a label for each test point.  Ties go to the smaller label.
        """
        num_test = dists.shape[0]
        y_pred = np.zeros(num_test, dtype=self.y_train.dtype)
        for i in range(num_test):
            closest_y = self.y_train[np.argsort(dists[i])[:k]]
            labels, counts = np.unique(closest_y, return_counts=True)
            y_pred[i] = labels[np.argmax(counts)]
        return y_pred


def cross_validate(X, y, k_choices, num_folds=5):
    """ accuracies per k, over num_folds folds """
    X_folds = np.array_split(X, num_folds)
    y_folds = np.array_split(y, num_folds)
    k_to_accuracies = {}
    for k in k_choices:
        k_to_accuracies[k] = []
        for f in range(num_folds):
            X_tr = np.concatenate([X_folds[i] for i in range(num_folds) if i != f])
            y_tr = np.concatenate([y_folds[i] for i in range(num_folds) if i != f])
            clf = NearestImageClassifier()
            clf.train(X_tr, y_tr)
            pred = clf.predict(X_folds[f], k=k)
            k_to_accuracies[k].append(np.mean(pred == y_folds[f]))
    return k_to_accuracies


if __name__ == '__main__':
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.RandomState(231).permutation(len(digits.target))
    X = digits.data[order].astype(np.uint8)
    y = digits.target[order]
    X_train, y_train = X[:1000], y[:1000]
    X_test, y_test = X[1000:1300], y[1000:1300]

    results = cross_validate(X_train, y_train, [1, 3, 5, 8, 12])
    for k in sorted(results):
        print('k = %d, accuracy = %.4f (+- %.4f)' % (k, np.mean(results[k]), np.std(results[k])))
    best_k = max(results, key=lambda k: np.mean(results[k]))

    classifier = NearestImageClassifier()
    classifier.train(X_train, y_train)
    num_correct = np.sum(classifier.predict(X_test, k=best_k) == y_test)
    print('best k = %d, test: %d / %d correct' % (best_k, num_correct, len(y_test)))
