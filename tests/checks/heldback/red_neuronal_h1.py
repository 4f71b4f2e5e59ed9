# -*- coding: utf-8 -*-
# Red neuronal de una capa oculta, en un solo archivo, para la clase del jueves.
import numpy as np

azar = np.random.RandomState(42)

# ---------- datos: tres nubes ----------
centros = np.array([[0.0, 0.0], [3.0, 3.0], [0.0, 4.0]])
N_POR_CLASE = 80
datos = np.vstack([c + azar.randn(N_POR_CLASE, 2) * 0.8 for c in centros])
clase = np.repeat([0, 1, 2], N_POR_CLASE)

mezcla = azar.permutation(len(datos))
datos, clase = datos[mezcla], clase[mezcla]
corte = int(0.75 * len(datos))
X_ent, y_ent = datos[:corte], clase[:corte]
X_pru, y_pru = datos[corte:], clase[corte:]

media = X_ent.mean(axis=0)
desv = X_ent.std(axis=0)
X_ent = (X_ent - media) / desv
X_pru = (X_pru - media) / desv

Y_ent = np.eye(3)[y_ent]

# ---------- parametros ----------
ENTRADAS, OCULTAS, SALIDAS = 2, 10, 3
W1 = azar.randn(ENTRADAS, OCULTAS) * np.sqrt(1.0 / ENTRADAS)
b1 = np.zeros(OCULTAS)
W2 = azar.randn(OCULTAS, SALIDAS) * np.sqrt(1.0 / OCULTAS)
b2 = np.zeros(SALIDAS)

TASA = 0.5
EPOCAS = 300
TAM_LOTE = 30


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def adelante(X):
    oculta = np.tanh(X.dot(W1) + b1)
    salida = softmax(oculta.dot(W2) + b2)
    return oculta, salida


def costo(P, Y):
    return -np.mean(np.sum(Y * np.log(np.maximum(P, 1e-12)), axis=1))


def atras(X, Y):
    oculta, P = adelante(X)
    n = len(X)
    d_sal = (P - Y) / n
    gW2 = oculta.T.dot(d_sal)
    gb2 = d_sal.sum(axis=0)
    d_oc = d_sal.dot(W2.T) * (1 - oculta ** 2)
    gW1 = X.T.dot(d_oc)
    gb1 = d_oc.sum(axis=0)
    return gW1, gb1, gW2, gb2


# ---------- entrenamiento ----------
perdidas = []
for epoca in range(EPOCAS):
    orden = azar.permutation(len(X_ent))
    Xm, Ym = X_ent[orden], Y_ent[orden]
    for i in range(0, len(Xm), TAM_LOTE):
        gW1, gb1, gW2, gb2 = atras(Xm[i:i + TAM_LOTE], Ym[i:i + TAM_LOTE])
        W1 -= TASA * gW1
        b1 -= TASA * gb1
        W2 -= TASA * gW2
        b2 -= TASA * gb2
    perdidas.append(costo(adelante(X_ent)[1], Y_ent))
    if epoca % 50 == 0:
        print("epoca %3d  costo %.4f" % (epoca, perdidas[-1]))

# ---------- resultado ----------
pred_ent = np.argmax(adelante(X_ent)[1], axis=1)
pred_pru = np.argmax(adelante(X_pru)[1], axis=1)
print("aciertos entrenamiento: %.1f %%" % (100 * np.mean(pred_ent == y_ent)))
print("aciertos prueba:        %.1f %%" % (100 * np.mean(pred_pru == y_pru)))
