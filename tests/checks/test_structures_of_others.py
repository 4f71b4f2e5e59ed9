"""Neighbours, clusters, components and metrics as others lay them out: right ones stay silent, one changed line is seen."""

import pytest

VOTES = """
import numpy as np


def apart(u, v):
    total = 0
    for j in range(len(u)):
        total += (u[j] - v[j]) ** 2
    return np.sqrt(total)


def closest(p, table, k):
    order = np.argsort([apart(p, row) for row in table])
    return order[:k]


def tell(found, kinds):
    counts = [np.count_nonzero(found == kind) for kind in kinds]
    return kinds[int(np.argmax(counts))]


def weigh(found, lengths, kinds):
    sums = [sum(1 / (lengths[i] + 1e-9) for i in range(len(found)) if found[i] == kind) for kind in kinds]
    return kinds[int(np.argmax(sums))]


def knn_plain(p, table, outcome, classes, k):
    return tell(outcome[closest(p, table, k)], classes)


def knn_weighed(p, table, outcome, classes, k):
    near = closest(p, table, k)
    return weigh(outcome[near], [apart(p, table[i]) for i in near], classes)
"""


def codes(result):
    return {finding.code: finding.function for finding in result.findings if finding.severity != "remark"}


def test_a_query_called_p_a_list_of_classes_and_two_votes(judge, errors):
    assert not errors(judge(VOTES))
    assert codes(judge(VOTES.replace("order[:k]", "order[-k:]")))["SW-K1"] == "closest"
    assert codes(judge(VOTES.replace("1 / (lengths[i] + 1e-9)", "lengths[i]")))["SW-K5"] == "weigh"


CHOSEN = """
import numpy as np


class Nachbarn:
    def __init__(self, n_neighbors, gewicht="gleich", metric_exponent=2):
        self.n_neighbors, self.gewicht, self.metric_exponent = n_neighbors, gewicht, metric_exponent

    def _gleich(self, order):
        return np.ones(self.n_neighbors)

    def _rang(self, order):
        return np.array([1 - i / self.n_neighbors for i in range(self.n_neighbors)])

    def fit(self, X, y):
        self.X, self.y, self.kinds = np.array(X), np.array(y), np.unique(y)

    def predict(self, X):
        return np.array([self._one(row) for row in X])

    def _one(self, row):
        away = np.array([np.linalg.norm(row - other, self.metric_exponent) for other in self.X])
        near = np.argsort(away)[: self.n_neighbors]
        weights = self._regeln[self.gewicht](self, near)
        return self.kinds[np.argmax([weights[self.y[near] == kind].sum() for kind in self.kinds])]

    _regeln = {"gleich": _gleich, "gewichtet": _rang}
"""


def test_votes_in_a_table_of_words_and_an_exponent_of_any_name(judge, errors):
    assert not errors(judge(CHOSEN))
    assert "SW-T2" in codes(judge(CHOSEN.replace(", self.metric_exponent) for", ") for")))
    assert "SW-K5" in codes(judge(CHOSEN.replace("1 - i / self.n_neighbors for", "i / self.n_neighbors for")))


GROUPS = """
import numpy as np


class Grupos:
    \"\"\"k-means\"\"\"

    def __init__(self, k, vueltas=300):
        self.k, self.vueltas = k, vueltas

    def etiquetas(self, datos, centroides):
        table = ((datos[:, None] - centroides[None]) ** 2).sum(axis=2)
        return table.argmin(axis=1), table.min(axis=1).sum()

    def nuevos(self, datos, cual):
        made = []
        for j in range(self.k):
            suyos = datos[cual == j] if (cual == j).any() else datos[[0]]
            made.append(suyos.mean(axis=0))
        return np.array(made)

    def agrupar(self, datos, centroides, tol, max_iter):
        cual, antes = self.etiquetas(datos, centroides)
        for _ in range(max_iter):
            centroides = self.nuevos(datos, cual)
            cual, coste = self.etiquetas(datos, centroides)
            if abs(antes - coste) <= tol:
                break
            antes = coste
        return coste, cual, centroides
"""


