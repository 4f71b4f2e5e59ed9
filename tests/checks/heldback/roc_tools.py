import numpy as np

# ROC and precision-recall curves for binary problems, numpy only
# y: 0/1 (or True/False), s: scores, larger = more likely positive


def check(y, s):
    y = np.asarray(y).ravel()
    s = np.asarray(s, dtype=float).ravel()
    if y.size != s.size:
        raise ValueError("labels and scores differ in length")
    if np.isnan(s).any():
        raise ValueError("NaN among the scores")
    y = y.astype(bool)
    if y.all() or not y.any():
        raise ValueError("both classes are needed for a ROC curve")
    return y, s


def cumulated_counts(y, s):
    """True and false positives when everything at or above each distinct score is called positive."""
    order = np.argsort(-s, kind="stable")
    y_sorted, s_sorted = y[order], s[order]
    last_of_run = np.append(np.flatnonzero(np.diff(s_sorted)), s_sorted.size - 1)
    tp = np.cumsum(y_sorted)[last_of_run]
    fp = np.cumsum(~y_sorted)[last_of_run]
    return tp, fp, s_sorted[last_of_run]


def roc(y, s):
    y, s = check(y, s)
    tp, fp, cuts = cumulated_counts(y, s)
    tpr = np.concatenate(([0.0], tp / y.sum()))
    fpr = np.concatenate(([0.0], fp / (~y).sum()))
    return fpr, tpr, np.concatenate(([np.inf], cuts))


def area(x, y):
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))


def auc(y, s):
    fpr, tpr, _ = roc(y, s)
    return area(fpr, tpr)


def auc_by_ranks(y, s):
    """Mann-Whitney form, tied scores share their mean rank."""
    y, s = check(y, s)
    values, inverse, counts = np.unique(s, return_inverse=True, return_counts=True)
    top = np.cumsum(counts)
    ranks = (top - (counts - 1) / 2)[inverse]
    n1 = y.sum()
    n0 = y.size - n1
    return float((ranks[y].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def precision_recall(y, s):
    y, s = check(y, s)
    tp, fp, cuts = cumulated_counts(y, s)
    return tp / (tp + fp), tp / y.sum(), cuts


def average_precision(y, s):
    precision, recall, _ = precision_recall(y, s)
    return float(np.sum(np.diff(np.concatenate(([0.0], recall))) * precision))


def youden_cut(y, s):
    fpr, tpr, cuts = roc(y, s)
    return float(cuts[np.argmax(tpr - fpr)])


def bootstrap_interval(y, s, stat=auc, rounds=500, level=0.95, seed=0):
    rng = np.random.default_rng(seed)
    y, s = check(y, s)
    values = []
    while len(values) < rounds:
        pick = rng.integers(0, y.size, y.size)
        if y[pick].all() or not y[pick].any():
            continue
        values.append(stat(y[pick], s[pick]))
    tail = (1 - level) / 2
    return np.quantile(values, [tail, 1 - tail])


if __name__ == "__main__":
    rng = np.random.default_rng(5)
    labels = (rng.random(400) < 0.3).astype(int)
    scores = rng.normal(size=400) + 1.2 * labels
    print("AUC (curve)  ", round(auc(labels, scores), 4))
    print("AUC (ranks)  ", round(auc_by_ranks(labels, scores), 4))
    print("95 % interval", bootstrap_interval(labels, scores).round(3))
    print("avg precision", round(average_precision(labels, scores), 4), " positives:", labels.mean())
    print("Youden cut   ", round(youden_cut(labels, scores), 3))
