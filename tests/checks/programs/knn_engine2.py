"""
Vectorised nearest neighbours. |a-b|^2 = |a|^2 - 2ab + |b|^2, clipped at zero, no square root:
ranking by squared distance gives the same neighbours.
Tie rule: among classes with equal votes the one whose closest member is nearest wins.
"""
import numpy as np


def squaredDistances(A, B):
    # the common offset is removed first so that the expansion does not cancel
    shift = B.mean(axis=0)
    A = A - shift
    B = B - shift
    D = (A * A).sum(1)[:, None] - 2.0 * A @ B.T + (B * B).sum(1)[None, :]
    return np.maximum(D, 0.0)


class NearestNeighbourVote:
    def __init__(self, nNeighbours=3):
        self.nNeighbours = nNeighbours

    def train(self, trainX, trainY):
        self.trainX = np.array(trainX, dtype=np.float64)
        self.trainY = list(trainY)
        return self

    fit = train

    def classify(self, ranked):
        count, best = {}, None
        for place, label in enumerate(ranked):
            n, first = count.get(label, (0, place))
            count[label] = (n + 1, first)
        for label, (n, first) in count.items():
            key = (-n, first)
            if best is None or key < best[0]:
                best = (key, label)
        return best[1]

    def predict(self, testX):
        testX = np.atleast_2d(np.array(testX, dtype=np.float64))
        D = squaredDistances(testX, self.trainX)
        order = np.argsort(D, axis=1, kind="mergesort")[:, :self.nNeighbours]
        return np.array([self.classify([self.trainY[j] for j in row]) for row in order])


if __name__ == "__main__":
    g = np.random.default_rng(8)
    X = np.concatenate([g.normal(c, 1.0, (40, 3)) for c in (0, 2, 4)])
    y = ["low"] * 40 + ["mid"] * 40 + ["high"] * 40
    model = NearestNeighbourVote(5).train(X[::2], y[::2])
    out = model.predict(X[1::2])
    print(sum(a == b for a, b in zip(out, y[1::2])) / len(out))
