"""The fence: whatever a file does, it ends as a finding, and leaves no process and no file behind."""

import glob
import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from scratchwork.checks import check
from scratchwork.checks.findings import CallFailed
from scratchwork.checks.running import sandbox
from scratchwork.checks.running.call import Caller


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path_factory, monkeypatch):
    """Other checks may run on this machine: what they leave is not ours to count."""
    folder = tmp_path_factory.mktemp("own")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))


def folders():
    return set(glob.glob(os.path.join(tempfile.gettempdir(), "scratchwork-check-*")))


def codes(path, **limits):
    return [(entry.code, entry.severity) for entry in check(str(path), **limits).findings]


BAD = {
    "exit": ("import sys\ndef sigmoid(z):\n    sys.exit(3)\n", "SW-X93", "sigmoid called exit()."),
    "loop": ("def sigmoid(z):\n    while True:\n        pass\n", "SW-X91", "sigmoid did not return within 1 s on"),
    "prints": ("def sigmoid(z):\n    while True:\n        print('x' * 999)\n", "SW-X94", "sigmoid printed more than 2000000 characters."),
    "memory": ("import numpy as np\ndef sigmoid(z):\n    return np.ones((200000, 200000)) + z\n", "SW-X95", "sigmoid ran out of memory."),
    "crash": ("import os\ndef sigmoid(z):\n    os.abort()\n", "SW-X93", "the process ended with signal 6."),
    "swallow": ("def sigmoid(z):\n    while True:\n        try:\n            z = z\n        except:\n            pass\n", "SW-X91", "1 s"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_manners_become_a_finding(tmp_path, name):
    text, code, words = BAD[name]
    path = tmp_path / "theirs.py"
    path.write_text(text)
    before = folders()
    result = check(str(path), call_seconds=1, file_seconds=12)
    assert [entry.code for entry in result.findings if entry.code.startswith("SW-X")] == [code]
    assert words in result.findings[0].observed
    assert folders() == before


def test_a_broken_file_is_a_finding(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text("def f(:\n")
    result = check(str(path))
    assert [entry.code for entry in result.findings] == ["SW-X90"]
    assert result.exit_code == 1


def test_questions_plots_and_files_are_harmless(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(
        "import numpy as np\nimport matplotlib.pyplot as plt\n"
        "def sigmoid(z):\n    plt.plot([1, 2])\n    plt.show()\n    open('left.txt', 'w').write('x')\n"
        "    return np.exp(-np.logaddexp(0, -z))\n"
    )
    assert codes(path) == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["theirs.py"]


def test_children_of_the_code_do_not_survive(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(
        "import subprocess\nimport numpy as np\ndef sigmoid(z):\n    subprocess.Popen(['sleep', '7777'])\n    return np.exp(-np.logaddexp(0, -z))\n"
    )
    check(str(path))
    running = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True).stdout
    assert "sleep 7777" not in running


def test_a_file_that_trains_at_import_gives_its_definitions(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(
        "import numpy as np\nimport no_such_module\ndef sigmoid(z):\n    return np.exp(z)\nX = np.load('missing.npy')\nwhile True:\n    pass\n"
    )
    assert codes(path)[0] == ("SW-G91", "error")


def test_ctrl_c_leaves_nothing(tmp_path, heeding):
    path = tmp_path / "theirs.py"
    path.write_text("def sigmoid(z):\n    while True:\n        pass\n")
    before = folders()
    code = "import sys; from scratchwork.cli.main import main; sys.argv = ['scratchwork', 'check', sys.argv[1]]; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeding,
    )
    until = time.monotonic() + 20
    while not folders() - before and time.monotonic() < until:
        time.sleep(0.05)
    worker = _workers(process.pid)
    time.sleep(1.0)
    assert process.poll() is None, "it had ended before it was interrupted"
    process.send_signal(signal.SIGINT)
    shown, said = process.communicate(timeout=10)
    assert process.returncode == 130, (shown, said, worker)
    assert said.strip() == "scratchwork: interrupted"
    assert folders() == before
    assert worker
    assert not any(os.path.exists(f"/proc/{pid}/cwd") and _is_worker(pid) for pid in worker)


def _workers(parent):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        lines = subprocess.run(
            ["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True
        ).stdout.splitlines()
        found = [
            int(line.split()[0])
            for line in lines
            if "scratchwork.checks.running.worker" in line and int(line.split()[1]) == parent
        ]
        if found:
            return found
        time.sleep(0.05)
    return []


def _is_worker(pid):
    lines = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
    return "scratchwork.checks.running.worker" in lines


def test_folders_of_a_killed_check_are_removed_at_the_next_start(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    stale = os.path.join(tempfile.gettempdir(), f"scratchwork-check-{gone.pid}-abc")
    alive = os.path.join(tempfile.gettempdir(), f"scratchwork-check-{os.getpid()}-abc")
    os.mkdir(stale)
    os.mkdir(alive)
    sandbox.remove_stale()
    assert not os.path.exists(stale)
    assert os.path.exists(alive)


class Ended:
    def __init__(self, returncode, silent=None):
        self.returncode = returncode
        if silent is not None:
            self.stopped_after = silent


ENDS = (
    (Ended(-9, 65.0), "SW-X91", "gave no sign for 65 s"),
    (Ended(-9), "SW-X95", "killed from outside"),
    (Ended(-11), "SW-X93", "signal 11"),
)


@pytest.mark.parametrize(("process", "code", "words"), ENDS)
def test_each_end_of_the_process_is_told_apart(process, code, words):
    found = sandbox._death(process, "importing the file")
    assert found.code == code
    assert words in found.observed


def spin(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return seconds


def idle(seconds):
    time.sleep(seconds)
    return seconds


def test_a_call_that_had_no_processor_gets_more_time_and_not_for_ever():
    call = Caller()
    assert call.raw(idle, 0.6, limit_=0.4) == 0.6
    with pytest.raises(CallFailed, match="spin did not return within 0.4 s"):
        call.raw(spin, 5.0, limit_=0.4)
    with pytest.raises(CallFailed, match="idle did not return within 0.4 s"):
        call.raw(idle, 5.0, limit_=0.4)


def test_nobody_waits_for_a_program_that_pauses(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(
        "import numpy as np\nfrom time import sleep\ndef sigmoid(z):\n    sleep(60)\n    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))\n"
    )
    result = check(str(path), call_seconds=1, file_seconds=12)
    assert not result.findings
    assert "SW-N1" in result.passed
