"""Where the seconds of `scratchwork study` go, stage by stage, each study in a fresh process, imports included.

    python -m benchmarks.study_stages [--rounds N]

A stage is the time inside the functions named in STAGES; what remains is starting Python and everything between them.
Writes docs/benchmarks/study_stages.json.
"""

import argparse
import contextlib
import functools
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks._harness import RESULTS, ROOT, machine, without_blas_overrides
from benchmarks._table import write_table

STUDIES = {
    "digits": ["digits"],
    "digits --quick": ["digits", "--quick"],
    "fashion-mnist --quick": ["fashion-mnist", "--quick"],
    "admissions": ["admissions"],
}
PICTURES, TABLES = "scratchwork.experiments.picture_study", "scratchwork.experiments.table_study"
STAGES = {
    "read the data": [("scratchwork.datasets", "load_digits"), ("scratchwork.datasets", "fetch_fashion_mnist"),
                      ("scratchwork.datasets", "load_berkeley_admissions"), ("scratchwork.datasets", "read_table")],
    "clean and test": [("scratchwork.cleaning", "clean"), ("scratchwork.statistics.analysis", "analyse")],
    "split and prepare": [(PICTURES, "split_and_scale"), (TABLES, "split_table")],
    "choose settings": [(PICTURES, "choose_neighbors"), (TABLES, "choose_models")],
    "score and compare": [(PICTURES, "score_runs"), (PICTURES, "differences"), (TABLES, "score_runs"), (TABLES, "differences")],
    "explain": [(TABLES, "explain")],
    "structure": [(PICTURES, "explore_structure")],
    "report": [("scratchwork.report.pictures", "write_picture_report"), ("scratchwork.report.table", "write_table_report")],
}  # fmt: skip


def timed(function, seconds, stage):
    """The function, adding its seconds to those of its stage; ``stage`` may be made from the arguments."""

    @functools.wraps(function)
    def call(*arguments, **options):
        name, start = stage if isinstance(stage, str) else stage(*arguments), time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - start

    return call


def run_study(arguments):
    """One study in this process; seconds by stage."""
    start, seconds = time.perf_counter(), {}
    places = [(module, name, stage) for stage, named in STAGES.items() for module, name in named]
    fit = (
        "scratchwork.experiments.compare",
        "fit_one",
        lambda contender, *_: f"fit {contender.model}, {contender.implementation}",
    )
    from scratchwork.cli.main import main

    for module, name, stage in [*places, fit]:
        owner = importlib.import_module(module)
        setattr(owner, name, timed(getattr(owner, name), seconds, stage))
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(SystemExit):
        main(["study", *arguments, "--out", folder])
    seconds["all else"] = time.perf_counter() - start - sum(seconds.values())
    return seconds


def measure(rounds):
    """Seconds of each stage of each study in ``rounds`` fresh processes; their medians."""
    studies = {}
    for name, arguments in STUDIES.items():
        command = [sys.executable, "-m", "benchmarks.study_stages", "--study", *arguments]
        runs = []
        for _ in range(rounds):
            start = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            runs.append(json.loads(done.stdout.splitlines()[-1]) | {"whole process": time.perf_counter() - start})
        studies[name] = {stage: statistics.median(run.get(stage, 0.0) for run in runs) for stage in runs[0]}
        print(name, {stage: round(value, 2) for stage, value in studies[name].items()}, flush=True)
    return studies


def run(rounds):
    """Measure, keep the record."""
    record = {"stages": measure(rounds), "rounds": rounds, "machine": machine()}
    (RESULTS / "study_stages.json").write_text(json.dumps(record, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--study", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.study:
        print(json.dumps(run_study(chosen.study)))
        return
    without_blas_overrides()
    run(chosen.rounds)
    print(write_table())


if __name__ == "__main__":
    main()
