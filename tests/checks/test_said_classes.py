"""Labels looked up by the numbers of rows: several rows are refused, and one gets as many answers as there are classes."""

import numpy as np
import pytest

from scratchwork.checks.probes.said_classes import beyond_the_classes


class Asked:
    X, classes = np.ones((9, 2)), 3

    def __init__(self, answers):
        self.answers = answers

    def answer_name(self):
        return "guess"

    def answer(self, made, X):
        return np.zeros(self.answers)


@pytest.mark.parametrize(
    ("answers", "failure", "codes"),
    [
        (3, "guess raised IndexError: index 7 is out of bounds for axis 0 with size 3", ["SW-P5"]),
        (3, "guess raised IndexError: list index out of range", ["SW-P5"]),
        (1, "guess raised IndexError: list index out of range", []),
        (3, "guess raised ValueError: shapes do not fit", []),
    ],
)
def test_classes_looked_for_among_the_rows(answers, failure, codes):
    assert [finding.code for finding in beyond_the_classes(Asked(answers), None, failure)] == codes
