"""The report of a study of pictures."""

from scratchwork.report.build import render, write_aside
from scratchwork.report.sections_models import (
    comparison_section,
    confusion_section,
    differences_section,
    method_section,
    selection_section,
    training_section,
)
from scratchwork.report.sections_pictures import confidence_section, data_section, mistakes_section
from scratchwork.report.sections_structure import structure_sections
from scratchwork.report.summary import best_run, summary_section

TITLES = {"digits": "Digits", "mnist": "MNIST", "fashion-mnist": "Fashion-MNIST"}


def write_picture_report(study, folder):
    """Write ``report.html`` into ``folder`` and return its path."""
    network = next(run for run in study.runs if (run.model, run.implementation) == ("mlp", "scratchwork"))
    best = study.runs[best_run(study, "scratchwork")]
    sections = [
        summary_section(study),
        data_section(study),
        comparison_section(study),
        differences_section(study),
        training_section(study),
        selection_section(study),
        confusion_section(study, best),
        confidence_section(study, network),
        mistakes_section(study, network),
        *structure_sections(study),
        method_section(study),
    ]
    title = f"{TITLES.get(study.name, study.name)}: from-scratch models beside PyTorch and scikit-learn"
    subtitle = f"{study.data.description} Seed {study.seed}{', quick study on a sample' if study.quick else ''}."
    path = folder / "report.html"
    write_aside(path, render(title, subtitle, [section for section in sections if section]))
    return path
