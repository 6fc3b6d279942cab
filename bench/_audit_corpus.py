"""Statements of a made-up province, made as they are asked for: five million of them need no room.

Person, form, day and the rest follow from the number of a statement alone, so that any part can be made again. People
and statements have random ids as in life, arrive in order of time, and a person's are scattered over the year.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from xapi import vocabulary as words
from xapi.audit.simulate import synthetic_roster
from xapi.audit.testing import HOME_PAGE, INSTITUTION, ListedEmployee, ListedPeople, ListedStatement

YEAR = 2026
STORED = "2027-01-15T00:00:00Z"
FORMS = (
    "e-learning", "e-learning", "e-learning", "e-learning", "e-learning", "e-learning", "kursus", "seminar", "coaching",
    "belajar-mandiri", "komunitas-belajar", "pelatihan-teknis",
)  # fmt: skip
SOURCES = ("launch",) * 12 + ("lms_record",) * 6 + ("sheet",) * 2
JP = (50, 100, 100, 200)
ACTIVITIES = 2_000
_DAYS = tuple((date(YEAR, 1, 1) + timedelta(days=n)).isoformat() for n in range(365))
_BODY = (
    '{"id":"%s","actor":{"objectType":"Agent","account":{"homePage":"%s","name":"%s"}},"verb":{"id":"%s","display":'
    '{"id":"lulus","en":"passed"}},"object":{"objectType":"Activity","id":"https://w3id.org/jampel/modul/prov/m%d",'
    '"definition":{"name":{"id":"Modul %d"},"description":{"id":"Pembelajaran mandiri"},"type":"%s"}},"result":'
    '{"completion":true,"success":true,"duration":"PT%dM"},"context":{"registration":"%s","extensions":{"%s":%d,"%s":'
    '"%s"%s}},"timestamp":"%sT0%d:%02d:00Z","stored":"%s"}'
)


def person_of(number: int) -> str:
    """The pseudonym of person `number`."""
    return hashlib.blake2b(b"person %d" % number, digest_size=16).hexdigest()


def statement(number: int, *, people: int, total: int, person: str | None = None) -> ListedStatement:
    """Statement `number` (from 1) of `total` about one of `people`, or about `person` (a pseudonym)."""
    noise = hashlib.blake2b(b"statement %d" % number, digest_size=32).digest()
    hexes = noise.hex()
    identifier = f"{hexes[:8]}-{hexes[8:12]}-4{hexes[13:16]}-a{hexes[17:20]}-{hexes[20:32]}"
    registration = f"{hexes[32:40]}-{hexes[40:44]}-4{hexes[45:48]}-b{hexes[49:52]}-{hexes[52:64]}"
    who = person or person_of(int.from_bytes(noise[0:6]) % people)
    activity = int.from_bytes(noise[6:9]) % ACTIVITIES
    certificate = f',"{words.EXT_CERTIFICATE}":"S-{int.from_bytes(noise[9:13]) % total}"' if noise[13] < 51 else ""
    day = _DAYS[min(364, (number - 1) * 365 // total)]
    body = _BODY % (
        identifier, HOME_PAGE, who, words.PASSED, activity, activity, words.TYPE_MODULE, 30 + noise[14] % 120,
        registration, words.EXT_JP, JP[noise[15] % 4], words.EXT_BENTUK, FORMS[noise[16] % 12], certificate, day,
        noise[17] % 10, noise[18] % 60, STORED,
    )  # fmt: skip
    return ListedStatement(number, identifier, STORED, SOURCES[noise[19] % 20], body.encode())


class MadeStatements:
    """A statement store of `total` statements about `people`, to which single ones can be added."""

    def __init__(self, people: int, total: int) -> None:
        self.people, self.total = people, total
        self.added: list[ListedStatement] = []

    def after(self, institution: str, seq: int, limit: int) -> Sequence[ListedStatement]:
        """The next statements."""
        if institution != INSTITUTION:
            return []
        made = range(seq + 1, min(seq + limit, self.total) + 1)
        first = [statement(number, people=self.people, total=self.total) for number in made]
        start = max(0, seq - self.total)
        return [*first, *self.added[start : start + limit - len(first)]]

    def add(self, count: int, persons: Sequence[str]) -> None:
        """Adds `count` new statements, in turn about each of `persons`."""
        first = self.total + len(self.added) + 1
        self.added += [
            statement(first + place, people=self.people, total=self.total, person=persons[place % len(persons)])
            for place in range(count)
        ]


def roster(people: int) -> ListedPeople:
    """The employees whom the statements are about."""
    return ListedPeople(
        [
            ListedEmployee(person_of(i), row.nip.digits, row.name, row.opd, row.status, row.position, row.grade)
            for i, row in enumerate(synthetic_roster(people, 35))
        ]
    )
