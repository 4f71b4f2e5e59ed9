# code of video 14 - k means
import numpy as np
import matplotlib.pyplot as plt


def dist(p, q):
    return np.sqrt(np.sum((p - q) ** 2))


class KMeansClustering:

    def __init__(self, K=4, max_rounds=150, plot=False, seed=None):
        self.K = K
        self.max_rounds = max_rounds
        self.plot = plot
        self.seed = seed

    def predict(self, X):
        """Clusters X and gives every row the number of its cluster."""
        self.X = np.array(X, dtype=float)
        self.n, self.d = self.X.shape
        rng = np.random.default_rng(self.seed)

        first = rng.choice(self.n, self.K, replace=False)
        self.middles = [self.X[i].copy() for i in first]

        for r in range(self.max_rounds):
            self.groups = self.make_groups()
            if self.plot:
                self.show()
            before = self.middles
            self.middles = self.new_middles(before)
            if self.settled(before, self.middles):
                break
        self.rounds = r + 1
        self.groups = self.make_groups()
        return self.labels()

    def make_groups(self):
        groups = [[] for _ in range(self.K)]
        for i, row in enumerate(self.X):
            d = [dist(row, m) for m in self.middles]
            groups[int(np.argmin(d))].append(i)
        return groups

    def new_middles(self, before):
        out = []
        for k, group in enumerate(self.groups):
            if len(group) == 0:
                out.append(before[k])
            else:
                out.append(self.X[group].mean(axis=0))
        return out

    def settled(self, before, after):
        return sum(dist(a, b) for a, b in zip(before, after)) < 1e-9

    def labels(self):
        out = np.empty(self.n, dtype=int)
        for k, group in enumerate(self.groups):
            out[group] = k
        return out

    def sse(self):
        return sum(dist(self.X[i], self.middles[k]) ** 2 for k, g in enumerate(self.groups) for i in g)

    def show(self):
        for group in self.groups:
            plt.scatter(self.X[group, 0], self.X[group, 1], s=15)
        for m in self.middles:
            plt.scatter(m[0], m[1], marker="*", color="black", s=120)
        plt.show()


if __name__ == "__main__":
    from sklearn.datasets import make_blobs

    X, true = make_blobs(n_samples=300, centers=4, cluster_std=0.8, random_state=21)
    km = KMeansClustering(K=4, seed=1)
    got = km.predict(X)
    print("rounds", km.rounds, "sse", km.sse())
    for k in range(4):
        print(k, np.bincount(true[got == k], minlength=4))
