"""Which finding comes first: severity, then how close to the root, with consequences of a named cause set back."""

import dataclasses

SEVERITY = {"error": 0, "warning": 1, "remark": 2}

# Where the cause on the left was found, the findings on the right most likely follow from it.
EXPLAINS = {
    "gradient": {
        "SW-T90",
        "SW-T15",
        "SW-P90",
        "SW-T7",
        "SW-X97",
        "SW-T14",
        "SW-G1",
        "SW-T19",
        "SW-G8",
        "SW-T13",
    },
    "neighbours": {"SW-P90", "SW-K3", "SW-P15", "SW-K4", "SW-N10"},
    "clusters": {"SW-M4", "SW-M6", "SW-M8", "SW-P15", "SW-P90", "SW-M7"},
    "start": {"SW-P15", "SW-P90", "SW-M8", "SW-M7", "SW-M4"},
    "parameter": {"SW-T13", "SW-T15"},
    "components": {"SW-P90", "SW-C90", "SW-C6", "SW-P15", "SW-C3"},
    "mutation": {
        "SW-M4",
        "SW-M5",
        "SW-M6",
        "SW-P15",
        "SW-P90",
        "SW-G1",
        "SW-T14",
        "SW-C1",
        "SW-G5",
        "SW-P2",
        "SW-P3",
    },
    "prediction": {"SW-P90", "SW-T90", "SW-P6", "SW-P15", "SW-E11", "SW-T7", "SW-P7"},
}
CAUSES = {
    **dict.fromkeys(
        ("SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-G9", "SW-G10", "SW-G11", "SW-G12", "SW-G13", "SW-G15", "SW-G16", "SW-G17",
         "SW-G18", "SW-G20", "SW-G21", "SW-T1", "SW-T3", "SW-T5", "SW-T17", "SW-T11", "SW-T91", "SW-N3", "SW-N7", "SW-G7"),
        "gradient",
    ),
    **dict.fromkeys(("SW-K1", "SW-K2", "SW-K5", "SW-K90"), "neighbours"),
    **dict.fromkeys(("SW-M5", "SW-N8"), "clusters"),
    "SW-M2": "start",
    **dict.fromkeys(("SW-C1", "SW-C2", "SW-C4"), "components"),
    "SW-P13": "mutation",
    "SW-T2": "parameter",
    **dict.fromkeys(("SW-P1", "SW-P2", "SW-P3", "SW-P4", "SW-P5", "SW-P10", "SW-N8", "SW-T20"), "prediction"),
}  # fmt: skip

# What was read on the left, and seen in a run on the right: two facts about one fault, of which the left is the cause.
CONFIRMED = {
    "SW-T20": {"SW-P1", "SW-P2", "SW-P3", "SW-T22"},
    "SW-P3": {"SW-P1", "SW-P2", "SW-D2"},
    "SW-T13": {"SW-T1", "SW-T2", "SW-T7", "SW-T15", "SW-T90", "SW-P90"},
    "SW-T9": {"SW-T2", "SW-T14", "SW-P90"},
    "SW-T5": {"SW-T3", "SW-T15", "SW-T90", "SW-P90", "SW-G1"},
    "SW-T11": {"SW-G1", "SW-T2", "SW-T15", "SW-T90", "SW-P15", "SW-P90"},
    "SW-P10": {"SW-P1", "SW-P4", "SW-P90"},
    "SW-P4": {"SW-P1", "SW-P90"},
    "SW-P5": {"SW-P1", "SW-P8", "SW-P90", "SW-E1"},
    "SW-P6": {"SW-P90", "SW-D6"},
    "SW-P11": {"SW-T2", "SW-P1"},
    "SW-E8": {"SW-E7"},  # precision and recall of a transposed table are exchanged
}

# Where what stands on the left is seen to be wrong, words that take it for right, and another line for wrong, say nothing.
BUILT_ON = (("SW-N3", "softmax adds up along axis"),)


def ordered(findings):
    """The findings, most likely cause first; doubles merged, consequences of a named cause marked down."""
    wrong = {finding.code for finding in findings if finding.severity == "error"}
    plain = _merged(
        [item for item in findings if not any(code in wrong and words in item.observed for code, words in BUILT_ON)]
    )
    merged = _confirmed(plain)
    confirmed = {new.code for old, new in zip(plain, merged) if old is not new}
    explained = set()
    for finding in merged:
        if finding.severity == "error" and finding.code in CAUSES:
            explained |= EXPLAINS[CAUSES[finding.code]] - {finding.code}
    explained -= confirmed
    placed = [
        dataclasses.replace(finding, weight=finding.weight - 60) if finding.code in explained else finding
        for finding in merged
    ]
    return sorted(placed, key=lambda finding: (SEVERITY[finding.severity], -finding.weight))


def _confirmed(findings):
    """The findings, a warning that an error about the same object confirms as an error, ahead of its consequence."""
    errors = [finding for finding in findings if finding.severity == "error"]
    placed = []
    for finding in findings:
        seen = [other for other in errors if other.code in CONFIRMED.get(finding.code, ())
                and (other.object == finding.object or None in (other.object, finding.object))]  # fmt: skip
        if finding.severity == "warning" and seen and (finding.role is None or finding.code == "SW-E8"):
            heaviest = max(other.weight for other in seen)
            finding = dataclasses.replace(finding, severity="error", weight=max(finding.weight, heaviest + 1))
        placed.append(finding)
    return placed


def _whose(finding):
    """The object of a finding; what is seen in the program as a whole belongs to the function that it names."""
    whole = finding.object is None or finding.object.startswith("the ")
    return finding.function if whole else finding.object


# Running shows that a parameter does nothing; reading shows where it was lost. A slope that is wrong by itself is the cause.
PLACED_BY_READING = {"SW-T1", "SW-T2", "SW-T13"}
TOLD_TOGETHER = {"SW-T13"}  # what the run shows, and the line that does it


def _output(finding):
    """The cell of an impossible number in a saved output: two of them in two cells are two findings."""
    return finding.cell if finding.code in ("SW-E1", "SW-E7") and _whose(finding) is None else None


def _merged(findings):
    """One finding for each code and object: the one with the higher severity, then the one that names a function."""
    best = {}
    for finding in _owned(findings):
        key = (finding.code, _whose(finding), _output(finding))
        other = best.get(key)
        better = other is None or (SEVERITY[finding.severity], finding.function is None) < (
            SEVERITY[other.severity],
            other.function is None,
        )
        if better:
            best[key] = finding.at(function=other.function, line=other.line, cell=other.cell) if other else finding
        elif finding.function and (
            finding.role == "derivative" or (finding.code in PLACED_BY_READING and finding.role is None)
        ):
            told = (
                {"observed": f"{other.observed} {finding.observed}", "try_": finding.try_}
                if key[0] in TOLD_TOGETHER
                else {}
            )
            best[key] = dataclasses.replace(
                other, function=finding.function, line=finding.line, cell=finding.cell, **told
            )
    return list(best.values())


def _owned(findings):
    """The findings, what was read in a function given the object in whose method of that name the same was seen in a run."""
    seen = {(item.code, item.function): item.object for item in findings if item.role is not None and item.function}
    return [item if item.role else item.at(object=seen.get((item.code, item.function))) for item in findings]
