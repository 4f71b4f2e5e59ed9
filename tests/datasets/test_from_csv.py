"""Reading: each part by itself, the words of each error, and files that try to break the reader."""

import contextlib
import gzip
import hashlib
import io
import os
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchwork.datasets._csv_bytes import survey
from scratchwork.datasets._csv_dates import read_date, read_dates
from scratchwork.datasets._csv_encoding import guess_legacy
from scratchwork.datasets._csv_numbers import read_numbers, read_simple
from scratchwork.datasets._csv_scales import scale_of
from scratchwork.datasets._csv_words import CODE_NAME, KEY_NAME, TIME_NAME, is_missing
from scratchwork.datasets.from_csv import read_table, table_from_frame
from scratchwork.errors import DataError, InvalidArgumentError, ScratchworkError


def save(folder, content, name="t.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


# --- numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1", "-2.5", "+3", ".5", "5.", "1e3", "2.5E-2"], [1, -2.5, 3, 0.5, 5, 1000, 0.025]),
        (["1,5", "2,25", "1.000,5"], [1.5, 2.25, 1000.5]),
        (["1,234.5", "1,234", "12"], [1234.5, 1234, 12]),
        (["1.234.567", "12"], [1234567, 12]),
        (["$1,200", "-$5", "$-5", "(€7)", "7 EUR", "CHF 3"], [1200, -5, -5, -7, 7, 3]),
        (["12%", "3.5 %", "−4%"], [12, 3.5, -4]),
        (["170 cm", "182cm"], [170, 182]),
        (["1.2k", "3M", "500"], [1200, 3e6, 500]),
        (["<0.5", "1.2*", "3[1]"], [0.5, 1.2, 3]),
        (["12,34,567", "1,23,456.5"], [1234567, 123456.5]),
        (["5-", "3"], [-5, 3]),
    ],
)
def test_numbers(texts, values):
    np.testing.assert_allclose(read_numbers(texts, [1] * len(texts), ".")[0], values)


@pytest.mark.parametrize(
    "text", ["12-15", "1.2.3", "3 1/2", "A1", "2020-01-01", "12:30", "", "e5", "--5", "1,23,45", "(5", "0x1F"]
)
def test_what_is_no_number(text):
    assert np.isnan(read_numbers([text], [1], ".")[0][0])


def test_units_that_differ_are_no_numbers():
    assert np.isnan(read_numbers(["10 cm", "2 in"], [1, 1], ".")[0]).all()


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]),
)
def test_numbers_come_back_in_every_style(values, style):
    """Written with thousands and two decimals, read again: the decimal mark is found from the cells alone."""
    thousands, decimal = style
    texts = [f"{value:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands) for value in values]
    np.testing.assert_allclose(
        read_numbers(texts, [1] * len(texts), "?")[0], np.round(values, 2), rtol=1e-9, atol=0.006
    )


@pytest.mark.parametrize("style", ["${:,.2f}", "{:.3f}", "{:,.1f} €", "{:.0f}", "{:,.2f}%"])
def test_the_fast_reader_of_numbers_gives_what_the_plain_one_gives(rng, style):
    texts = [style.format(value) for value in rng.gamma(1, 1e5, 600)]
    quick = read_simple(texts, [1] * len(texts), ".")
    plain = [read_numbers(texts[i : i + 100], [1] * 100, ".")[0] for i in range(0, 600, 100)]
    np.testing.assert_array_equal(quick[0], np.concatenate(plain))


# --- dates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021-03-05", "2021-03-05T00:00:00"),
        ("2021-03-05T10:20:30Z", "2021-03-05T10:20:30"),
        ("2021-03-05 10:20:30+02:00", "2021-03-05T08:20:30"),
        ("5.3.2021", "2021-03-05T00:00:00"),
        ("05/03/21", "2021-03-05T00:00:00"),
        ("3/13/2021 5:06 PM", "2021-03-13T17:06:00"),
        ("12:00 AM", None),
        ("5 Mar 2021", "2021-03-05T00:00:00"),
        ("Fri, 5th March 2021", "2021-03-05T00:00:00"),
        ("March 5, 2021", "2021-03-05T00:00:00"),
        ("5. März 2021", "2021-03-05T00:00:00"),
        ("5 de marzo de 2021", "2021-03-05T00:00:00"),
        ("20210305", "2021-03-05T00:00:00"),
        ("2021-03", "2021-03-01T00:00:00"),
        ("Q2 2021", "2021-04-01T00:00:00"),
        ("31/02/2021", None),
        ("2021-13-01", None),
        ("12.5", None),
        ("1-2-3", None),
        ("2021", None),
        ("may 5", None),
        ("0001-01-01", None),
    ],
)
def test_dates(text, iso):
    found = read_date(text, True)[0]
    assert (found.isoformat() if found else None) == iso


