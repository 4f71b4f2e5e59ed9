"""The report of a study of a table, of one or of several in one page, and the files beside it."""

import dataclasses

from markupsafe import Markup

from scratchwork.report import sections_insight, sections_models, sections_table
from scratchwork.report.build import render, write_aside
from scratchwork.report.html import Section
from scratchwork.report.table_summary import table_summary


def table_sections(study):
    """All sections of one table, in order."""
    sections = [
        table_summary(study),
        sections_table.columns_section(study),
        sections_table.quality_section(study),
        sections_table.statistics_section(study),
        sections_models.comparison_section(study),
        sections_models.differences_section(study) if study.differences else None,
        sections_insight.choice_section(study),
        sections_models.confusion_section(study, study.table.insight.chosen) if few_classes(study) else None,
        sections_insight.probability_section(study),
        sections_insight.odds_section(study),
        sections_insight.importance_section(study),
        sections_insight.groups_section(study),
        sections_insight.clusters_section(study),
        sections_models.method_section(study),
    ]
    return [section for section in sections if section]


def few_classes(study):
    """Whether a confusion matrix can be read."""
    return study.task == "classification" and len(study.data.class_names) <= 25


def renamed(section, prefix, title):
    """The section for a second study in the same page: its anchors and drawings get names of their own."""
    body = section.body.replace('href="#', f'href="#{prefix}-').replace("plot-", f"plot-{prefix}-")
    return Section(f"{prefix}-{section.anchor}", f"{title}: {section.title}", Markup(body), section.interactive)


def write_table_report(studies, folder, title=None):
    """Write ``report.html``, ``cleaning_log.csv`` and, where rows have no target, ``unlabelled_predictions.csv``.

    Parameters
    ----------
    studies : list of Study
        The first one is the report's; the sections of the others follow.
    folder : Path
    title : str, optional

    Returns
    -------
    Path
        Of the report.
    """
    first = studies[0]
    summary, *sections = table_sections(first)
    summaries = [summary]
    for number, study in enumerate(studies[1:], start=2):
        other, *more = (renamed(section, f"t{number}", study.name) for section in table_sections(study))
        summaries.append(other)
        sections += more
    sections = [*summaries, *sections]
    sample = ", quick study on a sample" if first.quick else ""
    subtitle = f"{first.data.description} Seed {first.seed}{sample}."
    path = folder / "report.html"
    for study in studies:
        write_files(study, folder, "" if study is first else f"{study.name.replace(' ', '_')}_")
    write_aside(path, render(title or f"{first.name}: what predicts {first.data.target_name}?", subtitle, sections))
    return path


def write_files(study, folder, start):
    """The log of every change, and predictions for rows without a target."""
    write_aside(folder / f"{start}cleaning_log.csv", study.table.cleaned.log.to_frame().to_csv(index=False))
    if study.table.predictions is not None:
        write_aside(folder / f"{start}unlabelled_predictions.csv", study.table.predictions.to_csv(index=False))


def about_model(study):
    """What a saved model's file says of its table."""
    cleaned = study.table.cleaned
    return {
        "target": str(cleaned.target),
        "task": study.task,
        "features": [str(name) for name in cleaned.features],
        "kinds": {str(name): kind for name, kind in cleaned.table.kinds.items() if name in cleaned.features},
        "decimal": cleaned.table.decimal,
        "day_first": cleaned.table.day_first,
        "target_center": study.split.target_center,
        "target_scale": study.split.target_scale,
        "model": study.table.insight.chosen.model,
        "columns": [dataclasses.asdict(c) if dataclasses.is_dataclass(c) else list(c) for c in cleaned.table.columns],
    }
