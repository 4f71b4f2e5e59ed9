import numpy as np

'''
Metrics for the course project (binary and multi class).
Labels may be anything np.unique can sort: ints, strings...
'''


def _flat(*arrays):
    out = [np.asarray(a).reshape(-1) for a in arrays]
    if len({len(a) for a in out}) != 1:
        raise ValueError("arrays of different length")
    return out


def accuracy(y_true, y_pred):
    y_true, y_pred = _flat(y_true, y_pred)
    return np.mean(y_true == y_pred)


def confusion_matrix(y_true, y_pred, labels=None):
    """ cm[i, j]: number of samples of class i predicted as class j """
    y_true, y_pred = _flat(y_true, y_pred)
    if labels is None:
        labels = np.unique(np.concatenate([y_true, y_pred]))
    position = {label: i for i, label in enumerate(labels)}
    cm = np.zeros((len(labels), len(labels)), dtype=int)
    for t, p in zip(y_true, y_pred):
        cm[position[t], position[p]] += 1
    return cm


def _safe_divide(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)


def _average(values, support, average):
    if average is None:
        return values
    if average == "macro":
        return values.mean()
    if average == "weighted":
        return np.sum(values * support) / np.sum(support)
    raise ValueError("average must be None, 'macro' or 'weighted'")


def precision(y_true, y_pred, average="macro"):
    """ 0 for a class that was never predicted """
    cm = confusion_matrix(y_true, y_pred)
    values = _safe_divide(np.diag(cm), cm.sum(axis=0))
    return _average(values, cm.sum(axis=1), average)


def recall(y_true, y_pred, average="macro"):
    """ 0 for a class without samples """
    cm = confusion_matrix(y_true, y_pred)
    values = _safe_divide(np.diag(cm), cm.sum(axis=1))
    return _average(values, cm.sum(axis=1), average)


def f1_score(y_true, y_pred, average="macro"):
    p = precision(y_true, y_pred, average=None)
    r = recall(y_true, y_pred, average=None)
    values = _safe_divide(2 * p * r, p + r)
    return _average(values, confusion_matrix(y_true, y_pred).sum(axis=1), average)


def log_loss(y_true, prob, eps=1e-15):
    """ y_true: 0 / 1, prob: probability of class 1 """
    y_true, prob = _flat(y_true, prob)
    prob = np.clip(prob, eps, 1 - eps)
    return -np.mean(y_true * np.log(prob) + (1 - y_true) * np.log(1 - prob))


def roc_curve(y_true, score):
    """ false positive rate, true positive rate; one point per distinct score, from (0, 0) to (1, 1) """
    y_true, score = _flat(y_true, score)
    order = np.argsort(score)[::-1]
    y_true, score = y_true[order], score[order]
    last_of_value = np.append(np.nonzero(np.diff(score))[0], len(score) - 1)
    tp = np.cumsum(y_true == 1)[last_of_value]
    fp = np.cumsum(y_true != 1)[last_of_value]
    if tp[-1] == 0 or fp[-1] == 0:
        raise ValueError("the ROC curve needs both classes")
    tpr = np.concatenate([[0.0], tp / tp[-1]])
    fpr = np.concatenate([[0.0], fp / fp[-1]])
    return fpr, tpr


def auc(y_true, score):
    fpr, tpr = roc_curve(y_true, score)
    return np.sum((fpr[1:] - fpr[:-1]) * (tpr[1:] + tpr[:-1]) / 2)


def r2_score(y_true, y_pred):
    y_true, y_pred = _flat(y_true, y_pred)
    ss_res = np.sum((y_true - y_pred) ** 2)
    ss_tot = np.sum((y_true - np.mean(y_true)) ** 2)
    return 1 - ss_res / ss_tot


def rmse(y_true, y_pred):
    y_true, y_pred = _flat(y_true, y_pred)
    return np.sqrt(np.mean((y_true - y_pred) ** 2))


def report(y_true, y_pred):
    labels = np.unique(np.concatenate(_flat(y_true, y_pred)))
    p, r, f = (m(y_true, y_pred, average=None) for m in (precision, recall, f1_score))
    print("%-12s %9s %9s %9s" % ("class", "precision", "recall", "f1"))
    for i, label in enumerate(labels):
        print("%-12s %9.3f %9.3f %9.3f" % (label, p[i], r[i], f[i]))
    print("accuracy %.3f" % accuracy(y_true, y_pred))


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    truth = rng.choice(["cat", "dog", "fox"], size=200, p=[0.5, 0.3, 0.2])
    guess = np.where(rng.random(200) < 0.7, truth, rng.choice(["cat", "dog", "fox"], size=200))
    print(confusion_matrix(truth, guess))
    report(truth, guess)

    y = rng.integers(0, 2, 300)
    s = np.round(1 / (1 + np.exp(-(y - 0.5) * 2 - rng.normal(size=300))), 2)
    print("auc %.4f   log loss %.4f" % (auc(y, s), log_loss(y, s)))
