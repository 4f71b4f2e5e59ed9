"""Calls in the data flow: known functions by their names, functions of the file by following them."""

import ast
import re

from scratchwork.checks.files.names import kind_of
from scratchwork.checks.files.syntax import dotted, every
from scratchwork.checks.flow import calls_data as data_calls
from scratchwork.checks.flow import calls_model as model_calls
from scratchwork.checks.flow import tables
from scratchwork.checks.flow.arithmetic import both_known
from scratchwork.checks.flow.values import UNKNOWN, Value, joined

INLINE_DEPTH = 5
USUAL_MODULES = {"np", "numpy", "pd", "plt", "torch", "tf", "sns", "math", "random", "scipy", "sklearn", "xp", "cp"}
CLUSTERING = re.compile(r"k_?means|lloyd|cluster", re.IGNORECASE)


def call(flow, node):
    """What is known of the result of a call."""
    items = getattr(node.args[1], "elts", None) if len(node.args) == 2 else None
    if items is not None and getattr(node.func, "id", "") == "map":
        each = [ast.copy_location(ast.Call(node.args[0], [part], []), node) for part in items]
        return Value(items=tuple(flow.evaluate(part) for part in each), kind="tuple")
    pairs = getattr(node.args[0], "elt", None) if getattr(node.func, "id", "") == "dict" and node.args else None
    if isinstance(pairs, ast.Tuple) and len(pairs.elts) == 2:  # dict((key, value) for ...)
        return flow.evaluate(ast.copy_location(ast.DictComp(*pairs.elts, node.args[0].generators), node))
    if isinstance(node.func, ast.Attribute) and not is_module(flow, node.func.value):
        base = flow.evaluate(node.func.value)
    elif isinstance(node.func, ast.Call):
        base = flow.evaluate(node.func)
        base = base if base.kind == "function" else None
    else:
        base = None
    args = arguments(flow, node)
    kwargs = {part.arg: flow.evaluate(part.value) for part in node.keywords}
    last = last_name(flow, node)
    flow.note("call", node, name=last, base=base, args=args, kwargs=kwargs)
    misalignment(flow, node, last, args)
    return dispatch(flow, node, last, base, args, kwargs)


def arguments(flow, node):
    """The positional arguments; ``*pair`` as its items where they are known."""
    found = []
    for part in node.args:
        value = flow.evaluate(part)
        found += value.items if isinstance(part, ast.Starred) and value.items is not None else [value]
    return tuple(found)


def is_module(flow, node):
    """Whether an expression is an imported module, such as ``np.random``."""
    top = dotted(node).split(".")[0]
    return bool(top) and (top in flow.imports or top in USUAL_MODULES) and flow.lookup(top) is None


def last_name(flow, node):
    """The name of the function that is called, after import aliases."""
    if isinstance(node.func, ast.Name):
        if node.func.id in flow.functions or node.func.id in flow.classes:
            return node.func.id
        full = flow.imports.get(node.func.id, "")
        return full.split(".")[-1] or node.func.id
    return getattr(node.func, "attr", "")


def misalignment(flow, node, name, args):
    """A call that gets shuffled rows and unshuffled labels, or rows of one part and labels of another."""
    data = [value for value in args if value.kind == "data"]
    labels = [value for value in args if value.kind == "labels"]
    if not data or not labels or name in ("print", "len") or name in tables.JOINERS or name in tables.BESIDE:
        return
    one, other = max(data, key=lambda value: kind_of(value.name) == "data"), labels[0]
    if both_known(flow, one, other) and one.perm != other.perm and one.part == other.part:
        flow.note("misaligned", node, data=one, labels=other)
    named = kind_of(one.name) == "data" and kind_of(other.name) == "labels"
    if named and len(data) == len(labels) == 1 and {one.part, other.part} in ({"train", "test"}, {"train", "val"}):
        flow.note("mixed", node, data=one, labels=other)


def dispatch(flow, node, last, base, args, kwargs):
    """Pick what follows a call by its name, then by what the file defines."""
    if base is not None and base.estimator is not None:
        return model_calls.method(flow, node, last, base.estimator, args, kwargs)
    own = own_function(flow, node, base)
    if own is not None and len(flow.stack) <= INLINE_DEPTH and not is_running(flow, own):
        return follow(flow, node, own, last, base, args, kwargs)
    if isinstance(node.func, ast.Name) and node.func.id in flow.classes:
        return model_calls.construct(flow, node, last, args, kwargs)
    if model_calls.is_constructor(last) and base is None:
        return model_calls.construct(flow, node, last, args, kwargs)
    if base is not None and base.entries and last in ("items", "values", "get"):
        return of_dict(base, last, node)
    found = data_calls.known(flow, node, last, base, args, kwargs)
    if found is not None:
        return found
    found = model_calls.known(flow, node, last, base, args, kwargs)
    return found if found is not None else unknown(last, base, args, kwargs)


