"""The right principal axes, and those that the usual mistakes give.

Letters: X (n, d) data, V (d, k) axes in columns.
"""

import ast
import re

import numpy as np

from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views import estimator
from scratchwork.checks.views.cluster_forms import turned


def axes(X, centered=True, standardised=False):
    """(variances falling, axes in columns) of the covariance (or of the raw second moments)."""
    A = X - X.mean(axis=0) if centered else X
    A = A / A.std(axis=0) if standardised else A
    values, vectors = np.linalg.eigh(A.T @ A / (len(X) - 1))
    return values[::-1], vectors[:, ::-1]


def same_columns(A, B, tolerance=1e-4):
    """Whether two (m, k) arrays agree column by column up to sign."""
    if A.shape != B.shape or not np.isfinite(A).all():
        return False
    scale = np.abs(B).max()
    return all(min(np.abs(a - b).max(), np.abs(a + b).max()) <= tolerance * scale for a, b in zip(A.T, B.T))


def scaled_columns(A, B, tolerance=1e-4):
    """Whether the columns of A are those of B times a factor each (whitening)."""
    if A.shape != B.shape:
        return False
    A = A / (np.linalg.norm(A, axis=0) + 1e-300)
    return same_columns(A, B / (np.linalg.norm(B, axis=0) + 1e-300), tolerance)


def right_axes(X, k):
    """Axes (d, k) that a correct implementation may have: of the covariance, or of the correlations."""
    return [axes(X)[1][:, :k], axes(X, standardised=True)[1][:, :k]]


def wrong_axes(X, k):
    """{words: (code, axes (d, k))} of the usual mistakes."""
    _values, V = axes(X)
    raw = axes(X, centered=False)[1]
    low, raw_low = V[:, ::-1], raw[:, ::-1]
    unsorted = np.linalg.eig(np.cov(X, rowvar=False))[1].real
    shifted, by_row = (axes(B, centered=False)[1][:, :k] for B in (X - X.mean(), X - X.mean(axis=1, keepdims=True)))
    return _rows_of_svd(X, k) | {
        "the axes of the raw data, not centred": ("SW-C1", raw[:, :k]),
        "the axes of the data less the mean of all its numbers": ("SW-C1", shifted),
        "the axes of the data, each row less its own mean": ("SW-C1", by_row),
        "the axes with the least variance, in ascending order": ("SW-C2", low[:, :k]),
        "the axes with the least variance": ("SW-C2", low[:, :k][:, ::-1]),
        "the axes with the least raw second moment": ("SW-C2", raw_low[:, :k]),
        "the first columns of np.linalg.eig, unsorted": ("SW-C2", unsorted[:, :k]),
        "the last columns of np.linalg.eig, unsorted": ("SW-C2", unsorted[:, -k:]),
        "rows of the matrix of eigenvectors instead of its columns": ("SW-C4", V.T[:, :k]),
        "rows of eigh's matrix instead of its columns": ("SW-C4", low.T[:, :k]),
        "the last rows of the matrix of eigenvectors": ("SW-C4", V.T[:, -k:]),
        "the last rows of eigh's matrix instead of its last columns": ("SW-C4", low.T[:, -k:]),
        "rows of eig's matrix": ("SW-C4", unsorted.T[:, :k]),
        "sorted rows of eig's matrix": ("SW-C4", _sorted_rows(X)[:, :k]),
        "rows of eigh's matrix, turned upside down, instead of its columns": ("SW-C4", low[::-1].T[:, :k]),
        "columns of eigh's matrix whose rows, not its columns, were turned round": ("SW-C4", low[::-1][:, :k]),
        "columns of eig's matrix with its rows sorted": ("SW-C4", _sorted_rows(X).T[:, :k]),
        "rows of the raw axes": ("SW-C4", raw.T[:, :k]),
    }


def _rows_of_svd(X, k):
    """Rows where columns were meant, with the signs that a singular value decomposition gives."""
    A = X - X.mean(axis=0)
    Vt = np.linalg.svd(A, full_matrices=False)[2]
    U, _, Wt = np.linalg.svd(A.T @ A / len(A))
    return {
        "columns of Vt, whose rows are the axes": ("SW-C4", Vt[:, :k]),
        "rows of U, whose columns are the axes": ("SW-C4", U.T[:, :k]),
        "columns of Vt of the covariance, whose rows are the axes": ("SW-C4", Wt[:, :k]),
    }


