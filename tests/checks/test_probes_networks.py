"""Each rule for networks is seen to fire on one changed line, first and at the right function, and to stay silent without."""

import pytest

CORRECT = ["simpleclass", "coursera", "nielsen", "kaggle", "cs231n", "nnfs"]

FAULTS = [
    # base, changed line, code, function
    ("simpleclass", ("dz2 = (output - y) / m", "dz2 = (output - y) * output * (1 - output) / m"), "SW-G17", "backward"),
    ("simpleclass", ("self.relu_derivative(self.z1)", "(1 - self.a1 ** 2)"), "SW-G11", "backward"),
    ("simpleclass", ("db1 = np.sum(dz1, axis=0, keepdims=True)", "db1 = np.sum(dz1)"), "SW-G13", "backward"),
    ("simpleclass", ("self.W1 -= self.learning_rate * dW1", "self.W1 += self.learning_rate * dW1"), "SW-G18", "backward"),
    ("simpleclass", ("-np.sum(y_true * np.log(y_pred + 1e-8)) / m", "-np.mean(y_true * np.log(y_pred + 1e-8))"), "SW-G7", "compute_loss"),
    ("simpleclass", ("np.random.randn(input_size, hidden_size) * np.sqrt(2/input_size)", "np.full((input_size, hidden_size), 0.1)"), None, None),
    ("simpleclass", ("np.argmax(self.forward(X), axis=1)", "np.argmax(self.forward(X), axis=0)"), "SW-P5", "predict"),
    ("simpleclass", ("np.argmax(self.forward(X), axis=1)", "(self.forward(X)[:, 0] > 0.5).astype(int)"), "SW-P4", "predict"),
    ("simpleclass", ("/ np.sum(e, axis=1, keepdims=True)", "/ np.sum(e, axis=0, keepdims=True)"), "SW-N3", "softmax"),
    ("simpleclass", ("self.a2 = self.softmax(self.z2)", "self.a2 = self.softmax(self.softmax(self.z2))"), "SW-G16", "forward"),
    ("coursera", ("1 - np.power(A1, 2)", "1 - np.power(cache['Z1'], 2)"), "SW-G10", "backward_propagation"),
    ("coursera", (" + np.multiply((1 - Y), np.log(1 - A2))", ""), "SW-G9", "compute_cost"),
    ("coursera", ("W1 - learning_rate * grads['dW1']", "W1 + learning_rate * grads['dW1']"), "SW-G18", "update_parameters"),
    ("coursera", ("np.dot(W2.T, dZ2), 1", "np.dot(W2.T, dZ2) ** 2, 1"), "SW-G1", "backward_propagation"),
    ("nielsen", ("delta = np.dot(self.weights[-l+1].transpose(), delta) * sp", "delta = np.dot(self.weights[-l+1].transpose(), delta)"), "SW-G1", "backprop"),
    ("nielsen", ("return sigmoid(z)*(1-sigmoid(z))", "return 1 - np.tanh(z) ** 2"), "SW-G11", None),
    ("kaggle", ("np.sum(dZ2, axis=1, keepdims=True)", "np.sum(dZ2)"), "SW-G13", "backward_prop"),
    ("kaggle", ("W2.T.dot(dZ2)", "W2.dot(dZ2)"), "SW-G15", "backward_prop"),
    ("kaggle", ("return Z > 0", "return Z * (1 - Z)"), "SW-G11", None),
    ("cs231n", ("grads['W2'] = h1.T.dot(dscores) + reg * W2", "grads['W2'] = h1.T.dot(dscores) - reg * W2"), "SW-G2", "loss"),
    ("cs231n", ("(np.sum(W1 * W1) + np.sum(W2 * W2))", "0.0"), "SW-G5", None),
    ("cs231n", ("grads['b1'] = np.sum(dh_ReLu, axis=0)", "grads['b1'] = np.sum(dh_ReLu, axis=0) + reg * b1"), "SW-G4", "loss"),
    ("nnfs", ("self.dinputs[self.inputs <= 0] = 0", "self.dinputs[self.inputs <= 0] = 1"), "SW-G11", "backward"),
    ("nnfs", ("np.sum(dvalues, axis=0, keepdims=True)", "np.mean(dvalues, axis=0, keepdims=True)"), "SW-G13", "backward"),
    ("nnfs", ("/ (1 - self.beta_1 ** (self.iterations + 1))", ""), "SW-T5", "update_params"),
]  # fmt: skip


