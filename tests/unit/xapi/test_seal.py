"""A seal over a real LRS: the untouched report is proven, and whatever is changed afterwards has a name."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from xapi.audit.projector import project
from xapi.audit.report import report
from xapi.audit.rules import load_rules
from xapi.audit.seal.compare import NoErasures
from xapi.audit.seal.evidence import rules_of_year
from xapi.audit.seal.figures import figures_of
from xapi.audit.seal.form import About, OpenedSeal, open_seal
from xapi.audit.seal.keys import SealPrivateKey, parse_seal_key
from xapi.audit.seal.leaves import content, of_statement
from xapi.audit.seal.make import Sealer, seal_text, sealable
from xapi.audit.seal.store import SealStore
from xapi.audit.seal.verify import Proof, Subject, check_file, prove
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import (
    INSTITUTION,
    ListedEmployee,
    ListedPeople,
    credit,
    person_id,
    review,
    statement_id,
    void,
)
from xapi.database import migrate, open_database, writing
from xapi.errors import AuditError
from xapi.lrs.store.rows import StoredStatement
from xapi.testing import FixedClock, embedded_lrs, encoded, make_principal

RULES = load_rules()
NOW = datetime(2027, 1, 10, 2, 0, tzinfo=UTC)
SEED = bytes(range(32))
FILE = b"isi laporan\r\n"


class Erased(NoErasures):
    """An erasure log in memory."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def statement(self, statement_id: str) -> date | None:
        return date(2027, 2, 3) if statement_id in self.names else None

    def person(self, person: str) -> date | None:
        return date(2027, 2, 3) if person in self.names else None


class Office:
    """An institution with an LRS, a ledger and a roster of three."""

    def __init__(self, place: Path | str) -> None:
        self.clock = FixedClock(NOW)
        self.parts = embedded_lrs(place, self.clock)
        self.engine = open_database(place if isinstance(place, str) else place.with_name("ledger.db"), schema="audit")
        migrate(self.engine, "xapi.audit")
        self.lrs = open_database(place)
        self.ledger, self.seals = Ledger(self.engine, INSTITUTION), SealStore(self.engine, INSTITUTION)
        self.people = ListedPeople(
            [
                ListedEmployee(person_id(1), "198501012099031001", "Ni Made Ayu"),
                ListedEmployee(person_id(2), "198501012099211002", "Yohanis Wanma", "Dinas Sosial", "PPPK"),
                ListedEmployee(person_id(3), "198501012099031003", "Cut Nurhayati", "Dinas Sosial"),
            ]
        )
        self.key = SealPrivateKey(SEED, INSTITUTION, "uji")
        self.rules = RULES

    def record(self, *statements: dict[str, object], source: str = "launch") -> None:
        principal = make_principal(institution=INSTITUTION, source=source)
        self.clock.advance(minutes=1)
        self.parts.lrs.post_statements(principal, encoded(statements), version="1.0.0")

    def year(self) -> None:
        """Credits of three people: counted, waiting, approved, rejected, taken back, and one that cannot be used."""
        self.record(
            credit(1, person=1, jp=1200),
            credit(2, person=1, jp=800, bentuk="seminar"),
            credit(6, person=2, jp=100),
            credit(10, bentuk="tidak ada"),
            credit(11, person=1, jp=200, at="2025-05-05T03:00:00Z"),
        )
        self.record(credit(3, person=2, jp=400), source="package")
        self.record(credit(4, person=2, jp=900), credit(8, person=3, jp=300), source="sheet")
        self.record(review(5, 4, "Disetujui"), void(7, 6), review(9, 8, "Ditolak"), source="review")

    def seal(self, by: str = "opd", content: bytes = FILE) -> OpenedSeal:
        return open_seal(self.seal_raw(by, content).encode())

    def seal_raw(self, by: str = "opd", content: bytes = FILE) -> str:
        project(self.ledger, self.parts.statements, self.people, self.rules)
        cursor = self.ledger.cursor()
        made = report(self.ledger, self.people, 2026, by)
        sealer = Sealer(self.ledger, self.seals, self.parts.statements, self.key, self.clock, "jampel uji")
        return seal_text(sealer, sealable(sealer, figures_of(made), cursor), content, "csv", "id")

    def proof(self, erasures: NoErasures | None = None) -> Proof:
        return Proof(
            INSTITUTION, self.parts.statements, self.people, self.rules, self.seals, erasures or NoErasures(),
            self.remake,
        )  # fmt: skip

    def remake(self, ledger: Ledger, about: About) -> Subject:
        made = report(ledger, self.people, about.year, about.by)
        return Subject(made, figures_of(made))

    def found(self, opened: OpenedSeal, erasures: NoErasures | None = None) -> list[tuple[str, object]]:
        """Kind and first value of each difference."""
        verdict, _ = prove(self.proof(erasures), opened.seal)
        assert verdict.holds == (not verdict.findings)
        return [(one.kind, next(iter(one.values.values()), "")) for one in verdict.differences]

    def run(self, sql: str, **values: object) -> None:
        with writing(self.lrs) as connection:
            connection.execute(text(sql), values)

    def body(self, number: int) -> bytes:
        return self.parts.statements.bodies(INSTITUTION, [key(number)])[key(number)]

    def tamper(self, number: int, before: bytes, after: bytes) -> None:
        """Changes bytes in the body of a statement, behind the back of everyone."""
        body = self.body(number)
        assert before in body
        self.run(
            "UPDATE statement SET body = :body WHERE id = :id", body=body.replace(before, after, 1), id=key(number)
        )


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


