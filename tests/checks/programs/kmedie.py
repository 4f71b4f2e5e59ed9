# Algorytm k-średnich, własna wersja. fit_predict dostaje centra początkowe z zewnątrz.
import numpy as np


class KSrednich:

    def __init__(self, max_krokow=50, epsilon=1e-9):
        self.max_krokow = max_krokow
        self.epsilon = epsilon

    def odleglosci(self, X, centra):
        return np.sqrt(np.sum((X[np.newaxis, :, :] - centra[:, np.newaxis, :]) ** 2, axis=-1))   # (k, n)

    def przypisz(self, X, centra):
        return np.argmin(self.odleglosci(X, centra), axis=0)

    def nowe_centra(self, X, etykiety, centra):
        wynik = np.array(centra, dtype=float)
        for j in range(len(centra)):
            grupa = X[etykiety == j]
            if grupa.size:
                wynik[j] = grupa.mean(axis=0)
        return wynik

    def fit_predict(self, X, init):
        X = np.asarray(X, dtype=float)
        self.centra = np.array(init, dtype=float)
        self.bledy = []
        for krok in range(self.max_krokow):
            etykiety = self.przypisz(X, self.centra)
            nowe = self.nowe_centra(X, etykiety, self.centra)
            przesuniecie = np.abs(nowe - self.centra).max()
            self.centra = nowe
            self.bledy.append(self.blad(X))
            if przesuniecie < self.epsilon:
                break
        self.etykiety = self.przypisz(X, self.centra)
        return self.etykiety

    def blad(self, X):
        """suma kwadratów odległości do najbliższego centrum"""
        return np.sum(np.min(self.odleglosci(X, self.centra), axis=0) ** 2)


if __name__ == "__main__":
    rng = np.random.default_rng(8)
    X = np.concatenate([rng.normal(m, 0.5, (40, 2)) for m in ([0, 0], [5, 0], [2.5, 4])])
    start = X[rng.choice(len(X), 3, replace=False)]
    model = KSrednich()
    e = model.fit_predict(X, start)
    print("kroki:", len(model.bledy), " bledy:", np.round(model.bledy, 3))
    print(np.bincount(e), model.centra.round(2), sep="\n")
