"""Runs of the user's own training, taped, on data of prime sizes: a class that is fitted, or a function that trains."""

import dataclasses
import inspect
import time

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, NotWritten, OutOfTime
from scratchwork.checks.recognising import binding, invented
from scratchwork.checks.running import replay
from scratchwork.checks.views import claims, estimator, network, reference
from scratchwork.checks.watching.tape import Tape
from scratchwork.checks.watching.watched import Watched

N, N_IN, N_HIDDEN = 11, 5, 7
FITS, RATE, EPOCHS, MOST_RUNS, MOST_RECOGNISED, SECONDS = 2e-4, 0.1, 4, 40, 4, 2.5


@dataclasses.dataclass
class Case:
    """Data in one of the forms that code wants: what is passed, and the targets (n, C) that it stands for."""

    form: str
    X: np.ndarray
    shown: np.ndarray
    y: np.ndarray
    targets: dict  # number of outputs -> (n, C)
    classes: int
    columns: bool


@dataclasses.dataclass
class Training:
    """A taped training, recognised, with the verdict on its first step."""

    case: Case
    watched: object
    steps: list
    verdict: object
    live: object = None  # the object that was fitted
    returned: object = None


def cases(n=N, d=N_IN, seed=1):
    """The forms of data, the usual ones first."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    X = (X - X.mean(axis=0)) / X.std(axis=0)  # a training that standardises leaves it as it is
    for classes in (3, 2):
        labels = rng.permutation(np.arange(n) % classes)
        hot, column = np.eye(classes)[labels], labels.reshape(-1, 1).astype(float)
        targets = {classes: hot} if classes > 2 else {2: hot, 1: column}
        signs = {2: hot[:, ::-1], 1: 2 * column - 1}
        forms = {"ids": labels, "one-hot": hot, "ids (n, 1)": labels.reshape(-1, 1)} if classes > 2 else {
            "(n, 1)": column, "(n,) ids": labels, "(n,)": column.ravel(), "one-hot": hot}  # fmt: skip
        for form, y in forms.items():
            yield Case(form, X, X, y, targets, classes, False)
        if classes == 2:
            yield Case("signs", X, X, 2.0 * labels - 1, signs, 2, False)
        for form, y in forms.items():
            yield Case(form, X, np.ascontiguousarray(X.T), np.ascontiguousarray(y.T), targets, classes, True)


def settings_for(case, hidden, **settings):
    """Sizes and rates by meaning."""
    n_out = case.y.shape[case.columns - 1] if np.ndim(case.y) == 2 else 1 if case.classes == 2 else case.classes
    n_out = case.classes if n_out == 1 and case.classes > 2 else n_out
    found = {"n_in": case.X.shape[1], "n_hidden": hidden, "n_out": n_out, "n_classes": case.classes, "lr": RATE}
    found["sizes"] = [case.X.shape[1], *(hidden if isinstance(hidden, (list, tuple)) else [hidden]), n_out]
    found |= {"seed": 0, "epochs": EPOCHS, "batch_size": len(case.X), "dropout": 0.0, "keep": 1.0, "lambda": 0.0}
    return found | {"verbose": False, "tol": 0.0} | settings


def runs_of_class(maker, caller, namespace, case, exact=None, **settings):
    """Tapes of fit on new objects: the hidden sizes as a number, a list, a tuple."""
    name = maker.find(estimator.FIT, "fit")
    if name is None:
        raise CannotCheck(f"{maker.name} has no method that fits")
    n_out = settings_for(case, N_HIDDEN)["n_out"]
    for hidden in estimator.hidden_forms(maker.settings(), N_IN, N_HIDDEN, n_out):
        known = settings_for(case, hidden, **settings)
        data = {"X": case.shown, "y": case.y}
        in_constructor = inspect.isclass(maker.factory) and binding.takes(maker.factory, "X")
        try:
            made = maker.build(exact, **known, **(data if in_constructor else {}))
        except (OutOfTime, NotWritten):
            raise
        except CannotCheck as failure:
            yield failure
        else:
            yield from _taped(getattr(made, name), known | data, caller, namespace, made, exact)


def runs_of_function(function, caller, namespace, case, exact=None, **settings):
    """Tapes of a function that trains on the data it is given."""
    for hidden in (N_HIDDEN, [N_HIDDEN]):
        known = settings_for(case, hidden, **settings) | {"X": case.shown, "y": case.y}
        yield from _taped(function, known, caller, namespace, None, exact)
        if not {"n_hidden", "sizes"} & set(binding.meanings_of(function).values()):
            return


def _taped(function, known, caller, namespace, live, exact=None):
    wanted = binding.wants_pairs(function)
    for pairs in _pairs_of(known) if wanted else (None,):
        yield from _taped_on(
            function, known, caller, namespace, live, (exact or {}) | ({wanted: pairs} if wanted else {})
        )


def _pairs_of(known):
    """The samples as [(x, y)]: of columns, of rows."""
    X, y = known["X"], np.asarray(known["y"])
    if len(y) == len(X):
        yield [(X[[i]].T, y[i].reshape(-1, 1)) for i in range(len(X))]
        yield list(zip(X, y))


def _taped_on(function, known, caller, namespace, live, exact):
    known = estimator.settle(known) | known
    override = {"X", "y", "epochs", "lr", "batch_size", "verbose", "seed", "lambda", "n_hidden", "tol"}
    try:
        given = {key: value for key, value in exact.items() if key in binding.meanings_of(function)}
        exact = invented.started(function, known, caller) | given
        bound = binding.bind(function, known, exact, ("X", "y", "epochs", "lr"), override)
        args, kwargs = binding.positional(function, bound)
        tape = Tape(namespace)
        returned = caller(tape.run, function, *args, **kwargs)
    except (OutOfTime, NotWritten):
        raise
    except CannotCheck as failure:
        yield failure
        return
    yield tape, live, returned


def replayed(name, statements, tree, caller, namespace):
    """The Training of the user's own program, on its own data where they can be had, else on ours."""
    program = replay.Program(statements, namespace)
    tape = replay.program_runs(program, caller, namespace, None, lambda: Tape(namespace))
    best, why = None, "no arrays of samples and labels are seen in the program"
    ends = time.process_time() + SECONDS
    for X, Y in replay.pairs(program)[:8]:
        if time.process_time() > ends:
            break
        try:
            found = _recognised(name, (tape, None, None), Case("own", X, X, Y, targets_of(Y), 0, False))
        except CannotCheck as failure:
            why = failure
            continue
        if best is None or found.verdict.best[2] < best.verdict.best[2]:
            best = found
        if best.verdict.best[2] <= FITS:
            return best
    if best is not None:
        return best
    if replay.pairs(program):
        raise CannotCheck(str(why))
    return _substituted(name, program, tree, caller, namespace, why)


