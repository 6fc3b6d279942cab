"""The progress bar of runs with other systems, on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from lti_tool.console import TALK, words
from lti_tool.systems.pull import Reach, Told


@contextmanager
def reaching(text: str) -> Iterator[Told]:
    """Shows how far a run is, under `text`; nothing when stderr is no terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=TALK, disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(words(text), total=None)

        def told(reach: Reach) -> None:
            progress.update(task, completed=reach.done, total=reach.total)

        yield told
