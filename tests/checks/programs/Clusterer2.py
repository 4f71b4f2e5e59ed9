import numpy as np
from sklearn.datasets import load_iris

# clusters are numbered 1..K, cluster 1 is the biggest one


def squared_distances(A, B):
    d = (A * A).sum(1)[:, None] - 2 * A @ B.T + (B * B).sum(1)
    return np.maximum(d, 0)


class LloydClusters:
    def __init__(self, K, tries=10, rounds=200, random=None):
        self.K, self.tries, self.rounds = K, tries, rounds
        self.random = np.random.default_rng(random)

    def _once(self, P):
        M = P[self.random.choice(len(P), self.K, replace=False)]
        old = None
        for _ in range(self.rounds):
            D = squared_distances(P, M)
            own = D.argmin(1)
            if old is not None and (own == old).all():
                break
            old = own
            sums = np.zeros_like(M)
            np.add.at(sums, own, P)
            size = np.bincount(own, minlength=self.K)
            M = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], M)
        own = squared_distances(P, M).argmin(1)
        return ((P - M[own]) ** 2).sum(), M, own

    def fit(self, data):
        P = np.array(data, dtype=np.float64)
        self.shift = P.mean(axis=0)
        P = P - self.shift          # keeps the expanded distance accurate
        cost, M, own = min((self._once(P) for _ in range(self.tries)), key=lambda r: r[0])
        by_size = np.argsort(-np.bincount(own, minlength=self.K), kind="stable")
        rank = np.empty(self.K, dtype=int)
        rank[by_size] = np.arange(self.K)
        self.means = M[by_size] + self.shift
        self.membership = rank[own] + 1
        self.cost = cost
        return self

    def assign(self, data):
        P = np.asarray(data, dtype=np.float64)
        return squared_distances(P - self.shift, self.means - self.shift).argmin(1) + 1


if __name__ == "__main__":
    flowers = load_iris()
    for K in range(1, 7):
        print(K, round(LloydClusters(K, random=0).fit(flowers.data).cost, 3))
    c = LloydClusters(3, random=0).fit(flowers.data)
    print(c.means.round(2))
    for j in (1, 2, 3):
        print(j, dict(zip(*np.unique(flowers.target_names[flowers.target[c.membership == j]], return_counts=True))))
