"""The checker: reads, runs, probes and ranks. One engine for Python, the command line, pytest and the lab."""

import dataclasses
import inspect
import pathlib
import time
import types

from scratchwork.checks import asked
from scratchwork.checks.files import closures, open_bodies
from scratchwork.checks.findings import CallFailed, CannotCheck, Recognised, Result, find
from scratchwork.checks.finishing import finished
from scratchwork.checks.recognising import recognise
from scratchwork.checks.registry import PROBES, RULES, Target
from scratchwork.checks.running import endless
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views import returned

CALL_SECONDS, FILE_SECONDS = 10.0, 60.0
SUFFIXES = (".py", ".ipynb")


def check(
    target, *, kind=None, roles=None, ignore=(), fast=False, call_seconds=CALL_SECONDS, file_seconds=FILE_SECONDS
):
    """Say what is wrong in an implementation.

    Parameters
    ----------
    target : str, path, class, instance, function or module
        ``"file.py"``, ``"file.py::MLP"``, ``"notebook.ipynb"``: run in a child process. A live object: run here.
    kind : str, optional
        What it is, where the name does not tell: one of ``recognise.KINDS``.
    roles : dict, optional
        Role -> name of a function or method: ``{"backward": "my_step"}``.
    ignore : collection of str
        Codes to leave out, such as ``"SW-G6"`` or ``"G6"``.
    fast : bool
        Leave out the probes that train for long.
    call_seconds, file_seconds : float
        Time limits of one call and of everything.

    Returns
    -------
    Result

    Examples
    --------
    >>> import numpy as np
    >>> def relu(z):
    ...     return np.maximum(z, 0)
    >>> [finding.code for finding in check(relu).findings]
    []
    """
    asked.refuse_kind(kind)
    options = {"kind": kind, "roles": dict(roles or {}), "fast": fast, "ignore": asked.codes_in(ignore)}
    limits = {"call_seconds": call_seconds, "file_seconds": file_seconds}
    if isinstance(target, (str, pathlib.Path)):
        asked.refuse_no_file(target, SUFFIXES)
        return check_file(target, options, limits)
    return check_live(target, options, limits)


def check_file(target, options, limits):
    """A file or notebook: read here, run in a child process."""
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.running import sandbox

    start = time.monotonic()
    path, _, only = str(target).partition("::")
    source = load_source(path)
    if source.problem:
        line = source.faults[0][0] if source.faults else None
        result = Result(str(target), [], [find("SW-X90", source.problem, file=path, line=line)], checked=True)
        return finished(result, options["ignore"], start, source)
    asked.refuse_unknown(source, only, options["roles"])
    request = {"only": only or None, "kind": options["kind"], "roles": options["roles"], "fast": options["fast"]}
    if options["kind"] == "script":
        request["kind"] = None  # what it does is seen, what its parts are is not told
    result = sandbox.run_isolated(path, request, **limits)
    result.target = str(target)
    still_open = {finding.function for finding in result.findings if finding.code == "SW-X96"}
    read = [finding for finding in _read(source, only) if not finding.function or finding.function not in still_open]
    result.findings += read
    result.rules = len(RULES) - len(source.gaps)
    result.not_checked += [
        (code, f"a rule could not deal with the file ({why})") for codes, why in source.gaps for code in codes
    ]
    result.checked = result.checked or (
        (bool(read) or bool(source.tree.body)) and (source.runs_at_import or source.notebook)
    )
    if not result.passed and {finding.code for finding in result.findings} == {"SW-X96"}:
        result.checked = False  # an exercise that is still empty
    return finished(asked.with_reasons(result, source), options["ignore"], start, source)


def _read(source, only):
    from scratchwork.checks.reading import read_source

    return [
        finding
        for finding in read_source(source)
        if not only or only in (finding.object, finding.function) or _within(finding.line, only, source.tree)
    ]


def _within(line, name, tree):
    """Whether a line stands in the definition of ``name``."""
    spans = ((node.lineno, node.end_lineno) for node in tree.body if getattr(node, "name", None) == name)
    return line is not None and any(first <= line <= last for first, last in spans)


def check_live(value, options, limits):
    """An object of this very process: class, instance, function or module. No limit on memory; Ctrl-C as usual."""
    import random

    import numpy as np

    start, kept, kept_too = time.monotonic(), np.random.get_state(), random.getstate()  # noqa: NPY002
    name = getattr(value, "__name__", type(value).__name__)
    result = Result(name)
    caller = Caller(limits["call_seconds"], limits["file_seconds"])
    namespace, subjects = _live_subjects(value, name, options)
    try:
        _probe_all(subjects, namespace, None, caller, options["fast"], result)
    finally:
        np.random.set_state(kept)  # noqa: NPY002
        random.setstate(kept_too)
    return finished(result, options["ignore"], start)


def _live_subjects(value, name, options):
    import ast
    import textwrap

    if isinstance(value, types.ModuleType):
        namespace = {
            key: item for key, item in vars(value).items() if getattr(item, "__module__", None) == value.__name__
        }
        subjects = []
        for key, item in namespace.items():
            subjects += (
                _live_subjects(item, key, options)[1] if inspect.isclass(item) or inspect.isfunction(item) else []
            )
        return {**vars(value), "__given__": namespace}, subjects
    shown = value if inspect.isclass(value) or inspect.isfunction(value) else type(value)
    try:
        lines, first = inspect.getsourcelines(shown)
        tree = ast.increment_lineno(ast.parse(textwrap.dedent("".join(lines))), max(first - 1, 0))
    except (OSError, TypeError, SyntaxError, IndentationError):
        tree = ast.Module([], [])
    module = inspect.getmodule(shown)
    namespace = {**(vars(module) if module else {}), "__tree__": tree, "__given__": {name: shown}}
    if inspect.isfunction(value):
        return namespace, list(recognise._functions({name: value}, tree, {}, options["kind"], options["roles"], None))
    kind = options["kind"] or recognise.kind_of_class(shown.__name__, shown, recognise.text_of(tree, shown.__name__))
    return namespace, [recognise.Subject(kind or "estimator", name, value, roles=options["roles"])]


