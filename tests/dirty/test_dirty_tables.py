"""Dirty tables of our own making, each with what must be found in it: read, clean, prepare and split must all go through.

Each function writes one table as some program or person would have exported it and states the truth beside it.
"""

import bz2
import gzip
import io
import lzma
import zipfile

import numpy as np
import pytest

from scratchwork.cleaning import clean
from scratchwork.datasets.from_csv import read_table
from scratchwork.errors import DataError
from scratchwork.preparation import TablePreparation, split_rows


def rows(n, line):
    return "".join(f"{line(i)}\n" for i in range(n))


@pytest.fixture
def read(tmp_path):
    """Write a text (or bytes) and read it as a table."""

    def reader(content, name="table.csv", encoding="utf-8", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read_table(path, **options)

    return reader


def goes_through(table, target):
    """The rest of the path: clean, split, prepare; the matrix holds finite numbers only."""
    cleaned = clean(table, target=target)
    frame = cleaned.table.frame
    train, test = split_rows(frame[target].to_numpy(), task=cleaned.task.name)
    preparation = TablePreparation(cleaned.table.kinds)
    X = preparation.fit_transform(frame[cleaned.features].iloc[train])
    Z = preparation.transform(frame[cleaned.features].iloc[test])
    assert X.shape[1] == Z.shape[1] == len(preparation.get_feature_names_out()) > 0
    assert np.isfinite(X).all()
    assert np.isfinite(Z).all()
    return cleaned


def rules(table):
    return {note.rule for note in table.notes}


def note(table, rule, column=""):
    """The one note of a rule (and column)."""
    found = [n for n in table.notes if n.rule == rule and (not column or n.column == column)]
    assert len(found) == 1, f"{rule} {column}: {found}"
    return found[0]


def test_01_german_semicolons_decimal_comma_cp1252(read):
    text = "Straße;Fläche m²;Preis;verkauft\n" + rows(
        40, lambda i: f"Königsweg {i % 4};{50 + i},5;{1 + i % 3}.{200 + i},{i % 10}0 €;{'ja' if i % 3 else 'nein'}"
    )
    table = read(text, encoding="cp1252", target="verkauft")
    assert (table.encoding, table.delimiter, table.decimal) == ("cp1252", ";", ",")
    assert table.kinds == {"Straße": "category", "Fläche m²": "number", "Preis": "number", "verkauft": "category"}
    assert table.frame["Fläche m²"].iloc[0] == 50.5
    assert table.frame["Preis"].iloc[1] == 2201.1
    assert {"encoding", "delimiter", "number format"} <= rules(table)
    goes_through(table, "verkauft")


def test_02_utf16_tabs_from_excel(read):
    text = "name\tvalue\tclass\n" + rows(24, lambda i: f"{'Żółć' if i % 2 else 'Øre'}\t{i * 1.25}\t{'ab'[i % 2]}")
    table = read(text, encoding="utf-16", name="unicode.txt")
    assert (table.encoding, table.delimiter) == ("utf-16", "\t")
    assert set(table.frame["name"]) == {"Żółć", "Øre"}
    assert table.kinds["value"] == "number"


def test_03_utf8_mark_and_sep_line(read):
    table = read(b"\xef\xbb\xbfsep=;\na;b\n1,5;x\n2,5;y\n3,5;x\n")
    assert list(table.frame.columns) == ["a", "b"]
    assert table.frame["a"].tolist() == [1.5, 2.5, 3.5]
    assert table.encoding == "utf-8-sig"


@pytest.mark.parametrize("pack", ["gzip", "bzip2", "xz", "zip"])
def test_04_packed(read, pack):
    plain = ("x,y\n" + rows(30, lambda i: f"{i / 4},{'no' if i % 2 else 'yes'}")).encode()
    if pack == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("inner/data.csv", plain)
            archive.writestr("__MACOSX/._data.csv", b"\0\1")
        content = buffer.getvalue()
    else:
        content = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}[pack](plain)
    # The name says nothing about the packing: the first bytes do.
    table = read(content, name="data.csv")
    assert len(table.frame) == 30
    assert note(table, "packed").why == f"the file is packed with {pack}"


