"""Splitting and scaling pictures."""

import numpy as np
import pytest

from scratchwork.datasets import load_digits
from scratchwork.errors import InvalidArgumentError
from scratchwork.preparation.pictures import learn_standardising, pixels_to_unit, sample_dataset, split_and_scale


def test_scaling_is_learnt_from_the_training_part():
    data = load_digits()
    split = split_and_scale(data, seed=3)
    train = data.X[split.train_rows]
    deviation = train.std(axis=0)
    expected = (data.X[split.test_rows] - train.mean(axis=0)) / np.where(deviation == 0, 1, deviation)
    np.testing.assert_allclose(split.X_test, expected)
    np.testing.assert_array_equal(split.y_test, data.y[split.test_rows])


def test_parts_are_disjoint_stratified_and_seeded():
    data = load_digits()
    split, again, other = (split_and_scale(data, seed=seed) for seed in (0, 0, 1))
    assert sorted([*split.train_rows, *split.test_rows]) == list(range(1797))
    assert len(split.y_test) == 360
    shares = np.bincount(split.y_test) / 360 - np.bincount(data.y) / 1797
    assert np.abs(shares).max() < 0.003
    np.testing.assert_array_equal(split.test_rows, again.test_rows)
    assert not np.array_equal(split.test_rows, other.test_rows)


def test_pixels_keep_float32_and_the_caller_keeps_the_pixels():
    pixels = np.array([[0, 255]], dtype=np.uint8)
    scaled = pixels_to_unit().transform(pixels)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled, [[-1, 1]])
    np.testing.assert_array_equal(pixels, [[0, 255]])


def test_constant_column_far_from_zero_stays_finite():
    X = np.full((50, 1), 0.1) * 1e9
    assert learn_standardising(X).transform(X + 1).max() == pytest.approx(1, rel=1e-6)


def test_sample_is_stratified_and_no_larger_than_the_data():
    data = load_digits()
    sample = sample_dataset(data, 500, 0)
    assert len(sample.y) == 500
    assert np.abs(np.bincount(sample.y) / 500 - np.bincount(data.y) / 1797).max() < 0.01
    assert sample_dataset(data, 5000, 0) is data


def test_unknown_scaling():
    with pytest.raises(InvalidArgumentError, match="scaling='standardize' must be one of 'standardise', 'minus one"):
        split_and_scale(load_digits(), scaling="standardize")
