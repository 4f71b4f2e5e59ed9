"""The fast ways against the plain one, to the bit, on data made to mislead them."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchwork.models import _nearest_neighbors_prune as prune
from scratchwork.models import _nearest_neighbors_search as search_module
from scratchwork.models._nearest_neighbors_bounds import (
    best_of_pairs,
    centred,
    error_factor,
    find_frame,
    least_score,
    paired_distances,
    reach_of_score,
    unit_rows,
)
from scratchwork.models._nearest_neighbors_prune import Pruned, halve, principal_basis
from scratchwork.models._nearest_neighbors_search import Search, kth_largest
from scratchwork.models.nearest_neighbors import KNeighborsClassifier, distances, nearest


def same_as_plain(found, Q, X, k, metric="euclidean"):
    D, I = nearest(distances(Q, X, metric), k)
    assert (found.indices == I).all()
    assert (found.distances == D).all()


@pytest.fixture
def always_pruned(monkeypatch):
    """Small data go through the pruned rows too, in several blocks, tiles and pieces, and giving up is ruled out."""
    for module, name, value in (
        (search_module, "TILE_ROWS", 16), (search_module, "REFERENCE_ROWS", 64),
        (search_module, "QUERY_ROWS", 8), (prune, "BLOCK_ROWS", 24), (prune, "FIRST", 3), (prune, "SECOND", 5),
        (prune, "BOX", 2), (prune, "HITS", 2.0), (prune, "SURVIVORS", 2.0), (prune, "PAIRS", 50),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)


def sorted_search(X, metric="euclidean"):
    """A search as it is after many queries, however few rows it has."""
    search = Search(X, metric)
    search.decide(search_module.SORTING)
    return search


def leading(rng, n, d, dtype=np.float64):
    """Rows with two long directions, as real tables and images have them."""
    return (rng.normal(size=(n, d)) * np.r_[20, 10, np.ones(d)][:d]).astype(dtype)


CASES = {
    "normal": lambda rng: (leading(rng, 300, 7), leading(rng, 40, 7)),
    "float32": lambda rng: (leading(rng, 300, 9, np.float32), leading(rng, 40, 9, np.float32)),
    "float32 rows, float64 queries": lambda rng: (leading(rng, 300, 9, np.float32), leading(rng, 40, 9)),
    "ties": lambda rng: (rng.integers(0, 3, (400, 6)).astype(float), rng.integers(0, 3, (40, 6)).astype(float)),
    "every row the same": lambda rng: (np.ones((200, 4)), np.ones((5, 4))),
    "every row twice": lambda rng: (np.repeat(leading(rng, 150, 6), 2, axis=0), leading(rng, 30, 6)),
    "queries are rows": lambda rng: (lambda X: (X, X[:50]))(leading(rng, 250, 6)),
    "offset 1e6": lambda rng: (leading(rng, 300, 6) + 1e6, leading(rng, 40, 6) + 1e6),
    "offset 1e8": lambda rng: (lambda X: (X, X[:40]))(leading(rng, 300, 6) + 1e8),
    "offset 1e6 in float32": lambda rng: (lambda X: (X, X[:40]))((leading(rng, 300, 6) + 1e6).astype(np.float32)),
    "constant columns": lambda rng: (leading(rng, 300, 6) * [1, 0, 1, 0, 0, 1] + 7, leading(rng, 40, 6)),
    "one feature": lambda rng: (rng.integers(0, 60, (300, 1)).astype(float), rng.normal(size=(40, 1)) * 30),
    "two features": lambda rng: (rng.random((300, 2)).round(2), rng.random((40, 2)).round(2)),
    "uniform noise": lambda rng: (rng.random((300, 30)), rng.random((40, 30))),
    "uint8": lambda rng: tuple(rng.integers(0, 256, (n, 12)).astype(np.uint8).astype(np.float32) for n in (300, 40)),
    "two tight clusters far apart": lambda rng: (
        np.r_[leading(rng, 150, 4) * 1e-7 + 1e3, leading(rng, 150, 4) * 1e-7 - 1e3], leading(rng, 30, 4) * 1e-7 - 1e3
    ),
    "one outlier": lambda rng: (np.r_[leading(rng, 300, 5), np.full((1, 5), 1e12)], leading(rng, 40, 5)),
    "queries far outside": lambda rng: (leading(rng, 300, 5), leading(rng, 40, 5) * 1e6),
    "queries beyond float32": lambda rng: (leading(rng, 300, 5), leading(rng, 40, 5) * 1e60),
    "tiny": lambda rng: (leading(rng, 300, 5) * 1e-140, leading(rng, 40, 5) * 1e-140),
    "huge": lambda rng: (leading(rng, 300, 5) * 1e140, leading(rng, 40, 5) * 1e140),
    "tiny beside large": lambda rng: (
        np.r_[leading(rng, 200, 5) * 1e-30, leading(rng, 100, 5)], leading(rng, 40, 5) * 1e-30
    ),
    "few rows": lambda rng: (leading(rng, 7, 5), leading(rng, 40, 5)),
    "one row": lambda rng: (leading(rng, 1, 5), leading(rng, 3, 5)),
}  # fmt: skip


def prepared(X, Q, metric):
    """The rows as the estimator hands them to the search; the cosine metric refuses zero vectors."""
    if metric != "cosine":
        return X, Q, X, Q
    X, Q = (rows[np.abs(rows).max(axis=1) > 0] for rows in (X, Q))
    return X, Q, unit_rows(X, "X"), unit_rows(Q, "Q")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine"])
def test_every_row_scored(rng, case, metric):
    X, Q, rows, queries = prepared(*CASES[case](rng), metric)
    search = Search(rows, metric)
    for k in {1, min(3, len(X)), max(1, len(X) - 2), len(X)}:
        same_as_plain(search.nearest(queries, k), Q, X, k, metric)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_most_rows_pruned(rng, always_pruned, case, metric):
    X, Q, rows, queries = prepared(*CASES[case](rng), metric)
    search = sorted_search(rows, metric)
    assert search.pruned is not None
    for k in (1, 2, 5, 6):
        if k <= len(X):
            same_as_plain(search.nearest(queries, k), Q, X, k, metric)


@given(seed=st.integers(0, 2**32 - 1), d=st.integers(1, 12), k=st.integers(1, 6), grid=st.sampled_from([0, 1, 2, 9]))
def test_any_small_data_pruned(seed, d, k, grid):
    rng = np.random.default_rng(seed)
    X, Q = leading(rng, 120, d).round(grid), leading(rng, 20, d).round(grid)
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in (
            (search_module, "TILE_ROWS", 7), (prune, "BLOCK_ROWS", 26),
            (prune, "FIRST", 2), (prune, "SECOND", 4), (prune, "HITS", 2.0), (prune, "SURVIVORS", 2.0),
        ):  # fmt: skip
            patch.setattr(module, name, value)
        same_as_plain(sorted_search(X).nearest(Q, k), Q, X, k)


def test_the_real_sizes_are_pruned_and_equal(rng):
    X, Q = leading(rng, 9000, 40, np.float32), leading(rng, 300, 40, np.float32)
    search = sorted_search(X)
    assert search.pruned is not None
    for k in (1, 5, 64):
        same_as_plain(search.nearest(Q, k), Q, X, k)
    same_as_plain(search.nearest(Q, 500), Q, X, 500)  # more than can be aimed at: every row is scored


def test_rows_are_sorted_once_so_many_queries_have_come_that_it_pays(rng):
    rows = search_module.PRUNE_ROWS
    X, Q = leading(rng, rows, 12, np.float32), leading(rng, search_module.SORTING, 12, np.float32)
    few, many, small = Search(X, "euclidean"), Search(X, "euclidean"), Search(X[:-1], "euclidean")
    found = few.nearest(Q[:-1], 3)
    assert few.pruned is None
    again = few.nearest(Q[-1:], 3)  # the last one that was wanting
    assert few.pruned is not None
    both = many.nearest(Q, 3)
    assert many.pruned is not None
    assert (np.r_[found.indices, again.indices] == both.indices).all()
    assert (np.r_[found.distances, again.distances] == both.distances).all()
    small.nearest(Q, 3)
    assert small.pruned is None
    wide = Search(X, "euclidean")
    wide.nearest(Q, 500)
    assert wide.undecided, "more neighbours than can be aimed at are no reason to sort"


def test_noise_is_noticed_and_every_row_scored(rng):
    X = rng.random((5000, 300), dtype=np.float32)
    search = sorted_search(X)
    assert search.pruned is None
    same_as_plain(search.nearest(X[:30], 5), X[:30], X, 5)


def test_queries_unlike_the_rows_make_a_tile_give_up_without_a_wrong_answer(rng, monkeypatch):
    basis = rng.normal(size=(10, 300)).astype(np.float32)
    X = rng.normal(size=(5000, 10)).astype(np.float32) @ basis + rng.normal(size=(5000, 300)).astype(np.float32) / 4
    Q = rng.normal(size=(30, 300)) * 30
    Q -= Q @ np.linalg.pinv(basis.astype(float)) @ basis  # across every leading direction, where all rows look alike
    search = sorted_search(X)
    assert search.pruned is not None
    outcomes, pairs = [], search.pruned.pairs
    monkeypatch.setattr(search.pruned, "pairs", lambda *a: outcomes.append(pairs(*a)) or outcomes[-1])
    same_as_plain(search.nearest(X[:30], 3), X[:30], X, 3)
    assert outcomes.pop() is not None
    same_as_plain(search.nearest(Q, 3), Q, X, 3)
    assert outcomes == [None]


def test_most_rows_are_excluded_before_they_are_measured(rng, monkeypatch):
    """What the trick is for: of 9,000 rows hardly more than k are measured for a query."""
    X, Q = leading(rng, 9000, 40, np.float32), leading(rng, 200, 40, np.float32)
    search, measured = sorted_search(X), []
    measure = search.measure
    monkeypatch.setattr(
        search, "measure", lambda Q, queries, indices: measured.append(len(queries)) or measure(Q, queries, indices)
    )
    search.nearest(Q, 5)
    assert 5 * 200 <= sum(measured) < 6 * 200


def test_threads_searching_at_once_agree(rng):
    """Also where each of them finds that the rows are worth sorting."""
    X, Q = (leading(rng, n, 30, np.float32) for n in (search_module.PRUNE_ROWS, search_module.SORTING))
    expected, search, found = sorted_search(X).nearest(Q, 4), Search(X, "euclidean"), []
    threads = [threading.Thread(target=lambda: found.append(search.nearest(Q, 4))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert search.pruned is not None
    assert len(found) == 3
    assert all((f.indices == expected.indices).all() for f in found)


def test_one_query_alone_gets_the_answer_it_gets_among_many(rng):
    X, Q = leading(rng, 6000, 50, np.float32), leading(rng, 1500, 50, np.float32)
    model = KNeighborsClassifier(5).fit(X, np.zeros(6000))
    model._search.decide(search_module.SORTING)
    D, I = model.kneighbors(Q)
    for i in range(0, 1500, 100):
        d, j = model.kneighbors(Q[i : i + 1])
        assert (j == I[i]).all()
        assert (d == D[i]).all()


# The parts ----------------------------------------------------------------------------------------------------------


def test_the_k_th_largest_is_never_overstated(rng):
    for n in (7, 100, 5000):
        S = rng.integers(0, 50, (20, n)).astype(np.float32)
        for k in (1, 3, 7):
            assert (kth_largest(S, k) <= np.sort(S, axis=1)[:, -k]).all()
    assert (kth_largest(S[:, :100], 3) == np.sort(S[:, :100], axis=1)[:, -3]).all()


def test_scores_err_by_less_than_the_bound(rng):
    """In float32, with rows whose lengths differ by a factor of 1,000, against float64."""
    X = (rng.normal(size=(200, 300)) * 10 ** rng.uniform(-2, 1, (200, 1))).astype(np.float32)
    Q = X[:50]
    scores = Q @ X.T - np.einsum("ij,ij->i", X, X) / 2
    exact = Q.astype(float) @ X.T.astype(float) - (X.astype(float) ** 2).sum(1) / 2
    bound = error_factor(300) * ((Q.astype(float) ** 2).sum(1)[:, None] + (X.astype(float) ** 2).sum(1))
    assert (np.abs(scores - exact) <= bound).all()


def test_reach_and_least_score_bracket_the_truth(rng):
    """A row within reach is never excluded, for any error that e(q, x) allows."""
    g = error_factor(10)
    q, x = rng.normal(size=(1000, 10)), rng.normal(size=(1000, 10))
    squares, true = (q**2).sum(1), ((q - x) ** 2).sum(1)
    score, error = (squares - true) / 2, g * (squares + (x**2).sum(1))
    for sign in (-1, 0, 1):
        computed = score + sign * error
        reach = reach_of_score(computed, squares, g)
        assert (reach >= true * (1 - 1e-12)).all()
        assert (computed >= least_score(reach, squares, g)).all()
    assert (least_score(true, squares, g) <= score - error).all()


def test_the_bound_of_the_pruned_rows_is_an_upper_bound_of_the_score(rng):
    C = leading(rng, 500, 30, np.float32)
    half = np.einsum("ij,ij->i", C, C) / 2
    pruned = Pruned(C, half, error_factor(30))
    z, r1, r2 = pruned.rotate(C, 2 * half)
    exact = C.astype(float) @ C.T.astype(float)
    for width, r in ((pruned.first, r1), (z.shape[1], r2)):
        bound = z[:, :width] @ z[:, :width].T + np.outer(r, r)
        assert (bound >= exact - error_factor(30) * np.outer(2 * half, np.ones(500))).all()


def test_the_basis_is_orthonormal_and_leads(rng):
    C = leading(rng, 1000, 20, np.float32)
    B = principal_basis(C, 4).astype(float)
    np.testing.assert_allclose(B.T @ B, np.eye(4), atol=1e-6)
    assert (np.abs(B[:2]).max(axis=0)[:2] > 0.99).all()


def test_halving_keeps_every_row_once_and_blocks_small(rng):
    order, starts = halve(rng.integers(0, 3, (1000, 4)).astype(float), 64)
    assert sorted(order) == list(range(1000))
    assert np.diff(starts).max() <= 64
    assert np.diff(starts).min() >= 31
    assert (starts[0], starts[-1]) == (0, 1000)


def test_the_frame_copies_only_where_float32_needs_it(rng):
    near = rng.normal(size=(100, 4)).astype(np.float32)
    frame = find_frame(near)
    assert centred(near, frame) is near
    for X in (
        near + np.float32(1e4),
        near.astype(float) + 1e9,
        near.astype(float) * 1e-120,
        near.astype(float) * 1e120,
    ):
        C = centred(X, find_frame(X))
        assert C.dtype == np.float32
        assert 0.1 < np.abs(C).max() < 2.0**20
        assert np.abs(C.mean(axis=0)).max() < np.abs(C).max()


def test_a_distance_does_not_depend_on_the_rows_measured_with_it(rng):
    for d in (1, 3, 17, 784):
        A, q = rng.normal(size=(50, d)).astype(np.float32), rng.normal(size=(1, d)).astype(np.float32)
        for metric in ("euclidean", "manhattan", "cosine"):
            together = paired_distances(A, q, metric)
            repeated = paired_distances(A[::-1], np.repeat(q, 50, axis=0), metric)[::-1]
            alone = [paired_distances(a[None], q, metric)[0] for a in A]
            assert (together == alone).all()
            assert (together == repeated).all()


def test_best_of_pairs_takes_the_smaller_index_of_equal_distances():
    queries, indices = np.array([1, 0, 1, 0, 1]), np.array([4, 9, 2, 3, 8])
    best = best_of_pairs(queries, indices, np.array([1.0, 2, 1, 2, 0]), 2, 2)
    assert best.indices.tolist() == [[3, 9], [8, 2]]
    assert best.distances.tolist() == [[2, 2], [0, 1]]
