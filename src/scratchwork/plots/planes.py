"""Pictures in a plane: points, decision regions, clusters iteration by iteration.

They see arrays and a predict function only.
"""

import numpy as np

from scratchwork.plots.style import AXIS, COLOURS, MARKERS, SYMBOLS, colour, figure, layout, to_html, to_svg


def scatter(points, groups, group_names, *, name, x_title, y_title, hover=None, height=460):
    """Points (n, 2) in the colour and marker of their group."""
    import plotly.graph_objects as go

    points, groups = np.asarray(points, dtype=np.float64), np.asarray(groups)
    axes = {"xaxis": {**AXIS, "title": x_title}, "yaxis": {**AXIS, "title": y_title}}
    fig = go.Figure(layout=layout(height=height, **axes))
    for i, group in enumerate(group_names):
        rows = groups == i
        marker = {"color": colour(i), "symbol": SYMBOLS[i % len(SYMBOLS)], "size": 6, "opacity": 0.75}
        texts = None if hover is None else [hover[row] for row in np.flatnonzero(rows)]
        x, y = np.round(points[rows, 0], 4), np.round(points[rows, 1], 4)
        fig.add_scatter(x=x, y=y, mode="markers", name=str(group), marker=marker, text=texts)
    return to_html(fig, name)


def decision_regions(predictors, points, groups, group_names, *, axis_titles, alt, resolution=140):
    """The plane coloured by what each model predicts there, with the points on it: one panel for each model.

    Parameters
    ----------
    predictors : dict of str to callable
        Takes (m, 2) points, returns (m,) group numbers.
    points, groups : ndarray (n, 2), (n,) of int
    """
    from matplotlib.colors import ListedColormap

    points = np.asarray(points, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    low, high = low - 0.05 * (high - low) - 1e-9, high + 0.05 * (high - low) + 1e-9
    grid = np.stack(np.meshgrid(*(np.linspace(low[i], high[i], resolution) for i in (0, 1))), axis=-1)
    columns = min(3, len(predictors))
    rows = -(-len(predictors) // columns)
    colours = ListedColormap([COLOURS[i % len(COLOURS)] for i in range(len(group_names))])
    with figure(rows, columns, width=3.4 * columns, height=3.1 * rows, squeeze=False) as (fig, axes):
        for axis in axes.flat[len(predictors) :]:
            axis.set_axis_off()
        for axis, (title, predict) in zip(axes.flat, predictors.items()):
            region = np.asarray(predict(grid.reshape(-1, 2))).reshape(resolution, resolution)
            extent = (low[0], high[0], low[1], high[1])
            limits = {"vmin": -0.5, "vmax": len(group_names) - 0.5}
            axis.imshow(region, origin="lower", extent=extent, aspect="auto", cmap=colours, alpha=0.3, **limits)
            _draw_groups(axis, points, groups, group_names)
            axis.set(title=title, xlabel=axis_titles[0], ylabel=axis_titles[1])
        handles, labels = axes.flat[0].get_legend_handles_labels()
        fig.legend(handles, labels, loc="outside lower center", ncols=min(10, len(group_names)), frameon=False)
        return to_svg(fig, alt)


def _draw_groups(axis, points, groups, group_names):
    for i, group in enumerate(group_names):
        chosen = points[np.asarray(groups) == i]
        axis.scatter(
            chosen[:, 0], chosen[:, 1], s=9, color=colour(i), marker=MARKERS[i % len(MARKERS)], label=str(group),
            linewidths=0.2, edgecolors="white", rasterized=len(points) > 1500,
        )  # fmt: skip


def clustering_steps(points, labels_by_step, centers_by_step, titles, *, name, axis_titles):
    """k-means iteration by iteration, with a slider: points (n, 2) coloured by cluster, centres as crosses."""
    import plotly.graph_objects as go

    points = np.round(np.asarray(points, dtype=np.float64), 3)
    axes = {"xaxis": {**AXIS, "title": axis_titles[0]}, "yaxis": {**AXIS, "title": axis_titles[1]}}
    fig = go.Figure(layout=layout(height=520, showlegend=False, **axes))
    palette = np.array([colour(i) for i in range(max(len(c) for c in centers_by_step))])
    fig.add_scatter(
        x=points[:, 0], y=points[:, 1], mode="markers", marker={"size": 5, "color": list(palette[labels_by_step[0]])}
    )
    centers = np.round(np.asarray(centers_by_step[0]), 3)
    cross = {"size": 13, "symbol": "x", "color": list(palette[: len(centers)]), "line": {"width": 2, "color": "#000"}}
    fig.add_scatter(x=centers[:, 0], y=centers[:, 1], mode="markers", marker=cross)
    steps = [
        {
            "method": "update",
            "label": str(i),
            "args": [_restyle(points, palette, labels, np.round(centers, 3)), _title(title)],
        }
        for i, (title, labels, centers) in enumerate(zip(titles, labels_by_step, centers_by_step))
    ]
    slider = {"steps": steps, "active": 0, "pad": {"t": 45}, "currentvalue": {"prefix": "iteration "}}
    fig.update_layout(sliders=[slider], **_title(titles[0]), margin={"t": 50})
    return to_html(fig, name)


def _title(text):
    return {"title": {"text": text, "x": 0.02, "font": {"size": 14}}}


def _restyle(points, palette, labels, centers):
    return {
        "marker.color": [list(palette[labels]), list(palette[: len(centers)])],
        "x": [points[:, 0].tolist(), centers[:, 0].tolist()],
        "y": [points[:, 1].tolist(), centers[:, 1].tolist()],
    }
