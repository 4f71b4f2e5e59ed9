"""Finished cells on disk, so that a killed experiment goes on where it was.

joblib.Memory around one function that never changes; the key holds everything the result depends on (see ``cell_key``).
Memory writes each result beside its place and moves it there, so two experiments at once see whole results only, and so
does one that follows a ``kill -9``. A small reserve file is given up when the disk is full, to keep the cells that have
just finished. The store holds pickles: it is this computer's cache, not a file to exchange.
"""

import contextlib
import os
import pathlib
import warnings

from scratchwork.errors import DataError

RESERVE_BYTES = 1 << 20


def kept(key, make):
    """The result of a cell: ``make()`` unless it is in the store. What Memory wraps."""
    return make()


class _Absent(Exception):
    """There is no whole result of this key."""


def _absent():
    raise _Absent


class Store:
    """Results by key, in a folder.

    Raises
    ------
    DataError
        When the folder cannot be written to; at once, before anything is computed.
    """

    def __init__(self, folder):
        from joblib import Memory

        self.folder = pathlib.Path(folder)
        self._reserve = self.folder / f".reserve-{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._reserve.write_bytes(b"\0" * RESERVE_BYTES)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._reserve.unlink()
            raise DataError(
                f"{self.folder} cannot be written to ({error.strerror}). Choose another folder with --out."
            ) from error
        self._kept = Memory(self.folder, verbose=0).cache(kept, ignore=["make"])
        self._kept.check_call_in_cache("", _absent)  # a new process's first question is always answered with no

    def find(self, key):
        """The stored result, or None."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self._kept(key, _absent) if self._kept.check_call_in_cache(key, _absent) else None
            except _Absent:  # it was there and could not be read
                return None

    def keep(self, key, result):
        """Put a result in; on a full disk, give up the reserve for it and then stop."""
        problem = self._write(key, result)
        if problem is None:
            return
        with contextlib.suppress(OSError):
            self._reserve.unlink()
        last = self._write(key, result)
        rest = "All finished cells are kept" if last is None else "The cell that has just finished is not kept"
        raise DataError(
            f"{self.folder} cannot be written to any more ({problem}). {rest}; make room and repeat the command with "
            "--resume to compute only what is missing."
        )

    def _write(self, key, result):
        """None, or why the result was not written."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                self._kept.call(key, lambda: result)
            except OSError as error:
                return error.strerror or str(error)
        if not caught or self.find(key) is not None:
            return None
        return str(caught[0].message).rpartition("Exception: ")[2].rstrip(".")

    def close(self):
        """Remove the reserve."""
        with contextlib.suppress(OSError):
            self._reserve.unlink()
