"""
Algoritmo K-Medias implementado desde cero con NumPy.

Practica 3 - Aprendizaje no supervisado
"""
from abc import ABC, abstractmethod

import numpy as np


class ModeloAgrupamiento(ABC):
    """Clase base de los modelos de agrupamiento."""

    @abstractmethod
    def ajustar(self, X):
        pass

    @abstractmethod
    def predecir(self, X):
        pass

    def ajustar_predecir(self, X):
        self.ajustar(X)
        return self.etiquetas


class KMedias(ModeloAgrupamiento):
    """
    Parametros
    ----------
    n_grupos : numero de grupos
    max_iter : iteraciones maximas por inicio
    tolerancia : desplazamiento minimo de los centroides para seguir
    n_inicios : cuantas veces se repite con centroides distintos
    semilla : semilla del generador
    """

    def __init__(self, n_grupos=3, max_iter=300, tolerancia=1e-4, n_inicios=10, semilla=None):
        self.n_grupos = n_grupos
        self.max_iter = max_iter
        self.tolerancia = tolerancia
        self.n_inicios = n_inicios
        self.semilla = semilla
        self.centroides = None
        self.etiquetas = None
        self.inercia = None

    def _iniciar_centroides(self, X, rng):
        indices = rng.choice(X.shape[0], self.n_grupos, replace=False)
        return X[indices].copy()

    @staticmethod
    def _distancias(X, centroides):
        # (n, 1, d) - (1, k, d) -> (n, k)
        diferencia = X[:, np.newaxis, :] - centroides[np.newaxis, :, :]
        return np.sqrt((diferencia ** 2).sum(axis=2))

    def _asignar(self, X, centroides):
        return np.argmin(self._distancias(X, centroides), axis=1)

    def _actualizar(self, X, etiquetas, centroides):
        nuevos = centroides.copy()
        for g in range(self.n_grupos):
            miembros = X[etiquetas == g]
            if len(miembros) > 0:
                nuevos[g] = miembros.mean(axis=0)
        return nuevos

    def _calcular_inercia(self, X, etiquetas, centroides):
        return np.sum((X - centroides[etiquetas]) ** 2)

    def _un_inicio(self, X, rng):
        centroides = self._iniciar_centroides(X, rng)
        for _ in range(self.max_iter):
            etiquetas = self._asignar(X, centroides)
            nuevos = self._actualizar(X, etiquetas, centroides)
            desplazamiento = np.linalg.norm(nuevos - centroides)
            centroides = nuevos
            if desplazamiento < self.tolerancia:
                break
        etiquetas = self._asignar(X, centroides)
        return centroides, etiquetas, self._calcular_inercia(X, etiquetas, centroides)

    def ajustar(self, X):
        X = np.asarray(X, dtype=float)
        rng = np.random.default_rng(self.semilla)
        mejor = np.inf
        for _ in range(self.n_inicios):
            centroides, etiquetas, inercia = self._un_inicio(X, rng)
            if inercia < mejor:
                mejor = inercia
                self.centroides, self.etiquetas, self.inercia = centroides, etiquetas, inercia
        return self

    def predecir(self, X):
        return self._asignar(np.asarray(X, dtype=float), self.centroides)


if __name__ == "__main__":
    from sklearn.datasets import make_blobs

    X, _ = make_blobs(n_samples=300, centers=4, cluster_std=0.8, random_state=7)

    # metodo del codo
    for k in range(1, 8):
        modelo = KMedias(n_grupos=k, semilla=1).ajustar(X)
        print(f"k = {k}  inercia = {modelo.inercia:.2f}")

    modelo = KMedias(n_grupos=4, semilla=1)
    grupos = modelo.ajustar_predecir(X)
    print("Centroides:\n", modelo.centroides)
    print("Tamanos:", np.bincount(grupos))
