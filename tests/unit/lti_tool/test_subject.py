"""The rights of people over a whole installation: one copy of everything, erased everywhere, also after a restore."""

import hashlib
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from lti_tool.backup.create import make_backup
from lti_tool.backup.restore import restore_backup
from lti_tool.databases import DATABASES
from lti_tool.errors import ToolError
from lti_tool.services import Services, open_services
from lti_tool.settings import Privacy, Retention, load_settings
from lti_tool.store.adapter_pushes import SENT, Pushed
from lti_tool.subject.actors import agents_of
from lti_tool.subject.affected import affected_between, affected_by
from lti_tool.subject.erase import erase_subject
from lti_tool.subject.erasure_file import NAME, keep_erasures, read_erasures
from lti_tool.subject.export import gather, write_export
from lti_tool.subject.others import without_others
from lti_tool.subject.register import register_of
from lti_tool.subject.retention import destroy, due
from lti_tool.web.testing import LMS, Site
from xapi.clock import system_clock
from xapi.identity import parse_nip
from xapi.lrs.documents import Precondition
from xapi.lrs.states import StateAddress
from xapi.people import RosterEntry
from xapi.people.subject import Erasure
from xapi.testing import encoded, make_statement

ACCOUNT = "peserta-1"
ANI = "198501012099031001"
OTHERS = ("Budi Santoso", "198501012099031002")
WHY = {"basis": "permintaan 7", "decided_by": "dpo"}


@pytest.fixture
def ani(site: Site) -> str:
    """Ani with something of everything, beside Budi, who has the same."""
    for serial, (name, subject) in enumerate((("Ani Lestari", ACCOUNT), (OTHERS[0], "peserta-2")), 1):
        person = site.employ(name, serial)
        site.services.people.resolve(LMS, subject, f"1985010120990310{serial:02d}", name, now=site.clock())
        site.enrol(subject, best=8000)
        site.credit(person, 500)
        sent = Pushed(
            name, 2026, statements_of(site.services, person)[0], SENT, "d" * 64, f"r{serial}", at=site.clock()
        )
        site.services.lti.adapter_pushes.put("siasn", "", [sent])
    return site.services.people.person_of(ANI)


def quietly(_total: int) -> Callable[[int], None]:
    return lambda _done: None


def back_up(site: Site, target: Path) -> None:
    lasting = [database for database in DATABASES if database.lasting]
    make_backup(site.services.settings, target, lasting, with_secrets=False, clock=system_clock, begin=quietly)


def attach(services: Services, person: str, content: bytes) -> None:
    """A statement of the person with a file."""
    sha2 = hashlib.sha256(content).hexdigest()
    attachment = {"usageType": "https://example.com/bukti", "display": {"id": "Bukti"}, "contentType": "text/plain",
                  "length": len(content), "sha2": sha2}  # fmt: skip
    statement = make_statement(id=str(uuid.uuid4()), actor=services.people.actor(person), attachments=[attachment])
    services.lrs.post_statements(services.principal("sheet"), encoded(statement), contents={sha2: content})


def leave(site: Site, day: date) -> None:
    """Ani's employment ends."""
    entry = RosterEntry(parse_nip(ANI), "Ani Lestari", "Dinas Kelautan", "PNS", "Analis", "III/c", None, end=day)
    site.services.people.apply_roster([entry], site.clock().date(), keep_good=False)


def with_settings(site: Site, **changes: object) -> Services:
    """The same services under other settings."""
    site.services.settings = msgspec.structs.replace(site.services.settings, **changes)
    return site.services


def statements_of(services: Services, person: str) -> list[str]:
    return [one.id for one in services.subject_records.statements(agents_of(services.institution.id, [person]))]


def test_a_copy_has_everything_of_the_person_and_nothing_of_anybody_else(site: Site, ani: str, tmp_path: Path) -> None:
    services = site.services
    services.people.subjects.note("export", services.clock(), person_id=ani, **WHY)
    made, contents = gather(services, ani)
    write_export(tmp_path / "a.zip", made, contents, "id")
    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    data = json.loads(texts["data.json"])
    assert data["person"]["nips"] == [ANI]
    assert [one["statement"]["id"] for one in data["statements"]] == statements_of(services, ani)
    assert [len(data[name]) for name in ("credits", "enrolments", "launches", "processing")] == [1, 1, 1, 1]
    assert data["enrolments"][0]["best"] == 8000
    assert [(one["system"], one["remote"]) for one in data["sent"]] == [("siasn", "r1")]
    budi = services.people.person_of(OTHERS[1])
    for text in texts.values():
        assert not any(other in text for other in (*OTHERS, budi, "peserta-2"))
    assert "Ani Lestari" in texts["baca.html"]
    with pytest.raises(ToolError):
        write_export(tmp_path / "a.zip", made, contents, "id")


