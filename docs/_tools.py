"""What the documentation generates from the code: pages of commands, checks, models' speed, parity, reproduction."""

import importlib
import inspect
import json
import pathlib
import pkgutil
import re
import shutil

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent

# Rooms whose modules make up the reference; of these, the modules that only serve their room are left out.
ROOMS = (
    "models", "counterparts", "datasets", "statistics", "cleaning", "preparation", "evaluation", "experiments", "plots",
    "forecasting",
)  # fmt: skip
SINGLE = ("study", "predicting", "persistence", "scaling", "records", "numerics", "arrays", "blocks", "errors")

# The rows of the benchmarks that belong to each algorithm's page.
SPEED = {
    "logistic_regression": ("logistic", "predict_one_row"),
    "mlp": ("mlp",),
    "nearest_neighbors": ("knn",),
    "kmeans": ("kmeans",),
    "pca": ("pca",),
    "linear_regression": ("linear",),
}


def write(path, text):
    """Write a page unless it stands there already, so that Sphinx does not read it again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def generate(folder):
    """All generated pages, afresh: a page whose source has gone goes too."""
    from _detection import detection_page

    from scratchwork.checks import pages

    kept = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    written = set(pages.write_pages(folder / "checker"))
    texts = command_pages() | speed_tables() | reference_pages()
    texts |= {"parity.md": parity_page(), "reproduction.md": reproduction_page(), "detection.md": detection_page(table)}
    for name, text in texts.items():
        write(folder / name, text)
        written.add(folder / name)
    written |= copy_notebooks(folder)
    for path in kept.keys() - written:
        path.unlink()


# Commands


def commands():
    """Every command that can be called, as (words, click command): ``("data fetch", ...)``."""
    import click

    from scratchwork.cli.main import COMMANDS, scratchwork

    found = []
    for name in COMMANDS:
        if importlib.util.find_spec(f"scratchwork.cli.{name}") is None:
            continue
        command = scratchwork.get_command(click.Context(scratchwork), name)
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {below}", command.commands[below]) for below in sorted(command.commands)]
    return found


def help_text(words, command):
    """What ``scratchwork WORDS --help`` prints, 80 columns wide."""
    import click

    *above, last = ("scratchwork", *words.split())
    context = None
    for word in above:
        context = click.Context(click.Group(word), info_name=word, parent=context)
    settings = {"help_option_names": ["-h", "--help"], "terminal_width": 80, "max_content_width": 80}
    return command.get_help(click.Context(command, info_name=last, parent=context, **settings))


def command_pages():
    """One page that holds the help text of every command."""
    parts = [
        "# Commands",
        "The texts below are those that `--help` prints. From a checkout, `./run` takes the same commands.",
    ]
    for words, command in commands():
        level = "#" * (2 + words.count(" "))
        parts.append(f"{level} scratchwork {words}\n\n```text\n{help_text(words, command)}\n```")
    return {"commands.md": "\n\n".join(parts) + "\n"}


# Speed


def speed_tables():
    """For each algorithm the rows of docs/benchmarks.md that are its own, to be included in its page."""
    lines = (
        (HERE / "benchmarks.md").read_text(encoding="utf-8").splitlines() if (HERE / "benchmarks.md").is_file() else []
    )
    table = [line for line in lines if line.startswith("|")][:2]
    texts = {}
    for page, prefixes in SPEED.items():
        own = [line for line in lines if re.match(rf"\| \[.*\]\(#({'|'.join(prefixes)})\w*\) \|", line)]
        text = "No measurement is stored for this algorithm yet; `./run bench` makes them.\n"
        if own:
            own = [re.sub(r"\]\(#(\w+)\)", r"](../benchmarks.md#\1)", line) for line in own]
            text = "Measured against the peers by `./run bench`; how, and on which machine, tells "
            text += "[the page of benchmarks](../benchmarks.md).\n\n" + "\n".join(table + own) + "\n"
        texts[f"speed/{page}.md"] = text
    return texts


def linked(app, docname, source):
    """The anchors of docs/benchmarks.md, HTML for readers of the source, as Sphinx can follow them; links to notebooks."""
    if docname == "benchmarks":
        source[0] = re.sub(r'<a id="(\w+)"></a>', r"(\1)=", source[0])
    if docname in ("requirements", "exercises"):
        for name, *_ in notebooks():
            if (HERE / "_generated" / "notebooks" / f"{name}.ipynb").is_file():
                link = f"[notebook {name[:2]}](_generated/notebooks/{name}.ipynb)"
                source[0] = re.sub(rf"`notebooks/{name}\.(py|ipynb)`", link, source[0])


# Parity and reproduction


def table(headings, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return "\n".join(lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows])


def equal_digits(difference):
    """How many digits agree: ``"15"`` for 3e-16, ``"all"`` for 0.

    >>> equal_digits(2e-15), equal_digits(0.0)
    ('14', 'all')
    """
    import math

    return "all" if difference == 0 else str(math.floor(-math.log10(difference)))


def parity_page():
    """The table of docs/parity.json."""
    document = json.loads((HERE / "parity.json").read_text(encoding="utf-8"))
    rows = [
        (row["ours"], row["against"], row["compared"], f"{row['difference']:.0e}", equal_digits(row["difference"]))
        for row in document["rows"]
    ]
    versions = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    return (
        "# Equal to PyTorch and scikit-learn\n\n"
        "Each row fits ours and theirs on the same numbers, in double precision and from the same start where there is one. "
        "The difference is the largest of all compared numbers, divided by the largest of theirs; the digits are those "
        "that agree.\n\n"
        + table(("ours", "against", "compared", "difference", "equal digits"), rows)
        + f"\n\nMade by `.venv/bin/python docs/parity.py` with {versions}. What is not equal, and why, stands on the page of "
        "each algorithm.\n"
    )


def reproduction_page():
    """The table of docs/reproduction.json beside what was reported."""
    import reproduction

    ours = reproduction.stored()
    parts = [
        "# The original figures, again",
        "Scratchwork grew from two notebook projects. This page lists each figure that they reported, what is known of it, "
        "and what this package gives. Ours are computed by `docs/reproduction.py`; nothing in those rows is typed.",
    ]
    for key, item in reproduction.ITEMS.items():
        found = ours[key]["ours"] if key in ours else "not computed yet"
        rows = [("reported", item.reported), ("what is known", item.known), ("ours", found)]
        parts.append(f"## {item.where}\n\n" + table(("", ""), rows))
        parts.append(f"`.venv/bin/python docs/reproduction.py {key}`")
    return "\n\n".join(parts) + "\n"


# Notebooks


def notebooks():
    """The numbered lessons, in order: (name, title, path of the executed notebook or None)."""
    found = []
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.py")):
        title = re.search(r"^# # (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        executed = path.with_suffix(".ipynb")
        found.append((path.stem, title[1] if title else path.stem, executed if executed.is_file() else None))
    return found


def copy_notebooks(folder):
    """The executed notebooks beside the pages, and the page that lists them; the paths written."""
    parts = [
        "# Notebooks",
        "Each is a lesson that runs from top to bottom; they are shown here as they were last run. The sources are in "
        "`notebooks/`, as Python files that Jupyter opens; `./run notebooks` runs them all.",
    ]
    written, lines, shown = set(), [], []
    for name, title, executed in notebooks():
        lines.append(f"- [{title}](notebooks/{name}.ipynb)" if executed else f"- {title} (`notebooks/{name}.py`)")
        if executed:
            target = folder / "notebooks" / executed.name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.is_file() or target.read_bytes() != executed.read_bytes():
                shutil.copyfile(executed, target)
            written.add(target)
            shown.append(f"notebooks/{name}")
    if lines:
        parts.append("\n".join(lines))
    if shown:
        parts.append("```{toctree}\n:hidden:\n\n" + "\n".join(shown) + "\n```")
    write(folder / "notebooks.md", "\n\n".join(parts) + "\n")
    return written | {folder / "notebooks.md"}


# Reference


def public_modules():
    """The modules of the reference by room: ``{"models": ["scratchwork.models.kmeans", ...], ...}``."""
    import scratchwork

    rooms = {}
    for room in ROOMS:
        package = importlib.import_module(f"scratchwork.{room}")
        names = [module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_")]
        rooms[room] = [f"scratchwork.{room}.{name}" for name in names]
    here = {module.name for module in pkgutil.iter_modules(scratchwork.__path__) if not module.ispkg}
    rooms["report"] = ["scratchwork.report.effects"]
    rooms["checks"] = [f"scratchwork.checks.{name}" for name in ("engine", "gradient", "findings")]
    rooms["the ground floor and single files"] = [f"scratchwork.{name}" for name in SINGLE if name in here]
    return rooms


def reference_pages():
    """One page for each room, with every public class and function of its modules."""
    texts, names = {}, []
    for room, modules in public_modules().items():
        name = room.split()[-1] if " " in room else room
        parts = [f"# {room[0].upper() + room[1:]}"]
        for module in modules:
            parts.append(f"## {module}\n\n```{{eval-rst}}\n.. automodule:: {module}\n```")
        texts[f"reference/{name}.md"] = "\n\n".join(parts) + "\n"
        names.append(name)
    index = (
        "# Reference\n\nMade from the docstrings; the examples in them run as tests.\n\n```{toctree}\n:maxdepth: 1\n\n"
    )
    texts["reference/index.md"] = index + "\n".join(names) + "\n```\n"
    return texts


def stale(app, env, added, changed, removed):
    """The pages with links to notebooks are read again whenever there may be another notebook."""
    return [page for page in ("requirements", "exercises") if page in env.found_docs]


def skipped(app, what, name, obj, skip, options):
    """The methods that scikit-learn adds for its routing of metadata are not ours to describe."""
    return True if re.fullmatch(r"set_\w+_request", name) else None


def plain_docstring(app, what, name, obj, options, lines):
    """Docstrings are plain text with a little mark-up: what reStructuredText would take for its own is escaped.

    A module's docstring holds aligned formulas and tables and is shown as it stands.
    """
    if what == "module":
        lines[:] = ["::", "", *("    " + line for line in inspect.getdoc(obj).splitlines()), ""]
        return
    for i, line in enumerate(lines):
        if line.lstrip().startswith((">>>", "...", "..", ":")):
            continue
        lines[i] = escaped(line)


def escaped(line):
    """A line outside of literals without ``|``, ``*`` and trailing underscores that mean something.

    >>> escaped("|x| of ``coef_`` and w_ * 2")
    '\\\\|x\\\\| of ``coef_`` and w\\\\_ \\\\* 2'
    """
    parts = re.split(r"(``[^`]*``)", line)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"(?<!\\)[|]", r"\\|", parts[i])
        parts[i] = re.sub(r"(?<![\\*])\*(?!\*)", r"\\*", parts[i])
        parts[i] = re.sub(r"(?<=\w)_(?=\W|$)", r"\\_", parts[i])
    return "".join(parts)
