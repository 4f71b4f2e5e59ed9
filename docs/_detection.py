"""The page of the checker's detection matrix: docs/detection.json and the table of the held-back part."""

import json
import pathlib

HERE = pathlib.Path(__file__).parent
HELD_BACK = HERE.parent / "tests" / "checks" / "heldback" / "README.md"
NAMES = {
    "found": "found", "first": "the right code named first", "located": "the right function named",
    "false alarms": "correct items with an error",
}  # fmt: skip


def detection_page(table):
    """Rates, the dated table of the held-back part, and what is reported for each fault."""
    document = json.loads((HERE / "detection.json").read_text(encoding="utf-8"))
    rates = [
        (NAMES[name], f"{count} of {total}", f"{100 * count / max(total, 1):.1f} %")
        for name, (count, total) in document["rates"].items()
    ]
    faults = [
        (fault, *(entry[name] for name in ("items", "found", "first", "located")), _codes(entry["codes"]))
        for fault, entry in document["faults"].items()
    ]
    held_back = "\n".join(line for line in HELD_BACK.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    return (
        "# What the checker finds\n\nMeasured on small programs with one known fault each, and on correct ones. An item is found "
        "where its fault, or one that its author lists as equally right, is reported.\n\n"
        "## Programs that were held back\n\nWritten without sight of the checks, and not looked at while checks are written; at most "
        "one run a release, every run a line.\n\n"
        + held_back
        + "\n\n## Programs that the checks were built with\n\n"
        + table(("", "items", "share"), rates)
        + "\n\nMade by `.venv/bin/python tests/checks/detection.py --write`.\n\n## Which code for which fault\n\n"
        + table(("fault", "items", "found", "first", "located", "reported (items)"), faults)
        + "\n"
    )


def _codes(codes):
    """The codes that are reported most, with the number of items."""
    most = sorted(codes.items(), key=lambda entry: -entry[1])[:6]
    return ", ".join(f"{code} ({count})" for code, count in most) or "–"
