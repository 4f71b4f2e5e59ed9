"""Which object plays which role: by name first, by methods and source next; behaviour decides in the views."""

import ast
import dataclasses
import inspect
import re

from scratchwork.checks import asked
from scratchwork.checks.files import open_bodies, uses
from scratchwork.checks.findings import Recognised
from scratchwork.checks.recognising import binding, method_roles, vocabulary
from scratchwork.checks.recognising.activation_names import role_by_spelling
from scratchwork.checks.views import autograd, returned

KINDS = asked.KINDS

CLASS_NAMES = (
    ("preparation", r"scaler|normali[sz]er|standardi[sz]er|encoder|imputer|splitter|preprocess|binari[sz]er|k_?fold"),
    (
        "estimator",
        r"tree|forest|bayes|svm|svc|svr|boost|gaussian|discriminant|bagging|lasso|elastic|huber|poisson|quantile|hinge|tweedie|gamma_?reg|robust|ransac|theil|"
        r"least_?absolute|\blad_?reg|median_?reg|cox|ordinal|probit|tobit|support_?vector|passive_?aggr|locally_?weighted|kernel_?(ridge|reg)|gam\b|"
        r"(?<!layer_)(?<!layer)(?<!layered_)perceptron$|adaline",
    ),
    ("mlp", r"mlp|neural|multi_?layer|deep_?n|back_?prop"),
    (
        "other",
        r"mini_?batch_?k|bisecting|spherical|harmonic|kernel_?k_?means|trimmed|soft_?k_?means|(sequential|online)_?k_?means|mac_?queen|k_?medians?|k_?modes|k_?prototypes|radius|medoid|fuzzy|spectral|dbscan|agglomer|hierarch|mean_?shift|gmm|mixture|birch|affinity|"
        r"incremental|kernel_?pca|sparse_?pca|robust_?pca|probabilistic_?pca|ppca|truncated|svd$|(?<![a-z])(fast_?)?ica$|nmf|tsne|isomap",
    ),
    ("kmeans", r"k_?means|k_?(srednich|medias|moyennes|mittel)|cluster|lloyd|centroid"),
    ("knn", r"knn|k_?nn|k_?nearest|nearest_?neigh|neighbou?r|vizinho|vecino|voisin|sasiad|nachbar|kppv"),
    ("pca", r"pca|principal"),
    ("loss", r"loss|entropy|^mse|^bce|nll|criterion|^cost"),
    ("logistic", r"logist|log_?reg|reg_?log|softmax_?(reg|class)|(reg\w*|class\w*)_?(softmax|multinom)|logit|max_?ent"),
    (
        "linear",
        r"lin(ear)?_?reg|ridge(?!_?class)|ols|least_?squares|linear_?model|poly\w*reg|regression|regressor|regres+([aãi]o|j)",
    ),
    (
        "optimizer",
        r"^sgd(?!_?(class|reg))|adam|momentum|rmsprop|rms_prop|adagrad|adadelta|optimi[sz]er|nesterov|gradient_?descent",
    ),
    ("activation", r"sigmoid|relu|tanh|^softmax|activation|softplus|leaky|elu$|identity"),
    ("layer", r"dense|^linear|layer|affine|fully|^fc|dropout|batch_?norm|flatten"),
    ("mlp", r"network|^nn|nn$|net$|^ann$|_ann|ann_|ffn|autoencoder|brain|_net|net_|^net"),
)
WEAK_NAMES = (("mlp", r"model|classifier|learner|predictor"),)  # fmt: skip
FUNCTION_NAMES = (
    ("kmeans", r"((my|own|custom|simple|basic|naive|do|plain)_?)?k_?means?\w*|(find_)?(closest|nearest)_?(centroids?|centers?|cluster)\w*|assign_?(to_)?\w*(clusters?|centroids?|labels?|points?)|"
               r"(update|compute|move|new|recalculate|calc\w*|get|recompute)_?(the_)?(new_)?(centroids?|centers?|clusters?|means)\w*|lloyds?\w*|(compute_?|calc\w*_)?(inertia|wcss|distortion|sse_cluster)|"
               r"(k_?means_?)?init\w*_?(centroids?|centers?|clusters?)\w*|random_?(centroids?|centers?)\w*|choose_centroids|run_k_?means|fit_clusters|expectation|maximi[sz]ation"),
    ("knn", r"k?_?knn\w*|\w*_?knn|k_?nearest\w*|(get|find)_?(k_)?(nearest_)?neighbou?rs\w*|predict_classification|nearest_neighbou?rs?\w*|majority_vote|vote|"
            r"(euclid\w*|l2|l1|manhattan|minkowski|pairwise|compute|calc\w*)_?(distances?|dist)\w*|distances?\w*|euclidean|dist|most_common_label"),
    ("pca", r"\w*_?pca\w*|principal_components?\w*|project_?(data|onto|to)\w*|power_iteration\w*|explained_variance\w*|recover_?data|reconstruct\w*"),
    ("linear", r"normal_equations?\w*|linear_?regression\w*|ols\w*|ridge\w*|least_squares\w*|fit_line\w*|linreg"),
)  # fmt: skip


