"""Cleaning: nothing is lost without a line in the log, and every suspicion carries its number."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import balanced_accuracy_score

from scratchwork.cleaning import clean, task_of
from scratchwork.cleaning.describe import corrected, modified_z_outliers, tukey_outliers
from scratchwork.cleaning.evidence import best_threshold, class_score, folds_of, groups_of, number_score
from scratchwork.cleaning.rows import conflicts, copies, expected_copies
from scratchwork.cleaning.values import impossible_in, sentinels_in
from scratchwork.datasets.from_csv import read_table, table_from_frame
from scratchwork.errors import DataError


def cleaned_frame(frame, target, **options):
    return clean(table_from_frame(frame, target=target), target=target, **options)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2.5", "-999", "", "NA", "x", "$3", "999"]),
            st.sampled_from(["a", "A ", "b", "", "?"]),
            st.sampled_from(["yes", "no", "No", ""]),
        ),
        min_size=3,
        max_size=40,
    )
)
def test_every_cell_that_is_lost_is_in_the_log(tmp_path_factory, cells):
    """Cells of the file that are not in the table any more = lossy cells of the log that are not just respelt."""
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_text("v,k,y\n" + "".join(f"{a},{b},{c}\n" for a, b, c in cells))
    table = read_table(path, target="y")
    try:
        cleaned = clean(table, target="y")
    except DataError:
        return  # No target, or one class only: its own test says so.
    rows = cleaned.table.frame
    gone_rows = sum(
        change.count for change in cleaned.log if change.column == "" and change.lossy and change.rule != "blank row"
    )
    blank = sum(change.count for change in cleaned.log.of("blank row"))
    assert len(rows) + gone_rows + blank == len(cells)
    assert len(rows) + len(cleaned.unlabelled) + sum(
        c.count for c in cleaned.log.of("copy of a row", "empty row")
    ) == len(table.frame)
    filled = [row for row in cells if any(row)]
    for index, name in enumerate(["v", "k", "y"]):
        written = sum(row[index].strip() != "" for row in filled)
        kept = table.frame[name].notna().sum()
        told = sum(n.count for n in table.notes if n.column == name and n.after == "missing")
        assert written == kept + told, name


def test_the_log_becomes_a_table():
    frame = pd.DataFrame({"age": [30.0, -4, 41, 28, 57, 33], "y": ["a", "b", "a", "b", None, "a"]})
    log = cleaned_frame(frame, "y").log.to_frame()
    assert list(log.columns) == ["rule", "where", "column", "count", "why", "before", "after", "lossy", "lines"]
    assert log[["rule", "where", "before", "after"]].to_numpy().tolist() == [
        ["impossible value", "column 'age', line 3", "-4", "missing"],
        ["no target", "line 6", "1 row", "set aside"],
    ]


def test_the_table_given_is_not_changed():
    table = table_from_frame(pd.DataFrame({"age": [30.0, -4, 41, 28, 57, 33], "y": list("ababab")}))
    before = table.frame.copy(deep=True)
    clean(table, target="y")
    pd.testing.assert_frame_equal(table.frame, before)


def test_without_a_target():
    cleaned = clean(table_from_frame(pd.DataFrame({"x": [1.5, 2.5, np.nan], "k": ["a", "b", "a"]})))
    assert cleaned.task is None
    assert cleaned.features == ["x", "k"]
    assert cleaned.findings.of("missing")[0].count == 1


def test_keep_overrides_a_suspicion(rng):
    y = rng.integers(0, 2, 100)
    frame = pd.DataFrame({"copy": np.where(y, "up", "down"), "x": rng.normal(size=100), "y": np.where(y, "yes", "no")})
    assert cleaned_frame(frame, "y").features == ["x"]
    kept = cleaned_frame(frame, "y", keep=["copy"])
    assert kept.features == ["copy", "x"]
    assert kept.findings.of("leak_same")[0].severity == "warning"


# --- the target ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "kind", "task"),
    [
        ([0, 1] * 10, None, "classification"),
        ([1, 2, 3] * 5, None, "classification"),
        ([1, 2, 3, 4], None, "regression"),
        (list(range(11)) * 20, None, "regression"),
        ([0.5, 1.5] * 10, None, "regression"),
        (["a", "b", None], None, "classification"),
        ([True, False], None, "classification"),
        ([1, 2, 3] * 5, "category", "classification"),
    ],
)
def test_which_task(values, kind, task):
    assert task_of(pd.Series(values), kind).name == task


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ([None, None], None, "target='y' has no value in any row; choose another column."),
        (["a", "a"], None, "target='y' has the one value 'a' in every row: there is nothing to predict."),
        (["a", "b"], "date", "target='y' is a date; predict a number of days, or use `scratchwork forecast`."),
        (
            ["a", "b"],
            "id",
            "target='y' is an id, different in nearly every row; choose another column, or say what it is with --types y=number or =category.",
        ),
    ],
)
def test_targets_that_cannot_be_learnt(values, kind, message):
    with pytest.raises(DataError) as caught:
        task_of(pd.Series(values, name="y"), kind)
    assert str(caught.value) == message


# --- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([1.0, 2, 3, -999, 4, 5], [-999]),
        ([1.0, 2, 3, 9999, 4, 5], [9999]),
        ([-20.0, -5, 3, 12, 7, 8], []),
        ([995.0, 998, 999, 1001, 997], []),
        ([-1.0, 0, 1, 2, 1, 0], []),
        ([97.0, 99, 95, 98, 99, 99, 96], []),
        ([5.0, 6, 7, 99, 5, 99, 6, 99], [99]),
        ([-999.0, -998, -997, -1000, -995], []),
        ([1.0, -999], []),
    ],
)
def test_codes_for_missing(values, codes):
    assert list(sentinels_in(np.array(values))) == codes


@pytest.mark.parametrize(
    ("name", "values", "rows"),
    [
        ("age", [20.0, 30, 40, -1, 50], [3]),
        ("PatientAge", [20.0, 30, 40, 400, 50], [3]),
        ("mileage", [20.0, 30, 40, 400, 50], []),
        ("house_age", [100.0, 118, 130, 90, 121], []),
        ("stage", [-1.0, 2, 3, 4], []),
        ("month", [1.0, 12, 13, 5, 6, 7, 8, 9, 10, 2, 3], [2]),
        ("pct_change", [10.0, -20, 130, 5], []),
        ("temp_c", [20.0, -300, 15, 12, 11, 10, 9, 8, 7, 6, 5], [1]),
        ("weight", [60.0, 70, 0, 80, 75], [2]),
        ("weight", [0.1, 0, 0.5, 3, 2], []),
        ("balance", [-5.0, 10, 20, 30], []),
    ],
)
def test_impossible_values(name, values, rows):
    found = [int(row) for _, each in impossible_in(name, np.array(values)) for row in each]
    assert found == rows


def test_a_negative_price_is_told_and_left():
    frame = pd.DataFrame({"price": [5.0] * 20 + [7.5] * 20 + [-3.0], "y": ["a", "b"] * 20 + ["a"]})
    cleaned = cleaned_frame(frame, "y")
    assert cleaned.findings.of("impossible")[0].message.endswith(
        "the name says hardly ever negative: never below 0; left as it is."
    )
    assert cleaned.table.frame["price"].min() == -3


def test_a_target_is_never_repaired():
    frame = pd.DataFrame({"age": [20.0, 31, 44, -5, 52, 39, 27], "x": [1.5, 2, 3, 4, 5, 6, 7]})
    cleaned = cleaned_frame(frame, "age")
    assert cleaned.table.frame["age"].min() == -5
    assert not cleaned.log
    assert cleaned.findings.of("impossible")


# --- outliers, against their definitions --------------------------------------------------------------------------


def test_outliers_by_hand():
    """Tukey: quartiles 2 and 4 of 1, 2, 3, 4, 100; fences -1 and 7. Modified z of 100: 0.6745 * 97 / 1 = 65.4."""
    values = np.array([1.0, 2, 3, 4, 100])
    flags, fences = tukey_outliers(values)
    assert fences == (-1.0, 7.0)
    assert flags.tolist() == modified_z_outliers(values).tolist() == [False] * 4 + [True]


def test_modified_z_where_half_the_values_are_equal():
    """MAD is 0; the mean absolute deviation takes its place (Iglewicz and Hoaglin)."""
    assert modified_z_outliers(np.array([5.0] * 20 + [6.0, 90.0])).tolist() == [False] * 21 + [True]
    assert not modified_z_outliers(np.full(9, 5.0)).any()


# --- rows ---------------------------------------------------------------------------------------------------------


def test_copies_and_conflicts_by_hand():
    frame = pd.DataFrame({"a": [1.0, 1, np.nan, np.nan, 2], "b": ["x", "x", "y", "y", "x"]})
    assert copies(frame).tolist() == [1, 3]
    assert conflicts(frame, np.array(["p", "q", "p", "p", "q"])).tolist() == [0, 1]


def test_expected_copies_is_what_chance_gives(rng):
    """Columns drawn independently: the mean number of equal pairs over many tables."""
    counts = []
    for _ in range(200):
        frame = pd.DataFrame(rng.integers(0, 4, (30, 3)))
        equal = (frame.to_numpy()[:, None] == frame.to_numpy()[None]).all(axis=2)
        counts.append((equal.sum() - 30) / 2)
    assert abs(np.mean(counts) - 30 * 29 / 2 / 64) < 0.6
    assert expected_copies(pd.DataFrame({"a": [0, 0, 1, 1]})) == 3.0


# --- evidence -----------------------------------------------------------------------------------------------------


def test_class_score_is_the_balanced_accuracy_of_fold_majorities(rng):
    """The slow way: for each fold, the class most over-represented in each group of the other folds."""
    groups, classes, folds = rng.integers(0, 6, 300), rng.integers(0, 3, 300), folds_of(300)
    classes = np.where(rng.random(300) < 0.5, groups % 3, classes)
    guess = np.empty(300, dtype=int)
    for fold in range(5):
        others = folds != fold
        for group in range(6):
            inside = others & (groups == group)
            counts = [np.sum(classes[inside] == label) / np.sum(classes[others] == label) for label in range(3)]
            guess[(folds == fold) & (groups == group)] = int(np.argmax(counts))
    assert class_score(groups, classes, folds) == pytest.approx(balanced_accuracy_score(classes, guess))


def test_scores_of_noise_are_at_chance(rng):
    noise = pd.Series(rng.normal(size=4000))
    folds = folds_of(4000)
    assert abs(class_score(groups_of(noise), rng.integers(0, 2, 4000), folds) - 0.5) < 0.05
    assert number_score(groups_of(noise), rng.normal(size=4000), folds) < 0.02


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 1)), min_size=2, max_size=30).filter(
        lambda rows: {c for _, c in rows} == {0, 1}
    )
)
def test_best_threshold_tries_every_cut(rows):
    values, classes = np.array([v for v, _ in rows], dtype=float), np.array([c for _, c in rows])
    best = 0.5
    for cut in np.unique(values):
        for side in (values <= cut, values > cut):
            best = max(best, balanced_accuracy_score(classes, side.astype(int)))
    assert best_threshold(values, classes) == pytest.approx(best)


def test_correction_is_that_of_scipy(rng):
    p = rng.random(30) ** 2
    np.testing.assert_allclose(corrected(p), stats.false_discovery_control(p))
    assert corrected([]) == []


# --- leaks --------------------------------------------------------------------------------------------------------


def test_target_in_another_unit(rng):
    y = rng.gamma(2, 10, 60)
    frame = pd.DataFrame({"pounds": y * 2.2046 + 0.001 * rng.normal(size=60), "x": rng.normal(size=60), "kg": y})
    leak = cleaned_frame(frame, "kg").findings.of("leak_same")[0]
    assert leak.column == "pounds"
    assert leak.numbers["correlation"] > 0.9999


def test_target_cut_into_bands(rng):
    y = rng.normal(size=90)
    frame = pd.DataFrame(
        {"band": np.select([y < -0.5, y < 0.5], ["lower", "middle"], "upper"), "x": rng.normal(size=90), "y": y}
    )
    leak = cleaned_frame(frame, "y").findings.of("leak_same")[0]
    assert leak.numbers == {"bands": 3, "overlap": 0.0}


def test_a_column_filled_in_afterwards(rng):
    y = rng.random(200) < 0.4
    frame = pd.DataFrame(
        {
            "boat": np.where(y, rng.choice(["3", "5b", "C"], 200), None),
            "x": rng.normal(size=200),
            "y": np.where(y, "saved", "lost"),
        }
    )
    cleaned = cleaned_frame(frame, "y")
    leak = cleaned.findings.of("leak_absence")[0]
    assert (leak.column, leak.numbers["absence_score"]) == ("boat", 1.0)
    assert cleaned.features == ["x"]


def test_easy_data_are_not_leaky(rng):
    """Half of the columns each separate the classes: they are told, and kept."""
    y = np.repeat([0, 1], 100)
    frame = pd.DataFrame(
        {f"x{i}": rng.normal(size=200) + 20 * y for i in range(4)}
        | {"z": rng.normal(size=200), "y": np.where(y, "b", "a")}
    )
    cleaned = cleaned_frame(frame, "y")
    assert {f.severity for f in cleaned.findings.of("leak_alone")} == {"warning"}
    assert cleaned.features == ["x0", "x1", "x2", "x3", "z"]


def test_noise_raises_no_suspicion(rng):
    frame = pd.DataFrame(
        {f"x{i}": rng.normal(size=60) for i in range(30)}
        | {"k": rng.choice(list("abcd"), 60), "y": rng.choice(["p", "q"], 60)}
    )
    assert cleaned_frame(frame, "y").left_out == {}


def test_row_numbers_that_tell_the_target():
    frame = pd.DataFrame(
        {"id": np.arange(1, 91), "x": np.tile([1.5, 2.5, 0.5], 30), "y": np.repeat(["a", "b", "c"], 30)}
    )
    leak = cleaned_frame(frame, "y").findings.of("leak_id")[0]
    assert leak.severity == "leak"
    assert leak.numbers["score_alone"] > 0.9
    assert "the rows are sorted by it" in leak.message
