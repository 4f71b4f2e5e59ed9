"""Calls that make, fit and judge models."""

import ast
import re

from scratchwork.checks.files.names import tokens
from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.flow import tables
from scratchwork.checks.flow.sequences import element
from scratchwork.checks.flow.values import UNKNOWN, Estimator, Leak, Value, element_of, fresh, joined, saw_all

FRACTIONS = {
    "accuracy_score",
    "precision_score",
    "recall_score",
    "f1_score",
    "roc_auc_score",
    "balanced_accuracy_score",
}
CROSS = re.compile(r"cross_?val|k_?fold|(^|_)cv(_|$)|leave_one_out|loocv", re.IGNORECASE)
FITS = {"fit", "fit_transform", "fit_predict", "train", "partial_fit", "fit_resample", "fit_sample", "learn"}


def is_constructor(name):
    """Whether a name is written like a class."""
    return (name[:1].isupper() and name not in ("X", "Y", *tables.GENERATORS) and not name.isupper()) or name in tables.RESAMPLERS | {
        "PCA", "KNN", "NMF", "SVC", "MLP", "SVR", "NN", "ANN", "LDA", "QDA", "SGD", "UMAP", "RFE", "RFECV",
    }  # fmt: skip


def construct(flow, node, last, args, kwargs):
    """An object with methods; for a pipeline, a model."""
    if last in ("DataFrame", "Series", "Tensor", "FloatTensor", "LongTensor", "Path", "Counter"):
        made = joined(args).but(kind=args[0].kind, name="") if args else UNKNOWN
        told = {value.kind for value in (*args, *(value for given in args for _, value in given.entries))}
        fills = last == "DataFrame" and not made.roots and not told & {"score", "scores", "hits", "prediction"}
        return (
            Value(roots=frozenset([fresh()]), kind="data", source="table") if fills else made
        )  # a table that is made here
    if last in ("DataLoader", "TensorDataset", "Dataset", "Subset"):
        return joined(args).but(kind="data", source="loader")
    if last in tables.FOLDERS:
        flow.note("folds", node, call=node)
        return Value(kind="folds")
    data = [value for value in args if value.roots and value.kind in ("data", "labels")]
    made = Estimator(
        last,
        kind_of_class(flow, last),
        node.lineno,
        keywords=dict(kwargs),
        regressor="egress" in last and "ogistic" not in last,
    )
    if len(data) >= 1 and made.kind == "model":
        made.fitted.append(data[0])
        flow.note("fit", node, estimator=made, data=data[0], labels=data[1] if len(data) > 1 else None)
    return Value(kind="estimator", estimator=made)


def kind_of_class(flow, name):
    """scaler, row, clusterer, search or model."""
    if name in flow.classes:
        return kind_of_own_class(flow.classes[name])
    for kind, names in (
        ("scaler", tables.SCALERS), ("row", tables.ROW_BY_ROW), ("resampler", tables.RESAMPLERS),
        ("clusterer", tables.CLUSTERERS), ("search", tables.SEARCHES),
    ):  # fmt: skip
        if name in names:
            return kind
    said = name.lower()
    if "kmeans" in said or "cluster" in said:
        return "clusterer"
    if said.endswith(("scaler", "standardizer", "standardiser", "imputer", "pca")):
        return "scaler"
    return "row" if said.endswith(("encoder", "vectorizer", "tokenizer")) else "model"


def kind_of_own_class(node):
    """A class of the file: a transformer if it has transform and no predict."""
    methods = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    said = node.name.lower()
    if "kmeans" in said or "k_means" in said or "cluster" in said or said in ("kmean",):
        return "clusterer"
    if "predict" in methods or not methods & {"transform", "fit_transform", "scale", "apply"}:
        return "model"
    text = ast.unparse(node)
    learns = any(word in text for word in (".mean(", "np.mean", ".std(", ".min(", ".max(", "svd(", "eig", ".cov("))
    return "scaler" if learns and "axis=1" not in text and methods & {"fit", "fit_transform"} else "row"


