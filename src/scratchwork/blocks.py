"""A pass over the data is a sum over blocks of rows.

``map_blocks(partial, blocks)`` runs ``partial`` over every block, on all cores, and returns the results in the order of
the blocks, so that the sum of them does not depend on the threads. NumPy releases the interpreter lock in its products;
two threads on blocks of rows with BLAS held to one thread beat one thread with BLAS on two. The thread that asks works
too; the others are kept for the next call, since starting them costs as much as a small pass. They live as long as the
process; a forked child gets its own.

The number of BLAS threads belongs to the process. ``single_threaded_blas`` therefore counts its users: the first one
sets the limit, the last one restores what it found, however the calls of several fits overlap. threadpoolctl lets only the
thread that last set a limit change it (from 3.8 on); as ours is handed from thread to thread, it is taken over first.
``quick_switches`` does the same with the interpreter's switch interval.
"""

import contextvars
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

MOST_THREADS = 256
QUICK_SWITCH = 5e-5  # seconds; a product of a batch takes 100 microseconds, Python's own switch interval is 5 ms
_lock = threading.Lock()
_controller = None
_limiter = None
_users = 0
_quick_users, _slow_switch = 0, None
_helpers = None


def n_cores():
    """The cores this process may use, at least 1; the environment variable SCRATCHWORK_THREADS overrides it.

    OMP_NUM_THREADS, which joblib sets in its workers so that they do not crowd each other out, is a limit.
    """
    wanted, limit = (number_of_threads(name) for name in ("SCRATCHWORK_THREADS", "OMP_NUM_THREADS"))
    if wanted:
        return wanted
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, limit or cores)


def number_of_threads(name):
    """The number that an environment variable holds; None if it holds none, or not a positive one."""
    value = os.environ.get(name, "")
    return int(value) if value.isdigit() and int(value) > 0 else None


def row_blocks(n_rows, block_rows):
    """Slices that cover ``range(n_rows)`` in order, each of at most ``block_rows`` rows.

    >>> row_blocks(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return [slice(start, min(start + block_rows, n_rows)) for start in range(0, n_rows, block_rows)]


def _take_control():
    from threadpoolctl import OpenBLASController

    if hasattr(OpenBLASController, "clear_controlling_thread"):
        OpenBLASController.clear_controlling_thread(force=True)


@contextmanager
def single_threaded_blas():
    """Hold BLAS to one thread inside the ``with``; safe to nest and to enter from several threads at once."""
    global _controller, _limiter, _users
    with _lock:
        if _users == 0:
            if _controller is None:
                from threadpoolctl import ThreadpoolController

                _controller = ThreadpoolController()
            _take_control()
            _limiter = _controller.limit(limits=1, user_api="blas")
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _take_control()
                _limiter.restore_original_limits()
                _take_control()
                _limiter = None


@contextmanager
def quick_switches():
    """Let a thread that waits for the interpreter have it soon, inside the ``with``; safe to nest and to overlap.

    Of two threads that go from one short product to the next, each needs the interpreter in between. The one that waits
    is woken when it is free, but the other has often taken it again by then, unless it was made to hand it over.

    >>> before = sys.getswitchinterval()
    >>> with quick_switches():
    ...     sys.getswitchinterval() <= QUICK_SWITCH
    True
    >>> sys.getswitchinterval() == before
    True
    """
    global _quick_users, _slow_switch
    with _lock:
        if _quick_users == 0:
            _slow_switch = sys.getswitchinterval()
            sys.setswitchinterval(min(QUICK_SWITCH, _slow_switch))
        _quick_users += 1
    try:
        yield
    finally:
        with _lock:
            _quick_users -= 1
            if _quick_users == 0:
                sys.setswitchinterval(_slow_switch)


def _forget_helpers():
    global _helpers
    _helpers = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_helpers)


def _submit(function, *arguments):
    """A future of the call in a kept thread, in which ``np.errstate`` and the like are those of here."""
    global _helpers
    with _lock:
        if _helpers is None:
            _helpers = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="scratchwork")
        return _helpers.submit(contextvars.copy_context().run, function, *arguments)


def map_blocks(partial, blocks, *, threads=None):
    """``[partial(block) for block in blocks]``, on several threads when there are several blocks.

    When a block raises, no further block is begun, those that run are waited for, and the exception is passed on.

    >>> map_blocks(lambda rows: rows.stop - rows.start, row_blocks(5, 2))
    [2, 2, 1]
    """
    threads = min(threads or n_cores(), len(blocks))
    if threads <= 1:
        return [partial(block) for block in blocks]
    results, numbers = [None] * len(blocks), iter(range(len(blocks)))  # each number is handed out once

    def work():
        try:
            for number in numbers:
                results[number] = partial(blocks[number])
        finally:
            for _ in numbers:  # after an exception: nothing is left to begin
                pass

    with single_threaded_blas():
        others = [_submit(work) for _ in range(threads - 1)]
        try:
            work()
        finally:
            others = [other for other in others if not other.cancel()]
            wait(others)
        for other in others:
            other.result()
    return results


@contextmanager
def in_second_thread(function, *arguments):
    """Run the call in a second thread beside the ``with`` block, which ends when both have; gives its future.

    >>> with in_second_thread(abs, -1) as call:
    ...     here = abs(-2)
    >>> here, call.result()
    (2, 1)
    """
    call = _submit(function, *arguments)
    try:
        yield call
    finally:
        wait([call])


def computed_ahead(function, items, *, threads=None):
    """``map(function, items)``, each result computed by a second thread while the one before it is used.

    >>> list(computed_ahead(abs, [-1, 2]))
    [1, 2]
    """
    if (threads or n_cores()) <= 1:
        yield from map(function, items)
        return
    ahead = None
    try:
        for item in items:
            ready, ahead = ahead, _submit(function, item)
            if ready is not None:
                yield ready.result()
        if ahead is not None:
            yield ahead.result()
    finally:
        if ahead is not None and not ahead.cancel():
            wait([ahead])
