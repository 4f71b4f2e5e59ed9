"""Bare functions that make one step of an optimiser: with a table of rates and memory, or with what is remembered handed in and out."""

import ast

import pytest

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.probes import optimizers
from scratchwork.checks.registry import Target
from scratchwork.checks.rules import step_numbers
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views import step_functions

TEXT = """
import numpy as np


def momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    v = config.get("velocity", np.zeros_like(w))
    v = config.setdefault("momentum", 0.9) * v - config["learning_rate"] * dw
    config["velocity"] = v
    return w + v, config


def adam(theta, grads, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grads
    v = beta2 * v + (1 - beta2) * grads**2
    theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta, m, v


def scaled(x, g, low, high):
    return x * high, low


def told(w, dw, state):
    return w - 0.1 * dw
"""


def said(text, name):
    space = {}
    exec(text, space)
    node = next(part for part in ast.parse(text).body if getattr(part, "name", "") == name)
    made = step_functions.as_class(name, space[name], node)
    if made is None:
        return None
    try:
        found = optimizers.the_steps_are_those_of_the_rule(Target(made, name, "optimizer", None, None, {}), Caller())
        return [(finding.code, finding.function) for finding in found]
    except CannotCheck as why:
        return str(why)


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("momentum", '- config["learning_rate"] * dw', "- dw", "SW-T3"),
        ("momentum", '    config["velocity"] = v\n', "", "SW-T2"),
        ("momentum", "return w + v, config", "return w - v, config", "SW-G18"),
        ("adam", "m / (1 - beta1**t)", "m / (1 - beta1)", "SW-T5"),
        ("adam", "- lr * (m", "- 0.001 * (m", "SW-T1"),
    ],
)
def test_each_layout_is_followed_step_by_step(name, old, new, code):
    assert said(TEXT, name) == []
    assert TEXT.count(old) == 1
    assert said(TEXT.replace(old, new), name) == [(code, name)]


def test_other_functions_make_no_steps():
    assert said(TEXT, "scaled") is None
    assert said(TEXT, "told") is None


def test_a_number_of_steps_that_an_update_keeps_is_kept():
    tree = ast.parse("config.update(m=m, t=t)\nbest.sort(u=t)")
    place = ast.parse("config['t']").body[0].value
    assert not step_numbers._never_kept(tree, place)
    assert step_numbers._never_kept(tree, ast.parse("config['u']").body[0].value)
