"""One call, one picture: what the start, the batch size, standardising and the learning rate do to a network.

Each function is a small sweep with the questions filled in; a notebook shows what it returns as a drawing and sentences.
"""

from typing import Any, NamedTuple

from scratchwork.experiments.material import load_material
from scratchwork.experiments.rate_range import rate_range
from scratchwork.experiments.sweep import make_model, run_sweep
from scratchwork.experiments.sweep_words import conclusion, value_text
from scratchwork.plots.bands import banded_drawing
from scratchwork.report import html
from scratchwork.report.sweep import epochs_band, spread_out


class Effect(NamedTuple):
    """What was found (a Sweep, or a RateRange), the drawing (SVG) and the sentences."""

    found: Any
    drawing: str
    words: tuple

    def _repr_html_(self):
        return str(html.figure(self.drawing, " ".join(self.words)))


def effect_of_initialization(data="digits", *, values=("glorot", "he", "pytorch", "normal"), **options):
    """How the first weights matter: curves of a network started in each way. Options as in `effect_of`."""
    return effect_of("initialization", values, data, **options)


def effect_of_batch_size(data="digits", *, values=(8, 32, 128, "full"), **options):
    """How the batch size matters, with the same number of epochs for each. Options as in `effect_of`."""
    return effect_of("batch_size", values, data, **options)


def effect_of_standardising(data="digits", *, values=(True, False), **options):
    """A network on standardised features and on features as they are. Options as in `effect_of`."""
    return effect_of("standardise", values, data, **options)


def effect_of(parameter, values, data="digits", *, model="mlp", seeds=3, settings=None, folder=None, target=None,
              sample=None, jobs=None, progress=None):  # fmt: skip
    """The curves of a model for each value of one parameter, on shared axes.

    Parameters
    ----------
    parameter : str
    values : sequence
    data : str, path or Material
    model : str
    seeds : int
    settings : dict, optional
        What differs from the defaults; by default a network trains for 40 epochs.
    folder, jobs, progress
        As in `run_sweep`.
    target, sample
        As in `load_material`.

    Returns
    -------
    Effect
    """
    material = load_material(data, target=target, sample=sample) if isinstance(data, str) else data
    settings = {"max_iter": 40} | (settings or {}) if model == "mlp" else settings
    found = run_sweep(material, model, {parameter: values}, seeds=seeds, settings=settings, folder=folder, jobs=jobs,
                      progress=progress)  # fmt: skip
    lines = []
    for line in found.lines:
        for part, position in (("training", 1), ("validation", 2)):
            runs = [result["curves"][position] for result in line.results if result["curves"]]
            if runs and all(runs):
                lines.append((value_text(line.value), part, *epochs_band(runs)))
    measure = next(r["curves"][0] for line in found.lines for r in line.results if r["curves"])
    drawing = banded_drawing(lines, title=parameter, x_title="epoch", y_title=measure, log_y=spread_out(lines))
    return Effect(found, drawing, tuple(conclusion(found, parameter)))


def effect_of_learning_rate(data="digits", *, target=None, sample=None, settings=None, **options):
    """The range test of the learning rate as a drawing; options as in `rate_range`."""
    material = load_material(data, target=target, sample=sample) if isinstance(data, str) else data
    tested = rate_range(material, make_model("mlp", material.task, settings or {}), **options)
    lines = [(name, "", tested.rates, values, values, values)
             for name, values in (("of the batch", tested.losses), ("smoothed", tested.smoothed))]  # fmt: skip
    drawing = banded_drawing(lines, title="range test", x_title="learning rate", y_title="loss", log_x=True)
    return Effect(tested, drawing, (tested.words,))
