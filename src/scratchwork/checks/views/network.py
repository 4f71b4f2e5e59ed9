"""One view of a network, whatever its interface: set weights, run forward, loss, backward, update, and see what moved.

Two kinds of root hold the parameters: an object of the user's class, or a dict of what the user's functions pass around.
Everything else (which function, which argument, which label form) is found by names and by trying.
"""

import ast
import contextlib
import copy
import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.recognising.invented import N_IN, N
from scratchwork.checks.running import state
from scratchwork.checks.views import returned


@dataclasses.dataclass
class Run:
    """What one pass gave."""

    output: np.ndarray | None = None  # (n, n_out)
    raw_output: object = None
    loss: float | None = None
    elementwise: bool = False
    gradient: dict | None = None  # {path: array}
    via: str = ""  # returned, stored, update
    after: dict | None = None  # the parameters after the step
    where: str | None = None  # name of the function that gave the gradient
    failures: dict = dataclasses.field(default_factory=dict)


def label_forms(labels, n_out):
    """The forms in which code wants its targets, by name. ``labels`` (n,) holds 0..n_out-1, or 0/1 for one output."""
    n = len(labels)
    if n_out == 1:
        y = labels.astype(np.float64)
        return {
            "(n, 1)": y.reshape(n, 1),
            "(n,)": y,
            "(1, n)": y.reshape(1, n),
            "(n,) ids": labels,
            "(n, 1) ids": labels.reshape(n, 1),
        }
    hot = np.eye(n_out)[labels]
    return {"one-hot": hot, "one-hot, transposed": np.ascontiguousarray(hot.T), "ids": labels, "ids (n, 1)": labels.reshape(n, 1),
            "ids (1, n)": labels.reshape(1, n)}  # fmt: skip


def target_matrix(labels, n_out):
    """(n, n_out) targets for our own losses."""
    return labels.reshape(-1, 1).astype(np.float64) if n_out == 1 else np.eye(n_out)[labels]


def holders(root, given, names=None, caller=None):
    """{path: word} of the places of an object for its data ``given``: those filled by its constructor, by a method of no role, or empty ones."""
    for key in names or ():  # of an object that is fed before its forward pass
        if binding.takes(getattr(root, key), "X"):
            with contextlib.suppress(CannotCheck):
                binding.call_by_meaning(caller, getattr(root, key), given, order=("X", "y"))
    found = {}
    for key, item in vars(root).items():
        for word in ("X", "y"):
            same = isinstance(item, np.ndarray) and item.size == given[word].size
            if same and np.array_equal(item.ravel(), given[word].ravel()):
                found[key,] = word
    return found or ({} if names is None else unfilled(root))


def fed(maker, settings, given):
    """(object, data as it took them) of a class that takes its data when it is made: samples in columns where it counts
    inputs by rows."""
    root = maker.build(**settings, **given)
    if not sized_by_inputs(root):
        turned = {word: np.ascontiguousarray(item.T) for word, item in given.items()}
        with contextlib.suppress(CannotCheck):
            other = maker.build(**settings, **turned)
            return (other, turned) if sized_by_inputs(other) else (root, given)
    return root, given


def sized_by_inputs(root):
    """Whether some array has as many entries along a side as there are inputs, and none as there are samples."""
    shapes = [item.shape for item in state.float_arrays(root).values()]
    return any(N not in shape and {N_IN, N_IN + 1} & set(shape) for shape in shapes)


def unfilled(root):
    """{path: word} of places for data that an object leaves empty: ``self.x = None``, ``self.fed = {"x": None, "y": None}``."""
    own = dict(vars(root)) if hasattr(root, "__dict__") else {}
    own |= {key: item for key, item in vars(type(root)).items() if key not in own and not key.startswith("__")}
    tables = [((), own), *(((key,), item) for key, item in own.items() if isinstance(item, dict))]
    empty = [(*path, key) for path, table in tables for key, item in table.items() if item is None]
    words = {path: vocabulary.meaning(str(path[-1]).lstrip("_")) for path in empty}
    return {path: word for path, word in words.items() if word in ("X", "y", "n_samples")}


def put(root, path, value):
    """Put data into a place that an object has for them."""
    if len(path) == 1:
        setattr(root, path[0], value)
    else:
        getattr(root, path[0])[path[1]] = value


class Net:
    """The network of the user.

    Parameters
    ----------
    name : str
    caller : Caller
    root : object or dict
        Holds the parameters; copied for every run.
    roles : dict
        Role -> name: of a method of the root, or of a function in ``namespace``.
    namespace : dict
        The module's globals.
    nodes, targets : dict
        Function definitions by name, and the names callers give to results (``returned.targets_of_calls``).
    """

    def __init__(self, name, caller, root, roles, namespace, nodes, targets, functional=False):
        self.name, self.caller, self.root, self.roles = name, caller, root, roles
        self.namespace, self.nodes, self.targets, self.functional = namespace, nodes, targets, functional
        self.columns, self.form, self.n_in, self.n_out = False, None, None, None
        self.paths, self.spec, self.extras, self.ones = None, None, {}, False
        self.roles = self._loss_beside_gradients() | roles

    def _loss_beside_gradients(self):
        """A backward pass that returns the loss and gradients after it, in its own words or its callers', stands for the loss."""
        named = [names for names in self.names_of(self.roles.get("backward")) if names and names[0] and names[1:]]
        told = any(vocabulary.role_of_name(names[0]) == "loss" for names in named)
        return {"loss": self.roles["backward"]} if told else {}

    def squares_alpha(self):
        """Whether the class multiplies squares with its alpha, as a penalty, and a leaky slope or a momentum not."""
        if "squares alpha" not in self.extras:
            lines = "\n".join(ast.unparse(node) for node in self.nodes.values() if node is not None)
            told = r"alpha\b[^\n]*(\*\* ?2|square\(|norm\()|(\*\* ?2|square\(|norm\()[^\n]*alpha\b"
            self.extras["squares alpha"] = bool(re.search(told, lines))
        return self.extras["squares alpha"]

    # parameters ------------------------------------------------------------------------------------------------

    def values(self, root=None):
        """{path: float64 copy} of the parameters."""
        root = self.root if root is None else root
        return {path: np.array(state.get(root, path), dtype=np.float64) for path in self.paths}

    def root_keys(self):
        """Names under which functions pass parameters around; they are parameters whatever they are called."""
        return set(self.root) if self.functional else ()

    def fresh(self, values=None):
        """A copy of the root with ``values`` set."""
        root = copy.deepcopy(self.root)
        for path, item in (values or {}).items():
            old = state.get(root, path)
            new = np.array(item, dtype=np.float64)
            root = state.put(root, path, new if isinstance(old, np.ndarray) else float(new.ravel()[0]))
        return root

    def lay(self, X):
        """X (n, d) as the user keeps samples."""
        return np.ascontiguousarray(X.T) if self.columns else X

    # calling ---------------------------------------------------------------------------------------------------

    def function(self, root, role):
        """(name, callable) of a role, or None."""
        name = self.roles.get(role)
        if name is None:
            return None
        if not self.functional and hasattr(root, name):
            return name, getattr(root, name)
        return (name, self.namespace[name]) if name in self.namespace else None

    def node(self, name):
        """The definition of a function or method."""
        return self.nodes.get(f"{type(self.root).__name__}.{name}") or self.nodes.get(name)

    def names_of(self, name):
        """Names of what the function returns: as it says itself, as its callers call it."""
        node = self.node(name)
        own = returned.names_returned(node) if node is not None else None
        return own, self.targets.get(name)
