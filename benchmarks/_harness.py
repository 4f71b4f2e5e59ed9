"""Measure one piece of work done by several contenders, fairly, and keep the figures.

A row is one line of the table: the work, its contenders as plain functions, a check that they give the same answer,
and the claims made about their times. ``measure`` runs the contenders once each (which also warms them up), checks
that the answers are equal, then times them in one process, interleaved, in alternating order. A ratio is taken within
each round, so a busy machine disturbs both sides; what is stated is the median of these ratios with the smallest and
the largest.
"""

import contextlib
import ctypes
import gc
import importlib
import importlib.metadata
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "benchmarks"
OVERRIDES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "faiss-cpu", "threadpoolctl")


@dataclass(frozen=True)
class Contender:
    """One way to do the work.

    ``run(data)`` does it and returns what ``Row.check`` compares; ``threads`` states in words how many threads it uses;
    ``imports`` are loaded before any clock or memory is read.
    """

    run: Callable
    threads: str
    imports: tuple = ()


@dataclass(frozen=True)
class Claim:
    """What the row sets out to show.

    The fastest contender of ``against`` takes at least ``must`` times as long as ours; or, with ``at_most``, ours takes
    at most ``must`` times as long (a limit such as the bare matrix products). ``aim`` is the same, further.
    """

    against: tuple
    must: float
    aim: float
    at_most: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the table; ``benchmarks/<file>.py`` holds a list ``ROWS`` of them (mostly one).

    ``setup()`` returns the data, the same for all. ``check(data, results)`` gets ``{contender: result}``, raises
    AssertionError when the answers differ, and returns one sentence that says what was found equal. ``calls`` repeats a
    short piece of work inside the clock; the seconds stated are for one.
    """

    name: str
    work: str
    setup: Callable
    contenders: dict
    check: Callable
    claims: tuple
    ours: str = "scratchwork"
    calls: int = 1


@dataclass
class Measurement:
    """Seconds of each contender, round by round."""

    wall: dict = field(default_factory=dict)
    cpu: dict = field(default_factory=dict)


def without_blas_overrides():
    """Start this process again without the variables that pin OpenBLAS to one kernel, if they are set.

    OpenBLAS reads them when it is loaded, so they have to be gone before NumPy is imported. Only this process changes.
    """
    if any(name in os.environ for name in OVERRIDES):
        clean = {name: value for name, value in os.environ.items() if name not in OVERRIDES}
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], clean)


def cpu_seconds():
    """Processor seconds of all threads of this process and of the children it has waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def load_imports(contenders):
    for contender in contenders:
        for module in contender.imports:
            importlib.import_module(module)


def time_rounds(row, data, rounds):
    """Time every contender ``rounds`` times, first to last and last to first in turn."""
    taken = Measurement({name: [] for name in row.contenders}, {name: [] for name in row.contenders})
    for number in range(rounds):
        order = list(row.contenders.items())
        for name, contender in order if number % 2 == 0 else reversed(order):
            gc.collect()
            wall, cpu = time.perf_counter(), cpu_seconds()
            for _ in range(row.calls):
                contender.run(data)
            taken.cpu[name].append((cpu_seconds() - cpu) / row.calls)
            taken.wall[name].append((time.perf_counter() - wall) / row.calls)
    return taken


def judge(claim, ours, times):
    """One claim against the seconds measured: the ratio of each round, their median and spread, and the verdicts.

    ``times`` is the wall or the processor seconds. The verdict is "yes" when the whole spread lies beyond the bound,
    "median only" when just the median does, else "no".
    """
    peer = min(claim.against, key=lambda name: statistics.median(times[name]))
    pairs = zip(times[ours], times[peer])
    ratios = [a / b if claim.at_most else b / a for a, b in pairs]
    median, low, high = statistics.median(ratios), min(ratios), max(ratios)

    def verdict(bound):
        beyond = (lambda ratio: ratio <= bound) if claim.at_most else (lambda ratio: ratio >= bound)
        return "yes" if all(map(beyond, ratios)) else "median only" if beyond(median) else "no"

    found = {"peer": peer, "median": median, "low": low, "high": high}
    return {**asdict(claim), **found, "must_met": verdict(claim.must), "aim_met": verdict(claim.aim)}


def peak_memory(row, contender):
    """Peak resident bytes of one contender above what its data and libraries take; run this in a fresh process."""
    load_imports([row.contenders[contender]])
    data = row.setup()
    gc.collect()
    give_back_memory()
    reset = pathlib.Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")
    before = resident_peak()
    row.contenders[contender].run(data)
    return {"above_data": resident_peak() - before, "total": resident_peak()}


def give_back_memory():
    """Return what the C library keeps of freed memory, which would hide that it is used again."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def resident_peak():
    """The largest resident size of this process so far (on Linux: since it was last reset), in bytes."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def memory_in_child(file, row, contender):
    """``peak_memory`` in a process of its own, so that contenders do not see each other's memory."""
    command = [sys.executable, "-m", "benchmarks", file, "--memory", row.name, contender]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def weigh(file, row):
    """Peak memory of every contender into the stored record of the row; {contender: peak}."""
    path = RESULTS / f"{row.name}.json"
    if not path.exists():
        sys.exit(f"{row.name} has no stored times yet: run it without --only-memory first")
    record = json.loads(path.read_text())
    peaks = {name: memory_in_child(file, row, name) for name in row.contenders}
    for name, peak in peaks.items():
        record["contenders"][name]["peak_bytes"] = peak
    path.write_text(json.dumps(record, indent=1) + "\n")
    return peaks


def machine():
    """What the figures depend on: processor, cores, Python and the versions of the libraries."""
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            versions[library] = None
    info = pathlib.Path("/proc/cpuinfo")
    names = (
        [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        if (info.exists())
        else []
    )
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": versions,
    }


def measure(file, row, rounds, memory=True):
    """Check, time and weigh one row; write and return its record."""
    load_imports(row.contenders.values())
    data = row.setup()
    results = {name: contender.run(data) for name, contender in row.contenders.items()}
    equal = row.check(data, results)
    del results
    taken = time_rounds(row, data, rounds)
    record = {
        "row": row.name,
        "file": f"benchmarks/{file}.py",
        "work": row.work,
        "rounds": rounds,
        "checked_equal": equal,
        "ours": row.ours,
        "claims": [
            {**judge(claim, row.ours, taken.wall), "cpu_median": judge(claim, row.ours, taken.cpu)["median"]}
            for claim in row.claims
        ],
        "contenders": {
            name: {
                "threads": contender.threads,
                "wall_seconds": taken.wall[name],
                "cpu_seconds": taken.cpu[name],
                "peak_bytes": memory_in_child(file, row, name) if memory else None,
            }
            for name, contender in row.contenders.items()
        },
        "machine": machine(),
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{row.name}.json").write_text(json.dumps(record, indent=1) + "\n")
    return record
