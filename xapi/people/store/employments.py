"""Employment history inside one transaction: who worked where on a day, and what a roster changes."""

from datetime import date
from typing import Literal

from sqlalchemy import Connection, Row, Select, and_, false, func, insert, or_, select, update

from xapi.clock import Ids
from xapi.errors import PeopleError
from xapi.people.person import Employee, RosterEntry
from xapi.people.store.identities import Identities
from xapi.people.store.tables import employment, nip, person

ALWAYS = "0001-01-01"  # the start of an employment whose start no roster has said
FIELDS = ("opd", "status", "position", "grade")
LEAST_DIGITS = 4  # of a NIP before a search looks for one
Change = Literal["added", "changed", "unchanged"]


def employees(
    connection: Connection, institution: str, *, as_of: date | None = None, person_id: str | None = None,
    text: str | None = None, limit: int | None = None,
) -> list[Employee]:  # fmt: skip
    """Employees of `institution`, sorted by OPD and name.

    `as_of` takes those employed on that day; without it everyone comes, with the latest employment or none.
    `person_id` takes one; `text` takes those whose name or OPD contains it, or whose NIP begins with it.
    """
    query = _everyone(institution, as_of)
    if person_id is not None:
        query = query.where(person.c.id == person_id)
    if text is not None:
        digits = "".join(text.split())
        number = nip.c.nip.startswith(digits) if digits.isdigit() and len(digits) >= LEAST_DIGITS else false()
        named = person.c.name.icontains(text, autoescape=True)
        query = query.where(or_(named, employment.c.opd.icontains(text, autoescape=True), number))
    rows = connection.execute(query.order_by(employment.c.opd.nulls_first(), person.c.name, person.c.id).limit(limit))
    return [
        Employee(row.id, row.nip or "", row.name, row.opd or "", row.status or "", row.position or "", row.grade or "")
        for row in rows
    ]


def _everyone(institution: str, as_of: date | None) -> Select:
    newer = nip.alias("newer")
    newest_nip = (
        select(func.max(newer.c.seq))
        .where(newer.c.institution == person.c.institution, newer.c.person == person.c.id)
        .correlate(person)
    )
    job = and_(employment.c.institution == person.c.institution, employment.c.person == person.c.id)
    if as_of is None:
        later = employment.alias("later")
        newest_job = (
            select(func.max(later.c.valid_from))
            .where(later.c.institution == person.c.institution, later.c.person == person.c.id)
            .correlate(person)
        )
        job = and_(job, employment.c.valid_from == newest_job.scalar_subquery())
    else:
        day = as_of.isoformat()
        ends = or_(employment.c.valid_to.is_(None), employment.c.valid_to > day)
        job = and_(job, employment.c.valid_from <= day, ends)
    joined = person.join(employment, job, isouter=as_of is None).join(
        nip, nip.c.seq == newest_nip.scalar_subquery(), isouter=True
    )
    return (
        select(person.c.id, person.c.name, nip.c.nip, *(employment.c[field] for field in FIELDS))
        .select_from(joined)
        .where(person.c.institution == institution)
    )


def apply_entry(identities: Identities, ids: Ids, entry: RosterEntry, today: date) -> Change:
    """Brings one person to what `entry` says; raises PeopleError `people.starts_before` before anything is written."""
    person_id = identities.of_nip(entry.nip.digits)
    if person_id is None:
        person_id = identities.add_person(ids, entry.name)
        identities.add_nip(person_id, entry.nip.digits)
        _insert(identities, person_id, entry, entry.start.isoformat() if entry.start else ALWAYS)
        return "added"
    employed = _employ(identities, person_id, entry, today)
    renamed = identities.name_of(person_id) != entry.name
    if renamed:
        identities.rename(person_id, entry.name)
    awaited = identities.waits(person_id)
    if awaited:
        identities.stop_waiting(person_id)
    return "changed" if employed or renamed or awaited else "unchanged"


def _employ(identities: Identities, person_id: str, entry: RosterEntry, today: date) -> bool:
    """Whether the employment had to be changed: added, corrected, or ended and followed by a new one."""
    latest, earlier = _latest_two(identities, person_id)
    if latest is None:
        _insert(identities, person_id, entry, entry.start.isoformat() if entry.start else ALWAYS)
        return True
    start = entry.start.isoformat() if entry.start else None
    same = all(getattr(latest, field) == getattr(entry, field) for field in FIELDS)
    if same and start in (None, latest.valid_from):
        return False
    begins = start or today.isoformat()
    floor = latest.valid_from if not same else (earlier.valid_from if earlier else "")
    if begins < floor or (same and begins == floor):
        detail = "an earlier start than the employment before"
        raise PeopleError("people.starts_before", detail, start=begins, known=floor)
    if same or begins == latest.valid_from:
        _update(identities, latest.seq, {field: getattr(entry, field) for field in FIELDS} | {"valid_from": begins})
        if earlier is not None:
            _update(identities, earlier.seq, {"valid_to": begins})
    else:
        _update(identities, latest.seq, {"valid_to": begins})
        _insert(identities, person_id, entry, begins)
    return True


def _latest_two(identities: Identities, person_id: str) -> list[Row | None]:
    query = (
        select(employment)
        .where(employment.c.institution == identities.institution, employment.c.person == person_id)
        .order_by(employment.c.valid_from.desc())
        .limit(2)
    )
    found: list[Row | None] = list(identities.connection.execute(query))
    return [*found, None, None][:2]


def _insert(identities: Identities, person_id: str, entry: RosterEntry, valid_from: str) -> None:
    values = {field: getattr(entry, field) for field in FIELDS}
    identities.connection.execute(
        insert(employment).values(
            institution=identities.institution, person=person_id, valid_from=valid_from, valid_to=None, **values
        )
    )


def _update(identities: Identities, seq: int, values: dict[str, object]) -> None:
    here = (employment.c.institution == identities.institution, employment.c.seq == seq)
    identities.connection.execute(update(employment).where(*here).values(values))
