"""What the user's code claims to be the gradient, beside what it should be, under the reading that favours the user most."""

import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views import network, reference
from scratchwork.checks.views.network_build import N, probe_data
from scratchwork.checks.views.passes import Pass, attempt

TINY = 1e-6  # learning rate at which a whole epoch of small steps is one step, to first order
TOLERANCE = {"returned": 1e-5, "stored": 1e-5, "update": 2e-4}
GENUINE = ("cross-entropy", "binary cross-entropy", "half squared error")


@dataclasses.dataclass
class Verdict:
    """One reading of the code: a label form, a source of gradients, and how they compare with each candidate loss."""

    form: str
    run: object
    point: dict  # parameters at which all was computed
    X: np.ndarray
    Y: np.ndarray  # (n, C)
    y: np.ndarray  # in the user's form
    own: tuple = (float("nan"), float("inf"))  # factor and residual against the reported loss
    standard: dict = dataclasses.field(default_factory=dict)  # loss -> (factor, residual)
    wanted: dict = dataclasses.field(default_factory=dict)  # loss or "own" -> {path: gradient}
    n: int = N

    @property
    def best(self):
        """(name, factor, residual) of the best genuine loss, the reported one first among equals."""
        ranked = [("own", *self.own), *((name, *pair) for name, pair in self.standard.items())]
        good = [entry for entry in ranked if entry[2] <= self.tolerance]
        return good[0] if good else min(ranked, key=lambda entry: entry[2])

    @property
    def tolerance(self):
        """How large a residual rounding and differences may leave."""
        return TOLERANCE.get(self.run.via, 1e-5)


def verdicts(net, n=N, seed=1, lr=TINY, labels=None):
    """Every label form that gives a gradient, as Verdict, the best first. CannotCheck where none does."""
    X, drawn = probe_data(n=n, d=net.n_in, seed=seed, n_out=net.n_out)
    labels = drawn if labels is None else labels
    found, why = [], None
    forms = network.label_forms(labels, net.n_out).items()
    for form, y in sorted(forms, key=lambda item: net.columns and item[0] not in ("one-hot, transposed", "(1, n)")):
        if net.form and form != net.form:
            continue
        run = claim(net, X, y, lr)
        if run.gradient is None:
            why = why or run.failures.get("backward") or next(iter(run.failures.values()), None)
            continue
        verdict = Verdict(form, run, net.point, X, network.target_matrix(labels, net.n_out), y, n=n)
        compare(net, verdict)
        found.append(verdict)
        if verdict.best[2] <= verdict.tolerance:
            break
    if not found:
        raise CannotCheck(
            f"no gradient of {net.name} could be seen, neither returned nor through an update"
            + (f" ({why})" if why else "")
        )
    return sorted(
        found, key=lambda verdict: (verdict.best[2] > verdict.tolerance, output_misfit(net, verdict), verdict.best[2])
    )


def output_misfit(net, verdict):
    """0 where the output layer's gradient is that of a usual loss or mistake: then the label form is the right one."""
    from scratchwork.checks.views import diagnose

    if net.spec is None:
        return 0
    return diagnose.output_residual(net, verdict) > diagnose.EXPLAINED


def claim(net, X, y, lr=TINY, values=None, **known):
    """One run through forward, loss, backward and update, or through the training function where that is all there is."""
    values = net.point if values is None else values
    for chosen in (net.extras["way"],) if "way" in net.extras else (steps, training):
        try:
            run = chosen(net, values, X, y, lr, **known)
        except CannotCheck as failure:
            run = network.Run(failures={"forward": failure})
        if run.gradient is not None:
            break
    return run


def steps(net, values, X, y, lr, **known):
    """forward, loss, backward, update."""
    made = Pass(net, values, X, y, lr, **known)
    made.forward()
    attempt(made.loss, made.run)
    if made.run.gradient is None and "backward" in net.roles:
        attempt(made.backward, made.run)
    if made.run.gradient is None and "update" in net.roles and made.run.via != "returned":
        attempt(made.update, made.run)
    made.run.known, made.run.live = made.known, made
    return made.run


def training(net, values, X, y, lr, **known):
    """The training function for one epoch."""
    made = Pass(net, values, X, y, lr, **known)
    made.forward()
    attempt(made.loss, made.run)
    made = made if made.net.functional else Pass(net, values, X, y, lr, **known)
    if "train" in net.roles:
        attempt(made.train, made.run)
    made.run.live = made
    return made.run


def compare(net, verdict):
    """Fill in the comparison with the reported loss and with the usual ones."""
    claimed = flat(verdict.run.gradient, net.paths, verdict.point)
    if net.spec is not None:
        for name, gradient in standard_gradients(net, verdict).items():
            verdict.wanted[name] = gradient
            verdict.standard[name] = reference.fitted_factor(claimed, flat(gradient, net.paths, verdict.point))
    usual = any(residual <= verdict.tolerance for _, residual in verdict.standard.values())
    own = (_as_claimed(net, verdict, claimed) if usual else None) or own_gradient(net, verdict)
    if own is not None:
        verdict.wanted["own"] = own
        verdict.own = reference.fitted_factor(claimed, flat(own, net.paths, verdict.point))
    elif net.spec is None:
        raise CannotCheck(f"{net.name} reports no loss, and its network is of a kind that is not known")


