"""The text of a notebook against its numbers: figures nobody printed, and sentences that the figures contradict."""

import itertools
import re
import textwrap

from scratchwork.checks.files.printed import (
    METRIC,
    SMALLER_IS_BETTER,
    all_numbers,
    code_numbers,
    metric_of,
    part_in,
    readings,
    series,
)
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

FIGURE = re.compile(r"(?<![\w.])(\d+\.\d+|\d+)\s*(%|per ?cent|percent)?(?![\w])")
MEASURED = re.compile(
    r"\d\.\d+\s*(%|per ?cent)\s+of\s+(the\s+|all\s+)?(\w+\s+)?(rows|images|points|samples|digits|cases|points|variance|labels|wines|test)",
    re.I,
)
WORDS_FOR = {"one half": 0.5, "a half": 0.5, "half": 0.5, "one third": 1 / 3, "a third": 1 / 3, "a quarter": 0.25}
BELOW = r"below|under|less than|lower than|smaller than|at most|no more than|fewer than"
ABOVE = r"above|over|more than|greater than|higher than|larger than|at least|exceeds?|exceeding|better than"
CLAIM = re.compile(
    rf"(?P<metric>{METRIC})(?P<between>[^.!?\n]{{0,80}}?)\b(?P<way>{BELOW}|{ABOVE})\s+"
    rf"(?P<number>\d+(?:\.\d+)?|{'|'.join(WORDS_FOR)})\s*(?P<percent>%|per ?cent|percent)?",
    re.IGNORECASE,
)


def prose(source):
    """(cell, sentence) of the notebook's text cells."""
    for cell in source.cells:
        if cell.kind == "markdown":
            text = re.sub(
                r"```.*?```|\$[^$]*\$|<[^>]+>|!\[[^\]]*\]\([^)]*\)|https?://\S+|`[^`]*`", " ", cell.source, flags=re.S
            )
            for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])|\n+", text):
                if sentence.strip() and not sentence.lstrip().startswith("#"):
                    yield cell, sentence.strip()


@rule("SW-B5")
def figures_in_the_text_were_printed(source):
    """A result quoted in the text must stand in an output, rounded or as a percentage."""
    printed = [abs(float(text)) for cell in source.code_cells for text in all_numbers(cell.printed)]
    if not printed:
        return
    known = printed + [abs(float(value)) for value in code_numbers(source)]
    for cell, sentence in prose(source):
        measured = re.search(METRIC, sentence, re.IGNORECASE) or MEASURED.search(sentence)
        if not measured or is_announcement(sentence):
            continue
        for found in FIGURE.finditer(sentence):
            if is_a_result(found) and not any(says(found, value) for value in known):
                yield find(
                    "SW-B5",
                    f"Cell {cell.index} says {quoted(sentence)!r}; no cell prints {found.group().strip()}.",
                    cell=cell.index,
                )
                return


def quoted(sentence):
    """A sentence short enough to be quoted, cut between words.

    >>> quoted("The loss fell from 0.691 to 0.2 in " + "a very long " * 6 + "0.75 run.")[-12:]
    'y long a ...'
    """
    return textwrap.shorten(sentence, 90, placeholder=" ...")


def is_announcement(sentence):
    """A sentence about what is expected, cited or required, not about this run."""
    return bool(
        re.search(
            r"should|expect|paper|literature|state.of.the.art|e\.g\.|for example|typically|usually|goal|target of|points?\)|aim|http|kaggle leader|(section|chapter|figure|table|version|eq\.|equation) \d",
            sentence,
            re.I,
        )
    )


def is_a_result(found):
    """Whether a number looks like a measured one: with decimals, or a percentage."""
    text = found.group(1)
    return ("." in text and len(text.split(".")[1]) >= 2) or bool(found.group(2))


def says(found, value):
    """Whether a printed value is what the text says, rounded to the digits of the text."""
    text, digits = found.group(1), len(found.group(1).split(".")[1]) if "." in found.group(1) else 0
    said = float(text)
    candidates = (
        [(said, digits), (said / 100, digits + 2)]
        if found.group(2)
        else [(said, digits), (said * 100, max(digits - 2, 0))]
    )
    candidates += [
        (said * 100, max(digits - 2, 0)),
        (100 - said, digits),
        (1 - said, digits),
        (1 - said / 100, digits + 2),
    ]
    return any(abs(value - wanted) <= 0.5001 * 10.0**-places for wanted, places in candidates)