def targets_of(Y):
    """{outputs: (n, outputs)} that labels stand for."""
    Y = np.asarray(Y, dtype=float).reshape(len(Y), -1)
    found = {Y.shape[1]: Y}
    values = np.unique(Y)
    if Y.shape[1] == 1 and len(values) <= 30 and set(values) <= set(range(30)):
        found[max(int(values.max()) + 1, 2)] = np.eye(max(int(values.max()) + 1, 2))[Y.ravel().astype(int)]
    return found


def _substituted(name, program, tree, caller, namespace, why):
    """The same with our data under the names of data, of as many inputs as the program seems to want."""
    sizes, tried, ends = [N_IN, *replay.sizes_in(program.statements, tree)], set(), time.process_time() + SECONDS
    while sizes and time.process_time() < ends and len(tried) < 6:
        d = sizes.pop(0)
        if d in tried:
            continue
        tried.add(d)
        for case in cases(d=d):
            tape = replay.program_runs(program, caller, namespace, case, lambda: Tape(namespace, 0.5))
            others = [table for table in program.tables if table.shape == case.X.shape]
            try:
                return _recognised(name, (tape, None, None, *others), case)
            except CannotCheck as failure:
                why = f"{failure}; {'; '.join(program.failures[:2])}"
            wanted = replay.wanted_sizes(" ".join(program.failures))
            if time.process_time() > ends or any(size not in tried for size in wanted):
                break
        sizes = [*wanted, *sizes]
    raise CannotCheck(str(why))


