"""The report of a sweep: one section for each parameter, its curves on shared axes, and what the guard says."""

import numbers
import platform

import numpy as np
from markupsafe import Markup

from scratchwork import __version__
from scratchwork.experiments.sweep import interval
from scratchwork.experiments.sweep_words import conclusion, results_csv, shown, value_text
from scratchwork.plots.bands import banded_curves
from scratchwork.plots.curves import score_intervals
from scratchwork.report import html
from scratchwork.report.build import render, write_aside
from scratchwork.report.html import Section

MOST_CURVES = 10


def write_sweep_report(sweep, folder, *, extra=()):
    """Write ``results.csv`` and ``report.html`` into ``folder``; return the report's path.

    ``extra`` holds further sections, such as that of the range test.
    """
    names = list(sweep.groups)
    sections = [
        summary(sweep),
        *(parameter_section(sweep, name) for name in names),
        *extra,
        guard_section(sweep),
        method_section(sweep),
    ]
    n = len(sweep.seeds)
    subtitle = f"{sweep.material.name}, {len(sweep.material):,} rows, {n} seed{'s' if n > 1 else ''}."
    write_aside(folder / "results.csv", results_csv(sweep))
    path = folder / "report.html"
    write_aside(path, render(f"Sweep of {sweep.model}: {', '.join(sweep.varied)}", subtitle, sections))
    return path


def summary(sweep):
    """The conclusions on all parameters."""
    items = [
        Markup("{} {}").format(" ".join(conclusion(sweep, name)), html.link(anchor(name), "More"))
        for name in sweep.groups
    ]
    return Section("summary", "In short", html.bullets(items))


def anchor(name):
    """
    >>> anchor("alpha,solver")
    'vary-alpha-solver'
    """
    return "vary-" + name.replace(",", "-").replace("_", "-")


def parameter_section(sweep, name):
    """Scores, curves and times of one parameter's values."""
    group = sweep.groups[name]
    body = html.paragraph(" ".join(conclusion(sweep, name))) + score_figure(sweep, name) + values_table(sweep, name)
    body += curves_figure(name, group) + pairs_table(sweep, name)
    title = f"All combinations of {name.replace(',', ', ')}" if "," in name else name
    return Section(anchor(name), title, body, interactive=True)


def score_figure(sweep, name):
    """Training and validation score over a numeric parameter, with bands; intervals for any other."""
    group = [line for line in sweep.groups[name] if not line.diverged]
    values = [line.value for line in group]
    numeric = len(group) > 1 and all(
        isinstance(v, numbers.Real) and not isinstance(v, bool) and np.isfinite(v) for v in values
    )
    label = f"score-{anchor(name)}"
    if not group:
        return Markup("")
    if not numeric:
        means, spans = [float(line.scores.mean()) for line in group], [interval(sweep, line) for line in group]
        lows, highs = ([m if s[i] is None else s[i] for m, s in zip(means, spans)] for i in (0, 1))
        texts = [value_text(value) for value in values]
        drawn = score_intervals(texts, means, lows, highs, name=label, x_title=f"validation {sweep.score_name}")
        return html.figure(drawn, "Mean over seeds with its 95 % interval.")
    group.sort(key=lambda line: line.value)
    x = [line.value for line in group]
    lines = [
        ("", part, x, *band([getattr(line, attribute) for line in group]))
        for part, attribute in (("validation", "scores"), ("training", "train_scores"))
    ]
    wide = min(x) > 0 and max(x) / min(x) >= 20
    drawn = banded_curves(lines, name=label, x_title=name, y_title=sweep.score_name, log_x=wide)
    return html.figure(drawn, "Mean over seeds; the band reaches from the lowest to the highest seed.")


def band(scores):
    """(mean, low, high) over seeds of each value."""
    scores = np.array(scores)
    return scores.mean(axis=1), scores.min(axis=1), scores.max(axis=1)


def values_table(sweep, name):
    """Each value's scores, time and memory."""
    headings = ["value", f"validation {sweep.score_name}", "95 % interval", "training", "iterations", "fit", "memory"]
    rows = []
    for line in sweep.groups[name]:
        low, high = interval(sweep, line)
        span = Markup("–") if low is None else Markup(f"[{shown(sweep, low)}, {shown(sweep, high)}]".replace("-", "−"))
        mean, train = (Markup(shown(sweep, float(part.mean()))) for part in (line.scores, line.train_scores))
        if line.diverged:
            mean = Markup(f"{line.diverged} of {len(line.results)} diverged")
        rows.append(
            [value_text(line.value), mean, span, train, span_of(line, "iterations"), fit_time(line), memory(line)]
        )
    best = sweep.verdicts[name].best
    caption = "Means over seeds. The time is the median of the fits, the memory the largest growth during one."
    return html.table(headings, rows, caption=caption, highlight=() if best is None else (best,))


