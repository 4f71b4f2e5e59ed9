"""What starts a training loop: the function that holds it, called with probe data, or the statements before it, run once.

A driver runs the loop for one round with the parameters and data it is asked for, and gives what it saw (``rounds.Round``).
"""

import ast
import contextlib
import copy
import re
import sys

import numpy as np

from scratchwork.checks.files import syntax
from scratchwork.checks.findings import CannotCheck, OutOfTime
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.running import project, runnable
from scratchwork.checks.views.network_build import N_IN, probe_data
from scratchwork.checks.watching import rates, rounds

STATEMENT_SECONDS, ROUND_SECONDS = 3.0, 2.0  # a round that lasts longer may have been asked for with our own misreading
N_HIDDEN = 7
OVERRIDE = {"lr", "alpha", "epochs", "batch_size", "verbose", "tol", "patience", "keep", "dropout", "momentum"}
ROWS, LARGE = 37, 20_000


def owner_of(statement, loop):
    """The function that holds a loop, or None where it stands in the module itself."""
    holders = [
        node
        for node in ast.walk(statement)
        if isinstance(node, ast.FunctionDef) and any(part is loop for part in ast.walk(node))
    ]
    return holders[-1] if holders else None


class FunctionDriver:
    """A function with the loop in it, called with data, rates and sizes by what its parameters mean."""

    def __init__(self, caller, namespace, path, statement, loop, exact=None):
        self.caller, self.namespace, self.path = caller, namespace, path
        self.statement, self.loop = statement, loop
        self.name = statement.name
        self.exact = exact or {}
        self.line = statement.lineno
        self.code = compile(ast.Module([rounds.watched(statement, loop)], []), path, "exec")
        self.columns, self.rate, self.n_out, self.n_in, self.more = False, None, 3, N_IN, set()
        self.wanted = None

    def words(self):
        """What the function's parameters mean, and what is known of the numbers beside the loop."""
        return set(binding.meanings_of(self.namespace[self.name]).values()) | self.more

    def run(self, X, y, *, lr=None, inject=None, prepare=None, epochs=1, **known):
        """One round (or ``epochs``) with this data; a Round. CannotCheck where it does not come to the loop's end."""
        watch = rounds.Round(self.path, inject, _steered(self, prepare, lr, known), epochs, self.wanted)
        shown = np.ascontiguousarray(X.T) if self.columns else X.copy()
        with _restored(self.namespace), rates.constants_set(self.namespace, lr, known, self.rate):
            self.namespace[rounds.HOOK] = watch
            self._fill(shown)
            exec(self.code, self.namespace)
            function = self.namespace[self.name]
            arguments = self.arguments(function, shown, np.array(y), lr, epochs, known)
            _guarded(self.caller, watch, lambda: function(**arguments))
        return _seen(watch, self.name)

    def _fill(self, X):
        """Set what functions read from the module and only its program gives: numbers of samples by name, others as they were seen."""
        known, held = self.bag(X, X, 0.1, 1), self.namespace.get("__held__", {})
        for name in self.namespace.get("__unbound__", ()):
            if name not in self.namespace:
                word = (binding.words_of_global(name, self.namespace) or [None])[0]
                if word in ("n_samples", "n_in", "n_out", "n_classes") or name in held:
                    self.namespace[name] = known.get(word, held.get(name))

    def arguments(self, function, X, y, lr, epochs, known):
        """Keyword arguments by meaning; data may be asked for twice (for training and for validation)."""
        exact, given = {}, known.pop("exact", {})
        bag = self.bag(X, y, 0.1 if lr is None else lr, epochs) | known
        for entry in binding.parameters(function):
            words = vocabulary.meanings(entry.name)
            word = next((item for item in ("X", "y") if item in words[:1]), None)
            if words[:1] == ["validation"] and entry.default is entry.empty:
                word = "y" if re.match(r"y|.*(label|target)", entry.name, re.I) else "X"
            if entry.name in given:
                exact[entry.name] = given[entry.name]
            elif entry.name in self.exact:
                exact[entry.name] = copy.deepcopy(self.exact[entry.name])
            elif self.rate == ("param", entry.name) and lr is not None:
                exact[entry.name] = lr
            elif word:
                exact[entry.name] = bag[word].copy()
        override = OVERRIDE | set(known)
        return binding.bind(function, bag, exact, ("X", "y", "epochs", "lr"), override)

    def bag(self, X, y, lr, epochs):
        """What there is to pass, by meaning."""
        n_in, n = (len(X), X.shape[1]) if self.columns else (X.shape[1], len(X))
        return {"X": X, "y": y, "lr": lr, "alpha": lr, "epochs": epochs + 1, "n_samples": n, "n_classes": self.n_out, "batch_size": n,
                "lambda": 0.0, "verbose": True, "dropout": 0.0, "keep": 1.0, "momentum": 0.0, "eps": 1e-12, "seed": 0, "n_in": n_in,
                "n_out": self.n_out, "n_hidden": N_HIDDEN, "tol": 0.0, "beta1": 0.9, "beta2": 0.999, "k": self.n_out,
                "sizes": [n_in, N_HIDDEN, self.n_out], "patience": 10**6, "rng": np.random.default_rng(0), "threshold": 0.5}  # fmt: skip


