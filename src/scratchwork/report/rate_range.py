"""The picture of a learning-rate range test."""

import numpy as np

from scratchwork.plots.bands import banded_curves
from scratchwork.report import html
from scratchwork.report.build import render, write_aside
from scratchwork.report.html import Section


def rate_range_figure(tested):
    """Loss over learning rate, as it was and smoothed: HTML of an interactive figure."""
    lines = [
        ("loss of the batch", "as measured", tested.rates, tested.losses, tested.losses, tested.losses),
        ("smoothed", "mean of the batches around", tested.rates, tested.smoothed, tested.smoothed, tested.smoothed),
    ]
    drawn = [(label, part, np.asarray(x), mean, low, high) for label, part, x, mean, low, high in lines]
    return banded_curves(drawn, name="rate-range", x_title="learning rate", y_title="loss", log_x=True)


def rate_range_section(tested):
    """The section of a sweep's report."""
    body = html.paragraph(tested.words) + html.figure(
        rate_range_figure(tested),
        "One run whose rate grows from batch to batch; the loss of each batch before its update.",
    )
    body += html.paragraph(
        "The weights change during the test, so it shows where a sweep should look, and not which rate is best."
    )
    return Section("rate-range", "Range of learning rates", body, interactive=True)


def write_rate_range_report(tested, material, folder):
    """A page with the range test alone; returns its path."""
    path = folder / "report.html"
    subtitle = f"{material.name}, {len(material):,} rows, seed 0."
    write_aside(path, render("Learning-rate range test", subtitle, [rate_range_section(tested)]))
    return path
