"""Numbers, days and times on pages: by Indonesian convention, and by the English one on English pages."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from flask import render_template_string

from lti_tool.web.app import create_app
from lti_tool.web.testing import CHEAP, Site

MOMENT = datetime(2026, 11, 26, 2, 30, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """SQLite alone: nothing here depends on the database."""
    return tmp_path / "uji.db"


def shown(site: Site, language: str, text: str) -> str:
    with site.app.test_request_context(f"/?lang={language}"):
        return render_template_string("{{ " + text + " }}", moment=MOMENT)


@pytest.mark.parametrize(
    ("text", "indonesian", "english"),
    [
        ("6363|count", "6.363", "6,363"),
        ("56.9|count", "56,9", "56.9"),
        ("123456|jp", "1.234,56", "1,234.56"),
        ("250|jp_short", "2,5", "2.5"),
        ("2000|jp_short", "20", "20"),
        ("none|count", "–", "–"),
        ("moment|day", "26 Nov 2026", "26 Nov 2026"),
        ("moment|time", "26 Nov 2026 09.30 WIB", "26 Nov 2026 09:30 WIB"),
        ("none|time", "–", "–"),
    ],
)
def test_a_value_is_written_as_its_readers_write_it(site, text: str, indonesian: str, english: str) -> None:
    assert (shown(site, "id", text), shown(site, "en", text)) == (indonesian, english)


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Pontianak", "26 Nov 2026 09.30 WIB"),
        ("Asia/Makassar", "26 Nov 2026 10.30 WITA"),
        ("Asia/Jayapura", "26 Nov 2026 11.30 WIT"),
    ],
)
def test_a_time_names_its_zone(site, zone: str, written: str) -> None:
    site.services.institution = msgspec.structs.replace(site.services.institution, time_zone=zone)
    site.app = create_app(site.services, CHEAP)
    assert shown(site, "id", "moment|time") == written
