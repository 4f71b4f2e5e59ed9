"""Each exercise has the signatures and docstrings of its model, is empty, and can be solved by the model's bodies."""

import ast
import importlib.util
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXERCISES = ROOT / "exercises"
NAMES = ["kmeans", "linear_regression", "logistic_regression", "mlp", "nearest_neighbors", "pca"]


def load(path):
    spec = importlib.util.spec_from_file_location(f"exercise_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hint = load(EXERCISES / "hint.py")
solve = load(EXERCISES / "solve.py")


def run_check(path, *options):
    command = [sys.executable, "-m", "scratchwork", "check", str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=path.parent, timeout=120, check=False)


def test_every_model_has_an_exercise():
    models = {path.stem for path in (ROOT / "src/scratchwork/models").glob("[a-z]*.py")}
    assert solve.names() == NAMES == sorted(models)


@pytest.mark.parametrize("name", NAMES)
def test_signatures_docstrings_and_order_are_the_models(name):
    stub = solve.steps((EXERCISES / f"{name}.py").read_text())
    model = solve.steps((ROOT / "src/scratchwork/models" / f"{name}.py").read_text())
    assert list(stub) == list(model)
    for step, node in stub.items():
        assert ast.unparse(node.args) == ast.unparse(model[step].args), step
        assert ast.get_docstring(node) == ast.get_docstring(model[step]), step


@pytest.mark.parametrize("name", NAMES)
def test_steps_are_empty_and_numbered(name):
    for number, (step, node) in enumerate(solve.steps((EXERCISES / f"{name}.py").read_text()).items(), start=1):
        assert [ast.unparse(line) for line in node.body[1:]] == [f"raise NotImplementedError('step {number}: {step}')"]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_has_three_different_hints(name):
    hints = hint.read_hints()
    assert sorted(hints) == NAMES
    assert list(hints[name]) == list(solve.steps((EXERCISES / f"{name}.py").read_text()))
    for levels in hints[name].values():
        assert len(levels) == len(set(levels)) == 3
        assert "?" in levels[0]


def test_a_hint_is_found_by_number_and_by_name():
    assert hint.hint("kmeans", "2", 1) == hint.hint("kmeans", "assign", 1) != hint.hint("kmeans", "2", 2)
    with pytest.raises(SystemExit) as error:
        hint.hint("nearest_neighbors", "7", 1)
    assert str(error.value) == (
        "nearest_neighbors has no step 7; its steps are 1 distances, 2 nearest, 3 neighbor_weights, 4 vote, 5 average."
    )


def test_steps_named_by_number_are_filled_in_and_no_others():
    text = solve.solved("kmeans", {2})
    assert "labels = nearest_of(distances, centers)" in text
    assert re.findall(r"step \d", text) == ["step 1", "step 3", "step 4", "step 5"]


def test_the_readme_lists_every_step():
    rows = re.findall(r"^\| `(\w+)\.py` \| (.*?) \|", (EXERCISES / "README.md").read_text(), re.MULTILINE)
    listed = {name: re.findall(r"`(\w+)`", steps) for name, steps in rows}
    assert listed == {name: list(solve.steps((EXERCISES / f"{name}.py").read_text())) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_pass_in_the_solved_exercise_and_fail_in_the_empty_one(name, tmp_path):
    path = tmp_path / f"{name}.py"
    path.write_text(solve.solved(name))
    module = load(path)
    empty = load(EXERCISES / f"{name}.py")
    examples = doctest_results(module)
    assert examples.failed == 0
    if examples.attempted:
        assert doctest_results(empty).failed > 0
    else:
        assert name in ("logistic_regression", "linear_regression")  # whose steps have no examples of their own


def doctest_results(module):
    import doctest

    return doctest.testmod(module, verbose=False, report=False, optionflags=doctest.NORMALIZE_WHITESPACE)


def test_the_given_classes_agree_with_the_models(tmp_path):
    import numpy as np

    import scratchwork

    X, y = scratchwork.load_digits(return_X_y=True)
    X, y = X[:300], y[:300]
    made = {}
    for name in NAMES:
        path = tmp_path / f"{name}.py"
        path.write_text(solve.solved(name))
        made[name] = load(path)
    own = made["kmeans"].KMeans(3, n_init=2, random_state=0).fit(X)
    assert own.inertia_ == pytest.approx(scratchwork.KMeans(3, init=own.cluster_centers_).fit(X).inertia_)
    np.testing.assert_allclose(made["pca"].PCA(3).fit(X).components_, scratchwork.PCA(3).fit(X).components_, atol=1e-9)
    votes = made["nearest_neighbors"].KNeighborsClassifier(3).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(votes, scratchwork.KNeighborsClassifier(3).fit(X, y).predict_proba(X))
    means = made["nearest_neighbors"].KNeighborsRegressor(3).fit(X, y).predict(X)
    np.testing.assert_allclose(means, scratchwork.KNeighborsRegressor(3).fit(X, y).predict(X))
    two, few = y < 2, X[:, 18:22]
    ours = made["logistic_regression"].LogisticRegression().fit(few[two], y[two])
    theirs = scratchwork.LogisticRegression().fit(few[two], y[two])
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-8)
    np.testing.assert_allclose(ours.predict_proba(few), theirs.predict_proba(few), atol=1e-8)
    line, plane = made["linear_regression"].LinearRegression().fit(few, y), scratchwork.LinearRegression().fit(few, y)
    np.testing.assert_allclose(line.coef_, plane.coef_)
    np.testing.assert_allclose(line.coef_standard_errors_, plane.coef_standard_errors_)
    network = made["mlp"].MLPClassifier(random_state=0, epochs=40).fit(X / 16, y)
    assert (network.predict(X / 16) == y).mean() > 0.95
    assert network.losses_[-1] < network.losses_[0]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_exercise_is_not_written_yet(name):
    answer = run_check(EXERCISES / f"{name}.py", "--hints", "1")
    assert answer.returncode == 2, answer.stdout
    assert "is not written yet." in answer.stdout
    assert "passed" not in answer.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_solved_exercise_has_every_name_that_the_model_uses(name):
    from scratchwork.checks.rules.names import undefined

    assert undefined(solve.solved(name))[0] == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_checker_finds_nothing_in_the_solved_exercise(name, tmp_path):
    path = tmp_path / f"{name}.py"
    path.write_text(solve.solved(name))
    answer = run_check(path)
    assert answer.returncode == 0, answer.stdout
    assert "nothing found" in answer.stdout


@pytest.mark.slow
def test_the_checker_finds_a_fault_put_into_a_solved_exercise_and_tells_as_much_as_asked(tmp_path):
    path = tmp_path / "pca.py"
    path.write_text(solve.solved("pca").replace("centred = X - mean", "centred = X"))
    answers = [run_check(path, "--hints", level) for level in "123"]
    assert [answer.returncode for answer in answers] == [1, 1, 1]
    assert [" means " in answer.stdout for answer in answers] == [False, True, True]
    assert [" try " in answer.stdout for answer in answers] == [False, False, True]
