"""Autograd engines: every operation, a value used twice, a graph with a fork: gradients equal central differences."""

import ast

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.views import autograd, reference

WEIGHT = np.array(2.5)
CLOSE = 1e-5


def engine_of(target, call):
    """The Engine of a target, made once."""
    if "engine" not in target.namespace:
        target.namespace["engine"] = autograd.Engine(target.value, target.name, call)
    return target.namespace["engine"]


def material(shapes, seed):
    """Numbers between 0.4 and 1.6, so that a logarithm and a power exist."""
    rng = np.random.default_rng(seed)
    return [rng.uniform(0.4, 1.6, size=shape) for shape in shapes]


def compared(engine, function, shapes, signs=False):
    """[(got, wanted)] for each input; CannotCheck where the operation does not run."""
    values = material(shapes, 4)
    if signs:
        values = [value * np.where(np.arange(value.size).reshape(value.shape) % 2, 1.0, -1.0) for value in values]
    with np.errstate(all="ignore"):
        wanted = engine.numeric(function, values, WEIGHT)
        if not all(np.isfinite(item).all() for item in wanted):
            raise CannotCheck("the operation is not defined there")
        return values, list(zip(engine.gradients(function, values, WEIGHT), wanted))


def off(got, wanted):
    """Whether a gradient is not what it should be."""
    return got.shape != wanted.shape or not np.allclose(got, wanted, rtol=CLOSE, atol=CLOSE)


@probe("SW-G1", "SW-G10", "SW-G11", "SW-G13", "SW-G15", roles=("autograd",))
def every_operation_has_its_gradient(target, call):
    """The gradient of each operation equals central differences of its own forward pass; a value used twice gets both shares."""
    engine, wrong = engine_of(target, call), set()
    if _nothing_arrives(engine):
        observed = "Of every operation that was asked the gradient of the arguments is 0: nothing is sent back to them."
        yield find("SW-G1", observed, function=engine.backward_name)
        return
    for operation in engine.operations():
        if operation.name in wrong or (wrong and not engine.basic(operation.name)):
            continue
        for signs in (False, True):
            finding = _judged(engine, operation, signs, target)
            if finding is not None:
                wrong.add(operation.name)
                yield finding
                if engine.weighs and operation.name in ("__mul__", "sum") and engine.basic(operation.name):
                    return  # with these every other one is asked
                break
    if not wrong:
        yield from _graphs(engine)


def _nothing_arrives(engine):
    """Whether all of several operations leave their arguments without a gradient."""
    asked = 0
    for operation in engine.operations()[:6]:
        try:
            _, pairs = compared(engine, operation.function, operation.shapes)
        except (CannotCheck, ArithmeticError, ValueError, TypeError, AttributeError, IndexError):
            continue
        if any(np.any(got) for got, _ in pairs):
            return False
        asked += any(np.any(wanted) for _, wanted in pairs)
    return asked > 1


def _judged(engine, operation, signs, target):
    try:
        values, pairs = compared(engine, operation.function, operation.shapes, signs)
    except (CannotCheck, ArithmeticError, ValueError, TypeError, AttributeError, IndexError):
        return None
    for number, (got, wanted) in enumerate(pairs):
        if off(got, wanted):
            return _slope_finding(engine, operation, values, number, got, wanted, target)
    return _used_twice(engine, operation, signs)


def _slope_finding(engine, operation, values, number, got, wanted, target):
    which = "its argument" if len(values) == 1 else f"argument {number + 1} of {len(values)}"
    if got.shape != wanted.shape:
        observed = f"{operation.name}: the gradient of {which} has shape {got.shape}, the argument {wanted.shape}."
        code = "SW-G13" if operation.broadcast else "SW-G15"
        return find(code, observed, function=_broadcaster(engine, target, operation))
    index = np.unravel_index(int(np.argmax(np.abs(got - wanted))), got.shape) if got.ndim else ()
    code, words = _which(operation, values[0], got, wanted) if len(values) == 1 else ("SW-G1", "")
    code = "SW-G13" if operation.broadcast else code
    observed = f"{operation.name}: the gradient of {which} is {got[index]:.5g}, central differences give {wanted[index]:.5g}{words}."
    return find(code, observed, function=_broadcaster(engine, target, operation))


def _broadcaster(engine, target, operation):
    """The function that sums over broadcast axes where there is one, for a fault that only broadcasting shows.

    It is the helper of two arguments or more that the operation calls: a gradient, and the shape it is to have.
    """
    if not operation.broadcast:
        return operation.name
    nodes = {key.split(".")[-1]: node for key, node in target.namespace.get("nodes", {}).items()}
    own = target.namespace.get("nodes", {}).get(f"{target.name}.{operation.name}")
    called = [
        getattr(call.func, "id", getattr(call.func, "attr", ""))
        for call in (ast.walk(own) if own is not None else ())
        if isinstance(call, ast.Call) and len(call.args) >= 2
    ]
    helpers = [name for name in dict.fromkeys(called) if isinstance(nodes.get(name), ast.FunctionDef)]
    named = [name for name in helpers if any(word in name.lower() for word in ("broad", "reduce", "sum_to", "shape"))]
    return [*named, *helpers, operation.name][0]


