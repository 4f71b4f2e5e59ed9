"""One look for all pictures: colours that the colour-blind can tell apart, markers that differ too, stable bytes.

Okabe and Ito's palette for classes (M. Okabe, K. Ito, Color Universal Design, 2008), ``cividis`` for amounts, ``PuOr``
for signed amounts.
"""

import io
from contextlib import contextmanager

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000", "#999999", "#7F3C8D")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x", "star", "hexagon", "pentagon")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
INK, PAPER, GRID = "#1f2328", "#ffffff", "#d8dee4"

_SETTINGS = {
    "svg.hashsalt": "scratchwork",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica", "sans-serif"],
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "axes.grid": False,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "image.cmap": "cividis",
}


def colour(index):
    return COLOURS[index % len(COLOURS)]


@contextmanager
def figure(rows=1, columns=1, *, width=7.0, height=3.0, **options):
    """A matplotlib figure without a window or a global state: ``with figure() as (fig, axes): ...``."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(_SETTINGS):
        fig = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(fig)
        yield fig, fig.subplots(rows, columns, **options)


def to_svg(fig, alt):
    """The figure as an ``<svg>`` element with a text for those who do not see it; the same bytes every time."""
    import html

    stream = io.StringIO()
    fig.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    drawing = stream.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    label = html.escape(alt, quote=True)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{label}" class="drawing"', 1)


def layout(title="", *, height=420, **options):
    """The common plotly layout."""
    settings = {
        "title": {"text": title, "x": 0, "xanchor": "left", "font": {"size": 15}},
        "height": height,
        "margin": {"l": 60, "r": 20, "t": 50 if title else 36, "b": 50},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": INK},
        "colorway": list(COLOURS),
        "hoverlabel": {"namelength": -1},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0, "maxheight": 0.3},
    }
    settings.update(options)
    return settings


AXIS = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": INK, "ticks": "outside", "automargin": True}


def to_html(fig, name):
    """A plotly figure as a ``<div>`` with the id ``plot-NAME``; the page brings plotly.js once for all of them."""
    config = {"displaylogo": False, "displayModeBar": False, "responsive": True}
    return fig.to_html(include_plotlyjs=False, full_html=False, div_id=f"plot-{name}", config=config)
