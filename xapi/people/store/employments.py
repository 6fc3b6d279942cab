"""Employment history inside one transaction: who worked where on a day, and all that is known of some people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, false, func, insert, or_, select

from xapi.alphabet_database import Alphabetical
from xapi.people.person import Employee, Stay
from xapi.people.store.tables import employment, frozen, nip, person
from xapi.people.timeline import ALWAYS, Period

FIELDS = ("opd", "status", "position", "grade", "unit", "unit_code")
LEAST_DIGITS = 4  # of a NIP before a search looks for one
_GONE = delete(employment).where(
    employment.c.institution == bindparam("here"),
    employment.c.person == bindparam("who"),
    employment.c.valid_from == bindparam("start"),
)


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
    opd, name = employment.c.opd, person.c.name
    order = (Alphabetical(opd).nulls_first(), opd, Alphabetical(name), name, person.c.id)
    rows = connection.execute(query.order_by(*order).limit(limit))
    limited = set(connection.execute(select(frozen.c.person).where(frozen.c.institution == institution)).scalars())
    return [_employee(row, limited=row.id in limited) for row in rows]


def _employee(row: Sequence[Any], *, limited: bool) -> Employee:
    """A row of `_everyone`, read by position: a roster has many."""
    who, name, number, opd, status, position, grade, unit, unit_code = row
    return Employee(
        who,
        number or "",
        name,
        opd=opd or "",
        status=status or "",
        position=position or "",
        grade=grade or "",
        unit=unit or "",
        unit_code=unit_code or "",
        limited=limited,
    )


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


def histories(connection: Connection, institution: str, people: Iterable[str]) -> dict[str, list[Period]]:
    """The employment of each of `people` (at most some hundreds) in order of days; who has none is left out."""
    query = select(employment).where(employment.c.institution == institution, employment.c.person.in_(list(people)))
    found: dict[str, list[Period]] = defaultdict(list)
    for row in connection.execute(query.order_by(employment.c.person, employment.c.valid_from)):
        found[row.person].append(Period(row.valid_from, row.valid_to, *(getattr(row, field) for field in FIELDS)))
    return dict(found)


def write_history(
    connection: Connection, institution: str, before: dict[str, list[Period]], after: dict[str, list[Period]]
) -> None:
    """Makes the employment of the people in `after` what it says, where `before` (what is stored) says otherwise."""
    gone, new = [], []
    for who, periods in after.items():
        known = before.get(who, [])
        gone += [{"who": who, "start": one.start} for one in known if one not in periods]
        new += [{"person": who, **_row(one)} for one in periods if one not in known]
    if gone:
        connection.execute(_GONE, [{"here": institution, **one} for one in gone])
    if new:
        connection.execute(insert(employment), [{"institution": institution, **one} for one in new])


def stays(periods: Sequence[Period]) -> list[Stay]:
    """`periods` as people read them."""
    return [
        Stay(
            one.opd, one.status, one.position, one.grade, one.unit, one.unit_code,
            start=None if one.start == ALWAYS else _day(one.start), end=_day(one.end),
        )
        for one in periods
    ]  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _row(period: Period) -> dict[str, object]:
    return {"valid_from": period.start, "valid_to": period.end, **dict(zip(FIELDS, period.work, strict=True))}