def test_the_method_that_runs_is_not_taken_for_the_one_that_assigns(judge, errors):
    assert not errors(judge(GROUPS))
    assert codes(judge(GROUPS.replace("suyos.mean(axis=0)", "suyos.mean()")))["SW-M5"] == "nuevos"


ON_FRAMES = """
import numpy as np
import pandas as pd


class Klaster:
    @staticmethod
    def jarak(a, b):
        return sum((p - q) ** 2 for p, q in zip(a, b)) ** 0.5

    @staticmethod
    def kelompokkan(data, centroids):
        groups = {}
        for i, row in data.iterrows():
            near = int(np.argmin([Klaster.jarak(row.values, c) for c in centroids]))
            groups.setdefault(near, []).append(i)
        return groups

    def jalankan(self, data, k, max_iter=100):
        centroids = data.iloc[np.random.choice(len(data), size=k, replace=False)].values
        for _ in range(max_iter):
            groups = Klaster.kelompokkan(data, centroids)
            moved = np.array([data.loc[groups[j]].mean().values if j in groups else centroids[j] for j in range(k)])
            if np.array_equal(moved, centroids):
                break
            centroids = moved
        return centroids, groups
"""


def test_clusters_of_a_frame(judge, errors):
    right = judge(ON_FRAMES)
    assert not errors(right)
    assert {"SW-M5", "SW-K2"} <= set(right.passed)
    assert "SW-K2" in codes(judge(ON_FRAMES.replace("zip(a, b)", "zip(a[1:], b[1:])")))
    assert "SW-M5" in codes(judge(ON_FRAMES.replace("data.loc[groups[j]].mean()", "data.mean()")))


NUMBERED = """
import numpy as np


class Kmeans:
    def __init__(self, N):
        self.N = N
        self.rng = np.random.default_rng()

    def entrenar(self, x):
        self.centros = x[self.rng.choice(len(x), self.N, replace=False)].astype(float)
        while True:
            cual = np.array([((x - c) ** 2).sum(axis=1) for c in self.centros]).argmin(axis=0)
            moved = np.array([x[cual == j].mean(axis=0) if (cual == j).any() else self.centros[j] for j in range(self.N)])
            if np.allclose(moved, self.centros):
                return self.centros
            self.centros = moved
"""


def test_the_number_of_clusters_is_called_n(judge, errors):
    right = judge(NUMBERED)
    assert not errors(right)
    assert "SW-M5" in right.passed
    assert "SW-M5" in codes(judge(NUMBERED.replace(".mean(axis=0) if", ".mean() if")))


SHARE = """
import math
import numpy as np


def pca(X, confianza):
    mean = np.mean(X, 0)
    phi = X - mean
    vectors, sigma, _ = np.linalg.svd(phi.T, full_matrices=False)
    values = sigma * sigma
    order = np.argsort(-values)
    values, vectors = values[order], vectors[:, order]
    k = 0
    while np.sum(values[:k]) / np.sum(values) < confianza:
        k = k + 1
    return k, values, vectors[:, :k], phi, mean


def euclidian(x, y):
    z = y - x
    return math.sqrt(sum(z**2))
"""


def test_components_by_their_share_of_the_variance(judge, errors):
    right = judge(SHARE)
    assert not errors(right)
    assert "SW-C1" in right.passed
    assert "SW-C1" in codes(judge(SHARE.replace("phi = X - mean", "phi = X - np.mean(X)")))
    assert codes(judge(SHARE.replace("sum(z**2)", "sum(z)**2")))["SW-K2"] == "euclidian"


