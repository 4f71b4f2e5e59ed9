# Train a small network on the sklearn digits, no frameworks.
# Also: which learning rate is best?

import numpy as np
from sklearn.datasets import load_digits

HIDDEN = 32
EPOCHS = 40
BATCH = 64

digits = load_digits()
images = digits.data
targets = digits.target

rng = np.random.default_rng(2024)
order = rng.permutation(len(targets))
train_idx, val_idx, test_idx = order[:1000], order[1000:1400], order[1400:]

mean = images[train_idx].mean(axis=0)
std = images[train_idx].std(axis=0)
std[std < 1e-8] = 1.0

X_train = (images[train_idx] - mean) / std
X_val = (images[val_idx] - mean) / std
X_test = (images[test_idx] - mean) / std
y_train, y_val, y_test = targets[train_idx], targets[val_idx], targets[test_idx]
Y_train = np.eye(10)[y_train]


def relu(x):
    return np.maximum(x, 0)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(x, w1, b1, w2, b2):
    h = relu(x @ w1 + b1)
    return h, softmax(h @ w2 + b2)


def accuracy(x, y, params):
    return np.mean(forward(x, *params)[1].argmax(axis=1) == y)


def cross_entropy(p, t):
    return -np.mean(np.sum(t * np.log(p + 1e-12), axis=1))


init_w1 = rng.normal(0, np.sqrt(2 / 64), (64, HIDDEN))
init_w2 = rng.normal(0, np.sqrt(2 / HIDDEN), (HIDDEN, 10))

results = {}
for lr in [0.003, 0.03, 0.3]:
    w1, b1 = init_w1.copy(), np.zeros(HIDDEN)
    w2, b2 = init_w2.copy(), np.zeros(10)
    shuffler = np.random.default_rng(7)
    losses = []
    for epoch in range(EPOCHS):
        perm = shuffler.permutation(len(X_train))
        for start in range(0, len(perm), BATCH):
            idx = perm[start:start + BATCH]
            xb, tb = X_train[idx], Y_train[idx]
            h, p = forward(xb, w1, b1, w2, b2)
            d2 = (p - tb) / len(idx)
            d1 = (d2 @ w2.T) * (h > 0)
            w2 -= lr * (h.T @ d2)
            b2 -= lr * d2.sum(axis=0)
            w1 -= lr * (xb.T @ d1)
            b1 -= lr * d1.sum(axis=0)
        losses.append(cross_entropy(forward(X_train, w1, b1, w2, b2)[1], Y_train))
    params = (w1, b1, w2, b2)
    results[lr] = (accuracy(X_val, y_val, params), params, losses)
    print(f"lr={lr:<6} final train loss {losses[-1]:.4f}  val acc {results[lr][0]:.3f}")

best_lr = max(results, key=lambda k: results[k][0])
best_params = results[best_lr][1]
print("best learning rate:", best_lr)
print("train accuracy:", round(accuracy(X_train, y_train, best_params), 4))
print("test accuracy: ", round(accuracy(X_test, y_test, best_params), 4))
