"""Arguments for the user's functions, found by what their parameters' names usually mean."""

import ast
import inspect
import re

from scratchwork.checks.files import options, uses
from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import meaning_by_use, records, settings_objects, taking_pairs, vocabulary

BATCHES = (
    "mini_batch",
    "minibatch",
    "batch",
    "samples",
    "examples",
    "dataset",
    "data_set",
    "training_samples",
    "training_examples",
)
OF_BOTH = ("backward", "loss", "loss_derivative")
VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


WORDED = (None, "params", "w", "activation", "derivative")  # what may be asked for by a word


class CannotBind(CannotCheck):
    """A required parameter whose meaning nobody can guess; ``parameter`` names it."""

    def __init__(self, function, parameter):
        name = getattr(function, "__name__", type(function).__name__)
        super().__init__(f"what to pass for the parameter {parameter!r} of {name} is not known")
        self.parameter = parameter


class Entry(inspect.Parameter):
    """A parameter that knows whose it is."""

    __slots__ = ("function",)

    def __init__(self, entry, function):
        super().__init__(entry.name, entry.kind, default=entry.default, annotation=entry.annotation)
        self.function = function


def parameters(function):
    """The parameters of a function or class without self, those of an object of settings one by one; none without a signature."""
    found = _taken(function)
    tables = tables_of(function, found)
    plain = [entry for entry in found if entry.name not in tables]
    kept = {entry.name for entry in plain}
    for made in tables.values():
        for name, value in settings_objects.fields(made).items():
            if name not in kept:
                entry = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value)
                plain.append(Entry(entry, function))
    return plain


def _taken(function):
    """The parameters as the signature has them."""
    try:
        entries = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [Entry(entry, function) for entry in entries if entry.kind not in VARIADIC]


def tables_of(function, entries):
    """{parameter: object} of the parameters that take an object of settings."""
    found = {entry.name: settings_objects.of(entry, function) for entry in entries}
    return {name: made for name, made in found.items() if made is not None}


def meaning_in(entry, others):
    """The meaning of one parameter beside its ``others`` (``alpha`` is a penalty where a learning rate stands by)."""
    name = entry.name
    if len(name) == 1 and isinstance(entry, Entry) and (told := meaning_by_use.size_of(name, entry.function)):
        return told
    found = {"C": "C", "N": "n_samples"}.get(name) or vocabulary.meaning(name)
    if found is None and isinstance(entry, Entry):
        found = _by_use(entry, others)
    if found == "alpha":
        return "lambda" if _penalty_like(entry, others) else "lr"
    if name in ("mu", "gamma") and any(re.match("penal|reg", other.name) for other in others):
        return "lambda"
    if found == "k" and any(vocabulary.meaning(other.name) == "sizes" for other in others):
        return "k"
    return found


def _by_use(entry, others):
    """What its use tells of a parameter, where no other's name says the same (``W`` of ``lam * W`` is no strength); that it
    holds the data only where there are two, and no name is theirs.

    Of two that are multiplied with each other, neither is told."""
    found = meaning_by_use.meaning(entry.name, entry.function)
    if found not in ("X", "y"):
        return None if any(vocabulary.meaning(other.name) == found for other in others) else found
    unnamed = [other.name for other in others if vocabulary.meaning(other.name) is None and other.name != "self"]
    same = [name for name in unnamed if meaning_by_use.meaning(name, entry.function) == found]
    if len(same) > 1 and (found == "X" or same[0] == others[0].name):
        return None  # both are lessened by their own smallest value, say
    first = next(iter(same), None)
    named = any(found in vocabulary.meanings(other.name) for other in others)
    return found if first == entry.name and not named and len(others) > 1 else None


def _penalty_like(entry, others):
    """Whether ``alpha`` is a penalty: beside a learning rate, or with a default of 0 or 1 and no iterations to rate."""
    words = [vocabulary.meaning(other.name) for other in others if other is not entry]
    given = isinstance(entry.default, (int, float))
    return "lr" in words or (given and (entry.default in (0, 1) or "epochs" not in words))


