"""A step over samples that come as pairs: each pair counts, the arrays step alike, the penalty is that of the reported cost."""

import copy
import functools

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.gradient import judged, label, net_of
from scratchwork.checks.probes.losses import LAMBDA, split, wrong_penalty
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import claims, network, passes, reference
from scratchwork.checks.views.network_build import probe_data

RATE, PAIRS, EXACT = 0.05, 6, 1e-6
COUNTED = {"each": slice(None), "only the last": slice(-1, None), "only the first": slice(1), "all but the last": slice(-1),
           "all but the first": slice(1, None)}  # fmt: skip


class Steps:
    """The method of a network that takes one step over some pairs, and the gradients of these pairs one by one."""

    def __init__(self, net):
        self.verdict, self.point = judged(net), net.point
        self.net, self.X, self.labels = copy.copy(net), *probe_data(n=PAIRS, d=net.n_in, n_out=net.n_out)
        self.form, self.where = self.verdict.form, None
        if self.verdict.run.via != "returned":
            raise CannotCheck("no gradient of one pair is returned")
        for name, function in binding.methods(net.fresh()).items():
            words = set(binding.meanings_of(function).values())
            if binding.wants_pairs(function) and "epochs" not in words and {"lr"} & (words | net.extras.get("attributes", set())):  # fmt: skip
                self.net.roles = {**net.roles, "step": name}
                self.where = name
        if self.where is None:
            raise CannotCheck("no method takes one step over some pairs")
        self.weights, self.biases = split(net)

    def made(self, chosen, rate=claims.TINY, values=None, **known):
        """A pass over some of the pairs."""
        y = network.label_forms(self.labels[chosen], self.net.n_out)[self.form]
        return passes.Pass(self.net, self.point if values is None else values, self.X[chosen], y, rate, **known)

    def moved(self, rate=RATE, penalty=0.0):
        """{path: step / rate} over all pairs."""
        made = self.made(slice(None), rate, **{"lambda": penalty})
        made.call("step", order=("lr",), override={"lr", "lambda"})
        after = self.net.values(made.root)
        if not any(np.any(after[path] != self.point[path]) for path in after):
            raise CannotCheck(f"{self.where} moves nothing")
        return {path: (self.point[path] - after[path]) / rate for path in after}

    def gradient(self, place, values=None):
        """{path: gradient} of one pair, as the code gives it."""
        made = self.made(slice(place, place + 1), values=values)
        made.forward()
        made.backward()
        found = made.run.gradient or {}
        if made.run.via != "returned" or any(np.size(found.get(path)) != self.point[path].size for path in self.point):
            raise CannotCheck("the gradient of one pair is of another shape than the parameters")
        return {path: np.reshape(found[path], self.point[path].shape) for path in self.point}

    @functools.cached_property
    def gradients(self):
        """Those of all pairs."""
        return [self.gradient(place) for place in range(PAIRS)]

    def fits(self, moved, exact=EXACT):
        """{path: (which pairs count, factor to the mean of these)}; None where no choice of pairs gives the step."""
        found = {}
        for path in self.point:
            table = np.stack([gradient[path] for gradient in self.gradients])
            tried = ((words, *reference.fitted_factor(moved[path], table[part].mean(0))) for words, part in COUNTED.items())  # fmt: skip
            found[path] = next(((words, factor) for words, factor, residual in tried if residual < exact), None)
        return found

    def at_once(self, paths, shares):
        """{path: step / rate} where these arrays move after each pair, and the others at the end."""
        values, sums = dict(self.point), dict.fromkeys(self.point, 0.0)
        for place in range(PAIRS):
            slopes = self.gradient(place, values)
            for path in self.point:
                sums[path] = sums[path] + shares[path] / PAIRS * slopes[path]
                values = values | ({path: self.point[path] - RATE * sums[path]} if path in paths else {})
        return sums

    def cost(self, penalty=0.0, values=None, chosen=slice(None)):
        """The reported cost of some pairs; CannotCheck where there is none."""
        made = self.made(chosen, values=values, **{"lambda": penalty})
        made.forward()
        value = made.loss() if "loss" in self.net.roles else None
        if value is None or not np.isfinite(value):
            raise CannotCheck("it reports no cost")
        return value

    def charge(self, **times):
        """What the penalty adds to the reported cost, with the weights or the biases so many times as large."""
        kinds = {"weights": self.weights, "biases": self.biases}
        scaled = {path: self.point[path] * factor for kind, factor in times.items() for path in kinds[kind]}
        values = {**self.point, **scaled}
        return self.cost(LAMBDA, values) - self.cost(0.0, values)


