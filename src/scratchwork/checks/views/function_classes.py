"""A function that learns, and the file's own function that predicts from its weights, as one class with fit and predict."""

import dataclasses
import inspect

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views.fit_functions import EPOCHS, OFFSET, START, D, N


@dataclasses.dataclass
class Answer:
    """A function of the file that answers for rows from the weights: its parameters, and what it says."""

    function: object
    rows: str
    start: str
    offset: str | None
    given: dict  # what else it must be given
    proba: bool = False

    def __call__(self, X, weights, offset, ones):
        """What it says of X; with a column of ones in front where it does not put it there itself."""
        given = {**self.given, self.start: weights, **({self.offset: offset} if self.offset else {})}
        why = None
        for rows in (np.column_stack([np.ones(len(X)), X]), X) if ones else (X,):
            try:
                return np.asarray(self.function(**{**given, self.rows: rows}))
            except (ValueError, IndexError) as error:
                why = error
        raise why


def answering(form, namespace, call):
    """[Answer] of a file for the weights of a form: of labels or values, of probabilities, where one function gives them."""
    rng, found = np.random.default_rng(8), []
    X, y = rng.normal(size=(N, D)), rng.permutation(np.arange(N) % 2)
    weights, offset = form.weights(X, y, {**DEFAULTS, "lr": 0.1, "epochs": EPOCHS, "batch_size": N}, call)
    for name, item in namespace.items():
        answer = _answer(item, offset) if inspect.isfunction(item) and _predicts(name, item) else None
        if answer is None:
            continue
        try:
            got = call(answer, X, weights, offset, form.adds_ones)
        except CannotCheck:
            continue
        if got.size in (N, 2 * N) and got.dtype.kind in "fiub":
            answer.proba = got.dtype.kind == "f" and got.min() > 0 and got.max() < 1
            if got.size == N or (answer.proba and got.shape == (N, 2)):
                found.append(answer)
    kinds = [[answer for answer in found if answer.proba is proba] for proba in (False, True)]
    return [kind[0] for kind in kinds if len(kind) == 1]


def _predicts(name, function):
    told = vocabulary.role_of_name(name) in ("predict", "predict_proba") or name.lower().startswith("predict")
    return told and function.__module__ == "user_module"


def _answer(function, offset):
    """The Answer that a function's parameters speak of, or None."""
    meant = binding.meanings_of(function)
    required = [entry.name for entry in binding.parameters(function) if entry.default is inspect.Parameter.empty]
    start = next((name for name in required if START.match(vocabulary.plain(name))), None)
    apart = next((name for name in required if OFFSET.match(vocabulary.plain(name))), None)
    given = {name: 0.5 for name in required if meant[name] == "threshold"}
    rows = [name for name in required if name not in (start, apart, *given)]
    if start is None or len(rows) != 1 or (apart is None) != (offset is None):
        return None
    return Answer(function, rows[0], start, apart, given)


NAMES = {"lr": "lr", "epochs": "epochs", "lambda": "lam", "batch_size": "batch_size", "tol": "tol"}
DEFAULTS = {"lr": 0.05, "epochs": 50, "lambda": 0.0, "batch_size": 10**6, "tol": 0.0}


def as_class(form, kind, answers=()):
    """The function as a class with fit and predict; ``answers`` are the file's own functions that predict.

    Without them the class says what the weights say, their score too.
    """
    known = [word for word in NAMES if word in form.settings]
    own = {entry.name: entry.default for entry in binding.parameters(form.function)}
    own = {word: own[form.settings[word]] for word in known if own[form.settings[word]] is not inspect.Parameter.empty}

    class Fitted:
        """A function of the user, fitted."""

        def __init__(self, **settings):
            given = {word: settings[NAMES[word]] for word in known if NAMES[word] in settings}
            self._settings = {word: DEFAULTS[word] for word in known if word not in own} | given

        def fit(self, X, y):
            self.weights, offset = form.weights(X, y, self._settings)
            self._told = form.told
            if offset is not None:
                self.bias = offset
            if form.adds_ones:
                self.intercept_first = True
            return self

        def predict(self, X):
            if answers:
                return _labels(_said(answers[0], form, self, X), 0.5 if answers[0].proba else None)
            return _labels(_score(self, X), 0.0 if kind == "logistic" else None)

    if not answers:
        Fitted.decision_function = _score
    elif answers[-1].proba:
        Fitted.predict_proba = lambda self, X: _said(answers[-1], form, self, X)
    Fitted.__signature__ = inspect.Signature([_setting(word, own.get(word, DEFAULTS[word])) for word in known])
    Fitted.__name__, Fitted.__module__ = form.function.__name__, "user_module"
    return Fitted


def _setting(word, default):
    return inspect.Parameter(NAMES[word], inspect.Parameter.KEYWORD_ONLY, default=default)


def _labels(said, border):
    """The likeliest of several columns, whether one exceeds a border, or what was said."""
    if said.ndim == 2 and said.shape[1] > 1:
        return said.argmax(axis=1)
    return np.ravel(said if border is None else (said > border).astype(int))


def _said(answer, form, fitted, X):
    """What a function of the file says of rows, a column of one number each as a vector."""
    said = answer(X, fitted.weights, getattr(fitted, "bias", None), form.adds_ones)
    return said if said.ndim == 2 and said.shape[1] == 2 else np.ravel(said)


def _score(fitted, X):
    """What the learnt weights say of rows."""
    X = np.reshape(X, (len(X), -1))
    inside = len(fitted.weights) == X.shape[1] + 1
    if inside:
        return X @ fitted.weights[1:] + fitted.weights[0]
    return X @ fitted.weights + getattr(fitted, "bias", 0.0)
