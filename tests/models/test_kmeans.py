"""k-means: by hand, its properties, against scikit-learn, and the words of its errors."""

import contextlib
import warnings
from unittest import SkipTest

import numpy as np
import pytest
import sklearn.cluster
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.base import clone
from sklearn.datasets import load_digits, make_blobs
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from scratchwork.datasets import fetch_fashion_mnist
from scratchwork.errors import InvalidArgumentError, InvalidTypeError
from scratchwork.models import _kmeans_distances
from scratchwork.models._kmeans_bounds import bounded_lloyd
from scratchwork.models._kmeans_common import data_order, draw
from scratchwork.models._kmeans_distances import squared_distances
from scratchwork.models._kmeans_start import random_centers, screened_plus_plus_centers
from scratchwork.models.kmeans import KMeans, assign, inertia, lloyd, move, plus_plus_centers

# Small whole numbers: their sums are exact, ties are ties, and duplicates are common.
grids = hnp.arrays(np.float64, st.tuples(st.integers(1, 16), st.integers(1, 3)), elements=st.integers(-3, 3))
seeds = st.integers(0, 10_000)


def quiet(model, X, **given):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, **given)


# By hand ----------------------------------------------------------------------------------------------------------


def test_johnson_and_wichern():
    """R. Johnson and D. Wichern, Applied Multivariate Statistical Analysis, the example of section 12.4: items
    A, B, C, D, first grouped (AB) and (CD); they end as A alone and (BCD) around (-1, -1). The squared distances to the
    two centroids are printed there: A 0 and 52, B 40 and 4, C 41 and 5, D 89 and 5."""
    X = np.array([[5.0, 3.0], [-1.0, 1.0], [1.0, -2.0], [-3.0, -2.0]])
    start = np.array([[2.0, 2.0], [-1.0, -2.0]])  # the means of (AB) and of (CD)
    *_, last = lloyd(X, start)
    assert last.labels.tolist() == [0, 1, 1, 1]
    assert last.centers.tolist() == [[5, 3], [-1, -1]]
    assert last.inertia == 0 + 4 + 5 + 5
    assert squared_distances(X, last.centers).tolist() == [[0, 52], [40, 4], [41, 5], [89, 5]]


