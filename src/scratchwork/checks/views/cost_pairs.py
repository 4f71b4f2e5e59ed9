"""Which gradient of a file belongs to which of its costs, and which functions go with the two."""

import difflib
import itertools
import re

from scratchwork.checks.recognising import vocabulary


def by_cost(functions, costs, is_objective):
    """[functions] for each cost with the gradient that is nearest to it by name, where there are several of both; else [].

    Other functions go with the pair that they call, else with the first.
    """
    slopes = [
        name for name in functions if re.search("grad|deriv|slope|jac", name.lower()) and is_objective(functions[name])
    ]
    slopes = [name for name in slopes if vocabulary.role_of_name(name) in ("backward", "loss_derivative", "derivative")]
    values = [name for name in costs if vocabulary.role_of_name(name) == "loss" and name not in slopes]
    if len(slopes) < 2 or len(values) < 2:
        return []

    def near(slope, value):
        words = [set(re.findall("[a-z]+", NAMED.sub(" ", name.lower()))) for name in (slope, value)]
        return len(words[0] & words[1]) - len(words[0] ^ words[1]) / 10, difflib.SequenceMatcher(
            None, slope, value
        ).ratio()

    found, pairs = {}, sorted(itertools.product(slopes, values), key=lambda pair: near(*pair), reverse=True)
    for slope, value in pairs:
        if slope not in found and value not in found.values():
            found[slope] = value
    if len(found) < len(slopes):
        return []
    rest = {name: item for name, item in functions.items() if name not in (*slopes, *values)}
    groups = [{value: functions[value], slope: functions[slope]} for slope, value in found.items()]
    for name, item in rest.items():
        groups[next((place for place, group in enumerate(groups) if called_in(item, group)), 0)][name] = item
    return groups


def called_in(function, names):
    """Which of these names the code of a function mentions."""
    return set(names) & set(getattr(getattr(function, "__code__", None), "co_names", ()))


NAMED = re.compile(r"one_?class|gradients?|grad|deriv\w*|cost|loss|function|compute|calc\w*|get|fun|_")
