"""What the parameters of a constructor or method may be given where no plain number will do, as the user would write it.

Every choice is the text of an expression, to be evaluated in the user's namespace: the name of an activation, a pair of
functions, a list of layer objects, an object of the class that has the methods asked for, a table of settings.
"""

import ast
import functools
import inspect
import itertools
import re
import types

from scratchwork.checks.files import options, uses
from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary

FORWARD = {"forward", "forward_pass", "forward_prop", "forward_propagation",
           "feedforward", "feed_forward", "propagate", "fwd", "fprop", "call"}  # fmt: skip
BACKWARD = {"backward", "backward_pass", "backprop", "back_prop", "backward_propagation", "back_propagation", "backpropagate", "bwd", "bprop"}  # fmt: skip
PREFERRED = ("sigmoid", "logistic", "sigm", "tanh", "relu", "leaky", "linear", "identity")
DATA = {"X", "y", "yhat", "cache", "grads", "params", "w", "b", "training_data", "validation"}
OF_ARRAYS = {"shape", "T", "size", "ndim", "dot", "reshape", "copy", "astype",
           "mean", "sum", "flatten", "ravel", "append", "items", "keys", "values"}  # fmt: skip
KNOWN = {"n_in": "5", "n_hidden": "7", "n_out": "3", "n_classes": "3", "sizes": "[5, 7, 3]", "lr": "0.1", "alpha": "0.1", "seed": "0", "epochs": "3",
         "batch_size": "11", "lambda": "0.0", "momentum": "0.0", "beta1": "0.9", "beta2": "0.999", "eps": "1e-08", "tol": "0.0", "dropout": "0.0",
         "keep": "1.0", "verbose": "False", "n_samples": "11", "k": "3", "threshold": "0.5", "patience": "10"}  # fmt: skip
COUNTS = r"(n|num|no|nb|number)_?(of_)?(hidden_?)?layers|(hidden_?)?layers?_?(count|num|number)|hidden_?(number|count)|depth|n_?layers"
ALWAYS = {"lr", "epochs", "batch_size", "verbose", "dropout"}
KIN = {"loss": "loss|entropy|mse|cost|criterion|error", "activation": "activ|sigmoid|tanh|relu|softmax", "optimizer": "optim|sgd|adam|descent|momentum|rms"}  # fmt: skip
GENERATORS = {
    "RandomState": {"randn", "rand", "randint", "random_sample"},
    "Random": {"gauss", "randrange", "sample", "randint"},
}
DRAWS = {"normal", "uniform", "integers", "standard_normal", *GENERATORS["RandomState"], "gauss"}
TABLE = "__table__"  # under which the namespace holds types.SimpleNamespace


def space_of(function):
    """The globals of a user's class or function, or an empty table."""
    inner = function.__init__ if inspect.isclass(function) else function
    return getattr(inspect.unwrap(inner), "__globals__", {})


@functools.lru_cache(maxsize=400)
def special(function, n_out=3):
    """{required parameter: [expressions]} of a function or class where its use asks for more than a number."""
    namespace, found = space_of(function), {}
    if "__tree__" not in namespace:
        return found
    entries = binding.parameters(function)
    for entry in entries:
        if entry.name == "self" or binding.meaning_in(entry, entries) in DATA:
            continue
        open_layers = entry.default in (None, (), []) and re.fullmatch(
            r"layers?(_?list)?", vocabulary.plain(entry.name)
        )
        if entry.default is entry.empty or open_layers:
            use = uses.use_of(entry.name, function, namespace)
            choices = list(itertools.islice(_choices(entry.name, use, namespace, n_out), 3))
            if choices:
                found[entry.name] = sorted(choices, key=lambda text: n_out == 1 or text not in _shares(function))
    return found


def _shares(function):
    """The texts of the words for a softmax with which the file itself calls a class or function."""
    tree, name = space_of(function)["__tree__"], getattr(function, "__name__", "")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", None) == name]
    given = {ast.unparse(item) for call in calls for item in (*call.args, *(key.value for key in call.keywords))}
    return {text for text in given if "softmax" in text.lower()}


def arguments(function, variant=0, n_out=3):
    """{parameter: value} of what is special, evaluated; ``variant`` picks among the choices."""
    namespace, found = space_of(function), {}
    for name, choices in special(function, n_out).items():
        try:
            namespace.setdefault(TABLE, types.SimpleNamespace)
            found[name] = eval(choices[min(variant, len(choices) - 1)], namespace)
        except Exception:
            continue
    return found


