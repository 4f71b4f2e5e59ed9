import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# MNIST as csv: label, 784 pixels from 0 to 255.  One hidden layer.
# (falls back to the little 8x8 digits of sklearn)

lr = 0.5
hidden = 48
epochs = 30
batch_size = 50
rng = np.random.default_rng(28)

if os.path.exists("mnist_train.csv"):
    frame = pd.read_csv("mnist_train.csv")
    labels = frame["label"].values
    pixels = frame.drop(columns="label").values.astype(np.uint8)
    top = 255
else:
    from sklearn.datasets import load_digits
    labels, pixels, top = load_digits().target, load_digits().data.astype(np.uint8), 16

side = int(np.sqrt(pixels.shape[1]))

order = rng.permutation(len(labels))
cut = int(0.8 * len(labels))
fit_rows, dev_rows = order[:cut], order[cut:]


def prepare(px, centre):
    return px.astype(np.float64) / top - centre


centre = (pixels[fit_rows].astype(np.float64) / top).mean(axis=0)
x_fit, y_fit = prepare(pixels[fit_rows], centre), labels[fit_rows]
x_dev, y_dev = prepare(pixels[dev_rows], centre), labels[dev_rows]
onehot = np.eye(10)[y_fit]

w1 = rng.normal(0, np.sqrt(2 / x_fit.shape[1]), (x_fit.shape[1], hidden))
b1 = np.zeros(hidden)
w2 = rng.normal(0, np.sqrt(2 / hidden), (hidden, 10))
b2 = np.zeros(10)


def relu(v):
    return np.maximum(0, v)


def softmax(v):
    e = np.exp(v - v.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(x):
    h = relu(x @ w1 + b1)
    return h, softmax(h @ w2 + b2)


def cross_entropy(p, t):
    return -np.mean(np.log(np.clip((p * t).sum(axis=1), 1e-12, None)))


loss_curve, dev_curve = [], []
for epoch in range(epochs):
    shuffle = rng.permutation(len(x_fit))
    for s in range(0, len(shuffle), batch_size):
        pick = shuffle[s:s + batch_size]
        x, t = x_fit[pick], onehot[pick]
        h, p = forward(x)
        d2 = (p - t) / len(x)
        d1 = d2 @ w2.T
        d1[h <= 0] = 0
        w2 -= lr * h.T @ d2
        b2 -= lr * d2.sum(axis=0)
        w1 -= lr * x.T @ d1
        b1 -= lr * d1.sum(axis=0)
    loss_curve.append(cross_entropy(forward(x_fit)[1], onehot))
    if not np.isfinite(loss_curve[-1]):
        raise SystemExit("the loss is not finite any more, take a smaller lr")
    dev_curve.append(np.mean(forward(x_dev)[1].argmax(axis=1) == y_dev))
    if epoch % 5 == 4:
        print(f"{epoch + 1:3d}  loss {loss_curve[-1]:.4f}  dev accuracy {dev_curve[-1]:.4f}")

print("dev accuracy at the end:", dev_curve[-1].round(4), " most frequent digit:", (np.bincount(y_dev).max() / len(y_dev)).round(4))

guess = forward(x_dev)[1].argmax(axis=1)
mistakes = np.zeros((10, 10), dtype=int)
np.add.at(mistakes, (y_dev, guess), 1)
np.fill_diagonal(mistakes, 0)
true, said = np.unravel_index(mistakes.argmax(), mistakes.shape)
print(f"most frequent mistake: a {true} taken for a {said} ({mistakes[true, said]} times)")

fig, axes = plt.subplots(2, 5, figsize=(8, 3.5))
show = rng.choice(len(dev_rows), axes.size, replace=False)
for ax, i in zip(axes.flat, show):
    ax.imshow(pixels[dev_rows[i]].reshape(side, side), cmap="gray")
    ax.set_title(f"{y_dev[i]} -> {guess[i]}")
    ax.axis("off")
fig.savefig("digits_dev.png")

fig, ax = plt.subplots()
ax.plot(loss_curve, label="training loss")
ax.plot(dev_curve, label="dev accuracy")
ax.set_xlabel("epoch")
ax.legend()
fig.savefig("digits_curves.png")
