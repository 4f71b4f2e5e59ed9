"""The open collections: what share is found, named first, located, and no error on correct code. Slow: some 350 programs."""

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


@pytest.mark.slow
def test_the_open_collections_are_detected(detection):
    rows = detection.run(every=3)  # a third of them: all of them take half an hour, with detection.py
    rates = {name: count / max(total, 1) for name, (count, total) in detection.rates(rows).items()}
    # Less than what is reached, the lately opened programs among them, for slow machines; the aims are 0.95, 0.85 and 0.80.
    assert rates["found"] >= 0.76
    assert rates["first"] >= 0.72
    assert rates["located"] >= 0.74
    assert rates["false alarms"] == 0, [row["file"] for row in rows if row.get("false_alarm")]
