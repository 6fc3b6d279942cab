"""The trail of one person and year: every credit from the report's figure back to statement, rule cell and review."""

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo

import msgspec

from xapi.audit.explain import Step, steps_of
from xapi.audit.people import Employee, People, employee_of
from xapi.audit.projector import refresh_person
from xapi.audit.report_formats import one_line
from xapi.audit.rule_set import RuleSet
from xapi.audit.store.ledger import Ledger
from xapi.audit.words import FATES, LIMITED_NOTE, SOURCES, day_text, met, number, word
from xapi.errors import AuditError
from xapi.validation.formats import moment_or_none
from xapi.words import DEFAULT_LANGUAGE, translate


class ReviewNote(msgspec.Struct, frozen=True):
    """One decision of a validator: who, in what role, when, why and on what evidence (SHA-256)."""

    statement_id: str
    status: str
    who: str
    role: str
    at: str
    reason: str
    evidence: str | None
    stands: bool


class TrailEntry(msgspec.Struct, frozen=True):
    """One credit. JP in hundredths; `day` is `yyyymmdd`; `fate` is a key of `xapi.audit.words.FATES`.

    `instead` is the statement that counts in place of this one, when this one repeats it.
    """

    statement_id: str
    day: int
    activity: str
    title: str
    form: str
    source: str
    raw_jp: int
    converted: int
    capped: int
    accepted: int
    pending: int
    fate: str
    review: str
    days: int
    international: bool
    certificate: str | None
    registration: str | None
    evidence: str | None
    steps: tuple[Step, ...]
    reviews: tuple[ReviewNote, ...]
    voided_by: str | None = None
    instead: str | None = None


class Trail(msgspec.Struct, frozen=True):
    """All credits of one person and year, their sums, and the rules that made them.

    `limited` says that the processing of the person's data is suspended (UU 27/2022 art. 41).
    """

    year: int
    person: str
    nip: str
    name: str
    opd: str
    status: str
    minimum: int
    maximum: int | None
    entries: tuple[TrailEntry, ...]
    rules_version: str
    rules_hash: str
    limited: bool = False

    def total(self, column: str) -> int:
        """The sum of a JP column (`raw_jp`, `converted`, `capped`, `accepted`, `pending`) over what was not voided."""
        return sum(getattr(entry, column) for entry in self.entries if entry.fate != "voided")

    @property
    def met(self) -> bool:
        """Whether the accepted JP reach the minimum."""
        return self.total("accepted") >= self.minimum

    def json(self) -> str:
        """The trail as JSON, JP in hundredths."""
        sums = {column: self.total(column) for column in ("raw_jp", "converted", "capped", "accepted", "pending")}
        value = {**msgspec.structs.asdict(self), "totals": sums, "met": self.met}
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"

    def table(self, language: str = DEFAULT_LANGUAGE, zone: tzinfo = UTC) -> str:
        """The trail in plain words, one paragraph a credit; times are those of `zone`."""
        lines = [*self._head(language), ""]
        for place, entry in enumerate(self.entries, start=1):
            lines += [*_paragraph(place, entry, language, zone), ""]
        say = {"version": self.rules_version, "hash": self.rules_hash[:16]}
        lines.append(translate("xapi", language, "Tabel aturan %(version)s (sha256 %(hash)s…).", say))
        return "\n".join(lines) + "\n"

    def _head(self, language: str) -> list[str]:
        say = {
            "year": self.year,
            "name": one_line(self.name),
            "nip": self.nip,
            "opd": one_line(self.opd),
            "status": one_line(self.status),
            "accepted": number(self.total("accepted"), language),
            "minimum": number(self.minimum, language),
            "pending": number(self.total("pending"), language),
            "met": met(self.met, language),
        }
        return [
            translate("xapi", language, "Jejak JP tahun %(year)s", say),
            translate("xapi", language, "%(name)s, NIP %(nip)s, %(opd)s, %(status)s", say),
            translate(
                "xapi",
                language,
                "Diterima %(accepted)s JP dari target %(minimum)s JP: %(met)s. Masih ditinjau: %(pending)s JP.",
                say,
            ),
            *([translate("xapi", language, LIMITED_NOTE)] if self.limited else []),
        ]


def trail(ledger: Ledger, people: People, nip: str, year: int) -> Trail:
    """The trail of the employee who has, or once had, the number `nip` (18 digits), in `year`.

    Raises AuditError when nobody on the roster of the year has this NIP; the error does not repeat it.
    """
    person = people.by_nip(nip)
    if person is None:
        raise AuditError("audit.person_unknown", "nobody has this NIP", year=year)
    return trail_of_person(ledger, people, person, year)


def trail_of_person(ledger: Ledger, people: People, person: str, year: int) -> Trail:
    """The trail of the person with the pseudonym `person`, or of whom it is an alias. Raises AuditError as `trail`."""
    employee = employee_of(people, person, year)
    if employee is None:
        raise AuditError("audit.person_unknown", "this person is not on the roster", year=year)
    return _trail(ledger, people, employee, year)