def test_four_points_step_by_step():
    X = np.array([[0.0], [1.0], [9.0], [10.0]])
    steps = list(lloyd(X, np.array([[0.0], [1.0]])))
    # 0 | 1 9 10 -> centres 0 and 20/3; 0 1 | 9 10 -> 0.5 and 9.5; no label changes
    assert [step.labels.tolist() for step in steps] == [[0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]
    assert [step.changed for step in steps] == [4, 1, 0]
    assert steps[1].centers.tolist() == [[0], [20 / 3]]
    assert [step.inertia for step in steps] == pytest.approx([64 + 81, 1 + (7 / 3) ** 2 + (10 / 3) ** 2, 1.0])


def test_assign_gives_a_tie_to_the_lower_index():
    labels, distances = assign(np.array([[1.0], [3.0]]), np.array([[0.0], [2.0], [2.0]]))
    assert labels.tolist() == [0, 1]
    assert distances.tolist() == [1, 1]


def test_move_weighs_the_points():
    X = np.array([[0.0], [4.0], [9.0]])
    labels, distances = assign(X, np.array([[1.0], [9.0]]))
    assert move(X, labels, distances, 2, np.array([3.0, 1.0, 1.0])).tolist() == [[1], [9]]
    assert inertia(distances, np.array([3.0, 1.0, 1.0])) == 3 * 1 + 9


def test_an_empty_cluster_takes_the_farthest_point():
    X = np.array([[0.0], [1.0], [2.0], [8.0]])
    start = np.array([[0.0], [50.0], [60.0]])
    labels, distances = assign(X, start)
    assert labels.tolist() == [0, 0, 0, 0]
    # 8 is farthest from centre 0; then, with a centre at 8 as well, 2 is
    assert move(X, labels, distances, 3).tolist() == [[11 / 4], [8], [2]]


def test_a_row_of_weight_zero_is_labelled_but_never_followed():
    X = np.array([[0.0], [1.0], [10.0], [11.0], [1e6]])
    model = KMeans(2, random_state=0).fit(X, sample_weight=[1, 1, 1, 1, 0])
    assert sorted(model.cluster_centers_.ravel().tolist()) == [0.5, 10.5]
    assert model.labels_[4] == model.labels_[3]
    assert model.inertia_ == 1.0


# Properties -------------------------------------------------------------------------------------------------------


@given(grids, st.integers(1, 16), seeds)
def test_inertia_never_rises_and_everything_belongs_together(X, k, seed):
    k = min(k, len(X))
    start = X[np.random.default_rng(seed).integers(len(X), size=k)]  # often the same point twice
    steps = list(lloyd(X, start))
    values = np.array([step.inertia for step in steps])
    assert np.all(np.diff(values) <= 1e-12 * values[0])
    for step in steps:
        labels, distances = assign(X, step.centers)
        assert np.array_equal(labels, step.labels)
        assert inertia(distances) == pytest.approx(step.inertia, rel=1e-12)
    assert len(steps) < 60
    distinct = len(np.unique(X, axis=0))
    assert len(np.unique(steps[-1].labels)) == min(k, distinct)  # no cluster stays empty while a point is left
    assert np.isfinite(steps[-1].centers).all()


@given(grids, st.integers(1, 16), seeds, st.sampled_from(["k-means++", "random"]))
def test_the_order_of_rows_changes_nothing(X, k, seed, init):
    model = quiet(KMeans(min(k, len(X)), init=init, n_init=3, random_state=seed), X)
    mixed = np.random.default_rng(seed).permutation(len(X))
    other = quiet(clone(model), X[mixed])
    assert np.array_equal(other.cluster_centers_, model.cluster_centers_)
    assert np.array_equal(other.labels_, model.labels_[mixed])


@given(grids, st.integers(1, 6), seeds, st.data(), st.sampled_from(["k-means++", "random"]))
def test_a_whole_weight_is_a_repeated_row(X, k, seed, data, init):
    weights = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(X), max_size=len(X))))
    k = min(k, int(np.sum(weights > 0)))
    if k == 0:
        return
    weighted = quiet(KMeans(k, init=init, n_init=3, random_state=seed), X, sample_weight=weights)
    repeated = quiet(clone(weighted), X.repeat(weights, axis=0))
    assert np.array_equal(weighted.cluster_centers_, repeated.cluster_centers_)
    assert weighted.inertia_ == pytest.approx(repeated.inertia_, abs=1e-12)


@given(grids, st.integers(1, 6), seeds)
def test_shifting_the_data_shifts_the_centres(X, k, seed):
    """By a power of two, so that the shift itself loses nothing."""
    k = min(k, len(X))
    start = X[np.random.default_rng(seed).integers(len(X), size=k)]
    *_, here = lloyd(X, start)
    *_, there = lloyd(X + 64, start + 64)
    np.testing.assert_allclose(there.centers, here.centers + 64, atol=1e-12)


def test_order_of_rows_on_ordinary_data(rng):
    X = rng.normal(size=(400, 5))
    mixed = rng.permutation(400)
    for dtype in (np.float64, np.float32):
        model = KMeans(7, random_state=3, tol=0).fit(X.astype(dtype))
        other = clone(model).fit(X[mixed].astype(dtype))
        np.testing.assert_allclose(other.cluster_centers_, model.cluster_centers_, rtol=1e-6)
        assert np.array_equal(other.labels_, model.labels_[mixed])


@pytest.mark.parametrize(
    "X",
    [
        np.repeat([[1.0, 2.0], [1.0, 3.0]], 5, axis=0),
        np.full((6, 2), 0.1),
        np.array([[0], [0], [255], [255], [7]], dtype=np.uint8),
        np.column_stack([np.arange(6.0), np.ones(6)]),
        1e6 + np.array([[0.0], [0.25], [1.0], [1.5]]),
        np.zeros((4, 3)),
    ],
    ids=["duplicates", "a tenth", "uint8", "constant column", "far", "zeros"],
)
@pytest.mark.parametrize("dtype", [None, np.float32])
def test_as_many_clusters_as_samples(X, dtype):
    X = X if dtype is None else X.astype(dtype)
    distinct = len(np.unique(X, axis=0))
    for init in ("k-means++", "random", X.astype(float)):
        model = quiet(KMeans(len(X), init=init, random_state=0), X)
        assert np.isfinite(model.cluster_centers_).all()
        assert len(np.unique(model.labels_)) == distinct
        assert model.inertia_ == pytest.approx(0, abs=1e-9)
        assert np.all(np.isin(model.cluster_centers_.round(3), X.astype(model.cluster_centers_.dtype).round(3)))


