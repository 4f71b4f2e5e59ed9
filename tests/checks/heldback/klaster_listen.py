"""Kundengruppen finden - k-Means ohne Vektorrechnung, fuer die elfte Klasse."""
import math
import random


def quadrat_abstand(p, q):
    return sum((a - b) ** 2 for a, b in zip(p, q))


def schwerpunkt(punkte):
    anzahl = len(punkte)
    return tuple(sum(koordinate) / anzahl for koordinate in zip(*punkte))


def naechster(p, zentren):
    bester, kleinster = 0, math.inf
    for nummer, zentrum in enumerate(zentren):
        abstand = quadrat_abstand(p, zentrum)
        if abstand < kleinster:
            bester, kleinster = nummer, abstand
    return bester


def startzentren(punkte, k, zufall):
    """k verschiedene Punkte"""
    verschiedene = sorted(set(punkte))
    if k > len(verschiedene):
        raise ValueError("so viele verschiedene Punkte gibt es nicht")
    return zufall.sample(verschiedene, k)


def k_means(punkte, k, runden=100, saat=0):
    """liefert (zentren, gruppe je Punkt, Fehlerquadratsumme)"""
    punkte = [tuple(float(x) for x in p) for p in punkte]
    if any(math.isnan(x) for p in punkte for x in p):
        raise ValueError("fehlende Werte")
    zufall = random.Random(saat)
    zentren = startzentren(punkte, k, zufall)
    for _ in range(runden):
        gruppen = [[] for _ in range(k)]
        for p in punkte:
            gruppen[naechster(p, zentren)].append(p)
        neue = []
        for alt, gruppe in zip(zentren, gruppen):
            neue.append(schwerpunkt(gruppe) if gruppe else alt)
        fertig = neue == zentren
        zentren = neue
        if fertig:
            break
    nummern = [naechster(p, zentren) for p in punkte]
    fehler = sum(quadrat_abstand(p, zentren[g]) for p, g in zip(punkte, nummern))
    return zentren, nummern, fehler


def bester_lauf(punkte, k, laeufe=8, saat=0):
    ergebnisse = [k_means(punkte, k, saat=saat + i) for i in range(laeufe)]
    return min(ergebnisse, key=lambda e: e[2])


def kunden(saat=42):
    zufall = random.Random(saat)
    mitten = [(25, 300), (45, 1200), (62, 500), (33, 2100)]
    return [(zufall.gauss(alter, 4), zufall.gauss(umsatz, 120)) for alter, umsatz in mitten for _ in range(40)]


def einheitlich(punkte):
    """jede Spalte auf Mittel 0 und Streuung 1"""
    spalten = []
    for spalte in zip(*punkte):
        mittel = sum(spalte) / len(spalte)
        streuung = math.sqrt(sum((x - mittel) ** 2 for x in spalte) / len(spalte)) or 1.0
        spalten.append([(x - mittel) / streuung for x in spalte])
    return list(zip(*spalten))


if __name__ == "__main__":
    daten = einheitlich(kunden())
    for k in range(1, 8):
        zentren, nummern, fehler = bester_lauf(daten, k)
        groessen = [nummern.count(g) for g in range(k)]
        print(f"k={k}  Fehler {fehler:8.3f}  Groessen {groessen}")
