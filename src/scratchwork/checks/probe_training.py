"""Training of networks: the start, the output, the loop around the gradient, and what it returns."""

import ast
import re

import numpy as np

from scratchwork.checks import binding, claims, network, reference, returned
from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.network_build import probe_data
from scratchwork.checks.probe_functions import which
from scratchwork.checks.probe_gradient import NETWORKS, WITH_NETS, judged, net_of
from scratchwork.checks.registry import probe


def names_with(target, pattern, default=None):
    """The first function (or method) of the target whose source or name fits a pattern."""
    functional = isinstance(getattr(target.value, "roles", None), dict) and getattr(target.value, "functional", False)
    for key, node in target.namespace.get("nodes", {}).items():
        if (
            functional != ("." in key)
            and (functional or key.startswith(f"{target.name}."))
            and re.search(pattern, ast.unparse(node))
        ):
            return key.split(".")[-1]
    return default


@probe("SW-N3", "SW-G16", "SW-P7", roles=WITH_NETS)
def outputs_of_one_sample_sum_to_one(target, call):
    """Softmax outputs sum to 1 for each sample, and can come as near to 1 as they like."""
    net = net_of(target)
    if net.n_out < 2:
        raise CannotCheck("there is one output")
    X, labels = probe_data(d=net.n_in, n_out=net.n_out)
    y = network.label_forms(labels, net.n_out)[net.form or "one-hot"]
    P = network.Pass(net, net.point, X, y).forward()
    softmaxes = [
        name for name in net.namespace if which(name) == "softmax" and hasattr(net.namespace[name], "__code__")
    ]
    methods = [name for name in binding.methods(net.root) if which(name) == "softmax"] if not net.functional else []
    where = (methods + softmaxes + [net.roles["forward"]])[0]
    rows = P.sum(axis=1)
    if not np.allclose(rows, 1, atol=1e-5) and (
        np.allclose(P.sum(axis=0), 1, atol=1e-5) or np.isclose(P.sum(), 1, atol=1e-5)
    ):
        over = "over the samples" if np.allclose(P.sum(axis=0), 1, atol=1e-5) else "over everything"
        yield find(
            "SW-N3",
            f"The outputs of one sample sum to {rows[0]:.4g}, of another to {rows[1]:.4g}; they sum to 1 {over}.",
            function=where,
        )
        return
    if np.allclose(rows, 1, atol=1e-5):
        big = {path: item * 200.0 for path, item in net.point.items()}
        most = float(np.nanmax(network.Pass(net, big, X * 10, y).forward()))
        ceiling = np.e / (np.e + net.n_out - 1)
        if abs(most - ceiling) < 1e-6:
            yield find(
                "SW-G16",
                f"However large the weights, no output exceeds {most:.6f} = e / (e + {net.n_out - 1}).",
                function=_twice(target, net, where),
            )


def _twice(target, net, where):
    return net.roles["forward"]


@probe("SW-G16", roles=("logistic", "estimator"))
def probabilities_can_come_near_one(target, call):
    """Far from the boundary the probability of a class comes near 1."""
    from scratchwork.checks import data, estimator
    from scratchwork.checks.model import modelled

    model = modelled(target, call)
    name = model.maker.find(
        ("predict_proba", "predict_probability", "predict_probabilities", "predict_prob"), "predict_proba"
    )
    if name is None:
        raise CannotCheck("there is no predict_proba")
    X, y = data.blobs(60, 5, 3, seed=9)
    try:
        made = model.fit(X, y, epochs=300)
    except CannotCheck:
        made = model.fit(epochs=300)
        X = model.X
    got = estimator.as_array(
        binding.call_by_meaning(call, getattr(made, name), {"X": X * 1e4}, order=("X",), override={"X"})
    ).astype(float)
    if got.ndim == 2 and got.shape[1] > 1 and np.allclose(got.sum(axis=1), 1, atol=1e-6):
        ceiling, most = np.e / (np.e + got.shape[1] - 1), float(np.nanmax(got))
        if abs(most - ceiling) < 1e-4:
            yield find(
                "SW-G16",
                f"For rows 10,000 times farther out no probability exceeds {most:.6f} = e / (e + {got.shape[1] - 1}).",
                function=name,
            )


