from dataclasses import dataclass, field

import numpy as np


@dataclass
class SGDLogit:
    """Logistic regression by mini-batch SGD with momentum and early stopping.

    eta0        first learning rate, eta = eta0 / (1 + decay * epoch)
    alpha       strength of the L2 penalty, 0.5 * alpha * |w|^2 on top of the mean loss
    patience    epochs without progress on the validation rows before giving up
    """
    eta0: float = 0.02
    decay: float = 0.01
    alpha: float = 1e-4
    momentum: float = 0.9
    batch: int = 32
    epochs: int = 200
    patience: int = 10
    val_share: float = 0.15
    seed: int | None = None
    history_: list = field(default_factory=list, repr=False)

    @staticmethod
    def _sig(z):
        return np.exp(-np.logaddexp(0, -z))

    def _loss(self, X, t, w, b):
        z = X @ w + b
        return np.mean(np.logaddexp(0, z) - t * z) + 0.5 * self.alpha * w @ w

    def _grad(self, X, t, w, b):
        r = self._sig(X @ w + b) - t
        return X.T @ r / len(t) + self.alpha * w, r.mean()

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y).ravel()
        if not np.isfinite(X).all():
            raise ValueError("X holds NaN or inf, clean it first")
        self.classes_ = np.unique(y)
        if len(self.classes_) != 2:
            raise ValueError("two classes wanted")
        t = (y == self.classes_[1]).astype(float)

        rng = np.random.default_rng(self.seed)
        order = rng.permutation(len(t))
        n_val = max(1, int(self.val_share * len(t)))
        val, tr = order[:n_val], order[n_val:]
        Xv, tv, Xt, tt = X[val], t[val], X[tr], t[tr]

        w, b = np.zeros(X.shape[1]), 0.0
        vw, vb = np.zeros_like(w), 0.0
        best, best_params, waited = np.inf, (w.copy(), b), 0
        self.history_ = []
        for epoch in range(self.epochs):
            eta = self.eta0 / (1 + self.decay * epoch)
            perm = rng.permutation(len(tt))
            Xs, ts = Xt[perm], tt[perm]
            for i in range(0, len(ts), self.batch):
                gw, gb = self._grad(Xs[i:i + self.batch], ts[i:i + self.batch], w, b)
                vw = self.momentum * vw - eta * gw
                vb = self.momentum * vb - eta * gb
                w = w + vw
                b = b + vb
            score = self._loss(Xv, tv, w, b)
            self.history_.append(score)
            if score < best - 1e-5:
                best, best_params, waited = score, (w.copy(), b), 0
            else:
                waited += 1
                if waited >= self.patience:
                    break
        self.coef_, self.intercept_ = best_params
        return self

    def decision_function(self, X):
        return np.asarray(X, dtype=float) @ self.coef_ + self.intercept_

    def predict_proba(self, X):
        p = self._sig(self.decision_function(X))
        return np.column_stack((1 - p, p))

    def predict(self, X):
        return self.classes_[(self.decision_function(X) >= 0).astype(int)]

    def score(self, X, y):
        return float(np.mean(self.predict(X) == np.asarray(y).ravel()))


if __name__ == "__main__":
    g = np.random.default_rng(3)
    n = 900
    X = g.normal(size=(n, 6))
    logit = 1.5 * X[:, 0] - 2.0 * X[:, 3] + 0.5
    y = np.where(g.random(n) < 1 / (1 + np.exp(-logit)), "spam", "ham")
    clf = SGDLogit(seed=0).fit(X[:700], y[:700])
    print("epochs:", len(clf.history_), " best validation loss:", round(min(clf.history_), 4))
    print("weights:", clf.coef_.round(2), " intercept:", round(clf.intercept_, 2))
    print("test accuracy:", clf.score(X[700:], y[700:]))
