"""A user's preparation function, called with arrays and settings by what its parameters' names mean."""

import inspect
import itertools
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary

SETTINGS = (
    (r"(test|val|valid|validation|holdout)_?(size|ratio|frac(tion)?|split|share|percent|proportion|pct|part)?|ratio|rate|fraction|split(_?(ratio|size|frac))?|share|p|perc\w*", "test_size"),
    (r"train_?(size|ratio|frac(tion)?|split|share|percent|proportion|pct|part)", "train_size"),
    (r"((val\w*|test|fold|held)_)?(fold|index|idx|i|number|no)", "fold"), (r"k|(k|n|num|number_of)_?(folds?|splits|parts)|folds", "folds"),
    (r"seed|random_?(state|seed)|rnd_?seed", "seed"),
    (r"rng|generator|gen|random", "rng"),
    (r"(mini_?)?batch_?(size|sz)?|size|bs|n_per_batch|batchsize", "batch_size"),
    (r"n_?class(es)?|num_?class(es)?|k|c|depth|n_labels|num_labels|classes_?n|nb_classes|n_cls|n_?out\w*|size|num_outputs|n", "n_classes"),
    (r"degree|deg|d|order|max_degree|power|degrees|n|p", "degree"),
    (r"shuffle", "shuffle"), (r"axis", "axis"), (r"eps(ilon)?", "eps"),
    (r"(new_?)?(min(imum)?|low(er)?|a)(_val)?", "low"), (r"(new_?)?(max(imum)?|high|upper|b)(_val)?", "high"),
    (r"feature_range|rang(e)?", "range"),
)  # fmt: skip


class Preparation:
    """The function of the user with settings found by name."""

    def __init__(self, target, call):
        self.function, self.call, self.name = target.value, call, target.name
        self.entries = binding.parameters(target.value)

    def knows_arrays(self):
        """Whether the function's file imports a library of arrays or tables."""
        held = getattr(self.function, "__globals__", {}).values()
        names = {getattr(value, "__name__", "") or "" for value in held if inspect.ismodule(value)}
        return bool({name.split(".")[0] for name in names} & {"numpy", "pandas"})

    def takes_one_table(self):
        """Whether all but one of the parameters are settings: rows and labels come in one table."""
        return sum(not self.is_setting(entry) for entry in self.entries) == 1

    def takes(self, word):
        """The name of the parameter for a setting, or None."""
        for entry in self.entries:
            plain = vocabulary.plain(entry.name)
            if any(key == word and re.fullmatch(pattern, plain) for pattern, key in SETTINGS):
                return entry.name
        return None

    def arrays(self, order=("X", "y")):
        """Names of the parameters that take the arrays, one for each wanted."""
        names = [entry.name for entry in self.entries if not self.is_setting(entry)]
        if len(names) < len(order):  # train and val may be the arrays themselves
            names = [entry.name for entry in self.entries if entry.default is entry.empty]
        if len(names) < len(order):
            raise CannotCheck("it does not take the arrays")
        return names[: len(order)]

    def is_setting(self, entry):
        plain = vocabulary.plain(entry.name)
        known = any(re.fullmatch(pattern, plain) for pattern, _ in SETTINGS)
        return (known and plain not in ("a", "b")) or entry.default is not entry.empty

    def bound(self, arrays, settings):
        """Keyword arguments: the arrays in order, then the settings that the function has a name for."""
        found = dict(zip(self.arrays(arrays), arrays))
        for entry in self.entries:
            if entry.name in found:
                continue
            plain = vocabulary.plain(entry.name)
            word = next((key for pattern, key in SETTINGS if key in settings and re.fullmatch(pattern, plain)), None)
            if word is not None:
                found[entry.name] = settings[word]
            elif entry.default is entry.empty:
                raise CannotCheck(f"what to pass for its parameter {entry.name!r} is not known")
        return found

    def run(self, *arrays, **settings):
        """Call it on copies."""
        return self.call(self.function, **self.bound(arrays, settings))

    def collected(self, *arrays, most=40, **settings):
        """Call it, and gather what a generator yields."""
        bound = self.bound(arrays, settings)

        def gather(**given):
            made = self.function(**given)
            if isinstance(made, (list, tuple, np.ndarray)):
                return made
            return list(itertools.islice(iter(made), most))

        gather.__name__ = self.name.split(".")[-1]
        return self.call(gather, **bound)


def first_array(value, like):
    """The array among what a function returns that has the rows of another, or None."""
    if isinstance(value, np.ndarray):
        return value
    if hasattr(value, "to_numpy"):
        return value.to_numpy()
    if isinstance(value, (tuple, list)):
        for item in value:
            if np.ndim(item) == np.ndim(like) and np.shape(item) == np.shape(like):
                return np.asarray(item)
    return None