def _sorted_rows(X):
    values, vectors = np.linalg.eig(np.cov(X, rowvar=False))
    return vectors.real[np.argsort(-values.real)].T


def share_of(X, k):
    """A share of the variance that k principal components reach, and fewer do not."""
    values = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2
    reached = np.cumsum(values) / values.sum()
    return float((reached[k - 1] + (reached[k - 2] if k > 1 else 0.0)) / 2)


def is_share(node, name):
    """Whether a parameter is the share of variance to keep: sums or ratios are compared with it."""
    compared = [item for item in ast.walk(node) if isinstance(item, ast.Compare)] if node is not None else []
    texts = [ast.unparse(item) for item in compared]
    return any(re.search(rf"\b{name}\b", text) and re.search(r"sum|ratio|/|var", text.lower()) for text in texts)


def keeps_more(item, d, k):
    """Whether an array holds more than k axes of d numbers in its columns."""
    table = item.ndim == 2 and len(item) == d and k < item.shape[1] <= d
    return table and np.allclose(item.T @ item, np.eye(item.shape[1]), atol=1e-6)


PREPARES = re.compile(
    r"normal|standard|scale|cent(er|re)(?!s|_of)|de_?mean|(sub|minus|remove|zero)\w*mean", re.IGNORECASE
)
PREPARED = re.compile(r"(standardi[sz]|normali[sz]|scal|cent(e?r)?|demean)(ed|d)(_|$)|zero_?mean|_norm$", re.IGNORECASE)
TOLD = re.compile(r"(must|should|assum\w*|expect\w*|already|has to)\b.{0,40}?((normali[sz]|standardi[sz]|cente?r)ed|centred|zero.mean)", re.I)  # fmt: skip

MEANS = re.compile(r"mean|cent(er|re)|average|standardi[sz]|normali[sz]", re.IGNORECASE)


SCORES = re.compile(r"^[zy]$|^z|proj|score|reduced|low|encod|compress|transformed")
AXES = re.compile(r"(top_?|principal_?)?(components?|axes|basis|directions?|loadings|pcs?|eig(en)?_?(vec(tor)?|val(ue)?|pair)s?|variances?)(_?(mat(rix)?|k|subset|sorted))?")  # fmt: skip


def takes_axes(function):
    """The parameters in which a function is handed what a decomposition gives: ``project(X, components, mean)``; and the
    scores beside them: ``rebuild(Z, components)``."""
    needed = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
    found = [name for name in needed if AXES.fullmatch(vocabulary.plain(name))] if len(needed) > 1 else []
    return found + [name for name in needed if found and SCORES.search(vocabulary.plain(name))]


def stand_in(view, failure, X, k):
    """What an earlier function gave, for a parameter of unknown name: scores, axes, or all of it."""
    d, plain = X.shape[1], vocabulary.plain(failure.parameter)
    if re.search(r"^mu_?|mean|avg|average|center|media", plain):
        middles = [item for item in view.results if np.size(item) == d and np.allclose(np.ravel(item), X.mean(axis=0))]
        if middles:
            return middles[0]
    if re.search("variance|val(ue)?s?$", plain):
        sizes = [
            item
            for item in view.results
            if np.shape(item) in ((k,), (d,)) and np.asarray(item).dtype.kind == "f" and np.min(item) > 0
        ]
        found = [item for item in sizes if np.size(item) != d or not np.allclose(item, X.mean(axis=0))]
        if found:
            return found[0]
    scores = bool(SCORES.search(plain))
    if scores:
        found = [item for item in view.results if isinstance(item, np.ndarray) and item.shape == (len(X), k)]
    elif view.kept is not None:
        found = [view.kept]
    else:
        found = [item for item in view.results if isinstance(item, np.ndarray) and item.shape in ((d, d), (d, k), (k, d))]  # fmt: skip
        found = [item for item in found if length_one(item)] or found
    if not found:
        raise failure
    return found[-1] if scores else found[0]