def call_text(name, function, known, exact=None, variant=0, n_out=3, always=ALWAYS):
    """The text of a call with every required parameter by its meaning; CannotCheck where one is not known."""
    parts, made, entries = [], special(getattr(function, "__func__", function), n_out), binding.parameters(function)
    for entry in entries:
        word = binding.meaning_in(entry, entries)
        required = entry.default is entry.empty
        if entry.name in (exact or {}):
            text = exact[entry.name]
        elif entry.name in made:
            text = made[entry.name][min(variant, len(made[entry.name]) - 1)]
        elif required and re.fullmatch(COUNTS, vocabulary.plain(entry.name)):
            text = "2"
        elif (required or word in always) and _known(entry, word, known) is not None:
            text = _known(entry, word, known)
        elif required:
            raise binding.CannotBind(function, entry.name)
        else:
            continue
        only = entry.kind is inspect.Parameter.POSITIONAL_ONLY
        parts.append(text if only else f"{entry.name}={text}")
    return f"{name}({', '.join(parts)})"


def _known(entry, word, known):
    words = [word, *vocabulary.meanings(entry.name)]
    words = [item for item in ("yhat", "X", "y") if item in words and item in known] + words
    return next((known[item] for item in words if item in known), None)


def _choices(name, use, namespace, n_out):
    """Expressions for a parameter, the likeliest first; none where a number by its meaning will do."""
    each, plain = use.each or uses.Use(), vocabulary.plain(name)
    if vocabulary.meaning(name) == "rng" or use.attributes & DRAWS:
        kinds = (generator for generator, own in GENERATORS.items() if use.attributes & own)
        yield f"__import__('{'random' if (kind := next(kinds, 'default_rng')) == 'Random' else 'numpy.random'}', fromlist=['']).{kind}(0)"
    elif each.attributes & (FORWARD | BACKWARD):
        yield from layer_lists(namespace, n_out)
    elif each.keys and not use.keys:
        yield from _rows(each, n_out)
    elif use.keys and not use.words:
        yield "{" + ", ".join(f"{key!r}: {_value(key, n_out)}" for key in dict.fromkeys(use.keys)) + "}"
    elif each.words and (plain.endswith("s") or re.search("act|func", plain)) and not use.words:
        yield f"[{_ranked(each.words)[0]!r}, {_output_word(each.words, n_out)!r}]"
    elif use.words:
        yield from map(repr, _ranked(use.words))
    else:
        yield from _objects_or_functions(plain, use, each, namespace, n_out)
        if use.each is not None and not each and not vocabulary.meanings(name):
            yield f"[5, 7, {n_out}]"  # numbers that are walked through: the sizes of the layers


def _ranked(words):
    """Names of activations in the order in which they are tried, others as they come."""

    def rank(word):
        known = next((place for place, start in enumerate(PREFERRED) if word.lower().startswith(start)), len(PREFERRED))
        return known, options.place(word)

    return sorted(dict.fromkeys(words), key=rank)


def _output_word(words, n_out):
    wanted = ("softmax", "sigmoid") if n_out > 1 else ("sigmoid",)
    return next((word for want in wanted for word in words if word.lower() == want), _ranked(words)[0])


def _value(key, n_out):
    """What stands under a key of a table of settings."""
    known = KNOWN | _sized(n_out)
    return next((known[word] for word in vocabulary.meanings(key) if word in known), "5")


def _sized(n_out):
    return {"n_out": str(n_out), "n_classes": str(max(n_out, 2)), "sizes": f"[5, 7, {n_out}]"}


def _rows(each, n_out):
    """A layer for each row of a table: ``{"input_dim": 5, "output_dim": 7, "activation": "relu"}``."""
    rows = []
    for place, (inputs, outputs) in enumerate(((5, 7), (7, n_out))):
        row = {}
        for key in dict.fromkeys(each.keys):
            meant = set(vocabulary.meanings(key))
            if meant & {"activation"}:
                row[key] = ("sigmoid", "tanh", "relu")[0 if place else 1]
            else:
                row[key] = inputs if "n_in" in meant else outputs
        rows.append(row)
    for hidden in ("relu", "tanh", "sigmoid"):
        yield repr([{key: hidden if item == "tanh" else item for key, item in row.items()} for row in rows])


def _objects_or_functions(plain, use, each, namespace, n_out):
    meant = next((role for pattern, role in (
        (r".*(deriv\w*|prime|grad\w*|_d)$|d_?(act|loss|f)\w*", "slope"), (r".*(loss|cost|criterion|error|objective)\w*", "loss"),
        (r".*(activ|act|transfer|nonlin|squash)\w*|g|phi|sigma|f", "activation"), (r".*optim\w*|solver|updater", "optimizer")) if re.fullmatch(pattern, plain)), None)  # fmt: skip
    if use.attributes and not use.attributes & OF_ARRAYS and meant in ("loss", "activation", "optimizer", None):
        yield from objects(use.attributes, namespace, meant or plain)
        if (
            not use.called
            and meant is None
            and all(vocabulary.meanings(key) or len(key) == 1 for key in use.attributes)
        ):
            inner = ", ".join(f"{key}={_value(key, n_out)}" for key in sorted(use.attributes))
            yield f"{TABLE}({inner})"
    elif each.called and use.places >= {0, 1} and meant in ("activation", "loss"):
        yield from (f"({function}, {slope})" for function, slope in _pairs(meant, namespace, n_out, plain))
    elif use.called and meant in ("activation", "loss"):
        yield from (function for function, _ in _pairs(meant, namespace, n_out, plain))
    elif use.called and meant == "slope":
        inner = "loss" if re.search("loss|cost|err", plain) else "activation"
        yield from (slope for _, slope in _pairs(inner, namespace, n_out, plain) if slope)


