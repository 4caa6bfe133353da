"""How a command ends that can't go on: with a line saying why, in place of a trace."""

from __future__ import annotations

import errno
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.exc import ProgrammingError

from matchmaker.models.engine import UNAVAILABLE

if TYPE_CHECKING:
    from collections.abc import Callable


class Text(click.types.StringParamType):
    """A text of the command line. What its terminal wrote in another encoding could neither be stored nor found."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the text; fail where it is not UTF-8."""
        text = super().convert(value, param, ctx)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail("this is not UTF-8 text", param, ctx)
        return text


def make_plain(command: click.Command) -> None:
    """Let a command, and all below it, refuse texts in other encodings and say what file or database it can't use."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            make_plain(one)
        return
    for parameter in command.params:
        if isinstance(parameter.type, click.types.StringParamType):
            parameter.type = Text()
    if command.callback is not None:
        command.callback = _plainly(command.callback)


def _plainly(act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def plainly(*args: Any, **options: Any) -> Any:
        try:
            return act(*args, **options)
        except (*UNAVAILABLE, ProgrammingError) as error:
            said = str(getattr(error, "orig", error)).partition("\n")[0]
            raise click.ClickException(f"The database can't be used ({said}). Is it there, and migrated?") from error
        except UnicodeDecodeError as error:
            raise click.ClickException("A file that was given is not UTF-8 text.") from error
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # Whoever reads what is printed has stopped, which click ends quietly.
            raise click.ClickException(": ".join(filter(None, (error.filename, error.strerror)))) from error

    return plainly
