"""The update of a network: downhill, and after all gradients are known."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.gradient import WITH_NETS, judged, label, net_of
from scratchwork.checks.registry import probe
from scratchwork.checks.views import claims, passes, reference, rightful
from scratchwork.checks.views.network_build import N


@probe("SW-G18", "SW-T1", roles=WITH_NETS)
def a_small_step_goes_downhill(target, call):
    """One small step along the update must not raise the loss."""
    net = net_of(target)
    verdict = judged(net)
    if not verdict.wanted or verdict.best[2] > 0.5:
        raise CannotCheck("the gradient is not known well enough to say which way is down")
    if verdict.best[2] > verdict.tolerance and rightful.in_two_modes(net):
        raise CannotCheck("its forward pass has two modes")
    name, _, _ = verdict.best
    down = claims.flat(verdict.wanted[name], net.paths, verdict.point)
    moved, where = _movement(net, verdict)
    if moved is None:
        raise CannotCheck("no update is in reach, so which way it goes cannot be seen")
    yield from _deaf_to_the_rate(net, verdict, moved, where)
    yield from _uphill(net, verdict, name, down, moved, _blamed(net, verdict, where))


def _deaf_to_the_rate(net, verdict, moved, where):
    """Arrays, some but not all, that an update apart from the gradient moves by the same numbers at half the rate."""
    if verdict.run.via == "update" or net.functional:
        return
    half, start, deaf = _movement(net, verdict, claims.TINY / 2)[0], 0, []
    for path in net.paths:
        part = slice(start, start + verdict.point[path].size)
        start = part.stop
        if half is not None and moved[part].any() and np.allclose(half[part], moved[part], rtol=1e-4, atol=0):
            deaf.append(label(path))
    if deaf and len(deaf) < len(net.paths):
        observed = f"At half the rate the update moves {', '.join(deaf)} by the same numbers, the other arrays by half."
        yield find("SW-T1", observed, function=where)


def _blamed(net, verdict, where):
    """The function that points the wrong way: the one that gives the gradient, else the one that takes the step."""
    if verdict.run.via in ("returned", "stored") and verdict.best[1] < 0:
        return verdict.run.where
    return (net.extras["mover"](net, verdict) if "mover" in net.extras else None) or where


def _uphill(net, verdict, name, down, moved, where):
    """The whole step, or that of single arrays, against the gradient."""
    words = "the reported loss" if name == "own" else f"the {name}"
    slope = _cosine(moved, down)
    if slope > 0.5:
        observed = (
            f"The update moves the parameters up {words}: its cosine with the gradient is {slope:+.3f}; descent has -1."
        )
        yield find("SW-G18", observed, function=where)
        return
    start, up, down_too = 0, [], []
    for path in net.paths:
        part = slice(start, start + verdict.point[path].size)
        start = part.stop
        if np.linalg.norm(down[part]) > 1e-9 and _cosine(moved[part], down[part]) > 0.99:
            up.append(label(path))
        elif np.linalg.norm(down[part]) > 1e-9 and _cosine(moved[part], down[part]) < -0.99:
            down_too.append(path)
    if up and (slope < 0 or len(up) + len(down_too) == len(net.paths)):
        yield find(
            "SW-G18",
            f"The update moves {', '.join(up)} up {words} (cosine with the gradient +1), the others down.",
            function=where,
        )


def _cosine(a, b):
    return float(a @ b) / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-300)


def _movement(net, verdict, lr=claims.TINY):
    """(parameters after - before, function) of one small step, or (None, None)."""
    run = verdict.run
    if run.via == "update":
        return -claims.flat(run.gradient, net.paths, verdict.point), run.where
    for way, role in ((claims.steps, "update"), (claims.training, "train")):
        try:
            made = passes.Pass(net, verdict.point, verdict.X, verdict.y, lr)
            if way is claims.steps:
                made.forward()
                passes.attempt(made.loss, made.run)
                if "backward" in net.roles:
                    made.backward()
                made.update()
            else:
                made.train()
        except CannotCheck:
            continue
        if made.run.after is None:
            continue
        moved = np.concatenate([(np.asarray(made.run.after[path]) - verdict.point[path]).ravel() for path in net.paths])
        if moved.any():
            return moved, net.roles[role]
    return None, None


@probe("SW-G12", roles=WITH_NETS)
def backward_uses_the_weights_of_the_forward_pass(target, call):
    """The step divided by the rate must not depend on the rate, for one sample and one step."""
    net = net_of(target)
    verdict = judged(net)
    if hasattr(net, "gradient_at_rate") and net.reading.gradient and verdict.best[2] <= verdict.tolerance:
        yield from _moved_before(net, verdict)
        return
    if verdict.run.via != "update" or net.spec is None or len(net.spec.layers) < 2:
        raise CannotCheck("the gradient is returned before any update, or there is one layer only")
    if net.extras.get("adaptive") or verdict.best[2] > 0.5:
        raise CannotCheck("the update is not a plain gradient step")
    for n in (N, 1):
        found = claims.verdicts(net, n=n, lr=0.2)[0]
        _name, _factor, residual = found.best
        if residual <= 1e-3:
            return
        explanation = _through_updated(net, found)
        if explanation:
            yield find("SW-G12", explanation, function=verdict.run.where)
            return


def _moved_before(net, verdict):
    """G12 where the gradient of one round, which is right while the steps are tiny, is another one with large steps."""
    tiny, large = (net.gradient_at_rate(verdict, rate) for rate in (1e-9, 0.3))
    if any(item is None or not np.isfinite(item).all() for item in (*tiny.values(), *large.values())):
        raise CannotCheck("its gradient does not come up with large steps")
    off = [path for path in net.paths if reference.fitted_factor(*map(np.ravel, (large[path], tiny[path])))[1] > 1e-4]
    if off:
        said = f"In one round with the rate 0.3 the gradient of {', '.join(map(label, off))} points elsewhere than with a tiny rate: what it is computed from was moved before."
        yield find("SW-G12", said, function=verdict.run.where, severity="warning")


def _through_updated(net, verdict):
    """The words, if the claim equals the gradient sent back through the updated weights."""
    spec, names = net.spec, [layer.activation for layer in net.spec.layers]
    pairs = spec.weights(verdict.point)
    after = spec.weights(
        {path: np.asarray(verdict.run.after[path]).reshape(verdict.point[path].shape) for path in net.paths}
    )
    trace = reference.forward(pairs, names, verdict.X)
    claimed = claims.flat(verdict.run.gradient, net.paths, verdict.point)
    for delta in reference.output_deltas(trace[-1][2], trace[-1][1], verdict.Y, names[-1]).values():
        mistaken = reference.backward(pairs, trace, delta, reference.right_slopes(names), through=after)
        wanted = claims.flat(claims.as_user(net, mistaken, verdict.point), net.paths, verdict.point)
        _, residual = reference.fitted_factor(claimed, wanted)
        if residual <= 1e-4:
            return (
                f"With learning rate 0.2 the hidden layer's step differs from the gradient by {verdict.best[2]:.2g}; sent back "
                f"through the weights after their update it agrees to {residual:.0e}."
            )
    return None
