"""The sections of a study of a table: what is in it, what was changed, what its columns have to do with each other."""

from markupsafe import Markup

from scratchwork.report import html
from scratchwork.report.html import Section

SHOWN = 60
SEVERITIES = {"leak": "suspected leak", "warning": "warning", "remark": "remark"}


def columns_section(study):
    """Every column: its kind, why, what is missing, and its values in numbers."""
    cleaned = study.table.cleaned
    described = {row.name: row for row in study.table.analysis.descriptions}
    rows = []
    for column in cleaned.table.columns:
        use = "target" if column.name == cleaned.target else cleaned.left_out.get(column.name, "learnt from")
        rows.append(
            [
                column.name,
                column.kind,
                values_in_words(described.get(column.name)),
                _shorten(column.reason),
                _shorten(use),
            ]
        )
    body = html.paragraph(
        "{} rows with a target, {} columns. The target {} is a task of {}: {}.",
        html.number(len(cleaned.table.frame)),
        html.number(len(cleaned.table.columns)),
        cleaned.target,
        study.task,
        cleaned.task.reason,
    )
    body += html.table(["column", "kind", "values", "why this kind", "use"], rows)
    return Section("columns", "The columns", body)


def values_in_words(d):
    """A column's values in a few words."""
    if d is None:
        return "not used"
    gaps = f", {d.missing:,} missing" if d.missing else ""
    if d.median is not None:
        return f"{d.minimum:.4g} to {d.maximum:.4g}, median {d.median:.4g}{gaps}"
    top = ", ".join(f"{label} ({count:,})" for label, count in d.top[:3])
    more = f" and {d.distinct - 3:,} more" if d.distinct > 3 else ""
    return f"{top}{more}{gaps}"


def _shorten(text, most=140):
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quality_section(study):
    """What is wrong with the data, and every change that was made."""
    cleaned = study.table.cleaned
    rows = [[SEVERITIES[f.severity], f.column or "rows", html.number(f.count), f.message] for f in cleaned.findings]
    body = html.paragraph("Nothing was found." if not rows else "What a person has to know about these data:")
    if rows:
        body += html.table(["weight", "where", "cells", "what"], rows[:SHOWN])
    if len(rows) > SHOWN:
        body += html.paragraph("And {} more remarks.", html.number(len(rows) - SHOWN))
    changes = [
        [c.rule, c.where, html.number(c.count), c.why, _shorten(str(c.before), 60), _shorten(str(c.after), 60)]
        for c in cleaned.log
    ]
    if changes:
        body += html.folded(
            f"All {len(changes)} changes to the data (also in cleaning_log.csv)",
            html.table(["change", "where", "cells", "why", "before", "after"], changes[:300]),
        )
    else:
        body += html.paragraph("Cleaning changed nothing.")
    if study.table.predictions is not None:
        text = "{} rows have no target. They were not learnt from; their predictions are in unlabelled_predictions.csv."
        body += html.paragraph(text, html.number(len(study.table.predictions)))
    return Section("quality", "What is wrong with the data", body)


def association_rows(associations):
    return [
        [
            row.first if row.second is None else f"{row.first} / {row.second}",
            row.test,
            html.number(row.statistic),
            html.number(row.df, 1),
            html.p_value(row.p),
            html.p_value(row.p_corrected),
            Markup("{} {}").format(row.effect.name, html.number(row.effect.value, 2)),
            html.interval(row.effect.low, row.effect.high, lambda v: html.number(v, 2)),
            html.number(row.n),
        ]
        for row in associations
    ]


ASSOCIATION_HEADINGS = ["columns", "test", "statistic", "df", "p", "p corrected", "effect", "95 % interval", "n"]


def statistics_section(study):
    """Each feature with the target, pairs of features, reversals."""
    analysis = study.table.analysis
    told = [row for row in analysis.with_target if row.p_corrected < 0.05]
    body = html.paragraph(
        "{} of {} columns are associated with {} (5 % level, corrected for the number of tests by Benjamini and "
        "Hochberg). An association is no proof of cause.",
        html.number(len(told)),
        html.number(len(analysis.with_target)),
        study.table.cleaned.target,
    )
    for reversal in analysis.reversals[:5]:
        body += reversal_block(reversal)
    body += html.table(ASSOCIATION_HEADINGS, association_rows(analysis.with_target))
    reasons = [[row.first, row.test, row.reason, row.effect.interval, row.sentence] for row in analysis.with_target]
    headings = ["column", "test", "why this test", "how the interval was made", "in words"]
    body += html.folded("Why these tests, and each result in words", html.table(headings, reasons))
    if analysis.between_features:
        pairs = html.table(ASSOCIATION_HEADINGS, association_rows(analysis.between_features[:40]))
        body += html.folded(f"The strongest of {len(analysis.between_features)} pairs of features", pairs)
    body += Markup("").join(html.paragraph("{}", note) for note in analysis.notes)
    return Section("statistics", "What goes with what", body)


def reversal_block(reversal):
    """A reversal in words, with the groups."""
    rows = [["all rows", Markup("–"), html.number(reversal.overall)]]
    rows += [[f"{reversal.third} = {name}", html.number(n), html.number(value)] for name, n, value in reversal.groups]
    text = html.paragraph("<strong>Reversal.</strong> {}", reversal.sentence)
    return Markup('<div class="note">{}{}</div>').format(text, html.table(["rows", "n", reversal.measure], rows))
