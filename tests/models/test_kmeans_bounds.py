"""The fast routes of k-means give what the plain functions give, in every iteration, on data made to break them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.datasets import load_digits, make_blobs

from scratchwork.models import _kmeans_bounds, _kmeans_screen, _kmeans_sketch, kmeans
from scratchwork.models._kmeans_bounds import Bounds, Sums, bounded_lloyd, scatter
from scratchwork.models._kmeans_distances import squared_distances
from scratchwork.models._kmeans_screen import Screen, nearest
from scratchwork.models._kmeans_sketch import Sketch
from scratchwork.models._kmeans_start import screened_plus_plus_centers
from scratchwork.models.kmeans import KMeans, assign, inertia, lloyd, move, plus_plus_centers

grids = hnp.arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 3)), elements=st.integers(-3, 3))
wide_range = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(-1e6, 1e6, width=32)
)
seeds = st.integers(0, 10_000)


@pytest.fixture(autouse=True, params=["tighten first", "sketch first"])
def sizes(request):
    """Small blocks, and either refinement for any number of clusters, bring every line into play on small data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_kmeans_bounds, "BLOCK", 64)
        patch.setattr(_kmeans_bounds, "WORK", 0)
        patch.setattr(_kmeans_screen, "ROWS", 64)
        patch.setattr(_kmeans_screen, "PAIRS", 8)
        patch.setattr(_kmeans_sketch, "FEWEST", 1)
        patch.setattr(_kmeans_bounds, "TIGHTEN", 1 if request.param == "tighten first" else 10**6)
        yield


def assert_same_steps(X, start, w=None, **limits):
    plain, fast = list(lloyd(X, start, w, **limits)), list(bounded_lloyd(X, start, w, **limits))
    assert len(plain) == len(fast)
    whole = plain[0].inertia + 1e-300
    rounding = 1e-28 * float(np.square(X, dtype=np.float64).sum())  # (1e-14 of the rows)^2: points on their centres
    for ours, theirs in zip(fast, plain):
        assert np.array_equal(ours.labels, theirs.labels)
        assert (ours.iteration, ours.changed) == (theirs.iteration, theirs.changed)
        assert ours.inertia == pytest.approx(theirs.inertia, rel=1e-9, abs=1e-9 * whole + rounding)
        tolerance = 1e-11 if X.dtype == np.float64 else 1e-6
        np.testing.assert_allclose(ours.centers, theirs.centers, rtol=tolerance, atol=tolerance)
        assert ours.centers.dtype == X.dtype
        assert ours.labels.dtype == np.int32
    assert fast[-1].inertia == pytest.approx(plain[-1].inertia, rel=1e-9, abs=1e-25)


def adversaries():
    rng = np.random.default_rng(7)
    grid = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), axis=-1).reshape(-1, 2)
    digits = load_digits().data[:400]
    return {
        "ties on a grid": (grid, 9),
        "duplicates": (np.repeat(rng.normal(size=(20, 3)), 15, axis=0), 25),
        "offset 1e6": (rng.normal(size=(300, 4)) + 1e6, 12),
        "offset 1e6 one column": (rng.normal([0, 0, 0, 1e6], size=(300, 4)), 12),
        "constant columns": (np.column_stack([rng.normal(size=300), np.full(300, 3.0), np.zeros(300)]), 7),
        "fewer than k + 3 rows": (rng.normal(size=(12, 5)), 10),
        "k equal to n": (rng.normal(size=(30, 2)), 30),
        "pixels": (digits, 20),
        "one feature": (rng.normal(size=(500, 1)), 11),
        "one cluster": (rng.normal(size=(100, 3)), 1),
        "two scales": (np.concatenate([rng.normal(size=(100, 2)) * 1e-6, rng.normal(size=(100, 2)) * 1e6]), 9),
        "tight blobs": (make_blobs(400, centers=8, cluster_std=1e-5, random_state=0)[0], 8),
        "tiny": (rng.normal(size=(200, 3)) * 1e-12, 6),
        "all equal": (np.full((50, 2), 0.1), 4),
        "tenths": (np.stack(np.meshgrid(np.arange(9) / 10, np.arange(9) / 10), axis=-1).reshape(-1, 2), 12),
        "many features": (rng.normal(size=(60, 300)), 40),
        "low rank": (rng.normal(size=(300, 3)) @ rng.normal(size=(3, 120)), 35),
        "loose": (rng.uniform(size=(900, 8)), 50),
    }


