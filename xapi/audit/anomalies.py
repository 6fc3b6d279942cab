"""What an auditor should look at in a year: the anomalies of the ledger, each with the person and the sentence."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from xapi.audit.anomaly_kinds import KINDS, SEVERITIES, Kind
from xapi.audit.people import Employee, People, roster_of
from xapi.audit.report_formats import one_line, safe
from xapi.audit.store.ledger import Ledger
from xapi.audit.words import N_, day_text, whole, word
from xapi.errors import AuditError
from xapi.words import DEFAULT_LANGUAGE, translate

HEADERS = (
    N_("Tingkat"),
    N_("Temuan"),
    N_("NIP"),
    N_("Nama"),
    N_("Perangkat daerah"),
    N_("Tanggal"),
    N_("Keterangan"),
    N_("Pernyataan"),
    N_("Pernyataan lain"),
)
_SHOWN = 20  # of a kind in the table for people
_SEPARATORS = {"id": ";", "en": ","}


class Anomaly(msgspec.Struct, frozen=True):
    """One finding: the statement it is about, the other one where there is one, and whose they are.

    `person` is a pseudonym, None where the statement names nobody; NIP, name and OPD are empty for somebody who is not
    on the roster. `amount` and `bound` count what the kind says.
    """

    kind: str
    severity: str
    statement_id: str
    other_id: str | None
    day: int
    person: str | None
    nip: str
    name: str
    opd: str
    amount: int | None
    bound: int | None
    mark: str | None

    def sentence(self, language: str = DEFAULT_LANGUAGE) -> str:
        """What is odd, in words."""
        values = {"amount": self.amount, "bound": self.bound, "mark": self.mark}
        return one_line(KINDS[self.kind].sentence(values, language))


class Anomalies(msgspec.Struct, frozen=True):
    """The anomalies of a year, the gravest kinds first, in each by statement."""

    year: int
    kinds: tuple[str, ...]
    rows: tuple[Anomaly, ...]

    def counts(self) -> dict[str, int]:
        """How many of each kind that was looked for, none included."""
        counts = dict.fromkeys(self.kinds, 0)
        for row in self.rows:
            counts[row.kind] += 1
        return counts


def find_anomalies(
    ledger: Ledger, people: People, year: int, *, kinds: Iterable[str] = (), opd: str | None = None
) -> Anomalies:
    """The anomalies of `year` of all kinds, or of `kinds`; of everybody, or of the people of `opd`.

    Nothing is changed by looking. Raises AuditError for another kind, and when the ledger was never projected.
    """
    wanted = _known(kinds)
    found = ledger.rows([KINDS[kind].file for kind in wanted], year)
    roster = roster_of(people, year)
    rows = [_with_person(KINDS[kind], row, roster) for kind in wanted for row in found[KINDS[kind].file]]
    return Anomalies(year, tuple(wanted), tuple(row for row in rows if opd is None or row.opd == opd))


def count_anomalies(ledger: Ledger, year: int, *, kinds: Iterable[str] = ()) -> dict[str, int]:
    """How many anomalies of `year` there are of each kind, or of each of `kinds`, none included.

    The same numbers as `find_anomalies`, without a row or a name. Raises AuditError as it does.
    """
    wanted = _known(kinds)
    found = ledger.how_many([KINDS[kind].file for kind in wanted], year)
    return {kind: found[KINDS[kind].file] for kind in wanted}


def counts_text(year: int, counts: Mapping[str, int], language: str = DEFAULT_LANGUAGE) -> str:
    """A line for each kind with its severity and how many there are, for reading."""
    lines = [translate("xapi", language, "Jumlah temuan audit tahun %(year)s", {"year": year}), ""]
    return "\n".join([*lines, *_count_lines(counts, language)]) + "\n"


def counts_json(year: int, counts: Mapping[str, int], language: str = DEFAULT_LANGUAGE) -> str:
    """The counts as JSON: the `kinds` of `json_text`, without rows."""
    value = {"year": year, "kinds": _kind_values(counts, language)}
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def counts_csv(_year: int, counts: Mapping[str, int], language: str = DEFAULT_LANGUAGE) -> str:
    """The counts as CSV that a spreadsheet set to `language` opens as a table."""
    buffer, writer = _csv_writer(language)
    headers = (HEADERS[0], N_("Jenis"), HEADERS[1], N_("Jumlah"))
    writer.writerow([translate("xapi", language, header) for header in headers])
    for kind, count in counts.items():
        title = translate("xapi", language, KINDS[kind].title)
        writer.writerow([word(SEVERITIES, KINDS[kind].severity, language), kind, title, count])
    return "\ufeff" + buffer.getvalue()


def table_text(found: Anomalies, language: str = DEFAULT_LANGUAGE) -> str:
    """Each kind with its rule and its first rows, for reading."""
    lines = [translate("xapi", language, "Temuan audit tahun %(year)s", {"year": found.year}), ""]
    lines += [*_count_lines(found.counts(), language), ""]
    for kind in found.kinds:
        mine = [row for row in found.rows if row.kind == kind]
        lines += _section(KINDS[kind], mine, language) if mine else []
    clean = [KINDS[kind] for kind, count in found.counts().items() if not count]
    if clean:
        titles = "; ".join(translate("xapi", language, kind.title) for kind in clean)
        lines.append(translate("xapi", language, "Tidak ditemukan: %(titles)s.", {"titles": titles}))
    lines.append(translate("xapi", language, "Temuan adalah pertanyaan: tidak ada JP yang berubah karenanya."))
    return "\n".join(lines) + "\n"


def json_text(found: Anomalies, language: str = DEFAULT_LANGUAGE) -> str:
    """Everything as JSON, with rules and sentences in `language`."""
    value = {
        "year": found.year,
        "kinds": _kind_values(found.counts(), language),
        "rows": [{**msgspec.structs.asdict(row), "sentence": row.sentence(language)} for row in found.rows],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def csv_text(found: Anomalies, language: str = DEFAULT_LANGUAGE) -> str:
    """The rows as CSV that a spreadsheet set to `language` opens as a table, a NIP as text."""
    buffer, writer = _csv_writer(language)
    writer.writerow([translate("xapi", language, header) for header in HEADERS])
    for row in found.rows:
        cells = list(_cells(row, language))
        writer.writerow([*map(safe, cells[:2]), f"'{row.nip}" if row.nip else "", *map(safe, cells[3:])])
    return "\ufeff" + buffer.getvalue()


def _known(kinds: Iterable[str]) -> list[str]:
    """The wanted kinds in their order, all when none is named."""
    named = set(kinds)
    unknown = sorted(named - set(KINDS))
    if unknown:
        raise AuditError("audit.anomaly_unknown", f"no kind {unknown[0]}", kind=unknown[0], known=", ".join(KINDS))
    return [kind for kind in KINDS if not named or kind in named]


def _count_lines(counts: Mapping[str, int], language: str) -> Iterator[str]:
    numbers = {kind: whole(count, language) for kind, count in counts.items()}
    width = max(map(len, numbers.values()), default=0)
    for kind, number in numbers.items():
        severity = word(SEVERITIES, KINDS[kind].severity, language)
        yield f"  {number:>{width}}  {severity:<7} {kind:<18} {translate('xapi', language, KINDS[kind].title)}"


def _kind_values(counts: Mapping[str, int], language: str) -> list[dict[str, object]]:
    return [
        {
            "kind": kind,
            "severity": KINDS[kind].severity,
            "title": translate("xapi", language, KINDS[kind].title),
            "rule": translate("xapi", language, KINDS[kind].rule),
            "unit": KINDS[kind].unit,
            "count": count,
        }
        for kind, count in counts.items()
    ]


def _csv_writer(language: str) -> tuple[io.StringIO, Any]:
    buffer = io.StringIO(newline="")
    return buffer, csv.writer(buffer, delimiter=_SEPARATORS.get(language, ","), lineterminator="\r\n")


def _section(kind: Kind, rows: Sequence[Anomaly], language: str) -> Iterator[str]:
    say = {
        "severity": word(SEVERITIES, kind.severity, language),
        "title": translate("xapi", language, kind.title),
        "count": whole(len(rows), language),
        "more": whole(len(rows) - _SHOWN, language),
    }
    yield translate("xapi", language, "%(title)s (%(severity)s): %(count)s", say)
    yield "  " + translate("xapi", language, kind.rule)
    for row in rows[:_SHOWN]:
        who = f"{row.nip} {one_line(row.name)}" if row.nip else "-"
        yield f"  {day_text(row.day, language)}  {who}  {row.sentence(language)}  {row.statement_id}"
    if len(rows) > _SHOWN:
        yield "  " + translate("xapi", language, "… dan %(more)s lagi: --format csv menulis semuanya.", say)
    yield ""


def _cells(row: Anomaly, language: str) -> Iterator[str]:
    yield word(SEVERITIES, row.severity, language)
    yield translate("xapi", language, KINDS[row.kind].title)
    yield row.nip
    yield one_line(row.name)
    yield one_line(row.opd)
    yield day_text(row.day, language)
    yield row.sentence(language)
    yield row.statement_id
    yield row.other_id or ""


def _with_person(kind: Kind, row: Mapping[str, object], roster: Mapping[str, Employee]) -> Anomaly:
    """Joins NIP and name at the last moment; the ledger has neither."""
    employee = roster.get(str(row["person"]))
    return Anomaly(
        kind=kind.id,
        severity=kind.severity,
        statement_id=str(row["statement_id"]),
        other_id=_text(row["other_id"]),
        day=int(str(row["day"])),
        person=_text(row["person"]),
        nip=str(getattr(employee.nip, "digits", employee.nip) or "") if employee else "",
        name=(employee.name or "") if employee else "",
        opd=(employee.opd or "") if employee else "",
        amount=_number(row["amount"]),
        bound=_number(row["bound"]),
        mark=_text(row["mark"]),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))
