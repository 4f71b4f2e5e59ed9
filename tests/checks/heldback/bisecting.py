"""Bisecting k-means: start with everything in one cluster and halve until there are k."""
import numpy as np


def sse(P):
    return float(((P - P.mean(axis=0)) ** 2).sum())


def halve(P, rng, trials=6, rounds=60):
    """best of several 2-means runs; returns a boolean mask or None when the points are all equal"""
    distinct = np.unique(P, axis=0)
    if len(distinct) < 2:
        return None
    best, best_cost = None, np.inf
    for _ in range(trials):
        a, b = distinct[rng.choice(len(distinct), 2, replace=False)]
        side = None
        for _ in range(rounds):
            # the two-centre rule is one hyperplane: nearer to b than to a
            new_side = (P - (a + b) / 2) @ (b - a) > 0
            if side is not None and np.array_equal(new_side, side):
                break
            if new_side.all() or not new_side.any():
                break
            side = new_side
            a, b = P[~side].mean(axis=0), P[side].mean(axis=0)
        if side is None:
            continue
        cost = sse(P[side]) + sse(P[~side])
        if cost < best_cost:
            best, best_cost = side, cost
    return best


def bisecting_kmeans(X, k, seed=0):
    X = np.array(X, dtype=float)
    if not np.isfinite(X).all():
        raise ValueError("X must be finite")
    rng = np.random.default_rng(seed)
    clusters = [np.arange(len(X))]
    splits = [halve(X, rng)]
    while len(clusters) < k:
        gain = []
        for rows, mask in zip(clusters, splits):
            if mask is None:
                gain.append(-1.0)
            else:
                gain.append(sse(X[rows]) - sse(X[rows[mask]]) - sse(X[rows[~mask]]))
        pick = int(np.argmax(gain))
        if gain[pick] < 0:
            raise ValueError("fewer than k distinct points")
        rows, mask = clusters.pop(pick), splits.pop(pick)
        for part in (rows[mask], rows[~mask]):
            clusters.append(part)
            splits.append(halve(X[part], rng))
    labels = np.empty(len(X), dtype=int)
    for number, rows in enumerate(clusters):
        labels[rows] = number
    centers = np.array([X[rows].mean(axis=0) for rows in clusters])
    return labels, centers, sum(sse(X[rows]) for rows in clusters)


def demo():
    rng = np.random.default_rng(8)
    spots = rng.uniform(-10, 10, size=(6, 2))
    X = np.vstack([rng.normal(s, 0.6, size=(50, 2)) for s in spots])
    for k in range(1, 9):
        labels, centers, total = bisecting_kmeans(X, k)
        print(f"{k} clusters, within sum of squares {total:9.2f}, sizes {np.bincount(labels)}")


if __name__ == "__main__":
    demo()
