"""Make the notebooks: ``NN_name.py`` (percent format) is executed, and ``NN_name.ipynb`` with its outputs laid beside it.

    ./run notebooks                 all of them
    ./run notebooks kmeans 07       those whose names contain a word
    ./run notebooks --check ...     execute, write nothing
    ./run notebooks --again ...     execute, then run each cell once more, the last one first: equal outputs, or an error

The ``.py`` file is what people edit and review; the ``.ipynb`` is what they open. The same source gives the same cell
ids, and no times of execution are stored, so that a rebuild changes only what came out differently. A notebook is
written whole or not at all: an error, a warning or a path of this machine in an output stops it.
"""

import copy
import hashlib
import os
import pathlib
import re
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
}
SECONDS_PER_CELL = 900


def sources(words=()):
    """The numbered sources in order; with words, those whose names contain one of them."""
    found = sorted(HERE.glob("[0-9][0-9]_*.py"))
    return [path for path in found if not words or any(word.removesuffix(".py") in path.stem for word in words)]


def read_source(path):
    """The notebook of a percent source, without outputs; each cell's id comes from its place and its text."""
    import jupytext

    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata.clear()
    notebook.metadata.update(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for index, cell in enumerate(notebook.cells):
        cell["id"] = hashlib.sha256(f"{index}\n{cell.source}".encode()).hexdigest()[:12]
        cell.metadata.pop("lines_to_next_cell", None)
    return notebook


def execute(notebook):
    """Run all cells from top to bottom in a fresh kernel and keep their outputs, without times."""
    from jupyter_client import AsyncKernelManager
    from nbclient import NotebookClient

    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # small products: threads would mostly wait for each other
    with tempfile.TemporaryDirectory() as sockets:
        ipc = {"transport": "ipc", "ip": str(pathlib.Path(sockets) / "kernel")}
        manager = AsyncKernelManager(kernel_name="python3", **({} if os.name == "nt" else ipc))
        resources = {"metadata": {"path": str(HERE)}}
        NotebookClient(
            notebook, km=manager, timeout=SECONDS_PER_CELL, record_timing=False, resources=resources
        ).execute(cleanup_kc=True)
    notebook.metadata.clear()
    notebook.metadata.update(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined_streams(cell.outputs)


def again(notebook):
    """The sentences of cells that show something else when they are run again after the whole notebook."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    twice = copy.deepcopy(notebook)
    twice.cells = copy.deepcopy(code) + copy.deepcopy(code[::-1])
    for index, cell in enumerate(twice.cells):
        cell["id"] = f"again-{index}"
    execute(twice)
    shown = [["".join(texts_of(output)) for output in cell.outputs] for cell in twice.cells]
    pairs = zip(code, shown, shown[::-1])
    return [
        f"{cell.source.strip().splitlines()[0][:60]!r} shows something else when it is run again"
        for cell, first, second in pairs
        if first != second
    ]


def joined_streams(outputs):
    """Neighbouring pieces of the same stream as one: how a stream is cut depends on the moment."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def machine_paths():
    """Folders whose names must not stand in a notebook: this checkout's, the user's, the data's, the temporary one."""
    named = [HERE.parent, pathlib.Path.home(), tempfile.gettempdir(), os.environ.get("SCRATCHWORK_DATA")]
    return [str(path) for path in named if path and len(pathlib.PurePath(path).parts) > 1]


def faults(notebook):
    """What makes an executed notebook unfit to be kept, as sentences."""
    found = []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        found.append(f"execution counts are {counts}, not 1 to {len(code)} in order")
    for cell in code:
        where = f"cell {cell.execution_count} ({cell.source.strip().splitlines()[0][:50]!r})"
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"{where} ended with {output.ename}: {output.evalue}")
            if output.output_type == "stream" and output.name == "stderr":
                found.append(f"{where} wrote to stderr: {output.text[:300]}")
            found += [f"{where} shows {path}" for path in shown_paths(output)]
            if " at 0x" in "".join(texts_of(output)):
                found.append(f"{where} shows an address in memory, which differs in every run; end it with plt.show()")
    return found


def texts_of(output):
    """What an output holds as text; pictures are not text."""
    data = output.get("data", {})
    return [output.get("text", ""), *(str(value) for kind, value in data.items() if not kind.startswith("image/png"))]


def shown_paths(output):
    """The paths of a machine that the text of an output shows."""
    text = "\n".join(texts_of(output))
    known = [path for path in machine_paths() if path in text]
    return known or re.findall(r"(?:/(?:home|Users|root|tmp)/|[A-Z]:\\Users\\)[\w.-]+", text)


def build(path, *, write=True, rerun=False):
    """Execute one source and, if nothing is wrong, move its notebook into place; return the sentences of what is."""
    import nbformat
    from nbclient.exceptions import CellExecutionError

    notebook, started = read_source(path), time.perf_counter()
    try:
        execute(notebook)
    except CellExecutionError as error:
        return [str(error)]
    found = faults(notebook) + (again(notebook) if rerun else [])
    seconds = time.perf_counter() - started
    nbformat.validate(notebook)
    text = nbformat.writes(notebook) + "\n"
    print(f"{path.stem}: {len(notebook.cells)} cells, {seconds:.1f} s, {len(text) / 1e3:.0f} kB", flush=True)
    if write and not found:
        target = path.with_suffix(".ipynb")
        aside = target.with_suffix(".ipynb.part")
        aside.write_text(text, encoding="utf-8")
        os.replace(aside, target)
    return found


def main(arguments):
    words = [argument for argument in arguments if not argument.startswith("-")]
    options = {argument for argument in arguments if argument.startswith("-")}
    paths = sources(words)
    if not paths:
        print(f"No notebook's name contains {' or '.join(words)}; there are: {', '.join(p.stem for p in sources())}.")
        return 2
    wrong = 0
    for path in paths:
        for sentence in build(path, write=not options & {"--check", "--again"}, rerun="--again" in options):
            wrong += 1
            print(f"{path.stem}: {sentence}", file=sys.stderr, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
