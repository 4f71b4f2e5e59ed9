"""The first screen of a table's report: what the data say, how sure we are, what to do next, what is wrong with the data.

Every sentence is made from a number of the study and links to where it stands. Advice never claims a cause: the data were
observed, not tried out.
"""

from markupsafe import Markup

from scratchwork.report import html
from scratchwork.report.html import Section
from scratchwork.report.summary import NAMES, say


def table_summary(study):
    """The summary as a section."""
    groups = [
        ("What the data say", what_they_say(study)),
        ("How sure we are", how_sure(study)),
        ("What to do next", what_next(study)),
        ("What is wrong with the data", what_is_wrong(study)),
    ]
    body = Markup("")
    for title, sentences in groups:
        body += Markup("<h3>{}</h3>\n").format(title) + html.bullets(sentences)
    return Section("summary", "In short", body)


def chosen_score(study):
    """(scores of the chosen model, scores of the baseline)."""
    position = next(i for i, run in enumerate(study.runs) if run is study.table.insight.chosen)
    return study.scores[position], study.scores[0]


def what_they_say(study):
    """Predictability, the strongest associations, reversals."""
    chosen, (score, base) = study.table.insight.chosen, chosen_score(study)
    target, name = study.table.cleaned.target, NAMES.get(chosen.model, chosen.model)
    if study.task == "classification":
        text = "{} predicts {} rightly for {} of rows it has not seen (95 % interval {}); always saying the most frequent class does for {}."
        first = say(text, "models", name.capitalize(), target, html.percent(score.accuracy),
                    html.interval(score.accuracy_low, score.accuracy_high), html.percent(base.accuracy))  # fmt: skip
    else:
        text = "{} explains {} of the variance of {} in rows it has not seen (95 % interval {}); its typical error is {}, against {} for always saying the mean."
        first = say(text, "models", name.capitalize(), html.percent(score.r2), target,
                    html.interval(score.r2_low, score.r2_high), html.number(score.mae), html.number(base.mae))  # fmt: skip
    sentences = [first]
    told = [row for row in study.table.analysis.with_target if row.p_corrected < 0.05]
    for row in told[:3]:
        sentences.append(say("{}", "statistics", row.sentence.removesuffix(" This is no proof of cause.")))
    if not told:
        sentences.append(say("No single column is associated with {} beyond chance.", "statistics", target))
    for reversal in study.table.analysis.reversals[:2]:
        sentences.append(say("Beware: {}", "statistics", _lower_first(reversal.sentence)))
    return sentences


def _lower_first(text):
    return text[0].lower() + text[1:]


def beats_baseline(study):
    """Whether the chosen model's interval excludes what doing nothing reaches."""
    score, base = chosen_score(study)
    if study.task == "classification":
        return score.accuracy_low > base.accuracy
    return score.r2_low is not None and score.r2_low > 0


def how_sure(study):
    """The size of the test part, whether doing nothing is beaten, whether implementations agree."""
    n_test = len(study.split.y_test)
    score, _ = chosen_score(study)
    sentences = []
    if beats_baseline(study):
        sentences.append(say("The interval excludes what doing nothing reaches.", "models"))
    else:
        text = "On {} test rows the model cannot be told from doing nothing: do not rely on its predictions."
        sentences.append(say(text, "models", html.number(n_test)))
    if study.task == "classification":
        width = score.accuracy_high - score.accuracy_low
        text = "The score rests on one split with {} test rows: its interval is {} points wide."
        sentences.append(say(text, "models", html.number(n_test), html.number(100 * width, 1)))
        told = [d for d in study.differences if d.distinguishable and "baseline" not in (d.first, d.second)]
        text = (
            "{} of the pairs of models can be told apart; between the others, choose the one that is easier to explain."
        )
        sentences.append(say(text, "differences", html.number(len(told)) if told else "None"))
    else:
        sentences.append(say("The score rests on one split with {} test rows.", "models", html.number(n_test)))
    tests = len(study.table.analysis.with_target) + len(study.table.analysis.between_features)
    text = "{} tests were made and corrected for their number: about 5 % of the associations claimed may be chance."
    sentences.append(say(text, "statistics", html.number(tests)))
    if study.quick:
        text = "This is a quick study on {} of {} rows; the full one may come out differently."
        used = len(study.split.y_train) + n_test
        sentences.append(say(text, "models", html.number(used), html.number(study.split.n_available)))
    return sentences


def what_next(study):
    """What would have to be found out, from the numbers at hand."""
    target = study.table.cleaned.target
    leading = [row for row in study.table.insight.importances if row.low > 0][:2]
    sentences = []
    if leading:
        names = " and ".join(row.column for row in leading)
        text = "The model leans most on {}. Whether changing it would change {} these data cannot say: find out with a trial, or with data from before and after a change."
        sentences.append(say(text, "importance", names, target))
    else:
        text = "No column moves the model's score by itself. Look for columns that are not in this table."
        sentences.append(say(text, "importance"))
    for reversal in study.table.analysis.reversals[:1]:
        text = "Compare {} within the groups of {} before drawing any conclusion from the totals."
        sentences.append(say(text, "statistics", reversal.feature, reversal.third))
    for finding in [f for f in study.table.cleaned.findings if f.severity == "leak"][:2]:
        text = "Find out when and how {} is recorded: it was left out as a suspected leak."
        sentences.append(say(text, "quality", finding.column))
    if not beats_baseline(study):
        sentences.append(say("Collect more rows, or other columns, before acting on any prediction.", "models"))
    rare = rarest_class(study)
    if rare and study.table.insight.thresholds:
        text = "{} is rare ({} of rows): judge by recall and precision, and choose the threshold by what a miss and a false alarm cost."
        sentences.append(say(text, "probabilities", rare[0], html.percent(rare[1])))
    return sentences


def rarest_class(study, below=0.2):
    """(label, share) of a class rarer than ``below``, or None."""
    if study.task != "classification":
        return None
    import numpy as np

    labels, counts = np.unique(study.data.y, return_counts=True)
    share = counts.min() / counts.sum()
    return (str(labels[counts.argmin()]), float(share)) if share < below else None


def what_is_wrong(study):
    """The gravest findings, and how much was changed."""
    cleaned = study.table.cleaned
    grave = [f for f in cleaned.findings if f.severity in ("leak", "warning")]
    sentences = [say("{}", "quality", f.message) for f in grave[:4]]
    if len(grave) > 4:
        sentences.append(say("And {} more warnings.", "quality", html.number(len(grave) - 4)))
    if not grave:
        sentences.append(say("Nothing grave was found in {} rows.", "quality", html.number(len(cleaned.table.frame))))
    cells = sum(change.count for change in cleaned.log)
    text = "Cleaning changed {} cells or rows, each of which is listed." if cells else "Cleaning changed {} cells."
    sentences.append(say(text, "quality", html.number(int(cells))))
    return sentences