def _which(operation, x, got, wanted):
    """A wrong slope by name: of this activation at its output, or of another one."""
    with np.errstate(all="ignore"):
        mine = [name for name, (_, slope) in reference.ACTIVATIONS.items() if _alike(wanted, slope(x))]
        for name, (_, slope) in reference.ACTIVATIONS.items():
            if not mine:
                break
            own = reference.ACTIVATIONS[mine[0]][0](x)
            for place, at in (("its input", x), ("its output", own)):
                if _alike(got, slope(at), wanted, slope if name in mine else None, x):
                    return ("SW-G10" if name in mine else "SW-G11"), f": it is the slope of {name} at {place}"
        for words, value in (("a (1 - a) of the input", x * (1 - x)), ("1 - a^2 of the input", 1 - x**2)):
            if mine and _alike(got, value):
                return "SW-G10", f": it is {words}"
    return ("SW-G11", "") if mine and mine[0] != "linear" else ("SW-G1", "")


def _alike(gradient, slope, *_):
    """Whether a gradient is the slope times the weights that the probe put on the outputs."""
    weights = WEIGHT + (autograd._tilt(np.shape(gradient)) if np.ndim(gradient) else 0.0)
    return any(np.allclose(gradient, slope * item, rtol=1e-4, atol=1e-6) for item in (weights, 1.0))


def _used_twice(engine, operation, signs):
    """f(x) + 3 x: what x gives elsewhere is not lost."""
    if len(operation.shapes) > 1 and operation.name == "__matmul__":
        return None

    def both(x, *rest):
        if not engine.weighs:
            value = operation.function(x, *rest)
            return value + x if engine.data(value).shape == engine.data(x).shape else value
        first = x * engine.make(np.full(np.shape(engine.data(x)), 3.0)) if engine.tensor else x * 3.0
        return _scalar(engine, first) + _scalar(engine, operation.function(x, *rest)) + _scalar(engine, x * x)

    try:
        _, pairs = compared(engine, both, operation.shapes, signs)
    except (CannotCheck, ArithmeticError, ValueError, TypeError, AttributeError, IndexError):
        return None
    for got, wanted in pairs:
        if off(got, wanted):
            index = (
                np.unravel_index(int(np.argmax(np.abs(got - wanted))), wanted.shape)
                if got.shape == wanted.shape and got.ndim
                else ()
            )
            shown = got[index] if got.shape == wanted.shape else float(np.ravel(got)[0])
            observed = f"A value that {operation.name} and another operation use has the gradient {shown:.5g}, central differences give {wanted[index]:.5g}: a share is lost."
            simple = operation.name if not _sum_of_itself_is_wrong(engine) else engine.backward_name
            return find("SW-G1", observed, function=simple)
    return None


def _scalar(engine, value):
    return value.sum() if engine.tensor and engine.data(value).ndim else value


def _sum_of_itself_is_wrong(engine):
    """Whether x + x loses a share as well, or a chain of two sums does: then no single operation is at fault."""
    shape = autograd.SHAPE if engine.tensor else ()
    try:
        if off(
            *compared(engine, lambda x: (x + engine.make(np.ones(shape))) + engine.make(np.ones(shape)), (shape,))[1][0]
        ):
            return True
        tests = [lambda x: x + x, lambda x: x * x] if engine.weighs else [lambda x: x + x]
        return all(off(*compared(engine, test, (shape,))[1][0]) for test in tests)
    except CannotCheck:
        return False


def _graphs(engine):
    """Forks and long chains: every node is visited after all that use it, and its share counts once."""
    shape = autograd.SHAPE if engine.tensor else ()

    def fork(x):
        a = x * x
        b = a * x
        return (a + b) * a + b

    def ladder(x):
        a = x + x
        for _ in range(3):
            a = a * x + a
        return a

    def stairs(x):
        a = x + x
        for _ in range(3):
            a = (a + x) + a
        return a

    graphs = ((fork, "(a + b) a + b with a = x^2, b = a x"), (ladder, "three times a = a x + a"))
    for function, words in graphs if engine.weighs else ((stairs, "three times a = (a + x) + a"),):
        (got, wanted), *_ = compared(engine, function, (shape,))[1]
        if off(got, wanted):
            shown = [float(np.ravel(item)[0]) for item in (got, wanted)]
            observed = f"For {words} the gradient of x is {shown[0]:.5g}, central differences give {shown[1]:.5g}: nodes are not visited in an order in which each comes after all that use it."
            yield find("SW-G1", observed, function=engine.backward_name)
            return
