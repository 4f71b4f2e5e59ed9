"""The split: its shares, its classes, its groups, its seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchwork.errors import DataError, InvalidArgumentError
from scratchwork.preparation import split_rows
from scratchwork.preparation.splitting import split


@given(st.lists(st.sampled_from("aabbbc"), min_size=2, max_size=80), st.floats(0.05, 0.95), st.integers(0, 9))
def test_every_row_is_on_one_side_and_every_class_in_training(labels, share, seed):
    y = np.array(labels)
    train, test = split_rows(y, test_share=share, seed=seed, task="classification")
    assert sorted([*train, *test]) == list(range(len(y)))
    assert len(train) > 0
    assert len(test) > 0
    if all(np.sum(y == label) > 1 for label in set(labels)):
        assert set(y[train]) == set(labels)


def test_classes_keep_their_shares():
    y = np.repeat(["a", "b", "c"], [500, 300, 200])
    train, test = split_rows(y, test_share=0.2, task="classification")
    assert [int(np.sum(y[test] == label)) for label in "abc"] == [100, 60, 40]
    assert len(train) == 800


def test_numbers_are_dealt_by_tenths(rng):
    y = rng.gamma(1, 10, 1000)
    _, test = split_rows(y, test_share=0.2, task="regression")
    assert len(test) == 200
    edges = np.quantile(y, np.linspace(0, 1, 11))
    counts = np.histogram(y[test], edges)[0]
    assert counts.min() >= 19
    assert counts.max() <= 21


def test_the_seed_decides_and_nothing_else():
    y = np.arange(100) % 3
    one, again, other = (split_rows(y, seed=seed, task="classification")[1] for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_single_row_of_a_class_goes_to_training():
    y = np.array(["a"] * 10 + ["b"] * 10 + ["c"])
    for seed in range(5):
        found = split(y, test_share=0.5, seed=seed, task="classification")
        assert 20 in found.train
        assert found.notes == (
            "The class c has one row (or one group of equal rows); it is in the training part only.",
        )


@given(
    st.lists(st.integers(0, 12), min_size=4, max_size=60).filter(lambda groups: len(set(groups)) > 1), st.integers(0, 5)
)
def test_groups_never_part(groups, seed):
    groups = np.array(groups)
    y = groups % 2
    train, test = split_rows(y, test_share=0.3, seed=seed, task="classification", groups=groups)
    assert not set(groups[train]) & set(groups[test])
    assert sorted([*train, *test]) == list(range(len(y)))
    assert len(train) > 0
    assert len(test) > 0


def test_words_of_the_errors():
    with pytest.raises(InvalidArgumentError, match="test_share=1 must be a number above 0 and below 1."):
        split_rows([0, 1], test_share=1, task="classification")
    with pytest.raises(InvalidArgumentError, match="task='sorting' must be one of 'classification', 'regression'."):
        split_rows([0, 1], task="sorting")
    with pytest.raises(DataError, match="1 row cannot be split into training and test; at least 2 are needed."):
        split_rows([0], task="classification")
    with pytest.raises(DataError, match="All rows are of one group; they cannot be split into training and test."):
        split_rows([0, 1], task="classification", groups=[5, 5])
