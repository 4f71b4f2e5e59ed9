"""The sections on what a table's chosen model has learnt."""

from markupsafe import Markup

from scratchwork.plots import curves
from scratchwork.report import html
from scratchwork.report.html import Section


def choice_section(study):
    """How each model's main parameter was chosen."""
    body = html.paragraph(
        "Each model's main parameter was chosen by cross-validation inside the training part; the test part was not "
        "looked at. The model that is explained below and saved is {}, the best of ours in cross-validation.",
        study.table.insight.chosen.label,
    )
    score = "accuracy" if study.task == "classification" else "R²"
    rows = []
    for choice in study.table.choices:
        if choice.curve is None:
            rows.append([choice.model, "default", Markup("–"), Markup("–")])
            continue
        for value, mean, deviation in zip(choice.curve.values, choice.curve.mean, choice.curve.std):
            mark = " ← chosen" if value == choice.curve.best else ""
            text = f"{choice.curve.parameter} = {value:g}{mark}"
            rows.append([choice.model, text, html.number(float(mean)), html.number(float(deviation))])
    body += html.folded(
        "Every value that was tried", html.table(["model", "value", score, "deviation over folds"], rows)
    )
    body += Markup("").join(html.paragraph("{}", note) for note in study.table.notes)
    return Section("choice", "How parameters were chosen", body)


def importance_section(study):
    """Which columns the chosen model leans on."""
    rows = study.table.insight.importances[:20]
    unit = "accuracy" if study.task == "classification" else "R²"
    drawn = curves.score_intervals(
        [row.column for row in rows],
        [row.drop for row in rows],
        [row.low for row in rows],
        [row.high for row in rows],
        name="importance",
        x_title=f"fall of {unit} when the column is shuffled",
        reference=0.0,
    )
    text = (
        f"How far the {unit} of {study.table.insight.chosen.label} falls on test rows when one column is shuffled "
        "(mean, smallest and largest of five). Columns that say the same share their importance."
    )
    return Section("importance", "What the model leans on", html.figure(drawn, text), interactive=True)


def probability_section(study):
    """ROC, precision-recall, calibration and thresholds for two classes; None for more."""
    insight = study.table.insight
    if not insight.curves:
        return None
    roc, recall = insight.curves["roc"], insight.curves["precision-recall"]
    share = sum(row.n * row.observed for row in insight.calibration) / sum(row.n for row in insight.calibration)
    body = html.paragraph(
        "For the class {} and {}: the area under the ROC curve is {}, the average precision {} (a model that does "
        "nothing reaches 0.5 and {}).",
        insight.positive,
        insight.chosen.label,
        html.number(roc.area),
        html.number(recall.area),
        html.number(share),
    )
    first = curves.step_curve(
        roc.x, roc.y, name="roc", x_title="false positive rate", y_title="true positive rate", diagonal=True
    )
    second = curves.step_curve(recall.x, recall.y, name="precision-recall", x_title="recall", y_title="precision")
    body += html.figure(first, "ROC curve, every threshold.") + html.figure(second, "Precision against recall.")
    body += html.figure(
        curves.calibration_points(insight.calibration, name="calibration"),
        "Calibration: predicted probability against the share that came true, with 95 % intervals. On the line is right.",
    )
    body += threshold_block(insight.thresholds)
    return Section("probabilities", "How good the probabilities are", body, interactive=True)


def threshold_block(thresholds):
    """What each decision threshold gives."""
    rows = [
        [html.number(t.threshold, 1), *map(html.percent, (t.precision, t.recall, t.specificity, t.flagged))]
        for t in thresholds
    ]
    text = html.paragraph("The threshold is a choice: it trades missed cases against false alarms.")
    return text + html.table(["threshold", "precision", "recall", "specificity", "flagged"], rows)


def odds_section(study):
    """Odds ratios; None where there are none to show."""
    insight = study.table.insight
    if not insight.odds_note:
        return None
    if not insight.odds_ratios:
        return Section("odds", "Odds ratios", html.paragraph("None are shown. {}", insight.odds_note))
    rows = [
        [row.feature, html.number(row.ratio), html.interval(row.low, row.high, html.number)]
        for row in insight.odds_ratios[:30]
    ]
    last = study.data.class_names[-1]
    body = html.paragraph(
        "Logistic regression on the training part, {}: by how much the odds of {} are multiplied, per standard deviation of "
        "a number or for a level against the one left out, the other features held fixed.",
        insight.odds_note,
        last,
    )
    return Section("odds", "Odds ratios", body + html.table(["feature", "odds ratio", "95 % interval"], rows))


def groups_section(study):
    """Accuracy within groups; None where there are none."""
    rows = study.table.insight.groups
    if not rows:
        return None
    table = html.table(
        ["column", "group", "test rows", "accuracy", "95 % interval"],
        [
            [r.column, r.group, html.number(r.n), html.percent(r.accuracy), html.interval(r.low, r.high)]
            for r in rows[:60]
        ],
    )
    text = html.paragraph("Accuracy of {} within groups of the test part.", study.table.insight.chosen.label)
    return Section("groups", "Errors by group", text + table)


def clusters_section(study):
    """Clusters of the rows, described."""
    insight = study.table.insight
    body = html.paragraph("{}", insight.cluster_note)
    if insight.clusters:
        body += html.bullets(insight.clusters)
        body += html.paragraph("Numbers are in standard deviations from the mean of the training part.")
    return Section("clusters", "Groups of similar rows", body)