@pytest.fixture
def office(place: Path | str) -> Office:
    made = Office(place)
    made.year()
    yield made
    made.engine.dispose()
    made.lrs.dispose()


@pytest.mark.parametrize("by", ["opd", "pegawai", "triwulan"])
def test_an_untouched_report_is_proven(office: Office, by: str) -> None:
    opened = office.seal(by)
    assert opened.intact
    assert opened.seal.statements.count == 10  # all of the year but no other: also what was rejected, voided, unusable
    assert office.found(opened) == []


def test_what_comes_after_the_cut_off_breaks_nothing(office: Office) -> None:
    opened = office.seal()
    office.record(credit(20, person=3, jp=2000))
    office.record(review(21, 1, "Ditolak"), void(22, 2), source="review")
    office.seal()  # the ledger has seen them
    assert office.found(opened) == []


def test_a_removed_statement_is_named(office: Office) -> None:
    opened = office.seal()
    office.run("DELETE FROM statement WHERE id = :id", id=key(4))
    found = office.found(opened)
    assert found[0] == ("removed", statement_id(4))
    assert ("figure_row", "Dinas Sosial") in found


def test_a_removed_statement_that_counted_nothing_is_named_too(office: Office) -> None:
    opened = office.seal()
    office.run("DELETE FROM statement WHERE id = :id", id=key(7))
    assert office.found(opened)[0] == ("removed", statement_id(7))


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        (1, b"1200", b"1900"),
        (2, b"Kegiatan 2", b"Kegiatan 3"),
        (9, b"Ditolak", b"Disetujui"),
        (1, b"passed", b"passes"),
    ],
)
def test_an_altered_statement_is_named(office: Office, number: int, before: bytes, after: bytes) -> None:
    opened = office.seal()
    office.tamper(number, before, after)
    assert office.found(opened)[0] == ("altered", statement_id(number))


def test_every_byte_of_a_body_is_covered(office: Office) -> None:
    """One bit of each byte in turn, also of blanks, of `stored` and of the authority."""
    sealed = StoredStatement(1, key(1), 1799546400000000, "launch", office.body(1))
    body, fingerprint = bytearray(sealed.body), of_statement(sealed)
    for place in range(len(body)):
        body[place] ^= 1
        assert of_statement(sealed._replace(body=bytes(body))) != fingerprint
        body[place] ^= 1


