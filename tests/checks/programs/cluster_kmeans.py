import numpy as np


def euclid(a, b):
    return np.sqrt(((a - b) ** 2).sum())


class KMeansClustering:
    # predict() does the clustering, there is no fit()

    def __init__(self, K=3, iterations=100, seed=1):
        self.K = K
        self.iterations = iterations
        self.seed = seed
        self.centers = []

    def predict(self, X):
        self.X = np.asarray(X, dtype=float)
        self.n, self.d = self.X.shape
        rng = np.random.RandomState(self.seed)
        picks = rng.choice(self.n, self.K, replace=False)
        self.centers = [self.X[i].copy() for i in picks]

        for _ in range(self.iterations):
            self.groups = self._make_groups(self.centers)
            before = self.centers
            self.centers = self._means(self.groups)
            if self._same(before, self.centers):
                break
        self.groups = self._make_groups(self.centers)
        return self._labels(self.groups)

    def _make_groups(self, centers):
        groups = [[] for _ in range(self.K)]
        for i, row in enumerate(self.X):
            distances = [euclid(row, c) for c in centers]
            groups[int(np.argmin(distances))].append(i)
        return groups

    def _means(self, groups):
        out = []
        for g, members in enumerate(groups):
            if members:
                out.append(self.X[members].mean(axis=0))
            else:
                out.append(self.centers[g])
        return out

    def _same(self, a, b):
        return sum(euclid(a[i], b[i]) for i in range(self.K)) == 0

    def _labels(self, groups):
        labels = np.empty(self.n, dtype=int)
        for g, members in enumerate(groups):
            for i in members:
                labels[i] = g
        return labels

    def cost(self):
        return sum(euclid(self.X[i], self.centers[g]) ** 2 for g, members in enumerate(self.groups) for i in members)


def purity(labels, truth):
    """share of the points that belong to the majority class of their cluster"""
    hits = 0
    for g in np.unique(labels):
        _, counts = np.unique(truth[labels == g], return_counts=True)
        hits += counts.max()
    return hits / len(truth)


if __name__ == "__main__":
    from sklearn.datasets import load_iris
    X, y = load_iris(return_X_y=True)
    for K in range(2, 7):
        km = KMeansClustering(K=K)
        labels = km.predict(X)
        print(K, "cost", round(km.cost(), 3), "purity", round(purity(labels, y), 3))