def takes_prepared(view):
    """Whether the rows are to come centred: so the name of a parameter, or what is said of the function that gets them."""
    functions, maker = view.functions or {}, view.estimator
    if maker:
        names = {maker.find(estimator.FIT, "fit") or maker.find(estimator.FIT_TRANSFORM)} - {None}
        functions = {"": maker.factory} | {name: maker.methods()[name] for name in names}
    callers = [item for item in functions.values() if hasattr(item, "__code__") and binding.parameters(item)]
    inner = {name for item in callers for name in item.__code__.co_names}
    first = [item for name, item in functions.items() if name not in inner]
    needed = [entry.name for item in first for entry in binding.parameters(item) if entry.default is entry.empty]
    return any(map(PREPARED.search, needed)) or any(TOLD.search(item.__doc__ or "") for item in first)


def centred_elsewhere(target, where):
    """Whether the function of the axes takes no mean off and other parts of its file may: rows may be meant to come centred."""
    node = target.namespace.get("nodes", {}).get(where) if isinstance(target.value, dict) else None
    mentioned = target.source is not None and bool(MEANS.search(target.source.text))
    return node is not None and mentioned and not MEANS.search(ast.unparse(node))


def leading(square, X, k):
    """The first k axes of a (d, d) array that holds them in columns or in rows."""
    for wanted in right_axes(X, k):
        if same_columns(square.T[:, :k], wanted) and not same_columns(square[:, :k], wanted):
            return square.T[:, :k]
        if same_columns(square[:, ::-1][:, :k], wanted):
            return wanted  # ascending, as eigh gives them: whoever uses them may reverse
    return square[:, :k]


def centres_itself(parts, X, k):
    """Whether rows that are not centred lead to the right axes, and to scores on them where there are any."""
    V, Z = parts.components if parts.components is not None else parts.all_axes, parts.scores
    fine = Z is not None if V is None else any(same_columns(leading(V, X, k), axis) for axis in right_axes(X, k))
    return fine and (Z is None or np.abs(Z.mean(axis=0)).max() < 1e-6 * np.abs(Z).max())


class Turned:
    """A caller for code that has its samples in columns: tables are turned on their way in and out."""

    def __init__(self, caller):
        self.caller = caller

    def __getattr__(self, name):
        return getattr(self.caller, name)

    def __call__(self, function, *args, **kwargs):
        return turned(self.caller(function, *map(turned, args), **{k: turned(v) for k, v in kwargs.items()}))

    def raw(self, function, *args, **kwargs):
        """The same with the very arguments."""
        return turned(self.caller.raw(function, *map(turned, args), **{k: turned(v) for k, v in kwargs.items()}))


def length_one(item):
    """Whether the longer side of a table holds vectors of length 1 at right angles."""
    columns = item if len(item) > item.shape[1] else item.T
    return np.allclose(columns.T @ columns, np.eye(columns.shape[1]), atol=1e-6)


def uncorrelated(item):
    """Whether columns are those of scores: no two of them vary together."""
    with np.errstate(all="ignore"):
        table = np.corrcoef(item, rowvar=False)
    return bool(np.isfinite(table).all() and np.abs(table - np.diag(np.diag(table))).max() < 1e-6)


def explained(parts, X, k):
    """Whether the axes, or the scores where there are none, are the principal ones or those of a usual mistake."""
    V = parts.components if parts.components is not None else parts.all_axes
    if V is None:
        return parts.scores is not None
    if V.shape[0] != X.shape[1] or V.shape[1] < k or V.dtype.kind != "f":
        return False
    known = [*right_axes(X, k), *(axis for _, axis in wrong_axes(X, k).values())]
    square = V.shape[1] > k
    sides = (V[:, :k], V[:, ::-1][:, :k], V.T[:, :k]) if square else (V,)
    return any(same_columns(side, axis) or scaled_columns(side, axis) for side in sides for axis in known)


def of_length_one(Z):
    """Whether what was taken for scores has orthonormal columns."""
    return Z is not None and Z.ndim == 2 and np.allclose(Z.T @ Z, np.eye(Z.shape[1]), atol=1e-6)


def one_of(got, fine):
    """Whether a vector equals the first entries of one of ``fine``, in any order."""
    got = np.sort(np.asarray(got, dtype=float))
    return any(np.allclose(got, np.sort(item[: len(got)]), rtol=1e-3) for item in fine)


def both_ways(axes):
    """Axes in columns and in rows."""
    return () if axes is None else (np.asarray(axes), np.asarray(axes).T)
