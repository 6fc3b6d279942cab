"""A credential that ships inside a package raises nobody's accepted JP, whatever is sent with it to the real LRS."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from xapi import vocabulary as words
from xapi.audit.projector import project
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.database import migrate, open_database
from xapi.errors import LrsError
from xapi.identity import Nip
from xapi.intake import Intake
from xapi.lrs.accounts_intake import accounts_intake
from xapi.lrs.principal import ModuleGrant
from xapi.lrs.service import Lrs
from xapi.people import PeopleStore
from xapi.people.person import RosterEntry
from xapi.testing import INSTITUTION, FixedClock, embedded_lrs, encoded, make_principal, seeded_ids

RULES = load_rules()
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan"
COURSE = "https://example.go.id/kursus/revolusi-mental"
GIVEN = {words.EXT_JP: 300, words.EXT_BENTUK: "kursus"}  # without a cap, so that nothing hides a JP too many
EVIDENCE = "ab" * 32
APPROVED_BEFORE_IT_CAME = str(uuid.UUID(int=77, version=4))


class Site(NamedTuple):
    """An LRS with people and a ledger; `ids` are the statements of the victim by what they are."""

    lrs: Lrs
    statements: Any
    people: PeopleStore
    ledger: Ledger
    victim: str
    ids: dict[str, str]

    def send(self, source: str, statement: dict[str, Any], **principal: Any) -> str:
        return self.lrs.post_statements(make_principal(source=source, **principal), encoded(statement))[0]

    def accepted(self) -> dict[str, object]:
        project(self.ledger, self.statements, self.people, RULES)
        return {
            str(row["person"]): row["accepted"] for row in self.ledger.rows(["report_person"], 2026)["report_person"]
        }


def statement(person: dict[str, object], activity: str, said: dict[str, object], **other: Any) -> dict[str, Any]:
    return {
        "actor": person,
        "verb": {"id": words.PASSED},
        "object": {"id": activity},
        "context": {"extensions": said},
        "timestamp": "2026-11-02T02:00:00Z",
        **other,
    }


def about(target: str, verb: str, **said: object) -> dict[str, Any]:
    """A statement about another statement, as a validator of ours writes it."""
    return {
        "actor": {"account": {"homePage": "https://example.go.id", "name": "validator"}},
        "verb": {"id": verb},
        "object": {"objectType": "StatementRef", "id": target},
        "context": {"extensions": said},
    }


def approving(target: str) -> dict[str, Any]:
    return about(target, words.VERB_REVIEWED, **{words.EXT_STATUS: "Disetujui", words.EXT_EVIDENCE: EVIDENCE})


@pytest.fixture(scope="module")
def site(lasting_place: Path | str):
    file = lasting_place if isinstance(lasting_place, str) else lasting_place.with_name("forged.db")
    engine = open_database(file, schema="forged", durability="NORMAL")
    for store in ("xapi.people", "xapi.audit"):
        migrate(engine, store)
    clock = FixedClock(NOW)
    people = PeopleStore(engine, INSTITUTION, seeded_ids(5))
    people.apply_roster(
        [
            RosterEntry(Nip(f"19850101209903100{n}"), f"Orang {n}", "Dinas", "PNS", "Analis", "III/a", None)
            for n in (1, 2)
        ],
        NOW.date(),
        keep_good=False,
    )
    stored = embedded_lrs(lasting_place, clock)
    lrs = Lrs(stored.statements, clock, seeded_ids(9), admit=accounts_intake(Intake(people, clock), INSTITUTION))
    victim = people.by_nip("198501012099031001")
    found = Site(lrs, stored.statements, people, Ledger(engine, INSTITUTION), str(victim), {})
    actor = people.actor(found.victim)
    held = {words.EXT_JP: 900, words.EXT_BENTUK: "pelatihan-teknis", words.EXT_AWAITS: True}
    found.ids["held"] = found.send("lms_record", statement(actor, COURSE, held))
    found.ids["rejected"] = found.send("launch", statement(actor, f"{MODULE}-lain", GIVEN))
    found.ids["rejection"] = found.send(
        "review", about(found.ids["rejected"], words.VERB_REVIEWED, **{words.EXT_STATUS: "Ditolak"})
    )
    found.ids["sheet"] = found.send("sheet", statement(actor, f"{COURSE}/hadir", GIVEN))
    found.ids["package"] = found.send("package", statement(actor, MODULE, GIVEN))
    found.send("lms_record", statement(actor, f"{COURSE}/lain", GIVEN))
    found.send("review", approving(APPROVED_BEFORE_IT_CAME))
    yield found
    engine.dispose()


Attempt = Callable[[Site, dict[str, object]], dict[str, Any]]
ATTEMPTS: dict[str, Attempt] = {
    "a credit in the name of somebody else": lambda s, a: statement(a, MODULE, GIVEN),
    "a credit of a part of the module": lambda s, a: statement(a, f"{MODULE}/bab-9", GIVEN),
    "a credit under the activity that the LMS has recorded": lambda s, a: statement(a, f"{COURSE}/lain", GIVEN),
    "more JP": lambda s, a: statement(a, MODULE, {**GIVEN, words.EXT_JP: 9000}),
    "another form": lambda s, a: statement(a, MODULE, {**GIVEN, words.EXT_BENTUK: "magang"}),
    "an international activity": lambda s, a: statement(a, MODULE, {**GIVEN, words.EXT_INTERNATIONAL: True}),
    "another day by a far zone": lambda s, a: statement(a, MODULE, {**GIVEN, words.EXT_ZONE: "Pacific/Kiritimati"}),
    "the look of the LMS's record": lambda s, a: statement(
        a, MODULE, GIVEN, authority={"account": {"homePage": "https://lms.example.go.id", "name": "lms_record"}},
        stored="2026-01-01T00:00:00Z",
    ),
    "the release of a held pass": lambda s, a: statement(a, COURSE, {words.EXT_IMPLEMENTS: COURSE}),
    "the release of a held pass by the module": lambda s, a: statement(a, MODULE, {words.EXT_IMPLEMENTS: COURSE}),
    "an approval of a package": lambda s, a: approving(s.ids["package"]),
    "an approval of a sheet in the name of a validator": lambda s, a: {
        **approving(s.ids["sheet"]), "actor": {"account": {"homePage": "https://example.go.id", "name": "bkpsdm"}}
    },
    "an approval of a held pass": lambda s, a: approving(s.ids["held"]),
    "a void of the rejection": lambda s, a: about(s.ids["rejection"], words.VOIDED),
    "a void of the rejected credit": lambda s, a: about(s.ids["rejected"], words.VOIDED),
    "an id that is approved already": lambda s, a: statement(a, MODULE, GIVEN, id=APPROVED_BEFORE_IT_CAME),
    "the id of the LMS's record": lambda s, a: statement(a, MODULE, GIVEN, id=s.ids["held"]),
    "the id of a rejected credit": lambda s, a: statement(a, MODULE, GIVEN, id=s.ids["rejected"].upper()),
}  # fmt: skip


@pytest.mark.parametrize("what", ATTEMPTS)
def test_a_package_raises_nobodys_accepted_jp(site: Site, what: str) -> None:
    before = site.accepted()
    assert before[site.victim] == 300
    forged = ATTEMPTS[what](site, site.people.actor(site.victim))
    module = ModuleGrant(key="paket", activity=MODULE, extensions=GIVEN)
    with suppress(LrsError):  # refused or not, it changes no figure
        site.send("package", forged, scopes=frozenset({"module"}), module=module)
    assert site.accepted() == before


@pytest.mark.parametrize("what", ATTEMPTS)
def test_nor_does_a_package_whose_credential_was_never_limited(site: Site, what: str) -> None:
    """As if the LRS let everything through: the ledger trusts the source alone."""
    before = site.accepted()
    forged = ATTEMPTS[what](site, site.people.actor(site.victim))
    with suppress(LrsError):  # what the LRS refuses anyway, as an id that is taken
        site.send("package", forged)
    assert site.accepted() == before


def test_a_validator_still_approves_what_came_from_a_package(site: Site) -> None:
    before = site.accepted()
    site.send("review", approving(site.ids["package"]))
    assert site.accepted()[site.victim] == int(str(before[site.victim])) + 300
