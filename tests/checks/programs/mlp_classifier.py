"""Multi-layer perceptron with one ReLU hidden layer, Adam, early stopping on a validation part.

Used in the lab exercises; scikit-learn interface so that it can be swapped in and out.
"""
import numpy as np


class MLPClassifier:

    def __init__(self, n_hidden=32, lr=1e-3, epochs=100, batch_size=32, alpha=1e-4,
                 beta1=0.9, beta2=0.999, patience=10, val_fraction=0.1, seed=0):
        self.n_hidden = n_hidden
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.alpha = alpha
        self.beta1 = beta1
        self.beta2 = beta2
        self.patience = patience
        self.val_fraction = val_fraction
        self.seed = seed

    # ---- forward / backward -------------------------------------------------
    def _forward(self, X):
        z1 = X @ self.params["W1"] + self.params["b1"]
        h = np.maximum(z1, 0)
        z2 = h @ self.params["W2"] + self.params["b2"]
        z2 = z2 - z2.max(axis=1, keepdims=True)
        e = np.exp(z2)
        return z1, h, e / e.sum(axis=1, keepdims=True)

    def _loss(self, X, y):
        probs = self._forward(X)[-1]
        nll = -np.log(np.maximum(probs[np.arange(len(y)), y], 1e-15)).mean()
        reg = 0.5 * self.alpha * ((self.params["W1"] ** 2).sum() + (self.params["W2"] ** 2).sum())
        return nll + reg

    def _backward(self, X, y):
        m = len(y)
        z1, h, probs = self._forward(X)
        d2 = probs.copy()
        d2[np.arange(m), y] -= 1
        d2 /= m
        d1 = (d2 @ self.params["W2"].T) * (z1 > 0)
        return {
            "W2": h.T @ d2 + self.alpha * self.params["W2"],
            "b2": d2.sum(axis=0),
            "W1": X.T @ d1 + self.alpha * self.params["W1"],
            "b1": d1.sum(axis=0),
        }

    # ---- training -----------------------------------------------------------
    def _adam_step(self, grads):
        self._t += 1
        for name, g in grads.items():
            self._m[name] = self.beta1 * self._m[name] + (1 - self.beta1) * g
            self._v[name] = self.beta2 * self._v[name] + (1 - self.beta2) * g ** 2
            m_hat = self._m[name] / (1 - self.beta1 ** self._t)
            v_hat = self._v[name] / (1 - self.beta2 ** self._t)
            self.params[name] = self.params[name] - self.lr * m_hat / (np.sqrt(v_hat) + 1e-8)

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        self.classes_, y = np.unique(y, return_inverse=True)
        rng = np.random.default_rng(self.seed)
        n, d = X.shape
        k = len(self.classes_)

        order = rng.permutation(n)
        n_val = max(1, int(self.val_fraction * n))
        X_val, y_val = X[order[:n_val]], y[order[:n_val]]
        X_tr, y_tr = X[order[n_val:]], y[order[n_val:]]

        self.params = {
            "W1": rng.normal(0, np.sqrt(2 / d), (d, self.n_hidden)),
            "b1": np.zeros(self.n_hidden),
            "W2": rng.normal(0, np.sqrt(1 / self.n_hidden), (self.n_hidden, k)),
            "b2": np.zeros(k),
        }
        self._m = {key: np.zeros_like(v) for key, v in self.params.items()}
        self._v = {key: np.zeros_like(v) for key, v in self.params.items()}
        self._t = 0

        self.train_curve_, self.val_curve_ = [], []
        best, best_params, wait = np.inf, None, 0
        for epoch in range(self.epochs):
            p = rng.permutation(len(y_tr))
            for s in range(0, len(p), self.batch_size):
                b = p[s:s + self.batch_size]
                self._adam_step(self._backward(X_tr[b], y_tr[b]))
            self.train_curve_.append(self._loss(X_tr, y_tr))
            val = self._loss(X_val, y_val)
            self.val_curve_.append(val)
            if val < best:
                best, wait = val, 0
                best_params = {key: v.copy() for key, v in self.params.items()}
            else:
                wait += 1
                if wait >= self.patience:
                    break
        if best_params is not None:
            self.params = best_params
        return self

    def predict_proba(self, X):
        return self._forward(np.asarray(X, dtype=float))[-1]

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


if __name__ == "__main__":
    from sklearn.datasets import load_digits
    X, y = load_digits(return_X_y=True)
    X = X / 16.0
    idx = np.random.default_rng(0).permutation(len(y))
    tr, te = idx[:1400], idx[1400:]
    net = MLPClassifier(n_hidden=40, epochs=60, lr=3e-3).fit(X[tr], y[tr])
    print("stopped after", len(net.val_curve_), "epochs, best validation loss", min(net.val_curve_))
    print("test accuracy", (net.predict(X[te]) == y[te]).mean())
