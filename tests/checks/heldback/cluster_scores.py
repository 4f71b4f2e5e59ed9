"""How good is a clustering when the truth is known? All scores ignore how clusters are numbered."""
import numpy as np
from scipy.optimize import linear_sum_assignment


def contingency(truth, found):
    """table[i, j]: members of true class i in found cluster j"""
    _, a = np.unique(np.ravel(truth), return_inverse=True)
    _, b = np.unique(np.ravel(found), return_inverse=True)
    table = np.zeros((a.max() + 1, b.max() + 1), dtype=int)
    np.add.at(table, (a, b), 1)
    return table


def purity(truth, found):
    table = contingency(truth, found)
    return table.max(axis=0).sum() / table.sum()


def matched_accuracy(truth, found):
    table = contingency(truth, found)
    rows, cols = linear_sum_assignment(-table)
    return table[rows, cols].sum() / table.sum()


def pairs(counts):
    counts = np.asarray(counts, dtype=float)
    return (counts * (counts - 1) / 2).sum()


def rand_index(truth, found):
    table = contingency(truth, found)
    n = table.sum()
    both = pairs(table)
    total = n * (n - 1) / 2
    apart = total - pairs(table.sum(axis=1)) - pairs(table.sum(axis=0)) + both
    return (both + apart) / total


def adjusted_rand(truth, found):
    table = contingency(truth, found)
    n = table.sum()
    a, b = pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = a * b / (n * (n - 1) / 2)
    highest = (a + b) / 2
    if highest == expected:
        return 1.0
    return (pairs(table) - expected) / (highest - expected)


def quick_kmeans(X, k, seed, rounds=100):
    if np.isnan(X).any():
        raise ValueError("NaN in X")
    rng = np.random.default_rng(seed)
    C = np.unique(X, axis=0).astype(float)
    C = C[rng.choice(len(C), k, replace=False)]
    for _ in range(rounds):
        label = ((X[:, None] - C) ** 2).sum(-1).argmin(1)
        new = np.array([X[label == j].mean(0) if (label == j).any() else C[j] for j in range(k)])
        if (new == C).all():
            break
        C = new
    dist2 = ((X[:, None] - C) ** 2).sum(-1)
    return dist2.argmin(1), dist2.min(1).sum()


def main():
    rng = np.random.default_rng(9)
    mids = np.array([[0, 0], [3, 0.5], [1.0, 3.2], [4, 4]])
    truth = np.repeat(["a", "b", "c", "d"], [40, 60, 30, 50])
    X = np.vstack([rng.normal(m, 0.8, (n, 2)) for m, n in zip(mids, (40, 60, 30, 50))])
    print(" k   SSE  purity  matched   Rand  adj. Rand")
    for k in range(2, 8):
        found, sse = min((quick_kmeans(X, k, s) for s in range(10)), key=lambda r: r[1])
        print(f"{k:2d} {sse:6.1f} {purity(truth, found):6.3f} {matched_accuracy(truth, found):8.3f} "
              f"{rand_index(truth, found):6.3f} {adjusted_rand(truth, found):9.3f}")
    chance = np.random.default_rng(0).permutation(truth)
    print("permuted truth, adjusted Rand:", round(adjusted_rand(truth, chance), 3))


if __name__ == "__main__":
    main()
