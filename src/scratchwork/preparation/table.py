"""The one transformer between a typed table and a model: fitted on the training part, then applied row by row.

    columns -> blocks (fill gaps, encode levels, take dates apart) -> scale -> polynomial terms -> selection -> matrix

Everything it learns is in ``blocks_`` (plain dictionaries) and four arrays, so that it is saved as JSON and arrays: see ``to_state``.
"""

import itertools

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names, _check_n_features, check_is_fitted, validate_data

from scratchwork.arrays import check_choice, check_number
from scratchwork.errors import DataError, InvalidArgumentError
from scratchwork.preparation._blocks import ENCODE, LEARN
from scratchwork.preparation._design import aligned, joined, kind_of, products, scaling
from scratchwork.preparation._selection import chosen, univariate_p

MOST_TERMS = 2000
LEARNT_WITH = ("missing_codes", "rare_share", "rare_rows", "max_levels", "date_parts")
PARAMETERS = (
    "kinds",
    "missing_codes",
    "scale",
    "rare_share",
    "rare_rows",
    "max_levels",
    "date_parts",
    "text",
    "degree",
    "select",
)


class TablePreparation(TransformerMixin, BaseEstimator):
    """Turn a typed table into a matrix of numbers, with what the training part taught.

    Parameters
    ----------
    kinds : dict or None
        {column: kind}, as ``Table.kinds``; a column that is not named is judged by its dtype. Kinds id and constant are dropped.
    missing_codes : dict or None
        {column: numbers} that stand for "missing", as ``Cleaned.missing_codes`` found them.
    scale : bool
        Centre numbers and divide them by their standard deviation. Marks of levels and gaps stay 0 and 1.
    rare_share, rare_rows : float, int
        A level needs this share of the training rows, and this many, for a column of its own; the others share one.
    max_levels : int
        At most so many levels of a column get a column of their own: the commonest.
    date_parts : bool
        Season, weekday and hour of dates, where they vary.
    text : {'drop', 'counts'}
        Drop free texts (and say so), or take their number of characters and of words.
    degree : int
        2 adds the squares and products of the numbers, 3 their products of three as well.
    select : float or None
        Keep the columns whose test against y passes at this level, corrected for their number (Benjamini and Hochberg).

    Attributes
    ----------
    blocks_ : list of dict
        What was learnt, column by column.
    center_, scale_ : ndarrays (n_encoded,)
    kept_ : ndarray (n_terms,)
        Which of the encoded columns and terms are in the matrix.
    terms_ : list of tuple
        The products: positions of encoded columns.
    dropped_ : dict
        {column or output: why it is not in the matrix}.
    feature_columns_ : list of str
        The column from which each output comes (both, joined by " x ", for a product).

    Examples
    --------
    >>> frame = pd.DataFrame({"size": [1.0, 3.0, None], "colour": ["red", "blue", "red"]})
    >>> preparation = TablePreparation(kinds={"colour": "category"}, rare_rows=1)
    >>> preparation.fit_transform(frame).round(3).tolist()
    [[-1.225, 0.0], [1.225, 1.0], [0.0, 0.0]]
    >>> preparation.get_feature_names_out().tolist()
    ['size', 'colour=blue']
    """

    def __init__(
        self, kinds=None, *, missing_codes=None, scale=True, rare_share=0.01, rare_rows=5, max_levels=20, date_parts=True, text="drop", degree=1, select=None
    ):  # fmt: skip
        self.kinds = kinds
        self.missing_codes = missing_codes
        self.scale = scale
        self.rare_share = rare_share
        self.rare_rows = rare_rows
        self.max_levels = max_levels
        self.date_parts = date_parts
        self.text = text
        self.degree = degree
        self.select = select

    def fit(self, X, y=None):
        """Learn from the training part X (a DataFrame, or an array of numbers) and, for a selection, its target y."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X, y=None):
        """Learn from X and return its matrix; the same numbers as ``fit(X, y).transform(X)``."""
        self._check_parameters(y)
        frame = self._frame(X, reset=True)
        self._learn_blocks(frame)
        encoded = self._encode(frame, [])
        self.center_, self.scale_ = (
            scaling(encoded, self._flags()) if self.scale else (np.zeros(encoded.shape[1]), np.ones(encoded.shape[1]))
        )
        encoded = (encoded - self.center_) / self.scale_
        useful = self._useful(encoded)
        self.terms_ = [(int(index),) for index in useful]
        numeric = [index for index in useful if self._flags()[index]]
        for power in range(2, self.degree + 1):
            self.terms_ += [
                tuple(int(i) for i in term) for term in itertools.combinations_with_replacement(numeric, power)
            ]
        if len(self.terms_) > MOST_TERMS and self.degree > 1:
            raise InvalidArgumentError(
                f"degree={self.degree} makes {len(self.terms_):,} columns, more than {MOST_TERMS:,}; lower it or give fewer columns."
            )
        matrix = products(encoded, self.terms_)
        self.kept_ = np.arange(matrix.shape[1]) if self.select is None else self._selected(matrix, y)
        names = self._term_names()
        self.feature_names_ = [names[index] for index in self.kept_]
        self.feature_columns_ = [self._term_names(columns=True)[index] for index in self.kept_]
        return np.ascontiguousarray(matrix[:, self.kept_])

    def transform(self, X):
        """The matrix (n_samples, n_outputs) of X in float64; each row depends on that row alone."""
        check_is_fitted(self)
        return self._matrix(self._frame(X, reset=False), [])

    def align(self, X):
        """A new table as ``transform`` wants it, and remarks on what is new.

        Parameters
        ----------
        X : DataFrame
            Columns in any order; those that training did not have are left out.

        Returns
        -------
        frame : DataFrame
        remarks : list of str
            On new columns, unseen levels, cells that are no numbers, gaps that training did not have.

        Raises
        ------
        DataError
            When a column that was fitted is missing, or has become words.
        """
        check_is_fitted(self)
        frame, remarks = aligned(X, list(self.feature_names_in_), {block["column"] for block in self.blocks_})
        self._matrix(frame, remarks)
        return frame, remarks

    def get_feature_names_out(self, input_features=None):
        """The names of the outputs: "age", "age is missing", "sex=male", "joined month sin", "age x income"."""
        check_is_fitted(self)
        return np.array(self.feature_names_, dtype=object)

    def to_state(self):
        """(JSON-able dict, dict of arrays): all that was learnt, without code."""
        check_is_fitted(self)
        meta = {
            "parameters": {name: getattr(self, name) for name in PARAMETERS},
            "columns": [str(name) for name in self.feature_names_in_],
            "named": hasattr(self, "_named") and self._named,
            "blocks": self.blocks_,
            "terms": [list(term) for term in self.terms_],
            "dropped": self.dropped_,
            "feature_names": self.feature_names_,
            "feature_columns": self.feature_columns_,
        }
        return meta, {"center": self.center_, "scale": self.scale_, "kept": np.asarray(self.kept_, dtype=np.int64)}

    @classmethod
    def from_state(cls, meta, arrays):
        """The preparation that ``to_state`` described."""
        made = cls(**meta["parameters"])
        made._named = meta["named"]
        made.feature_names_in_ = np.array(meta["columns"], dtype=object)
        made.n_features_in_ = len(meta["columns"])
        made.blocks_, made.dropped_ = meta["blocks"], meta["dropped"]
        made.terms_ = [tuple(term) for term in meta["terms"]]
        made.feature_names_, made.feature_columns_ = list(meta["feature_names"]), list(meta["feature_columns"])
        made.center_, made.scale_, made.kept_ = (np.asarray(arrays[name]) for name in ("center", "scale", "kept"))
        return made

    def _check_parameters(self, y):
        check_number("rare_share", self.rare_share, at_least=0, below=1)
        check_number("rare_rows", self.rare_rows, integer=True, at_least=1)
        check_number("max_levels", self.max_levels, integer=True, at_least=1)
        check_number("degree", self.degree, integer=True, at_least=1, at_most=3)
        check_choice("text", self.text, ("drop", "counts"))
        if self.select is not None:
            check_number("select", self.select, above=0, at_most=1)
            if y is None:
                raise InvalidArgumentError(f"select={self.select!r} tests each column against y; call fit(X, y).")

    def _frame(self, X, *, reset):
        """X as a DataFrame with string names; arrays of numbers get x0, x1, ..."""
        if isinstance(X, pd.DataFrame):
            _check_feature_names(self, X, reset=reset)
            _check_n_features(self, X, reset=reset)
            if len(X) == 0 or X.shape[1] == 0:
                raise DataError(
                    f"The table has {len(X)} rows and {X.shape[1]} columns; at least one of each is needed."
                )
            if reset:
                self._named = True
                self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
            return X.set_axis([str(name) for name in X.columns], axis=1)
        X = validate_data(self, X, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan")
        names = [f"x{index}" for index in range(X.shape[1])]
        if reset:
            self._named = False
        return pd.DataFrame(
            X, columns=names if not (hasattr(self, "feature_names_in_") and self._named) else self.feature_names_in_
        )

    def _learn_blocks(self, frame):
        options = {name: getattr(self, name) for name in LEARNT_WITH}
        kinds = {str(name): kind for name, kind in (self.kinds or {}).items()}
        self.blocks_, self.dropped_ = [], {}
        for name in frame.columns:
            kind = kinds.get(name) or kind_of(frame[name])
            if kind in ("id", "constant") or (kind == "text" and self.text == "drop"):
                self.dropped_[name] = {
                    "id": "an id names the row",
                    "constant": "one value only",
                    "text": "free text is not learnt from",
                }[kind]
            elif frame[name].isna().all():
                self.dropped_[name] = "missing in every training row"
            else:
                self.blocks_.append(LEARN[kind](name, frame[name], options))

    def _encode(self, frame, tell):
        parts = [ENCODE[block["kind"]](block, frame[block["column"]], tell) for block in self.blocks_]
        return np.concatenate([np.empty((len(frame), 0)), *parts], axis=1)

    def _matrix(self, frame, tell):
        encoded = (self._encode(frame, tell) - self.center_) / self.scale_
        return products(encoded, [self.terms_[index] for index in self.kept_])

    def _flags(self):
        return [flag for block in self.blocks_ for flag in block["scaled"]]

    def _useful(self, encoded):
        """Positions of encoded columns that vary and do not repeat an earlier one."""
        names = [name for block in self.blocks_ for name in block["names"]]
        seen, useful = {}, []
        for index, column in enumerate(encoded.T):
            key = column.tobytes()
            if np.all(column == column[0]):
                self.dropped_[names[index]] = "one value only in training"
            elif key in seen:
                self.dropped_[names[index]] = f"the same as {names[seen[key]]!r} in every training row"
            else:
                seen[key] = index
                useful.append(index)
        return useful

    def _selected(self, matrix, y):
        y = np.asarray(y)
        classes = y.dtype.kind not in "fc"
        p = univariate_p(matrix, np.unique(y, return_inverse=True)[1].ravel() if classes else y.astype(float), classes)
        kept = chosen(p, self.select) if len(p) else np.arange(0)
        names = self._term_names()
        for index in np.setdiff1d(np.arange(len(p)), kept):
            self.dropped_[names[index]] = (
                f"does not go with the target (p = {p[index]:.2g}, corrected for {len(p)} columns)"
            )
        return kept

    def _term_names(self, columns=False):
        names = [block["column"] if columns else name for block in self.blocks_ for name in block["names"]]
        return [joined([names[index] for index in term], columns) for term in self.terms_]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = self.select is not None
        return tags
