# Линейная регрессия стохастическим градиентным спуском
import copy

import numpy as np


class Шаг:
    """обычный градиентный шаг"""

    def __init__(self, lr=0.05):
        self.lr = lr

    def обновить(self, веса, градиенты):
        for имя in веса:
            веса[имя] = веса[имя] - self.lr * градиенты[имя]


class Импульс(Шаг):
    def __init__(self, lr=0.01, бета=0.9):
        super().__init__(lr)
        self.бета = бета
        self.v = {}

    def обновить(self, веса, градиенты):
        for имя, g in градиенты.items():
            self.v[имя] = self.бета * self.v.get(имя, 0.0) + g
            веса[имя] = веса[имя] - self.lr * self.v[имя]


class Адам(Шаг):
    def __init__(self, lr=0.02, b1=0.9, b2=0.999, eps=1e-8):
        super().__init__(lr)
        self.b1, self.b2, self.eps = b1, b2, eps
        self.m, self.s, self.t = {}, {}, 0

    def обновить(self, веса, градиенты):
        self.t += 1
        for имя, g in градиенты.items():
            self.m[имя] = self.b1 * self.m.get(имя, 0.0) + (1 - self.b1) * g
            self.s[имя] = self.b2 * self.s.get(имя, 0.0) + (1 - self.b2) * g ** 2
            m_hat = self.m[имя] / (1 - self.b1 ** self.t)
            s_hat = self.s[имя] / (1 - self.b2 ** self.t)
            веса[имя] = веса[имя] - self.lr * m_hat / (np.sqrt(s_hat) + self.eps)


class Регрессия:
    def __init__(self, шаг, эпохи=60, пакет=16, l2=0.0, seed=0):
        self.шаг, self.эпохи, self.пакет, self.l2, self.seed = шаг, эпохи, пакет, l2, seed

    def потеря(self, X, y):
        w = self.веса["w"]
        return np.mean((self.predict(X) - y) ** 2) + self.l2 * np.sum(w ** 2)

    def градиент(self, X, y):
        r = self.predict(X) - y
        return {"w": 2 * X.T @ r / len(y) + 2 * self.l2 * self.веса["w"], "b": 2 * r.mean()}

    def fit(self, X, y, X_val, y_val):
        rng = np.random.default_rng(self.seed)
        шаг = copy.deepcopy(self.шаг)              # каждый запуск с чистого состояния
        self.веса = {"w": np.zeros(X.shape[1]), "b": 0.0}
        self.история = []
        лучшая, лучшие_веса = np.inf, copy.deepcopy(self.веса)
        for _ in range(self.эпохи):
            порядок = rng.permutation(len(y))
            Xп, yп = X[порядок], y[порядок]
            for i in range(0, len(y), self.пакет):
                шаг.обновить(self.веса, self.градиент(Xп[i:i + self.пакет], yп[i:i + self.пакет]))
            ошибка = np.mean((self.predict(X_val) - y_val) ** 2)
            self.история.append((self.потеря(X, y), ошибка))
            if not np.isfinite(ошибка):
                raise FloatingPointError("спуск расходится")
            if ошибка < лучшая:
                лучшая, лучшие_веса = ошибка, copy.deepcopy(self.веса)
        self.веса = лучшие_веса
        return self

    def predict(self, X):
        return X @ self.веса["w"] + self.веса["b"]


def main():
    rng = np.random.default_rng(77)
    X = rng.normal(size=(500, 6))
    y = X @ np.array([3.0, -2.0, 0.0, 1.5, 0.0, 4.0]) + 7 + rng.normal(0, 1, 500)
    обуч, вал, тест = np.split(rng.permutation(500), [300, 400])
    for шаг in (Шаг(), Импульс(), Адам()):
        модель = Регрессия(шаг).fit(X[обуч], y[обуч], X[вал], y[вал])
        mse = np.mean((модель.predict(X[тест]) - y[тест]) ** 2)
        print(f"{type(шаг).__name__:8s} тест MSE {mse:.3f} (дисперсия {y[тест].var():.3f})  b = {модель.веса['b']:.3f}")


if __name__ == "__main__":
    main()
