"""Pulls the statements of another LRS: page by page, patiently, and next time only what came since."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Protocol, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from xapi.clock import Clock
from xapi.errors import JampelError, PullError, StatementError
from xapi.identity import mask_nips_in
from xapi.lrs.attachments import described, may_describe
from xapi.lrs.selection import stored_text
from xapi.lrs.transfer.client import Page
from xapi.lrs.transfer.cursor import OVERLAP, Cursor, PullNote
from xapi.lrs.transfer.reader import Entry
from xapi.lrs.transfer.report import Counts, Hear, Refusal
from xapi.queue.worker import Backoff
from xapi.recorder.port import CredentialRefused, DeliveryError, NotAllowedError, StatementRefused
from xapi.validation.formats import moment_or_none, require_uuid

ATTEMPTS = 6
LONGEST_WAIT = 600.0
"""Seconds that a pull waits at most because it was asked to; for longer it ends, and the next run goes on."""
_MOST_EMPTY = 1000  # pages without a statement, one after the other: an LRS may look through much, but not for ever
T = TypeVar("T")
_PASSING = ("recorder.busy", "recorder.unreachable")


class Source(Protocol):
    """What a pull needs of an LRS: `xapi.lrs.transfer.client.HttpSourceClient`."""

    def agree(self) -> str:
        """The version spoken."""
        ...

    def first(self, asked: Mapping[str, str]) -> Page:
        """The first page."""
        ...

    def following(self, more: str) -> Page:
        """The page at the link `more`."""
        ...


class Taker(Protocol):
    """Where statements go: `xapi.lrs.transfer.importer.Importer`, or `xapi.lrs.transfer.survey.Survey`."""

    counts: Counts

    def take(self, found: Iterable[tuple[Entry, Mapping[str, bytes]]]) -> None:
        """Takes statements with the contents of their attachments."""
        ...


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which statements are wanted, as the standard names it; `agent` is JSON, `since` a moment as the store writes it.

    `limit` is how many come in a page. Without `attachments` their contents are not asked for.
    """

    verb: str = ""
    activity: str = ""
    agent: str = ""
    since: str = ""
    limit: int = 200
    attachments: bool = True

    def parameters(self, since: str) -> dict[str, str]:
        """The query (Communication 2.1.3), oldest first, for what was stored after `since` or all."""
        flag = "true" if self.attachments else "false"
        narrow = {"verb": self.verb, "activity": self.activity, "agent": self.agent, "since": since}
        wanted = {name: value for name, value in narrow.items() if value}
        return {"ascending": "true", "limit": str(self.limit), "attachments": flag, **wanted}


class Told(Protocol):
    """Who follows a pull."""

    def page(self, until: str) -> None:
        """A page has been taken; everything up to the moment `until` (or empty) is settled."""
        ...

    def wait(self, seconds: float) -> None:
        """The other LRS is busy: waits so long; a test need not."""
        ...


class _Head(msgspec.Struct):
    id: str | UnsetType = UNSET
    stored: str | UnsetType = UNSET


_HEAD = msgspec.json.Decoder(_Head)


