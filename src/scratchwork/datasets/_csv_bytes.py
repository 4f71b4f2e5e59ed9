"""From a file to lines of text: what kind of file it is, how it is packed, how its letters are written.

The file is read twice: once here, in blocks, to take its SHA-256 and to settle the encoding on every byte of it (a file
that is pure ASCII for a million rows may hold its first accent in the last one), and once more to be parsed.
"""

import bz2
import codecs
import gzip
import hashlib
import io
import lzma
import os
import pathlib
import zipfile
import zlib
from typing import NamedTuple

from scratchwork.datasets._csv_encoding import guess_legacy
from scratchwork.errors import DataError

BLOCK = 1 << 20
SAMPLE_LINES = 2000
PACKED = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"PK\x03\x04", "zip"))
FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"7z\xbc\xaf", "packed with 7-Zip"),
    (b"\x7fELF", "a program"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"ARROW1", "an Arrow file"),
)
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DAMAGED = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


class Source(NamedTuple):
    """What one pass over a file found out.

    ``packing`` is None or how the file is packed; ``strays`` counts bytes that do not fit the encoding and are read as
    cp1252; ``nulls`` counts NUL characters, which are left out.
    """

    path: pathlib.Path
    packing: str | None
    encoding: str
    sha256: str
    strays: int
    nulls: int
    guessed: bool


def survey(path, encoding=None):
    """Look at every byte of the file at ``path`` once, and settle how to read it.

    Raises
    ------
    DataError
        When there is no such file, or it is a directory, empty, damaged, or not text.
    """
    path = check_file(path)
    packing = packing_of(path)
    sha256 = hashlib.sha256()
    with open(path, "rb") as raw:
        while block := raw.read(BLOCK):
            sha256.update(block)
    try:
        with open_bytes(path, packing) as stream:
            found = look_at(stream, path)
    except DAMAGED as error:
        raise DataError(
            f"{path.name} is damaged: as a {packing or 'plain'} file it cannot be read ({error})."
        ) from error
    wanted, guessed = (encoding, False) if encoding else found[:2]
    try:
        codecs.lookup(wanted)
    except LookupError:
        raise DataError(f"encoding={encoding!r} is not known; for example 'utf-8', 'cp1252' or 'utf-16'.") from None
    return Source(path, packing, wanted, sha256.hexdigest(), *found[2:], guessed=guessed)


def check_file(path):
    """The path of a file that exists, can be read, and is not empty."""
    path = pathlib.Path(path)
    if not path.exists():
        near = nearest_file(path)
        raise DataError(f"There is no file {str(path)!r}.{near}")
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a directory; name one file in it.")
    if not os.access(path, os.R_OK):
        raise DataError(f"{str(path)!r} may not be read; change its permissions.")
    if path.stat().st_size == 0:
        raise DataError(f"{path.name} is empty: it holds no bytes at all.")
    return path


def nearest_file(path):
    """A hint at a file of nearly the same name in the same directory, or nothing."""
    import difflib

    if not path.parent.is_dir():
        return f" The directory {str(path.parent)!r} does not exist either."
    names = sorted(item.name for item in path.parent.iterdir() if item.is_file())
    near = difflib.get_close_matches(path.name, names, n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def packing_of(path):
    """How the file is packed, told by its first bytes and not by its name; a foreign format is an error."""
    with open(path, "rb") as raw:
        head = raw.read(64)
    for magic, name in FOREIGN:
        if head.startswith(magic):
            raise DataError(f"{path.name} is {name}, not a text table. Export it as CSV first.")
    return next((name for magic, name in PACKED if head.startswith(magic)), None)


def open_bytes(path, packing):
    """A stream of the file's bytes, unpacked."""
    if packing == "zip":
        return open_member(path)
    opener = {None: open, "gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}[packing]
    return opener(path, "rb")


def open_member(path):
    """The one table inside a zip archive."""
    archive = zipfile.ZipFile(path)
    names = archive.namelist()
    if "xl/workbook.xml" in names or "mimetype" in names:
        raise DataError(f"{path.name} is a spreadsheet, not a text table. Save the sheet as CSV first.")
    members = [name for name in names if not name.endswith("/") and "__MACOSX" not in name and "/." not in f"/{name}"]
    if len(members) > 1:
        members = [name for name in members if name.lower().endswith((".csv", ".tsv", ".txt", ".tab"))] or members
    if len(members) != 1:
        listed = ", ".join(members[:5]) or "none"
        raise DataError(
            f"{path.name} must hold one table; it holds {len(members)} files ({listed}). Unpack the right one."
        )
    if archive.getinfo(members[0]).flag_bits & 1:
        raise DataError(f"{path.name} is locked with a password; unpack it first.")
    return archive.open(members[0])


def look_at(stream, path):
    """(encoding, guessed, strays, nulls) from one pass over the bytes."""
    head = stream.read(BLOCK)
    if not head.strip():
        raise DataError(f"{path.name} is empty: it holds only blanks.")
    marked = next((name for bom, name in BOMS if head.startswith(bom)), None) or unmarked_utf16(head)
    if marked and marked != "utf-8-sig":
        return marked, False, 0, 0
    refuse_binary(head, path)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = nulls = 0
    lines = []
    while head:
        nulls += head.count(0)
        if not head.isascii() or decoder.getstate()[0]:
            text = decoder.decode(head)
            strays = sum("\udc80" <= letter <= "\udcff" for letter in text if letter > "\x7f")
            bad += strays
            good += len(text) - len(text.encode("ascii", "ignore")) - strays
            if strays and len(lines) < SAMPLE_LINES:
                lines += [line for line in head.splitlines() if not line.isascii()]
        head = stream.read(BLOCK)
    # A byte that breaks UTF-8 once in ten or more accents is damage; more often, it was never UTF-8.
    if bad and good < 9 * bad:
        return guess_legacy(b"\n".join(lines[:SAMPLE_LINES])), True, 0, nulls
    return marked or "utf-8", False, bad, nulls


def unmarked_utf16(head):
    """UTF-16 without its mark: every other byte of Latin text is NUL."""
    sample = head[:4096]
    pairs = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > 0.4 * pairs and sample[::2].count(0) < 0.05 * pairs:
        return "utf-16-le"
    if sample[::2].count(0) > 0.4 * pairs and sample[1::2].count(0) < 0.05 * pairs:
        return "utf-16-be"
    return None


def refuse_binary(head, path):
    """Control characters that no text holds, more than one in a hundred: not a text."""
    odd = sum(head.count(byte) for byte in (*range(9), *range(14, 26), 28, 29, 30, 127))
    if odd > 0.01 * len(head):
        raise DataError(f"{path.name} is a binary file, not a text table. Export it as CSV first.")


def cp1252_strays(error):
    """A decoding error handler: a byte that does not fit is read as cp1252, the usual stranger in UTF-8."""
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


def open_lines(source):
    """Yield the lines of the file as text, each with the line end it came with."""
    codecs.register_error("scratchwork_strays", cp1252_strays)
    with open_bytes(source.path, source.packing) as stream:
        text = io.TextIOWrapper(stream, encoding=source.encoding, errors="scratchwork_strays", newline="")
        lines = (line.replace("\0", "") for line in text) if source.nulls else text
        first = next(lines, "").removeprefix("\ufeff")
        yield first
        for line in lines:
            if line != "\x1a":
                yield line
