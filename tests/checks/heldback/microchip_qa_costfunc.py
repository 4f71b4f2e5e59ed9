## Regularized logistic regression on the microchip data
#  (programming exercise 2, second part)

import numpy as np
import scipy.optimize as op


def mapFeature(X1, X2, degree=6):
    """ all polynomial terms of X1 and X2 up to the sixth power, intercept first """
    X1, X2 = np.atleast_1d(X1), np.atleast_1d(X2)
    out = [np.ones(X1.shape[0])]
    for i in range(1, degree + 1):
        for j in range(i + 1):
            out.append((X1 ** (i - j)) * (X2 ** j))
    return np.stack(out, axis=1)


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    g = np.empty_like(z)
    pos = z >= 0
    g[pos] = 1 / (1 + np.exp(-z[pos]))
    ez = np.exp(z[~pos])
    g[~pos] = ez / (1 + ez)
    return g


def costFunctionReg(theta, X, y, lambda_):
    """
    J, grad = costFunctionReg(theta, X, y, lambda_)
    theta (n,), X (m, n) with the column of ones, y (m,) of 0 / 1
    """
    m = y.size
    z = X.dot(theta)
    h = sigmoid(z)

    # log(h) = -log(1 + e^-z),  log(1 - h) = -log(1 + e^z)
    J = np.sum(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)) / m
    J = J + (lambda_ / (2 * m)) * np.sum(np.square(theta[1:]))

    grad = X.T.dot(h - y) / m
    grad[1:] = grad[1:] + (lambda_ / m) * theta[1:]
    return J, grad


def trainTheta(X, y, lambda_, maxiter=400):
    initial_theta = np.zeros(X.shape[1])
    res = op.minimize(costFunctionReg, initial_theta, args=(X, y, lambda_),
                      jac=True, method='L-BFGS-B', options={'maxiter': maxiter})
    return res.x, res.fun


def predict(theta, X):
    return (sigmoid(X.dot(theta)) >= 0.5).astype(int)


def makeChips(m=118, seed=1):
    rng = np.random.RandomState(seed)
    tests = rng.uniform(-1, 1.1, size=(m, 2))
    radius = (tests[:, 0] - 0.05) ** 2 + (tests[:, 1] - 0.15) ** 2
    accepted = (radius + rng.normal(0, 0.08, m) < 0.45).astype(int)
    return tests, accepted


def main():
    try:
        data = np.loadtxt('ex2data2.txt', delimiter=',')
        tests, y = data[:, :2], data[:, 2].astype(int)
    except OSError:
        tests, y = makeChips()

    X = mapFeature(tests[:, 0], tests[:, 1])
    J, grad = costFunctionReg(np.zeros(X.shape[1]), X, y, 1)
    print('Cost at initial theta (zeros): %.6f' % J)
    print('Gradient at initial theta, first five:', np.round(grad[:5], 4))

    for lambda_ in (0, 1, 100):
        theta, J = trainTheta(X, y, lambda_)
        p = predict(theta, X)
        print('lambda = %5.1f   cost %.4f   train accuracy %.1f %%'
              % (lambda_, J, np.mean(p == y) * 100))

    theta, _ = trainTheta(X, y, 1)
    chip = mapFeature(0.1, 0.2)
    print('chip (0.1, 0.2): p = %.3f' % sigmoid(chip.dot(theta))[0])


if __name__ == '__main__':
    main()
