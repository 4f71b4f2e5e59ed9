"""
Post #14: how big should the step be?

We fit the same logistic regression with several step sizes, from the same starting point and with the
same order of mini-batches, and look at the loss after each epoch.
"""
import numpy as np


def make_data(n=500, seed=123):
    rng = np.random.default_rng(seed)
    income = rng.normal(40_000, 12_000, n)
    age = rng.normal(45, 12, n)
    debts = rng.poisson(2, n)
    score = 0.00008 * (income - 40_000) + 0.03 * (age - 45) - 0.9 * (debts - 2)
    paid = (rng.random(n) < np.exp(-np.logaddexp(0, -score))).astype(float)
    return np.column_stack([income, age, debts]), paid


def train_test(X, y, share=0.7, seed=0):
    order = np.random.default_rng(seed).permutation(len(y))
    cut = int(share * len(y))
    return X[order[:cut]], X[order[cut:]], y[order[:cut]], y[order[cut:]]


def zscore(train, *others):
    center, spread = train.mean(axis=0), train.std(axis=0)
    return [(a - center) / spread for a in (train, *others)]


def log_loss(w, X, y):
    z = X @ w[1:] + w[0]
    return np.mean(np.logaddexp(0, z) - y * z)


def gradient(w, X, y):
    z = X @ w[1:] + w[0]
    p = np.exp(-np.logaddexp(0, -z))
    r = p - y
    return np.concatenate([[r.mean()], X.T @ r / len(y)])


def sgd(X, y, w0, step, epochs=30, batch=25, decay=0.0, seed=0):
    """Returns the final weights and the loss after every epoch."""
    rng = np.random.default_rng(seed)
    w = w0.copy()
    losses = []
    for epoch in range(epochs):
        rate = step / (1 + decay * epoch)
        order = rng.permutation(len(y))
        for k in range(0, len(y), batch):
            rows = order[k:k + batch]
            w -= rate * gradient(w, X[rows], y[rows])
        losses.append(log_loss(w, X, y))
    return w, losses


def classify(w, X):
    return (X @ w[1:] + w[0] > 0).astype(float)


def main(plot=False):
    X, y = make_data()
    X_train, X_test, y_train, y_test = train_test(X, y)
    X_train, X_test = zscore(X_train, X_test)
    w0 = np.random.default_rng(99).normal(scale=0.01, size=X.shape[1] + 1)
    curves = {}
    for step in (0.001, 0.01, 0.1, 1.0):
        w, curves[step] = sgd(X_train, y_train, w0, step, decay=0.05)
        print(f"step {step:<6} loss {curves[step][0]:.4f} -> {curves[step][-1]:.4f}   "
              f"test accuracy {np.mean(classify(w, X_test) == y_test):.3f}")
    print("always 'paid':", max(y_test.mean(), 1 - y_test.mean()).round(3))
    if plot:
        import matplotlib.pyplot as plt
        for step, losses in curves.items():
            plt.plot(range(1, len(losses) + 1), losses, label=f"step {step}")
        plt.xlabel("epoch")
        plt.ylabel("training loss")
        plt.legend()
        plt.show()


if __name__ == "__main__":
    main()
