"""A synthetic roster, and a year of varied learning records for it: the same seed gives the same year.

For the demonstration and for measuring. Every NIP has the impossible year of appointment 2099, so none is a person's.
"""

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from xapi import vocabulary as words
from xapi.audit.people import Employee
from xapi.audit.roster_names import FAMILY, GIVEN, OPD, POSITIONS, PPPK_GRADES
from xapi.audit.simulate_plans import PLANS, Plan
from xapi.identity import Nip
from xapi.people.person import RosterEntry

Produced = tuple[dict[str, object], str]


class Learnable(Protocol):
    """A published module, as far as a record of it needs: a `scorm_packager.course.Course` is one."""

    @property
    def iri(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def jp(self) -> int: ...
    @property
    def bentuk(self) -> str: ...


def synthetic_roster(n: int = 60, opd: int = 5, seed: int = 1) -> list[RosterEntry]:
    """`n` made-up employees in `opd` offices (at most 12), about one in four PPPK and a few CPNS."""
    rng = random.Random(f"roster {seed}")  # noqa: S311 - repeatable on purpose
    offices = OPD[:opd] if opd <= len(OPD) else tuple(f"{OPD[i % len(OPD)]} {i // len(OPD) + 1}" for i in range(opd))
    return [_employee(rng, serial, offices[serial % len(offices)]) for serial in range(n)]


def simulate_year(
    roster: Sequence[Employee],
    year: int,
    seed: int,
    modules: Sequence[Learnable],
    *,
    home_page: str,
    today: date | datetime | None = None,
) -> Iterator[Produced]:
    """Statements of `year` for everyone on the `roster`, each with the source that it comes from, in order of time.

    Some people learn nothing, some stay just below the target, some pass it; records repeat, use a certificate twice,
    go over the caps of a day and of a month, and come from sheets and packages that wait for a review. Nothing is
    dated on or after `today` (a day, or an aware moment). `home_page` is the institution's (`PeopleStore.home_page`).
    """
    produced: list[tuple[datetime, int, Produced]] = []
    for place, employee in enumerate(roster):
        rng = random.Random(f"{seed} {year} {place}")  # noqa: S311 - repeatable on purpose
        maker = _Maker(rng, employee.person, year, modules, home_page)
        plan = PLANS[place % len(PLANS)] if place < 2 * len(PLANS) else rng.choice(PLANS)
        for statement, source in maker.follow(plan, employee.status):
            moment = datetime.fromisoformat(str(statement["timestamp"]))
            produced.append((moment, len(produced), (statement, source)))
    last = today if isinstance(today, datetime) else datetime.combine(today or date.max, time(0), tzinfo=UTC)
    for moment, _, one in sorted(produced, key=lambda item: item[:2]):
        if moment < last:
            yield one


def _employee(rng: random.Random, serial: int, opd: str) -> RosterEntry:
    sex = rng.choice("mf")
    region = rng.randrange(len(FAMILY))
    status = rng.choices(("PNS", "PPPK", "CPNS"), (70, 25, 5))[0]
    birth = date(1968, 1, 1) + timedelta(days=rng.randrange(365 * 32))
    position, grade = rng.choice(POSITIONS if status == "PNS" else POSITIONS[2:])
    # A PNS number has the month of appointment, a PPPK number 21; the serial, from 001, keeps numbers apart.
    thousand, last = divmod(serial, 999)
    month = 1 + thousand % 12 if status != "PPPK" else 21 + thousand % 9
    nip = f"{birth:%Y%m%d}2099{month:02d}{1 if sex == 'm' else 2}{last + 1:03d}"
    return RosterEntry(
        nip=Nip(nip),
        name=f"{rng.choice(GIVEN[sex][region])} {rng.choice(FAMILY[region])}",
        opd=opd,
        status=status,
        position=position,
        grade=rng.choice(PPPK_GRADES) if status == "PPPK" else grade,
        start=None,
    )


class _Maker:
    """Makes the statements of one person."""

    def __init__(
        self, rng: random.Random, person: str, year: int, modules: Sequence[Learnable], home_page: str
    ) -> None:
        self._rng, self._person, self._year, self._modules, self._home = rng, person, year, modules, home_page
        self._count = 0

    def follow(self, plan: Plan, status: str) -> Iterator[Produced]:
        """The records of a plan; `status` decides how many a plan for the year's maximum needs."""
        for item in plan:
            for _ in range(item.times_pppk if status == "PPPK" and item.times_pppk else item.times):
                module = self._rng.choice(self._modules) if item.module and self._modules else None
                first = self._statement(item.bentuk, item.title, item.jp, item.days, module, same_month=item.same_month)
                if item.international:
                    _extend(first, words.EXT_INTERNATIONAL, True)
                if item.awaits:
                    _extend(first, words.EXT_AWAITS, True)
                if item.organiser:
                    _extend(first, words.EXT_ORGANISER, item.organiser)
                if item.source in {"lms_record", "launch"}:
                    _extend(first, words.EXT_ASSIGNED, not item.module)
                if item.certificate:
                    _extend(first, words.EXT_CERTIFICATE, f"{item.certificate}/{self._person[:6].upper()}/{self._year}")
                yield first, item.source
                if item.repeated:
                    again = {**first, "id": self._id(), "timestamp": _later(first, days=1)}
                    yield again, item.repeated

    def _statement(
        self, bentuk: str, title: str, jp: int, days: int, module: Learnable | None, *, same_month: bool
    ) -> dict[str, object]:
        self._count += 1
        hours = jp * 45 / 100 / 60
        end = self._moment(same_month)
        slug = f"{bentuk}/{self._year}/{self._rng.randrange(10**9):09d}"
        extensions: dict[str, object] = {words.EXT_JP: jp, words.EXT_BENTUK: bentuk}
        activity, name, kind = f"{words.JAMPEL}kegiatan/{slug}", title, words.ATTENDED
        if module is not None:
            extensions = {words.EXT_JP: module.jp, words.EXT_BENTUK: module.bentuk}
            activity, name, kind = module.iri, module.title, words.PASSED
            hours = module.jp * 45 / 100 / 60
        if days > 1:
            extensions[words.EXT_DAYS] = days
        return {
            "id": self._id(),
            "actor": {"objectType": "Agent", "account": {"homePage": self._home, "name": self._person}},
            "verb": {"id": kind, "display": {"id": "lulus" if kind == words.PASSED else "mengikuti"}},
            "object": {
                "objectType": "Activity",
                "id": activity,
                "definition": {"name": {"id": name}, "type": words.TYPE_MODULE},
            },
            "result": {"completion": True, "success": True, "duration": f"PT{round(hours * 60) + 5}M"},
            "context": {
                "registration": str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
                "extensions": extensions,
            },
            "timestamp": end.isoformat().replace("+00:00", "Z"),
        }

    def _moment(self, same_month: bool) -> datetime:
        """A working hour (in UTC, 08.00-16.00 in the west of Indonesia) of a weekday; coaching keeps to one month."""
        month, day = (
            (3, self._rng.randint(2, 27)) if same_month else (self._rng.randint(1, 12), self._rng.randint(1, 28))
        )
        on = date(self._year, month, day)
        on -= timedelta(days=max(0, on.weekday() - 4) if on.day > 2 else 0)
        clock = time(self._rng.randint(1, 8), self._rng.randint(0, 59), self._rng.randint(0, 59))
        return datetime.combine(on, clock, tzinfo=UTC)

    def _id(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))


def _later(statement: dict[str, object], *, days: int) -> str:
    moment = datetime.fromisoformat(str(statement["timestamp"])) + timedelta(days=days)
    return moment.isoformat().replace("+00:00", "Z")


def _extend(statement: dict[str, object], key: str, value: object) -> None:
    context = statement["context"]
    assert isinstance(context, dict)  # noqa: S101 - made above
    context["extensions"][key] = value
