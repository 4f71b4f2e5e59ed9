# Handwritten digits with a small network, NumPy only
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

digits = load_digits()
X = digits.data.astype(float)
y = digits.target.astype(str)

X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42, stratify=y)

mean = X_train.mean(axis=0)
std = X_train.std(axis=0)
std[std == 0] = 1
X_train = (X_train - mean) / std
X_test = (X_test - mean) / std

n_hidden = 24
n_classes = 10
learning_rate = 0.3
epochs = 150

rng = np.random.default_rng(7)
W1 = rng.normal(0, np.sqrt(1 / 64), (64, n_hidden))
b1 = np.zeros((1, n_hidden))
W2 = rng.normal(0, np.sqrt(1 / n_hidden), (n_hidden, n_classes))
b2 = np.zeros((1, n_classes))


def one_hot(labels, k):
    return np.eye(k)[labels.astype(int)]


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(X):
    a1 = np.tanh(X @ W1 + b1)
    return a1, softmax(a1 @ W2 + b2)


T = one_hot(y_train, n_classes)
losses = []
for epoch in range(epochs):
    a1, out = forward(X_train)
    losses.append(-np.mean(np.sum(T * np.log(out + 1e-12), axis=1)))
    d2 = (out - T) / len(X_train)
    d1 = (d2 @ W2.T) * (1 - a1 ** 2)
    W2 -= learning_rate * a1.T @ d2
    b2 -= learning_rate * d2.sum(axis=0, keepdims=True)
    W1 -= learning_rate * X_train.T @ d1
    b1 -= learning_rate * d1.sum(axis=0, keepdims=True)
    if epoch % 50 == 0:
        print("epoch", epoch, "loss", round(losses[-1], 4))

y_pred = forward(X_test)[1].argmax(axis=1)
print("test accuracy:", np.mean(y_pred == y_test))
