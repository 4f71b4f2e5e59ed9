"""The first screen: sentences made from numbers, each linked to the section that holds the number."""

from markupsafe import Markup

from scratchwork.report import html
from scratchwork.report.html import Section

NAMES = {
    "logistic": "logistic regression",
    "mlp": "the network",
    "knn": "nearest neighbours",
    "linear": "linear regression",
}


def say(text, anchor, *values):
    """A sentence that ends in a link to its number."""
    return Markup(text).format(*values) + Markup(" ") + html.link(anchor, "→")


def best_run(study, implementation=None):
    """The position of the best-scoring run: by accuracy, or by R squared; the first of equals."""
    chosen = [
        (i, score.accuracy if study.task == "classification" else score.r2)
        for i, (run, score) in enumerate(zip(study.runs, study.scores))
        if implementation in (None, run.implementation)
    ]
    return max(chosen, key=lambda pair: (-1e300 if pair[1] is None else pair[1], -pair[0]))[0]


def summary_section(study):
    """What the data say, and how sure that is, for a study of pictures."""
    groups = [("What came out", conclusions(study)), ("How sure this is", certainty(study))]
    body = Markup("")
    for title, sentences in groups:
        if sentences:
            body += Markup("<h3>{}</h3>\n").format(title) + html.bullets(sentences)
    return Section("summary", "In short", body)


def conclusions(study):
    """The best model, what it gains over doing nothing, and whether implementations agree."""
    best = best_run(study, "scratchwork")
    run, score, baseline = study.runs[best], study.scores[best], study.scores[0]
    sentences = [
        say("The best model of ours is {}: {} of the test rows are right (95 % interval {}).", "models",
            NAMES.get(run.model, run.model), html.percent(score.accuracy),
            html.interval(score.accuracy_low, score.accuracy_high)),
        say("Always saying the most frequent class is right in {}.", "models", html.percent(baseline.accuracy)),
    ]  # fmt: skip
    return sentences + agreement(study)


def agreement(study):
    """One sentence for each model: whether its implementations can be told apart on this test part."""
    sentences = []
    for model in dict.fromkeys(run.model for run in study.runs if run.model != "baseline"):
        labels = {run.label: run.implementation for run in study.runs if run.model == model}
        inside = [d for d in study.differences if d.first in labels and d.second in labels]
        told = [d for d in inside if d.distinguishable]
        if not inside:
            continue
        names = ", ".join(labels.values())
        if told:
            pairs = "; ".join(f"{labels[d.first]} and {labels[d.second]}" for d in told)
            text = "{}: {} can be told apart on these rows, with equal settings."
            sentences.append(say(text, "differences", NAMES[model].capitalize(), pairs))
        else:
            text = "{}: {} cannot be told apart on these rows."
            sentences.append(say(text, "differences", NAMES[model].capitalize(), names))
    return sentences


def certainty(study):
    """How large the test part is, what was not tried, and what is missing."""
    sentences = [
        say("All scores come from one split with seed {}: {} rows to test on.", "method",
            study.seed, html.number(len(study.split.y_test))),
    ]  # fmt: skip
    second = _best_against_next(study)
    if second:
        sentences.insert(0, second)
    if study.quick and len(study.data.y) == study.split.n_available:
        sentences.append(say("This is a quick study: the network was trained for fewer epochs.", "models"))
    elif study.quick:
        text = "This is a quick study on a sample of {} rows; the full study may come out differently."
        used = len(study.split.y_train) + len(study.split.y_test)
        sentences.append(say(text, "models", html.number(used)))
    for contender in study.contenders:
        if contender.missing:
            text = "{} in {} could not be compared. {}."
            sentences.append(say(text, "models", contender.model, contender.implementation, contender.missing))
    return sentences


def _best_against_next(study):
    """Whether the best model of ours can be told from the next best one of another kind."""
    ours = [i for i, run in enumerate(study.runs) if run.implementation == "scratchwork"]
    if len(ours) < 2 or study.task == "regression":
        return None
    first, second = sorted(ours, key=lambda i: (-study.scores[i].accuracy, i))[:2]
    labels = {study.runs[first].label, study.runs[second].label}
    for d in study.differences:
        if {d.first, d.second} == labels:
            names = [NAMES.get(study.runs[i].model, study.runs[i].model) for i in (first, second)]
            verb = "can" if d.distinguishable else "cannot"
            text = "The best, {}, {} be told from the next, {}: corrected p {}."
            return say(text, "differences", names[0], verb, names[1], html.p_value(d.p_corrected))
    return None
