"""What a program says of a part, and what it chooses by: the labels of that part replaced by others, its scores must change."""

import ast
import dataclasses
import re
import time

import numpy as np

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.files.names import SPOKEN, spoken
from scratchwork.checks.files.syntax import dotted, every, stored
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import once, probe
from scratchwork.checks.running import replay
from scratchwork.checks.watching import influence, parts_seen, provenance

SECONDS = 2.5
NUMBER = re.compile(r"(?<!\w)[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\bnan\b|\binf\b)", re.IGNORECASE)
SCORES = re.compile(
    r"acc|error|score|mse|rmse|mae|r2|r\^2|r²|r.squared|loss|\bf1|precision|recall|auc|correct|right|acur|exact|logl|genau|fehler",
    re.IGNORECASE,
)
GUESSES = re.compile(r"predict(?!.*(acc|error|score))|chosen|best (k|rate|deg|lam|alpha|epoch|depth)", re.IGNORECASE)
SHOWN = re.compile(r"^(print|str|len|round|int|float|format|sorted|plt|ax|fig|range)\b|\.(format|append|join)\(")
CHOOSING = re.compile(r"arg|idx|if$| by$|sorted")
NEIGHBOURS = re.compile(r"knn|neighbo|nearest|closest|vizinh|vecin|voisin|nachbar|sosed", re.IGNORECASE)


@dataclasses.dataclass
class Said:
    """A number that a program prints, or the numbers that it chooses by; ``claim``: the part that the words before it name."""

    note: influence.Note
    claim: str | None
    words: str
    key: tuple
    value: object
    before: str = ""


class Story:
    """The runs of one program, each made when it is asked about."""

    def __init__(self, target, call):
        self.call, self.space, self.runs = call, target.namespace["namespace"], {}
        self.ends = time.process_time() + SECONDS
        if isinstance(target.value, replay.Program):
            self.statements = target.value.statements
        else:
            self.statements = [influence.of_call(parts_seen.statement(target.value, self.space))]
        self.whole, self.roles, self.guessed = set(), {}, False
        self.base = self.run()
        if not {"train", "test"} <= self._named() or len(self.base.dividing) > 1:
            run, parts = provenance.read(self.statements, call, self.space, target.name)
            self.roles, self.guessed = provenance.roles(run, parts), not any(entry.told for entry in parts)
            self.base = self.run() if self.roles else self.base
        if not self.base.complete:
            raise CannotCheck("its run is too long to be had again")
        self.parts = {part for part, _ in self.base.parts.values()}
        self.whole = {part for part, _ in self.base.tables.values()} - self.parts
        self.parts |= self.whole
        self.said = told(self.base)
        used = self.guessed and any(self.touches(said, "test") for said in self.said)
        if used and any(self.claims(said, "test", "val") for said in self.said):
            self.exchange()

    def _named(self):
        return {part for part, _ in (*self.base.parts.values(), *self.base.tables.values())}

    def run(self, part=None, seed=0, whole=False):
        """The run with the labels of a part replaced."""
        if time.process_time() > self.ends:
            raise CannotCheck("its runs take too long")
        return influence.run(self.statements, self.call, self.space, part, seed, whole, self.roles)

    def changed(self, part, seed=0, whole=False):
        """Keys of what changes with the labels of a part, or with all that is of it."""
        if part not in self.parts:
            return set()
        asked = part, seed, whole or part in self.whole
        if asked not in self.runs:
            other = {said.key: said.value for said in told(self.run(*asked))}
            self.runs[asked] = {said.key for said in self.said if other.get(said.key, "gone") != said.value}
        return self.runs[asked]

    def claims(self, said, part, other):
        """Whether a number that is called that of a part changes with another one alone."""
        return said.claim == part and self.touches(said, other) and not self.touches(said, part)

    def exchange(self):
        """Call the validation part the test part, and the other way round: nothing but their order told which is which."""
        names = {"val": "test", "test": "val"}
        self.roles = {key: (names.get(part, part), kind) for key, (part, kind) in self.roles.items()}
        self.runs, self.base = {}, self.run()

    def is_steady(self, said):
        """Whether the same is said in another run, with nothing replaced; a function is given labels that stay replaced."""
        return len(self.statements) == 1 or any(
            (other.key, other.value) == (said.key, said.value) for other in told(self.run())
        )

    def is_sure(self, part):
        """Whether a part is that of its name: by a name, by what is printed of it, or as all that is used but for training."""
        if not self.guessed:
            return True
        if "val" in self.parts:
            return all(self.never(said, "val") for said in self.said)
        return any(
            said.note.kind == "print" and self.touches(said, part) and spoken(said.note.what, part)
            for said in self.said
        )

    def is_apart(self, said, part):
        """Whether nothing of a part, its rows and labels replaced, changes what is said."""
        return self.never(said, part) and said.key not in self.changed(part, 2, True)

    def touches(self, said, part):
        """Whether the labels of a part, replaced, change what is said."""
        return said.key in self.changed(part)

    def never(self, said, part):
        """Whether the labels of a part, replaced twice, do not change what is said."""
        return not self.touches(said, part) and said.key not in self.changed(part, 1)


