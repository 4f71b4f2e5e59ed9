"""A result as text for the terminal: what was recognised, the two most telling findings in full, the rest folded."""

import re
import textwrap

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # of the user's strings; they could steer the terminal
WIDTH = 100
IN_FULL, MOST_REASONS = 2, 8
MARK = {"error": "ERROR", "warning": "WARNING", "remark": "REMARK"}


def render(result, hints=None, in_full=IN_FULL):
    """The whole report of one target.

    Parameters
    ----------
    result : Result
    hints : {1, 2, 3} or None
        For teaching: 1 tells the symptom only, 2 the place too, 3 the remedy too; None tells everything.
    in_full : int
        How many findings are told in full.
    """
    lines = [result.target]
    if result.recognised:
        lines += ["  recognised", *_recognised(result.recognised)]
    for finding in result.findings[:in_full]:
        lines += ["", *_full(finding, hints)]
    folded = [_folded(group, hints) for group in _of_one_code(result.findings[in_full:])]
    lines += ["", *folded] if folded else []
    if any(entry.cell is not None for entry in [*result.findings, *result.recognised]):
        lines += ["", "  Cells are counted from 0, those of text too, and lines within their cell."]
    lines += ["", *_checked(result), _verdict(result)]
    return CONTROL.sub("?", "\n".join(lines))


def explained(code):
    """What a code means, whatever was seen: the words of its row.

    >>> print(explained("SW-N5").splitlines()[0])
    SW-N5  Logarithm of zero (warning)
    """
    from scratchwork.checks.catalogue import row

    entry = row(code)
    lines = [f"{code}  {entry.title} ({entry.severity})"]
    for label, words in (("means", entry.means), ("cause", entry.cause), ("try", entry.try_)):
        lines += textwrap.wrap(words, WIDTH, initial_indent=f"  {label:<6}", subsequent_indent=" " * 8)
    return "\n".join(lines)


def _recognised(entries):
    """Each object once, with all its roles: ``backward_pass  backward, also updates``."""
    roles, places = {}, {}
    for entry in entries:
        roles.setdefault(entry.object, []).append(entry.role)
        places.setdefault(entry.object, _where(entry))
    width = max(len(name) for name in roles)
    return [
        f"    {name:<{width}}  {', '.join(roles[name])}" + (f"  ({places[name]})" if places[name] else "")
        for name in roles
    ]


def _where(entry):
    """Cell and line of a finding or of something recognised."""
    where = [f"cell {entry.cell}"] if entry.cell is not None else []
    return ", ".join(where + ([f"line {entry.line}"] if entry.line else []))


def _place(finding):
    function, owner = finding.function or finding.object, finding.object
    if function == "training_loop":
        function = "the training loop"
    elif owner and function != owner and "." not in function and not owner.startswith("the "):
        function = f"{owner}.{function}"
    return ", ".join(part for part in (function, _where(finding)) if part)


def _full(finding, hints):
    from scratchwork.checks.catalogue import row

    place = _place(finding)
    shown = place if hints is None or hints >= 2 else ""
    title = row(finding.code).title if hints is None or hints >= 2 else "something is off"
    lines = [f"  {MARK[finding.severity]} {finding.code}  {title}" + (f"  [{shown}]" if shown else "")]
    parts = [("seen", symptom(finding) if hints == 1 else finding.observed)]
    if hints is None or hints >= 2:
        parts.append(("means", finding.means))
    if hints is None or hints >= 3:
        parts += [("cause", finding.cause), ("try", finding.try_)]
    for label, words in parts:
        if words:
            lines += textwrap.wrap(words, WIDTH, initial_indent=f"    {label:<6}", subsequent_indent=" " * 10)
    return lines


def symptom(finding):
    """What can be told without the place: what was seen, or where that names a line what it leads to."""
    return finding.means if re.search(r"\b[Ll]ines? \d", finding.observed) else finding.observed


