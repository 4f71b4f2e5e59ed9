"""How a program calls its own cost functions: its statements are run once, long loops cut, and the arguments of every call are kept.

``scipy.optimize`` is asked for nothing: what it is given (the cost, the start, the gradient) is called once and kept too.
"""

import ast
import contextlib
import dataclasses
import inspect
import sys
import time
import types

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.running import runnable, shortened, stand_ins
from scratchwork.checks.running.call import copied
from scratchwork.checks.views import handed
from scratchwork.checks.watching import drivers, round_loops

SECONDS, STATEMENT, IMPORT, MOST_CALLS, LARGEST = 5.0, 1.5, 20.0, 3, 4_000_000
MINIMIZERS = {
    "minimize": ("fun", "x0", "args", "method", "jac"),
    "fmin": ("func", "x0", "args"),
    "fmin_cg": ("f", "x0", "fprime", "args"),
    "fmin_bfgs": ("f", "x0", "fprime", "args"),
    "fmin_ncg": ("f", "x0", "fprime", "fhess_p", "fhess", "args"),
    "fmin_tnc": ("func", "x0", "fprime", "args"),
    "fmin_l_bfgs_b": ("func", "x0", "fprime", "args"),
    "fmin_powell": ("func", "x0", "args"),
}


@dataclasses.dataclass
class Call:
    """One call of a function of the user: its arguments by name, what it gave, and whether an optimiser makes it."""

    name: str
    function: object
    given: dict
    result: object = None
    optimised: bool = False
    around: dict = dataclasses.field(default_factory=dict)  # numbers of the module that it may read
    done: bool = False
    within: str | None = None  # the function of the user that hands it to an optimiser, or calls it


class Recorder:
    """Keeps the first calls of each function of one module, of each shape of its arguments one."""

    def __init__(self, namespace, path):
        self.namespace, self.path, self.calls, self.open, self.seen = namespace, path, [], {}, {}
        self.handed = []  # what optimisers were given: cost and gradient, measured

    def watch(self, frame, event, arg):
        """For ``sys.setprofile``."""
        if frame.f_code.co_filename != self.path:
            return
        if event == "call":
            self._enter(frame)
        elif event == "return" and id(frame) in self.open:
            entry = self.open.pop(id(frame))
            entry.result, entry.done = copied(arg), arg is not None

    def _enter(self, frame):
        name = frame.f_code.co_name
        function = self.namespace.get(name)
        if not inspect.isfunction(function) or function.__code__ is not frame.f_code:
            return
        count = self.seen.setdefault(name, {})
        if sum(count.values()) > 400:
            return
        given = {key: frame.f_locals[key] for key in frame.f_code.co_varnames[: frame.f_code.co_argcount]}
        key = tuple(np.shape(item) if isinstance(item, np.ndarray) else None for item in given.values())
        count[key] = count.get(key, 0) + 1
        if count[key] == 1 and len(count) <= MOST_CALLS and _size(given) < LARGEST:
            within = frame.f_back.f_code.co_name if frame.f_back.f_code.co_filename == self.path else "<module>"
            entry = Call(name, function, copied(given), around=numbers_of(self.namespace))
            entry.within = None if within.startswith("<") else within
            self.add(entry, frame)

    def add(self, entry, frame=None):
        """Keep a call; ``frame`` is the one that ends it."""
        self.calls.append(entry)
        if frame is not None:
            self.open[id(frame)] = entry


def _size(given):
    return sum(item.size for item in given.values() if isinstance(item, np.ndarray))


def numbers_of(namespace):
    """The numbers and arrays that a module holds by now: functions read them."""
    return {
        key: item
        for key, item in namespace.items()
        if not key.startswith("__")
        and isinstance(item, (int, float, np.number, np.ndarray))
        and np.size(item) < LARGEST
    }


def calls_of(namespace, tree, caller, path):
    """[Call] of what the file's own program does, the optimised ones first; what it cannot run is left out."""
    recorder, ends, held = Recorder(namespace, path), time.process_time() + SECONDS, {}
    body = round_loops._with_main(round_loops.statements_of(tree), namespace)
    if not any(isinstance(part, ast.Call) for node in body for part in ast.walk(node)):
        return []

    def until(code):
        sys.setprofile(recorder.watch)
        try:
            exec(code, namespace)
        finally:
            sys.setprofile(None)

    cut = shortened.Cut(namespace)
    with drivers._restored(namespace), cut.at_work(), _caught(recorder, namespace), contextlib.suppress(CannotCheck):
        _silenced(namespace)
        for node in body:
            if time.process_time() > ends:
                break
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                _run(cut.short(node), namespace, caller, path, until)
        held = {key: item for key, item in numbers_of(namespace).items() if key in namespace.get("__unbound__", ())}
    namespace["__held__"], namespace["__handed__"] = held, recorder.handed
    return [entry for entry in recorder.calls if entry.done]


