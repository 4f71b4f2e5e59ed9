# -*- coding: utf-8 -*-
"""Práctica 3: regresión logística multiclase (uno contra todos)."""
import numpy as np


def sigmoide(z):
    return 0.5 * (1 + np.tanh(z / 2))


def agregar_unos(X):
    return np.hstack([np.ones((X.shape[0], 1)), X])


def coste(theta, X, y, lmbda):
    m = X.shape[0]
    z = X @ theta
    J = np.mean(np.logaddexp(0, z) - y * z)
    return J + lmbda / (2 * m) * np.sum(theta[1:] ** 2)


def gradiente(theta, X, y, lmbda):
    m = X.shape[0]
    g = X.T @ (sigmoide(X @ theta) - y) / m
    return g


def descenso(X, y, tasa=0.5, iteraciones=500, lmbda=0.0):
    theta = np.zeros(X.shape[1])
    historia = []
    for i in range(iteraciones):
        theta = theta - tasa * gradiente(theta, X, y, lmbda)
        historia.append(coste(theta, X, y, lmbda))
    return theta, historia


class UnoContraTodos:
    def __init__(self, tasa=0.5, iteraciones=500, lmbda=0.1):
        self.tasa = tasa
        self.iteraciones = iteraciones
        self.lmbda = lmbda

    def entrenar(self, X, etiquetas):
        self.clases = np.unique(etiquetas)
        Xa = agregar_unos(np.asarray(X, dtype=float))
        self.thetas = np.array([
            descenso(Xa, (etiquetas == c).astype(float), self.tasa, self.iteraciones, self.lmbda)[0]
            for c in self.clases
        ])
        return self

    def probabilidades(self, X):
        Xa = agregar_unos(np.asarray(X, dtype=float))
        return sigmoide(Xa @ self.thetas.T)

    def predecir(self, X):
        return self.clases[self.probabilidades(X).argmax(axis=1)]
