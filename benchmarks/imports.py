"""How long a fresh Python takes to start: the bare package, one model, the command's help."""

import os
import subprocess
import sys

from benchmarks._harness import Claim, Contender, Row

# Byte code that is thrown away after each start would be compiled again each time, here and for the peers.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
STARTS = 5  # in a row: one start alone varies by more than the bound leaves


def starts(*arguments):
    """A contender that runs a fresh Python with these arguments to its end; returns what it prints."""

    def run(data):
        command = [sys.executable, *arguments]
        return subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout

    return Contender(run, "1")


def check(data, results):
    assert all("Error" not in printed for printed in results.values())
    return "every process ended without an error."


def row(name, work, ours, peer, must, aim):
    contenders = {"scratchwork": starts(*ours), peer: starts("-c", peer)}
    claims = (Claim(against=(peer,), must=must, aim=aim, at_most=True),)
    return Row(name=name, work=work, setup=dict, contenders=contenders, check=check, claims=claims, calls=STARTS)


KMEANS = ("-c", "from scratchwork import KMeans")
ROWS = [
    row("import_package", "import scratchwork", ("-c", "import scratchwork"), "import numpy", 0.3, 0.2),
    row("import_model", "from scratchwork import KMeans", KMEANS, "import sklearn.base", 1.1, 1.02),
    row("command_help", "scratchwork --help", ("-m", "scratchwork", "--help"), "import numpy", 1.0, 0.6),
]