def test_05_many_spellings_of_missing(read):
    spellings = [
        "",
        "NA",
        "N/A",
        "null",
        "None",
        "-",
        "?",
        "nan",
        "#N/A",
        "missing",
        "Unknown",
        "n.a.",
        "--",
        "(blank)",
    ]
    text = "income,town,y\n" + rows(
        140,
        lambda i: (
            f"{spellings[i % 14] if i % 5 == 0 else 1000 + i},{spellings[i % 14] if i % 7 == 0 else 'AB'[i % 2]},{i % 2}"
        ),
    )
    table = read(text)
    assert table.kinds == {"income": "number", "town": "category", "y": "category"}
    assert table.frame["income"].isna().sum() == 28
    assert table.frame["town"].isna().sum() == 20
    words = note(table, "missing word", "income")
    assert words.lossy
    assert "'N/A'" in words.before
    missing = {f.column: f for f in goes_through(table, "y").findings.of("missing")}
    assert missing["income"].count == 28
    assert missing["income"].numbers["share"] == 0.2
    assert missing["income"].lines[:2] == (2, 7)


def test_06_stray_spaces_and_capitals(read):
    spellings = ["male", " Male", "MALE ", "female", "Female", " FEMALE  "]
    table = read("sex , age\n" + rows(60, lambda i: f"{spellings[i % 6]}, {20 + i % 30} "))
    assert list(table.frame.columns) == ["sex", "age"]
    assert table.frame["sex"].value_counts().to_dict() == {"male": 30, "female": 30}
    merged = [n for n in table.notes if n.rule == "spelling"]
    assert sum(n.count for n in merged) == 40
    assert all(n.lossy for n in merged)


def test_07_money_percent_brackets(read):
    text = "price,change,profit,y\n" + rows(
        40,
        lambda i: (
            f'"${1000 + 37 * i:,}.50",{i % 9 - 4}.5%,"{f"({i + 1},000)" if i % 4 == 0 else f"{i + 1},000"}",{i % 2}'
        ),
    )
    table = read(text)
    assert table.frame["price"].iloc[:2].tolist() == [1000.5, 1037.5]
    assert table.frame["change"].iloc[0] == -4.5
    assert table.frame["profit"].iloc[:2].tolist() == [-1000.0, 2000.0]
    found = {(n.column, n.why.removeprefix("numbers written with ").split(" are ")[0]) for n in table.notes}
    assert {("price", "currency sign"), ("change", "percent sign"), ("profit", "brackets for a minus")} <= found
    goes_through(table, "y")


def test_08_ambiguous_dates_are_told(read):
    table = read("seen,v\n" + rows(24, lambda i: f"{i % 12 + 1:02d}/{(i + 3) % 12 + 1:02d}/2021,{i * 0.5}"))
    assert table.kinds["seen"] == "date"
    assert (
        note(table, "ambiguous date").why == "dates such as 03/04 do not tell day from month; the month is taken first"
    )
    other = read("seen;v\n" + rows(24, lambda i: f"{i % 12 + 1:02d}/{(i + 3) % 12 + 1:02d}/2021;{i},5"))
    assert note(other, "ambiguous date").why.endswith("the day is taken first")


def test_09_one_date_proves_the_order_for_its_column(read):
    table = read("seen,v\n03/04/2021,1.5\n25/12/2021,2.5\n05/06/2021,3.5\n31/02/2021,4.5\n07/08/2021,1\n08/08/2021,2\n")
    assert table.frame["seen"].dt.month.tolist()[:3] == [4.0, 12.0, 6.0]
    lost = note(table, "not a date")
    assert (lost.before, lost.lines, lost.lossy) == ("31/02/2021", (5,), True)


def test_10_dates_in_several_forms(read):
    forms = ["2021-03-0{d}", "0{d} Mar 2021", "March {d}, 2021", "0{d}.03.2021", "2021/03/0{d}", "{d} mars 2021"]
    table = read("when,v\n" + rows(36, lambda i: f'"{forms[i % 6].format(d=i % 9 + 1)}",{i}.5'))
    assert table.kinds["when"] == "date"
    assert table.frame["when"].dt.day.tolist() == [i % 9 + 1 for i in range(36)]
    assert (table.frame["when"].dt.month == 3).all()
    assert note(table, "date format").count > 3