def _pairs(meant, namespace, n_out, plain):
    """[(function, its slope or None)] of the user's activations or losses, those with a slope first."""
    mine = {name for name, item in namespace.items() if inspect.isfunction(item) and item.__module__ == "user_module"}
    roles = {name: vocabulary.role_of_name(name) for name in mine}
    slopes = [
        name for name, role in roles.items() if role == ("derivative" if meant == "activation" else "loss_derivative")
    ]
    found = []
    for name in [name for name, role in roles.items() if role == meant]:
        bare = vocabulary.plain(name)
        own = next((slope for slope in slopes if bare in vocabulary.plain(slope)), None)
        found.append((own is None, _ranked_place(bare, plain), name, own))
    found = [(name, own) for _, _, name, own in sorted(found, key=lambda entry: entry[:3])]
    if meant == "activation":
        kept = [pair for pair in found if "softmax" not in pair[0].lower() or re.search("out|last|final", plain)]
        return kept or [("(lambda z: z)", "(lambda z: 1.0 + 0.0 * z)")]
    return found


def _ranked_place(bare, plain):
    if re.search("out|last|final", plain) and "softmax" in bare:
        return -1
    return next((place for place, start in enumerate(("mse", "mean_sq", *PREFERRED)) if bare.startswith(start)), 99)


def classes(namespace):
    """{name: class} of the user's."""
    kinds = {name: item for name, item in namespace.items() if inspect.isclass(item)}
    return {name: item for name, item in kinds.items() if item.__module__ == "user_module"}


def objects(attributes, namespace, plain="", known=None):
    """Expressions that make an object with these attributes, of the classes whose name is like the parameter's first."""
    fitting = []
    for name, kind in classes(namespace).items():
        made = {*dir(kind), *getattr(getattr(kind.__init__, "__code__", None), "co_names", ())}
        if attributes <= made:
            like = KIN.get(plain) or "|".join(re.findall("[a-z]{4,}", plain)) or "$^"
            fitting.append(
                (not re.search(like, name.lower()), any(name in text for text in _bases(namespace)), name, kind)
            )
    for *_, name, kind in sorted(fitting, key=lambda entry: entry[:2]):
        try:
            yield call_text(name, kind, KNOWN | (known or {}))
        except CannotCheck:
            continue


def _bases(namespace):
    """The names of classes that others inherit from."""
    return [base.__name__ for kind in classes(namespace).values() for base in kind.__mro__[1:]]


def layer_lists(namespace, n_out):
    """Expressions of a list of layers: two with weights, an activation between them, and perhaps one at the end."""
    weighted, plain = [], []
    for name, kind in classes(namespace).items():
        have = set(binding.methods(kind))
        if not have & FORWARD or not have & BACKWARD or have & {"fit", "train"} or name in _bases(namespace):
            continue
        required = [entry for entry in binding.parameters(kind) if entry.default is entry.empty]
        if (
            sum(
                vocabulary.meaning(entry.name) in ("n_in", "n_out", "n_hidden", "k") or _sizelike(entry.name)
                for entry in required
            )
            >= 2
        ):
            weighted.append((name, kind))
        elif not required and re.search("sigmoid|tanh|relu|softmax|elu|activ", name.lower()):
            plain.append(name)
    for name, kind in weighted[:2]:
        try:
            first, last = (_layer_text(name, kind, inputs, outputs) for inputs, outputs in ((5, 7), (7, n_out)))
        except CannotCheck:
            continue
        inner = [item for item in _ranked(plain) if not re.search("softmax|loss|drop|norm", item.lower())][:1]
        ends = [item for item in plain if re.search("softmax" if n_out > 1 else "sigmoid", item.lower())][:1]
        for end in ([], ends) if ends else ([],):
            yield "[" + ", ".join([first, *(f"{item}()" for item in inner), last, *(f"{item}()" for item in end)]) + "]"


def _sizelike(name):
    return bool(re.search("in|out|unit|neuron|node|dim|size|prev|next|row|col", name.lower()))


def _layer_text(name, kind, inputs, outputs):
    """``Dense(n_in=5, n_out=7)``."""
    required = [
        entry.name for entry in binding.parameters(kind) if entry.default is entry.empty and _sizelike(entry.name)
    ]
    words = {entry: set(vocabulary.meanings(entry)) for entry in required}
    exact = {}
    for place, entry in enumerate(required[:2]):
        first = "n_in" in words[entry] or ("n_out" not in words[entry] and place == 0)
        exact[entry] = str(inputs if first else outputs)
    return call_text(name, kind, KNOWN, exact)
