"""The sections every study has: scores, differences, curves, and how the study was made."""

import platform

import numpy as np
from markupsafe import Markup

from scratchwork import __version__
from scratchwork.evaluation.study_protocol import review_study
from scratchwork.plots import classes, curves
from scratchwork.report import html
from scratchwork.report.html import Section


def comparison_section(study):
    """Each model's scores with their intervals, the baseline first."""
    if study.task == "regression":
        table, figure = _regression_table(study), _regression_figure(study)
    else:
        table, figure = _classification_table(study), _classification_figure(study)
    body = html.paragraph(
        "Every model was fitted on the same {} rows and judged on the same {} rows, which no model had seen. "
        "The implementations of one model have the same settings; PyTorch's network starts from the same weights as ours, "
        "scikit-learn's from its own.",
        html.number(len(study.split.y_train)),
        html.number(len(study.split.y_test)),
    )
    if study.quick:
        body += _note_quick(study)
    body += Markup("").join(_note_missing(contender) for contender in study.contenders if contender.missing)
    body += table + figure + html.folded("Settings, and what the fits warned of", _settings(study))
    return Section("models", "Models", body, interactive=True)


def _note_quick(study):
    used = len(study.split.y_train) + len(study.split.y_test)
    if used == study.split.n_available:
        return Markup('<p class="note">Quick study: all rows were used, with fewer epochs of the network.</p>\n')
    return Markup('<p class="note">Quick study: a random sample of {} of the {} rows was used.</p>\n').format(
        html.number(used), html.number(study.split.n_available)
    )


def _note_missing(contender):
    return Markup('<p class="note">{} in {} is missing from this comparison. {}</p>\n').format(
        contender.model, contender.implementation, contender.missing
    )


def _classification_table(study):
    headings = ["model", "implementation", "accuracy", "95 % interval", "precision", "recall", "F1", "log-loss", "fit"]
    rows = [
        [
            run.model,
            run.implementation,
            html.percent(s.accuracy),
            html.interval(s.accuracy_low, s.accuracy_high),
            html.number(s.precision),
            html.number(s.recall),
            html.number(s.f1),
            html.number(s.log_loss),
            html.seconds(run.fit_seconds),
        ]
        for run, s in zip(study.runs, study.scores)
    ]
    caption = (
        "Accuracy with Wilson's interval; precision, recall and F1 are means over the classes; log-loss in nats, ∞ where a "
        "model gave the true class the probability 0."
    )
    return html.table(headings, rows, caption=caption)


def _regression_table(study):
    headings = ["model", "implementation", "R²", "95 % interval", "RMSE", "mean absolute error", "fit"]
    rows = [
        [
            run.model,
            run.implementation,
            html.number(s.r2),
            html.interval(s.r2_low, s.r2_high, html.number),
            html.number(s.rmse),
            html.number(s.mae),
            html.seconds(run.fit_seconds),
        ]
        for run, s in zip(study.runs, study.scores)
    ]
    unit = study.data.target_name
    caption = f"R² with a bootstrap interval over the test rows; RMSE and absolute error in the unit of {unit}."
    return html.table(headings, rows, caption=caption)


def _classification_figure(study):
    labels = [run.label for run in study.runs]
    drawn = curves.score_intervals(
        labels,
        [s.accuracy for s in study.scores],
        [s.accuracy_low for s in study.scores],
        [s.accuracy_high for s in study.scores],
        name="score-intervals",
        x_title="accuracy on the test part",
        reference=study.scores[0].accuracy,
    )
    return html.figure(drawn, "Accuracy and its 95 % interval. The dotted line is the model that does nothing.")


def _regression_figure(study):
    rows = [(run.label, s) for run, s in zip(study.runs, study.scores) if s.r2_low is not None]
    drawn = curves.score_intervals(
        [label for label, _ in rows],
        [s.r2 for _, s in rows],
        [s.r2_low for _, s in rows],
        [s.r2_high for _, s in rows],
        name="score-intervals",
        x_title="R² on the test part",
        reference=0.0,
    )
    return html.figure(drawn, "R² and its 95 % interval. 0 is as good as always saying the mean.")


def _settings(study):
    rows = []
    for run in study.runs:
        rows.append([run.label, run.settings, "; ".join(run.warnings) or "nothing"])
    return html.table(["model", "settings", "warned of"], rows)


