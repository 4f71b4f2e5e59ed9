"""The documentation names what exists, all that exists, and nothing else; it builds without a warning, and stands alone."""

import importlib
import importlib.util
import inspect
import json
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ALGORITHMS = ("logistic_regression", "mlp", "nearest_neighbors", "kmeans", "pca", "linear_regression")
PAGES = sorted(path for folder in (DOCS, DOCS / "algorithms") for path in folder.glob("*.md"))


@pytest.fixture(scope="module")
def tools():
    sys.path.insert(0, str(DOCS))
    try:
        yield importlib.import_module("_tools")
    finally:
        sys.path.remove(str(DOCS))


def resolve(name):
    """What a dotted name stands for; AttributeError or ImportError where there is no such thing."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        if importlib.util.find_spec(parts[0]) and cut == 1:
            found = importlib.import_module(parts[0])
        else:
            try:
                found = importlib.import_module(".".join(parts[:cut]))
            except ModuleNotFoundError as error:
                if not ".".join(parts[:cut]).startswith(error.name):
                    raise
                continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ImportError(name)


def dotted_names(text):
    return sorted(set(re.findall(r"`(scratchwork(?:\.\w+)+)`", text)))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_name_on_a_page_exists(page):
    for name in dotted_names(page.read_text(encoding="utf-8")):
        resolve(name)


def test_a_name_that_does_not_exist_is_noticed():
    with pytest.raises(AttributeError):
        resolve("scratchwork.models.kmeans.asign")
    with pytest.raises(AttributeError):
        resolve("scratchwork.modells.kmeans")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_no_page_names_a_path_of_a_machine(page):
    assert not re.search(r"/(work|root|tmp|home)/|\bshared/", page.read_text(encoding="utf-8"))


# What was asked for


def requirement_rows():
    text = (DOCS / "requirements.md").read_text(encoding="utf-8")
    return {int(row[0]): row[1] for row in re.findall(r"^\| (\d+) \| .+? \| (.+) \|$", text, re.MULTILINE)}


def test_every_item_but_the_convolutions_is_answered_once():
    text = (DOCS / "requirements.md").read_text(encoding="utf-8")
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert numbers == [number for number in range(1, 110) if number != 80]
    assert sorted(requirement_rows()) == numbers


@pytest.mark.parametrize("number", [number for number in range(1, 110) if number != 80])
def test_what_answers_an_item_exists(tools, number):
    answer = requirement_rows()[number]
    named = re.findall(r"`([^`]+)`", answer)
    assert named, f"item {number} has no answer"
    assert not re.sub(r"`[^`]+`|[, ]", "", answer), f"item {number}: {answer}"
    known = {f"scratchwork {words}" for words, _ in tools.commands()}
    for name in named:
        if name.startswith("scratchwork "):
            assert name in known, name
        elif name.startswith("scratchwork."):
            resolve(name)
        else:
            assert (ROOT / name).is_file(), name


def test_the_original_names_lead_to_ours():
    text = (DOCS / "names.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(scratchwork[\w.]+)` \|", text, re.MULTILINE)
    assert {theirs for theirs, _ in rows} == {
        "initialize_weights", "sigmoid", "sigmoid_derivative", "forward_pass_multiclass", "backward_pass_multiclass",
        "compute_multiclass_loss", "train_model", "initialize_weights_modified", "train_model_modified", "map_feature",
        "cost_function", "gradient_descent", "train_using_sgd", "train_using_momentum", "min_max_norm", "softmax",
        "nll_loss", "view_classify", "evaluate_model", "pca_reconstruction",
    }  # fmt: skip
    assert all(callable(resolve(ours)) for _, ours in rows)


# The algorithms


def test_every_model_has_a_page():
    models = ROOT / "src" / "scratchwork" / "models"
    assert sorted(path.stem for path in models.glob("[a-z]*.py")) == sorted(ALGORITHMS)
    assert sorted(path.stem for path in (DOCS / "algorithms").glob("*.md")) == sorted(ALGORITHMS)
    index = (DOCS / "algorithms.md").read_text(encoding="utf-8")
    assert all(f"algorithms/{name}\n" in index for name in ALGORITHMS)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_page_of_an_algorithm_is_whole(name):
    text = (DOCS / "algorithms" / f"{name}.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "The problem", "The derivation", "The steps beside the code", "Complexity",
        "Where ours differs from scikit-learn's, and why", "How it is verified", "Measured speed",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ALGORITHMS)
def test_the_steps_that_a_page_shows_are_the_models(name):
    text = (DOCS / "algorithms" / f"{name}.md").read_text(encoding="utf-8")
    shown = re.findall(r"models/(\w+)\.py\n:pyobject: (\w+)", text)
    assert len(shown) >= 5
    for file, function in shown:
        assert callable(getattr(importlib.import_module(f"scratchwork.models.{file}"), function))


def test_every_step_of_a_model_stands_on_its_page():
    """Except for the wrappers and helpers that are named here."""
    helpers = {
        "logistic_regression": {"coefficient_covariance", "gradient", "objective"},
        "linear_regression": {"central_values"},
        "mlp": {"layer_input"},
    }
    for name in ALGORITHMS:
        module = importlib.import_module(f"scratchwork.models.{name}")
        own = {
            key for key, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__ and not key.startswith("_")
        }  # fmt: skip
        text = (DOCS / "algorithms" / f"{name}.md").read_text(encoding="utf-8")
        shown = set(re.findall(r":pyobject: (\w+)", text))
        assert own - helpers.get(name, set()) == shown, name


@pytest.mark.parametrize("name", ALGORITHMS)
def test_the_tests_that_a_page_names_exist(name):
    text = (DOCS / "algorithms" / f"{name}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) >= 5
    files = [*(ROOT / "tests" / "models").glob(f"test_{name}*.py"), *(ROOT / "tests" / "counterparts").glob("*.py")]
    defined = {test for path in files for test in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)}
    assert named <= defined, sorted(named - defined)


# Examples


def test_the_examples_of_the_first_page_run(capsys):
    text = (DOCS / "start.md").read_text(encoding="utf-8")
    scope = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "docs/start.md", "exec"), scope)
    printed = capsys.readouterr().out.splitlines()
    assert float(printed[0]) > 0.85
    assert printed[-1] == "SW-G8"


# What is generated


def test_every_command_is_documented(tools):
    from scratchwork.cli.main import COMMANDS

    page = tools.command_pages()["commands.md"]
    ready = [name for name in COMMANDS if importlib.util.find_spec(f"scratchwork.cli.{name}")]
    assert {"study", "check", "data", "predict", "sweep"} <= set(ready)
    assert all(f"## scratchwork {name}\n" in page for name in ready)


def test_the_help_texts_are_those_of_the_commands(tools):
    from click.testing import CliRunner

    from scratchwork.cli.main import scratchwork

    texts = {words: tools.help_text(words, command) for words, command in tools.commands()}
    for words in ("study", "data fetch"):
        arguments = [*words.split(), "--help"]
        printed = CliRunner().invoke(scratchwork, arguments, prog_name="scratchwork", terminal_width=80).output
        assert texts[words].split() == printed.split(), words


def test_every_code_of_the_checker_gets_a_page(tools, tmp_path):
    from scratchwork.checks.catalogue import rows

    tools.generate(tmp_path)
    assert {path.stem for path in (tmp_path / "checker").glob("SW-*.md")} == set(rows())
    (tmp_path / "checker" / "SW-GONE.md").write_text("")
    tools.generate(tmp_path)
    assert not (tmp_path / "checker" / "SW-GONE.md").exists()


def test_speed_is_that_of_the_benchmark_page(tools):
    lines = (DOCS / "benchmarks.md").read_text(encoding="utf-8").splitlines()
    tables = tools.speed_tables()
    shown = "\n".join(tables.values())
    for line in lines:
        found = re.match(r"\| \[.*\]\(#(\w+)\) \| .*?\|.*?\| (.+?) \|", line)
        if found and re.match("knn|kmeans|mlp|pca|logistic|linear|predict_one_row", found[1]):
            assert found[2] in shown, line


def test_every_benchmark_that_can_be_named_measures_something():
    script = (
        "import importlib; from benchmarks.__main__ import row_files\n"
        "for name in row_files():\n"
        "    module = importlib.import_module('benchmarks.' + name)\n"
        "    assert [*getattr(module, 'ROWS', ()), *getattr(module, 'GROWTHS', ())] or callable(module.run), name\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr


def test_every_public_module_is_in_the_reference(tools):
    from scratchwork import _HOME

    shown = "\n".join(tools.reference_pages().values())
    for name, home in _HOME.items():
        module = inspect.getmodule(resolve(f"scratchwork.{name}")).__name__
        assert f"automodule:: {module}\n" in shown, (name, home)


def test_docstrings_become_plain_text(tools):
    lines = ["minimise |x_ - c|^2 * 2 of ``a_``", ">>> f(*x)"]
    tools.plain_docstring(None, "function", "f", None, None, lines)
    assert lines == [r"minimise \|x\_ - c\|^2 \* 2 of ``a_``", ">>> f(*x)"]
    tools.plain_docstring(None, "module", "errors", resolve("scratchwork.errors"), None, lines)
    assert lines[0] == "::"
    assert lines[2].strip() == resolve("scratchwork.errors").__doc__.strip().splitlines()[0]


# Figures


def stored(name):
    return json.loads((DOCS / name).read_text(encoding="utf-8"))


def test_every_reported_figure_has_ours(tools):
    import reproduction

    assert list(stored("reproduction.json")) == list(reproduction.ITEMS)
    page = tools.reproduction_page()
    assert all(entry["ours"].replace("|", "\\|") in page for entry in stored("reproduction.json").values())


@pytest.mark.parametrize("key", ["exam_sgd", "cost_at_zero", "microchips"])
def test_stored_figures_of_the_exam_tables_are_computed_again(tools, exams, key, monkeypatch):
    import reproduction

    monkeypatch.setenv("SCRATCHWORK_DATA", str(exams.parent))
    assert reproduction.ITEMS[key].compute() == stored("reproduction.json")[key]["ours"]


def test_stored_figures_of_the_clouds_are_computed_again(tools):
    import reproduction

    assert reproduction.gaussian_clouds() == stored("reproduction.json")["gaussian_clouds"]["ours"]


def test_parity_is_stored_and_holds_to_ten_digits(tools):
    rows = stored("parity.json")["rows"]
    assert len(rows) >= 12
    assert all(row["difference"] < 1e-10 for row in rows)
    assert all(row["ours"] in tools.parity_page() for row in rows)


@pytest.mark.slow
def test_parity_is_what_is_measured_now(tools):
    pytest.importorskip("torch", reason="torch is not installed (extra 'torch')")
    import parity

    now = {row[:2]: row[3] for row in parity.rows()}
    assert len(now) >= 12
    assert all(difference < 1e-10 for difference in now.values()), now


# The build


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    pytest.importorskip("myst_nb", reason="Sphinx is not installed (extra 'docs')")
    folder = tmp_path_factory.mktemp("html")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    command += ["-d", str(folder / "doctrees"), str(DOCS), str(folder / "html")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return folder / "html"


@pytest.mark.slow
def test_it_builds_without_a_warning_and_loads_nothing_from_elsewhere(built):
    pages = list(built.rglob("*.html"))
    assert len(pages) > 50
    loads = r"<(?:script|img|iframe|source|audio|video)\b[^>]*\bsrc=[\"'](?:https?:)?//"
    styles = r"<link\b(?=[^>]*rel=[\"'](?:stylesheet|preload|icon|modulepreload))[^>]*href=[\"'](?:https?:)?//"
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(loads, text), (page.name, re.search(loads, text)[0])
        assert not re.search(styles, text), (page.name, re.search(styles, text)[0])
    for sheet in built.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import\s+)[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet.name


@pytest.mark.slow
def test_the_built_pages_show_what_they_should(built):
    assert "argmax" in (built / "algorithms" / "kmeans.html").read_text(encoding="utf-8")
    assert "SW-G18" in (built / "_generated" / "checker" / "index.html").read_text(encoding="utf-8")
    assert "Usage: scratchwork study" in (built / "_generated" / "commands.html").read_text(encoding="utf-8")
    reference = (built / "_generated" / "reference" / "models.html").read_text(encoding="utf-8")
    assert 'id="scratchwork.models.kmeans.assign"' in reference


def test_the_sample_of_the_readme_is_what_the_checker_says():
    """Line by line; "..." stands for lines left out."""
    from scratchwork.checks import check, text

    _, _, block = (ROOT / "README.md").read_text().partition("    $ ./run check docs/examples/my_network.py\n")
    shown = [line.strip() for line in block.split("\n\n")[0].splitlines()]
    said = [line.strip() for line in text.render(check(DOCS / "examples" / "my_network.py")).splitlines()]
    assert len(shown) > 8
    words = " ".join(" ".join(said).split())
    for part in " ".join(shown).split(" ... "):
        assert " ".join(part.split()) in words
