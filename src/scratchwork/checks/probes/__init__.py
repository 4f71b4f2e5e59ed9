"""Probes: each asks a view one question. Every module here registers its probes with ``@probe``."""
