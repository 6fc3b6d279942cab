"""A backup holds everything, from either database, and comes back verified into either; bad files change nothing."""

import json
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from lti_tool.backup.check import check_backup
from lti_tool.backup.create import make_backup
from lti_tool.backup.restore import restore_backup
from lti_tool.backup.store.load import Loader
from lti_tool.databases import DATABASES, HOUSE, LRS, PEOPLE, UNFINISHED
from lti_tool.errors import ToolError
from lti_tool.services import open_services
from lti_tool.settings import Database, Settings, load_settings
from lti_tool.web.testing import Site
from xapi.audit.report import report
from xapi.clock import system_clock
from xapi.database import writing
from xapi.errors import DatabaseError

LASTING = [database for database in DATABASES if database.lasting]


def quietly(_total: int) -> Callable[[int], None]:
    return lambda _done: None


def back_up(settings: Settings, target: Path, databases=LASTING, *, with_secrets: bool = False):
    return make_backup(settings, target, databases, with_secrets=with_secrets, clock=system_clock, begin=quietly)


def checksums(manifest) -> dict[str, tuple[int, str]]:
    return {f"{part.name}.{table.name}": (table.rows, table.checksum) for part, table in manifest.tables}


@pytest.fixture
def full(site: Site, tmp_path: Path) -> Site:
    """An installation with something of everything."""
    site.publish(tmp_path / "modul")
    people = [site.employ(name, serial) for serial, name in enumerate(("Ni Made Ayu", "Yohanis Wanma"), 1)]
    for serial, person in enumerate(people, 1):  # the roster first: a report brings it into the ledger
        site.credit(person, 500 * serial)
    site.platform()
    site.staff("auditor")
    (site.data / "jampel.toml").write_text(
        '[server]\nport = 8100\n[database]\npeople_url = ""\n[institution]\nname = "Provinsi \\"Contoh\\""\n'
    )
    return site


def there(tmp_path: Path, **changes: object) -> Settings:
    return msgspec.structs.replace(load_settings(tmp_path / "there", {}), **changes)


def opened(settings: Settings, full: Site):
    same = msgspec.structs.replace(settings, institution=full.services.settings.institution)
    return open_services(same, full.clock)


def test_everything_comes_back_in_a_folder_of_files(full: Site, tmp_path: Path) -> None:
    made = back_up(full.services.settings, tmp_path / "c.jampel")
    restore_backup(there(tmp_path), tmp_path / "c.jampel", quietly)
    with opened(there(tmp_path), full) as services:
        rows = report(services.ledger, services.people, 2026, "pegawai").rows
        assert sorted(row["accepted"] for row in rows) == [500, 1000]
        assert services.library.course(services.library.list()[0].digest).pages
        assert len(services.statements.after(services.institution.id, 0, 10)) == 2
        assert services.lti.platforms.list() == full.services.lti.platforms.list()
    again = back_up(there(tmp_path), tmp_path / "d.jampel")
    assert checksums(again) == checksums(made)


def test_everything_comes_back_on_a_server(full: Site, tmp_path: Path, postgres) -> None:
    made = back_up(full.services.settings, tmp_path / "c.jampel")
    target = there(tmp_path, database=Database(url=postgres.new_database(), people_url=postgres.new_database()))
    restore_backup(target, tmp_path / "c.jampel", quietly)
    assert checksums(back_up(target, tmp_path / "d.jampel")) == checksums(made)
    with opened(target, full) as services:
        services.recorder.record({
            "actor": services.people.actor("0" * 32), "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
            "object": {"id": "https://example.go.id/a"},
        }, "sheet")  # fmt: skip  # a new row gets a number of its own
        services.house.log.add(full.clock(), "a", "uji.pulih")
        assert services.house.log.last(1)[0].action == "uji.pulih"


def test_a_backup_is_its_owners_alone_and_never_written_over(full: Site, tmp_path: Path) -> None:
    target = tmp_path / "c.jampel"
    back_up(full.services.settings, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    before = target.read_bytes()
    with pytest.raises(ToolError) as caught:
        back_up(full.services.settings, target)
    assert caught.value.code == "backup.exists"
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if "c.jampel" in path.name] == ["c.jampel"]


def test_a_backup_that_fails_leaves_nothing(full: Site, tmp_path: Path) -> None:
    def stop(_total: int) -> Callable[[int], None]:
        raise KeyboardInterrupt

    room = tmp_path / "room"
    room.mkdir()
    with pytest.raises(KeyboardInterrupt):
        make_backup(full.services.settings, room / "c", LASTING, with_secrets=False, clock=system_clock, begin=stop)
    assert list(room.iterdir()) == []


def test_secrets_stay_at_home_unless_asked_for(full: Site, tmp_path: Path) -> None:
    back_up(full.services.settings, tmp_path / "c")
    back_up(full.services.settings, tmp_path / "d", with_secrets=True)
    key = (full.data / "secrets" / "lti.key").read_bytes()
    assert key not in (tmp_path / "c").read_bytes()
    restore_backup(there(tmp_path), tmp_path / "d", quietly)
    restored = there(tmp_path).data / "secrets" / "lti.key"
    assert restored.read_bytes() == key
    assert (stat.S_IMODE(restored.stat().st_mode), stat.S_IMODE(restored.parent.stat().st_mode)) == (0o600, 0o700)