def _of_one_code(findings):
    """Lists of the findings of one code and severity, in the order of their first ones."""
    groups = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.severity), []).append(finding)
    return groups.values()


def _folded(group, hints):
    """One line: the first finding of a code, and where it holds besides."""
    from scratchwork.checks.catalogue import row

    first, told = group[0], hints is None or hints >= 2
    words = f"{MARK[first.severity]} {first.code}  {row(first.code).title if told else 'something is off'}: "
    place = f"  [{_place(first)}]" if told and _place(first) else ""
    others = list(dict.fromkeys(_place(finding).replace(", ", " ") for finding in group[1:])) if told else []
    more = f"; also {', '.join(others)}" if any(others) else f"; {len(group) - 1} more" if len(group) > 1 else ""
    seen = textwrap.shorten(
        symptom(first) if hints == 1 else first.observed, 2 * WIDTH - len(words), placeholder=" ..."
    )
    lines = textwrap.wrap(words + seen + place + more, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def _checked(result):
    lines = []
    if result.passed:
        codes = sorted(set(result.passed))
        lines += textwrap.wrap(
            f"checked and passed: {' '.join(codes)}", WIDTH, initial_indent="  ", subsequent_indent="    "
        )
    if result.rules:
        lines.append(f"  read: the text was searched for {result.rules} kinds of mistakes")
    if unknown := _of_no_known_kind(result):
        words = (
            f"{', '.join(unknown)}: no algorithm that the checker knows; only what holds for every estimator was asked"
        )
        lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
    reasons = list(_reasons(result.not_checked).items())
    for reason, (codes, names) in reasons[:MOST_REASONS]:
        words = f"not checked: {' '.join(codes)}: {reason}" + (f" ({', '.join(names)})" if names else "")
        lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if reasons[MOST_REASONS:]:
        codes = sorted({code for _, (codes, _) in reasons[MOST_REASONS:] for code in codes})
        words = f"not checked either: {' '.join(codes)} (--format json says why)"
        lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return lines


def _of_no_known_kind(result):
    """The objects that were taken for an estimator and no more, where nothing of an algorithm could be asked of them."""
    codes = [*result.passed, *(finding.code for finding in result.findings)]
    if any(code[3] in "GKMC" for code in codes):
        return []
    return [entry.object for entry in result.recognised if entry.role == "estimator"]


def _reasons(not_checked):
    """Reason -> (codes, objects): what has the same reason is told once, with the objects that it holds for."""
    held = {}
    for code, why in not_checked:
        named = re.match(r"((?:the )?[\w.]+(?: [a-z]+)?): (.*)", why, re.DOTALL)
        name, reason = named.groups() if named else ("", why)
        held.setdefault(reason, {}).setdefault(name, set()).add(code)
    found = {}
    for reason, objects in held.items():
        codes = sorted(set().union(*objects.values()))
        found[reason] = (codes, [name for name in objects if name])
    return found


def in_short(result, hints=None):
    """A result in some words: how many findings, and what the first of them is."""
    from scratchwork.checks.catalogue import row

    if not result.checked and result.exit_code != 1:
        return "nothing could be checked"
    first = result.findings[0] if result.findings and hints != 1 else None
    named = f": {first.code} {row(first.code).title}" if first else ""
    return (_counted(result) or "nothing found") + named


def _counted(result):
    """``"1 error, 2 warnings"``."""
    counts = {name: sum(finding.severity == name for finding in result.findings) for name in MARK}
    return ", ".join(f"{count} {name}{'s' * (count != 1)}" for name, count in counts.items() if count)


def _verdict(result):
    words = _counted(result)
    if not result.checked and result.exit_code != 1:
        return f"  nothing could be checked ({result.seconds:.1f} s)"
    if not words:
        run = result.passed or result.recognised
        words = "nothing found" if run else "nothing found by reading it; nothing in it could be run and checked"
    return f"  {words} ({result.seconds:.1f} s)"