THERE_AND_BACK = """
import numpy as np


def featureNormalize(X):
    mu, sigma = X.mean(axis=0), X.std(axis=0)
    return (X - mu) / sigma, mu, sigma


def unnormalize(Z, mu, sigma):
    return Z * sigma + mu


def pca(X):
    U, S, V = np.linalg.svd(X.T @ X / len(X))
    return U, S


def projectData(X, U, K):
    return X @ U[:, :K]


def recoverData(Z, U, K):
    return Z @ U[:, :K].T
"""


def test_the_ways_back(judge, errors):
    assert not errors(judge(THERE_AND_BACK))
    assert codes(judge(THERE_AND_BACK.replace("Z * sigma + mu", "Z * sigma")))["SW-C6"] == "unnormalize"
    assert codes(judge(THERE_AND_BACK.replace("Z @ U[:, :K].T", "Z @ U[:K, :]")))["SW-C4"] == "recoverData"


PERCENT = """
import numpy as np


def acc(y, a2):
    guess = np.argmax(a2, axis=0)
    return np.sum(y == guess) / y.size * 100
"""


def test_an_accuracy_in_percent_of_scores_that_stand_in_columns(judge, errors):
    assert not errors(judge(PERCENT))
    assert "SW-E90" in codes(judge(PERCENT.replace("y.size * 100", "(y.size + 3) * 100")))


IN_COLUMNS = """
import numpy as np


def assign_xs(xs, mus):
    d = ((xs[:, :, None] - mus[:, None, :]) ** 2).sum(axis=0)
    return np.argmin(d, axis=1)


def compute_mus(xs, z, mus):
    new = mus.copy()
    for c in range(mus.shape[1]):
        if (z == c).any():
            new[:, c] = xs[:, z == c].mean(axis=1)
    return new


def distortion(xs, z, mus):
    return ((xs - mus[:, z]) ** 2).sum()


def kmeans(xs, k, max_iter=200, seed=0):
    mus = xs[:, np.random.default_rng(seed).choice(xs.shape[1], k, replace=False)].astype(float)
    z = assign_xs(xs, mus)
    for _ in range(max_iter):
        mus = compute_mus(xs, z, mus)
        new = assign_xs(xs, mus)
        if np.array_equal(new, z):
            break
        z = new
    return z, mus
"""


def test_clusters_of_samples_in_columns(judge, errors):
    right = judge(IN_COLUMNS)
    assert not errors(right)
    assert {"SW-K1", "SW-M5", "SW-M6"} <= set(right.passed)
    assert codes(judge(IN_COLUMNS.replace("np.argmin(d", "np.argmax(d")))["SW-K1"] == "assign_xs"
    assert codes(judge(IN_COLUMNS.replace("mean(axis=1)", "mean()")))["SW-M5"] == "compute_mus"


FACES = """
import numpy as np


class PCA:
    def __init__(self, n_components):
        self.k = n_components

    def fit(self, faces):
        self.mean = faces.mean(axis=1)
        delta = faces - self.mean.reshape(-1, 1)
        values, V = np.linalg.eigh(delta.T @ delta / (delta.shape[1] - 1))
        order = np.argsort(values)[::-1][: self.k]
        U = delta @ V[:, order]
        self.axes = (U / np.linalg.norm(U, axis=0)).T
        return self

    def transform(self, faces):
        return self.axes @ (faces - self.mean.reshape(-1, 1))
"""


def test_components_of_samples_in_columns(judge, errors):
    right = judge(FACES)
    assert not errors(right)
    assert {"SW-C1", "SW-C2", "SW-P2"} <= set(right.passed)
    own_mean = FACES.replace("(faces - self.mean.reshape(-1, 1))", "(faces - faces.mean(axis=1, keepdims=True))")
    assert codes(judge(own_mean))["SW-P2"] == "transform"


