"""Evaluate: scores with intervals, cross-validation, and whether a difference is real."""
