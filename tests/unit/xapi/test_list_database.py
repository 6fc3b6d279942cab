"""Lists in a database: searched, narrowed, sorted and cut there, the same on both databases."""

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, insert, select

from xapi.database import open_database, writing
from xapi.list_database import SqlList, Wanted

ROWS = [("Budi", "a", 3), ("ani", "b", None), ("", "a", 1), ("50% Čapak_", "b", 2), ("Ani S", "a", 5)]


@pytest.fixture
def listed(place):
    engine = open_database(place)
    table = Table(
        "orang", MetaData(), Column("seq", BigInteger), Column("name", Text), Column("opd", Text),
        Column("jp", BigInteger),
    )  # fmt: skip
    with writing(engine) as connection:
        table.create(connection)
        values = [dict(zip(("seq", "name", "opd", "jp"), (i, *row), strict=True)) for i, row in enumerate(ROWS)]
        connection.execute(insert(table), values)
    yield SqlList(engine, select(table), searched=("name", "opd"), newest=("seq",))
    engine.dispose()


def names(listed: SqlList, **wanted: object) -> list[str]:
    return [row["name"] for row in listed.rows(Wanted(**wanted))]  # type: ignore[arg-type]


def test_a_list_is_searched_sorted_and_cut_by_the_database(listed: SqlList) -> None:
    assert names(listed) == ["Ani S", "50% Čapak_", "", "ani", "Budi"]
    assert names(listed, sort="name") == ["50% Čapak_", "ani", "Ani S", "Budi", ""]
    assert names(listed, sort="jp", descending=True) == ["Ani S", "Budi", "50% Čapak_", "", "ani"]
    assert names(listed, sort="jp", limit=2, offset=1) == ["50% Čapak_", "Budi"]
    assert names(listed, words=("ANI", "a")) == ["Ani S", "ani"]
    assert names(listed, words=("%",)) == ["50% Čapak_"]
    assert names(listed, words=("_",)) == ["50% Čapak_"]
    assert names(listed, only={"opd": "a"}, sort="seq") == ["Budi", "", "Ani S"]
    assert names(listed, sort="tidak ada; DROP TABLE orang") == names(listed)
    assert listed.count(Wanted(words=("ani",), only={"opd": "b"})) == 1
    assert listed.count(Wanted(limit=1, offset=3)) == len(ROWS)
