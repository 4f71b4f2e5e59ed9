"""Functions that pick some rows: different rows, unless they say otherwise."""

import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views.metric_blame import source_of
from scratchwork.checks.views.preparation_call import Preparation

ROWS = np.column_stack([np.arange(23.0), 100 + np.arange(23.0), -np.arange(23.0)])
COUNT = re.compile(r"^(n|k|m|size|count|num|number|how_many|n_?\w+|num_?\w+)$")


@probe("SW-D12", roles=("preparation:sample",))
def picked_rows_are_different(target, call):
    """Twelve of 23 rows, drawn with five seeds: no row comes twice."""
    text = source_of(target).lower()
    if "bootstrap" in text or "with replacement" in text or not re.search(r"choice|randint|integers", text):
        raise CannotCheck("it says that rows may come twice, or draws none")
    entries = binding.parameters(target.value)
    count = next((entry.name for entry in entries if COUNT.match(entry.name.lower())), None)
    seed = Preparation(target, call).takes("seed")
    needed = [entry.name for entry in entries if entry.default is entry.empty and entry.name not in (count, seed)]
    if count is None or len(needed) != 1:
        raise CannotCheck("how many rows it picks is not known")
    for number in range(5):
        given = {needed[0]: ROWS, count: 12} | ({seed: number} if seed else {})
        try:
            made = np.asarray(call.raw(target.value, seed_=number, **given), dtype=float)
        except CallFailed:
            given[needed[0]] = len(ROWS)
            made = np.asarray(call.raw(target.value, seed_=number, **given), dtype=float)
        ids = made[:, 0] if made.ndim == 2 and made.shape[1] == 3 else made.ravel()
        if len(ids) != 12:
            raise CannotCheck("it does not return that many rows")
        if len(set(ids.tolist())) < 12:
            said = f"12 of 23 rows picked by {target.name} are {len(set(ids.tolist()))} different ones."
            yield find("SW-D12", said, severity="warning")
            return