def test_11_booleans_in_words_of_all_kinds(read):
    words = ["yes", "No", "Y", "n", "TRUE", "false", "1", "0"]
    table = read("smokes,v\n" + rows(64, lambda i: f"{words[i % 8]},{i * 0.25}"))
    assert table.kinds["smokes"] == "category"
    assert table.frame["smokes"].value_counts().to_dict() == {"no": 32, "yes": 32}
    assert table.frame["smokes"].iloc[:2].tolist() == ["yes", "no"]


def test_12_duplicate_and_empty_names(read):
    table = read("a,a,,b \n" + rows(12, lambda i: f"{i}.5,{i * 2}.5,x{i % 2},{i % 3}.1"))
    assert list(table.frame.columns) == ["a", "a_2", "column_3", "b"]
    assert [(n.before, n.after) for n in table.notes if n.rule == "column name"] == [("a", "a_2"), ("", "column_3")]
    assert [column.original_name for column in table.columns] == ["a", "a", "", "b"]


def test_13_preamble_footer_and_totals(read):
    text = (
        "Quarterly report;;;\nPrinted 2021-05-01;;;\n;;;\nregion;kind;units;price\n"
        + rows(20, lambda i: f"{'NSEW'[i % 4]};{'ab'[i % 2]};{i};{i},25")
        + "Total;;190;195,00\nSource: the sales office\n"
    )
    table = read(text, target="units")
    assert len(table.frame) == 20
    assert table.kinds == {"region": "category", "kind": "category", "units": "number", "price": "number"}
    assert note(table, "above the table").lines == (1, 2)
    footers = [n for n in table.notes if n.rule == "footer"]
    assert {n.before for n in footers} == {"Total | 190 | 195,00", "Source: the sales office"}
    assert {n.lines for n in footers} == {(25,), (26,)}


def test_14_an_average_is_no_footer_where_it_is_a_level(read):
    levels = ["low", "average", "high"]
    table = read("quality,v\n" + rows(30, lambda i: f"{levels[i % 3]},{i}.5") + "average,7.5\n")
    assert len(table.frame) == 31
    assert table.kinds["quality"] == "ordered"
    assert list(table.frame["quality"].cat.categories) == ["low", "average", "high"]


def test_15_index_column_is_an_id(read):
    table = read(",x,y\n" + rows(30, lambda i: f"{i},{i * 1.5},{'ab'[i % 2]}"))
    assert table.columns[0].kind == "id"
    assert table.columns[0].reason == "counts the rows: 0, 1, 2, ..."
    cleaned = goes_through(table, "y")
    assert "column_1" in cleaned.left_out
    assert cleaned.findings.of("leak_id")[0].numbers["distinct"] == 30


def test_16_ids_codes_and_zip(read):
    text = "customer,zip,uuid,v,y\n" + rows(
        40, lambda i: f"C-{1000 + 7 * i},0{1000 + i % 8},{i:08x}-0000-4000-8000-{i * 7:012x},{i * 0.3:.1f},{i % 2}"
    )
    table = read(text)
    assert table.kinds == {"customer": "id", "zip": "category", "uuid": "id", "v": "number", "y": "category"}
    assert table.frame["zip"].iloc[0] == "01000"
    assert {"customer", "uuid"} <= set(goes_through(table, "y").left_out)


def test_17_free_text_with_quotes_commas_and_line_ends(read):
    text = "review,stars\n" + rows(
        30, lambda i: f'"It was ""good"", really,\nfor the {i}th time I went there",{i % 5 + 1}'
    )
    table = read(text)
    assert len(table.frame) == 30
    assert table.kinds["review"] == "text"
    assert table.frame["review"].iloc[3] == 'It was "good", really,\nfor the 3th time I went there'
    assert table.lines[:3].tolist() == [2, 4, 6]


