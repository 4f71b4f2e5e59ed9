"""Which bare functions are metrics or prepare data: by name, then by whether they can be called so."""

import ast
import re

from scratchwork.checks.recognising import binding, metric_words, vocabulary
from scratchwork.checks.views import returned

METRICS = (
    ("confusion", r".*confusion.*|conf_?mat(rix)?|cm"),
    ("roc_auc", r".*(roc_?auc|auc_?roc)(_score)?|\w*roc_?curve_(and_)?auc\w*|\w*auc_(and_)?roc_?curve\w*|(?!.*(^|_)(pr|prc|precision|partial|p|curve)_)(\w+_)?auc(_(score|by|of|from|via|with|mann|rank|exact|binary|np|value)\w*)?|area_under\w*roc\w*"),
    ("roc_curve", r"(compute_|calc\w*_|get_|my_|own_|manual_|custom_|make_)?roc(_?curve|_points|_coords|_data)?(_(from_)?(scratch|manual|np|numpy))?"),
    ("report", r"(compute_|calc\w*_|get_|evaluate_|eval_)?(classification_?|regression_?|binary_?|all_?)?(metrics|report|scores)|"
               r"(evaluate|evaluation)(_metrics|_predictions|_classification)?|precision_?(and_?)?recall\w*"),
    ("balanced_accuracy", r"balanced_?acc\w*"),
    ("accuracy", r"(compute_|calc\w*_|get_|binary_|categorical_|classification_)?(accuracy|acc|classification_rate)(_score|_metric|_rate|_percentage|_fn|_percent)?"),
    ("error_rate", r"(mis)?classification_?error(_rate)?|misclassification_?rate|error_rate|zero_one_loss"),
    ("specificity", r".*specificity.*|true_negative_rate|tnr"),
    ("precision", r"(compute_|calc\w*_|get_|macro_|micro_|weighted_)?precision(_score|_metric|_macro|_micro|_multiclass)?|ppv"),
    ("recall", r"(compute_|calc\w*_|get_|macro_|micro_|weighted_)?(recall|sensitivity|true_positive_rate|tpr)(_score|_metric|_macro|_micro|_multiclass)?"),
    ("f1", r"(compute_|calc\w*_|get_|macro_|micro_|weighted_)?f_?1(_?score|_?measure|_macro|_micro|_metric|_multiclass)?|f_?(score|measure)"),
    ("r2", r"(compute_|calc\w*_|get_)?(r2|r_?squared?|r_2|r_sq|coefficient_of_determination)(_score|_metric)?"),
    ("rmse", r"(compute_|calc\w*_|get_)?(rmse|root_mean_squared?_error)(_score|_metric)?"),
    ("mse", r"(compute_|calc\w*_|get_)?(mse|mean_squared?_error)(_score|_metric)"),
    ("mae", r"(compute_|calc\w*_|get_)?(mae|mean_absolute_error)(_score|_metric)?"),
    ("mape", r"(compute_|calc\w*_|get_)?(mape|mean_absolute_percentage_error)(_score|_metric)?"),
    ("clusters", r".*purity.*|cluster(ing)?_accuracy|rand_index|adjusted_rand\w*|ari"),
)  # fmt: skip
PREPARATIONS = (
    ("impute", r".*imput\w*|(.*_)?fill_?(na|nans?|missing|gaps|in_missing)\w*|(replace|handle|treat|clean|remove)_?(nans?|missing)\w*"),
    ("sample", r"(pick|sample|choose|draw|select|get|show|random)_?(\w*_)?(random_)?(examples|samples|images|rows|points|indices)"),
    ("folds", r"(get_|make_|create_|generate_)?k_?folds?(_\w+)?|(make|get|create)_folds"),
    ("onehot", r".*one_?hot.*|to_categorical|onehot\w*|dummy_encode|make_indicator\w*"),
    ("split", r".*train_?(and_?)?(test|val|valid|validation)_?split.*|split_?(data|dataset|train|the_data)\w*|train_test|data_split|holdout\w*|splits?|"
              r"(manual|random|stratif\w+|my|own|custom|simple|shuffle|split_by)_(\w+_)?split\w*|(\w+_)?(train|test|val(id\w*)?)_(\w+_)?split\w*"),
    ("batches", r"(get_|make_|create_|iterate_|random_|generate_|next_|iter_)?(mini_?)?_?batch(es|_generator|_iterator|_iter|ify|er)?(_iterator|_generator)?|iterate_minibatches|data_iter|batch_data"),
    ("shuffle", r".*shuffle.*|permute_?(data|together|rows)|unison_\w+"),
    ("poly", r"(map|poly|polynomial|expand|create_poly|add_poly|generate_poly)\w*_?(features?|terms|expand|expansion|degree|basis)\w*|polynomial|expand"),
    ("bias", r"add_?(bias|ones|intercept|dummy|x0|constant)\w*|with_(bias|ones|intercept)|(prepend|append)_(ones|bias|intercept)"),
    ("scale", r"(.*_)?(standardi[sz]e|standardi[sz]ation|normali[sz]e|normali[sz]ation|z_?score\w*|min_?max\w*|feature_?scal\w+|scale|scaling|rescale|scale_features|mean_normali\w+|feature_normali\w+|whiten)(_\w+)?|scale_\w+|standard_scal\w+|"
              r"(fit|learn|compute|calc\w*|get|apply|use|make)_(\w+_)?(scaler|standardi[sz]er|normali[sz]er|stat(istic)?s|mean_?(and_?)?std|scaling)\w*"),
)  # fmt: skip
_METRICS = [(role, re.compile(f"(?:{pattern})$")) for role, pattern in METRICS]
_PREPARATIONS = [(role, re.compile(f"(?:{pattern})$")) for role, pattern in PREPARATIONS]