@given(
    st.datetimes(
        min_value=pd.Timestamp("1970-01-01").to_pydatetime(), max_value=pd.Timestamp("2068-12-31").to_pydatetime()
    )
)
def test_dates_come_back_in_every_style(moment):
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for style in ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%b-%y"):
        assert read_date(day.strftime(style), True)[0] == day, style
    assert read_date(day.strftime("%m/%d/%Y"), False)[0] == day


def test_fast_dates_are_the_plain_dates(rng):
    texts = [
        str(np.datetime64("2000-01-01T00:00:00") + np.timedelta64(int(s), "s")).replace("T", " ")
        for s in rng.integers(0, 1e9, 600)
    ]
    quick = read_dates(texts, False)[0]
    assert isinstance(quick, np.ndarray)
    assert quick.tolist() == read_dates(texts[:100], False)[0] + [read_date(text, False)[0] for text in texts[100:]]


# --- words --------------------------------------------------------------------------------------------------------


def test_missing_words():
    assert all(
        map(
            is_missing,
            [
                "",
                "NA",
                "n/a",
                "NULL",
                "NaN",
                "?",
                "-",
                ".",
                "Unknown",
                "#DIV/0!",
                "keine Angabe",
                "не указано".replace("не указано", "н/д"),
            ],
        )
    )
    assert not any(map(is_missing, ["0", "no", "nano", "other", "x", "false", "Nan Smith", "99"]))


@pytest.mark.parametrize(("name", "key", "code", "time"), [
    ("customer_id", True, False, False), ("CustomerID", True, False, False), ("fee_paid", False, False, False), ("id", True, False, False),
    ("zip", False, True, False), ("hotel_nights", False, False, False), ("basic_salary", False, False, False), ("zip_code", False, True, False),
    ("rownames", True, False, False), ("order_date", False, False, True), ("year", False, False, True), ("message", False, False, False),
    ("valid", False, False, False), ("humidity", False, False, False), ("PassengerId", True, False, False), ("grid", False, False, False),
])  # fmt: skip
def test_names(name, key, code, time):
    assert bool(KEY_NAME.fullmatch(name)) == key
    assert bool(CODE_NAME.fullmatch(name)) == code
    assert bool(TIME_NAME.fullmatch(name)) == time


@pytest.mark.parametrize(
    ("levels", "order"),
    [
        (["high", "low", "medium"], ["low", "medium", "high"]),
        (["agree", "neutral", "strongly agree"], ["neutral", "agree", "strongly agree"]),
        (["very_high", "low", "high"], ["low", "high", "very_high"]),
        (["65+", "<18", "18-64"], ["<18", "18-64", "65+"]),
        (["$50k+", "$0-$10k", "$10k-$50k"], ["$0-$10k", "$10k-$50k", "$50k+"]),
        (["grade 10", "grade 9"], ["grade 9", "grade 10"]),
        (["3rd", "1st", "2nd"], ["1st", "2nd", "3rd"]),
        (["red", "green"], None),
        (["m", "f"], None),
        (["s", "c", "q"], None),
        (["m", "s"], None),
        (["555-0100", "555-0101"], None),
        (["1", "2"], None),
    ],
)
def test_scales(levels, order):
    assert scale_of(levels) == order


# --- encodings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café, crème brûlée, 12 €", "cp1252"), ("Müller; Größe", "cp1252"), ("São Paulo", "cp1252"), ("Łódź;Kraków;Gdańsk", "cp1250"),
        ("příjmení;město;číslo", "cp1250"), ("Привет;Казань", "cp1251"), ("МОСКВА;ОМСК;ПЕРМЬ;УФА", "cp1251"), ("Привет;Казань", "koi8_r"),
        ("Müller;José;Ñandú", "mac_roman"), ("Müller;José;Ñandú", "cp850"), ("Αθήνα", "cp1253"), ("İstanbul;Şişli;Çağ", "cp1254"),
        ("東京の天気", "shift_jis"), ("北京,上海,广州,姓名", "gb18030"), ("서울,부산", "euc_kr"), ("20°C", "cp1252"), ("£5", "cp1252"),
    ],
)  # fmt: skip
def test_old_code_pages(text, encoding):
    assert guess_legacy(text.encode(encoding)) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_every_form(tmp_path, encoding):
    path = save(tmp_path, "größe,name\n" + "".join(f"{i}.5,Zoë {'€'}\n" for i in range(50)), encoding=encoding)
    frame = read_table(path).frame
    assert list(frame.columns) == ["größe", "name"]
    assert frame["name"].iloc[0] == "Zoë €"