def test_18_no_header(read):
    table = read(rows(30, lambda i: f"{i * 0.5},{i % 7}.5,{'no' if i % 2 else 'yes'}"))
    assert list(table.frame.columns) == ["column_1", "column_2", "column_3"]
    assert len(table.frame) == 30
    assert "no header" in rules(table)
    goes_through(table, "column_3")


def test_19_short_rows_and_trailing_delimiters_are_repaired(read):
    lines = ["a,b,c", "1.5,x,2", "2.5,y", "3.5,x,4,", "4.5,y,5,,", "5.5,x,6", "1,x,2"]
    table = read("\n".join(lines) + "\n")
    assert table.frame["c"].isna().tolist() == [False, True, False, False, False, False]
    assert note(table, "short row").lines == (3,)
    assert note(table, "short row").before == "2.5,y"
    assert note(table, "empty cells").lines == (4, 5)


def test_20_a_comma_in_an_unquoted_name_is_mended_when_only_one_way_fits(read):
    text = "age,name,score\n" + rows(
        30, lambda i: f"{20 + i},{'Smith, Ann' if i == 17 else 'Name of ' + chr(97 + i % 26)},{i}.5"
    )
    table = read(text)
    assert table.frame["name"].iloc[17] == "Smith,Ann"
    assert table.frame["score"].iloc[17] == 17.5
    assert note(table, "long row").lines == (19,)


def test_21_a_row_too_long_names_line_and_column(read):
    with pytest.raises(DataError) as caught:
        read("a,b,c\n1,x,y\n2,x,y\n3,x,y,z\n4,x,y\n")
    assert str(caught.value) == (
        "table.csv, line 4, column 4: this row has 4 cells where the table has 3; the first one too many is 'z'. "
        "Put quotes around a cell that holds the delimiter ',', or take the cell out."
    )


def test_22_an_open_quote_names_line_and_column(read):
    with pytest.raises(DataError) as caught:
        read('a,b,c\n1,"x, y",2\n2,"open, 3\n3,y,4\n4,z,5\n')
    assert str(caught.value) == (
        "table.csv, line 3, column 2: a quote opens here and is never closed. "
        "Close it, or double it if it belongs to the text."
    )


def test_23_an_inch_sign_is_no_quote(read):
    table = read('size,k,v\n"5 inch,a,1.5\n' + rows(20, lambda i: f'pipe {i}" wide,{"ab"[i % 2]},{i}.5'))
    assert len(table.frame) == 21
    assert note(table, "quote").lines == (2,)
    assert table.frame["size"].iloc[:2].tolist() == ['"5 inch', 'pipe 0" wide']


def test_24_a_broken_row_is_joined(read):
    table = read("id,text,v\n1,one line\ntwo lines,3.5\n" + rows(12, lambda i: f"{i + 2},word {i % 3},{i}.5"))
    assert len(table.frame) == 13
    assert table.frame["text"].iloc[0] == "one line two lines"
    assert note(table, "broken row").lines == (2,)


def test_25_mixed_types_lose_words_with_a_log(read):
    table = read(
        "x,y\n" + rows(60, lambda i: f"{'ca. zehn' if i == 7 else 'err' if i in (20, 21) else i * 1.5},{i % 2}")
    )
    assert table.kinds["x"] == "number"
    lost = {n.before: (n.count, n.lines) for n in table.notes if n.rule == "not a number"}
    assert lost == {"ca. zehn": (1, (9,)), "err": (2, (22, 23))}
    log = goes_through(table, "y").log
    assert [(c.before, c.after, c.count) for c in log.of("not a number")] == [
        ("ca. zehn", "missing", 1),
        ("err", "missing", 2),
    ]


def test_26_codes_for_missing(read):
    table = read(
        "temp,age,y\n"
        + rows(60, lambda i: f"{-999 if i % 10 == 0 else 15 + i % 9},{999 if i == 5 else 20 + i % 40},{i % 2}")
    )
    cleaned = goes_through(table, "y")
    changes = [(c.column, c.before, c.after, c.count) for c in cleaned.log.of("code for missing")]
    assert changes == [("temp", "-999", "missing", 6), ("age", "999", "missing", 1)]
    assert cleaned.table.frame["temp"].min() == 15


