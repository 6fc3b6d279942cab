"""A pull that is killed anywhere and run again has read everything, whatever the pages and the order within seconds."""

import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from xapi.lrs.selection import stored_text
from xapi.lrs.transfer.client import Page
from xapi.lrs.transfer.cursor import OVERLAP, PullNote
from xapi.lrs.transfer.pull import Asked, Pull
from xapi.lrs.transfer.report import Counts
from xapi.testing import START, FixedClock, encoded

LATER = FixedClock(START + timedelta(days=400))


class Listed:
    """An LRS whose statements were stored so many seconds after START, in the order in which it gives them."""

    def __init__(self, seconds: list[float], size: int) -> None:
        moments = [stored_text(START + timedelta(seconds=one)) for one in seconds]
        self.all = {str(uuid.UUID(int=number)): moment for number, moment in enumerate(moments)}
        self._size = size

    def agree(self) -> str:
        return "2.0.0"

    def first(self, asked) -> Page:
        self._matching = [one for one in self.all.items() if one[1] > asked.get("since", "")]
        return self.following("0")

    def following(self, more: str) -> Page:
        begin, end = int(more), int(more) + self._size
        some = [encoded({"id": number, "stored": stored}) for number, stored in self._matching[begin:end]]
        return Page(some, {}, str(end) if end < len(self._matching) else "", "")


class Taken:
    """Takes statements, follows the pull, and kills it after the page `last`, before or after the note of it."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.lines: set[bytes] = set()
        self.left, self.early = 0, False

    def take(self, found) -> None:
        self.lines |= {entry.body for entry, _ in found}
        if self.early:
            self._count()

    def page(self, until: str) -> None:
        if not self.early:
            self._count()

    def wait(self, seconds: float) -> None:
        raise AssertionError

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def pull(source: Listed, taken: Taken, folder: Path) -> None:
    note = PullNote(folder, ["satu"])
    with suppress(KeyboardInterrupt):
        Pull(source, lambda _hear: taken, hear=print, told=taken, clock=LATER, note=note).run(Asked())


@settings(max_examples=60)
@given(
    gaps=st.lists(st.floats(0, 60), min_size=1, max_size=30),
    jitters=st.lists(st.floats(0, OVERLAP.total_seconds() - 1), min_size=30, max_size=30),
    size=st.integers(1, 6),
    kills=st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=4),
    backwards=st.booleans(),
)
def test_whatever_breaks_a_pull_the_next_ones_read_the_rest(
    tmp_path_factory, gaps, jitters, size, kills, backwards
) -> None:
    seconds = [sum(gaps[: place + 1]) - jitters[place] for place in range(len(gaps))]
    source, taken = Listed(seconds[::-1] if backwards else seconds, size), Taken()
    folder = tmp_path_factory.mktemp("tarikan")
    for after, early in [*kills, (0, False)]:
        taken.left, taken.early = after, early
        pull(source, taken, folder)
    assert len(taken.lines) == len(source.all)
