"""What the rooms hand to each other: plain records, made in one room and read in the next.

Letters: n samples, d features, k classes.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Dataset:
    """Data to learn from, as `datasets` loads it.

    Attributes
    ----------
    name : str
    X : ndarray (n, d) or DataFrame
        One row for each sample.
    y : ndarray (n,)
        The target: labels or numbers.
    feature_names : tuple of str
    class_names : tuple of str
        How the sorted distinct labels are shown; empty for a numeric target.
    target_name : str
    image_shape : tuple of int or None
        Rows and columns of the picture in each row of X.
    source, description : str
    """

    name: str
    X: Any
    y: np.ndarray
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    target_name: str = "target"
    image_shape: tuple[int, int] | None = None
    source: str = ""
    description: str = ""

    @property
    def data(self):
        """X, under the name that scikit-learn's bunches use."""
        return self.X

    @property
    def target(self):
        """y, under the name that scikit-learn's bunches use."""
        return self.y


@dataclass(frozen=True)
class Split:
    """A training and a test part, prepared by what the training part alone has taught.

    Attributes
    ----------
    X_train, X_test : ndarray (n_train, d), (n_test, d)
    y_train, y_test : ndarray
    train_rows, test_rows : ndarray of int
        Which rows of the data set they are.
    feature_names : tuple of str
    preparation : object
        The fitted transformer.
    n_available : int
        The rows that were there before a sample was taken for ``--quick``.
    target_center, target_scale : float
        Models of a numeric target are fitted on (y - target_center) / target_scale, learnt from the training part: a
        network would need thousands of epochs to reach the size of a salary.
    """

    X_train: np.ndarray
    X_test: np.ndarray
    y_train: np.ndarray
    y_test: np.ndarray
    train_rows: np.ndarray
    test_rows: np.ndarray
    feature_names: tuple[str, ...]
    preparation: Any
    n_available: int
    target_center: float = 0.0
    target_scale: float = 1.0

    @property
    def fitted_target(self):
        """The training target as the models see it."""
        return self.y_train if self.target_scale == 1 and not self.target_center else self.scaled(self.y_train)

    def scaled(self, y):
        """A numeric target in the units of the models."""
        return (y - self.target_center) / self.target_scale

    def unscaled(self, predictions):
        """Predictions in the units of the data; class labels as they are."""
        if self.target_scale == 1 and not self.target_center:
            return predictions
        return predictions * self.target_scale + self.target_center


@dataclass(frozen=True)
class Contender:
    """A model that takes part in a comparison: what it is called and how to make it.

    ``make(random_state)`` returns a fresh estimator, or is None where ``missing`` says what is not installed.
    """

    model: str
    implementation: str
    make: Any
    settings: str = ""
    missing: str = ""


@dataclass(frozen=True)
class ModelRun:
    """One fitted contender and what it said of the test part.

    Attributes
    ----------
    estimator : object
        Fitted.
    predictions : ndarray (n_test,)
    probabilities : ndarray (n_test, k) or None
        Columns in the order of ``classes``.
    classes : ndarray (k,) or None
    fit_seconds : float
    history : dict of lists
        One entry per epoch or iteration; empty where the implementation keeps none.
    warnings : tuple of str
        What the fit warned of.
    """

    model: str
    implementation: str
    settings: str
    estimator: Any
    predictions: np.ndarray
    probabilities: np.ndarray | None
    classes: np.ndarray | None
    fit_seconds: float
    history: dict = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def label(self):
        """``mlp (pytorch)``; the baseline is only ``baseline``."""
        return self.model if self.model == self.implementation else f"{self.model} ({self.implementation})"


@dataclass(frozen=True)
class Scores:
    """How good the predictions on a test part are; None where a score does not apply.

    ``accuracy_low`` and ``accuracy_high`` bound the 95 % Wilson interval; ``r2_low`` and ``r2_high`` a bootstrap one.
    Precision, recall and F1 are macro averages. ``rmse`` and ``mae`` are in the unit of the target.
    """

    accuracy: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    balanced_accuracy: float | None = None
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    log_loss: float | None = None
    r2: float | None = None
    r2_low: float | None = None
    r2_high: float | None = None
    rmse: float | None = None
    mae: float | None = None


@dataclass(frozen=True)
class Difference:
    """Whether two models' scores on one test part can be told from chance.

    ``only_first`` and ``only_second`` count the rows that one gets right and the other wrong; ``p`` is exact,
    ``p_corrected`` after Holm's correction for all pairs of the comparison.
    """

    first: str
    second: str
    only_first: int
    only_second: int
    p: float
    p_corrected: float
    distinguishable: bool


@dataclass(frozen=True)
class Study:
    """Everything one study found; the report is made from it and from nothing else.

    Attributes
    ----------
    name : str
        The data set's name, or the table's file name.
    task : {"classification", "regression"}
    quick : bool
        Whether only a sample was used.
    seed : int
    data : Dataset
        The rows that were used.
    split : Split
    contenders : list of Contender
        All, with those that are not installed.
    runs : list of ModelRun
    scores : list of Scores
        In the order of ``runs``.
    differences : list of Difference
    selection : object or None
        How k was chosen: the validation curve.
    structure : object or None
        What was found without labels.
    table : object or None
        For a table: what reading, cleaning and analysing found.
    extras : dict
        Further findings by name: calibration, importance, odds ratios.
    """

    name: str
    task: str
    quick: bool
    seed: int
    data: Dataset
    split: Split
    contenders: list
    runs: list
    scores: list
    differences: list
    selection: Any = None
    structure: Any = None
    table: Any = None
    extras: dict = field(default_factory=dict)