def test_a_changed_source_of_evidence_is_an_alteration(office: Office) -> None:
    opened = office.seal()
    office.run("UPDATE statement SET source = 'launch' WHERE id = :id", id=key(3))
    assert office.found(opened)[0] == ("altered", statement_id(3))


def test_what_the_lrs_wrote_is_covered_as_well(office: Office) -> None:
    opened = office.seal()
    office.tamper(1, b'"name":"uji"', b'"name":"iju"')
    assert office.found(opened) == [("restamped", statement_id(1))]


def test_a_statement_put_off_to_after_the_cut_off_is_named(office: Office) -> None:
    opened = office.seal()
    office.run("UPDATE statement SET stored = stored + 86400000000 WHERE id = :id", id=key(9))
    assert office.found(opened)[0] == ("moved", statement_id(9))


def test_a_statement_that_claims_to_be_old_is_named(office: Office) -> None:
    opened = office.seal()
    office.record(credit(30, person=3, jp=2000))
    office.run("UPDATE statement SET stored = 1799500000000000 WHERE id = :id", id=key(30))
    found = office.found(opened)
    assert found[0] == ("added", statement_id(30))
    assert ("figure_row", "Dinas Sosial") in found


def test_other_rules_are_named_and_the_sealed_ones_are_reckoned_with(office: Office, tmp_path: Path) -> None:
    opened = office.seal("pegawai")
    layer = tmp_path / "lain.toml"
    layer.write_text('format = 1\nname = "lain"\nversion = "9"\n[bentuk.seminar]\nnational = { jp = 9 }\n')
    office.rules = load_rules([layer])
    assert [kind for kind, _ in office.found(opened)] == ["other_rules"]
    with writing(office.engine) as connection:
        connection.execute(text("DELETE FROM ledger_seal_rules"))
    assert [kind for kind, _ in office.found(opened)] == [
        "other_rules",
        "rules_unknown",
        "figure_row",
        "figure_summary",
    ]


def test_rules_of_another_year_leave_a_seal_alone(tmp_path: Path) -> None:
    layer = tmp_path / "nanti.toml"
    layer.write_text(
        'format = 1\nname = "nanti"\nversion = "9"\nvalid_from = 2027-01-01\n[bentuk.seminar]\nnational = { jp = 9 }\n'
    )
    later = load_rules([layer])
    assert rules_of_year(later, 2026) == rules_of_year(RULES, 2026)
    assert rules_of_year(later, 2027) != rules_of_year(RULES, 2027)


def test_another_roster_is_named_by_pseudonym(office: Office) -> None:
    opened = office.seal()
    office.people.employees[0] = ListedEmployee(person_id(1), "198501012099031001", "Ni Made Ayu", "Inspektorat")
    office.people.employees.append(ListedEmployee(person_id(4), "198501012099031004", "Andi Baso"))
    assert office.found(opened)[:2] == [("roster_altered", person_id(1)), ("roster_added", person_id(4))]
    del office.people.employees[0]
    assert office.found(opened)[0] == ("roster_removed", person_id(1))


def test_a_new_name_changes_nothing(office: Office) -> None:
    opened = office.seal("pegawai")
    office.people.employees[0] = ListedEmployee(person_id(1), "198501012099031001", "Aaa Ayu")
    assert office.found(opened) == []


def test_a_later_link_between_pseudonyms_is_another_roster(office: Office) -> None:
    opened = office.seal()
    office.people.aliases[person_id(2)] = person_id(1)
    assert office.found(opened)[0] == ("roster_altered", person_id(2))


def test_what_was_erased_by_law_is_no_finding(office: Office) -> None:
    opened = office.seal("pegawai")
    office.run("DELETE FROM statement WHERE id IN (:one, :two)", one=key(8), two=key(9))
    del office.people.employees[2]
    log = Erased(statement_id(8), statement_id(9), person_id(3))
    found = office.found(opened, log)
    assert found == [
        ("roster_erased", person_id(3)), ("erased", statement_id(8)), ("erased", statement_id(9)),
        ("figures_erased", 2),
    ]  # fmt: skip
    assert prove(office.proof(log), opened.seal)[0].holds
    assert not prove(office.proof(), opened.seal)[0].holds


