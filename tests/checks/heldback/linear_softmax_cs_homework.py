from builtins import range

import numpy as np


def softmax_loss_naive(W, X, y, reg):
    """
    Softmax loss function, naive implementation (with loops)

    Inputs have dimension D, there are C classes, and we operate on minibatches
    of N examples.

    Inputs:
    - W: A numpy array of shape (D, C) containing weights. The last row is the
      bias (X has a column of ones).
    - X: A numpy array of shape (N, D) containing a minibatch of data.
    - y: A numpy array of shape (N,) containing training labels; y[i] = c means
      that X[i] has label c, where 0 <= c < C.
    - reg: (float) regularization strength

    Returns a tuple of:
    - loss as single float
    - gradient with respect to weights W; an array of same shape as W
    """
    loss = 0.0
    dW = np.zeros_like(W)
    num_train = X.shape[0]
    num_classes = W.shape[1]

    for i in range(num_train):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        log_sum = np.log(np.sum(np.exp(scores)))
        loss += log_sum - scores[y[i]]
        for j in range(num_classes):
            p = np.exp(scores[j] - log_sum)
            dW[:, j] += (p - (j == y[i])) * X[i]

    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W[:-1] * W[:-1])
    dW[:-1] += 2 * reg * W[:-1]
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    """
    Softmax loss function, vectorized version.

    Inputs and outputs are the same as softmax_loss_naive.
    """
    N = X.shape[0]
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    log_probs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -log_probs[np.arange(N), y].mean() + reg * np.sum(W[:-1] ** 2)

    dscores = np.exp(log_probs)
    dscores[np.arange(N), y] -= 1
    dW = X.T.dot(dscores) / N
    dW[:-1] += 2 * reg * W[:-1]
    return loss, dW


class LinearSoftmax(object):

    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-1, reg=1e-4, num_iters=300, batch_size=100, verbose=False, seed=0):
        """
        Train this linear classifier using stochastic gradient descent.

        Outputs:
        A list containing the value of the loss function at each training iteration.
        """
        rng = np.random.RandomState(seed)
        num_train, dim = X.shape
        num_classes = np.max(y) + 1
        self.W = 0.001 * rng.randn(dim, num_classes)

        loss_history = []
        for it in range(num_iters):
            batch = rng.choice(num_train, min(batch_size, num_train), replace=False)
            loss, grad = self.loss(X[batch], y[batch], reg)
            loss_history.append(loss)
            self.W -= learning_rate * grad
            if verbose and it % 100 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))
        return loss_history

    def predict(self, X):
        """Returns a 1-dimensional array of length N with the predicted labels."""
        return np.argmax(X.dot(self.W), axis=1)

    def loss(self, X_batch, y_batch, reg):
        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)


def grad_check_sparse(f, x, analytic_grad, num_checks=5, h=1e-5, seed=2):
    """sample a few random elements and compare with central differences"""
    rng = np.random.RandomState(seed)
    worst = 0.0
    for _ in range(num_checks):
        ix = tuple(rng.randint(m) for m in x.shape)
        oldval = x[ix]
        x[ix] = oldval + h
        fxph = f(x)
        x[ix] = oldval - h
        fxmh = f(x)
        x[ix] = oldval
        grad_numerical = (fxph - fxmh) / (2 * h)
        err = abs(grad_numerical - analytic_grad[ix]) / max(1e-12, abs(grad_numerical) + abs(analytic_grad[ix]))
        worst = max(worst, err)
    return worst


def get_digits_data(num_training=1000, num_validation=300, num_test=400):
    from sklearn.datasets import load_digits
    digits = load_digits()
    idx = np.random.RandomState(8).permutation(len(digits.target))
    X, y = digits.data[idx], digits.target[idx]
    a, b, c = num_training, num_training + num_validation, num_training + num_validation + num_test
    parts = [(X[:a], y[:a]), (X[a:b], y[a:b]), (X[b:c], y[b:c])]
    # subtract the mean image of the training part, then the bias trick
    mean_image = np.mean(parts[0][0], axis=0)
    return [(np.hstack([(Xp - mean_image) / 16.0, np.ones((len(Xp), 1))]), yp) for Xp, yp in parts]


if __name__ == '__main__':
    (X_train, y_train), (X_val, y_val), (X_test, y_test) = get_digits_data()

    W = 0.001 * np.random.RandomState(1).randn(X_train.shape[1], 10)
    for fn in (softmax_loss_naive, softmax_loss_vectorized):
        loss, grad = fn(W, X_train[:100], y_train[:100], 0.01)
        error = grad_check_sparse(lambda w: fn(w, X_train[:100], y_train[:100], 0.01)[0], W, grad)
        print('%s: loss %f (about %f), gradient error %.1e' % (fn.__name__, loss, np.log(10), error))

    best_val, best_softmax, results = -1, None, {}
    for lr in (3e-2, 3e-1):
        for reg in (1e-5, 1e-3):
            softmax = LinearSoftmax()
            softmax.train(X_train, y_train, learning_rate=lr, reg=reg)
            results[(lr, reg)] = np.mean(softmax.predict(X_val) == y_val)
            if results[(lr, reg)] > best_val:
                best_val, best_softmax = results[(lr, reg)], softmax
    for lr, reg in sorted(results):
        print('lr %e reg %e val accuracy: %f' % (lr, reg, results[(lr, reg)]))
    print('final test set accuracy: %f' % np.mean(best_softmax.predict(X_test) == y_test))
