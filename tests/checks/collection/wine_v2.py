import numpy as np
from sklearn.datasets import load_wine

K_VALUES = [1, 3, 5, 7, 9, 11, 15]


def standardise(train, *others):
    m, s = train.mean(0), train.std(0)
    return [(a - m) / s for a in (train, *others)]


def knn(train_x, train_y, query, k):
    out = []
    for q in query:
        d = ((train_x - q) ** 2).sum(1)
        near = train_y[np.argsort(d, kind="stable")[:k]]
        values, votes = np.unique(near, return_counts=True)
        out.append(values[votes.argmax()])
    return np.array(out)


def main():
    data = load_wine()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(data.target))
    x, y = data.data[order], data.target[order]
    x_train, y_train = x[:100], y[:100]
    x_val, y_val = x[100:140], y[100:140]
    x_test, y_test = x[140:], y[140:]
    x_train, x_val, x_test = standardise(x_train, x_val, x_test)

    best_k, best_acc = None, -1
    for k in K_VALUES:
        acc = (knn(x_train, y_train, x_train, k) == y_train).mean()
        print(f"k = {k:2d}: accuracy {acc:.3f}")
        if acc > best_acc:
            best_k, best_acc = k, acc

    print(f"best k = {best_k}, accuracy {best_acc:.3f}")


main()
