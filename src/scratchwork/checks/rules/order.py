"""The order in which a notebook was run: are the saved outputs those of this code?"""

import ast
import itertools
import re

from scratchwork.checks.files.syntax import stored
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule


@rule("SW-B3")
def outputs_come_from_a_run_from_the_top(source):
    """Execution counts that fall, repeat or are missing: the outputs belong to another order of the code."""
    if not source.notebook:
        return
    cells = [cell for cell in source.code_cells if cell.source.strip()]
    counts = [cell.execution_count for cell in cells]
    if not any(count is not None for count in counts):
        return
    never = [cell for cell in cells if cell.execution_count is None and cell.outputs]
    if never:
        yield find("SW-B3", f"Cell {never[0].index} was never executed and has an output.", line=never[0].first_line)
        return
    skipped = skipped_but_needed(source, cells)
    if skipped:
        yield skipped
        return
    yield from broken_order(cells)


def skipped_but_needed(source, cells):
    """A cell that was never run although executed cells after it use what it makes."""
    for place, cell in enumerate(cells):
        if cell.execution_count is not None:
            continue
        made = names_made(source, cell)
        for later in cells[place + 1 :]:
            if later.execution_count is None or not made:
                continue
            used = {word for word in re.findall(r"\b[A-Za-z_]\w*\b", later.source) if word in made}
            if used and not made_elsewhere(source, cells, cell, used):
                name = sorted(used)[0]
                said = f"Cell {cell.index} makes {name} and was never executed; cell {later.index} uses it and was."
                return find("SW-B3", said, line=cell.first_line)
    return None


def names_made(source, cell):
    """Names that the statements of a cell bind."""
    last = cell.first_line + cell.source.count("\n")
    made = set()
    for part in source.tree.body:
        if cell.first_line <= part.lineno <= last and not isinstance(part, (ast.Import, ast.ImportFrom)):
            made |= stored(part)
    return {name for name in made if len(name) > 1 or name.isupper()}


def made_elsewhere(source, cells, cell, names):
    others = set()
    for other in cells:
        if other is not cell and other.execution_count is not None:
            others |= names_made(source, other)
    return names <= others


def broken_order(cells):
    """A cell that was run before the cell above it."""
    ran = [cell for cell in cells if cell.execution_count is not None]
    for above, below in itertools.pairwise(ran):
        if below.execution_count < above.execution_count:
            said = (
                f"Cell {below.index} has execution count {below.execution_count}, cell {above.index} above it "
                f"{above.execution_count}: they were not run in this order."
            )
            yield find("SW-B3", said, line=below.first_line)
            return
        if below.execution_count == above.execution_count:
            said = f"Cells {above.index} and {below.index} have the same execution count {below.execution_count}."
            yield find("SW-B3", said, line=below.first_line, severity="remark")
            return


@rule("SW-B3")
def tracebacks_show_the_code_of_their_cell(source):
    """The line that a saved traceback points at must still stand in the cell."""
    for cell in source.code_cells:
        for out in cell.outputs:
            found = re.search(r"^-+>\s*\d+\s(.*)$", out.text, re.MULTILINE) if out.kind == "error" else None
            if found and "<cell line" not in found.group(1) and found.group(1).strip() not in cell.source:
                said = f"The saved traceback of cell {cell.index} shows {found.group(1).strip()[:50]!r}, which the cell does not hold."
                yield find("SW-B3", said, line=cell.first_line)
                return


@rule("SW-B90")
def no_cell_ended_in_an_error(source):
    """A saved traceback."""
    for cell in source.code_cells:
        for out in cell.outputs:
            if out.kind == "error" and out.name != "KeyboardInterrupt":
                last = out.text.strip().split("\n")[-1][:90]
                yield find("SW-B90", f"Cell {cell.index} ended in {last!r}.", line=cell.first_line)
                return