@pytest.mark.parametrize("by", ["pegawai", "opd"])
def test_a_statement_destroyed_by_law_explains_the_figures_that_rested_on_it(office: Office, by: str) -> None:
    opened = office.seal(by)
    office.run("DELETE FROM statement WHERE id = :id", id=key(2))
    found = office.found(opened, Erased(statement_id(2)))
    assert found == [("erased", statement_id(2)), ("figures_erased", 2)]
    office.run("DELETE FROM statement WHERE id = :id", id=key(1))
    assert ("removed", statement_id(1)) in office.found(opened, Erased(statement_id(2)))


def test_an_erasure_hides_no_change_of_someone_else(office: Office) -> None:
    opened = office.seal("pegawai")
    office.run("DELETE FROM statement WHERE id IN (:one, :two)", one=key(8), two=key(9))
    office.run("DELETE FROM statement WHERE id = :id", id=key(1))
    del office.people.employees[2]
    found = office.found(opened, Erased(statement_id(8), statement_id(9), person_id(3)))
    assert ("removed", statement_id(1)) in found
    assert ("figure_row", person_id(1)) in found


def test_what_is_still_there_was_not_erased(office: Office) -> None:
    opened = office.seal()
    office.tamper(1, b"1200", b"1900")
    assert office.found(opened, Erased(statement_id(1)))[0] == ("altered", statement_id(1))


def test_without_the_record_the_part_is_named(office: Office) -> None:
    opened = office.seal()
    with writing(office.engine) as connection:
        connection.execute(text("DELETE FROM ledger_seal_set"))
    office.run("DELETE FROM statement WHERE id = :id", id=key(4))
    assert [kind for kind, _ in office.found(opened)] == ["statements", "figures"]


def test_a_changed_record_is_not_believed(office: Office) -> None:
    opened = office.seal()
    with writing(office.engine) as connection:
        connection.execute(text("UPDATE ledger_seal_set SET changes = :none"), {"none": b""})
    office.run("DELETE FROM statement WHERE id = :id", id=key(4))
    assert [kind for kind, _ in office.found(opened)] == ["statements", "figures"]


def test_the_query_of_another_release_is_only_mentioned_when_the_figures_agree(office: Office) -> None:
    seal = office.seal().seal
    other = msgspec.structs.replace(seal, query="0" * 64)
    verdict, _ = prove(office.proof(), other)
    assert ([one.kind for one in verdict.differences], verdict.holds) == (["query_note"], True)
    wrong = msgspec.structs.replace(other, figures=msgspec.structs.replace(seal.figures, root="0" * 64))
    verdict, _ = prove(office.proof(), wrong)
    assert [one.kind for one in verdict.findings] == ["other_query", "figures"]


def test_seals_of_one_year_share_their_record_and_each_is_recalled(office: Office) -> None:
    first = office.seal()
    again = office.seal("triwulan")
    office.record(credit(20, person=3, jp=2000))
    second = office.seal()
    with writing(office.engine) as connection:
        rows = connection.execute(
            text("SELECT LENGTH(changes) FROM ledger_seal_set WHERE name = '2026/statements' ORDER BY number")
        ).all()
    assert [row[0] for row in rows] == [10 * 64, 64]
    assert again.seal.statements == first.seal.statements
    for opened in (first, second):
        kept = office.seals.recall("2026/statements", opened.seal.statements.root)
        assert kept is not None
        assert (len(kept), kept.exact()) == (opened.seal.statements.count, opened.seal.statements.exact)


def test_a_ledger_that_was_projected_further_meanwhile_is_not_sealed(office: Office) -> None:
    office.seal()
    made = report(office.ledger, office.people, 2026)
    sealer = Sealer(office.ledger, office.seals, office.parts.statements, office.key, office.clock, "jampel uji")
    with pytest.raises(AuditError, match=r"audit\.seal_ledger_moved"):
        sealable(sealer, figures_of(made), office.ledger.cursor() - 1)


