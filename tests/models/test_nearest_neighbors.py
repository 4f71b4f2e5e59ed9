"""k nearest neighbours: by hand, properties, oracles, the words of the errors, hostile input, memory."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neighbors import KNeighborsClassifier as TheirClassifier
from sklearn.neighbors import KNeighborsRegressor as TheirRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from scratchwork.errors import InvalidArgumentError, InvalidTypeError
from scratchwork.models.nearest_neighbors import (
    KNeighborsClassifier,
    KNeighborsRegressor,
    average,
    distances,
    nearest,
    neighbor_weights,
    vote,
)

METRICS = ("euclidean", "manhattan", "cosine")
ESTIMATORS = [
    KNeighborsClassifier(),
    KNeighborsRegressor(),
    KNeighborsClassifier(weights="distance", metric="manhattan"),
    KNeighborsRegressor(weights="distance"),
]


def small_integers(rng, shape):
    return rng.integers(0, 4, shape).astype(float)


# By hand ------------------------------------------------------------------------------------------------------------


def test_the_worked_example_of_cover_and_hart_on_a_line():
    """The rule of Cover and Hart (1967), section I: x'_n is the nearest to x if d(x'_n, x) = min d(x_i, x).

    Points 0, 1, 3 with classes a, a, b: 1.9 is 0.9 from 1 and 1.1 from 3, so "a"; 2.1 is 1.1 from 1 and 0.9 from 3, "b".
    """
    model = KNeighborsClassifier(n_neighbors=1).fit([[0.0], [1.0], [3.0]], ["a", "a", "b"])
    assert model.predict([[1.9], [2.1]]).tolist() == ["a", "b"]
    D, I = model.kneighbors([[1.9]], n_neighbors=3)
    assert I.tolist() == [[1, 2, 0]]
    np.testing.assert_allclose(D, [[0.9, 1.1, 1.9]], rtol=1e-12)


def test_weighted_vote_of_dudani_turns_the_majority():
    """Two far "b" outvote one near "a" equally, but not with weights 1/1 against 1/4 + 1/4 (Dudani 1976, with 1/d)."""
    X, y = [[0.0], [5.0], [-3.0]], ["a", "b", "b"]
    assert KNeighborsClassifier(3).fit(X, y).predict([[1.0]]) == ["b"]
    weighted = KNeighborsClassifier(3, weights="distance").fit(X, y)
    assert weighted.predict([[1.0]]) == ["a"]
    np.testing.assert_allclose(weighted.predict_proba([[1.0]]), [[2 / 3, 1 / 3]])


def test_the_three_metrics_by_hand():
    Q, X = np.array([[1.0, 0.0]]), np.array([[4.0, 4.0], [0.0, 2.0]])
    np.testing.assert_allclose(distances(Q, X), [[5.0, 5**0.5]])
    np.testing.assert_allclose(distances(Q, X, "manhattan"), [[7.0, 3.0]])
    np.testing.assert_allclose(distances(Q, X, "cosine"), [[1 - 0.5**0.5, 1.0]])


def test_regression_by_hand():
    model = KNeighborsRegressor(2, weights="distance").fit([[0.0], [3.0], [9.0]], [0.0, 6.0, 90.0])
    np.testing.assert_allclose(model.predict([[1.0], [3.0]]), [(0 * 2 + 6 * 1) / 3, 6.0])


# Ties and duplicates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS)
def test_of_equal_distances_the_smaller_index_is_nearer(metric):
    X = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0], [2.0, 1.0]])
    I = KNeighborsClassifier(4, metric=metric).fit(X, [0, 1, 2, 3]).kneighbors([[3.0, 3.0]], return_distance=False)
    assert I.tolist() == [[0, 1, 2, 3]]


def test_of_equal_votes_the_smaller_class_wins():
    model = KNeighborsClassifier(2).fit([[1.0], [0.0]], ["z", "y"])
    assert model.predict([[0.9]]) == ["y"]


def test_of_two_points_at_the_edge_of_the_k_the_smaller_index_is_taken():
    model = KNeighborsClassifier(1).fit([[1.0], [-1.0]], ["right", "left"])
    assert model.predict([[0.0]]) == ["right"]


def test_only_coinciding_rows_are_heard_with_distance_weights():
    model = KNeighborsClassifier(4, weights="distance").fit([[0.0], [0.0], [0.0], [1e-9]], ["a", "b", "b", "a"])
    np.testing.assert_allclose(model.predict_proba([[0.0]]), [[1 / 3, 2 / 3]])


def test_distance_weights_do_not_overflow():
    W = neighbor_weights(np.array([[5e-324, 1e-300, 1e300], [0.0, 0.0, 1.0]]), "distance")
    assert np.isfinite(W).all()
    np.testing.assert_allclose(W[1], [1, 1, 0])


def test_without_queries_no_row_is_its_own_neighbour_even_among_many_duplicates():
    X = np.array([[0.0]] * 6 + [[1.0]])
    D, I = KNeighborsClassifier(2).fit(X, np.arange(7)).kneighbors()
    assert not (np.arange(7)[:, None] == I).any()
    assert I.tolist() == [[1, 2], [0, 2], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1]]
    np.testing.assert_allclose(D, [[0, 0]] * 6 + [[1, 1]])


# Far from the origin ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [1e6, 1e8])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_distance_to_itself_is_zero_far_from_the_origin(rng, offset, dtype):
    X = (rng.normal(size=(200, 5)) * 10 + offset).astype(dtype)
    D, I = KNeighborsClassifier(3).fit(X, np.zeros(200)).kneighbors(X)
    assert (D[:, 0] == 0).all()
    exact_D, exact_I = nearest(distances(X, X), 3)
    assert (exact_I == I).all()
    np.testing.assert_allclose(D, exact_D, rtol=1e-6)


def test_the_expanded_square_would_fail_this_test(rng):
    """|q|^2 - 2 q.x + |x|^2, the way not taken, is wrong in every digit at an offset of 1e8."""
    X = rng.normal(size=(50, 3)) + 1e8
    squared = (X**2).sum(1)[:, None] - 2 * X @ X.T + (X**2).sum(1)
    assert (squared < 0).any() or np.abs(np.sqrt(np.diag(squared))).max() > 1


# Properties ---------------------------------------------------------------------------------------------------------

seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds, metric=st.sampled_from(METRICS), k=st.integers(1, 12), d=st.integers(1, 5))
def test_the_search_is_the_plain_way_to_the_bit(seed, metric, k, d):
    rng = np.random.default_rng(seed)
    X, Q = small_integers(rng, (40, d)) + 1, rng.choice([1.0, 2.5, 4.0], (9, d))
    D, I = KNeighborsClassifier(k, metric=metric).fit(X, np.zeros(40)).kneighbors(Q)
    plain_D, plain_I = nearest(distances(Q, X, metric), k)
    assert (plain_I == I).all()
    assert (plain_D == D).all()


@given(seed=seeds, k=st.integers(1, 6))
def test_a_permutation_of_the_features_changes_nothing(seed, k):
    rng = np.random.default_rng(seed)
    X, Q, order = rng.normal(size=(30, 4)), rng.normal(size=(5, 4)), rng.permutation(4)
    y = rng.integers(0, 3, 30)
    a = KNeighborsClassifier(k).fit(X, y).predict(Q)
    assert (a == KNeighborsClassifier(k).fit(X[:, order], y).predict(Q[:, order])).all()


@given(seed=seeds, k=st.integers(1, 6), shift=st.integers(-1000, 1000), power=st.integers(-20, 20))
def test_shifting_and_scaling_all_rows_changes_no_neighbour(seed, k, shift, power):
    rng = np.random.default_rng(seed)
    X, Q = small_integers(rng, (30, 3)), small_integers(rng, (5, 3))
    I = KNeighborsClassifier(k).fit(X, X[:, 0]).kneighbors(Q, return_distance=False)
    moved = KNeighborsClassifier(k).fit((X + shift) * 2.0**power, X[:, 0])
    assert (moved.kneighbors((Q + shift) * 2.0**power, return_distance=False) == I).all()


@given(seed=seeds, weights=st.sampled_from(["uniform", "distance"]), k=st.integers(1, 20))
def test_shares_are_a_distribution_and_means_stay_among_the_targets(seed, weights, k):
    rng = np.random.default_rng(seed)
    X, y = small_integers(rng, (20, 2)), rng.integers(0, 4, 20)
    shares = KNeighborsClassifier(k, weights=weights).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()
    means = KNeighborsRegressor(k, weights=weights).fit(X, y).predict(X)
    assert (means >= y.min() - 1e-12).all()
    assert (means <= y.max() + 1e-12).all()


def test_with_all_rows_as_neighbours_everybody_gets_the_overall_answer(rng):
    X, y = rng.normal(size=(30, 2)), rng.normal(size=30)
    np.testing.assert_allclose(KNeighborsRegressor(30).fit(X, y).predict(X), y.mean())


def test_the_nearest_neighbour_of_a_training_row_is_itself(rng):
    X, y = rng.normal(size=(100, 3)), rng.integers(0, 5, 100)
    assert KNeighborsClassifier(1).fit(X, y).score(X, y) == 1


# Oracle -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_digits_are_predicted_as_by_scikit_learn(metric, weights):
    X, y = load_digits(return_X_y=True)
    X, Q, y, _ = train_test_split(X, y, random_state=0)
    for k in (1, 4, 7):
        ours = KNeighborsClassifier(k, weights=weights, metric=metric).fit(X, y)
        theirs = TheirClassifier(k, weights=weights, metric=metric, algorithm="brute").fit(X, y)
        np.testing.assert_allclose(ours.kneighbors(Q)[0], theirs.kneighbors(Q)[0], rtol=1e-7, atol=1e-7)
        chosen = Q
        if metric == "manhattan":  # theirs picks any of the rows that tie at the edge, and whole numbers often do
            D = ours.kneighbors(Q, k + 1)[0]
            chosen = Q[D[:, k] > D[:, k - 1]]
            assert len(chosen) > 300
        assert (ours.predict(chosen) == theirs.predict(chosen)).all()
        np.testing.assert_allclose(ours.predict_proba(chosen), theirs.predict_proba(chosen), atol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_regression_equals_that_of_scikit_learn(rng, metric, weights):
    X, Q = rng.normal(size=(300, 4)), rng.normal(size=(50, 4))
    y = X @ rng.normal(size=4)
    ours = KNeighborsRegressor(6, weights=weights, metric=metric).fit(X, y)
    theirs = TheirRegressor(6, weights=weights, metric=metric).fit(X, y)
    np.testing.assert_allclose(ours.predict(Q), theirs.predict(Q), rtol=1e-8)


def images(folder, dtype):
    import gzip

    def read(name, header):
        with gzip.open(folder / "fashion-mnist" / f"{name}-ubyte.gz") as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)

    X, Q = (read(f"{part}-images-idx3", 16).reshape(-1, 784).astype(dtype) for part in ("train", "t10k"))
    return X, read("train-labels-idx1", 8), Q


@pytest.mark.slow
def test_fashion_mnist_is_predicted_as_by_scikit_learn_and_the_neighbours_are_those_of_brute_force(real_data):
    X, y, Q = images(real_data, np.float32)
    ours = KNeighborsClassifier(5).fit(X, y)
    theirs = TheirClassifier(5, algorithm="brute").fit(X, y)
    D, I = ours.kneighbors(Q)
    assert ours._search.pruned is not None, "the fast way is not the one that was tested"
    their_D, their_I = theirs.kneighbors(Q)
    np.testing.assert_allclose(D, their_D, rtol=1e-6)
    untied = (np.diff(ours.kneighbors(Q, 6)[0], axis=1) > 1e-3).all(axis=1)
    assert untied.mean() > 0.9
    assert (I[untied] == their_I[untied]).all()
    assert (ours.predict(Q) == theirs.predict(Q)).all()
    some = slice(0, 40)
    plain_D, plain_I = nearest(distances(Q[some], X), 5)
    assert (I[some] == plain_I).all()
    assert (D[some] == plain_D.astype(np.float32)).all()


# Kinds of input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [["no", "yes"], [-5, 3], [True, False], [1.0, 2.0], np.array(["b", "a"], object)])
def test_labels_come_back_as_they_were(labels):
    y = np.array([labels[0]] * 3 + [labels[1]] * 3)
    predicted = KNeighborsClassifier(3).fit([[0.0], [1], [2], [10], [11], [12]], y).predict([[1.0], [11.0]])
    assert predicted.tolist() == [labels[0], labels[1]]
    assert predicted.dtype == y.dtype


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int64, bool])
def test_integers_are_not_subtracted_as_integers(rng, dtype):
    """uint8: 0 - 1 would be 255."""
    X = rng.integers(0, 2 if dtype is bool else 100, (60, 3)).astype(dtype)
    D, I = KNeighborsClassifier(4).fit(X, np.zeros(60)).kneighbors(X[::-1])
    plain_D, plain_I = nearest(distances(X[::-1].astype(float), X.astype(float)), 4)
    assert (plain_I == I).all()
    assert D.dtype == np.float64
    assert (plain_D == D).all()


def test_float32_stays_float32_and_float64_stays_float64(rng):
    X = rng.normal(size=(20, 3))
    for dtype in (np.float32, np.float64):
        model = KNeighborsClassifier(3).fit(X.astype(dtype), X[:, 0] > 0)
        assert model.X_.dtype == dtype
        assert model.kneighbors(X.astype(dtype))[0].dtype == dtype
        assert model.predict_proba(X.astype(dtype)).dtype == dtype
        regressor = KNeighborsRegressor(3).fit(X.astype(dtype), X[:, 0].astype(dtype))
        assert regressor.predict(X.astype(dtype)).dtype == dtype


def test_float64_queries_against_float32_rows_are_not_rounded():
    X = np.array([[1.0], [1.0 + 2.0**-20]], dtype=np.float32)
    model = KNeighborsClassifier(1).fit(X, [0, 1])
    assert model.kneighbors(np.array([[1.0 + 2.0**-40]]))[0][0, 0] == 2.0**-40


def test_the_arrays_of_the_caller_are_neither_changed_nor_followed(rng):
    X, y = rng.normal(size=(30, 2)), rng.integers(0, 2, 30)
    X_before, y_before, Q = X.copy(), y.copy(), rng.normal(size=(5, 2))
    for metric in METRICS:
        model = KNeighborsClassifier(3, metric=metric).fit(X, y)
        before = model.kneighbors(Q)[1]
        assert (X_before == X).all()
        assert (y == y_before).all()
        X *= -1
        assert (model.kneighbors(Q)[1] == before).all()
        X *= -1


def test_data_frames_pipelines_grids_and_pickles(rng):
    table = pd.DataFrame(rng.normal(size=(60, 2)), columns=["width", "height"])
    y = np.where(table["width"] > 0, "wide", "narrow")
    model = make_pipeline(StandardScaler(), KNeighborsClassifier()).fit(table, y)
    assert model.score(table, y) > 0.8
    grid = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3], "metric": ["manhattan", "cosine"]}, cv=3)
    assert grid.fit(table, y).best_score_ > 0.8
    fitted = KNeighborsClassifier().fit(table, y)
    assert (pickle.loads(pickle.dumps(fitted)).predict(table) == fitted.predict(table)).all()
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        fitted.predict(table.to_numpy())


def test_fitting_again_forgets_the_first_rows():
    model = KNeighborsClassifier(1).fit([[0.0], [1.0], [2.0]], ["a", "b", "c"])
    model.fit([[0.0, 0.0], [1.0, 1.0]], ["x", "y"])
    assert model.predict([[0.9, 0.9]]) == ["y"]
    assert model.classes_.tolist() == ["x", "y"]


def test_predictions_from_neighbours_already_found(rng):
    X, y, Q = rng.normal(size=(50, 2)), rng.integers(0, 3, 50), rng.normal(size=(20, 2))
    D, I = KNeighborsClassifier(9, weights="distance").fit(X, y).kneighbors(Q)
    for k in (1, 4, 9):
        model = KNeighborsClassifier(k, weights="distance").fit(X, y)
        assert (model.predict_from(D[:, :k], I[:, :k]) == model.predict(Q)).all()
        regressor = KNeighborsRegressor(k, weights="distance").fit(X, y)
        assert (regressor.predict_from(D[:, :k], I[:, :k]) == regressor.predict(Q)).all()


@pytest.mark.parametrize(("estimator", "check"), [pair for e in ESTIMATORS for pair in estimator_checks_generator(e)])
def test_the_contract_of_scikit_learn(estimator, check):
    check(estimator)


# The steps alone ----------------------------------------------------------------------------------------------------


def test_vote_and_average_with_weights():
    np.testing.assert_allclose(vote(np.array([[2, 0, 2]]), np.array([[1.0, 3.0, 1.0]]), 3), [[0.6, 0, 0.4]])
    np.testing.assert_allclose(average(np.array([[1.0, 2.0]]), np.array([[3.0, 1.0]])), [1.25])


# Words --------------------------------------------------------------------------------------------------------------

X4, Y4 = np.array([[0.0], [1.0], [2.0], [3.0]]), [0, 0, 1, 1]


def message(error, function, *arguments):
    with pytest.raises(error) as caught:
        function(*arguments)
    return str(caught.value)


def test_the_words_of_the_errors():
    fitted = KNeighborsClassifier(2).fit(X4, Y4)
    bad = InvalidArgumentError
    assert message(bad, KNeighborsClassifier(5).fit, X4, Y4) == (
        "n_neighbors=5 must be at most the number of samples, n_samples=4."
    )
    assert message(bad, fitted.kneighbors, X4, 5) == "n_neighbors=5 must be at most the number of samples, n_samples=4."
    assert message(bad, fitted.kneighbors, None, 4) == (
        "n_neighbors=4 must be at most the number of samples other than the query itself, 3."
    )
    assert message(bad, KNeighborsClassifier(0).fit, X4, Y4) == "n_neighbors=0 must be an integer of at least 1."
    assert message(InvalidTypeError, KNeighborsClassifier(2.0).fit, X4, Y4) == (
        "n_neighbors=2.0 must be an integer of at least 1; it is of type float."
    )
    assert message(bad, KNeighborsClassifier(2, metric="euclid").fit, X4, Y4) == (
        "metric='euclid' must be one of 'euclidean', 'manhattan', 'cosine'. Did you mean 'euclidean'?"
    )
    assert message(bad, KNeighborsClassifier(2, weights="distances").fit, X4, Y4) == (
        "weights='distances' must be one of 'uniform', 'distance'. Did you mean 'distance'?"
    )
    assert message(bad, fitted.set_params(weights="uniforms").predict, X4) == (
        "weights='uniforms' must be one of 'uniform', 'distance'. Did you mean 'uniform'?"
    )
    assert message(bad, distances, X4, X4, "taxi") == (
        "metric='taxi' must be one of 'euclidean', 'manhattan', 'cosine'."
    )
    assert message(bad, nearest, np.ones((1, 3)), 4) == "k=4 must be an integer of at least 1 and at most 3."


def test_the_words_about_zero_vectors_and_huge_values():
    cosine = KNeighborsClassifier(1, metric="cosine")
    expected = (
        "X row 1 is all zeros, and the cosine metric knows no angle for it. Remove the row or use metric='euclidean'."
    )
    assert message(InvalidArgumentError, cosine.fit, [[1.0, 2.0], [0.0, 0.0]], [0, 1]) == expected
    cosine.fit([[1.0, 2.0], [2.0, 1.0]], [0, 1])
    assert message(InvalidArgumentError, cosine.predict, [[1.0, 1.0], [0.0, 0.0]]) == expected
    expected = (
        "X holds a value of size 1e+200, and squared distances of such values overflow. Rescale X to at most 1e+150."
    )
    assert message(InvalidArgumentError, KNeighborsClassifier(1).fit, [[1e200], [0.0]], [0, 1]) == expected
    fitted = KNeighborsClassifier(1).fit(X4, Y4)
    assert message(InvalidArgumentError, fitted.predict, np.array([[-1e200]])) == expected


@pytest.mark.parametrize(("value", "words"), [(np.nan, "Input X contains NaN."), (np.inf, "Input X contains infinity")])
def test_nan_and_infinity_are_refused_by_both_doors(value, words):
    fitted = KNeighborsClassifier(2).fit(X4, Y4)
    for dtype in (np.float64, np.float32):
        with pytest.raises(ValueError, match=words):
            fitted.predict(np.array([[value]], dtype=dtype))
        with pytest.raises(ValueError, match=words):
            KNeighborsClassifier(2).fit(np.array([[value], [1.0]], dtype=dtype), [0, 1])


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.zeros((0, 1)), "Found array with 0 sample(s) (shape=(0, 1)) while a minimum of 1 is required"),
        (np.zeros((2, 3)), "X has 3 features, but KNeighborsClassifier is expecting 1 features as input."),
        (np.zeros(3), "Expected 2D array, got 1D array instead"),
        (np.array([["a"]]), "could not convert string to float"),
    ],
)
def test_queries_of_the_wrong_form(X, words):
    assert words in message(ValueError, KNeighborsClassifier(2).fit(X4, Y4).predict, X)


def test_an_unfitted_model_says_so():
    assert "This KNeighborsClassifier instance is not fitted yet" in message(
        NotFittedError, KNeighborsClassifier().predict, X4
    )


# Memory -------------------------------------------------------------------------------------------------------------

MEMORY = """
import sys, pathlib
import numpy as np
from scratchwork.models.nearest_neighbors import KNeighborsClassifier