def of_dict(base, last, node):
    """``d.items()``, ``d.values()``, ``d.get(key)`` of a dict that is known."""
    if last == "get":
        key = getattr(node.args[0], "value", None) if node.args else None
        return dict(base.entries).get(key, UNKNOWN)
    if last == "values":
        return Value(items=tuple(value for _, value in base.entries), kind="pairs")
    pairs = [Value(items=(Value(kind="string", const=key), value), kind="tuple") for key, value in base.entries]
    return Value(items=tuple(pairs), kind="pairs")


def own_function(flow, node, base):
    """The definition in this file that a call reaches, if it is a plain function or a method of ``self``."""
    if isinstance(node.func, ast.Call):
        return base.const if base is not None else None  # scaler_of(X_train)(X_test)
    if isinstance(node.func, ast.Name):
        value = flow.lookup(node.func.id)
        if value is not None and value.kind == "function":
            return value.const
        return flow.functions.get(node.func.id)
    if base is not None and base.kind == "self" and isinstance(base.const, ast.ClassDef):
        for part in base.const.body:
            if isinstance(part, ast.FunctionDef) and part.name == node.func.attr:
                return part
    return None


def is_running(flow, definition):
    return any(frame[0] == getattr(definition, "name", "<lambda>") for frame in flow.stack)


def follow(flow, node, definition, last, base, args, kwargs):
    """Go through the body of a function of the file with these arguments."""
    parameters = [arg.arg for arg in (*definition.args.posonlyargs, *definition.args.args, *definition.args.kwonlyargs)]
    scope = (
        around(flow, node, definition, base) | dict.fromkeys(parameters, UNKNOWN) | numbers_by_default(definition.args)
    )
    static = any(dotted(part) == "staticmethod" for part in getattr(definition, "decorator_list", ()))
    if base is not None and base.kind == "self" and parameters and not static:
        scope[parameters[0]] = base
        scope |= {key: value for key, value in flow.scopes[-1].items() if key.startswith("self.")}
        parameters = parameters[1:]
    scope |= dict(zip(parameters, args)) | {key: value for key, value in kwargs.items() if key}
    if definition.args.vararg is not None:
        rest = args[len(parameters) - len(definition.args.kwonlyargs) :]
        scope[definition.args.vararg.arg] = Value(items=tuple(rest), kind="tuple")
    flow.visited.add(definition)
    before = len(flow.events)
    flow.settled.append(settled(flow, node, definition, parameters, scope))
    if isinstance(definition, ast.Lambda):
        flow.scopes.append(scope)
        result = flow.evaluate(definition.body)
        flow.scopes.pop()
    else:
        result = flow.within(definition, definition.name, scope)
    flow.settled.pop()
    if base is not None and base.kind == "self":
        flow.scopes[-1].update({key: value for key, value in scope.items() if key.startswith("self.")})
    if model_calls.CROSS.search(getattr(definition, "name", "")):
        result = of_folds(result)
    # What is told the labels matches clusters with classes.
    if clusters(flow, definition) and not any(value.kind == "labels" for value in (*args, *kwargs.values())):
        result = as_clusters(result)
    return as_named(flow, node, last, args, kwargs, with_query(result, args, kwargs), before)


def around(flow, node, definition, base):
    """The names among which a function that another one gave was defined."""
    held = base if isinstance(node.func, ast.Call) else flow.lookup(getattr(node.func, "id", ""))
    return dict(held.entries) if held is not None and held.const is definition else {}


def numbers_by_default(names):
    """{parameter: number} of those that have a number unless they are given another."""
    plain = zip([*names.posonlyargs, *names.args][::-1], names.defaults[::-1])
    found = (
        (arg.arg, ast.unparse(value)) for arg, value in (*plain, *zip(names.kwonlyargs, names.kw_defaults)) if value
    )
    return {name: Value(kind="number", const=int(text)) for name, text in found if text.isdecimal()}


def as_named(flow, node, last, args, kwargs, result, before):
    """What a function of the file returned, as a metric where its name says so; that tells of a share that it works out."""
    inside = flow.events[before:]
    said = any(event.kind == "score" and event.name != "accuracy" for event in inside)
    count = len(flow.events)
    result = model_calls.as_metric(flow, node, last, args, kwargs, result, said=said)
    if any(event.kind == "score" for event in flow.events[count:]):
        kept = [event for event in inside if event.kind != "score" or event.name != "accuracy"]
        flow.events[before:count] = kept
    return result