def test_a_ledger_that_counts_what_is_gone_is_not_sealed(office: Office) -> None:
    office.seal()
    office.run("DELETE FROM statement WHERE id = :id", id=key(4))
    with pytest.raises(AuditError, match=r"audit\.seal_ledger_behind"):
        office.seal()


def test_the_seal_of_another_institution_is_not_compared(office: Office) -> None:
    seal = msgspec.structs.replace(office.seal().seal, institution="f" * 32)
    assert prove(office.proof(), seal)[0].differences[0].kind == "other_institution"


def test_no_name_and_no_nip_is_in_a_seal(office: Office) -> None:
    raw = office.seal_raw("pegawai")
    assert not any(part in raw for part in ("198501012099", "Ayu", "Wanma", person_id(1)))
    assert len(raw) < 3000


@pytest.mark.parametrize("name", ["made", "through", "statements", "figures", "rules", "report"])
def test_an_edited_seal_is_noticed(office: Office, name: str) -> None:
    parts = json.loads(office.seal_raw())
    parts[name] = parts[name] + "x" if isinstance(parts[name], str) else {**parts[name], **edited(parts[name])}
    opened = open_seal(json.dumps(parts).encode())
    assert check_file(opened, [office.key.public], FILE).findings[0].kind == "seal_edited"


def edited(part: dict[str, object]) -> dict[str, object]:
    name, value = next(iter(part.items()))
    return {name: value + 1 if isinstance(value, int) else f"{value}0"}


def test_a_seal_by_another_key_or_over_another_file_is_noticed(office: Office) -> None:
    opened = office.seal()
    other = SealPrivateKey(bytes(32), INSTITUTION).public
    assert check_file(opened, [other], FILE).findings[0].kind == "wrong_key"
    assert check_file(opened, [other, office.key.public], FILE).holds
    assert check_file(opened, [office.key.public], FILE + b" ").findings[0].kind == "file_changed"


@pytest.mark.parametrize(
    ("where", "told"),
    [(("7", "Dinas Uji"), "baris 7 (Dinas Uji)"), (("7", ""), "baris 7."), (("JP!B7", ""), "sel JP!B7")],
)
def test_a_changed_file_is_told_by_its_place_and_by_a_name_only_if_there_is_one(
    office: Office, where: tuple[str, str], told: str
) -> None:
    opened = office.seal()
    assert told in check_file(opened, [office.key.public], FILE + b" ", place=where).findings[0].text("id")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{}", b"\xff", b'{"format": "jampel-seal-1"}', b"[" * 5000, b'{"a": 1, "a": 2}',
        b'{"signature": 1.5}', b'{"signature": "\\ud800"}',
    ],
)  # fmt: skip
def test_what_is_no_seal_is_refused(raw: bytes) -> None:
    with pytest.raises(AuditError, match=r"audit\.seal_unreadable"):
        open_seal(raw)


def test_a_public_key_is_read_as_it_was_written() -> None:
    key = SealPrivateKey(SEED, INSTITUTION, "Provinsi  Contoh").public
    assert parse_seal_key(key.text()).raw == key.raw
    assert SealPrivateKey(SEED, "f" * 32).public.raw != key.raw
    for wrong in ("", "jampel-seal-key1 ???", key.text().replace("seal", "x"), "jampel-seal-key1 AAAA"):
        with pytest.raises(AuditError, match=r"audit\.seal_key"):
            parse_seal_key(wrong)


def test_the_content_of_a_statement_leaves_out_what_an_lrs_sets_and_how_lines_are_broken() -> None:
    here = b'{"id":"a","stored":"1","actor":{"x":\n 1.50},"authority":{"y":2}}'
    there = b'{ "actor" : {"x":  1.50} , "id":"a","authority":{"z":3},"stored":"2"}'
    assert content(here) == content(there) == b'{"actor":{"x":  1.50},"id":"a"}'
    assert content(b"no json") == b"no json"
