"""The training loop of a network: it uses the gradient and the rate, and learns what can be learnt."""

import ast
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.gradient import NETWORKS, judged, label
from scratchwork.checks.probes.training import names_with
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import data, stand_in_files
from scratchwork.checks.views import claims, network, passes, reference, returned


def trained(net, verdict, lr, epochs=1, **known):
    """Parameters after training from the network's own start (functions) or from the generic point (objects)."""
    made = passes.Pass(net, None if net.functional else net.point, verdict.X, verdict.y, lr, epochs=epochs, **known)
    before = net.values(made.root)
    name, value = made.call(
        "train",
        order=("X", "y", "epochs", "lr"),
        override={"lr", "epochs", "batch_size", "verbose", "lambda", "n_hidden", "k"} & set(made.known),
    )
    after = net.values(made.root)
    if net.functional or all(np.array_equal(before[path], after[path]) for path in before):
        found = returned.match(returned.labelled(value, net.names_of(name)[0]), before) if value is not None else {}
        if len(found) < len(before) or any(np.shape(found[path]) != before[path].shape for path in found):
            raise CannotCheck(f"{name} does not give the trained parameters")
        after = {path: np.array(item, dtype=float) for path, item in found.items()}
    return after, value


@probe("SW-T1", "SW-G12", "SW-G18", "SW-G1", "SW-T11", roles=NETWORKS)
def the_loop_uses_the_gradient(target, call):
    """One epoch of training moves by the rate times the gradient at the start, and another rate moves differently."""
    net = target.value
    verdict = judged(net)
    if "train" not in net.roles or verdict.run.where == net.roles["train"]:
        raise CannotCheck("there is no training function apart from the gradient")
    where, sized = net.roles["train"], {"n_hidden": 7, "sizes": [net.n_in, 7, net.n_out]}
    words = set(binding.meanings_of(net.function(net.root, "train")[1]).values()) | net.extras.get("attributes", set())
    if "lr" not in words:
        raise CannotCheck("the rate of the training function cannot be set")
    start = net.values() if "driver" in net.extras else trained(net, verdict, 1e-13, **sized)[0]
    restless = _moved_by_no_rate(net, verdict, sized)
    if restless:
        mover = net.extras["mover"](net, verdict) if "mover" in net.extras else None
        yield find("SW-T1", restless, function=mover or where)
        return
    a, b = (trained(net, verdict, lr, 3, **sized)[0] for lr in (0.01, 0.05))
    if all(np.array_equal(a[path], b[path]) for path in a) and any(
        not np.array_equal(a[path], start[path]) for path in a
    ):
        yield find(
            "SW-T1",
            f"The rates 0.01 and 0.05 give the same weights after 3 epochs (the first: {next(iter(a.values())).ravel()[0]:.6g}).",
            function=names_with(target, r"-=|learning_rate|\blr\b|eta", where) if not net.functional else where,
        )
        return
    yield from _step_of_loop(target, net, verdict, start, sized, where)


def _moved_by_no_rate(net, verdict, sized):
    """The words, if some arrays are moved by a rate of 1e-12 as by any other; the parameters must be ours to begin with."""
    if "driver" not in net.extras and not net.extras.get("given"):
        return None
    start, after = net.values(), trained(net, verdict, 1e-12, **sized)[0]
    moved = {path: float(np.abs(after[path] - start[path]).max(initial=0.0)) for path in start}
    restless = [path for path, much in moved.items() if much > 1e-7]
    if not restless or len(restless) == len(moved):
        return None
    names = ", ".join(label(path) for path in restless)
    return f"At a rate of 1e-12 {names} still moves by up to {moved[restless[0]]:.4g}, the other arrays do not: its step has a rate of its own."


