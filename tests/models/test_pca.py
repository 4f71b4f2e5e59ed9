"""PCA: by hand, its properties, against scikit-learn and the singular values, and the words of its errors."""

import contextlib
import warnings
from unittest import SkipTest

import numpy as np
import pytest
import sklearn.decomposition
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator

from scratchwork.errors import InvalidArgumentError, InvalidTypeError
from scratchwork.models import _pca_gram, pca
from scratchwork.models._pca_gram import blocked_covariance
from scratchwork.models.pca import PCA, components_for_share, covariance, fix_signs, tall_directions, wide_directions

SHAPES = [(30, 5), (5, 30), (12, 12), (200, 7), (2, 9), (9, 2), (40, 1)]
tables = hnp.arrays(
    np.float64, st.tuples(st.integers(2, 12), st.integers(1, 12)), elements=st.floats(-100, 100, width=32)
)


# By hand ----------------------------------------------------------------------------------------------------------


def test_smith():
    """L. I. Smith, A tutorial on principal components analysis (2002), section 3.1: ten points, their mean, covariance,
    eigenvalues and eigenvectors as printed there."""
    x = [2.5, 0.5, 2.2, 1.9, 3.1, 2.3, 2.0, 1.0, 1.5, 1.1]
    y = [2.4, 0.7, 2.9, 2.2, 3.0, 2.7, 1.6, 1.1, 1.6, 0.9]
    X = np.column_stack([x, y])
    mean, cov = covariance(X)
    np.testing.assert_allclose(mean, [1.81, 1.91])
    np.testing.assert_allclose(cov, [[0.616555556, 0.615444444], [0.615444444, 0.716555556]], atol=1e-9)
    model = PCA().fit(X)
    np.testing.assert_allclose(model.explained_variance_, [1.28402771, 0.0490833989], atol=1e-8)
    # printed as (-0.677873399, -0.735178656) and (-0.735178656, 0.677873399): the same lines
    np.testing.assert_allclose(model.components_, [[0.677873399, 0.735178656], [0.735178656, -0.677873399]], atol=1e-8)
    # the first row of the transformed data there, with the sign of our first direction
    np.testing.assert_allclose(np.abs(model.transform(X)[0]), [0.827970186, 0.175115307], atol=1e-8)


def test_johnson_and_wichern():
    """R. Johnson and D. Wichern, Applied Multivariate Statistical Analysis, the first example of chapter 8: the
    covariance (1, -2, 0; -2, 5, 0; 0, 0, 2) has the eigenvalues 5.83, 2.00, 0.17 and the first direction
    (0.383, -0.924, 0)."""
    variances, directions = tall_directions(np.array([[1.0, -2, 0], [-2, 5, 0], [0, 0, 2]]))
    np.testing.assert_allclose(variances, [5.83, 2.00, 0.17], atol=0.005)
    np.testing.assert_allclose(fix_signs(directions)[0], [-0.383, 0.924, 0], atol=0.0005)
    assert components_for_share(variances / variances.sum(), 0.97) == 2


def test_points_on_a_line():
    X = np.outer(np.arange(4.0), [3.0, 4.0]) + 7
    model = PCA(1).fit(X)
    np.testing.assert_allclose(model.components_, [[0.6, 0.8]])
    np.testing.assert_allclose(model.transform(X)[:, 0], 5 * (np.arange(4) - 1.5))
    assert model.explained_variance_ == pytest.approx([25 * 5 / 3])  # of 0, 1, 2, 3 with divisor 3


# Properties -------------------------------------------------------------------------------------------------------


