"""MNIST and Fashion-MNIST: found on this computer, or downloaded; verified either way.

Looked for, in this order: ``$SCRATCHWORK_DATA/mnist`` (or ``/fashion-mnist``), the user's cache folder, the place where
Debian's package ``dataset-fashion-mnist`` puts its files, the official address, a mirror. Whatever the source, the
**decompressed** bytes must have the SHA-256 sums below; a file that has not is never kept in the cache.

The IDX format: a magic number 0x000008 and the number of axes, then the length of each axis as a big-endian 32-bit
integer, then the bytes (http://yann.lecun.com/exdb/mnist/).
"""

import gzip
import hashlib
import os
import pathlib
import zlib
from dataclasses import dataclass

import numpy as np

from scratchwork.arrays import check_choice
from scratchwork.datasets._download import download
from scratchwork.errors import DataError
from scratchwork.records import Dataset

FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

FILES = {
    "train_images": "train-images-idx3-ubyte.gz",
    "train_labels": "train-labels-idx1-ubyte.gz",
    "test_images": "t10k-images-idx3-ubyte.gz",
    "test_labels": "t10k-labels-idx1-ubyte.gz",
}


@dataclass(frozen=True)
class IdxSource:
    """One data set of four IDX files: its folder's name, its sums, its addresses, and how it is shown."""

    folder: str
    title: str
    sha256: dict
    addresses: tuple
    class_names: tuple
    citation: str
    system_folders: tuple = ()


MNIST = IdxSource(
    folder="mnist",
    title="MNIST",
    sha256={
        "train_images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train_labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "test_images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "test_labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    addresses=("http://yann.lecun.com/exdb/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"),
    class_names=tuple("0123456789"),
    citation="Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits",
)

FASHION_MNIST = IdxSource(
    folder="fashion-mnist",
    title="Fashion-MNIST",
    sha256={
        "train_images": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train_labels": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "test_images": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "test_labels": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    addresses=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
    class_names=FASHION_CLASSES,
    citation="H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset, arXiv:1708.07747",
    system_folders=("/usr/share/datasets/fashion-mnist",),
)


def cache_folder():
    """Where downloaded data is kept: the user's cache folder of this system."""
    import platformdirs

    return pathlib.Path(platformdirs.user_cache_dir("scratchwork"))


def parse_idx(content, name="these bytes"):
    """The array in the bytes of an IDX file of unsigned bytes.

    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]))
    array([7, 9], dtype=uint8)
    """
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise DataError(f"{name} is not an IDX file of unsigned bytes: it begins with {content[:4]!r}.")
    axes = content[3]
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", count=axes, offset=4))
    expected, found = int(np.prod(shape)), len(content) - 4 - 4 * axes
    if found != expected:
        raise DataError(f"{name} announces {expected} bytes of data for the shape {shape} but holds {found}.")
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def read_verified(path, sha256):
    """The decompressed bytes of ``path``, or an error that names file, expected and found sum, and the remedy."""
    try:
        with gzip.open(path) as stream:
            content = stream.read()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path} cannot be decompressed ({error}). Expected a gzip file whose content has the "
            f"SHA-256 sum {sha256}. "
            "Delete the file and fetch it again, or point SCRATCHWORK_DATA at a folder that holds the official one."
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DataError(
            f"{path} is not the official file: its decompressed bytes have the SHA-256 sum {found}, expected {sha256}. "
            "Delete the file and fetch it again, or point SCRATCHWORK_DATA at a folder that holds the official one."
        )
    return content


def local_folders(source):
    """The folders that may already hold the four files, in the order in which they are tried."""
    named = os.environ.get("SCRATCHWORK_DATA")
    folders = [pathlib.Path(named) / source.folder] if named else []
    return [*folders, cache_folder() / source.folder, *map(pathlib.Path, source.system_folders)]


def first_complete_folder(source):
    """The first folder that holds all four files, or None. Nothing is verified here."""
    for folder in local_folders(source):
        if all((folder / name).is_file() for name in FILES.values()):
            return folder
    return None


def read_part(source, part):
    """The array of one of the four files: from the first folder that has it, else downloaded into the cache."""
    name, sha256 = FILES[part], source.sha256[part]
    cached = cache_folder() / source.folder / name
    for folder in local_folders(source):
        path = folder / name
        if path.is_file():
            try:
                return parse_idx(read_verified(path, sha256), path)
            except DataError:
                if path != cached:
                    raise
                cached.unlink()
    return parse_idx(download(source.title, name, source.addresses, cached, lambda p: read_verified(p, sha256)), name)


def fetch(source, subset):
    """Images (n, 784) and labels (n,) of a subset, as bytes."""
    check_choice("subset", subset, ("all", "train", "test"))
    parts = ("train", "test") if subset == "all" else (subset,)
    images = np.concatenate([read_part(source, f"{part}_images").reshape(-1, 784) for part in parts])
    labels = np.concatenate([read_part(source, f"{part}_labels") for part in parts])
    return images, labels.astype(np.int64)


def as_dataset(source, images, labels):
    return Dataset(
        name=source.folder,
        X=images,
        y=labels,
        feature_names=tuple(f"row {i} column {j}" for i in range(28) for j in range(28)),
        class_names=source.class_names,
        target_name="class" if source is FASHION_MNIST else "digit",
        image_shape=(28, 28),
        source=source.citation,
        description=f"{source.title}: images of 28 x 28 pixels, grey values 0 to 255, ten classes.",
    )


def fetch_mnist(*, subset="all", return_X_y=False):
    """Handwritten digits, 28 x 28 pixels: 60,000 to train on, 10,000 to test on.

    Parameters
    ----------
    subset : {"all", "train", "test"}
        "all" puts the test part behind the training part.
    return_X_y : bool
        Return ``(X, y)`` instead of the record.

    Returns
    -------
    Dataset or (ndarray (n, 784) of uint8, ndarray (n,) of int64)

    Raises
    ------
    DataError
        When a file is neither found nor to be downloaded, or is not the official one.
    """
    images, labels = fetch(MNIST, subset)
    return (images, labels) if return_X_y else as_dataset(MNIST, images, labels)


def fetch_fashion_mnist(*, subset="all", return_X_y=False):
    """Pictures of clothes, 28 x 28 pixels, ten named classes: 60,000 to train on, 10,000 to test on.

    Parameters, returns and errors are those of `fetch_mnist`.
    """
    images, labels = fetch(FASHION_MNIST, subset)
    return (images, labels) if return_X_y else as_dataset(FASHION_MNIST, images, labels)