def test_other_people_in_a_statement_are_taken_out_wherever_they_stand() -> None:
    mine = {"objectType": "Agent", "account": {"homePage": "h", "name": "me"}}
    other = {"objectType": "Agent", "account": {"homePage": "h", "name": "you"}, "name": "Budi"}
    group = {"objectType": "Group", "name": "Kelas Budi", "member": [mine, {"mbox": "mailto:budi@example.go.id"}]}
    found = without_others(
        {"actor": mine, "object": {"objectType": "SubStatement", "actor": other, "object": group},
         "context": {"instructor": other, "contextAgents": [{"agent": other}], "team": group}, "authority": mine},
        "h", ["me"],
    )  # fmt: skip
    text = json.dumps(found)
    assert found["actor"] == found["authority"] == mine
    assert found["context"]["team"]["member"][0] == mine
    assert "you" not in text
    assert "udi" not in text


def test_an_employed_person_is_not_erased_and_the_refusal_is_on_record(site: Site, ani: str) -> None:
    with pytest.raises(ToolError) as caught:
        erase_subject(site.services, ani, **WHY)
    assert caught.value.code == "subject.employed"
    (line,) = site.services.people.subjects.log()
    assert (line.action, line.person, line.detail) == ("refuse", ani, "erase: permintaan 7")
    assert site.services.people.person_of(ANI) == ani


@pytest.mark.parametrize("with_statements", [False, True])
def test_an_erasure_takes_everything_of_one_person_and_nothing_of_another(
    site: Site, ani: str, with_statements: bool
) -> None:
    services = with_settings(site, privacy=Privacy(erase_statements=with_statements))
    budi = services.people.person_of(OTHERS[1])
    ids, theirs = statements_of(services, ani), statements_of(services, budi)
    address = StateAddress("https://contoh.go.id/a", services.people.actor(ani), None, "s")
    services.lrs.states.put(services.principal("sheet"), address, b"rahasia", "text/plain", Precondition())
    erased = erase_subject(services, ani, although_employed=True, **WHY)
    assert (erased.pseudonyms, erased.marked, erased.links) == ((ani,), 1, 1)
    assert erased.records.documents == 1
    assert services.subject_records.documents(agents_of(services.institution.id, [ani])) == []
    assert statements_of(services, ani) == ([] if with_statements else ids)
    assert services.people.erasures.statement(ids[0]) == services.clock().date()
    assert services.lti.subjects.links([(LMS, ACCOUNT)]) == []
    assert services.lti.subjects.launches([(LMS, ACCOUNT)]) == []
    assert list(services.lti.adapter_pushes.of("siasn", "")) == [OTHERS[0]]
    assert statements_of(services, budi) == theirs
    assert len(services.lti.subjects.links([(LMS, "peserta-2")])) == 1
    assert services.people.erasures.statement(theirs[0]) is None
    assert [one.person for one in read_erasures(site.data / NAME)] == [ani]
    site.count()
    assert services.ledger.credits_of(budi, 2026)
    assert bool(services.ledger.credits_of(ani, 2026)) != with_statements


