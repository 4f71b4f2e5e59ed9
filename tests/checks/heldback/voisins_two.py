# -*- coding: utf-8 -*-
"""k plus proches voisins, distances par blocs, votes par bincount."""
import numpy as np


class PlusProchesVoisins:
    def __init__(self, k=5, metrique="euclide", bloc=256):
        self.k = k
        self.metrique = metrique
        self.bloc = bloc

    def ajuster(self, X, etiquettes):
        self.X = np.array(X, dtype=np.float64)
        if not np.all(np.isfinite(self.X)):
            raise ValueError("valeurs manquantes dans X")
        if not 1 <= self.k <= len(self.X):
            raise ValueError("k doit être entre 1 et le nombre d'exemples")
        self.noms, self.codes = np.unique(np.asarray(etiquettes).ravel(), return_inverse=True)
        return self

    def _distances(self, Q):
        if self.metrique == "euclide":
            d2 = np.sum(Q ** 2, axis=1)[:, None] - 2 * Q @ self.X.T + np.sum(self.X ** 2, axis=1)
            return np.sqrt(np.maximum(d2, 0.0))
        if self.metrique == "manhattan":
            return np.sum(np.abs(Q[:, None, :] - self.X[None, :, :]), axis=2)
        raise ValueError(f"métrique inconnue : {self.metrique}")

    def voisins(self, Q):
        Q = np.array(Q, dtype=np.float64)
        if not np.all(np.isfinite(Q)):
            raise ValueError("valeurs manquantes")
        resultat = np.empty((len(Q), self.k), dtype=int)
        for debut in range(0, len(Q), self.bloc):
            d = self._distances(Q[debut:debut + self.bloc])
            resultat[debut:debut + self.bloc] = np.argsort(d, axis=1, kind="stable")[:, :self.k]
        return resultat

    def probabilites(self, Q):
        votes = self.codes[self.voisins(Q)]
        compte = np.array([np.bincount(v, minlength=len(self.noms)) for v in votes])
        return compte / self.k

    def predire(self, Q):
        return self.noms[np.argmax(self.probabilites(Q), axis=1)]

    def justesse(self, Q, etiquettes):
        return np.mean(self.predire(Q) == np.asarray(etiquettes).ravel())


def images(n=600, cote=6, graine=4):
    """Petites images en niveaux de gris (uint8) de trois motifs."""
    g = np.random.default_rng(graine)
    motifs = {2: np.eye(cote), 5: np.fliplr(np.eye(cote)), 9: np.zeros((cote, cote))}
    motifs[9][cote // 2] = 1
    y = g.choice([2, 5, 9], n)
    X = np.array([motifs[c] * 90 + 60 for c in y]) + g.normal(0, 55, (n, cote, cote))
    return np.clip(X, 0, 255).astype(np.uint8).reshape(n, -1), y


def partager(X, y, parts=(0.5, 0.25), graine=8):
    g = np.random.default_rng(graine)
    morceaux = ([], [], [])
    for c in np.unique(y):
        i = g.permutation(np.flatnonzero(y == c))
        a, b = int(parts[0] * len(i)), int(sum(parts) * len(i))
        for m, j in zip(morceaux, (i[:a], i[a:b], i[b:])):
            m.append(j)
    return [(X[np.concatenate(m)], y[np.concatenate(m)]) for m in morceaux]


if __name__ == "__main__":
    X, y = images()
    (Xa, ya), (Xv, yv), (Xt, yt) = partager(X, y)
    essais = {}
    for metrique in ("euclide", "manhattan"):
        for k in (1, 3, 7, 15, 31):
            essais[metrique, k] = PlusProchesVoisins(k, metrique).ajuster(Xa, ya).justesse(Xv, yv)
            print(f"{metrique:10s} k={k:2d}  validation {essais[metrique, k]:.3f}")
    metrique, k = max(essais, key=essais.get)
    final = PlusProchesVoisins(k, metrique).ajuster(Xa, ya)
    print(f"retenu : {metrique}, k={k}, test {final.justesse(Xt, yt):.3f}, "
          f"classe la plus fréquente {max(np.mean(yt == c) for c in np.unique(yt)):.3f}")
