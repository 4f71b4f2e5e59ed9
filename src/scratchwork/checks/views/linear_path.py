"""The path of gradient descent: parameters after 0, 1, 2, 3 iterations of a class whose gradient is inside fit.

Each difference over the rate is a gradient, to be compared with ours at the point before. Letters: w (d, C), b (C,),
X (n, d), Y (n, C).
"""

import ast
import dataclasses
import itertools
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, Unseen
from scratchwork.checks.registry import once
from scratchwork.checks.running import data
from scratchwork.checks.views import reference
from scratchwork.checks.views.linear_implied import implied
from scratchwork.checks.views.model import modelled

KINDS = ("logistic", "linear")


@dataclasses.dataclass
class Parameters:
    """Weights (d, C) and intercepts (C,) or None, read from a fitted object."""

    w: np.ndarray
    b: np.ndarray | None
    inside: int | None = None  # index of the intercept inside the vector

    def joined(self):
        """Everything as one vector, weights first."""
        return self.w.ravel() if self.b is None else np.concatenate([self.w.ravel(), self.b.ravel()])


class Path:
    """The path of a class's gradient descent."""

    def __init__(self, model, classes):
        self.model, self.classes, self.C = model, classes, (1 if classes == 2 else classes)
        if model.kind == "linear":
            self.C = 1
            self.X, self.y = data.line(37, model.width, seed=13, noise=0.5)
            self.Y = self.y.reshape(-1, 1)
        else:
            self.X, self.y = data.overlapping(37, model.width, classes, seed=13)
            self.X = self.X + 0.3
            self.Y = self.y.reshape(-1, 1).astype(float) if classes == 2 else np.eye(classes)[self.y]
        self.lr = 0.05 if model.takes("lr", "alpha") else None
        self.apart = False  # each class against the rest, by a sigmoid of its own

    def at(self, epochs, X=None, y=None, lr=None, **settings):
        """Parameters after so many iterations."""
        settings = {
            "lambda": 0.0,
            "momentum": 0.0,
            "lr": lr or self.lr or 0.05,
            "epochs": epochs,
            "tol": 0.0,
            "batch_size": len(self.X),
            **settings,
        }
        made = self.model.fit(self.X if X is None else X, self.y if y is None else y, **settings)
        return self.read(made)

    def read(self, made):
        """Weights and intercept by shape, then by name."""
        d, C = self.X.shape[1], self.C
        if d == 1:  # two numbers: which is which the answers tell
            said = implied(self.model, made)
            return Parameters(said.w.reshape(1, 1), np.array([said.b]))
        arrays = {str(key): np.asarray(item, dtype=float) for key, item in vars(made).items() if _numeric(item)}
        arrays = {
            key: item
            for key, item in arrays.items()
            if not re.search(r"mean|std|sigma|scale|hist|loss|cost|grad|X|y_|min|max|mu|\bsd|_sd|var", key)
        }
        for key, item in arrays.items():
            if item.size == d * C and item.ndim and (item.ndim < 2 or set(item.shape) <= {d, C, 1}):
                w = item.reshape(d, C) if C == 1 else (item if item.shape == (d, C) else item.T)
                biases = [
                    other
                    for name, other in arrays.items()
                    if name != key
                    and other.size == C
                    and re.match(r"_*(b|bias|intercept|w0|theta0|b0|beta0|w_0|beta_0|c)s?\d*_*$", name)
                ]
                return Parameters(w, biases[0].ravel() if biases else None)
        for item in arrays.values():
            if item.size == (d + 1) * C and item.ndim:
                whole = item.reshape(d + 1, C) if C == 1 or item.shape == (d + 1, C) else item.T
                return self._split(whole, made)
        raise Unseen(f"no array of {d} weights for {C} output(s) is within reach after fitting")

    def _split(self, whole, made):
        """Which entry is the intercept: the one that a shift of the answers moves, so the first by convention."""
        first = "last" not in str(getattr(made, "intercept_position", ""))
        if not hasattr(self, "spot"):
            self.spot = 0 if hasattr(made, "intercept_first") else self._find_spot(made) if first else -1
        spot = self.spot
        w = np.delete(whole, spot, axis=0)
        return Parameters(w, whole[spot], spot)

    def _find_spot(self, made):
        """0 or -1: of two columns of ones, the one for which the score of the zero row is the parameter."""
        nodes = getattr(self.model, "nodes", {})
        text = " ".join(ast.unparse(node) for node in nodes.values())
        last = re.search(
            r"(hstack|concatenate|c_|column_stack)\W*\(?\[?\W*X\w*\W*, *np\.ones|append\(.*ones.*axis|\b(w|theta|weights)\[-1\]|\[:-1\]",
            text,
        )
        return -1 if last else 0


def _numeric(item):
    return (
        isinstance(item, (float, np.floating, np.ndarray, int))
        and not isinstance(item, bool)
        and np.asarray(item).dtype.kind in "fiu"
    ) or (isinstance(item, list) and item and all(isinstance(entry, float) for entry in item) and len(item) < 9)


def gradient(path, parameters, X=None, Y=None, kind=None):
    """(dw, db) of the mean loss at the parameters: cross-entropy for logistic, half squared error for linear."""
    X, Y = path.X if X is None else X, path.Y if Y is None else Y
    Z = X @ parameters.w + (0.0 if parameters.b is None else parameters.b)
    together = path.C > 1 and not path.apart
    P = Z if path.model.kind == "linear" else (reference.softmax(Z, axis=1) if together else reference.sigmoid(Z))
    E = P - Y
    with np.errstate(all="ignore"):  # of a path that runs off
        E = {None: E, "squared": E * P * (1 - P), "linear": Z - Y, "hard": (Z > 0) - Y, "positive": P}[kind]
    dw, db = X.T @ E / len(X), E.mean(axis=0)
    return np.concatenate([dw.ravel(), db]) if parameters.b is not None else dw.ravel()


