"""An exercise that is still open is "not written yet", whatever its skeleton looks like; nothing is judged by it."""

import ast

import pytest

from scratchwork.checks import check
from scratchwork.checks.files.open_bodies import close

OPEN = {
    "empty": "def cost(w, X, y):\n    pass\n",
    "words alone": 'def cost(w, X, y):\n    """The cost."""\n',
    "raise": "def cost(w, X, y):\n    raise Exception('TODO: write this')\n",
    "zeros": "def gradient(w, X, y):\n    grad = np.zeros(w.shape)\n    # ===== YOUR CODE HERE =====\n\n    return grad\n",
    "zero": "def cost(w, X, y):\n    m = y.size\n    J = 0\n    # YOUR CODE HERE\n    return J\n",
    "None": "def forward(X, W):\n    ### START CODE HERE ###\n    Z = None\n    ### END CODE HERE ###\n    cache = {'Z': Z}\n    return Z, cache\n",
    "None after": "def cost(A, Y):\n    # YOUR CODE STARTS HERE\n    cost = None\n    cost = float(np.squeeze(cost))\n    return cost\n",
    "loops": "def distances(X, Y):\n    D = np.zeros((len(X), len(Y)))\n    for i in range(len(X)):\n        # TODO\n        pass\n    return D\n",
}
WRITTEN = {
    "a start with zeros": "def init_weights(n, k):\n    # TODO: try He's start\n    W = np.zeros((n, k))\n    return W\n",
    "the identity": "def linear(z):\n    # TODO: docstring\n    return z\n",
    "one line": "def cost(p, y):\n    ### START CODE HERE ###\n    return ((p - y) ** 2).mean()\n",
    "a search": "def best(rows):\n    # YOUR CODE HERE\n    least = None\n    for row in rows:\n        least = row if least is None else min(least, row)\n    return least\n",
    "zeros without a mark": "def gradient(w, X, y):\n    grad = np.zeros(w.shape)\n    return grad\n",
    "a hook": "class Flat:\n    def forward(self, x):\n        return x.ravel()\n    def update(self, rate):\n        pass\n",
    "a base": "class Layer:\n    def forward(self, x):\n        pass\nclass Flat(Layer):\n    def forward(self, x):\n        return x\n",
    "a setter": "class Net:\n    def reset(self, rate):\n        # TODO: momentum\n        self.rate = None\n",
}


@pytest.mark.parametrize("name", OPEN)
def test_a_skeleton_is_open(name):
    assert len(close(ast.parse(OPEN[name]), OPEN[name])) == 1


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_not(name):
    assert close(ast.parse(WRITTEN[name]), WRITTEN[name]) == []


def told(tmp_path, text):
    path = tmp_path / "theirs.py"
    path.write_text("import numpy as np\n\n\n" + text)
    return check(str(path), fast=True)


def test_a_file_of_stubs_is_not_written_yet(tmp_path):
    empty_class = "class KMeans:\n    def __init__(self, k):\n        self.k = k\n    def fit(self, X):\n        ...\n    def predict(self, X):\n        return None\n"
    result = told(tmp_path, OPEN["zero"] + OPEN["zeros"] + empty_class + "\nprint(cost(1, 2, 3))\n")
    assert {finding.code for finding in result.findings} == {"SW-X96"}
    assert [finding.observed for finding in result.findings] == [
        "cost is not written yet.",
        "gradient is not written yet.",
        "KMeans.fit is not written yet.",
    ]
    assert result.passed == []
    assert result.exit_code == 2


def test_what_is_written_beside_a_stub_is_checked(tmp_path):
    sigmoid = "def sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))\n"
    result = told(tmp_path, sigmoid + OPEN["zero"] + OPEN["zeros"])
    assert [(finding.code, finding.function) for finding in result.findings] == [
        ("SW-X96", "cost"),
        ("SW-X96", "gradient"),
    ]
    assert "SW-G91" in result.passed
    assert "SW-G1" not in result.passed
    assert result.exit_code == 0


def test_an_open_method_is_not_read_for_faults(tmp_path):
    result = told(
        tmp_path,
        "class KNearestNeighbor:\n    def train(self, X, y):\n        self.X, self.y = X, y\n"
        "    def predict(self, X, k=1):\n        labels = np.zeros(len(X))\n        for i in range(len(X)):\n"
        "            # TODO: vote\n            pass\n        return labels\n",
    )
    assert [(finding.code, finding.object, finding.function) for finding in result.findings] == [
        ("SW-X96", "KNearestNeighbor", "predict")
    ]
    assert result.exit_code == 2
