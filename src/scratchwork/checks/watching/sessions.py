"""The calls by which a program gets one result, as they were seen, made again with other data in the same places.

An object made with its rows, a setter, the call that answers; or one function; or a model that one function gives to another.
"""

import copy
import random

import numpy as np

from scratchwork.checks.watching.program_calls import is_plain

DRAWING = (np.random.Generator, np.random.RandomState, random.Random)


class Session:
    """Steps, the last of which answers; ``links`` says which arguments are what an earlier step gave."""

    def __init__(self, steps, links=None):
        self.steps, self.links = steps, links or {}

    @property
    def last(self):
        """The step that answers."""
        return self.steps[-1]

    def slots(self):
        """((step, argument), value) of all that was given."""
        for number, step in enumerate(self.steps):
            for key, value in step.given.items():
                if (number, key) not in self.links:
                    yield (number, key), value

    def settings(self, wanted):
        """{meaning: [(step, argument)]} of the settings that some step takes; generators are called "rng"."""
        found = {}
        for number, step in enumerate(self.steps):
            for key, word in step.words().items():
                word = "rng" if isinstance(step.given[key], DRAWING) else word
                if word in wanted and (number, key) not in self.links:
                    found.setdefault(word, []).append((number, key))
        return found

    def again(self, changed):
        """(what the last step gives, the object of it) with some arguments changed."""
        made, given = {}, []
        with self.last.as_it_ended():
            for number, step in enumerate(self.steps):
                taken = {key: item for key, item in step.given.items() if (number, key) not in changed}
                taken = copy.deepcopy(taken) | {key: item for (at, key), item in changed.items() if at == number}
                taken |= {key: given[at] for (to, key), at in self.links.items() if to == number}
                given.append(self._made(step, made, taken))
        return given[-1], made.get(id(self.last.whose))

    @staticmethod
    def _made(step, made, taken):
        if step.makes:
            made[id(step.whose)] = type(step.owner)(**taken)
            return None
        if step.owner is None:
            return step.function(**taken)
        if id(step.whose) not in made:
            made[id(step.whose)] = copy.deepcopy(step.owner)
        return getattr(made[id(step.whose)], step.function.__name__)(**taken)


def sessions(tape):
    """A Session for each call of a recorded run that has ended, in the order in which they begin."""
    for entry in tape.calls:
        if entry.done and entry.is_small() and (entry.outer or entry.owner is None):
            yield Session(*_with_models(_steps(entry, tape), tape))


def _steps(entry, tape):
    """The call, and what was done with its object before."""
    if entry.whose is None:
        return [entry]
    made = tape.made.get(id(entry.whose))
    before = {}
    for other in tape.calls[: entry.span[0]]:
        same = other.whose is entry.whose and other.outer and other.done and other.name != entry.name
        if same and (other.moved or other.out is None or other.out is other.whose):
            before[other.name] = other
    return [*([made] if made is not None else []), *before.values(), entry]


def _with_models(steps, tape):
    """The steps, those that gave a model to the last one before them; {(step, argument): step that gave it}."""
    givers = {}
    for key, item in steps[-1].refs.items():
        whole = isinstance(item, (dict, tuple)) or not is_plain(item)
        earlier = [other for other in tape.calls[: steps[-1].span[0]] if other.done and other.out is item]
        if whole and earlier and earlier[-1].owner is None:
            givers[key] = earlier[-1]
    extra = list({id(other): other for other in givers.values()}.values())
    places = {(len(extra) + len(steps) - 1, key): extra.index(other) for key, other in givers.items()}
    return [*extra, *steps], places


def drawn(value, seed):
    """A generator of the kind of ``value`` with a seed."""
    if isinstance(value, random.Random):
        return random.Random(seed)
    return np.random.RandomState(seed) if isinstance(value, np.random.RandomState) else np.random.default_rng(seed)
