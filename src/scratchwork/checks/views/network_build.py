"""From a class, or a handful of functions, to a ``Net`` whose forward pass runs on probe data of prime sizes."""

import copy
import inspect
import re

import numpy as np

from scratchwork.checks.files import code_shape
from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding, identify, invented, vocabulary
from scratchwork.checks.recognising.invented import N_HIDDEN, N_IN, N_OUT, N
from scratchwork.checks.running import state
from scratchwork.checks.views import estimator, network, passes, returned

FORWARD_ROLES = ("forward", "predict_proba", "predict", "loss")
SUMS = re.compile(r"decision_function|net_?input|logits|linear_model|scores?$")  # before the last activation


def probe_data(n=N, d=N_IN, seed=1, n_out=N_OUT):
    """X (n, d) of normal numbers and labels (n,) with every class present."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % max(n_out, 2))
    return rng.normal(size=(n, d)), labels


def roles_of(names, given=None):
    """{role: [names]} by what the names suggest; roles the user gave come first."""
    found = {}
    for name in names:
        role = vocabulary.role_of_name(name) if name != "__call__" else "forward"
        if role:
            found.setdefault(role, []).append(name)
    if "train" in found:  # what others call comes after what calls it
        found["train"].sort(key=lambda name: (*estimator.FIT, name).index(name))
    found.get("forward", []).sort(key=lambda name: bool(SUMS.search(vocabulary.plain(name))))
    return found | {role: [name] for role, name in (given or {}).items()}


def from_class(kind, name, caller, source, namespace, given=None):
    """The Net of a network class (or of a live object)."""
    maker = estimator.Estimator(kind, name, caller, given or {})
    roles = roles_of(sorted(maker.methods(), key="__call__".__eq__), given)
    of_rows = [key for key in roles.get("loss_derivative", ()) if binding.takes(getattr(kind, key), "X")]
    roles = {"backward": of_rows} | roles if of_rows else roles  # _loss_grad(X, Y): of the weights, not of the output
    roles.get("train", []).sort(key=lambda key: "epochs" not in binding.meanings_of(getattr(kind, key)).values())
    if not any(roles.get(role) for role in FORWARD_ROLES):
        raise CannotCheck(f"{name} has no method that looks like a forward pass; name it with --role forward=METHOD")
    why, spare = None, None
    outputs = (1, N_OUT) if code_shape.labels_are_made_a_column(namespace.get("__tree__")) else (N_OUT, 1)
    for root, n_out, extras in _objects(maker, roles, name, outputs):
        try:
            net = _settle(root, n_out, extras, roles, name, caller, source, namespace)
        except CannotCheck as failure:
            why = why or failure
            continue
        if net.n_out == n_out or net.n_out > 1:
            return net
        spare = spare or net  # it shows one of several outputs: asked for one it may show all
    bare = spare or _parameters_passed_around(maker, roles, name, caller, source, namespace, given)
    if bare is not None:
        return bare
    raise why or CannotCheck(f"{name} could not be built")


def _parameters_passed_around(maker, roles, name, caller, source, namespace, given):
    """The Net of the methods of a class that keeps no arrays, as of bare functions; None where it is none."""
    if "init" not in roles or "forward" not in roles:
        return None
    try:
        root = maker.build()
        if any(item.ndim for item in state.float_arrays(root).values()):
            return None
        methods = {key: getattr(root, key) for key in maker.methods()}
        nodes = source | {key: source[f"{name}.{key}"] for key in methods if f"{name}.{key}" in source}
        return from_functions(name, methods, caller, nodes, {**namespace, **methods}, given)
    except CannotCheck:
        return None


def _objects(maker, roles, name, outputs):
    """Objects to try: for several and for one output; hidden sizes as a number, a list, a tuple."""
    seen, first = False, None
    in_constructor = inspect.isclass(maker.factory) and binding.takes(maker.factory, "X")
    for n_out in outputs:
        X, labels = probe_data(n_out=n_out)
        for hidden in estimator.hidden_forms(maker.settings(), N_IN, N_HIDDEN, n_out):
            settings = {"n_in": N_IN, "n_hidden": hidden, "n_out": n_out, "sizes": [N_IN, N_HIDDEN, n_out]}
            settings |= {"n_classes": n_out, "dropout": 0.0, "epochs": 1, "batch_size": N, "lr": 0.01, "seed": 0}
            given = {"X": X, "y": network.label_forms(labels, n_out)["one-hot" if n_out > 1 else "(n, 1)"]}
            try:
                root, given = (
                    network.fed(maker, settings, given) if in_constructor else (maker.build(**settings), given)
                )
                settings |= given if in_constructor else {}
                _bias_numbers(root)
                yield (
                    root,
                    n_out,
                    {"settings": settings, "maker": maker, "holds": _holds(root, given, in_constructor, roles, maker)},
                )
                seen = True
            except CannotCheck as failure:
                first = first or failure
    if not seen and first:
        raise first


def _holds(root, given, in_constructor, roles, maker):
    """Where an object keeps the data that its forward pass is not handed."""
    if in_constructor or any(binding.takes(getattr(root, key), "X") for key in roles.get("forward", ())[:1]):
        return network.holders(root, given) if in_constructor else {}
    known = {key for names in roles.values() for key in names}
    return network.holders(root, given, [key for key in maker.methods() if key not in known], maker.caller)


def _bias_numbers(root):
    """An intercept that starts as the integer 0 becomes 0.0, so that it counts as a parameter."""
    for key, item in list(getattr(root, "__dict__", {}).items()):
        if type(item) is int and re.match(r"_*(b|bias|intercept)\d*_*$", key):
            setattr(root, key, 0.0)


def from_functions(name, functions, caller, source, namespace, given=None):
    """The Net of bare functions: ``functions`` maps names to callables of one file."""
    roles = _trainers_told(roles_of(functions, given), functions, given)
    if not any(roles.get(role) for role in FORWARD_ROLES):
        raise CannotCheck("no function looks like a forward pass; name it with --role forward=FUNCTION")
    why = None
    for root, extras in _roots(functions, roles, caller, source):
        try:
            return _settle(root, None, extras, roles, name, caller, source, namespace, functional=True)
        except CannotCheck as failure:
            why = why or failure
    raise why or CannotCheck("no set of parameters makes the forward pass run")


def _trainers_told(roles, functions, given):
    """The roles, with what takes data and a number of epochs as training whatever its name says (``backpropagation``)."""
    for name in [name for role in ("backward", "update") for name in roles.get(role, []) if name not in (given or {}).values()]:  # fmt: skip
        if {"X", "epochs"} <= set(binding.meanings_of(functions[name]).values()):
            roles = {role: [item for item in names if item != name] for role, names in roles.items()}
            roles["train"] = [*roles.get("train", []), name]
    return {role: names for role, names in roles.items() if names}


def _roots(functions, roles, caller, source):
    """Parameter containers to try: what the init function returns, else invented from the forward pass's arguments."""
    for n_out in (N_OUT, 1):
        for hidden in (N_HIDDEN, [N_HIDDEN]):
            sizes = [N_IN, N_HIDDEN, n_out]
            known = estimator.settle({"n_in": N_IN, "n_hidden": hidden, "n_out": n_out, "sizes": sizes})
            X, labels = probe_data(n_out=n_out)
            known |= {"X": X, "y": np.eye(n_out)[labels] if n_out > 1 else labels.reshape(-1, 1)}
            for init in roles.get("init", []):
                try:
                    value = binding.call_by_meaning(caller, functions[init], known, order=("n_in", "n_hidden", "n_out"))
                except CannotCheck:
                    continue
                names = returned.names_returned(source.get(init)) if init in source else None
                root = _named(value, names)
                if state.float_arrays(root):
                    yield root, {"init": init}
            if "n_hidden" not in known:
                break
    for forward in [name for role in FORWARD_ROLES for name in roles.get(role, [])]:
        yield from (
            (root, {"invented": True, "forward": forward}) for root in invented.parameters_for(functions[forward])
        )


