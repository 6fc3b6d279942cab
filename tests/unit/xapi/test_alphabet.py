"""Names sort by their letters, whatever case and accents, in Python and in either database."""

import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, select

from xapi.alphabet import alphabetical, person_order
from xapi.alphabet_database import Alphabetical
from xapi.database import open_database, reading, writing

IN_ORDER = [
    "Ángel", "Budi", "Dahlia", "Đặng", "Darma", "de Jong", "Dewi", "Éva", "eva", "Eva B.", "E\u0301va C.", "Łukasz",
    "Ma’ruf A", "Ma'ruf B", "Müller", "Øyvind", "Ṣāliḥ", "Siti", "Zahra", "Жанна",
]  # fmt: skip


def test_accents_and_case_move_no_name() -> None:
    assert sorted(IN_ORDER[:7] + IN_ORDER[11:], key=alphabetical) == IN_ORDER[:7] + IN_ORDER[11:]
    assert alphabetical("Éva") == alphabetical("eva") == alphabetical("E\u0301va") == "eva"


def test_namesakes_stand_in_one_order_and_agencies_are_not_mixed() -> None:
    rows = [("Dinas B", "Ani", "2"), ("dinas b", "Ani", "1"), ("Dinas B", "éva", "1"), ("Dinas B", "Ani", "1")]
    assert sorted(rows, key=lambda row: person_order(*row)) == [rows[3], rows[0], rows[2], rows[1]]


@pytest.fixture
def named(place):
    engine = open_database(place)
    table = Table("orang", MetaData(), Column("name", Text))
    with writing(engine) as connection:
        table.create(connection)
        connection.execute(insert(table), [{"name": one} for one in [*reversed(IN_ORDER), None, ""]])
    yield engine, table.c.name
    engine.dispose()


def test_a_database_sorts_names_as_python_does(named) -> None:
    engine, name = named
    with reading(engine) as connection:
        keys = connection.execute(select(name, Alphabetical(name)).where(name.is_not(None))).all()
        found = connection.execute(select(name).order_by(Alphabetical(name).nulls_first(), name)).scalars().all()
    assert dict(keys) == {one: alphabetical(one) for one in [*IN_ORDER, ""]}
    assert found == [None, "", *sorted(IN_ORDER, key=lambda one: (alphabetical(one), one.encode()))]
