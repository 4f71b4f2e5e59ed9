"""Stand-ins for modules that a user's file imports and that are not installed: plots draw nothing, bars pass on.

A function that draws or reports while it trains can still be run then; one that computes with the missing module
cannot, and says which module it was. A missing base class or a helper of well-known name is filled in by
``stand_in_parts``.
"""

import dis
import inspect
import re
import sys

import numpy

from scratchwork.checks.running import stand_in_data, stand_in_parts

NUMPY_LIKE = {"autograd.numpy", "jax.numpy", "cupy", "minpy.numpy"}
PASS_ON = {"tqdm", "trange", "tqdm_notebook", "track", "prange"}
SILENT = {
    "seaborn", "plotly", "bokeh", "altair", "IPython", "ipywidgets", "tqdm", "graphviz", "termcolor", "colorama",
    "prettytable", "tabulate", "wandb", "tensorboardX", "icecream", "rich", "mpl_toolkits", "celluloid", "gif",
    "matplotlib", "pylab", "livelossplot", "progressbar", "alive_progress", "plotnine", "missingno", "visdom",
}  # fmt: skip
DRAWS = {
    "matplotlib",
    "seaborn",
    "plotly",
    "mpl_toolkits",
}  # stood in for where they are installed as well: half a second each


class MissingModuleError(ImportError):
    """A module that is not installed was asked for a result."""


class Silent:
    """Accepts everything and does nothing."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "load_dataset" and self._name.split(".")[0] == "seaborn":
            return lambda data, *args, **kwargs: (
                stand_in_data.load_dataset(data) if data in stand_in_data.TABLES else self
            )
        return passed_on(name) if name in PASS_ON else Silent(f"{self._name}.{name}")

    def __call__(self, *args, **kwargs):
        return self

    def __iter__(self):
        return iter([Silent(self._name) for _ in range(_wanted(sys._getframe(1)))])  # fig, ax = plt.subplots()

    def __getitem__(self, key):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


def _wanted(frame):
    """How many parts the statement of a frame takes something apart into; 2 where it goes through them."""
    code, place = frame.f_code.co_code, frame.f_lasti
    return code[place + 1] if code[place] == dis.opmap["UNPACK_SEQUENCE"] else 2


class Missing:
    """Fails with the module's name at its first use."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name in stand_in_data.PATH or stand_in_parts.part(name) is not None:
            return stand_in(self._name, name)
        raise MissingModuleError(f"The module {self._name!r} is not installed here.")

    def __call__(self, *args, **kwargs):
        slope = re.search("grad|jac|hess|deriv|diff|vjp|vmap", self._name.rpartition(".")[2])
        if len(args) == 1 and not kwargs and inspect.isroutine(args[0]) and not slope:
            return args[0]  # a decorator leaves the function as it is
        raise MissingModuleError(f"The module {self._name!r} is not installed here.")

    def __mro_entries__(self, bases):
        """A missing base class is replaced by one that keeps the data; of several, the first."""
        first = next(base for base in bases if isinstance(base, Missing))
        derived = any(isinstance(base, type) and issubclass(base, stand_in_parts.Base) for base in bases)
        return (stand_in_parts.Base,) if first is self and not derived else ()


class Set(Missing):
    """A part of a missing module that may be set up (``solvers.options["quiet"] = True``), and fails when it is called."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Set(f"{self._name}.{name}")

    def __setitem__(self, key, value):
        pass


class Bar(Silent):
    """A bar that is not drawn: it hands its iterable through, and takes whatever else is asked of it."""

    def __init__(self, name, iterable):
        super().__init__(name)
        self._iterable = iterable

    def __iter__(self):
        return iter(self._iterable)

    def __len__(self):
        return len(self._iterable)


def passed_on(name):
    """``tqdm`` without the bar."""

    def iterate(iterable=(), *args, **kwargs):
        counts = name in ("trange", "prange")
        return Bar(name, range(iterable, *args) if counts else () if iterable is None else iterable)

    return iterate


def stand_in(module, name=None):
    """The stand-in for ``import module`` or ``from module import name``.

    >>> list(stand_in("tqdm", "tqdm")([1, 2]))
    [1, 2]
    """
    if name in PASS_ON:
        return passed_on(name)
    if name in ("jit", "njit", "vectorize") and module.split(".")[0] == "numba":
        return undecorated
    whole = module if name is None else f"{module}.{name}"
    if whole in NUMPY_LIKE:
        return numpy
    if whole in ("autograd.grad", "jax.grad"):
        return stand_in_parts.gradient_of
    if whole == "autograd.elementwise_grad":
        return stand_in_parts.slopes_of
    if whole.split(".")[-1] in stand_in_data.NAMES:
        return stand_in_data.DataModule(whole.split(".")[-1])
    helper = stand_in_parts.part(name) if name is not None else None
    if helper is not None:
        return helper
    return Silent(whole) if module.split(".")[0] in SILENT else Missing(whole)


def undecorated(function=None, **options):
    """A decorator, with or without arguments, that leaves the function as it is."""
    return function if callable(function) else lambda inner: inner