def settled(flow, node, definition, parameters, scope):
    """{parameter: None, True, False, or "given"} of a call, as far as its text and the defaults tell."""
    if any(part.arg is None for part in node.keywords):
        return {}
    star = next((place for place, part in enumerate(node.args) if isinstance(part, ast.Starred)), None)
    names = definition.args
    plain = [*names.posonlyargs, *names.args]
    found = {
        arg.arg: default.value
        for arg, default in (*zip(plain[::-1], names.defaults[::-1]), *zip(names.kwonlyargs, names.kw_defaults))
        if isinstance(default, ast.Constant) and default.value in (None, True, False)
    }
    for name in parameters[star:] if star is not None else ():
        found.pop(name, None)  # what the list fills in is not told
    passed = dict(zip(parameters, node.args[:star])) | {part.arg: part.value for part in node.keywords}
    for name, argument in passed.items():
        found.pop(name, None)
        value = scope.get(name, UNKNOWN)
        if isinstance(argument, ast.Constant):
            found[name] = argument.value
        elif isinstance(argument, ast.Name) and argument.id in flow.settled[-1]:
            found[name] = flow.settled[-1][argument.id]
        elif value.roots or value.items or value.stat:
            found[name] = "given"
    return found


def decided(flow, test):
    """Whether a condition on a parameter holds in this call: ``scale is None``, ``training``; None where it is not told."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = decided(flow, test.operand)
        return None if inner is None else not inner
    known = flow.settled[-1]
    if isinstance(test, ast.Name):
        held = known.get(test.id, "given")
        return bool(held) if held in (None, True, False) else None
    compared = isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id in known
    if not compared or not isinstance(test.comparators[0], ast.Constant) or test.comparators[0].value is not None:
        return None
    return (known[test.left.id] is None) == isinstance(test.ops[0], (ast.Is, ast.Eq))


def conditional(flow, node):
    """The value of ``a if test else b``."""
    told = flow.evaluate(node.test)
    choice = decided(flow, node.test)
    if choice is not None:
        return flow.evaluate(node.body if choice else node.orelse)
    values = [flow.evaluate(node.body), flow.evaluate(node.orelse)]
    if told.kind in ("prediction", "data") and {value.kind for value in values} == {"number"}:
        return told  # 1 if p > 0.5 else 0
    return joined(values).but(kind=values[0].kind or values[1].kind, items=values[0].items)


def clusters(flow, definition):
    """Whether a function of the file clusters: by its name, or by that of a function it calls."""
    names = {getattr(definition, "name", "")}
    names |= {getattr(part.func, "id", "") for part in every(definition, ast.Call)} & set(flow.functions)
    return any(CLUSTERING.search(name) for name in names)


def of_folds(result):
    """The scores that a cross-validation returns: of rows that were kept aside, each in its turn."""
    if result.items is not None:
        return result.but(items=tuple(of_folds(item) for item in result.items))
    return result.but(part="cv") if result.kind in ("score", "scores", "hits") else result


def as_clusters(result):
    """The arrays that a clustering returns, as cluster numbers."""
    if result.items is not None:
        return result.but(items=tuple(as_clusters(item) for item in result.items))
    plain = result.kind in ("", "data", "labels", "prediction", "index")
    return Value(kind="cluster", cluster=True, part=result.part) if plain and not result.stat else result


def with_query(result, args, kwargs):
    """A function of training rows and other rows gives something for the others: it predicts."""
    rows = [value for value in (*args, *kwargs.values()) if value.kind in ("data", "labels") and value.part]
    others = {value.part for value in rows} - {"train"}
    data = [value for value in rows if value.kind == "data"]
    if not others and len(data) >= 2 and len(rows) > len(data) and (result.kind in ("", "labels") or not result.roots):
        others = {"train"}  # k-NN asked about the rows it holds
    if result.items is not None or result.kind in ("score", "scores", "hits", "estimator") or len(others) != 1:
        return result
    if not any(value.part == "train" for value in rows):
        return result
    roots = frozenset().union(*(value.roots for value in rows))
    return Value(kind="prediction", part=others.pop(), roots=roots)


def unknown(last, base, args, kwargs):
    """The result of a function nobody knows: it depends on its arguments."""
    statistics = [value for value in (base, *args) if value is not None and value.stat and not value.roots]
    if statistics and not any(value.roots for value in args):
        return statistics[0]
    guesses = any(word in last.lower() for word in ("predict", "forward", "infer", "classif"))
    if base is not None and (base.kind == "scores" or (base.kind == "self" and not guesses)):
        return UNKNOWN
    values = [value for value in (base, *args, *kwargs.values()) if value is not None and not value.stat]
    mixed = joined(values).but(shape=None, scale=())
    if guesses:
        return mixed.but(kind="prediction", cut=False)
    if any(value.kind in ("string", "number") and value.const is not None for value in values) and not mixed.roots:
        return Value()
    return mixed
