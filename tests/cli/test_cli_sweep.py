"""`scratchwork sweep` from the outside: JSON, words, errors in one line, killed and resumed, two at once."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from scratchwork.cli.main import main

SMALL = ["digits", "--model", "mlp", "--sample", "300", "--set", "max_iter=4"]
VARY = ["--vary", "learning_rate_init=0.1,0.001", "--vary", "hidden_layer_sizes=5|10,5", "--seeds", "3"]


def call(*arguments):
    """Exit code of one command in this process."""
    with pytest.raises(SystemExit) as caught:
        main(list(map(str, arguments)))
    return caught.value.code


def table(folder):
    """The table without times and memory."""
    with open(folder / "results.csv", newline="") as file:
        return [
            {name: value for name, value in row.items() if name not in ("fit_seconds", "peak_mb")}
            for row in csv.DictReader(file)
        ]


def test_json(tmp_path, capsys):
    assert call("sweep", *SMALL, *VARY, "--out", tmp_path / "o", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["dataset", "model", "seeds", "rows", "summary", "best", "report"]
    assert (found["dataset"], found["model"], found["seeds"]) == ("digits", "mlp", 3)
    assert len(found["rows"]) == 12
    assert list(found["rows"][0]) == ["parameter", "value", "seed", "score", "fit_seconds"]
    assert [row["value"] for row in found["summary"]] == [0.1, 0.001, 5, [10, 5]]
    assert list(found["summary"][0]) == ["parameter", "value", "mean", "low", "high"]
    assert [sorted(row) for row in found["best"]] == [
        ["distinguishable", "effect", "on_edge", "parameter", "value"]
    ] * 2
    assert found["report"] == str((tmp_path / "o" / "report.html").resolve())
    scores = [row["score"] for row in found["rows"] if row["value"] == 0.1]
    assert found["summary"][0]["mean"] == pytest.approx(sum(scores) / 3)


def test_report_is_one_file_with_curves_of_both_parts(tmp_path, capsys):
    assert call("sweep", *SMALL, *VARY, "--lr-range", "--out", tmp_path / "o") == 0
    page = (tmp_path / "o" / "report.html").read_text()
    assert "src=" not in page.replace("data:,", "").split("<body>")[1]
    for text in (
        "0.1, training",
        "0.1, validation",
        "10,5, validation",
        "Range of learning rates",
        "The test part was not",
    ):
        assert text in page
    words = capsys.readouterr().out
    assert "learning_rate_init: the best of 2 values is" in words
    assert "Range test: the loss falls fastest" in words
    assert words.strip().endswith("report.html")


def test_grid_and_resume(tmp_path, capsys):
    grid = [*SMALL, "--vary", "alpha=0,1", "--vary", "activation=relu,tanh", "--seeds", "2", "--grid"]
    assert call("sweep", *grid, "--out", tmp_path) == 0
    first = table(tmp_path)
    capsys.readouterr()
    assert call("sweep", *grid, "--out", tmp_path, "--resume") == 0
    assert "8 of 8 fits were read from an earlier run." in capsys.readouterr().out
    assert table(tmp_path) == first
    assert first[0]["value"] == "alpha=0; activation=relu"


def test_one_seed_and_kmeans(tmp_path, capsys):
    arguments = ["digits", "--model", "kmeans", "--vary", "n_clusters=5,10", "--sample", "300", "--seeds", "1"]
    assert call("sweep", *arguments, "--out", tmp_path, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["summary"][0]["low"] is None
    assert found["best"][0]["distinguishable"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "knn", "--vary", "n_neighbours=1,2"], "n_neighbours is not a parameter of KNeighborsClassifier. "
                                                          "Did you mean n_neighbors?"),
        (["--model", "knn"], "Name what to vary, such as --vary learning_rate_init=0.1,0.01,0.001."),
        (["--model", "kn", "--vary", "n_neighbors=1"], "model='kn' must be one of 'mlp', 'knn', 'logistic', 'linear', "
                                                      "'kmeans'. Did you mean 'knn'?"),
        (["--model", "knn", "--vary", "n_neighbors=0,1"], "n_neighbors=0, seed 0: n_neighbors=0 must be an integer of at "
                                                          "least 1."),
        (["--model", "knn", "--vary", "n_neighbors"], "--vary 'n_neighbors' must have the form NAME=VALUE,VALUE"),
        (["--model", "knn", "--vary", "weights=uniform", "--vary", "weights=distance"], "--vary weights comes twice"),
        (["--model", "knn", "--lr-range"], "A range test needs a network; KNeighborsClassifier takes no steps at a rate."),
        (["--model", "linear", "--vary", "alpha=1"], "model='linear' is for regression; this target is for classification."),
        (["--model", "knn", "--vary", "n_neighbors=1", "--target", "x"], "target='x' is for tables"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line(arguments, words, tmp_path, capsys):
    assert call("sweep", "digits", *arguments, "--out", tmp_path / "o") == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert words in said[-1]
    assert said[-1].startswith("scratchwork: ")
    assert not any("Traceback" in line for line in said)


def test_a_missing_file_and_a_table_without_target(tmp_path, capsys):
    assert call("sweep", tmp_path / "no.csv", "--model", "knn", "--vary", "n_neighbors=1") == 2
    assert "no.csv is neither a file nor one of digits, mnist, fashion-mnist." in capsys.readouterr().err
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n")
    assert call("sweep", tmp_path / "t.csv", "--model", "knn", "--vary", "n_neighbors=1") == 2
    assert "name the column to predict with target (--target COLUMN)" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert call("sweep", *SMALL, *VARY, "--out", tmp_path / "file" / "o") == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("scratchwork: ")
    assert "cannot be written to" in said


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path, capsys):
    tmp_path.chmod(0o500)
    assert call("sweep", *SMALL, *VARY, "--out", tmp_path / "o") == 2
    assert "cannot be written to (Permission denied). Choose another folder with --out." in capsys.readouterr().err


def start(folder, *more):
    command = [sys.executable, "-m", "scratchwork", "sweep", *SMALL, *VARY, "--jobs", "1", "--out", str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def stored(folder):
    return len(list(folder.rglob("output.pkl")))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_sweep_resumes_to_the_same_table(tmp_path, capsys):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert call("sweep", *SMALL, *VARY, "--out", whole) == 0
    sweep = start(broken)
    deadline = time.monotonic() + 60
    while stored(broken) < 3 and sweep.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    sweep.send_signal(signal.SIGKILL)
    sweep.communicate()
    kept = stored(broken)
    assert kept >= 3
    assert not (broken / "results.csv").exists(), "the sweep was finished before it could be killed"
    capsys.readouterr()
    assert call("sweep", *SMALL, *VARY, "--out", broken, "--resume") == 0
    assert f"{kept} of 12 fits were read from an earlier run." in capsys.readouterr().out
    assert table(broken) == table(whole)


@pytest.mark.slow
def test_two_sweeps_at_once_share_a_store(tmp_path):
    whole, shared = tmp_path / "whole", tmp_path / "shared"
    assert call("sweep", *SMALL, *VARY, "--out", whole) == 0
    both = [start(shared, "--resume") for _ in range(2)]
    said = [sweep.communicate()[1] for sweep in both]
    assert [sweep.returncode for sweep in both] == [0, 0], said
    assert table(shared) == table(whole)
    assert stored(shared) == 12
    assert not list(shared.rglob(".reserve-*"))
