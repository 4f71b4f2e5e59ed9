# k vizinhos sem laco: produto interno em vez de distancia (pontos normalizados),
# empate: vence a classe cujo vizinho mais proximo vem primeiro
import numpy as np
from sklearn.datasets import load_digits


def unitario(X):
    X = np.asarray(X, dtype=float)
    n = np.linalg.norm(X, axis=1, keepdims=True)
    return X / np.where(n == 0, 1, n)


def vizinhos(base, novos, k):
    """indices (n_novos, k), do mais parecido ao menos parecido (cosseno)"""
    semelhanca = unitario(novos) @ unitario(base).T
    return np.argsort(-semelhanca, axis=1, kind="mergesort")[:, :k]


def votar(nomes):
    contagem = {}
    for nome in nomes:
        contagem[nome] = contagem.get(nome, 0) + 1
    return max(contagem, key=contagem.get)


def classificar(base, rotulos, novos, k=3):
    rotulos = np.asarray(rotulos)
    return np.array([votar(linha) for linha in rotulos[vizinhos(base, novos, k)]])


def deixa_um_fora(X, rotulos, k):
    """erro leave-one-out: o proprio ponto e o primeiro da lista e sai"""
    S = unitario(X) @ unitario(X).T
    np.fill_diagonal(S, -np.inf)
    ordem = np.argsort(-S, axis=1, kind="mergesort")[:, :k]
    palpite = np.array([votar(l) for l in np.asarray(rotulos)[ordem]])
    return np.mean(palpite != rotulos)


if __name__ == "__main__":
    d = load_digits()
    nomes = np.array("zero um dois tres quatro cinco seis sete oito nove".split())[d.target]
    treino, teste = np.arange(len(nomes)) % 4 != 0, np.arange(len(nomes)) % 4 == 0
    erros = {k: deixa_um_fora(d.data[treino], nomes[treino], k) for k in (1, 3, 5, 9)}
    print(erros)
    k = min(erros, key=erros.get)
    print("k =", k, "acerto:", np.mean(classificar(d.data[treino], nomes[treino], d.data[teste], k) == nomes[teste]))