def test_the_first_accent_may_come_after_a_million_bytes(tmp_path):
    path = save(tmp_path, "a,b\n" + "1.5,plain\n" * 120_000 + "2.5,Käse\n", encoding="cp1252")
    table = read_table(path)
    assert table.encoding == "cp1252"
    assert table.frame["b"].iloc[-1] == "Käse"


def test_encoding_can_be_given(tmp_path):
    path = save(tmp_path, "a,b\n1,Größe\n2,x\n", encoding="cp850")
    assert read_table(path, encoding="cp850").frame["b"].iloc[0] == "Größe"
    with pytest.raises(DataError, match="encoding='klingon' is not known; for example 'utf-8', 'cp1252' or 'utf-16'."):
        read_table(path, encoding="klingon")


# --- the whole table ----------------------------------------------------------------------------------------------


def test_the_record(tmp_path):
    content = b"id,x,k\n1,1.5,a\n2,2.5,b\n3,,a\n4,4.5,b\n"
    table = read_table(save(tmp_path, content))
    assert table.sha256 == hashlib.sha256(content).hexdigest()
    assert (table.path, table.encoding, table.delimiter, table.decimal) == (str(tmp_path / "t.csv"), "utf-8", ",", ".")
    assert [tuple(column) for column in table.columns] == [
        ("id", "id", "id", "counts the rows: 1, 2, 3, ..."),
        ("x", "x", "number", "every cell is a number"),
        ("k", "k", "category", "2 levels in 4 cells"),
    ]
    assert [str(dtype) for dtype in table.frame.dtypes] == ["str", "float64", "category"]
    assert table.lines.tolist() == [2, 3, 4, 5]
    assert table.notes == []


def test_types_override_what_is_found(tmp_path):
    path = save(tmp_path, "n,k,d,t\n" + "".join(f"{i % 5},{i},2021-01-{i + 1:02d},{'abc'[i % 3]}\n" for i in range(20)))
    kinds = {"n": "category", "K": "id", "d": "text", "t": "ordered"}
    assert read_table(path, types=kinds).kinds == {"n": "category", "k": "id", "d": "text", "t": "ordered"}
    levels = read_table(path, types={"k": "ordered"}).frame["k"].cat.categories.tolist()
    assert levels == [str(i) for i in range(20)]
    with pytest.raises(DataError, match="types: column 't' cannot be a number; its first cell is 'a'."):
        read_table(path, types={"t": "number"})
    with pytest.raises(DataError, match="types: column 't' cannot be a date; its first cell is 'a'."):
        read_table(path, types={"t": "date"})
    with pytest.raises(DataError, match="types='nn' is not a column. Did you mean 'n'\\?"):
        read_table(path, types={"nn": "number"})
    with pytest.raises(InvalidArgumentError, match=r"types\['n'\]='numbr' must be one of .* Did you mean 'number'\?"):
        read_table(path, types={"n": "numbr"})


def test_decimal_delimiter_and_day_first_can_be_given(tmp_path):
    path = save(tmp_path, "a|b\n1.234|03/04/2021\n5.678|05/06/2021\n")
    assert read_table(path).frame["a"].tolist() == [1.234, 5.678]
    table = read_table(path, delimiter="|", decimal=",", day_first=True)
    assert table.frame["a"].tolist() == [1234, 5678]
    assert table.frame["b"].dt.month.tolist() == [4, 6]


def test_a_running_number_is_a_number_where_it_is_the_target(tmp_path):
    path = save(tmp_path, "n,x\n" + "".join(f"{i},{i % 3}.5\n" for i in range(30)))
    assert read_table(path, target="n").kinds["n"] == "number"


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "t.csv", "t.csv is empty: it holds no bytes at all."),
        (b" \n\n", "t.csv", "t.csv is empty: it holds only blanks."),
        (b"a,b\n", "t.csv", "t.csv has a header and no rows (2 columns: a, b)."),
        (bytes(range(256)) * 30, "t.csv", "t.csv is a binary file, not a text table. Export it as CSV first."),
        (b"%PDF-1.4 ...", "t.csv", "t.csv is a PDF document, not a text table. Export it as CSV first."),
        (b"PAR1....", "t.csv", "t.csv is a Parquet file, not a text table. Export it as CSV first."),
        (
            b"<!DOCTYPE html><html>",
            "t.csv",
            "t.csv is a web page or XML, not a text table; perhaps a login page was saved under this name.",
        ),
        (b'[{"a": 1}]', "t.csv", "t.csv is JSON, not a text table. Convert it to CSV first."),
        (b"PK\x03\x04 garbage", "t.csv", "t.csv is damaged: as a zip file it cannot be read (File is not a zip file)."),
    ],
)
def test_files_that_are_no_tables(tmp_path, content, name, message):
    with pytest.raises(DataError) as caught:
        read_table(save(tmp_path, content, name))
    assert str(caught.value) == message


