"""Options of nearest neighbours by words that the code knows or does not; clusters that vanish with their members."""

NEAR = """
import numpy as np

def away(a, b):
    return np.sqrt(np.maximum((a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1) - 2 * a @ b.T, 0))

def cosine_away(a, b):
    return 1 - a @ b.T / np.sqrt(np.outer((a * a).sum(axis=1), (b * b).sum(axis=1)))

class Neighbours:
    def __init__(self, k=3, metric="euclidean", weights=False):
        self.k, self.metric, self.weights = k, metric, weights

    def fit(self, X, y):
        self.X, self.y = np.asarray(X, dtype=float), np.asarray(y)
        return self

    def predict(self, X):
        X = np.asarray(X, dtype=float)
        table = away(X, self.X) if self.metric == "euclidean" else cosine_away(X, self.X)
        near = np.argsort(table, axis=1, kind="stable")[:, : self.k]
        return np.array([self._vote(self.y[row], table[i, row]) for i, row in enumerate(near)])

    def _vote(self, labels, gaps):
        heavy = 1 / (gaps + 1e-5) if self.weights else np.ones(len(gaps))
        names = np.unique(labels)
        return names[np.argmax([heavy[labels == name].sum() for name in names])]
"""
GROUPS = """
def dist2(a, b):
    return sum((u - v) ** 2 for u, v in zip(a, b))

def group(points, centroids):
    groups = {}
    for p in points:
        groups.setdefault(min(range(len(centroids)), key=lambda j: dist2(p, centroids[j])), []).append(p)
    return groups

def kmeans(points, k, iterations=50):
    centroids = [list(p) for p in points[:: len(points) // k][:k]]
    for _ in range(iterations):
        groups, new = group(points, centroids), []
        for j in range(k):
            new.append([sum(c) / len(groups[j]) for c in zip(*groups[j])] if j in groups else centroids[j])
        if new == centroids:
            break
        centroids = new
    return centroids, group(points, centroids)
"""


def loud(result):
    return {(finding.code, finding.function) for finding in result.findings if finding.severity != "remark"}


def test_a_distance_that_the_code_does_not_know_is_no_promise(judge):
    assert not loud(judge(NEAR))
    old = 'away(X, self.X) if self.metric == "euclidean" else cosine_away(X, self.X)'
    known = NEAR.replace(old, 'cosine_away(X, self.X) if self.metric == "cosine" else away(X, self.X)')
    assert not loud(judge(known, "known.py"))
    assert ("SW-K1", "cosine_away") in loud(judge(known.replace("return 1 - a", "return a"), "known.py"))


def test_weights_that_weigh_nothing(judge):
    wrong = NEAR.replace("1 / (gaps + 1e-5) if self.weights else np.ones(len(gaps))", "np.ones(len(gaps))")
    assert "SW-T2" in {code for code, _ in loud(judge(wrong))}


def test_a_cluster_that_vanishes_with_its_members(judge):
    assert ("SW-M1", "kmeans") not in loud(judge(GROUPS))
    assert ("SW-M1", "kmeans") in loud(judge(GROUPS.replace("for j in range(k):\n", "for j in sorted(groups):\n")))


def test_the_end_of_the_training_rows_may_be_kept_apart():
    from scratchwork.checks.files.names import index_part_of
    from scratchwork.checks.files.source import source_from_text
    from scratchwork.checks.reading import read_source

    text = "X_train, y_train = load()\nnet.fit(X_train[:n], y_train[:n])\n"
    text += "print('validation', np.mean(net.predict(X_train[n:]) == y_train[n:]))"

    def codes(text):
        return {finding.code for finding in read_source(source_from_text(text))}

    assert "SW-E9" not in codes(text)
    assert "SW-E9" in codes(text.replace("[n:]", "[:n]"))
    assert index_part_of("train_test_split") is None
