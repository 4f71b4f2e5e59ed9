"""The leading directions alone against all of them, and the cases that are left to ``eigh``."""

import numpy as np
import pytest

from scratchwork.models import _pca_leading, pca
from scratchwork.models._pca_leading import lanczos, leading_directions, nothing_larger_is_left


def with_spectrum(values, seed=0):
    """A symmetric matrix with these eigenvalues, and its eigenvectors as rows in the same order."""
    vectors, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(values),) * 2))
    return (vectors * values) @ vectors.T, vectors.T


@pytest.mark.parametrize("m", [1, 5, 20])
@pytest.mark.parametrize(
    "values",
    [
        100.0 / np.arange(1, 301) ** 2,
        np.exp(-np.arange(300) / 12),
        np.r_[np.arange(1.0, 41)[::-1] * 50, np.full(260, 1.0)],
    ],
    ids=["inverse square", "exponential", "signal on noise"],
)
def test_leading_directions_are_those_of_all(values, m):
    cov, vectors = with_spectrum(values)
    found, directions = leading_directions(cov, m)
    np.testing.assert_allclose(found, values[:m], rtol=1e-10)
    np.testing.assert_allclose(np.abs(np.sum(directions * vectors[:m], axis=1)), 1, atol=1e-9)
    np.testing.assert_allclose(directions @ directions.T, np.eye(m), atol=1e-10)


def test_the_steps_keep_the_space_orthonormal_and_T_its_projection():
    cov, _ = with_spectrum(1.0 / np.arange(1, 201))
    V, T, width = np.empty((200, 80)), np.zeros((80, 80)), _pca_leading.BLOCK
    block = np.linalg.qr(np.random.default_rng(1).normal(size=(200, width)))[0]
    for size in range(width, 81, width):
        V[:, size - width : size] = block
        block, _ = np.linalg.qr(_pca_leading.multiply(cov, V[:, :size], T[:size, :size]))
    np.testing.assert_allclose(V.T @ V, np.eye(80), atol=1e-12)
    np.testing.assert_allclose(V.T @ cov @ V, T, atol=1e-12)


@pytest.mark.parametrize(
    "values",
    [
        np.ones(200),
        np.zeros(200),
        np.r_[np.full(30, 5.0), np.ones(170)],  # more equal ones than a block has columns
        np.r_[np.full(30, 5.0), np.arange(1.0, 171)[::-1] / 171],
        np.r_[3.0, 2.0, 1.0, np.zeros(197)],  # of rank 3
        1 + np.random.default_rng(0).uniform(size=200) / 1e3,  # no structure
    ],
    ids=["equal", "zero", "two values", "thirty equal", "rank 3", "flat"],
)
def test_what_cannot_be_sure_is_left_to_eigh(values):
    cov, _ = with_spectrum(values)
    assert leading_directions(cov, 20) is None


def test_a_missed_eigenvalue_is_noticed():
    values = np.r_[np.full(30, 5.0), np.arange(1.0, 171)[::-1] / 171]
    cov, vectors = with_spectrum(values)
    assert nothing_larger_is_left(cov, values[:30], vectors[:30])
    some = np.r_[0:8, 30:42]  # eight of thirty equal ones, then the next
    assert not nothing_larger_is_left(cov, values[some], vectors[some])
    missed = lanczos(cov, 20)
    assert missed is None or not np.allclose(missed[0], 5.0)  # which is why the proof is there
    assert leading_directions(cov, 20) is None


@pytest.mark.parametrize("n_components", [3, 40])
def test_a_fit_with_few_directions_is_the_fit_with_all(n_components, monkeypatch):
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(3000, 450)) * np.linspace(9, 1, 450) ** 2 @ rng.normal(size=(450, 450)) + 5).astype(
        np.float32
    )
    called = []
    monkeypatch.setattr(pca, "leading_directions", lambda *given: called.append(1) or leading_directions(*given))
    few = pca.PCA(n_components).fit(X)
    assert called
    monkeypatch.setattr(pca, "MANY", X.shape[1] + 1)
    everything = pca.PCA(n_components).fit(X)
    assert len(called) == 1
    for name in ("explained_variance_", "explained_variance_ratio_", "singular_values_", "noise_variance_", "mean_"):
        np.testing.assert_allclose(getattr(few, name), getattr(everything, name), rtol=1e-6)
    np.testing.assert_allclose(few.components_, everything.components_, atol=1e-5)


@pytest.mark.parametrize("n_components", [None, 0.5, 46])
def test_many_or_unknown_directions_and_float64_take_all(n_components, monkeypatch):
    monkeypatch.setattr(pca, "leading_directions", lambda *given: pytest.fail("called"))
    X = np.random.default_rng(0).normal(size=(2500, 450))
    pca.PCA(n_components).fit(X.astype(np.float32))
    pca.PCA(3).fit(X)
