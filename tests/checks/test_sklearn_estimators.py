"""scikit-learn's estimators come out without an error: nothing that they do is a number that correct code cannot produce."""

import importlib

import pytest

from scratchwork.checks import check

QUICK = [
    "linear_model.LinearRegression", "linear_model.Ridge", "linear_model.Lasso", "linear_model.Perceptron", "linear_model.RidgeClassifier",
    "neighbors.KNeighborsClassifier", "neighbors.KNeighborsRegressor", "neighbors.NearestCentroid", "decomposition.PCA",
    "naive_bayes.GaussianNB", "svm.LinearSVC", "tree.DecisionTreeClassifier", "discriminant_analysis.LinearDiscriminantAnalysis",
    "preprocessing.StandardScaler", "preprocessing.MinMaxScaler",
]  # fmt: skip
LONGER = ["linear_model.LogisticRegression", "linear_model.SGDClassifier", "cluster.KMeans", "neural_network.MLPClassifier",
          "neural_network.MLPRegressor", "svm.SVC"]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [*QUICK, *[pytest.param(name, marks=pytest.mark.slow) for name in LONGER]])
def test_without_an_error(name):
    module, _, kind = name.rpartition(".")
    result = check(getattr(importlib.import_module(f"sklearn.{module}"), kind))
    assert [(entry.code, entry.observed) for entry in result.findings if entry.severity == "error"] == []
    assert result.checked
