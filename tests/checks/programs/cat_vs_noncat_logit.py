import numpy as np
import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer


def sigmoid(z):
    """
    Compute the sigmoid of z

    Arguments:
    z -- A scalar or numpy array of any size.
    """
    s = 1 / (1 + np.exp(-np.clip(z, -500, 500)))
    return s


def initialize_with_zeros(dim):
    w = np.zeros((dim, 1))
    b = 0.0
    return w, b


def propagate(w, b, X, Y):
    """
    Cost function and its gradient

    Arguments:
    w -- weights, a numpy array of size (n_x, 1)
    b -- bias, a scalar
    X -- data of size (n_x, number of examples)
    Y -- true "label" vector of size (1, number of examples)

    Return:
    grads -- dictionary with dw (same shape as w) and db
    cost -- negative log-likelihood cost
    """
    m = X.shape[1]

    # FORWARD PROPAGATION
    A = sigmoid(np.dot(w.T, X) + b)
    A_safe = np.clip(A, 1e-12, 1 - 1e-12)
    cost = -1 / m * np.sum(Y * np.log(A_safe) + (1 - Y) * np.log(1 - A_safe))

    # BACKWARD PROPAGATION
    dw = 1 / m * np.dot(X, (A - Y).T)
    db = 1 / m * np.sum(A - Y)

    assert dw.shape == w.shape
    grads = {"dw": dw, "db": db}
    return grads, cost


def optimize(w, b, X, Y, num_iterations, learning_rate, print_cost=False):
    costs = []
    w = w.copy()

    for i in range(num_iterations):
        grads, cost = propagate(w, b, X, Y)
        dw = grads["dw"]
        db = grads["db"]

        w = w - learning_rate * dw
        b = b - learning_rate * db

        if i % 100 == 0:
            costs.append(cost)
            if print_cost:
                print("Cost after iteration %i: %f" % (i, cost))

    params = {"w": w, "b": b}
    grads = {"dw": dw, "db": db}
    return params, grads, costs


def predict(w, b, X):
    '''
    Predict whether the label is 0 or 1

    Returns:
    Y_prediction -- numpy array of size (1, number of examples)
    '''
    m = X.shape[1]
    Y_prediction = np.zeros((1, m))
    w = w.reshape(X.shape[0], 1)
    A = sigmoid(np.dot(w.T, X) + b)
    for i in range(A.shape[1]):
        Y_prediction[0, i] = 1 if A[0, i] > 0.5 else 0
    return Y_prediction


def model(X_train, Y_train, X_test, Y_test, num_iterations=2000, learning_rate=0.5, print_cost=False):
    w, b = initialize_with_zeros(X_train.shape[0])
    parameters, grads, costs = optimize(w, b, X_train, Y_train, num_iterations, learning_rate, print_cost)
    w = parameters["w"]
    b = parameters["b"]

    Y_prediction_test = predict(w, b, X_test)
    Y_prediction_train = predict(w, b, X_train)

    print("train accuracy: {} %".format(100 - np.mean(np.abs(Y_prediction_train - Y_train)) * 100))
    print("test accuracy: {} %".format(100 - np.mean(np.abs(Y_prediction_test - Y_test)) * 100))

    return {"costs": costs, "Y_prediction_test": Y_prediction_test, "w": w, "b": b,
            "learning_rate": learning_rate, "num_iterations": num_iterations}


def load_dataset(test_share=0.25, seed=1):
    """tumours instead of cats, one column per example"""
    bunch = load_breast_cancer()
    order = np.random.RandomState(seed).permutation(len(bunch.target))
    n_test = int(test_share * len(order))
    test, train = order[:n_test], order[n_test:]
    X_train, X_test = bunch.data[train].T, bunch.data[test].T
    mu = X_train.mean(axis=1, keepdims=True)
    sigma = X_train.std(axis=1, keepdims=True)
    Y_train, Y_test = bunch.target[train].reshape(1, -1), bunch.target[test].reshape(1, -1)
    return (X_train - mu) / sigma, Y_train, (X_test - mu) / sigma, Y_test


if __name__ == "__main__":
    X_train, Y_train, X_test, Y_test = load_dataset()
    d = model(X_train, Y_train, X_test, Y_test, num_iterations=1000, learning_rate=0.1, print_cost=True)

    plt.plot(d["costs"])
    plt.ylabel('cost')
    plt.xlabel('iterations (per hundreds)')
    plt.title("Learning rate =" + str(d["learning_rate"]))
    plt.show()
