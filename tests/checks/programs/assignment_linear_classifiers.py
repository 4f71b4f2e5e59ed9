from sklearn.datasets import load_digits
import numpy as np


def softmax_loss(W, X, y, reg):
    """
    Softmax loss, vectorised.

    Inputs:
    - W: (D, C) weights, last row is the bias
    - X: (N, D) data with a column of ones at the end
    - y: (N,) labels in 0..C-1
    - reg: strength of the L2 penalty (bias row excluded)

    Returns (loss, dW).
    """
    N = X.shape[0]
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    expd = np.exp(scores)
    probs = expd / expd.sum(axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(N), y] + 1e-300).mean()
    loss += reg * np.sum(W[:-1] ** 2)

    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dW = X.T.dot(dscores) / N
    dW[:-1] += 2 * reg * W[:-1]
    return loss, dW


def svm_loss(W, X, y, reg, delta=1.0):
    """Multiclass hinge loss with the same arguments."""
    N = X.shape[0]
    scores = X.dot(W)
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + delta)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + reg * np.sum(W[:-1] ** 2)

    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    dW = X.T.dot(mask) / N
    dW[:-1] += 2 * reg * W[:-1]
    return loss, dW


class LinearClassifier(object):
    loss_function = None

    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, seed=0, verbose=False):
        num_train, dim = X.shape
        num_classes = int(np.max(y)) + 1
        rng = np.random.RandomState(seed)
        self.W = 0.001 * rng.randn(dim, num_classes)
        loss_history = []
        for it in range(num_iters):
            idx = rng.choice(num_train, batch_size)
            X_batch, y_batch = X[idx], y[idx]
            loss, grad = self.loss(X_batch, y_batch, reg)
            loss_history.append(loss)
            self.W -= learning_rate * grad
            if verbose and it % 100 == 0:
                print("iteration %d / %d: loss %f" % (it, num_iters, loss))
        return loss_history

    def predict(self, X):
        return np.argmax(X.dot(self.W), axis=1)


class Softmax(LinearClassifier):
    def loss(self, X, y, reg):
        return softmax_loss(self.W, X, y, reg)


class LinearSVM(LinearClassifier):
    def loss(self, X, y, reg):
        return svm_loss(self.W, X, y, reg)


def get_data(num_training=1100, num_validation=300, seed=11):
    digits = load_digits()
    perm = np.random.RandomState(seed).permutation(len(digits.data))
    X, y = digits.data[perm], digits.target[perm]
    a, b = num_training, num_training + num_validation
    parts = [X[:a], X[a:b], X[b:]]
    mean_image = parts[0].mean(axis=0)
    parts = [np.hstack([(P - mean_image) / 16.0, np.ones((len(P), 1))]) for P in parts]
    return parts[0], y[:a], parts[1], y[a:b], parts[2], y[b:]


if __name__ == "__main__":
    X_train, y_train, X_val, y_val, X_test, y_test = get_data()
    best_val, best_model, best_name = -1, None, None
    for name, cls in [("softmax", Softmax), ("svm", LinearSVM)]:
        for lr in [0.05, 0.2]:
            for reg in [1e-4, 1e-2]:
                model = cls()
                hist = model.train(X_train, y_train, learning_rate=lr, reg=reg, num_iters=600)
                val = np.mean(model.predict(X_val) == y_val)
                print("%-8s lr %.2f reg %.4f  loss %.4f  val %.4f" % (name, lr, reg, hist[-1], val))
                if val > best_val:
                    best_val, best_model, best_name = val, model, (name, lr, reg)
    print("best:", best_name, "test accuracy: %.4f" % np.mean(best_model.predict(X_test) == y_test))
