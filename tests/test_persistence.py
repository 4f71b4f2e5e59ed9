"""Saving and loading: equal answers, no code, clear words for a broken file."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from scratchwork import persistence
from scratchwork.errors import DataError, InvalidTypeError
from scratchwork.models.kmeans import KMeans
from scratchwork.models.logistic_regression import LogisticRegression
from scratchwork.models.mlp import MLPClassifier, MLPRegressor
from scratchwork.models.nearest_neighbors import KNeighborsClassifier, KNeighborsRegressor
from scratchwork.models.pca import PCA
from scratchwork.persistence import load_model, save_model

MODELS = {
    "logistic": LogisticRegression(),
    "mlp": MLPClassifier((4, 3), activation=("tanh", "relu"), max_iter=3, random_state=0),
    "mlp regressor": MLPRegressor(5, max_iter=3, random_state=0),
    "knn": KNeighborsClassifier(3, weights="distance", metric="manhattan"),
    "knn regressor": KNeighborsRegressor(3, metric="cosine"),
    "kmeans": KMeans(3, random_state=0),
    "pca": PCA(2),
}


@pytest.fixture(params=MODELS)
def fitted(request, rng):
    X = rng.normal(size=(50, 4)).astype(np.float32 if request.param == "mlp" else np.float64)
    y = X[:, 0] if "regressor" in request.param else np.where(X[:, 0] > 0, "yes", "no").astype(object)
    return MODELS[request.param].fit(X, y), X


def answers(model, X):
    methods = ("predict", "predict_proba", "transform")
    return [getattr(model, name)(X) for name in methods if hasattr(model, name)]


def test_answers_are_equal_after_loading(fitted, tmp_path):
    model, X = fitted
    save_model(tmp_path / "model.safetensors", model, about={"seed": 3})
    saved = load_model(tmp_path / "model.safetensors")
    assert saved.about == {"seed": 3}
    assert saved.estimator.get_params() == model.get_params()
    for before, after in zip(answers(model, X), answers(saved.estimator, X), strict=True):
        np.testing.assert_array_equal(before, after)
        assert before.dtype == after.dtype
    assert [path.name for path in tmp_path.iterdir()] == ["model.safetensors"]


def test_same_model_same_bytes(tmp_path, rng):
    model = KMeans(2, random_state=0).fit(rng.normal(size=(20, 2)))
    for name in ("a", "b"):
        save_model(tmp_path / name, model)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_changed_array_is_noticed(tmp_path, rng):
    path = tmp_path / "model.safetensors"
    save_model(path, PCA(1).fit(rng.normal(size=(20, 2))))
    arrays, metadata = persistence.read_archive(path)
    arrays["learnt.mean_"] = arrays["learnt.mean_"] + 1
    save_file(arrays, path, metadata=metadata)
    with pytest.raises(DataError, match="was changed: its arrays do not have the SHA-256 sum"):
        load_model(path)


def test_words(tmp_path):
    with pytest.raises(DataError, match="nothing does not exist"):
        load_model(tmp_path / "nothing")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(DataError, match="text is not a model file"):
        load_model(tmp_path / "text")
    save_file({"x": np.zeros(1)}, tmp_path / "other")
    assert list(load_file(tmp_path / "other")) == ["x"]
    with pytest.raises(DataError, match="other is of format None; this version reads format 1"):
        load_model(tmp_path / "other")
    with pytest.raises(InvalidTypeError, match="estimator is a dict; only LogisticRegression, .* can be saved"):
        save_model(tmp_path / "x", {})


def test_an_unknown_class_is_not_looked_up(tmp_path, rng, monkeypatch):
    monkeypatch.setattr(persistence, "HOMES", {**persistence.HOMES, "PCA": "pca"})
    save_model(tmp_path / "model", PCA(1).fit(rng.normal(size=(20, 2))))
    monkeypatch.delitem(persistence.HOMES, "PCA")
    with pytest.raises(DataError, match="holds a 'PCA', which this version does not know"):
        load_model(tmp_path / "model")


def test_a_folder_that_cannot_be_written(tmp_path, rng):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written to"):
        save_model(tmp_path / "file" / "model", PCA(1).fit(rng.normal(size=(20, 2))))
