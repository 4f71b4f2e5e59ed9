"""
Programming exercise 4: neural network learning, ported from Octave.

Works on the 8x8 digits of scikit-learn instead of ex4data1.mat. As in the course the labels
run from 1 to num_labels, the digit 0 is stored as 10, and both weight matrices are
unrolled into one long vector nn_params.
"""
import numpy as np
from scipy import optimize
from sklearn.datasets import load_digits


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500)))


def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)


def randInitializeWeights(L_in, L_out, seed=1):
    epsilon_init = np.sqrt(6) / np.sqrt(L_in + L_out)
    rng = np.random.RandomState(seed)
    return rng.rand(L_out, 1 + L_in) * 2 * epsilon_init - epsilon_init


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, Lambda):
    # Reshape nn_params back into the parameters Theta1 and Theta2
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape(hidden_layer_size, input_layer_size + 1)
    Theta2 = nn_params[split:].reshape(num_labels, hidden_layer_size + 1)

    m = X.shape[0]

    # Part 1: feedforward
    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1.dot(Theta1.T)
    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])
    z3 = a2.dot(Theta2.T)
    h = sigmoid(z3)

    # recode the labels as rows of 0s and 1s
    Y = (y.reshape(-1, 1) == np.arange(1, num_labels + 1)).astype(float)

    # log(h) and log(1 - h) straight from z3
    log_h = -np.logaddexp(0, -z3)
    log_1_h = -np.logaddexp(0, z3)
    J = -np.sum(Y * log_h + (1 - Y) * log_1_h) / m
    J += Lambda / (2.0 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    # Part 2: backpropagation
    delta3 = h - Y
    delta2 = delta3.dot(Theta2[:, 1:]) * sigmoidGradient(z2)

    Theta1_grad = delta2.T.dot(a1) / m
    Theta2_grad = delta3.T.dot(a2) / m

    # Part 3: regularization, bias column left out
    Theta1_grad[:, 1:] += Lambda / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += Lambda / m * Theta2[:, 1:]

    grad = np.concatenate([Theta1_grad.ravel(), Theta2_grad.ravel()])
    return J, grad


def predict(Theta1, Theta2, X):
    m = X.shape[0]
    h1 = sigmoid(np.hstack([np.ones((m, 1)), X]).dot(Theta1.T))
    h2 = sigmoid(np.hstack([np.ones((m, 1)), h1]).dot(Theta2.T))
    return h2.argmax(axis=1) + 1


if __name__ == '__main__':
    digits = load_digits()
    X = digits.data / 16.0
    y = digits.target.copy()
    y[y == 0] = 10

    order = np.random.RandomState(3).permutation(len(y))
    X, y = X[order], y[order]
    Xtrain, ytrain, Xtest, ytest = X[:1200], y[:1200], X[1200:], y[1200:]

    input_layer_size, hidden_layer_size, num_labels = 64, 25, 10
    Theta1 = randInitializeWeights(input_layer_size, hidden_layer_size, seed=1)
    Theta2 = randInitializeWeights(hidden_layer_size, num_labels, seed=2)
    initial_nn_params = np.concatenate([Theta1.ravel(), Theta2.ravel()])

    Lambda = 1
    args = (input_layer_size, hidden_layer_size, num_labels, Xtrain, ytrain, Lambda)
    res = optimize.minimize(nnCostFunction, initial_nn_params, args=args, jac=True, method='CG',
                            options={'maxiter': 60})
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = res.x[:split].reshape(hidden_layer_size, input_layer_size + 1)
    Theta2 = res.x[split:].reshape(num_labels, hidden_layer_size + 1)

    print('Cost: %f' % res.fun)
    print('Training Set Accuracy: %.2f' % (100 * np.mean(predict(Theta1, Theta2, Xtrain) == ytrain)))
    print('Test Set Accuracy: %.2f' % (100 * np.mean(predict(Theta1, Theta2, Xtest) == ytest)))
