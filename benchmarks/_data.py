"""The data that several rows share."""

import gzip
import os
import pathlib

import numpy as np


def fashion_mnist(dtype=np.float32):
    """Fashion-MNIST as (X train, y train, X test, y test): 60,000 and 10,000 rows of 784 pixels in [0, 1].

    ``dtype`` uint8 keeps the pixels as they are, 0 to 255. The folder is ``$SCRATCHWORK_DATA/fashion-mnist``.
    """
    folder = pathlib.Path(os.environ.get("SCRATCHWORK_DATA", "data")) / "fashion-mnist"
    if not folder.is_dir():
        raise SystemExit(f"{folder} does not exist; let SCRATCHWORK_DATA name the folder that holds fashion-mnist/.")

    def read(name, header):
        with gzip.open(folder / f"{name}-ubyte.gz") as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)

    def pixels(name):
        X = read(name, 16).reshape(-1, 784)
        return X.copy() if dtype == np.uint8 else X.astype(dtype) / np.asarray(255, dtype)

    def labels(name):
        return read(name, 8).astype(np.int64)

    return (
        pixels("train-images-idx3"), labels("train-labels-idx1"),
        pixels("t10k-images-idx3"), labels("t10k-labels-idx1"),
    )  # fmt: skip
