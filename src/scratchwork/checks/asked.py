"""What the user asked for, held against the file: the one object, the roles; what is not there is refused at the door."""

import ast
import difflib

from scratchwork.checks import returned, vocabulary
from scratchwork.errors import DataError

ROLES = (*(role for role, _ in vocabulary.FUNCTIONS), "fit", "transform", "inverse")
SAME = {"train": "fit", "fit": "train"}


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
    found = {role: name for role, name in (roles or {}).items() if name in names}
    return found | {SAME[role]: name for role, name in found.items() if role in SAME and SAME[role] not in found}


def kind_by_roles(roles):
    """The kind of a class that the user gave roles of and nothing else tells, or None."""
    if {"forward", "backward", "update"} & set(roles):
        return "mlp"
    return "estimator" if {"train", "predict"} & set(roles) else None


def with_reasons(result, source):
    """The result, with a word on each cell that cannot be read, and on a file of which nothing is known."""
    for line, words in source.faults:
        _, cell = source.place(line)
        result.not_checked.append(("SW-X90", f"cell {cell} cannot be read: {words}" if source.notebook else words))
    if not (result.checked or result.findings or result.not_checked or result.recognised):
        why = "nothing in it is recognised; --as KIND tells what it is, --role ROLE=NAME which part is which"
        result.not_checked.append(("SW-X90", why if source.tree.body else "there is no code in it"))
    return result
