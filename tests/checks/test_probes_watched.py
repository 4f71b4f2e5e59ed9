"""Networks seen only through their training, and autograd engines: each fault fires on one changed line, none without."""

import pathlib

import pytest

FOLDER = pathlib.Path(__file__).parent / "collection"
CORRECT = ["mlp_early_stop", "engine"]
FAULTS = [
    # base, changed line, code, function
    ("mlp_early_stop", ("(1.0 - activations[i] ** 2)", "activations[i] * (1 - activations[i])"), "SW-G11", "_backprop"),
    ("mlp_early_stop", ("insert(0, delta.sum(axis=0))", "insert(0, delta.sum())"), "SW-G13", "_backprop"),
    ("mlp_early_stop", ("v -= self.learning_rate_init * g", "v += self.learning_rate_init * g"), "SW-G18", None),
    ("mlp_early_stop", ("self._backprop(acts, codes[rows], coefs)", "self._backprop(acts, codes[:len(rows)], coefs)"), "SW-T11", "fit"),
    ("engine", ("g * (1 - t * t)", "g * (1 - t)"), "SW-G11", "tanh"),
    ("engine", ("parent.grad += g", "parent.grad = g"), "SW-G1", "backward"),
    ("engine", ("(g * other.data, g * self.data)", "(g * other.data, g)"), "SW-G1", "__mul__"),
    ("engine", ("for node in reversed(order)", "for node in [self] + order[:-1]"), "SW-G1", None),
]  # fmt: skip


@pytest.mark.parametrize("name", CORRECT)
def test_right_ones_are_without_an_error(judge, errors, name):
    assert errors(judge((FOLDER / f"{name}.py").read_text())) == []


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[0]} {case[2]} {case[1][1][:24]}")
def test_one_changed_line_is_named_and_located(judge, case):
    name, (old, new), code, function = case
    text = (FOLDER / f"{name}.py").read_text()
    assert text.count(old) == 1
    result = judge(text.replace(old, new))
    found = [finding for finding in result.findings if finding.severity == "error"]
    assert [finding.code for finding in found][:1] == [code]
    assert function is None or found[0].function == function
