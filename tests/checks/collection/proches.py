# TP2 - k plus proches voisins
import numpy as np


def matrice_distances(A, B):
    """Distances euclidiennes entre les lignes de A et celles de B."""
    A = np.asarray(A, dtype=float)
    B = np.asarray(B, dtype=float)
    if np.isnan(A).any() or np.isnan(B).any():
        raise ValueError("valeurs manquantes")
    return np.linalg.norm(A[:, None, :] - B[None, :, :], axis=2)


def plus_proches(distances, k):
    ordre = np.argsort(distances, axis=1, kind="mergesort")
    return ordre[:, -k:]


def vote(etiquettes, poids=None):
    """Etiquette la plus lourde; en cas d'egalite la plus petite."""
    meilleure, total_max = None, -np.inf
    for e in np.unique(etiquettes):
        total = np.sum(etiquettes == e) if poids is None else np.sum(poids[etiquettes == e])
        if total > total_max:
            meilleure, total_max = e, total
    return meilleure


def predire(X_app, y_app, X_test, k=3, ponderer=False):
    D = matrice_distances(X_test, X_app)
    y_app = np.asarray(y_app)
    resultat = []
    for ligne, indices in zip(D, plus_proches(D, k)):
        poids = 1.0 / (ligne[indices] + 1e-9) if ponderer else None
        resultat.append(vote(y_app[indices], poids))
    return np.array(resultat)


def taux_reussite(y, y_pred):
    return float(np.mean(np.ravel(y) == np.ravel(y_pred)))
