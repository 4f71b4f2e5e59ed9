"""House prices: gradient descent, the data set lives inside the object."""
import numpy as np


class HousePriceModel:

    def __init__(self, X, y, alpha=0.1, iterations=1500, degree=1):
        self.alpha = alpha
        self.iterations = iterations
        self.degree = degree
        self.y = np.asarray(y, dtype=float).reshape(-1, 1)
        self.m = len(self.y)
        P = self.powers(X)
        self.mu = P.mean(axis=0)
        self.sigma = P.std(axis=0)
        self.sigma[self.sigma == 0] = 1
        self.X = self.prepare(P)
        self.theta = np.zeros((self.X.shape[1], 1))
        self.cost_history = []

    def powers(self, X):
        X = np.asarray(X, dtype=float)
        return np.hstack([X ** d for d in range(1, self.degree + 1)])

    def prepare(self, P):
        Z = (P - self.mu) / self.sigma
        return np.hstack([np.ones((Z.shape[0], 1)), Z])

    def hypothesis(self):
        return self.X @ self.theta

    def cost(self):
        error = self.hypothesis() - self.y
        return float((error.T @ error)[0, 0]) / (2 * self.m)

    def gradient(self):
        return self.X.T @ (self.hypothesis() - self.y) / self.m

    def train(self):
        self.theta = np.zeros((self.X.shape[1], 1))
        self.cost_history = []
        for _ in range(self.iterations):
            self.theta = self.theta - self.alpha * self.gradient()
            self.cost_history.append(self.cost())
        return self.theta

    def predict(self, X_new):
        return (self.prepare(self.powers(X_new)) @ self.theta).ravel()

    def rmse(self, X_new, y_new):
        y_new = np.asarray(y_new, dtype=float).ravel()
        return np.sqrt(np.mean((self.predict(X_new) - y_new) ** 2))

    def normal_equation(self):
        return np.linalg.pinv(self.X) @ self.y


if __name__ == "__main__":
    rng = np.random.default_rng(14)
    area = rng.uniform(40, 220, 150)
    rooms = np.round(area / 35 + rng.normal(0, 0.7, 150))
    age = rng.uniform(0, 60, 150)
    price = 900 * area + 4000 * rooms - 300 * age + 20000 + rng.normal(0, 6000, 150)
    X = np.column_stack([area, rooms, age])

    house = HousePriceModel(X[:110], price[:110])
    house.train()
    print("cost %.0f -> %.0f" % (house.cost_history[0], house.cost_history[-1]))
    print("theta     ", house.theta.ravel())
    print("normal eq.", house.normal_equation().ravel())
    print("test RMSE ", house.rmse(X[110:], price[110:]))
    print("a flat of 80 m2:", house.predict([[80, 2, 10]]))
