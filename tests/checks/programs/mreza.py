"""
Višeslojna mreža (samples are COLUMNS, weights are (izlaz, ulaz)).
Zadatak 3, Strojno ucenje 2021/22
"""
import numpy as np
from sklearn.datasets import load_iris


def sigmoida(z):
    s = np.empty_like(z, dtype=float)
    poz = z >= 0
    s[poz] = 1.0 / (1.0 + np.exp(-z[poz]))
    ez = np.exp(z[~poz])
    s[~poz] = ez / (1.0 + ez)
    return s


def jedan_od_k(y, k):
    Y = np.zeros((k, y.size))
    Y[y, np.arange(y.size)] = 1
    return Y


class Mreza(object):
    """ulaz -> tanh sloj -> sigmoidni izlazi (jedan po klasi), Adam"""

    def __init__(self, n_ulaz, n_skriveni, n_izlaz, alfa=0.01, lam=0.0, sjeme=7):
        gen = np.random.default_rng(sjeme)
        self.W1 = gen.normal(0, 1 / np.sqrt(n_ulaz), (n_skriveni, n_ulaz))
        self.b1 = np.zeros((n_skriveni, 1))
        self.W2 = gen.normal(0, 1 / np.sqrt(n_skriveni), (n_izlaz, n_skriveni))
        self.b2 = np.zeros((n_izlaz, 1))
        self.alfa = alfa
        self.lam = lam
        self.t = 0
        self.m = [0, 0, 0, 0]
        self.v = [0, 0, 0, 0]

    def naprijed(self, X):
        self.X = X
        self.Z1 = self.W1 @ X + self.b1
        self.A1 = np.tanh(self.Z1)
        self.Z2 = self.W2 @ self.A1 + self.b2
        self.A2 = sigmoida(self.Z2)
        return self.A2

    def trosak(self, A, Y):
        N = Y.shape[1]
        eps = 1e-12
        ce = -np.sum(Y * np.log(A + eps) + (1 - Y) * np.log(1 - A + eps)) / N
        return ce + self.lam / (2 * N) * (np.sum(self.W1 ** 2) + np.sum(self.W2 ** 2))

    def natrag(self, Y):
        N = Y.shape[1]
        dZ2 = self.A2 - Y
        dW2 = dZ2 @ self.A1.T / N + self.lam / N * self.W2
        db2 = np.sum(dZ2, axis=1, keepdims=True) / N
        dZ1 = (self.W2.T @ dZ2) * (1 - self.A1 ** 2)
        dW1 = dZ1 @ self.X.T / N + self.lam / N * self.W1
        db1 = np.sum(dZ1, axis=1, keepdims=True) / N
        return dW1, db1, dW2, db2

    def korak(self, gradijenti, b1=0.9, b2=0.999, eps=1e-8):
        self.t += 1
        parametri = [self.W1, self.b1, self.W2, self.b2]
        for i in range(4):
            g = gradijenti[i]
            self.m[i] = b1 * self.m[i] + (1 - b1) * g
            self.v[i] = b2 * self.v[i] + (1 - b2) * g ** 2
            mk = self.m[i] / (1 - b1 ** self.t)
            vk = self.v[i] / (1 - b2 ** self.t)
            parametri[i] -= self.alfa * mk / (np.sqrt(vk) + eps)

    def uci(self, X, Y, epohe=400, ispis=100):
        troskovi = []
        for e in range(epohe):
            A = self.naprijed(X)
            troskovi.append(self.trosak(A, Y))
            self.korak(self.natrag(Y))
            if ispis and e % ispis == 0:
                print('epoha', e, 'trosak', round(troskovi[-1], 4))
        return troskovi

    def predvidi(self, X):
        return np.argmax(self.naprijed(X), axis=0)


def main():
    podaci = load_iris()
    X, y = podaci.data.T, podaci.target
    gen = np.random.default_rng(0)
    p = gen.permutation(y.size)
    Xu, yu = X[:, p[:100]], y[p[:100]]
    Xt, yt = X[:, p[100:]], y[p[100:]]
    sr, st = Xu.mean(axis=1, keepdims=True), Xu.std(axis=1, keepdims=True)
    Xu = (Xu - sr) / st
    Xt = (Xt - sr) / st
    mreza = Mreza(4, 10, 3, alfa=0.02, lam=0.1)
    mreza.uci(Xu, jedan_od_k(yu, 3))
    print('tocnost (ucenje): ', np.mean(mreza.predvidi(Xu) == yu))
    print('tocnost (test):   ', np.mean(mreza.predvidi(Xt) == yt))


if __name__ == '__main__':
    main()
