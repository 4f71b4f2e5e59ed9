## Exercise 4 (neural networks), python version of my octave solution
## theta1 / theta2 rolled into one long vector, samples in rows, bias unit = column of ones

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_digits


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)


def randInitializeWeights(L_in, L_out, rng):
    epsilon_init = np.sqrt(6) / np.sqrt(L_in + L_out)
    return rng.rand(L_out, 1 + L_in) * 2 * epsilon_init - epsilon_init


def unroll(nn_params, input_layer_size, hidden_layer_size, num_labels):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape(hidden_layer_size, input_layer_size + 1)
    Theta2 = nn_params[cut:].reshape(num_labels, hidden_layer_size + 1)
    return Theta1, Theta2


def addOnes(X):
    return np.hstack((np.ones((X.shape[0], 1)), X))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lmbda):
    Theta1, Theta2 = unroll(nn_params, input_layer_size, hidden_layer_size, num_labels)
    m = X.shape[0]
    Y = np.eye(num_labels)[y]

    # feedforward
    a1 = addOnes(X)
    z2 = a1.dot(Theta1.T)
    a2 = addOnes(sigmoid(z2))
    z3 = a2.dot(Theta2.T)
    h = sigmoid(z3)

    J = -(1.0 / m) * np.sum(Y * np.log(h + 1e-12) + (1 - Y) * np.log(1 - h + 1e-12))
    J = J + lmbda / (2.0 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    # backpropagation
    delta3 = h - Y
    delta2 = delta3.dot(Theta2[:, 1:]) * sigmoidGradient(z2)
    Theta1_grad = delta2.T.dot(a1) / m
    Theta2_grad = delta3.T.dot(a2) / m
    Theta1_grad[:, 1:] += lmbda / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lmbda / m * Theta2[:, 1:]

    grad = np.concatenate((Theta1_grad.ravel(), Theta2_grad.ravel()))
    return J, grad


def predict(Theta1, Theta2, X):
    h1 = sigmoid(addOnes(X).dot(Theta1.T))
    h2 = sigmoid(addOnes(h1).dot(Theta2.T))
    return np.argmax(h2, axis=1)


def trainNN(X, y, hidden_layer_size=25, num_labels=10, lmbda=1.0, maxiter=60, seed=0):
    rng = np.random.RandomState(seed)
    n = X.shape[1]
    init = np.concatenate((randInitializeWeights(n, hidden_layer_size, rng).ravel(),
                           randInitializeWeights(hidden_layer_size, num_labels, rng).ravel()))
    res = minimize(nnCostFunction, init, args=(n, hidden_layer_size, num_labels, X, y, lmbda),
                   jac=True, method='CG', options={'maxiter': maxiter})
    Theta1, Theta2 = unroll(res.x, n, hidden_layer_size, num_labels)
    return Theta1, Theta2, res.fun


if __name__ == '__main__':
    data = load_digits()
    X = data.data / 16.0
    y = data.target
    sel = np.random.RandomState(10).permutation(len(y))
    Xtrain, ytrain = X[sel[:1200]], y[sel[:1200]]
    Xtest, ytest = X[sel[1200:]], y[sel[1200:]]
    Theta1, Theta2, cost = trainNN(Xtrain, ytrain)
    print('Final cost: %f' % cost)
    print('Training Set Accuracy: %.2f' % (np.mean(predict(Theta1, Theta2, Xtrain) == ytrain) * 100))
    print('Test Set Accuracy: %.2f' % (np.mean(predict(Theta1, Theta2, Xtest) == ytest) * 100))
