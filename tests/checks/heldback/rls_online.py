"""Recursive least squares: one sample at a time, no learning rate, no passes over the data."""
import numpy as np


class RecursiveLeastSquares:
    """Minimises sum_i f^(n-i) (y_i - w'z_i)^2 + f^n * delta * |w|^2 with z = (1, x)."""

    def __init__(self, n_inputs, delta=1e-4, forget=1.0):
        if not 0 < forget <= 1:
            raise ValueError("forget must lie in (0, 1]")
        self.forget = forget
        self.w = np.zeros(n_inputs + 1)
        self.P = np.eye(n_inputs + 1) / delta
        self.seen = 0

    def observe(self, x, target):
        z = np.concatenate([[1.0], np.asarray(x, dtype=float).ravel()])
        if not (np.isfinite(z).all() and np.isfinite(target)):
            raise ValueError("sample with a missing value")
        Pz = self.P @ z
        gain = Pz / (self.forget + z @ Pz)
        surprise = float(target) - self.w @ z
        self.w = self.w + gain * surprise
        self.P = (self.P - np.outer(gain, Pz)) / self.forget
        self.P = (self.P + self.P.T) / 2          # keep it symmetric against rounding
        self.seen += 1
        return surprise

    def predict(self, X):
        X = np.atleast_2d(np.asarray(X, dtype=float))
        return self.w[0] + X @ self.w[1:]


def batch_solution(X, y, delta, forget):
    n = len(y)
    Z = np.column_stack([np.ones(n), X])
    weights = forget ** np.arange(n - 1, -1, -1.0)
    A = (Z * weights[:, None]).T @ Z + forget ** n * delta * np.eye(Z.shape[1])
    return np.linalg.solve(A, (Z * weights[:, None]).T @ y)


def stream(n, rng):
    """the slope of the first input changes half way"""
    for i in range(n):
        x = rng.normal(size=3)
        w = np.array([1.0 if i < n // 2 else -1.0, 0.5, 2.0])
        yield x, x @ w + 3.0 + 0.1 * rng.normal()


if __name__ == "__main__":
    for forget in (1.0, 0.97):
        samples = list(stream(400, np.random.default_rng(15)))
        model = RecursiveLeastSquares(3, forget=forget)
        errors = np.array([model.observe(x, t) for x, t in samples])      # each error is made before the update
        X, y = np.array([s[0] for s in samples]), np.array([s[1] for s in samples])
        gap = np.abs(model.w - batch_solution(X, y, 1e-4, forget)).max()
        print(f"forget {forget}: w {model.w.round(3)}, gap to the batch solution {gap:.2e}")
        for a in range(0, 400, 100):
            print(f"   samples {a:3d}..{a + 99:3d}  one-step RMSE {np.sqrt(np.mean(errors[a:a + 100] ** 2)):.3f}")
