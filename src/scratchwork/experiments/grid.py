"""Run many cells, each once: those in the store are read, the others are fitted, here or by several processes."""

import csv
import io
import time
from contextlib import contextmanager
from typing import NamedTuple

from scratchwork.arrays import check_choice
from scratchwork.blocks import n_cores
from scratchwork.errors import require_extra
from scratchwork.experiments.cells import cell_key, fit_cell
from scratchwork.experiments.store import Store

WORTH_PROCESSES = 8.0  # seconds of work below which starting processes costs more than they bring


class GridResults(NamedTuple):
    """The results of all cells in their order; of ``n_fits`` different ones, ``n_read`` were read from the store."""

    results: list
    n_read: int
    n_fits: int


def run_cells(cells, material, folder, *, resume=True, jobs=None, backend="loky", progress=None):
    """Fit every cell that is not stored yet, storing each as it is finished.

    Parameters
    ----------
    cells : list of Cell
    material : Material
    folder : path
        Of the store. Several runs may share it at the same time.
    resume : bool
        Whether stored cells are read; otherwise all are fitted again, for fresh times.
    jobs : int, optional
        Processes; by default as many as there are cores if the first cell shows that it is worth while.
    backend : {"loky", "dask"}
        "dask" starts a local cluster and needs the package ``distributed``.
    progress : callable, optional
        Called as ``progress(done, total, label)``.

    Returns
    -------
    GridResults

    Raises
    ------
    DataError
        When the store cannot be written to. What is stored stays.
    """
    check_choice("backend", backend, ("loky", "dask"))
    if backend == "dask":
        require_extra("distributed", extra="dask", purpose="backend='dask'")
    store, tell = Store(folder), progress or (lambda done, total, label: None)
    keys = [cell_key(cell, material) for cell in cells]
    first = {key: i for i, key in reversed(list(enumerate(keys)))}  # cells that are equal are fitted once
    try:
        found = {key: store.find(key) if resume else None for key in first}
        missing = sorted(first[key] for key, result in found.items() if result is None)
        done = n_read = len(first) - len(missing)
        tell(done, len(first), cells[missing[0]].label if missing else "")
        for i, result in fitted(cells, missing, material, jobs, backend):
            store.keep(keys[i], result)
            found[keys[i]], done = result, done + 1
            tell(done, len(first), cells[i].label)
        tell(done, done, "")
    finally:
        store.close()
    return GridResults([found[key] for key in keys], n_read, len(first))


def fitted(cells, positions, material, jobs, backend):
    """Yield (position, result) as cells are finished: the first here, to see how long it takes, then the others."""
    if not positions:
        return
    started = time.perf_counter()
    yield positions[0], fit_cell(cells[positions[0]], material)
    rest = positions[1:]
    work = (time.perf_counter() - started) * len(rest)
    jobs = jobs or (n_cores() if work > WORTH_PROCESSES else 1)
    if jobs == 1 and backend == "loky":
        yield from ((i, fit_cell(cells[i], material)) for i in rest)
        return
    from joblib import Parallel, delayed

    with workers(backend, jobs):
        parallel = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")
        yield from parallel(delayed(numbered)(i, cells[i], material) for i in rest)


def numbered(i, cell, material):
    return i, fit_cell(cell, material)


@contextmanager
def workers(backend, jobs):
    """joblib's processes, or a Dask cluster on this computer."""
    from joblib import parallel_config

    if backend == "loky":
        with parallel_config("loky"):
            yield
        return
    from distributed import Client, LocalCluster

    options = {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with LocalCluster(**options) as cluster, Client(cluster), parallel_config("dask"):
        yield


def tidy_csv(columns, rows):
    """A tidy table as text: one row for each cell, an empty field where there is no value.

    >>> tidy_csv(["value", "score"], [{"value": (50, 20), "score": 0.5}, {"value": 1, "score": None}])
    'value,score\\n"50,20",0.5\\n1,\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row[name] is None else as_text(row[name]) for name in columns])
    return text.getvalue()


def as_text(value):
    """A value as the grammar of ``--vary`` writes it: tuples with commas.

    >>> as_text((50, 20)), as_text(True), as_text((50,)), as_text(None)
    ('50,20', 'yes', '50', 'none')
    """
    if isinstance(value, (tuple, list)):
        return ",".join(map(as_text, value))
    if value is None or isinstance(value, bool):
        return {True: "yes", False: "no", None: "none"}[value]
    return str(value)