def method(flow, node, last, estimator, args, kwargs):
    """A method of an object that can be fitted."""
    given = [*args, *(kwargs[key] for key in ("X", "x", "X_train") if key in kwargs)]
    about = given[0] if given else UNKNOWN
    labels = args[1] if len(args) > 1 else kwargs.get("y")
    if last in FITS and given:
        fitted = fit(flow, node, last, estimator, about, labels, kwargs)
        if last in ("fit", "train", "learn", "partial_fit"):
            return Value(kind="estimator", estimator=estimator)
        return fitted
    if last == "transform":
        return transformed(flow, node, estimator, about)
    rows, told = ([value for value in (*args, *kwargs.values()) if value.kind == kind] for kind in ("data", "labels"))
    if rows and told and re.search("predict|test|evaluat|valid|scor|accura|check", last.lower()):
        return judged(flow, node, last, estimator, rows[0], told[0])  # rows together with their labels
    if last in tables.PREDICTORS | tables.SOFT_PREDICTORS or "predict" in last or last == "forward":
        return predicted(flow, node, last, estimator, about)
    if last in ("score", "evaluate", "accuracy", "test", "compute_accuracy", "get_accuracy") and given:
        return judged(flow, node, last, estimator, about, labels)
    return joined(given).but(kind="") if given else UNKNOWN


def fit(flow, node, last, estimator, about, labels, kwargs):
    """Fitting: what was learnt from remembers its part; a scaler's result remembers a leak."""
    estimator.fitted.append(about)
    flow.note("fit", node, estimator=estimator, data=about, labels=labels, method=last)
    estimator.text = estimator.text or bool(labels is not None and labels.text)
    if "validation_split" in kwargs:
        flow.note("split", node, values=(about,), call=None, parts=("val",))
    if estimator.kind == "resampler":
        more = about.but(resampled=(*about.resampled, node.lineno), part=about.part)
        return Value(items=(more, (labels or UNKNOWN).but(resampled=more.resampled)), kind="tuple")
    if last == "fit_predict":
        return Value(kind="cluster" if estimator.kind == "clusterer" else "prediction", cluster=True, part=about.part)
    if last == "fit_transform":
        return transformed(flow, node, estimator, about)
    return about


def transformed(flow, node, estimator, about):
    """The data after a fitted transformer; a leak where that saw rows of another part."""
    if estimator.kind != "scaler" or not about.roots or not estimator.fitted:
        return about.but(cols=None, shape=None)
    last = estimator.fitted[-1]
    made = about.but(cols=None, shape=None, scale=(*about.scale, ("by", id(estimator))))
    ends = [pair[1] for pair in (last.bounds, last.span) if pair and len(pair) == 2]
    first_rows = any(end not in (None, "None", "") for end in ends)  # scaler.fit(data[:train_size])
    whole = last.part in (None, "both") and last.roots & about.roots and not first_rows and saw_all(last.path, about)
    if not whole:
        return made
    strong = estimator.name not in tables.WEAK_SCALERS
    leak = Leak(node.lineno, tuple(flow.stack), f"{estimator.name} fitted on {last.name or 'all rows'}", strong)
    return made if any(old.how == leak.how for old in made.leaks) else made.but(leaks=(*made.leaks, leak))


def predicted(flow, node, last, estimator, about):
    """A prediction for a part; hard labels or scores, as the method says."""
    flow.note("predict", node, estimator=estimator, data=about)
    if estimator.kind == "clusterer":
        return Value(kind="cluster", cluster=True, part=about.part, roots=about.roots)
    hard = None
    if last in tables.PREDICTORS:
        hard = None if estimator.regressor else own_predict_is_hard(flow, estimator)
    elif last in tables.SOFT_PREDICTORS:
        hard = False
    about = Value(roots=about.roots, part=about.part, picked=about.picked, perm=about.perm)
    return about.but(kind="prediction", hard=hard, source=estimator.name, text=estimator.text)


def own_predict_is_hard(flow, estimator):
    """Whether ``predict`` gives labels: in a class of the file, if it thresholds or takes an argmax."""
    node = flow.classes.get(estimator.name)
    if node is None:
        soft = ("Sequential", "Model", "Linear", "Ridge", "Lasso", "Elastic", "Functional")
        return not estimator.name.startswith(soft)
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name in tables.PREDICTORS:
            text = ast.unparse(part)
            marks = ("argmax", ">", "round(", "np.where", "astype(int", "bincount", "most_common", "np.sign")
            return True if any(mark in text for mark in marks) else None
    return None


def judged(flow, node, last, estimator, about, labels):
    """``model.score(X, y)``."""
    fitted = estimator.fitted[-1] if estimator.fitted else None
    ends = (fitted.span or (None, None))[1] if fitted is not None else None
    if ends and about.span and about.span[0] == ends:  # fit(X_train[:n]), score(X_train[n:])
        about = about.but(part="val")
    flow.note("score", node, part=about.part, name=last, value=about, args=(about, labels or UNKNOWN), fitted=fitted)
    return Value(kind="score", part=about.part, roots=about.roots, source=estimator.name, picked=about.picked)


