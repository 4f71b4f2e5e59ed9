"""All static rules over one source."""

import importlib
import pkgutil

from scratchwork.checks import rules
from scratchwork.checks.findings import SEVERITIES
from scratchwork.checks.registry import RULES


def load_rules():
    """Import every module of ``rules/``, so that the rules register."""
    for entry in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"scratchwork.checks.rules.{entry.name}")


def read_source(source):
    """The findings of all static rules, each place once: the more certain of two.

    Parameters
    ----------
    source : SourceUnit

    Yields
    ------
    Finding
    """
    load_rules()
    told = {}
    for entry in RULES:
        for finding in findings_of(entry, source):
            key = (finding.code, finding.line, finding.function)
            if key not in told or SEVERITIES.index(finding.severity) < SEVERITIES.index(told[key].severity):
                told[key] = finding
    yield from told.values()


def findings_of(entry, source):
    """The findings of one rule; a rule that stumbles over code it did not foresee says so in ``source.gaps``."""
    try:
        return list(entry.function(source))
    except (AttributeError, TypeError, ValueError, KeyError, IndexError, RecursionError) as error:
        source.gaps.append((entry.codes, f"{type(error).__name__}: {error}"))
        return []
