"""Fail unless a study's JSON holds a report that exists and a from-scratch model at least as good as asked for."""

import json
import pathlib
import sys

document = json.loads(pathlib.Path(sys.argv[1]).read_text())
best = max(row["accuracy"] for row in document["models"] if row["implementation"] == "scratchwork")
report = pathlib.Path(document["report"])
size = report.stat().st_size / 1e6
print(f"{document['dataset']}: best of ours {best:.4f} on {document['n_test']} test rows, report of {size:.1f} MB")
if best < float(sys.argv[2]) or size > 5:
    sys.exit(f"{document['dataset']}: accuracy below {sys.argv[2]} or report above 5 MB")