@pytest.mark.parametrize("name", adversaries())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_same_steps_on_adversarial_data(name, dtype):
    X, k = adversaries()[name]
    X = X.astype(dtype)
    rng = np.random.default_rng(len(name))
    assert_same_steps(X, X[rng.integers(len(X), size=k)])
    assert_same_steps(X, plus_plus_centers(X, k, rng))
    weights = rng.integers(0, 4, size=len(X)).astype(float)
    weights[0] = 1
    assert_same_steps(X, X[rng.integers(len(X), size=k)], weights)
    assert_same_steps(X, X[rng.integers(len(X), size=k)], rng.uniform(size=len(X)))


@given(grids, st.integers(1, 12), seeds)
def test_same_steps_where_ties_and_duplicates_abound(X, k, seed):
    rng = np.random.default_rng(seed)
    assert_same_steps(X, X[rng.integers(len(X), size=min(k, len(X)))])
    assert_same_steps(X.astype(np.float32), rng.integers(-3, 4, size=(min(k, len(X)), X.shape[1])).astype(np.float32))


@given(grids, st.integers(2, 12), seeds)
def test_same_centres_bit_by_bit_on_whole_numbers(X, k, seed):
    """Sums of whole numbers are exact, however they are added and taken away."""
    start = X[np.random.default_rng(seed).integers(len(X), size=min(k, len(X)))]
    for ours, theirs in zip(bounded_lloyd(X, start), lloyd(X, start)):
        assert np.array_equal(ours.centers, theirs.centers)


@given(wide_range, st.integers(1, 8), seeds)
def test_nearest_is_assign(X, k, seed):
    rng = np.random.default_rng(seed)
    for centers in (X[rng.integers(len(X), size=k)], X.mean(axis=0) + rng.normal(size=(k, X.shape[1]))):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_kmeans_screen, "LARGE", 0)
            assert np.array_equal(nearest(X, centers), assign(X, centers)[0])
            X32, centers32 = X.astype(np.float32), centers.astype(np.float32)
            assert np.array_equal(nearest(X32, centers32), assign(X32, centers32)[0])


@given(wide_range, st.integers(1, 6), seeds)
def test_the_error_of_the_product_is_within_its_bound(X, k, seed):
    rng = np.random.default_rng(seed)
    for dtype in (np.float64, np.float32):
        Xd = X.astype(dtype)
        centers = (Xd[rng.integers(len(X), size=k)] + rng.normal(size=(k, X.shape[1]))).astype(dtype)
        screen = Screen(Xd, centers)
        rows = np.arange(len(X))
        exact = squared_distances(Xd, centers)
        slack = screen.slack(rows)[:, None] + 1e-30
        assert np.all(np.abs(screen.distances(rows, screen.Z) - exact) <= slack)
        labels = np.sort(rng.integers(k, size=len(X)))
        own = screen.own_distance(rows, screen.Z, labels)
        assert np.all(np.abs(own - exact[rows, labels]) <= slack[:, 0])


def test_far_rows_are_copied_relative_to_the_centres_and_near_ones_are_not(rng):
    X = rng.normal(size=(100, 3))
    assert Screen(X, X[:4]).Z is X
    far = Screen(X + 1e6, X[:4] + 1e6)
    assert np.abs(far.Z).max() < 10
    assert far.slack(np.arange(100)).max() < 1e-12


