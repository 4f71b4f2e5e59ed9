import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

# Linear regression from zero, part 2: now with feature scaling and momentum!
# (companion code for the blog post)


class LinearReg:

    def __init__(self, alpha=0.05, epochs=500, momentum=0.8, l2=0.0):
        self.alpha = alpha
        self.epochs = epochs
        self.momentum = momentum
        self.l2 = l2

    def _scale(self, X):
        return (X - self.mu) / self.sigma

    def cost(self, Z, y, w, b):
        residual = Z @ w + b - y
        return (residual @ residual + self.l2 * w @ w) / (2 * len(y))

    def grad(self, Z, y, w, b):
        residual = Z @ w + b - y
        return (Z.T @ residual + self.l2 * w) / len(y), residual.sum() / len(y)

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float).ravel()
        self.mu = X.mean(axis=0)
        self.sigma = X.std(axis=0)
        self.sigma[self.sigma == 0] = 1.0
        Z = self._scale(X)

        w = np.zeros(Z.shape[1])
        b = 0.0
        vw, vb = np.zeros_like(w), 0.0
        self.costs = []
        for e in range(self.epochs):
            dw, db = self.grad(Z, y, w, b)
            vw = self.momentum * vw - self.alpha * dw
            vb = self.momentum * vb - self.alpha * db
            w = w + vw
            b = b + vb
            self.costs.append(self.cost(Z, y, w, b))
        self.w, self.b = w, b
        return self

    def predict(self, X):
        Z = self._scale(np.asarray(X, dtype=float))
        return Z @ self.w + self.b

    def r2(self, X, y):
        y = np.asarray(y, dtype=float).ravel()
        res = y - self.predict(X)
        return 1 - (res ** 2).sum() / ((y - y.mean()) ** 2).sum()

    def plot_costs(self, path="costs.png"):
        plt.figure()
        plt.plot(self.costs)
        plt.xlabel("epoch")
        plt.ylabel("cost")
        plt.savefig(path)


if __name__ == "__main__":
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True)
    rng = np.random.default_rng(42)
    order = rng.permutation(len(y))
    train, test = order[:350], order[350:]
    model = LinearReg().fit(X[train], y[train])
    print("first cost", model.costs[0], "last cost", model.costs[-1])
    print("train R2", round(model.r2(X[train], y[train]), 4))
    print("test  R2", round(model.r2(X[test], y[test]), 4))
