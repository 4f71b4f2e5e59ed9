"""Online verzija: jedan primjer po koraku, ciljevi su -1/+1, izlazni sloj tanh, kvadratna pogreska.
Prag je zadnji stupac matrice tezina."""
import numpy as np
from sklearn.datasets import load_iris


class OnlineMreza(object):

    def __init__(self, slojevi, eta=0.02, sjeme=3):
        gen = np.random.default_rng(sjeme)
        self.eta = eta
        self.T = []
        for u, i in zip(slojevi[:-1], slojevi[1:]):
            self.T.append(gen.uniform(-1, 1, (i, u + 1)) / np.sqrt(u + 1))
        self.gen = gen

    @staticmethod
    def s_pragom(a):
        return np.append(a, 1.0)

    def izlaz(self, x):
        a = x
        for T in self.T:
            a = np.tanh(T @ self.s_pragom(a))
        return a

    def pogreska(self, X, C):
        """zbroj po primjerima: 1/2 |c - o|^2"""
        ukupno = 0.0
        for x, c in zip(X, C):
            r = c - self.izlaz(x)
            ukupno += 0.5 * r @ r
        return ukupno

    def popravci(self, x, c):
        """smjer pada pogreske (dakle minus gradijent) za jedan primjer"""
        a = [x]
        for T in self.T:
            a.append(np.tanh(T @ self.s_pragom(a[-1])))
        lokalna = (c - a[-1]) * (1 - a[-1] ** 2)
        rezultat = []
        for l in range(len(self.T) - 1, -1, -1):
            rezultat.insert(0, np.outer(lokalna, self.s_pragom(a[l])))
            if l:
                lokalna = (self.T[l][:, :-1].T @ lokalna) * (1 - a[l] ** 2)
        return rezultat

    def uci(self, X, C, epohe=150):
        tijek = []
        for _ in range(epohe):
            for n in self.gen.permutation(len(X)):
                for T, dT in zip(self.T, self.popravci(X[n], C[n])):
                    T += self.eta * dT
            tijek.append(self.pogreska(X, C))
        return tijek

    def razred(self, X):
        return np.array([int(np.argmax(self.izlaz(x))) for x in X])


if __name__ == '__main__':
    iris = load_iris()
    gen = np.random.default_rng(1)
    red = gen.permutation(150)
    uc, ts = red[:105], red[105:]
    m, s = iris.data[uc].mean(0), iris.data[uc].std(0)
    X = (iris.data - m) / s
    C = -np.ones((150, 3))
    C[np.arange(150), iris.target] = 1
    mreza = OnlineMreza([4, 6, 3])
    tijek = mreza.uci(X[uc], C[uc])
    print('pogreska', tijek[0], '->', tijek[-1])
    print('ucenje', np.mean(mreza.razred(X[uc]) == iris.target[uc]))
    print('test', np.mean(mreza.razred(X[ts]) == iris.target[ts]))