def handed_by(fit, namespace):
    """What the optimisers of SciPy are handed in a call, as ``handed.Handed``."""
    recorder = Recorder(namespace, namespace.get("__file__", ""))
    with _caught(recorder, namespace), contextlib.suppress(CannotCheck):
        fit()
    return recorder.handed


def _silenced(namespace):
    """What draws draws nothing, and a question is answered by nothing."""
    namespace["input"] = lambda *_: ""
    for key, item in list(namespace.items()):
        if isinstance(item, types.ModuleType) and item.__name__.split(".")[0] == "matplotlib":
            namespace[key] = stand_ins.Silent(item.__name__)


def _run(node, namespace, caller, path, until):
    """Run one statement as a driver does, for a second or two at most."""
    importing = isinstance(node, (ast.Import, ast.ImportFrom))
    if importing and "matplotlib" in ast.unparse(node):
        exec(compile(ast.fix_missing_locations(ast.Module([runnable.stand_in_for(node)], [])), path, "exec"), namespace)
        return
    kept, drivers.STATEMENT_SECONDS = drivers.STATEMENT_SECONDS, IMPORT if importing else STATEMENT
    try:
        drivers.run_statement(node, namespace, caller, path, [], None if importing else until)
    finally:
        drivers.STATEMENT_SECONDS = kept


@contextlib.contextmanager
def _caught(recorder, namespace):
    """While the block runs, the optimisers of SciPy give their start back, after one call of what they were given."""
    if "scipy" not in namespace.get("__text__", "scipy"):
        yield
        return
    import scipy.optimize

    kept = []
    try:
        for name in MINIMIZERS:
            original = getattr(scipy.optimize, name)
            made = _catching(name, recorder)
            kept.append((scipy.optimize, name, original))
            setattr(scipy.optimize, name, made)
            for key, item in list(namespace.items()):
                if item is original:
                    namespace[key] = made
        yield
    finally:
        for module, name, original in kept:
            setattr(module, name, original)


def _catching(name, recorder):
    def optimise(*args, **kwargs):
        known = dict(zip(MINIMIZERS[name], args)) | kwargs
        fun = known.get("fun", known.get("func", known.get("f")))
        slope = known.get("jac", known.get("fprime"))
        more = known.get("args", ())
        more = more if isinstance(more, tuple) else (more,)
        start = np.asarray(known["x0"], dtype=float).ravel()
        began = time.process_time()
        value = _keep(recorder, fun, (start, *more))
        if callable(slope):
            _keep(recorder, slope, (start, *more))
        if callable(slope) or (slope is True and isinstance(value, tuple)):
            recorder.handed += handed.measured(fun, slope, start, more, recorder.path, began)
        return _answer(name, start, value, known)

    return optimise


def _keep(recorder, function, args):
    """Call once, and keep the call under the names of the function's own parameters."""
    result = function(*copied(args))
    entries = [entry.name for entry in binding.parameters(function)]
    if isinstance(function, types.FunctionType) and len(entries) >= len(args):
        entry = Call(function.__name__, function, copied(dict(zip(entries, args))), copied(result), True, done=True)
        entry.around, entry.within = numbers_of(recorder.namespace), _caller(recorder.path)
        recorder.add(entry)
    return result


def _caller(path):
    """The function of the user's file that is running, or None."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename == path and not frame.f_code.co_name.startswith("<"):
            return frame.f_code.co_name
        frame = frame.f_back
    return None


def _answer(name, start, value, known):
    """What the optimiser would give: its start."""
    import scipy.optimize

    value = float(np.ravel(value[0] if isinstance(value, (tuple, list)) else value)[0])
    if name == "minimize":
        return scipy.optimize.OptimizeResult(x=start, fun=value, success=True, status=0, message="", nit=1, nfev=1, jac=start * 0)  # fmt: skip
    if name == "fmin_tnc":
        return start, 1, 0
    if name == "fmin_l_bfgs_b":
        return start, value, {"warnflag": 0, "nit": 1, "funcalls": 1, "grad": start * 0, "task": ""}
    return (start, value, *[0] * 5) if known.get("full_output") else start
