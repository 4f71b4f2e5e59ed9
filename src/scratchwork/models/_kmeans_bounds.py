"""Lloyd's algorithm with most distances left out, exactly.

A centre that has moved by m is at most m closer to any point than it was (the triangle inequality). So a point that was
well inside its cluster is inside still, and nothing of it need be read. For each point are kept

- ``upper``: at least its distance to its own centre; grows by what that centre moves;
- ``other``: at most its distance to any other centre; falls by the most that another centre moves (Hamerly 2010);
- ``lower[j]``, of many clusters: at most its distance to centre j (Elkan 2003). Subtracting movements from n k numbers in
  each iteration would cost more than it saves. So each is stored plus the length of the path that its centre had gone
  when it was stored; minus the path gone by now, it is the bound of now, and only the rows that are looked at are touched.

A point is looked at again when ``other`` does not exceed ``upper``: first with its row of ``lower``; then with the exact
distance to its own centre; and only then are its distances to all centres computed, as products (``_kmeans_screen``).
The sums of the clusters change by the points that changed sides, and the inertia follows from the sums:

    J = sum_i w_i |x_i - o|^2 - 2 sum_j (c_j - o).(S_j - W_j o) + sum_j W_j |c_j - o|^2,

S_j the sum and W_j the weight of cluster j. Every bound leaves room for the rounding of its making, so the labels are
those of ``kmeans.lloyd``, in every iteration.

Letters: X (n, d), centers (k, d), labels (n,), w (n,), origin o (d,) as in ``_kmeans_screen``; path (k,).

Sources: C. Elkan, Using the triangle inequality to accelerate k-means, ICML 2003; G. Hamerly, Making k-means even
faster, SDM 2010.
"""

import itertools

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks, single_threaded_blas
from scratchwork.models._kmeans_common import Step
from scratchwork.models._kmeans_distances import own_distances
from scratchwork.models._kmeans_empty import fill_empty_clusters, lie_on_centers
from scratchwork.models._kmeans_screen import Screen, smallest
from scratchwork.models._kmeans_sketch import sketch_of

BLOCK = 4096  # rows of one task, at least
WORK = 2**21  # numbers of one task, at least: a thread has to be worth its start
LEAST = 2**17  # numbers of a task whose rows are open, at least
ALL_AT_ONCE = 2**16  # rows whose bounds are changed by one task
WHOLE = 0.5  # share of the rows of a block from which reading all of them in order is faster than picking
TIGHTEN = 32  # clusters from which one distance, or a kept bound, is so much cheaper than all distances that it pays
ROOM = 2.0**-20  # relative room for the bounds that are kept in float32, eight of its units
FEW = 16  # clusters up to which the sums change by products
SMALL = 2**18  # changed rows times clusters up to which they do with any number of clusters
CACHED = 2**17  # numbers that stay in the cache while they are summed in float64
CANCELS = 1e-4  # share of the terms of its formula below which J is summed from the distances themselves


