"""Optimisers whose step is handed nothing: what they move stands in objects that they were given, or in a table of their own."""

import textwrap

import pytest

from scratchwork.checks.probes import optimizers
from scratchwork.checks.registry import Target
from scratchwork.checks.running.call import Caller

GIVEN = """
    import numpy as np

    class Adam:
        def __init__(self, params, lr=0.01, beta1=0.9, beta2=0.999):
            self.params, self.lr, self.b1, self.b2, self.t = list(params), lr, beta1, beta2, 0
            self.m, self.q = [0.0 for leaf in self.params], [0.0 for leaf in self.params]

        def step(self):
            self.t += 1
            for k, leaf in enumerate(self.params):
                self.m[k] = self.b1 * self.m[k] + (1 - self.b1) * leaf.grad
                self.q[k] = self.b2 * self.q[k] + (1 - self.b2) * leaf.grad ** 2
                tall = self.m[k] / (1 - self.b1 ** self.t)
                leaf.data -= self.lr * tall / (np.sqrt(self.q[k] / (1 - self.b2 ** self.t)) + 1e-8)
"""
OWN = """
    import numpy as np

    class RMSProp:
        def __init__(self, lr=0.01, gamma=0.9):
            self.lr, self.gamma, self.held = lr, gamma, {}

        def step(self):
            held, keep = self.held, self.gamma
            held["q"] = keep * held.get("q", 0.0) + (1 - keep) * held["grads"] ** 2
            held["weights"] -= self.lr * held["grads"] / np.sqrt(held["q"] + 1e-8)
"""


def _codes(text):
    space = {"__name__": "user_module"}
    exec(textwrap.dedent(text), space)
    kind = next(item for item in space.values() if isinstance(item, type))
    return [
        entry.code
        for entry in optimizers.the_steps_are_those_of_the_rule(Target(kind, kind.__name__, "optimizer"), Caller())
    ]


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (GIVEN, "(1 - self.b1 ** self.t)", "(1 - self.b1)", "SW-T5"),
        (GIVEN, "leaf.data -=", "leaf.data +=", "SW-G18"),
        (OWN, "keep = self.held, self.gamma", "keep = self.held, 0.95", "SW-T2"),
    ],
)
def test_steps_of_what_is_kept_are_those_of_the_rule(text, old, new, code):
    assert old in text
    assert _codes(text) == []
    assert _codes(text.replace(old, new)) == [code]
