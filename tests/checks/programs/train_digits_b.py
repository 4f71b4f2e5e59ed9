import time
import numpy as np
from sklearn.datasets import load_digits

np.random.seed(2)

# ---------------- settings
HIDDEN = 48
LR = 0.1
EPOCHS = 40
BATCH = 50
KEEP = 0.8

# ---------------- data
digits = load_digits()
images = digits.data.astype(np.float64)
labels = digits.target
shuffle = np.random.permutation(len(labels))
images, labels = images[shuffle], labels[shuffle]
n_train = 1300
x_train, y_train = images[:n_train], labels[:n_train]
x_test, y_test = images[n_train:], labels[n_train:]
mean_image = x_train.mean(axis=0)
x_train = (x_train - mean_image) / 16
x_test = (x_test - mean_image) / 16
targets = np.eye(10)[y_train]

# ---------------- weights
w_in = np.random.randn(64, HIDDEN) * np.sqrt(2 / 64)
b_in = np.zeros(HIDDEN)
w_out = np.random.randn(HIDDEN, 10) * np.sqrt(1 / HIDDEN)
b_out = np.zeros(10)


def relu(v):
    return np.maximum(v, 0)


def softmax(v):
    v = np.exp(v - v.max(axis=1, keepdims=True))
    return v / v.sum(axis=1, keepdims=True)


def classify(x):
    hidden = relu(x @ w_in + b_in)
    return softmax(hidden @ w_out + b_out).argmax(axis=1)


# ---------------- training
losses = []
started = time.time()
for epoch in range(EPOCHS):
    order = np.random.permutation(n_train)
    running = 0.0
    for i in range(0, n_train, BATCH):
        pick = order[i:i + BATCH]
        xb, tb = x_train[pick], targets[pick]

        pre = xb @ w_in + b_in
        hidden = relu(pre)
        mask = (np.random.rand(*hidden.shape) < KEEP) / KEEP
        dropped = hidden * mask
        probs = softmax(dropped @ w_out + b_out)
        running += -np.sum(tb * np.log(probs + 1e-9))

        d_out = (probs - tb) / len(pick)
        g_w_out = dropped.T @ d_out
        g_b_out = d_out.sum(axis=0)
        d_hidden = d_out @ w_out.T * mask
        d_hidden[pre <= 0] = 0
        g_w_in = xb.T @ d_hidden
        g_b_in = d_hidden.sum(axis=0)

        w_out -= LR * g_w_out
        b_out -= LR * g_b_out
        w_in -= LR * g_w_in
        b_in -= LR * g_b_in
    losses.append(running / n_train)
    if (epoch + 1) % 10 == 0:
        acc = np.mean(classify(x_test) == y_test)
        print("epoch %d loss %.4f test accuracy %.2f%%" % (epoch + 1, losses[-1], 100 * acc))

print("done in %.1f s" % (time.time() - started))
print("most frequent digit would give %.2f%%" % (100 * np.bincount(y_test).max() / len(y_test)))
