# net with one hidden layer, all parameters in ONE flat vector so that any optimiser can be used
import numpy as np
from scipy.optimize import minimize


def pack(W1, b1, W2, b2):
    return np.concatenate([W1.ravel(), b1.ravel(), W2.ravel(), b2.ravel()])


def unpack(theta, n_in, n_hid, n_out):
    i = 0
    W1 = theta[i:i + n_hid * n_in].reshape(n_hid, n_in); i += n_hid * n_in
    b1 = theta[i:i + n_hid]; i += n_hid
    W2 = theta[i:i + n_out * n_hid].reshape(n_out, n_hid); i += n_out * n_hid
    b2 = theta[i:i + n_out]
    return W1, b1, W2, b2


def rand_theta(n_in, n_hid, n_out, seed=0):
    r = np.random.RandomState(seed)
    e1, e2 = np.sqrt(6 / (n_in + n_hid)), np.sqrt(6 / (n_hid + n_out))
    return pack(r.uniform(-e1, e1, (n_hid, n_in)), np.zeros(n_hid),
                r.uniform(-e2, e2, (n_out, n_hid)), np.zeros(n_out))


def sigm(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def forward(theta, X, dims):
    W1, b1, W2, b2 = unpack(theta, *dims)
    A1 = sigm(X @ W1.T + b1)
    A2 = sigm(A1 @ W2.T + b2)
    return A1, A2


def nn_cost(theta, X, Y, dims, lam):
    """Y is one-hot (m, n_out); each output is its own yes/no question"""
    m = X.shape[0]
    W1, _, W2, _ = unpack(theta, *dims)
    _, A2 = forward(theta, X, dims)
    A2 = np.clip(A2, 1e-12, 1 - 1e-12)
    J = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    J += lam / (2 * m) * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
    return J


def nn_grad(theta, X, Y, dims, lam):
    m = X.shape[0]
    W1, b1, W2, b2 = unpack(theta, *dims)
    A1, A2 = forward(theta, X, dims)
    D2 = A2 - Y
    D1 = D2 @ W2 * A1 * (1 - A1)
    gW2 = D2.T @ A1 / m + lam / m * W2
    gW1 = D1.T @ X / m + lam / m * W1
    return pack(gW1, D1.sum(0) / m, gW2, D2.sum(0) / m)


def check_gradient(dims=(3, 5, 3), m=6, lam=0.7, h=1e-5):
    r = np.random.RandomState(3)
    X, Y = r.randn(m, dims[0]), np.eye(dims[2])[r.randint(0, dims[2], m)]
    th = rand_theta(*dims, seed=1)
    num = np.zeros_like(th)
    for i in range(th.size):
        e = np.zeros_like(th)
        e[i] = h
        num[i] = (nn_cost(th + e, X, Y, dims, lam) - nn_cost(th - e, X, Y, dims, lam)) / (2 * h)
    g = nn_grad(th, X, Y, dims, lam)
    return np.linalg.norm(num - g) / np.linalg.norm(num + g)


def train(X, Y, n_hid=25, lam=1.0, maxiter=200, seed=0):
    dims = (X.shape[1], n_hid, Y.shape[1])
    res = minimize(nn_cost, rand_theta(*dims, seed=seed), jac=nn_grad, args=(X, Y, dims, lam),
                   method='L-BFGS-B', options={'maxiter': maxiter})
    return res.x, dims, res.fun


def predict(theta, X, dims):
    return forward(theta, X, dims)[1].argmax(axis=1)


if __name__ == '__main__':
    from sklearn.datasets import load_digits
    X, y = load_digits(return_X_y=True)
    X = X / 16
    perm = np.random.RandomState(0).permutation(len(y))
    tr, te = perm[:1300], perm[1300:]
    print('gradient check', check_gradient())
    theta, dims, J = train(X[tr], np.eye(10)[y[tr]])
    print('cost', J, ' train', np.mean(predict(theta, X[tr], dims) == y[tr]), ' test', np.mean(predict(theta, X[te], dims) == y[te]))