@dataclasses.dataclass
class Subject:
    """One thing to check: a class, a live object, a group of functions that belong together, a single function."""

    kind: str
    name: str
    value: object  # a class, an instance, a function, or {name: function}
    line: int | None = None
    roles: dict = dataclasses.field(default_factory=dict)  # function or method name -> role
    net: object = None  # its view, where it was made already


DEEP = r"hidden|layer|relu|tanh|weights?_?2|\bw_?2\b|net"


def _in_truth(word, plain, low, roles, kind):
    """What a class called a regression is if it is none of numbers: a network, or one that tells classes apart."""
    if word == "linear" and {"backward", "forward", "train"} <= roles and re.search(DEEP, f"{plain} {low}"):
        return "mlp"
    apart = word == "linear" and "predict_proba" in roles and re.search("softmax|sigmoid|logistic|classes", low)
    return "logistic" if apart or (word == "estimator" and method_roles.is_logistic_unit(kind, plain, low)) else word


def kind_of_class(name, kind, text):
    """The kind of a class from its name, its methods, and the text of its source (may be empty)."""
    if any(base.__module__.split(".")[0] in ("torch", "keras", "tensorflow") for base in kind.__mro__[1:]):
        return None  # its gradients are the framework's
    plain, have, low = vocabulary.plain(name), set(binding.methods(kind)), text.lower()
    roles = {vocabulary.role_of_name(method) for method in have} | set(method_roles.by_body(kind))
    for word, pattern in CLASS_NAMES:
        fits = re.search(pattern, plain) and _possible(word, have, roles, kind)
        if fits and (word != "mlp" or vocabulary.learns(roles, text)):
            return _in_truth(word, plain, low, roles, kind)
    clues = (
        ("kmeans", ("centroid" in low or "n_clusters" in low) and not _needs_labels(kind)),
        ("knn", "neighb" in low and "predict" in have and "k" in binding.meanings_of(kind).values()),
        ("pca", vocabulary.decomposes(low)),
        (
            "logistic",
            "train" in roles
            and ("softmax" in low or "sigmoid" in low)
            and not re.search(r"hidden|w2|layer|sizes|weights2|w_2", low),
        ),
        ("mlp", "backward" in roles and ("train" in roles or "update" in roles or "predict" in roles)),
        ("mlp", {"train", "forward"} <= roles and method_roles.is_deep(kind, text)),
        ("layer", "backward" in roles and "forward" in roles),
        ("logistic", "train" in roles and ("sigmoid" in low or "softmax" in low or "exp(-" in low)),
        ("optimizer", "update" in roles and "forward" not in roles and "beta" in low),
        ("linear", "train" in roles and "predict" in roles and "classif" not in plain),
        ("estimator", "train" in roles and "predict" in roles),
    )
    told = roles if method_roles.is_deep(kind) else {vocabulary.role_of_name(method) for method in have}
    deep = not text or re.search(r"dot\(|@|matmul|einsum|weight|layer|super\(", low)  # a line has a slope
    weak = ((word, re.search(a, plain) and _possible(word, have, told, kind)) for word, a in WEAK_NAMES if deep)
    return next((word for word, holds in (*clues[:-2], *weak, *clues[-2:]) if holds), None)


