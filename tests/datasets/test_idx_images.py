"""MNIST and Fashion-MNIST: where they are looked for, what is verified, and what a broken file does."""

import dataclasses
import gzip
import hashlib
import http.server
import threading

import numpy as np
import pytest

from scratchwork.datasets import fetch_fashion_mnist, fetch_mnist, idx_images
from scratchwork.errors import DataError, InvalidArgumentError


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(length.to_bytes(4, "big") for length in array.shape)
    return header + array.tobytes()


@pytest.fixture
def tiny(rng):
    """A source of the same form as MNIST with three training and two test images, and its files' bytes."""
    arrays = {
        "train_images": rng.integers(0, 256, (3, 28, 28), dtype=np.uint8),
        "train_labels": np.array([3, 1, 4], dtype=np.uint8),
        "test_images": rng.integers(0, 256, (2, 28, 28), dtype=np.uint8),
        "test_labels": np.array([1, 5], dtype=np.uint8),
    }
    contents = {part: idx_bytes(array) for part, array in arrays.items()}
    sums = {part: hashlib.sha256(content).hexdigest() for part, content in contents.items()}
    source = dataclasses.replace(idx_images.MNIST, folder="tiny", title="Tiny", sha256=sums, system_folders=())
    files = {idx_images.FILES[part]: gzip.compress(content) for part, content in contents.items()}
    return source, arrays, files


@pytest.fixture
def server(tmp_path):
    """A server on this machine; files put into its folder can be downloaded."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/", folder
        running.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setattr(idx_images, "cache_folder", lambda: folder)
    monkeypatch.delenv("SCRATCHWORK_DATA", raising=False)
    return folder


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def assert_is_tiny(source, arrays):
    images, labels = idx_images.fetch(source, "all")
    assert images.shape == (5, 784)
    np.testing.assert_array_equal(images[:3], arrays["train_images"].reshape(3, 784))
    np.testing.assert_array_equal(labels, [3, 1, 4, 1, 5])


def test_named_folder_comes_first(tiny, cache, tmp_path, monkeypatch):
    source, arrays, files = tiny
    write(tmp_path / "mine" / "tiny", files)
    monkeypatch.setenv("SCRATCHWORK_DATA", str(tmp_path / "mine"))
    assert_is_tiny(source, arrays)
    assert not cache.exists()


def test_system_folder_is_found(tiny, cache, tmp_path):
    source, arrays, files = tiny
    write(tmp_path / "system", files)
    assert_is_tiny(dataclasses.replace(source, system_folders=(str(tmp_path / "system"),)), arrays)


def test_download_is_kept_and_used_again(tiny, cache, server, capfd):
    source, arrays, files = tiny
    address, folder = server
    write(folder, files)
    source = dataclasses.replace(source, addresses=(address,))
    assert_is_tiny(source, arrays)
    assert sorted(path.name for path in (cache / "tiny").iterdir()) == sorted(files)
    for name in files:
        (folder / name).unlink()
    assert_is_tiny(source, arrays)
    assert capfd.readouterr().out == ""


def test_second_address_serves_when_the_first_fails(tiny, cache, server):
    source, arrays, files = tiny
    address, folder = server
    write(folder / "mirror", files)
    assert_is_tiny(dataclasses.replace(source, addresses=(address, f"{address}mirror/")), arrays)


def test_wrong_download_is_refused_and_not_kept(tiny, cache, server):
    source, _, files = tiny
    address, folder = server
    name = "train-images-idx3-ubyte.gz"
    write(folder, files | {name: gzip.compress(b"something else")})
    source = dataclasses.replace(source, addresses=(address,))
    found = hashlib.sha256(b"something else").hexdigest()
    with pytest.raises(DataError) as caught:
        idx_images.fetch(source, "train")
    text = str(caught.value)
    assert f"{address}{name}: the download is not the official file" in text
    assert f"SHA-256 sum {found}, expected {source.sha256['train_images']}" in text
    assert f"$SCRATCHWORK_DATA/tiny/{name}" in text
    assert list((cache / "tiny").iterdir()) == []


def test_broken_file_in_the_cache_is_replaced(tiny, cache, server):
    source, arrays, files = tiny
    address, folder = server
    write(folder, files)
    write(cache / "tiny", files | {"t10k-labels-idx1-ubyte.gz": files["t10k-labels-idx1-ubyte.gz"][:10]})
    assert_is_tiny(dataclasses.replace(source, addresses=(address,)), arrays)


def test_broken_file_in_the_named_folder_is_an_error_and_stays(tiny, cache, tmp_path, monkeypatch):
    source, _, files = tiny
    write(tmp_path / "mine" / "tiny", files | {"train-labels-idx1-ubyte.gz": b"no gzip"})
    monkeypatch.setenv("SCRATCHWORK_DATA", str(tmp_path / "mine"))
    path = tmp_path / "mine" / "tiny" / "train-labels-idx1-ubyte.gz"
    with pytest.raises(DataError, match="cannot be decompressed") as caught:
        idx_images.fetch(source, "train")
    assert str(path) in str(caught.value)
    assert source.sha256["train_labels"] in str(caught.value)
    assert path.exists()


def test_cache_that_cannot_be_made(tiny, tmp_path, monkeypatch):
    source, _, _ = tiny
    (tmp_path / "a file").write_text("")
    monkeypatch.setattr(idx_images, "cache_folder", lambda: tmp_path / "a file")
    monkeypatch.delenv("SCRATCHWORK_DATA", raising=False)
    with pytest.raises(DataError, match=r"cache folder .* cannot be made .* SCRATCHWORK_DATA"):
        idx_images.fetch(source, "train")


def test_parse_idx_words():
    with pytest.raises(DataError, match="this is not an IDX file of unsigned bytes: it begins with b'PK"):
        idx_images.parse_idx(b"PK\x03\x04....", "this")
    with pytest.raises(DataError, match=r"this announces 2 bytes of data for the shape \(2,\) but holds 1"):
        idx_images.parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7]), "this")


def test_unknown_subset():
    with pytest.raises(InvalidArgumentError, match="subset='tset' must be one of 'all', 'train', 'test'. Did you mean"):
        fetch_mnist(subset="tset")


def test_real_mnist(real_data):
    data = fetch_mnist()
    assert data.X.shape == (70000, 784)
    assert data.X.dtype == np.uint8
    assert np.bincount(data.y[:60000]).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert data.image_shape == (28, 28)


def test_real_fashion_mnist(real_data):
    X, y = fetch_fashion_mnist(subset="test", return_X_y=True)
    assert X.shape == (10000, 784)
    assert np.bincount(y).tolist() == [1000] * 10
    assert fetch_fashion_mnist(subset="test").class_names[9] == "Ankle boot"
