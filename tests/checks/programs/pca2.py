# Hauptkomponentenanalyse, eigene Umsetzung (Uebungsblatt 9)
import numpy as np


class Hauptkomponenten:
    """Daten: Merkmale in den Zeilen, Messungen in den Spalten (d x n).
    Varianz mit 1/n (Grundgesamtheit).  Vorzeichen: groesster Eintrag jeder Achse negativ."""

    def __init__(self, q):
        self.q = q

    def anpassen(self, D):
        D = np.asarray(D, dtype=float)
        self.mittel = D.mean(axis=1, keepdims=True)
        U, s, _ = np.linalg.svd(D - self.mittel, full_matrices=False)
        vorz = np.sign(U[np.abs(U).argmax(axis=0), np.arange(U.shape[1])])
        self.achsen = -(U * vorz)[:, :self.q]
        self.varianz = (s ** 2 / D.shape[1])[:self.q]
        self.gesamt = (s ** 2 / D.shape[1]).sum()
        return self

    def projizieren(self, D):
        return self.achsen.T @ (np.asarray(D, dtype=float) - self.mittel)

    def zurueck(self, T):
        return self.achsen @ T + self.mittel

    def anteil(self):
        return self.varianz / self.gesamt


if __name__ == "__main__":
    from sklearn.datasets import load_wine
    D = load_wine().data.T
    D = D / D.std(axis=1, keepdims=True)
    h = Hauptkomponenten(3).anpassen(D)
    print("Anteile:", np.round(h.anteil(), 3))
    print("Fehler:", np.abs(h.zurueck(h.projizieren(D)) - D).mean())
