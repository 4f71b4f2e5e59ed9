"""What `import scratchwork` costs and offers."""

import subprocess
import sys

import pytest

import scratchwork

HEAVY = ("numpy", "scipy", "sklearn", "pandas", "matplotlib", "plotly", "torch", "jinja2", "rich")


def loaded_after(code):
    """Which of the heavy packages a fresh interpreter has loaded after running ``code``."""
    script = f"{code}\nimport sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )[-2]


def test_import_loads_the_standard_library_only():
    assert loaded_after("import scratchwork") == ""


def test_a_model_loads_numpy_and_scikit_learns_base_only():
    base = loaded_after("import sklearn.base, sklearn.utils.validation")
    for name in ("KMeans", "PCA", "MLPClassifier", "LogisticRegression", "KNeighborsClassifier", "LinearRegression"):
        assert loaded_after(f"from scratchwork import {name}") == base


def test_help_loads_nothing_heavy():
    code = "from scratchwork.cli.main import scratchwork as c\ntry: c(['--help'])\nexcept SystemExit: pass"
    assert loaded_after(code) == ""


@pytest.mark.parametrize("name", sorted(set(scratchwork.__all__) - {"__version__"}))
def test_every_public_name_resolves_and_is_documented(name):
    assert getattr(scratchwork, name).__doc__


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'scratchwork' has no attribute 'Kmeans'"):
        scratchwork.Kmeans
    assert "KMeans" in dir(scratchwork)