def read(target, call):
    """The Story of the program; where that tells of no parts, of a call of the function."""
    space = target.namespace["namespace"]
    known = space.get("__influence of the program__")
    if isinstance(known, Story) and known.parts and not isinstance(target.value, replay.Program):
        raise CannotCheck("it is seen in the run of the program")
    return once(space, f"__influence of {target.name}__", lambda: Story(target, call))


def told(run):
    """[Said] of a run, in its order; a key counts the times that a line has come."""
    found, times = [], {}
    for note in run.notes:
        times[note.kind, note.line] = times.get((note.kind, note.line), 0) + 1
        key = note.kind, note.line, times[note.kind, note.line]
        if note.kind == "print":
            found += [Said(note, *entry) for entry in _numbers(note.what, key)]
        else:
            found.append(Said(note, None, "", key, note.what))
    return found


def _numbers(text, key):
    """(claim, words, key, number, all words before it) of each number in a text, by the words before it."""
    found = list(NUMBER.finditer(text))
    for place, match in enumerate(found):
        words = text[found[place - 1].end() if place else 0 : match.start()]
        after = text[match.end() : found[place + 1].start()] if place + 1 < len(found) else "."
        last = re.split(r"[,;|/(]|\s{3,}|\n", words.rstrip(" :=([|\t"))[-1]
        listed = not re.search(r"[^\W\d_]|\.", after)  # "train, test: 0.9 0.8"
        last = last if any(spoken(last, part) for part in SPOKEN) else words  # "R2 of the test, own model: 0.48"
        claims = [part for part in SPOKEN if spoken(words if listed else last, part)]
        yield claims[0] if len(claims) == 1 else None, last, (*key, place), match.group(), text[: match.start()]


def _is_score(said, words):
    """Whether a number is called a score in some words before it, and is not written as a whole one."""
    return bool(SCORES.search(words)) and not GUESSES.search(words) and bool(re.search(r"\D", said.value))


@probe("SW-E9", "SW-D5", "SW-K7", roles=("program",))
def what_is_said_of_a_part_depends_on_its_labels(target, call):
    """A score of the test part changes with the labels of its rows; what is chosen does not."""
    story = read(target, call)
    if not story.parts & {"test", "val"} or not story.said:
        raise CannotCheck("no labels of a test part are seen, or nothing is printed")
    near = NEIGHBOURS.search(getattr(target.source, "text", ""))
    for judge in (_false_claim, _choice, _choice_by_training, _nothing_asked, _idle):
        finding = judge(story, near)
        if finding is not None and story.is_steady(finding[1]):
            code, said, words = finding
            sure = (
                said.claim == "val" and story.touches(said, "test") and not story.guessed
            )  # by its words and its numbers
            severity = "error" if sure else "warning"
            yield find(code, words, severity=severity, **place_at(target.source, said.note.line))
            return


def _false_claim(story, near):
    """(code, Said, words) of a score that is called that of a part and is not, or None."""
    for said in story.said:
        if said.claim not in ("test", "val") or said.claim not in story.parts or not _is_score(said, said.words):
            continue
        if story.touches(said, said.claim) or not story.touches(said, "train") or not story.never(said, said.claim):
            continue
        words = f"Line {said.note.line} prints {said.value} as {said.words.strip()!r}, and prints the same with other labels of that part"
        if said.claim == "val" and story.touches(said, "test") and story.is_sure("test"):
            return "SW-K7" if near else "SW-D5", said, f"{words}; it changes with those of the test part."
        if story.is_apart(said, said.claim):
            code = "SW-K7" if near and said.claim == "val" else "SW-E9"
            return code, said, f"{words}; it changes with those of the training part."
    return None


