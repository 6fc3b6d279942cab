"""The store of logouts of a single sign-on: what it ends and remembers, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from lti_tool.errors import ToolError
from lti_tool.house.model import SignOnLogout, SignOnSession
from lti_tool.house.store import EndedSession, House
from lti_tool.house.store.tables import ACCOUNT, BROWSER_SESSION, INSTITUTION, instant
from xapi.database import migrate, open_database, upgrade, writing

HOME, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def engine(place):
    engine = open_database(place)
    migrate(engine, "lti_tool.house")
    yield engine
    engine.dispose()


def test_sessions_end_by_person_and_by_name_in_their_own_institution_and_only_once(engine, clock) -> None:
    home, other = House(engine, HOME), House(engine, OTHER)

    def start(house: House, name: str, session: SignOnSession | None) -> None:
        when = {"now": clock(), "expires": clock() + timedelta(hours=1)}
        house.sessions.start(name, "staff", name, **when, address="", agent="", sign_on=session)

    def end(house: House, number: str, subject: str, sid: str, made: int) -> list[str] | None:
        expires = clock() + timedelta(minutes=14)
        logout = SignOnLogout(id=number, subject=subject, sid=sid, made=made, expires=expires)
        ended = house.sign_on_logouts.end(logout, clock())
        return None if ended is None else sorted(one.subject for one in ended)

    for name, subject, sid in (("a", "p", "s1"), ("b", "p", "s2"), ("c", "p", ""), ("d", "q", ""), ("e", "q", "s3")):
        start(home, name, SignOnSession(subject=subject, sid=sid, made=100))
    start(home, "f", None)
    start(other, "g", SignOnSession(subject="p", sid="s1", made=100))
    assert end(home, "1", "p", "s1", 200) == ["a", "c"]
    assert end(home, "1", "q", "", 200) is None
    assert end(other, "1", "", "s1", 200) == ["g"]
    assert end(home, "2", "", "s3", 200) == ["e"]
    assert end(home, "3", "q", "s2", 200) == ["d"]  # s2 is not of q: a name alone is not enough beside a person
    assert end(home, "4", "p", "", 300) == ["b"]
    assert home.sessions.visit("f", "staff", clock(), timedelta(minutes=30)) == "f"

    for subject, sid, made in (("p", "s9", 299), ("p", "", 300), ("q", "s3", 200), ("r", "s3", 200), ("q", "", 200)):
        with pytest.raises(ToolError, match=r"oidc\.ended_there"):
            start(home, "late", SignOnSession(subject=subject, sid=sid, made=made))
    start(home, "h", SignOnSession(subject="p", sid="s1", made=301))
    start(other, "i", SignOnSession(subject="p", sid="s9", made=100))
    clock.advance(minutes=15)
    assert end(home, "1", "x", "", 900) == []  # forgotten, so its number is free


def test_what_ended_names_the_kind_and_the_person(engine, clock) -> None:
    house, when = House(engine, HOME), {"now": clock(), "expires": clock() + timedelta(hours=1)}
    session = SignOnSession(subject="p", made=100)
    house.sessions.start("x", "learner", "orang", **when, address="", agent="", sign_on=session)
    logout = SignOnLogout(id="1", subject="p", sid="", made=100, expires=clock())
    assert house.sign_on_logouts.end(logout, clock()) == [EndedSession("learner", "orang")]


def test_after_the_upgrade_who_came_by_a_sign_on_logs_in_once_more_and_others_go_on(place, clock) -> None:
    """Of older sessions nobody knows with which they end; an account of a sign-on is one without a password."""
    engine = open_database(place)
    old = dict.fromkeys(("institution", "created", "seen", "address", "agent"), "") | {"expires": "9999"}
    with writing(engine) as connection:
        upgrade(connection, "lti_tool.house", "0003")
        home = {"id": HOME, "slug": "a", "name": "Contoh", "time_zone": "Asia/Jakarta", "created": instant(clock())}
        connection.execute(insert(INSTITUTION).values(home))
        for account, password in (("rina", "argon2"), ("budi", "")):
            values = {"id": account, "username": account, "name": "", "role": "auditor", "password_hash": password}
            row = values | {"institution": HOME, "created": instant(clock()), "active": True}
            connection.execute(insert(ACCOUNT).values(row))
        for kind, subject in (("staff", "rina"), ("staff", "budi"), ("learner", "orang")):
            before = old | {"institution": HOME, "hash": f"h-{subject}", "kind": kind, "subject": subject}
            columns = ", ".join(before)
            names = ", ".join(f":{name}" for name in before)
            connection.execute(text(f"INSERT INTO browser_session ({columns}) VALUES ({names})"), before)  # noqa: S608
        upgrade(connection, "lti_tool.house")
        rows = connection.execute(select(BROWSER_SESSION).order_by(BROWSER_SESSION.c.subject)).all()
    engine.dispose()
    found = [(row.subject, row.sign_on_subject, row.sign_on_sid) for row in rows]
    assert found == [("orang", "", ""), ("rina", "", "")]
