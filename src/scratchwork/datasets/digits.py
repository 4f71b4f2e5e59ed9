"""The Digits data set, which comes with scikit-learn."""

from scratchwork.records import Dataset


def load_digits(*, return_X_y=False):
    """1,797 handwritten digits, 8 x 8 pixels of 0 to 16, ten classes.

    Parameters
    ----------
    return_X_y : bool
        Return ``(X, y)`` instead of the record.

    Returns
    -------
    Dataset or (ndarray (1797, 64) of float64, ndarray (1797,) of int)

    References
    ----------
    E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998;
    the copy is scikit-learn's.

    >>> digits = load_digits()
    >>> digits.X.shape, digits.image_shape, digits.class_names[3]
    ((1797, 64), (8, 8), '3')
    """
    from sklearn.datasets import load_digits as load

    bunch = load()
    if return_X_y:
        return bunch.data, bunch.target
    return Dataset(
        name="digits",
        X=bunch.data,
        y=bunch.target,
        feature_names=tuple(f"row {i} column {j}" for i in range(8) for j in range(8)),
        class_names=tuple("0123456789"),
        target_name="digit",
        image_shape=(8, 8),
        source="scikit-learn (UCI Machine Learning Repository, test part)",
        description="Handwritten digits, 8 x 8 pixels, grey values 0 to 16.",
    )
