"""
Multi-layer perceptron with the scikit-learn interface (fit / predict / predict_proba / score).
ReLU hidden layers, softmax output, Adam, dropout, early stopping on a held-out share.
"""
import numpy as np


class MLP:
    def __init__(self, hidden=(32,), lr=0.01, epochs=200, batch=32, dropout=0.0, alpha=0.0,
                 patience=20, val_share=0.15, seed=0, verbose=False):
        self.hidden = hidden
        self.lr = lr
        self.epochs = epochs
        self.batch = batch
        self.dropout = dropout
        self.alpha = alpha
        self.patience = patience
        self.val_share = val_share
        self.seed = seed
        self.verbose = verbose

    # ------------------------------------------------------------ forward
    def _forward(self, X, rng=None):
        self._acts, self._pre, self._masks = [X], [], []
        h = X
        last = len(self.W) - 1
        for l in range(last):
            z = h @ self.W[l] + self.b[l]
            h = np.maximum(z, 0.0)
            if rng is not None and self.dropout > 0:
                mask = (rng.random(h.shape) >= self.dropout) / (1.0 - self.dropout)
            else:
                mask = np.ones_like(h)
            h = h * mask
            self._pre.append(z)
            self._masks.append(mask)
            self._acts.append(h)
        z = h @ self.W[last] + self.b[last]
        z = z - z.max(axis=1, keepdims=True)
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)

    def _loss(self, P, T):
        ce = -np.mean(np.sum(T * np.log(P + 1e-12), axis=1))
        return ce + 0.5 * self.alpha * sum(np.sum(W ** 2) for W in self.W)

    # ----------------------------------------------------------- backward
    def _backward(self, P, T):
        gW, gb = [None] * len(self.W), [None] * len(self.b)
        delta = (P - T) / len(T)
        for l in range(len(self.W) - 1, -1, -1):
            gW[l] = self._acts[l].T @ delta + self.alpha * self.W[l]
            gb[l] = delta.sum(axis=0)
            if l > 0:
                delta = (delta @ self.W[l].T) * self._masks[l - 1] * (self._pre[l - 1] > 0)
        return gW, gb

    def _adam(self, grads, params, m, v):
        self._t += 1
        b1, b2 = 0.9, 0.999
        for i, g in enumerate(grads):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g * g
            mhat = m[i] / (1 - b1 ** self._t)
            vhat = v[i] / (1 - b2 ** self._t)
            params[i] -= self.lr * mhat / (np.sqrt(vhat) + 1e-8)

    # ---------------------------------------------------------------- fit
    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        self.classes_, ids = np.unique(np.asarray(y), return_inverse=True)
        T = np.eye(len(self.classes_))[ids]
        rng = np.random.default_rng(self.seed)

        sizes = [X.shape[1], *self.hidden, T.shape[1]]
        self.W = [rng.normal(0.0, np.sqrt(2.0 / a), (a, c)) for a, c in zip(sizes[:-1], sizes[1:])]
        self.b = [np.zeros(c) for c in sizes[1:]]

        order = rng.permutation(len(X))
        n_val = int(self.val_share * len(X))
        val, tr = order[:n_val], order[n_val:]
        m = [np.zeros_like(p) for p in self.W + self.b]
        v = [np.zeros_like(p) for p in self.W + self.b]
        self._t = 0
        self.train_loss_, self.val_loss_ = [], []
        best, best_params, wait = np.inf, None, 0

        for epoch in range(self.epochs):
            tr = rng.permutation(tr)
            for s in range(0, len(tr), self.batch):
                i = tr[s:s + self.batch]
                P = self._forward(X[i], rng)
                gW, gb = self._backward(P, T[i])
                self._adam(gW + gb, self.W + self.b, m, v)
            self.train_loss_.append(self._loss(self._forward(X[tr]), T[tr]))
            watch = val if n_val else tr
            current = self._loss(self._forward(X[watch]), T[watch])
            self.val_loss_.append(current)
            if self.verbose and epoch % 10 == 0:
                print(f"{epoch:4d}  train {self.train_loss_[-1]:.4f}  val {current:.4f}")
            if current < best:
                best, wait = current, 0
                best_params = ([w.copy() for w in self.W], [c.copy() for c in self.b])
            else:
                wait += 1
                if wait >= self.patience:
                    break
        self.W, self.b = best_params
        return self

    # ------------------------------------------------------------ predict
    def predict_proba(self, X):
        return self._forward(np.asarray(X, dtype=float))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def score(self, X, y):
        return np.mean(self.predict(X) == np.asarray(y))


if __name__ == "__main__":
    from sklearn.datasets import make_moons

    X, y = make_moons(500, noise=0.2, random_state=0)
    net = MLP(hidden=(16, 16), dropout=0.1, verbose=True).fit(X[:350], y[:350])
    print("test accuracy", net.score(X[350:], y[350:]))