def followed(target, call):
    """The Path of a target with parameters after 0, 1, 2, 3 iterations; made once."""
    return once(target.namespace, "path", lambda: _follow(target, call))


def _follow(target, call):
    model = modelled(target, call)
    model.nodes = {
        key: node for key, node in target.namespace.get("nodes", {}).items() if key.startswith(f"{target.name}.")
    }
    if not model.takes("epochs") or not model.takes("lr", "alpha"):
        raise CannotCheck("the rate or the number of iterations cannot be set, so its path cannot be followed")
    why = None
    for classes in (2, 3) if model.kind == "logistic" else (2,):
        try:
            path = Path(model, classes)
            path.points = [path.at(epochs) for epochs in (1, 2, 3)]
            path.start = path.at(1, lr=1e-12)
            _demand_plain_steps(path)
            return _turned(path)
        except CannotCheck as failure:
            why = why or failure
    raise why


def _off(path):
    """How far the first step is from the gradient; ``apart`` is set where that of each class against the rest fits better."""
    step, found = path.start.joined() - path.points[0].joined(), []
    for apart in (False, True) if path.C > 1 else (False,):
        path.apart = apart
        found.append(reference.fitted_factor(step, gradient(path, path.start))[1])
    path.apart = found[-1] < 0.5 * found[0]
    return min(found)


def _turned(path):
    """The path with the other end of the weights as the intercept, where its first step is along the gradient then."""
    if _off(path) < 1e-3 or not hasattr(path, "spot"):
        return path
    kept = path.spot, path.start, path.points
    path.spot = -1 if path.spot == 0 else 0
    path.points, path.start = [path.at(epochs) for epochs in (1, 2, 3)], path.at(1, lr=1e-12)
    if _off(path) >= 1e-3:
        path.spot, path.start, path.points = kept
        _off(path)
    return path


def _demand_plain_steps(path):
    """CannotCheck unless the first step is proportional to the rate: then it is gradient descent of some kind."""
    for small in (1e-4, 1e-6):  # many steps in one iteration add up to a straight line only where each is tiny
        one, two = ((path.at(1, lr=rate).joined() - path.start.joined()) for rate in (small, 2 * small))
        if one.any() and np.allclose(two, 2 * one, rtol=1e-2, atol=1e-12):
            return _demand_a_steady_rate(path, small, one)
    raise CannotCheck("its steps are not proportional to a rate, so it is no plain gradient descent")


def _demand_a_steady_rate(path, tiny, first):
    """CannotCheck where a second pass goes less far than the first one: the rate falls by itself, as 1 / sqrt(t)."""
    second = path.at(2, lr=tiny).joined() - path.start.joined()
    factor, off = reference.fitted_factor(second, first)
    if off < 0.2 and 1.05 < factor < 1.9:  # 1: it stops early and keeps the first
        raise CannotCheck("its rate falls by itself, so its path is not followed from outside")


def steps(path):
    """[(point before, step / -rate)] along the path."""
    points = [path.start, *path.points]
    return [(before, (before.joined() - after.joined()) / path.lr) for before, after in itertools.pairwise(points)]


def _own_scaling(target, path):
    """Whether fit standardises the data itself, encodes the labels as -1 and 1, or holds rows back."""
    text = " ".join(ast.unparse(node) for node in path.model.nodes.values())
    return holds_back(target) or bool(
        re.search(
            r"\.std\(|\bmin\(|ptp\(|normali|standardi|scaler|adam|rmsprop|np\.where\(y|minimize|hinge|sign\((?!(self\.)?_?(w|weights?|coef\w*|theta\w*|beta\w*|params?)_?\b)|beta1|velocity|decay",
            text,
        )
    )


def is_one_step(target, name):
    """Whether a method makes one step: neither it nor what it calls goes round."""
    nodes = [item for node in target.reached(name).values() for item in ast.walk(node)]
    return bool(nodes) and not any(isinstance(item, (ast.For, ast.While)) for item in nodes)


HELD_BACK = re.compile(r"^val(id\w*)?_|_val(id\w*)?$|hold_?out|held_?out", re.IGNORECASE)
MEASURED = re.compile("loss|cost|acc|err|score|hist|metric|mse", re.IGNORECASE)


def holds_back(target):
    """Whether fit trains on some of its rows and watches the others: such as it makes, not those that it is handed."""
    nodes = [item for node in target.methods().values() for item in ast.walk(node)]
    made = [
        getattr(item, "id", getattr(item, "attr", ""))
        for item in nodes
        if isinstance(getattr(item, "ctx", None), ast.Store)
    ]
    return any(HELD_BACK.search(name) and not MEASURED.search(name) for name in made)


def tiny_step(path):
    """(step over -rate of one iteration with a tiny rate, the gradient at the start): many small steps add up to one."""
    tiny = 1e-7
    start = path.at(1, lr=1e-12)
    return (start.joined() - path.at(1, lr=tiny).joined()) / tiny, gradient(path, start)


def _stochastic(path):
    """Whether an epoch takes many small steps: with a tiny rate they add up to one gradient."""
    return reference.fitted_factor(*tiny_step(path))[1] < 1e-2


def _stepping(target, model):
    """The method that holds the update: the one that subtracts, else the one that fits."""
    nodes = target.methods()
    graded = [
        name
        for name, node in nodes.items()
        if re.search(r"grad|backward|step|update|descent", name) and name != model.fit_name
    ]
    inner = [name for name in graded if "y" in ast.unparse(nodes[name]) or "error" in ast.unparse(nodes[name])]
    return (inner or [model.fit_name])[0]
