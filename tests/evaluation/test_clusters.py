"""Judging clusters: numbers of clusters, silhouette, stability, and descriptions in words."""

from types import SimpleNamespace

import numpy as np
import pytest
import sklearn.cluster
from sklearn.datasets import load_iris, make_blobs

from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.clusters import describe_clusters, elbow, judge_counts, silhouette, stability


def fitter(X):
    return lambda k, seed: sklearn.cluster.KMeans(k, n_init=1, random_state=seed).fit(X)


def test_silhouette_by_hand():
    """Points 0, 1 | 9, 10. For 0: a = 1, b = 9.5; for 1: a = 1, b = 8.5; the other side mirrors it."""
    X, labels = np.array([[0.0], [1.0], [9.0], [10.0]]), np.array([0, 0, 1, 1])
    assert silhouette(X, labels) == pytest.approx((8.5 / 9.5 + 7.5 / 8.5) / 2)


def test_silhouette_of_a_single_cluster_is_none():
    assert silhouette(np.arange(4.0)[:, None], np.zeros(4, int)) is None
    assert silhouette(np.arange(4.0)[:, None], np.arange(4)) is None


def test_silhouette_of_a_sample_is_repeatable(rng):
    X = rng.normal(size=(500, 2))
    labels = (X[:, 0] > 0).astype(int)
    assert silhouette(X, labels, rows=100) == silhouette(X, labels, rows=100)
    assert silhouette(X, labels, rows=100) != silhouette(X, labels)
    assert silhouette(X, labels, rows=100) == pytest.approx(silhouette(X, labels), abs=0.1)


def test_stability_ignores_the_numbering():
    assert stability([[0, 0, 1, 1, 2], [2, 2, 0, 0, 1], [1, 1, 2, 2, 0]]) == 1.0
    assert stability([[0, 0, 1, 1], [0, 1, 0, 1]]) < 0


def test_words_of_stability_with_one_labeling():
    with pytest.raises(InvalidArgumentError) as caught:
        stability([[0, 1]])
    assert str(caught.value) == "stability needs at least 2 labelings; got 1."


def test_counts_of_four_blobs_point_at_four():
    X, y = make_blobs(400, centers=[[0, 0], [8, 0], [0, 8], [8, 8]], random_state=0)
    judged = judge_counts(X, fitter(X), range(1, 9), y=y)
    assert [j.n_clusters for j in judged] == list(range(1, 9))
    inertias = [j.inertia for j in judged]
    assert inertias == sorted(inertias, reverse=True)
    assert elbow(range(1, 9), inertias) == 4
    assert max(judged[1:], key=lambda j: j.silhouette).n_clusters == 4
    assert max(judged, key=lambda j: j.adjusted_rand).n_clusters == 4
    assert judged[3].adjusted_rand > 0.99
    assert judged[3].stability > judged[6].stability
    assert judged[0].silhouette is None


def test_the_fit_with_the_lowest_inertia_is_judged_and_labels_are_optional():
    X = np.array([[0.0], [1.0], [9.0], [10.0]])
    fits = {
        0: SimpleNamespace(labels_=np.array([0, 1, 1, 1]), inertia_=50.0),
        1: SimpleNamespace(labels_=np.array([0, 0, 1, 1]), inertia_=1.0),
    }
    (judged,) = judge_counts(X, lambda k, seed: fits[seed], [2], seeds=[0, 1])
    assert judged.inertia == 1.0
    assert judged.silhouette == silhouette(X, fits[1].labels_)
    assert judged.stability == pytest.approx(stability([fits[0].labels_, fits[1].labels_]))
    assert judged.adjusted_rand is None


def test_elbow_by_hand():
    assert elbow([1, 2, 3, 4, 5], [100, 20, 15, 12, 10]) == 2
    assert elbow([2, 4, 8, 16], [100, 50, 10, 5]) == 8
    assert elbow([1, 2, 3, 4], [40, 30, 20, 10]) is None, "a straight line has no bend"
    assert elbow([1, 2], [10, 1]) is None
    assert elbow([1, 2, 3], [5, 5, 5]) is None


def test_descriptions_name_what_sets_a_cluster_apart():
    iris = load_iris()
    described = describe_clusters(
        iris.data, iris.target, ["sepal length", "sepal width", "petal length", "petal width"]
    )
    assert [d.size for d in described] == [50, 50, 50]
    setosa = described[0]
    assert [name for name, *_ in setosa.features] == ["petal length", "petal width", "sepal length"]
    _, mean, elsewhere, difference = setosa.features[0]
    inside = iris.target == 0
    assert mean == pytest.approx(iris.data[inside, 2].mean())
    assert elsewhere == pytest.approx(iris.data[~inside, 2].mean())
    assert difference == pytest.approx((mean - elsewhere) / iris.data[:, 2].std())
    assert setosa.words.startswith(
        "Cluster 0, 50 of 150 rows (33 %): petal length is low (1.46, elsewhere 4.91: -2.0 standard deviations); "
        "petal width is low"
    )
    assert described[2].words.split(": ")[1].startswith("petal width is high")


def test_descriptions_of_nothing_special(rng):
    X = rng.normal(size=(1000, 2))
    (described, _) = describe_clusters(X, rng.integers(0, 2, size=1000), ["a", "b"])
    assert described.features == ()
    assert described.words.endswith("no feature differs from the other rows by 0.5 standard deviations.")
    (everything,) = describe_clusters(X, np.zeros(1000, int), ["a", "b"])
    assert everything.share == 1.0
    assert everything.features == ()


def test_a_constant_feature_sets_nothing_apart():
    X = np.column_stack([[0.0, 0.0, 5.0, 5.0], np.full(4, 0.1)])
    (first, _) = describe_clusters(X, np.array([0, 0, 1, 1]), ["a", "constant"])
    assert [name for name, *_ in first.features] == ["a"]


def test_words_for_the_wrong_number_of_names():
    with pytest.raises(InvalidArgumentError) as caught:
        describe_clusters(np.zeros((3, 2)), np.zeros(3, int), ["a"])
    assert str(caught.value) == "There are 1 feature_names for the 2 columns of X."
