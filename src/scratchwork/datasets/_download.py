"""Download one file: from the first address that answers, aside, verified, then moved into place."""

import os
import shutil
import tempfile
import urllib.error
import urllib.request

from scratchwork.errors import DataError

SECONDS_TO_CONNECT = 20


def copy_with_progress(response, target, title):
    """Copy an open response into an open file, with a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import wrap_file

    total = int(response.headers.get("Content-Length") or 0)
    with wrap_file(response, total=total, description=title, console=Console(stderr=True)) as source:
        shutil.copyfileobj(source, target)


def make_folder(folder):
    """Make the cache folder, or say what to do where that is not allowed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"The cache folder {folder} cannot be made ({error.strerror}). "
            "Make it writable, or let the environment variable SCRATCHWORK_DATA name a folder that holds the data."
        ) from error


def download(title, name, addresses, path, verify):
    """Fetch ``address + name`` for the first of ``addresses`` that delivers a file which ``verify`` accepts.

    Parameters
    ----------
    title, name : str
        What is fetched, for the progress bar, and the name of the file.
    addresses : sequence of str
        Folders, each ending in a slash.
    path : Path
        Where the file is kept once it is verified. Nothing else is left behind.
    verify : callable
        Takes a path, returns the content, raises DataError.

    Returns
    -------
    bytes
        What ``verify`` returned.
    """
    failures = []
    make_folder(path.parent)
    for address in addresses:
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{name}.")
        try:
            with (
                os.fdopen(descriptor, "wb") as target,
                urllib.request.urlopen(address + name, timeout=SECONDS_TO_CONNECT) as response,
            ):
                copy_with_progress(response, target, f"{title}: {name}")
            content = verify(aside)
            os.replace(aside, path)
            return content
        except (OSError, urllib.error.URLError, DataError) as error:
            failures.append(f"{address}{name}: {str(error).replace(aside, 'the download')}")
        finally:
            if os.path.exists(aside):
                os.unlink(aside)
    raise DataError(
        f"{title} is not on this computer and could not be downloaded. Tried {'; '.join(failures)}. "
        f"Check the network, or put {name} into a folder that the environment variable SCRATCHWORK_DATA leads to "
        f"(as $SCRATCHWORK_DATA/{path.parent.name}/{name})."
    )