def test_bounds_hold_in_every_iteration(rng):
    X = rng.uniform(size=(400, 5))
    start = X[:40]
    bounds, centers = Bounds(X, start, lower_allowed=True), start
    bounds.begin()
    looked = []
    for step in list(lloyd(X, start))[1:]:
        centers = step.centers
        bounds.follow(centers)
        distances = np.sqrt(squared_distances(X, centers))
        own = distances[np.arange(400), bounds.labels]
        others = distances.copy()
        others[np.arange(400), bounds.labels] = np.inf
        assert np.all(bounds.upper >= own * (1 - 1e-12))
        assert np.all(bounds.other <= others.min(axis=1) + bounds.room)
        assert np.all(bounds.lower - bounds.path <= distances + bounds.room)
        looked.append(np.mean(bounds.other == others.min(axis=1)))
    assert np.array_equal(bounds.labels, step.labels)


@given(st.integers(1, 8), st.integers(1, 60), seeds, st.sampled_from([0.0, 3.0, 1e5]))
def test_the_sketch_bounds_hold(q, k, seed, offset):
    rng = np.random.default_rng(seed)
    spread = rng.uniform(size=12) ** 4
    for dtype in (np.float64, np.float32):
        X = (rng.normal(size=(150, 12)) * spread + offset).astype(dtype)
        screen = Screen(X, X[:k])
        sketch = Sketch(screen, q)
        centers = (X[-k:] + rng.normal(size=(k, 12)) * spread).astype(dtype)
        screen.aim(centers)
        sketch.aim()
        distances = np.sqrt(squared_distances(X, centers))
        assert np.all(distances**2 >= sketch.least_squares(slice(0, 150)).T)
        labels = rng.integers(k, size=150)
        least, most = sketch.bounds(np.arange(150), labels)
        own = distances[np.arange(150), labels]
        distances[np.arange(150), labels] = np.inf
        assert np.all(least <= distances.min(axis=1))
        assert np.all(most >= own)


def test_the_sketch_is_tight_where_few_directions_hold_the_variance(rng):
    X = rng.normal(size=(500, 3)) @ rng.normal(size=(3, 40)) + 1e-3 * rng.normal(size=(500, 40))
    screen = Screen(X, X[:6])
    sketch = Sketch(screen, 3)
    sketch.aim()
    distances = np.sqrt(squared_distances(X, X[:6]))
    labels = distances.argmin(axis=1)
    least, most = sketch.bounds(np.arange(500), labels)
    np.testing.assert_allclose(most, distances.min(axis=1), atol=0.05)
    distances[np.arange(500), labels] = np.inf
    np.testing.assert_allclose(least, distances.min(axis=1), atol=0.05)


def test_most_distances_are_skipped(monkeypatch):
    """What the bounds are for: on grouped data, few rows are compared with all centres after the first passes."""
    X, _ = make_blobs(4000, n_features=10, centers=20, random_state=0)
    seen = []
    monkeypatch.setattr(
        Bounds, "look", lambda self, rows, Z, look=Bounds.look: seen.append(len(rows)) or look(self, rows, Z)
    )
    steps = list(bounded_lloyd(X, X[:20]))
    assert len(steps) > 4
    assert sum(seen) < 0.5 * len(X) * len(steps)


def test_without_the_lower_bounds_the_steps_are_the_same(rng, monkeypatch):
    """Where clusters are few, or n k numbers would need more room than the data, only ``upper`` and ``other`` are kept."""
    X = rng.normal(size=(500, 2))
    allowed = []
    original = Bounds.__init__

    def without(self, X, centers, lower_allowed):
        allowed.append(lower_allowed)
        original(self, X, centers, lower_allowed=False)

    monkeypatch.setattr(Bounds, "__init__", without)
    assert_same_steps(X, X[:30])
    assert allowed == [_kmeans_bounds.TIGHTEN <= 30]


def test_sums_change_by_what_changes(rng):
    X, w = rng.normal(size=(300, 4)), rng.uniform(size=300)
    before, after = rng.integers(0, 5, size=300), rng.integers(0, 5, size=300)
    sums, rows = Sums(X, 5, w), np.arange(300)
    sums.change(rows, np.full(300, -1), before)
    changed = np.flatnonzero(before != after)
    sums.change(changed, before[changed], after[changed])
    expected = np.stack([(w[after == j, None] * X[after == j]).sum(axis=0) for j in range(5)])
    np.testing.assert_allclose(sums.total, expected, atol=1e-12)


