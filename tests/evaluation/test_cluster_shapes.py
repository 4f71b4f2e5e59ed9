"""Does k-means fit? Judged right on data whose answer is known: round groups, curved ones, long ones, and noise."""

import numpy as np
import pytest
import sklearn.cluster
from scipy.stats import norm
from sklearn.datasets import make_blobs, make_circles, make_moons

from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.cluster_shapes import cluster_borders, connected_groups, kmeans_fit_verdict

CORNERS = [[0, 0], [5, 0], [0, 5], [5, 5]]
SEEDS = range(5)


def kmeans(X, k, seed=0):
    return sklearn.cluster.KMeans(k, n_init=3, random_state=seed).fit(X)


def verdict(X, k, with_fit=False):
    fitted = kmeans(X, k)
    fit = (lambda Z: kmeans(Z, k)) if with_fit else None
    return kmeans_fit_verdict(X, fitted.labels_, fitted.cluster_centers_, fit=fit)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("spread", [0.5, 1.0])
def test_round_groups_fit(seed, spread):
    X, _ = make_blobs(300, centers=CORNERS, cluster_std=spread, random_state=seed)
    found = verdict(X, 4, with_fit=True)
    assert found.fits
    assert found.kind == "fits"
    assert found.words.startswith("k-means fits: ")


def test_round_groups_of_unequal_size_and_width_fit(rng):
    assert verdict(np.concatenate([rng.normal(size=(500, 2)), rng.normal([8, 0], size=(50, 2))]), 2).fits
    assert verdict(np.concatenate([rng.normal(size=(300, 2)) * 2, rng.normal(size=(300, 2)) * 0.3 + [8, 0]]), 2).fits


def test_round_groups_in_many_dimensions_fit():
    X, _ = make_blobs(300, n_features=20, centers=5, cluster_std=3, random_state=2)
    assert verdict(X, 5, with_fit=True).fits


@pytest.mark.parametrize("seed", SEEDS)
def test_two_moons_do_not_fit_because_of_their_shape(seed):
    X, _ = make_moons(400, noise=0.05, random_state=seed)
    found = verdict(X, 2)
    assert not found.fits
    assert found.kind == "shape"
    assert found.n_groups >= 2
    assert found.borders[0].density > 1
    assert "The groups are not round." in found.words


@pytest.mark.parametrize("seed", SEEDS)
def test_rings_do_not_fit_because_of_their_shape(seed):
    X, _ = make_circles(400, noise=0.05, factor=0.5, random_state=seed)
    assert verdict(X, 2).kind == "shape"


def test_slanted_groups_do_not_fit_because_of_their_shape():
    X, _ = make_blobs(600, random_state=170)
    assert verdict(X @ np.array([[0.6, -0.6], [-0.4, 0.8]]), 3).kind == "shape"


def test_long_groups_side_by_side_do_not_fit(rng):
    along = rng.normal(size=(600, 2)) * [8, 0.5]
    along[300:, 1] += 5
    assert not verdict(along, 2).fits


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("d", "k"), [(2, 2), (2, 3), (10, 4)])
@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_noise_has_no_gap(seed, d, k, kind):
    rng = np.random.default_rng(seed)
    X = rng.uniform(size=(400, d)) if kind == "uniform" else rng.normal(size=(400, d))
    found = verdict(X, k)
    assert found.kind == "no gap"
    assert "Either the rows form no groups" in found.words


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_with_few_rows_and_many_features_needs_the_comparison(seed):
    X = np.random.default_rng(seed).uniform(size=(150, 30))
    assert not verdict(X, 5, with_fit=True).fits


def test_the_comparison_is_needed():
    """Without it, some of that noise passes for groups: what ``fit`` is for."""
    fooled = [verdict(np.random.default_rng(seed).uniform(size=(150, 30)), 5).fits for seed in SEEDS]
    assert any(fooled)


