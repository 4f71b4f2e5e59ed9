"""The cost that a linear model reports while it trains, beside what its weights cost at that moment.

The numbers are seen from inside one fit (``linear_trail``): whatever holds or returns something named after a cost, in order.
They are compared with the usual costs of the weights along the path, up to one constant factor.
"""

import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views import reference
from scratchwork.checks.watching import linear_steps

LOSS = r"loss|cost|cust|cout|perte|perdida|verlust|kosten|mse|sse|rss|error_?h|errors?$|erro$|^j$|j_|hist|objective|nll|likelihood|entropy|^obj"
LEAST = 4  # values that must be seen


def values_seen(trail):
    """{name: [(value, function)]} of what is named after a cost: numbers, lists that grow, and what functions return."""
    found = {}
    for change in trail.record.changes:
        name = re.split(r"[:.]", change.name)[-1].strip("_").lower()
        if not re.search(LOSS, name) or re.search("grad|prev|old|best|last|tol", name):
            continue
        after, before = np.asarray(change.after), change.before
        grown = after.ndim == 1 and after.size == (0 if before is None else np.size(before)) + 1
        if after.dtype.kind == "f" and (after.size == 1 or grown):
            found.setdefault(change.name, []).append((float(after.ravel()[-1]), change.function))
    for call in trail.record.calls:
        if call.done and re.search(LOSS, call.function.lower()) and isinstance(call.returned, (float, np.floating)):
            found.setdefault(f"{call.function}()", []).append((float(call.returned), call.function))
    inner_first = sorted(found, key=lambda name: not name.endswith("()"))
    return {name: found[name] for name in inner_first if len(found[name]) >= LEAST}


def design(trail):
    """The (A, T) with which the steps of the weights agree; CannotCheck where there is none."""
    point = trail.points[1]
    best, least = None, 1e-5
    for A, T in linear_steps.designs(trail, point):
        if len(A) != len(trail.X):
            continue
        Z = A @ point.W + (0.0 if point.b is None else point.b)
        for link in _links(trail, T):
            error = (Z if trail.model.kind == "linear" else link(Z)) - T
            fit = linear_steps._decomposed(point, A, error)
            if fit.residual < least:
                best, least = (A, T, link), fit.residual
    if best is None:
        raise CannotCheck("the steps do not tell which rows and targets they are made of")
    return best


def _links(trail, T):
    return [reference.sigmoid] if T.shape[1] == 1 else [lambda Z: reference.softmax(Z, axis=1), reference.sigmoid]


def costs(trail, A, T, link):
    """({name: cost of (W, b)} of usual costs, the same of usual mistakes with their code)."""
    n = len(A)

    def scores(W, b):
        return A @ W + (0.0 if b is None else b)

    def entropy(W, b):
        P = np.clip(link(scores(W, b)), 1e-300, 1)
        rest = 0.0 if T.shape[1] > 1 else ((1 - T) * np.log(np.clip(1 - link(scores(W, b)), 1e-300, 1))).sum()
        return -((T * np.log(P)).sum() + rest) / n

    def squares(W, b):
        return ((scores(W, b) - T) ** 2).mean()

    if trail.model.kind == "linear":
        right = {"mean squared error": squares, "its root": lambda W, b: np.sqrt(squares(W, b)),
                 "mean absolute error": lambda W, b: np.abs(scores(W, b) - T).mean()}  # fmt: skip
        wrong = {
            "the square of the summed errors": lambda W, b: (scores(W, b) - T).sum() ** 2,
            "the summed errors, not squared": lambda W, b: (scores(W, b) - T).sum(),
            "the squared error without the intercept": lambda W, b: ((A @ W - T) ** 2).mean() if b is not None else np.nan,
        }  # fmt: skip
        return right, {words: ("SW-G1", f) for words, f in wrong.items()}
    right = {"cross-entropy": entropy, "squared error of the probabilities": lambda W, b: ((link(scores(W, b)) - T) ** 2).mean()}  # fmt: skip

    def positives(W, b):
        return -(T * np.log(np.clip(link(scores(W, b)), 1e-300, 1))).sum() / n

    def negatives(W, b):
        return -((1 - T) * np.log(np.clip(1 - link(scores(W, b)), 1e-300, 1))).sum() / n

    wrong = {
        "y log p without (1 - y) log(1 - p)": ("SW-G9", positives),
        "(1 - y) log(1 - p) without y log p": ("SW-G9", negatives),
        "y log p - (1 - y) log(1 - p)": ("SW-G1", lambda W, b: positives(W, b) - negatives(W, b)),
        "the cross-entropy without the intercept": ("SW-G1", lambda W, b: entropy(W, b * 0) if b is not None else np.nan),
    }  # fmt: skip
    return right, wrong if T.shape[1] == 1 else {}


def ratio(entries, path, cost):
    """The one factor between values and costs along the path, from the first weights or the second on; or None."""
    values = [value for value, _ in entries]
    wanted = [cost(W, b) for W, b in path]
    for offset in (0, 1, -1):
        pairs = [(values[i], wanted[i + offset]) for i in range(1, len(values)) if 0 <= i + offset < len(wanted)]
        if len(pairs) < LEAST - 1 or any(not np.isfinite(item) or item == 0 for pair in pairs for item in pair):
            continue
        found = np.array([a / b for a, b in pairs])
        if np.ptp(found) < 1e-5 * np.abs(found).max():
            return float(found[0])
    return None


def path_of(trail):
    """(W, b) before each step that was seen, and after the last."""
    last = trail.points[-1]
    path = [(point.W, point.b) for point in trail.points]
    return [*path, (last.W + last.dW, None if last.b is None else last.b + last.db)]