def meanings_of(function):
    """``{parameter name: meaning}`` of all parameters."""
    entries = parameters(function)
    return {entry.name: meaning_in(entry, entries) for entry in entries}


def defaults_of(functions):
    """``{meaning: default}`` of the parameters of some functions that have one; of the first where several do."""
    found = {}
    for function in functions:
        entries = parameters(function)
        for entry in entries:
            if entry.default is not entry.empty:
                found.setdefault(meaning_in(entry, entries), entry.default)
    return found


def bind(function, known, exact=None, order=(), override=()):
    """Keyword arguments for ``function``.

    Parameters
    ----------
    function : callable
    known : dict
        Value of each meaning (``{"X": X, "lr": 0.1}``), for parameters without a default.
    exact : dict
        Values by the very name of the parameter (``{"W1": W1}``); they win.
    order : sequence of str
        Meanings to hand out to required parameters of unknown name, in this order.
    override : collection of str
        Meanings that are passed even where the parameter has a default.

    Raises
    ------
    CannotBind
    """
    entries = parameters(function)
    exact = _kept_apart(entries, known) | (exact or {})
    meant = _meant(function, entries)
    used, bound, unknown, words = set(), {}, [], options.words_of(function) if entries else {}
    for entry in entries:
        required = entry.default is inspect.Parameter.empty
        if entry.name in exact:
            bound[entry.name] = exact[entry.name]
            used |= set() if isinstance(exact[entry.name], str) else {meant[entry.name]}
            continue
        if meant[entry.name] == "lambda" and (isinstance(entry.default, str) or (not required and entry.name.strip("_") in words)):  # fmt: skip
            continue  # a word is wanted, "l1" or "l2", and no strength
        if meant[entry.name] == "verbose" and _is_interval(entry):
            bound |= {entry.name: 10**6} if required else {}  # every how many rounds something is shown
            continue
        if required and entry.name.strip("_") in words and meant[entry.name] in WORDED:
            bound[entry.name] = options.preferred(words[entry.name.strip("_")])
            continue
        fitting = [meant[entry.name], *vocabulary.meanings(entry.name)]
        data = [word for word in ("yhat", "X", "y") if word in fitting and word in known]  # before sizes
        choice = next((word for word in [*data, *fitting] if word in known and word not in used), None)
        if choice is not None and (required or choice in override):
            bound[entry.name] = known[choice]
            if choice == "sizes":
                bound[entry.name] = records.described(function, entry.name, known[choice])
            used.add(choice)
        elif required:
            unknown.append(entry)
    return bound | _in_turn(function, unknown, [word for word in order if word in known and word not in used], known)


def _kept_apart(entries, known):
    """What is passed for rows that are kept apart, where they must be given: the same rows."""
    asked = [entry.name for entry in entries if entry.default is entry.empty and {"X", "y"} <= known.keys()]
    asked = [name for name in asked if vocabulary.meanings(name)[:1] == ["validation"]]
    return {name: known["y" if re.match(r"y|.*(label|target)", name, re.I) else "X"] for name in asked}


def _meant(function, entries):
    """{name: meaning}; of ``gradient(x, y, t)`` t is the target, and y what the model says."""
    meant = {entry.name: meaning_in(entry, entries) for entry in entries}
    if {"y", "t"} <= set(meant) and vocabulary.role_of_name(getattr(function, "__name__", "")) in OF_BOTH:
        meant["y"] = "yhat"
    return meant


def _is_interval(entry):
    """Whether a parameter about showing is a number of rounds, by which code divides."""
    named = re.search(r"every|interval|freq|step|period", entry.name.lower())
    return bool(named) or (type(entry.default) is int and entry.default > 1)


def _in_turn(function, unknown, words, known):
    """The meanings that are left, handed out to parameters of unknown name; a function of the file to one of its own name."""
    space = getattr(function, "__globals__", {})
    handed_on = {entry.name: space[entry.name] for entry in unknown if inspect.isfunction(space.get(entry.name))}
    unknown = [entry for entry in unknown if entry.name not in handed_on]
    if len(words) < len(unknown):
        raise CannotBind(function, unknown[len(words)].name)
    return handed_on | {entry.name: known[word] for entry, word in zip(unknown, words)}


