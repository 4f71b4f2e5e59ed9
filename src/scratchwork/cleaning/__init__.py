"""Clean a table, and keep a log of every change: what, where, how many cells, why, and the value before.

The steps, in the order in which they run::

    reading's own changes -> empty rows -> codes for "missing" -> impossible values -> copies of rows
    -> rows without a target set aside -> findings (missing, constants, outliers, conflicts, classes, leaks)

What learns from data (imputation, scaling, rare levels) is not here but in ``scratchwork.preparation``, fitted on the training
part alone. Outliers are told and never changed. Sources: Tukey (1977), Exploratory Data Analysis; Iglewicz and Hoaglin
(1993), How to Detect and Handle Outliers; Kaufman et al. (2012), Leakage in Data Mining.
"""

from typing import NamedTuple

import pandas as pd

from scratchwork.cleaning import describe
from scratchwork.cleaning.leaks import find_leaks
from scratchwork.cleaning.log import Change, Finding, Log, change_from_note
from scratchwork.cleaning.rows import conflict_findings
from scratchwork.cleaning.steps import repaired_values, with_target, without_copies, without_empty_rows
from scratchwork.cleaning.target import Task, task_of

__all__ = ["Change", "Cleaned", "Finding", "Task", "clean", "task_of"]

LEFT_OUT_KINDS = {"id": "an id", "constant": "one value only"}


class Cleaned(NamedTuple):
    """A cleaned table.

    Attributes
    ----------
    table : Table
        The rows that have a target; its frame's index still counts the rows of the file from 0.
    log : Log of Change
        Every change; ``log.to_frame()`` is the table of them.
    findings : Log of Finding
        What a person has to know about the data.
    unlabelled : DataFrame
        The rows without a target: not learnt from, still to be predicted.
    target : str or None
    task : Task or None
    left_out : dict
        {column: why} of columns that should not be learnt from: ids, constants, leaks.
    """

    table: object
    log: Log
    findings: Log
    unlabelled: pd.DataFrame
    target: str | None
    task: Task | None
    left_out: dict

    @property
    def features(self):
        """The names of the columns to learn from."""
        return [name for name in self.table.frame.columns if name != self.target and name not in self.left_out]

    @property
    def missing_codes(self):
        """{column: numbers that stand for "missing" in it}, for new rows: ``TablePreparation(..., missing_codes=...)``."""
        codes = {}
        for change in self.log.of("code for missing"):
            codes.setdefault(change.column, []).append(float(change.before))
        return codes

    @property
    def leaks(self):
        """{column: message} of the suspected leaks that are left out (ids included)."""
        return {finding.column: finding.message for finding in self.findings if finding.severity == "leak"}


def clean(table, *, target=None, keep=()):
    """Clean a typed table and say what was done and found.

    Parameters
    ----------
    table : Table
        From ``read_table`` or ``table_from_frame``.
    target : str or None
        The column to predict.
    keep : sequence of str
        Columns that are learnt from whatever the suspicion.

    Returns
    -------
    Cleaned

    Examples
    --------
    >>> from scratchwork.datasets.from_csv import table_from_frame
    >>> frame = pd.DataFrame({"age": [31.0, 45.0, -5.0, 28.0, 39.0], "ill": ["no", "yes", None, "no", "yes"]})
    >>> cleaned = clean(table_from_frame(frame), target="ill")
    >>> [(change.rule, change.before, change.after) for change in cleaned.log]
    [('impossible value', '-5', 'missing'), ('no target', '1 row', 'set aside')]
    >>> len(cleaned.table.frame), len(cleaned.unlabelled)
    (4, 1)
    """
    from scratchwork.datasets.from_csv import find_column

    if target is not None:
        target = find_column(
            target, list(table.frame.columns), [column.original_name for column in table.columns], "target"
        )
    log = Log(change_from_note(note) for note in table.notes)
    findings = Log()
    frame = table.frame.copy()
    frame = without_empty_rows(frame, table.lines, log)
    frame = repaired_values(frame, table, target, log, findings)
    frame = without_copies(frame, table, log, findings)
    frame, unlabelled, task = with_target(frame, table, target, log)
    lines = table.lines[frame.index.to_numpy()]
    findings += column_findings(frame, table.kinds, target, task, lines)
    kept = [f._replace(severity="warning") if f.column in keep and f.severity == "leak" else f for f in findings]
    findings = Log(sorted(kept, key=lambda f: ("leak", "warning", "remark").index(f.severity)))
    left_out = left_out_columns(table, frame, findings, target, keep)
    return Cleaned(table._replace(frame=frame), log, findings, unlabelled, target, task, left_out)


def column_findings(frame, kinds, target, task, lines):
    """All the findings that change nothing."""
    found = describe.missing_values(frame, lines)
    found += describe.constants(frame.drop(columns=[target] if target else []), kinds)
    found += describe.outliers(frame, kinds, lines)
    found += describe.levels(frame, kinds, target)
    if target is None:
        return found
    found += describe.telling_absence(frame, target, task.name)
    if task.name == "classification":
        found += describe.rare_classes(frame[target])
        found += conflict_findings(frame, kinds, target, lines)
    return found + find_leaks(frame, kinds, target, task.name)


def left_out_columns(table, frame, findings, target, keep):
    """{column: why} of the columns that should not be learnt from."""
    left = {}
    for column in table.columns:
        if column.kind in LEFT_OUT_KINDS:
            left[column.name] = f"{LEFT_OUT_KINDS[column.kind]} ({column.reason})"
    for finding in findings:
        if finding.kind == "constant" or finding.severity == "leak":
            left.setdefault(finding.column, finding.message)
    return {name: why for name, why in left.items() if name != target and name not in keep}
