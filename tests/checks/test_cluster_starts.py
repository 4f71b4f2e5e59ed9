"""Several starts of a k-means: the function that makes them is asked, whatever it is called."""

import pytest

STARTS = """
import numpy as np


def run_once(X, centers, rounds=50):
    C = centers
    for _ in range(rounds):
        labels = ((X[:, None] - C[None]) ** 2).sum(axis=2).argmin(axis=1)
        C = np.array([X[labels == j].mean(axis=0) if (labels == j).any() else C[j] for j in range(len(C))])
    d = ((X[:, None] - C[None]) ** 2).sum(axis=2)
    return C, d.argmin(axis=1), d.min(axis=1).sum()


def NAME(X, k, tries=5, seed=0):
    rng = np.random.RandomState(seed)
    found = [run_once(X, X[rng.permutation(len(X))[:k]].astype(float)) for _ in range(tries)]
    costs = [one[2] for one in found]
    return found[int(np.argmin(costs))]
"""


@pytest.mark.parametrize("name", ["best_of", "kmeans", "repeated_lloyd"])
def test_the_best_of_several_starts(judge, errors, name):
    text = STARTS.replace("NAME", name)
    assert not errors(judge(text))
    last = judge(text.replace("found[int(np.argmin(costs))]", "found[-1]"))
    assert ("SW-T9", name) in {(entry.code, entry.function) for entry in last.findings}
    deaf = judge(text.replace("range(tries)", "range(1)"))
    assert ("SW-T2", name) in {(entry.code, entry.function) for entry in deaf.findings}


GROUPS = """
import numpy as np


class Agrupador:
    def __init__(self, n_grupos=3, n_inicios=5, semilla=None):
        self.n_grupos, self.n_inicios, self.semilla = n_grupos, n_inicios, semilla
        self.centroides = self.etiquetas = None

    def _iniciar(self, X, rng):
        return X[rng.choice(len(X), self.n_grupos, replace=False)].copy()

    def _una_vez(self, X, rng):
        C = self._iniciar(X, rng)
        for _ in range(100):
            cual = ((X[:, None] - C[None]) ** 2).sum(axis=2).argmin(axis=1)
            C = np.array([X[cual == j].mean(axis=0) if (cual == j).any() else C[j] for j in range(self.n_grupos)])
        d = ((X[:, None] - C[None]) ** 2).sum(axis=2)
        return C, d.argmin(axis=1), d.min(axis=1).sum()

    def ajustar(self, X):
        rng, mejor = np.random.default_rng(self.semilla), np.inf
        for _ in range(self.n_inicios):
            centroides, etiquetas, inercia = self._una_vez(X, rng)
            if inercia < mejor:
                mejor, self.centroides, self.etiquetas = inercia, centroides, etiquetas
        return self
"""


def test_a_new_start_is_no_move_though_labels_are_held(judge, errors):
    assert not errors(judge(GROUPS))
    deaf = judge(GROUPS.replace("range(self.n_inicios)", "range(1)"))
    assert "SW-T2" in {entry.code for entry in deaf.findings}