def _possible(word, have, roles, kind=None):
    if word == "knn":
        return bool(have)
    if word in ("kmeans", "pca"):
        return not _needs_labels(kind)
    if word == "estimator":
        return bool(roles & {"train"}) and "predict" in roles
    if word in ("layer", "activation"):
        return "train" not in roles and (
            "forward" in roles or "__call__" in have or "activation" in roles or word == "activation"
        )
    if word == "mlp":
        return "train" in roles or "backward" in roles or "forward" in roles
    if word == "optimizer":
        return "forward" not in roles and not {"predict", "loss"} & roles
    if word == "loss":
        return "train" not in roles
    return True


def kind_of_function(name):
    """The family that a bare function belongs to by its name, or None."""
    plain = vocabulary.plain(name)
    return next((kind for kind, pattern in FUNCTION_NAMES if re.fullmatch(pattern, plain)), None)


def _needs_labels(kind):
    """Whether fit requires a y: such a class neither clusters nor decomposes."""
    fit = getattr(kind, "fit", None)
    entries = binding.parameters(fit) if fit else []
    return any(entry.name == "y" and entry.default is entry.empty for entry in entries)


def text_of(tree, name):
    """Source text of a class or function of the module, docstrings and all."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name:
            return ast.unparse(node)
    return ""


def lines_of(tree):
    """{name or Class.name: line} of definitions."""
    found = {}
    for node in tree.body if tree is not None else ():
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            found[node.name] = node.lineno
            for item in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(item, ast.FunctionDef):
                    found.setdefault(item.name, item.lineno)
                    found[f"{node.name}.{item.name}"] = item.lineno
    return found | (returned.inherited(tree, found) if tree is not None else {})


def subjects(namespace, tree, only=None, kind=None, roles=None):
    """Everything in a module that can be checked, as Subject."""
    mine = {name: item for name, item in namespace.items() if getattr(item, "__module__", None) == "user_module"}
    classes = {name: item for name, item in mine.items() if inspect.isclass(item)}
    functions = [(name, item) for name, item in mine.items() if inspect.isfunction(item)]
    functions = dict(sorted(functions, key=lambda pair: pair[1].__name__ == "<lambda>"))
    if only:
        classes = {name: item for name, item in classes.items() if name == only}
        functions = functions if not classes and only in functions else {}
    lines = lines_of(tree)
    return [*_classes(classes, tree, lines, kind, roles, mine), *_functions(functions, tree, lines, kind, roles, only)]


def _classes(classes, tree, lines, kind, roles, mine):
    parents = {base for item in classes.values() for base in item.__mro__[1:] if base in mine.values()}
    for name, item in classes.items():
        abstract = item in parents and not any(method == "fit" or "predict" in method for method in vars(item))
        if abstract or issubclass(item, (BaseException, tuple)) or (item in parents and _is_open(tree, name)):
            continue
        text = "\n".join(text_of(tree, base.__name__) for base in item.__mro__ if base in mine.values())
        chosen = kind or ("autograd" if autograd.is_engine(item) else kind_of_class(name, item, text))
        if chosen == "activation" and "backward" in {
            vocabulary.role_of_name(method) for method in binding.methods(item)
        }:
            chosen = "activation class"
        given = asked.roles_within(set(binding.methods(item)), roles)
        chosen = chosen or asked.kind_by_roles(given)
        given = asked.with_both(method_roles.by_body(item)) | given
        if chosen:
            yield Subject(chosen, name, item, lines.get(name), given)


def may_learn(kind):
    """Whether a class of unknown kind has the looks of something that learns: two methods, and one that takes data."""
    if issubclass(kind, (BaseException, tuple)) or any(
        base.__module__.split(".")[0] in ("torch", "keras") for base in kind.__mro__
    ):
        return False
    own = [name for name in vars(kind) if not name.startswith("__") and callable(getattr(kind, name))]
    plain = vocabulary.plain(kind.__name__)
    other = any(
        word in ("preparation", "other", "layer", "loss", "activation", "optimizer") and re.search(pattern, plain)
        for word, pattern in CLASS_NAMES
    )
    roles = {vocabulary.role_of_name(name) for name in own}
    return len(own) >= 2 and not other and not re.search("median|modes|metric|score", plain) and "backward" not in roles


def _is_open(tree, name):
    """Whether a class that others inherit from leaves a method to them."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name != "__init__"]
            return any(open_bodies.is_open(item) for item in methods) or not methods
    return False


