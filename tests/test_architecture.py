"""The house rules of the code, as data: who may import whom, how long a file and a function may be.

An exception is one line in a table below, with its reason.
"""

import ast
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "scratchwork"

FLOORS = {
    "errors": 0, "arrays": 0, "numerics": 0, "records": 0, "blocks": 0,
    "datasets": 1, "statistics": 1, "models": 1, "evaluation": 1,
    "cleaning": 2, "preparation": 2,
    "counterparts": 3, "plots": 3, "persistence": 3, "forecasting": 3, "scaling": 3,
    "experiments": 4, "checks": 4,
    "report": 5, "lab": 5,
    "study": 6, "predicting": 6,
    "cli": 7,
}  # fmt: skip

PLOTS_MAY_IMPORT = {"errors", "arrays", "records", "plots"}

FOREIGN_IN_MODELS = ("numpy", "sklearn.base", "sklearn.exceptions", "sklearn.utils", "scipy.special")
FORBIDDEN_NAMES_IN_MODELS = {
    "pairwise_distances", "euclidean_distances", "cdist", "cKDTree", "KDTree", "BallTree", "minimize", "lsq_linear",
    "lstsq_solver", "kmeans2", "linear_sum_assignment", "row_norms", "randomized_svd", "safe_sparse_dot",
}  # fmt: skip

FILE_LINES = 300
MODEL_LINES = 250
FUNCTION_LINES = 30
READERS_FILES = 4

LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}

# The rooms of checks/ and the others that each may import. What a file says (files, flow) stands below what its run says;
# nothing but probes/ and the engine rests on a rule. recognising, views, watching and probes still know each other both ways.
ROOMS_OF_CHECKS = {
    "catalogue": set(), "zoo": set(),
    "files": {"running", "recognising"}, "flow": {"files"}, "rules": {"files", "flow", "recognising", "views", "watching"},
    "running": {"files", "recognising", "views"},
    "recognising": {"files", "running", "views", "watching", "probes"},
    "views": {"files", "running", "recognising", "watching", "probes"},
    "watching": {"files", "running", "recognising", "views", "probes"},
    "probes": {"files", "running", "recognising", "views", "watching", "rules"},
}  # fmt: skip

STANDARD_LIBRARY = __import__("sys").stdlib_module_names


def modules():
    zoo = SOURCE / "checks" / "zoo"
    return sorted(path for path in SOURCE.rglob("*.py") if zoo not in path.parents)


def relative(path):
    return path.relative_to(SOURCE).as_posix()


def room_of(path):
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports_of(path):
    """Dotted names that a file imports, anywhere in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}:{node.lineno} imports relatively; write the whole name."
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def house_imports(path):
    """(room, dotted rest) for each import of our own code."""
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "scratchwork" and len(parts) > 1 and parts[1] in FLOORS:
            yield parts[1], ".".join(parts[1:])


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_imports_go_down(path):
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    assert room in FLOORS, f"{relative(path)}: the room {room!r} is not on the map (FLOORS)."
    for other, name in house_imports(path):
        allowed = other == room or FLOORS[other] < FLOORS[room]
        same_ground_floor = FLOORS[other] == FLOORS[room] == 0
        assert allowed or same_ground_floor, f"{relative(path)} imports {name}: not a lower floor."
        if room == "plots":
            assert other in PLOTS_MAY_IMPORT, f"{relative(path)} imports {name}: drawing never computes."


@pytest.mark.parametrize("path", [path for path in modules() if path.match("checks/*/*.py")], ids=relative)
def test_the_rooms_of_the_checks_keep_their_order(path):
    room = path.parent.name
    for _, name in house_imports(path):
        other = name.split(".")[1] if name.startswith("checks.") else room
        allowed = other == room or other not in ROOMS_OF_CHECKS or other in ROOMS_OF_CHECKS[room]
        assert allowed, f"{relative(path)} imports {name}: {room} does not rest on {other}."


@pytest.mark.parametrize("path", sorted((SOURCE / "models").glob("*.py")), ids=relative)
def test_models_are_from_scratch(path):
    stem = path.stem
    for name in imports_of(path):
        top = name.split(".")[0]
        if top == "scratchwork":
            rest = name.split(".")[1:]
            if rest[0] == "models" and len(rest) > 1:
                companion = rest[1].startswith("_")
                assert companion, f"{relative(path)} imports another model, {name}."
            continue
        ours = top in STANDARD_LIBRARY or name.startswith(FOREIGN_IN_MODELS)
        assert ours, f"{relative(path)} imports {name}: models are NumPy and the standard library."
        assert name.split(".")[-1] not in FORBIDDEN_NAMES_IN_MODELS, f"{relative(path)} imports {name}."
    text = path.read_text()
    assert "np.linalg.lstsq" not in text or stem == "linear_regression", f"{relative(path)} calls a foreign solver."


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_files_are_short(path):
    limit = FILE_LINES
    if path.parent.name == "models" and not path.name.startswith("_"):
        limit = MODEL_LINES
    lines = len(path.read_text().splitlines())
    assert lines <= limit or relative(path) in LONG_FILES, f"{relative(path)} has {lines} lines, more than {limit}."


def code_lines(function, lines):
    """Lines of code of a function: without its docstring, blank lines and lines that hold only a comment."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(getattr(body[0], "value", None), ast.Constant):
        body = body[1:]
    if not body:
        return 0
    span = lines[body[0].lineno - 1 : function.end_lineno]
    return sum(1 for line in span if line.strip() and not line.strip().startswith("#"))


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_functions_are_short(path):
    text = path.read_text()
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            count = code_lines(node, lines)
            key = f"{relative(path)}:{node.name}"
            assert count <= FUNCTION_LINES or key in LONG_FUNCTIONS, f"{key} has {count} lines of code."


@pytest.mark.parametrize("path", sorted((SOURCE / "models").glob("[!_]*.py")), ids=relative)
def test_a_model_is_read_with_at_most_four_other_files(path):
    others = {rest.split(".")[0] for room, rest in house_imports(path) if room not in ("errors", "models")}
    others |= {
        rest for room, rest in house_imports(path) if room == "models" and not rest.split(".")[1].startswith("_")
    }
    assert len(others) <= READERS_FILES, f"{relative(path)} needs {sorted(others)}."


def test_exceptions_are_still_needed():
    """A line in an exception table that nothing needs any more is removed."""
    for name in LONG_FILES:
        lines = len((SOURCE / name).read_text().splitlines())
        assert lines > (MODEL_LINES if name.startswith("models/") else FILE_LINES), f"{name} is short enough by now."
    for key in LONG_FUNCTIONS:
        name, function = key.split(":")
        text = (SOURCE / name).read_text()
        counts = [
            code_lines(node, text.splitlines())
            for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function
        ]
        assert counts, f"{key} does not exist."
        assert max(counts) > FUNCTION_LINES, f"{key} is short enough by now."


def uses_of_the_global_generator(path):
    """Lines that call ``np.random.something(...)`` other than the constructors of generators."""
    harmless = {"default_rng", "Generator", "SeedSequence", "RandomState", "PCG64"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr not in harmless:
            owner = node.func.value
            if isinstance(owner, ast.Attribute) and owner.attr == "random" and getattr(owner.value, "id", "") == "np":
                yield node.lineno


def test_nothing_seeds_or_uses_the_global_generator():
    """But for checks/, whose child process runs other people's code and has to make it repeatable."""
    for path in modules():
        lines = list(uses_of_the_global_generator(path)) if room_of(path) != "checks" else []
        assert not lines, f"{relative(path)}:{lines} uses NumPy's global generator."
