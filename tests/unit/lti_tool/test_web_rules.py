"""The page of the rules: what is in use, what a layer would change, and adopting it with a line in the log."""

import io

import pytest

from lti_tool.rule_desk import rules_of
from lti_tool.web.audit_rules import MOST_BYTES
from lti_tool.web.testing import send, token_of

PAGE = "/audit/aturan/"
LAYER = b'\xef\xbb\xbfformat = 1\r\nname = "kab"\r\nversion = "1"\r\n[target.PNS]\r\nminimum = { jp = 30 }\r\n'


def upload(browser, data: bytes, name: str = "kab.toml"):
    token = token_of(browser.get(PAGE).text)
    sent = {"csrf_token": token, "berkas": (io.BytesIO(data), name)}
    return browser.post("/audit/aturan/coba?tahun=2026", data=sent, content_type="multipart/form-data")


@pytest.fixture
def auditor(site):
    return site.staff("auditor")


def test_the_page_shows_version_sources_and_what_is_not_settled(auditor) -> None:
    page = auditor.get(PAGE).text
    assert "lan-10-2018 1.1.0" in page
    assert page.index("target.PPPK.maximum") < page.index("target.PNS.minimum")
    assert "PP 49/2018" in page


def test_a_layer_is_compared_and_tried_before_anything_changes(site, auditor) -> None:
    site.credit(site.employ("Siti"), 2400)
    answer = upload(auditor, LAYER)
    assert answer.status_code == 200
    assert "30,00 JP" in answer.text
    assert "Dinas Kelautan" in answer.text
    assert "1 → 0" in answer.text
    assert "Pakai lapisan ini" not in answer.text
    assert rules_of(site.services.settings).version == "lan-10-2018 1.1.0"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LAYER.replace(b"jp = 30", b"jp = -30"), "baris 5"),
        (b"", "Pilih berkas"),
        (b"#" * (MOST_BYTES + 1), "256 kB"),
        ("<script>alert(1)</script>".encode("utf-16"), "UTF-8"),
        (b'format = 1\nname = "<b>"\nversion = "1"\n', "baris 2"),
    ],
)
def test_a_bad_layer_is_told_with_its_faults(auditor, data: bytes, said: str) -> None:
    answer = upload(auditor, data, "<script>.toml")
    assert answer.status_code == 400
    assert said in answer.text
    assert "<script>." not in answer.text


def test_an_admin_adopts_what_was_tried_and_everything_is_counted_anew(site) -> None:
    admin = site.staff("admin")
    site.credit(site.employ("Siti"), 2400)
    text = LAYER.decode("utf-8-sig")
    answer = send(admin, PAGE, "/audit/aturan/pakai?tahun=2026", nama="kab.toml", isi=text)
    assert answer.status_code == 303
    assert site.services.rules.version == "lan-10-2018 1.1.0 + kab 1"
    assert site.services.ledger.is_made_by(site.services.rules)
    (line,) = [line for line in site.services.house.log.last() if line.action == "audit.rules"]
    assert (line.subject, line.detail) == ("kab 1", "")
    assert "kab" in admin.get(PAGE).text
    again = send(admin, PAGE, "/audit/aturan/pakai?tahun=2026", nama="kab.toml", isi=text.replace("30", "31"))
    assert again.status_code == 400
    assert "Naikkan version" in again.text


def test_an_auditor_may_not_adopt(site, auditor) -> None:
    assert send(auditor, PAGE, "/audit/aturan/pakai", nama="kab.toml", isi=LAYER.decode()).status_code == 403
    assert not list(site.data.glob("aturan-*"))
