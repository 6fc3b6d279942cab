"""What a reader sees when the database cannot keep what they sent, or is away: a sentence, never a broken page."""

import logging
from pathlib import Path

import psycopg
import pytest

from lti_tool.web.testing import Site, send


@pytest.mark.parametrize("page", ["/masuk", "/admin/pegawai/?q=%00", "/audit/?year=2026&opd=%00"])
def test_a_nul_character_breaks_no_page(site: Site, page: str) -> None:
    admin = site.staff()
    assert admin.get(page).status_code < 500
    assert send(site.browser(), "/masuk", "/masuk", username="a\0b", password="x\0y").status_code < 500


def test_a_database_that_is_away_is_told_with_a_time_to_come_back(
    tmp_path: Path, postgres, caplog: pytest.LogCaptureFixture
) -> None:
    url = postgres.new_database()
    site = Site(tmp_path / "data", url=url)
    name = url.split("@/")[1].split("?")[0]
    with psycopg.connect(url.replace(f"/{name}?", "/postgres?"), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    with caplog.at_level(logging.ERROR):
        answer = site.browser().get("/lti/jwks")
    assert (answer.status_code, bool(answer.headers["Retry-After"])) == (503, True)
    assert "tidak terjangkau" in answer.text
    assert "the database failed" in caplog.text
    assert "Traceback" not in caplog.text
    site.close()