TWO_ANSWERS = """
import numpy as np


class KNN:
    def __init__(self, k=3):
        self.k = k

    def fit(self, X, y):
        self.X, self.y = X, y

    def vote(self, near):
        labels = list(self.y[near])
        return max(sorted(set(labels)), key=labels.count)

    def predict_euclid(self, X):
        table = np.sqrt(((X[:, None] - self.X[None]) ** 2).sum(axis=2))
        return np.array([self.vote(np.argsort(row, kind="stable")[: self.k]) for row in table])

    def predict_taxi(self, X):
        table = np.abs(X[:, None] - self.X[None]).sum(axis=2)
        return np.array([self.vote(np.argsort(row, kind="stable")[0 : self.k]) for row in table])
"""


def test_each_method_that_answers_is_asked(judge, errors):
    assert not errors(judge(TWO_ANSWERS))
    assert codes(judge(TWO_ANSWERS.replace("[0 : self.k]", "[-self.k :]")))["SW-K1"] == "predict_taxi"


PARTS = """
import numpy as np


def split(samples, labels, val=0.25, seed=42):
    rng = np.random.RandomState(seed)
    train, rest = [], []
    for kind in range(4):
        rows = np.where(labels == kind)[0]
        rng.shuffle(rows)
        cut = int(len(rows) * val)
        rest.extend(rows[:cut])
        train.extend(rows[cut:])
    return (samples[train], labels[train]), (samples[rest], labels[rest])


def kfold_split(D, L, k=5, seed=0):
    order = np.random.RandomState(seed).permutation(D.shape[1])
    D, L = D[:, order], L[order]
    cuts = [i * D.shape[1] // k for i in range(k + 1)]
    return [D[:, a:b] for a, b in zip(cuts, cuts[1:])], [L[a:b] for a, b in zip(cuts, cuts[1:])]
"""


def test_parts_however_they_are_handed_back(judge, errors):
    right = judge(PARTS)
    assert not errors(right)
    assert {"SW-D3", "SW-D8"} <= set(right.passed)
    assert codes(judge(PARTS.replace("labels[rest])", "labels[sorted(rest)])")))["SW-D8"] == "split"
    assert codes(judge(PARTS.replace("train.extend(rows[cut:])", "train.extend(rows)")))["SW-D3"] == "split"
    assert codes(judge(PARTS.replace("D, L = D[:, order], L[order]", "D = D[:, order]")))["SW-D8"] == "kfold_split"


SCORED = """
import numpy as np


def confusion_matrix(true, pred):
    labels = np.unique(np.concatenate((true, pred)))
    return np.array([[np.sum((true == a) & (pred == b)) for b in labels] for a in labels])


def class_scores(CM):
    TP = CM.diagonal().astype(float)
    FP = CM.sum(axis=0) - TP
    FN = CM.sum(axis=1) - TP
    precision = TP / (TP + FP)
    recall = TP / (TP + FN)
    return precision, recall


def cluster_distortion(X, z):
    total = 0.0
    for c in np.unique(z):
        total += ((X[z == c] - X[z == c].mean(axis=0)) ** 2).sum()
    return total
"""


def test_several_metrics_of_a_table_and_the_cost_of_a_clustering(judge, errors):
    right = judge(SCORED)
    assert not errors(right)
    assert {"SW-E7", "SW-M6"} <= set(right.passed)
    assert codes(judge(SCORED.replace("FP = CM.sum(axis=0)", "FP = CM.sum(axis=1)")))["SW-E7"] == "class_scores"
    unsquared = SCORED.replace(
        "((X[z == c] - X[z == c].mean(axis=0)) ** 2).sum()",
        "np.linalg.norm(X[z == c] - X[z == c].mean(axis=0), axis=1).sum()",
    )
    assert codes(judge(unsquared))["SW-M6"] == "cluster_distortion"


