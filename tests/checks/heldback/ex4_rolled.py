# Two-layer network with one rolled parameter vector, trained by conjugate gradients.
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit


def sigmoidGradient(z):
    g = expit(z)
    return g * (1 - g)


def randInitializeWeights(L_in, L_out, rng):
    epsilon_init = np.sqrt(6) / np.sqrt(L_in + L_out)
    return rng.uniform(-epsilon_init, epsilon_init, size=(L_out, L_in + 1))


def roll(Theta1, Theta2):
    return np.concatenate([Theta1.ravel(), Theta2.ravel()])


def unroll(nn_params, input_layer_size, hidden_layer_size, num_labels):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape(hidden_layer_size, input_layer_size + 1)
    Theta2 = nn_params[cut:].reshape(num_labels, hidden_layer_size + 1)
    return Theta1, Theta2


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lam):
    """Returns J and the rolled gradient. y holds 1..num_labels."""
    Theta1, Theta2 = unroll(nn_params, input_layer_size, hidden_layer_size, num_labels)
    m = X.shape[0]
    Y = (y.reshape(-1, 1) == np.arange(1, num_labels + 1)).astype(float)

    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1 @ Theta1.T
    a2 = np.hstack([np.ones((m, 1)), expit(z2)])
    z3 = a2 @ Theta2.T

    J = np.sum(np.logaddexp(0, z3) - Y * z3) / m
    J += lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    d3 = expit(z3) - Y
    d2 = (d3 @ Theta2[:, 1:]) * sigmoidGradient(z2)
    Theta1_grad = d2.T @ a1 / m
    Theta2_grad = d3.T @ a2 / m
    Theta1_grad[:, 1:] += lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lam / m * Theta2[:, 1:]
    return J, roll(Theta1_grad, Theta2_grad)


def computeNumericalGradient(J, theta, e=1e-4):
    numgrad = np.zeros_like(theta)
    for p in range(theta.size):
        step = np.zeros_like(theta)
        step[p] = e
        numgrad[p] = (J(theta + step)[0] - J(theta - step)[0]) / (2 * e)
    return numgrad


def predict(Theta1, Theta2, X):
    m = X.shape[0]
    h1 = expit(np.hstack([np.ones((m, 1)), X]) @ Theta1.T)
    h2 = expit(np.hstack([np.ones((m, 1)), h1]) @ Theta2.T)
    return np.argmax(h2, axis=1) + 1


def trainNN(X, y, hidden_layer_size, num_labels, lam=1.0, maxiter=100, seed=0):
    n = X.shape[1]
    rng = np.random.default_rng(seed)
    initial = roll(randInitializeWeights(n, hidden_layer_size, rng),
                   randInitializeWeights(hidden_layer_size, num_labels, rng))
    result = minimize(nnCostFunction, initial, args=(n, hidden_layer_size, num_labels, X, y, lam),
                      jac=True, method="CG", options={"maxiter": maxiter})
    return unroll(result.x, n, hidden_layer_size, num_labels) + (result.fun,)


def main():
    from sklearn.datasets import load_wine
    X, y = load_wine(return_X_y=True)
    y = y + 1
    rng = np.random.default_rng(12)
    idx = rng.permutation(len(y))
    tr, te = idx[:120], idx[120:]
    mu, sigma = X[tr].mean(axis=0), X[tr].std(axis=0)
    X = (X - mu) / sigma

    small = roll(randInitializeWeights(13, 4, rng), randInitializeWeights(4, 3, rng))
    f = lambda t: nnCostFunction(t, 13, 4, 3, X[:10], y[:10], 3.0)
    a, b = f(small)[1], computeNumericalGradient(f, small)
    print("relative difference:", np.linalg.norm(a - b) / np.linalg.norm(a + b))

    for lam in (0.1, 1.0, 10.0):
        Theta1, Theta2, J = trainNN(X[tr], y[tr], 8, 3, lam)
        print("lambda", lam, "J", round(J, 4),
              "train", np.mean(predict(Theta1, Theta2, X[tr]) == y[tr]) * 100,
              "test", np.mean(predict(Theta1, Theta2, X[te]) == y[te]) * 100)


if __name__ == "__main__":
    main()