@probe("SW-G1", "SW-G12", "SW-G18", roles=("mlp",))
def a_step_over_pairs_is_that_of_their_gradients(target, call):
    """One step over six pairs is one factor times the mean of their gradients, in every array."""
    steps = Steps(net_of(target))
    moved = steps.moved()
    fits = steps.fits(moved)
    if None in fits.values():
        yield from _moved_meanwhile(steps, moved)
        return
    names = {path: label(path) for path in fits}
    for path, (words, _) in fits.items():
        if words != "each" and np.size(steps.point[path]) > 1:
            said = f"Of {PAIRS} pairs {words} moves {names[path]}: the step is that gradient to {EXACT:.0e}, not the mean or sum of all."
            yield find("SW-G1", said, function=steps.where)
            return
    first = next(iter(fits))
    for path, (_, factor) in fits.items():
        ratio = factor / fits[first][1]
        if min(abs(abs(ratio) - times) * PAIRS for times in (PAIRS, 1 / PAIRS)) < 1e-3:
            said = f"{names[path]} steps with {abs(factor):.4g} times the mean gradient of {PAIRS} pairs, {names[first]} with {abs(fits[first][1]):.4g} times."
            yield find("SW-G1", said, function=steps.where)
            return
        if ratio < 0:
            up, down = (names[path], names[first]) if factor < 0 else (names[first], names[path])
            yield find("SW-G18", f"Over {PAIRS} pairs {up} moves up its gradient, {down} down.", function=steps.where)
            return


def _moved_meanwhile(steps, moved):
    """G12: some arrays move after each pair, others at the end, so that later pairs see weights that are half renewed."""
    small = steps.fits(steps.moved(claims.TINY), 1e-3)
    if any(fit is None or fit[0] != "each" for fit in small.values()):
        raise CannotCheck("its step is not made of the gradients of its pairs alone")
    shares = {path: factor for path, (_, factor) in small.items()}
    for paths in (steps.weights, steps.biases):
        wanted = steps.at_once(paths, shares)
        if all(reference.fitted_factor(moved[path], wanted[path])[1] < 1e-4 for path in wanted):
            said = f"{label(paths[0])} moves after each pair, other arrays after all {PAIRS}: with rate {RATE} the numbers are exactly those."
            yield find("SW-G12", said, function=steps.where)


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", roles=("mlp",))
def a_step_over_pairs_has_the_penalty_of_the_cost(target, call):
    """With lambda > 0 a step over pairs shrinks the weights alone, and by as much as the reported cost asks for."""
    steps = Steps(net_of(target))
    taken = {*binding.meanings_of(steps.net.function(steps.net.root, "step")[1]).values(), *steps.net.extras.get("attributes", ())}  # fmt: skip
    if "lambda" not in taken:
        raise CannotCheck("its steps take no penalty")
    plain, penalised = steps.moved(), steps.moved(penalty=LAMBDA)
    added = {path: penalised[path] - plain[path] for path in plain}
    run = network.Run(gradient=plain)
    if all(np.abs(added[path]).max() < 1e-9 for path in steps.weights):
        if abs(steps.charge()) > 1e-9:
            said = (
                f"lambda = {LAMBDA} changes the reported cost by {steps.charge():.4g} and leaves every step as it was."
            )
            yield find("SW-G5", said, function=steps.where)
        return
    wrong = wrong_penalty(steps.verdict, run, added, steps.weights, steps.biases, steps.where)
    if wrong:
        yield wrong
    else:
        yield from _beside_the_cost(steps, plain, added)


def _beside_the_cost(steps, plain, added):
    """The penalty of the reported cost: of the weights' squares, and in the same proportion to the data's part."""
    where, charge = steps.net.roles.get("loss"), steps.charge()
    if abs(charge) < 1e-9:
        said = f"lambda = {LAMBDA} shrinks the weights in each step; the reported cost does not change."
        yield find("SW-G5", said, function=where, severity="warning", weight=45)
        return
    grown = steps.charge(weights=2.0) / charge
    shrinks = [reference.fitted_factor(added[path], steps.point[path]) for path in steps.weights]
    if max(residual for _, residual in shrinks) > 1e-3:
        return
    if abs(steps.charge(biases=2.0) / charge - 1) > 1e-6:
        yield find("SW-G4", "The reported cost penalises the biases; the steps do not.", function=where)
    elif abs(grown - 4) > 1e-3:
        said = f"Weights twice as large make the penalty of the reported cost {grown:.4g} times as large; the steps are those of squares, which make it 4 times."
        yield find("SW-G5", said, function=where)
    else:
        yield from _in_proportion(steps, plain, shrinks[0][0], charge)


def _in_proportion(steps, plain, shrink, charge):
    """Whether step and cost have the same strength, beside the data's part of each."""
    fit, own = steps.fits(plain)[steps.weights[0]], steps.verdict.own
    if fit is None or own[1] > steps.verdict.tolerance:
        return
    alone = np.mean([steps.cost(chosen=slice(place, place + 1)) for place in range(PAIRS)])
    strength = 2 * charge / sum(np.sum(steps.point[path] ** 2) for path in steps.weights)
    times = shrink * (steps.cost() / alone) / (fit[1] * own[0] * strength)
    if abs(times - 1) < 1e-3:
        return
    said = (
        f"The penalty of a step is {times:.4g} times that of the reported cost, beside the data's part ({PAIRS} pairs)."
    )
    usual = min(abs(times - other) for other in (0.5, 2)) < 1e-3
    yield find("SW-G8" if usual else "SW-G5", said, function=steps.where, severity="remark" if usual else "warning")
