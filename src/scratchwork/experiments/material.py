"""The rows an experiment works on: loaded, cleaned, with a test part set aside before anything else is done.

Every score of an experiment comes from splits of the other rows. The test part is behind a ``Looks``, which counts who
opened it.
"""

import hashlib
import pathlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scratchwork.errors import DataError, InvalidArgumentError
from scratchwork.evaluation.protocol import Looks

PICTURES = ("digits", "mnist", "fashion-mnist")
SAMPLE_ROWS = 3000
TEST_SHARE = 0.2
TEST_SEED = 0


@dataclass(frozen=True)
class Material:
    """Rows to experiment on, and the test part that was set aside.

    Attributes
    ----------
    name : str
    X : ndarray (n, d) or DataFrame
        Not scaled: that is learnt in each split anew.
    y : ndarray (n,) or None
    task : {"classification", "regression", "clustering"}
    kinds : dict or None
        The kinds of the columns of a table.
    standardise : bool
        Whether features are standardised unless that is varied.
    looks : Looks
        Guards the test part.
    digest : str
        SHA-256 of X and y.
    notes : tuple of str
        What a reader has to know: samples, cleaning.
    """

    name: str
    X: Any
    y: Any
    task: str
    kinds: dict | None
    standardise: bool
    looks: Looks
    digest: str
    notes: tuple = field(default=())

    def __len__(self):
        return len(self.X)


def load_material(data, *, target=None, types=None, task=None, sample=None):
    """The rows of a named data set or of a table.

    Parameters
    ----------
    data : str or path
        "digits", "mnist", "fashion-mnist", or the path of a table.
    target : str, optional
        The column to predict; a table needs it unless ``task`` is "clustering".
    types : dict, optional
        Kinds of columns that override the recognised ones.
    task : {"clustering"}, optional
        For models without a target.
    sample : int, optional
        At most so many rows; by default all of a table and of Digits, 3,000 of the others. 0 means all.

    Returns
    -------
    Material
    """
    if str(data) in PICTURES:
        if target is not None:
            raise InvalidArgumentError(f"target={target!r} is for tables; {data} has its own labels.")
        return _pictures(str(data), task, SAMPLE_ROWS if sample is None else sample)
    if not pathlib.Path(data).is_file():
        raise DataError(f"{data} is neither a file nor one of {', '.join(PICTURES)}.")
    return _table(data, target, types, task, sample or 0)


def make_material(X, y=None, *, name="data", task="classification", standardise=True):
    """Arrays as material: X (n, d) and y (n,)."""
    return set_aside(name, np.asarray(X), None if y is None else np.asarray(y), task, None, standardise, ())


def _pictures(name, task, sample):
    from scratchwork import datasets

    if name == "digits":
        data = datasets.load_digits()
        X, standardise = data.X, True
    else:
        fetch = datasets.fetch_mnist if name == "mnist" else datasets.fetch_fashion_mnist
        data = fetch(subset="train")
        X, standardise = data.X, False
    rows, notes = sampled_rows(data.y, sample)
    X = X[rows]
    if name != "digits":
        X = X.astype(np.float32) / np.float32(127.5) - 1
        notes = (*notes, "Pixels 0..255 are mapped to [-1, 1]; nothing is learnt for that.")
    return set_aside(name, X, data.y[rows], task or "classification", None, standardise, notes)


def sampled_rows(y, sample):
    """Rising positions of a random sample, stratified by class, and the note that says so."""
    from sklearn.model_selection import train_test_split

    if not sample or sample >= len(y):
        return np.arange(len(y)), ()
    rows, _ = train_test_split(np.arange(len(y)), train_size=sample, stratify=y, random_state=TEST_SEED)
    return np.sort(rows), (f"A random sample of {sample:,} of {len(y):,} rows.",)


def _table(path, target, types, task, sample):
    from scratchwork.cleaning import clean
    from scratchwork.datasets.from_csv import read_table

    if target is None and task != "clustering":
        raise InvalidArgumentError(f"{path} is a table: name the column to predict with target (--target COLUMN).")
    cleaned = clean(read_table(path, target=target, types=types), target=target)
    frame, kinds = cleaned.table.frame, cleaned.table.kinds
    notes = [f"{len(cleaned.log)} kinds of changes were made in cleaning."] if len(cleaned.log) else []
    notes += [f"Column {name} is left out: {why}." for name, why in cleaned.left_out.items()]
    if sample and sample < len(frame):
        frame = frame.sample(sample, random_state=TEST_SEED).sort_index()
        notes.append(f"A random sample of {sample:,} rows.")
    y = None if target is None else frame[cleaned.target].to_numpy()
    task = task or cleaned.task.name
    if y is not None:
        y = y.astype(np.float64) if task == "regression" else y.astype(str)
    X = frame[cleaned.features].reset_index(drop=True)
    kinds = {name: kinds[name] for name in cleaned.features}
    return set_aside(pathlib.Path(path).stem, X, y, task, kinds, True, tuple(notes))


def set_aside(name, X, y, task, kinds, standardise, notes):
    """Material whose test part, a fixed fifth of the rows, is behind a guard."""
    keep, test = split_positions(len(X), y, task, TEST_SEED)
    looks = Looks(take_rows(X, test), None if y is None else y[test])
    X, y = take_rows(X, keep), None if y is None else y[keep]
    return Material(name, X, y, task, kinds, standardise, looks, digest_of(X, y), notes)


def split_positions(n, y, task, seed):
    """(training, held-out) positions: stratified by class or by rank, plain for clustering."""
    from scratchwork.preparation.splitting import split_rows

    if task == "clustering":
        order = np.random.default_rng(seed).permutation(n)
        held = round(TEST_SHARE * n)
        return np.sort(order[held:]), np.sort(order[:held])
    return split_rows(y, test_share=TEST_SHARE, seed=seed, task=task)


def take_rows(X, rows):
    """Rows of an array or a DataFrame, by position."""
    return X.iloc[rows].reset_index(drop=True) if hasattr(X, "iloc") else X[rows]


def digest_of(X, y):
    """SHA-256 of the values, the types and the names; the same in every process.

    >>> digest_of(np.zeros((2, 1)), None) == digest_of(np.zeros((1, 2)), None)
    False
    """
    import pandas as pd

    total = hashlib.sha256()
    for part in (X, y):
        if part is None:
            continue
        if hasattr(part, "columns"):
            total.update(repr([(str(c), str(t)) for c, t in part.dtypes.items()]).encode())
            total.update(pd.util.hash_pandas_object(part, index=False).to_numpy().tobytes())
        elif part.dtype.kind in "OUT":
            total.update(repr([str(value) for value in part]).encode())
        else:
            total.update(f"{part.dtype} {part.shape}".encode() + np.ascontiguousarray(part).tobytes())
    return total.hexdigest()