def test_a_damaged_archive(tmp_path):
    path = save(tmp_path, gzip.compress(b"a,b\n1,2\n" * 500)[:40], "t.csv.gz")
    with pytest.raises(DataError, match="t.csv.gz is damaged: as a gzip file it cannot be read"):
        read_table(path)


def test_archives_with_no_or_several_tables(tmp_path):
    for names, words in ((["a.csv", "b.csv"], "it holds 2 files"), (["xl/workbook.xml"], "is a spreadsheet")):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in names:
                archive.writestr(name, "a,b\n1,2\n")
        with pytest.raises(DataError, match=words):
            read_table(save(tmp_path, buffer.getvalue(), "t.zip"))


def test_no_such_file_and_a_directory(tmp_path):
    save(tmp_path, "a\n1\n", "sales.csv")
    with pytest.raises(DataError, match=r"There is no file '.*sale.csv'. Did you mean 'sales.csv'\?"):
        read_table(tmp_path / "sale.csv")
    with pytest.raises(DataError, match=r"'.*' is a directory; name one file in it."):
        read_table(tmp_path)
    with pytest.raises(DataError, match=r"The directory '.*nowhere' does not exist either."):
        read_table(tmp_path / "nowhere" / "x.csv")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = save(tmp_path, "a\n1\n")
    path.chmod(0)
    with pytest.raises(DataError, match="may not be read; change its permissions."):
        read_table(path)


def test_an_unknown_target_is_told_before_the_file_is_parsed(tmp_path):
    path = save(tmp_path, "age,income\n1,2\n3,4,5,6\n")
    with pytest.raises(
        DataError, match="target='incom' is not a column. Did you mean 'income'\\? The columns are 'age', 'income'."
    ):
        read_table(path, target="incom")


def test_survey_hashes_the_file_as_it_is(tmp_path):
    packed = gzip.compress(b"a,b\n1,2\n", mtime=0)
    assert survey(save(tmp_path, packed, "t.csv.gz")).sha256 == hashlib.sha256(packed).hexdigest()


def test_a_frame_becomes_a_table():
    frame = pd.DataFrame(
        {
            "a": [1, 2, 3, 4],
            "when": pd.to_datetime(["2021-01-05", "2021-01-06", "2021-01-05", None]),
            "ok": [True, False, True, True],
        }
    )
    table = table_from_frame(frame)
    assert table.kinds == {"a": "number", "when": "date", "ok": "category"}
    assert table.frame["when"].isna().tolist() == [False, False, False, True]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_one_clear_error(tmp_path_factory, content):
    path = save(tmp_path_factory.mktemp("t"), content)
    try:
        table = read_table(path)
    except ScratchworkError:
        return  # Any other error fails the test.
    assert len(table.frame) == len(table.lines) > 0


cells = st.text(st.sampled_from('ab1.,;"\n |é-%$/:#'), max_size=8)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=12))
def test_any_texts_are_a_table_or_one_clear_error(tmp_path_factory, rows):
    path = save(tmp_path_factory.mktemp("t"), "\n".join(",".join(row) for row in rows))
    with contextlib.suppress(ScratchworkError):  # Any other error fails the test.
        read_table(path)


plain_cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=6)


@given(st.lists(st.tuples(plain_cells, st.floats(-1e6, 1e6)), min_size=12, max_size=30))
def test_well_formed_files_keep_every_cell(tmp_path_factory, rows):
    """Whatever stands in the text cells of a file that pandas wrote, it comes back (spaces at the edge aside)."""
    frame = pd.DataFrame({"text": [f"<{text}> ok" for text, _ in rows], "v": [value + 0.5 for _, value in rows]})
    path = tmp_path_factory.mktemp("t") / "t.csv"
    frame.to_csv(path, index=False)
    table = read_table(path, types={"text": "text", "v": "number"})
    assert table.frame["text"].tolist() == frame["text"].tolist()
    np.testing.assert_allclose(table.frame["v"], frame["v"])
