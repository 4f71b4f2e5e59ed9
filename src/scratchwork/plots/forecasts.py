"""A series with its forecast, and the errors of several methods by the step ahead."""

import numpy as np

from scratchwork.plots.bands import faint
from scratchwork.plots.style import AXIS, DASHES, colour, layout, to_html


def forecast_figure(past, others, ahead, *, name, x_title, y_title):
    """The known values, the forecast with its band, and other forecasts for comparison.

    Parameters
    ----------
    past : (moments, values)
        NaN leaves a gap in the line.
    others : dict of str to values
        Forecasts of other methods for the moments to come.
    ahead : (label, moments, values, low, high)
        ``low`` and ``high`` may be NaN: then there is no band.

    Returns
    -------
    str
        HTML of an interactive figure.
    """
    import plotly.graph_objects as go

    fig = go.Figure(layout=layout(xaxis={**AXIS, "title": x_title}, yaxis={**AXIS, "title": y_title}))
    label, moments, values, low, high = ahead
    if np.isfinite(low).all():
        edge = np.concatenate([high, low[::-1]])
        fig.add_scatter(
            x=moments + moments[::-1], y=rounded(edge), mode="lines", fill="toself", fillcolor=faint(colour(0)),
            line={"width": 0}, hoverinfo="skip", name="95 % interval",
        )  # fmt: skip
    fig.add_scatter(x=past[0], y=rounded(past[1]), name="known", mode="lines", line={"color": colour(7), "width": 1.5})
    for i, (other, series) in enumerate(others.items()):
        line = {"color": colour(1 + i), "dash": DASHES[1 + i % 4], "width": 1.5}
        fig.add_scatter(x=moments, y=rounded(series), name=other, mode="lines", line=line)
    style = {"color": colour(0), "width": 2.5}
    fig.add_scatter(x=moments, y=rounded(values), name=f"forecast ({label})", mode="lines+markers", line=style)
    return to_html(fig, name)


def error_by_step(sizes, *, name, y_title):
    """The mean absolute error of each method (a dict of sequences) at 1, 2, 3, ... steps ahead."""
    import plotly.graph_objects as go

    axis = {**AXIS, "title": "steps ahead", "rangemode": "tozero"}
    fig = go.Figure(layout=layout(height=360, xaxis=axis, yaxis={**AXIS, "title": y_title, "rangemode": "tozero"}))
    for i, (label, values) in enumerate(sizes.items()):
        line = {"color": colour(i), "dash": DASHES[i % len(DASHES)], "width": 2}
        steps = list(range(1, len(values) + 1))
        fig.add_scatter(x=steps, y=rounded(values), name=label, mode="lines+markers", line=line)
    return to_html(fig, name)


def rounded(values):
    """Six significant digits, None for NaN: what a screen can show, in few bytes."""
    return [float(f"{value:.6g}") if np.isfinite(value) else None for value in np.asarray(values, dtype=float)]
