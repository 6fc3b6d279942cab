"""The household stores: institutions, modules and the staff log, each institution for itself."""

import msgspec
import pytest

from lti_tool.house.model import Module
from lti_tool.house.store import House
from xapi.database import migrate, open_database

HOME, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def engine(place):
    engine = open_database(place)
    migrate(engine, "lti_tool.house")
    yield engine
    engine.dispose()


def module(clock, number: int = 1, **changes) -> Module:
    values = {
        "id": f"{number:032x}",
        "course_id": "pelayanan",
        "iri": "https://contoh.go.id/pelayanan",
        "version": f"1.0.{number}",
        "digest": f"{number:064x}",
        "title": "Pelayanan",
        "description": "",
        "language": "id",
        "jp": 100,
        "bentuk": "e-learning",
        "minutes": 45,
        "pages": 3,
        "questions": 8,
        "published_at": clock(),
        "published_by": "",
    }
    return Module(**(values | changes))


def test_an_institution_is_made_once_and_its_name_and_time_zone_follow_the_settings(engine, clock) -> None:
    store = House(engine, "").institutions
    first = store.ensure(id=HOME, slug="babel", name="Babel", time_zone="Asia/Jakarta", now=clock())
    clock.advance(days=1)
    assert store.ensure(id=OTHER, slug="babel", name="Babel", time_zone="Asia/Jakarta", now=clock()) == first
    moved = store.ensure(id=OTHER, slug="babel", name="Lain", time_zone="Asia/Jayapura", now=clock())
    assert moved == msgspec.structs.replace(first, name="Lain", time_zone="Asia/Jayapura")
    assert store.list() == [moved]


def test_the_newest_version_that_is_not_withdrawn_is_opened(engine, clock) -> None:
    store = House(engine, HOME).modules
    old = store.add(module(clock, 1))
    clock.advance(days=1)
    new = store.add(module(clock, 2))
    assert store.newest("pelayanan") == new
    store.withdraw(new.id, clock())
    assert store.newest("pelayanan") == old
    store.withdraw(old.id, clock())
    assert store.newest("pelayanan") is None
    store.withdraw(old.id, None)
    assert store.newest("pelayanan") == old


def test_the_same_sources_again_renew_the_row(engine, clock) -> None:
    store = House(engine, HOME).modules
    first = store.add(module(clock))
    store.withdraw(first.id, clock())
    clock.advance(hours=1)
    again = store.add(module(clock, id="f" * 32))
    assert (again.id, again.withdrawn, again.published_at) == (first.id, None, clock())


def test_another_institution_sees_no_module_and_no_log(engine, clock) -> None:
    ours, theirs = House(engine, HOME), House(engine, OTHER)
    ours.modules.add(module(clock))
    ours.log.add(clock(), "akun", "module.publish", "1")
    assert theirs.modules.list() == []
    assert theirs.modules.by_digest(f"{1:064x}") is None
    theirs.modules.withdraw(f"{1:032x}", clock())
    assert ours.modules.newest("pelayanan") is not None
    assert theirs.log.last() == []


def test_the_log_keeps_the_order(engine, clock) -> None:
    log = House(engine, HOME).log
    log.add(clock(), "akun", "platform.add", "p1", "LMS")
    log.add(clock(), "akun", "platform.off", "p1")
    assert [line.action for line in log.last()] == ["platform.off", "platform.add"]
