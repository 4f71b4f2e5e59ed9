"""The checker as a pytest function: one line an object, an error fails its case, a warning does not."""

import subprocess
import sys

WRONG = "import numpy as np\n\ndef relu(z):\n    return np.maximum(z, 0)\n\ndef tanh_derivative(z):\n    return 1 - np.tanh(z)\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"


def test_one_line_for_each_object(tmp_path):
    (tmp_path / "theirs.py").write_text(WRONG)
    (tmp_path / "test_theirs.py").write_text(
        "from scratchwork.checks.pytest_items import test_cases\ntest_theirs = test_cases('theirs.py')\n"
    )
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "test_theirs.py"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    assert "test_theirs.py::test_theirs[relu] PASSED" in said
    assert "test_theirs.py::test_theirs[tanh_derivative] FAILED" in said
    assert "test_theirs.py::test_theirs[sigmoid] PASSED" in said
    assert "ERROR SW-G11" in said
    assert "1 failed, 3 passed" in said