TRUE = re.compile(
    r"^(y|t|y_?true|true|y_?te(st)?|y_?train|y_?val|test_?y|train_?y|val_?y|targets?|labels?|actuals?|y_?actual|ground_?truth|gt|truth|expected|real|y_?real|"
    r"true_?(labels?|values?|y|classes|cls)|test_?labels|y_?label|gold|reference|correct|target_?(values|labels)|observed|obs|y_?gt|"
    r"actual_?(values?|labels?|y)|labels_?true|y_?target|outcomes?)$"
)
GUESS = re.compile(
    r"^(p|h|y_?hat|y_?pred(icted|iction|ictions|s)?|preds?|predictions?|predicted(_\w+)?|pred_?(labels?|y|class(es)?|values?)|guess(es)?|estimate(d|s)?|"
    r"y_?scores?|scores?|y_?probs?(a|abilities)?|prob(s|a|abilities)?|y_?p|output(s)?|labels_?pred|forecast|y_?out(put)?|logits|y_?score|y_?est|"
    r"test_?predictions?|prediction_?\w+|yp|result(s)?|clusters?|assignments?|decision_\w+)$"
)


MODELS = re.compile(r"^(model|clf|w|b|theta|params?|weights?|x(_\w+)?|net|self|data\w*)$")
TRUE_WORDS = re.compile(
    r"^(true|truths?|actuals?|targets?|labels?|gold|real|expected|gt|reference|observed|ground|correct)$"
)
GUESS_WORDS = re.compile(
    r"^(pred\w*|answers?|decisions?|detected|inferred|said|hat|guess\w*|prob\w*|scores?|outputs?|est\w*|forecast\w*|yhat|hypothes\w+|fit(ted)?)$"
)
SINGLE = ("accuracy", "error_rate", "precision", "recall", "f1", "r2", "rmse", "mse", "mae", "mape", "specificity", "balanced_accuracy",
          "npv", "fpr", "fnr", "mcc", "kappa", "jaccard")  # fmt: skip


OF_COUNTS = ("accuracy", "error_rate", "precision", "recall", "f1", "specificity", "npv", "fpr", "fnr", "jaccard")
TABLE = re.compile(r"^(cm|conf\w*|\w*confusion\w*|matrix|mat|table|c_?m|m)$")


def is_guess(word):
    """Whether a parameter's name speaks of predictions.

    >>> is_guess("y_pred_test"), is_guess("predicted_labels"), is_guess("y_test")
    (True, True, False)
    """
    return bool(GUESS.match(word)) or any(GUESS_WORDS.match(part) for part in word.split("_"))