@given(tables)
def test_orthonormal_complete_and_in_falling_order(X):
    model = PCA().fit(X)
    m = min(X.shape)
    np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(m), atol=1e-10)
    scale = max(1.0, float(np.abs(X).max()))
    np.testing.assert_allclose(model.inverse_transform(model.transform(X)), X, atol=1e-10 * scale)
    assert np.all(model.explained_variance_ >= 0)
    assert np.all(np.diff(model.explained_variance_) <= 1e-10 * scale**2)
    total = X.var(axis=0, ddof=1).sum()
    assert model.explained_variance_.sum() == pytest.approx(total, abs=1e-9 * scale**2)
    np.testing.assert_allclose(model.transform(X).mean(axis=0), 0, atol=1e-9 * scale)
    np.testing.assert_allclose(model.transform(X).var(axis=0, ddof=1), model.explained_variance_, atol=1e-9 * scale**2)


@pytest.mark.parametrize("shape", SHAPES)
def test_centring_makes_a_shift_harmless(shape, rng):
    X = rng.normal(size=shape)
    here, there = PCA().fit(X), PCA().fit(X + 1e6)
    rank = min(shape[0] - 1, shape[1])
    np.testing.assert_allclose(there.explained_variance_, here.explained_variance_, atol=1e-8)
    np.testing.assert_allclose(there.components_[:rank], here.components_[:rank], atol=1e-6)
    np.testing.assert_allclose(there.transform(X + 1e6)[:, :rank], here.transform(X)[:, :rank], atol=1e-6)


def test_the_order_of_rows_and_columns_changes_nothing(rng):
    X = rng.normal(size=(60, 6)) * [5, 4, 3, 2, 1, 0.5]
    model = PCA(3).fit(X)
    rows, columns = rng.permutation(60), rng.permutation(6)
    np.testing.assert_allclose(PCA(3).fit(X[rows]).components_, model.components_, atol=1e-12)
    np.testing.assert_allclose(PCA(3).fit(X[:, columns]).components_, model.components_[:, columns], atol=1e-12)


def test_projection_is_the_nearest_point_of_the_plane(rng):
    X = rng.normal(size=(50, 4))
    model = PCA(2).fit(X)
    V, centred = model.components_, X - model.mean_
    projector = V.T @ V
    np.testing.assert_allclose(projector @ projector, projector, atol=1e-14)
    np.testing.assert_allclose(model.inverse_transform(model.transform(X)), centred @ projector + model.mean_)
    kept = np.sum((X - model.inverse_transform(model.transform(X))) ** 2)
    for _ in range(50):  # no other plane keeps more
        other, _ = np.linalg.qr(rng.normal(size=(4, 2)))
        assert np.sum((centred - centred @ other @ other.T) ** 2) >= kept


def test_transform_learns_nothing(rng):
    X = rng.normal(size=(30, 4))
    model = PCA(2).fit(X)
    state = {name: np.copy(value) for name, value in vars(model).items()}
    whole = model.transform(X)
    np.testing.assert_allclose(model.transform(X[3:4]), whole[3:4], atol=1e-14)
    np.testing.assert_allclose(PCA(2).fit_transform(X), whole, atol=1e-14)
    for name, value in vars(model).items():
        assert np.array_equal(value, state[name])


def test_nothing_of_the_callers_changes(rng):
    X = rng.normal(size=(30, 4))
    X.flags.writeable = False
    model = PCA(whiten=True).fit(X)
    scores = model.transform(X)
    scores.flags.writeable = False
    model.inverse_transform(scores)


def test_constant_columns_and_constant_data():
    X = np.column_stack([np.arange(5.0), np.full(5, 3.0), np.zeros(5)])
    model = PCA().fit(X)
    np.testing.assert_allclose(model.explained_variance_ratio_, [1, 0, 0], atol=1e-15)
    np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(3), atol=1e-12)
    flat = PCA().fit(np.ones((4, 3)))
    assert flat.explained_variance_ratio_.tolist() == [0, 0, 0]
    np.testing.assert_allclose(flat.inverse_transform(flat.transform(np.ones((2, 3)))), 1)


