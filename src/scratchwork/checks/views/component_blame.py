"""The function of a principal component analysis that holds a fault: the innermost one whose source does such a thing."""

import ast
import re

CLUES = {
    "center": (r"\.mean\(|np\.mean|average\(", r"cov\(|svd\(|\.T *@|\.T\.dot|dot\("),
    "order": (r"argsort|sorted\(|\.sort\(|argpartition", r"\[::-1\]|flip|\[:, *-|\[-", r"eigh?\(|svd\("),
    "rows": (r"argsort|sorted\(|\.sort\(", r"eigh?\(|svd\(", r"\[:, *:|\[: *\w|\.T\b"),
    "deflate": (r"outer\(|-=|[\w\])] [-+] [\w.]+ \* ", r"range\(\w*(k|n|comp|axes)\w*\)"),
    "iterate": (r"while|range\(.*(iter|round|step)|break",),
    "scale": (r"\.std\(|np\.std|var\(|standard|scale", r"mean\("),
    "count": (
        r"\[:, *: *\w|\[: *(self\.)?\w+\]|range\(\w*(k|comp|dim)\w*\)",
        r"argsort|sorted\(|\.sort\(",
        r"svd\(|eigh?\(",
    ),
}
STEP = {
    "SW-C1": "center",
    "SW-C2": "order",
    "SW-C4": "rows",
    "SW-T2": "count",
    "SW-P90": "order",
    "SW-C3": "rows",
    "SW-N9": "scale",
    "SW-C2 The": "deflate",
    "SW-T15 The": "iterate",
}
OTHERS = re.compile(
    r"plot|show|main|score|test|load|mse|error|loss|inverse|recon|recover|restore|ratio|variance|scree", re.IGNORECASE
)


def guilty(target, code, otherwise):
    """The innermost function of the target whose source does what a fault of this code spoils; else ``otherwise``."""
    nodes = target.namespace.get("nodes", {})
    if isinstance(target.value, dict):
        mine = {name: node for name, node in nodes.items() if "." not in name}
    else:
        mine = {name.partition(".")[2]: node for name, node in nodes.items() if name.startswith(f"{target.name}.")}
        mine |= {name: node for name, node in nodes.items() if "." not in name and _used(name, mine)}
    texts = {
        name: ast.unparse(node)
        for name, node in mine.items()
        if not OTHERS.search(name) and (name != "__init__" or not otherwise)
    }
    for clue in CLUES.get(STEP.get(code), ()):
        hits = [name for name, text in texts.items() if re.search(clue, text)]
        preferred = [name for name in hits if "transform" not in name.lower() or "fit" in name.lower()]
        if hits:
            return min(preferred or hits, key=lambda name: len(texts[name]))
    return otherwise


def _used(name, nodes):
    return any(re.search(rf"\b{re.escape(name)}\(", ast.unparse(node)) for node in nodes.values())


def projecting(target, otherwise):
    """The function that multiplies by the axes, where the one that gives the scores leaves that to another."""
    nodes = target.namespace.get("nodes", {})
    node = nodes.get(otherwise)
    if node is None or not isinstance(target.value, dict):
        return otherwise
    called = {name for name in nodes if "." not in name and _used(name, {"": node})}
    found = [name for name in called if re.search("proj|transform|reduc|score", name.lower())]
    return found[0] if len(found) == 1 else otherwise
