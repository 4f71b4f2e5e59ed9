"""Classes of which only the training shows how they learn: each fault fires on one changed line, none without."""

import pytest

RIGHT = ["bias_column_net"]
FAULTS = [
    # base, changed line, code, function
    ("bias_column_net", ("* squash_slope(z)", "* squash_slope(a)"), "SW-G10", "slope"),
    ("bias_column_net", ("last = out - wanted", "last = wanted - out"), "SW-G18", None),
    ("bias_column_net", ("* squash_slope(z)", "* (1 - a**2)"), "SW-G11", "slope"),
    ("bias_column_net", ("last = out - wanted", "last = (out - wanted) * (1 - out**2)"), "SW-G11", "slope"),
]  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_ones_are_without_an_error(judge, errors, base, name):
    assert errors(judge(base(name))) == []


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[0]} {case[2]} {case[1][1][:24]}")
def test_one_changed_line_is_named_and_located(judge, base, case):
    name, change, code, function = case
    result = judge(base(name, change))
    found = [finding for finding in result.findings if finding.severity == "error"]
    assert [finding.code for finding in found][:1] == [code]
    assert function is None or found[0].function == function