def trained(name, make_runs, sizes=(N_IN,)):
    """The best Training over all forms of data; CannotCheck where no layers are recognised in any."""
    best, why, count, recognised, ends = None, None, 0, 0, time.process_time() + SECONDS
    for d in sizes:
        for case in cases(d=d):
            try:
                for run in make_runs(case):
                    count += 1
                    if isinstance(run, Exception):
                        why = why or run
                        continue
                    training, recognised = _recognised(name, run, case), recognised + 1
                    if best is None or training.verdict.best[2] < best.verdict.best[2]:
                        best = training
                    if best.verdict.best[2] <= FITS or recognised >= MOST_RECOGNISED:
                        return best
            except (OutOfTime, NotWritten):
                raise
            except CannotCheck as failure:
                why = why if isinstance(why, CallFailed) else failure
            if count > MOST_RUNS or time.process_time() > ends:
                break
    if best is None:
        raise why or CannotCheck(f"{name} cannot be run on data of our own")
    return best


def _recognised(name, run, case):
    tape, live, returned, *others = run
    watched = Watched(name, tape, case.X, sorted(case.targets), others)
    steps = watched.steps()
    if not steps:
        watched.across_calls()
        steps = watched.steps()
    if watched.n_out not in case.targets:
        raise CannotCheck("the outputs fit no form of the targets")
    if not steps:
        raise CannotCheck("no step of the training is seen whole")
    return Training(case, watched, steps, verdict_of(watched, case, steps[0]), live, returned)


def verdict_of(watched, case, step, targets=None):
    """How the step compares with the gradients of the usual losses at the parameters before it.

    An output layer without activation may be the logits of a softmax or a sigmoid that stands in the loss. Samples may have
    been passed one by one and their gradients gathered: the step's batch becomes theirs where that fits.
    """
    alone = _best_reading(watched, case, step, targets)
    if step.gathered is None or alone.best[2] <= FITS or targets is not None:
        return alone
    other = dataclasses.replace(step, batch=step.gathered)
    together = _best_reading(watched, case, other, targets)
    if together.best[2] > FITS and len(step.batch.rows) > 1:
        return alone
    step.batch = step.gathered
    return together


def _best_reading(watched, case, step, targets):
    last, found = watched.spec.layers[-1], []
    plain = last.activation
    for name in (plain,) if plain != "linear" else ("linear", "softmax", "sigmoid"):
        if name == "softmax" and watched.n_out == 1:
            continue
        last.activation = name
        found.append((_verdict(watched, case, step, targets), name))
    verdict, last.activation = min(found, key=lambda pair: pair[0].best[2])
    return verdict


def _verdict(watched, case, step, targets):
    Y = case.targets[watched.n_out][list(step.batch.rows)] if targets is None else targets
    run = network.Run(via="update", after=step.after)
    run.gradient = {path: step.before[path] - step.after[path] for path in watched.paths}
    verdict = claims.Verdict(case.form, run, step.before, step.batch.values, Y, None, n=len(Y))
    moved = claims.flat(run.gradient, watched.paths, step.before)
    for loss, gradient in claims.standard_gradients(watched, verdict).items():
        verdict.wanted[loss] = gradient
        factor, residual = reference.fitted_factor(moved, claims.flat(gradient, watched.paths, step.before))
        verdict.standard[loss] = factor, max(residual, _worst_array(watched, step, run.gradient, gradient, factor))
    if not verdict.standard:
        raise CannotCheck("its output layer is of a kind without a usual loss")
    return verdict


def _worst_array(watched, step, moved, wanted, factor):
    """The largest residual of a single array, where it stands out: a hidden layer whose steps are small counts as well."""
    worst = 0.0
    for path in watched.paths:
        got, right = moved[path].ravel(), factor * wanted[path].ravel()
        single = np.array_equal(step.before[path], step.before[path].astype(np.float32))
        noise = (1e-6 if single else 1e-14) * (np.abs(step.before[path]).max(initial=0.0) * np.sqrt(got.size))
        size = np.linalg.norm(right)
        if size > 100 * noise + 1e-12:
            worst = max(worst, float(np.linalg.norm(got - right)) / size)
    return worst if worst > 1e-3 else 0.0
