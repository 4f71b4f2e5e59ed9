"""Each code has a page, made from the check itself."""

from scratchwork.checks import pages
from scratchwork.checks.catalogue import rows
from scratchwork.checks.registry import PROBES, RULES


def test_every_code_has_a_page(tmp_path):
    written = pages.write_pages(tmp_path)
    assert {path.stem for path in written} == {"index", *rows()}
    text = (tmp_path / "SW-D1.md").read_text()
    assert "Seen where the source is read." in text
    assert "*Preparation is learnt after the split.* Data that goes into a split" in text
    assert "`mnist_small.py`" in text


def test_the_index_links_every_page():
    text = pages.index()
    assert all(f"]({code}.md)" in text for code in rows())


def test_every_check_names_codes_that_exist():
    pages.page("SW-D1")  # loads all checks
    for entry in (*RULES, *PROBES):
        assert entry.function.__doc__, entry.function.__name__
        for code in entry.codes:
            assert code in rows(), f"{entry.function.__name__} can report {code}, which is no row."


def test_every_row_is_reported_by_a_check():
    """A row that nothing reports is a promise; those that only running can show are left to their own tests."""
    pages.page("SW-D1")
    reported = {code for entry in (*RULES, *PROBES) for code in entry.codes}
    read = {code for code, entry in rows().items() if set(entry.seen) <= set("SO")}
    assert read <= reported, sorted(read - reported)
