# k vizinhos mais proximos com validacao cruzada (iris)
# normalizacao feita dentro de cada dobra

import numpy as np
from sklearn.datasets import load_iris

SEMENTE = 13


def dobras_estratificadas(rotulos, n_dobras, semente):
    gerador = np.random.default_rng(semente)
    dobra = np.empty(len(rotulos), dtype=int)
    for classe in np.unique(rotulos):
        onde = gerador.permutation(np.where(rotulos == classe)[0])
        dobra[onde] = np.arange(len(onde)) % n_dobras
    return dobra


def separar_teste(X, y, fracao, semente):
    gerador = np.random.default_rng(semente)
    teste = np.zeros(len(y), dtype=bool)
    for classe in np.unique(y):
        onde = gerador.permutation(np.where(y == classe)[0])
        teste[onde[:int(fracao * len(onde))]] = True
    return X[~teste], y[~teste], X[teste], y[teste]


class Normalizador:
    def ajustar(self, X):
        self.minimo = X.min(axis=0)
        amplitude = X.max(axis=0) - self.minimo
        self.amplitude = np.where(amplitude == 0, 1.0, amplitude)
        return self

    def aplicar(self, X):
        return (X - self.minimo) / self.amplitude


class KVizinhos:
    def __init__(self, k=5, ponderado=False):
        self.k = k
        self.ponderado = ponderado

    def treinar(self, X, y):
        self.X = np.array(X, dtype=float)
        self.y = np.array(y)
        self.classes = np.unique(self.y)
        return self

    def _um(self, x):
        dist = np.sqrt(np.sum((self.X - x) ** 2, axis=1))
        perto = np.argsort(dist, kind="stable")[:self.k]
        pesos = 1.0 / (dist[perto] + 1e-9) if self.ponderado else np.ones(len(perto))
        votos = [pesos[self.y[perto] == c].sum() for c in self.classes]
        return self.classes[int(np.argmax(votos))]

    def prever(self, X):
        return np.array([self._um(x) for x in np.asarray(X, dtype=float)])


def acuracia(y, previsto):
    return np.mean(np.asarray(y) == np.asarray(previsto))


def validacao_cruzada(X, y, k, ponderado, n_dobras=5):
    dobra = dobras_estratificadas(y, n_dobras, SEMENTE)
    notas = []
    for i in range(n_dobras):
        treino, valida = dobra != i, dobra == i
        norm = Normalizador().ajustar(X[treino])
        modelo = KVizinhos(k, ponderado).treinar(norm.aplicar(X[treino]), y[treino])
        notas.append(acuracia(y[valida], modelo.prever(norm.aplicar(X[valida]))))
    return np.mean(notas), np.std(notas)


if __name__ == "__main__":
    iris = load_iris()
    nomes = iris.target_names[iris.target]
    X, y, X_teste, y_teste = separar_teste(iris.data, nomes, 0.3, SEMENTE)

    resultados = {}
    for ponderado in (False, True):
        for k in (1, 3, 5, 7, 9, 11, 15):
            media, desvio = validacao_cruzada(X, y, k, ponderado)
            resultados[(k, ponderado)] = media
            print(f"k={k:2d} ponderado={ponderado!s:5s} acuracia={media:.3f} +- {desvio:.3f}")

    melhor_k, melhor_p = max(resultados, key=resultados.get)
    norm = Normalizador().ajustar(X)
    final = KVizinhos(melhor_k, melhor_p).treinar(norm.aplicar(X), y)
    previsto = final.prever(norm.aplicar(X_teste))
    print("melhor:", melhor_k, "ponderado" if melhor_p else "simples")
    print("acuracia no teste:", round(acuracia(y_teste, previsto), 3))
    for nome in np.unique(y_teste):
        print("  ", nome, np.mean(previsto[y_teste == nome] == nome).round(3))
