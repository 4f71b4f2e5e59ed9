"""How the time grows with one size of the problem, as a log-log picture with the fitted exponent."""

import json
import math
import pathlib
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks._harness import RESULTS, Row, load_imports, machine, time_rounds


@dataclass(frozen=True)
class Growth:
    """One curve; ``benchmarks/<file>.py`` holds a list ``GROWTHS`` of them.

    ``setup(size)`` returns the data for one value of ``axis`` (rows n, features d, clusters k, classes, queries); the
    ``sizes`` span a factor of 100. ``contenders`` are those of ``Row``.
    """

    name: str
    work: str
    axis: str
    sizes: tuple
    setup: Callable
    contenders: dict


def fitted_exponent(sizes, seconds):
    """The slope of log(seconds) over log(size): time grows like size to this power.

    >>> round(fitted_exponent([1, 10, 100], [2, 20, 200]), 6)
    1.0
    """
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    return statistics.linear_regression(x, y).slope


def measure_growth(file, growth, rounds):
    """Time every contender at every size; write the figures and the picture; return the record."""
    load_imports(growth.contenders.values())
    seconds = {name: [] for name in growth.contenders}
    for size in growth.sizes:
        data = growth.setup(size)
        for contender in growth.contenders.values():
            contender.run(data)
        row = Row(growth.name, growth.work, growth.setup, growth.contenders, check=None, claims=())
        wall = time_rounds(row, data, rounds).wall
        for name in seconds:
            seconds[name].append(statistics.median(wall[name]))
    record = {
        "growth": growth.name,
        "file": f"benchmarks/{file}.py",
        "work": growth.work,
        "axis": growth.axis,
        "sizes": list(growth.sizes),
        "rounds": rounds,
        "median_seconds": seconds,
        "exponents": {name: fitted_exponent(growth.sizes, times) for name, times in seconds.items()},
        "threads": {name: contender.threads for name, contender in growth.contenders.items()},
        "machine": machine(),
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{growth.name}.json").write_text(json.dumps(record, indent=1) + "\n")
    draw_growth(record, RESULTS / f"{growth.name}.svg")
    return record


def draw_growth(record, path: pathlib.Path):
    """The curves of one record, both axes logarithmic, as SVG."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    colours = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
    with plt.rc_context({"svg.hashsalt": "scratchwork", "svg.fonttype": "none"}):
        figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
        for (name, times), colour, marker in zip(record["median_seconds"].items(), colours, "osD^vP"):
            label = f"{name}: {record['axis']}^{record['exponents'][name]:.2f}"
            axes.loglog(record["sizes"], times, color=colour, marker=marker, label=label)
        axes.set(xlabel=record["axis"], ylabel="seconds", title=record["work"])
        axes.title.set_fontsize(9)
        axes.grid(True, which="major", alpha=0.3)
        axes.legend(fontsize=8)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
