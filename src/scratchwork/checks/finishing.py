"""The last hand on a result: places filled in, doubles gone, ignored codes left out, the order made."""

import collections
import dataclasses
import re
import time

from scratchwork.checks import order

FAILED = re.compile(r" raised | did not return|cannot be read|fails at import|could not deal with| is missing")
LINES = re.compile(r"\b([Ll]ines?) (\d+(?:(?:, | and )\d+)*)\b(?! of cell)")


def finished(result, ignore, start, source=None):
    """The result, made ready for the user.

    Parameters
    ----------
    result : Result
    ignore : collection of str
        Codes that are told neither as found nor as passed.
    start : float
        ``time.monotonic()`` at the beginning.
    source : SourceUnit or None
    """
    findings = [placed(finding, source) for finding in result.findings] if source is not None else result.findings
    told = {finding.code for finding in findings} | set(ignore)
    result.findings = order.ordered([finding for finding in findings if finding.code not in set(ignore)])
    result.recognised = recognised_once(result.recognised, source)
    result.passed = sorted(set(result.passed) - told - unproven(result))
    told |= set(result.passed)
    said = in_words if source is None or not source.notebook else lambda why: in_cells(in_words(why), source)
    result.not_checked = one_reason([(code, said(why)) for code, why in result.not_checked if code not in told])
    result.seconds = time.monotonic() - start
    return result


def unproven(result):
    """Codes that passed somewhere and still are not said to have passed.

    For one object a code may pass while another object of the file could not be asked, unless the author's own
    program as a whole was seen to be right in it; and a gradient in which a mistake was
    found is not passed as a whole.
    """
    wrong = any(item.severity == "error" and order.CAUSES.get(item.code) == "gradient" for item in result.findings)
    return (result.blocked - result.proven) | ({"SW-G1"} if wrong else set())


def one_reason(pairs):
    """[(code, why)] with one reason for each code: a failure before a mere lack of footing, then what holds for most codes.

    >>> one_reason([("SW-G1", "f: it is no loss"), ("SW-G1", "MLP: fit raised ValueError: no"), ("SW-G2", "f: it is no loss")])
    [('SW-G1', 'MLP: fit raised ValueError: no'), ('SW-G2', 'f: it is no loss')]
    """
    common, reasons = collections.Counter(why for _, why in set(pairs)), {}
    for code, why in pairs:
        reasons.setdefault(code, set()).add(why)
    return [
        (code, min(whys, key=lambda why: (not FAILED.search(why), -common[why], why)))
        for code, whys in sorted(reasons.items())
    ]


def placed(finding, source):
    """A finding with its file, and with line and cell as the user counts them, in its words too."""
    finding = finding.at(file=str(source.path))
    if finding.cell is not None or finding.line is None:
        return finding
    line, cell = source.place(finding.line)
    words = finding.observed if cell is None or source.problem else in_cells(finding.observed, source)
    return dataclasses.replace(finding, line=line, cell=cell, observed=words)


def in_cells(words, source):
    """A sentence that counts the lines of all cells together, counting them cell by cell; one that names a cell does so already."""
    if re.search(r"\bcell \d", words):
        return words

    def told(match):
        places = [source.place(int(number)) for number in re.findall(r"\d+", match.group(2))]
        cells = {cell for _, cell in places}
        if None in cells:
            return match.group()
        if len(cells) == 1:
            return f"{match.group(1)} {' and '.join(str(line) for line, _ in places)} of cell {cells.pop()}"
        each = " and ".join(f"line {line} of cell {cell}" for line, cell in places)
        return match.group(1)[0] + each[1:]

    return LINES.sub(told, words)


def recognised_once(entries, source):
    """Each object in each role once; an object whose line is known from one role has it in all."""
    lines = {entry.object: entry.line for entry in entries if entry.line is not None}
    found = {}
    for entry in entries:
        line, cell = lines.get(entry.object), None
        if source is not None:
            line, cell = source.place(line)
        found.setdefault((entry.object, entry.role), dataclasses.replace(entry, line=line, cell=cell))
    return list(found.values())


def in_words(why):
    """A reason without the names of our own exceptions.

    >>> in_words("MLP: called raised CallFailed: fit raised ValueError: shapes do not fit")
    'MLP: fit raised ValueError: shapes do not fit'
    """
    return re.sub(r"\b\w+ raised (?:CallFailed|CannotCheck|NotWritten|OutOfTime): ", "", why).rstrip(" ;")
