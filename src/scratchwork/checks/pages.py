"""A documentation page for each code, made from the check itself: its row, its rules and probes, its examples.

The documentation build calls ``write_pages(folder)``; nothing of a page is written by hand.
"""

import inspect
import json
import pathlib
import re

from scratchwork.checks import probing, reading
from scratchwork.checks.catalogue import rows
from scratchwork.checks.registry import PROBES, RULES

HOW = {
    "D": "the object is run",
    "F": "the function is called",
    "S": "the source is read",
    "O": "the saved outputs of the notebook are read",
}
SEVERITIES = {
    "error": "Error: meant to stand only on evidence that correct code cannot produce.",
    "warning": "Warning: most likely wrong, or wrong in most uses.",
    "remark": "Remark: a convention or a habit worth knowing; no fault.",
}
ZOO = pathlib.Path(__file__).parent / "zoo"


def page(code):
    """The Markdown page of one code.

    Parameters
    ----------
    code : str
        ``"SW-G1"``.

    Returns
    -------
    str

    >>> page("SW-D1").splitlines()[0]
    '# SW-D1: Preparation learnt from all rows, before the split'
    """
    entry = rows()[code]
    parts = [
        f"# {code}: {entry.title}",
        SEVERITIES[entry.severity] + f" Seen where {seen(entry.seen)}.",
        f"**What it means.** {entry.means}",
        f"**Likely cause.** {entry.cause}",
        f"**What to try.** {entry.try_}",
        checks_of(code),
        examples_of(code),
        f"Leave it out with `scratchwork check FILE --ignore {code}`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def seen(letters):
    """How a fault is seen, in words.

    >>> seen("SO")
    'the source is read, or the saved outputs of the notebook are read'
    """
    return ", or ".join(HOW[letter] for letter in letters)


def checks_of(code):
    """The rules and probes that can report a code, as a list: their names are sentences, their docstrings the rule."""
    reading.load_rules()
    probing.load_probes()
    found = []
    for entry in (*RULES, *PROBES):
        if code in entry.codes and entry.function not in found:
            found.append(entry.function)
    lines = [f"- *{sentence(function.__name__)}* {rule_of(function)}" for function in found]
    return "## The checks behind it\n\n" + "\n".join(lines) if lines else ""


def sentence(name):
    """``rows_keep_their_labels`` as a sentence.

    >>> sentence("rows_keep_their_labels")
    'Rows keep their labels.'
    """
    return name.replace("_", " ").strip().capitalize() + "."


def rule_of(function):
    """The docstring of a check on one line."""
    return re.sub(r"\s+", " ", inspect.getdoc(function) or "").strip()


def examples_of(code):
    """Faulty implementations of the zoo that carry the fault."""
    fault = code.removeprefix("SW-")
    found = [entry for entry in manifest() if fault in entry.get("rows", [])]
    lines = [f"- `{entry['file']}`: {entry['why']}" for entry in found]
    return "## Examples that ship with the package\n\n" + "\n".join(lines) if lines else ""


def manifest():
    """The list of the zoo, empty where it is not installed."""
    path = ZOO / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def index():
    """The Markdown page that lists all codes, by family."""
    lines = ["# What the checker can find", "", "| code | what | severity | seen where |", "|---|---|---|---|"]
    for code, entry in rows().items():
        lines.append(f"| [{code}]({code}.md) | {entry.title} | {entry.severity} | {seen(entry.seen)} |")
    return "\n".join(lines) + "\n"


def write_pages(folder):
    """Write ``index.md`` and one page for each code into a folder; the paths written.

    Parameters
    ----------
    folder : path

    Returns
    -------
    list of pathlib.Path
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"index": index()} | {code: page(code) for code in rows()}
    written = []
    for name, text in texts.items():
        path = folder / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
