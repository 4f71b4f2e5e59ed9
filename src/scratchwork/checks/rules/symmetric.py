"""np.linalg.eig asked for the axes of a symmetric matrix: nothing keeps its vectors real and at right angles."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at
from scratchwork.checks.files.syntax import dotted, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

SYMMETRIC = re.compile(
    r"\b(cov|corrcoef|covariance\w*)\(|\.T\b *(@|\.dot\()|dot\([\w.\[\]]*(\.T|transpose\(\)) *,|dot\([^,]+,[^,]+\.T\)|@ *[\w.]+\.T\b"
)
NAMED = re.compile(r"cov|corr|sigma|scatter|gram|^s$|_s$", re.IGNORECASE)


@rule("SW-C3")
def symmetric_matrices_go_to_eigh(source):
    """eig knows nothing of symmetry: rounding and repeated values give complex vectors, or ones that are not orthonormal."""
    made = _assigned(source.tree)
    for call in calls_in(source.tree):
        if called(call) != "eig" or not call.args or "sparse" in dotted(call.func):
            continue
        text = ast.unparse(call.args[0])
        if SYMMETRIC.search(text) or NAMED.search(text.split(".")[-1]) or SYMMETRIC.search(made.get(text, "")):
            said = f"Line {call.lineno} asks {ast.unparse(call.func)} for the vectors of {text}, which is symmetric."
            yield find("SW-C3", said, severity="warning", weight=30, **place_at(source, call.lineno))


def _assigned(tree):
    """{name or attribute: everything that is assigned to it, as text}."""
    found = {}
    for node in walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                text = ast.unparse(target)
                found[text] = f"{found.get(text, '')} {ast.unparse(node.value)}"
    return found