def _named(value, names):
    """A dict of what init returned: by the names in its return statement, else under one key."""
    if isinstance(value, tuple) and names and len(names) == len(value) and all(names):
        return dict(zip(names, value))
    if isinstance(value, tuple) and all(isinstance(item, (np.ndarray, list, dict, float, int)) for item in value):
        if not names:
            return {"params": list(value)}
        return {name or f"item{i}": item for i, (name, item) in enumerate(zip(names, value))}
    return {(names or ["params"])[0] or "params": value}


def _settle(root, n_out, extras, roles, name, caller, source, namespace, functional=False):
    """Find the forward function, sample axis, sizes and parameters with which the forward pass runs."""
    targets = extras.setdefault(
        "targets", returned.targets_of_calls(namespace["__tree__"]) if "__tree__" in namespace else {}
    )
    root, why = _with_arrays(root, extras, caller), None
    for forward in _forward_names(roles, extras):
        for n_in, outputs in _sizes(root, n_out):
            for columns in (False, True):
                for width in outputs:
                    chosen = {role: names[0] for role, names in roles.items()} | {"forward": forward}
                    net = network.Net(name, caller, copy.deepcopy(root), chosen, namespace, source, targets, functional)
                    net.columns, net.n_in, net.n_out, net.extras = columns, n_in, width, dict(extras)
                    net.extras |= {"all_roles": roles, "globals": namespace.get("__unbound__", ())}
                    try:
                        return _with_parameters(net)
                    except CannotCheck as failure:
                        why = _more_telling(why, failure)
    raise why or CannotCheck(f"the forward pass of {name} ran on no probe")


