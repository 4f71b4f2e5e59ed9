"""Nearest neighbours, k-means and principal components: each rule fires on one changed line and is silent without it."""

import pytest

FAULTS = [
    ("knn_class", ("np.argsort(distances)[: self.k]", "np.argsort(distances)[::-1][: self.k]"), "SW-K1", "_predict"),
    ("knn_class", ("np.argsort(distances)[: self.k]", "np.argsort(distances)[1 : self.k + 1]"), "SW-K90", "_predict"),
    ("knn_class", ("np.argsort(distances)[: self.k]", "np.argsort(distances)[:3]"), "SW-T2", "_predict"),
    ("knn_class", ("np.sum((x1 - x2) ** 2)", "np.abs(np.sum(x1 - x2))"), "SW-K2", "euclidean_distance"),
    ("knn_class", ("np.sum((x1 - x2) ** 2)", "np.sum((x1 - x2)[:-1] ** 2)"), "SW-K2", "euclidean_distance"),
    ("knn_class", ("most_common(1)", "most_common()[-1:]"), "SW-K5", "_predict"),
    ("kmeans_predict", ("np.argmin(distances)", "np.argmax(distances)"), "SW-K1", None),
    ("kmeans_predict", ("np.mean(self.X[cluster], axis=0)", "np.median(self.X[cluster], axis=0)"), "SW-M5", "_get_centroids"),
    ("pca_pe", ("        X = X - self.mean\n        cov", "        cov"), None, None),
    ("pca_pe", ("[::-1]\n        eigenvalues = eigenvalues[idxs]", "\n        eigenvalues = eigenvalues[idxs]"), "SW-C2", "fit"),
    ("pca_pe", ("        eigenvectors = eigenvectors.T\n", ""), "SW-C4", "fit"),
    ("pca_pe", ("np.cov(X.T)", "np.dot((X + self.mean).T, X + self.mean)"), "SW-C1", "fit"),
    ("pca_pe", ("X = X - self.mean\n        return", "X = X - np.mean(X, axis=0)\n        return"), "SW-P2", "transform"),
    ("pca_pe", ("        X = X - self.mean\n        return", "        return"), "SW-C1", "transform"),
]  # fmt: skip


def case_name(case):
    return f"{case[0]} {case[2]} {case[1][1][:24]!r}"


@pytest.mark.parametrize("name", ["knn_class", "pca_pe"])
def test_correct_ones_are_without_an_error(judge, base, errors, name):
    result = judge(base(name))
    assert errors(result) == []
    assert len(result.passed) >= 10


@pytest.mark.parametrize("case", [case for case in FAULTS if case[2]], ids=case_name)
def test_a_fault_is_named_first_and_located(judge, base, case):
    name, change, code, function = case
    result = judge(base(name, change))
    shown = [(entry.code, entry.severity, entry.function, entry.observed) for entry in result.findings]
    assert result.findings[0].code == code, shown
    if function:
        assert result.findings[0].function == function, shown


def test_centring_by_np_cov_is_enough(judge, base, errors):
    """np.cov subtracts the mean itself, so leaving out the line before it changes nothing in fit."""
    result = judge(base("pca_pe", ("        X = X - self.mean\n        cov", "        cov")))
    assert errors(result) == []


def test_an_empty_cluster_that_becomes_nan(judge, base, errors):
    result = judge(base("kmeans_predict"))
    finding = next(entry for entry in result.findings if entry.code == "SW-M1")
    assert finding is result.findings[0]
    assert finding.severity == "warning"  # ordinary rows and starts need not empty a cluster
    assert "NaN" in finding.observed
    assert finding.function == "_get_centroids"
    assert finding.function == "_get_centroids"
    kept = "np.mean(self.X[cluster], axis=0) if cluster else self.centroids[cluster_idx]"
    better = judge(base("kmeans_predict", ("np.mean(self.X[cluster], axis=0)", kept)))
    assert "SW-M1" not in [entry.code for entry in better.findings]


def test_signs_of_axes_and_numbers_of_clusters_are_free(judge, base, errors):
    flipped = base("pca_pe", ("self.components = eigenvectors", "self.components = -eigenvectors"))
    assert errors(judge(flipped)) == []


