"""Logistic and linear regression whose gradient is inside fit: their path is followed from iteration to iteration.

fit with 0, 1, 2, 3 iterations gives the parameters along the path; each difference over the rate is a gradient, to be
compared with ours at the point before. Letters: w (d, C), b (C,), X (n, d), Y (n, C).
"""

import dataclasses
import re

import numpy as np

from scratchwork.checks import data, reference
from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.model import modelled
from scratchwork.checks.registry import probe

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
            self.X, self.y = data.line(37, 5, seed=13, noise=0.5)
            self.Y = self.y.reshape(-1, 1)
        else:
            self.X, self.y = data.overlapping(37, 5, classes, seed=13)
            self.X = self.X + 0.3
            self.Y = self.y.reshape(-1, 1).astype(float) if classes == 2 else np.eye(classes)[self.y]
        self.lr = 0.05 if model.takes("lr", "alpha") else None

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
        raise CannotCheck(f"no array of {d} weights for {C} output(s) is within reach after fitting")

    def _split(self, whole, made):
        """Which entry is the intercept: the one that a shift of the answers moves, so the first by convention."""
        first = "last" not in str(getattr(made, "intercept_position", ""))
        if not hasattr(self, "spot"):
            self.spot = self._find_spot(made) if first else -1
        spot = self.spot
        w = np.delete(whole, spot, axis=0)
        return Parameters(w, whole[spot], spot)

    def _find_spot(self, made):
        """0 or -1: of two columns of ones, the one for which the score of the zero row is the parameter."""
        import ast

        nodes = getattr(self.model, "nodes", {})
        text = " ".join(ast.unparse(node) for node in nodes.values())
        last = re.search(
            r"(hstack|concatenate|c_|column_stack)\W*\(?\[?\W*X\w*\W*, *np\.ones|append\(.*ones.*axis|w\[-1\]|theta\[-1\]|weights\[-1\]|\[:-1\]",
            text,
        )
        return -1 if last else 0


def _numeric(item):
    return (
        isinstance(item, (float, np.floating, np.ndarray, int))
        and not isinstance(item, bool)
        and np.asarray(item).dtype.kind in "fiu"
        or (isinstance(item, list) and item and all(isinstance(entry, float) for entry in item) and len(item) < 9)
    )


def gradient(path, parameters, X=None, Y=None, kind=None):
    """(dw, db) of the mean loss at the parameters: cross-entropy for logistic, half squared error for linear."""
    X, Y = path.X if X is None else X, path.Y if Y is None else Y
    Z = X @ parameters.w + (0.0 if parameters.b is None else parameters.b)
    P = Z if path.model.kind == "linear" else (reference.softmax(Z, axis=1) if path.C > 1 else reference.sigmoid(Z))
    E = P - Y
    E = {None: E, "squared": E * P * (1 - P), "linear": Z - Y, "hard": (Z > 0) - Y, "positive": P}[kind]
    dw, db = X.T @ E / len(X), E.mean(axis=0)
    return np.concatenate([dw.ravel(), db]) if parameters.b is not None else dw.ravel()


def followed(target, call):
    """The Path of a target with parameters after 0, 1, 2, 3 iterations; made once."""
    if "path" not in target.namespace:
        try:
            target.namespace["path"] = _follow(target, call)
        except CannotCheck as failure:
            target.namespace["path"] = failure
    if isinstance(target.namespace["path"], Exception):
        raise target.namespace["path"]
    return target.namespace["path"]


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
            return path
        except CannotCheck as failure:
            why = why or failure
    raise why


def _demand_plain_steps(path):
    """CannotCheck unless the first step is proportional to the rate: then it is gradient descent of some kind."""
    one, two = ((path.at(1, lr=rate).joined() - path.start.joined()) for rate in (1e-4, 2e-4))
    if not one.any() or not np.allclose(two, 2 * one, rtol=1e-2, atol=1e-12):
        raise CannotCheck("its steps are not proportional to a rate, so it is no plain gradient descent")


def steps(path):
    """[(point before, step / -rate)] along the path."""
    points = [path.start, *path.points]
    return [(before, (before.joined() - after.joined()) / path.lr) for before, after in zip(points, points[1:])]


