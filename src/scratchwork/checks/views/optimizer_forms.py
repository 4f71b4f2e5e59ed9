"""The update rules as one form with places to fill, and what the usual mistakes put into a place instead.

    m = a m + b g        q = c q + d g^2        step = sign rate (m / c1) / (root(q / c2) + eps)

Momentum has no q, RMSProp no m, Adagrad neither decays nor corrects. A mistake is another entry in one place or two.
"""

import dataclasses
import itertools

import numpy as np


@dataclasses.dataclass(frozen=True)
class Form:
    """One rule: what stands in each place, in words that ``values`` turns into numbers."""

    family: str
    a: str = "0"
    b: str = "1"
    c: str = "0"
    d: str = "0"
    square: str = "g^2"
    c1: str = "1"
    c2: str = "1"
    root: str = "root"  # "none": nothing divides; "plain": no root
    rate: str = "lr"
    sign: int = -1

    def rule(self, numbers):
        """The rule as a function of (state, gradient, t)."""
        at = {name: _value(getattr(self, name), numbers) for name in ("a", "b", "c", "d", "rate")}

        def step(s, g, t):
            s["m"] = at["a"] * s.get("m", 0.0) + at["b"] * g
            powers = {"g^2": g * g, "|g|": np.abs(g), "m^2": s["m"] ** 2}[self.square]
            s["q"] = at["c"] * s.get("q", 0.0) + at["d"] * powers
            c1, c2 = (_correction(word, numbers, t) for word in (self.c1, self.c2))
            q = s["q"] / c2
            below = {"none": 1.0, "plain": q + numbers["eps"]}.get(self.root)
            below = np.sqrt(np.abs(q)) + numbers["eps"] if below is None else below
            return self.sign * at["rate"] * (s["m"] / c1) / below

        return step


def _value(word, numbers):
    if word.startswith("1 - "):
        return 1 - numbers[word[4:]]
    return numbers[word] if word in numbers else float(word)


def _correction(word, numbers, t):
    if word == "1":
        return 1.0
    decay, _, power = word.partition("^")
    b = numbers[decay]
    if power == "*t":
        return 1 - b * t if 1 - b * t else 1e-9
    return 1 - b ** {"t": t, "1": 1, "t+1": t + 1, "2t": 2 * t}[power]


ADAM = Form("adam", "b1", "1 - b1", "b2", "1 - b2", c1="b1^t", c2="b2^t")
FORMS = {
    "adam": ADAM,
    "momentum": Form("momentum", "mu", "1", root="none"),
    "averaging momentum": Form("momentum", "mu", "1 - mu", root="none"),
    "rms": Form("rms", c="rho", d="1 - rho"),
    "adagrad": Form("adagrad", c="1", d="1"),
    "sgd": Form("sgd", root="none"),
}


def mistakes_of(form):
    """[({place: entry}, code, words)] of single mistakes in a form."""
    first, second = form.a, form.c
    moments = {"adam": ("the first moment", "the second moment"), "rms": ("", "the average of squares")}
    m_name, q_name = moments.get(form.family, ("the velocity", "the sum of squares"))
    found = [({"sign": 1}, "SW-G18", "uphill"), ({"rate": "0.001"}, "SW-T1", "a rate of 0.001 whatever is asked"),
             ({"rate": "0.01"}, "SW-T1", "a rate of 0.01 whatever is asked"), ({"rate": "1"}, "SW-T3" if form.family == "momentum" else "SW-T1", "no rate")]  # fmt: skip
    if first != "0":
        found += [
            ({"a": "1"}, "SW-T3", f"{m_name} never decaying"),
            ({"a": "0"}, "SW-T2", f"{m_name} forgotten at every step"),
        ]
        found += [({"b": word}, "SW-T3", f"{m_name} taking {word} times the gradient") for word in ("1", first, "lr") if (word != form.b and form.family == "adam") or word == "lr"]  # fmt: skip
    if form.family == "adam":
        found += [({"a": "b2"}, "SW-T2", "beta2 in the place of beta1"), ({"b": "1 - b2"}, "SW-T5", "1 - beta2 in the place of 1 - beta1"),
                  ({"c": "b1"}, "SW-T2", "beta1 in the place of beta2"), ({"d": "1 - b1"}, "SW-T5", "1 - beta1 in the place of 1 - beta2"),
                  ({"a": "b2", "b": "1 - b2"}, "SW-T2", "the first moment averaged with beta2: beta1 is not used"),
                  ({"c": "b1", "d": "1 - b1"}, "SW-T2", "the second moment averaged with beta1: beta2 is not used")]  # fmt: skip
        found += _corrections()
    if form.root != "none":
        found += [({"root": "plain"}, "SW-P90", "no root below"), ({"square": "|g|"}, "SW-T5" if form.family == "adam" else "SW-P90", f"{q_name} of |g|, not of g^2")]  # fmt: skip
        if second not in ("0", "1"):
            found += [({"c": "0"}, "SW-T2", f"{q_name} forgotten at every step"), ({"c": "1"}, "SW-T3", f"{q_name} never decaying"),
                      ({"d": "1"}, "SW-T3", f"{q_name} without its factor 1 - {'beta2' if form.family == 'adam' else 'rho'}"), ({"d": second}, "SW-T3", f"{q_name} taking the decay times the square")]  # fmt: skip
    return found


