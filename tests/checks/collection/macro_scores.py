"""Scores computed with nothing but loops and lists."""


def flatten(values):
    out = []
    for v in values:
        if hasattr(v, "__len__") and not isinstance(v, str):
            out.extend(flatten(v))
        else:
            out.append(v)
    return out


def acc(truth, guess):
    truth, guess = flatten(truth), flatten(guess)
    hits = 0
    for t, g in zip(truth, guess):
        if t == g:
            hits += 1
    return hits / len(truth)


def conf_mat(truth, guess):
    """conf_mat[i][j]: rows of class i that were guessed as class j; classes sorted."""
    truth, guess = flatten(truth), flatten(guess)
    classes = sorted(set(truth) | set(guess))
    position = {c: i for i, c in enumerate(classes)}
    table = [[0] * len(classes) for _ in classes]
    for t, g in zip(truth, guess):
        table[position[t]][position[g]] += 1
    return table


def prec_rec(truth, guess, positive=1):
    """Precision and recall of one class; 0 where nothing was guessed or nothing is there."""
    truth, guess = flatten(truth), flatten(guess)
    tp = sum(t == positive and g == positive for t, g in zip(truth, guess))
    fp = sum(t != positive and g == positive for t, g in zip(truth, guess))
    fn = sum(t == positive and g != positive for t, g in zip(truth, guess))
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    return precision, recall


def f_measure(truth, guess, positive=1):
    p, r = prec_rec(truth, guess, positive)
    return 2 * p * r / (p + r) if p + r else 0.0


def macro_f(truth, guess):
    """Mean of the F-measures of the classes that occur in the truth."""
    classes = range(max(flatten(truth)) + 1)
    return sum(f_measure(truth, guess, c) for c in classes) / len(classes)


def auc(truth, score):
    """Share of (positive, negative) pairs in the right order; ties count one half."""
    truth, score = flatten(truth), flatten(score)
    pos = [s for t, s in zip(truth, score) if t == 1]
    neg = [s for t, s in zip(truth, score) if t != 1]
    if not pos or not neg:
        raise ValueError("both classes must be present")
    won = 0.0
    for p in pos:
        for n in neg:
            if p > n:
                won += 1.0
            elif p == n:
                won += 0.5
    return won / (len(pos) * len(neg))


def rmse(truth, guess):
    truth, guess = flatten(truth), flatten(guess)
    return (sum((t - g) ** 2 for t, g in zip(truth, guess)) / len(truth)) ** 0.5
