# Machine Learning, exercise 2: will the student be admitted?
# Two exam marks in, admitted or not out.  theta is a column vector.

import numpy as np
import pandas as pd


def load(filename='ex2data1.txt'):
    try:
        data = pd.read_csv(filename, header=None, names=['Exam 1', 'Exam 2', 'Admitted'])
    except FileNotFoundError:
        r = np.random.default_rng(55)
        marks = r.uniform(30, 100, (160, 2))
        chance = 1 / (1 + np.exp(-0.15 * (marks.sum(axis=1) - 128)))
        data = pd.DataFrame(marks, columns=['Exam 1', 'Exam 2'])
        data['Admitted'] = (r.random(160) < chance).astype(int)
    X = data[['Exam 1', 'Exam 2']].to_numpy(dtype=float)
    y = data[['Admitted']].to_numpy(dtype=float)
    return X, y


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def featureNormalize(X):
    mu = np.mean(X, axis=0)
    sigma = np.std(X, axis=0, ddof=1)
    sigma[sigma == 0] = 1
    return (X - mu) / sigma, mu, sigma


def costFunction(theta, X, y):
    m = y.shape[0]
    z = X @ theta
    J = np.sum(np.logaddexp(0, z) - y * z) / m
    grad = X.T @ (sigmoid(z) - y) / m
    return J, grad


def gradientDescent(X, y, theta, alpha, num_iters, tol=1e-9):
    theta = theta.copy()
    J_history = []
    for i in range(num_iters):
        J, grad = costFunction(theta, X, y)
        if not np.isfinite(J):
            raise FloatingPointError('cost is not finite, alpha is too large')
        J_history.append(J)
        if i > 0 and abs(J_history[-2] - J) < tol:
            break
        theta = theta - alpha * grad
    return theta, J_history


def predict(theta, X):
    return (sigmoid(X @ theta) >= 0.5).astype(int).ravel()


def accuracy(p, y):
    return 100 * np.mean(p == y.ravel())


def main():
    X, y = load()
    rng = np.random.default_rng(4)
    perm = rng.permutation(len(y))
    hold = perm[:len(y) // 4]
    keep = perm[len(y) // 4:]

    Xn, mu, sigma = featureNormalize(X[keep])
    Xb = np.hstack([np.ones((len(keep), 1)), Xn])
    theta0 = np.zeros((3, 1))
    J0, grad0 = costFunction(theta0, Xb, y[keep])
    print('Cost at theta = 0: %.6f' % J0)
    print('Gradient at theta = 0:', grad0.ravel().round(4))

    theta, J_history = gradientDescent(Xb, y[keep], theta0, alpha=1.0, num_iters=5000)
    print('Cost after %d steps: %.6f' % (len(J_history), J_history[-1]))
    print('theta:', theta.ravel().round(4))

    Xh = np.hstack([np.ones((len(hold), 1)), (X[hold] - mu) / sigma])
    share = y[hold].mean()
    print('Students not used for training: %.1f %% right (the larger group: %.1f %%)'
          % (accuracy(predict(theta, Xh), y[hold]), 100 * max(share, 1 - share)))

    student = (np.array([[45.0, 85.0]]) - mu) / sigma
    prob = sigmoid(np.hstack([np.ones((1, 1)), student]) @ theta).item()
    print('A student with 45 and 85 is admitted with probability %.3f' % prob)

    # decision boundary in marks
    w = theta[1:, 0] / sigma
    c = theta[0, 0] - mu @ w
    print('Boundary: %.3f * exam1 + %.3f * exam2 = %.2f' % (w[0], w[1], -c))


if __name__ == '__main__':
    main()