KMEANS = """
    import numpy as np

    class KMeans:
        def __init__(self, n_clusters=3, max_iter=100, n_init=1, random_state=None):
            self.n_clusters, self.max_iter, self.n_init, self.random_state = n_clusters, max_iter, n_init, random_state

        def fit(self, X):
            X = np.asarray(X, dtype=float)
            rng = np.random.default_rng(self.random_state)
            best = np.inf
            for _ in range(self.n_init):
                centers = X[rng.choice(len(X), self.n_clusters, replace=False)].copy()
                for _ in range(self.max_iter):
                    labels = ((X[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
                    moved = np.array([X[labels == j].mean(axis=0) if (labels == j).any() else centers[j] for j in range(self.n_clusters)])
                    if np.allclose(moved, centers):
                        break
                    centers = moved
                d = ((X[:, None] - centers) ** 2).sum(axis=2)
                labels, inertia = d.argmin(axis=1), d.min(axis=1).sum()
                if inertia < best:
                    best, self.cluster_centers_, self.labels_, self.inertia_ = inertia, centers, labels, inertia
            return self

        def predict(self, X):
            return ((np.asarray(X, dtype=float)[:, None] - self.cluster_centers_) ** 2).sum(axis=2).argmin(axis=1)
"""

KMEANS_FAULTS = [
    (("d.min(axis=1).sum()", "np.sqrt(d.min(axis=1)).sum()"), "SW-M6"),
    (("if inertia < best:", "if True:"), "SW-T9"),
    (("np.random.default_rng(self.random_state)", "np.random.default_rng(self.random_state or None)"), "SW-P14"),
    (("np.random.default_rng(self.random_state)", "np.random.default_rng(np.random.randint(1000))"), "SW-T22"),
    (("X = np.asarray(X, dtype=float)\n            rng", "X[:] = np.round(X, 2)\n            rng"), "SW-P13"),
    ((", replace=False)", ", replace=True)"), "SW-M2"),
    (("return ((np.asarray(X, dtype=float)[:, None] - self.cluster_centers_) ** 2).sum(axis=2).argmin(axis=1)", "return self.fit(X).labels_"), "SW-P3"),
    (("for _ in range(self.n_init):", "for _ in range(1):"), "SW-T2"),
    (("labels, inertia = d.argmin(axis=1), d", "inertia = d"), "SW-M4"),
]  # fmt: skip


def test_a_plain_kmeans_is_clean(judge, errors):
    result = judge(KMEANS)
    assert [entry.code for entry in result.findings if entry.severity != "remark"] == []


def test_starts_that_no_seed_repeats_are_not_compared(judge, errors):
    """``more starts are worse`` would be chance: of two draws the second may be the better one."""
    unseeded = KMEANS.replace("n_init=1, random_state=None", "n_init=1").replace(", self.random_state =", " =")
    unseeded = unseeded.replace("max_iter, n_init, random_state\n", "max_iter, n_init\n").replace(
        "(self.random_state)", "()"
    )
    result = judge(unseeded)
    assert errors(result) == []
    assert "drawn anew" in dict(result.not_checked)["SW-T9"]


@pytest.mark.parametrize(
    ("change", "code"), [case for case in KMEANS_FAULTS if case[1]], ids=lambda item: str(item)[:30]
)
def test_faults_of_kmeans(judge, change, code):
    assert change[0] in KMEANS
    result = judge(KMEANS.replace(*change))
    shown = [(entry.code, entry.severity, entry.observed) for entry in result.findings]
    assert result.findings, "nothing was found"
    assert result.findings[0].code == code, shown


def test_a_weight_for_the_vote_that_is_never_compared(judge, base, errors):
    vote = ("most_common = Counter(k_neighbor_labels).most_common(1)\n        return most_common[0][0]",
            "best = None\n        for label in k_neighbor_labels:\n            best = label\n        return best")  # fmt: skip
    assert errors(judge(base("knn_class", vote)))[0] == "SW-K5"


def test_another_usual_distance_and_vote_are_no_fault(judge, base, errors):
    manhattan = (("euclidean_distance", "distance"), ("np.sqrt(np.sum((x1 - x2) ** 2))", "np.abs(x1 - x2).sum()"))
    assert errors(judge(base("knn_class", *manhattan))) == []


def test_k_medians_is_not_judged_by_the_inertia_of_means():
    import numpy as np

    from scratchwork.checks.probes.clusters import of_medians

    X = np.array([[0.0], [1.0], [5.0], [20.0], [21.0], [30.0]])
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert of_medians(X, labels, np.array([[1.0], [21.0]]))
    assert not of_medians(X, labels, np.array([[2.0], [71 / 3]]))