def flat(gradient, paths, values):
    """All gradients as one vector; NaN where one is missing or of another size."""
    parts = []
    for path in paths:
        item = np.asarray(gradient[path], dtype=np.float64) if path in gradient else np.full(values[path].shape, 0.0)
        fits = item.size == values[path].size
        same = item.shape == values[path].shape or min(item.shape, default=1) == 1 or item.ndim != 2
        parts.append(item.ravel() if fits and same else np.full(values[path].size, np.inf))
    return np.concatenate(parts)


def standard_gradients(net, verdict):
    """{loss: {path: gradient}} of the usual losses for the recognised network."""
    spec = net.spec
    pairs, names = spec.weights(verdict.point), [layer.activation for layer in spec.layers]
    trace = reference.forward(pairs, names, verdict.X)
    deltas = reference.output_deltas(trace[-1][2], trace[-1][1], verdict.Y, names[-1])
    slopes = reference.right_slopes(names)
    return {
        name: as_user(net, reference.backward(pairs, trace, deltas[name], slopes), verdict.point)
        for name in GENUINE
        if name in deltas
    }


def as_user(net, gradients, values):
    """[(dW, db)] under the user's paths and in the user's shapes."""
    found = {}
    for layer, (dW, db) in zip(net.spec.layers, gradients):
        found[layer.weight] = net.spec.as_user(layer, net.spec.whole(layer, (dW, db)), "W", values[layer.weight].shape)
        if layer.bias is not None:
            found[layer.bias] = net.spec.as_user(layer, db, "b", values[layer.bias].shape)
    return {path: found.get(path, np.zeros(values[path].shape)) for path in net.paths}


def own_loss(net, values, X, y, **known):
    """The reported loss at ``values``, or None."""
    made = Pass(net, values, X, y, TINY, **known)
    try:
        if "y" in known or net.roles.get("forward") == "loss" or net.roles.get("forward"):
            made.forward()
        return made.loss()
    except CannotCheck:
        return None


def _as_claimed(net, verdict, claimed):
    """The gradient of the reported loss where it is what is claimed up to a factor, by three directions; else None."""
    if "loss" not in net.roles:
        return None
    rng, slopes, h = np.random.default_rng(13), [], 1e-5
    ways = [{path: rng.normal(size=item.shape) for path, item in verdict.point.items()} for _ in range(3)]
    for way in ways:
        sides = [own_loss(net, {path: item + step * way[path] for path, item in verdict.point.items()}, verdict.X, verdict.y) for step in (h, -h)]  # fmt: skip
        if None in sides:
            return None
        slopes.append((sides[0] - sides[1]) / (2 * h))
    along = np.array([claimed @ flat(way, net.paths, verdict.point) for way in ways])
    factor, residual = reference.fitted_factor(np.array(slopes), along)
    if not residual <= verdict.tolerance or not factor:
        return None
    return {path: factor * np.reshape(verdict.run.gradient[path], item.shape) for path, item in verdict.point.items()}


def own_gradient(net, verdict, most=24, **known):
    """Central differences of the reported loss; entries beyond ``most`` of an array follow the standard gradient's pattern.

    Large arrays (a 784-pixel input) are compared on a sample: the others are taken over from the claim, scaled by the
    factor that the sample shows, so that they neither help nor harm.
    """
    if "loss" not in net.roles or own_loss(net, verdict.point, verdict.X, verdict.y, **known) is None:
        return None
    rng, found = np.random.default_rng(11), {}
    sampled = {}
    for path in net.paths:
        size = verdict.point[path].size
        picked = np.arange(size) if size <= most else np.sort(rng.choice(size, most, replace=False))
        sampled[path] = picked, np.array([_difference(net, verdict, path, index, known) for index in picked])
    for path, (picked, numbers) in sampled.items():
        size = verdict.point[path].size
        if len(picked) == size:
            found[path] = numbers.reshape(verdict.point[path].shape)
            continue
        claimed = np.asarray(verdict.run.gradient.get(path, np.zeros(size)), dtype=np.float64).ravel()
        if claimed.size != size:
            return None
        factor, _ = reference.fitted_factor(numbers, claimed[picked])
        item = claimed * (factor if np.isfinite(factor) else 0.0)
        item[picked] = numbers
        found[path] = item.reshape(verdict.point[path].shape)
    return found


def _difference(net, verdict, path, index, known, h=1e-5):
    values = dict(verdict.point)
    sides = []
    for step in (h, -h):
        moved = np.array(values[path])
        moved.ravel()[index] += step
        loss = own_loss(net, {**values, path: moved}, verdict.X, verdict.y, **known)
        sides.append(np.nan if loss is None else loss)
    return (sides[0] - sides[1]) / (2 * h)
