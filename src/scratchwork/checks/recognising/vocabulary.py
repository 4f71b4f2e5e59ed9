"""What names usually mean: of parameters (``lr``: learning rate), of functions (``backward_pass``: backward).

Names come first in recognising a role, behaviour decides. Every pattern is matched against the name in lower case,
without leading and trailing underscores, camelCase split.
"""

import re

from scratchwork.checks.recognising import tongues

GREEK = str.maketrans(
    {
        "α": "alpha",
        "β": "beta",
        "γ": "gamma",
        "ε": "eps",
        "η": "eta",
        "θ": "theta",
        "λ": "lambda",
        "μ": "mu",
        "σ": "sigma",
    }
)
PARAMETERS = {
    "lr": r"lr|alp|learning_?(rate|factor|coef\w*|speed)(_init)?|l_r|l_?rate|eta0?|step_?size|rate|learning|stepsize|init_lr|learn_rate|gamma_lr|pas|pass?o|schrittweite",
    "alpha": r"alpha|alfa|a_lr",
    "epochs": r"nb_?epochs?|(n|num|max|no|nb|total|number)?_?(of_)?(iter(ation)?s?|epochs?|itrs?|steps)(_num|_no|_count|_n)?|max_?iter(ation)?s?|"
    r"iter_?max|n_?iters?_?|maxiters?|n_train_steps|max_it|n_it|num_it",
    "k": r"k|n_?clusters|(n|num)_groups|clusters_n|neighbors_n|num_?clusters|n_?neigh?bou?rs|num_?neigh?bou?rs|neigh?bou?rs|n_?components|num_?components|clusters|"
    r"n_?centers|num_?centers|num_c|n_?centroids|num_of_clusters|no_of_clusters|k_neigh?bou?rs|components|n_?comp|dimensions|n_?dims?|target_dims?|"
    r"num_?centroids|n_?principal_?components|k_clusters|number_of_(clusters|components|neigh?bou?rs)|target_size|top_?n\w*|n(um)?_?pcs?|n_?dim|new_?dims?|"
    r"(num|no|n)_of_comp\w*|(n|num)_?eig\w*|out_?dims?|(num|no|n)_of_neigh?bou?rs|(n|num)_?(axes|directions|near(est)?|vecinos)|how_many",
    "n_in": r"n_?in(puts?)?|input_?(size|dim|nodes|layer_size|layer|units|features|dims?|shape|neurons|n|d)?|n_?features(_in)?|in_?(features|dim|size|channels?|units|neurons|nodes)|"
    r"n_?x|d_?in|num_?(features|inputs|input_nodes)|inputnodes|nb_?inputs?|n_?inp|input_layer_neurons|inputs_?n|fan_in|size_in|"
    r"feature_?(dim|count|size)|dim_in|no_of_in_nodes|num_in|no_inputs|inodes|isize|ninputs?",
    "n_hidden": r"hidden_channels?|n_?h(id(den)?s?)?_?[0-9]?|hidden_?(size|dim|nodes|layer_?sizes?|layers?|units|dims?|neurons|n|sizes|layer_neurons)?_?[0-9]?|"
    r"d_?h|num_?hidden(_nodes|_units)?|hiddennodes|hid|n_?hidden_?(units|nodes|neurons|layer)?_?[0-9]?|n_?units|n_?neurons|neurons|units|"
    r"no_of_hidden_nodes|hnodes|h_size|hidden_?\w*|nhidden|num_hid|width",
    "n_out": r"n_?out(puts?)?|output_?(size|dim|nodes|layer_size|layer|units|features|dims?|shape|neurons|n|d)?|n_?class(es)?|num_?classes|"
    r"out_?(features|dim|size|channels?|units|neurons|nodes)|n_?y|d_?out|num_?outputs?|outputnodes|no_classes|nb_?classes|classes_?n|fan_out|size_out|"
    r"no_of_out_nodes|num_labels|n_?labels|onodes|noutputs?|dim_out|num_out",
    "sizes": r"(layers?|nn|network|net|layers_?)_?(sizes?|dims?|dimensions?|shapes?|nodes|units|structure|architecture|topology|config|list)|"
    r"sizes?|topology|architecture|arch|dims|dimensions_list|nodes|layers|layer_spec|structure|n_units_list|neurons_per_layer|shape",
    "seed": r"seed|random_?state|random_?seed|rnd_?seed|rand_?seed",
    "rng": r"rng|random_generator|generator|gen",
    "lambda": r"lamb?da_?\w*|lamb|lb?da?|lambd\w*|lam(_\w+)?|l2(_?\w+)?|reg(ulari[sz]ation)?(_?\w+)?|lmb?d(a|b)?|weight_?decay|penalty_strength|wd(_\w+)?|"
    r"\w+_lambda|ridge(_\w+)?|decay_l2|l2_reg|shrinkage|strength|tikhonov|penalty_?(weight|coef\w*)",
    "momentum": r"momentum|mom|mu|velocity_decay",
    "beta1": r"beta_?1|b1_decay|beta",
    "beta2": r"beta_?2",
    "eps": r"eps(ilon)?|stability|smooth",
    "tol": r"tol(erance)?|threshold_stop|min_delta|convergence_?(tol(erance)?|threshold)?|epsilon_stop|stop_?(tol|criteri\w+)",
    "batch_size": r"(mini_?)?batch_?(size|sz|len)?|mb_?size|bs|size_batch",
    "verbose": r"verbose|print_?\w*|debug|show\w*|plot\w*|display|log_?(every|interval)?|disp|report\w*|draw\w*|is_plot|quiet|silent",
    "n_init": r"(n|num)_?(inits?|initiali[sz]ations|inicios)|(n|num|max)_?(starts|runs|attempts|repetitions|replicates)|"
    r"(n_?|num_?)?(restarts?|tries|trials|repeats|reinicios?|tentativas|intentos|arranques|essais)",
    "dropout": r"dropout(_?(rate|prob|p))?|p_drop(out)?|drop_?(rate|prob)",
    "keep": r"keep_?prob\w*|p_keep|keep",
    "activation": r"activation(_?\w+)?|act(ivation)?_?(func(tion|s)?|fn|type|name)?|g|nonlinearity|hidden_activation",
    "derivative": r"derivative|deriv|activation_(deriv\w*|prime|grad\w*)|d_?activation",
    "patience": r"patience|n_iter_no_change",
    "threshold": r"threshold|umbral|limiar|seuil|schwelle?n?wert|soglia|thresh|cutoff|decision_?\w*|thr",
    "n_samples": r"m|[mn]_?(train|test|tr|examples|obs|rows|data|batch|total)|n_?samples?|num_?(samples|examples|train)|n_?examples|size_m|nsamples|number_of_samples|N",
    "X": r"x|t[re]?_?x|design|feats?|pts|data_?(mat(rix)?|arr(ay)?)(_?in)?|x_?(train|tr|data|batch|mini|in|input|s|samples?|b|values?|mat(rix)?|scaled|norm)|(train(ing)?|test)_?(x|data|inputs?|features|images|set)|"
    r"data(set|_?points?|_?matrix|_?x)?|inputs?(_?(data|batch|x|features|values?|array|list))?|features?(_?(matrix|set|vector|array))?|samples?|points?|images?|batch_?(x|inputs?|data|features)|"
    r"xs|examples?|observations?|instances?|x_?new|new_?(x|data|points?)|mini_?batch_?x|a_?0|a_?prev|observation|pixels|design_?matrix|vectors?|x_?q(uery)?|query|queries|inp|obs|arr(ay)?|mat(rix)?",
    "y": r"y|y_?(train|tr|true|data|batch|mini|s|samples?|b|values?|one_?hot|enc(oded)?|onehot|oh|label|labels|real|act(ual)?|target|gt|mat|actuals?|orig)|targets?(_?(values?|data|batch|list|vector|y|labels?|output))?|labels?(_?(batch|train|true|onehot|one_hot))?|"
    r"t|ground_?truth|(train(ing)?)_?(y|labels?|targets?|outputs?)|one_?hot(_?(y|labels?|targets?|encoded))?|truth|expected(_?(outputs?|values?|y))?|actual|desired(_?outputs?)?|"
    r"classes|outcomes?|ys|y_?vec|batch_?(y|labels?|targets?)|true(_?(labels?|values?|y|classes))?|d_out_true|response|yy|correct|gt|output_?(data|true|labels?|targets?|arrays?|matrix|vectors?)|real|codes?|class_?(ids?|idx|indices|index)|label_?(ids?|idx)|y_?(ids?|idx|codes?|ind)",
    "yhat": r"y_?hat|y_?(pred(icted|iction|ictions|s)?|out(put)?|p|prob(s|a|abilities)?|est(imated)?|score|scores)|outputs?(_?(layer|activations?|values?))?|out|pred(s|ict|icted|iction|ictions)?(_?(y|values?|labels?|output|probs?))?|"
    r"prob(s|a|abilities|ability)?|al|a_?(out|output|last|final|l)|h|hypothesis|yh|final_?(outputs?|activations?)|logits?|scores?|activations?_?out|y_?hats|h_theta|hx|p|guess|estimate|softmax_out(put)?|result|probas|ypred|forecast|y_tilde|yp|forward_output|net_output",
    "params": r"param(eter)?s?(_?(dict|values?))?|weights_?(and_?biases|dict)?|theta_?s?|model|net(work)?|coef(ficient)?s?|w_?b|nn|wb|thetas|learned_params|w_dict|weights_biases|(nn|initial|init|all|flat|rolled|unrolled|opt(imal)?|best|final)_?(param(eter)?s?|thetas?|weights?)(_?vec(tor)?)?",
    "w": r"w|weight|ws|w_vec|w_vector",
    "b": r"b|bias|intercept|b0|beta_?0",
    "grads": r"grad(ient)?s?(_?(dict|values?))?|d_?params?|dw_?db|derivatives|d_?theta|deltas|nabla",
    "cache": r"caches?|memory|memo|store|activations?|forward_?(cache|values?|results?|pass|outputs?)|intermediates?|history_fwd|saved|layer_?(outputs?|values?)|hidden_?states|fwd|tape|state|ctx|context|values",
    "training_data": r"training_?data|train_?data|train(ing)?_?set",
    "n_classes": r"n_?class(es)?|num_?class(es)?|num_?labels|k_?classes|class_?count|n_?labels|depth|c",
    "validation": r"(x|y)_(val(id)?|test|prueba|dogrulama|walid)\w*|(x|y|data)?_?(val(id(ation)?)?|dev|test)_?(data|x|y|set|labels?|inputs?|targets?|features)?|test_?data|validation_data|val_set",
}
# What only the start of a name tells, in whatever language the rest is; asked where no meaning has the name.
STARTS = {
    "yhat": r"y_(pred|prev|prog|prob|est|chap|techo|calc|tahmin|vorher|przew|wynik|out|sal|sort)\w*",
    "y": r"y_\w+",
    "X": r"x_\w+",
}
_STARTS = {meaning: re.compile(f"(?:{pattern})$") for meaning, pattern in STARTS.items()}
_PARAMETERS = {meaning: re.compile(f"(?:{pattern})$") for meaning, pattern in PARAMETERS.items()}

