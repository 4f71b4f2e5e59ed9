"""What the user asked for, held against the file: the one object, the roles; what is not there is refused at the door."""

import ast
import difflib
import pathlib
import re

from scratchwork.checks.catalogue import rows
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.views import returned
from scratchwork.errors import DataError, InvalidArgumentError

KINDS = (
    "logistic", "mlp", "knn", "kmeans", "pca", "linear", "activation", "loss", "optimizer", "metric", "preparation", "script",
)  # fmt: skip
ROLES = (*(role for role, _ in vocabulary.FUNCTIONS), "fit", "transform", "inverse")
READS = re.compile(r"(^|\.)(read_\w+|load\w*|genfromtxt|fromfile|imread|open)$")
DATA = re.compile(r"\.(csv|tsv|txt|dat|data|xlsx?|json|npy|npz|mat|pkl|pickle|parquet|h5|png|jpe?g)$", re.IGNORECASE)
SAME = {"train": "fit", "fit": "train"}


def refuse_kind(kind):
    """Raise InvalidArgumentError where ``kind`` is none of those that can be checked."""
    if kind is not None and kind not in KINDS:
        raise InvalidArgumentError(f"kind must be one of {', '.join(KINDS)}; it is {kind!r}.{_hint(str(kind), KINDS)}")


def codes_in(ignore):
    """The codes of ``ignore`` in full; one that does not exist is refused with the nearest one.

    >>> codes_in(["g1", "SW-N6,T13"])
    ('SW-G1', 'SW-N6', 'SW-T13')
    """
    found = []
    for code in [
        part.strip() for entry in ([ignore] if isinstance(ignore, str) else ignore) for part in entry.split(",")
    ]:
        full = code.upper() if code.upper().startswith("SW-") else f"SW-{code.upper()}"
        if full not in rows():
            near = difflib.get_close_matches(full, rows(), n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise InvalidArgumentError(f"Codes are such as SW-G6 or G6; {full!r} is no code of the checker.{hint}")
        found.append(full)
    return tuple(found)


def refuse_no_file(target, suffixes):
    """Raise DataError where a target that is text names no file that can be checked."""
    name = str(target).partition("::")[0]
    path = pathlib.Path(name)
    if path.is_dir():
        raise DataError(
            f"target must be one file; {name} is a folder. Check each file of it, or run: scratchwork check {name}"
        )
    if not path.is_file():
        raise DataError(f"target must be a file; {name!r} does not exist. Give the path of a .py file or a notebook.")
    if path.suffix not in suffixes:
        raise DataError(f"target must be a .py file or a notebook (.ipynb); it is {name}.")


def refuse_unknown(source, only, roles):
    """Raise DataError where the one object, or the function of a role, does not stand in the file."""
    names = defined(source.tree)
    if only and only not in names and "*" not in names:
        owner = only.rpartition(".")[0]
        if owner in names:
            raise DataError(f"{only} is a part of {owner}; check the whole: {source.path}::{owner}.")
        raise DataError(f"{source.path} defines no {only}.{_hint(only, names)}")
    methods = {name.rpartition(".")[2] for name in returned.functions_of(source.tree)}
    for role, name in roles.items():
        if role not in ROLES:
            raise DataError(f"{role!r} is no role.{_hint(role, ROLES)} Roles are {', '.join(ROLES)}.")
        if name not in methods | names and "*" not in names:
            raise DataError(f"{role}={name}: {source.path} defines no {name}.{_hint(name, methods)}")


def defined(tree):
    """Every name that a module binds at its top level; ``*`` where it imports all of another."""
    found = set()
    for node in tree.body:
        for part in ast.walk(node) if not isinstance(node, (ast.ClassDef, ast.FunctionDef)) else (node,):
            if isinstance(part, (ast.ClassDef, ast.FunctionDef)):
                found.add(part.name)
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                found.add(part.id)
            elif isinstance(part, ast.alias):
                found.add(part.asname or part.name)
    return found


def _hint(name, names):
    near = difflib.get_close_matches(name.lower(), sorted({entry.lower() for entry in names}), n=1, cutoff=0.5)
    return next((f" Did you mean {entry}?" for entry in sorted(names) if near and entry.lower() == near[0]), "")


def roles_within(names, roles):
    """Of the roles that were given those whose function is among ``names``; train and fit are one.

    >>> roles_within({"go", "push"}, {"train": "go", "loss": "elsewhere"})
    {'train': 'go', 'fit': 'go'}
    """
    return with_both({role: name for role, name in (roles or {}).items() if name in names})


def with_both(roles):
    """The roles, what trains also as what fits."""
    return roles | {SAME[role]: name for role, name in roles.items() if role in SAME and SAME[role] not in roles}


def kind_by_roles(roles):
    """The kind of a class that the user gave roles of and nothing else tells, or None."""
    if {"forward", "backward", "update"} & set(roles):
        return "mlp"
    return "estimator" if {"train", "predict"} & set(roles) else None


def missing_files(source):
    """(line, name) of data files that a call reads by their name and that are not beside the user's file."""
    folder = pathlib.Path(source.path).resolve().parent
    for call in ast.walk(source.tree):
        name = call.args[0] if isinstance(call, ast.Call) and call.args else None
        text = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
        reads = DATA.search(text) and "://" not in text and READS.search(ast.unparse(call.func))
        writes = len(call.args) > 1 and re.search("[wax]", ast.unparse(call.args[1])) if reads else False
        if reads and not writes and not (folder / text).exists():
            yield call.lineno, text


def with_reasons(result, source):
    """The result, with a word on each cell that cannot be read, and on a file of which nothing is known."""
    for line, words in source.faults:
        _, cell = source.place(line)
        result.not_checked.append(("SW-X90", f"cell {cell} cannot be read: {words}" if source.notebook else words))
    for line, name in missing_files(source):
        why = f"{name}, which line {line} reads, is missing: what depends on it ran on a table of ours, or not at all"
        result.not_checked.append(("SW-X90", why))
    if not (result.checked or result.findings or result.not_checked or result.recognised):
        why = "nothing in it is recognised; --as KIND tells what it is, --role ROLE=NAME which part is which"
        result.not_checked.append(("SW-X90", why if source.tree.body else "there is no code in it"))
    return result
