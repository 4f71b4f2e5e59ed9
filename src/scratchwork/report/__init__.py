"""Report: everything a study found, in one HTML file that opens offline.

``sections_*.py`` turn a part of a `Study` into a `Section`; ``build.py`` puts the sections into the page.
"""
