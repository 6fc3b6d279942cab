"""Systems for tests that live in memory: one that is read page by page, one that is written to, and their outages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.base import System
from adapters.errors import AdapterError
from adapters.recording import RefusedRecord
from adapters.records import LearningRecord
from adapters.registry import Registry
from adapters.remote import AcceptedCredit, CheckLine, Connection, Door, Option, Page, Prepared
from xapi.intake import Identity
from xapi.vocabulary import ATTENDED, JAMPEL, TYPE_EVENT

NAME = "contoh"
GONE, REFUSED = "remote.unreachable", "remote.broken_answer"  # of the package adapters, whose words they are


def nip(number: int) -> str:
    """A NIP of nobody: appointed in 2099."""
    born = number // 1000
    return f"1990{born // 28 + 1:02d}{born % 28 + 1:02d}2099031{number % 1000:03d}"


def record(number: int, **changes: Any) -> LearningRecord:
    """Record `number` of a system: person, activity and day follow from it."""
    values: dict[str, Any] = {
        "key": (f"{JAMPEL}uji/{number}", "hadir"),
        "who": Identity(nip=nip(number), name=f"Orang {number % 10000}"),
        "place": f"baris {number}",
        "verb": ATTENDED,
        "activity": f"{JAMPEL}uji/kegiatan/{number}",
        "activity_type": TYPE_EVENT,
        "title": f"Kegiatan {number}",
        "at": datetime(2026, 3, number % 28 + 1, 5, tzinfo=UTC),
        "completed": True,
        "jp": 300,
        "form": "seminar",
    }
    return LearningRecord(**values | changes)


def outage() -> AdapterError:
    """A system that went away."""
    return AdapterError(GONE, "gone", host="contoh.example")


@dataclass
class ScriptedPull:
    """Gives `pages`; where one of them is an error, it is raised instead. The cursor is the number of pages read."""

    pages_held: list[Sequence[LearningRecord] | Exception]
    refused: Sequence[RefusedRecord] = ()
    source: str = "lms_record"
    began: list[str] = field(default_factory=list)

    def pages(self, connection: Connection, cursor: str) -> Iterator[Page]:
        """As in `RecordPull`."""
        connection.option("token")
        self.began.append(cursor)
        for number, held in enumerate(self.pages_held[int(cursor or 0) :], start=int(cursor or 0) + 1):
            if isinstance(held, Exception):
                raise held
            yield Page(records=held, cursor=str(number), refused=self.refused, done=number, total=len(self.pages_held))


@dataclass
class ScriptedPush:
    """A system of record: `kept` is what it holds by certificate and title, `errors` what it answers, one after the
    other, None for success; with `loses` it keeps the record although its answer is an error."""

    kept: dict[str, str] = field(default_factory=dict)
    errors: list[Exception | None] = field(default_factory=list)
    loses: bool = False
    sent: list[str] = field(default_factory=list)

    def prepare(self, credit: AcceptedCredit, connection: Connection) -> Prepared:
        """As in `RecordPush`; a credit of less than a whole JP is refused."""
        if credit.jp < 100:
            raise AdapterError(REFUSED, "too little", host="contoh.example", status=422)
        body = {"nip": credit.nip, "nama": credit.title, "jam": credit.jp // 100, "mulai": credit.first.isoformat()}
        notes: list[tuple[str, dict[str, object]]] = [] if credit.jp % 100 == 0 else [("Opsi", {})]
        return Prepared(credit=credit, key=credit.statement, body=body, notes=notes, package="lti_tool")

    def find(self, prepared: Prepared, connection: Connection) -> str | None:
        """As in `RecordPush`."""
        return self.kept.get(str(prepared.body["nama"]))

    def send(self, prepared: Prepared, connection: Connection) -> str:
        """As in `RecordPush`."""
        error = self.errors.pop(0) if self.errors else None
        title = str(prepared.body["nama"])
        if error is None or self.loses:
            self.kept[title] = f"r{len(self.kept) + 1}"
            self.sent.append(title)
        if error is not None:
            raise error
        return self.kept[title]


@dataclass(frozen=True)
class ScriptedCheck:
    """Says these lines."""

    said: tuple[CheckLine, ...] = ()

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`."""
        yield from self.said


def registry(**capabilities: Any) -> Registry:
    """A registry with one system, `contoh`, that has these capabilities."""
    system = System(
        name=NAME,
        title="Sistem contoh",
        options=(
            Option(name="token", text="Opsi", secret=True, required=True, package="lti_tool"),
            Option(name="url", text="Opsi", package="lti_tool"),
        ),
        doors=(Door(name="Web service", confirmed="no", text="Opsi", package="lti_tool"),),
        **capabilities,
    )
    return Registry({NAME: system})
