from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Config:
    degree: int = 7
    ridge: float = 1e-3
    lr: float = 0.05
    beta1: float = 0.9
    beta2: float = 0.999
    epochs: int = 3000
    seed: int = 1


@dataclass
class Scaler:
    mean: np.ndarray | None = None
    std: np.ndarray | None = None

    def fit(self, A: np.ndarray) -> "Scaler":
        self.mean = A.mean(axis=0)
        self.std = A.std(axis=0)
        return self

    def __call__(self, A: np.ndarray) -> np.ndarray:
        return (A - self.mean) / self.std


@dataclass
class PolyRegressor:
    cfg: Config
    scaler: Scaler = field(default_factory=Scaler)
    coef: np.ndarray | None = None
    bias: float = 0.0
    history: list[float] = field(default_factory=list)

    def features(self, x: np.ndarray) -> np.ndarray:
        return np.column_stack([x ** d for d in range(1, self.cfg.degree + 1)])

    def objective(self, coef: np.ndarray, bias: float, F: np.ndarray, t: np.ndarray) -> float:
        r = F @ coef + bias - t
        return float(0.5 * np.mean(r ** 2) + 0.5 * self.cfg.ridge * np.sum(coef ** 2))

    def gradient(self, coef: np.ndarray, bias: float, F: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, float]:
        r = F @ coef + bias - t
        return F.T @ r / len(t) + self.cfg.ridge * coef, float(r.mean())

    def fit(self, x: np.ndarray, t: np.ndarray) -> "PolyRegressor":
        c = self.cfg
        F = self.scaler.fit(self.features(x))(self.features(x))
        theta = np.append(np.random.default_rng(c.seed).normal(0, 0.1, c.degree), 0.0)
        m = np.zeros_like(theta)
        v = np.zeros_like(theta)
        self.history = []
        for step in range(1, c.epochs + 1):
            self.history.append(self.objective(theta[:-1], theta[-1], F, t))
            gc, gb = self.gradient(theta[:-1], theta[-1], F, t)
            g = np.append(gc, gb)
            m = c.beta1 * m + (1 - c.beta1) * g
            v = c.beta2 * v + (1 - c.beta2) * g ** 2
            m_hat = m / (1 - c.beta1 ** step)
            v_hat = v / (1 - c.beta2 ** step)
            theta = theta - c.lr * m_hat / (np.sqrt(v_hat) + 1e-8)
        self.coef, self.bias = theta[:-1], float(theta[-1])
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.scaler(self.features(x)) @ self.coef + self.bias


def r2_score(t: np.ndarray, guess: np.ndarray) -> float:
    return float(1 - np.sum((t - guess) ** 2) / np.sum((t - t.mean()) ** 2))


def make_curve(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = rng.uniform(-1.5, 1.5, n)
    return x, np.sin(2.2 * x) + 0.4 * x + rng.normal(0, 0.15, n)


if __name__ == "__main__":
    rng = np.random.default_rng(8)
    x_train, t_train = make_curve(150, rng)
    x_valid, t_valid = make_curve(80, rng)
    x_test, t_test = make_curve(80, rng)
    found = {}
    for degree in (1, 3, 5, 7, 9):
        model = PolyRegressor(Config(degree=degree)).fit(x_train, t_train)
        found[degree] = (r2_score(t_valid, model.predict(x_valid)), model)
        print(f"degree {degree}: objective {model.history[-1]:.5f}  R2 valid {found[degree][0]:.4f}")
    degree = max(found, key=lambda d: found[d][0])
    print(f"degree {degree} chosen, R2 test {r2_score(t_test, found[degree][1].predict(x_test)):.4f}")
