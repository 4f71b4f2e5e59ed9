"""Names in a tree: what a statement binds, what a function reads from outside, how an attribute is spelt."""

import ast
import builtins


def unbound_globals(tree):
    """Global names that functions read and the module does not bind: name -> the functions that read it.

    >>> unbound_globals(ast.parse("def loss(a, y): return ((a - y) ** 2).sum() / m"))
    {'m': ['loss']}
    """
    bound = set(dir(builtins)) | {"__file__", "__name__"}
    for statement in tree.body:
        bound |= stored(statement)
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            own = stored_inside(node)
            for name in ast.walk(node):
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load) and name.id not in bound | own:
                    found.setdefault(name.id, [])
                    if node.name not in found[name.id]:
                        found[name.id].append(node.name)
    return _without_enclosed(found, tree)


def _without_enclosed(found, tree):
    """Leave out names that an enclosing function binds."""
    for outer in ast.walk(tree):
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            own = stored_inside(outer)
            inner = {part.name for part in ast.walk(outer) if isinstance(part, ast.FunctionDef) and part is not outer}
            for name in own & set(found):
                found[name] = [function for function in found[name] if function not in inner]
    return {name: functions for name, functions in found.items() if functions}


def stored(node):
    """Names that a statement or expression binds in its own scope."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    names = set()
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Name) and isinstance(part.ctx, (ast.Store, ast.Del)):
            names.add(part.id)
        elif isinstance(part, ast.alias):
            names.add(part.asname or part.name.split(".")[0])
        elif isinstance(part, ast.ExceptHandler) and part.name:
            names.add(part.name)
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(part.name)
            continue
        stack += list(ast.iter_child_nodes(part))
    return names


def stored_inside(function):
    """Names that a function binds: parameters, assignments, loops, imports, inner functions."""
    names = {arg.arg for arg in ast.walk(function) if isinstance(arg, ast.arg)}
    for statement in function.body:
        for part in ast.walk(statement):
            if isinstance(part, ast.stmt):
                names |= stored(part)
            elif isinstance(part, ast.comprehension):
                names |= stored(part.target)
            elif isinstance(part, ast.NamedExpr):
                names.add(part.target.id)
    declared = {name for part in ast.walk(function) if isinstance(part, ast.Global) for name in part.names}
    return names - declared


def dotted(node):
    """``np.random.seed`` of an expression as text, or an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def literal(node):
    """The number an expression spells, or None.

    >>> literal(ast.parse("-1", mode="eval").body)
    -1
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = literal(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return node.value
    return None


WHOLE = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While)


def walk(node):
    """All nodes below one, as ``ast.walk`` gives them; kept with blocks, which many rules go through."""
    if not isinstance(node, WHOLE):
        return ast.walk(node)
    if "_nodes" not in node.__dict__:
        node._nodes = tuple(ast.walk(node))
    return node._nodes


def every(node, *kinds):
    """All nodes of these kinds below one."""
    return [part for part in walk(node) if isinstance(part, kinds)]