def test_uint8_is_not_wrapped():
    X = np.array([[250, 0], [251, 1], [252, 2]], dtype=np.uint8)
    np.testing.assert_allclose(PCA(1).fit(X).components_, [[0.5**0.5, 0.5**0.5]])
    np.testing.assert_allclose(PCA(1).fit(X).mean_, [251, 1])


@pytest.mark.parametrize("shape", [(50, 4), (4, 50)])
def test_whitening(shape, rng):
    X = rng.normal(size=shape) * np.arange(1, shape[1] + 1)
    model = PCA(3, whiten=True).fit(X)
    np.testing.assert_allclose(np.cov(model.transform(X), rowvar=False), np.eye(3), atol=1e-10)
    plain = PCA(3).fit(X)
    np.testing.assert_allclose(
        model.inverse_transform(model.transform(X)), plain.inverse_transform(plain.transform(X)), atol=1e-10
    )


def test_whitening_does_not_blow_up_what_does_not_vary():
    X = np.column_stack([np.arange(6.0), np.full(6, 0.1)])
    assert np.abs(PCA(whiten=True).fit(X).transform(X)).max() < 2


def test_float32_stays_float32(rng):
    X = rng.normal(size=(40, 5)).astype(np.float32)
    for whiten in (False, True):
        model = PCA(3, whiten=whiten).fit(X)
        for array in (model.components_, model.mean_, model.explained_variance_, model.transform(X)):
            assert array.dtype == np.float32
        assert model.inverse_transform(model.transform(X)).dtype == np.float32
    np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(3), atol=1e-6)


# Signs and numbers of components ----------------------------------------------------------------------------------


def test_signs_do_not_depend_on_rounding(rng):
    """(1, -1) / sqrt 2 has two largest entries; which is larger by rounding must not matter."""
    a = np.array([[0.5**0.5, -np.nextafter(0.5**0.5, 1)]])
    b = np.array([[-np.nextafter(0.5**0.5, 1), 0.5**0.5]])
    assert fix_signs(a)[0, 0] > 0
    assert fix_signs(b)[0, 0] > 0
    V = rng.normal(size=(6, 4))
    assert np.array_equal(fix_signs(V), fix_signs(-V))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999, 1.0])
def test_a_share_of_the_variance(share):
    X = load_digits().data
    model, every = PCA(share).fit(X), PCA().fit(X)
    cumulative = np.cumsum(every.explained_variance_ratio_)
    assert cumulative[model.n_components_ - 1] >= share - 1e-12
    if model.n_components_ > 1:
        assert cumulative[model.n_components_ - 2] < share
    if share < 1:
        assert model.n_components_ == sklearn.decomposition.PCA(share).fit(X).n_components_
    else:
        assert model.n_components_ == np.linalg.matrix_rank(X - X.mean(axis=0))
    np.testing.assert_allclose(model.components_, every.components_[: model.n_components_])


def test_noise_variance_is_the_mean_of_what_is_left_out(rng):
    X = rng.normal(size=(50, 6))
    every = PCA().fit(X)
    assert PCA(4).fit(X).noise_variance_ == pytest.approx(every.explained_variance_[4:].mean())
    assert every.noise_variance_ == 0.0


# Oracles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_as_the_singular_value_decomposition(shape, rng):
    X = rng.normal(size=shape) * np.linspace(1, 3, shape[1]) + 5
    model = PCA().fit(X)
    _, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    rank = min(shape[0] - 1, shape[1])
    np.testing.assert_allclose(model.singular_values_, s, atol=1e-6)
    np.testing.assert_allclose(model.components_[:rank], fix_signs(Vt)[:rank], atol=1e-8)


