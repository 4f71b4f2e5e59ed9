"""TablePreparation: what it learns, that it learns from training alone, and what it says about tables that differ."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_selection import f_classif, f_regression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from scratchwork.errors import DataError, InvalidArgumentError
from scratchwork.preparation import Standardize, TablePreparation
from scratchwork.preparation._selection import univariate_p


@pytest.fixture
def table(rng):
    """A table of each kind of column, with gaps; and its target."""
    n = 200
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 10, n).round(1),
            "income": rng.gamma(2, 1000, n),
            "town": pd.Categorical(rng.choice(["Rome", "Oslo", "Bern", "Graz"], n, p=[0.5, 0.3, 0.19, 0.01])),
            "size": pd.Categorical(rng.choice(["S", "M", "L"], n), categories=["S", "M", "L"], ordered=True),
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 700, n), unit="D"),
            "remark": [f"some words about row {i}" for i in range(n)],
            "serial": np.arange(n).astype(str),
        }
    )
    frame.loc[::7, "income"] = np.nan
    frame.loc[::11, "town"] = None
    frame.loc[::13, "joined"] = pd.NaT
    return frame, (frame["age"] + 5 * (frame["town"] == "Oslo") + rng.normal(0, 3, n) > 42).astype(int).to_numpy()


KINDS = {
    "age": "number",
    "income": "number",
    "town": "category",
    "size": "ordered",
    "joined": "date",
    "remark": "text",
    "serial": "id",
}


@pytest.mark.parametrize(
    ("estimator", "check"),
    [pair for estimator in (TablePreparation(), Standardize()) for pair in estimator_checks_generator(estimator)],
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", type(value).__name__),
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_scikit_learn_contract(estimator, check):
    check(estimator)


def test_by_hand():
    """Mean 2, deviation sqrt(8/3); the median 2 fills the gap; the commonest level is the reference."""
    frame = pd.DataFrame({"x": [0.0, 4.0, None, 2.0], "k": ["b", "a", "a", None]})
    preparation = TablePreparation(rare_rows=1)
    expected = [[-2, 1], [2, 0], [0, 0], [0, 0]]
    np.testing.assert_allclose(preparation.fit_transform(frame), np.array(expected) / [2**0.5, 1])
    assert preparation.get_feature_names_out().tolist() == ["x", "k=b"]
    assert preparation.feature_columns_ == ["x", "k"]


def test_every_kind_of_column(table):
    frame, _ = table
    preparation = TablePreparation(KINDS).fit(frame)
    assert preparation.get_feature_names_out().tolist() == [
        "age", "income", "income is missing", "town=Oslo", "town=Bern", "town=(missing)", "size",
        "joined in days", "joined month sin", "joined month cos", "joined weekday sin", "joined weekday cos", "joined is missing",
    ]  # fmt: skip
    assert preparation.dropped_ == {"remark": "free text is not learnt from", "serial": "an id names the row"}
    X = preparation.transform(frame)
    assert X.dtype == np.float64
    assert np.isfinite(X).all()
    numbers = [0, 1, 6, 7]
    np.testing.assert_allclose(X[:, numbers].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X[:, numbers].std(axis=0), 1)
    marks = np.delete(X, [0, 1, 6, 7, 8, 9, 10, 11], axis=1)
    assert set(np.unique(marks)) == {0.0, 1.0}


def test_scaling_is_that_of_scikit_learn(rng):
    X = rng.normal(1e6, 3, (50, 4))
    np.testing.assert_allclose(TablePreparation().fit_transform(X), StandardScaler().fit_transform(X), atol=1e-9)
    np.testing.assert_allclose(Standardize().fit_transform(X), StandardScaler().fit_transform(X), atol=1e-9)


def test_a_row_does_not_depend_on_its_neighbours(table, rng):
    frame, y = table
    preparation = TablePreparation(KINDS, degree=2, select=0.5).fit(frame, y)
    whole = preparation.transform(frame)
    order = rng.permutation(len(frame))
    np.testing.assert_array_equal(preparation.transform(frame.iloc[order]), whole[order])
    for row in (0, 7, 199):
        np.testing.assert_array_equal(preparation.transform(frame.iloc[[row]]), whole[[row]])


def test_fit_then_transform_is_fit_transform(table):
    frame, y = table
    one, two = TablePreparation(KINDS, degree=2), TablePreparation(KINDS, degree=2)
    np.testing.assert_array_equal(one.fit_transform(frame, y), two.fit(frame, y).transform(frame))


def test_the_test_part_teaches_nothing(table):
    """Changing every cell of the test part changes nothing that was learnt."""
    frame, _ = table
    train = frame.iloc[:150]
    state = json.dumps(TablePreparation(KINDS).fit(train).to_state()[0])
    spoilt = frame.copy()
    spoilt.loc[150:, "age"] = 1e9
    assert json.dumps(TablePreparation(KINDS).fit(spoilt.iloc[:150]).to_state()[0]) == state


def test_state_is_json_and_arrays_and_brings_all_back(table):
    frame, y = table
    preparation = TablePreparation(KINDS, degree=2, select=0.3, text="counts").fit(frame, y)
    meta, arrays = preparation.to_state()
    again = TablePreparation.from_state(
        json.loads(json.dumps(meta)), {name: array.copy() for name, array in arrays.items()}
    )
    np.testing.assert_array_equal(again.transform(frame), preparation.transform(frame))
    assert again.get_feature_names_out().tolist() == preparation.get_feature_names_out().tolist()
    assert again.dropped_ == preparation.dropped_
    assert again.get_params() == preparation.get_params()
    assert all(array.dtype.kind in "fi" for array in arrays.values())


def test_the_caller_s_table_is_not_changed(table):
    frame, y = table
    before = frame.copy(deep=True)
    TablePreparation(KINDS).fit(frame, y).transform(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_unseen_and_rare_levels():
    towns = ["Rome"] * 100 + ["Oslo"] * 50 + ["Bern"] * 30 + ["Graz"] * 4 + ["Brno"] * 2 + [None] * 14
    preparation = TablePreparation({"town": "category"}, rare_share=0.05).fit(pd.DataFrame({"town": towns}))
    assert list(preparation.get_feature_names_out()) == ["town=Oslo", "town=Bern", "town=(other)", "town=(missing)"]
    assert preparation.blocks_[0]["rare"] == ["Graz", "Brno"]
    new = pd.DataFrame({"town": ["Oslo", "oslo ", "Graz", "Lima", None, "Rome"]})
    aligned, remarks = preparation.align(new)
    positions = [[0], [0], [2], [2], [3], []]
    assert [np.flatnonzero(row).tolist() for row in preparation.transform(aligned)] == positions
    assert remarks == ["column 'town': 1 level not seen in training ('Lima') counts as the rare levels."]


def test_codes_for_missing_stay_missing_in_new_rows():
    frame = pd.DataFrame({"x": [1.0, 2, 3, -999, 5, 4]})
    plain = TablePreparation(missing_codes={"x": [-999]}).fit(frame)
    X = plain.transform(pd.DataFrame({"x": [-999.0, 3.0]}))
    assert X[0] == X[1]
    again = TablePreparation.from_state(json.loads(json.dumps(plain.to_state()[0])), plain.to_state()[1])
    np.testing.assert_array_equal(again.transform(frame), plain.transform(frame))


def test_words_of_yes_and_no_are_the_same_in_every_spelling():
    preparation = TablePreparation(rare_rows=1).fit(pd.DataFrame({"k": ["yes", "no", "no"]}))
    assert preparation.transform(pd.DataFrame({"k": ["Y", "true", "N", "1"]})).ravel().tolist() == [1, 1, 0, 1]


def test_align_takes_columns_in_any_order_and_tells_the_new_ones(table):
    frame, _ = table
    preparation = TablePreparation(KINDS).fit(frame)
    other = frame[list(frame.columns[::-1])].rename(columns={"age": "Age "}).assign(extra=1)
    aligned, remarks = preparation.align(other)
    np.testing.assert_array_equal(preparation.transform(aligned), preparation.transform(frame))
    assert remarks == ["column 'Age ' is taken for 'age'.", "1 column not seen in training left out: 'extra'."]


def test_a_missing_column_is_an_error_that_names_it(table):
    frame, _ = table
    preparation = TablePreparation(KINDS).fit(frame)
    with pytest.raises(
        DataError, match="The table lacks 'age', 'town', which the model was fitted on. It has 'income', 'size',"
    ):
        preparation.align(frame.drop(columns=["age", "town"]))
    # A column that was dropped anyway may be missing.
    assert preparation.align(frame.drop(columns=["serial", "remark"]))[1] == []


def test_changed_types(table):
    frame, _ = table
    preparation = TablePreparation(KINDS).fit(frame)
    as_text = frame.assign(age=frame["age"].astype(str), joined=frame["joined"].dt.strftime("%Y-%m-%d"))
    np.testing.assert_array_equal(preparation.transform(as_text), preparation.transform(frame))
    words = frame.assign(age="old")
    with pytest.raises(DataError) as caught:
        preparation.align(words)
    assert str(caught.value) == (
        "column 'age' was a number when the preparation was fitted; now 200 of its 200 cells are not, the first of them 'old' in row 1."
    )
    with pytest.raises(
        DataError,
        match="column 'joined' was a date when the preparation was fitted; now it holds cells such as 'soon'.",
    ):
        preparation.align(frame.assign(joined="soon"))
    few = frame["age"].astype(object)
    few.iloc[5] = "about 40"
    aligned, remarks = preparation.align(frame.assign(age=few))
    assert remarks == [
        "column 'age': 1 cell without a number, such as 'about 40'; treated as missing.",
        "column 'age': 1 missing cell filled with the training median.",
    ]
    assert np.isfinite(preparation.transform(aligned)).all()


def test_columns_that_teach_nothing_are_dropped_with_a_reason():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [7.0] * 4, "c": [np.nan] * 4, "d": [1.0, 2, 3, 4]})
    preparation = TablePreparation().fit(frame)
    assert preparation.get_feature_names_out().tolist() == ["a"]
    assert preparation.dropped_ == {
        "c": "missing in every training row",
        "b": "one value only in training",
        "d": "the same as 'a' in every training row",
    }


def test_polynomial_terms_are_those_of_scikit_learn(rng):
    X = rng.normal(size=(30, 3))
    ours = TablePreparation(degree=3).fit(pd.DataFrame(X, columns=["a", "b", "c"]))
    theirs = PolynomialFeatures(3, include_bias=False).fit(X)
    np.testing.assert_allclose(
        ours.transform(pd.DataFrame(X, columns=["a", "b", "c"])), theirs.transform(StandardScaler().fit_transform(X))
    )
    names = [name.replace(" x ", " ") for name in ours.get_feature_names_out()]
    assert names == theirs.get_feature_names_out(["a", "b", "c"]).tolist()


def test_too_many_terms_is_an_error(rng):
    with pytest.raises(
        InvalidArgumentError,
        match="degree=3 makes 47,904 columns, more than 2,000; lower it or give fewer columns.",
    ):
        TablePreparation(degree=3).fit(rng.normal(size=(10, 64)))


def test_selection_tests_are_those_of_scikit_learn(rng):
    X, y, k = rng.normal(size=(80, 6)), rng.normal(size=80), rng.integers(0, 3, 80)
    X[:, 2] += y
    X[:, 4] += k
    np.testing.assert_allclose(univariate_p(X, y, classes=False), f_regression(X, y)[1], rtol=1e-8)
    np.testing.assert_allclose(univariate_p(X, k, classes=True), f_classif(X, k)[1], rtol=1e-8)


def test_selection_keeps_what_goes_with_the_target(rng):
    X = rng.normal(size=(300, 20))
    y = (X[:, 3] - X[:, 11] > 0).astype(int)
    preparation = TablePreparation(select=0.05).fit(X, y)
    assert {"x3", "x11"} <= set(preparation.get_feature_names_out())
    assert len(preparation.get_feature_names_out()) <= 5
    assert preparation.dropped_["x0"].startswith("does not go with the target (p = ")


def test_selection_needs_y():
    with pytest.raises(InvalidArgumentError, match=r"select=0.05 tests each column against y; call fit\(X, y\)."):
        TablePreparation(select=0.05).fit([[1.0], [2.0]])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"degree": 0}, "degree=0 must be an integer of at least 1 and at most 3."),
        ({"rare_share": 1.0}, "rare_share=1.0 must be a number of at least 0 and below 1."),
        ({"text": "embed"}, "text='embed' must be one of 'drop', 'counts'."),
    ],
)
def test_parameters(parameters, message):
    with pytest.raises(InvalidArgumentError) as caught:
        TablePreparation(**parameters).fit([[1.0], [2.0]])
    assert str(caught.value) == message


def test_dates_go_round_the_year():
    frame = pd.DataFrame({"d": pd.to_datetime(["2021-12-31", "2022-01-01", "2021-07-01", "2021-03-01"])})
    preparation = TablePreparation(scale=False).fit(frame)
    X = dict(zip(preparation.get_feature_names_out(), preparation.transform(frame).T))
    assert X["d in days"].tolist() == [305, 306, 122, 0]
    december, january = (np.array([X["d month sin"][i], X["d month cos"][i]]) for i in (0, 1))
    assert np.linalg.norm(december - january) < 0.1


def test_times_with_a_zone_are_utc():
    zoned = pd.DataFrame({"d": pd.to_datetime(["2021-01-01 12:00", "2021-01-02 18:00"]).tz_localize("Europe/Berlin")})
    plain = pd.DataFrame({"d": pd.to_datetime(["2021-01-01 11:00", "2021-01-02 17:00"])})
    np.testing.assert_allclose(TablePreparation().fit_transform(zoned), TablePreparation().fit_transform(plain))


def test_in_a_pipeline_and_a_search(table):
    frame, y = table
    pipeline = make_pipeline(TablePreparation(KINDS), LogisticRegression())
    search = GridSearchCV(pipeline, {"tablepreparation__degree": [1, 2]}, cv=3).fit(frame, y)
    assert search.best_score_ > 0.7
    assert clone(TablePreparation(KINDS, degree=2)).degree == 2
    named = TablePreparation(KINDS).set_output(transform="pandas").fit_transform(frame)
    assert list(named.columns)[:2] == ["age", "income"]
    assert named.index.equals(frame.index)


cells = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True, width=32),
    st.sampled_from(["a", "B ", "", "NA", "yes", "1.5", "ü", "\x00"]),
)


@given(
    st.lists(cells, min_size=2, max_size=12),
    st.lists(cells, min_size=1, max_size=6),
    st.sampled_from(["category", "ordered", "text"]),
)
def test_any_cells_become_finite_numbers(train, test, kind):
    preparation = TablePreparation({"c": kind}, text="counts", rare_rows=1)
    frame = pd.DataFrame({"c": pd.Series(train, dtype=object), "z": np.arange(len(train), dtype=float)})
    preparation.fit(frame)
    new = pd.DataFrame({"c": pd.Series(test, dtype=object), "z": np.arange(len(test), dtype=float)})
    assert np.isfinite(preparation.transform(new)).all()


@pytest.mark.slow
def test_wide_tables_are_prepared_quickly(rng):
    """100,000 rows and 80 columns, a quarter of them levels of high cardinality, in less than 20 seconds of processor time."""
    import time

    n = 100_000
    frame = pd.DataFrame({f"n{i}": rng.normal(size=n) for i in range(60)})
    for i in range(20):
        frame[f"k{i}"] = pd.Categorical.from_codes(
            rng.integers(0, 5000, n), categories=[f"level {j}" for j in range(5000)]
        )
    start = time.process_time()
    X = TablePreparation().fit_transform(frame)
    assert time.process_time() - start < 20
    assert X.shape[0] == n