def test_27_impossible_values(read):
    text = "age,pct_done,bmi,latitude,y\n" + rows(
        80,
        lambda i: (
            f"{-4 if i == 3 else 20 + i % 60},{140 if i == 9 else i % 100},{0 if i == 11 else 20 + i % 9 + 0.5},"
            f"{912.5 if i == 20 else 40 + i / 10},{i % 2}"
        ),
    )
    cleaned = goes_through(read(text), "y")
    found = {(c.column, c.before, c.lines) for c in cleaned.log.of("impossible value")}
    assert found == {("age", "-4", (5,)), ("pct_done", "140", (11,)), ("bmi", "0", (13,)), ("latitude", "912.5", (22,))}
    assert {f.column for f in cleaned.findings.of("impossible")} == {"age", "pct_done", "bmi", "latitude"}


def test_28_growth_above_a_hundred_percent_is_possible(read):
    table = read("growth_pct,y\n" + rows(60, lambda i: f"{i * 5 - 40},{'ab'[i % 2]}"))
    cleaned = clean(table, target="y")
    assert not cleaned.log.of("impossible value")
    assert cleaned.table.frame["growth_pct"].max() == 255


def test_29_copies_of_rows(read):
    lines = [f"{i},{i * 0.37:.2f},{'abc'[i % 3]},{'no' if i % 2 else 'yes'}" for i in range(60)]
    text = "serial,x,k,y\n" + "\n".join([*lines, lines[4], lines[9], lines[9]]) + "\n"
    cleaned = goes_through(read(text), "y")
    dropped = cleaned.log.of("copy of a row")[0]
    assert (dropped.count, dropped.lines) == (3, (62, 63, 64))
    assert dropped.before.startswith("4 | 1.48 | b | yes")
    assert len(cleaned.table.frame) == 60
    assert cleaned.findings.of("duplicates")[0].count == 3


def test_30_equal_rows_that_chance_explains_are_kept(read):
    cleaned = goes_through(
        read("sex,class,y\n" + rows(200, lambda i: f"{'fm'[i % 2]},{i % 3}c,{'no' if i % 5 else 'yes'}")), "y"
    )
    assert len(cleaned.table.frame) == 200
    assert cleaned.findings.of("duplicates")[0].severity == "remark"
    assert "kept: chance can explain them" in cleaned.findings.of("duplicates")[0].message
    assert cleaned.findings.of("conflicting_labels")[0].count > 100


def test_31_rows_without_target_are_set_aside(read):
    cleaned = goes_through(
        read("x,k,y\n" + rows(50, lambda i: f"{i * 1.5},{'ab'[i % 2]},{'' if i % 10 == 3 else i % 2}")), "y"
    )
    assert (len(cleaned.table.frame), len(cleaned.unlabelled)) == (45, 5)
    change = cleaned.log.of("no target")[0]
    assert (change.count, change.after, change.lines) == (5, "set aside", (5, 15, 25, 35, 45))


def test_32_target_in_other_words(read):
    cleaned = goes_through(
        read("Accept,Acceptance,gpa\n" + rows(55, lambda i: f"{'DA'[i % 2]},{i % 2},{2 + i % 17 / 10}")), "Acceptance"
    )
    leak = cleaned.findings.of("leak_same")[0]
    assert (leak.column, leak.severity, leak.numbers["agreement"]) == ("Accept", "leak", 1.0)
    assert leak.message == "'Accept' is 'Acceptance' in other words: they agree in 100.0% of the rows (A = 1, D = 0)."
    assert cleaned.features == ["gpa"]


def test_33_a_date_after_the_event(read):
    text = "signup,churn_date,usage,churned\n" + rows(
        80,
        lambda i: (
            f"2020-01-{i % 28 + 1:02d},{f'2020-06-{i % 28 + 1:02d}' if i % 4 == 0 else ''},{i * 7 % 31},{'yes' if i % 4 == 0 else 'no'}"
        ),
    )
    cleaned = goes_through(read(text), "churned")
    leak = cleaned.findings.of("leak_date")[0]
    assert leak.column == "churn_date"
    assert leak.numbers["absence_score"] == 1.0
    assert leak.numbers["later"] == 1.0
    assert "'signup'" in leak.message
    assert "signup" in cleaned.features


