# Homework 2: linear softmax classifier for small grey pictures, loops first, then vectorised.
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    """
    W: (D, C), X: (N, D), y: (N,) with 0 <= y[i] < C.
    Returns the loss (mean cross-entropy + reg * sum(W*W)) and its gradient, shape (D, C).
    """
    loss = 0.0
    dW = np.zeros_like(W)
    num_train, num_classes = X.shape[0], W.shape[1]
    for i in range(num_train):
        scores = X[i].dot(W)
        scores = scores - np.max(scores)
        denom = np.sum(np.exp(scores))
        loss += np.log(denom) - scores[y[i]]
        for j in range(num_classes):
            p = np.exp(scores[j]) / denom
            dW[:, j] += (p - (1 if j == y[i] else 0)) * X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    log_denom = np.log(np.exp(scores).sum(axis=1, keepdims=True))
    log_probs = scores - log_denom
    loss = -log_probs[np.arange(num_train), y].mean() + reg * np.sum(W * W)
    P = np.exp(log_probs)
    P[np.arange(num_train), y] -= 1
    dW = X.T.dot(P) / num_train + 2 * reg * W
    return loss, dW


class LinearSoftmax:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-1, reg=1e-4, num_iters=400, batch_size=64, seed=0, verbose=False):
        """Stochastic gradient descent with Nesterov-free momentum 0.9 (PyTorch form)."""
        rng = np.random.default_rng(seed)
        num_train, dim = X.shape
        self.W = 0.001 * rng.standard_normal((dim, int(np.max(y)) + 1))
        velocity = np.zeros_like(self.W)
        loss_history = []
        for it in range(num_iters):
            batch = rng.choice(num_train, min(batch_size, num_train), replace=False)
            loss, grad = softmax_loss_vectorized(self.W, X[batch], y[batch], reg)
            loss_history.append(loss)
            velocity = 0.9 * velocity + grad
            self.W = self.W - learning_rate * velocity
            if verbose and it % 100 == 0:
                print("iteration %d / %d: loss %f" % (it, num_iters, loss))
        return loss_history

    def predict(self, X):
        return np.argmax(X.dot(self.W), axis=1)


class PixelPreprocessor:
    """uint8 pictures (n, h, w) -> float rows with the mean picture taken off and a one at the end."""

    def fit(self, pictures):
        self.mean_image = pictures.astype(np.float64).mean(axis=0)
        return self

    def transform(self, pictures):
        centred = (pictures.astype(np.float64) - self.mean_image) / 128.0
        rows = centred.reshape(len(pictures), -1)
        return np.hstack([rows, np.ones((len(rows), 1))])


def stripes(n, seed):
    """Pictures 9 x 9: horizontal, vertical or diagonal stripes in noise."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    r, c = np.mgrid[0:9, 0:9]
    base = np.stack([r % 3 == 0, c % 3 == 0, (r + c) % 3 == 0])
    pics = 60 + 90 * base[y] + rng.normal(0, 100, (n, 9, 9))
    return np.clip(pics, 0, 255).astype(np.uint8), y


def main():
    pics_train, y_train = stripes(600, seed=1)
    pics_val, y_val = stripes(200, seed=2)
    pics_test, y_test = stripes(300, seed=3)
    prep = PixelPreprocessor().fit(pics_train)
    X_train, X_val, X_test = (prep.transform(p) for p in (pics_train, pics_val, pics_test))

    W = np.random.default_rng(0).normal(scale=0.01, size=(X_train.shape[1], 3))
    a, da = softmax_loss_naive(W, X_train[:50], y_train[:50], 0.1)
    b, db = softmax_loss_vectorized(W, X_train[:50], y_train[:50], 0.1)
    print("loops against vectorised: %.2e, %.2e" % (abs(a - b), np.abs(da - db).max()))

    best_val, best_model = -1, None
    for lr in (0.003, 0.03):
        for reg in (1e-4, 1e-2):
            model = LinearSoftmax()
            model.train(X_train, y_train, learning_rate=lr, reg=reg)
            val = np.mean(model.predict(X_val) == y_val)
            print("lr %g reg %g: train %.3f val %.3f" % (lr, reg, np.mean(model.predict(X_train) == y_train), val))
            if val > best_val:
                best_val, best_model = val, model
    print("final test accuracy %.3f" % np.mean(best_model.predict(X_test) == y_test))


if __name__ == "__main__":
    main()
