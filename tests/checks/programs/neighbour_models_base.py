"""Nearest neighbours: classifier and regressor on a common base."""
import logging
from collections import Counter

import numpy as np

logger = logging.getLogger(__name__)


def euclidean(a, b):
    return np.sqrt(np.sum((a - b) ** 2, axis=-1))


def manhattan(a, b):
    return np.sum(np.abs(a - b), axis=-1)


class BaseNeighbours(object):
    def __init__(self, k=5, distance_func=euclidean, weights="uniform"):
        """Base class for nearest neighbour models.

        Parameters
        ----------
        k : int, neighbours to take, 0 for all the training examples
        distance_func : callable(matrix, vector) -> vector
        weights : 'uniform' or 'distance'
        """
        if weights not in ("uniform", "distance"):
            raise ValueError("unknown weights: %s" % weights)
        self.k = k
        self.distance_func = distance_func
        self.weights = weights
        self.X = None
        self.y = None

    def fit(self, X, y):
        X, y = np.asarray(X, dtype=float), np.asarray(y)
        if len(X) != len(y):
            raise ValueError("X and y have different lengths")
        self.X, self.y = X, y
        return self

    def aggregate(self, targets, weights):
        raise NotImplementedError()

    def predict(self, X):
        if self.X is None:
            raise RuntimeError("call fit first")
        X = np.asarray(X, dtype=float)
        return np.array([self._predict_x(x) for x in X])

    def _predict_x(self, x):
        distances = self.distance_func(self.X, x)
        k = self.k if self.k > 0 else len(distances)
        # stable: among equal distances the earlier training row goes first
        nearest = np.argsort(distances, kind="stable")[:k]
        return self.aggregate(self.y[nearest], self._weights(distances[nearest]))

    def _weights(self, distances):
        if self.weights == "uniform":
            return np.ones(len(distances))
        exact = distances == 0
        if exact.any():
            # an identical example decides alone
            return exact.astype(float)
        return 1.0 / distances


class NeighboursClassifier(BaseNeighbours):
    """Largest summed weight wins; on a tie the class whose neighbour came first."""

    def aggregate(self, targets, weights):
        votes = Counter()
        for target, weight in zip(targets, weights):
            votes[target] += weight
        return votes.most_common(1)[0][0]

    def score(self, X, y):
        return np.mean(self.predict(X) == np.ravel(y))


class NeighboursRegressor(BaseNeighbours):
    """Weighted mean of the neighbours' targets."""

    def aggregate(self, targets, weights):
        return np.sum(weights * targets) / np.sum(weights)

    def score(self, X, y):
        y = np.ravel(y)
        residual = np.sum((y - self.predict(X)) ** 2)
        total = np.sum((y - y.mean()) ** 2)
        return 1.0 - residual / total


def _example_classification():
    from sklearn.datasets import make_classification
    from sklearn.model_selection import train_test_split

    X, y = make_classification(n_samples=500, n_features=5, n_informative=5, n_redundant=0,
                               n_classes=3, random_state=1111, class_sep=1.5)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1111)
    for weights in ("uniform", "distance"):
        clf = NeighboursClassifier(k=5, weights=weights).fit(X_train, y_train)
        logger.info("classification accuracy (%s): %.3f", weights, clf.score(X_test, y_test))


def _example_regression():
    from sklearn.datasets import make_regression
    from sklearn.model_selection import train_test_split

    X, y = make_regression(n_samples=500, n_features=5, noise=5.0, random_state=1111)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1111)
    model = NeighboursRegressor(k=5, distance_func=manhattan, weights="distance").fit(X_train, y_train)
    logger.info("regression R2: %.3f", model.score(X_test, y_test))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    _example_classification()
    _example_regression()