def _steered(driver, prepare, lr, known):
    """What is put in at the loop's entry beside the parameters: data, rates, penalties."""
    driver_rate = driver.rate

    def put(visible):
        found = rates.put_at_entry(visible, lr, known)
        if driver_rate and driver_rate[0] == "entry" and lr is not None:
            found[(driver_rate[1],)] = lr
        return {**found, **(prepare(visible) if prepare else {})}

    return put


@contextlib.contextmanager
def _restored(namespace):
    """Afterwards the namespace holds what it held."""
    kept = dict(namespace)
    try:
        yield
    finally:
        namespace.clear()
        namespace.update(kept)


class StatementsDriver:
    """A loop among statements (of a script, of ``main()``, of a function whose arguments are known): those before it are run once."""

    def __init__(self, caller, namespace, path, body, loop, name, line, given=None):
        self.caller, self.namespace, self.path, self.loop = caller, namespace, path, loop
        self.name, self.line, self.skipped = name, line, []
        body = [_WithoutReturn().visit(copy.deepcopy(node)) for node in body]
        mark = (loop.lineno, loop.col_offset)
        top, inner = _holding(body, mark)
        self.rate, self.more, self.wanted = None, set(), None
        kept = dict(namespace)
        with _restored(namespace):
            namespace.update(copy.deepcopy(given or {}))
            for node in body[: body.index(top)]:
                run_statement(node, namespace, caller, path, self.skipped)
            self.start = {key: item for key, item in _copies(namespace).items() if key != rounds.HOOK}
            self.made = {
                key: item for key, item in namespace.items() if key not in self.start and kept.get(key) is not item
            }
        self.code = compile(ast.Module([rounds.watched(top, inner)], []), path, "exec")

    def words(self):
        """What the loop can be given."""
        return {
            vocabulary.meaning(key) for key, item in self.start.items() if isinstance(item, (int, float))
        } | self.more

    def run(self, X=None, y=None, *, lr=None, inject=None, prepare=None, epochs=1, **known):
        """One round (or ``epochs``); data are put in at the loop's entry by ``prepare``, rates by their names."""
        watch = rounds.Round(self.path, inject, _steered(self, prepare, lr, known), epochs, self.wanted)
        with _restored(self.namespace), rates.constants_set(self.namespace, lr, known, self.rate):
            self.namespace.update(self.made)
            self.namespace.update({key: item if big(item) else copy.deepcopy(item) for key, item in self.start.items()})
            self.namespace[rounds.HOOK] = watch
            _guarded(self.caller, watch, lambda: exec(self.code, self.namespace))
        return _seen(watch, self.name or "the script")


