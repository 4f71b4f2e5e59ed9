"""What the source says of a parameter: where it is stored, read, used, and under which conditions."""

import ast
import re

from scratchwork.checks.recognising import vocabulary


def bounds_a_loop(target, name):
    """Whether the head of a loop reads the parameter."""
    loops = [
        part for node in target.methods().values() for part in ast.walk(node) if isinstance(part, (ast.For, ast.While))
    ]
    heads = [ast.unparse(part.iter if isinstance(part, ast.For) else part.test) for part in loops]
    read = {word for head in heads for word in re.findall(r"\w+", head)}
    return name in read or any(vocabulary.meaning(word) == "epochs" for word in read)


def in_the_cost(target, name):
    """Whether a method named after a cost reads the parameter."""
    cost = {key: node for key, node in target.methods().items() if vocabulary.role_of_name(key) == "loss"}
    return any(
        name in re.findall(r"\w+", ast.unparse(node)) or f"{name}_" in ast.unparse(node) for node in cost.values()
    )


def in_a_branch(target, name):
    """Whether the source reads the parameter inside conditions on something else only: there it may rightly be asleep."""
    nodes = [
        node
        for key, node in target.namespace.get("nodes", {}).items()
        if key.startswith(f"{target.name}.") and not vocabulary.handles(key.rpartition(".")[2])
    ]
    told = re.compile(rf"(?<![A-Za-z]){re.escape(name.strip('_'))}\b")
    awake, asleep = 0, 0
    for node in nodes:
        branches = [part for item in ast.walk(node) if isinstance(item, ast.If) and not told.search(ast.unparse(item.test))
                    for part in (*item.body, *item.orelse)]  # fmt: skip
        inside = {id(part) for branch in branches for part in ast.walk(branch)}
        for item in ast.walk(node):
            read = isinstance(item, (ast.Attribute, ast.Name)) and isinstance(item.ctx, ast.Load)
            if read and told.fullmatch(getattr(item, "attr", getattr(item, "id", "")).strip("_")):
                asleep, awake = asleep + (id(item) in inside), awake + (id(item) not in inside)
    return bool(asleep) and awake <= 1  # one: where it is stored


def is_read(target, name):
    """Whether the source reads ``self.name`` (or the bare name) anywhere but where it is stored."""
    nodes = target.namespace.get("nodes", {})
    for key, node in nodes.items():
        if key.startswith(f"{target.name}."):
            for item in ast.walk(node):
                if (
                    isinstance(item, ast.Attribute)
                    and item.attr in (name, f"_{name}")
                    and isinstance(item.ctx, ast.Load)
                ):
                    return True
    return not nodes


def stored(target, name):
    """The method at fault: the one that reads the parameter, else the one that updates, else the constructor."""
    nodes = {key: node for key, node in target.methods().items() if key not in ("__str__", "__repr__", "get_params")}
    readers = [
        key
        for key, node in nodes.items()
        if any(
            isinstance(item, ast.Attribute) and item.attr.strip("_") == name and isinstance(item.ctx, ast.Load)
            for item in ast.walk(node)
        )
    ]
    if readers:
        return readers[0]
    owner = next((key for key, node in nodes.items() if name in [argument.arg for argument in node.args.args]), None)
    if owner == "__init__" or owner is None:
        updating = [
            key
            for key, node in nodes.items()
            if any(isinstance(item, ast.AugAssign) and isinstance(item.op, ast.Sub) for item in ast.walk(node))
        ]
        if updating and name in ("lr", "learning_rate", "eta", "alpha"):
            return updating[0]
        if owner and keeps(nodes[owner], name):  # it is stored as it was given: who learns has forgotten it
            return next((key for key in ("fit", "fit_transform", "train", "run") if key in nodes), owner)
    return owner


def keeps(node, name):
    """Whether a constructor stores a parameter as it is."""
    return any(
        isinstance(item, ast.Assign) and isinstance(item.value, ast.Name) and item.value.id == name
        for item in ast.walk(node)
    )
