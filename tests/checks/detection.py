"""The detection matrix: every item of a collection against every code, and the rates that follow.

    python tests/checks/detection.py [--only WORD] [--held-back] [--matrix]

An item counts as found where one of its rows (or of the rows that its author lists as equally right) is reported as an
error or a warning; as named first where such a code comes first among the findings; as located where a finding of such a
code, or the first finding, names the function that holds the fault. A false alarm is an error on a correct item.
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLLECTIONS = (ROOT / "src/scratchwork/checks/zoo", ROOT / "tests/checks/collection")
HELD_BACK = (ROOT / "tests/checks/heldback",)


def items(folders=COLLECTIONS, only=None):
    """Every entry of the manifests, with its path."""
    for folder in folders:
        manifest = folder / "manifest.json"
        for entry in json.loads(manifest.read_text()) if manifest.exists() else ():
            if only is None or only in entry["file"] or only in entry.get("rows", []):
                yield {**entry, "path": folder / entry["file"]}


def judge(entry):
    """One item checked: what was reported, and whether it was found, named first, located, or a false alarm."""
    from scratchwork.checks import check

    options = {"kind": entry["as"]} if entry.get("as") else {}
    result = check(str(entry["path"]), **options)
    reported = [finding for finding in result.findings if finding.severity != "remark"]
    row = {"file": entry["file"], "kind": entry["kind"], "rows": entry.get("rows", []), "seconds": result.seconds}
    row["codes"] = [(finding.code, finding.severity) for finding in result.findings]
    row["not_checked"] = result.not_checked
    if entry["kind"] != "faulty":
        row["false_alarm"] = [finding for finding in result.findings if finding.severity == "error"]
        return row
    right = {f"SW-{code}" for code in (*entry["rows"], *entry.get("also", ()))}
    hits = [finding for finding in reported if finding.code in right]
    row["found"] = bool(hits) or any(finding.code in right for finding in result.findings)
    row["first"] = bool(result.findings) and result.findings[0].code in right
    place = (entry.get("where") or "").split(".")[-1]
    near = hits or result.findings[:1]
    row["located"] = not place or any(place == (finding.function or "").split(".")[-1] for finding in near)
    row["where"] = [f"{finding.object}.{finding.function}" for finding in near]
    return row


def rates(rows):
    """{name: (count, of how many)}."""
    faulty = [row for row in rows if row["kind"] == "faulty"]
    correct = [row for row in rows if row["kind"] != "faulty"]
    found = {name: (sum(row[name] for row in faulty), len(faulty)) for name in ("found", "first", "located")}
    return found | {"false alarms": (sum(bool(row["false_alarm"]) for row in correct), len(correct))}


def matrix(rows):
    """Text: one line an item, one column a code."""
    counts = collections.Counter(code for row in rows for code, _ in row["codes"])
    lines = []
    for row in rows:
        codes = " ".join(
            code.removeprefix("SW-") + {"error": "!", "warning": "", "remark": "~"}[level]
            for code, level in row["codes"]
        )
        lines.append(f"{row['file']:32} {','.join(row['rows']):10} {codes}")
    return "\n".join([*lines, "", " ".join(f"{code}:{count}" for code, count in counts.most_common())])


def run(folders=COLLECTIONS, only=None, workers=2):
    """Judge all items of the folders."""
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(judge, items(folders, only)))


def main():
    """Print what was missed, and the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only")
    parser.add_argument("--held-back", action="store_true")
    parser.add_argument("--matrix", action="store_true")
    arguments = parser.parse_args()
    rows = run(HELD_BACK if arguments.held_back else COLLECTIONS, arguments.only)
    if arguments.matrix:
        print(matrix(rows))
    for row in rows if not arguments.held_back else ():
        if row["kind"] == "faulty" and not (row["found"] and row["first"] and row["located"]):
            state = "".join(name[0].upper() if row[name] else "-" for name in ("found", "first", "located"))
            print(
                f"{state} {row['file']:28} {','.join(row['rows']):8} {row['codes'][:5]} {row['where']} {row['seconds']:.1f} s"
            )
        for finding in row.get("false_alarm", ()):
            print(f"FALSE {row['file']:28} {finding.code} {finding.object}.{finding.function}: {finding.observed}")
    for name, (count, total) in rates(rows).items():
        print(f"{name:14} {count}/{total} = {100 * count / max(total, 1):.1f} %")
    print(f"slowest {max(row['seconds'] for row in rows):.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
