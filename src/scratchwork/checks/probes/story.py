"""What a program does with its weights after the training: the same layers."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.nudged import at
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay
from scratchwork.checks.watching import recorded, story_reading


def read(target, call):
    """(tape, weights) of the whole program; CannotCheck where it has none that trains."""
    if not isinstance(target.value, replay.Program) or hasattr(target.value, "case"):
        raise CannotCheck("it is no program that goes on after its training")
    tape = recorded.of_program(target.value, call, target.namespace["namespace"])
    found = story_reading.weights(tape)
    if not found:
        raise CannotCheck("no weights are seen that it trains and multiplies with rows")
    return tape, found


def _asking(*sights):
    """The first function among those of some sights that is no activation and not the program itself."""
    names = [sight.function for sight in sights if sight.function != "<module>"]
    return next((name for name in names if vocabulary.role_of_name(name.split(".")[-1]) != "activation"), None)


def _later(tape, weight):
    """(sight, rows) that are first seen after the last step of training."""
    width = weight.final.shape[0]
    found = story_reading.tables(tape, weight.changed, tape.clock + 1, width, weight.rows)
    if not story_reading.trained_again(tape, weight):
        return found
    known = {(X.shape, X.tobytes()) for _, X in weight.tables}
    return [(sight, X) for sight, X in found if (X.shape, X.tobytes()) not in known]


@probe("SW-P1", roles=("training run",))
def the_layers_after_training_are_those_of_training(target, call):
    """After the training the weights go with the bias and the activation that they had in it."""
    tape, weights = read(target, call)
    asked = 0
    for weight in weights:
        seen = story_reading.Seen(tape, weight.changed, tape.clock + 1, weight.final.shape[1], weight.rows)
        for sight, X in _later(tape, weight):
            words, where = _other_layer(weight, seen, X)
            asked += words == ""
            if words:
                start = f"After the training {weight.label} is multiplied with rows and goes on {words}"
                observed = f"{start}; the first value is {where.value.ravel()[0]:.4g}."
                yield find("SW-P1", observed, severity="warning", **at(_asking(where, sight)))
                return
    if not asked:
        raise CannotCheck("nothing is seen of what it computes after its training")


def _other_layer(weight, seen, X):
    """(words, where) of a layer that is another than in training; ("", None) of the same one, (None, None) of one unseen."""
    product = X @ weight.final
    if not np.any(product):
        return None, None
    Z = product if weight.bias is None else product + weight.bias
    if "linear" in weight.activations or seen.any_of(weight.activations, Z):
        return "", None
    bare = seen.any_of(weight.activations, product) if weight.bias is not None else None
    if bare is not None:
        return "without the array that is added to it in training", bare
    others = seen.activations(Z)
    if not others:
        return None, None
    return f"through {others[0]}, in training through {weight.activations[0]}", seen.any_of(others, Z)