def _more_telling(first, second):
    """An exception of the user's code tells more than a missing output; the first of each kind counts."""
    more = first is None or (isinstance(second, CallFailed) and not isinstance(first, CallFailed))
    return second if more else first


def _forward_names(roles, extras):
    if "forward" in extras:
        return [extras["forward"]]
    return [name for role in FORWARD_ROLES for name in roles.get(role, [])][:6]


def _with_arrays(root, extras, caller):
    """An object that creates its weights in fit is fitted for one epoch first."""
    if "maker" not in extras or any(item.ndim for item in state.float_arrays(root).values()):
        return root
    maker, settings, first = extras["maker"], extras["settings"], None
    for n_out in (N_OUT, 2):
        for X, y in _fit_forms(n_out):
            try:
                made = maker.fit(X, y, **{**settings, "epochs": 2}).object
            except CannotCheck:
                continue
            extras["lazy"] = True
            if network.sized_by_inputs(made):
                return made
            first = made if first is None else first  # its weights are of as many inputs as there are rows
    return root if first is None else first


def _fit_forms(n_out):
    """(X, y) to fit with: plain labels first, as scikit-learn does; samples in columns before labels of another shape."""
    X, labels = probe_data(n_out=n_out)
    hot, column = np.eye(n_out)[labels], labels[:, None]
    yield from ((X, labels), (X, hot), (X.T.copy(), hot.T.copy()), (X, column), (X.T.copy(), column.T.copy()))


def _sizes(root, n_out):
    """(inputs, [outputs]) to try: the probe's own first, then what the shapes of the weights allow."""
    shapes = [item.shape for item in state.float_arrays(root).values() if item.ndim]
    sizes = sorted({size for shape in shapes for size in shape}, reverse=True)
    outputs = list(dict.fromkeys([N_OUT, 1, 2, 10, *reversed(sizes)]))
    yield N_IN, outputs
    for size in sizes:
        if size != N_IN and size <= 5000:
            yield size, outputs


def _with_parameters(net):
    """Run forward once, then keep the arrays that it depends on as the parameters."""
    X, labels = probe_data(d=net.n_in, n_out=net.n_out)
    net.paths = []
    _forward(net, X, labels, {})
    rng, candidates = np.random.default_rng(5), {}
    for path, item in state.float_arrays(net.root, numbers=True).items():
        if _may_be_parameter(net, path, np.asarray(item)):
            candidates[path] = np.asarray(item) + 0.3 * rng.normal(size=np.shape(item))
    net.paths = list(candidates)
    first = _forward(net, X, labels, candidates)
    kept = []
    for path, item in candidates.items():
        moved = _forward(net, X, labels, {**candidates, path: item + 0.5 * rng.normal(size=item.shape)})
        low = _forward(net, X, labels, {**candidates, path: -2 - np.abs(item)})
        if not np.array_equal(first, moved, equal_nan=True) and np.isfinite(low).all() >= np.isfinite(first).all():
            kept.append(path)  # what may not be negative is a variance, no weight
    if not kept:
        raise CannotCheck(f"the output of {net.roles['forward']} depends on no array within reach")
    net.paths = kept
    return _recognised(net, X, labels)


def _may_be_parameter(net, path, item):
    """Weights and biases by rank and name; velocities, gradients and echoes of the data are left out."""
    last = str(path[-1])
    if item.ndim > 2 or (item.ndim == 0 and not re.search(r"(^|[._])(b|bias|intercept|w|weight|theta)\d*_?$", last)):
        return False
    echo = re.match(r"\.?((running|moving)_|v|velocity|d[WbA-Z]|grad|cache|momentum|X|y|input|output)", last)
    return N not in item.shape and not (echo and path[0] not in net.root_keys())


def _forward(net, X, labels, values):
    y = next(iter(network.label_forms(labels, net.n_out).values()))
    return passes.Pass(net, values, X, y).forward()


def generic(rng, shape, spread):
    """An array of normal numbers, smaller where many inputs add up: outputs that saturate have no slope to compare."""
    return rng.normal(size=shape) * spread * min(1.0, np.sqrt(20 / max(shape, default=1)))


def _recognised(net, X, labels):
    """Move the parameters to a generic point and identify the layers."""
    rng = np.random.default_rng(7)
    values = {path: generic(rng, item.shape, 0.6) for path, item in net.values().items()}
    net.point = values
    net.spec = identify.network(values, X, _forward(net, X, labels, values))
    return net
