"""`scratchwork sweep`: vary a model's parameters, with error bars."""

import json as json_format
import pathlib

import click

from scratchwork.cli.study import parse_types


@click.command()
@click.argument("data", default="digits")
@click.option("--model", required=True, metavar="NAME", help="mlp, knn, kmeans, logistic or linear.")
@click.option(
    "--vary", multiple=True, metavar="NAME=VALUES", help="Values with commas; with | between tuples. Repeat it."
)
@click.option("--set", "fixed", multiple=True, metavar="NAME=VALUE", help="A parameter of all fits. Repeat it.")
@click.option("--grid", is_flag=True, help="All combinations, instead of one parameter at a time.")
@click.option("--seeds", type=click.IntRange(min=1), default=5, show_default=True, help="How many splits and starts.")
@click.option("--lr-range", is_flag=True, help="A range test of the learning rate (mlp).")
@click.option("--target", help="The column to predict, for a table.")
@click.option("--types", multiple=True, metavar="COLUMN=TYPE", help="Override a column's type; may be repeated.")
@click.option("--sample", type=click.IntRange(min=0), help="At most so many rows; 0 means all.")
@click.option("--quick", is_flag=True, help="A sample of 1,000 rows and at most 3 seeds.")
@click.option(
    "--out", type=click.Path(file_okay=False), help="Folder for the report, the table and the finished cells."
)
@click.option("--resume", is_flag=True, help="Take the cells that an earlier run finished.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; by default what is worth while.")
@click.option(
    "--backend", type=click.Choice(["loky", "dask"]), default="loky", show_default=True, help="What runs them."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def sweep(data, model, vary, fixed, grid, seeds, lr_range, target, types, sample, quick, out, resume, jobs, backend,
          as_json):  # fmt: skip
    """Try values of a model's parameters on DATA with several seeds, and say what can be told apart.

    DATA is digits (the default), mnist, fashion-mnist (a sample of 3,000 rows), or the path of a table with --target.
    """
    from scratchwork.experiments.material import load_material
    from scratchwork.experiments.sweep import make_model, task_of_model
    from scratchwork.experiments.values import check_names

    if not vary and not lr_range:
        raise click.UsageError("Name what to vary, such as --vary learning_rate_init=0.1,0.01,0.001.")
    varied, settings = parsed(vary), single_values(fixed)
    task = task_of_model(model)
    if quick:
        sample, seeds = sample or 1000, min(seeds, 3)
    material = load_material(data, target=target, types=parse_types(types), task=task, sample=sample)
    estimator = make_model(model, material.task, settings)
    check_names([*varied, *(name for name in settings if name in varied)], estimator)
    folder = pathlib.Path(out or f"scratchwork-sweep-{material.name}-{model}")
    options = {"resume": resume, "jobs": jobs, "backend": backend, "seeds": seeds, "grid": grid}
    result = run(material, model, settings, varied, lr_range, folder, options)
    show(result, as_json)


def parsed(vary):
    """``--vary`` options as {name: values}; a name may come once."""
    from scratchwork.errors import InvalidArgumentError
    from scratchwork.experiments.values import parse_vary

    found = {}
    for text in vary:
        name, values = parse_vary(text)
        if name in found:
            raise InvalidArgumentError(f"--vary {name} comes twice; name all its values in one.")
        found[name] = values
    return found


def single_values(fixed):
    """``--set`` options as {name: value}; commas make a tuple."""
    from scratchwork.experiments.values import parse_value

    settings = {}
    for text in fixed:
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            raise click.BadParameter(f"{text!r} must have the form NAME=VALUE, such as --set max_iter=50.")
        settings[name.strip()] = parse_value(value)
    return settings


def run(material, model, settings, varied, lr_range, folder, options):
    """(Sweep or None, range test or None, report's path)."""
    from scratchwork.cli import _terminal
    from scratchwork.experiments.rate_range import rate_range
    from scratchwork.experiments.sweep import make_model, run_sweep
    from scratchwork.report.rate_range import rate_range_section, write_rate_range_report
    from scratchwork.report.sweep import write_sweep_report

    found, path = None, None
    with _terminal.progress_bar() as progress:
        tested = rate_range(material, make_model(model, material.task, settings)) if lr_range else None
        if varied:
            found = run_sweep(
                material, model, varied, settings=settings, folder=folder / "cells", progress=progress, **options
            )
    if found is None:
        return None, tested, write_rate_range_report(tested, material, folder)
    path = write_sweep_report(found, folder, extra=[rate_range_section(tested)] if tested else ())
    return found, tested, path


def show(result, as_json):
    """The findings on stdout."""
    from scratchwork.experiments.rate_range import rate_range_document
    from scratchwork.experiments.sweep_words import conclusion, sweep_document

    found, tested, path = result
    path = path.resolve()
    if as_json:
        document = sweep_document(found, path) if found else {"report": str(path)}
        if tested:
            document["lr_range"] = rate_range_document(tested)
        click.echo(json_format.dumps(document, indent=2, allow_nan=False))
        return
    if found:
        print_values(found)
        for name in found.groups:
            click.echo(" ".join(conclusion(found, name)))
        samples = [note for note in found.material.notes if note.startswith("A random sample")]
        for text in [*samples, *(flag.message for flag in found.flags), found.material.looks.words]:
            click.echo(f"Note: {text}")
        if found.n_read:
            click.echo(f"{found.n_read} of {found.n_fits} fits were read from an earlier run.")
    if tested:
        click.echo(tested.words)
    click.echo(f"Report: {path}")


def print_values(found):
    """One table: each value's score, interval and time."""
    import numpy as np
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from scratchwork.experiments.sweep import interval
    from scratchwork.experiments.sweep_words import shown, value_text

    title = f"{found.model} on {found.material.name}: validation {found.score_name}, {len(found.seeds)} seeds"
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for name in ("parameter", "value"):
        table.add_column(name)
    for name in ("mean", "95 % interval", "training", "fit seconds"):
        table.add_column(name, justify="right", no_wrap=True)
    for line in found.lines:
        low, high = interval(found, line)
        span = "–" if low is None else f"{shown(found, low)} to {shown(found, high)}"
        times = [r["fit_seconds"] for r in line.results if r["fit_seconds"] is not None]
        mean = f"{line.diverged} of {len(line.results)} diverged" if line.diverged else shown(found, line.scores.mean())
        row = (line.parameter, value_text(line.value), mean, span, shown(found, line.train_scores.mean()))
        table.add_row(*row, f"{np.median(times):.3f}" if times else "–")
    Console(width=max(Console().width, 100)).print(table)
