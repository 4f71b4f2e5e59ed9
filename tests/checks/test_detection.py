"""The open collections: what share is found, named first, located, and no error on correct code. Slow."""

import importlib.util
import pathlib

import pytest

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def detection():
    spec = importlib.util.spec_from_file_location("detection", HERE / "detection.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rates_are_counted_as_documented(detection):
    rows = [
        {"kind": "faulty", "found": True, "first": True, "located": False},
        {"kind": "faulty", "found": True, "first": False, "located": True},
        {"kind": "correct", "false_alarm": []},
        {"kind": "correct", "false_alarm": ["SW-G1"]},
    ]
    assert detection.rates(rows) == {"found": (2, 2), "first": (1, 2), "located": (1, 2), "false alarms": (1, 2)}


def test_what_falls_short_is_told(detection):
    faulty = {"kind": "faulty", "found": True, "first": True, "located": True}
    assert not list(detection.missed([faulty, {"kind": "correct", "false_alarm": []}]))
    short = [faulty, {**faulty, "found": False}, {"kind": "correct", "file": "a.py", "false_alarm": ["SW-G1"]}]
    assert list(detection.missed(short)) == [
        "found: 1 of 2, at least 80% are demanded", "an error on a.py, which is right"
    ]  # fmt: skip


@pytest.mark.slow
def test_the_open_collections_are_detected(detection):
    rows = detection.run(every=12)  # the gate runs a third of them, and all take half an hour, with detection.py
    assert not list(detection.missed(rows))