class Pull:
    """Reads `source` into the taker that `open_taker` makes for a hearer of refusals; `told` follows, and does the
    waiting.

    With `note`, it begins where the last one ended, and keeps how far it has come after each page, so that it may be
    killed at any moment.
    """

    def __init__(
        self, source: Source, open_taker: Callable[[Hear], Taker], *, hear: Hear, told: Told, clock: Clock,
        note: PullNote | None = None, backoff: Backoff | None = None,
    ) -> None:  # fmt: skip
        self._source = source
        self._taker = open_taker(self._named)
        self._hear = hear
        self._told = told
        self._clock = clock
        self._note = note
        self._backoff = backoff or Backoff(first=1.0, most=60.0)
        self._answered = False
        self._number = 0
        self._ids: dict[int, str] = {}  # of the statements of the page at hand
        self.until = ""

    @property
    def counts(self) -> Counts:
        """What became of the statements so far; the same object all the time."""
        return self._taker.counts

    def run(self, asked: Asked, *, anew: bool = False) -> None:
        """Pulls what is wanted to its end; `anew` from its beginning, whatever the note says.

        Raises PullError when the other LRS refuses or does not answer; what came before that is stored.
        """
        start = None if self._note is None or anew else self._note.read()
        cursor = Cursor(start)
        since = asked.since if start is None else max(asked.since, stored_text(start - OVERLAP))
        self._patiently(self._source.agree)
        page = self._patiently(partial(self._source.first, asked.parameters(since)))
        seen: set[str] = set()
        empty = 0
        while True:
            self._taker.take(self._entries(page, cursor))
            self._settle(cursor, page)
            empty = 0 if page.statements else empty + 1
            if not page.more:
                return
            if page.more in seen or empty > _MOST_EMPTY:
                raise PullError("pull.endless", "pages that go round, or on without statements")
            seen.add(page.more)
            page = self._patiently(partial(self._source.following, page.more))

    def _entries(self, page: Page, cursor: Cursor) -> Iterator[tuple[Entry, Mapping[str, bytes]]]:
        self._ids = {}
        for body in page.statements:
            self._number += 1
            head = _head(body)
            if head is None:
                self._taker.counts.read += 1
                self._taker.counts.refused += 1
                self._hear(Refusal(self._number, "$.id", "", StatementError("pull.no_id", clause="Data 2.4.1")))
                continue
            number, stored = head
            cursor.see(stored)
            self._ids[self._number] = number
            yield Entry(self._number, "$", body), _contents(body, page.contents)

    def _settle(self, cursor: Cursor, page: Page) -> None:
        moment = cursor.settled((self._clock(), moment_or_none(page.consistent)), ended=not page.more)
        self.until = "" if moment is None else stored_text(moment)
        if self._note is not None:
            self._note.write(moment)
        self._told.page(self.until)

    def _named(self, refusal: Refusal) -> None:
        """Tells of a refusal with the id that the statement has there."""
        number = refusal.statement or self._ids.get(refusal.line, "")
        self._hear(msgspec.structs.replace(refusal, statement=number))

    def _patiently(self, ask: Callable[[], T]) -> T:
        """The answer to `ask`; waits and asks again while the LRS is busy, or gone after it had answered."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                found = ask()
            except DeliveryError as error:
                wait = self._backoff.seconds(attempt, error.retry_after)
                never_there = error.code == "recorder.unreachable" and not self._answered
                if error.code not in _PASSING or never_there or attempt == ATTEMPTS or wait > LONGEST_WAIT:
                    raise _told_of(error) from error
                self._answered = self._answered or error.code == "recorder.busy"
                self._told.wait(wait)
            else:
                self._answered = True
                return found
        raise AssertionError  # the last attempt returns or raises


def _head(body: bytes) -> tuple[str, str] | None:
    """The id and `stored` of a statement as an LRS must give it; None without an id.

    It would get another id with each pull, and count as often.
    """
    try:
        head = _HEAD.decode(body)
        number = require_uuid("" if head.id is UNSET else head.id, "$.id", "")
    except (msgspec.MsgspecError, JampelError, RecursionError):
        return None
    return number, "" if head.stored is UNSET else head.stored


def _contents(body: bytes, all_of_them: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Those of a page's contents that a statement describes."""
    if not all_of_them or not may_describe(body):
        return {}
    try:
        names = next(described([body])).keys()
    except (msgspec.MsgspecError, RecursionError):  # the taker says what is wrong with it
        return {}
    return {name: all_of_them[name] for name in names & all_of_them.keys()}


def _told_of(error: DeliveryError) -> PullError:
    """What failed, in the words of a pull; nothing of the answer, which could repeat anything."""
    status = error.params.get("status", "")
    detail = mask_nips_in(f"HTTP {status}" if status else error.detail)
    if isinstance(error, CredentialRefused):
        return PullError("pull.credential", detail, status=status)
    if isinstance(error, NotAllowedError):
        return PullError("pull.address", detail, status=status)
    if isinstance(error, StatementRefused):
        return PullError("pull.refused", detail, status=status)
    if error.code == "recorder.busy":
        return PullError("pull.busy", detail, status=status)
    if error.code == "recorder.unreachable":
        return PullError("pull.unreachable", detail)
    return PullError("pull.not_an_lrs", detail)