def _step_of_loop(target, net, verdict, start, sized, where):
    run = claims.steps(net, start, verdict.X, verdict.y, claims.TINY)
    if run.gradient is None or net.extras.get("adaptive") or set(net.paths) - set(run.gradient):
        raise CannotCheck("the gradient at the start of training cannot be had")
    wanted = claims.flat(run.gradient, net.paths, start)
    fits = {}
    for lr in (1e-7, 0.3):
        after, _ = trained(net, verdict, lr, **sized)
        moved = np.concatenate([((start[path] - after[path]) / lr).ravel() for path in net.paths])
        fits[lr] = (*reference.fitted_factor(moved, wanted), moved)
    if fits[1e-7][1] < 1e-3 and fits[1e-7][0] < 0 and not {"SW-G18"} & target.namespace.get("found", set()):
        yield find("SW-G18", f"One epoch moves by {-fits[1e-7][0]:+.4g} times the gradient: uphill.", function=where)
    elif fits[1e-7][1] < 1e-3 < fits[0.3][1]:
        explanation = _updated_first(net, verdict, start, fits[0.3][2], sized)
        if explanation:
            yield find("SW-G12", explanation, function=where)
    elif fits[1e-7][1] > 1e-3 and verdict.best[2] <= verdict.tolerance:
        yield from _array_by_array(net, verdict, start, sized, run.gradient, where)


def _array_by_array(net, verdict, start, sized, gradient, where):
    """Arrays of a class whose step does not know the rate, or goes the other way."""
    if net.functional:
        return
    where = net.roles.get("update", where)
    steps = [
        {path: start[path] - after[path] for path in net.paths}
        for after in (trained(net, verdict, lr, **sized)[0] for lr in (1e-7, 2e-7))
    ]
    deaf = [path for path in net.paths if _same_step(steps, path)]
    if deaf and len(deaf) < len(net.paths):
        moved = f"{label(deaf[0])} moves by {-steps[0][deaf[0]].ravel()[0]:+.4g} in its first entry with the rates 1e-7 and 2e-7 alike"
        yield find("SW-T1", f"{moved}; other arrays follow the rate.", function=where)
        return
    fits = {path: reference.fitted_factor(steps[0][path], np.asarray(gradient[path])) for path in net.paths}
    sizes = np.abs([factor for factor, _ in fits.values()])
    up = [label(path) for path, (factor, _) in fits.items() if factor < 0]
    if up and all(rest < 1e-3 for _, rest in fits.values()) and np.ptp(sizes) < 1e-3 * sizes.max():
        observed = f"The step moves {', '.join(up)} up the slope and the other arrays down, all by the same factor."
        yield find("SW-G18", observed, function=where)


def _same_step(steps, path):
    """Whether an array moves, and by the same numbers at either rate."""
    return bool(steps[0][path].any()) and np.allclose(steps[0][path], steps[1][path], rtol=1e-6, atol=0)


def _updated_first(net, verdict, start, moved, sized):
    """The words, if the step with a large rate is the gradient sent back through the updated weights."""
    if net.spec is None:
        return None
    after, _ = trained(net, verdict, 0.3, **sized)
    spec, names = net.spec, [layer.activation for layer in net.spec.layers]
    pairs, new = spec.weights(start), spec.weights(after)
    trace = reference.forward(pairs, names, verdict.X)
    for delta in reference.output_deltas(trace[-1][2], trace[-1][1], verdict.Y, names[-1]).values():
        for mixed in (new, [(W, b) for (W, _), (_, b) in zip(new, pairs)]):
            mistaken = reference.backward(pairs, trace, delta, reference.right_slopes(names), through=mixed)
            wanted = claims.flat(claims.as_user(net, mistaken, start), net.paths, start)
            if reference.fitted_factor(moved, wanted)[1] <= 1e-6:
                return "With rate 0.3 one epoch moves the hidden layer by the gradient sent back through the output weights after their update."
    return None


@probe("SW-G1", roles=("network functions",))
def gradients_do_not_pile_up(target, call):
    """The second round's gradient at unmoved parameters is the first one's again, not their sum."""
    net = target.value
    verdict = judged(net)
    if "driver" not in net.extras or verdict.run.via != "returned" or verdict.best[2] > verdict.tolerance:
        raise CannotCheck("no right gradient is seen in the loop")
    once, twice = net.gradients(verdict, 1), net.gradients(verdict, 2)
    factor, residual = reference.fitted_factor(
        claims.flat(twice, net.paths, verdict.point), claims.flat(once, net.paths, verdict.point)
    )
    if residual < 1e-4 and abs(factor - 2) < 1e-3:
        observed = f"At the same parameters the second round's gradient is {factor:.4g} times the first one's: it is added to what is left of it."
        yield find("SW-G1", observed, function=net.driver.name)