@probe("SW-T17", "SW-T91", roles=NETWORKS)
def hidden_units_do_not_stay_equal(target, call):
    """Five steps from the network's own start leave the units of a hidden layer different, and every array moved."""
    net = target.value
    if net.extras.get("invented") or net.spec is None or len(net.spec.layers) < 2:
        raise CannotCheck("there is no start of its own, or no hidden layer")
    verdict = judged(net)
    values = net.values()
    for _ in range(5):
        run = claims.claim(net, verdict.X, verdict.y, claims.TINY, values=values)
        if run.gradient is None:
            raise CannotCheck("the gradient at its own start cannot be had")
        for path in values:
            step = np.asarray(run.gradient.get(path, 0.0), dtype=float)
            values[path] = values[path] - 0.3 * (
                step.reshape(values[path].shape) if step.size == values[path].size else 0.0
            )
    where = net.extras.get("init") or names_with(target, r"random|randn|zeros|full\(|ones\(|uniform", "__init__")
    for number, (W, b) in enumerate(net.spec.weights(values)[:-1], 1):
        if W.shape[1] > 1 and np.ptp(W, axis=1).max() < 1e-10 and (b is None or np.ptp(b) < 1e-10):
            yield find(
                "SW-T17",
                f"After five steps from its own start all {W.shape[1]} units of hidden layer {number} have the same weights (the first: {W[0, 0]:.4g}).",
                function=where,
            )
            return


@probe("SW-T18", roles=NETWORKS)
def the_start_suits_the_depth(target, call):
    """At its own start the signal neither fades nor explodes from the input to the last hidden layer."""
    net = target.value
    if net.extras.get("invented") or net.spec is None or len(net.spec.layers) < 2:
        raise CannotCheck("there is no start of its own, or no hidden layer")
    pairs, names = net.spec.weights(net.values()), [layer.activation for layer in net.spec.layers]
    gains = [float(W.std() * np.sqrt(W.shape[0])) for W, _ in pairs]
    where = net.extras.get("init") or names_with(target, r"random|randn|normal|uniform", "__init__")
    trace = reference.forward(pairs, names, probe_data(n=50, d=net.n_in)[0])
    spreads = [float(out.std(axis=0).mean()) for _, _, out in trace[:-1]]
    if min(gains) > 0 and (
        np.prod(gains[:-1]) < 10.0 ** (-1.4 * len(gains[:-1])) or (gains[-1] < 0.02 and gains[0] < 0.1)
    ):
        shown = ", ".join(f"{gain:.2g}" for gain in gains)
        yield find(
            "SW-T18",
            f"The weights' spread times sqrt(inputs) is {shown} by layer; about 1 keeps the signal. The hidden outputs spread over {spreads[-1]:.2g}.",
            function=where,
            weight=16,
        )
    elif max(gains) > 12 and names[0] in ("sigmoid", "tanh"):
        yield find(
            "SW-T18",
            f"The weights' spread times sqrt(inputs) is {max(gains):.3g}; {names[0]} units are saturated.",
            function=where,
            weight=16,
        )


@probe("SW-T20", roles=("network functions",))
def two_predictions_agree(target, call):
    """predict gives the same answer twice."""
    net = target.value
    X, labels = probe_data(n=211, d=net.n_in, n_out=net.n_out)
    y = network.label_forms(labels, net.n_out)["one-hot" if net.n_out > 1 else "(n, 1)"]
    role = "predict" if "predict" in net.roles else "forward"
    answers = []
    for seed in (1, 2):
        made = network.Pass(net, {path: item * 0.5 for path, item in net.point.items()}, X, y)
        function = net.function(made.root, role)[1]
        bound = binding.bind(function, made.known, made.exact, ("X",), {"X"})
        args, kwargs = binding.positional(function, bound)
        value = call.raw(function, *args, seed_=seed, **kwargs)
        answers.append(
            np.concatenate([np.ravel(np.asarray(item, dtype=float)) for _, item in returned.labelled(_floats(value))])
        )
    if answers[0].shape == answers[1].shape and not np.array_equal(*answers):
        off = int((answers[0] != answers[1]).sum())
        yield find(
            "SW-T20",
            f"Two calls of {net.roles[role]} with the same {len(X)} samples differ in {off} of {answers[0].size} values.",
            function=net.roles[role],
        )


def _floats(value):
    if isinstance(value, (np.ndarray, list)):
        return np.asarray(value, dtype=float)
    return value


