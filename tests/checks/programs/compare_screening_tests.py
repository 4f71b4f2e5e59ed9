"""Score two screening tests against the diagnosis: thresholds, ROC, calibration."""
import numpy as np


def counts(truth, guess):
    truth, guess = np.asarray(truth).ravel(), np.asarray(guess).ravel()
    tp = int(np.sum((truth == 1) & (guess == 1)))
    fp = int(np.sum((truth == 0) & (guess == 1)))
    fn = int(np.sum((truth == 1) & (guess == 0)))
    tn = int(np.sum((truth == 0) & (guess == 0)))
    return tp, fp, fn, tn


def accuracy(truth, guess):
    return np.mean(np.asarray(truth).ravel() == np.asarray(guess).ravel())


def precision(truth, guess):
    tp, fp, _, _ = counts(truth, guess)
    return tp / (tp + fp) if tp + fp else 0.0


def recall(truth, guess):
    tp, _, fn, _ = counts(truth, guess)
    return tp / (tp + fn) if tp + fn else 0.0


def f_score(truth, guess, beta=1.0):
    p, r = precision(truth, guess), recall(truth, guess)
    if p + r == 0:
        return 0.0
    return (1 + beta ** 2) * p * r / (beta ** 2 * p + r)


def confusion_matrix(truth, guess, labels=None):
    """Rows: truth, columns: guess."""
    truth, guess = np.asarray(truth).ravel(), np.asarray(guess).ravel()
    labels = np.unique(np.concatenate([truth, guess])) if labels is None else np.asarray(labels)
    M = np.zeros((len(labels), len(labels)), dtype=int)
    for i, a in enumerate(labels):
        for j, b in enumerate(labels):
            M[i, j] = np.sum((truth == a) & (guess == b))
    return M


def roc_curve(truth, score):
    truth, score = np.asarray(truth).ravel(), np.asarray(score, dtype=float).ravel()
    order = np.argsort(-score, kind="mergesort")
    truth, score = truth[order], score[order]
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    tps = np.cumsum(truth)[last]
    fps = last + 1 - tps
    tpr = np.concatenate([[0.0], tps / max(tps[-1], 1)])
    fpr = np.concatenate([[0.0], fps / max(fps[-1], 1)])
    return fpr, tpr


def auc(truth, score):
    fpr, tpr = roc_curve(truth, score)
    return float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))


def log_loss(truth, prob, eps=1e-15):
    truth = np.asarray(truth, dtype=float).ravel()
    prob = np.clip(np.asarray(prob, dtype=float).ravel(), eps, 1 - eps)
    return -np.mean(truth * np.log(prob) + (1 - truth) * np.log(1 - prob))


def calibration_table(truth, prob, bins=5):
    edges = np.linspace(0, 1, bins + 1)
    which = np.clip(np.digitize(prob, edges) - 1, 0, bins - 1)
    rows = []
    for b in range(bins):
        inside = which == b
        if inside.any():
            rows.append((edges[b], edges[b + 1], inside.sum(), prob[inside].mean(), truth[inside].mean()))
    return rows


if __name__ == "__main__":
    rng = np.random.default_rng(31)
    ill = (rng.random(900) < 0.2).astype(int)
    risk_a = 1 / (1 + np.exp(-np.clip(-2.0 + 2.2 * ill + rng.normal(0, 1.2, 900), -30, 30)))
    risk_b = np.round(1 / (1 + np.exp(-np.clip(-1.6 + 1.3 * ill + rng.normal(0, 1.0, 900), -30, 30))), 1)
    print("nobody ill: accuracy %.3f" % accuracy(ill, np.zeros(900)))
    for name, risk in (("test A", risk_a), ("test B", risk_b)):
        guess = (risk >= 0.4).astype(int)
        print("%s  acc %.3f  prec %.3f  rec %.3f  F1 %.3f  F2 %.3f  AUC %.4f  log loss %.4f" % (
            name, accuracy(ill, guess), precision(ill, guess), recall(ill, guess), f_score(ill, guess),
            f_score(ill, guess, 2.0), auc(ill, risk), log_loss(ill, risk)))
        print(confusion_matrix(ill, guess))
    for low, high, n, said, was in calibration_table(ill, risk_a):
        print("%.1f-%.1f  n=%3d  said %.2f  was %.2f" % (low, high, n, said, was))
