"""Principal components of a class or of functions. Letters: X (n, d) data, V (d, k) axes in columns, Z (n, k) scores."""

import contextlib
import dataclasses
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views import component_axes, estimator, returned
from scratchwork.checks.views.component_axes import Turned, is_share, keeps_more, length_one, share_of, uncorrelated

K = 2
PROJECTS = re.compile("project|transform|reduc|encod|score")


@dataclasses.dataclass
class Parts:
    """What a PCA gave: each may be None. ``where`` names the function of each part."""

    scores: np.ndarray | None = None
    components: np.ndarray | None = None  # (d, k)
    variances: np.ndarray | None = None
    ratios: np.ndarray | None = None
    mean: np.ndarray | None = None
    restored: np.ndarray | None = None
    all_axes: np.ndarray | None = None  # (d, d)
    full: np.ndarray | None = None  # (n, d): as many uncorrelated columns as the data have
    complex: bool = False
    where: dict = dataclasses.field(default_factory=dict)


class Components:
    """One view of PCA: a class, or functions."""

    def __init__(self, value, name, caller, roles=None, nodes=None):
        self.caller, self.name, self.roles, self.nodes = caller, name, roles or {}, nodes or {}
        self.functions, self.kept, self.entered, self.exact, self.results = (
            value if isinstance(value, dict) else None,
            None,
            None,
            {},
            [],
        )
        self.by_share = False  # the number of axes follows from the share of variance that is asked for
        self.estimator = None if self.functions else estimator.Estimator(value, name, caller, self.roles)

    def run(self, X, k=K, **settings):
        """Everything that can be had for X and k components."""
        return self._by_functions(X, k) if self.functions else self._by_class(X, k, settings)[0]

    def fitted(self, X, k=K, **settings):
        """The fitted object (classes only)."""
        if self.functions:
            raise CannotCheck("there is no object that is fitted first")
        return self._by_class(X, k, settings)[1]

    def _by_class(self, X, k, settings):
        parts, fitted = self._asked(X, k, settings)
        if np.shape(parts.scores) == (k, X.shape[1]) and not isinstance(self.estimator.caller, Turned):
            self.estimator.caller = Turned(self.caller)  # it took the columns for samples
            parts, fitted = self._asked(X, k, settings)
        return parts, fitted

    def _asked(self, X, k, settings):
        parts, maker = Parts(), self.estimator
        both = maker.find(("fit_transform",))
        if maker.find(estimator.FIT, "fit") or (inspect.isclass(maker.factory) and binding.takes(maker.factory, "X")):
            fitted = maker.fit(X, k=k, spare=np.arange(len(X)) % 2, **settings)
        else:
            fitted = estimator.Fitted(maker.build(k=k, **settings), maker)
        direct = fitted.returned
        if maker.find(estimator.TRANSFORM, "transform"):
            known = {"k": k}
            parts.scores = estimator.as_array(fitted.ask(estimator.TRANSFORM, X, "transform", known))
            parts.where["scores"] = maker.find(estimator.TRANSFORM, "transform")
        elif both:
            parts.scores = estimator.as_array(fitted.ask((both,), X, None, {"k": k}))
            parts.where["scores"] = both
        elif isinstance(direct, np.ndarray) and direct.shape == (len(X), k):
            parts.scores, parts.where["scores"] = direct, maker.find(estimator.FIT, "fit")
        where = maker.find(estimator.FIT, "fit") or both
        self._attributes(fitted.object, X, k, parts, where)
        return parts, fitted

    def _attributes(self, made, X, k, parts, where):
        for key, item in vars(made).items():
            plain = vocabulary.plain(key)
            if not isinstance(item, (np.ndarray, list, tuple)):
                continue
            try:
                item = np.asarray(item)
            except ValueError:
                continue
            parts.complex |= item.dtype.kind == "c"
            if item.dtype.kind == "c":
                item = item.real
            if item.dtype.kind == "f":
                self._file(parts, plain, item, X, k, where)

    def _file(self, parts, plain, item, X, k, where):
        _n, d = X.shape
        if item.shape == (k, d) and k != d and parts.components is None:
            parts.components = item.T
        elif item.shape == (d, k) and k != d and parts.components is None:
            parts.components = item
        elif item.shape == (d, d) and re.search(r"comp|vec|axes|eig|u$|v$|vt$|w$", plain) and "cov" not in plain:
            parts.all_axes = item
        elif item.ndim == 1 and "mean" in plain and len(item) == d:
            parts.mean = item
        elif item.ndim == 1 and "ratio" in plain and "cum" not in plain:
            parts.ratios = item
        elif (
            item.ndim == 1
            and re.search(r"var|eigenval|eig_val|lambda", plain)
            and "ratio" not in plain
            and "cum" not in plain
            and len(item) in (k, d)
        ):
            parts.variances = item
        else:
            return
        parts.where.setdefault("components", where)

    # functions -------------------------------------------------------------------------------------------------

    def _by_functions(self, X, k):
        parts, exact, failure = Parts(), {}, None
        self.results, self.kept = [], None
        X = self.entered = self._prepared(X, k, exact)
        ordered = sorted(
            self.functions,
            key=lambda name: (
                2 * bool(re.search("reconstruct|recover|rebuil|restor|inverse", name.lower()))
                or bool(re.search("project|transform", name.lower()) or component_axes.takes_axes(self.functions[name]))
            ),
        )
        for name in ordered:
            function, self.by_share = self.functions[name], False
            try:
                value = self._call(function, X, k, exact)
            except CallFailed as problem:
                failure = failure or problem
                continue
            except CannotCheck:
                continue
            self._file_all(parts, name, value, X, k, exact)
        takes_k = any(binding.takes(item, "k") for item in self.functions.values())
        if parts.scores is None and parts.full is not None and takes_k:
            parts.scores, parts.where["scores"] = parts.full, parts.where["full"]
        if parts.scores is None and parts.restored is None and parts.components is None and parts.all_axes is None:
            raise failure or CannotCheck("no function returned scores, axes or a reconstruction")
        self.exact = exact
        return parts

    def _file_all(self, parts, name, value, X, k, exact):
        """File everything that one function gave; what has a name may be what another function asks for."""
        names = returned.names_returned(self.nodes[name]) if name in self.nodes else None
        items = value if isinstance(value, tuple) else (value,)
        self.results += items
        if isinstance(value, dict):
            names, items = list(value), tuple(value.values())
            self.kept = value
        cut = returned.names_returned(self.nodes[name], cut=True) if name in self.nodes else None
        for label, item in zip(cut or (), items if cut and len(cut) == len(items) else ()):
            if label and k in np.shape(item) and len(X) not in np.shape(item):
                exact[label] = item
        for label, item in zip(names if names and len(names) == len(items) else [None] * len(items), items):
            if label:
                exact.setdefault(label, item)
            self._take(parts, name, label or "", item, X, k)
        for label, item in zip(returned.names_given(self.functions[name], len(items)), items):
            if label and np.shape(item) != X.shape:
                exact.setdefault(label, item)

    def prepares(self, X):
        """Whether a function named after preparation runs on the data and gives rows of the same shape."""
        for name, function in self.functions.items():
            if component_axes.PREPARES.search(name):
                with contextlib.suppress(CannotCheck):
                    value = self._call(function, X, K, {})
                    items = value if isinstance(value, tuple) else (value,)
                    if any(isinstance(item, np.ndarray) and item.shape == X.shape for item in items):
                        return True
        return False

    def _prepared(self, X, k, exact):
        """The data as a function that centres it gives it, where there is one; else the data."""
        for name, function in self.functions.items():
            giving = [item for other, item in self.functions.items() if re.search("pca|compon|eig|svd", other.lower())]
            called = bool(giving) and all(
                name in getattr(getattr(item, "__code__", None), "co_names", ()) for item in giving
            )
            if called or not component_axes.PREPARES.search(name):
                continue  # what those that give the axes call by themselves is nothing that comes before
            try:
                value = self._call(function, X, k, {})
            except CannotCheck:
                continue
            names = returned.names_returned(self.nodes[name]) if name in self.nodes else None
            items = value if isinstance(value, tuple) else (value,)
            first = next((item for item in items if isinstance(item, np.ndarray) and item.shape == X.shape), None)
            floats = first is not None and first.dtype.kind == "f"
            if floats and np.abs(first.mean(axis=0)).max() < 1e-8 * np.abs(X).max():
                for label, item in zip(names or [], items):
                    if label and item is not first:
                        exact.setdefault(label, item)
                return first
        return X

    def again(self, name, rows):
        """A function called once more for other rows, with all else as it was; None where it needs nothing else."""
        function = self.functions[name]
        others = [
            entry.name
            for entry in binding.parameters(function)
            if entry.default is entry.empty and binding.meanings_of(function)[entry.name] not in ("X", "k")
        ]
        return np.asarray(self._call(function, rows, K, dict(self.exact))) if others else None

    def _call(self, function, X, k, exact):
        for name in component_axes.takes_axes(function):
            if name not in exact and self.results:
                exact = exact | {name: component_axes.stand_in(self, binding.CannotBind(function, name), X, k)}
        exact = self._unnamed(function, X, k) | exact
        for _ in range(4):
            try:
                bound = binding.bind(function, {"X": X, "k": k}, exact, (), {"X", "k"})
                break
            except binding.CannotBind as failure:
                exact[failure.parameter] = component_axes.stand_in(self, failure, X, k)
        else:
            raise CannotCheck("its arguments are not known")
        if not any(item is X for item in bound.values()) and not exact:
            raise CannotCheck("it takes no data")
        args, kwargs = binding.positional(function, bound)
        return self.caller(function, *args, **kwargs)

    def _unnamed(self, function, X, k):
        """The rows for a first parameter that no name tells, and k for a second one, where nothing else takes them."""
        entries = [entry for entry in binding.parameters(function) if entry.default is entry.empty]
        words = [binding.meanings_of(function)[entry.name] for entry in entries]
        given = {}
        if 0 < len(entries) <= 2 and words[0] is None and "X" not in words:
            given[entries[0].name] = X
        if len(entries) == 2 and words[1] in (None, "n_samples") and not binding.takes(function, "k"):
            self.by_share = is_share(self.nodes.get(function.__name__), entries[1].name)
            given[entries[1].name] = share_of(X, k) if self.by_share else k
        return given if "X" in words or (entries and entries[0].name in given) else {}

    def _take(self, parts, name, label, item, X, k):
        """File one returned array by its shape and names."""
        if not isinstance(item, np.ndarray):
            return
        low, plain, (n, d) = name.lower(), vocabulary.plain(label), X.shape
        if item.shape == (d, d) and np.array_equal(item, np.diag(np.diag(item))):
            item = np.diag(item)  # the variances, on a diagonal
        parts.complex |= item.dtype.kind == "c" and bool(re.search("axes|eig|vec|comp|pca", f"{low} {plain}"))
        if item.dtype.kind == "c":
            parts.where.setdefault("complex", name)
            item = item.real
        if item.shape == (n, k) and parts.scores is None:
            parts.scores, parts.where["scores"] = item, name
        elif item.shape == (n, d) and re.search("recon|recover|restor|rebuil|inverse|approx|decompress", low + plain):
            parts.restored, parts.where["restored"] = item, name
        elif item.shape == (n, d) and uncorrelated(item) and not np.allclose(item.T @ item, np.eye(d), atol=1e-6):
            parts.full, parts.where["full"] = item, name
        elif self.by_share and keeps_more(item, d, k):
            parts.components, parts.where["components"] = item[:, :k], name  # the first of more than are needed
        elif (
            item.shape in ((k, d), (d, k))
            and parts.components is None
            and (length_one(item) or not PROJECTS.search(low))
        ):
            parts.components, parts.where["components"] = item if item.shape == (d, k) else item.T, name
        elif item.shape == (d, d) and _called_axes(low, plain):
            parts.all_axes, parts.where["components"] = item, name
        elif item.ndim == 1 and re.search("(?<!ite)ratio|explained", plain or low) and len(item) in (k, d):
            parts.ratios, parts.where["ratios"] = item, name
        elif item.ndim == 1 and re.search("val|var|lambda|^s$", plain) and len(item) in (k, d):
            parts.variances, parts.where["variances"] = item, name


def _called_axes(function, label):
    """Whether a square table is called axes: by its own name, or by that of the function that gives it."""
    told = re.search("vec|axes|comp|eig|pca|u|v|w", label) if label else re.search("vec|axes|comp|eig|pca", function)
    return bool(told) and not re.search("cov|corr|sigma", function + label)
