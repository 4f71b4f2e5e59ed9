"""Put the sections into one page, and write it aside before it is moved into place."""

import datetime
import os
import pathlib
import tempfile

from markupsafe import Markup

from scratchwork import __version__
from scratchwork.errors import DataError

ASSETS = pathlib.Path(__file__).parent / "assets"


def render(title, subtitle, sections):
    """The whole page as text: summaries first, then links to all other sections, then these.

    plotly.js goes in once, and only when a section needs it.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined)
    plotly = (ASSETS / "plotly-cartesian.min.js").read_text() if any(s.interactive for s in sections) else ""
    return environment.get_template("report.html").render(
        title=title,
        subtitle=subtitle,
        summaries=[section for section in sections if section.anchor.endswith("summary")],
        sections=[section for section in sections if not section.anchor.endswith("summary")],
        css=Markup((ASSETS / "report.css").read_text()),
        plotly=Markup(plotly),
        version=__version__,
        now=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
    )


def write_aside(path, text):
    """Write a file beside its place and move it there, so that a reader never sees half of it."""
    path = pathlib.Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise DataError(
            f"{path.parent} cannot be written to ({error.strerror}). Choose another folder with --out."
        ) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except OSError as error:
        raise DataError(f"{path} could not be written ({error.strerror}). Choose another folder with --out.") from error
    finally:
        if os.path.exists(aside):
            os.unlink(aside)
