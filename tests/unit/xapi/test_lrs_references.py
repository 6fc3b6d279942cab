"""Who refers to a statement, on both databases: directly, newest first, and never across institutions."""

import uuid

import pytest
from sqlalchemy import text

from xapi.database import migrate, open_database, writing
from xapi.lrs.store.references import References
from xapi.testing import INSTITUTION, embedded_lrs, encoded, make_principal, make_statement
from xapi.vocabulary import VERB_REVIEWED

OTHER = "0" * 31 + "2"
INSERT = text(
    "INSERT INTO statement (seq, institution, stored, voided, agent, verb, authority, id, target, voids, source, body)"
    " VALUES (:seq, :institution, :seq, :voided, 1, 1, 1, :id, :target, :voids, 'foreign', :body)"
)


class Rows:
    """Statements put straight into the table: what matters here are the references between them."""

    def __init__(self, engine) -> None:
        self._engine = engine
        self._seq = 0
        with writing(engine) as connection:
            for number, name in enumerate((INSTITUTION, OTHER), start=1):
                connection.execute(text("INSERT INTO institution VALUES (:n, :i)"), {"n": number, "i": name})

    def add(self, target: bytes | None = None, *, institution: int = 1, voids: bool = False, voided: bool = False):
        self._seq += 1
        one = uuid.UUID(int=self._seq)
        row = {"seq": self._seq, "institution": institution, "id": one.bytes, "target": target, "body": b"{}"}
        with writing(self._engine) as connection:
            connection.execute(INSERT, row | {"voids": int(voids), "voided": int(voided)})
        return one


@pytest.fixture
def engine(place):
    found = open_database(place, durability="NORMAL")
    migrate(found, "xapi.lrs")
    yield found
    found.dispose()


@pytest.fixture
def rows(engine):
    return Rows(engine)


@pytest.fixture
def references(engine):
    return References(engine)


def test_those_that_refer_come_newest_first_and_in_pages(rows, references) -> None:
    target = rows.add()
    made = [str(rows.add(target.bytes)) for _ in range(5)]
    first = references.to(INSTITUTION, target.bytes, limit=3)
    rest = references.to(INSTITUTION, target.bytes, before=first[-1].statement.seq, limit=3)
    assert [one.statement.id for one in (*first, *rest)] == made[::-1]
    assert first[0].statement.stored.startswith("1970-01-01T00:00:00.000006")


def test_what_refers_through_another_is_not_among_them(rows, references) -> None:
    target = rows.add()
    first = rows.add(target.bytes)
    rows.add(first.bytes)
    assert [one.statement.id for one in references.to(INSTITUTION, target.bytes)] == [str(first)]


def test_a_voided_reference_says_so_and_the_first_that_voids_is_known(rows, references) -> None:
    target = rows.add()
    review = rows.add(target.bytes, voided=True)
    voiding = rows.add(review.bytes, voids=True)
    rows.add(review.bytes, voids=True)
    (found,) = references.to(INSTITUTION, target.bytes)
    assert (found.statement.id, found.voided, found.voids) == (str(review), True, False)
    assert references.voiding(INSTITUTION, review.bytes) == str(voiding)
    assert references.voiding(INSTITUTION, target.bytes) is None


def test_another_institution_sees_no_reference(rows, references) -> None:
    target = rows.add()
    own, other = rows.add(target.bytes), rows.add(target.bytes, institution=2, voids=True)
    assert [one.statement.id for one in references.to(INSTITUTION, target.bytes)] == [str(own)]
    assert [one.statement.id for one in references.to(OTHER, target.bytes)] == [str(other)]
    assert references.to("0" * 32, target.bytes) == []
    assert references.voiding(INSTITUTION, target.bytes) is None


def test_what_an_lrs_stored_is_found(tmp_path) -> None:
    found = embedded_lrs(tmp_path)
    target = found.lrs.post_statements(make_principal(), encoded(make_statement()))[0]
    about = make_statement(verb={"id": VERB_REVIEWED}, object={"objectType": "StatementRef", "id": target})
    made = found.lrs.post_statements(make_principal(), encoded(about))[0]
    engine = open_database(tmp_path / "lrs.db")
    (one,) = References(engine).to(INSTITUTION, uuid.UUID(target).bytes)
    assert (one.statement.id, one.statement.body) == (
        made,
        found.statements.get(INSTITUTION, uuid.UUID(made).bytes).body,
    )
    engine.dispose()
