"""The child process in which a user's file runs.

A fence against accidents, not against malice: a time limit for each call and for the file, a limit on memory and on the
size of written files, a temporary working folder, no terminal, plots swallowed. Code that wants to do harm can.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from scratchwork.checks.findings import Finding, Recognised, Result, find

MEMORY_BYTES = 6 * 2**30
FILE_BYTES = 64 * 2**20
GRACE_SECONDS = 5.0
UNSTARTED = "starting"
PREFIX = "scratchwork-check-"

_running = set()
_lock = threading.Lock()


def run_isolated(path, options, call_seconds=10.0, file_seconds=60.0):
    """Check one file by running it in a child process.

    Parameters
    ----------
    path : str or path
    options : dict
        What ``worker.py`` passes to the engine: ``only``, ``kind``, ``roles``, ``fast``.
    call_seconds, file_seconds : float
        Limits for one call and for everything.

    Returns
    -------
    Result
    """
    request = {"path": os.path.abspath(path), "call_seconds": call_seconds, "file_seconds": file_seconds, **options}
    result, start = Result(str(path)), time.monotonic()
    remove_stale()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        reading, writing = os.pipe()
        process = _start(request, folder, writing)
        os.close(writing)
        try:
            last = _listen(process, reading, result, start + file_seconds + GRACE_SECONDS, call_seconds)
        finally:
            _end(process)
            os.close(reading)
    if last == UNSTARTED and process.returncode not in (None, -signal.SIGKILL):
        why = f"the process that runs the checks ended with status {process.returncode} before it read the file"
        result.not_checked.append(("SW-X90", why))
    elif last is not None:
        result.findings.append(_death(process, last))
        result.checked = True
    return result


def remove_stale():
    """Remove the temporary folders of checks whose process was killed and could not do so itself."""
    for folder in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not _alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _start(request, folder, writing):
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    environment |= {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    environment |= {"TMPDIR": folder, "PYTHONIOENCODING": "utf-8", "MPLCONFIGDIR": folder, "PYTHONWARNINGS": "ignore"}
    # The worker finds the packages that this process finds, and nothing of the current folder by accident.
    environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    command = [sys.executable, "-m", "scratchwork.checks.running.worker", str(writing), json.dumps(request)]
    with _lock:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(writing,),
            start_new_session=True,
        )
        _running.add(process)
    return process


def _listen(process, reading, result, until, call_seconds):
    """Take over what the child reports; returns None after a proper end, else what it was doing when it died."""
    doing, pending, since = UNSTARTED, b"", time.monotonic()
    os.set_blocking(reading, False)
    while True:
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(reading, 1 << 16)
            if not chunk:
                return doing
            pending += chunk
            since = time.monotonic()
        *lines, pending = pending.split(b"\n")
        for line in lines:
            event = json.loads(line)
            if event["event"] == "end":
                result.seconds = event["seconds"]
                result.checked = event["checked"]
                return None
            doing = _take(event, result, doing)
        now = time.monotonic()
        if now > until or now - since > 6 * call_seconds + GRACE_SECONDS:
            _end(process)
            process.stopped_after = now - since
            return doing
        if not lines:
            time.sleep(0.01)


def _take(event, result, doing):
    kind = event.pop("event")
    if kind == "recognised":
        result.recognised.append(Recognised(**event))
    elif kind == "finding":
        result.findings.append(Finding(**event))
    elif kind == "passed":
        result.passed.append(event["code"])
    elif kind == "blocked":
        result.blocked.add(event["code"])
    elif kind == "proven":
        result.proven.add(event["code"])
    elif kind == "not_checked":
        result.not_checked.append((event["code"], event["why"]))
    elif kind == "doing":
        return event["what"]
    return doing


def _death(process, doing):
    """The finding that an early end is: stopped by us, killed from outside (most often for want of memory), or its own doing."""
    code, silent = process.returncode, getattr(process, "stopped_after", None)
    if silent is not None:
        observed = f"While {doing} the process had to be stopped: it gave no sign for {silent:.0f} s, and the alarm did not end the call."
        return find("SW-X91", observed)
    if code == -signal.SIGKILL:
        observed = f"While {doing} the process was killed from outside (signal 9): most often the machine has run out of memory."
        return find("SW-X95", observed, severity="warning")
    how = f"signal {-code}" if code < 0 else f"exit status {code}"
    return find("SW-X93", f"While {doing} the process ended with {how}.")


def _end(process):
    """Kill the child and whatever it started, and wait for it."""
    with contextlib.suppress(
        ProcessLookupError, PermissionError
    ):  # children of the child may outlive it in its session
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    with _lock:
        _running.discard(process)


def end_all():
    """Kill every child that is still running (after Ctrl-C in another thread)."""
    for process in list(_running):
        _end(process)
