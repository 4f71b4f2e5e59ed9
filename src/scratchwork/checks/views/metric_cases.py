"""The labels and predictions that metrics are asked about: every ratio in them is another number."""

import numpy as np

# 4 true positives, 3 false positives, 1 false negative, 5 true negatives
Y2 = np.array([1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0])
P2 = np.array([1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0])
Y3 = np.array([0, 1, 2, 2, 1, 0, 2, 1, 0, 0, 2, 2, 0, 1, 0, 2, 0])
P3 = np.array([0, 2, 2, 2, 1, 0, 1, 1, 0, 2, 2, 0, 0, 1, 1, 2, 0])
YR = np.array([3.1, -0.5, 2.2, 7.4, 4.3, 0.9, -1.7, 5.5, 2.9, 6.1, 1.3])
PR = np.array([2.5, 0.3, 2.0, 8.6, 3.1, 1.4, -2.9, 6.8, 2.2, 4.7, 0.2])


def counts(truth, guess, classes):
    """The confusion matrix: rows true, columns predicted."""
    table = np.zeros((classes, classes))
    np.add.at(table, (truth, guess), 1)
    return table