def test_too_few_and_too_many():
    X, _ = make_blobs(400, centers=CORNERS, cluster_std=0.4, random_state=0)
    few, many = verdict(X, 2), verdict(X, 7)
    assert few.kind == "too few"
    assert few.n_groups == 4
    assert few.words == (
        "2 clusters are too few: the rows form 4 connected groups, and cluster 0 holds parts of 2 of them."
    )
    assert many.kind == "too many"
    assert many.words.startswith("7 clusters are too many: the rows form 4 connected groups, and the rows are ")


def test_one_pair_of_many_in_doubt_is_a_fit_in_part():
    centers = [[0, 0], [4, 0], [0, 4], [4, 4], [8, 0], [8, 4], [0, 8], [4, 8], [8, 8], [9.5, 9.5]]
    X, _ = make_blobs(1500, centers=centers, cluster_std=0.8, random_state=0)
    fitted = sklearn.cluster.KMeans(10, init=np.array(centers), n_init=1).fit(X)
    found = kmeans_fit_verdict(X, fitted.labels_, fitted.cluster_centers_)
    assert found.kind == "in part"
    assert set(found.borders[0][:2]) == {8, 9}


def test_the_density_on_a_border_by_hand():
    """One Gaussian cloud cut through its middle: halfway the density is the mode, and at the centres of the halves, at
    +-0.798 standard deviations, it is exp(-0.798^2 / 2) = 0.727 of it. Two clouds 8 apart: 2 exp(-8) of the density."""
    X = norm.ppf((np.arange(20_000) + 0.5) / 20_000)[:, None]
    labels, centers = (X[:, 0] > 0).astype(int), np.array([[-0.798], [0.798]])
    neighbours = np.array([[1]] * len(X))
    neighbours[labels == labels[1]] = np.flatnonzero(labels != labels[1])[0]
    ((_, _, density),) = cluster_borders(X, labels, centers, neighbours)
    assert density == pytest.approx(1 / 0.727, rel=0.01)
    apart = X + np.where(labels, 4, -4)[:, None]
    ((_, _, density),) = cluster_borders(apart, labels, centers * (4.798 / 0.798), neighbours)
    assert density < 0.01


def test_groups_are_connected_parts(rng):
    X = np.concatenate([rng.normal(size=(60, 2)), rng.normal(size=(60, 2)) + 30, [[500.0, 0.0]]])
    groups, neighbours = connected_groups(X)
    assert len(set(groups[:60]) - {-1}) == 1
    assert groups[-1] == -1
    assert np.all(groups[:60][groups[:60] >= 0] != groups[60])
    assert neighbours.shape == (121, 10)
    assert not np.any(neighbours == np.arange(121)[:, None])


def test_a_sample_is_judged_alike(rng):
    X, _ = make_blobs(3000, centers=CORNERS, cluster_std=0.6, random_state=0)
    fitted = kmeans(X, 4)
    found = kmeans_fit_verdict(X, fitted.labels_, fitted.cluster_centers_, rows=300, random_state=0)
    assert found.fits
    assert found == kmeans_fit_verdict(X, fitted.labels_, fitted.cluster_centers_, rows=300, random_state=0)


def test_duplicates_coinciding_centres_and_few_rows():
    X = np.repeat([[0.0, 0.0], [1.0, 1.0]], 20, axis=0)
    labels = np.repeat([0, 1], 20)
    assert kmeans_fit_verdict(X, labels, np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]])).fits
    assert kmeans_fit_verdict(np.array([[0.0], [1.0], [9.0]]), np.array([0, 0, 1]), np.array([[0.5], [9.0]])).words
    assert kmeans_fit_verdict(X, np.zeros(40, int), X[:1]).borders == ()


def test_words_of_the_errors():
    with pytest.raises(InvalidArgumentError) as caught:
        kmeans_fit_verdict(np.zeros((4, 1)), np.zeros(3, int), np.zeros((1, 1)))
    assert str(caught.value) == "There are 3 labels for the 4 rows of X."
    with pytest.raises(InvalidArgumentError) as caught:
        kmeans_fit_verdict(np.zeros((2, 1)), np.zeros(2, int), np.zeros((1, 1)))
    assert str(caught.value) == "X has 2 rows; at least 3 are needed to speak of neighbours."
