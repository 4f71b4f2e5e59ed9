"""What every test may ask for: a generator, and the real data sets where they can be found."""

import os
import pathlib

import numpy as np
import pytest
from hypothesis import settings

ROOT = pathlib.Path(__file__).resolve().parents[1]

settings.register_profile("scratchwork", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("scratchwork")


@pytest.fixture
def rng():
    return np.random.default_rng(20261121)


@pytest.fixture(scope="session")
def real_data():
    """The folder with `mnist/` and `fashion-mnist/`, named by SCRATCHWORK_DATA; skips, counted, without it."""
    folder = os.environ.get("SCRATCHWORK_DATA")
    if not folder:
        pytest.skip("SCRATCHWORK_DATA does not name a folder with mnist/ and fashion-mnist/")
    if not (pathlib.Path(folder) / "mnist").is_dir():
        pytest.skip(f"SCRATCHWORK_DATA={folder} has no folder mnist/")
    return pathlib.Path(folder)


@pytest.fixture(scope="session")
def exams(real_data):
    """The folder with the two classic exam tables, beside the image data."""
    if not (real_data / "exams").is_dir():
        pytest.skip(f"{real_data} has no folder exams/")
    return real_data / "exams"