@probe("SW-G1", "SW-G18", "SW-P15", "SW-G13", "SW-T3", roles=KINDS)
def the_path_follows_the_gradient(target, call):
    """Each step of fit is the rate times minus the gradient of the loss at the point before, up to one factor."""
    path = followed(target, call)
    pairs = steps(path)
    right = [gradient(path, before) for before, _ in pairs]
    where = _stepping(target, path.model)
    fits = [reference.fitted_factor(step, wanted) for (_, step), wanted in zip(pairs, right)]
    if all(residual < 1e-3 for _, residual in fits):
        yield from _factors(path, fits, where)
        return
    yield from _explained(target, path, pairs, fits, where)


def _factors(path, fits, where):
    factors = [factor for factor, _ in fits]
    if factors[0] < 0:
        yield find("SW-G18", f"Each step is {-factors[0]:+.4g} times the gradient: the loss rises.", function=where)
    elif max(factors) / min(factors) > 1.01 and factors[-1] > factors[0]:
        yield find(
            "SW-T3",
            f"The steps are {', '.join(f'{f:.4g}' for f in factors)} times the gradient although the rate is constant.",
            function=where,
            severity="warning",
        )


def _explained(target, path, pairs, fits, where):
    """One named mistake after another; else the numbers."""
    others = (
        ("SW-P15", "the gradient without the first row", {"X": path.X[1:], "Y": path.Y[1:]}),
        ("SW-P15", "the gradient without the last row", {"X": path.X[:-1], "Y": path.Y[:-1]}),
        ("SW-G1", "(p - y) p (1 - p) X, the gradient of the squared error", {"kind": "squared"}),
        ("SW-G1", "(z - y) X, without the sigmoid", {"kind": "linear"}),
        ("SW-G1", "p X: the target is missing", {"kind": "positive"}),
    )  # fmt: skip
    for code, words, change in others:
        if path.model.kind == "linear" and "kind" in change:
            continue
        fitted = [reference.fitted_factor(step, gradient(path, before, **change)) for before, step in pairs]
        if all(residual < 1e-3 for _, residual in fitted):
            severity = "warning" if change.get("kind") == "squared" else "error"
            yield find(
                code,
                f"Each step of fit is {words} (the full gradient differs by {fits[0][1]:.2g}).",
                function=where,
                severity=severity,
            )
            return
    if _own_scaling(target, path) or _stochastic(path):
        raise CannotCheck("it scales the data, takes several steps an epoch, or uses another optimiser")
    yield from _bias_or_weights(path, pairs, where)


def _bias_or_weights(path, pairs, where):
    size = path.start.w.size
    (before, step), wanted = pairs[1], gradient(path, pairs[1][0])
    factor, residual = reference.fitted_factor(step[:size], wanted[:size])
    if residual < 1e-3 and path.start.b is not None:
        got, right = step[size:], factor * wanted[size:]
        if factor < 0 and np.allclose(got, -right, rtol=1e-2):
            yield find("SW-G18", f"The weights move {-factor:+.4g} times their gradient, uphill; the intercept moves down.", function=where)
            return
        if np.allclose(got, 0):
            yield find("SW-G13", f"The intercept never moves; its gradient is {right[0]:.4g}.", function=where)
        else:
            yield find(
                "SW-G13",
                f"The intercept's gradient is {got[0]:.5g}; beside that of the weights it should be {right[0]:.5g}.",
                function=where,
            )
        return
    index = int(np.argmax(np.abs(step - wanted)))
    yield find(
        "SW-G1",
        f"In the second iteration entry {index} moves by {-step[index]:.5g} times the rate; minus the gradient is {-wanted[index]:.5g}.",
        function=where,
        severity="warning" if path.C > 1 else "error",
    )


def _own_scaling(target, path):
    """Whether fit standardises the data itself, or encodes the labels as -1 and 1."""
    import ast

    text = " ".join(ast.unparse(node) for node in path.model.nodes.values())
    return bool(
        re.search(
            r"\.std\(|normali|standardi|scaler|adam|rmsprop|np\.where\(y|minimize|hinge|sign\(|beta1|velocity|decay",
            text,
        )
    )


def _stochastic(path):
    """Whether an epoch takes many small steps: with a tiny rate they add up to one gradient."""
    tiny = 1e-7
    moved = (path.at(1, lr=1e-12).joined() - path.at(1, lr=tiny).joined()) / tiny
    start = path.at(1, lr=1e-12)
    return reference.fitted_factor(moved, gradient(path, start))[1] < 1e-2


