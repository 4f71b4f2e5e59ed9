from dataclasses import dataclass, field
from typing import List, Optional

import numpy as np


@dataclass
class CentredLeastSquares:
    """Least squares without an intercept of its own: x and y are centred first, the mean of y is put back.

    SGD-free; heavy ball in the exponential-average form  v <- beta v + (1 - beta) g.
    """
    step: float = 0.5
    beta: float = 0.9
    sweeps: int = 3000
    coef: Optional[np.ndarray] = None
    x_bar: Optional[np.ndarray] = None
    y_bar: float = 0.0
    trace: List[float] = field(default_factory=list)

    def sse(self, theta: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
        r = X @ theta - y
        return float(r @ r)

    def sse_gradient(self, theta: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        return 2.0 * X.T @ (X @ theta - y)

    def fit(self, X, y) -> "CentredLeastSquares":
        X = np.array(X, dtype=np.float64)
        y = np.array(y, dtype=np.float64)
        self.x_bar, self.y_bar = X.mean(0), float(y.mean())
        Xc, yc = X - self.x_bar, y - self.y_bar
        L = 2.0 * np.linalg.norm(Xc, ord=2) ** 2
        theta = np.zeros(X.shape[1])
        v = np.zeros_like(theta)
        self.trace = [self.sse(theta, Xc, yc)]
        for _ in range(self.sweeps):
            v = self.beta * v + (1.0 - self.beta) * self.sse_gradient(theta, Xc, yc)
            theta = theta - self.step / L * v
            self.trace.append(self.sse(theta, Xc, yc))
        self.coef = theta
        return self

    def predict(self, X) -> np.ndarray:
        return (np.asarray(X, dtype=np.float64) - self.x_bar) @ self.coef + self.y_bar


def main() -> None:
    gen = np.random.default_rng(7)
    X = gen.normal(size=(120, 3)) + np.array([4.0, -2.0, 0.5])
    y = X @ np.array([1.5, -0.7, 2.0]) + 10.0 + 0.1 * gen.normal(size=120)
    m = CentredLeastSquares().fit(X, y)
    print(m.coef, m.y_bar - m.x_bar @ m.coef)
    print("SSE", m.trace[0], "->", m.trace[-1])


if __name__ == "__main__":
    main()
