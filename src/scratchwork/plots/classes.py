"""Pictures about classes: images with their labels, confidences, confusion."""

import numpy as np

from scratchwork.plots.style import AXIS, colour, figure, layout, to_html, to_svg


def image_row(images, titles, *, alt, shape):
    """Pictures side by side, each with a title. ``images`` is (m, rows * columns) of grey values."""
    count = len(images)
    with figure(1, max(count, 1), width=max(2.0, 1.55 * count), height=2.1, squeeze=False) as (fig, axes):
        for axis, image, title in zip(axes[0], images, titles):
            axis.imshow(np.asarray(image).reshape(shape), cmap="gray_r", interpolation="nearest")
            axis.set_title(title, fontsize=9)
            axis.set_axis_off()
        return to_svg(fig, alt)


def confidences(probabilities, class_names, *, predicted, true, name):
    """One bar for each class: how sure the model is; the prediction and the truth are marked."""
    import plotly.graph_objects as go

    probabilities = np.asarray(probabilities, dtype=np.float64)
    colours = [colour(0) if i == predicted else "#b8c4ce" for i in range(len(probabilities))]
    if predicted != true:
        colours[true] = colour(5)
    fig = go.Figure(
        layout=layout(
            height=120 + 24 * len(probabilities),
            xaxis={**AXIS, "title": "confidence", "range": [0, 1.02]},
            yaxis={**AXIS, "autorange": "reversed", "ticks": "", "type": "category"},
            showlegend=False,
        )
    )
    texts = [f"{100 * p:.1f} %" for p in probabilities]
    fig.add_bar(
        x=probabilities, y=list(class_names), orientation="h", marker={"color": colours}, text=texts, cliponaxis=False
    )
    return to_html(fig, name)


def confusion(matrix, class_names, *, name):
    """True classes in rows, predicted ones in columns; the colour shows the share of the true class."""
    import plotly.graph_objects as go

    matrix = np.asarray(matrix)
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    short = [name if len(name) <= 14 else f"{name[:13]}…" for name in class_names]
    side = min(700, 190 + 42 * len(short))
    fig = go.Figure(
        layout=layout(
            height=side,
            xaxis={**AXIS, "title": "predicted", "type": "category", "showgrid": False},
            yaxis={**AXIS, "title": "true", "type": "category", "autorange": "reversed", "showgrid": False},
        )
    )
    fig.add_heatmap(
        z=share,
        x=short,
        y=short,
        text=matrix,
        texttemplate="%{text}",
        colorscale="Cividis",
        zmin=0,
        zmax=1,
        colorbar={"title": "share of<br>true class", "thickness": 12},
        hovertemplate="true %{y}, predicted %{x}: %{text} rows (%{z:.1%})<extra></extra>",
    )
    return to_html(fig, name)
