"""What a module of the same project that is not here most likely held, by name: a base class, a distance, a metric.

Only names whose meaning everybody shares are filled in, each with the right computation; a fault can then only sit in
the file that is read.
"""

import re

import numpy as np

SETS_UP = re.compile(r"_*(set_?up|prepare|check|validate|init|process|store|save|load|parse|convert|reset)\w*")


class Base:
    """A base class that keeps what it is given, fits by keeping the data, and predicts by ``_predict``."""

    def __init__(self, *args, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        from scratchwork.checks.views.estimator import FIT, PREDICT, TRANSFORM

        have = {name for name in dir(cls) if not name.startswith("__")}
        for names, method, inner in ((PREDICT, _predict, "_predict"), (TRANSFORM, _transform, "_transform")):
            if inner in have and not have & set(names):
                setattr(cls, method.__name__.strip("_"), _named(method, inner.strip("_")))
        answers = {*PREDICT, *TRANSFORM, "_predict", "_transform"} & have
        if answers and not have & set(FIT) and not any(re.match("fit|train", name) for name in have):
            cls.fit = _named(_fit, "fit")

    def __getattr__(self, name):
        if name.startswith("__") or not SETS_UP.fullmatch(name):
            raise AttributeError(name)
        return lambda *args, **kwargs: _keep(self, *args, **kwargs)


def _named(method, name):
    """A copy of a method under the name that it has in the class."""

    def inherited(self, X=None, y=None):
        return method(self, X, y)

    def asked(self, X=None):
        return method(self, X)

    made = inherited if name == "fit" else asked
    made.__name__ = made.__qualname__ = name
    return made


def _keep(self, X=None, y=None, *_, **__):
    """Keep rows, targets and their numbers under the usual names; gives the rows back."""
    if X is None or isinstance(X, (str, int, float, bool)):
        return X
    if y is None and "X" in vars(self):
        return _rows(X)  # what is asked about is not kept
    self.X = _rows(X)
    self.y = None if y is None else np.asarray(y)
    self.n_samples = 1 if self.X.ndim < 2 else len(self.X)
    self.n_features = self.X.shape[-1] if self.X.ndim else 1
    return self.X if y is None else (self.X, self.y)


def _fit(self, X, y):
    _keep(self, X, y)
    for name in ("_fit", "_train", "_learn"):
        if hasattr(type(self), name):
            getattr(self, name)(*[item for item in (X, y) if item is not None])
            break
    return self


def _predict(self, X):
    return self._predict(X if X is None else _rows(X))


def _transform(self, X):
    return self._transform(_rows(X))


def _rows(X):
    """Rows as an array, whole numbers as floats."""
    X = np.asarray(X)
    return X.astype(float) if X.dtype.kind in "iub" else X


def _sigmoid(x):
    x = np.asarray(x, dtype=float)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def _softmax(x, axis=None):
    """Over the classes: of the axes longer than 1 the shorter one, as there are more samples than classes."""
    x = np.asarray(x, dtype=float)
    if axis is None:
        long = [place for place in range(x.ndim) if x.shape[place] > 1]
        axis = min(reversed(long), key=lambda place: x.shape[place]) if long else -1
    shifted = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


def _one_hot(x, n_col=None, **_):
    x = np.asarray(x, dtype=int).ravel()
    return np.eye(int(n_col or x.max() + 1))[x]


def _sigmoid_slope(x):
    """The slope at z, or at a = sigmoid(z) where all of x may be such outputs: which is meant is not seen here."""
    x = np.asarray(x, dtype=float)
    a = x if x.size and ((x > 0) & (x < 1)).all() else _sigmoid(x)
    return a * (1 - a)


def _tanh_slope(x):
    """The slope at z, or at a = tanh(z) where all of x may be such outputs."""
    x = np.asarray(x, dtype=float)
    a = x if x.size > 1 and (np.abs(x) < 1).all() else np.tanh(x)
    return 1 - a * a


def _covariance(X, Y=None):
    X, Y = np.asarray(X), np.asarray(X if Y is None else Y)
    return (X - X.mean(axis=0)).T @ (Y - Y.mean(axis=0)) / (len(X) - 1)


def _r2(y, p):
    y, p = np.asarray(y), np.asarray(p)
    return 1 - ((y - p) ** 2).sum() / ((y - y.mean()) ** 2).sum()


def _difference(power):
    return lambda y, p: np.mean(np.abs(np.asarray(y) - np.asarray(p)) ** power)


PARTS = (
    (r"euclid\w*|l2_?dist\w*", lambda a, b: np.sqrt(np.sum((np.asarray(a) - np.asarray(b)) ** 2))),
    (r"manhattan\w*|l1_?dist\w*", lambda a, b: np.sum(np.abs(np.asarray(a) - np.asarray(b)))),
    (r"sigmoid|logistic|expit", _sigmoid),
    (r"softmax", _softmax),
    (r"relu", lambda x: np.maximum(x, 0)),
    (r"tanh", np.tanh),
    (r"sigmoid_?(grad\w*|deriv\w*|prime)", _sigmoid_slope),
    (r"d_?tanh|tanh_?(grad\w*|deriv\w*|prime)", _tanh_slope),
    (r"d_?relu|relu_?(grad\w*|deriv\w*|prime)", lambda x: (np.asarray(x) > 0) * 1.0),
    (r"(calc\w*|compute)_?(the_)?covariance(_matrix)?", _covariance),
    (r"to_categorical|one_?hot(_?encod\w*)?", _one_hot),
    (r"make_diagonal", lambda x: np.diag(np.ravel(x))),
    (r"accuracy(_score)?", lambda y, p: np.mean(np.ravel(y) == np.ravel(p))),
    (r"mean_?squared_?error|mse", _difference(2)),
    (r"mean_?absolute_?error|mae", _difference(1)),
    (r"r2(_score)?|r_?squared", _r2),
    (r"add_(bias|intercept|ones)(_\w+)?", lambda X: np.column_stack([np.ones(len(X)), X])),
)  # fmt: skip


class Activation:
    """An activation of the project as an object: called for its value, asked for its slope."""

    def __init__(self, function):
        self.function = function

    def __call__(self, x):
        return self.function(x)

    def gradient(self, x):
        """The derivative, by central differences."""
        return (self.function(x + 1e-6) - self.function(x - 1e-6)) / 2e-6

    derivative = gradient


def part(name):
    """The usual computation behind a name, or None.

    >>> part("euclidean_distance")([0, 0], [3, 4]), part("frobnicate")
    (np.float64(5.0), None)
    """
    from scratchwork.checks.recognising.vocabulary import plain

    found = next((item for pattern, item in PARTS if re.fullmatch(pattern, plain(name))), None)
    if found is not None and name[:1].isupper() and re.fullmatch("sigmoid|softmax|relu|tan_?h", plain(name)):
        return lambda *_, **__: Activation(found)
    return found


def gradient_of(function, argnum=0):
    """What ``autograd.grad`` gives: a function that returns the gradient, here by central differences."""

    def gradient(*args, **kwargs):
        point = np.array(args[argnum], dtype=float)
        found = np.zeros_like(point)
        for index in np.ndindex(point.shape):
            width = 1e-3 * max(1.0, abs(point[index]))
            for step, share in ((1, 8), (-1, -8), (2, -1), (-2, 1)):
                moved = point.copy()
                moved[index] += step * width
                found[index] += share * float(function(*args[:argnum], moved, *args[argnum + 1 :], **kwargs))
            found[index] /= 12 * width
        return found

    return gradient


def slopes_of(function, argnum=0):
    """What ``autograd.elementwise_grad`` gives: the slope at each entry, of a function that takes them one by one."""

    def slopes(*args, **kwargs):
        point = np.array(args[argnum], dtype=float)
        low, high = (function(*args[:argnum], point + step, *args[argnum + 1 :], **kwargs) for step in (-1e-6, 1e-6))
        return (np.asarray(high) - np.asarray(low)) / 2e-6

    return slopes