def _trail(ledger: Ledger, people: People, employee: Employee, year: int) -> Trail:
    refresh_person(ledger, people, employee, year)
    rules = ledger.rules()
    person = employee.person
    edition = rules.of_year(year)
    place = ledger.place(person, year)
    status = place.status if place else employee.status
    target = edition.target(status, year)
    reviews, voids = ledger.reviews_of(person, year), ledger.voids_of(person, year)
    entries = [_entry(row, rules, status, reviews, voids) for row in ledger.credits_of(person, year)]
    return Trail(
        year=year,
        person=person,
        nip=str(getattr(employee.nip, "digits", employee.nip or "")),
        name=employee.name or "",
        opd=employee.opd or "",
        status=employee.status or "",
        minimum=target.minimum,
        maximum=target.maximum,
        entries=tuple(_with_instead(entry, entries) for entry in entries),
        rules_version=edition.version,
        rules_hash=rules.hash,
        limited=bool(getattr(employee, "limited", False)),
    )


def _with_instead(entry: TrailEntry, all_entries: Sequence[TrailEntry]) -> TrailEntry:
    """The entry, with the statement that counts in its place when it repeats another."""
    first = sorted(all_entries, key=lambda one: (one.day, one.statement_id))
    approved = [one for one in first if one.review == "Disetujui" and one.fate != "voided"]
    if entry.fate == "same activity":
        rivals = [one for one in approved if one.activity == entry.activity]
    elif entry.fate == "same certificate":
        rivals = [one for one in approved if one.certificate == entry.certificate and one.fate != "same activity"]
    elif entry.fate == "matched":
        own = [one for one in approved if one.activity == entry.activity]
        rivals = [one for one in own if one.fate != "same activity"] or own
    else:
        return entry
    return msgspec.structs.replace(entry, instead=rivals[0].statement_id if rivals else None)


def _entry(
    row: Mapping[str, object],
    rules: RuleSet,
    status: str,
    reviews: Sequence[Mapping[str, object]],
    voids: Sequence[Mapping[str, object]],
) -> TrailEntry:
    mine = [review for review in reviews if review["target"] == row["statement_id"]]
    void = next((v for v in voids if v["target"] == row["statement_id"]), None)
    amounts = {key: int(str(row[key] or 0)) for key in ("raw_jp", "converted", "capped", "accepted", "pending")}
    values = {**row, **amounts, "international": bool(row["international"]), "title": row["activity_title"]}
    values["fate"] = row["fate"] or "voided"
    plain = {name: values[name] for name in TrailEntry.__struct_fields__ if name in values}
    return TrailEntry(
        **plain,  # type: ignore[arg-type]
        steps=() if void else tuple(steps_of(values, rules, status)),
        reviews=tuple(_note(review) for review in mine),
        voided_by=str(void["statement_id"]) if void else None,
    )


def _note(review: Mapping[str, object]) -> ReviewNote:
    known = {name: review[name] for name in ReviewNote.__struct_fields__ if name != "stands"}
    return ReviewNote(**known, stands=bool(review["standing"]))  # type: ignore[arg-type]


def _paragraph(place: int, entry: TrailEntry, language: str, zone: tzinfo) -> list[str]:
    say = {
        "place": place,
        "day": day_text(entry.day, language),
        "title": one_line(entry.title) or one_line(entry.activity),
        "id": entry.statement_id,
        "source": word(SOURCES, entry.source, language),
        "review": entry.review,
        "fate": word(FATES, entry.fate, language),
        "raw": number(entry.raw_jp, language),
        "converted": number(entry.converted, language),
        "capped": number(entry.capped, language),
        "accepted": number(entry.accepted, language),
        "by": entry.voided_by,
        "instead": entry.instead,
        "certificate": one_line(entry.certificate),
        "evidence": entry.evidence,
    }
    head = translate("xapi", language, "%(place)s. %(day)s  %(title)s", say)
    lines = [
        translate("xapi", language, "Pernyataan %(id)s; sumber: %(source)s; status: %(review)s", say),
    ]
    if entry.certificate:
        lines.append(translate("xapi", language, "Nomor sertifikat: %(certificate)s", say))
    if entry.evidence:
        lines.append(translate("xapi", language, "Bukti (sha256): %(evidence)s", say))
    if entry.instead:
        lines.append(translate("xapi", language, "Yang dihitung: pernyataan %(instead)s.", say))
    if entry.voided_by:
        lines.append(translate("xapi", language, "Dibatalkan oleh pernyataan %(by)s.", say))
        return [head, *(f"   {line}" for line in lines)]
    lines += [step.text(language) for step in entry.steps]
    lines += [_review_line(note, language, zone) for note in entry.reviews]
    lines.append(
        translate(
            "xapi",
            language,
            "JP asli %(raw)s → konversi %(converted)s → setelah batas %(capped)s → diterima %(accepted)s: %(fate)s",
            say,
        )
    )
    return [head, *(f"   {line}" for line in lines)]


def _review_line(note: ReviewNote, language: str, zone: tzinfo) -> str:
    at = moment_or_none(note.at)
    say = {**msgspec.structs.asdict(note), "reason": one_line(note.reason) or "-", "evidence": note.evidence or "-"}
    say["at"] = note.at if at is None else at.astimezone(zone)
    say["who"], say["role"] = one_line(note.who) or "-", one_line(note.role) or "-"
    if not note.stands:
        return translate("xapi", language, "Peninjauan %(statement_id)s oleh %(who)s dibatalkan.", say)
    return translate(
        "xapi",
        language,
        "Ditinjau oleh %(who)s (%(role)s) pada %(at)s: %(status)s. Alasan: %(reason)s. Bukti: %(evidence)s.",
        say,
    )
