"""How the command line speaks: rich on a terminal, plain lines elsewhere; a mistake is one line with its remedy."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer
from typer.exceptions import TyperException

from flows import exit_status
from flows.cli import STOPPED

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

FINE, LEFT_OUT, WRONG_USE = exit_status.FINE, exit_status.LOSSES, exit_status.WRONG_USE
PLAIN_WIDTH = 100_000  # nothing is wrapped or cut where no terminal is
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_NO_ROOM = re.compile(
    r"no space left|disk (?:is )?full|quota exceeded|file too large|could not write|max_temp_directory_size", re.I
)


class Failed(Exception):
    """What the user asked for could not be done; the message is one line that says what to do."""

    def __init__(self, message: str, status: int = LEFT_OUT) -> None:
        super().__init__(message)
        self.status = status


def console(stream: TextIO) -> Console:
    """A console on standard output or standard error."""
    from rich.console import Console

    return Console(file=stream, width=None if stream.isatty() else PLAIN_WIDTH, highlight=False, soft_wrap=True)


def text(value: str, style: str = "") -> Text:
    """Text of a document for a screen: never markup, its control characters shown instead of sent."""
    from rich.text import Text

    return Text(visible(value), style)


def visible(value: str) -> str:
    """The text on one line, with what could steer a terminal written as an escape (`\\\\n`, `\\\\x1b`)."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), value)


def table(screen: Console, columns: Sequence[str], rows: Iterable[Sequence[Text | str]], right: set[int]) -> None:
    """Print a table; the columns whose positions are in `right` are aligned there. Nothing is cut."""
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD if screen.is_terminal else None, pad_edge=False, header_style="bold")
    for position, column in enumerate(columns):
        drawn.add_column(text(column), justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(text(cell) if isinstance(cell, str) else cell for cell in row))
    screen.print(drawn, soft_wrap=False)


def say(message: str) -> None:
    """One line for the person, on standard error."""
    sys.stderr.write(f"ogi: {visible(message)}\n")
    sys.stderr.flush()


def no_room(error: Exception) -> bool:
    """Whether DuckDB or Arrow says that the disk is full or not to be written; they raise errors of their own."""
    module = type(error).__module__.partition(".")[0].lstrip("_")
    return module in ("duckdb", "pyarrow", "sqlite3") and _NO_ROOM.search(str(error)) is not None


def _broken(error: Exception) -> NoReturn:
    """A fault of the program: where it was, for whoever mends it, and that nothing collected is lost."""
    traceback.print_exception(error)
    say(
        f"this is a fault of the program ({visible(str(error).splitlines()[0] if str(error) else type(error).__name__)})."
    )
    raise typer.Exit(exit_status.BROKEN) from None


def _stopped() -> NoReturn:
    say("stopped. Nothing is damaged; what was finished is kept, and the same command goes on from there.")
    raise typer.Exit(STOPPED) from None


@contextmanager
def edge(disk_failed: int = LEFT_OUT) -> Iterator[None]:
    """The outermost layer of a command: every way in which it can end becomes its exit status, and one line; what nobody foresaw,
    after its traceback. `disk_failed`: the exit status where there was no room or no right on the disk.
    """
    from flows.settings import SettingsWrong
    from flows.warehouse import NoWarehouse

    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FINE) from None
    except KeyboardInterrupt:
        _stopped()
    except (typer.Exit, typer.Abort, TyperException):
        raise
    except RuntimeError as error:
        if str(error) != "Query interrupted":  # what DuckDB makes of Ctrl-C
            _broken(error)
        _stopped()
    except SettingsWrong as error:
        say(str(error))
        raise typer.Exit(WRONG_USE) from None
    except NoWarehouse as error:
        say(str(error))
        raise typer.Exit(LEFT_OUT) from None
    except Failed as error:
        say(str(error))
        raise typer.Exit(error.status) from None
    except Exception as error:  # noqa: BLE001 -- the last place: told with its traceback
        if not isinstance(error, OSError) and not no_room(error):
            _broken(error)
        if not isinstance(error, OSError):
            say(
                f"there was no room or no right on the disk to build the warehouse ({visible(str(error).splitlines()[0])})."
                " Nothing is damaged; make room or give rights, and run it again."
            )
            raise typer.Exit(disk_failed) from None
        where = f" {error.filename}:" if error.filename else ""
        say(
            f"{where.strip()} {error.strerror or error}. Nothing is damaged; make room or give rights, and run it again."
        )
        raise typer.Exit(disk_failed) from None