@rule("SW-R6")
def sentences_agree_with_the_figures(source):
    """A conclusion that the printed numbers contradict."""
    for cell, sentence in prose(source):
        for check in (thresholds, parts_compared, trends, overfitting, best_setting, winners):
            said = check(source, cell, sentence)
            if said:
                yield find("SW-R6", f"Cell {cell.index} says {quoted(sentence)!r}; {said}.", cell=cell.index)
                break


def matching(source, metric, part, cell):
    """The printed values of a metric and part, before a text cell if there are any there."""
    found = [
        reading for reading in readings(source) if reading.metric == metric and (part is None or reading.part == part)
    ]
    before = [reading for reading in found if reading.cell.index < cell.index]
    return before or found


def thresholds(source, cell, sentence):
    """'The accuracy on the test rows is below one half.'"""
    found = CLAIM.search(sentence)
    if not found or is_announcement(sentence):
        return ""
    metric, part = metric_of(found["metric"]), part_in(sentence[: found.end()])
    text = found["number"].lower()
    bound = WORDS_FOR.get(text) or float(text)
    values = [reading.fraction for reading in matching(source, metric, part, cell)]
    values = [value for value in values if value == value]
    if not values:
        return ""
    bound = (
        bound / 100
        if found["percent"] or (metric in ("accuracy", "precision", "recall", "f1", "auc") and bound > 1)
        else bound
    )
    negated = bool(re.search(r"\bnot\b|n't|never", found["between"]))
    upward = bool(re.fullmatch(ABOVE, found["way"], re.IGNORECASE)) != negated
    wrong = all(value < bound * 0.98 for value in values) if upward else all(value > bound * 1.02 for value in values)
    shown = ", ".join(f"{value:.3g}" for value in values[-3:])
    return f"the outputs give {metric} {shown}" if wrong else ""


def parts_compared(source, cell, sentence):
    """'The model is better on new rows than on the training rows.'"""
    new = r"(test|new|unseen|validation|held.out)"
    better_new = re.search(rf"(better|higher|larger|greater)[^.]*\b{new}\b[^.]*\bthan\b[^.]*train", sentence, re.I)
    better_train = re.search(rf"(better|higher|larger|greater)[^.]*train[^.]*\bthan\b[^.]*\b{new}\b", sentence, re.I)
    worse_new = re.search(rf"(worse|lower|smaller|poorer)[^.]*\b{new}\b[^.]*\bthan\b[^.]*train", sentence, re.I)
    if not (better_new or better_train or worse_new):
        return ""
    pair = train_and_test(source, sentence)
    if pair is None:
        return ""
    train, test, metric = pair
    loss = metric in SMALLER_IS_BETTER and not re.search(r"higher|lower|larger|smaller|greater", sentence, re.I)
    test_larger = (test > train) != loss
    wrong = (better_new and not test_larger) or ((better_train or worse_new) and test_larger and test != train)
    return f"the outputs give {metric} {train:.3g} on training and {test:.3g} on test rows" if wrong else ""


def train_and_test(source, sentence):
    """(train, test, metric) as last printed, for the metric of a sentence, else for the accuracy."""
    named = re.search(METRIC, sentence, re.IGNORECASE)
    for metric in ([metric_of(named.group())] if named else []) + ["accuracy", "loss", "r2", "error"]:
        values = {}
        for reading in readings(source):
            if reading.metric == metric and reading.part in ("train", "test", "val"):
                values["train" if reading.part == "train" else "test"] = reading.fraction
        if len(values) == 2:
            return values["train"], values["test"], metric
    return None


def trends(source, cell, sentence):
    """'The loss falls steadily.'"""
    found = re.search(
        rf"({METRIC})[^.]*?\b(decreas|fall|drop|goes down|declin|shrink|increas|ris|improv|grow)", sentence, re.I
    )
    if not found or re.search(r"\bnot\b|n't|if |when |as k|with k|more clusters", sentence):
        return ""
    metric = metric_of(found.group(1))
    down = bool(re.match(r"decreas|fall|drop|goes|declin|shrink", found.group(2), re.I))
    down = down or (metric in SMALLER_IS_BETTER and found.group(2).lower().startswith("improv"))
    for _, group in series(source, {metric}):
        values = [reading.value for reading in group]
        steps = [b - a for a, b in itertools.pairwise(values)]
        if (down and values[-1] > values[0] * 1.02 and sum(steps) > 0) or (not down and values[-1] < values[0] * 0.98):
            return f"the printed values go from {values[0]:.4g} to {values[-1]:.4g}"
    return ""


