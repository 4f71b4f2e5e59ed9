"""Training of networks: the start, the output, the loop around the gradient, and what it returns."""

import ast
import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.gradient import NETWORKS, WITH_NETS, judged, net_of
from scratchwork.checks.probes.said_classes import judged_prediction
from scratchwork.checks.recognising import binding
from scratchwork.checks.recognising.activation_names import which
from scratchwork.checks.registry import probe
from scratchwork.checks.views import claims, gradient_places, network, passes, reference, returned
from scratchwork.checks.views.network_build import probe_data

DRAWN = r"\brandom\b|\brandn?\b|(normal|uniform|gauss)\("  # a call that draws, and no name that speaks of one

PREPARING = re.compile(r"x?(mean|avg|average|media|cent(er|re)|scaler?|std|stdev|sd|dev|spread|min|max|minimum|maximum)s?|mu|cent|sc|sigmas?|scaling|offset|shift|lo|hi")  # fmt: skip
OF_TRAINING = re.compile(r"(loss|cost|err|error|mse|score|acc|accuracy|grad|iter|epoch|round|rate|lr)(s|es)?")


def names_with(target, pattern, default=None):
    """The first function (or method) of the target whose source or name fits a pattern."""
    functional = isinstance(getattr(target.value, "roles", None), dict) and getattr(target.value, "functional", False)
    for key, node in target.namespace.get("nodes", {}).items():
        own = "." not in key if functional else key.startswith(f"{target.name}.")
        if own and re.search(pattern, ast.unparse(node)):
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
    P = passes.Pass(net, net.point, X, y).forward()
    rows, over_samples = P.sum(axis=1), np.allclose(P.sum(axis=0), 1, atol=1e-5)
    if np.allclose(rows, 1, atol=1e-5):
        big = {path: item * 200.0 for path, item in net.point.items()}
        most = float(np.nanmax(passes.Pass(net, big, X * 10, y).forward()))
        ceiling = np.e / (np.e + net.n_out - 1)
        if abs(most - ceiling) < 1e-6:
            observed = f"However large the weights, no output exceeds {most:.6f} = e / (e + {net.n_out - 1})."
            yield find("SW-G16", observed, function=net.roles["forward"])
    elif over_samples or np.isclose(P.sum(), 1, atol=1e-5):
        over = "over the samples" if over_samples else "over everything"
        fewer = network.label_forms(labels[:7], net.n_out)[net.form or "one-hot"]
        passes.Pass(net, net.point, X[:7], fewer).forward()  # a layout that runs with any number of rows
        if not over_samples and gradient_places.one_by_one(net):
            raise CannotCheck("it is given one sample at a time")
        observed = f"The outputs of one sample sum to {rows[0]:.4g}, of another to {rows[1]:.4g}; they sum to 1 {over}."
        yield find("SW-N3", observed, function=_softmax_name(net))


def _softmax_name(net):
    """The user's softmax: a method, a function, else the forward pass."""
    methods = [] if net.functional else [name for name in binding.methods(net.root) if which(name) == "softmax"]
    functions = [name for name, item in net.namespace.items() if hasattr(item, "__code__") and which(name) == "softmax"]
    return [*methods, *functions, net.roles["forward"]][0]


@probe("SW-G16", roles=("logistic", "estimator"))
def probabilities_can_come_near_one(target, call):
    """Far from the boundary the probability of a class comes near 1."""
    from scratchwork.checks.running import data
    from scratchwork.checks.views import estimator
    from scratchwork.checks.views.model import modelled

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
            said = (
                f"For rows 10,000 times farther out no probability exceeds {most:.6f} = e / (e + {got.shape[1] - 1})."
            )
            yield find("SW-G16", said, function=name)


@probe("SW-T17", "SW-T91", roles=NETWORKS)
def hidden_units_do_not_stay_equal(target, call):
    """Five steps from the network's own start leave the units of a hidden layer different, and every array moved."""
    net = target.value
    if net.extras.get("invented") or net.spec is None or len(net.spec.layers) < 2:
        raise CannotCheck("there is no start of its own, or no hidden layer")
    verdict = judged(net)
    values, start = net.values(), net.values()
    for _ in range(5):
        run = claims.claim(net, verdict.X, verdict.y, claims.TINY, values=values)
        if run.gradient is None:
            raise CannotCheck("the gradient at its own start cannot be had")
        for path in values:
            step = np.asarray(run.gradient.get(path, 0.0), dtype=float)
            values[path] = values[path] - 0.3 * (
                step.reshape(values[path].shape) if step.size == values[path].size else 0.0
            )
    where = net.extras.get("init") or names_with(target, rf"{DRAWN}|\bzeros\b|full\(|ones\(", "__init__")
    for number, (W, b) in enumerate(net.spec.weights(values)[:-1], 1):
        if W.shape[1] > 1 and np.ptp(W, axis=1).max() < 1e-10 and (b is None or np.ptp(b) < 1e-10):
            yield find(
                "SW-T17",
                f"After five steps from its own start all {W.shape[1]} units of hidden layer {number} have the same weights (the first: {W[0, 0]:.4g}).",
                function=where,
            )
            return
    yield from _left_behind(start, values)


