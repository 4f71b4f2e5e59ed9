"""docs/benchmarks.md, written from the JSON files beside it; nothing in it is typed by hand."""

import json
import statistics

from benchmarks._harness import RESULTS, ROOT

MARKS = ("<!-- speed: written by ./run bench -->", "<!-- end of speed -->")
HEAD = """# Benchmarks

Written by `./run bench` from the files in `docs/benchmarks/`; do not edit. The answers are checked equal before
anything is timed. Contenders run in turn in one process, in alternating order; a ratio is taken within each round, and
the table states the median of the ratios with the smallest and the largest. "met" is *yes* when that whole spread lies
beyond the bound, *median only* when just the median does. "faster" is the fastest peer's time over ours; "limit" is our
time over that of the contender named. Peak memory is that of one run above its data and libraries, in a process of its
own.
"""


def write_table():
    """Write the table from all stored records; return its path."""
    records = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    rows = [record for record in records if "row" in record]
    growths = [record for record in records if "growth" in record]
    parts = [HEAD, *machine_lines(records), claims_table(rows), *map(contender_table, rows)]
    if growths:
        parts += ["## How the time grows\n", *map(growth_lines, growths)]
    parts += [stages_table(record) for record in records if "stages" in record]
    path = ROOT / "docs" / "benchmarks.md"
    path.write_text("\n".join(parts).rstrip() + "\n")
    write_summary(rows)
    return path


def write_summary(rows):
    """The claims against the fastest peers, into README.md between the two marks."""
    path = ROOT / "README.md"
    before, _, rest = path.read_text().partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    lines = ["| work | fastest peer | times as fast (spread) | bound set beforehand |", "|---|---|---|---|"]
    reached = {"yes": "reached", "median only": "by the median only", "no": "missed"}
    for row in rows:
        for claim in (claim for claim in row["claims"] if not claim["at_most"]):
            ratio = f"{claim['median']:.2g} ({claim['low']:.2g} to {claim['high']:.2g})"
            bound = f"{claim['must']:g}: {reached[claim['must_met']]}"
            lines.append(f"| {row['work']} | {claim['peer']} | {ratio} | {bound} |")
    path.write_text(before + MARKS[0] + "\n\n" + "\n".join(lines) + "\n\n" + MARKS[1] + after)


def machine_lines(records):
    """One sentence for each machine and set of versions that the records were made on; of several, which were made on it."""
    seen = {}
    for record in records:
        seen.setdefault(json.dumps(record["machine"], sort_keys=True), []).append(record)
    for found in seen.values():
        machine = found[0]["machine"]
        versions = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items() if version)
        hardware = f"{machine['cores']} cores, {machine['processor']}, {machine['system']}"
        names = [record.get("row") or record.get("growth") or "study_stages" for record in found]
        which = f" On it: {', '.join(names)}." if len(seen) > 1 else ""
        yield f"Machine: {hardware}; Python {machine['python']}, {versions}.{which}\n"


def claims_table(rows):
    lines = [
        "| work | against | what | median (spread) | by processor time | must | met | aim | met |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        for claim in row["claims"]:
            bound = "<=" if claim["at_most"] else ">="
            cells = (
                f"[{row['work']}](#{row['row']})", claim["peer"], "limit" if claim["at_most"] else "faster",
                f"{claim['median']:.3g} x ({claim['low']:.3g} to {claim['high']:.3g})", f"{claim['cpu_median']:.3g} x",
                f"{bound} {claim['must']:g}", claim["must_met"], f"{bound} {claim['aim']:g}", claim["aim_met"],
            )  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def contender_table(row):
    lines = [
        f'<a id="{row["row"]}"></a>\n\n## {row["work"]}\n',
        f"`./run bench {row['file'].removeprefix('benchmarks/').removesuffix('.py')}`, {row['rounds']} rounds. "
        f"Checked: {row['checked_equal']}\n",
        "| contender | threads | median time | processor time | peak memory above the data |",
        "|---|---|---|---|---|",
    ]
    for name, figures in row["contenders"].items():
        peak = figures["peak_bytes"]
        memory = f"{peak['above_data'] / 2**20:.1f} MiB" if peak else "not measured"
        wall, cpu = statistics.median(figures["wall_seconds"]), statistics.median(figures["cpu_seconds"])
        lines.append(f"| {name} | {figures['threads']} | {seconds(wall)} | {seconds(cpu)} | {memory} |")
    return "\n".join(lines) + "\n"


def stages_table(record):
    """Where the seconds of the studies go: a line a stage, a column a study."""
    studies = record["stages"]
    names = list(dict.fromkeys(stage for times in studies.values() for stage in times))
    names = [name for name in names if name not in ("all else", "whole process")] + ["all else", "whole process"]
    lines = [
        "## Where the seconds of a study go\n",
        f"`python -m benchmarks.study_stages`: medians of {record['rounds']} fresh processes, imports included.\n",
        f"| stage | {' | '.join(f'`study {name}`' for name in studies)} |",
        "|---|" + "---|" * len(studies),
    ]
    for name in names:
        cells = [seconds(times[name]) if times.get(name) else "–" for times in studies.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def seconds(value):
    """A time in the unit that suits it.

    >>> seconds(0.000123), seconds(0.25), seconds(12.345)
    ('123 µs', '250 ms', '12.3 s')
    """
    unit, factor = ("µs", 1e6) if value < 1e-3 else ("ms", 1e3) if value < 1 else ("s", 1)
    return f"{value * factor:.3g} {unit}"


def growth_lines(growth):
    powers = "; ".join(f"{name}: {growth['axis']}^{power:.2f}" for name, power in growth["exponents"].items())
    title = f"{growth['work']}, {growth['axis']} from {growth['sizes'][0]} to {growth['sizes'][-1]}"
    times, mine = growth["median_seconds"], growth["median_seconds"]["scratchwork"]
    peers = [name for name in times if name != "scratchwork"]
    lines = [
        f"![{title}](benchmarks/{growth['growth']}.svg)\n",
        f"{title}. Fitted: {powers}.\n",
        f"| {growth['axis']} | scratchwork | {' | '.join(f'{name} | times as fast' for name in peers)} |",
        "|---|---|" + "---|---|" * len(peers),
    ]
    for i, size in enumerate(growth["sizes"]):
        cells = [f"{seconds(times[name][i])} | {times[name][i] / mine[i]:.2g}" for name in peers]
        lines.append(f"| {size} | {seconds(mine[i])} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