def test_settings_come_back_without_the_address_of_a_database(full: Site, tmp_path: Path) -> None:
    text = '[database]\nurl = "postgresql://a:rahasia@h/b"\n[institution]\nname = "Provinsi \\"Contoh\\""\n'
    (full.data / "jampel.toml").write_text(text)
    back_up(full.services.settings, tmp_path / "c")
    assert b"rahasia" not in (tmp_path / "c").read_bytes()
    restore_backup(there(tmp_path), tmp_path / "c", quietly)
    found = load_settings(tmp_path / "there", {})
    assert (found.database.url, found.institution.name) == ("", 'Provinsi "Contoh"')
    assert stat.S_IMODE((tmp_path / "there" / "jampel.toml").stat().st_mode) == 0o600


def test_people_can_be_left_out_and_brought_back_alone(full: Site, tmp_path: Path) -> None:
    settings = full.services.settings
    back_up(settings, tmp_path / "tanpa", [one for one in LASTING if one is not PEOPLE])
    back_up(settings, tmp_path / "orang", [PEOPLE])
    names = [part.name for part in check_backup(tmp_path / "tanpa", quietly).databases]
    assert "people" not in names
    assert len(names) == 4
    restore_backup(there(tmp_path), tmp_path / "tanpa", quietly)
    restore_backup(there(tmp_path), tmp_path / "orang", quietly)
    with opened(there(tmp_path), full) as services:
        assert len(services.people.find("Wanma")) == 1


@pytest.mark.parametrize("database", [HOUSE, LRS])
def test_a_place_that_is_in_use_is_refused_and_stays_as_it_is(full: Site, tmp_path: Path, database) -> None:
    back_up(full.services.settings, tmp_path / "c", [database])
    with pytest.raises(ToolError) as caught:
        restore_backup(full.services.settings, tmp_path / "c", quietly)
    assert caught.value.code in ("restore.not_empty", "backup.not_empty")
    assert len(full.services.people.find("Wanma")) == 1
    assert len(full.services.statements.after(full.services.institution.id, 0, 10)) == 2


def test_an_interrupted_restore_is_not_opened_and_can_be_done_again(full: Site, tmp_path: Path) -> None:
    back_up(full.services.settings, tmp_path / "c")
    data = there(tmp_path).data
    data.mkdir()
    (data / "house.db").write_bytes(b"half")
    (data / UNFINISHED).write_text("house.db\nlrs.db")
    with pytest.raises(ToolError) as caught:
        opened(there(tmp_path), full)
    assert caught.value.code == "restore.unfinished"
    restore_backup(there(tmp_path), tmp_path / "c", quietly)
    with opened(there(tmp_path), full) as services:
        assert len(services.people.find("Wanma")) == 1


def test_a_restore_that_fails_at_the_last_step_leaves_nothing(
    full: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_loader: Loader) -> None:
        raise OSError("the server went away")

    back_up(full.services.settings, tmp_path / "c")
    data = there(tmp_path).data
    data.mkdir()
    (data / "jampel.toml").write_text("[server]\nport = 8200\n")
    monkeypatch.setattr(Loader, "commit", fail)
    with pytest.raises(OSError, match="went away"):
        restore_backup(there(tmp_path), tmp_path / "c", quietly)
    assert [path.name for path in data.iterdir()] == ["jampel.toml"]


def test_a_backup_of_a_later_release_is_refused(full: Site, tmp_path: Path) -> None:
    with writing(full.services.people._engine) as connection:
        connection.execute(text("UPDATE version_xapi_people SET version_num = '9999'"))
    back_up(full.services.settings, tmp_path / "c")
    with pytest.raises(DatabaseError) as caught:
        restore_backup(there(tmp_path), tmp_path / "c", quietly)
    assert caught.value.code == "database.newer"
    assert list(there(tmp_path).data.iterdir()) == []


def test_what_was_acknowledged_before_a_backup_began_is_in_it_while_others_write(full: Site, tmp_path: Path) -> None:
    services, acknowledged, stop = full.services, [], threading.Event()
    principal, problems = services.principal("lms_record"), []
    statement = {
        "actor": services.people.actor("0" * 32), "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://example.go.id/a"},
    }  # fmt: skip

    def write() -> None:
        try:
            while not stop.is_set():
                batch = msgspec.json.encode([statement] * 7)
                acknowledged.append(services.lrs.post_statements(principal, batch))
        except Exception as error:  # noqa: BLE001
            problems.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        taken = []
        for number in range(4):
            before = len(acknowledged)
            back_up(services.settings, tmp_path / f"{number}")
            taken.append(acknowledged[:before])
    finally:
        stop.set()
        writer.join()
    assert problems == []
    assert taken[-1], "the writer wrote"
    for number, batches in enumerate(taken):
        target = msgspec.structs.replace(there(tmp_path), data=tmp_path / f"there-{number}")
        restore_backup(target, tmp_path / f"{number}", quietly)
        with opened(target, full) as restored:
            found = restored.statements.after(restored.institution.id, 0, 100_000)
            ids = {json.loads(one.body)["id"] for one in found}
            assert {one for batch in batches for one in batch} <= ids
            assert len(found) % 7 == 2, "no batch is half in it"


def test_every_file_database_that_comes_back_is_sound(full: Site, tmp_path: Path) -> None:
    back_up(full.services.settings, tmp_path / "c")
    restore_backup(there(tmp_path), tmp_path / "c", quietly)
    for path in there(tmp_path).data.glob("*.db"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