def peak():
    line = next(l for l in pathlib.Path("/proc/self/status").read_text().splitlines() if l.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

kind = sys.argv[1]
rng = np.random.default_rng(0)
if kind == "leading directions":
    basis = rng.normal(size=(20, 784)).astype(np.float32)
    make = lambda n: rng.normal(size=(n, 20)).astype(np.float32) @ basis + rng.normal(size=(n, 784)).astype(np.float32) / 2
else:
    make = lambda n: rng.random((n, 784), dtype=np.float32)
X, Q = make(60_000), make(int(sys.argv[2]))
y = rng.integers(0, 10, 60_000)
KNeighborsClassifier(5).fit(X[:5000], y[:5000]).predict(Q[:100])
held = peak()
model = KNeighborsClassifier(5).fit(X, y)
fitted = peak()
model.predict(Q)
assert (model._search.pruned is not None) == (kind == "leading directions")
print(X.nbytes, fitted - held, peak() - held)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of the resident size from /proc")
@pytest.mark.parametrize(("kind", "queries"), [("leading directions", 20_000), ("no leading directions", 500)])
def test_memory_of_prediction_stays_within_the_stated_bound(kind, queries):
    """At most 256 MB above the kept rows and one rotated copy of them, at 60,000 x 784."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, kind, str(queries)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    references, _, above = map(int, done.stdout.split())
    assert above < 2 * references + 256 * 2**20
