# -*- coding: utf-8 -*-
"""Hauptkomponentenanalyse (PCA) ueber die Singulaerwertzerlegung.

Uebungsblatt 6, Aufgabe 2: Komprimieren und Rekonstruieren von Ziffern.
"""
import numpy as np


class Hauptachsen:
    """Lineare Dimensionsreduktion.

    Parameter
    ---------
    anzahl : int oder float
        Zahl der Achsen; ein Wert in (0, 1) ist der Anteil der Varianz,
        der mindestens erhalten bleiben soll.
    """

    def __init__(self, anzahl=2):
        self.anzahl = anzahl

    def anpassen(self, daten):
        daten = np.asarray(daten, dtype=float)
        n = daten.shape[0]
        self.mittelwert_ = daten.mean(axis=0)
        zentriert = daten - self.mittelwert_

        _, s, vt = np.linalg.svd(zentriert, full_matrices=False)
        varianz = s ** 2 / (n - 1)
        anteil = varianz / varianz.sum()

        if 0 < self.anzahl < 1:
            k = int(np.searchsorted(np.cumsum(anteil), self.anzahl)) + 1
        else:
            k = int(self.anzahl)

        self.achsen_ = vt[:k]
        self.varianz_ = varianz[:k]
        self.varianzanteil_ = anteil[:k]
        return self

    def transformieren(self, daten):
        return (np.asarray(daten, dtype=float) - self.mittelwert_) @ self.achsen_.T

    def anpassen_transformieren(self, daten):
        return self.anpassen(daten).transformieren(daten)

    def ruecktransformieren(self, werte):
        return werte @ self.achsen_ + self.mittelwert_

    def fehler(self, daten):
        """Mittlerer quadratischer Rekonstruktionsfehler je Beispiel."""
        daten = np.asarray(daten, dtype=float)
        differenz = daten - self.ruecktransformieren(self.transformieren(daten))
        return np.mean(np.sum(differenz ** 2, axis=1))


def main():
    from sklearn.datasets import load_digits

    ziffern = load_digits().data
    trainieren, pruefen = ziffern[:1400], ziffern[1400:]

    print("Achsen  Varianz  Fehler (Training)  Fehler (Test)")
    for k in (1, 2, 5, 10, 20, 40):
        modell = Hauptachsen(k).anpassen(trainieren)
        print("%6d  %7.3f  %17.3f  %13.3f" % (
            k, modell.varianzanteil_.sum(), modell.fehler(trainieren), modell.fehler(pruefen)))

    modell = Hauptachsen(0.9).anpassen(trainieren)
    print("90 % der Varianz mit", len(modell.achsen_), "Achsen")


if __name__ == "__main__":
    main()
