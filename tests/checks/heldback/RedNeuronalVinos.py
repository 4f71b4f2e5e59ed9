# -*- coding: utf-8 -*-
"""
Red neuronal multicapa programada solo con numpy.

Práctica 3 - Aprendizaje Automático
"""
import numpy as np
from sklearn.datasets import load_wine


class Capa:
    """Una capa densa: guarda los pesos y el sesgo de cada neurona."""

    def __init__(self, n_entradas, n_neuronas, rng):
        limite = np.sqrt(6.0 / (n_entradas + n_neuronas))
        self.pesos = rng.uniform(-limite, limite, (n_entradas, n_neuronas))
        self.sesgo = np.zeros((1, n_neuronas))
        # memoria para el momento
        self.vel_pesos = np.zeros_like(self.pesos)
        self.vel_sesgo = np.zeros_like(self.sesgo)


class RedNeuronal:

    def __init__(self, topologia, tasa=0.1, momento=0.9, semilla=7):
        self.topologia = topologia
        self.tasa = tasa
        self.momento = momento
        self.rng = np.random.default_rng(semilla)
        self.capas = []
        for entradas, neuronas in zip(topologia[:-1], topologia[1:]):
            self.capas.append(Capa(entradas, neuronas, self.rng))

    @staticmethod
    def _softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def propagar(self, X):
        """Devuelve la lista de salidas de todas las capas (la primera es X)."""
        salidas = [X]
        for i, capa in enumerate(self.capas):
            z = salidas[-1] @ capa.pesos + capa.sesgo
            if i == len(self.capas) - 1:
                a = self._softmax(z)
            else:
                a = np.tanh(z)
            salidas.append(a)
        return salidas

    def coste(self, X, Y):
        """Entropía cruzada media. Y en one-hot."""
        p = self.propagar(X)[-1]
        return -np.mean(np.sum(Y * np.log(p + 1e-12), axis=1))

    def retropropagar(self, X, Y):
        """Gradientes [(dW, db), ...] de la entropía cruzada media."""
        salidas = self.propagar(X)
        n = X.shape[0]
        gradientes = []
        delta = (salidas[-1] - Y) / n
        for i in reversed(range(len(self.capas))):
            a_previa = salidas[i]
            dW = a_previa.T @ delta
            db = delta.sum(axis=0, keepdims=True)
            gradientes.insert(0, (dW, db))
            if i > 0:
                delta = (delta @ self.capas[i].pesos.T) * (1 - a_previa ** 2)
        return gradientes

    def _actualizar(self, gradientes):
        for capa, (dW, db) in zip(self.capas, gradientes):
            capa.vel_pesos = self.momento * capa.vel_pesos - self.tasa * dW
            capa.vel_sesgo = self.momento * capa.vel_sesgo - self.tasa * db
            capa.pesos = capa.pesos + capa.vel_pesos
            capa.sesgo = capa.sesgo + capa.vel_sesgo

    def entrenar(self, X, Y, epocas=60, tam_lote=16, verbose=False):
        historial = []
        for epoca in range(epocas):
            orden = self.rng.permutation(X.shape[0])
            Xb, Yb = X[orden], Y[orden]
            for ini in range(0, X.shape[0], tam_lote):
                lote = slice(ini, ini + tam_lote)
                self._actualizar(self.retropropagar(Xb[lote], Yb[lote]))
            historial.append(self.coste(X, Y))
            if verbose and epoca % 10 == 0:
                print("época %3d  coste %.4f" % (epoca, historial[-1]))
        return historial

    def predecir(self, X):
        return np.argmax(self.propagar(X)[-1], axis=1)


def a_one_hot(y, n_clases):
    Y = np.zeros((len(y), n_clases))
    Y[np.arange(len(y)), y] = 1
    return Y


if __name__ == "__main__":
    datos = load_wine()
    rng = np.random.default_rng(0)
    mezcla = rng.permutation(len(datos.target))
    X, y = datos.data[mezcla], datos.target[mezcla]
    corte = int(0.7 * len(y))
    X_ent, X_pru, y_ent, y_pru = X[:corte], X[corte:], y[:corte], y[corte:]

    media, desv = X_ent.mean(axis=0), X_ent.std(axis=0)
    X_ent = (X_ent - media) / desv
    X_pru = (X_pru - media) / desv

    red = RedNeuronal([13, 8, 3], tasa=0.05, momento=0.9)
    historial = red.entrenar(X_ent, a_one_hot(y_ent, 3), verbose=True)
    print("coste final: %.4f" % historial[-1])
    print("acierto en prueba: %.3f" % np.mean(red.predecir(X_pru) == y_pru))
