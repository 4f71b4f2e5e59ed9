"""Save and load a model without executing code: safetensors for the arrays, JSON for the rest.

The file is one safetensors archive. Its metadata holds, as JSON, the name of the class, its parameters, what it learnt that
is no array, the state of a table's preparation, and the SHA-256 sum of the arrays. Loading looks the class up in a fixed
table; nothing in the file names code to run.
"""

import hashlib
import json
import os
import pathlib
import tempfile
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from scratchwork.errors import DataError, InvalidTypeError

FORMAT = 1

HOMES = {
    "LogisticRegression": "logistic_regression",
    "LinearRegression": "linear_regression",
    "MLPClassifier": "mlp",
    "MLPRegressor": "mlp",
    "KNeighborsClassifier": "nearest_neighbors",
    "KNeighborsRegressor": "nearest_neighbors",
    "KMeans": "kmeans",
    "PCA": "pca",
}

# What a prediction needs beside the attributes that end in an underscore.
PRIVATE = {
    "MLPRegressor": ("_flat",),
    "KNeighborsClassifier": ("_distance_dtype",),
    "KNeighborsRegressor": ("_distance_dtype",),
}


@dataclass(frozen=True)
class SavedModel:
    """What a model file holds: the fitted estimator, the preparation of a table (or None), and notes about both."""

    estimator: Any
    preparation: Any = None
    about: dict = field(default_factory=dict)


def save_model(path, estimator, *, preparation=None, about=None):
    """Write a fitted estimator of ours into one file, aside first, then moved into place.

    Parameters
    ----------
    path : path
        Usually ends in ``.safetensors``.
    estimator : a fitted estimator of ``scratchwork.models``
    preparation : TablePreparation, optional
        What turns a table into the estimator's input.
    about : dict, optional
        Anything that JSON can hold.

    Raises
    ------
    InvalidTypeError
        For an estimator of another kind.
    """
    name = type(estimator).__name__
    if name not in HOMES or type(estimator).__module__ != f"scratchwork.models.{HOMES[name]}":
        raise InvalidTypeError(f"estimator is a {name}; only {', '.join(HOMES)} of this package can be saved.")
    arrays = {}
    content = {
        "class": name,
        "parameters": encode(savable_parameters(estimator), "parameter", arrays),
        "learnt": {key: encode(value, f"learnt.{key}", arrays) for key, value in learnt(estimator).items()},
        "about": about or {},
    }
    if preparation is not None:
        state, tensors = preparation.to_state()
        content["preparation"] = state
        arrays |= {f"preparation.{key}": np.ascontiguousarray(value) for key, value in tensors.items()}
    # One entry: safetensors writes several in an order that changes from call to call.
    document = {"format": FORMAT, "sha256": digest(arrays), "content": content}
    write_archive(pathlib.Path(path), arrays, {"scratchwork": json.dumps(document)})


def savable_parameters(estimator):
    """The parameters; a generator of randomness is not kept."""
    return {
        key: None if isinstance(value, (np.random.Generator, np.random.RandomState)) else value
        for key, value in estimator.get_params(deep=False).items()
    }


def learnt(estimator):
    """The attributes that fitting has set and predicting needs."""
    wanted = PRIVATE.get(type(estimator).__name__, ())
    return {
        key: value
        for key, value in vars(estimator).items()
        if (key.endswith("_") and not key.startswith("_") and key != "history_") or key in wanted
    }


def encode(value, name, arrays):
    """A value as JSON; its numeric arrays go into ``arrays`` under names that begin with ``name``."""
    if isinstance(value, type) and issubclass(value, np.generic):
        return {"dtype": np.dtype(value).name}
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "fiub":
            arrays[name] = np.ascontiguousarray(value)
            return {"array": name}
        return {"list": [encode(item, name, arrays) for item in value.tolist()], "as": "object array"}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        items = [encode(item, f"{name}.{i}", arrays) for i, item in enumerate(value)]
        return {"list": items, "as": "tuple" if isinstance(value, tuple) else "list"}
    if isinstance(value, dict):
        return {"dict": [[encode(k, name, arrays), encode(v, f"{name}.{k}", arrays)] for k, v in value.items()]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise InvalidTypeError(f"{name} is a {type(value).__name__}, which a model file cannot hold.")


def decode(value, arrays):
    """The inverse of ``encode``."""
    if not isinstance(value, dict):
        return value
    if "dtype" in value:
        return np.dtype(value["dtype"]).type
    if "array" in value:
        return arrays[value["array"]]
    if "dict" in value:
        return {decode(k, arrays): decode(v, arrays) for k, v in value["dict"]}
    items = [decode(item, arrays) for item in value["list"]]
    if value["as"] == "object array":
        return np.array(items, dtype=object)
    return tuple(items) if value["as"] == "tuple" else items


def digest(arrays):
    """The SHA-256 sum of names, types, shapes and bytes, in the order of the names."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        total.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        total.update(np.ascontiguousarray(arrays[name]).tobytes())
    return total.hexdigest()


def write_archive(path, arrays, metadata):
    from safetensors.numpy import save

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise DataError(f"{path.parent} cannot be written to ({error.strerror}). Choose another folder.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(save(arrays, metadata=metadata))
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except OSError as error:
        raise DataError(f"{path} could not be written ({error.strerror}).") from error
    finally:
        if os.path.exists(aside):
            os.unlink(aside)


def load_model(path):
    """Read a file that `save_model` wrote.

    Returns
    -------
    SavedModel

    Raises
    ------
    DataError
        When the file is missing, broken, changed, of another format, or names an unknown class.
    """
    arrays, metadata = read_archive(pathlib.Path(path))
    document = json.loads(metadata.get("scratchwork", "{}"))
    if document.get("format") != FORMAT:
        raise DataError(f"{path} is of format {document.get('format')!r}; this version reads format {FORMAT!r}.")
    if digest(arrays) != document["sha256"]:
        raise DataError(f"{path} was changed: its arrays do not have the SHA-256 sum that was written with them.")
    content = document["content"]
    name = content["class"]
    if name not in HOMES:
        raise DataError(f"{path} holds a {name!r}, which this version does not know.")
    cls = getattr(import_module(f"scratchwork.models.{HOMES[name]}"), name)
    estimator = cls(**decode(content["parameters"], arrays))
    for key, value in content["learnt"].items():
        setattr(estimator, key, decode(value, arrays))
    if hasattr(estimator, "_prepare"):
        estimator._prepare()
    return SavedModel(estimator, load_preparation(content, arrays), content["about"])


def load_preparation(content, arrays):
    if "preparation" not in content:
        return None
    from scratchwork.preparation import TablePreparation

    start = "preparation."
    tensors = {key.removeprefix(start): value for key, value in arrays.items() if key.startswith(start)}
    return TablePreparation.from_state(content["preparation"], tensors)


def read_archive(path):
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as archive:
            return {name: archive.get_tensor(name) for name in archive.keys()}, archive.metadata() or {}  # noqa: SIM118
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist.") from error
    except (SafetensorError, OSError) as error:
        raise DataError(f"{path} is not a model file ({error}).") from error
