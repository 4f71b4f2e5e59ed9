"""A result as text for the terminal: what was recognised, the two most telling findings in full, the rest folded."""

import re
import textwrap

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # of the user's strings; they could steer the terminal
WIDTH = 100
IN_FULL = 2
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
    folded = [line for finding in result.findings[in_full:] for line in _folded(finding, hints)]
    lines += ["", *folded] if folded else []
    if any(entry.cell is not None for entry in [*result.findings, *result.recognised]):
        lines += ["", "  Cells are counted from 0, those of text too, and lines within their cell."]
    lines += ["", *_checked(result), _verdict(result)]
    return CONTROL.sub("?", "\n".join(lines))


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
    parts = [("seen", finding.observed)]
    if hints is None or hints >= 2:
        parts.append(("means", finding.means))
    if hints is None or hints >= 3:
        parts += [("cause", finding.cause), ("try", finding.try_)]
    for label, words in parts:
        if words:
            lines += textwrap.wrap(words, WIDTH, initial_indent=f"    {label:<6}", subsequent_indent=" " * 10)
    return lines


def _folded(finding, hints):
    place = _place(finding) if hints is None or hints >= 2 else ""
    words = f"{MARK[finding.severity]} {finding.code}  {finding.observed}" + (f"  [{place}]" if place else "")
    return ["  " + textwrap.shorten(words, WIDTH + 60, placeholder=" ...")]


def _checked(result):
    lines = []
    if result.passed:
        codes = sorted(set(result.passed))
        lines += textwrap.wrap(
            f"checked and passed: {' '.join(codes)}", WIDTH, initial_indent="  ", subsequent_indent="    "
        )
    if result.rules:
        lines.append(f"  read: {result.rules} rules went over the text")
    for reason, (codes, names) in _reasons(result.not_checked).items():
        words = f"not checked: {' '.join(codes)}: {reason}" + (f" ({', '.join(names)})" if names else "")
        lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return lines


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


def _verdict(result):
    counts = {name: sum(finding.severity == name for finding in result.findings) for name in MARK}
    words = ", ".join(f"{count} {name}{'s' * (count != 1)}" for name, count in counts.items() if count)
    if not result.checked and not counts["error"]:
        return f"  nothing could be checked ({result.seconds:.1f} s)"
    if not words:
        run = result.passed or result.recognised
        words = "nothing found" if run else "nothing found by reading it; nothing in it could be run and checked"
    return f"  {words} ({result.seconds:.1f} s)"
