"""The protocol guard: what differed between two runs, and what a comparison of them may therefore claim.

1. Each run leaves a ``RunRecord``: data, split, preparation, parameters, budget, seeds, which part chose and which reports.
2. ``differing(first, second)`` names everything that differs; ``require_only`` refuses to call a difference an effect of X
   when more than X differs, unless told.
3. ``review(records, looks)`` flags what weakens a comparison: unequal budgets, one seed, scaling before the split,
   selection and report on the same part, curves on different scales, the test part looked at more than once.

Plain records and functions: sweeps, studies and the checker call the same ones.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scratchwork.errors import InvalidArgumentError

SAME_FOR_ALL = ("data", "rows", "split", "preparation", "score_name")


@dataclass(frozen=True)
class RunRecord:
    """Everything about a run that a comparison depends on. What is not known is None, and is not compared.

    Attributes
    ----------
    name : str
        What the run is called in words.
    model, implementation : str
    parameters : dict
    data, split : str
        Digests or names of the rows, and of which of them are for training.
    rows : int
        How many rows the run was fitted on.
    preparation : str
        How the features were prepared.
    seeds : tuple of int
    budget : dict
        What it was given or used of each kind: ``{"max_iter": 200, "values tried": 1}``.
    score_name : str
    selected_on, reported_on : str
        The part that chose parameters or epochs ("" for none), and the part that the score is from.
    learnt_before_split : bool
        Whether anything (scaling, selection of features) was learnt from rows that were held out later.
    curve_scale : str
        What the loss curve measures: "mean negative log-likelihood".
    """

    name: str
    model: str | None = None
    implementation: str | None = None
    parameters: dict = field(default_factory=dict)
    data: str | None = None
    rows: int | None = None
    split: str | None = None
    preparation: str | None = None
    seeds: tuple = ()
    budget: dict = field(default_factory=dict)
    score_name: str | None = None
    selected_on: str = ""
    reported_on: str = ""
    learnt_before_split: bool | None = None
    curve_scale: str | None = None


class Flag(NamedTuple):
    """One thing that weakens a comparison: its kind, and a sentence with the numbers in it."""

    kind: str
    message: str


@dataclass
class Looks:
    """A test part that counts who looks at it.

    >>> looks = Looks([[1.0]], ["a"])
    >>> X, y = looks.open("score of the chosen model")
    >>> looks.count, looks.reasons
    (1, ['score of the chosen model'])
    """

    X: Any = field(repr=False, default=None)
    y: Any = field(repr=False, default=None)
    reasons: list = field(default_factory=list)

    def open(self, reason):
        """(X, y) of the test part; the look is counted."""
        self.reasons.append(reason)
        return self.X, self.y

    @property
    def count(self):
        return len(self.reasons)

    @property
    def words(self):
        """How often the test part was looked at, as a sentence."""
        if not self.reasons:
            return "The test part was not looked at."
        times = "once" if self.count == 1 else f"{self.count} times"
        return f"The test part was looked at {times}: {'; '.join(dict.fromkeys(self.reasons))}."


def differing(first, second):
    """``{what: (in the first, in the second)}`` for everything that differs; parameters by their own names.

    >>> a = RunRecord("a", model="mlp", parameters={"alpha": 0.0, "momentum": 0.9}, seeds=(0,))
    >>> b = RunRecord("b", model="mlp", parameters={"alpha": 0.1, "momentum": 0.9}, seeds=(1,))
    >>> differing(a, b)
    {'alpha': (0.0, 0.1), 'seeds': ((0,), (1,))}
    """
    found = {}
    for name in sorted({*first.parameters, *second.parameters}):
        values = first.parameters.get(name, "not set"), second.parameters.get(name, "not set")
        if not same(*values):
            found[name] = values
    for name in (
        "model",
        "implementation",
        *SAME_FOR_ALL,
        "seeds",
        "selected_on",
        "reported_on",
        "learnt_before_split",
    ):
        values = getattr(first, name), getattr(second, name)
        if None not in values and not same(*values):
            found[name] = values
    for name in sorted({*first.budget} & {*second.budget}):
        values = first.budget[name], second.budget[name]
        if not same(*values):
            found.setdefault(name, values)
    return found


def same(first, second):
    """Whether two values are the same setting; compared by their text where they are arrays or estimators.

    >>> same((50,), [50]), same(1, True), same(float("nan"), float("nan"))
    (True, False, True)
    """
    if isinstance(first, bool) is not isinstance(second, bool):
        return False
    first, second = (list(value) if isinstance(value, tuple) else value for value in (first, second))
    simple = (int, float, str, list, dict, type(None))
    if isinstance(first, simple) and isinstance(second, simple) and first == second:
        return True
    return repr(first) == repr(second)


def require_only(first, second, effect_of, *, allowed=()):
    """Refuse to call the difference between two runs an effect of something when more than that differs.

    Parameters
    ----------
    first, second : RunRecord
    effect_of : str
        What the difference is to be an effect of: a parameter's name, "preparation", "implementation", ...
    allowed : sequence of str
        What may differ as well, and will be told.

    Returns
    -------
    str
        The sentence that belongs beside the difference.

    Raises
    ------
    InvalidArgumentError
        With everything else that differs.

    Examples
    --------
    >>> a = RunRecord("l1", parameters={"penalty": "l1", "C": 1.0})
    >>> b = RunRecord("l2", parameters={"penalty": "l2", "C": 10.0})
    >>> require_only(a, b, "penalty")
    Traceback (most recent call last):
    ...
    scratchwork.errors.InvalidArgumentError: The difference between l1 and l2 is not an effect of penalty alone: C differs
    too (1.0 and 10.0). Make it equal, or name it in allowed=('C',).
    """
    found = differing(first, second)
    others = [name for name in found if name != effect_of and name not in allowed]
    if others:
        told = ", ".join(f"{name} differs too ({found[name][0]!r} and {found[name][1]!r})" for name in others)
        them = "it" if len(others) == 1 else "them"
        raise InvalidArgumentError(
            f"The difference between {first.name} and {second.name} is not an effect of {effect_of} alone: {told}. "
            f"Make {them} equal, or name {them} in allowed={tuple(others)!r}."
        )
    also = [name for name in found if name in allowed]
    if also:
        return f"Besides {effect_of}, these differ between {first.name} and {second.name}: {', '.join(also)}."
    if effect_of not in found:
        return f"{effect_of} does not differ between {first.name} and {second.name}; nothing else does."
    return f"Only {effect_of} differs between {first.name} and {second.name}."


def review(records, *, looks=None, varied=(), chosen_by_score=False):
    """What weakens a comparison of these runs.

    Parameters
    ----------
    records : sequence of RunRecord
    looks : Looks, optional
        The test part, if it was guarded.
    varied : sequence of str
        What was varied on purpose.
    chosen_by_score : bool
        Whether the best of these runs is named by the very scores that are reported.

    Returns
    -------
    list of Flag
        Empty where nothing was found.
    """
    return [
        *_unequal(records, varied),
        *_budgets(records, varied),
        *_seeds(records),
        *_learnt_before_split(records),
        *_selection(records, chosen_by_score),
        *_curves(records),
        *_looks(looks),
    ]


def _values(records, name):
    """{value: [names of runs]} of one attribute where it is known."""
    found = {}
    for record in records:
        if getattr(record, name) is not None:
            found.setdefault(getattr(record, name), []).append(record.name)
    return found


def _unequal(records, varied):
    for name in SAME_FOR_ALL:
        values = _values(records, name)
        if len(values) > 1 and name not in varied:
            listed = "; ".join(f"{str(value)[:40]}: {', '.join(names)}" for value, names in values.items())
            yield Flag(f"unequal {name.replace('_', ' ')}", f"The runs differ in {name.replace('_', ' ')} ({listed}).")


def _budgets(records, varied):
    """The same kind of budget in different amounts."""
    kinds = {kind for record in records for kind in record.budget}
    for kind in sorted(kinds - set(varied)):
        amounts = {record.name: record.budget[kind] for record in records if kind in record.budget}
        if len(set(map(repr, amounts.values()))) > 1:
            listed = ", ".join(f"{name} {amount}" for name, amount in amounts.items())
            yield Flag("unequal budgets", f"The runs were given different budgets of {kind}: {listed}.")


def _seeds(records):
    single = [record.name for record in records if len(record.seeds) == 1]
    if single:
        who = "Each run" if len(single) == len(records) else ", ".join(single)
        yield Flag("one seed", f"{who} has one seed only: how much the score varies from seed to seed is not known.")
    if len({record.seeds for record in records if record.seeds}) > 1:
        yield Flag("unequal seeds", "The runs do not have the same seeds, so luck differs between them.")


def _learnt_before_split(records):
    early = [record.name for record in records if record.learnt_before_split]
    if early:
        names = ", ".join(early)
        yield Flag(
            "learnt before the split",
            f"{names}: what prepares the data was learnt before the split, from held-out rows.",
        )


def _selection(records, chosen_by_score):
    same_part = [r.name for r in records if r.selected_on and r.selected_on == r.reported_on]
    if same_part:
        part = next(r.reported_on for r in records if r.name == same_part[0])
        yield Flag(
            "selected and reported on the same part",
            f"{', '.join(same_part)}: chosen by the {part} and reported on it, so the score is too good.",
        )
    if chosen_by_score and len(records) > 1:
        part = records[0].reported_on or "same part"
        yield Flag(
            "selected and reported on the same part",
            f"The best of {len(records)} runs is named by its score on the {part}; that score is too good for new data.",
        )


def _curves(records):
    scales = _values(records, "curve_scale")
    if len(scales) > 1:
        listed = "; ".join(f"{scale}: {', '.join(names)}" for scale, names in scales.items())
        yield Flag("curves on different scales", f"These curves must not share an axis: {listed}.")


def _looks(looks):
    if looks is not None and looks.count > 1:
        yield Flag("the test part was looked at more than once", looks.words)