class _WithoutReturn(ast.NodeTransformer):
    """A function's body as statements of a module: its returns do nothing."""

    def visit_FunctionDef(self, node):
        return node

    def visit_Lambda(self, node):
        return node

    def visit_Return(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_Global(self, node):
        return ast.copy_location(ast.Pass(), node)


def _holding(body, mark):
    """(statement, loop in it) at a place of the text."""
    for node in body:
        for part in ast.walk(node):
            if isinstance(part, (ast.For, ast.While)) and (part.lineno, part.col_offset) == mark:
                return node, part
    raise CannotCheck("the loop is not among these statements")


def arguments_given(caller, namespace, path, body, name):
    """What the statements of ``body`` pass to the function ``name``, the first time they call it; a dict of copies."""
    found = {}

    def watch(frame, event, _):
        if event == "call" and frame.f_code.co_name == name and frame.f_code.co_filename == path:
            sys.setprofile(None)
            found.update(copy.deepcopy(dict(frame.f_locals)))
            raise rounds.RoundOver

    def until(code):
        sys.setprofile(watch)
        with contextlib.suppress(rounds.RoundOver):
            try:
                exec(code, namespace)
            finally:
                sys.setprofile(None)

    with _restored(namespace):
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            run_statement(node, namespace, caller, path, [], until)
            if found:
                return found
    raise CannotCheck(f"nothing in the file calls {name}")


def run_statement(node, namespace, caller, path, skipped, run=None):
    """Run one statement that prepares for the loop; what fails (a missing data file) is noted in ``skipped``."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.ImportFrom, ast.Import)):
        bound = {(part.asname or part.name).split(".")[0] for part in getattr(node, "names", ())} or {node.name}
        if bound <= set(namespace):
            return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    code = compile(ast.Module([node], []), path, "exec")
    try:
        if run is None and node.lineno in caller.stuck_at:
            raise CannotCheck("it has not come to its end before")
        if run is None:
            caller.raw(project.execute, code, namespace, limit_=STATEMENT_SECONDS, seed_=None)
        else:
            caller.raw(run, code, limit_=STATEMENT_SECONDS, seed_=None)
    except OutOfTime:
        raise
    except CannotCheck as failure:
        skipped.append((node, failure))
        if getattr(failure, "kind", None) == "time" and STATEMENT_SECONDS >= 3.0:
            caller.stuck_at.add(node.lineno)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            node = runnable.stand_in_for(node)
            exec(compile(ast.fix_missing_locations(ast.Module([node], [])), path, "exec"), namespace)
            return
        stand_in(node, namespace)


def stand_in(node, namespace):
    """Data that could not be had are stood in for by probe data, where the name says what they are."""
    for name in syntax.stored(node):
        word = (vocabulary.meanings(name) or [None])[0]
        if name not in namespace and word in ("X", "y"):
            X, labels = probe_data(n=ROWS)
            namespace[name] = X if word == "X" else (labels > 0) * 1.0


def big(item):
    """Whether an array is too large to be copied for every round: data, which are read."""
    return isinstance(item, np.ndarray) and item.size > LARGE


def _copies(namespace):
    found = {}
    for key, item in list(namespace.items()):
        if rounds.is_data(item) and not key.startswith("__"):
            with contextlib.suppress(Exception):
                found[key] = copy.deepcopy(item)
    return found


def _guarded(caller, watch, function):
    """Run until the round is over; a round that fails after its last step, for want of a module or a file, counts."""

    def until():
        try:
            function()
        except rounds.RoundOver:
            pass
        except (NameError, ImportError, OSError):
            if watch.left is None:
                raise
        finally:
            sys.setprofile(None)

    caller.raw(until, limit_=ROUND_SECONDS)


def _seen(watch, name):
    if watch.left is None or watch.entered is None:
        raise CannotCheck(f"the loop of {name} did not run")
    return watch
