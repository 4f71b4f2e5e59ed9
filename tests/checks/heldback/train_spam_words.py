"""Train a small spam filter (logistic regression on word counts).

    python train_spam_words.py --rate 0.5 --l2 0.001
"""
import argparse

import numpy as np


def load_messages(path="messages.npz", seed=0):
    """Word counts and labels; made up if there is no file."""
    try:
        f = np.load(path)
        return f["counts"], f["spam"]
    except FileNotFoundError:
        rng = np.random.default_rng(seed)
        n, words = 1200, 40
        spam = (rng.random(n) < 0.35).astype(int)
        rate = rng.gamma(1.0, 0.8, words)
        tilt = rng.normal(0, 0.7, words)
        counts = rng.poisson(rate * np.exp(np.outer(spam, tilt)))
        return counts, spam


def split(X, y, rng, val=0.2, test=0.2):
    order = rng.permutation(len(y))
    a = int(test * len(y))
    b = a + int(val * len(y))
    te, va, tr = order[:a], order[a:b], order[b:]
    return (X[tr], y[tr]), (X[va], y[va]), (X[te], y[te])


def standardise(train, *others):
    mean = train.mean(axis=0)
    std = train.std(axis=0)
    std[std == 0] = 1.0
    return [(A - mean) / std for A in (train,) + others]


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def loss(w, b, X, y, l2):
    p = np.clip(sigmoid(X @ w + b), 1e-12, 1 - 1e-12)
    ce = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return ce + 0.5 * l2 * np.sum(w ** 2)


def gradients(w, b, X, y, l2):
    r = sigmoid(X @ w + b) - y
    return X.T @ r / len(y) + l2 * w, np.mean(r)


def train(Xtr, ytr, Xva, yva, rate, l2, epochs, batch, patience, rng):
    w, b = np.zeros(Xtr.shape[1]), 0.0
    best = (np.inf, w.copy(), b)
    waited = 0
    history = []
    for epoch in range(epochs):
        perm = rng.permutation(len(ytr))
        for i in range(0, len(perm), batch):
            rows = perm[i:i + batch]
            gw, gb = gradients(w, b, Xtr[rows], ytr[rows], l2)
            w = w - rate * gw
            b = b - rate * gb
        val_loss = loss(w, b, Xva, yva, 0.0)
        history.append(val_loss)
        if val_loss < best[0] - 1e-5:
            best = (val_loss, w.copy(), b)
            waited = 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best[1], best[2], history


def predict(w, b, X):
    return (sigmoid(X @ w + b) > 0.5).astype(int)


def scores(y, guess):
    tp = np.sum((y == 1) & (guess == 1))
    precision = tp / max(np.sum(guess == 1), 1)
    recall = tp / max(np.sum(y == 1), 1)
    return np.mean(y == guess), precision, recall


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rate", type=float, default=0.3)
    ap.add_argument("--l2", type=float, default=0.001)
    ap.add_argument("--epochs", type=int, default=100)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--patience", type=int, default=8)
    ap.add_argument("--seed", type=int, default=7)
    args = ap.parse_args()

    rng = np.random.default_rng(args.seed)
    counts, spam = load_messages()
    X = np.log1p(counts)
    (Xtr, ytr), (Xva, yva), (Xte, yte) = split(X, spam, rng)
    Xtr, Xva, Xte = standardise(Xtr, Xva, Xte)
    w, b, history = train(Xtr, ytr, Xva, yva, args.rate, args.l2, args.epochs, args.batch, args.patience, rng)
    print("epochs:", len(history), " best validation loss: %.4f" % min(history))
    acc, precision, recall = scores(yte, predict(w, b, Xte))
    print("test: accuracy %.3f  precision %.3f  recall %.3f" % (acc, precision, recall))
    print("no spam at all: accuracy %.3f" % np.mean(yte == 0))


if __name__ == "__main__":
    main()
