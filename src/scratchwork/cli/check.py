"""``scratchwork check``: what is wrong in from-scratch code."""

import contextlib
import signal
import sys

import click

KINDS = (
    "logistic",
    "mlp",
    "knn",
    "kmeans",
    "pca",
    "linear",
    "activation",
    "loss",
    "optimizer",
    "metric",
    "preparation",
    "script",
)


def _explain(context, _, codes):
    """Print what some codes mean, and end."""
    from scratchwork.checks import text

    if codes and not context.resilient_parsing:
        click.echo("\n\n".join(text.explained(code) for code in parse_codes(codes, "--explain")))
        context.exit()


@click.command()
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option("--as", "kind", type=click.Choice(KINDS), help="What it is, when the name does not tell.")
@click.option(
    "--role", "roles", multiple=True, metavar="ROLE=NAME", help="Correct a role: backward=my_step. Repeatable."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the output.",
)
@click.option(
    "--hints", type=click.IntRange(1, 3), help="For teaching: 1 the symptom, 2 the place too, 3 the remedy too."
)
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave codes out, such as SW-G6 or G6,N1. Repeatable.")
@click.option("--explain", multiple=True, metavar="CODE", is_eager=True, expose_value=False, callback=_explain,
              help="Say what a code means, and end.")  # fmt: skip
@click.option("--fast", is_flag=True, help="Leave out the probes that train for long.")
@click.option("--limit", default=10.0, show_default=True, type=click.FloatRange(0.1), help="Seconds for one call.")
@click.option("--total", default=60.0, show_default=True, type=click.FloatRange(1), help="Seconds for one file.")
def check(targets, kind, roles, form, hints, ignore, fast, limit, total):
    """Say what is wrong in from-scratch machine learning code.

    TARGET is a file (my_network.py), one object of it (my_network.py::MLP), a notebook, or a folder; there may be several. The
    code runs in a child process with limits of time and memory: a fence against accidents, not against malice.

    Exit code 0: no error was found. 1: at least one. 2: nothing could be checked.
    """
    from scratchwork.checks import folder

    options = {"kind": kind, "roles": parse_roles(roles), "fast": fast, "ignore": parse_codes(ignore)}
    with ended_cleanly():
        results = folder.check_paths(targets, options, {"call_seconds": limit, "file_seconds": total})
    click.echo(folder.report(targets, results, form, hints))
    sys.exit(folder.exit_code(results))


@contextlib.contextmanager
def ended_cleanly():
    """Told to end (``timeout``, a closed terminal), leave as after Ctrl-C: no process and no file behind."""
    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def parse_roles(pairs):
    """``("backward=my_step",)`` -> ``{"backward": "my_step"}``."""
    found = {}
    for pair in pairs:
        role, equals, name = pair.partition("=")
        if not equals or not role or not name:
            raise click.BadParameter(f"{pair!r} must be ROLE=NAME, such as backward=my_step", param_hint="--role")
        found[role.strip()] = name.strip()
    return found


def parse_codes(codes, option="--ignore"):
    """Codes in capitals; one that does not exist is refused with the nearest one."""
    from scratchwork.checks import asked
    from scratchwork.errors import InvalidArgumentError

    try:
        return asked.codes_in(codes)
    except InvalidArgumentError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