def _functions(functions, tree, lines, kind, roles, only):
    from scratchwork.checks.probes import layer_functions as probe_layer_functions
    from scratchwork.checks.views import component_axes, step_functions

    families, single, roles = {}, [], asked.roles_within(set(functions), roles)
    for name, item in functions.items():
        family = kind if kind in ("kmeans", "knn", "pca", "linear") else kind_of_function(name)
        role = vocabulary.role_of_name(name) or role_by_spelling(name)
        if family:
            families.setdefault(family, {})[name] = item
        if role in ("activation", "derivative", "loss", "loss_derivative") and (only is None or only == name):
            single.append(Subject(role, name, item, lines.get(name)))
    families.get("pca", {}).update({name: item for name, item in functions.items() if component_axes.takes_axes(item)})
    single += [Subject("optimizer", *entry) for entry in step_functions.classes(functions, tree, lines)]
    for family, group in families.items():
        yield Subject(f"{family} functions", next(iter(group)), group, lines.get(next(iter(group))), dict(roles or {}))
    if probe_layer_functions.stand_alone(functions):
        yield Subject("layer functions", "functions", functions, None, dict(roles or {}))
    else:
        yield from _groups(functions, families, kind, roles)
    yield from single


def _groups(functions, families, kind, roles):
    """Functions that belong together: a cost of parameters and data with its gradient; or the steps of a network."""
    from scratchwork.checks.views import cost_pairs, objective

    names = {vocabulary.role_of_name(name) for name in functions} | set(roles or {})
    costs = [
        name for name, item in functions.items() if objective.is_objective(item) and _takes_parts(name, item, names)
    ]
    if costs and kind not in ("knn", "kmeans", "pca", "mlp"):
        for group in cost_pairs.by_cost(functions, costs, objective.is_objective) or [functions]:
            yield Subject(
                "objective functions", next(name for name in costs if name in group), group, None, dict(roles or {})
            )
        return
    forward = names & {"forward", "predict_proba", "predict", "loss"} and names & {"backward", "update", "train"}
    if forward and kind not in ("knn", "kmeans", "pca") and not {"knn", "kmeans", "linear"} & set(families):
        yield Subject("network functions", "functions", functions, None, dict(roles or {}))


def _takes_parts(name, function, roles):
    """Whether a cost-like function stands on its own: no forward pass gives it what it needs, and it has one weight array."""
    from scratchwork.checks.views import objective

    weights = [kind for kind in objective.parameter_names(function).values() if kind == "w"]
    if any(uses.use_of(key, function, function.__globals__).keys for key, kind in objective.parameter_names(function).items() if kind == "w"):  # fmt: skip
        return False  # a dict of arrays
    role = vocabulary.role_of_name(name)
    return len(weights) == 1 and (
        role in ("loss", "backward", "forward")
        or (role is None and "grad" in name.lower())
        or (role == "train" and "forward" not in roles)
    )


def shown(subject, lines):
    """What is printed of a subject: its kind, and its functions' roles."""
    yield Recognised(subject.name, subject.kind, subject.line)
    if inspect.isclass(subject.value) or not isinstance(subject.value, dict):
        for method in binding.methods(subject.value) if inspect.isclass(subject.value) else ():
            role = _given(subject, method) or vocabulary.role_of_name(method)
            if role and f"{subject.name}.{method}" in lines:
                yield Recognised(f"{subject.name}.{method}", role, lines[f"{subject.name}.{method}"])
        return
    for name in subject.value:
        if name != subject.name and (role := _given(subject, name) or vocabulary.role_of_name(name)):
            yield Recognised(name, role, lines.get(name))


def _given(subject, name):
    return next((role for role, given in subject.roles.items() if given == name), None)
