"""Read and clean a dirty table of 1,000,000 rows x 20 columns, beside pandas' reader, which types less and repairs nothing.

The table: a key, 8 measurements, 3 counts, money with signs and thousands, dates, moments, levels in mixed spellings with gaps,
a scale, words of yes and no, 2,000 codes, and a target. Memory is what the process reaches above its start.
"""

import atexit
import functools
import pathlib
import shutil
import tempfile

from benchmarks._harness import Claim, Contender, Row

N = 1_000_000
BLOCK = 100_000


def setup():
    return str(table_file())


@functools.cache
def table_file():
    """The path of the table, written once, in blocks, so that making it takes less memory than reading it."""
    import numpy as np

    rng = np.random.default_rng(0)
    folder = tempfile.mkdtemp(prefix="scratchwork-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = pathlib.Path(folder) / "table.csv"
    for start in range(0, N, BLOCK):
        block_of_rows(rng, start).to_csv(path, index=False, mode="a", header=start == 0)
    return path


def block_of_rows(rng, start):
    """BLOCK rows of the table as texts and numbers."""
    import numpy as np
    import pandas as pd

    columns = {"record_id": np.arange(start + 1, start + BLOCK + 1)}
    columns |= {f"measure_{i}": rng.normal(size=BLOCK).round(4) for i in range(8)}
    columns |= {f"count_{i}": rng.integers(0, 100 * 10**i, BLOCK) for i in range(3)}
    columns["price"] = [f"${value:,.2f}" for value in rng.gamma(2, 800, BLOCK)]
    columns["joined"] = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 3000, BLOCK), unit="D")
    columns["city"] = rng.choice(["Berlin", "Paris", "Rome", "berlin", "Oslo ", ""], BLOCK)
    columns["grade"] = rng.choice(["low", "medium", "high"], BLOCK)
    columns["smokes"] = rng.choice(["yes", "no", "Yes", "NA"], BLOCK)
    columns["store"] = [f"S{number}" for number in rng.integers(0, 2000, BLOCK)]
    columns["stamp"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10**8, BLOCK), unit="s")
    columns["target"] = rng.choice(["a", "b"], BLOCK)
    return pd.DataFrame(columns)


def ours(path):
    from scratchwork.datasets.from_csv import read_table

    return read_table(path).frame


def ours_cleaned(path):
    from scratchwork.cleaning import clean
    from scratchwork.datasets.from_csv import read_table

    return clean(read_table(path, target="target"), target="target").table.frame


def pandas_reader(path):
    import pandas as pd

    return pd.read_csv(path)


def check(path, results):
    """The measurements and the gaps are those of pandas; the money, which pandas leaves as text, is its numbers."""
    ours, theirs = results["scratchwork"], results["pandas.read_csv"]
    assert len(ours) == len(theirs) == N
    for name in (*(f"measure_{i}" for i in range(8)), *(f"count_{i}" for i in range(3))):
        assert (ours[name].to_numpy() == theirs[name].to_numpy(dtype=float)).all(), name
    assert (ours["city"].isna() == theirs["city"].isna()).all()
    money = theirs["price"].str.replace(r"[$,]", "", regex=True).astype(float)
    assert (ours["price"] == money).all()
    return "equal numbers in 12 columns, equal gaps"


ROWS = [
    Row(
        name="read_table",
        work="read a dirty table, 1,000,000 rows x 20 columns, 141 MB",
        setup=setup,
        contenders={
            "scratchwork": Contender(ours, "1 thread", imports=("scratchwork.datasets.from_csv",)),
            "scratchwork, cleaned": Contender(
                ours_cleaned, "1 thread", imports=("scratchwork.cleaning", "scipy.stats")
            ),
            "pandas.read_csv": Contender(pandas_reader, "1 thread", imports=("pandas",)),
        },
        check=check,
        claims=(Claim(against=("pandas.read_csv",), must=12, aim=6, at_most=True),),
    )
]
