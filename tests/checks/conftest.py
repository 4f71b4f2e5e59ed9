"""What the tests of the checker share: code as text, judged in this process; correct programs to break one line of."""

import pathlib
import signal
import textwrap

import pytest

BASES = pathlib.Path(__file__).parent / "bases"


JUDGED = {}


@pytest.fixture
def judge(tmp_path, request):
    """``judge(text, **options)``: the Result of a file with that text; of a text that was judged before the same one."""
    untouched = "monkeypatch" not in request.fixturenames

    def run(text, name="theirs.py", **options):
        from scratchwork.checks.engine import check_here

        path, key = tmp_path / name, (textwrap.dedent(text), name, repr(sorted(options.items())))
        path.write_text(key[0])
        if not untouched:
            return check_here(path, **options)
        if key not in JUDGED:
            JUDGED[key] = check_here(path, **options)
        return JUDGED[key]

    return run


@pytest.fixture
def heeding():
    """For ``preexec_fn``: the child heeds the signals, though whoever started pytest (``nohup``, ``&``) has them ignored."""

    def heed():
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            signal.signal(getattr(signal, name), signal.SIG_DFL)

    return heed


@pytest.fixture
def base():
    """``base(name, (old, new), ...)``: a correct program with lines replaced; each line must be there."""

    def text_of(name, *changes):
        text = (BASES / f"{name}.txt").read_text()
        for old, new in changes:
            assert old in text, f"{name} does not hold {old!r}"
            text = text.replace(old, new)
        return text

    return text_of


@pytest.fixture
def errors():
    """Codes of the errors of a result, in their order."""
    return lambda result: [finding.code for finding in result.findings if finding.severity == "error"]
