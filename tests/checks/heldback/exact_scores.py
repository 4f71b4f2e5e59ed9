# Scores as exact fractions: no rounding, no surprises, nothing to install.
from bisect import bisect_left, bisect_right
from collections import Counter
from fractions import Fraction


def pairs(truth, answer):
    truth, answer = list(truth), list(answer)
    if len(truth) != len(answer) or not truth:
        raise ValueError("two sequences of the same length, not empty")
    return Counter(zip(truth, answer))


def part(a, b):
    """a / b, or None where the question makes no sense."""
    return Fraction(a, b) if b else None


def accuracy(truth, answer):
    c = pairs(truth, answer)
    return part(sum(n for (t, a), n in c.items() if t == a), sum(c.values()))


def recall(truth, answer, of):
    c = pairs(truth, answer)
    return part(c[of, of], sum(n for (t, _), n in c.items() if t == of))


def precision(truth, answer, of):
    c = pairs(truth, answer)
    return part(c[of, of], sum(n for (_, a), n in c.items() if a == of))


def f_score(truth, answer, of, beta=1):
    c = pairs(truth, answer)
    hit = c[of, of]
    missed = sum(n for (t, a), n in c.items() if t == of != a)
    false = sum(n for (t, a), n in c.items() if a == of != t)
    b2 = Fraction(beta) ** 2
    below = (1 + b2) * hit + b2 * missed + false
    return (1 + b2) * hit / below if below else None


def macro(score, truth, answer, **more):
    """Mean over the classes among the true labels; an undefined score counts as 0."""
    names = sorted(set(truth))
    return sum((score(truth, answer, of=n, **more) or Fraction(0)) for n in names) / len(names)


def matrix(truth, answer):
    """(names, rows): rows are true classes, columns answers."""
    c = pairs(truth, answer)
    names = sorted({x for pair in c for x in pair})
    return names, [[c[t, a] for a in names] for t in names]


def auc(truth, score, positive=1):
    """Share of (positive, other) pairs in the right order, ties one half."""
    up = [s for t, s in zip(truth, score) if t == positive]
    down = sorted(s for t, s in zip(truth, score) if t != positive)
    if not up or not down:
        return None
    twice = sum(bisect_left(down, s) + bisect_right(down, s) for s in up)
    return Fraction(twice, 2 * len(up) * len(down))


def mean_squared_error(truth, answer):
    gaps = [(Fraction(t) - Fraction(a)) ** 2 for t, a in zip(truth, answer, strict=True)]
    return sum(gaps) / len(gaps)


def r_squared(truth, answer):
    truth = [Fraction(t) for t in truth]
    centre = sum(truth) / len(truth)
    spread = sum((t - centre) ** 2 for t in truth)
    return 1 - mean_squared_error(truth, answer) * len(truth) / spread if spread else None


def show(x):
    return "undefined" if x is None else f"{x}  = {float(x):.4f}"


if __name__ == "__main__":
    truth = "ham spam ham ham spam spam ham ham ham spam".split()
    answer = "ham spam ham spam spam ham ham ham ham spam".split()
    score = [0.1, 0.9, 0.3, 0.6, 0.8, 0.3, 0.2, 0.1, 0.4, 0.7]
    print("accuracy       ", show(accuracy(truth, answer)))
    for name in ("ham", "spam", "eggs"):
        print(f"{name:5s} precision", show(precision(truth, answer, name)), "  recall", show(recall(truth, answer, name)))
    print("macro F1       ", show(macro(f_score, truth, answer)))
    print("macro F2       ", show(macro(f_score, truth, answer, beta=2)))
    print("AUC            ", show(auc(truth, score, positive="spam")))
    names, rows = matrix(truth, answer)
    print("true \\ answer  ", names)
    for name, row in zip(names, rows):
        print(f"{name:15s}", row)
    print("R2             ", show(r_squared([3, 5, 8, 9], [2.5, 5.5, 7, 10])))
