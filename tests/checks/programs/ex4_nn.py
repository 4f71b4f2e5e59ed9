# Machine Learning course, exercise 4 in Python: handwritten digits, labels 1..K
# nn_params holds Theta1 (hidden x (input+1)) and Theta2 (K x (hidden+1)) rolled into one vector
import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1.0 / (1.0 + np.exp(-z))


def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)


def randInitializeWeights(L_in, L_out, rng):
    epsilon_init = np.sqrt(6) / np.sqrt(L_in + L_out)
    return rng.uniform(-epsilon_init, epsilon_init, (L_out, L_in + 1))


def reshapeParams(nn_params, input_layer_size, hidden_layer_size, num_labels):
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape(hidden_layer_size, input_layer_size + 1)
    Theta2 = nn_params[split:].reshape(num_labels, hidden_layer_size + 1)
    return Theta1, Theta2


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, Lambda):
    Theta1, Theta2 = reshapeParams(nn_params, input_layer_size, hidden_layer_size, num_labels)
    m = X.shape[0]
    Y = (y.reshape(-1, 1) == np.arange(1, num_labels + 1)).astype(float)

    a1 = np.hstack((np.ones((m, 1)), X))
    z2 = a1.dot(Theta1.T)
    a2 = np.hstack((np.ones((m, 1)), sigmoid(z2)))
    z3 = a2.dot(Theta2.T)
    h = sigmoid(z3)

    hc = np.clip(h, 1e-15, 1 - 1e-15)
    J = np.sum(-Y * np.log(hc) - (1 - Y) * np.log(1 - hc)) / m
    J += Lambda / (2.0 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    delta3 = h - Y
    delta2 = delta3.dot(Theta2[:, 1:]) * sigmoidGradient(z2)
    Theta1_grad = delta2.T.dot(a1) / m
    Theta2_grad = delta3.T.dot(a2) / m
    Theta1_grad[:, 1:] += Lambda / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += Lambda / m * Theta2[:, 1:]

    return J, np.concatenate((Theta1_grad.ravel(), Theta2_grad.ravel()))


def gradientDescent(nn_params, args, alpha, num_iters):
    theta = nn_params.copy()
    J_history = []
    for i in range(num_iters):
        J, grad = nnCostFunction(theta, *args)
        theta -= alpha * grad
        J_history.append(J)
    return theta, J_history


def predict(Theta1, Theta2, X):
    m = X.shape[0]
    h1 = sigmoid(np.hstack((np.ones((m, 1)), X)).dot(Theta1.T))
    h2 = sigmoid(np.hstack((np.ones((m, 1)), h1)).dot(Theta2.T))
    return np.argmax(h2, axis=1) + 1


def main():
    from sklearn.datasets import load_digits

    digits = load_digits()
    X = digits.data / 16.0
    y = np.where(digits.target == 0, 10, digits.target)
    rng = np.random.default_rng(17)
    order = rng.permutation(len(y))
    X, y = X[order], y[order]
    Xtest, ytest = X[1300:], y[1300:]
    X, y = X[:1300], y[:1300]

    sizes = (64, 25, 10)
    start = np.concatenate((randInitializeWeights(64, 25, rng).ravel(), randInitializeWeights(25, 10, rng).ravel()))
    theta, J_history = gradientDescent(start, sizes + (X, y, 1.0), alpha=1.0, num_iters=400)
    Theta1, Theta2 = reshapeParams(theta, *sizes)
    print('Cost: %f -> %f' % (J_history[0], J_history[-1]))
    print('Training Set Accuracy: %.2f' % (np.mean(predict(Theta1, Theta2, X) == y) * 100))
    print('Test Set Accuracy: %.2f' % (np.mean(predict(Theta1, Theta2, Xtest) == ytest) * 100))


if __name__ == '__main__':
    main()