def positional(function, bound):
    """(args, kwargs) of bound keywords; positional-only parameters go first, settings into the object that holds them."""
    entries = _taken(function)
    only = [entry.name for entry in entries if entry.kind is inspect.Parameter.POSITIONAL_ONLY]
    args = [bound[name] for name in only if name in bound]
    given = {name: value for name, value in bound.items() if name not in only}
    own = {entry.name for entry in entries}
    for table, made in tables_of(function, entries).items():
        if table not in given:
            inside = {
                name: given.pop(name) for name in settings_objects.fields(made) if name in given and name not in own
            }
            given[table] = settings_objects.changed(made, inside)
    return args, given


def call_by_meaning(caller, function, known, exact=None, order=(), override=(), raw=False):
    """Bind and call in one go."""
    args, kwargs = positional(function, bind(function, known, exact, order, override))
    return (caller.raw if raw else caller)(function, *args, **kwargs)


def handed(function):
    """{parameter: function of the file} of required parameters that are called: a cost, a gradient, a hypothesis."""
    space, found = getattr(function, "__globals__", {}), {}
    mine = {name: item for name, item in space.items() if inspect.isfunction(item) and item.__module__ == "user_module"}
    roles = {name: vocabulary.role_of_name(name) for name in mine if mine[name] is not function}
    for entry in parameters(function) if "__tree__" in space else ():
        if entry.default is entry.empty and uses.use_of(entry.name, function, space).called:
            role = vocabulary.role_of_name(entry.name) or vocabulary.role_of_name(
                re.sub("_?(fn|func\\w*)$", "", entry.name)
            )
            fitting = [name for name in roles if roles[name] == role] if role else []
            found |= {entry.name: mine[fitting[0]]} if len(fitting) == 1 else {}
    return found


def penalty_asked_for(factory, fit_name):
    """{parameter: "l2"} where a class has a penalty only if it is told which one: ``reg=None`` beside ``lam=0.1``."""
    found = {}
    for function in (factory, getattr(factory, fit_name or "", None)) if inspect.isclass(factory) else ():
        words = options.words_of(function) if function else {}
        for entry in parameters(function) if function else ():
            known = [word for word in words.get(entry.name.strip("_"), ()) if word.lower() in ("l2", "ridge")]
            if known and (entry.default is None or str(entry.default).lower() in ("none", "no", "")):
                found[entry.name] = known[0]
    return found


def takes(function, *meanings):
    """Whether some parameter of ``function`` has one of the meanings."""
    return any(meaning in meanings for meaning in meanings_of(function).values())


def wants_pairs(function):
    """The name of the required parameter that takes a list of (x, y), where no other takes the targets; else None."""
    entries = [entry for entry in parameters(function) if entry.default is inspect.Parameter.empty]
    if any(meaning_in(entry, entries) == "y" for entry in entries):
        return None
    named = (entry.name for entry in entries if "training_data" in vocabulary.meanings(entry.name) or vocabulary.plain(entry.name) in BATCHES)  # fmt: skip
    walked = (entry.name for entry in entries if taking_pairs.takes_pairs(entry.name, function))
    return next(named, None) or next(walked, None)


def methods(value):
    """Public and private methods of a class or object by name, without dunders (``__call__`` stays)."""
    found = {}
    for name in dir(value):
        if name.startswith("__") and name != "__call__":
            continue
        try:
            item = inspect.getattr_static(value, name)
        except AttributeError:
            continue
        if isinstance(item, (staticmethod, classmethod)) or inspect.isfunction(item):
            found[name] = getattr(value, name)
    return found


def words_of_global(name, namespace):
    """What a name that functions read from their script may mean: ``samples`` that they divide by are a number of them."""
    words, tree = vocabulary.meanings(name), namespace.get("__tree__")
    quotients = [part.right for part in ast.walk(tree) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div)] if tree else []  # fmt: skip
    divisor = any(isinstance(part, ast.Name) and part.id == name for part in quotients)
    return ["n_samples"] if divisor and words[:1] == ["X"] else words