def overfitting(source, cell, sentence):
    """'There is no overfitting', with 0.99 on training and 0.7 on test rows; 'it overfits', with equal scores."""
    if not re.search(r"over-?fit", sentence, re.I) or is_announcement(sentence):
        return ""
    denied = bool(re.search(r"\b(no|not|without|n't|never|little|hardly)\b[^.]*over-?fit", sentence, re.I))
    pair = train_and_test(source, "accuracy")
    if pair is None or pair[2] != "accuracy":
        return ""
    gap = pair[0] - pair[1]
    if (denied and gap > 0.15) or (
        not denied and gap < -0.01 and re.search(r"overfits|is overfit|overfitting (is|occurs)|clear", sentence, re.I)
    ):
        return f"the outputs give accuracy {pair[0]:.3g} on training and {pair[1]:.3g} on test rows"
    return ""


BEST = re.compile(
    r"\b(best|optimal|highest|lowest|ideal)\b[^.]*?\b(k|rate|learning rate|lr|lambda|alpha|degree|depth|units|clusters|neighbou?rs)\b"
    r"[^.\d]{0,40}?(\d+(?:\.\d+)?)", re.IGNORECASE
)  # fmt: skip


def best_setting(source, cell, sentence):
    """'The best rate is 0.1', where the printed losses are lowest elsewhere."""
    found = BEST.search(sentence)
    if not found or is_announcement(sentence):
        return ""
    said = float(found.group(3))
    for other in source.code_cells:
        rows = settings_and_scores(other.printed)
        values = {setting: score for setting, score, _ in rows}
        if len(values) >= 3 and said in values and len({metric for *_, metric in rows}) == 1:
            metric = rows[0][2]
            choose = min if metric in SMALLER_IS_BETTER else max
            best = choose(values.values())
            if metric != "inertia" and values[said] != best:
                at = next(setting for setting, score in values.items() if score == best)
                return f"the output of cell {other.index} is best at {at:g} ({metric} {best:.4g}), and gives {values[said]:.4g} there"
    return ""


def settings_and_scores(text):
    """[(setting, score, metric)] of lines such as ``k = 3: accuracy 0.95``."""
    rows = []
    for line in text.split("\n"):
        found = re.match(
            rf"\s*[A-Za-z_ ]{{1,20}}\s*[=:]?\s*(\d+(?:\.\d+)?)\b.*?({METRIC})\D{{0,15}}(\d+(?:\.\d+)?)", line, re.I
        )
        if found:
            rows.append((float(found.group(1)), float(found.group(3)), metric_of(found.group(2))))
    return rows


def winners(source, cell, sentence):
    """'Logistic regression outperforms k-NN', where the printed scores say the reverse."""
    found = re.search(
        r"(?P<a>[\w\- ]{2,40}?)\s+(outperforms?|beats?|is better than|performs? better than|does better than|is more accurate than)\s+(the\s+)?(?P<b>[\w\- ]{2,40})",
        sentence,
        re.I,
    )
    if not found or re.search(r"\bnot\b|n't|whether|if ", sentence):
        return ""
    first, second = score_named(source, found["a"]), score_named(source, found["b"])
    if first is None or second is None or first[1] != second[1] or first[0] == second[0]:
        return ""
    wins = first[0] < second[0] if first[1] in SMALLER_IS_BETTER else first[0] > second[0]
    return "" if wins else f"the outputs give {first[0]:.4g} for the one and {second[0]:.4g} for the other"


def score_named(source, name):
    """(score, metric) of the last output line that names something, or None."""
    words = [
        word
        for word in re.findall(r"[a-z0-9]+", name.lower())
        if word not in ("the", "a", "our", "model", "this", "that")
    ]
    if not words:
        return None
    named = [
        reading for reading in readings(source)
        if all(word in re.sub(r"[^a-z0-9]", "", reading.line.lower()) for word in words)
    ]  # fmt: skip
    return (named[-1].fraction, named[-1].metric) if named else None