def _stepping(target, model):
    """The method that holds the update: the one that subtracts, else the one that fits."""
    import ast

    nodes = {
        key.split(".")[-1]: node
        for key, node in target.namespace.get("nodes", {}).items()
        if key.startswith(f"{target.name}.")
    }
    graded = [
        name
        for name, node in nodes.items()
        if re.search(r"grad|backward|step|update|descent", name) and name != model.fit_name
    ]
    inner = [name for name in graded if "y" in ast.unparse(nodes[name]) or "error" in ast.unparse(nodes[name])]
    return (inner or [model.fit_name])[0]


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-T2", roles=KINDS)
def the_penalty_shrinks_the_weights(target, call):
    """With lambda > 0 the second step gains a positive multiple of the weights, and nothing for the intercept."""
    path = followed(target, call)
    if {"SW-G18", "SW-G1", "SW-G13"} & target.namespace.get("found", set()):
        raise CannotCheck("the steps are wrong without a penalty")
    if not path.model.takes("lambda"):
        raise CannotCheck("it has no penalty that can be set")
    lam, where = 0.5, _stepping(target, path.model)
    a, b = path.at(2), path.at(2, **{"lambda": lam})
    at_one, with_one = path.at(1), path.at(1, **{"lambda": lam})
    moved = at_one.joined() - with_one.joined()
    if np.abs(moved).max() > 1e-12 and np.allclose(path.start.joined(), 0):
        size = at_one.w.size
        if reference.fitted_factor(moved[:size], gradient(path, path.start)[:size])[1] < 1e-3:
            yield find("SW-G3", f"At zero weights lambda = {lam} already moves them, along the gradient itself.", function=where)
            return
        raise CannotCheck("the penalty already acts at zero weights")
    start = path.start if not np.allclose(path.start.joined(), 0) else at_one
    if start is path.start:
        a, b = at_one, with_one
    added, size = (a.joined() - b.joined()) / path.lr, a.w.size
    if np.abs(added).max() < 1e-12:
        if not {"SW-T2"} & target.namespace.get("found", set()):
            yield from _no_penalty(path, lam, where)
        return
    factor, residual = reference.fitted_factor(added[:size], start.w.ravel())
    if residual < 1e-3 and factor < 0:
        yield find(
            "SW-G2",
            f"lambda = {lam} adds {factor:.4g} w to the gradient: it pushes the weights away from zero.",
            function=where,
        )
    elif residual > 1e-3 and reference.fitted_factor(added, gradient(path, start))[1] < 1e-3:
        yield find(
            "SW-G3",
            f"lambda = {lam} adds a multiple of the gradient itself, and nothing that depends on the weights.",
            function=where,
        )
    elif a.b is not None and np.abs(added[size:]).max() > 1e-9 and np.abs(start.b).max() > 1e-6:
        share = added[size] / start.b.ravel()[0]
        yield find("SW-G4", f"lambda = {lam} adds {share:.4g} times the intercept to its gradient.", function=where)


def _no_penalty(path, lam, where):
    """lambda moves no weight: does it move the reported loss?"""
    plain, more = (_history(path.model, path, **{"lambda": value}) for value in (0.0, lam))
    if plain is not None and more is not None and not np.allclose(plain, more):
        yield find(
            "SW-G5",
            f"lambda = {lam} changes the recorded loss ({plain[-1]:.5g} to {more[-1]:.5g}) and no weight.",
            function=where,
        )


def _history(model, path, epochs=6, **settings):
    made = model.fit(
        path.X,
        path.y,
        **{
            "lr": path.lr,
            "epochs": epochs,
            "tol": 0.0,
            "momentum": 0.0,
            "lambda": 0.0,
            "batch_size": len(path.X),
            **settings,
        },
    )
    return history_of(made, epochs)


def history_of(made, epochs):
    """A list of one number for each iteration that the object keeps, as an array; or None."""
    for key, item in vars(made).items() if hasattr(made, "__dict__") else ():
        if (
            isinstance(item, (list, np.ndarray))
            and len(np.shape(item)) == 1
            and len(item) in (epochs, epochs + 1)
            and re.search(r"loss|cost|hist|error|obj|j_", key.lower())
        ):
            return np.asarray(item, dtype=float)
    return None