@probe("SW-G20", roles=("network functions",))
def each_class_has_an_output(target, call):
    """One sigmoid unit is trained on two labels, not on ids 0 to 9."""
    net = target.value
    if (
        stand_in_files.SERVED
        or "targets" not in net.extras
        or not isinstance(net.extras["targets"], np.ndarray)
        or net.spec is None
    ):
        raise CannotCheck("the targets that the author trains on are not in sight")
    ids = net.extras["targets"]
    if (
        net.n_out == 1
        and net.spec.layers[-1].activation == "sigmoid"
        and 2 < len(ids) <= 30
        and ids.max() > 1
        and np.array_equal(ids, np.round(ids))
    ):
        shown = ", ".join(f"{item:g}" for item in ids[:12])
        yield find(
            "SW-G20",
            f"One sigmoid output, which lies between 0 and 1, is trained on the labels {shown}.",
            function=net.driver.name,
        )


@probe("SW-T11", "SW-T90", "SW-T9", "SW-T21", roles=NETWORKS)
def separable_data_is_learnt(target, call):
    """Three clouds far apart are learnt within some hundred epochs; at least far better than by chance."""
    net = target.value
    verdict = judged(net)
    if "train" not in net.roles or (net.functional and "predict" not in net.roles):
        raise CannotCheck("there is no training function")
    if _one_step(net):
        raise CannotCheck("its training function makes one step")
    best = _best_share(net, verdict)
    if best is not None and best < 0.8 and not _spoilt(target):
        shuffles = names_with(target, r"shuffle|permutation", None)
        code = "SW-T11" if shuffles else "SW-T90"
        learnt = f"{100 * best:.0f} % are learnt in up to 400 epochs at three rates"
        observed = f"Of 60 samples in clearly separated clouds {learnt}."
        yield find(code, observed, function=shuffles or net.roles["train"], severity="warning")


def _one_step(net):
    """Whether the training function neither loops nor takes a number of epochs: its caller repeats it."""
    node, function = net.node(net.roles["train"]), net.function(net.root, "train")
    loops = node is None or any(isinstance(part, (ast.For, ast.While)) for part in ast.walk(node))
    calls = node is not None and any(vocabulary.role_of_name(getattr(part.func, "attr", "")) == "train" for part in ast.walk(node) if isinstance(part, ast.Call))  # fmt: skip
    if "epochs" in binding.meanings_of(function[1]).values():
        return False
    if re.search("(^|_)epoch$", function[0]):
        return True
    counted = any(vocabulary.meaning(key) == "epochs" for key in getattr(net.root, "__dict__", ()))
    return (not loops and not calls) or (bool(binding.wants_pairs(function[1])) and not counted)


def _best_share(net, verdict):
    """The largest share of 60 well separated samples that training learns; None where it cannot be run."""
    X, labels = data.blobs(60, net.n_in, max(net.n_out, 2), seed=9, spread=0.4, distance=3.0)
    y = network.label_forms(labels, net.n_out)[verdict.form]
    big = claims.Verdict(verdict.form, verdict.run, net.point, X, None, y)
    scores = []
    for lr, epochs in ((0.1, 150), (0.5, 150), (0.01, 400)):
        try:
            after, _ = trained(net, big, lr, epochs, n_hidden=7, batch_size=10, sizes=[net.n_in, 7, net.n_out])
        except CallFailed as failure:
            if failure.kind == "time":
                raise CannotCheck("training takes too long to see whether it learns") from None
            continue
        P = passes.Pass(net, after, X, y).forward()
        said = P.argmax(axis=1) if net.n_out > 1 else (P.ravel() > 0.5)
        scores.append(float((said == labels).mean()))
        if scores[-1] > 0.9:
            break
    return max(scores, default=None)


def _spoilt(target):
    """Whether another fault already explains that it does not learn."""
    found = target.namespace.get("found", set())
    return bool(
        found
        & {
            "SW-G1",
            "SW-G10",
            "SW-G11",
            "SW-G13",
            "SW-G15",
            "SW-G16",
            "SW-G17",
            "SW-G18",
            "SW-T17",
            "SW-T1",
            "SW-N3",
            "SW-G21",
        }
    )