@probe("SW-P1", roles=NETWORKS)
def prediction_is_the_trained_forward_pass(target, call):
    """predict names the class that the trained forward pass names."""
    net = target.value
    if "predict" not in net.roles or net.roles["predict"] == net.roles["forward"]:
        raise CannotCheck("prediction is the forward pass itself")
    X, labels = probe_data(n=97, d=net.n_in, n_out=net.n_out)
    X = X * 1.5
    y = network.label_forms(labels, net.n_out)[net.form or ("one-hot" if net.n_out > 1 else "(n, 1)")]
    made = network.Pass(net, net.point, X, y)
    P = made.forward()
    _, value = made.call("predict", order=("X",), override={"X"})
    value = value[0] if isinstance(value, tuple) and not np.isscalar(value[0]) else value
    said = np.asarray(value)
    if said.size == P.size and said.size != len(X):
        table = np.asarray(returned.as_samples(said, len(X), net.n_out), dtype=float)
        if any(np.allclose(table, item) for item in (P > 0.5, np.round(P), P, np.eye(net.n_out)[P.argmax(axis=1)])):
            return
        said = table.argmax(axis=1)
    if said.size != len(X) or said.dtype.kind not in "iufb":
        raise CannotCheck("predict does not give one number for each sample")
    said = said.ravel().astype(float)
    best = [P.argmax(axis=1)] if net.n_out > 1 else [P.ravel() > 0.5, P.ravel() > 0, np.round(P.ravel()), P.ravel()]
    agree = max(float(np.isclose(said, item).mean()) for item in best)
    if "SW-T20" in target.namespace.get("found", ()):
        return
    if net.n_out > 2 and any(np.array_equal(said, P[:, j] > 0.5) for j in range(net.n_out)):
        observed = f"{net.roles['predict']} asks whether one probability exceeds 0.5: of {net.n_out} classes only 0 and 1 are predicted."
        yield find("SW-P4", observed, function=net.roles["predict"])
        return
    if agree < 0.97 and (net.n_out == 1 or set(said) <= set(range(net.n_out))):
        if net.n_out > 1 and set(said) <= {0.0, 1.0} and len(set(best[0].tolist())) > 2:
            yield find(
                "SW-P4",
                f"Of {net.n_out} classes only {sorted(set(said.astype(int).tolist()))} are predicted.",
                function=net.roles["predict"],
            )
            return
        yield find(
            "SW-P1",
            f"{net.roles['predict']} agrees with the forward pass on {100 * agree:.0f} % of {len(X)} samples.",
            function=net.roles["predict"],
        )


# the loop -------------------------------------------------------------------------------------------------------


def trained(net, verdict, lr, epochs=1, **known):
    """Parameters after training from the network's own start (functions) or from the generic point (objects)."""
    made = network.Pass(net, None if net.functional else net.point, verdict.X, verdict.y, lr, **known)
    made.known["epochs"] = epochs
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
    start, _ = trained(net, verdict, 1e-13, **sized)
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


@probe("SW-T11", "SW-T90", "SW-T9", "SW-T21", roles=NETWORKS)
def separable_data_is_learnt(target, call):
    """Three clouds far apart are learnt within some hundred epochs; at least far better than by chance."""
    from scratchwork.checks import data

    net = target.value
    verdict = judged(net)
    if "train" not in net.roles or (net.functional and "predict" not in net.roles):
        raise CannotCheck("there is no training function")
    X, labels = data.blobs(60, net.n_in, max(net.n_out, 2), seed=9, spread=0.4, distance=3.0)
    big = claims.Verdict(
        verdict.form, verdict.run, net.point, X, None, network.label_forms(labels, net.n_out)[verdict.form]
    )
    scores = []
    for lr, epochs in ((0.1, 150), (0.5, 150), (0.01, 400)):
        try:
            after, _ = trained(net, big, lr, epochs, n_hidden=7, batch_size=10, sizes=[net.n_in, 7, net.n_out])
        except CallFailed as failure:
            if failure.kind == "time":
                raise CannotCheck("training takes too long to see whether it learns") from None
            continue
        P = network.Pass(net, after, X, big.y).forward()
        said = P.argmax(axis=1) if net.n_out > 1 else (P.ravel() > 0.5)
        scores.append(float((said == labels).mean()))
        if scores[-1] > 0.9:
            return
    if scores and max(scores) < 0.8 and not _spoilt(target):
        shuffles = names_with(target, r"shuffle|permutation", None)
        code = "SW-T11" if shuffles else "SW-T90"
        yield find(
            code,
            f"Of 60 samples in clearly separated clouds {100 * max(scores):.0f} % are learnt in up to 400 epochs at three rates.",
            function=shuffles or net.roles["train"],
            severity="error" if code == "SW-T11" else "warning",
        )


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


DROPPING = ("rng", "keep", "dropout", "training", "train_mode")


@probe("SW-G1", roles=NETWORKS)
def the_gradient_knows_what_was_dropped(target, call):
    """With dropout on, and the same units dropped, the gradient is still that of the loss."""
    net = target.value
    verdict = judged(net)
    words = {
        word
        for word in binding.meanings_of(net.function(net.root, "forward")[1]).values()
        if word in ("rng", "keep", "dropout")
    }
    if not words or verdict.best[2] > verdict.tolerance or verdict.best[0] != "own":
        raise CannotCheck("its forward pass takes nothing to drop units by")
    kept = dict(net.extras)
    try:
        net.extras |= {
            "override": words,
            "fresh": lambda: {"rng": np.random.default_rng(5), "keep": 0.6, "dropout": 0.4},
        }
        dropped = claims.verdicts(net)[0]
        same = np.array_equal(dropped.run.output, verdict.run.output)
    finally:
        net.extras = kept
    if same:
        raise CannotCheck("nothing is dropped")
    if dropped.own[1] > 1e-3:
        observed = f"Without dropout the gradient is that of the loss; with 40 % of the units dropped it differs by {dropped.own[1]:.2g}."
        yield find("SW-G1", observed, function=verdict.run.where)