def _left_behind(start, values):
    """T91: an array that five steps leave exactly as it was, while the others of its kind move."""
    still = [path for path in values if np.ndim(start[path]) == 2 and np.array_equal(start[path], values[path])]
    moved = [path for path in values if np.ndim(start[path]) == 2 and path not in still]
    for path in still[:1]:
        if moved and np.any(start[path]):
            named = ".".join(str(step).lstrip(".") for step in path)
            said = f"Five steps leave {named} exactly as it was, the other weights move."
            yield find("SW-T91", said, severity="warning")


@probe("SW-T19", roles=NETWORKS)
def the_hidden_units_answer(target, call):
    """At its own start, and on ordinary data, hidden units are neither dead nor saturated."""
    net = target.value
    if net.extras.get("invented") or net.spec is None or len(net.spec.layers) < 2:
        raise CannotCheck("there is no start of its own, or no hidden layer")
    pairs, names = net.spec.weights(net.values()), [layer.activation for layer in net.spec.layers]
    trace = reference.forward(pairs, names, probe_data(n=50, d=net.n_in)[0])
    for number, (name, (_, _, out)) in enumerate(zip(names[:-1], trace), 1):
        still = int((np.ptp(out, axis=0) == 0).sum()) if name == "relu" else int((np.ptp(out, axis=0) < 1e-6).sum())
        extreme = name == "relu" or np.abs(out).max() > 0.99
        if out.shape[1] > 2 and 2 * still > out.shape[1] and extreme and np.any(pairs[number - 1][0]):
            said = f"{still} of the {out.shape[1]} {name} units of hidden layer {number} give the same value for 50 samples."
            where = net.extras.get("init") or names_with(target, DRAWN, "__init__")
            yield find("SW-T19", said, function=where)
            return


@probe("SW-T18", roles=NETWORKS)
def the_start_suits_the_depth(target, call):
    """At its own start the signal neither fades nor explodes from the input to the last hidden layer."""
    net = target.value
    if net.extras.get("invented") or net.spec is None or len(net.spec.layers) < 2:
        raise CannotCheck("there is no start of its own, or no hidden layer")
    pairs, names = net.spec.weights(net.values()), [layer.activation for layer in net.spec.layers]
    gains = [float(W.std() * np.sqrt(W.shape[0])) for W, _ in pairs]
    where = net.extras.get("init") or names_with(target, DRAWN, "__init__")
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
        made = passes.Pass(net, {path: item * 0.5 for path, item in net.point.items()}, X, y)
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


@probe("SW-P1", "SW-P5", roles=NETWORKS)
def prediction_is_the_trained_forward_pass(target, call):
    """predict names the class that the trained forward pass names."""
    net = target.value
    where = net.roles.get("predict")
    if where is None or where == net.roles["forward"]:
        raise CannotCheck("prediction is the forward pass itself")
    P, said, inner = _both(net)
    if said is None or "SW-T20" in target.namespace.get("found", ()):
        return
    prepared = _prepares_as_trained(net)
    for finding in judged_prediction(P, said, where):
        follows = inner is not None and not list(judged_prediction(inner, said, where))
        if prepared and follows:
            raise CannotCheck(f"{where} prepares the samples by what training has learnt of them")
        yield dataclasses.replace(finding, severity="warning") if follows or prepared else finding  # other samples


def _prepares_as_trained(net):
    """Whether predict reads what training has set beside the parameters: the mean and spread of the columns."""
    trains, asks = (net.node(net.roles.get(role)) for role in ("train", "predict"))
    if trains is None or asks is None:
        return False
    kept = {f"self{path[0]}" for path in net.paths}
    learnt = {ast.unparse(part) for part in ast.walk(trains) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)}  # fmt: skip
    used = {ast.unparse(part) for part in ast.walk(asks) if isinstance(part, ast.Attribute)}
    words = [re.findall(r"[a-z]+", name.split(".")[-1].lower()) for name in (used & learnt) - kept]
    return any(any(map(PREPARING.fullmatch, said)) and not any(map(OF_TRAINING.fullmatch, said)) for said in words)


def _both(net):
    """(outputs (n, C), predicted labels (n,), what forward gave inside predict or None); no labels where they are plainly the outputs'."""
    X, labels = probe_data(n=97, d=net.n_in, n_out=net.n_out)
    X = X * 1.5
    y = network.label_forms(labels, net.n_out)[net.form or ("one-hot" if net.n_out > 1 else "(n, 1)")]
    made = passes.Pass(net, net.point, X, y)
    P = made.forward()
    made.seed += 1
    if not np.array_equal(P, made.forward()):
        raise CannotCheck("the forward pass draws anew at each call")
    with made.overheard("forward") as heard:
        _, value = made.call("predict", order=("X",), override={"X"})
    inner = made.output_of(heard[0]) if len(heard) == 1 else None
    said = np.asarray(value[0] if isinstance(value, tuple) and not np.isscalar(value[0]) else value)
    if said.size == P.size and said.size != len(X):
        table = np.asarray(returned.as_samples(said, len(X), net.n_out), dtype=float)
        if any(np.allclose(table, item) for item in (P > 0.5, np.round(P), P, np.eye(net.n_out)[P.argmax(axis=1)])):
            return P, None, inner
        said = table.argmax(axis=-1)
    if said.size == net.n_out > 1 and said.dtype.kind in "iu" and said.max() >= net.n_out:
        return P, said.ravel().astype(float), inner
    if said.size != len(X) or said.dtype.kind not in "iufb":
        raise CannotCheck("predict does not give one number for each sample")
    return P, said.ravel().astype(float), inner
