"""Réseau de neurones à une couche cachée, descente de gradient avec inertie.

Entrées : X de forme (n, d).  Cibles : vecteur y de 0 et de 1.
"""
import numpy as np


class Reseau:
    def __init__(self, n_cachees=12, pas=0.2, inertie=0.8, epoques=200, taille_lot=20, graine=0):
        self.n_cachees = n_cachees
        self.pas = pas
        self.inertie = inertie
        self.epoques = epoques
        self.taille_lot = taille_lot
        self.graine = graine

    @staticmethod
    def sigmoide(z):
        return 0.5 * (1 + np.tanh(z / 2))

    def propager(self, X):
        self.H = np.tanh(X @ self.poids[0] + self.biais[0])
        self.score = self.H @ self.poids[1] + self.biais[1]
        return self.sigmoide(self.score)

    def perte(self, X, y):
        self.propager(X)
        z = self.score[:, 0]
        return np.mean(np.logaddexp(0, z) - y * z)

    def retropropager(self, X, y):
        p = self.propager(X)
        delta2 = (p - y.reshape(-1, 1)) / len(y)
        delta1 = (delta2 @ self.poids[1].T) * (1 - self.H ** 2)
        return [X.T @ delta1, self.H.T @ delta2], [delta1.sum(axis=0), delta2.sum(axis=0)]

    def apprendre(self, X, y):
        X = np.array(X, dtype=float)
        y = np.array(y, dtype=float).ravel()
        gen = np.random.default_rng(self.graine)
        self.moyenne, self.ecart = X.mean(axis=0), X.std(axis=0)
        self.ecart[self.ecart == 0] = 1
        X = (X - self.moyenne) / self.ecart
        d = X.shape[1]
        self.poids = [gen.normal(size=(d, self.n_cachees)) / np.sqrt(d),
                      gen.normal(size=(self.n_cachees, 1)) / np.sqrt(self.n_cachees)]
        self.biais = [np.zeros(self.n_cachees), np.zeros(1)]
        vp = [np.zeros_like(w) for w in self.poids]
        vb = [np.zeros_like(b) for b in self.biais]
        self.courbe = []
        for _ in range(self.epoques):
            ordre = gen.permutation(len(X))
            for i in range(0, len(X), self.taille_lot):
                lot = ordre[i:i + self.taille_lot]
                gp, gb = self.retropropager(X[lot], y[lot])
                for k in range(2):
                    vp[k] = self.inertie * vp[k] + (1 - self.inertie) * gp[k]
                    vb[k] = self.inertie * vb[k] + (1 - self.inertie) * gb[k]
                    self.poids[k] = self.poids[k] - self.pas * vp[k]
                    self.biais[k] = self.biais[k] - self.pas * vb[k]
            self.courbe.append(self.perte(X, y))
        return self

    def probabilite(self, X):
        X = (np.asarray(X, dtype=float) - self.moyenne) / self.ecart
        return self.propager(X).ravel()

    def predire(self, X):
        return (self.probabilite(X) >= 0.5).astype(int)


def exactitude(y, y_predit):
    return float(np.mean(np.asarray(y) == np.asarray(y_predit)))


if __name__ == "__main__":
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    melange = np.random.default_rng(1).permutation(len(y))
    X, y = X[melange], y[melange]
    reseau = Reseau().apprendre(X[:400], y[:400])
    print("perte finale : %.4f" % reseau.courbe[-1])
    print("exactitude (apprentissage) : %.3f" % exactitude(y[:400], reseau.predire(X[:400])))
    print("exactitude (test) : %.3f" % exactitude(y[400:], reseau.predire(X[400:])))
