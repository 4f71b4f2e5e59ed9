"""The commands as a user types them."""

import json
import os
import re
import subprocess
import sys

import pytest

from scratchwork.cli.main import COMMANDS


def run(*arguments, folder=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", "scratchwork", *arguments],
        capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, **environment},
    )  # fmt: skip


def one_line(result):
    """The error that a wrong call ends with: one line on stderr, exit code 2."""
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_help_lists_every_command():
    result = run("--help")
    assert result.returncode == 0
    for name in COMMANDS:
        assert name in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name):
    result = run(name, "--help")
    assert result.returncode == 0, result.stderr
    assert len(result.stdout) > 100


def test_study_prints_one_json_document(tmp_path):
    result = run("study", "--quick", "--json", "--out", "out", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["report"] == str(tmp_path / "out" / "report.html")
    assert (tmp_path / "out" / "report.html").is_file()
    assert "8/8" in result.stderr


@pytest.mark.slow
def test_terminal_and_report_of_a_study_count_the_same_pairs(tmp_path):
    result = run("study", "--quick", "--out", "out", folder=tmp_path)
    told = re.search(r"(\d+) of (\d+) pairs of models can be told apart", result.stdout)
    assert told, result.stdout
    assert told.group() in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["studi"], "No such command 'studi'. Did you mean 'study'?"),
        (["study", "nothing.csv", "--target", "x"], "nothing.csv"),
        (["study", "nothing.csv"], "which column is to be predicted? Name it with --target COLUMN"),
        (["study", "--seed", "-1"], "--seed"),
        (["study", "digits", "--types", "age"], "must have the form COLUMN=TYPE"),
        (["predict", "nowhere", "nothing.csv"], "nowhere holds no model.safetensors"),
        (["data", "fetch", "cifar"], "'cifar' is not one of"),
    ],
)
def test_errors_are_one_line(arguments, words, tmp_path):
    assert words in one_line(run(*arguments, folder=tmp_path))


def test_a_data_set_that_cannot_be_had_is_one_line(tmp_path, monkeypatch):
    result = run(
        "data", "fetch", "mnist", SCRATCHWORK_DATA=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"),
        http_proxy="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9",
    )  # fmt: skip
    assert "MNIST is not on this computer and could not be downloaded" in one_line(result)


def test_data_list_names_every_set():
    result = run("data", "list")
    assert result.returncode == 0
    for name in ("digits", "mnist", "fashion-mnist", "admissions"):
        assert name in result.stdout