class Bounds:
    """Labels of all rows, kept right while the centres move.

    ``labels`` (n,), ``upper`` and ``other`` (n,) in float64, ``lower`` (n, k) in float32 or None, ``path`` (k,).
    """

    def __init__(self, X, centers, lower_allowed):
        n, k = len(X), len(centers)
        self.screen = Screen(X, centers)
        self.labels = np.full(n, -1, dtype=np.int32)
        self.upper, self.other = np.empty(n), np.empty(n)
        self.lower = np.empty((n, k), dtype=np.float32) if lower_allowed else None
        self.sketch = sketch_of(self.screen) if k < TIGHTEN else None
        self.path, self.farthest = np.zeros(k), float(np.sqrt(self.screen.squares.max())) + self.screen.longest
        self.parts = row_blocks(n, max(BLOCK, WORK // (X.shape[1] + k)))

    def begin(self):
        """Label every row. Returns rows, old and new labels of what changed: here, of everything."""
        return self.gather(map_blocks(self.look_at_all, self.parts))

    def follow(self, centers):
        """Label every row after the centres have moved. Returns the changes, as ``begin``."""
        difference = centers.astype(np.float64) - self.screen.centers
        moved = np.sqrt(np.einsum("ij,ij->i", difference, difference)) * (1 + 1e-12)
        self.path += moved
        self.screen.aim(centers)
        if self.sketch:
            self.sketch.aim()
        self.farthest = max(self.farthest, float(np.sqrt(self.screen.squares.max())) + self.screen.longest)
        self.moved, self.room = moved, ROOM * (self.farthest + self.path.max()) + self.screen.tie
        order = np.argsort(moved)
        self.moved_other = np.full(len(moved), moved[order[-1]])
        self.moved_other[order[-1]] = moved[order[-2]] if len(moved) > 1 else 0.0
        rows = np.concatenate(map_blocks(self.move, row_blocks(len(self.labels), ALL_AT_ONCE)))
        for narrow in (self.by_lower if self.lower is not None else None, self.by_sketch if self.sketch else None):
            if narrow and len(rows):
                rows = np.concatenate(map_blocks(narrow, self.tasks(rows)))
        return self.gather(map_blocks(self.look_again, self.tasks(rows)))

    def tasks(self, rows):
        """The rows in blocks, each worth a thread."""
        block = max(LEAST // (self.screen.X.shape[1] + len(self.path)), min(self.parts[0].stop, -(-len(rows) // 4)), 1)
        return [rows[part] for part in row_blocks(len(rows), block)]

    def gather(self, changes):
        if not changes:
            return np.empty(0, dtype=np.intp), self.labels[:0], self.labels[:0]
        rows, old, new = (np.concatenate(column) for column in zip(*changes))
        self.labels[rows] = new
        return rows, old, new

    def look_at_all(self, part):
        rows = np.arange(part.start, part.stop)
        return rows, self.labels[part].copy(), self.look(rows, self.screen.Z[part])

    def open_rows(self, rows):
        """Those of the rows whose bounds do not settle them."""
        return rows[self.other[rows] <= self.upper[rows] + self.room]

    def move(self, part):
        """Change the bounds of a slice by what the centres moved; returns the rows that are open."""
        own, upper, other = self.labels[part], self.upper[part], self.other[part]
        upper += self.moved[own]
        other -= self.moved_other[own]
        return part.start + np.flatnonzero(other <= upper + self.room)

    def by_lower(self, rows):
        """Of open rows, those that the bounds to the single centres leave open."""
        bounds = self.lower.take(rows, axis=0)
        bounds -= self.path.astype(np.float32)
        bounds[np.arange(len(rows)), self.labels[rows]] = np.inf
        self.other[rows] = np.maximum(self.other[rows], smallest(bounds))
        return self.open_rows(rows)

    def by_sketch(self, rows):
        """Of open rows, those that the bounds of the sketch leave open."""
        least, most = self.sketch.bounds(rows, self.labels[rows])
        self.other[rows] = np.maximum(self.other[rows], least)
        self.upper[rows] = np.minimum(self.upper[rows], most)
        return self.open_rows(rows)

    def look_again(self, rows):
        """The exact labels of open rows, by reading them. Returns the changes among them."""
        first, last = rows[0], rows[-1] + 1
        if len(self.path) < TIGHTEN:
            whole = len(rows) > WHOLE * (last - first)
            rows = np.arange(first, last) if whole else rows
            Z = self.screen.Z[first:last] if whole else self.screen.Z.take(rows, axis=0)
        else:
            rows = rows[np.argsort(self.labels[rows], kind="stable")]  # one centre after the other
            Z = self.screen.Z.take(rows, axis=0)
            self.upper[rows] = self.root(self.screen.own_distance(rows, Z, self.labels[rows]), self.screen.slack(rows))
            still = self.other[rows] <= self.upper[rows] + self.room
            rows, Z = rows[still], Z[still]
        before = self.labels[rows]
        after = self.look(rows, Z)
        changed = before != after
        return rows[changed], before[changed], after[changed]

    def look(self, rows, Z):
        """Labels (r,) from all distances; renews every bound of the rows."""
        slack = self.screen.slack(rows)
        distances = self.screen.distances(rows, Z)
        labels, own, other = self.screen.decide(rows, distances, slack)
        self.upper[rows], self.other[rows] = self.root(own, slack), self.root(other, -slack)
        if self.lower is not None:
            distances -= slack.astype(np.float32)[:, None]
            np.maximum(distances, 0, out=distances)
            np.sqrt(distances, out=distances)
            distances += self.path.astype(distances.dtype)
            self.lower[rows] = distances
        return labels

    @staticmethod
    def root(distances, slack):
        return np.sqrt(np.maximum(distances + slack, 0))


class Sums:
    """S_j, the weighted sum of the rows of each cluster, (k, d) in float64."""

    def __init__(self, X, n_clusters, w):
        self.X, self.w = X, w
        self.total = np.zeros((n_clusters, X.shape[1]))

    def change(self, rows, old, new):
        """Take the rows from their old clusters (-1 is none) and add them to the new ones."""
        if len(self.total) <= FEW or len(rows) * len(self.total) <= SMALL:
            self.change_by_product(rows, old, new)
            return
        leaving, coming = self.by_cluster(rows, old), self.by_cluster(rows, new)

        def partial(clusters):
            for j in clusters:
                self.total[j] += self.sum_of(coming[j])
                self.total[j] -= self.sum_of(leaving[j])

        clusters = [j for j in range(len(self.total)) if len(leaving[j]) or len(coming[j])]
        shares = [clusters] if len(rows) * self.X.shape[1] < WORK else [clusters[i::8] for i in range(8)]
        map_blocks(partial, shares)

    def change_by_product(self, rows, old, new):
        """As ``change``: the weight of each row, plus in the line of its new cluster and minus in that of the old one, times
        the rows. Each row is read once, but multiplied by k numbers that are mostly 0."""

        everything = len(rows) == len(self.X) and bool(np.all(rows[1:] > rows[:-1]))

        def partial(block):
            some, every = rows[block], np.arange(len(rows[block]))
            X = self.X[block] if everything else self.X.take(some, axis=0)
            weights = np.ones(len(some)) if self.w is None else self.w[some]
            signed = np.zeros((len(self.total) + 1, len(some)))  # the last line is for no cluster
            signed[new[block], every] = weights
            signed[old[block], every] = -weights
            return signed[:-1] @ X.astype(np.float64, copy=False)

        for change in map_blocks(partial, row_blocks(len(rows), max(1, CACHED // self.X.shape[1]))):
            self.total += change

    def by_cluster(self, rows, labels):
        order = np.argsort(labels, kind="stable")
        cuts = np.searchsorted(labels[order], np.arange(len(self.total) + 1))
        return [rows[order[start:stop]] for start, stop in itertools.pairwise(cuts)]

    def sum_of(self, rows):
        total = np.zeros(self.X.shape[1])
        for block in row_blocks(len(rows), max(1, CACHED // self.X.shape[1])):
            weights = np.ones(len(rows[block])) if self.w is None else self.w[rows[block]]
            total += weights @ self.X.take(rows[block], axis=0).astype(np.float64, copy=False)
        return total


def scatter(screen, sums, size, centers, w):
    """J from the sums, and the size of the terms it is the difference of."""
    whole = float(screen.squares.sum() if w is None else w @ screen.squares)
    origin = screen.origin.astype(np.float64)
    relative = centers.astype(np.float64) - origin
    around = sums.total - size[:, None] * origin
    lengths = np.einsum("ij,ij->i", relative, relative)
    J = whole - 2 * float(np.sum(relative * around)) + float(size @ lengths)
    lost = 0.1 * float(size @ np.sqrt(lengths)) * float(np.linalg.norm(origin))  # around is a difference as well
    return J, whole + lost


def bounded_lloyd(X, centers, sample_weight=None, max_iter=300, tol=0.0):
    """The steps of ``kmeans.lloyd``."""
    w, k = sample_weight, len(centers)
    weights = np.ones(len(X)) if w is None else w
    sums, moved = Sums(X, k, w), np.inf
    with single_threaded_blas():
        bounds = Bounds(X, centers, lower_allowed=k >= TIGHTEN and 4 * len(X) * k <= max(X.nbytes, 2**26))
        changes = bounds.begin()
    for iteration in range(max_iter + 1):
        with single_threaded_blas():
            sums.change(*changes)
            labels = bounds.labels.copy()
            size = np.bincount(labels, w, minlength=k).astype(np.float64)
            sums.total[size == 0] = 0  # not the rounding that adding and taking away has left
            J, terms = scatter(bounds.screen, sums, size, centers, w)
            distances = None
            if CANCELS * terms > J or not size.all():
                distances = own_distances(X, centers, labels)
                J = float(weights @ distances)
        yield Step(iteration, J, len(changes[0]), centers, labels)
        still = not len(changes[0]) and (size.all() or lie_on_centers(X, distances, weights))
        if moved <= tol or still or iteration == max_iter:
            return
        before, centers = centers, mean_centers(X, sums, size, distances, weights)
        moved = float(np.sum(np.subtract(centers, before, dtype=np.float64) ** 2))
        with single_threaded_blas():
            changes = bounds.follow(centers)


def mean_centers(X, sums, size, distances, w):
    """As ``kmeans.move``, from the sums."""
    centers = (sums.total / np.where(size > 0, size, 1)[:, None]).astype(X.dtype)
    if not size.all():
        fill_empty_clusters(X, centers, size, distances, w)
    return centers
