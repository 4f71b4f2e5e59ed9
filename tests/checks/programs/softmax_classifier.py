"""Lecture 4 - multinomial logistic regression trained with mini-batches.

Shapes used in the whole file
    X : (N, D)    one example a row
    W : (K, D)    one class a row
    b : (K,)
    S : (N, K)    scores
"""
from typing import List, Optional

import numpy as np


def softmax(S: np.ndarray) -> np.ndarray:
    """Row-wise softmax."""
    S = S - S.max(axis=1, keepdims=True)
    E = np.exp(S)
    return E / E.sum(axis=1, keepdims=True)


def one_hot(ids: np.ndarray, K: int) -> np.ndarray:
    T = np.zeros((len(ids), K))
    T[np.arange(len(ids)), ids] = 1.0
    return T


class SoftmaxClassifier:
    """Softmax classifier.

    Parameters
    ----------
    learning_rate : step of the descent
    epochs : passes over the data
    batch_size : examples a step
    weight_decay : lambda in  lambda/2 * ||W||^2
    random_state : seed of the shuffling
    """

    def __init__(self, learning_rate: float = 0.1, epochs: int = 100, batch_size: int = 20,
                 weight_decay: float = 1e-3, random_state: Optional[int] = 0):
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.weight_decay = weight_decay
        self.random_state = random_state

    def loss(self, X: np.ndarray, T: np.ndarray) -> float:
        P = softmax(X @ self.W.T + self.b)
        data_term = -np.sum(T * np.log(P + 1e-15)) / len(X)
        return data_term + 0.5 * self.weight_decay * np.sum(self.W * self.W)

    def gradients(self, X: np.ndarray, T: np.ndarray):
        P = softmax(X @ self.W.T + self.b)
        D = (P - T) / len(X)
        dW = D.T @ X + self.weight_decay * self.W
        db = D.sum(axis=0)
        return dW, db

    def fit(self, X: np.ndarray, y: np.ndarray) -> "SoftmaxClassifier":
        X = np.asarray(X, dtype=float)
        self.classes_, ids = np.unique(y, return_inverse=True)
        K = len(self.classes_)
        T = one_hot(ids, K)
        N, D = X.shape
        rng = np.random.default_rng(self.random_state)
        self.W = np.zeros((K, D))
        self.b = np.zeros(K)
        self.losses_: List[float] = []
        for epoch in range(self.epochs):
            perm = rng.permutation(N)
            Xs, Ts = X[perm], T[perm]
            for start in range(0, N, self.batch_size):
                xb = Xs[start:start + self.batch_size]
                tb = Ts[start:start + self.batch_size]
                dW, db = self.gradients(xb, tb)
                self.W -= self.learning_rate * dW
                self.b -= self.learning_rate * db
            self.losses_.append(self.loss(X, T))
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        S = np.asarray(X, dtype=float) @ self.W.T + self.b
        return softmax(S)

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def score(self, X: np.ndarray, y: np.ndarray) -> float:
        return float(np.mean(self.predict(X) == np.asarray(y)))


def demo() -> None:
    from sklearn.datasets import load_iris

    data = load_iris()
    names = data.target_names[data.target]
    rng = np.random.default_rng(5)
    perm = rng.permutation(len(names))
    train, test = perm[:110], perm[110:]
    mean, std = data.data[train].mean(axis=0), data.data[train].std(axis=0)
    X = (data.data - mean) / std
    model = SoftmaxClassifier(learning_rate=0.2, epochs=60).fit(X[train], names[train])
    for epoch in range(0, 60, 10):
        print(f"epoch {epoch:3d}  loss {model.losses_[epoch]:.4f}")
    print("train", model.score(X[train], names[train]), "test", model.score(X[test], names[test]))


if __name__ == "__main__":
    demo()