def test_k_equal_to_the_number_of_distinct_points_without_a_warning():
    X = np.repeat([[0.0], [1.0], [5.0]], 4, axis=0)
    for start in ("k-means++", "random", np.zeros((3, 1)), np.array([[100.0], [100.0], [200.0]])):
        model = KMeans(3, init=start, random_state=0).fit(X)
        assert sorted(model.cluster_centers_.ravel()) == [0, 1, 5]
        assert model.inertia_ == 0


def test_the_best_start_is_kept_and_the_history_is_its_own():
    X, _ = make_blobs(300, centers=12, cluster_std=0.4, random_state=1)
    model = KMeans(12, init="random", n_init=6, random_state=5, keep_steps=True)
    steps = list(model.fit_steps(X))
    assert [step.restart for step in steps] == sorted(step.restart for step in steps)
    ends = {step.restart: step.inertia for step in steps}
    assert len(ends) == 6
    assert len(set(ends.values())) > 1, "the starts all end alike, so this test shows nothing"
    best = min(ends, key=ends.get)
    kept = [step for step in steps if step.restart == best]
    assert model.inertia_ == ends[best] == model.history_["inertia"][-1]
    assert model.history_["inertia"] == [step.inertia for step in kept]
    assert model.history_["changed"] == [step.changed for step in kept]
    assert model.n_iter_ == len(kept) - 1
    assert np.array_equal(model.history_["centers"][-1], model.cluster_centers_)
    assert np.array_equal(model.history_["labels"][-1], model.labels_)
    assert np.array_equal(model.predict(X), model.labels_)
    assert set(KMeans(2, random_state=0).fit(X).history_) == {"inertia", "changed"}


def test_a_stream_cut_short_leaves_a_usable_model(rng):
    X = rng.normal(size=(60, 2))
    model = KMeans(4, random_state=0)
    stream = model.fit_steps(X)
    first = next(stream)
    assert model.inertia_ == first.inertia
    assert np.array_equal(model.predict(X), first.labels)


def test_steps_are_snapshots(rng):
    X = rng.normal(size=(200, 2))
    steps = [(step, step.centers.copy(), step.labels.copy()) for step in KMeans(5, random_state=0).fit_steps(X)]
    for step, centers, labels in steps:
        assert np.array_equal(step.centers, centers)
        assert np.array_equal(step.labels, labels)


def test_refitting_starts_afresh_and_nothing_of_the_callers_changes(rng):
    X, start = rng.normal(size=(50, 3)), rng.normal(size=(4, 3))
    before, start_before = X.copy(), start.copy()
    model = KMeans(4, init=start).fit(X)
    first = model.cluster_centers_.copy()
    assert len(model.fit(X).history_["inertia"]) == model.n_iter_ + 1
    assert np.array_equal(model.cluster_centers_, first)
    assert np.array_equal(X, before)
    assert np.array_equal(start, start_before)


def test_seed_zero_is_a_seed_and_the_global_generator_is_left_alone(rng):
    X = rng.normal(size=(80, 2))
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    a, b = (KMeans(6, random_state=0).fit(X).cluster_centers_ for _ in range(2))
    assert np.array_equal(a, b)
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002
    assert not np.array_equal(a, KMeans(6, random_state=1).fit(X).cluster_centers_)
    generator = np.random.default_rng(0)
    assert np.array_equal(KMeans(6, random_state=generator).fit(X).cluster_centers_, a)


def test_max_iter_and_tol_stop_a_run(rng):
    X = rng.uniform(size=(500, 2))
    start = X[:8]
    free = KMeans(8, init=start, tol=0).fit(X)
    assert free.history_["changed"][-1] == 0
    assert free.n_iter_ > 6
    assert KMeans(8, init=start, tol=0, max_iter=3).fit(X).n_iter_ == 3
    loose = KMeans(8, init=start, tol=1e-2).fit(X)
    assert 1 <= loose.n_iter_ < free.n_iter_
    assert np.array_equal(loose.predict(X), loose.labels_)


