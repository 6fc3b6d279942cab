"""A progress bar for long work, on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress

from lti_tool.console import TALK, words

STEP = 500  # rows between two drawings: drawing each would take longer than the work


@contextmanager
def counted(text: str) -> Iterator[Callable[[int | None], Callable[[int], None]]]:
    """Gives a function that is told how much there is to do (None: nobody knows), and gives one that is told of each
    bit done."""
    with Progress(console=TALK, transient=True) as progress:

        def begin(total: int | None) -> Callable[[int], None]:
            task, waiting = progress.add_task(words(text), total=None if total is None else max(total, 1)), 0

            def tick(done: int) -> None:
                nonlocal waiting
                waiting += done
                if waiting >= STEP:
                    progress.advance(task, waiting)
                    waiting = 0

            return tick

        yield begin
