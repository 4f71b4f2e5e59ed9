"""Which metric a word stands for: the name of a function, a key of a dict, a name that is returned, a printed label."""

import re

from scratchwork.checks.recognising import vocabulary

KINDS = (
    ("balanced_accuracy", r"balanced_?acc\w*|bal_?acc"),
    ("accuracy", r"accuracy|acc|exactitud|correct_?(rate|ratio|share|fraction)|hit_?rate|classification_?rate|percent_?correct"),
    ("error_rate", r"(mis)?class(ification)?_?error|misclass(ification)?_?rate|error_?rate|zero_?one(_loss)?|misclass\w*"),
    ("specificity", r"specificity|spec|tnr|tn_?rate|true_?neg(ative)?s?_?rate|selectivity"),
    ("npv", r"npv|negative_predictive_value"),
    ("fpr", r"fpr|fp_?rate|false_?pos(itive)?s?_?rate|false_?alarm_?rate|fall_?out"),
    ("fnr", r"fnr|fn_?rate|false_?neg(ative)?s?_?rate|miss_?rate"),
    ("precision", r"precision|prec|ppv|positive_predictive_value"),
    ("recall", r"recall|rec|sensitivity|sens|tpr|tp_?rate|true_?pos(itive)?s?_?rate|detection_?rate"),
    ("f1", r"f_?1(_?(score|measure))?|f_?(score|measure)|f1s|dice"),
    ("tp", r"tp|true_?pos(itive)?s?|hits"),
    ("fp", r"fp|false_?pos(itive)?s?|false_alarms?"),
    ("fn", r"fn|false_?neg(ative)?s?|misses"),
    ("tn", r"tn|true_?neg(ative)?s?"),
    ("mcc", r"mcc|matthews\w*|phi_coef\w*"),
    ("kappa", r"kappa|cohen\w*"),
    ("jaccard", r"jaccard\w*|iou"),
    ("r2", r"r2|r_?2_?score|r_?squared?|r_?square|rsq|r_sq|coefficient_of_determination|r²"),
    ("rmse", r"rmse|root_mean_sq(uared?|rd)?_?(error|err)?"),
    ("mse", r"mse|mean_sq(uared?|rd)?_?(error|err)"),
    ("mae", r"mae|mean_abs(olute)?_?(error|err)"),
    ("mape", r"mape|mean_abs(olute)?_?(perc(ent(age)?)?|pct)_?(error|err)"),
)  # fmt: skip
SHORT = {"p": "precision", "r": "recall", "f": "f1", "a": "accuracy"}
DECORATION = re.compile(
    r"^(compute|calc\w*|get|my|macro|micro|weighted|avg|average|mean|overall|total|the|final|model|eval\w*|test|train|val\w*|"
    r"binary|multi_?class|class|per_class|own|custom|manual|numpy|np|scratch|score|cls|classification|find|plain|simple)_"
)
ENDING = re.compile(
    r"_(score|metric|value|rate|fn|func|function|np|numpy|scratch|macro|micro|weighted|avg|average|per_class|multi_?class|binary|pos|"
    r"percent(age)?|pct|all|list|s|from_scratch|measure|own|manual|by_hand|classification|calc\w*|compute|coef\w*|0|1|2)$"
)
_KINDS = [(kind, re.compile(f"(?:{pattern})s?$")) for kind, pattern in KINDS]
RELATIVE = re.compile(
    r"(^|_)(weighted_?(r?mse|mae|r2|mean_(squared|absolute)\w*)|f_?beta|f_?2|f_?0_?5|f05|normali[sz]ed|nrmse|nmse|adjusted|adj|half|scaled|relative|rel|balanced_adjusted|smoothed|"
    r"corrected|partial|top_?\w*|at_k|tolerance|within|(best_)?(thresholds?|cut_?offs?)_(for|at|of|by)|prime|deriv\w*|grad\w*|per_sample|squared_mean|huber|trimmed|median|masked)(_|\d|$)"
)
NOT_METRICS = re.compile(
    r"^(plot|draw|show|print|display|log|save|load|test|check|visuali\w+|format|write|history|append|train|fit|update)_"
)

RANKED = re.compile(
    r"(^|_)top_?(k|n|\d)|(average|avg)_prec(ision)?(_score)?(_|$)|_at_?(k|n|\d)(_|$)"
)  # of scores, not of labels


def is_relative(name):
    """Whether a name speaks of a relative of a metric, whose numbers are others by right.

    >>> is_relative("normalized_rmse"), is_relative("fbeta_score"), is_relative("accuracy_score"), is_relative("half_mse_prime")
    (True, True, False, True)
    """
    return bool(RELATIVE.search(vocabulary.plain(name.rpartition(".")[2])))


def kind_of_word(word):
    """The kind of metric that a name stands for, or None.

    >>> kind_of_word("macro_f1"), kind_of_word("prec"), kind_of_word("Recall (macro)"), kind_of_word("weights")
    ('f1', 'precision', 'recall', None)
    """
    plain = vocabulary.plain(re.sub(r"[^\w²]+", "_", str(word).replace("%", "")).strip("_"))
    for _ in range(4):
        found = next((kind for kind, pattern in _KINDS if pattern.match(plain)), None)
        if found:
            return found
        shorter = ENDING.sub("", DECORATION.sub("", plain))
        if shorter == plain:
            return None
        plain = shorter
    return None


def kinds_in_name(name):
    """The kinds of metric that the words of a function's name speak of, in their order.

    >>> kinds_in_name("prec_rec"), kinds_in_name("precisionRecallF1"), kinds_in_name("macro_f"), kinds_in_name("accumulate")
    (['precision', 'recall'], ['precision', 'recall', 'f1'], ['f1'], [])
    """
    plain = vocabulary.plain(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))
    if NOT_METRICS.match(plain) or RANKED.search(plain):
        return []
    whole = kind_of_word(plain)
    if whole:
        return [whole]
    words = [word for word in plain.split("_") if word]
    found, place = [], 0
    while place < len(words):
        for size in (3, 2, 1):
            kind = kind_of_word("_".join(words[place : place + size])) if place + size <= len(words) else None
            if kind:
                found.append(kind)
                place += size - 1
                break
        place += 1
    if plain in ("prf", "prfs", "compute_prf", "get_prf"):
        return ["precision", "recall", "f1"]
    if not found and re.search(r"(^|_)(macro|micro|weighted)_f$|^f_(macro|micro|weighted)$", plain):
        return ["f1"]
    return list(dict.fromkeys(found))


def kinds_of_labels(labels):
    """The kind of each label of several values; single letters count where another label is plain.

    >>> kinds_of_labels(["p", "r", "f1"]), kinds_of_labels(["p", "r", "w"])
    (['precision', 'recall', 'f1'], [None, None, None])
    """
    found = [kind_of_word(label) if label else None for label in labels]
    short = [SHORT.get(str(label).lower()) for label in labels]
    if any(found) or all(short):
        found = [kind or letter for kind, letter in zip(found, short)]
    return found