def slow_where(case, name):
    """The case, with the slow ones where it is that of a base that takes long."""
    return pytest.param(case, marks=pytest.mark.slow) if name == "nielsen" else pytest.param(case)


@pytest.mark.parametrize("name", [slow_where(name, name) for name in CORRECT])
def test_correct_networks_are_without_an_error(judge, base, errors, name):
    result = judge(base(name))
    assert errors(result) == []
    assert len(result.passed) >= 10


@pytest.mark.parametrize(
    "case",
    [slow_where(case, case[0]) for case in FAULTS if case[2]],
    ids=lambda case: f"{case[0]} {case[2]} {case[1][1][:24]}",
)
def test_a_fault_is_named_first_and_located(judge, base, errors, case):
    name, change, code, function = case
    result = judge(base(name, change))
    first = result.findings[0]
    assert first.code == code, [(entry.code, entry.severity, entry.observed) for entry in result.findings]
    assert first.severity in ("error", "warning")
    assert any(character.isdigit() for character in first.observed), "a finding states its numbers"
    if function:
        assert first.function == function


def test_units_that_start_equal_stay_equal(judge, base, errors):
    constant = [("np.random.randn(input_size, hidden_size) * np.sqrt(2/input_size)", "np.full((input_size, hidden_size), 0.1)"),
                ("np.random.randn(hidden_size, output_size) * np.sqrt(2/hidden_size)", "np.zeros((hidden_size, output_size))")]  # fmt: skip
    result = judge(base("simpleclass", *constant))
    assert errors(result) == ["SW-T17"]
    assert result.findings[0].function == "__init__"


def test_weights_updated_before_the_error_is_sent_back(judge, base, errors):
    change = ("dz1 = dz2 @ self.W2.T", "self.W2 -= self.learning_rate * dW2\n        dz1 = dz2 @ self.W2.T"), (
        "        self.W2 -= self.learning_rate * dW2\n        self.b2", "        self.b2")  # fmt: skip
    result = judge(base("simpleclass", *change))
    assert errors(result) == ["SW-G12"]


def test_a_rate_that_is_not_passed_on(judge, base, errors):
    change = ("self.learning_rate * d", "0.01 * d")
    result = judge(base("simpleclass", change))
    assert errors(result) == ["SW-T1"]


def test_summed_gradient_beside_a_mean_loss_is_a_remark_that_says_the_factor(judge, base, errors):
    result = judge(base("coursera", ("(1 / m) * np", "np")))
    assert errors(result) == []
    remark = next(entry for entry in result.findings if entry.code == "SW-G8")
    assert remark.observed == "The gradient is 11 times that of the reported loss: the number of samples."


def test_softmax_without_a_shift_is_a_remark(judge, base, errors):
    result = judge(base("simpleclass", (" - np.max(z, axis=1, keepdims=True)", "")))
    assert errors(result) == []
    assert [entry.severity for entry in result.findings if entry.code == "SW-N2"] == ["remark"]


def test_squared_error_reported_beside_the_gradient_of_cross_entropy_is_no_error(judge, base, errors):
    result = judge(
        base("simpleclass", ("-np.sum(y_true * np.log(y_pred + 1e-8)) / m", "np.mean((y_true - y_pred) ** 2)"))
    )
    assert errors(result) == []
    finding = next(entry for entry in result.findings if entry.code == "SW-G1")
    assert finding.observed.startswith("The update is right, the reported loss is not")


def test_roles_can_be_corrected(judge, base, errors):
    renamed = base("simpleclass", ("def backward(", "def frobnicate("), ("self.backward(", "self.frobnicate("))
    wrong = renamed.replace("self.relu_derivative(self.z1)", "(1 - self.a1 ** 2)")
    result = judge(wrong, roles={"backward": "frobnicate"})
    assert errors(result)[0] == "SW-G11"
    assert ("NeuralNetwork.frobnicate", "backward") in [(entry.object, entry.role) for entry in result.recognised]
