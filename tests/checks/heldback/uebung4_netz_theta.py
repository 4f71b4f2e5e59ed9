# Übung 4: Netz mit einer verdeckten Schicht, alle Gewichte in einem Vektor theta,
# Minimierung mit scipy (L-BFGS)
import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_digits

N_EIN, N_VERD, N_KLASSEN = 64, 25, 10


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def sigmoid_gradient(z):
    s = sigmoid(z)
    return s * (1 - s)


def entrollen(theta, n_ein=N_EIN, n_verd=N_VERD, n_klassen=N_KLASSEN):
    grenze = n_verd * (n_ein + 1)
    theta1 = theta[:grenze].reshape(n_verd, n_ein + 1)
    theta2 = theta[grenze:].reshape(n_klassen, n_verd + 1)
    return theta1, theta2


def zufalls_theta(n_ein=N_EIN, n_verd=N_VERD, n_klassen=N_KLASSEN, keim=0):
    zufall = np.random.RandomState(keim)
    e1 = np.sqrt(6 / (n_ein + n_verd))
    e2 = np.sqrt(6 / (n_verd + n_klassen))
    t1 = zufall.uniform(-e1, e1, (n_verd, n_ein + 1))
    t2 = zufall.uniform(-e2, e2, (n_klassen, n_verd + 1))
    return np.concatenate([t1.ravel(), t2.ravel()])


def kosten(theta, n_ein, n_verd, n_klassen, X, y, lam):
    """Kosten und Gradient (als ein Vektor)."""
    m = len(X)
    theta1, theta2 = entrollen(theta, n_ein, n_verd, n_klassen)
    Y = np.eye(n_klassen)[y]

    a1 = np.column_stack([np.ones(m), X])
    z2 = a1 @ theta1.T
    a2 = np.column_stack([np.ones(m), sigmoid(z2)])
    h = sigmoid(a2 @ theta2.T)

    hs = np.clip(h, 1e-12, 1 - 1e-12)
    J = -np.sum(Y * np.log(hs) + (1 - Y) * np.log(1 - hs)) / m
    J += lam / (2 * m) * (np.sum(theta1[:, 1:] ** 2) + np.sum(theta2[:, 1:] ** 2))

    d3 = h - Y
    d2 = d3 @ theta2[:, 1:] * sigmoid_gradient(z2)
    g1 = d2.T @ a1 / m
    g2 = d3.T @ a2 / m
    g1[:, 1:] += lam / m * theta1[:, 1:]
    g2[:, 1:] += lam / m * theta2[:, 1:]
    return J, np.concatenate([g1.ravel(), g2.ravel()])


def vorhersage(theta, X, n_ein=N_EIN, n_verd=N_VERD, n_klassen=N_KLASSEN):
    theta1, theta2 = entrollen(theta, n_ein, n_verd, n_klassen)
    a2 = sigmoid(np.column_stack([np.ones(len(X)), X]) @ theta1.T)
    h = sigmoid(np.column_stack([np.ones(len(X)), a2]) @ theta2.T)
    return h.argmax(axis=1)


def pruefe_gradient():
    zufall = np.random.RandomState(5)
    X, y = zufall.randn(6, 4), zufall.randint(0, 3, 6)
    theta = zufalls_theta(4, 5, 3, keim=1)
    _, g = kosten(theta, 4, 5, 3, X, y, 0.7)
    n = np.zeros_like(theta)
    for i in range(len(theta)):
        h = np.zeros_like(theta)
        h[i] = 1e-5
        n[i] = (kosten(theta + h, 4, 5, 3, X, y, 0.7)[0] - kosten(theta - h, 4, 5, 3, X, y, 0.7)[0]) / 2e-5
    return np.linalg.norm(g - n) / np.linalg.norm(g + n)


if __name__ == "__main__":
    print("relativer Unterschied zum numerischen Gradienten: %.1e" % pruefe_gradient())
    ziffern = load_digits()
    mischung = np.random.RandomState(9).permutation(len(ziffern.data))
    X, y = ziffern.data[mischung] / 16, ziffern.target[mischung]
    X_lern, y_lern, X_probe, y_probe = X[:1200], y[:1200], X[1200:], y[1200:]
    start = zufalls_theta()
    for lam in (0.0, 1.0):
        erg = minimize(kosten, start, args=(N_EIN, N_VERD, N_KLASSEN, X_lern, y_lern, lam), jac=True,
                       method="L-BFGS-B", options={"maxiter": 120})
        theta = erg.x
        print("lambda %.1f  Kosten %.4f  Lerndaten %.4f  Probedaten %.4f" % (
            lam, erg.fun, np.mean(vorhersage(theta, X_lern) == y_lern), np.mean(vorhersage(theta, X_probe) == y_probe)))
