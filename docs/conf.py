"""Settings of Sphinx: ./run docs. What can be generated from the code is generated here, into docs/_generated/."""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import _tools  # noqa: E402

project = "Scratchwork"
copyright = "the Scratchwork authors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build", "_generated/speed"]
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header"]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # notebooks are shown as they were committed
nb_ipywidgets_js = {}
nb_merge_streams = True
smartquotes_action = "q"  # quotation marks, but no dashes: the option of a command is --help

numpydoc_show_class_members = False
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}

html_theme = "pydata_sphinx_theme"
html_title = "Scratchwork"
html_static_path = ["_static"]
html_css_files = ["scratchwork.css"]
html_sidebars = {page: [] for page in ("index", "start", "exercises", "_generated/commands", "extending")}
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": {"**": ["page-toc"], "benchmarks": [], "_generated/detection": []},  # wide tables
}


def setup(app):
    """Generate the pages, then read: the hooks make plain-text docstrings and the benchmark page fit for Sphinx."""
    _tools.generate(HERE / "_generated")
    app.connect("autodoc-process-docstring", _tools.plain_docstring, priority=900)
    app.connect("autodoc-skip-member", _tools.skipped)
    app.connect("env-get-outdated", _tools.stale)
    app.connect("source-read", _tools.linked)
    return {"parallel_read_safe": True}
