# coding: utf-8
# Softmax regression on the 8x8 digits. Samples are columns: x is n*m, y is k*m, theta is k*n.
import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

# hyper-parameters
alpha = 0.5
iters = 300
lam = 1e-3
batch = 256


def load_data(test=400, seed=0):
    digits = load_digits()
    idx = np.random.RandomState(seed).permutation(digits.target.size)
    x = digits.data[idx].T / 16.0
    x = np.vstack([x, np.ones((1, x.shape[1]))])
    labels = digits.target[idx]
    return x[:, test:], labels[test:], x[:, :test], labels[:test]


def to_onehot(labels, k=10):
    y = np.zeros((k, labels.size))
    y[labels, np.arange(labels.size)] = 1
    return y


def softmax(score):
    score = score - np.max(score, axis=0, keepdims=True)
    e = np.exp(score)
    return e / np.sum(e, axis=0, keepdims=True)


def loss(theta, x, y):
    m = x.shape[1]
    score = theta.dot(x)
    top = np.max(score, axis=0)
    log_z = top + np.log(np.sum(np.exp(score - top), axis=0))
    ce = np.sum(log_z - np.sum(y * score, axis=0)) / m
    return ce + 0.5 * lam * np.sum(theta[:, :-1] ** 2)


def gradient(theta, x, y):
    m = x.shape[1]
    p = softmax(theta.dot(x))
    g = (p - y).dot(x.T) / m
    g[:, :-1] += lam * theta[:, :-1]
    return g


def predict(theta, x):
    return np.argmax(theta.dot(x), axis=0)


def cal_accuracy(pred, labels):
    return np.mean(pred == labels)


def softmax_regression(theta, x, y, iters, alpha, seed=0):
    theta = theta.copy()
    rng = np.random.RandomState(seed)
    f = []
    for it in range(iters):
        order = rng.permutation(x.shape[1])
        for s in range(0, x.shape[1], batch):
            pick = order[s:s + batch]
            theta -= alpha * gradient(theta, x[:, pick], y[:, pick])
        f.append(loss(theta, x, y))
    return theta, f


train_x, train_labels, test_x, test_labels = load_data()
train_y = to_onehot(train_labels)

theta0 = np.zeros((10, train_x.shape[0]))
print("loss at the start %.4f" % loss(theta0, train_x, train_y))
theta, history = softmax_regression(theta0, train_x, train_y, iters, alpha)
print("loss after %d epochs %.4f" % (len(history), history[-1]))
print("train accuracy %.4f" % cal_accuracy(predict(theta, train_x), train_labels))
print("test accuracy  %.4f" % cal_accuracy(predict(theta, test_x), test_labels))

plt.plot(history)
plt.xlabel("epoch")
plt.ylabel("loss")
plt.savefig("digits_softmax_loss.png")
