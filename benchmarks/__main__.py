"""Run the rows of the table: ``python -m benchmarks [name ...] [--rounds N]`` from the root of the checkout."""

import argparse
import importlib
import json
import pathlib
import sys

from benchmarks._growth import measure_growth
from benchmarks._harness import measure, peak_memory, weigh, without_blas_overrides
from benchmarks._table import write_table


def row_files():
    folder = pathlib.Path(__file__).parent
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def arguments():
    parser = argparse.ArgumentParser(prog="./run bench", description="Time Scratchwork beside its peers.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"which: {', '.join(row_files())} (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds, at least 5 for a claim (default: 5)")
    parser.add_argument("--no-memory", action="store_true", help="skip the child processes that measure peak memory")
    parser.add_argument("--only-memory", action="store_true", help="measure peak memory and keep the stored times")
    parser.add_argument("--table", action="store_true", help="only write docs/benchmarks.md from the stored figures")
    parser.add_argument("--memory", nargs=2, metavar=("ROW", "CONTENDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in row_files()]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(row_files())}")
    if chosen.rounds < 1:
        parser.error(f"--rounds {chosen.rounds} must be at least 1")
    return chosen


def weigh_file(name):
    for row in getattr(importlib.import_module(f"benchmarks.{name}"), "ROWS", ()):
        for contender, peak in weigh(name, row).items():
            print(f"{row.name}: {contender} {peak['above_data'] / 2**20:.0f} MiB above its data", flush=True)


def run_file(name, rounds, memory):
    module = importlib.import_module(f"benchmarks.{name}")
    for row in getattr(module, "ROWS", ()):
        record = measure(name, row, rounds, memory)
        for claim in record["claims"]:
            ratio = f"{claim['median']:.3g} x ({claim['low']:.3g} to {claim['high']:.3g})"
            verdict = f"must {claim['must']:g}: {claim['must_met']}, aim {claim['aim']:g}: {claim['aim_met']}"
            print(f"{row.name}: {ratio} against {claim['peer']}; {verdict}", flush=True)
    for growth in getattr(module, "GROWTHS", ()):
        powers = measure_growth(name, growth, rounds)["exponents"]
        print(f"{growth.name}: " + ", ".join(f"{who} {growth.axis}^{power:.2f}" for who, power in powers.items()))
    if hasattr(module, "run"):
        module.run(rounds)


def main():
    chosen = arguments()
    if chosen.memory:
        rows = importlib.import_module(f"benchmarks.{chosen.names[0]}").ROWS
        row = next(row for row in rows if row.name == chosen.memory[0])
        print(json.dumps(peak_memory(row, chosen.memory[1])))
        return
    if not chosen.table:
        for name in chosen.names or row_files():
            print(f"-- {name}", file=sys.stderr, flush=True)
            if chosen.only_memory:
                weigh_file(name)
            else:
                run_file(name, chosen.rounds, not chosen.no_memory)
    print(write_table())


if __name__ == "__main__":
    without_blas_overrides()
    main()
