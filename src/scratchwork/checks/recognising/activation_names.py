"""Which activation, or whose derivative, the whole name of a function speaks of."""

import re

from scratchwork.checks.recognising import vocabulary

SPELLINGS = {
    "softmax": r"(log_?)?soft_?max(imum)?", "leaky": r"leaky(_?re_?lu)?|l_?relu", "sigmoid": r"sigmoide?|sigm?|logistic|expit",
    "tanh": r"tan_?h|hyperbolic_?tan(gent)?|tan_?hyp\w*", "relu": r"re_?lu|rectifi\w+(_linear)?(_unit)?", "softplus": r"soft_?plus",
    "swish": r"swish|silu", "elu": r"elu",
}  # fmt: skip
DERIVED = r"d|dx|dz|df|der|deriv\w*|prime|grad(ient)?s?|dash|backwards?|back|bwd|bprop|diff|delta|slope|jac(obian)?"
AROUND = (
    r"my|own|our|the|an|of|fn|func(tion|tie|ao|ion)?|fungsi|funktion|fonction|funcion|activation|activate|activ|act|aktiv\w*|ativ\w*|"
    r"non_?lin\w*|(numerically_?)?(un)?stable|stabili[sz]ed|safe|vectori[sz]ed|vec|elementwise|compute|calc(ulate)?|get|apply|eval|do|forward|fwd|"
    r"op|np|numpy|python|py|torch|scalar|array|matrix|batch(ed)?|rows?|col(umn)?s?|simple|plain|basic|naive|"
    r"manual|custom|standard|impl\w*|from_scratch|scratch|helper|v?\d+|\dd|values?"
)


def _whole(words, around):
    return re.compile(rf"(({around})_?|[a-z]_)*({words})(_?({around})|_[a-z])*$")


_NAMED = {kind: _whole(words, f"{AROUND}|{DERIVED}") for kind, words in SPELLINGS.items()}
_ITSELF = [_whole(words, AROUND) for words in SPELLINGS.values()]


def which(name):
    """The activation that a function's whole name speaks of, or None: a hard, squared or shifted one is another function.

    >>> which("my_sigmoid_fn"), which("leakyReLU"), which("d_tanh"), which("hard_sigmoid"), which("prelu")
    ('sigmoid', 'leaky', 'tanh', None, None)
    """
    plain = vocabulary.plain(name.split(".")[-1])
    return next((kind for kind, pattern in _NAMED.items() if pattern.match(plain)), None)


def role_by_spelling(name):
    """``"activation"`` or ``"derivative"`` where the whole name speaks of one, else None.

    >>> role_by_spelling("sigmoid_fn"), role_by_spelling("slope_of_tanh"), role_by_spelling("softmax_loss")
    ('activation', 'derivative', None)
    """
    plain = vocabulary.plain(name)
    if any(pattern.match(plain) for pattern in _ITSELF) and not plain.startswith("d_"):
        return "activation"
    return "derivative" if which(name) else None
