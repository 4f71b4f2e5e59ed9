"""Small pieces of HTML: everything from data is escaped, measured values are marked."""

import hashlib

from markupsafe import Markup
from plotly.offline import get_plotlyjs_version

from scratchwork.report import html
from scratchwork.report.build import ASSETS, render
from scratchwork.report.html import Section


def test_data_cannot_become_html():
    evil = "<script>alert(1)</script>"
    for made in (
        html.table([evil], [[evil]], caption=evil),
        html.paragraph("{}", evil),
        html.bullets([evil]),
        html.figure("", evil),
        html.folded(evil, Markup("")),
        html.link("a", evil),
        html.measured(evil),
    ):
        assert "<script>" not in made


def test_numbers():
    assert str(html.number(-0.5)) == "−0.500"
    assert str(html.number(3)) == "3"
    assert str(html.number(1e-7)) == "1.0e−07"
    assert str(html.number(float("nan"))) == "–"
    assert str(html.interval(None, None)) == "–"
    assert str(html.seconds(0.25)) == '<span class="measured">0.250 s</span>'


def test_the_vendored_bundle_is_the_one_plotly_draws_for():
    bundle = (ASSETS / "plotly-cartesian.min.js").read_bytes()
    notes = (ASSETS / "VENDORED.md").read_text()
    assert hashlib.sha256(bundle).hexdigest() in notes
    assert f"| {get_plotlyjs_version()} |" in notes
    assert get_plotlyjs_version().encode() in bundle[:200]


def test_plotly_goes_in_once_and_only_when_needed():
    plain = render("t", "s", [Section("a", "A", Markup("<p>x</p>"))])
    assert len(plain) < 20_000
    drawn = render("t", "s", [Section("a", "A", Markup("")), Section("b", "B", Markup(""), interactive=True)])
    assert len(drawn) > 1_000_000
    assert drawn.count("plotly.js v") <= 1