def span_of(line, key):
    """The smallest and largest number over seeds."""
    values = [r[key] for r in line.results if r[key] is not None]
    if not values:
        return Markup("–")
    low, high = min(values), max(values)
    return html.number(low) if low == high else Markup(f"{low:,} to {high:,}")


def fit_time(line):
    values = [r["fit_seconds"] for r in line.results if r["fit_seconds"] is not None]
    return html.seconds(float(np.median(values))) if values else Markup("–")


def memory(line):
    values = [r["peak_mb"] for r in line.results if r["peak_mb"] is not None]
    return html.measured(f"{max(values):.1f} MB") if values else Markup("–")


def curves_figure(name, group):
    """Training and validation curves of all values on one pair of axes."""
    curved = [line for line in group if all(r["curves"] for r in line.results)]
    if not curved:
        return Markup("")
    measures = {r["curves"][0] for line in curved for r in line.results}
    if len(measures) > 1:
        return html.paragraph(
            "The curves of these values are on different scales ({}), so they share no picture.",
            ", ".join(sorted(measures)),
        )
    lines = []
    for line in curved[:MOST_CURVES]:
        for part, position in (("training", 1), ("validation", 2)):
            runs = [r["curves"][position] for r in line.results]
            if all(runs):
                lines.append((value_text(line.value), part, *epochs_band(runs)))
    drawn = banded_curves(lines, name=f"curves-{anchor(name)}", x_title="epoch or iteration", y_title=measures.pop(),
                          log_y=spread_out(lines))  # fmt: skip
    text = "After each epoch (iteration), mean over seeds; the band reaches from the lowest to the highest seed, as far as all of them went."
    if len(curved) > MOST_CURVES:
        text += f" The first {MOST_CURVES} of {len(curved)} are shown."
    return html.figure(drawn, text)


def epochs_band(runs):
    """(epochs, mean, low, high) of curves over the epochs that all of them have."""
    shortest = min(map(len, runs))
    values = np.array([run[:shortest] for run in runs])
    return range(1, shortest + 1), values.mean(axis=0), values.min(axis=0), values.max(axis=0)


def spread_out(lines):
    """Whether positive values range over more than two powers of ten."""
    low, high = min(line[4].min() for line in lines), max(line[5].max() for line in lines)
    return low > 0 and np.isfinite(high) and high / low > 100


def pairs_table(sweep, name):
    """Every pair of values, folded."""
    verdict, group = sweep.verdicts[name], sweep.groups[name]
    if not verdict.pairs:
        return Markup("")
    rows = [
        [value_text(group[p.first].value), value_text(group[p.second].value), html.number(p.difference, 4),
         html.p_value(p.p), html.p_value(p.p_corrected)]
        for p in verdict.pairs
    ]  # fmt: skip
    table = html.table(
        ["better", "worse", "difference", "p", "p corrected"], rows, caption=verdict.method.capitalize() + "."
    )
    return html.folded("All pairs", table)


def guard_section(sweep):
    """What the protocol guard found."""
    flags = [flag.message for flag in sweep.flags]
    body = html.bullets([*flags, sweep.material.looks.words]) + html.paragraph(
        "Every value was fitted and scored on the same rows for each seed. What scales the features was learnt from the "
        "training rows of each split alone."
    )
    return Section("guard", "What this comparison may claim", body)


def method_section(sweep):
    """How to make this sweep again."""
    base = {name: value for name, value in sweep.estimator.get_params().items() if name not in sweep.varied}
    rows = [
        ["data", f"{sweep.material.name}, SHA-256 {sweep.material.digest[:16]}"],
        ["rows for the sweep / set aside for a test", f"{len(sweep.material):,} / {len(sweep.material.looks.X):,}"],
        ["each seed", "a split of its own (80 % / 20 %) and the estimator's random state"],
        ["standardised", "varied" if "standardise" in sweep.varied else "yes" if sweep.material.standardise else "no"],
        ["not varied", ", ".join(f"{name}={value}" for name, value in base.items())],
        ["design", "all combinations" if sweep.grid else "one parameter at a time, the others as in the base"],
        ["versions", f"scratchwork {__version__}, NumPy {np.__version__}, Python {platform.python_version()}"],
        *[["note", note] for note in sweep.material.notes],
    ]
    warned = sorted({text for line in sweep.lines for r in line.results for text in r["warnings"]})
    if warned:
        rows.append(["warnings of fits", "; ".join(warned)])
    return Section("method", "How this was made", html.table(["what", "value"], rows))
