"""Numbers in saved outputs: which metric, which value, of which part, in which cell."""

import ast
import dataclasses
import re

METRIC = r"(?:balanced[ _])?accuracy|\bacc\b|precision|recall|f1[ _-]?(?:score|measure)?|f-?score|\bauc\b|roc[ _-]auc|\br2\b|\br²|r-squared|r\^2|\b(?:r)?mse\b|\bmae\b|loss|cost|error|inertia|\bsse\b|wcss|distortion|log[ _-]?loss|silhouette|entropy|perplexity"
NUMBER = r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|\b(?:nan|NaN|inf|-inf)\b"
READING = re.compile(
    rf"(?P<metric>{METRIC})(?P<between>[^\d\n|]{{0,45}}?)(?<![A-Za-z_])(?P<number>{NUMBER})\s*(?P<percent>%|percent|per cent)?",
    re.I,
)
BOUNDED = {"accuracy", "precision", "recall", "f1", "auc"}
SMALLER_IS_BETTER = {"loss", "cost", "error", "mse", "mae", "rmse", "inertia"}


@dataclasses.dataclass(frozen=True)
class Reading:
    """One number with a metric's name beside it, in a saved output."""

    metric: str
    value: float
    percent: bool
    part: str | None
    cell: object
    line: str

    @property
    def fraction(self):
        """The value as a fraction, where it is a percentage."""
        return self.value / 100 if self.percent or (self.metric in BOUNDED and 1 < self.value <= 100) else self.value


def metric_of(word):
    """The common name of a metric.

    >>> metric_of("Acc"), metric_of("F1-score"), metric_of("R²"), metric_of("Cost")
    ('accuracy', 'f1', 'r2', 'cost')
    """
    word = word.lower().strip()
    for name, marks in (
        ("accuracy", ("acc",)), ("precision", ("prec",)), ("recall", ("recall",)), ("f1", ("f1", "f-", "fs")),
        ("auc", ("auc",)), ("r2", ("r2", "r²", "r-sq", "r^2")), ("inertia", ("inertia", "sse", "wcss", "distortion")),
    ):  # fmt: skip
        if any(mark in word for mark in marks):
            return name
    return word


def part_in(text):
    """train, test, val or None, by the words before a number.

    >>> part_in("Training accuracy"), part_in("accuracy on the test rows"), part_in("accuracy")
    ('train', 'test', None)
    """
    found = re.findall(r"train|test|valid|\bval\b|\bdev\b|held.?out|unseen|new rows", text.lower())
    if not found:
        return None
    return {"train": "train", "test": "test"}.get(found[-1], "test" if found[-1][:2] in ("he", "un", "ne") else "val")


def readings(source):
    """All readings in the saved outputs, in the order of the cells."""
    if "_readings" not in source.__dict__:
        source.__dict__["_readings"] = [reading for cell in source.code_cells for reading in of_cell(cell)]
    return source.__dict__["_readings"]


def of_cell(cell):
    """The readings of one cell: numbers beside a metric's name, and the bare value of a metric's call."""
    for line in cell.printed.split("\n"):
        if len(line) > 400 or re.search(r"\bsupport\b|macro avg|weighted avg", line):
            continue
        for found, value in readings_of(line):
            yield Reading(
                metric_of(found["metric"]), number(value["number"]), bool(value["percent"]),
                part_in(line[: value.end()]), cell, line.strip(),
            )  # fmt: skip
    yield from bare_value(cell)
    yield from told_by_the_code(cell)


SETTING = re.compile(
    r"(?:\b(?:k|n|c|m|p|lr|alpha|eta|lamb?d?a?|gamma|beta|degree|depth|epochs?|steps?|iter\w*|rate|hidden|units|batch\w*|seed|threshold|"
    r"fold|run|class|label|digit|layers?|n_\w+|num_\w+|max_\w+|min_\w+|rank|top)\s*[=:#]?\s*|@\s*)$", re.I,
)  # fmt: skip
GOES_ON = re.compile(
    rf"(?P<between>[^\d\n|,;]{{0,45}}?)(?:[:=]|\bis|\bwas|->)\s*(?P<number>{NUMBER})\s*(?P<percent>%|percent|per cent)?",
    re.I,
)


