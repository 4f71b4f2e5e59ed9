"""The sections of a study of pictures: the data, one picture's confidences, the worst mistakes."""

import numpy as np
from markupsafe import Markup

from scratchwork.plots import classes
from scratchwork.report import html
from scratchwork.report.html import Section


def data_section(study):
    """Shapes, class counts, and three distinct random pictures with their labels."""
    data, split = study.data, study.split
    labels, counts = np.unique(data.y, return_counts=True)
    facts = [
        ["samples", html.number(len(data.y))],
        ["pixels of a sample", f"{data.image_shape[0]} × {data.image_shape[1]} = {data.X.shape[1]}"],
        ["values", f"{data.X.min():g} to {data.X.max():g}"],
        ["training part", f"X {split.X_train.shape}, y {split.y_train.shape}"],
        ["test part", f"X {split.X_test.shape}, y {split.y_test.shape}"],
        ["classes", html.number(len(labels))],
    ]
    body = html.paragraph("{} Source: {}.", data.description, data.source) + html.table(["what", "value"], facts)
    rows = np.random.default_rng(study.seed).choice(len(data.y), size=3, replace=False)
    names = [data.class_names[i] for i in np.searchsorted(labels, data.y[rows])]
    drawn = classes.image_row(data.X[rows], names, alt=f"Three pictures: {', '.join(names)}", shape=data.image_shape)
    body += html.figure(drawn, "Three different random samples with their labels.")
    table = html.table(["class", "samples"], [[name, html.number(int(n))] for name, n in zip(data.class_names, counts)])
    return Section("data", "Data", body + html.folded("Samples of each class", table))


def confidence_section(study, run):
    """A random test picture, the confidence in each class, and the prediction."""
    row = int(np.random.default_rng(study.seed + 1).integers(len(study.split.y_test)))
    labels = np.unique(study.data.y)
    p = run.probabilities[row]
    true, predicted = int(np.searchsorted(labels, study.split.y_test[row])), int(np.argmax(p))
    names = study.data.class_names
    picture = _picture(study, row, f"true: {names[true]}", f"A random test picture, class {names[true]}")
    bars = classes.confidences(p, names, predicted=predicted, true=true, name="confidences")
    verdict = "right" if predicted == true else f"wrong: it is {names[true]}"
    caption = f"{run.label} predicts {names[predicted]} with confidence {100 * p[predicted]:.1f} %: {verdict}."
    body = html.figure(picture, "A random picture of the test part.") + html.figure(bars, caption)
    return Section("confidences", "One picture, ten confidences", body, interactive=True)


def mistakes_section(study, run, count=6):
    """The test pictures on which the model was most sure and wrong."""
    labels = np.unique(study.data.y)
    truth = np.searchsorted(labels, study.split.y_test)
    confidence = run.probabilities.max(axis=1)
    wrong = np.flatnonzero(run.predictions != study.split.y_test)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:count]
    if len(worst) == 0:
        return Section("mistakes", "The worst mistakes", html.paragraph("{} made none on the test part.", run.label))
    names = study.data.class_names
    guesses = np.searchsorted(labels, run.predictions[worst])
    titles = [
        f"{_short(names[t])}\nas {_short(names[g])} {100 * confidence[row]:.0f} %"
        for t, g, row in zip(truth[worst], guesses, worst)
    ]
    rows = study.split.test_rows[worst]
    drawn = classes.image_row(study.data.X[rows], titles, alt="The worst mistakes", shape=study.data.image_shape)
    text = (
        f"Of {len(wrong)} mistakes of {run.label} the {len(worst)} it was most sure of: the truth, what it said, and how "
        "sure it was."
    )
    return Section("mistakes", "The worst mistakes", html.figure(drawn, text))


def _picture(study, row, title, alt):
    source = study.split.test_rows[row]
    return Markup(classes.image_row(study.data.X[[source]], [title], alt=alt, shape=study.data.image_shape))


def _short(name):
    return name if len(name) <= 11 else f"{name[:10]}…"
