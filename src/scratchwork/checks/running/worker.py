"""The child process: check one file and report each result as a line of JSON the moment it is known."""

import contextlib
import json
import os
import sys
import time


def _limit():
    from scratchwork.checks.running import sandbox

    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (sandbox.MEMORY_BYTES, sandbox.MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (sandbox.FILE_BYTES, sandbox.FILE_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_with_parent():
    """On Linux, be killed when the parent dies, whatever killed it."""
    with contextlib.suppress(Exception):
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def main(descriptor, request):
    """Run the engine over ``request["path"]``, writing events to the file ``descriptor``."""
    start = time.monotonic()
    _die_with_parent()
    _limit()
    os.set_inheritable(descriptor, False)
    time.sleep = lambda seconds: None  # a program that pauses, to be watched, goes on at once

    def tell(event, **fields):
        os.write(descriptor, (json.dumps({"event": event, **fields}, default=str) + "\n").encode())

    checked = False
    try:
        from scratchwork.checks.engine import check_by_running

        tell("doing", what="importing the file")
        checked = check_by_running(request, tell).checked
    except (
        Exception
    ) as error:  # what the user's code raises is caught at its call: this is a fault of the checker's own
        tell("not_checked", code="SW-X90", why=f"the check itself failed ({type(error).__name__}: {error})")
    tell("end", seconds=time.monotonic() - start, checked=checked)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
