#!/usr/bin/env python
# coding: utf-8

# # Iris with a hand-made softmax model

# In[1]:

import numpy as np
from sklearn.datasets import load_iris

rng = np.random.default_rng(2024)

# In[2]:

iris = load_iris()
features, labels = iris.data, iris.target
print(features.shape, np.bincount(labels))

# In[3]: stratified split, 70 / 30

train_idx, test_idx = [], []
for c in np.unique(labels):
    where = rng.permutation(np.flatnonzero(labels == c))
    cut = int(0.7 * len(where))
    train_idx.extend(where[:cut])
    test_idx.extend(where[cut:])
X_train, y_train = features[train_idx], labels[train_idx]
X_test, y_test = features[test_idx], labels[test_idx]

# In[4]: scaling with the training statistics

mean = X_train.mean(axis=0)
std = X_train.std(axis=0)
X_train = (X_train - mean) / std
X_test = (X_test - mean) / std

# In[5]:

def softmax(scores):
    scores = scores - scores.max(axis=1, keepdims=True)
    ex = np.exp(scores)
    return ex / ex.sum(axis=1, keepdims=True)


def evaluate(X, y, W, b):
    P = softmax(X @ W + b)
    loss = -np.log(P[np.arange(len(y)), y] + 1e-12).mean()
    acc = (P.argmax(axis=1) == y).mean()
    return loss, acc


# In[6]: training for several learning rates, all from the same start

W_start = rng.normal(0, 0.01, size=(4, 3))
history = {}
models = {}
for eta in (0.01, 0.1, 1.0):
    W, b = W_start.copy(), np.zeros(3)
    history[eta] = []
    shuffler = np.random.default_rng(5)
    for epoch in range(200):
        order = shuffler.permutation(len(y_train))
        Xs, ys = X_train[order], y_train[order]
        for i in range(0, len(ys), 15):
            xb, yb = Xs[i:i + 15], ys[i:i + 15]
            P = softmax(xb @ W + b)
            P[np.arange(len(yb)), yb] -= 1
            W = W - eta * xb.T @ P / len(yb)
            b = b - eta * P.mean(axis=0)
        history[eta].append(evaluate(X_train, y_train, W, b)[0])
    models[eta] = (W, b)

# In[7]:

for eta, curve in history.items():
    tr = evaluate(X_train, y_train, *models[eta])
    te = evaluate(X_test, y_test, *models[eta])
    print(f"eta={eta:<5} first {curve[0]:.4f} last {curve[-1]:.4f}  train acc {tr[1]:.3f}  test acc {te[1]:.3f}")