def readings_of(line):
    """[(match with the metric, match with its number)] of a printed line.

    A number that belongs to a setting or a count within the label is passed over.

    >>> [(a["metric"], b["number"]) for a, b in readings_of("Accuracy of the net on the 10000 test images: 54 %")]
    [('Accuracy', '54')]
    >>> [b["number"] for _, b in readings_of("Test accuracy with k = 8: 97.5, F1 0.9")], list(readings_of("accuracy 45/50"))
    (['97.5', '0.9'], [])
    """
    place = 0
    while found := READING.search(line, place):
        value, place = found, found.end()
        if re.search(r"[([]\s*$", found["between"]) and "," in line[found.end() : found.end() + 2]:
            continue
        if re.match(r"\s*(?:/|out of|of)\s*\d", line[found.end("number") :]):
            continue
        whole = re.fullmatch(r"\d+", found["number"]) and not found["percent"]
        on = GOES_ON.match(line, found.end("number"))
        setting = SETTING.search(found["between"])
        if on and (setting or whole) and not re.search(METRIC, on["between"], re.I):
            value, place = on, on.end()
        elif setting:
            continue
        yield found, value


def told_by_the_code(cell):
    """Lines such as ``test: 0.1``, whose metric stands in the call that printed them."""
    for prefix, rest in printing_calls(cell.source):
        found = re.search(METRIC, rest.replace("_", " "), re.I)
        if not found or re.search(METRIC, prefix, re.I):
            continue
        for line in cell.printed.split("\n"):
            if line.startswith(prefix) and re.search(NUMBER, line[len(prefix) :]):
                value = re.search(NUMBER, line[len(prefix) :])
                percent = line[len(prefix) + value.end() :].lstrip().startswith("%")
                part = part_in(prefix) or part_in(rest)
                yield Reading(metric_of(found.group()), number(value.group()), percent, part, cell, line.strip())


def printing_calls(text):
    """(text before the first value, code of the values) of the print calls in a cell."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "print" or not call.args:
            continue
        first = call.args[0]
        if isinstance(first, ast.JoinedStr) and first.values and isinstance(first.values[0], ast.Constant):
            yield first.values[0].value, ast.unparse(first.values[1]) if len(first.values) > 1 else ""
        elif isinstance(first, ast.Constant) and isinstance(first.value, str) and len(call.args) > 1:
            yield first.value, ast.unparse(call.args[1])


def bare_value(cell):
    """The value of a cell that ends in ``accuracy(...)``."""
    for out in cell.outputs:
        text = out.text.strip()
        bare = re.fullmatch(rf"(?:np\.float(?:32|64)\()?({NUMBER})\)?", text)
        if out.kind != "result" or not bare:
            continue
        last = last_expression(cell.source)
        found = re.search(METRIC, last.replace("_", " "), re.I)
        if found:
            yield Reading(
                metric_of(found.group()), number(bare.group(1)), False, part_in(last), cell, f"{last} -> {text}"
            )


def last_expression(text):
    """The last line of a cell's code."""
    lines = [line for line in text.split("\n") if line.strip() and not line.strip().startswith(("#", "%", "!"))]
    return lines[-1].strip() if lines else ""


def number(text):
    """A printed number; nan and inf too."""
    return float(text)


def all_numbers(text):
    """Every number in a text, as written.

    >>> all_numbers("k=3, 0.979")
    ['3', '0.979']
    """
    return re.findall(r"(?<![\w.])[-+]?(?:\d+\.\d+|\d+)(?:[eE][-+]?\d+)?(?![\w])|(?<==)[-+]?\d+(?:\.\d+)?", text)


def code_numbers(source):
    """Every numeric literal in the code."""
    return {
        part.value
        for part in ast.walk(source.tree)
        if isinstance(part, ast.Constant) and isinstance(part.value, (int, float)) and not isinstance(part.value, bool)
    }


def series(source, metric_words):
    """Per cell, the values printed for a metric line after line: (cell, [values])."""
    found = {}
    for reading in readings(source):
        if reading.metric in metric_words:
            found.setdefault((reading.cell.index, reading.metric, reading.part), []).append(reading)
    return [(group[0].cell, group) for group in found.values() if len(group) >= 3]
