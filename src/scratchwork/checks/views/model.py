"""One view of a class that is fitted and asked, whatever it learns: data of its kind, fitting, and what it answers."""

import copy
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import once
from scratchwork.checks.running import data, state
from scratchwork.checks.views import cluster_parts, estimator, network, one_variable

CLASSIFIERS = ("logistic", "knn", "mlp", "estimator")
CODINGS = (  # of the labels 0 and 1
    lambda y: 2 * y - 1,
    lambda y: y.reshape(-1, 1),
    lambda y: y + 1,
    lambda y: np.array(["no", "yes"])[y],
    lambda y: data.one_hot(y, 2),
)
APART = ("lr", "X", "y", "epochs", "batch_size", "seed")
QUICK = 25  # epochs, where the result need not be good


class Model:
    """Fits and asks an object of the user's class.

    Parameters
    ----------
    target : Target
        With an ``Estimator`` or a ``Net`` made from a class as its value.
    call : Caller
    """

    def __init__(self, target, call, untrained=False):
        self.kind, self.name, self.caller = target.role, target.name, call
        self.returned, self.fitted = None, False  # what fit gave; whether it came back from rows
        net = target.value if isinstance(target.value, network.Net) else None
        if net is not None and "maker" not in net.extras:
            raise CannotCheck("bare functions hold no state")
        self.net = net
        self.maker = net.extras["maker"] if net else target.value
        self.classes = max(net.n_out, 2) if net else 2
        self.fit_name = self.maker.find(estimator.FIT, "fit" if not net else "train")
        if net and net.roles.get("train"):
            self.fit_name = net.roles["train"]
        if self.fit_name is None and self.kind == "kmeans":
            self.fit_name = self.maker.find(estimator.FIT_PREDICT, "fit_predict")
        if self.fit_name is None and self.kind == "pca":
            self.fit_name = self.maker.find(estimator.FIT_TRANSFORM)
        self.data_first = inspect.isclass(self.maker.factory) and binding.takes(self.maker.factory, "X")
        if self.fit_name is None and self.data_first and not net:
            self.fit_name = "__init__"
        if self.fit_name is None and not (untrained and net):
            raise CannotCheck(f"{self.name} has no method that fits")
        self.width, self.column, self.columns = 5, False, False  # one column is given as x (n,); samples in columns
        self.X, self.y = self.data()
        self.coding = None if net or self.kind not in (*CLASSIFIERS, "linear") else self._coding()
        if self.fit_name == "__init__" and self.kind in ("logistic", "linear") and not self._learns():
            raise CannotCheck("its constructor keeps the data, and learns nothing from it")

    def _learns(self):
        """Whether something that a fit leaves behind hangs on y, beside y itself."""
        one, two = (state.snapshot(self.fit(y=y)) for y in (self.y, self.y[::-1]))
        return any(1 < item.size < len(self.y) and not np.array_equal(item, two.get(key)) for key, item in one.items())

    def data(self, n=41, seed=3):
        """X (n, 5) and a y that the kind of model learns from, labels 0, 1, ... or numbers."""
        if self.kind == "linear":
            return data.line(n, self.width, seed=seed)
        if self.kind in ("kmeans", "pca"):
            return data.blobs(n, 5, 3, seed, spread=0.8)[0], None
        return data.blobs(n, self.net.n_in if self.net else self.width, self.classes, seed)

    def shaped(self, X, y):
        """X and y as the user's code wants them."""
        if self.net is None:
            plain = y is not None and self.coding and np.ndim(y) == 1
            plain = plain and (self.kind == "linear" or set(np.unique(y).tolist()) <= {0, 1})
            return self.laid(X), self.coding(np.asarray(y)) if plain else y
        form = self.net.form or self._form()
        return self.net.lay(X), None if y is None else network.label_forms(np.asarray(y), self.net.n_out)[form]

    def laid(self, X):
        """Rows as the user's code wants them: those of one variable as its values."""
        return np.ravel(X) if self.column and np.ndim(X) == 2 else np.transpose(X) if self.columns else X

    def _form(self):
        """The first label form with which fit runs, where no gradient has told."""
        if not hasattr(self, "form"):
            self.form = next(iter(network.label_forms(np.zeros(1, int), self.net.n_out)))
            for form, y in network.label_forms(np.asarray(self.y), self.net.n_out).items():
                try:
                    self.fit(self.net.lay(self.X), y, as_is=True)
                    self.form = form
                    break
                except CannotCheck:
                    continue
        return self.form

    def _coding(self):
        """None where fit takes the target as it is; else the function that gives it as fit wants it."""
        tried = []
        wide = {"n_out", "n_classes"} & set(self.maker.settings())  # such a class may want its labels one-hot
        codings = CODINGS[1:2] if self.kind == "linear" else CODINGS[::-1] if wide else CODINGS
        for coding in (None, *codings):
            try:
                self.coding = coding
                good = self.score(self.fit(epochs=60))
                tried.append((good, coding))
                if good in (None, -1.0) and one_variable.by_columns(self):
                    return self.coding
                if good is None or good > (0.2 if self.kind == "linear" else 0.85):
                    return coding
            except CannotCheck:
                continue
        best = max(tried, key=lambda pair: pair[0], default=(None, None))
        better = tried and self.kind == "linear" and best[0] > max(tried[0][0] + 0.1, 0.0)
        most = None if not tried else int(self.kind == "linear" and best[0] in (None, -1.0))
        fewer = one_variable.suits(self, one_variable.NARROW[:most])
        return None if fewer or not tried else best[1] if better else tried[0][1]

    def score(self, made):
        """The share of training rows that get their own label back, or of variance explained; None where nothing tells."""
        try:
            got = np.ravel(self.answer(made))
        except CannotCheck:
            return None
        laid = np.ravel(self.shaped(self.X, self.y)[1])  # rows of zeros and ones may be answered by classes
        wanted = np.ravel(self.y) if got.size == len(self.X) < laid.size else laid
        if got.size != wanted.size:
            return -1.0 if self.kind == "linear" else None
        if self.kind == "linear":
            with np.errstate(all="ignore"):
                share = 1 - np.mean((got.astype(float) - wanted) ** 2) / np.var(wanted)
            return float(share) if np.isfinite(share) else -1.0
        return float(np.mean(got == wanted))

    def settings(self, **settings):
        """Settings for the constructor, the sizes of a network among them."""
        sizes = self.net.extras["settings"] if self.net else {}
        sizes = {key: item for key, item in sizes.items() if key not in APART}
        base = {"k": 3} if self.kind in ("kmeans", "knn") else {"k": 2} if self.kind == "pca" else {}
        return {**sizes, **base, **settings}

    def build(self, exact=None, X=None, y=None, **settings):
        """A new object."""
        if self.data_first:
            settings |= {"X": X} | ({} if y is None else {"y": y})
        if not inspect.isclass(self.maker.factory) and self.net:
            return copy.deepcopy(self.maker.factory)
        return self.maker.build(exact, **self.settings(**settings))

    def fit(self, X=None, y=None, exact=None, raw=False, made=None, as_is=False, seed_=20, **settings):
        """A fitted object. ``as_is`` leaves the form of X and y alone."""
        X, y = (self.X if X is None else X), (self.y if y is None else y)
        X, y = (X, y) if as_is else self.shaped(X, y)
        if settings.get("lambda") not in (None, 0, ...):
            exact = binding.penalty_asked_for(self.maker.factory, self.fit_name) | (exact or {})
        settings = {**one_variable.sizes(self, X, y), "seed": 0, "epochs": QUICK, **settings}
        settings = {key: item for key, item in settings.items() if item is not Ellipsis}
        fresh = made is None
        X, y = (X.copy(), None if y is None else np.array(y)) if self.data_first and not raw else (X, y)
        made = self._built(exact, X, y, settings, seed_) if fresh else made
        if self.fit_name is None:
            return made
        method = getattr(made, self.fit_name)
        known = estimator.settle(self.settings(**settings)) | {"X": X} | ({} if y is None else {"y": y})
        known["batch_size"] = settings.get("batch_size", 10)
        kept = not self.data_first and estimator.set_before(made, method, self.caller, known, raw)
        order = () if kept else ("X",) if y is None else ("X", "y")
        override = ({*settings, "X", "y"} - {"seed_"}) & set(known)
        exact = self._with_start(method, exact, X, known)
        wanted = binding.wants_pairs(method) if y is not None else None
        exact = {**(exact or {}), wanted: self._pairs(X, y)} if wanted else exact
        args, kwargs = binding.positional(method, binding.bind(method, known, exact, order, override))
        # A constructor may have seeded the global generator for fit: then nothing seeds it in between.
        kwargs["seed_"] = None if fresh else seed_
        if not raw:
            from scratchwork.checks.running.call import copied

            args, kwargs = copied(args), copied(kwargs)
        made.__dict__.setdefault("_returned_by_fit", None) if hasattr(made, "__dict__") else None
        self.returned = self.caller.raw(method, *args, **kwargs)
        self.fitted = self.fitted or np.ndim(X) != 1
        getattr(made, "__dict__", {}).pop("_returned_by_fit", None)
        return made

    def _with_start(self, method, exact, X, known):
        """The exact arguments, and starting centres for a k-means that is always handed some."""
        from scratchwork.checks.views.clusters import START

        if self.kind != "kmeans":
            return exact
        entries = [entry for entry in binding.parameters(method)[1:] if entry.default is entry.empty]
        names = [entry.name for entry in entries if re.fullmatch(START, binding.vocabulary.plain(entry.name))]
        return {**{name: np.array(X[: known["k"]], dtype=float) for name in names}, **(exact or {})}

    def _built(self, exact, X, y, settings, seed_):
        kept = self.caller
        try:
            self.maker.caller = _Seeded(kept, seed_)
            return self.build(exact, X, y, **settings)
        finally:
            self.maker.caller = kept

    def _pairs(self, X, y):
        if self.net is None or not self.net.columns:
            return list(zip(X, y))
        wide = np.ndim(y) == 2 and y.shape[1] == X.shape[1]
        return [(X[:, [i]], y[:, [i]] if wide else y[i]) for i in range(X.shape[1])]

    def answer_name(self):
        """The method that is asked, or None."""
        names = estimator.TRANSFORM if self.kind == "pca" else estimator.PREDICT
        if self.net and self.net.roles.get("predict"):
            return self.net.roles["predict"]
        name = self.maker.find(names, "transform" if self.kind == "pca" else "predict")
        name = name or (self.maker.find(estimator.PROBA, "forward") if self.kind == "linear" else None)
        return None if name == self.fit_name else name

    def answer(self, made, X=None, seed_=20):
        """What the object says of X: labels, values or scores, one row for each sample."""
        name = self.answer_name()
        if name is None:
            raise CannotCheck(f"{self.name} has no method that predicts apart from fitting")
        X = self.X if X is None else X
        shown, _ = self.shaped(X, None)
        method = getattr(made, name)
        bound = binding.bind(method, {"X": shown, "k": self.settings().get("k", 3)}, {}, ("X",), {"X", "k"})
        args, kwargs = binding.positional(method, bound)
        got = estimator.as_array(self.caller.raw(method, *args, seed_=seed_, **kwargs))
        across = got.ndim == 2 and (self.columns or (self.net and self.net.columns)) and got.shape[1] == len(X)
        return got.T if across else got

    def learnt(self, made):
        """Everything numeric that the object holds, by path, as one comparable snapshot."""
        found = state.snapshot(made)
        if self.kind == "kmeans":
            returned = self.returned if isinstance(self.returned, tuple) else (self.returned,)
            pool = dict(vars(made)) | {f"returned {i}": item for i, item in enumerate(returned)}
            for k in (3, 7, 2, 4):
                picked = cluster_parts._pick(pool, len(self.X), k, self.X.shape[1])
                if picked[0] is not None:
                    return {("centers",): picked[0]}
            labels = cluster_parts._as_labels(self.returned, len(self.X))
            return {("labels",): labels} if labels is not None and not found else found
        return found

    def takes(self, *meanings):
        """Whether constructor or fit has a parameter of one of the meanings."""
        words = set(self.maker.settings()) | set(
            binding.meanings_of(getattr(self.maker.factory, self.fit_name)).values()
        )
        words |= {"lambda"} if self.maker.has_inverse_penalty() else set()
        return any(meaning in words for meaning in meanings)


class _Seeded:
    """The caller with another seed of the global generators."""

    def __init__(self, caller, seed):
        self.caller, self.seed = caller, seed

    def __call__(self, function, *args, **kwargs):
        return self.caller(function, *args, seed_=self.seed, **kwargs)

    def raw(self, function, *args, **kwargs):
        return self.caller.raw(function, *args, **{"seed_": self.seed, **kwargs})


def same(a, b, tolerance=1e-9):
    """Whether two snapshots hold the same arrays."""
    shared = [path for path in a if path in b]
    return bool(shared) and all(
        a[path].shape == b[path].shape and np.allclose(a[path], b[path], rtol=tolerance, atol=tolerance, equal_nan=True)
        for path in shared
    )


def modelled(target, call):
    """The Model of a target, made once."""
    return once(target.namespace, "model", lambda: Model(target, call))
