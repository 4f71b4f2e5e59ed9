"""Several curves with bands on the same axes."""

import numpy as np

from scratchwork.plots.style import AXIS, DASHES, colour, layout, to_html


def banded_curves(lines, *, name, x_title, y_title, log_x=False, log_y=False):
    """Curves with the band between the smallest and the largest, all on one pair of axes.

    Parameters
    ----------
    lines : list of (label, part, x, mean, low, high)
        Lines of the same label have one colour; each part ("training", "validation") has its own dash. The first part
        that occurs is solid.
    log_x, log_y : bool

    Returns
    -------
    str
        HTML of an interactive figure.
    """
    import plotly.graph_objects as go

    axes = {"xaxis": {**AXIS, "title": x_title}, "yaxis": {**AXIS, "title": y_title}}
    for axis, logarithmic in (("xaxis", log_x), ("yaxis", log_y)):
        if logarithmic:
            axes[axis] |= {"type": "log", "exponentformat": "power", "dtick": 1}
    fig = go.Figure(layout=layout(**axes))
    labels = list(dict.fromkeys(line[0] for line in lines))
    parts = list(dict.fromkeys(line[1] for line in lines))
    for label, part, x, mean, low, high in lines:
        x, ink = list(x), colour(labels.index(label))
        edge = np.concatenate([np.asarray(high), np.asarray(low)[::-1]])
        fig.add_scatter(
            x=x + x[::-1], y=edge, mode="lines", fill="toself", fillcolor=faint(ink), line={"width": 0},
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
        fig.add_scatter(
            x=x, y=np.asarray(mean), name=f"{label}, {part}" if label else part,
            mode="lines+markers" if len(x) <= 12 else "lines",
            line={"color": ink, "dash": DASHES[parts.index(part) % len(DASHES)], "width": 2},
        )  # fmt: skip
    return to_html(fig, name)


def faint(colour_code):
    """A colour of the palette, mostly transparent.

    >>> faint("#0072B2")
    'rgba(0, 114, 178, 0.14)'
    """
    red, green, blue = (int(colour_code[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.14)"


def banded_drawing(lines, *, title="", x_title, y_title, log_x=False, log_y=False):
    """The same as `banded_curves`, as a drawing (SVG) for notebooks and documents."""
    from scratchwork.plots.style import figure, to_svg

    labels = list(dict.fromkeys(line[0] for line in lines))
    parts = list(dict.fromkeys(line[1] for line in lines))
    with figure(height=3.4) as (fig, axes):
        for label, part, x, mean, low, high in lines:
            ink, x = colour(labels.index(label)), list(x)
            name = f"{label}, {part}" if label else part
            axes.plot(x, mean, color=ink, linestyle=("-", "--", ":")[parts.index(part) % 3], label=name, linewidth=1.6)
            axes.fill_between(x, low, high, color=ink, alpha=0.14, linewidth=0)
        axes.set(title=title, xlabel=x_title, ylabel=y_title)
        axes.set_xscale("log" if log_x else "linear")
        axes.set_yscale("log" if log_y else "linear")
        axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
        return to_svg(fig, f"{title or y_title}: {y_title} over {x_title}, for {', '.join(labels)}")