LISTS = """
import math


def apart(x, y):
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(x, y)))


def kmeans(vectors, k, iter=300):
    centroids = [list(v) for v in vectors[:k]]
    for _ in range(iter):
        clusters = [[] for _ in range(k)]
        for v in vectors:
            away = [apart(v, c) for c in centroids]
            clusters[away.index(min(away))].append(v)
        moved, new = False, []
        for c, members in zip(centroids, clusters):
            mean = [sum(m[i] for m in members) / len(members) for i in range(len(c))] if members else list(c)
            if apart(c, mean) > 1e-3:
                moved = True
            new.append(mean)
        centroids = new
        if not moved:
            break
    return centroids
"""


def test_one_center_that_rests_does_not_end_the_rounds(judge, errors):
    assert not errors(judge(LISTS))
    last = LISTS.replace(
        "            if apart(c, mean) > 1e-3:\n                moved = True\n",
        "            moved = apart(c, mean) > 1e-3\n",
    )
    assert "SW-T13" in codes(judge(last))


def test_a_scaler_is_no_encoder(judge, errors):
    scaler = """
    import numpy as np

    class Running:
        def fit(self, X):
            X = np.atleast_2d(np.asarray(X, dtype=float))
            self.mean, self.std = X.mean(axis=0), np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0)
            return self

        def transform(self, X):
            return (np.asarray(X, dtype=float) - self.mean) / self.std
    """
    assert "SW-D91" not in errors(judge(scaler))


FACE_SPACE = """
import numpy as np


class NN:
    def train(self, faces, labels, k_componenents):
        self.labels = labels
        self.mean_face = np.mean(faces, axis=0)
        axes = np.linalg.svd(np.cov(faces.T))[2]
        self.eigenfaces = axes[:k_componenents]
        self.places = self.in_face_space(faces)

    def in_face_space(self, faces):
        return (faces - self.mean_face) @ self.eigenfaces.T

    def reconstructed_faces(self, faces):
        return self.mean_face + self.in_face_space(faces) @ self.eigenfaces

    def test(self, faces):
        away = np.linalg.norm(self.in_face_space(faces)[:, None] - self.places[None], axis=2)
        return self.labels[away.argmin(axis=1)]
"""


def test_components_inside_a_recogniser_that_is_called_nn(judge, errors):
    right = judge(FACE_SPACE)
    assert not errors(right)
    assert {"SW-C1", "SW-C4", "SW-C6", "SW-P2"} <= set(right.passed)
    forgotten = FACE_SPACE.replace("return self.mean_face + self.in_face_space", "return self.in_face_space")
    assert codes(judge(forgotten))["SW-C6"] == "reconstructed_faces"
    own_mean = FACE_SPACE.replace("(faces - self.mean_face) @", "(faces - faces.mean(axis=0)) @")
    assert codes(judge(own_mean))["SW-P2"] == "in_face_space"


SCALES = """
import numpy as np


class KNN:
    def fit(self, X, y):
        self.means, self.stds = X.mean(axis=0), X.std(axis=0)
        self.X, self.y = (X - self.means) / self.stds, y

    def predict(self, one, k):
        one = (one - self.means) / self.stds
        order = np.argsort([np.sqrt(((row - one) ** 2).sum()) for row in self.X])
        kinds, counts = np.unique(self.y[order[0:k]], return_counts=True)
        return kinds[np.argmax(counts)]
"""


def test_the_query_of_scaled_rows_is_scaled_like_them(judge, errors):
    assert not errors(judge(SCALES))
    own = SCALES.replace("one = (one - self.means) / self.stds", "one = (one - one.mean()) / one.std()")
    assert codes(judge(own))["SW-P2"] == "predict"
    assert "SW-P11" in codes(judge(SCALES.replace("one = (one - self.means) / self.stds", "one = one * 1.0")))
    assert "SW-K1" in codes(judge(SCALES.replace("order[0:k]", "order[-k:]")))


def test_more_axes_than_the_share_needs_are_seen(judge):
    assert "SW-C2" in codes(judge(SHARE.replace("np.argsort(-values)", "np.argsort(values)")))


