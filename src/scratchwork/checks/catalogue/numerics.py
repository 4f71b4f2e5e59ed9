"""Rows of the catalogue."""

from scratchwork.checks.catalogue import Row

ROWS = ()