def _corrections():
    """Wrong bias corrections of Adam, of one moment or of both."""
    found = []
    for words, pair in (("no bias correction", ("1", "1")), ("the correction of t = 1 throughout", ("b1^1", "b2^1")), ("t starting at 2", ("b1^t+1", "b2^t+1")),
                        ("t raised for every array", ("b1^2t", "b2^2t")), ("1 - beta * t", ("b1^*t", "b2^*t"))):  # fmt: skip
        found.append(({"c1": pair[0], "c2": pair[1]}, "SW-T5", words))
        found += [
            ({"c1": pair[0]}, "SW-T5", f"{words} in the first moment"),
            ({"c2": pair[1]}, "SW-T5", f"{words} in the second moment"),
        ]
    found += [({"c1": "b2^t", "c2": "b1^t"}, "SW-T5", "the two corrections exchanged"), ({"c1": "b2^t"}, "SW-T5", "beta2 in the first correction"),
              ({"c2": "b1^t"}, "SW-T5", "beta1 in the second correction")]  # fmt: skip
    return found


def wrong(numbers, pairs=True):
    """(family, code, words, rule) of every form with one mistake, then with two."""
    for name, form in FORMS.items():
        for places, code, words in mistakes_of(form):
            yield form.family, code, f"{_titled(name)} with {words}", dataclasses.replace(form, **places).rule(numbers)
    for name, form in FORMS.items() if pairs else ():
        for (places, code, words), (more, other, too) in itertools.combinations(mistakes_of(form), 2):
            if not set(places) & set(more):
                both = dataclasses.replace(form, **places, **more).rule(numbers)
                yield form.family, min(code, other, key=_rank), f"{_titled(name)} with {words} and {too}", both


def _titled(name):
    return {"adam": "Adam", "rms": "RMSProp", "adagrad": "Adagrad", "sgd": "plain descent"}.get(name, name)


def _rank(code):
    return ("SW-G18", "SW-T5", "SW-T3", "SW-T1", "SW-T2", "SW-P90").index(code)


@dataclasses.dataclass
class Rates:
    """The hyperparameters of an optimiser, and the update rules as functions of (state, gradient, t)."""

    lr: float
    mu: float
    b1: float
    b2: float
    rho: float
    eps: float

    def velocity(self, s, g, gain=1.0):
        """v = mu v + gain g."""
        s["v"] = self.mu * s.get("v", 0.0) + gain * g
        return s["v"]

    def nesterov(self, s, g, t):
        """A step that looks ahead: g + mu v."""
        return -self.lr * (g + self.mu * self.velocity(s, g))

    def nesterov_other(self, s, g, t):
        """The same in the form that keeps the step as velocity."""
        old = s.get("v", 0.0)
        s["v"] = self.mu * old - self.lr * g
        return -self.mu * old + (1 + self.mu) * s["v"]

    def adam(self, late=False):
        """Adam; ``late`` adds epsilon before the second correction."""

        def rule(s, g, t):
            s["m"] = self.b1 * s.get("m", 0.0) + (1 - self.b1) * g
            s["q"] = self.b2 * s.get("q", 0.0) + (1 - self.b2) * g * g
            c1, c2 = 1 - self.b1**t, 1 - self.b2**t
            below = (np.sqrt(s["q"]) + self.eps) / np.sqrt(c2) if late else np.sqrt(s["q"] / c2) + self.eps
            return -self.lr * (s["m"] / c1) / below

        return rule

    def rms(self, inside=False):
        """RMSProp, the epsilon inside the root or beside it."""

        def rule(s, g, t):
            s["q"] = self.rho * s.get("q", 0.0) + (1 - self.rho) * g * g
            below = np.sqrt(s["q"] + self.eps) if inside else np.sqrt(s["q"]) + self.eps
            return -self.lr * g / below

        return rule

    def adagrad(self, s, g, t):
        """Every coordinate divided by the root of the sum of its squares."""
        s["q"] = s.get("q", 0.0) + g * g
        return -self.lr * g / (np.sqrt(s["q"]) + self.eps)


def right_rules(r):
    """{name: (family, None, rule)} of the usual updates; averaging momentum carries its remark."""
    return {
        "plain descent": ("sgd", None, lambda s, g, t: -r.lr * g),
        "momentum": ("momentum", None, lambda s, g, t: -r.lr * r.velocity(s, g)),
        "averaging momentum": ("momentum", "SW-T4", lambda s, g, t: -r.lr * r.velocity(s, g, 1 - r.mu)),
        "Nesterov": ("nesterov", None, r.nesterov),
        "Nesterov, other form": ("nesterov", None, r.nesterov_other),
        "Adam": ("adam", None, r.adam()),
        "Adam, epsilon before the correction": ("adam", None, r.adam(late=True)),
        "RMSProp": ("rms", None, r.rms()),
        "RMSProp, epsilon under the root": ("rms", None, r.rms(inside=True)),
        "Adagrad": ("adagrad", None, r.adagrad),
    }