@pytest.mark.parametrize("n_components", [1, 10, None])
@pytest.mark.parametrize("rows", [1797, 40])
def test_digits_as_scikit_learn(n_components, rows):
    X = load_digits().data[:rows]
    ours, theirs = PCA(n_components).fit(X), sklearn.decomposition.PCA(n_components, svd_solver="full").fit(X)
    np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, atol=1e-10)
    np.testing.assert_allclose(ours.explained_variance_ratio_, theirs.explained_variance_ratio_, atol=1e-12)
    np.testing.assert_allclose(ours.mean_, theirs.mean_, atol=1e-12)
    clear = theirs.explained_variance_ > 1e-6  # pixels that never vary leave directions that nothing determines
    signs = np.sign(np.sum(ours.components_ * theirs.components_, axis=1))[:, None]
    np.testing.assert_allclose((signs * ours.components_)[clear], theirs.components_[clear], atol=1e-7)
    np.testing.assert_allclose((ours.transform(X) * signs.T)[:, clear], theirs.transform(X)[:, clear], atol=1e-6)
    assert ours.noise_variance_ == pytest.approx(theirs.noise_variance_, abs=1e-10)


@pytest.mark.parametrize("shape", [(12, 12), (9, 4)])
def test_the_two_routes_agree(shape, rng):
    X = rng.normal(size=shape)
    mean, cov = covariance(X)
    variances, directions = tall_directions(cov)
    variances_w, directions_w = wide_directions(X - mean)
    rank = min(shape[0] - 1, shape[1])
    np.testing.assert_allclose(variances_w[:rank], variances[:rank], atol=1e-10)
    np.testing.assert_allclose(fix_signs(directions_w.T[:, :rank].T), fix_signs(directions[:rank]), atol=1e-8)


def test_the_first_directions_of_wide_data_are_the_first_of_all(rng):
    centred = rng.normal(size=(9, 40))
    centred -= centred.mean(axis=0)
    variances, directions = wide_directions(centred, 3)
    every_variance, every_direction = wide_directions(centred)
    assert directions.shape == (3, 40)
    np.testing.assert_array_equal(variances, every_variance)
    np.testing.assert_allclose(fix_signs(directions), fix_signs(every_direction[:3]), atol=1e-12)


@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_covariance_in_blocks_is_the_covariance(offset, dtype, rng, monkeypatch):
    monkeypatch.setattr(_pca_gram, "BLOCK", 64)
    X = (rng.normal(size=(1000, 5)) @ rng.normal(size=(5, 5)) + offset).astype(dtype)
    mean, cov = blocked_covariance(X)
    expected_mean, expected = covariance(X)
    exact = dtype == np.float64
    np.testing.assert_allclose(mean, expected_mean, rtol=1e-12 if exact else 1e-6)
    np.testing.assert_allclose(cov, expected, rtol=1e-9 if exact else 1e-4, atol=1e-9 if exact else 1e-4)


def test_in_blocks_the_threads_change_nothing(rng, monkeypatch):
    monkeypatch.setattr(_pca_gram, "BLOCK", 64)
    X = rng.normal(size=(1000, 5))
    monkeypatch.setenv("SCRATCHWORK_THREADS", "1")
    _, one = blocked_covariance(X)
    monkeypatch.setenv("SCRATCHWORK_THREADS", "2")
    _, two = blocked_covariance(X)
    np.testing.assert_allclose(one, two, rtol=1e-13, atol=1e-15)


def test_large_data_take_the_blocks(rng, monkeypatch):
    X = rng.normal(size=(500, 6)) * [6, 5, 4, 3, 2, 1]
    plain = PCA(3).fit(X)
    monkeypatch.setattr(pca, "LARGE", 0)
    monkeypatch.setattr(_pca_gram, "BLOCK", 64)
    blocked = PCA(3).fit(X)
    np.testing.assert_allclose(blocked.components_, plain.components_, atol=1e-12)
    np.testing.assert_allclose(blocked.explained_variance_, plain.explained_variance_, rtol=1e-12)


# The contract -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [PCA(), PCA(1), PCA(0.9, whiten=True)], ids=str)
def test_check_estimator_with_no_expected_failure(model):
    for estimator, check in estimator_checks_generator(model):
        with contextlib.suppress(SkipTest):  # the array API check, which asks for an environment variable
            check(estimator)


