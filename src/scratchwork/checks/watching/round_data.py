"""Where the data of a training loop come from: the function that holds it takes them, or they stand before it."""

import functools
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, OutOfTime
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.views import network, network_build
from scratchwork.checks.views.network_build import N_OUT, N, probe_data
from scratchwork.checks.watching import drivers, rates, round_places, round_reading
from scratchwork.checks.watching.round_net import QUIET, RoundNet

MOST_INPUTS = 4000


class Given:
    """The loop's function takes the data; what stands at the loop is what was given, or is put in there."""

    form = None

    def __init__(self, driver, paths=(), n_in=network_build.N_IN):
        self.driver, self.paths, self.n_in = driver, paths, n_in

    def run(self, X, y, inject, lr=None, epochs=1, **known):
        """A round."""
        if not self.paths:
            return self.driver.run(X, y, lr=lr, inject=inject, epochs=epochs, **known)
        raw = probe_data(n=len(X), d=self.driver.n_in)[0]
        put = {path: np.ascontiguousarray(X.T) if transposed else X for path, transposed in self.paths}
        return self.driver.run(raw, y, lr=lr, inject={**put, **inject}, epochs=epochs, **known)


class Standing:
    """The data stand before the loop: others are put in at its entry, and numbers that count the rows follow."""

    def __init__(self, driver, n_real, paths, targets, n_in, form, n_out):
        self.driver, self.n_real, self.paths = driver, n_real, paths
        self.targets, self.n_in, self.form, self.n_out = targets, n_in, form, n_out

    def run(self, X, y, inject, lr=None, epochs=1, **known):
        """A round."""
        n, labels = len(X), labels_in(y, self.form, self.n_out)

        def prepare(visible):
            news = {path: np.ascontiguousarray(X.T) if transposed else X for path, transposed in self.paths}
            news |= {path: network.label_forms(labels, n_out)[form] for path, (form, n_out) in self.targets.items()}
            for key, item in visible.items():
                if type(item) is int and (item == self.n_real or vocabulary.meaning(key) == "batch_size"):
                    news[(key,)] = n
                elif np.shape(item)[:1] == (self.n_real,) and vocabulary.meaning(key) == "X" and (key,) not in news:
                    news[(key,)] = item[np.arange(n) % self.n_real]  # rows that only their number is taken of
            return news

        return self.driver.run(X, y, lr=lr, inject=inject, prepare=prepare, epochs=epochs, **known)


def labels_in(y, form, n_out):
    """The labels (n,) that a target of a form stands for."""
    if n_out > 1 and "one-hot" in form:
        return (y.T if "transposed" in form else y).argmax(axis=1)
    return np.asarray(y).ravel().astype(int)


def alike(watch, X):
    """(path, transposed) of every matrix before the loop that holds these data."""
    found = []
    for path, item in watch.entered.items():
        if item.ndim == 2 and item.size == X.size and (np.array_equal(item, X) or np.array_equal(item, X.T)):
            found.append((path, not np.array_equal(item, X)))
    return found


def settle(driver, nodes, source):
    """The RoundNet of a driver: through the arguments of its function, or with the data that stand before the loop."""
    if isinstance(driver, drivers.StatementsDriver):
        return _standing(driver, nodes, source)
    failures, tried = [], set()
    for _ in range(3):
        for n_in, n_out in [pair for pair in _sizes_wanted(failures) if pair not in tried]:
            tried.add((n_in, n_out))
            try:
                return _of_size(driver, n_in, n_out, nodes, source, failures)
            except OutOfTime:
                raise
            except CannotCheck as failure:
                why = failure
    raise functools.reduce(telling, failures, why)


def _of_size(driver, n_in, n_out, nodes, source, failures):
    X, labels = probe_data(d=n_in, n_out=n_out)
    driver.n_in, driver.n_out = n_in, n_out
    for columns in (False, True):
        driver.columns = columns
        for y in network.label_forms(labels, n_out).values():
            try:
                return _given(driver, X, y, network.target_matrix(labels, n_out), nodes, source)
            except OutOfTime:
                raise
            except CannotCheck as failure:
                failures.append(failure)
    raise CannotCheck(f"the loop of {driver.name} could not be run")


def _sizes_wanted(failures):
    """(inputs, outputs) that the user's code asks for, read from its failures: matrices that do not fit ours."""
    inputs, outputs = {network_build.N_IN: 1}, {N_OUT: 1, 1: 1}
    for failure in failures:
        text = str(failure)
        pair = re.search(r"not aligned: (\d+) \(dim \d\) != (\d+)", text) or re.search(
            r"size (\d+) is different from (\d+)", text
        )
        numbers = [int(item) for item in pair.groups()] if pair else []
        if network_build.N_IN in numbers and max(numbers) <= MOST_INPUTS:
            inputs.update(dict.fromkeys(set(numbers) - {network_build.N_IN, N}))
        out = re.search(
            r"out of bounds for axis 1 with size (\d+)|\(\d+,(\d+)\) \(\d+,3\)|\((\d+),\d+\) \(3,\d+\)|has (\d+) outputs",
            text,
        )
        number = int(next(filter(None, out.groups()))) if out else N
        if number not in (N, 1) and number <= 30:
            outputs[number] = 1
    return [(n_in, n_out) for n_in in inputs for n_out in outputs][:10]


def telling(first, second):
    rank = {True: 0, False: 1}
    return (
        second if first is None or rank[isinstance(second, CallFailed)] > rank[isinstance(first, CallFailed)] else first
    )


