import numpy as np


class kmedias:
    """K-medias con centroides aleatorios dentro del rango de los datos"""

    def __init__(self, k=2, tol=0.0001, maxIter=100, seed=None):
        self.k = k
        self.tol = tol
        self.maxIter = maxIter
        self.seed = seed
        self.centroides = None

    def distancias(self, datos, centroides):
        m = datos.shape[0]
        d = np.zeros((m, self.k))
        for j in range(self.k):
            d[:, j] = np.sqrt(np.sum((datos - centroides[j]) ** 2, axis=1))
        return d

    def entrenar(self, datos):
        m, n = datos.shape
        rng = np.random.RandomState(self.seed)
        minimo, maximo = datos.min(axis=0), datos.max(axis=0)
        viejos = rng.rand(self.k, n) * (maximo - minimo) + minimo
        for it in range(self.maxIter):
            etiquetas = self.distancias(datos, viejos).argmin(axis=1)
            nuevos = np.zeros((self.k, n))
            for j in range(self.k):
                nuevos[j] = datos[etiquetas == j].mean(axis=0)
            error = np.sum(np.abs(nuevos - viejos))
            viejos = nuevos
            if error < self.tol:
                break
        self.centroides = viejos
        self.iteraciones = it + 1
        return self.distancias(datos, self.centroides).argmin(axis=1)

    def predecir(self, datos):
        return self.distancias(datos, self.centroides).argmin(axis=1)

    def suma_cuadrados(self, datos):
        return np.sum(self.distancias(datos, self.centroides).min(axis=1) ** 2)


if __name__ == '__main__':
    rng = np.random.RandomState(0)
    datos = np.vstack([rng.randn(80, 2), rng.randn(80, 2) + [6, 0], rng.randn(80, 2) + [3, 6]])
    modelo = kmedias(k=3, seed=2)
    etiquetas = modelo.entrenar(datos)
    print('iteraciones:', modelo.iteraciones)
    print('centroides:\n', modelo.centroides.round(3))
    print('tamanos:', np.bincount(etiquetas), ' SSE: %.3f' % modelo.suma_cuadrados(datos))
