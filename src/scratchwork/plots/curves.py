"""Curves over epochs, values or thresholds, with what hovering can add."""

import numpy as np

from scratchwork.plots.style import AXIS, DASHES, colour, layout, to_html


def loss_curves(curves, *, name="loss-curves", x_title="epoch", y_title="loss (nats)"):
    """Training and validation curves of several models on one pair of axes.

    Parameters
    ----------
    curves : dict of str to dict of str to sequence of float
        ``{"mlp (scratchwork)": {"training": [...], "validation": [...]}}``; one colour for each model, one dash for
        each curve.

    Returns
    -------
    str
        HTML of an interactive figure.
    """
    import plotly.graph_objects as go

    fig = go.Figure(layout=layout(xaxis={**AXIS, "title": x_title}, yaxis={**AXIS, "title": y_title}))
    for i, (model, parts) in enumerate(curves.items()):
        for j, (part, values) in enumerate(parts.items()):
            values = np.asarray(values, dtype=np.float64)
            line = {"color": colour(i), "dash": DASHES[j % len(DASHES)], "width": 2}
            label = f"{model}, {part}" if part else model
            mode = "lines+markers" if len(values) <= 30 else "lines"
            fig.add_scatter(x=np.arange(1, len(values) + 1), y=values, name=label, mode=mode, line=line)
    return to_html(fig, name)


def value_curve(x, lines, *, name, x_title, y_title):
    """Several quantities over the same values; a missing one (None) leaves a gap."""
    import plotly.graph_objects as go

    fig = go.Figure(layout=layout(xaxis={**AXIS, "title": x_title}, yaxis={**AXIS, "title": y_title}))
    for i, (label, values) in enumerate(lines.items()):
        line = {"color": colour(i), "dash": DASHES[i % len(DASHES)]}
        fig.add_scatter(x=list(x), y=list(values), name=label, mode="lines+markers", line=line)
    fig.update_layout(showlegend=len(lines) > 1)
    return to_html(fig, name)


def band_curve(x, mean, low, high, *, name, x_title, y_title, label="", marked=None, log_x=False):
    """One curve with the band of its uncertainty; ``marked`` draws a line at a chosen x."""
    import plotly.graph_objects as go

    x, mean, low, high = list(x), np.asarray(mean), np.asarray(low), np.asarray(high)
    axis = {**AXIS, "title": x_title} | ({"type": "log"} if log_x else {})
    fig = go.Figure(layout=layout(xaxis=axis, yaxis={**AXIS, "title": y_title}, showlegend=False))
    fill = "rgba(0, 114, 178, 0.18)"
    edge = np.concatenate([high, low[::-1]])
    fig.add_scatter(
        x=x + x[::-1], y=edge, mode="lines", fill="toself", fillcolor=fill, line={"width": 0}, hoverinfo="skip"
    )
    fig.add_scatter(x=x, y=mean, name=label, mode="lines+markers", line={"color": colour(0)})
    if marked is not None:
        fig.add_vline(x=marked, line={"color": colour(5), "dash": "dot"})
    return to_html(fig, name)


def score_intervals(labels, values, lows, highs, *, name, x_title, reference=None):
    """A point with its interval for each row, the first row on top; ``reference`` draws a line to compare with."""
    import plotly.graph_objects as go

    values, lows, highs = (np.asarray(a, dtype=np.float64) for a in (values, lows, highs))
    height = 110 + 34 * len(labels)
    fig = go.Figure(
        layout=layout(
            height=height,
            xaxis={**AXIS, "title": x_title},
            yaxis={**AXIS, "autorange": "reversed", "ticks": ""},
            showlegend=False,
        )
    )
    error = {"type": "data", "symmetric": False, "array": highs - values, "arrayminus": values - lows}
    marker = {"color": colour(0), "size": 9}
    fig.add_scatter(x=values, y=list(labels), error_x=error, mode="markers", marker=marker, name="")
    if reference is not None:
        fig.add_vline(x=reference, line={"color": colour(8), "dash": "dot"})
    return to_html(fig, name)


def step_curve(x, y, *, name, x_title, y_title, diagonal=False):
    """A curve in the unit square; thinned to at most 500 points that keep its corners within a pixel."""
    import plotly.graph_objects as go

    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(x) > 500:
        kept = np.unique(np.linspace(0, len(x) - 1, 500).round().astype(int))
        x, y = x[kept], y[kept]
    axes = {"xaxis": {**AXIS, "title": x_title, "range": [-0.02, 1.02]}}
    axes["yaxis"] = {**AXIS, "title": y_title, "range": [-0.02, 1.02]}
    fig = go.Figure(layout=layout(height=380, showlegend=False, **axes))
    if diagonal:
        fig.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": colour(8), "dash": "dot"}, hoverinfo="skip")
    fig.add_scatter(x=x.round(5), y=y.round(5), mode="lines", line={"color": colour(0), "width": 2})
    return to_html(fig, name)


def calibration_points(bins, *, name):
    """Predicted against observed, each with its interval, and the diagonal."""
    import plotly.graph_objects as go

    axes = {"xaxis": {**AXIS, "title": "predicted probability", "range": [-0.02, 1.02]}}
    axes["yaxis"] = {**AXIS, "title": "share that came true", "range": [-0.02, 1.02]}
    fig = go.Figure(layout=layout(height=380, showlegend=False, **axes))
    fig.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": colour(8), "dash": "dot"}, hoverinfo="skip")
    error = {"type": "data", "symmetric": False, "array": [b.high - b.observed for b in bins]}
    error["arrayminus"] = [b.observed - b.low for b in bins]
    x, y = [round(b.predicted, 5) for b in bins], [b.observed for b in bins]
    texts = [f"{b.n} rows" for b in bins]
    fig.add_scatter(x=x, y=y, error_y=error, mode="markers", marker={"color": colour(0), "size": 9}, text=texts)
    return to_html(fig, name)