def test_in_a_pipeline_and_a_grid():
    X, y = load_digits(return_X_y=True)
    pipeline = make_pipeline(PCA(), LogisticRegression(max_iter=50))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        grid = GridSearchCV(pipeline, {"pca__n_components": [1, 10]}, cv=2).fit(X[:300] / 16, y[:300])
    assert grid.best_params_ == {"pca__n_components": 10}
    assert PCA(2).fit(X).get_feature_names_out().tolist() == ["pca0", "pca1"]


# Words ------------------------------------------------------------------------------------------------------------

X43 = np.arange(12.0).reshape(4, 3) ** 2


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (4, "n_components=4 must be at most min(n_samples, n_features) = 3 for X of shape (4, 3)."),
        (0, "n_components=0 must be an integer of at least 1."),
        (0.0, "n_components=0.0 must be a number above 0 and at most 1."),
        (1.5, "n_components=1.5 must be a number above 0 and at most 1."),
        (float("nan"), "n_components=nan must be a number above 0 and at most 1."),
    ],
)
def test_words_of_the_errors(value, words):
    with pytest.raises(InvalidArgumentError) as caught:
        PCA(value).fit(X43)
    assert str(caught.value) == words


@pytest.mark.parametrize("value", ["mle", True])
def test_words_of_a_wrong_type(value):
    with pytest.raises(InvalidTypeError, match=f"n_components={value!r} must be"):
        PCA(value).fit(X43)


def test_words_for_scores_of_the_wrong_width():
    with pytest.raises(InvalidArgumentError) as caught:
        PCA(2).fit(X43).inverse_transform(np.zeros((1, 3)))
    assert str(caught.value) == "X has 3 columns, but must have one for each component, 2."


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (X43[:1], "Found array with 1 sample"),
        (np.array([[0.0], [np.nan]]), "Input X contains NaN"),
        (np.array([[0.0], [np.inf]]), "Input X contains infinity"),
        (np.empty((0, 2)), "0 sample"),
        (np.array([1.0, 2.0]), "Expected 2D array, got 1D array instead"),
        (np.array([["a"], ["b"]]), "could not convert string to float"),
    ],
)
@pytest.mark.parametrize("large", [pca.LARGE, 0])
def test_bad_data(X, words, large, monkeypatch):
    """By either route, with the same words: large data are checked by their sums."""
    monkeypatch.setattr(pca, "LARGE", large)
    with pytest.raises(ValueError, match=words):
        PCA(1).fit(X)


def test_bad_new_data():
    with pytest.raises(NotFittedError):
        PCA().transform(X43)
    with pytest.raises(NotFittedError):
        PCA().inverse_transform(X43)
    with pytest.raises(ValueError, match="X has 2 features, but PCA is expecting 3"):
        PCA().fit(X43).transform(X43[:, :2])


@pytest.mark.parametrize("large", [pca.LARGE, 0])
def test_numbers_that_cannot_be_squared(large, monkeypatch):
    monkeypatch.setattr(pca, "LARGE", large)
    with pytest.raises(InvalidArgumentError) as caught:
        PCA(1).fit(np.array([[1e200], [0.0]]))
    assert str(caught.value) == "X has entries up to 1e+200, whose squares overflow in float64. Scale X."
    with pytest.raises(InvalidArgumentError) as caught:
        PCA(1).fit(np.array([[-1e-38], [0.0]], dtype=np.float32))
    assert str(caught.value) == "X has entries up to 1e-38, whose squares vanish in float32. Scale X."
    for entry, dtype in ((1e300, np.float64), (1e37, np.float32), (1e-160, np.float64)):
        with pytest.raises(InvalidArgumentError, match="Scale X"):
            PCA(1).fit(np.array([[entry], [0.0]], dtype=dtype))
    PCA(1).fit(np.zeros((3, 1)))