def test_34_a_feature_that_tells_nearly_all(read):
    text = "x,fee_paid,z,y\n" + rows(
        200, lambda i: f"{i * 13 % 47},{0 if i % 3 else 100 + i},{i * 7 % 11},{'no' if i % 3 else 'yes'}"
    )
    cleaned = goes_through(read(text), "y")
    leak = cleaned.findings.of("leak_alone")[0]
    assert (leak.column, leak.severity) == ("fee_paid", "leak")
    assert leak.numbers["score_alone"] >= 0.99
    assert "fee_paid" not in cleaned.features


def test_35_two_columns_that_add_up_to_the_target(read, rng):
    a, b, c = rng.integers(0, 500, 120), rng.integers(0, 900, 120), rng.normal(size=120)
    text = "casual,registered,temp,count\n" + rows(120, lambda i: f"{a[i]},{b[i]},{c[i]:.2f},{a[i] + b[i]}")
    cleaned = goes_through(read(text, target="count"), "count")
    assert {f.column for f in cleaned.findings.of("leak_sum")} == {"casual", "registered"}
    assert cleaned.features == ["temp"]


def test_36_absence_tells_the_target(read, rng):
    sick = rng.random(300) < 0.4
    gone = rng.random(300) < np.where(sick, 0.5, 0.1)
    text = "lab,age,sick\n" + rows(
        300, lambda i: f"{'' if gone[i] else i % 37 / 4},{20 + i % 50},{'yes' if sick[i] else 'no'}"
    )
    finding = goes_through(read(text), "sick").findings.of("missing_tells")[0]
    assert finding.column == "lab"
    assert finding.numbers["p_corrected"] < 1e-6
    assert "are missing where it is yes" in finding.message


def test_37_constant_near_constant_and_empty_columns(read):
    text = "a,b,c,d,y\n" + rows(300, lambda i: f"UK,{'rare' if i == 5 else 'usual'},,{i * 0.7:.2f},{i % 2}")
    table = read(text)
    assert table.kinds == {"a": "constant", "b": "category", "c": "constant", "d": "number", "y": "category"}
    cleaned = goes_through(table, "y")
    assert {f.column for f in cleaned.findings.of("constant")} == {"a", "c"}
    assert cleaned.findings.of("near_constant")[0].column == "b"
    assert set(cleaned.left_out) == {"a", "c"}


def test_38_rare_classes(read):
    cleaned = goes_through(
        read("x,k\n" + rows(100, lambda i: f"{i * 1.1:.1f},{'once' if i == 50 else 'few' if i < 3 else 'many'}")), "k"
    )
    assert {f.message for f in cleaned.findings.of("rare_class")} == {
        "The class 'once' has 1 row: too few to learn it or to test on it.",
        "The class 'few' has 3 rows: too few to learn it or to test on it.",
    }


def test_39_outliers_by_two_methods_with_their_rows(read):
    text = "x,y\n" + rows(100, lambda i: f"{500 if i == 60 else 10 + i % 10 / 10},{i // 10 % 2}")
    finding = goes_through(read(text), "y").findings.of("outliers")[0]
    assert (finding.count, finding.lines) == (1, (62,))
    assert finding.numbers["tukey"] == finding.numbers["modified_z"] == finding.numbers["both"] == 1
    assert "500" in finding.message


def test_40_misspelt_levels_are_told_and_kept(read):
    cleaned = goes_through(
        read(
            "city,y\n" + rows(100, lambda i: f"{'Bostn' if i == 7 else 'Boston' if i % 2 else 'Chicago'},{i // 2 % 2}")
        ),
        "y",
    )
    assert "'Bostn' (1) beside 'Boston' (49)" in cleaned.findings.of("look_alike")[0].message