FUNCTIONS = (
    ("derivative", r"(d_?(sigmoid|relu|tanh|softmax|leaky_?relu|act(ivation)?|[gs]?elu|softplus|sig|swish|silu)|(sigmoid|sig|relu|tanh|softmax|leaky_?relu|act(ivation)?(_(fn|func|function))?|[gs]?elu|swish|silu|softplus|hyperbolic_tangent|logistic|linear|identity|lrelu)_?(d|der(iv(ative)?)?|deriv\w*|prime|grad(ient)?|dash|backward|back|diff|delta)|(deriv(ative)?s?|grad(ient)?s?|prime)(_of)?_(the_)?(sigmoid|relu|tanh|softmax|leaky_?relu|[gs]?elu|swish|silu|softplus|act\w*)|softmax_?jac(obian)?|jac(obian)?_softmax)"),
    ("loss_derivative", r"((compute|calc\w*|get)_?(the_)?(loss|cost|error)_?(deriv\w*|prime)|d_?(loss|cost|mse|bce|cross_?entropy)|(loss|cost|mse|bce|mean_squared_error|binary_cross_?entropy|(categorical_)?cross_?entropy|cce|squared_error|error|objective)_?(d|der(iv(ative)?)?|deriv\w*|prime|grad(ient)?|delta|backward|dash)|(deriv(ative)?)(_of)?_(the_)?(loss|cost|mse|error|cross_?entropy)|\w+_(loss|cost|mse|entropy|crossentropy|error)_?(der(iv(ative)?)?|deriv\w*|prime|dash)|d_\w*(loss|cost|mse|bce|entropy|error))"),
    ("backward", r"(.*back_?(ward|prop).*|bwd\w*|.*_bwd|delta_?j|d_?j(_\w+)?|.*gradients?|.*_grads?|grads?|compute_?d\w+|(calc\w*|compute|get|find|evaluate)_?(grad|deriv|delta)\w*|grad(ient)?_?(of_)?(loss|cost|j|function|fn|f|w|mse|theta|step_only)?|bprop|backpass|nabla\w*|partial_derivatives?|d_?(theta|weights|w|params)|.*_?back|derivatives?)"),
    ("update", r"(.*update.*|(gd|gradient|optimi[sz]er?|sgd|descent|adam|weight)_?step|step|apply_?(grad|update|descent)\w*|.*_step|adjust\w*|gradient_descent_update|optimi[sz]e_(weights|parameters|params)|optimi[sz]e_once)"),
    ("train", r"(train\w*|fit\w*|.*_?training|(batch_?|mini_?batch_?|stochastic_?)?gradient_?descent\w*|sgd|gd|learn(?!(ing)?_?rate)\w*|optimi[sz]e|nn_?model|run|.*_model|l_layer_model|two_layer_model|model_fit|solve|batch_gd|stochastic_gd|minibatch_gd|gradient_descent\w*|minimi[sz]e|adam|.*_train|train_\w+)"),
    ("loss", r"(.*loss.*|.*cost.*|.*entropy.*|mse|bce|nll|objective|j|criterion|.*likelihood.*|.*error|ce|cce|log_?loss|rss|sse)"),
    ("activation", r"(sigmoid|sig|logistic|expit|relu|re_?lu|tanh|softmax|soft_?max|leaky_?relu|lrelu|elu|swish|gelu|softplus|hyperbolic_tangent|stable_(sigmoid|softmax)|.*_?sigmoid|.*_?softmax|.*_?relu|.*_?tanh|activation(_?(fn|func|function))?|act(_fn)?|nonlin(earity)?|linear|identity|silu|selu)"),
    ("predict_proba", r"(predict_?prob\w*|proba\w*|probabilit\w+|predict_?raw)"),
    ("forward", r"(.*forward.*|feed_?forward.*|propagate|.*_?fwd|hypothesis|h|net_?input|score_?fn|model_output|net|network|mlp|compute_?(output|logits|activations?|scores?)\w*|linear_model|fprop|decision_function|logits|activate|query|inference|infer|call|calc_?outputs?|run_?forward|evaluate_network|think|estimate)"),
    ("predict", r"(predict\w*|classify\w*|pred(ec|iz|ic|ire)\w*|prever|prevoir|predire|vorhersag\w*|tahmin(_?et)?|przewid\w*|[ck]las+if(ic|iz|iq)\w*|.*_?predict(ions?)?|label_?of|knn|k_nearest\w*|(get_)?predictions?|guess|decide|assign_?label)"),
    ("init", r"(init\w*|.*_?init(iali[sz]e\w*)?|(make|create|build|random|new|get|setup|set_?up|generate|xavier|he|zero)_?(init\w*|params?|parameters?|weights?\w*|network|net|theta|mlp|model)|reset(_\w+)?|random_?init\w*|weights_?init\w*|_?init_?weights|build)"),
    ("accuracy", r"(.*accuracy.*|acc|score|evaluate|.*_score)"),
)  # fmt: skip
_FUNCTIONS = [(role, re.compile(f"(?:{pattern})$")) for role, pattern in FUNCTIONS]