def test_float32_stays_float32(rng):
    X = rng.normal(size=(60, 3)).astype(np.float32)
    model = KMeans(3, random_state=0).fit(X)
    assert model.cluster_centers_.dtype == np.float32
    assert model.transform(X).dtype == np.float32
    assert model.labels_.dtype == np.int32


def test_uint8_is_not_wrapped():
    X = np.array([[250], [251], [3], [4]], dtype=np.uint8)
    model = KMeans(2, random_state=0).fit(X)
    assert sorted(model.cluster_centers_.ravel().tolist()) == [3.5, 250.5]
    assert model.inertia_ == 1.0


def test_transform_and_score(rng):
    X = rng.normal(size=(40, 3))
    model = KMeans(4, random_state=0).fit(X)
    expected = np.sqrt(((X[:, None] - model.cluster_centers_) ** 2).sum(axis=2))
    np.testing.assert_allclose(model.transform(X), expected, rtol=1e-12)
    assert model.score(X) == pytest.approx(-model.inertia_)
    weights = rng.integers(0, 4, size=40)
    assert model.score(X, sample_weight=weights) == pytest.approx(-(weights * expected.min(axis=1) ** 2).sum())
    assert model.get_feature_names_out().tolist() == ["kmeans0", "kmeans1", "kmeans2", "kmeans3"]


# The parts --------------------------------------------------------------------------------------------------------


def test_distances_do_not_depend_on_how_many_are_asked_for(rng, monkeypatch):
    X, points = rng.normal(size=(40, 37)).astype(np.float32), rng.normal(size=(5, 37))
    at_once = squared_distances(X, points)
    monkeypatch.setattr(_kmeans_distances, "SMALL", 0)
    assert np.array_equal(squared_distances(X, points), at_once)
    assert np.array_equal(squared_distances(X[7:8], points[3:4]), at_once[7:8, 3:4])


def test_distances_far_from_the_origin_keep_their_digits():
    X = 1e8 + np.array([[0.0, 0.0], [3.0, 4.0]])
    assert squared_distances(X, X).tolist() == [[0, 25], [25, 0]]


@given(grids)
def test_data_order_names_equal_rows_alike_in_any_order(X):
    order, place = data_order(X)
    assert sorted(order) == list(range(len(X)))
    _, expected = np.unique(X, axis=0, return_inverse=True)
    assert np.array_equal(place[:, None] == place, expected.ravel()[:, None] == expected.ravel())
    mixed = np.random.default_rng(0).permutation(len(X))
    assert np.array_equal(X[mixed][data_order(X[mixed])[0]], X[order])


def test_data_order_does_not_depend_on_where_a_row_stands(rng):
    rows = rng.normal(size=(3000, 37)).astype(np.float32)
    twice = np.concatenate([rows, rows[::-1]])
    _, place = data_order(twice)
    assert np.array_equal(place[:3000], place[3000:][::-1])


def test_draw_never_reaches_a_weight_of_zero():
    weights = np.array([0.0, 0.1, 0.2, 0.7, 0.0])
    drawn = draw(weights, np.arange(5), np.array([0.0, 1 - 2**-53, 0.5]))
    assert drawn.tolist() == [1, 3, 3]


def test_plus_plus_draws_by_squared_distance():
    """On the points 0, 1 and 3 for k = 2, two candidates are drawn by squared distance and the better one is kept.

    After 0: 1 and 3 weigh 1 and 9, and 3 leaves less, so 1 needs two draws of 1/10. After 1: 0 and 3 weigh 1 and 4,
    and 3 leaves less, so 0 needs two draws of 1/5. After 3: 0 and 1 weigh 9 and 4 and leave the same: the first draw
    decides.
    """
    X = np.array([[0.0], [1.0], [3.0]])
    pairs = [tuple(sorted(plus_plus_centers(X, 2, np.random.default_rng(s)).ravel())) for s in range(3000)]
    assert pairs.count((0.0, 1.0)) / 3000 == pytest.approx((0.01 + 0.04) / 3, abs=0.008)
    assert pairs.count((0.0, 3.0)) / 3000 == pytest.approx((0.99 + 9 / 13) / 3, abs=0.03)
    assert pairs.count((1.0, 3.0)) / 3000 == pytest.approx((0.96 + 4 / 13) / 3, abs=0.03)


