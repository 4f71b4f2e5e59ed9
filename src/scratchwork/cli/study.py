"""`scratchwork study`: the main job."""

import json as json_format

import click


@click.command()
@click.argument("data", default="digits")
@click.option("--target", help="The column to predict, for a table.")
@click.option("--types", multiple=True, metavar="COLUMN=TYPE", help="Override a column's type; may be repeated.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="Learn from a column taken for a leak; may be repeated.")
@click.option("--out", type=click.Path(file_okay=False), help="Folder for the report and what belongs to it.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the split and every model.")
@click.option("--quick", is_flag=True, help="Use a sample; done in under a minute.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def study(data, target, types, keep, out, seed, quick, as_json):
    """Train our models and their counterparts on DATA, compare them, and write one report.

    DATA is digits (the default), mnist, fashion-mnist, admissions, or the path of a table with --target.
    """
    from scratchwork.cli import _terminal
    from scratchwork.report.results import results_document
    from scratchwork.study import run_study

    with _terminal.progress_bar() as progress:
        studies, path = run_study(
            data, target=target, types=parse_types(types), keep=keep, out=out, seed=seed, quick=quick, progress=progress
        )
    document = results_document(studies, path)
    if as_json:
        click.echo(json_format.dumps(document, indent=2, allow_nan=False))
    else:
        for one in studies:
            _terminal.print_study(one)
        click.echo(f"Report: {document['report']}")


def parse_types(types):
    """``("age=number",)`` as {"age": "number"}."""
    pairs = {}
    for text in types:
        name, equals, kind = text.rpartition("=")
        if not equals or not name:
            raise click.BadParameter(f"{text!r} must have the form COLUMN=TYPE, such as --types postcode=category.")
        pairs[name] = kind
    return pairs