_HANDLES = re.compile(
    r"(set|plot|print|show|save|load|draw|display|check|validate)_(?!up)"
)  # what it handles is told, not what it computes


def plain(name):
    """Lower case, camelCase split, outer underscores gone, foreign words in English.

    >>> plain("_forwardPass"), plain("W1"), plain("learningRate"), plain("tasaAprendizaje")
    ('forward_pass', 'w1', 'learning_rate', 'rate_learning')
    """
    return tongues.in_english(own(name))


def own(name):
    """The same in the author's own words, Greek letters by their names.

    >>> own("λ"), own("learningRate")
    ('lambda', 'learning_rate')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", name).strip("_").lower().translate(GREEK)


def spellings(name):
    """The forms in which a name is compared: as it is; in English, its words also the other way round.

    >>> spellings("tasa_aprendizaje"), spellings("forwardPass")
    (['rate_learning', 'learning_rate', 'tasa_aprendizaje'], ['forward_pass'])
    """
    mine, english = own(name), plain(name)
    return [mine] if mine == english else list(dict.fromkeys([english, tongues.turned(english), mine]))


class Spelled:
    """A pattern, in any case, for a name as it is or in English."""

    def __init__(self, pattern):
        self.pattern = re.compile(pattern, re.IGNORECASE)

    def match(self, name):
        """Whether the name, or its English form, begins so."""
        return any(self.pattern.match(form) for form in _forms(name))

    def search(self, name):
        """Whether the name, or its English form, holds it."""
        return any(self.pattern.search(form) for form in _forms(name))


def _forms(name):
    found = spellings(name)
    return [name, *found] if len(found) > 1 else [name]


def meanings(name):
    """Everything a parameter's name may mean, the likeliest first.

    >>> meanings("learning_rate"), meanings("Y_hat")
    (['lr'], ['yhat'])
    """
    for form in spellings(name):
        found = [meaning for meaning, pattern in _PARAMETERS.items() if pattern.match(form)]
        if found:
            return found
    name = own(name)
    return [meaning for meaning, pattern in _STARTS.items() if pattern.match(name)][:1]


def meaning(name):
    """The likeliest meaning of a parameter's name, or None.

    >>> meaning("n_iters"), meaning("hidden_size"), meaning("frobnicate")
    ('epochs', 'n_hidden', None)
    """
    found = meanings(name)
    return found[0] if found else None


def handles(name):
    """Whether a name tells what a function handles (sets, draws, stores) and not what it computes.

    >>> handles("set_loss"), handles("plot_cost"), handles("loss")
    (True, True, False)
    """
    return bool(_HANDLES.match(own(name)))


def role_of_name(name):
    """The role that a function's name suggests, or None.

    >>> [role_of_name(name) for name in ("backward_pass", "compute_loss", "ReLU_deriv", "init_params", "forward_prop")]
    ['backward', 'loss', 'derivative', 'init', 'forward']
    """
    if handles(name):
        return None
    for form in spellings(name):
        role = next((role for role, pattern in _FUNCTIONS if pattern.match(form)), None)
        if role:
            return role
    return None


def learns(roles, text):
    """Whether what is called a network has the steps or the words of one; ``NN`` may stand for nearest neighbour."""
    words = r"weight|hidden|layer|bias|activ|sigmoid|relu|tanh|epoch|grad|learn|\bw\d?\b"
    return not text or bool(roles & {"backward", "forward", "update"} or re.search(words, text.lower()))


def decomposes(low):
    """Whether a source takes the axes of centred rows."""
    return "mean" in low and bool(re.search(r"\b(eigh?|svd)\(", low) and re.search("compon|eigen|pca|axes|varian", low))
