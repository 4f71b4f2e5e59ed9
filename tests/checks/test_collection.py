"""The collections of faulty and correct implementations: complete, readable, described. Nothing here runs the checker."""

import ast
import importlib.util
import json
import pathlib

import nbformat
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ZOO = ROOT / "src" / "scratchwork" / "checks" / "zoo"
OPEN = ROOT / "tests" / "checks" / "collection"
PROGRAMS = ROOT / "tests" / "checks" / "programs"
HELD = ROOT / "tests" / "checks" / "heldback"
FOLDERS = (ZOO, OPEN, PROGRAMS, HELD)
BESIDES = {"manifest.json", "README.md", "__init__.py"}

FAULT_IDS = (
    "N1 N3 N5 N7 N8 N9 N10 "
    "G1 G2 G3 G4 G5 G7 G9 G10 G11 G12 G13 G15 G16 G17 G18 G20 G21 "
    "T1 T2 T3 T5 T7 T8 T9 T11 T12 T13 T14 T15 T16 T17 T18 T19 T20 T21 T22 "
    "P1 P2 P3 P4 P5 P6 P7 P8 P10 P11 P12 P13 P14 P15 "
    "K1 K2 K3 K5 K7 M1 M2 M4 M5 M6 M8 M9 C1 C2 C3 C4 C6 "
    "E1 E2 E3 E4 E5 E7 E8 E9 E10 E11 E12 "
    "D1 D2 D3 D4 D5 D6 D8 D9 D10 D11 D12 D13 D14 R1 R2 R3 R6 B1 B2 B3 B5 B6 B7 B8 B10 B11"
)
REMARK_IDS = "N2 N6 G6 G8 T4 K4 K8 M7 M10 R4"
KIND_NAMES = "logistic mlp knn kmeans pca linear activation loss optimizer metric preparation script"
FAULTS, REMARKS, KINDS = (set(names.split()) for names in (FAULT_IDS, REMARK_IDS, KIND_NAMES))
MACHINE_PATHS = tuple(f"/{name}/" for name in ("work", "tmp", "root", "home"))


spec = importlib.util.spec_from_file_location("detection", pathlib.Path(__file__).with_name("detection.py"))
detection = importlib.util.module_from_spec(spec)
spec.loader.exec_module(detection)


def entries(folder):
    """Files and programs of a folder, as they are measured."""
    return list(detection.items((folder,)))


def text_of(entry):
    return entry["text"] if "text" in entry else entry["path"].read_text(encoding="utf-8")


EVERY = [(folder, entry) for folder in FOLDERS for entry in entries(folder)]
each = pytest.mark.parametrize("entry", [entry for _, entry in EVERY], ids=[entry["file"] for _, entry in EVERY])


def names_in(tree):
    """Functions as `name`, methods as `Class.name`, anywhere in a file."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return found


def source_of(entry):
    """The Python text of a file or of a notebook's code cells, without lines for the notebook itself."""
    if not entry["file"].endswith(".ipynb"):
        return text_of(entry)
    cells = nbformat.read(entry["path"], as_version=4).cells
    lines = [line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    return "\n".join(line for line in lines if not line.startswith(("%", "!")))


@each
def test_an_entry_is_complete(entry):
    assert set(entry) <= {
        "file",
        "kind",
        "rows",
        "where",
        "style",
        "base",
        "why",
        "also",
        "as",
        "path",
        "text",
        "change",
    }
    assert entry["kind"] in {"faulty", "correct"}
    assert bool(entry["rows"]) == (entry["kind"] == "faulty")
    assert set(entry["rows"]) <= FAULTS
    assert set(entry.get("also", [])) <= FAULTS | REMARKS | {"X92"}  # a name that nothing defines
    assert not set(entry.get("also", [])) & set(entry["rows"])
    assert entry["style"]
    assert entry["base"]
    assert entry["why"].endswith(".")
    assert (entry.get("as") or "script") in KINDS


@each
def test_a_file_is_readable(entry):
    if entry["file"].endswith(".ipynb"):
        nbformat.validate(json.loads(text_of(entry)))
        assert any(cell.get("outputs") for cell in nbformat.read(entry["path"], as_version=4).cells)
    tree = ast.parse(source_of(entry))
    if entry["where"]:
        assert entry["where"] in names_in(tree)


@each
def test_a_file_names_no_machine_path(entry):
    assert not any(path in text_of(entry) for path in MACHINE_PATHS)


@pytest.mark.parametrize("path", [*PROGRAMS.glob("*.json"), *HELD.glob("*.json")], ids=lambda path: path.stem)
def test_each_change_replaces_one_place(path):
    described = json.loads(path.read_text())
    for fault in () if path.name == "manifest.json" else described["faults"]:
        assert all(path.with_suffix(".py").read_text().count(old) == 1 for old, _ in fault["change"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_holds_what_its_manifest_lists(folder):
    listed = [entry["file"] for entry in entries(folder) if "path" in entry]
    programs = {path.stem for path in folder.glob("*.json")} - {"manifest"}
    there = {path.name for path in folder.iterdir() if path.is_file()} - BESIDES
    there -= {f"{name}{suffix}" for name in programs for suffix in (".py", ".json")}
    assert len(listed) == len(set(listed))
    assert there == set(listed)


def test_names_are_unique_over_all_folders():
    names = [entry["file"] for _, entry in EVERY]
    assert len(names) == len(set(names))


def test_files_differ():
    texts = [text_of(entry) for _, entry in EVERY]
    assert len(texts) == len(set(texts))


def test_there_are_enough_of_each():
    faulty = [entry for _, entry in EVERY if entry["kind"] == "faulty"]
    correct = [entry for _, entry in EVERY if entry["kind"] == "correct"]
    assert len(faulty) >= 80
    assert len({entry["rows"][0] for entry in faulty}) >= 80
    assert len({entry["base"] for entry in faulty}) >= 12
    assert len(correct) >= 30


def test_the_shipped_part_is_small_and_faulty():
    assert 25 <= len(entries(ZOO)) <= 35
    assert all(entry["kind"] == "faulty" for entry in entries(ZOO))


@pytest.mark.parametrize("kind", ["faulty", "correct"])
def test_one_third_is_held_back(kind):
    held = sum(entry["kind"] == kind for entry in entries(HELD))
    everything = sum(entry["kind"] == kind for _, entry in EVERY)
    assert 0.28 <= held / everything <= 0.38


def test_the_held_back_part_shares_no_base_with_the_open_one():
    open_bases = {entry["base"] for folder, entry in EVERY if folder != HELD}
    assert not open_bases & {entry["base"] for entry in entries(HELD)}
