"""The lists that the engine walks: static rules and probes of functions, in the order they register.

A static rule is ``rule(source: SourceUnit) -> Iterator[Finding]``; a probe is ``probe(target, call) -> Iterator[Finding]``.
Both name the codes they can report, so that the engine knows what passed.
"""

import dataclasses
from collections.abc import Callable

from scratchwork.checks.files.code_shape import called, calls_in
from scratchwork.checks.findings import CannotCheck

RULES = []
PROBES = []


@dataclasses.dataclass(frozen=True)
class Rule:
    """A static rule and the codes it can report."""

    function: Callable
    codes: tuple


@dataclasses.dataclass(frozen=True)
class Probe:
    """A dynamic probe, the codes it can report, and the roles it applies to (a role matches its prefix too)."""

    function: Callable
    codes: tuple
    roles: tuple

    def applies(self, role):
        """Whether it is meant for ``role``: ``"metric"`` covers ``"metric:accuracy"``, ``"metric!"`` does not."""
        return any(
            role == wanted.removesuffix("!") or (role.startswith(f"{wanted}:") and not wanted.endswith("!"))
            for wanted in self.roles
        )


@dataclasses.dataclass
class Target:
    """What a probe gets: the user's object, its name and role, and where it stands in the source."""

    value: object
    name: str
    role: str
    line: int | None = None
    source: object = None  # SourceUnit, or None for a live object
    namespace: dict = dataclasses.field(default_factory=dict)  # the module's globals

    def routines(self):
        """The names of what belongs to it: of its methods, or of all that the calls reach which a class stands for."""
        from scratchwork.checks.recognising import binding

        return getattr(self.value.factory, "stands_for", None) or list(binding.methods(self.value.factory))

    def methods(self):
        """{name: node} of the methods of the class in the source."""
        nodes = self.namespace.get("nodes", {})
        return {key.split(".")[-1]: node for key, node in nodes.items() if key.startswith(f"{self.name}.")}

    def reached(self, name):
        """{name: node} of a method and of those that it calls, and those that they call."""
        nodes = self.methods()
        found = [name] if name in nodes else [self.name] if self.name in nodes else []
        for entry in found:
            found += sorted({called(call) for call in calls_in(nodes[entry])} & set(nodes) - set(found))
        return {entry: nodes[entry] for entry in found}


def once(space, key, make):
    """What ``make()`` gives, made once and kept as ``space[key]``; where it cannot be made, the same CannotCheck each time.

    >>> space = {}
    >>> once(space, "view", lambda: 3), once(space, "view", lambda: 4)
    (3, 3)
    """
    if key not in space:
        try:
            space[key] = make()
        except CannotCheck as failure:
            space[key] = failure
    if isinstance(space[key], Exception):
        raise space[key]
    return space[key]


def unasked(target, why, *codes):
    """Say within a probe that it had nothing to ask about some of its codes: they are not passed by it."""
    target.namespace.setdefault("unasked", {}).update(dict.fromkeys(codes, why))


def rule(*codes):
    """Register ``rule(source)`` as able to report ``codes``."""

    def register(function):
        RULES.append(Rule(function, codes))
        return function

    return register


def probe(*codes, roles):
    """Register ``probe(target, call)`` for ``roles`` as able to report ``codes``."""

    def register(function):
        PROBES.append(Probe(function, codes, tuple(roles)))
        return function

    return register