def test_random_centres_are_distinct_places():
    X = np.repeat([[0.0], [1.0], [2.0]], 10, axis=0)
    for seed in range(20):
        assert sorted(random_centers(X, 3, np.random.default_rng(seed)).ravel()) == [0, 1, 2]
    weights = np.repeat([0.0, 1.0, 1.0], 10)
    assert sorted(random_centers(X, 2, np.random.default_rng(0), weights).ravel()) == [1, 2]


# Against scikit-learn ---------------------------------------------------------------------------------------------


def same_as_scikit_learn(X, start, **kwargs):
    """The start stands a little beside the points. On whole numbers, a point is often exactly as far from one starting
    point as from another: we take the lower index, scikit-learn what its rounding says."""
    start = start + 1e-3 * np.random.default_rng(0).normal(size=start.shape)
    ours = KMeans(len(start), init=start, tol=0, **kwargs).fit(X)
    theirs = sklearn.cluster.KMeans(len(start), init=start, n_init=1, tol=0, algorithm="lloyd", **kwargs).fit(X)
    assert np.array_equal(ours.labels_, theirs.labels_)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-6)
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("k", [2, 10, 40])
def test_digits_as_scikit_learn(k):
    X = load_digits().data
    same_as_scikit_learn(X, X[np.random.default_rng(k).choice(len(X), k, replace=False)])


@pytest.mark.parametrize("seed", range(3))
def test_blobs_as_scikit_learn(seed):
    X, _ = make_blobs(2000, n_features=4, centers=7, random_state=seed)
    same_as_scikit_learn(X, X[:7])


def test_cut_short_as_scikit_learn():
    X = load_digits().data
    same_as_scikit_learn(X, X[:20], max_iter=3)


def test_as_good_as_scikit_learn_from_our_own_starts():
    X = load_digits().data
    ours = [KMeans(10, random_state=s).fit(X).inertia_ for s in range(5)]
    theirs = [sklearn.cluster.KMeans(10, n_init=1, random_state=s).fit(X).inertia_ for s in range(5)]
    assert np.median(ours) == pytest.approx(np.median(theirs), rel=0.015)


# The contract -----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:n_clusters=8 is more than the number of distinct points")
@pytest.mark.parametrize("model", [KMeans(), KMeans(3, init="random", n_init=2), KMeans(2, max_iter=5)], ids=str)
def test_check_estimator_with_no_expected_failure(model):
    for estimator, check in estimator_checks_generator(model):
        with contextlib.suppress(SkipTest):  # the array API check, which asks for an environment variable
            check(estimator)


def test_in_a_pipeline_and_a_grid(rng):
    X = rng.normal(size=(60, 2)) * [1, 100]
    labels = make_pipeline(StandardScaler(), KMeans(3, random_state=0)).fit_predict(X)
    assert set(labels) == {0, 1, 2}
    grid = GridSearchCV(KMeans(random_state=0), {"n_clusters": [2, 3, 4]}, cv=3).fit(X)
    assert grid.best_params_ == {"n_clusters": 4}


# Words ------------------------------------------------------------------------------------------------------------

X4 = np.arange(8.0).reshape(4, 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n_clusters": 7}, "n_clusters=7 must be at most the number of samples, n_samples=4."),
        ({"n_clusters": 0}, "n_clusters=0 must be an integer of at least 1."),
        ({"max_iter": 0}, "max_iter=0 must be an integer of at least 1."),
        ({"tol": -1}, "tol=-1 must be a number of at least 0."),
        ({"n_init": 0}, "n_init=0 must be an integer of at least 1."),
        ({"init": "kmeans++"}, "init='kmeans++' must be one of 'k-means++', 'random'. Did you mean 'k-means++'?"),
        ({"init": [[0, 0]]}, "init of shape (1, 2) must be of shape (n_clusters, n_features), (2, 2)."),
        (
            {"init": X4[:2], "n_init": 3},
            "n_init=3 must be 1 or 'auto' when init holds the starting centres: every start would be the same.",
        ),
    ],
)
def test_words_of_the_errors(arguments, words):
    with pytest.raises(InvalidArgumentError) as caught:
        KMeans(**{"n_clusters": 2} | arguments).fit(X4)
    assert str(caught.value) == words


