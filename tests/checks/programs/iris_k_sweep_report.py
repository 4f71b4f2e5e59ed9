# -*- coding: utf-8 -*-
"""
Created on Tue Mar  7 21:14:02 2023

KNN on the iris data, how many neighbours are best?
"""
import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from collections import Counter
from sklearn.datasets import load_iris

iris = load_iris()
X, y = iris.data, iris.target

# shuffle and split
np.random.seed(7)
p = np.random.permutation(len(X))
X, y = X[p], y[p]
X_train, y_train = X[:100], y[:100]
X_test, y_test = X[100:], y[100:]


def dist(a, b):
    return np.sqrt(((a - b) ** 2).sum())


def knn_predict(x_new, X_train, y_train, k):
    d = [dist(x_new, row) for row in X_train]
    nearest = np.argsort(d)[:k]
    return Counter(y_train[nearest].tolist()).most_common(1)[0][0]


def accuracy(X_eval, y_eval, k):
    hits = sum(knn_predict(x, X_train, y_train, k) == t for x, t in zip(X_eval, y_eval))
    return hits / len(y_eval)


ks = list(range(1, 26))
acc = [accuracy(X_test, y_test, k) for k in ks]
best = ks[int(np.argmax(acc))]

plt.plot(ks, acc, marker=".")
plt.xlabel("k")
plt.ylabel("accuracy")
plt.title("KNN on iris")
plt.savefig("iris_k_sweep.png")

print("best k:", best)
print("final test accuracy: {:.1f}%".format(100 * max(acc)))
