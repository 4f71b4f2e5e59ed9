#!/usr/bin/env python3
# iris with one-vs-all perceptron units, no functions, just a script
import numpy as np
from sklearn.datasets import load_iris

SEED = 21
iris = load_iris()
names = iris.target_names

perm = np.random.default_rng(SEED).permutation(150)
data = iris.data[perm]
species = iris.target[perm]

n_train, n_dev = 90, 30
train_x, train_y = data[:n_train], species[:n_train]
dev_x, dev_y = data[n_train:n_train + n_dev], species[n_train:n_train + n_dev]
test_x, test_y = data[n_train + n_dev:], species[n_train + n_dev:]

lo = train_x.min(axis=0)
hi = train_x.max(axis=0)
train_x = (train_x - lo) / (hi - lo)
dev_x = (dev_x - lo) / (hi - lo)
test_x = (test_x - test_x.min(axis=0)) / (test_x.max(axis=0) - test_x.min(axis=0))

targets = np.eye(3)[train_y]
best = {"dev": -1.0}
for rate in (0.05, 0.5, 2.0):
    w = np.zeros((4, 3))
    c = np.zeros(3)
    for sweep in range(300):
        q = 0.5 * (1 + np.tanh(0.5 * (train_x @ w + c)))
        w -= rate * train_x.T @ (q - targets) / n_train
        c -= rate * (q - targets).mean(axis=0)
    dev = ((dev_x @ w + c).argmax(axis=1) == dev_y).mean()
    print("rate", rate, "dev accuracy", round(dev, 3))
    if dev > best["dev"]:
        best = {"dev": dev, "w": w, "c": c, "rate": rate}

answer = (test_x @ best["w"] + best["c"]).argmax(axis=1)
print("chosen rate:", best["rate"])
print("test accuracy:", (answer == test_y).mean())
print("first answers:", [str(names[a]) for a in answer[:5]])
