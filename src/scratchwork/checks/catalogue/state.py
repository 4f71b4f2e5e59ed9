"""Rows of the catalogue: the state of notebooks, names, paths, plots and prose."""

from scratchwork.checks.catalogue import Row


def _row(code, title, means, cause, try_, severity="warning", seen="S", weight=20.0):
    return Row(f"SW-{code}", title, means, cause, try_, severity, seen, weight)


ROWS = (
    _row(
        "B1",
        "Running a cell twice gives something else",
        "What the notebook shows depends on how often a cell was run.",
        "A cell overwrites what it reads: X = X / 255.",
        "Give the result a new name, or load and change in one cell.",
        weight=22,
    ),
    _row(
        "B2",
        "A name is defined again as something else",
        "Earlier code that uses it breaks when it is run again.",
        "The same name for two functions, or the name of a built-in.",
        "Use another name.",
        weight=28,
    ),
    _row(
        "B3",
        "Saved outputs are not those of this code in this order",
        "The numbers shown may come from code that is no longer there.",
        "Cells were run out of order, edited after running, or never run.",
        "Restart the kernel, run all cells, save.",
        seen="O",
        weight=34,
    ),
    _row(
        "B5",
        "A number in the text that no cell produces",
        "It cannot be verified.",
        "The text was written for another run.",
        "Print the number in a cell, and copy it from there.",
        seen="O",
        weight=33,
    ),
    _row(
        "B6",
        "A path of one machine",
        "Nobody else can run it.",
        "An absolute path, or a mounted drive.",
        "Use a path relative to the file, or a loader that downloads.",
        weight=18,
    ),
    _row(
        "B7",
        "A function that the promised versions do not have",
        "It fails where it is said to run.",
        "The code was written for another version.",
        "Use what both have, or state the version that is needed.",
        severity="warning",
        weight=44,
    ),
    _row(
        "B8",
        "A plot says something else than it shows",
        "It is misread.",
        "Labels or legends in another order than the curves, or an argument that matplotlib ignores.",
        "Pass label= to each curve; give scatter c= together with cmap=.",
        seen="SO",
        weight=32,
    ),
    _row(
        "B10",
        "The README promises what the code does not hold",
        "A reader looks for it in vain.",
        "It was renamed, removed or never written.",
        "Let the README name what exists.",
        severity="remark",
        weight=6,
    ),
    _row(
        "B11",
        "A blank answer",
        "The notebook is handed in unfinished.",
        "A place for an answer was left as it came.",
        "Fill it in.",
        weight=36,
    ),
    _row(
        "B90",
        "A cell ended in an error",
        "What follows ran without it, or did not run at all.",
        "The saved output is a traceback.",
        "Mend the cell, restart, run all cells.",
        seen="O",
        weight=37,
    ),
    _row(
        "B91",
        "A part of the file is not Python",
        "Nothing of it can be checked.",
        "A syntax error, or Python 2.",
        "Run the cell by itself.",
        weight=38,
    ),
)
