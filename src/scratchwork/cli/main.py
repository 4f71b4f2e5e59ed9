"""`scratchwork`: the commands, each loaded when it is called, and the one place where errors become one line.

``scratchwork --help`` imports click and nothing heavier.
"""

import sys
from importlib import import_module

import click

from scratchwork import __version__
from scratchwork.errors import ScratchworkError

COMMANDS = {
    "study": "Train the models on a data set or a table, compare them, write one report.",
    "data": "List the data sets; fetch one.",
    "check": "Say what is wrong in from-scratch code: a file, a notebook, a folder.",
    "predict": "Apply a study's saved model to new rows.",
    "forecast": "Future values of a series, with measured uncertainty.",
    "sweep": "Vary a model's parameters, with error bars.",
}


class LateGroup(click.Group):
    """A group whose commands live in ``cli/<name>.py`` as ``<name>``, imported when they are called."""

    def list_commands(self, ctx):
        return list(COMMANDS)

    def get_command(self, ctx, name):
        if name not in COMMANDS:
            return None
        return getattr(import_module(f"scratchwork.cli.{name}"), name)

    def resolve_command(self, ctx, args):
        if args and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" The commands are {', '.join(COMMANDS)}."
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx, formatter):
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scratchwork")
def scratchwork():
    """Machine learning with the working shown."""


def main(arguments=None):
    """Run one command. An error that the user can cause ends with one line and exit code 2, never a traceback."""
    try:
        code = scratchwork.main(args=arguments, prog_name="scratchwork", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        click.echo("scratchwork: interrupted", err=True)
        sys.exit(130)
    except click.ClickException as error:
        command = error.ctx.command_path if getattr(error, "ctx", None) else "scratchwork"
        click.echo(f"scratchwork: {' '.join(error.format_message().split())} (see {command} --help)", err=True)
        sys.exit(2)
    except ScratchworkError as error:
        click.echo(f"scratchwork: {' '.join(str(error).split())}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"scratchwork: {where}{error.strerror or error}", err=True)
        sys.exit(2)
