# Trabalho 1 - Aprendizado de Maquina - classificador dos k vizinhos mais proximos
import numpy as np
from sklearn.datasets import load_wine


class KVizinhos:

    def __init__(self, k=5, metrica="euclidiana", peso="uniforme"):
        if metrica not in ("euclidiana", "manhattan"):
            raise ValueError("metrica desconhecida: " + metrica)
        if peso not in ("uniforme", "distancia"):
            raise ValueError("peso desconhecido: " + peso)
        self.k = k
        self.metrica = metrica
        self.peso = peso

    def treinar(self, X, y):
        self.X = np.array(X, dtype=float)
        self.y = np.array(y)
        self.classes = np.unique(self.y)
        return self

    def distancias(self, ponto):
        dif = self.X - ponto
        if self.metrica == "manhattan":
            return np.sum(np.abs(dif), axis=1)
        return np.sqrt(np.sum(dif ** 2, axis=1))

    def votos(self, ponto):
        d = self.distancias(ponto)
        perto = np.argsort(d, kind="stable")[:self.k]
        total = {c: 0.0 for c in self.classes}
        for i in perto:
            if self.peso == "uniforme":
                total[self.y[i]] += 1.0
            else:
                total[self.y[i]] += 1.0 / (d[i] + 1e-9)
        return total

    def prever_um(self, ponto):
        total = self.votos(ponto)
        melhor, maior = None, -1.0
        for c in self.classes:
            if total[c] > maior:
                melhor, maior = c, total[c]
        return melhor

    def prever(self, X):
        return np.array([self.prever_um(p) for p in np.asarray(X, dtype=float)])

    def acerto(self, X, y):
        return np.mean(self.prever(X) == np.asarray(y))


def dividir(X, y, proporcao=0.3, semente=0):
    rng = np.random.default_rng(semente)
    ordem = rng.permutation(len(y))
    n = int(len(y) * proporcao)
    return X[ordem[n:]], X[ordem[:n]], y[ordem[n:]], y[ordem[:n]]


def escolher_k(X, y, valores, pastas=5, semente=0):
    rng = np.random.default_rng(semente)
    partes = np.array_split(rng.permutation(len(y)), pastas)
    medias = []
    for k in valores:
        notas = []
        for i in range(pastas):
            fora = partes[i]
            dentro = np.concatenate([partes[j] for j in range(pastas) if j != i])
            notas.append(KVizinhos(k).treinar(X[dentro], y[dentro]).acerto(X[fora], y[fora]))
        medias.append(np.mean(notas))
    return valores[int(np.argmax(medias))], medias


if __name__ == "__main__":
    dados = load_wine()
    X = dados.data
    y = np.array(["tipo_" + "abc"[i] for i in dados.target])
    Xtr, Xte, ytr, yte = dividir(X, y)
    media, desvio = Xtr.mean(axis=0), Xtr.std(axis=0)
    Xtr = (Xtr - media) / desvio
    Xte = (Xte - media) / desvio
    k, medias = escolher_k(Xtr, ytr, [1, 3, 5, 7, 9, 15])
    print("validacao cruzada:", np.round(medias, 3), "-> k =", k)
    for peso in ("uniforme", "distancia"):
        modelo = KVizinhos(k, peso=peso).treinar(Xtr, ytr)
        print(peso, "acerto no teste: %.3f" % modelo.acerto(Xte, yte))