def is_truth(word):
    """Whether a parameter's name speaks of the labels.

    >>> is_truth("true_cls"), is_truth("pred_labels")
    (True, False)
    """
    return bool(TRUE.match(word)) or (
        any(TRUE_WORDS.match(part) for part in word.split("_"))
        and not any(GUESS_WORDS.match(part) for part in word.split("_"))
    )


def role_of_function(name, function, call, node=None):
    """``"metric:accuracy"``, ``"preparation:scale"`` or None.

    Parameters
    ----------
    node : ast.FunctionDef, optional
        Its source: what it returns by name tells a report of several metrics.

    >>> def accuracy_score(y_true, y_pred): ...
    >>> role_of_function("accuracy_score", accuracy_score, None)
    'metric:accuracy'
    """
    plain = vocabulary.plain(name.rpartition(".")[2])
    required = [entry for entry in binding.parameters(function) if entry.default is entry.empty]
    counted = role_of_counts(name, [entry.name for entry in required])
    if counted or of_a_table(required, node):
        return counted or "counts:report"
    for role, pattern in _METRICS:
        if pattern.match(plain) and not (role in SINGLE and metric_words.is_relative(plain)):
            return f"metric:{role}" if is_metric(required) else None
    for role, pattern in _PREPARATIONS:
        if pattern.match(plain) and not re.match(r"(signed_)?(log|symlog|sqrt|power|rank|box_?cox)_", plain):
            return f"preparation:{role}" if 1 <= len(required) <= 4 else None
    return metric_by_its_words(name, required, node)


def role_of_counts(name, required):
    """``"counts:f1"`` of a function of counts, of precision and recall, or of a confusion matrix; None for others.

    >>> role_of_counts("f1_score", ["precision", "recall"]), role_of_counts("recall", ["tp", "fn"])
    ('counts:f1', 'counts:recall')
    """
    kinds = metric_words.kinds_in_name(name.rpartition(".")[2])
    if len(kinds) != 1 or kinds[0] not in OF_COUNTS or not required:
        return None
    words = [metric_words.kind_of_word(word) for word in required]
    letters = kinds == ["f1"] and [word.lower() for word in required] in (["p", "r"], ["r", "p"])
    given = letters or all(word in ("tp", "fp", "fn", "tn", "precision", "recall") for word in words)
    alone = len(required) == 1 and TABLE.match(vocabulary.plain(required[0]))
    return f"counts:{kinds[0]}" if given or alone else None


def metric_by_its_words(name, required, node):
    """A metric with labels and predictions among its parameters, told by the words of its name or of what it returns."""
    names = [vocabulary.plain(entry.name) for entry in required]
    if not any(is_guess(word) for word in names) or not any(is_truth(word) and not is_guess(word) for word in names):
        return None
    if not is_metric(required):
        return None
    kinds = metric_words.kinds_in_name(name.rpartition(".")[2])
    if len(kinds) == 1 and kinds[0] in SINGLE:
        return None if metric_words.is_relative(name) else f"metric:{kinds[0]}"
    if len(kinds) > 1 or len(told_by(node)) > 1:
        return "metric:report"
    return None


def of_a_table(required, node):
    """Whether a function takes a confusion matrix alone and returns several metrics of it."""
    return len(required) == 1 and bool(TABLE.match(vocabulary.plain(required[0].name))) and len(told_by(node)) > 1


def told_by(node):
    """The kinds of metric among the names that a function returns, the keys of its dict, or the labels it prints."""
    if node is None:
        return set()
    labels = [label for label in returned.names_returned(node) or [] if label]
    kinds = {kind for kind in metric_words.kinds_of_labels(labels) if kind} if len(labels) > 1 else set()
    for item in ast.walk(node):
        if isinstance(item, ast.Dict):
            words = [key.value for key in item.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            kinds |= {metric_words.kind_of_word(word) for word in words}
        elif isinstance(item, ast.Call) and getattr(item.func, "id", "") == "print":
            words = [
                part.value for part in ast.walk(item) if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            kinds |= {metric_words.kind_of_word(word.strip(" :=")) for word in words}
    return kinds - {None}


def is_metric(required):
    """Whether the required parameters can be labels and predictions."""
    names = [vocabulary.plain(entry.name) for entry in required]
    return 2 <= len(names) <= 4 and (set(names) == {"a", "b"} or not any(MODELS.match(name) for name in names))
