"""Linear regression without an intercept column: both sides are centred once, the
normal equations are solved through a QR (or an augmented system when alpha > 0)."""
import numpy as np


class CenteredLeastSquares(object):
    def __init__(self, alpha=0.0):
        self.alpha = alpha

    def fit(self, X, y):
        X = np.array(X, dtype="float64")
        y = np.array(y, dtype="float64")
        self.single_ = y.ndim == 1
        Y = y.reshape(len(y), -1)
        self.xbar_ = X.mean(0)
        self.ybar_ = Y.mean(0)
        Xc, Yc = X - self.xbar_, Y - self.ybar_
        d = Xc.shape[1]
        if self.alpha > 0:
            # sum of squares + alpha |w|^2, written as extra rows
            Xc = np.vstack((Xc, np.sqrt(self.alpha) * np.eye(d)))
            Yc = np.vstack((Yc, np.zeros((d, Yc.shape[1]))))
        self.W_ = np.linalg.lstsq(Xc, Yc, rcond=None)[0]
        return self

    def loss(self, X, y):
        """Residual sum of squares plus penalty - a sum, as in the lecture notes."""
        Y = np.array(y, dtype="float64").reshape(len(y), -1)
        R = Y - self._raw(X)
        return (R ** 2).sum() + self.alpha * (self.W_ ** 2).sum()

    def _raw(self, X):
        return (np.array(X, dtype="float64") - self.xbar_).dot(self.W_) + self.ybar_

    def predict(self, X):
        out = self._raw(X)
        return out[:, 0] if self.single_ else out


if __name__ == "__main__":
    r = np.random.RandomState(4)
    A = r.randn(80, 4) + 6
    t = A.dot([1.0, 0, -2, .5]) + 3 + .1 * r.randn(80)
    m = CenteredLeastSquares(alpha=.01).fit(A, t)
    print(m.W_.ravel(), m.loss(A, t))
    print(np.abs(m.predict(A) - t).max())
