"""When everything was last backed up is noted, and a note that cannot be written spoils no backup."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from lti_tool.backup.create import make_backup
from lti_tool.backup.note import NAME, last_backup, note_backup
from lti_tool.databases import DATABASES, HOUSE
from lti_tool.web.testing import Site

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LASTING = [database.name for database in DATABASES if database.lasting]


def test_a_backup_in_parts_is_as_old_as_its_oldest_part(tmp_path: Path) -> None:
    assert last_backup(tmp_path) is None
    note_backup(tmp_path, LASTING[1:], NOON)
    assert last_backup(tmp_path) is None, "one database is in no backup"
    note_backup(tmp_path, LASTING[:1], NOON + timedelta(days=3))
    assert last_backup(tmp_path) == NOON
    note_backup(tmp_path, LASTING, NOON + timedelta(days=4))
    assert last_backup(tmp_path) == NOON + timedelta(days=4)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_note_that_is_broken_or_cannot_be_written_is_as_none(tmp_path: Path) -> None:
    note_backup(tmp_path / "tidak-ada", LASTING, NOON)
    (tmp_path / NAME).write_text("{")
    assert last_backup(tmp_path) is None


def test_the_first_page_of_the_administration_says_when(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    try:
        admin = site.staff("admin")
        assert "dengan jampel backup" in admin.get("/admin/").text
        databases = [one for one in DATABASES if one.lasting]
        made = {"with_secrets": False, "clock": site.clock, "begin": lambda _rows: lambda _done: None}
        make_backup(site.services.settings, tmp_path / "a.jampel", [HOUSE], **made)
        assert "dengan jampel backup" in admin.get("/admin/").text
        make_backup(site.services.settings, tmp_path / "b.jampel", databases, **made)
        page = admin.get("/admin/").text
        assert "Cadangan terakhir</dt><dd>23 Nov 2026 09.00 WIB</dd>" in page
    finally:
        site.close()
