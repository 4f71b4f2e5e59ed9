"""Which bare functions are metrics or prepare data: by name, then by whether they can be called so."""

import re

from scratchwork.checks import binding, vocabulary

METRICS = (
    ("confusion", r".*confusion.*|conf_?mat(rix)?|cm"),
    ("roc_auc", r".*(roc_?auc|auc_?roc)(_score)?|(compute_|calc\w*_|get_)?auc(_score)?|area_under\w*roc\w*"),
    ("roc_curve", r"(compute_|calc\w*_|get_)?roc(_?curve|_points)?"),
    ("report", r"(compute_|calc\w*_|get_|evaluate_|eval_)?(classification_?|regression_?|binary_?|all_?)?(metrics|report|scores)|"
               r"(evaluate|evaluation)(_metrics|_predictions|_classification)?|precision_?(and_?)?recall\w*"),
    ("balanced_accuracy", r"balanced_?acc\w*"),
    ("accuracy", r"(compute_|calc\w*_|get_|binary_|categorical_|classification_)?(accuracy|acc)(_score|_metric|_rate|_percentage|_fn|_percent)?"),
    ("error_rate", r"(classification_?|misclassification_?)(error|rate)(_rate)?|error_rate|zero_one_loss"),
    ("specificity", r".*specificity.*|true_negative_rate|tnr"),
    ("precision", r"(compute_|calc\w*_|get_|macro_|micro_|weighted_)?precision(_score|_metric|_macro|_micro|_multiclass)?|ppv"),
    ("recall", r"(compute_|calc\w*_|get_|macro_|micro_|weighted_)?(recall|sensitivity|true_positive_rate|tpr)(_score|_metric|_macro|_micro|_multiclass)?"),
    ("f1", r"(compute_|calc\w*_|get_|macro_|micro_|weighted_)?f_?1(_?score|_?measure|_macro|_micro|_metric|_multiclass)?|f_?(score|measure)"),
    ("r2", r"(compute_|calc\w*_|get_)?(r2|r_?squared?|r_2|r_sq|coefficient_of_determination)(_score|_metric)?"),
    ("rmse", r"(compute_|calc\w*_|get_)?(rmse|root_mean_squared?_error)(_score|_metric)?"),
    ("mse", r"(compute_|calc\w*_|get_)?(mse|mean_squared?_error)(_score|_metric)"),
    ("mae", r"(compute_|calc\w*_|get_)?(mae|mean_absolute_error)(_score|_metric)?"),
    ("clusters", r".*purity.*|cluster(ing)?_accuracy|rand_index|adjusted_rand\w*|ari"),
)  # fmt: skip
PREPARATIONS = (
    ("onehot", r".*one_?hot.*|to_categorical|onehot\w*|dummy_encode|make_indicator\w*"),
    ("split", r".*train_?(and_?)?(test|val|valid|validation)_?split.*|split_?(data|dataset|train_test|train_val|the_data)\w*|train_test|data_split|holdout\w*|splits?"),
    ("batches", r"(get_|make_|create_|iterate_|random_|generate_|next_|iter_)?(mini_?)?_?batch(es|_generator|_iterator|_iter|ify|er)?(_iterator|_generator)?|iterate_minibatches|data_iter|batch_data"),
    ("shuffle", r".*shuffle.*|permute_?(data|together|rows)|unison_\w+"),
    ("poly", r"(map|poly|polynomial|expand|create_poly|add_poly|generate_poly)\w*_?(features?|terms|expand|expansion|degree|basis)\w*|polynomial|expand"),
    ("bias", r"add_?(bias|ones|intercept|dummy|x0|constant)\w*|with_(bias|ones|intercept)|(prepend|append)_(ones|bias|intercept)"),
    ("scale", r"(.*_)?(standardi[sz]e|standardi[sz]ation|normali[sz]e|normali[sz]ation|z_?score\w*|min_?max\w*|feature_?scal\w+|scale|scaling|rescale|scale_features|mean_normali\w+|feature_normali\w+|whiten)(_\w+)?|scale_\w+|standard_scal\w+"),
)  # fmt: skip
_METRICS = [(role, re.compile(f"(?:{pattern})$")) for role, pattern in METRICS]
_PREPARATIONS = [(role, re.compile(f"(?:{pattern})$")) for role, pattern in PREPARATIONS]

TRUE = re.compile(
    r"^(y|t|y_?true|true|y_?test|y_?train|y_?val|targets?|labels?|actuals?|y_?actual|ground_?truth|gt|truth|expected|real|y_?real|"
    r"true_?(labels?|values?|y|classes|cls)|test_?labels|y_?label|gold|reference|correct|target_?(values|labels)|observed|obs|y_?gt|"
    r"actual_?(values?|labels?|y)|labels_?true|y_?target|outcomes?)$"
)
GUESS = re.compile(
    r"^(p|h|y_?hat|y_?pred(icted|iction|ictions|s)?|preds?|predictions?|predicted(_\w+)?|pred_?(labels?|y|class(es)?|values?)|guess(es)?|estimate(d|s)?|"
    r"y_?scores?|scores?|y_?probs?(a|abilities)?|prob(s|a|abilities)?|y_?p|output(s)?|labels_?pred|forecast|y_?out(put)?|logits|y_?score|y_?est|"
    r"test_?predictions?|prediction_?\w+|yp|result(s)?|clusters?|assignments?|decision_\w+)$"
)


MODELS = re.compile(r"^(model|clf|w|b|theta|params?|weights?|x(_\w+)?|net|self|data\w*)$")


def role_of_function(name, function, call):
    """``"metric:accuracy"``, ``"preparation:scale"`` or None.

    >>> def accuracy_score(y_true, y_pred): ...
    >>> role_of_function("accuracy_score", accuracy_score, None)
    'metric:accuracy'
    """
    plain = vocabulary.plain(name)
    entries = binding.parameters(function)
    required = [entry for entry in entries if entry.default is entry.empty]
    for role, pattern in _METRICS:
        if pattern.match(plain):
            return f"metric:{role}" if is_metric(required) else None
    for role, pattern in _PREPARATIONS:
        if pattern.match(plain):
            return f"preparation:{role}" if 1 <= len(required) <= 4 else None
    return None


def is_metric(required):
    """Whether the required parameters can be labels and predictions."""
    names = [vocabulary.plain(entry.name) for entry in required]
    return 2 <= len(names) <= 4 and (set(names) == {"a", "b"} or not any(MODELS.match(name) for name in names))
