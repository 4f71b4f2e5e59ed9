"""A k-means whose rounds are all written in one method: followed by the centres that it holds."""

PLAIN = """
import numpy as np


class Gruppen:
    def __init__(self, n_clusters=3, max_iter=100, seed=None):
        self.n_clusters, self.max_iter, self.seed = n_clusters, max_iter, seed

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        rng = np.random.default_rng(self.seed)
        self.centroids = X[rng.choice(len(X), self.n_clusters, replace=False)]
        for _ in range(self.max_iter):
            d = ((X[:, None] - self.centroids[None]) ** 2).sum(axis=2)
            self.labels = d.argmin(axis=1)
            new = []
            for j in range(self.n_clusters):
                rows = X[self.labels == j]
                new.append(rows.mean(axis=0) if len(rows) else self.centroids[j])
            shift = np.abs(np.array(new) - self.centroids).max()
            self.centroids = np.array(new)
            if shift < 1e-8:
                break
        self.labels = ((X[:, None] - self.centroids[None]) ** 2).sum(axis=2).argmin(axis=1)
        return self

    def predict(self, X):
        return ((np.asarray(X)[:, None] - self.centroids[None]) ** 2).sum(axis=2).argmin(axis=1)
"""


def test_rounds_in_one_method_are_followed(judge, errors):
    right = judge(PLAIN, kind="kmeans")
    assert not errors(right)
    assert "SW-T13" in right.passed
    early = judge(PLAIN.replace("if shift < 1e-8:", "if shift > 1e-8:"), kind="kmeans")
    assert errors(early) == ["SW-T13"]
    assert early.findings[0].function == "fit"
    signed = PLAIN.replace("np.abs(np.array(new) - self.centroids).max()", "(np.array(new) - self.centroids).sum()")
    assert "SW-T13" in errors(judge(signed, kind="kmeans"))


def test_a_type_that_is_kept_is_blamed_on_the_door(judge):
    kept = PLAIN.replace("X = np.asarray(X, dtype=float)\n        rng", "X = np.asarray(X)\n        rng")
    kept = kept.replace("self.centroids = np.array(new)", "self.centroids = np.array(new, dtype=X.dtype)")
    found = {finding.code: finding.function for finding in judge(kept, kind="kmeans").findings}
    assert found["SW-N8"] == "fit"


LISTS = """
import numpy as np


class KMeans:
    def __init__(self, k=3, max_iters=100):
        self.k, self.max_iters = k, max_iters
        self.centroids = []

    def fit(self, X):
        self.X = X
        self.centroids = [X[i] for i in np.random.choice(len(X), self.k, replace=False)]
        for _ in range(self.max_iters):
            self.groups = self.make_groups(self.centroids)
            old = self.centroids
            self.centroids = self.middles(self.groups)
            if sum(np.abs(a - b).sum() for a, b in zip(old, self.centroids)) == 0:
                break
        return self.labels_of(self.groups)

    def make_groups(self, centroids):
        groups = [[] for _ in centroids]
        for i, x in enumerate(self.X):
            groups[int(np.argmin([np.sqrt(((x - c) ** 2).sum()) for c in centroids]))].append(i)
        return groups

    def middles(self, groups):
        return np.array([self.X[g].mean(axis=0) if g else self.centroids[j] for j, g in enumerate(groups)])

    def labels_of(self, groups):
        labels = np.empty(len(self.X))
        for j, group in enumerate(groups):
            for i in group:
                labels[i] = j
        return labels
"""


def test_groups_written_out_as_labels_are_no_assignment(judge, errors):
    assert not errors(judge(LISTS))
    early = judge(LISTS.replace("zip(old, self.centroids)) == 0", "zip(self.centroids, self.centroids)) == 0"))
    assert errors(early)[0] == "SW-T13"
    assert early.findings[0].function == "fit"


def test_rounds_that_start_over_are_not_called_an_early_stop(judge, errors):
    stuck = LISTS.replace(
        "old = self.centroids", "old = start = getattr(self, 'start', self.centroids)\n            self.start = start"
    )
    stuck = stuck.replace(
        "self.make_groups(self.centroids)", "self.make_groups(getattr(self, 'start', self.centroids))"
    )
    assert errors(judge(stuck))[0] in ("SW-T15", "SW-T13")