def differences_section(study):
    """For each pair of models, whether the test rows can tell them apart."""
    models = [d for d in study.differences if "baseline" not in (d.first, d.second)]
    beside = [d for d in study.differences if d not in models]
    told, above = (sum(d.distinguishable for d in pairs) for pairs in (models, beside))
    body = html.paragraph(
        "Two models on the same rows differ only where one is right and the other wrong. The exact McNemar test asks "
        "whether those rows favour one of them more than a fair coin would; p is corrected by Holm's method for the {} "
        "pairs. <strong>{} of {} pairs of models can be told apart</strong> at the 5 % level; {} of the {} pairs of a model "
        "and the baseline can.",
        len(study.differences),
        told,
        len(models),
        above,
        len(beside),
    )
    body += html.folded("All pairs", html.table(
        ["first", "second", "only first right", "only second right", "p", "p corrected", "told from chance"],
        [
            [d.first, d.second, html.number(d.only_first), html.number(d.only_second), html.p_value(d.p),
             html.p_value(d.p_corrected), "yes" if d.distinguishable else "no"]
            for d in study.differences
        ],
    ))  # fmt: skip
    return Section("differences", "Real differences", body)


def training_section(study):
    """Training and test loss of each network for each epoch, on one pair of axes; None where there is no curve."""
    drawn = {}
    for run in study.runs:
        if run.model != "mlp" or ("validation_nll" not in run.history and "train_nll" not in run.history):
            continue
        parts = {"training": run.history.get("train_nll"), "test": run.history.get("validation_nll")}
        drawn[run.label] = {part: values for part, values in parts.items() if values}
    if not drawn:
        return None
    figure = curves.loss_curves(drawn, y_title="mean negative log-likelihood (nats)")
    body = html.figure(
        figure,
        "Loss after each epoch, as a mean over samples. The test part is only watched: nothing was chosen by it. "
        "Where NumPy and PyTorch start from the same weights and see the same batches, their curves lie on each other.",
    )
    return Section("training", "Training", body, interactive=True)


def confusion_section(study, run):
    """Which classes one model mistakes for which."""
    from sklearn.metrics import confusion_matrix

    labels = np.unique(study.data.y)
    matrix = confusion_matrix(study.split.y_test, run.predictions, labels=labels)
    drawn = classes.confusion(matrix, study.data.class_names, name="confusion")
    off = matrix - np.diag(np.diag(matrix))
    body = html.figure(drawn, f"{run.label} on the test part: true classes in rows, predictions in columns.")
    if off.sum():
        i, j = np.unravel_index(off.argmax(), off.shape)
        body += html.paragraph(
            "The most frequent mistake: {} taken for {}, {} of {} times.",
            study.data.class_names[i],
            study.data.class_names[j],
            html.number(int(off[i, j])),
            html.number(int(matrix[i].sum())),
        )
    return Section("confusion", "Which classes are mistaken", body, interactive=True)


def selection_section(study):
    """How k of the nearest neighbours was chosen."""
    curve = study.selection
    drawn = curves.band_curve(
        curve.values,
        curve.mean,
        curve.low,
        curve.high,
        name="choosing-k",
        x_title="k, the number of neighbours",
        y_title="cross-validated accuracy" if study.task == "classification" else "cross-validated R²",
        marked=curve.best,
    )
    text = "Chosen by cross-validation inside the training part; the band is one standard deviation over the folds."
    body = html.figure(drawn, text) + html.paragraph("The choice is k = {}.", html.number(int(curve.best)))
    return Section("neighbours", "Choosing k", body, interactive=True)


def method_section(study):
    """How to make this report again."""
    import sklearn

    rows = [
        ["data", study.data.source or study.name],
        ["rows used", html.number(len(study.split.y_train) + len(study.split.y_test))],
        ["training / test", f"{len(study.split.y_train):,} / {len(study.split.y_test):,}"],
        ["seed", html.number(study.seed)],
        ["versions", f"scratchwork {__version__}, NumPy {np.__version__}, scikit-learn {sklearn.__version__}, "
                     f"Python {platform.python_version()}"],
        ["scaling", study.split.preparation.description if hasattr(study.split.preparation, "description") else "—"],
    ]  # fmt: skip
    flags, sentence = review_study(study)
    body = html.table(["what", "value"], rows) + html.paragraph("{}", sentence)
    if flags:
        body += html.paragraph("The protocol guard remarks:") + html.bullets([flag.message for flag in flags])
    return Section("method", "How this was made", body)
