"""The progress bar of a module that is read or packed, on stderr: its documents take the most time."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.markup import escape

from lti_tool.console import TALK, words
from scorm_packager.hearing import Hear, nobody
from scorm_packager.names import printable


@contextmanager
def reading(text: str) -> Iterator[Hear]:
    """Shows, on a terminal, that `text` is being done, and how many pages of which document are."""
    if not TALK.is_terminal:
        yield nobody
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # takes time to load

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=TALK, transient=True) as progress:
        task = progress.add_task(words(text), total=None)

        def hear(file: str, done: int, whole: int) -> None:
            name, known = escape(printable(file)), 0 < done < whole
            said = words("%(file)s: halaman %(done)s dari %(whole)s", file=name, done=done, whole=whole)
            progress.update(task, description=said if known else f"{words(text)} {name}", completed=done)
            progress.update(task, total=whole if known else None)

        yield hear
