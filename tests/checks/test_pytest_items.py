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


STUB = "class LogisticRegression:\n    def fit(self, X, y):\n        # TODO\n        pass\n\n    def predict(self, X):\n        raise NotImplementedError\n"


def run(*words, cwd):
    command = [sys.executable, "-m", "pytest", "-v", "-rs", "-p", "no:cacheprovider", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True).stdout


def test_an_exercise_that_is_still_empty_is_skipped_and_the_path_starts_at_the_test(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "stub.py").write_text(STUB)
    (tmp_path / "inner" / "test_theirs.py").write_text(
        "from scratchwork.checks.pytest_items import test_cases\ntest_stub = test_cases('stub.py')\n"
    )
    said = run("inner/test_theirs.py", cwd=tmp_path)
    assert "test_stub[LogisticRegression] SKIPPED" in said
    assert "is not written yet" in said


def test_a_file_that_is_not_there_is_told_in_words(tmp_path):
    (tmp_path / "test_theirs.py").write_text(
        "from scratchwork.checks.pytest_items import test_cases\ntest_it = test_cases('nothing.py')\n"
    )
    assert "nothing.py is not a file" in run("test_theirs.py", cwd=tmp_path)
