# -*- coding: utf-8 -*-
# Practica 3 - Aprendizaje automatico
# Regresion softmax (clasificacion multiclase) con descenso por mini-lotes
import numpy as np


class RegresionSoftmax:

    def __init__(self, tasa=0.5, epocas=60, tam_lote=32, lamb=1e-3, semilla=0):
        self.tasa = tasa
        self.epocas = epocas
        self.tam_lote = tam_lote
        self.lamb = lamb
        self.semilla = semilla

    @staticmethod
    def softmax(Z):
        Z = Z - Z.max(axis=1, keepdims=True)
        E = np.exp(Z)
        return E / E.sum(axis=1, keepdims=True)

    def _codificar(self, y):
        # matriz (n, K) con un 1 en la columna de la clase
        return (y.reshape(-1, 1) == self.clases_.reshape(1, -1)).astype(float)

    def perdida(self, X, Y):
        P = self.softmax(X @ self.W + self.b)
        entropia = -np.sum(Y * np.log(np.clip(P, 1e-15, 1.0))) / X.shape[0]
        return entropia + 0.5 * self.lamb * np.sum(self.W ** 2)

    def gradiente(self, X, Y):
        n = X.shape[0]
        delta = (self.softmax(X @ self.W + self.b) - Y) / n
        dW = X.T @ delta + self.lamb * self.W
        db = delta.sum(axis=0)
        return dW, db

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y)
        rng = np.random.default_rng(self.semilla)
        self.clases_ = np.unique(y)
        n, d = X.shape
        K = self.clases_.size
        Y = self._codificar(y)
        self.W = rng.normal(0, 0.01, size=(d, K))
        self.b = np.zeros(K)
        self.historia = []
        for epoca in range(self.epocas):
            orden = rng.permutation(n)
            Xb, Yb = X[orden], Y[orden]
            for ini in range(0, n, self.tam_lote):
                fin = ini + self.tam_lote
                dW, db = self.gradiente(Xb[ini:fin], Yb[ini:fin])
                self.W -= self.tasa * dW
                self.b -= self.tasa * db
            self.historia.append(self.perdida(X, Y))
        return self

    def predict_proba(self, X):
        return self.softmax(np.asarray(X, dtype=float) @ self.W + self.b)

    def predict(self, X):
        return self.clases_[np.argmax(self.predict_proba(X), axis=1)]

    def exactitud(self, X, y):
        return float(np.mean(self.predict(X) == np.asarray(y)))


if __name__ == "__main__":
    from sklearn.datasets import load_wine
    datos = load_wine()
    rng = np.random.default_rng(1)
    idx = rng.permutation(len(datos.target))
    corte = 130
    ent, pru = idx[:corte], idx[corte:]
    media = datos.data[ent].mean(0)
    desv = datos.data[ent].std(0)
    Xe, Xp = (datos.data[ent] - media) / desv, (datos.data[pru] - media) / desv
    modelo = RegresionSoftmax().fit(Xe, datos.target[ent])
    print("Perdida inicial y final:", modelo.historia[0], modelo.historia[-1])
    print("Exactitud en prueba: {:.2%}".format(modelo.exactitud(Xp, datos.target[pru])))