@probe("SW-T14", "SW-G9", "SW-G7", roles=KINDS)
def the_history_is_the_loss(target, call):
    """What is recorded at each iteration is the loss of the parameters before or after the step."""
    from scratchwork.checks import loss_values
    from scratchwork.checks.probe_functions import judge_readings

    path = followed(target, call)
    epochs = 6
    series = _history(path.model, path, epochs)
    if series is None or len(series) != epochs:
        raise CannotCheck("no history of the loss is kept")
    points = [path.start, *[path.at(t) for t in (1, 2, 3)]]
    readings = []
    for shift in (0, 1):
        outputs = []
        for t in (0, 1, 2):
            p = points[t + shift]
            Z = path.X @ p.w + (0.0 if p.b is None else p.b)
            P = (
                Z
                if path.model.kind == "linear"
                else (reference.softmax(Z, axis=1) if path.C > 1 else reference.sigmoid(Z))
            )
            outputs.append(loss_values.Point(float(series[t]), P, path.Y))
        readings.append((path.C, "", outputs, loss_values.identify(outputs)))
    where = _recording(target, path.model)
    known = [entry for entry in readings if entry[3]]
    if not known:
        if _own_scaling(target, path) or path.C > 1:
            raise CannotCheck("what the history holds is not known")
        yield find(
            "SW-T14",
            f"The first recorded number is {series[0]:.5g}; it is no usual loss of the parameters before the step ({loss_values.usual(readings[0][2][0])['binary cross-entropy' if path.model.kind == 'logistic' else 'half squared error']:.5g}) or after it.",
            function=where,
        )
        return
    if path.model.kind == "linear":
        return
    if any("entropy" in entry[3][0] for entry in known):
        for finding in judge_readings(target, [entry for entry in known if "entropy" in entry[3][0]], True, False):
            yield finding.at(function=where)
    else:
        yield find(
            "SW-T14",
            f"The recorded number is the {known[0][3][0]}, while the steps follow the cross-entropy.",
            function=where,
        )


def _recording(target, model):
    names = [key.split(".")[-1] for key in target.namespace.get("nodes", {}) if key.startswith(f"{target.name}.")]
    return next((name for name in names if re.search(r"loss|cost|entropy|likelihood", name)), model.fit_name)


@probe("SW-T13", "SW-T15", "SW-P90", roles=KINDS)
def it_stops_when_it_has_arrived(target, call):
    """With its own stopping rule and many iterations it neither stops at once nor far from the optimum."""
    model = modelled(target, call)
    path = Path(model, 2)
    lr = {"lr": 0.1} if model.takes("lr", "alpha") else {}
    made = model.fit(path.X, path.y, epochs=800, **lr, **({"lambda": 0.0} if model.takes("lambda") else {}))
    taken = _iterations(made)
    parameters = path.read(made)
    slope = np.linalg.norm(gradient(path, parameters))
    start = np.linalg.norm(
        gradient(path, Parameters(parameters.w * 0, None if parameters.b is None else parameters.b * 0))
    )
    if taken is not None and taken <= 5 and slope > 0.2 * start and model.takes("epochs"):
        yield find(
            "SW-T13",
            f"It stops after {taken} of 800 iterations, where the gradient norm is still {slope:.3g} ({start:.3g} at the start).",
            function=model.fit_name,
        )
    elif model.kind == "linear" and not model.takes("epochs") and not model.takes("lambda", "alpha", "C"):
        yield from _closed_form(path, parameters, model)


def _closed_form(path, parameters, model):
    """The exact answer is unique: least squares with (or without) an intercept."""
    A = np.hstack([path.X, np.ones((len(path.X), 1))]) if parameters.b is not None else path.X
    exact = np.linalg.lstsq(A, path.y, rcond=None)[0]
    got = parameters.joined()
    centred = np.linalg.lstsq(path.X - path.X.mean(axis=0), path.y - path.y.mean(), rcond=None)[0]
    if not np.allclose(got, exact, rtol=1e-3, atol=1e-3) and not np.allclose(parameters.w.ravel(), centred, atol=1e-3):
        index = int(np.argmax(np.abs(got - exact)))
        yield find(
            "SW-P90",
            f"Weight {index} is {got[index]:.5g}; least squares gives {exact[index]:.5g}.",
            function=model.fit_name,
        )


def _iterations(made):
    """How many iterations an object says, or shows by its history, that it took."""
    for key, item in vars(made).items() if hasattr(made, "__dict__") else ():
        if re.search(r"n_iter_$|iterations_run|n_iter_run|stopped_at|epochs_run|num_iters_run", key) and isinstance(
            item, (int, np.integer)
        ):
            return int(item)
    for key, item in vars(made).items() if hasattr(made, "__dict__") else ():
        if (
            isinstance(item, list)
            and re.search(r"loss|cost|hist|error|obj|j_", key.lower())
            and item
            and isinstance(item[0], (float, np.floating))
        ):
            return len(item)
    return None


__all__ = ["CallFailed"]
