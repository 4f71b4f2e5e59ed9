"""The cells and saved outputs of a notebook file, in the formats 3 and 4, as plain records."""

import dataclasses
import re

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclasses.dataclass
class Output:
    """One saved output.

    Attributes
    ----------
    kind : {"stream", "result", "display", "error"}
    name : str
        ``"stdout"`` or ``"stderr"`` of a stream, the class of an error.
    text : str
        What it says in plain text; for an error the traceback.
    image : bool
        Whether it holds a picture.
    """

    kind: str
    name: str
    text: str
    image: bool = False


@dataclasses.dataclass
class Cell:
    """One cell; ``index`` counts from 0 over all cells, ``first_line`` is its place in the joined text."""

    index: int
    kind: str
    source: str
    execution_count: int | None = None
    outputs: list = dataclasses.field(default_factory=list)
    first_line: int | None = None

    @property
    def printed(self):
        """Everything that stdout and the cell's value say."""
        return "\n".join(out.text for out in self.outputs if out.kind != "error" and out.name != "stderr")

    @property
    def warned(self):
        """Everything that stderr says."""
        return "\n".join(out.text for out in self.outputs if out.name == "stderr")


MARKER = re.compile(r"^# ?%%(?P<title>.*)$", re.MULTILINE)


def cells_of_script(text):
    """The cells of a script that an editor runs cell by cell, marked by ``# %%``; none where fewer than two are marked.

    >>> [(cell.kind, cell.first_line) for cell in cells_of_script("# %% [markdown]\\n# Title\\n# %%\\nx = 1")]
    [('markdown', 1), ('code', 3)]
    """
    marks = list(MARKER.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    kinds = ["markdown" if re.search(r"\[(markdown|md)\]", mark["title"]) else "code" for mark in marks]
    return [
        Cell(index, kind, text[mark.start() : end].rstrip("\n"), first_line=text.count("\n", 0, mark.start()) + 1)
        for index, (mark, end, kind) in enumerate(zip(marks, ends, kinds))
        if len(marks) > 1
    ]


def joined(value):
    """Text that may be a list of lines.

    >>> joined(["a\\n", "b"]), joined(None)
    ('a\\nb', '')
    """
    if isinstance(value, list):
        return "".join(str(part) for part in value)
    return "" if value is None else str(value)


def cells_of(document):
    """All cells of a parsed notebook file."""
    if "cells" in document:
        raw = document["cells"]
    elif "worksheets" in document:
        raw = [cell for sheet in document["worksheets"] for cell in sheet.get("cells", [])]
    else:
        raise ValueError("it has no cells")
    return [_cell(index, entry) for index, entry in enumerate(raw)]


def _cell(index, entry):
    source = joined(entry.get("source", entry.get("input", ""))).replace("\r\n", "\n").replace("\r", "\n")
    count = entry.get("execution_count", entry.get("prompt_number"))
    outputs = [_output(out) for out in entry.get("outputs") or []]
    return Cell(
        index, str(entry.get("cell_type", "")), source, count if isinstance(count, int) else None, outputs
    )  # fmt: skip


def _output(entry):
    kind = entry.get("output_type", "")
    if kind in ("error", "pyerr"):
        trace = "\n".join(entry.get("traceback") or []) or f"{entry.get('ename')}: {entry.get('evalue')}"
        return Output("error", str(entry.get("ename", "")), ANSI.sub("", trace))
    if kind == "stream":
        return Output("stream", entry.get("name", entry.get("stream", "stdout")), joined(entry.get("text")))
    data = entry.get("data") if isinstance(entry.get("data"), dict) else entry
    text = joined(data.get("text/plain", data.get("text")))
    image = any(key.startswith("image/") or key in ("png", "jpeg", "svg") for key in data)
    return Output("result" if kind in ("execute_result", "pyout") else "display", "", text, image)
