"""Plots: do the labels say what is drawn?"""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at
from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

QUANTITIES = {
    "epoch": r"epoch|iteration|\bstep|\biter", "loss": r"loss|cost|error|inertia|\bsse\b|wcss|distortion|\bj\b",
    "accuracy": r"\bacc|accurac|score", "k": r"\bks?\b|number of (clusters|neighbou?rs)|n_clusters|neighbou?rs|k_values|k_range",
    "fpr": r"\bfpr\b|false.positive", "tpr": r"\btpr\b|true.positive|recall|sensitivity", "rate": r"\blrs?\b|learning.?rates?",
    "precision": r"precision", "lambda": r"lambda|\blams?\b|regulari",
}  # fmt: skip
DRAWS = {"plot", "semilogy", "semilogx", "loglog", "scatter", "bar", "step", "errorbar"}
PART_WORDS = {"train": r"train", "test": r"test|valid|\bval\b|dev\b"}


def quantity(text):
    """Which quantity a name or label speaks of, or None where it names several or none."""
    text = re.sub(r"[_.\[\]()]", " ", text.lower())
    found = [key for key, pattern in QUANTITIES.items() if re.search(pattern, text)]
    return found[0] if len(found) == 1 else None


@rule("SW-B8")
def axes_are_labelled_as_drawn(source):
    """plot(ks, costs) under xlabel('cost'): the axes are exchanged."""
    for group in figures(source):
        drawn = [call for call in group if called(call) in DRAWS and len(call.args) >= 1]
        x_label, y_label = label(group, "x"), label(group, "y")
        for call in drawn:
            pair = drawn_quantities(call)
            said_x, said_y = quantity(x_label[1]) if x_label else None, quantity(y_label[1]) if y_label else None
            x, y = pair
            swapped = (said_x and y and said_x == y and said_x != x) or (said_y and x and said_y == x and said_y != y)
            if swapped and not (said_x and said_x == x) and not (said_y and said_y == y):
                at = x_label or y_label
                said = f"Line {call.lineno} draws {ast.unparse(call)[:50]}; line {at[0]} labels the axis {at[1]!r}."
                yield find("SW-B8", said, **place_at(source, at[0]))
                return


def drawn_quantities(call):
    """(x, y) of a plot call, by the names of its arguments."""
    values = [arg for arg in call.args if not (isinstance(arg, ast.Constant) and isinstance(arg.value, str))]
    if len(values) >= 2:
        return quantity(ast.unparse(values[0])), quantity(ast.unparse(values[1]))
    return (None, quantity(ast.unparse(values[0]))) if values else (None, None)


def figures(source):
    """Groups of plot calls that belong to one picture: those between two figures, shows or cells."""
    calls = sorted((call for call in calls_in(source.tree)), key=lambda call: (call.lineno, call.col_offset))
    group, cell = [], None
    for call in calls:
        here = source.cell_at(call.lineno).index if source.notebook and source.cell_at(call.lineno) else None
        if called(call) in ("figure", "subplot", "subplots", "show", "clf", "close") or here != cell:
            if group:
                yield group
            group, cell = [], here
        group.append(call)
    if group:
        yield group


def label(group, axis):
    """(line, text) of the axis label in a group of calls, or None."""
    for call in group:
        if (
            called(call) in (f"{axis}label", f"set_{axis}label")
            and call.args
            and isinstance(call.args[0], ast.Constant)
        ):
            return call.lineno, str(call.args[0].value)
    return None


@rule("SW-B8")
def curves_bear_their_own_name(source):
    """plot(val_losses, label='training loss'); legend(['test', 'train']) in the other order."""
    for group in figures(source):
        drawn = [call for call in group if called(call) in DRAWS]
        for call in drawn:
            text = next((part.value for part in call.keywords if part.arg == "label"), None)
            told = part_told(ast.unparse(text)) if text is not None else None
            shown = {part_told(ast.unparse(arg)) for arg in call.args} - {None}
            if told and shown and told not in shown and len(shown) == 1:
                said = f"Line {call.lineno} draws {ast.unparse(call.args[-1])[:40]} and labels it {ast.unparse(text)}."
                yield find("SW-B8", said, **place_at(source, call.lineno))
                return
        yield from legend_in_order(source, group, drawn)


def part_told(text):
    """train or test, if a text names exactly one of them."""
    found = [part for part, pattern in PART_WORDS.items() if re.search(pattern, text.lower().replace("_", " "))]
    return found[0] if len(found) == 1 else None


def legend_in_order(source, group, drawn):
    """A legend given as a list against the order of the curves."""
    legends = [
        call
        for call in group
        if called(call) == "legend" and call.args and isinstance(call.args[0], (ast.List, ast.Tuple))
    ]
    if not legends or any(part.arg == "label" for call in drawn for part in call.keywords):
        return
    told = [part_told(ast.unparse(part)) for part in legends[0].args[0].elts]
    shown = [part_told(" ".join(ast.unparse(arg) for arg in call.args)) for call in drawn]
    if (
        len(told) == len(shown) >= 2
        and None not in told
        and None not in shown
        and told != shown
        and sorted(told) == sorted(shown)
    ):
        said = f"Line {legends[0].lineno} names the curves {', '.join(told)}; they are drawn as {', '.join(shown)}."
        yield find("SW-B8", said, **place_at(source, legends[0].lineno))


__all__ = ["dotted"]
