"""A stopping rule that adds up signed changes is named; one that measures a distance is not."""

import pytest

from scratchwork.checks.engine import check_here
from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules.stop_tests import stop_tests_measure_a_distance

KMEANS = """import numpy as np
class KMeans:
    def __init__(self, k=3, max_iter=100, tol=1e-4):
        self.k, self.max_iter, self.tol = k, max_iter, tol
    def fit(self, X):
        rng = np.random.default_rng(0)
        C = X[rng.choice(len(X), self.k, replace=False)].astype(float)
        for _ in range(self.max_iter):
            lab = ((X[:, None] - C) ** 2).sum(-1).argmin(1)
            new = np.array([X[lab == j].mean(0) if (lab == j).any() else C[j] for j in range(self.k)])
            shift = {shift}
            C = new
            if shift < self.tol:
                break
        self.centroids = C
        self.labels_ = ((X[:, None] - C) ** 2).sum(-1).argmin(1)
        return self
    def predict(self, X):
        return ((X[:, None] - self.centroids) ** 2).sum(-1).argmin(1)
"""
SHIFTS = {"np.sum(new - C)": 1, "(new - C).sum()": 1, "np.abs(new - C).sum()": 0, "np.sum((new - C) ** 2)": 0}


@pytest.mark.parametrize("shift", SHIFTS)
def test_the_rule_reads_the_sign(tmp_path, shift):
    (tmp_path / "theirs.py").write_text(KMEANS.format(shift=shift))
    assert len(list(stop_tests_measure_a_distance(load_source(tmp_path / "theirs.py")))) == SHIFTS[shift]


def test_losses_may_be_compared_with_their_sign(tmp_path):
    text = "def fit(a, b):\n    while True:\n        if np.sum(old_loss - loss) < 1e-3:\n            break\n"
    (tmp_path / "theirs.py").write_text(text)
    assert not list(stop_tests_measure_a_distance(load_source(tmp_path / "theirs.py")))


def test_running_names_the_stop_test_and_not_the_means(tmp_path):
    (tmp_path / "theirs.py").write_text(KMEANS.format(shift="np.sum(new - C)"))
    found = check_here(tmp_path / "theirs.py")
    assert [(entry.code, entry.severity) for entry in found.findings][:1] == [("SW-T13", "error")]
    assert "SW-M5" not in {entry.code for entry in found.findings}
    (tmp_path / "right.py").write_text(KMEANS.format(shift="np.abs(new - C).max()"))
    assert "SW-T13" not in {entry.code for entry in check_here(tmp_path / "right.py").findings}