DESCENT = """
import numpy as np

x, y = np.meshgrid(np.arange(8.0), np.arange(8.0))
center = 3.5
dist = np.sqrt((x - center) ** 2 + (y - center) ** 2).ravel()
X = np.load("coordinates.npy")
t = (dist < 3).astype(float)[:, None]
rng = np.random.default_rng(0)
W1, W2 = rng.normal(size=(3, 6)), rng.normal(size=(6, 1))
for _ in range(50):
    h = np.tanh(X @ W1)
    error = h @ W2 - t
    dW2 = h.T @ error / len(X)
    dW1 = X.T @ (error @ W2.T * (1 - h**2)) / len(X)
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""


def test_a_network_that_measures_distances_is_no_clustering(judge, errors):
    result = judge(DESCENT)
    assert not errors(result)
    assert not any(entry.role.startswith("kmeans") for entry in result.recognised)


RIGHTFUL = {
    "a sigmoid of LeCun's": "import numpy as np\n\ndef sigmoid(z):\n    return 1.7159 * np.tanh(2 / 3 * z)\n",
    "a ranked metric": "import numpy as np\n\ndef average_precision(y_true, scores):\n    order = np.argsort(-np.asarray(scores), kind='stable')\n"
    "    hits = np.asarray(y_true)[order]\n    ranks = np.arange(1, len(hits) + 1)\n    return float((np.cumsum(hits) / ranks * hits).sum() / hits.sum())\n",
    "answers of yes and no": "import numpy as np\n\nclass KNNClassifier:\n    def __init__(self, k, X, y):\n        self.k, self.X, self.y = k, X, y\n\n"
    "    def predict(self, Q):\n        d = np.sqrt(((Q[:, None] - self.X) ** 2).sum(axis=2))\n        near = np.argsort(d, axis=1)[:, : self.k]\n"
    "        return self.y[near].sum(axis=1) > self.k / 2\n",
}


@pytest.mark.parametrize("name", RIGHTFUL)
def test_rightful_forms_are_without_an_error(judge, errors, name):
    assert not errors(judge(RIGHTFUL[name]))


BY_A_TABLE = """
import numpy as np

def all_distances(known, asked):
    table = np.zeros((len(asked), len(known)))
    for i, one in enumerate(asked):
        for j, other in enumerate(known):
            table[i, j] = np.linalg.norm(one - other)
    return table

def predict_marks(k, marks, table):
    said = []
    for row in np.argsort(table, axis=1):
        names, counts = np.unique(marks[row[:k]], return_counts=True)
        said.append(names[counts.argmax()])
    return np.array(said)
"""


def test_votes_by_a_table_of_distances(judge, errors):
    assert not errors(judge(BY_A_TABLE, kind="knn"))
    wrong = BY_A_TABLE.replace("argsort(table, axis=1)", "argsort(-table, axis=1)")
    assert "SW-K1" in {finding.code for finding in judge(wrong, kind="knn").findings}


HANDED = """
import numpy as np

def nearest(X, centroids):
    return np.argmin(((X[:, None] - centroids) ** 2).sum(axis=2), axis=1)

def middles(X, idx, K):
    return np.array([X[idx == i].mean(axis=0) if (idx == i).any() else X[i] for i in range(K)])

def runkMeans(X, centroids, nearest, middles, max_iters=30):
    for _ in range(max_iters):
        idx = nearest(X, centroids)
        centroids = middles(X, idx, len(centroids))
    idx = nearest(X, centroids)
    return centroids, idx
"""


def test_functions_that_are_handed_over_by_their_own_names(judge, errors):
    assert not errors(judge(HANDED, kind="kmeans"))
    wrong = HANDED.replace("    idx = nearest(X, centroids)\n    return", "    return")
    assert "SW-M4" in {finding.code for finding in judge(wrong, kind="kmeans").findings}