def _choices(story):
    """What is chosen by numbers that change with the labels of training, where those are known."""
    found = [said for said in story.said if said.note.kind != "print" and CHOOSING.search(said.note.kind)]
    return [said for said in found if "train" not in story.parts or story.touches(said, "train")]


def _choice(story, near):
    """(code, Said, words) of a choice by scores of the test part, beside a validation part or for what comes after; or None."""
    for said in _choices(story) if "test" in story.parts else ():
        if not story.touches(said, "test"):
            continue
        used = "val" in story.parts and story.never(said, "val") and story.is_sure("test")
        if used or (story.is_sure("test") and _goes_on(story, said)):
            rest = ", and not with those of the validation part" if used else ""
            words = f"What line {said.note.line} chooses by changes with the labels of the test part{rest}."
            return "SW-K7" if near else "SW-D5", said, words
    return None


def _goes_on(story, said):
    """Whether what is chosen is given to a call that does not show it, and the test part is asked after that."""
    tree, line, place = story.space["__tree__"], said.note.line, story.said.index(said)
    asked = any(
        one.note.kind == "print" and story.touches(one, "test") and _is_score(one, one.before)
        for one in story.said[place:]
    )
    nodes = [part for part in every(tree, ast.Assign, ast.If) if part.lineno <= line <= (part.end_lineno if isinstance(part, ast.Assign) else part.test.end_lineno)]  # fmt: skip
    names = {name for node in nodes for name in stored(node)}
    calls = (part for part in every(tree, ast.Call) if part.lineno > line and not SHOWN.search(ast.unparse(part)))  # fmt: skip
    return asked and any(dotted(item) in names for call in calls for item in (*call.args, *(one.value for one in call.keywords)))  # fmt: skip


def _choice_by_training(story, near):
    """(code, Said, words) of a choice by what changes with the labels of training alone, though the validation part is scored."""
    if not story.parts >= {"train", "val"} or not all(story.never(said, "val") for said in _choices(story)):
        return None
    places = {said.note.function for said in story.said if story.touches(said, "val")}
    for said in _choices(story):
        if all(value == int(value) for value in said.value if np.isfinite(value)):
            continue  # how many rows each class has
        if said.note.function in places and said.note.kind != "if" and len(said.value) > 2 and not story.touches(said, "test"):  # fmt: skip
            words = f"What line {said.note.line} chooses by changes with the labels of the training part, and not with those of the validation part."
            return "SW-K7" if near else "SW-E9", said, words
    return None


def _nothing_asked(story, near):
    """(code, Said, words) of a score, where nothing that is printed or chosen by changes with what is kept aside."""
    others = story.parts & {"test", "val"}
    if "test" in others and any(note.kind == "print" and spoken(note.what, "test") for note in story.base.notes):
        others = {"test"}
    if (
        "train" not in story.parts
        or story.base.failures
        or not all(story.is_apart(said, part) for said in story.said for part in others)
    ):
        return None
    for said in story.said:
        given = said.note.kind.startswith("return")
        shown = said.note.kind == "print" and said.claim != "train" and _is_score(said, said.before)
        shown = shown and not re.search(r"loss|cost|epoch|iter|train", said.before, re.IGNORECASE)
        if (given or shown) and story.touches(said, "train"):
            if given:
                words = f"What it returns ({said.value[0]:.6g}, ..) is the same with other labels of the {' or '.join(sorted(others))} part, and changes with those of training."
                return "SW-E9", said, words
            words = f"Line {said.note.line} prints {said.value}; with other labels of the {' or '.join(sorted(others))} part nothing printed changes, with those of training it does."
            return "SW-E9", said, words
    return None


def _idle(story, near):
    """(code, Said, words) of a score of the test part in a program whose validation part has no use; or None."""
    drawn = re.search(r"plot\(|errorbar\(", story.space.get("__text__", ""))
    if drawn or not story.parts >= {"test", "val"} or not all(story.never(said, "val") for said in story.said):
        return None
    for said in story.said:
        if said.note.kind == "print" and story.touches(said, "test"):
            words = f"Line {said.note.line} prints {said.value}, and nothing that is printed or chosen by changes with the labels of the validation part: what was to be chosen on it is not."
            return "SW-D5", said, words
    return None
