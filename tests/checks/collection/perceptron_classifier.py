import numpy as np


class MLPClassifier:
    """Multi-layer perceptron with tanh units, momentum and early stopping.

    coefs_[i] has shape (units below, units above). Labels can be anything that np.unique sorts.
    """

    def __init__(self, hidden=(16,), learning_rate_init=0.1, momentum=0.9, alpha=1e-4, max_iter=150,
                 batch_size=20, patience=15, validation_fraction=0.2, random_state=None):
        self.hidden = hidden
        self.learning_rate_init = learning_rate_init
        self.momentum = momentum
        self.alpha = alpha
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def _forward(self, X, coefs, intercepts):
        activations = [X]
        for i, (W, b) in enumerate(zip(coefs, intercepts)):
            z = activations[-1] @ W + b
            if i < len(coefs) - 1:
                activations.append(np.tanh(z))
            else:
                z = z - z.max(axis=1, keepdims=True)
                e = np.exp(z)
                activations.append(e / e.sum(axis=1, keepdims=True))
        return activations

    def _loss(self, P, codes, coefs):
        data = -np.log(np.clip(P[np.arange(len(codes)), codes], 1e-15, None)).mean()
        return data + 0.5 * self.alpha * sum((W ** 2).sum() for W in coefs)

    def _backprop(self, activations, codes, coefs):
        delta = activations[-1].copy()
        delta[np.arange(len(codes)), codes] -= 1.0
        delta /= len(codes)
        coef_grads, intercept_grads = [], []
        for i in range(len(coefs) - 1, -1, -1):
            coef_grads.insert(0, activations[i].T @ delta + self.alpha * coefs[i])
            intercept_grads.insert(0, delta.sum(axis=0))
            if i:
                delta = (delta @ coefs[i].T) * (1.0 - activations[i] ** 2)
        return coef_grads, intercept_grads

    def fit(self, X, y):
        X = np.array(X, dtype=float)
        self.classes_, codes = np.unique(y, return_inverse=True)
        rng = np.random.default_rng(self.random_state)
        order = rng.permutation(len(X))
        n_val = max(1, int(self.validation_fraction * len(X)))
        val, train = order[:n_val], order[n_val:]
        sizes = [X.shape[1], *self.hidden, len(self.classes_)]
        coefs = [rng.uniform(-1, 1, (a, b)) * np.sqrt(6 / (a + b)) for a, b in zip(sizes[:-1], sizes[1:])]
        intercepts = [np.zeros(b) for b in sizes[1:]]
        params = coefs + intercepts
        velocity = [np.zeros_like(p) for p in params]
        self.loss_curve_, self.validation_loss_ = [], []
        best, wait = (np.inf, None), 0
        for _ in range(self.max_iter):
            rng.shuffle(train)
            for start in range(0, len(train), self.batch_size):
                rows = train[start:start + self.batch_size]
                acts = self._forward(X[rows], coefs, intercepts)
                cg, ig = self._backprop(acts, codes[rows], coefs)
                for p, v, g in zip(params, velocity, cg + ig):
                    v *= self.momentum
                    v -= self.learning_rate_init * g
                    p += v
            self.loss_curve_.append(self._loss(self._forward(X[train], coefs, intercepts)[-1], codes[train], coefs))
            current = self._loss(self._forward(X[val], coefs, intercepts)[-1], codes[val], coefs)
            self.validation_loss_.append(current)
            if current < best[0]:
                best, wait = (current, [p.copy() for p in params]), 0
            else:
                wait += 1
                if wait >= self.patience:
                    break
        self.best_loss_ = best[0]
        self.coefs_, self.intercepts_ = coefs, intercepts
        return self

    def predict_proba(self, X):
        return self._forward(np.asarray(X, dtype=float), self.coefs_, self.intercepts_)[-1]

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
