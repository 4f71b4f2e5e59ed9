from collections import Counter

import numpy as np


class Knn:
    """Tie rule: of the labels with most votes, the one whose member is nearest wins.
       Features are row-normalised (unit length), so this is cosine similarity."""

    def __init__(self, n_neighbours=3):
        self.n_neighbours = n_neighbours

    @staticmethod
    def unit(M):
        M = np.asarray(M, dtype=np.float32)
        length = np.sqrt((M * M).sum(1, keepdims=True))
        length[length == 0] = 1
        return M / length

    def train(self, X, y):
        self.U = self.unit(X)
        self.y = list(y)

    def predict_one(self, u):
        sim = self.U @ u
        best = np.argsort(-sim, kind='mergesort')[:self.n_neighbours]
        labels = [self.y[i] for i in best]
        count = Counter(labels)
        top = max(count.values())
        for lab in labels:              # nearest first
            if count[lab] == top:
                return lab

    def predict(self, X):
        return np.array([self.predict_one(u) for u in self.unit(X)])


if __name__ == '__main__':
    from sklearn.datasets import load_digits
    X, y = load_digits(return_X_y=True)
    rs = np.random.RandomState(0)
    p = rs.permutation(len(y))
    knn = Knn(4)
    knn.train(X[p[:1200]], y[p[:1200]])
    print('accuracy', np.mean(knn.predict(X[p[1200:]]) == y[p[1200:]]))
