"""Linear regression: certified values, by hand, by its properties, against scikit-learn, in words, under bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression as PeerLeastSquares
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from scratchwork import LinearRegression
from scratchwork.models import linear_regression as module
from scratchwork.models.linear_regression import residual_sum, shifted_columns, slopes, triangle

RANK = np.exceptions.RankWarning

# NIST Statistical Reference Datasets, Longley (1967): employment, then six economic series of 1947 to 1962.
LONGLEY = np.array(
    [
        [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
        [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
        [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
        [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
        [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
        [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
        [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
        [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
        [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
        [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
        [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
        [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
        [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
        [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
        [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
        [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ]
)


# -- certified, and by hand ------------------------------------------------------------------------------------------


def test_longley_to_the_certified_digits():
    model = LinearRegression().fit(LONGLEY[:, 1:], LONGLEY[:, 0])
    assert model.intercept_ == pytest.approx(-3482258.63459582, rel=1e-11)
    assert model.coef_ == pytest.approx(
        [
            15.0618722713733, -0.0358191792925910, -2.02022980381683, -1.03322686717359, -0.0511041056535807,
            1829.15146461355,
        ],
        rel=1e-10,
    )  # fmt: skip
    assert model.intercept_standard_error_ == pytest.approx(890420.383607373, rel=1e-10)
    assert model.coef_standard_errors_ == pytest.approx(
        [
            84.9149257747669, 0.0334910077722432, 0.488399681651699, 0.214274163161675, 0.226073200069370,
            455.478499142212,
        ],
        rel=1e-10,
    )  # fmt: skip
    assert model.residual_std_ == pytest.approx(304.854073561965, rel=1e-11)
    assert model.score(LONGLEY[:, 1:], LONGLEY[:, 0]) == pytest.approx(0.995479004577296, rel=1e-12)
    assert (model.rank_, model.degrees_of_freedom_) == (6, 9)


def test_wampler_one_is_a_polynomial_of_ones():
    """NIST Wampler1: y = 1 + x + ... + x^5 for x = 0, ..., 20; every coefficient is 1, every standard error 0."""
    x = np.arange(21.0)
    X = np.stack([x**power for power in range(1, 6)], axis=1)
    model = LinearRegression().fit(X, 1 + X.sum(axis=1))
    assert model.coef_ == pytest.approx(np.ones(5), abs=1e-8)
    assert model.intercept_ == pytest.approx(1, abs=1e-6)
    assert model.residual_std_ == pytest.approx(0, abs=1e-7)


def test_three_points_by_hand():
    """x = 0, 1, 2 and y = 0, 0, 3: slope 3/2, intercept -1/2, residuals 1/2, -1, 1/2, so sigma^2 = 3/2 on 1 degree."""
    model = LinearRegression().fit([[0.0], [1.0], [2.0]], [0.0, 0.0, 3.0])
    assert model.coef_ == pytest.approx([1.5])
    assert model.intercept_ == pytest.approx(-0.5)
    assert model.residual_std_ == pytest.approx(np.sqrt(1.5))
    assert model.coef_standard_errors_ == pytest.approx([np.sqrt(1.5 / 2)])
    assert model.intercept_standard_error_ == pytest.approx(np.sqrt(1.5 * (1 / 3 + 1 / 2)))


def test_ridge_by_hand():
    """Without intercept, x = (1, 2), y = (1, 2): x'y / (x'x + alpha) = 5 / (5 + 5)."""
    assert LinearRegression(alpha=5.0, fit_intercept=False).fit([[1.0], [2.0]], [1.0, 2.0]).coef_ == pytest.approx(
        [0.5]
    )


# -- against independent sources -------------------------------------------------------------------------------------


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("alpha", [0.0, 1e-3, 10.0])
def test_the_plane_is_scikit_learns(rng, intercept, weighted, alpha):
    X, y = load_diabetes(return_X_y=True)
    weights = rng.integers(0, 4, len(y)).astype(float) if weighted else None
    ours = LinearRegression(alpha=alpha, fit_intercept=intercept).fit(X, y, weights)
    peer = Ridge(alpha=alpha, fit_intercept=intercept, solver="cholesky") if alpha else None
    peer = (peer or PeerLeastSquares(fit_intercept=intercept)).fit(X, y, weights)
    assert ours.coef_ == pytest.approx(peer.coef_, rel=1e-8, abs=1e-8)
    assert ours.intercept_ == pytest.approx(peer.intercept_, abs=1e-8)
    assert ours.predict(X) == pytest.approx(peer.predict(X), rel=1e-9)
    assert ours.score(X, y) == pytest.approx(peer.score(X, y))


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("alpha", [0.0, 3.0])
def test_standard_errors_are_those_of_the_textbook_formula(rng, intercept, alpha):
    X, s = rng.normal(size=(40, 3)) + 2, rng.random(40) + 0.1
    y = X @ [1.0, -2.0, 0.5] + 3 + rng.normal(size=40)
    model = LinearRegression(alpha=alpha, fit_intercept=intercept).fit(X, y, s)
    A = np.hstack([X, np.ones((40, 1))]) if intercept else X
    gram = A.T @ (A * s[:, None])
    M = np.linalg.inv(gram + alpha * np.diag([1.0, 1.0, 1.0, 0.0][: A.shape[1]]))
    residual = y - model.predict(X)
    freedom = 40 - np.trace(M @ gram)
    sigma2 = (s * residual**2).sum() / freedom
    errors = np.sqrt(sigma2 * (M @ gram @ M).diagonal())
    assert model.degrees_of_freedom_ == pytest.approx(freedom)
    assert model.residual_std_ == pytest.approx(np.sqrt(sigma2))
    assert model.coef_standard_errors_ == pytest.approx(errors[:3])
    if intercept:
        assert model.intercept_standard_error_ == pytest.approx(errors[3])


def test_standard_errors_cover_the_truth_as_often_as_they_say(rng):
    X = rng.normal(size=(30, 2))
    hits = 0
    for _ in range(400):
        model = LinearRegression().fit(X, X @ [1.0, -1.0] + rng.normal(size=30))
        hits += abs(model.coef_[0] - 1) < 2.0518 * model.coef_standard_errors_[0]
    assert 0.92 < hits / 400 < 0.98  # Student's 97.5 % point for 27 degrees of freedom is 2.0518


# -- properties ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.booleans())
def test_the_residuals_are_orthogonal_to_the_columns(seed, intercept):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    residual = y - LinearRegression(fit_intercept=intercept).fit(X, y).predict(X)
    assert X.T @ residual == pytest.approx(np.zeros(4), abs=1e-11)
    assert residual.sum() == pytest.approx(0, abs=1e-11) or not intercept


@given(st.integers(0, 10_000), st.sampled_from([0.0, 2.0]))
def test_weights_count_rows_and_order_does_not_matter(seed, alpha):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(12, 2)), rng.normal(size=12)
    counts = rng.integers(0, 4, 12) + (np.arange(12) < 4)
    rows = rng.permutation(np.repeat(np.arange(12), counts))
    weighted = LinearRegression(alpha=alpha).fit(X, y, counts)
    repeated = LinearRegression(alpha=alpha).fit(X[rows], y[rows])
    assert weighted.coef_ == pytest.approx(repeated.coef_, abs=1e-10)
    assert weighted.intercept_ == pytest.approx(repeated.intercept_, abs=1e-10)


@given(st.integers(0, 10_000))
def test_moving_and_stretching_the_data_moves_and_stretches_the_plane(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(15, 2)), rng.normal(size=15)
    plain = LinearRegression().fit(X, y)
    moved = LinearRegression().fit(X * [1e6, 1e-6] + [1e6, 3], 2 * y + 7)
    assert moved.coef_ * [1e6, 1e-6] == pytest.approx(2 * plain.coef_, rel=1e-6, abs=1e-8)
    assert moved.coef_standard_errors_ * [1e6, 1e-6] == pytest.approx(2 * plain.coef_standard_errors_, rel=1e-6)


def test_the_triangle_keeps_all_inner_products_however_the_rows_are_cut(rng, monkeypatch):
    X, y, s = rng.normal(size=(100, 3)), rng.normal(size=100), rng.random(100)
    A = shifted_columns(X, y, s, np.ones(4), 1)
    whole = triangle(X, y, s, np.ones(4), 1)
    monkeypatch.setattr(module, "BLOCK_ROWS", 11)
    cut = triangle(X, y, s, np.ones(4), 1)
    assert whole.T @ whole == pytest.approx(A.T @ A)
    assert np.abs(cut) == pytest.approx(np.abs(whole))
    w = rng.normal(size=3)
    residual = np.sqrt(s) * (y - 1 - (X - 1) @ w)
    left = residual - np.sqrt(s) * (np.sqrt(s) @ residual) / s.sum()
    assert residual_sum(whole, w, 1) == pytest.approx(left @ left)


# -- short rank ------------------------------------------------------------------------------------------------------


def test_duplicate_columns_share_their_coefficient_and_are_named(rng):
    X, noise = rng.normal(size=(30, 2)), rng.normal(size=30)
    y = X @ [2.0, -1.0] + noise
    with pytest.warns(RANK) as caught:
        model = LinearRegression().fit(np.hstack([X, X[:, :1]]), y)
    plain = LinearRegression().fit(X, y)
    assert model.rank_ == 2
    assert model.coef_ == pytest.approx([plain.coef_[0] / 2, plain.coef_[1], plain.coef_[0] / 2])
    assert np.isnan(model.coef_standard_errors_).tolist() == [True, False, True]
    assert model.coef_standard_errors_[1] == pytest.approx(plain.coef_standard_errors_[1])
    assert model.residual_std_ == pytest.approx(plain.residual_std_)
    assert str(caught[0].message) == (
        "X has the rank 2, less than its 3 columns: some are constant or sums of others, or there are too few rows. The "
        "coefficients are the shortest of the best ones; predictions for rows of the same kind are not affected. Drop "
        "columns or give alpha > 0."
    )
    assert caught[0].filename == __file__


@pytest.mark.parametrize("scales", [np.ones(8), 10.0 ** np.arange(-4, 4)])
def test_more_columns_than_rows_give_the_shortest_solution(rng, scales):
    X, y = rng.normal(size=(5, 8)) * scales, rng.normal(size=5)
    with pytest.warns(RANK):
        model = LinearRegression().fit(X, y)
    centred = X - X.mean(axis=0)
    assert model.predict(X) == pytest.approx(y)
    assert model.coef_ == pytest.approx(np.linalg.pinv(centred) @ (y - y.mean()), rel=1e-6, abs=1e-12)
    assert np.isnan(model.coef_standard_errors_).all()


def test_constant_columns_get_nothing(rng):
    X, y = rng.normal(size=(10, 1)), rng.normal(size=10)
    with pytest.warns(RANK):
        model = LinearRegression().fit(np.hstack([X, np.full((10, 1), 7.3)]), y)
    assert model.coef_ == pytest.approx([LinearRegression().fit(X, y).coef_[0], 0.0])
    with pytest.warns(RANK):
        nothing = LinearRegression().fit(np.zeros((4, 2)), [1.0, 2.0, 3.0, 6.0])
    assert nothing.predict(np.zeros((1, 2))) == pytest.approx([3.0])


def test_ridge_needs_no_full_rank(rng):
    X, y = rng.normal(size=(5, 8)), rng.normal(size=5)
    model = LinearRegression(alpha=0.1).fit(X, y)
    assert model.coef_ == pytest.approx(Ridge(alpha=0.1).fit(X, y).coef_)
    assert np.isfinite(model.coef_standard_errors_).all()


def test_no_degree_of_freedom_left_means_no_standard_errors():
    model = LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])
    assert model.predict([[2.0]]) == pytest.approx([5.0])
    assert np.isnan([model.residual_std_, model.intercept_standard_error_, *model.coef_standard_errors_]).all()
    with pytest.warns(RANK):
        assert LinearRegression().fit([[4.0]], [2.0]).predict([[9.0]]) == pytest.approx([2.0])


def test_slopes_of_a_singular_triangle():
    found = slopes(np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([2.0, 0.0]), 0.0)
    assert found.w == pytest.approx([1.0, 1.0])
    assert found.inverse == pytest.approx(np.full((2, 2), 0.25))
    assert (found.rank, found.free.tolist()) == (1, [True, True])


# -- the contract ----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::numpy.exceptions.RankWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_check_estimator_finds_nothing(alpha):
    records = check_estimator(LinearRegression(alpha=alpha), on_skip=None)
    assert {record["status"] for record in records} <= {"passed", "skipped"}


def test_frames_pipelines_and_grids():
    data = load_diabetes(as_frame=True)
    grid = GridSearchCV(make_pipeline(StandardScaler(), LinearRegression()), {"linearregression__alpha": [0.1, 10.0]})
    assert grid.fit(data.data, data.target).score(data.data, data.target) > 0.5
    model = LinearRegression().fit(data.data, data.target)
    assert list(model.feature_names_in_) == list(data.data.columns)
    assert model.predict(data.data) == pytest.approx(
        LinearRegression().fit(data.data.to_numpy(), data.target).predict(data.data.to_numpy())
    )


def test_float32_stays_float32_and_inputs_stay_as_they_are(rng):
    X = (rng.normal(size=(200, 3)) + 1000).astype(np.float32)
    y = (X @ [1.0, 2.0, 3.0]).astype(np.float32)
    copies = X.copy(), y.copy()
    model = LinearRegression().fit(X, y)
    assert model.coef_.dtype == model.predict(X).dtype == np.float32
    assert model.coef_ == pytest.approx([1.0, 2.0, 3.0], abs=1e-3)
    assert (copies[0] == X).all()
    assert (y == copies[1]).all()


def test_integers_and_far_offsets(rng):
    X = rng.integers(0, 256, size=(50, 3)).astype(np.uint8)
    y = X.astype(float) @ [1.0, -2.0, 3.0] + 1e9
    model = LinearRegression().fit(X, y)
    assert model.coef_ == pytest.approx([1.0, -2.0, 3.0], abs=1e-8)
    assert model.intercept_ == pytest.approx(1e9, rel=1e-14)
    far = LinearRegression().fit(X + 1e8, y)
    assert far.coef_ == pytest.approx([1.0, -2.0, 3.0], abs=1e-8)


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alpha", "message"),
    [
        (-1, "alpha=-1 must be a number of at least 0 and below inf."),
        (np.inf, "alpha=inf must be a number of at least 0 and below inf."),
        ("1", "alpha='1' must be a number of at least 0 and below inf; it is of type str."),
    ],
)
def test_a_wrong_alpha_is_named(alpha, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        LinearRegression(alpha=alpha).fit([[0.0], [1.0]], [0.0, 1.0])
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        ([[np.nan], [1.0]], [0, 1], "Input X contains NaN"),
        ([[np.inf], [1.0]], [0, 1], "Input X contains infinity"),
        ([[0.0], [1.0]], [0, np.nan], "Input y contains NaN"),
        ([0.0, 1.0], [0, 1], "Expected 2D array, got 1D array"),
        (np.empty((0, 2)), [], "Found array with 0 sample"),
        ([["a"], ["b"]], [0, 1], "could not convert string to float"),
        ([[0.0], [1.0]], [0, 1, 2], "inconsistent numbers of samples"),
        ([[0.0], [1.0]], ["a", "b"], "could not convert string to float"),
    ],
)
def test_bad_data_is_refused(X, y, words):
    with pytest.raises(ValueError, match=words):
        LinearRegression().fit(X, y)


def test_bad_weights_are_named():
    with pytest.raises(ValueError) as caught:
        LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0], sample_weight=[0, 0])
    assert str(caught.value) == "sample_weight is zero for every row; some must be positive."


def test_predicting_other_columns_is_refused():
    model = LinearRegression().fit(pd.DataFrame({"a": [0.0, 1.0, 2.0]}), [0.0, 1.0, 2.5])
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(pd.DataFrame({"b": [1.0]}))
