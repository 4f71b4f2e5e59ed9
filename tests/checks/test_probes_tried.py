"""Functions of no known name: neighbours whose arguments are found by trying, components whose model is handed on."""

import pytest

VOISINS = """
    import numpy as np

    def ecarts(A, B):
        return np.linalg.norm(A[:, None, :] - B[None, :, :], axis=2)

    def vote(etiquettes):
        valeurs, nombres = np.unique(etiquettes, return_counts=True)
        return valeurs[nombres.argmax()]

    def predire(app, etiq, nouveaux, k=3):
        ordre = np.argsort(ecarts(nouveaux, app), axis=1)[:, :k]
        return np.array([vote(np.asarray(etiq)[ligne]) for ligne in ordre])
"""
VOISINS_FAULTS = [
    (("axis=1)[:, :k]", "axis=1)[:, -k:]"), "SW-K1", "predire"),
    (("nombres.argmax()", "nombres.argmin()"), "SW-K5", "vote"),
]

COMPONENTS = """
    import numpy as np

    def fit_pca(X, k):
        middle = X.mean(axis=0)
        _, s, Vt = np.linalg.svd(X - middle, full_matrices=False)
        return {"middle": middle, "axes": Vt[:k]}

    def apply_pca(held, X):
        return (X - held["middle"]) @ held["axes"].T
"""
COMPONENT_FAULTS = [
    (("Vt[:k]", "Vt[:, :k].T"), "SW-C4", "fit_pca"),
    (('(X - held["middle"])', "(X - X.mean(axis=0))"), "SW-P2", "apply_pca"),
]

CASES = [
    (base, *fault) for base, faults in ((VOISINS, VOISINS_FAULTS), (COMPONENTS, COMPONENT_FAULTS)) for fault in faults
]


@pytest.mark.parametrize("base", [VOISINS, COMPONENTS], ids=["neighbours", "components"])
def test_a_right_one_is_clean(judge, base):
    assert [(entry.code, entry.observed) for entry in judge(base).findings if entry.severity == "error"] == []


@pytest.mark.parametrize(("base", "change", "code", "where"), CASES, ids=[f"{case[2]} {case[3]}" for case in CASES])
def test_one_changed_line_is_seen(judge, base, change, code, where):
    assert change[0] in base
    found = [(entry.code, entry.function) for entry in judge(base.replace(*change)).findings]
    assert (code, where) in found, found
