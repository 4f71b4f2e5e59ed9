"""Plot: static pictures with matplotlib, interactive ones with plotly. Drawing never computes.

Everything here takes arrays, records and at most a predict function, and returns a string of HTML or SVG that stands
on its own, or draws on matplotlib axes that it is given.
"""
