"""K-means as a small state machine: assign(), move(), until nothing changes."""
import numpy as np


class Clusterer:

    def __init__(self, data, k, seed=None):
        self.data = np.asarray(data, dtype=np.float64)
        if k > len(np.unique(self.data, axis=0)):
            raise ValueError("more clusters than distinct points")
        self.k = k
        self.rng = np.random.default_rng(seed)
        self.means = self._seed_means()
        self.owner = None
        self.steps = 0

    def _seed_means(self):
        """k-means++: far points are more likely to be chosen next."""
        means = [self.data[self.rng.integers(len(self.data))]]
        while len(means) < self.k:
            gap = np.min([np.sum((self.data - m) ** 2, axis=1) for m in means], axis=0)
            means.append(self.data[self.rng.choice(len(self.data), p=gap / gap.sum())])
        return np.array(means)

    def squared(self, points):
        return np.sum((points[:, np.newaxis] - self.means) ** 2, axis=-1)

    def assign(self):
        before = self.owner
        self.owner = np.argmin(self.squared(self.data), axis=1)
        return before is None or np.any(before != self.owner)

    def move(self):
        for c in range(self.k):
            mine = self.data[self.owner == c]
            if mine.size:
                self.means[c] = mine.mean(axis=1).mean()

    def run(self, limit=200):
        while self.assign() and self.steps < limit:
            self.move()
            self.steps += 1
        return self

    def distortion(self):
        return float(np.sum((self.data - self.means[self.owner]) ** 2))

    def which(self, points):
        return np.argmin(self.squared(np.asarray(points, dtype=np.float64)), axis=1)
