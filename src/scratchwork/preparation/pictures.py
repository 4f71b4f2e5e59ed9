"""Split and scale a data set of pictures: what is learnt for scaling is learnt from the training part alone."""

from dataclasses import dataclass

import numpy as np

from scratchwork.arrays import check_choice, check_number
from scratchwork.records import Dataset, Split


@dataclass(frozen=True)
class Scaling:
    """x -> (x - shift) / scale, column by column; for pixels one shift and one scale for all."""

    shift: np.ndarray
    scale: np.ndarray
    description: str

    def transform(self, X):
        """The scaled rows, in the float type of the scaling. ``X`` is not changed."""
        scaled = np.asarray(X).astype(self.scale.dtype)
        scaled -= self.shift
        scaled /= self.scale
        return scaled


def learn_standardising(X_train):
    """Mean 0 and standard deviation 1 on the training part; a constant column is only shifted.

    >>> scaling = learn_standardising(np.array([[1.0, 5.0], [3.0, 5.0]]))
    >>> scaling.transform(np.array([[1.0, 5.0], [5.0, 6.0]]))
    array([[-1.,  0.],
           [ 3.,  1.]])
    """
    X_train = np.asarray(X_train, dtype=np.float64)
    deviation = X_train.std(axis=0)
    constant = deviation <= 1e-12 * np.maximum(np.abs(X_train).max(axis=0), 1e-300)
    scale = np.where(constant, 1.0, deviation)
    return Scaling(X_train.mean(axis=0), scale, "mean 0, standard deviation 1, learnt from the training part")


def pixels_to_unit():
    """The pixels 0..255 to [-1, 1]; nothing is learnt."""
    half = np.float32(127.5)
    return Scaling(half, half, "pixels 0..255 to [-1, 1]; nothing is learnt")


def sample_dataset(data, n_rows, seed):
    """At most ``n_rows`` random rows, stratified by class; the same data set where it is no larger."""
    from sklearn.model_selection import train_test_split

    if n_rows >= len(data.y):
        return data
    rows, _ = train_test_split(np.arange(len(data.y)), train_size=n_rows, stratify=data.y, random_state=seed)
    rows.sort()
    return Dataset(**{**vars(data), "X": data.X[rows], "y": data.y[rows]})


def split_and_scale(data, *, scaling="standardise", seed=0, test_share=0.2, n_available=None):
    """A stratified training and test part, scaled by what the training part taught.

    Parameters
    ----------
    data : Dataset
    scaling : {"standardise", "minus one to one"}
    seed : int
    test_share : float
    n_available : int, optional
        The rows before a sample was taken.

    Returns
    -------
    Split
    """
    from sklearn.model_selection import train_test_split

    check_choice("scaling", scaling, ("standardise", "minus one to one"))
    check_number("test_share", test_share, above=0, below=1)
    rows = np.arange(len(data.y))
    train, test = train_test_split(rows, test_size=test_share, stratify=data.y, random_state=seed)
    learnt = learn_standardising(data.X[train]) if scaling == "standardise" else pixels_to_unit()
    return Split(
        X_train=learnt.transform(data.X[train]),
        X_test=learnt.transform(data.X[test]),
        y_train=data.y[train],
        y_test=data.y[test],
        train_rows=train,
        test_rows=test,
        feature_names=data.feature_names,
        preparation=learnt,
        n_available=n_available or len(data.y),
    )