def test_inertia_from_the_sums(rng):
    X, w = rng.normal(size=(300, 4)) + 3, rng.uniform(size=300)
    centers = X[:5]
    labels, distances = assign(X, centers)
    sums = Sums(X, 5, w)
    sums.change(np.arange(300), np.full(300, -1), labels)
    from_sums, _ = scatter(Screen(X, centers), sums, np.bincount(labels, w, minlength=5), centers, w)
    assert from_sums == pytest.approx(inertia(distances, w))


def test_empty_clusters_as_in_the_plain_route():
    X = np.array([[0.0], [1.0], [2.0], [8.0], [8.5]])
    start = np.array([[0.0], [50.0], [60.0]])
    assert_same_steps(X, start)
    labels, distances = assign(X, start)
    assert np.array_equal(list(bounded_lloyd(X, start))[1].centers, move(X, labels, distances, 3))


@pytest.mark.parametrize("limits", [{"max_iter": 1}, {"max_iter": 4}, {"tol": 0.05}, {"tol": 1e-3}])
def test_same_stops(limits, rng):
    X = rng.uniform(size=(300, 3))
    assert_same_steps(X, X[:15], **limits)


def test_steps_are_snapshots(rng):
    X = rng.normal(size=(400, 3))
    kept = [(s, s.centers.copy(), s.labels.copy()) for s in bounded_lloyd(X, X[:8])]
    for step, centers, labels in kept:
        assert np.array_equal(step.centers, centers)
        assert np.array_equal(step.labels, labels)


@pytest.mark.parametrize("name", adversaries())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_same_start_on_adversarial_data(name, dtype):
    X, k = adversaries()[name]
    X = X.astype(dtype)
    weights = np.random.default_rng(1).integers(0, 4, size=len(X)).astype(float)
    weights[0] = 1
    for w in (None, weights):
        fast = screened_plus_plus_centers(X, k, np.random.default_rng(3), w)
        assert np.array_equal(fast, plus_plus_centers(X, k, np.random.default_rng(3), w))


@given(grids, st.integers(1, 12), seeds)
def test_same_start_where_ties_and_duplicates_abound(X, k, seed):
    k = min(k, len(X))
    fast = screened_plus_plus_centers(X, k, np.random.default_rng(seed))
    assert np.array_equal(fast, plus_plus_centers(X, k, np.random.default_rng(seed)))


def test_the_estimator_gives_the_same_by_either_route(rng, monkeypatch):
    X = rng.uniform(size=(700, 6)).astype(np.float32)
    weights = rng.integers(0, 3, size=700)
    models = []
    for large in (np.inf, 0):
        monkeypatch.setattr(kmeans, "LARGE", large)
        monkeypatch.setattr(kmeans, "LARGER", large)
        monkeypatch.setattr(_kmeans_screen, "LARGE", large)
        model = KMeans(9, n_init=3, random_state=4).fit(X, sample_weight=weights)
        models.append((model, model.predict(X[:50]), model.score(X, sample_weight=weights)))
    (plain, plain_labels, plain_score), (fast, fast_labels, fast_score) = models
    assert np.array_equal(plain.labels_, fast.labels_)
    assert np.array_equal(plain_labels, fast_labels)
    assert plain.inertia_ == pytest.approx(fast.inertia_, rel=1e-12)
    assert plain_score == pytest.approx(fast_score, rel=1e-12)
    assert plain.history_["changed"] == fast.history_["changed"]
    np.testing.assert_allclose(plain.cluster_centers_, fast.cluster_centers_, rtol=1e-6)


def test_threads_change_nothing(rng, monkeypatch):
    X = rng.uniform(size=(600, 6))
    ends = []
    for threads in ("1", "2"):
        monkeypatch.setenv("SCRATCHWORK_THREADS", threads)
        *_, last = bounded_lloyd(X, X[:20])
        ends.append(last)
    assert np.array_equal(ends[0].centers, ends[1].centers)
    assert np.array_equal(ends[0].labels, ends[1].labels)
