"""Classes of which only the training shows how they learn: each fault fires on one changed line, none without."""

import pytest

pytestmark = pytest.mark.slow  # whole checks of whole classes

RIGHT = ["bias_column_net", "adam_early_stop"]
FAULTS = [
    # base, changed line, code, function
    ("bias_column_net", ("* squash_slope(z)", "* squash_slope(a)"), "SW-G10", "slope"),
    ("bias_column_net", ("last = out - wanted", "last = wanted - out"), "SW-G18", None),
    ("bias_column_net", ("* squash_slope(z)", "* (1 - a**2)"), "SW-G11", "slope"),
    ("bias_column_net", ("last = out - wanted", "last = (out - wanted) * (1 - out**2)"), "SW-G11", "slope"),
    pytest.param(("bias_column_net", ("rng.normal(0, 0.5, size=shape)", "np.full(shape, 0.1)"), "SW-T17", "__init__"), marks=pytest.mark.slow),
    pytest.param(("bias_column_net", ("return self.run(X, self.theta)[2].argmax(axis=1)", "z, a, _ = self.run(X, self.theta)\n        return (with_ones(z) @ self.roll(self.theta)[1].T).argmax(axis=1)"), "SW-P1", "predict"), marks=pytest.mark.slow),
    pytest.param(("bias_column_net", ("[2].argmax(axis=1)", "[2].argmax(axis=0)"), "SW-P5", "predict"), marks=pytest.mark.slow),
    ("bias_column_net", ("(part + self.weight_decay * pull)", "(part - self.weight_decay * pull)"), "SW-G2", "slope"),
    ("bias_column_net", ("(part + self.weight_decay * pull)", "part"), "SW-G5", None),
    ("bias_column_net", (" + (1 - target) * np.log(1 - out)", ""), "SW-G9", "cost"),
    ("adam_early_stop", ("(1 - 0.9**self.t), self.v[name] / (1 - 0.999**self.t)", "0.1, self.v[name] / 0.001"), "SW-T5", "_adam"),
]  # fmt: skip
WARNED = [
    ("bias_column_net", ("            pull[:, 0] = 0\n", ""), "SW-G4", "slope"),
    ("bias_column_net", ("penalty = 0.5 * self", "penalty = self"), "SW-G8", "cost"),
]  # fmt: skip


@pytest.mark.parametrize("case", WARNED, ids=lambda case: case[2])
def test_a_penalty_that_does_not_fit_is_a_warning(judge, base, case):
    name, change, code, function = case
    assert (code, function) in [(item.code, item.function) for item in judge(base(name, change)).findings]


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name == "bias_column_net" else ()) for name in RIGHT])  # fmt: skip
def test_right_ones_are_without_an_error(judge, errors, base, name):
    assert errors(judge(base(name))) == []


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[0]} {case[2]} {case[1][1][:24]}")
def test_one_changed_line_is_named_and_located(judge, base, case):
    name, change, code, function = case
    result = judge(base(name, change))
    found = [finding for finding in result.findings if finding.severity == "error"]
    assert [finding.code for finding in found][:1] == [code]
    assert function is None or found[0].function == function
