# One-vs-rest logistic regression. The models are a dictionary {class label: theta}.
import numpy as np


def sigma(z):
    z = np.clip(z, -500, 500)
    return 1.0 / (1.0 + np.exp(-z))


def add_intercept(X):
    return np.insert(np.asarray(X, dtype=float), 0, 1.0, axis=1)


def cost(theta, X, t, lam=0.0):
    """Log loss plus lam/(2m) * |theta without intercept|^2. X already has the intercept column."""
    m = len(t)
    z = X @ theta
    # log(sigma(z)) = -log(1 + e^-z), log(1 - sigma(z)) = -log(1 + e^z)
    return (t @ np.logaddexp(0, -z) + (1 - t) @ np.logaddexp(0, z)) / m + lam / (2 * m) * (theta[1:] @ theta[1:])


def cost_gradient(theta, X, t, lam=0.0):
    m = len(t)
    g = X.T @ (sigma(X @ theta) - t) / m
    g[1:] += lam / m * theta[1:]
    return g


def descend(theta, X, t, alpha=0.3, lam=0.0, max_iter=3000, eps=1e-7):
    """Gradient descent until the cost changes by less than eps. Returns (theta, costs)."""
    theta = np.array(theta, dtype=float)
    costs = [cost(theta, X, t, lam)]
    for _ in range(max_iter):
        theta -= alpha * cost_gradient(theta, X, t, lam)
        costs.append(cost(theta, X, t, lam))
        if abs(costs[-2] - costs[-1]) < eps:
            break
    return theta, costs


def fit_one_vs_rest(X, y, **options):
    A = add_intercept(X)
    models = {}
    for label in np.unique(y):
        target = (y == label).astype(float)
        models[label], _ = descend(np.zeros(A.shape[1]), A, target, **options)
    return models


def class_scores(models, X):
    A = add_intercept(X)
    return np.column_stack([sigma(A @ theta) for theta in models.values()])


def classify(models, X):
    labels = np.array(list(models.keys()))
    return labels[np.argmax(class_scores(models, X), axis=1)]


def confusion(y_true, y_pred, labels):
    """rows: true class, columns: predicted class"""
    table = np.zeros((len(labels), len(labels)), dtype=int)
    position = {label: i for i, label in enumerate(labels)}
    for a, b in zip(y_true, y_pred):
        table[position[a], position[b]] += 1
    return table


def main():
    from sklearn.datasets import load_wine
    wine = load_wine()
    cultivar = np.array(["barolo", "grignolino", "barbera"])[wine.target]
    order = np.random.default_rng(11).permutation(len(cultivar))
    X, y = wine.data[order], cultivar[order]
    X_fit, y_fit, X_new, y_new = X[:120], y[:120], X[120:], y[120:]
    centre, spread = X_fit.mean(axis=0), X_fit.std(axis=0)

    models = fit_one_vs_rest((X_fit - centre) / spread, y_fit, alpha=0.3, lam=1.0)
    guess = classify(models, (X_new - centre) / spread)
    for label, row in zip(models, confusion(y_new, guess, list(models))):
        print(f"{label:12s}", row)
    print("accuracy on new wines: %.3f" % np.mean(guess == y_new))


if __name__ == "__main__":
    main()