def test_words_of_a_wrong_type():
    with pytest.raises(InvalidTypeError) as caught:
        KMeans(2.5).fit(X4)
    assert str(caught.value) == "n_clusters=2.5 must be an integer of at least 1; it is of type float."


def test_errors_come_before_the_first_step():
    with pytest.raises(InvalidArgumentError):
        KMeans(9).fit_steps(X4)


def test_words_of_the_warning():
    X = np.repeat([[0.0], [1.0]], 3, axis=0)
    with pytest.warns(ConvergenceWarning) as caught:
        model = KMeans(5, random_state=0).fit(X)
    assert [str(w.message) for w in caught] == [
        "n_clusters=5 is more than the number of distinct points, 2: the surplus centres repeat others and own no "
        "point. Lower n_clusters."
    ]
    assert caught[0].filename == __file__
    assert set(model.cluster_centers_.ravel()) == {0, 1}
    with pytest.warns(ConvergenceWarning, match="distinct points, 1:"):
        KMeans(2, random_state=0).fit(X, sample_weight=[1, 1, 1, 0, 0, 0])


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.array([[0.0], [np.nan]]), "Input X contains NaN"),
        (np.array([[0.0], [np.inf]]), "Input X contains infinity"),
        (np.empty((0, 2)), "0 sample"),
        (np.array([1.0, 2.0]), "Expected 2D array, got 1D array instead"),
        (np.array([["a"], ["b"]]), "could not convert string to float"),
    ],
)
def test_bad_data(X, words):
    with pytest.raises(ValueError, match=words):
        KMeans(1).fit(X)


def test_bad_weights_and_bad_new_data():
    model = KMeans(2, random_state=0)
    with pytest.raises(NotFittedError):
        model.predict(X4)
    with pytest.raises(ValueError, match="Negative values"):
        model.fit(X4, sample_weight=[1, 1, 1, -1])
    with pytest.raises(ValueError, match="at least one non-zero"):
        model.fit(X4, sample_weight=np.zeros(4))
    model.fit(X4)
    with pytest.raises(ValueError, match="X has 1 features, but KMeans is expecting 2"):
        model.predict(X4[:, :1])
    with pytest.raises(ValueError, match="Input contains NaN|Input init contains NaN"):
        KMeans(1, init=[[np.nan, 0.0]]).fit(X4)


def test_numbers_that_cannot_be_squared():
    with pytest.raises(InvalidArgumentError) as caught:
        KMeans(1).fit(np.array([[1e200], [0.0]]))
    assert str(caught.value) == "X has entries up to 1e+200, whose squares overflow in float64. Scale X."
    with pytest.raises(InvalidArgumentError) as caught:
        KMeans(1).fit(np.array([[-1e-38], [0.0]], dtype=np.float32))
    assert str(caught.value) == "X has entries up to 1e-38, whose squares vanish in float32. Scale X."


# Fashion-MNIST ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_fashion_mnist_as_scikit_learn(real_data):
    X = fetch_fashion_mnist().X[:60_000].astype(np.float64) / 255
    same_as_scikit_learn(X, X[np.random.default_rng(0).choice(len(X), 10, replace=False)], max_iter=15)


@pytest.mark.slow
def test_fashion_mnist_by_the_fast_route_as_by_the_plain_one(real_data):
    X = fetch_fashion_mnist().X[:2500].astype(np.float32) / np.float32(255)
    start = plus_plus_centers(X, 40, np.random.default_rng(0))
    assert np.array_equal(screened_plus_plus_centers(X, 40, np.random.default_rng(0)), start)
    for ours, plain in zip(bounded_lloyd(X, start, max_iter=12), lloyd(X, start, max_iter=12), strict=True):
        assert np.array_equal(ours.labels, plain.labels)
        assert np.array_equal(ours.centers, plain.centers)
        assert ours.inertia == pytest.approx(plain.inertia, rel=1e-10)