def check_by_running(request, tell):
    """In the child process: load the file, recognise, probe; every result is told the moment it is known."""
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.running import stand_in_files

    source = load_source(request["path"])
    with stand_in_files.stood_in(source):
        return _by_running(source, request, tell)


def _by_running(source, request, tell):
    from scratchwork.checks.running.loading import load

    caller = Caller(request["call_seconds"], request["file_seconds"], request["path"])
    caller.loops = endless.loops_in(source.tree)
    result = Telling(request["path"], tell)
    for owner, node in open_bodies.close(source.tree, source.text):
        words = f"{owner + '.' if owner else ''}{node.name} is not written yet."
        result.add(find("SW-X96", words, object=owner, function=node.name, line=node.lineno))
    closures.as_classes(source.tree)
    loaded = load(source, caller)
    namespace = loaded.namespace
    namespace["__tree__"], namespace["__unbound__"] = source.tree, source.unbound_globals()
    namespace["__only__"], namespace["__text__"] = request["only"], source.text
    subjects = recognise.subjects(namespace, source.tree, request["only"], request["kind"], request["roles"])
    for line, words, failure in loaded.problems:
        _problem_at_import(line, words, failure, result, whole=not loaded.left_out)
    result.checked = _probe_all(subjects, namespace, source, caller, request["fast"], result) or result.checked
    return result


def check_here(path, *, kind=None, roles=None, only=None, fast=False, call_seconds=CALL_SECONDS):
    """A file checked in this very process, without a fence: for code that is known to be harmless (our own tests, the lab)."""
    from scratchwork.checks.files.source import load_source

    start, source = time.monotonic(), load_source(path)
    request = {"path": str(path), "only": only, "kind": kind, "roles": roles, "fast": fast}
    request |= {"call_seconds": call_seconds, "file_seconds": FILE_SECONDS}
    told = []
    run = check_by_running(request, lambda event, **fields: told.append((event, fields)))
    result = Result(str(path), checked=run.checked, findings=run.findings)
    result.recognised = [Recognised(**fields) for event, fields in told if event == "recognised"]
    result.passed = [fields["code"] for event, fields in told if event == "passed"]
    result.not_checked = [(fields["code"], fields["why"]) for event, fields in told if event == "not_checked"]
    result.blocked = {fields["code"] for event, fields in told if event == "blocked"}
    result.proven = {fields["code"] for event, fields in told if event == "proven"}
    return finished(result, (), start, source)


def _problem_at_import(line, words, failure, result, whole):
    """What is said of a statement that failed: nothing where the loops before it were left out (not ``whole``) and it missed them."""
    code = {"time": "SW-X91", "exit": "SW-X93", "prints": "SW-X94", "memory": "SW-X95"}.get(failure.kind)
    if code:
        result.add(find(code, f"Line {line}, which runs at import: {words}.", line=line))
        result.checked = True
    elif whole:
        result.cannot("SW-X90", f"line {line} fails at import: {words}")


class Telling(Result):
    """A result that passes everything on as it comes."""

    def __init__(self, target, tell):
        super().__init__(target)
        self.tell = tell

    def add(self, finding):
        self.findings.append(finding)
        self.tell("finding", **dataclasses.asdict(finding))

    def cannot(self, code, why):
        self.tell("not_checked", code=code, why=why)

    def passes(self, code):
        self.tell("passed", code=code)

    def blocks(self, code):
        self.tell("blocked", code=code)

    def proves(self, code):
        self.tell("proven", code=code)

    def recognises(self, entry):
        self.tell("recognised", **entry.to_json())


class Keeping:
    """The same interface over a plain Result in this process."""

    def __init__(self, result):
        self.result = result

    def add(self, finding):
        self.result.findings.append(finding)

    def cannot(self, code, why):
        self.result.not_checked.append((code, why))

    def passes(self, code):
        self.result.passed.append(code)

    def blocks(self, code):
        self.result.blocked.add(code)

    def proves(self, code):
        self.result.proven.add(code)

    def recognises(self, entry):
        self.result.recognised.append(entry)

    def tell(self, *_, **__):
        pass


def _probe_all(subjects, namespace, source, caller, fast, result):
    """Every probe of every subject; whether anything was checked."""
    from scratchwork.checks import probing
    from scratchwork.checks.recognising import subjects_beside

    out = result if isinstance(result, Telling) else Keeping(result)
    tree = namespace.get("__tree__")
    lines = recognise.lines_of(tree)
    subjects = subjects_beside.with_function_roles(subjects, namespace, caller)
    for subject in subjects:
        for entry in recognise.shown(subject, lines):
            out.recognises(entry)
    nodes = returned.functions_of(tree) if tree is not None else {}
    checked = probing.probe_subjects(subjects, namespace, nodes, lines, source, caller, fast, out)
    if isinstance(result, Result) and not isinstance(result, Telling):
        result.checked = checked
    return checked


__all__ = ["PROBES", "CallFailed", "CannotCheck", "Recognised", "Target", "check"]
