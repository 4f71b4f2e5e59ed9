"""The records that every check speaks in: a finding, what was recognised, and the result of one target.

A check yields findings and raises ``CannotCheck`` where it has no footing. The words of a finding (what it means, the
likely cause, what to try) come from the catalogue, by its code; the numbers that were observed come from the check.
"""

import dataclasses

from scratchwork.checks.catalogue import row

SEVERITIES = ("error", "warning", "remark")


class CannotCheck(Exception):
    """A check has no footing here; the text says why, in words for the user."""


class Unseen(CannotCheck):
    """A question that this code raises and that could not be asked: no other object of the file passes it in its place."""


class OutOfTime(CannotCheck):
    """The share of time of an object, or of the file, is used up."""


class NotWritten(CannotCheck):
    """A stub that is still open was called; ``function`` names it."""

    def __init__(self, text, function=None, line=None):
        super().__init__(text)
        self.function, self.line = function, line


class CallFailed(CannotCheck):
    """A call of the user's code raised, ran out of time, or ended the process; ``kind`` says which."""

    def __init__(self, text, kind="error", cause=None, line=None):
        super().__init__(text)
        self.kind, self.cause, self.line = kind, cause, line


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or worth a word.

    Attributes
    ----------
    code : str
        ``"SW-G1"``: a row of the catalogue.
    severity : {"error", "warning", "remark"}
        An error only where correct code cannot produce what was seen: a number, or a line that leaves no doubt.
    object, function, role : str or None
        The class or function at hand (``"MLP"``), the function at fault (``"backward"``), its role.
    file, line, cell : str, int, int or None
        Where; ``cell`` counts from 0 in notebooks, and ``line`` then counts in the cell.
    observed : str
        What was seen, with the numbers where there are any.
    means, cause, try_ : str
        What that means, the likely cause, what to try.
    weight : float
        How telling the evidence is beside findings of the same severity; larger comes first.
    """

    code: str
    severity: str
    object: str | None = None
    function: str | None = None
    role: str | None = None
    file: str | None = None
    line: int | None = None
    cell: int | None = None
    observed: str = ""
    means: str = ""
    cause: str = ""
    try_: str = ""
    weight: float = 0.0

    def to_json(self):
        """The finding as the JSON output holds it."""
        keys = ("code", "severity", "object", "function", "role", "file", "line", "cell", "observed", "means")
        words = {"try": self.try_, "title": row(self.code).title, "cause": self.cause}
        return {key: getattr(self, key) for key in keys} | words

    def at(self, **places):
        """The same finding with those of ``places`` filled in that it leaves open."""
        known = {key: value for key, value in places.items() if getattr(self, key) is None}
        return dataclasses.replace(self, **known)


def find(code, observed, *, severity=None, weight=None, **places):
    """A finding of ``code``, its words taken from the catalogue.

    >>> find("SW-G18", "one step of 0.001 raised the loss from 1.10 to 1.13").severity
    'error'
    """
    entry = row(code)
    words = {"means": entry.means, "cause": entry.cause, "try_": entry.try_}
    words |= {key: places.pop(key) for key in tuple(words) if key in places}
    severity = severity or entry.severity
    assert severity in SEVERITIES, severity
    weight = entry.weight if weight is None else weight
    return Finding(entry.code, severity, observed=observed, weight=weight, **words, **places)


@dataclasses.dataclass(frozen=True)
class Recognised:
    """An object or function of the target and the role it was taken for; in a notebook the line counts in its cell."""

    object: str
    role: str
    line: int | None = None
    cell: int | None = None

    def to_json(self):
        """The recognition as the JSON output holds it."""
        return {"object": self.object, "role": self.role, "line": self.line}


@dataclasses.dataclass
class Result:
    """What the checks of one target say."""

    target: str
    recognised: list = dataclasses.field(default_factory=list)
    findings: list = dataclasses.field(default_factory=list)
    passed: list = dataclasses.field(default_factory=list)
    not_checked: list = dataclasses.field(default_factory=list)  # of (code, why)
    seconds: float = 0.0
    blocked: set = dataclasses.field(
        default_factory=set
    )  # codes that failed for one object at least: they did not pass
    proven: set = dataclasses.field(default_factory=set)  # codes that passed for the program as a whole
    rules: int = 0  # how many rules have read the source
    checked: bool = False  # whether anything at all could be checked

    @property
    def exit_code(self):
        """0 without an error, 1 with one, 2 where nothing could be checked."""
        if any(finding.severity == "error" for finding in self.findings):
            return 1
        return 0 if self.checked else 2

    def to_json(self):
        """The result as plain dicts and lists, in the order of the documented schema."""
        return {
            "target": self.target,
            "recognised": [entry.to_json() for entry in self.recognised],
            "findings": [finding.to_json() for finding in self.findings],
            "passed": list(self.passed),
            "not_checked": [{"code": code, "why": why} for code, why in self.not_checked],
            "seconds": round(self.seconds, 3),
        }

    def __str__(self):
        """The report as the terminal shows it."""
        from scratchwork.checks import text

        return text.render(self)