def known(flow, node, last, base, args, kwargs):
    """Metrics, cross-validation, selection, printing; else None."""
    if last in tables.CROSS_VALIDATIONS:
        about = args[1] if len(args) > 1 else UNKNOWN
        flow.note("crossval", node, data=about)
        return Value(kind="scores", part="cv")
    if last in ("max", "min", "sorted", "index"):
        return selected(flow, node, last, base, args)
    if last in tables.METRICS or last in ("sum", "count_nonzero"):
        return as_metric(flow, node, last, args if base is None else (base, *args), kwargs, None)
    if last == "print" or (base is None and last in ("display", "info")):
        flow.note("print", node, args=args)
        return UNKNOWN
    if last in ("zip",):
        return zipped(args)
    if last == "enumerate" and args:
        return Value(each=Value(items=(Value(kind="number"), element(flow, args[0], node.args[0])), kind="tuple"), kind="tuple", roots=args[0].roots)  # fmt: skip
    return as_metric(flow, node, last, args, kwargs, None, named_only=True)


def zipped(args):
    """``zip(a, b)``: what it runs over, pair by pair; item by item where all are written out."""
    if args and all(value.items is not None for value in args):
        return Value(
            items=tuple(Value(items=pair, kind="tuple") for pair in zip(*(v.items for v in args))), kind="pairs"
        )
    pair = Value(items=tuple(element_of(value) for value in args), kind="tuple")
    return Value(each=pair, kind="tuple", roots=joined(args).roots)


def selected(flow, node, last, base, args):
    """``max(scores)``, ``max(results, key=results.get)``, ``scores.index(max(scores))``, ``sorted(results)[0]``."""
    about = args[0] if args else UNKNOWN
    if about.kind == "scores" and last != "index":
        flow.note("select", node, part=about.part, scores=about)
        by_key = any(getattr(part.value, "attr", "") in ("get", "__getitem__") for part in node.keywords)
        return UNKNOWN if by_key else about.but(kind="score")  # the setting of the best score, or that score
    if last in ("max", "min") and len(args) == 2 and "score" in (args[0].kind, args[1].kind):
        score = args[0] if args[0].kind == "score" else args[1]
        flow.note("select", node, part=score.part, scores=score)
        return score
    if about.each is not None and len(args) == 1:
        return about if last == "sorted" else about.each
    return joined(args).but(kind="") if args else UNKNOWN


def as_metric(flow, node, last, args, kwargs, result, named_only=False, said=False):
    """A call whose name is that of a metric and whose arguments are predictions and labels is a score; ``said``: noted."""
    words = set(tokens(last))
    is_metric = last in tables.METRICS or bool(words & tables.METRIC_WORDS and "split" not in words)
    about = [
        value
        for value in (*args, *kwargs.values())
        if value.kind in ("prediction", "labels", "cluster", "hits", "data")
    ]
    about = [value for value in about if value.kind != "data" or value.part]
    if last in ("sum", "count_nonzero"):
        return args[0].but(kind="score", shape="count") if args and args[0].kind == "hits" else result
    if not is_metric or not about:
        return result
    if named_only and not any(value.kind in ("prediction", "labels", "cluster") for value in about):
        return result
    scored = result is not None and result.kind in ("score", "scores")
    parts = {"cv"} if CROSS.search(last) else {value.part for value in about}
    part = result.part if scored else parts.pop() if len(parts) == 1 else None
    source = next((value.source for value in about if value.kind == "prediction" and value.source), "")
    source = "loss" if words & {"loss", "cost", "objective", "nll", "bce", "entropy"} else source
    if not (scored and said):
        flow.note("score", node, part=part, name=last, value=joined(about).but(source=source), args=args, fitted=None)
    if scored:
        return result
    kind = "tuple" if last in ("roc_curve", "classification_report", "confusion_matrix") else "score"
    if result is not None and result.items is not None:
        return result
    fraction = last in FRACTIONS and last not in flow.functions
    mixed = joined(about)
    made = Value(kind=kind, part=part, source=source, const="fraction" if fraction else None)
    return made.but(cluster=mixed.cluster, picked=mixed.picked)


__all__ = ["Leak", "as_metric", "construct", "dotted", "is_constructor", "known", "method"]
