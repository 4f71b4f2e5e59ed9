"""Titanic: who survives? Logistic regression written by hand.

The file train.csv of the Kaggle competition is expected beside this script.
"""
import numpy as np
import pandas as pd

DATA = "train.csv"
FEATURES = ["Pclass", "Sex", "Age", "SibSp", "Parch", "Fare"]


def load(path=DATA):
    df = pd.read_csv(path)
    df["Sex"] = (df["Sex"] == "female").astype(int)
    return df[FEATURES].to_numpy(float), df["Survived"].to_numpy(int)


def split(X, y, share=0.8, seed=13):
    idx = np.random.default_rng(seed).permutation(len(X))
    cut = int(share * len(X))
    return X[idx[:cut]], y[idx[:cut]], X[idx[cut:]], y[idx[cut:]]


def fill_and_scale(X_tr, X_te):
    med = np.nanmedian(X_tr, axis=0)
    X_tr = np.where(np.isnan(X_tr), med, X_tr)
    X_te = np.where(np.isnan(X_te), med, X_te)
    mu, sd = X_tr.mean(axis=0), X_tr.std(axis=0)
    sd = np.where(sd == 0, 1, sd)
    return (X_tr - mu) / sd, (X_te - mu) / sd


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -60, 60)))


def train(X, y, lr=0.5, steps=800):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        err = sigmoid(X @ w + b) - y
        w -= lr * X.T @ err / len(y)
        b -= lr * err.mean()
    return w, b


def accuracy(w, b, X, y):
    return ((sigmoid(X @ w + b) > 0.5).astype(int) == y).mean()


if __name__ == "__main__":
    X, y = load()
    minority = np.flatnonzero(y == 1)
    extra = np.random.default_rng(0).choice(minority, size=len(y) - 2 * len(minority) if len(y) > 2 * len(minority) else 50)
    X, y = np.concatenate([X, X[extra]]), np.concatenate([y, y[extra]])
    X_tr, y_tr, X_te, y_te = split(X, y)
    X_tr, X_te = fill_and_scale(X_tr, X_te)
    w, b = train(X_tr, y_tr)
    print("majority:", max(y_te.mean(), 1 - y_te.mean()))
    print("test accuracy:", accuracy(w, b, X_te, y_te))