def test_41_unquoted_units_and_a_row_of_units(read):
    table = read("name,height,weight\n,cm,kg\n" + rows(20, lambda i: f"{'ab'[i % 2]},{170 + i} cm,{60 + i}kg"))
    assert table.kinds == {"name": "category", "height": "number", "weight": "number"}
    assert note(table, "units").lines == (2,)
    assert table.frame["height"].iloc[0] == 170


def test_42_old_mac_line_ends_and_control_z(read):
    table = read("a,b\r" + "".join(f"{i}.5,{'xy'[i % 2]}\r" for i in range(12)) + "\x1a")
    assert len(table.frame) == 12
    assert table.frame["a"].iloc[11] == 11.5


def test_43_nul_characters_and_stray_bytes(read):
    lines = [f"{'Müller' if i % 2 else 'Schäfer'},{i}.5\n".encode() for i in range(60)]
    table = read(b"name,v\n" + b"".join(lines) + "Groß,7.5\n".encode("cp1252") + b"M\0\xc3\xbcller,8.5\n")
    assert table.encoding == "utf-8"
    assert note(table, "stray bytes").count == 1
    assert note(table, "NUL").count == 1
    assert table.frame["name"].iloc[-2:].tolist() == ["Groß", "Müller"]


def test_44_header_again_between_the_rows(read):
    part = "a,b\n" + rows(10, lambda i: f"{i}.5,{'xy'[i % 2]}")
    table = read(part + part + part)
    assert len(table.frame) == 30
    assert table.kinds["a"] == "number"
    assert note(table, "header again").lines == (12, 23)


def test_45_comments_above_and_the_header_in_one(read):
    table = read(
        "# made by an instrument\n# time\tvolt\tstate\n"
        + rows(20, lambda i: f"{i / 10}\t{i * 0.7:.2f}\t{'on' if i % 3 else 'off'}")
    )
    assert list(table.frame.columns) == ["time", "volt", "state"]
    assert len(table.frame) == 20


def test_46_a_markdown_table(read):
    table = read("| name | v |\n|------|---|\n" + rows(12, lambda i: f"| {'ab'[i % 2]} | {i}.5 |"))
    assert table.kinds == {"name": "category", "v": "number"}
    assert len(table.frame) == 12


def test_47_columns_of_blanks(read):
    table = read("name    age  height\n" + rows(20, lambda i: f"{'ann' if i % 2 else 'bob'}   {20 + i}   1.{50 + i}"))
    assert table.kinds == {"name": "category", "age": "number", "height": "number"}


def test_48_wide_years_as_header(read):
    table = read("country,2018,2019,2020\n" + rows(12, lambda i: f"{'ABCDEFGHIJKL'[i]}land,{i}.5,{i + 1}.5,{i + 2}.5"))
    assert list(table.frame.columns) == ["country", "2018", "2019", "2020"]
    assert len(table.frame) == 12


def test_49_ordered_levels(read):
    scales = {
        "size": ["S", "M", "L", "XL"],
        "income": ["<10k", "10k-20k", "20k-50k", "50k+"],
        "stage": ["stage 1", "stage 2", "stage 10"],
    }
    text = "size,income,stage,v\n" + rows(
        60, lambda i: f"{scales['size'][i % 4]},{scales['income'][i % 4]},{scales['stage'][i % 3]},{i}.5"
    )
    table = read(text)
    for name, levels in scales.items():
        assert table.kinds[name] == "ordered"
        assert list(table.frame[name].cat.categories) == levels


def test_50_numbers_of_the_swiss_the_french_and_the_indians(read):
    text = "a\tb\tc\n" + rows(20, lambda i: f"1'{i:03d}.50\t{i + 1}\u202f234,5\t{i + 1},23,456.7")
    frame = read(text).frame
    assert frame["a"].iloc[3] == 1003.5
    assert frame["b"].iloc[3] == 4234.5
    assert frame["c"].iloc[3] == 423456.7


def test_51_cyrillic_without_a_mark(read):
    table = read(
        "город;цена;да\n" + rows(30, lambda i: f"{'Москва' if i % 2 else 'Казань'};{i},5;{'да' if i % 3 else 'нет'}"),
        encoding="cp1251",
    )
    assert table.encoding == "cp1251"
    assert set(table.frame["город"]) == {"Москва", "Казань"}