def test_an_erasure_takes_an_attachment_that_nobody_else_has(site: Site, ani: str) -> None:
    services = site.services
    budi = services.people.person_of(OTHERS[1])
    for persons, content in (([ani], b"sertifikat Ani"), ([ani, budi], b"daftar hadir")):
        for person in persons:
            attach(services, person, content)
    erase_subject(services, ani, although_employed=True, **WHY)
    kept = services.subject_records.contents(
        list(services.subject_records.statements(agents_of(services.institution.id, [ani, budi])))
    )
    assert list(kept.values()) == [b"daftar hadir"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_restore_of_an_older_backup_erases_again(site: Site, ani: str, tmp_path: Path, by_hand: bool) -> None:
    back_up(site, tmp_path / "c.jampel")
    ids = statements_of(site.services, ani)
    erase_subject(site.services, ani, although_employed=True, **WHY)
    there = msgspec.structs.replace(
        load_settings(tmp_path / "there", {}), institution=site.services.settings.institution
    )
    if not by_hand:
        there.data.mkdir()
        keep_erasures(there.data, read_erasures(site.data / NAME))
    restored = restore_backup(there, tmp_path / "c.jampel", quietly, site.data / NAME if by_hand else None)
    assert restored.erased == 1
    with open_services(there, site.clock) as services:
        assert services.people.by_nip(ANI) is None
        assert services.people.by_nip(OTHERS[1]) is not None
        assert services.lti.subjects.links([(LMS, ACCOUNT)]) == []
        assert list(services.lti.adapter_pushes.of("siasn", "")) == [OTHERS[0]]
        assert services.people.erasures.statement(ids[0]) is not None
        assert [one.person for one in services.people.erasures.all()] == [ani]
        assert services.people.subjects.first_broken() is None
    assert [one.person for one in read_erasures(there.data / NAME)] == [ani]


def test_a_restore_with_a_broken_file_of_erasures_restores_nothing(site: Site, ani: str, tmp_path: Path) -> None:
    back_up(site, tmp_path / "c.jampel")
    (tmp_path / "e.jsonl").write_text('{"person": "x"}\n', encoding="utf-8")
    there = load_settings(tmp_path / "there", {})
    with pytest.raises(ToolError) as caught:
        restore_backup(there, tmp_path / "c.jampel", quietly, tmp_path / "e.jsonl")
    assert (caught.value.code, caught.value.params["line"]) == ("subject.erasure_file", 1)
    assert not list(there.data.glob("*.db"))


def test_the_file_of_erasures_keeps_what_it_has(site: Site, tmp_path: Path) -> None:
    one, two = (Erasure("a" * 32, name, site.clock(), "x", "y") for name in "12")
    keep_erasures(tmp_path, [one])
    keep_erasures(tmp_path, [two])
    keep_erasures(tmp_path, [])
    assert read_erasures(tmp_path / NAME) == [one, two]


def test_nothing_is_past_a_period_that_nobody_has_decided(site: Site, ani: str) -> None:
    site.clock.advance(days=9000)
    assert [(one.days, one.past) for one in due(site.services)] == [(0, 0)] * 4
    assert destroy(site.services, decided_by="dpo") == due(site.services)
    assert site.services.people.subjects.log() == []


def test_what_is_past_its_period_is_destroyed_and_noted_and_the_rest_stays(site: Site, ani: str) -> None:
    services = with_settings(site, retention=Retention(statements=30, enrolments=30, people=30))
    leave(site, site.clock().date())
    old = statements_of(services, ani)
    site.clock.advance(days=40)
    site.credit(services.people.person_of(OTHERS[1]), 300)
    found = {one.kind: one.past for one in due(services)}
    assert found == {"statements": 2, "documents": 0, "enrolments": 2, "people": 1}
    destroy(services, decided_by="dpo")
    assert {one.kind: one.past for one in due(services)} == dict.fromkeys(found, 0)
    assert services.people.by_nip(ANI) is None
    assert len(statements_of(services, services.people.person_of(OTHERS[1]))) == 1
    assert services.people.erasures.statement(old[0]) is not None
    assert services.people.subjects.log()[0].action == "retention"


def test_whom_a_breach_concerns_is_found_by_days_and_by_ids(site: Site, ani: str) -> None:
    services, now = site.services, site.clock()
    found = affected_between(services, now - timedelta(hours=1), now + timedelta(hours=1))
    assert [(one.name, one.statements) for one in found] == [("Ani Lestari", 1), (OTHERS[0], 1)]
    assert affected_between(services, now + timedelta(hours=1), now + timedelta(hours=2)) == []
    assert [one.person for one in affected_by(services, statements_of(services, ani))] == [ani]
    assert ANI not in repr(found)


def test_the_register_tells_every_kind_of_data_with_its_number(site: Site, ani: str) -> None:
    site.clock.advance(days=1)
    assert [one.records for one in register_of(site.services)] == [2, 2, 0, 2]
