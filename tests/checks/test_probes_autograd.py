"""Autograd engines of few operations, without ``*`` and ``sum``, and the loop around them: one changed line is named."""

import pytest

FAULTS = [
    # changed line, code, function
    (("out.grad @ other.data.T", "out.grad @ other.data.reshape(other.data.shape[::-1])"), "SW-G1", "dot"),
    (("out.grad * (self.data > 0)", "out.grad * (out.data >= 0)"), "SW-G11", "relu"),
    (("grad = grad.sum(axis=axis, keepdims=True)", "grad = grad.mean(axis=axis, keepdims=True)"), "SW-G13", "shrink"),
    (("self.grad += out.grad * (self", "self.grad = out.grad * (self"), "SW-G1", "relu"),
    (("for node in reversed(order)", "for node in order"), "SW-G1", "backward"),
    (("/ target.size * out.grad", "* out.grad"), "SW-G1", "squared_error"),
    (("            layer.clear()\n", "            pass\n"), "SW-G1", "follow_slope"),
]  # fmt: skip


def test_a_right_engine_is_without_an_error(judge, errors, base):
    assert errors(judge(base("array_engine"))) == []


def test_values_made_anew_in_each_step_need_no_reset(judge, errors, base):
    changes = [("            layer.clear()\n", "            pass\n")]
    changes += [(f"layer.{name}.data -= rate * layer.{name}.grad", f"layer.{name} = Node(layer.{name}.data - rate * layer.{name}.grad)") for name in "wb"]  # fmt: skip
    assert errors(judge(base("array_engine", *changes))) == []


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[1]} {case[2]}")
def test_one_changed_line_is_named_and_located(judge, base, case):
    change, code, function = case
    result = judge(base("array_engine", change))
    found = [finding for finding in result.findings if finding.severity == "error"]
    assert [(finding.code, finding.function) for finding in found][:1] == [(code, function)]


def test_a_step_up_the_loss_is_told_and_one_with_a_negative_rate_is_not(judge, base):
    named = [("def backward(self)", "def send_backwards(self)"), ("loss.backward()", "loss.send_backwards()")]
    up = [(f"layer.{name}.data -= rate", f"layer.{name}.data += rate") for name in "wb"]
    for more, codes in (
        ([], []),
        (up, [("SW-G18", "follow_slope")]),
        ([(a, b.replace("rate", "-rate")) for a, b in up], []),
    ):
        found = judge(base("array_engine", *named, *more)).findings
        assert [(entry.code, entry.function) for entry in found if entry.severity != "remark"] == codes
