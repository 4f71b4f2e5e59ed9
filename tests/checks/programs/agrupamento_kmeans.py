# Trabalho 2 - Agrupamento com k-means++ e escolha do número de grupos
import sys
import numpy as np


class KMedias:
    def __init__(self, n_grupos=3, max_iter=200, n_inicios=8, tol=1e-6, semente=None):
        self.n_grupos = n_grupos
        self.max_iter = max_iter
        self.n_inicios = n_inicios
        self.tol = tol
        self.semente = semente

    @staticmethod
    def _dist2(X, C):
        return np.sum((X[:, np.newaxis, :] - C[np.newaxis, :, :]) ** 2, axis=2)

    def _inicio(self, X, sorteio):
        """k-means++: cada novo centro é sorteado com probabilidade proporcional a d^2."""
        C = [X[sorteio.integers(len(X))]]
        while len(C) < self.n_grupos:
            d2 = self._dist2(X, np.array(C)).min(axis=1)
            if d2.sum() == 0:
                C.append(X[sorteio.integers(len(X))])
                continue
            C.append(X[sorteio.choice(len(X), p=d2 / d2.sum())])
        return np.array(C, dtype=float)

    def _uma_vez(self, X, sorteio):
        C = self._inicio(X, sorteio)
        for _ in range(self.max_iter):
            rotulos = self._dist2(X, C).argmin(axis=1)
            novo = C.copy()
            for g in range(self.n_grupos):
                membros = X[rotulos == g]
                if len(membros) > 0:
                    novo[g] = membros.mean(axis=0)
            passo = np.abs(novo - C).max()
            C = novo
            if passo < self.tol:
                break
        d2 = self._dist2(X, C)
        return C, d2.argmin(axis=1), d2.min(axis=1).sum()

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        sorteio = np.random.default_rng(self.semente)
        melhor = None
        for _ in range(self.n_inicios):
            tentativa = self._uma_vez(X, sorteio)
            if melhor is None or tentativa[2] < melhor[2]:
                melhor = tentativa
        self.centros_, self.rotulos_, self.inercia_ = melhor
        return self

    def predict(self, X):
        return self._dist2(np.asarray(X, dtype=float), self.centros_).argmin(axis=1)


def silhueta(X, rotulos):
    """Média de (b - a) / max(a, b)."""
    D = np.sqrt(((X[:, None] - X[None]) ** 2).sum(-1))
    valores = np.zeros(len(X))
    for i in range(len(X)):
        mesmo = rotulos == rotulos[i]
        if mesmo.sum() == 1:
            continue
        a = D[i, mesmo].sum() / (mesmo.sum() - 1)
        b = min(D[i, rotulos == g].mean() for g in np.unique(rotulos) if g != rotulos[i])
        valores[i] = (b - a) / max(a, b)
    return valores.mean()


def pureza(verdade, rotulos):
    total = 0
    for g in np.unique(rotulos):
        total += np.bincount(verdade[rotulos == g]).max()
    return total / len(verdade)


if __name__ == "__main__":
    gerador = np.random.default_rng(10)
    medias = np.array([[0, 0, 0], [6, 2, -4], [-3, 5, 2], [1, -5, 4]])
    verdade = gerador.integers(0, 4, 320)
    dados = medias[verdade] + gerador.normal(0, 1.0, (320, 3))
    print(" k   inercia  silhueta")
    resumo = {}
    for k in range(2, 8):
        modelo = KMedias(k, semente=3).fit(dados)
        resumo[k] = silhueta(dados, modelo.rotulos_)
        print("%2d %9.2f  %.3f" % (k, modelo.inercia_, resumo[k]))
    k = max(resumo, key=resumo.get)
    modelo = KMedias(k, semente=3).fit(dados)
    print("escolhido: k =", k, " pureza: %.3f" % pureza(verdade, modelo.rotulos_))
    if not np.array_equal(modelo.predict(dados), modelo.rotulos_):
        sys.exit("predict e fit discordam")