def _given(driver, X, y, Y, nodes, source):
    _find_rate(driver, X, y)
    first = driver.run(X, y, lr=QUIET)
    data = {None: X} | {path: item for path, item in _entering(first, len(X)).items() if not np.array_equal(item, X)}
    space = Given(driver, (), X.shape[1])
    reading, base, reach = round_reading.read(driver, lambda inject: space.run(X, y, inject, lr=QUIET), len(X), data)
    if reading.n_out != Y.shape[1]:
        raise CannotCheck(f"the loop of {driver.name} has {reading.n_out} outputs for {Y.shape[1]} wanted")
    if reading.data is not None:
        space = Given(driver, alike(first, data[reading.data]), data[reading.data].shape[1])
    return _finished(driver, reading, base, reach, (X, y, Y), nodes, space, source)


def _one(driver, watch):
    """The round, where it is no whole training of its own: of that the loop in there will tell."""
    if len(watch.calls) >= drivers.rounds.MOST_CALLS:
        raise CannotCheck(f"a round of the loop of {driver.name} makes thousands of calls")
    return watch


def _find_rate(driver, *data, prepare=None):
    """Where no name tells the rate, the number of which the step is a multiple."""
    if {"lr", "alpha"} & driver.words() or driver.rate:
        return

    def run(knob, value):
        driver.rate = knob
        try:
            return driver.run(*data, lr=value, prepare=prepare)
        finally:
            driver.rate = None

    driver.rate = rates.find(driver, run)
    driver.more = {"lr"} if driver.rate else set()


def _finished(driver, reading, base, reach, data, nodes, space, source):
    X, y, Y = data

    def with_penalties():
        """Two rounds that differ in the strength of the penalty alone; none where there is no such thing."""
        strengths = (0.0, 0.5) if "lambda" in driver.words() else ()
        return [space.run(X, y, reading.point, lr=QUIET, **{"lambda": strength}) for strength in strengths]

    round_places.find_loss(reading, base, reach, X, Y, with_penalties)
    round_places.find_gradient(reading, base, reach)
    scale = 1.0 / np.sqrt(max(len(X[0]) / 50, 1.0))  # hundreds of inputs would saturate every unit
    reading.point = {path: item * scale for path, item in reading.point.items()}
    return RoundNet(driver, reading, nodes, space, source)


def _entering(watch, n):
    """{path: (n, d)} of the matrices with a row (or column) for each sample that stand before the loop."""
    found = {}
    for path, item in watch.entered.items():
        if (
            item.ndim == 2
            and item.dtype.kind == "f"
            and n in item.shape
            and path in watch.left
            and np.array_equal(item, watch.left[path])
        ):
            found[path] = item if item.shape[0] == n else item.T
    return found


def _standing(driver, nodes, source):
    """The loop of a script: data are recognised by their names and shapes."""
    first = _one(driver, driver.run())
    _find_rate(driver)
    why = None
    for X_path, X in _candidates(first):
        n = len(X)
        targets = {}
        for path, item in first.entered.items():
            if path != X_path and item.ndim in (1, 2) and n in item.shape and item.size <= 50 * n:
                forms = list(round_places.forms_of(item, n))
                named = "y" in vocabulary.meanings(str(path[-1]))
                if forms and (named or forms[0][0] != "(n,)" or item.dtype.kind in "iu" or len(np.unique(item)) <= 20):
                    targets[path] = forms
        if not targets:
            continue
        try:
            return _put_in(driver, first, X_path, X, targets, nodes, source)
        except OutOfTime:
            raise
        except CannotCheck as failure:
            why = telling(why, failure)
    raise why or CannotCheck("no data and targets are recognised before the loop")


def _candidates(first):
    """(path, (n, d)) of what may be the inputs, those whose name says so first."""
    found = []
    for path, item in first.entered.items():
        changed = path in first.left and not np.array_equal(item, first.left[path], equal_nan=True)
        if item.ndim != 2 or changed or item.dtype.kind not in "fiu":
            continue
        words = vocabulary.meanings(str(path[-1]))
        rank = (0 if "X" in words[:1] else 1, "test" in str(path[-1]).lower())
        found.append((rank, path, item))
        if item.shape[0] != item.shape[1]:
            found.append(((rank[0] + 2, rank[1]), path, item.T))
    found.sort(key=lambda entry: entry[0])
    return [(path, item) for rank, path, item in found if rank[0] % 2 == 0 or len(found) <= 8][:6]


def _fitting(forms, labels, n_out):
    """(form, outputs) of a target that stands for these labels, for as many outputs if it can; None where for others."""
    same = [(form, k) for form, said, k in forms if np.array_equal(said, labels)]
    return next((entry for entry in same if entry[1] == n_out), same[0] if same else None)


def _put_in(driver, first, X_path, X, targets, nodes, source):
    n_real, n_in = X.shape
    paths, why = alike(first, X), None
    options = [entry for forms in targets.values() for entry in forms]
    for form, labels, n_out in sorted(options, key=lambda entry: -entry[2]):
        same = {other: fitting for other, forms in targets.items() if (fitting := _fitting(forms, labels, n_out))}
        new, drawn = probe_data(n=N, d=n_in, n_out=n_out)
        y = network.label_forms(drawn, n_out)[form]
        space = Standing(driver, n_real, paths, same, n_in, form, n_out)
        try:
            reading, base, reach = round_reading.read(
                driver, functools.partial(space.run, new, y, lr=QUIET), N, {None: new}
            )
        except OutOfTime:
            raise
        except CannotCheck as failure:
            why = telling(why, failure)
            continue
        if reading.n_out == n_out:
            data = (new, y, network.target_matrix(drawn, n_out))
            net = _finished(driver, reading, base, reach, data, nodes, space, source)
            net.extras["targets"] = np.unique(labels)
            return net
    raise why or CannotCheck(f"the outputs of the loop of {driver.name or 'the script'} are not of the targets' size")
