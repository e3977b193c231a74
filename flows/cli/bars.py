"""How far a run is, as bars on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.cli import screen


@contextmanager
def drawn(quiet: bool, first: str = "starting Prefect") -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress bar a stage on a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen.console(sys.stderr), transient=True) as progress:
        bars = {first: progress.add_task(first, total=None)}

        def watch(stage: str, done: int, total: int | None) -> None:
            if stage not in bars:
                for bar in bars.values():
                    progress.stop_task(bar)
                bars[stage] = progress.add_task(stage, total=total)
            progress.update(bars[stage], advance=done, total=total)

        yield watch
