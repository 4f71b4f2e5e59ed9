"""Small pieces of HTML: numbers, tables, figures. Every text that comes from data is escaped here.

Times and memory are measured and differ from run to run; they stand in ``<span class="measured">``, so that two reports
of the same seed are equal everywhere else.
"""

import math
from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Section:
    """A part of the report: its anchor, its heading, its HTML, and whether its figures need plotly.js."""

    anchor: str
    title: str
    body: Markup
    interactive: bool = False


def number(value, digits=3):
    """A number for a table; an em dash where there is none.

    >>> str(number(0.12345)), str(number(None)), str(number(1234567.0)), str(number(math.inf))
    ('0.123', '–', '1,234,567', '∞')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return Markup("–")
    if isinstance(value, int):
        return Markup(f"{value:,}")
    if math.isinf(value):
        return Markup("∞" if value > 0 else "−∞")
    if abs(value) >= 10 ** (digits + 2):
        text = f"{value:,.0f}"
    elif 0 < abs(value) < 10**-digits:
        text = f"{value:.1e}"
    else:
        text = f"{value:,.{digits}f}"
    return Markup(text.replace("-", "−"))


def percent(value, digits=1):
    """A share in per cent.

    >>> str(percent(0.9736)), str(percent(None))
    ('97.4 %', '–')
    """
    if value is None:
        return Markup("–")
    return Markup(f"{100 * value:.{digits}f} %".replace("-", "−"))


def p_value(p):
    """A p value, with the digits that it deserves.

    >>> str(p_value(0.0321)), str(p_value(1e-9))
    ('0.032', '< 0.001')
    """
    return Markup("–") if p is None else Markup(f"{p:.3f}" if p >= 0.001 else "< 0.001")


def interval(low, high, show=percent):
    """``[low, high]`` in the form of ``show``."""
    return Markup("–") if low is None else Markup(f"[{show(low)}, {show(high)}]")


def measured(text):
    """A measured time or amount of memory, marked as such."""
    return Markup('<span class="measured">{}</span>').format(text)


def seconds(value):
    """A measured duration."""
    return measured(f"{value:.3f} s" if value < 1 else f"{value:.1f} s")


def paragraph(text, *values, **named):
    """A paragraph; ``{}`` in ``text`` are filled with escaped values."""
    return Markup("<p>") + Markup(text).format(*values, **named) + Markup("</p>\n")


def bullets(items):
    """A list of sentences."""
    return (
        Markup("<ul>\n") + Markup("").join(Markup("<li>{}</li>\n").format(item) for item in items) + Markup("</ul>\n")
    )


def table(headings, rows, *, caption="", highlight=()):
    """A table that scrolls on a narrow screen. Numbers are right-aligned where the cell is not text.

    ``highlight`` holds the positions of rows to be marked.
    """
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(heading) for heading in headings)
    lines = []
    for i, row in enumerate(rows):
        cells = Markup("").join(_cell(cell) for cell in row)
        lines.append(Markup("<tr{}>{}</tr>\n").format(Markup(' class="marked"') if i in highlight else "", cells))
    title = Markup("<caption>{}</caption>").format(caption) if caption else Markup("")
    inner = Markup("<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>").format(head, Markup("").join(lines))
    return Markup('<div class="scroll"><table>{}{}</table></div>\n').format(title, inner)


def _cell(cell):
    return (
        Markup("<td class=n>{}</td>").format(cell) if isinstance(cell, Markup) else Markup("<td>{}</td>").format(cell)
    )


def figure(drawing, caption):
    """A drawing (SVG or plotly HTML made by us) with its caption."""
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>\n").format(Markup(drawing), caption)


def folded(summary, body):
    """Details that are shown on request, and always in print."""
    return Markup("<details><summary>{}</summary>{}</details>\n").format(summary, body)


def link(anchor, text):
    """A link to another section of the same report."""
    return Markup('<a href="#{}">{}</a>').format(anchor, escape(text))
