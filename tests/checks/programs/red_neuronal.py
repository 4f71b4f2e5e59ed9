# -*- coding: utf-8 -*-
"""Red neuronal para regresión, escrita desde cero con numpy.
Práctica 3 - Aprendizaje Automático"""
import numpy as np


def lrelu(z, pendiente=0.05):
    return np.where(z > 0, z, pendiente * z)


def lrelu_derivada(z, pendiente=0.05):
    return np.where(z > 0, 1.0, pendiente)


def ecm(y, y_hat):
    """error cuadrático medio"""
    return np.mean((np.ravel(y_hat) - np.ravel(y)) ** 2)


class RedNeuronal:

    def __init__(self, topologia, tasa=0.01, epocas=300, lote=16, rho=0.9, semilla=None):
        self.topologia = topologia
        self.tasa = tasa
        self.epocas = epocas
        self.lote = lote
        self.rho = rho
        self.semilla = semilla
        self._crear_capas()

    def _crear_capas(self):
        self.azar = np.random.RandomState(self.semilla)
        self.capas = []
        for entradas, salidas in zip(self.topologia[:-1], self.topologia[1:]):
            self.capas.append({
                'W': self.azar.randn(entradas, salidas) * np.sqrt(2.0 / entradas),
                'b': np.zeros((1, salidas)),
                'sW': np.zeros((entradas, salidas)),
                'sb': np.zeros((1, salidas)),
            })

    def propagar(self, X):
        """Devuelve la lista de pares (z, a); la última capa es lineal."""
        salida = [(None, X)]
        for i, capa in enumerate(self.capas):
            z = salida[-1][1] @ capa['W'] + capa['b']
            a = z if i == len(self.capas) - 1 else lrelu(z)
            salida.append((z, a))
        return salida

    def retropropagar(self, X, y):
        salida = self.propagar(X)
        y_hat = salida[-1][1]
        gradientes = []
        delta = 2.0 * (y_hat - y) / y.size
        for i in reversed(range(len(self.capas))):
            a_previa = salida[i][1]
            gW = a_previa.T @ delta
            gb = delta.sum(axis=0, keepdims=True)
            gradientes.insert(0, (gW, gb))
            if i > 0:
                delta = (delta @ self.capas[i]['W'].T) * lrelu_derivada(salida[i][0])
        return gradientes

    def actualizar(self, gradientes):
        # RMSProp
        for capa, (gW, gb) in zip(self.capas, gradientes):
            capa['sW'] = self.rho * capa['sW'] + (1 - self.rho) * gW ** 2
            capa['sb'] = self.rho * capa['sb'] + (1 - self.rho) * gb ** 2
            capa['W'] = capa['W'] - self.tasa * gW / (np.sqrt(capa['sW']) + 1e-8)
            capa['b'] = capa['b'] - self.tasa * gb / (np.sqrt(capa['sb']) + 1e-8)

    def entrenar(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float)
        self.plano = y.ndim == 1
        y = y.reshape(len(X), -1)
        self._crear_capas()
        self.mx, self.sx = X.mean(axis=0), X.std(axis=0)
        self.sx = np.where(self.sx == 0, 1.0, self.sx)
        self.my, self.sy = y.mean(axis=0), y.std(axis=0)
        self.sy = np.where(self.sy == 0, 1.0, self.sy)
        Xn, yn = (X - self.mx) / self.sx, (y - self.my) / self.sy
        self.historial = []
        for epoca in range(self.epocas):
            orden = self.azar.permutation(len(Xn))
            for inicio in range(0, len(orden), self.lote):
                sel = orden[inicio:inicio + self.lote]
                self.actualizar(self.retropropagar(Xn[sel], yn[sel]))
            self.historial.append(ecm(yn, self.propagar(Xn)[-1][1]))
        return self.historial

    def predecir(self, X):
        Xn = (np.asarray(X, dtype=float) - self.mx) / self.sx
        y_hat = self.propagar(Xn)[-1][1] * self.sy + self.my
        return y_hat.ravel() if self.plano else y_hat


if __name__ == '__main__':
    azar = np.random.RandomState(3)
    X = azar.uniform(-2, 2, (300, 2))
    y = X[:, 0] * X[:, 1] + np.sin(2 * X[:, 0]) + 20
    red = RedNeuronal([2, 24, 12, 1], tasa=0.005, epocas=120, semilla=0)
    h = red.entrenar(X[:220], y[:220])
    print('ECM inicial %.4f, final %.4f' % (h[0], h[-1]))
    print('ECM de prueba %.4f' % ecm(y[220:], red.predecir(X[220:])))
