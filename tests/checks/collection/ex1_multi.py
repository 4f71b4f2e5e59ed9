"""Programming exercise 1: house prices, several variables."""
import numpy as np


def featureNormalize(X):
    """Returns the normalised X, and mu and sigma for later use."""
    mu = np.mean(X, axis=0)
    sigma = np.std(X, axis=0, ddof=1)
    sigma[sigma == 0] = 1
    return (X - mu) / sigma, mu, sigma


def addIntercept(X):
    return np.concatenate([np.ones((X.shape[0], 1)), X], axis=1)


def computeCost(X, y, theta):
    m = y.size
    h = X.dot(theta)
    return np.sum(np.square(h - y)) / (2 * m)


def gradientDescent(X, y, theta, alpha, num_iters):
    m = y.size
    theta = theta.copy()
    J_history = np.zeros(num_iters)
    for it in range(num_iters):
        h = X.dot(theta)
        new_theta = np.zeros_like(theta)
        for j in range(theta.size):
            new_theta[j] = theta[j] - alpha / m * np.sum((h - y) * X[:, j])
        theta = new_theta
        J_history[it] = computeCost(X, y, theta)
    return theta, J_history


def normalEqn(X, y):
    return np.linalg.pinv(X.T.dot(X)).dot(X.T).dot(y)


def predictPrice(houses, theta, mu, sigma):
    X = addIntercept((houses - mu) / sigma)
    return X.dot(theta)


def main():
    rng = np.random.default_rng(47)
    houses = np.column_stack([rng.integers(800, 4500, 47), rng.integers(1, 6, 47)]).astype(float)
    price = 90000 + 140 * houses[:, 0] - 8000 * houses[:, 1] + rng.normal(0, 20000, 47)
    Xn, mu, sigma = featureNormalize(houses)
    theta, J = gradientDescent(addIntercept(Xn), price, np.zeros(3), 0.1, 600)
    print("J:", J[0], "->", J[-1])
    print("1650 square feet, 3 bedrooms:", predictPrice(np.array([[1650.0, 3.0]]), theta, mu, sigma)[0])


if __name__ == "__main__":
    main()
