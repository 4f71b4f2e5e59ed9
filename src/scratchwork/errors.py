"""The errors a user can meet, and the door to optional packages.

Every message names the argument, the rule, the value given, and what to do. Each class also is the built-in exception
that callers already catch (``ValueError``, ``TypeError``, ...).
"""

import importlib
import importlib.util


class ScratchworkError(Exception):
    """The parent of all our errors: ``except ScratchworkError`` catches each of them."""


class InvalidArgumentError(ScratchworkError, ValueError):
    """An argument's value breaks a rule that the message states."""


class InvalidTypeError(ScratchworkError, TypeError):
    """An argument is of a type that cannot work here."""


class DataError(ScratchworkError, ValueError):
    """A file or a table cannot be used as it is; the message says where and what to do."""


class DivergenceError(ScratchworkError, ArithmeticError):
    """Training left the finite numbers; the message says when and what to lower."""


class MissingExtraError(ScratchworkError, ImportError):
    """An optional package is not installed; the message holds the command that installs it."""


def has_extra(module_name):
    """Whether an optional package can be imported, found out without importing it.

    >>> has_extra("json"), has_extra("no_such_package")
    (True, False)
    """
    return importlib.util.find_spec(module_name) is not None


def require_extra(module_name, *, extra, purpose):
    """Import an optional package, or fail with the command that installs it.

    Parameters
    ----------
    module_name : str
        What to import, for example ``"torch"``.
    extra : str
        The extra of this package that brings it: ``pip install "scratchwork[extra]"``.
    purpose : str
        What needs it, to begin the message.

    Raises
    ------
    MissingExtraError
        When the package is not installed.

    >>> require_extra("json", extra="none", purpose="This example").dumps([1])
    '[1]'
    """
    if not has_extra(module_name):
        raise MissingExtraError(
            f"{purpose} needs the package {module_name!r}, which is not installed. "
            f'Install it with: pip install "scratchwork[{extra}]"'
        )
    return importlib.import_module(module_name)
