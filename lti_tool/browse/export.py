"""Writes the statements that fit a filter into a file: as they are stored, or as a table without a whole NIP."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from decimal import Decimal
from itertools import islice
from typing import IO, TYPE_CHECKING

import msgspec

from lti_tool.browse.find import Wanted, walk
from lti_tool.browse.rows import Reading, Score, read
from lti_tool.browse.texts import shown
from lti_tool.browse.verbs import activity_name, verb_name
from lti_tool.tasks.model import About, Task
from lti_tool.tasks.steps import WRITE, Tell
from xapi.audit.report_formats import BOM, SEPARATORS, one_line
from xapi.audit.words import SOURCES, word
from xapi.identity import mask_nip, mask_nips_in
from xapi.lrs.store import StoredStatement
from xapi.lrs.store.times import moment_of
from xapi.sheet_formula import safe
from xapi.words import translate

if TYPE_CHECKING:
    from lti_tool.services import Services

FORMS = ("jsonl", "csv")
#: So many statements are written, and so many looked at, while somebody waits; more is work for the worker.
AT_ONCE, LOOKED_AT_ONCE = 1_000, 5_000
_TOGETHER = 200
_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")


def few(services: "Services", wanted: Wanted) -> list[StoredStatement] | None:
    """The statements that fit `wanted`, newest first; None when they are too many to wait for."""
    kept: list[StoredStatement] = []
    for looked, (_place, picked) in enumerate(walk(services.statements, services.institution.id, wanted)):
        if picked is not None:
            kept.append(picked)
        if len(kept) > AT_ONCE or looked >= LOOKED_AT_ONCE:
            return None
    return kept


def about_statements(wanted: Wanted, form: str) -> About:
    """What is asked for with the work `statements`."""
    return {"form": form, "wanted": msgspec.json.encode(wanted).decode()}


def export_statements(services: "Services", task: Task, target: IO[bytes], tell: Tell) -> str:
    """The work `statements`: all that fit `wanted` as `form`, newest first."""
    wanted, form = msgspec.json.decode(task.about["wanted"], type=Wanted), task.about["form"]

    def counted() -> Iterator[StoredStatement]:
        newest = 0
        for place, picked in walk(services.statements, services.institution.id, wanted):
            newest = newest or place
            tell(WRITE, newest - place, newest)
            if picked is not None:
                yield picked

    tell(WRITE)
    write_statements(services, counted(), form, target, task.language)
    return file_name(services, form)


def file_name(services: "Services", form: str) -> str:
    """What the file is called."""
    return f"pernyataan-{services.today.isoformat()}.{form}"


def write_statements(
    services: "Services", statements: Iterable[StoredStatement], form: str, target: IO[bytes], language: str
) -> None:
    """Writes `statements` as `jsonl`, one on a line as it is stored, or as `csv` in the words of `language`."""
    if form == "jsonl":
        for one in statements:  # between values a line may end; within a text it never does (RFC 8259 section 7)
            target.write(one.body.translate(_LINE_ENDS) + b"\n")
        return
    target.write(BOM.encode())
    table = _Table(services, language)
    target.write(table.line(table.head()))
    remaining = iter(statements)
    while some := list(islice(remaining, _TOGETHER)):
        for row in table.rows(some):
            target.write(table.line(row))


class _Table:
    """Statements as rows; the names of people and activities are looked up once for many."""

    def __init__(self, services: "Services", language: str) -> None:
        self._services = services
        self._language = language
        self._zone: tzinfo = services.zone
        self._people: dict[str, tuple[str, str]] = {}

    def head(self) -> list[str]:
        language = self._language
        return [
            translate("lti_tool", language, "Waktu terima"),
            translate("lti_tool", language, "Waktu kejadian"),
            translate("lti_tool", language, "Pelaku"),
            "NIP",
            translate("lti_tool", language, "Nama samaran"),
            translate("lti_tool", language, "Kata kerja"),
            translate("lti_tool", language, "Objek"),
            translate("lti_tool", language, "Skor (%)"),
            translate("lti_tool", language, "Selesai"),
            translate("lti_tool", language, "Berhasil"),
            translate("lti_tool", language, "Lama"),
            translate("lti_tool", language, "Asal bukti"),
            translate("lti_tool", language, "Registrasi"),
            "Id",
            translate("lti_tool", language, "Kata kerja (IRI)"),
            translate("lti_tool", language, "Objek (IRI)"),
        ]

    def line(self, cells: list[str]) -> bytes:
        """The cells as a line that a spreadsheet opens as a row, and takes for no formula."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=SEPARATORS.get(self._language, ","), lineterminator="\r\n")
        writer.writerow([safe(one_line(cell)) for cell in cells])
        return buffer.getvalue().encode("utf-8", "replace")

    def rows(self, statements: Iterable[StoredStatement]) -> Iterator[list[str]]:
        """One row for each statement."""
        readings = [(one, read(one.body)) for one in statements]
        activities = {reading.thing.id for _one, reading in readings if reading.thing.object_type == "Activity"}
        known = self._services.statements.definitions(self._services.institution.id, activities)
        for one, reading in readings:
            yield self._row(one, reading, known)

    def _row(self, one: StoredStatement, reading: Reading, known: Mapping[str, bytes]) -> list[str]:
        name, nip, person = self._actor(reading)
        result, language = reading.result, self._language
        return [
            f"{moment_of(one.moment).astimezone(self._zone):%Y-%m-%d %H:%M:%S}",
            reading.timestamp,
            name,
            nip,
            person,
            verb_name(reading.verb, language),
            mask_nips_in(activity_name(reading.thing, known.get(reading.thing.id), language)),
            self._percent(result.score),
            self._yes(result.completion),
            self._yes(result.success),
            result.duration,
            word(SOURCES, one.source, language),
            reading.context.registration,
            one.id,
            mask_nips_in(reading.verb.id),
            mask_nips_in(reading.target or reading.thing.id),
        ]

    def _actor(self, reading: Reading) -> tuple[str, str, str]:
        """Name, masked NIP and pseudonym of a person of ours; of anybody else what the statement calls them."""
        person = reading.person(self._services.people.home_page)
        if not person:
            return mask_nips_in(shown(reading.actor.label)), "", ""
        if person not in self._people:
            employee = self._services.people.employee(person)
            self._people[person] = (employee.name, mask_nip(employee.nip)) if employee else ("", "")
        return *self._people[person], person

    def _percent(self, score: Score | None) -> str:
        if score is None or score.scaled is None:
            return ""
        text = format(Decimal(str(round(score.scaled * 100, 2))).normalize(), "f")
        return text.replace(".", ",") if self._language == "id" else text

    def _yes(self, value: bool | None) -> str:
        if value is None:
            return ""
        yes, no = (translate("lti_tool", self._language, "ya"), translate("lti_tool", self._language, "tidak"))
        return yes if value else no