def test_52_a_tick_or_nothing_is_a_category(read):
    table = read("member,v,y\n" + rows(60, lambda i: f"{'x' if i % 3 == 0 else ''},{i}.5,{i % 2}"))
    assert table.kinds["member"] == "category"
    cleaned = goes_through(table, "y")
    preparation = TablePreparation(cleaned.table.kinds).fit(cleaned.table.frame[cleaned.features])
    assert preparation.get_feature_names_out().tolist() == ["member=(missing)", "v"]


def test_53_none_is_an_answer_where_it_is_frequent(read):
    table = read("alley,v\n" + rows(60, lambda i: f"{['None', 'gravel', 'paved'][i % 3]},{i}.5"))
    assert table.frame["alley"].value_counts().to_dict() == {"None": 20, "gravel": 20, "paved": 20}


def test_54_target_that_cannot_be_learnt(read):
    table = read("a,name,y\n" + rows(30, lambda i: f"{i}.5,person {i:03d}x,same"))
    with pytest.raises(
        DataError, match="target='y' has the one value 'same' in every row: there is nothing to predict."
    ):
        clean(table, target="y")
    with pytest.raises(
        DataError, match="target='yy' is not a column. Did you mean 'y'\\? The columns are 'a', 'name', 'y'."
    ):
        clean(table, target="yy")


def test_55_letters_encoded_twice_and_html(read):
    text = "StraÃŸe,v\n" + rows(20, lambda i: f"{['MÃ¼nchen', 'Tom &amp; Jerry', 'São Paulo'][i % 3]},{i}.5")
    table = read(text)
    assert list(table.frame.columns) == ["Straße", "v"]
    assert set(table.frame["Straße"]) == {"München", "Tom & Jerry", "São Paulo"}
    assert {n.before: n.after for n in table.notes if n.rule == "letters"} == {
        "MÃ¼nchen": "München",
        "Tom &amp; Jerry": "Tom & Jerry",
    }


def test_56_moments_since_1970_and_days_of_a_spreadsheet(read):
    table = read("ts,order_date,x\n" + rows(30, lambda i: f"{1609459200 + 86400 * i},{44197 + i},{i % 7}"))
    assert table.kinds == {"ts": "date", "order_date": "date", "x": "number"}
    assert (table.frame["ts"] == table.frame["order_date"]).all()
    assert str(table.frame["ts"].iloc[0]) == "2021-01-01 00:00:00"


def test_57_two_decimal_marks_in_one_column(read):
    table = read("a;y\n" + rows(30, lambda i: f"{i},5;x" if i % 2 else f"{i}.25;y"))
    assert table.frame["a"].tolist() == [i + 0.5 if i % 2 else i + 0.25 for i in range(30)]
    assert any("two decimal marks" in n.why for n in table.notes)


def test_58_initials_join_their_words(read):
    table = read("gender,size,v\n" + rows(60, lambda i: f"{['M', 'F', 'Male', 'female'][i % 4]},{'abc'[i % 3]},{i}.5"))
    assert table.frame["gender"].value_counts().to_dict() == {"M": 30, "F": 30}
    assert table.frame["size"].nunique() == 3


def test_59_times_with_a_zone(read):
    table = read("t,v\n" + rows(30, lambda i: f"2023/01/{i % 28 + 1:02d} 3:{i:02d}:10 PM GMT+1,{i}.5"))
    assert str(table.frame["t"].iloc[0]) == "2023-01-01 14:00:10"
    assert note(table, "time zone").count == 30


def test_60_a_word_or_nothing_keeps_what_its_absence_tells(read):
    table = read(
        "manager,x,left\n"
        + rows(90, lambda i: f"{'Kim' if i % 3 else ''},{i * 7 % 31},{'no' if i % 3 or i % 2 else 'yes'}")
    )
    cleaned = goes_through(table, "left")
    assert table.kinds["manager"] == "category"
    assert "manager" in cleaned.features
