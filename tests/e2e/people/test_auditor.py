"""An auditor: from the overview down to the evidence, a decision, and sealed files that prove themselves."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import Office, Room, in_content, jampel, new_name, sign_in, text_of

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


def first_link(hand: Mouse) -> str:
    """Follows the link of the first row with JP in the first table of the page; what it said."""
    figure = hand.page.locator("td[data-label$='iterima']", has_text=re.compile(r"[1-9][\d.]*,\d\d"))
    link = hand.page.locator("main tbody tr").filter(has=figure).first.locator("th a")
    name = link.inner_text()
    hand.press(link)
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text(name)
    return name


@pytest.mark.parametrize("how", ["keyboard", "no-script"])
def test_an_auditor_decides_and_takes_sealed_reports(office: Office, room: Room, how: str) -> None:
    script = how != "no-script"
    me = room.person(how if script else "mouse", java_script_enabled=script)
    sign_in(me, office, "pemeriksa", "auditor")
    me.press(me.page.get_by_role("navigation", name="Utama").get_by_role("link", name="Audit"))
    room.album(me.page, "capaian")
    for step in ("perangkat-daerah", "pegawai", "bukti"):
        first_link(me)
        room.album(me.page, step)
    expect(me.page.get_by_text("Rantai bukti")).to_be_visible()
    decide(me, office, room)
    take_reports(me, office, room)
    assert room.watch.problems == []


def decide(hand: Mouse, office: Office, room: Room) -> None:
    """The first activity that waits is approved; the reason stands on the page and in the LRS."""
    page, reason = hand.page, f"Sertifikat cocok, {new_name()}"
    hand.press(page.get_by_role("navigation", name="Utama").get_by_role("link", name="Audit"))
    hand.press(page.get_by_role("navigation", name="Bagian audit").get_by_role("link", name="Perlu ditinjau"))
    hand.press(page.locator("main tbody a").first)
    hand.select(page.get_by_label("Putusan", exact=True), "Disetujui")
    hand.press(page.get_by_role("button", name="Catat putusan"))
    expect(page.get_by_label("Alasan")).to_be_focused()  # the browser itself says that it must not be empty
    hand.fill(page.get_by_label("Alasan"), reason)
    hand.press(page.get_by_role("button", name="Catat putusan"))
    expect(page.locator("main")).to_contain_text(reason)
    assert in_content(page)
    room.album(page, "putusan")
    with office.services() as services:
        kept = services.statements.after(services.institution.id, 0, 100_000)
        (decision,) = [one for one in kept if reason.encode() in one.body]
    assert b"Disetujui" in decision.body


def take_reports(hand: Mouse, office: Office, room: Room) -> None:
    """Excel and PDF with their seals: whole as they came, refused when somebody has changed a figure."""
    page = hand.page
    hand.press(page.get_by_role("navigation", name="Utama").get_by_role("link", name="Audit"))
    for form in ("Excel", "PDF"):
        link = page.get_by_role("link", name=f"Rincian per pegawai: {form} bersegel")
        packed = hand.download(link, room.album.files())
        with ZipFile(packed) as archive:
            archive.extractall(room.album.files())
            (name,) = [one for one in archive.namelist() if not one.endswith(".seal.json")]
        report = room.album.files() / name
        whole = jampel(office, "audit", "verify", report)
        assert whole.exit_code == 0, whole.output
        tamper(report)
        changed = jampel(office, "audit", "verify", report)
        assert changed.exit_code == 1, changed.output


def tamper(report: Path) -> None:
    """One figure more in a table; one byte more in a paper."""
    if report.suffix == ".xlsx":
        book = load_workbook(report)
        cell = next(
            cell
            for sheet in book.worksheets
            for row in sheet.iter_rows(min_row=2)
            for cell in row
            if isinstance(cell.value, int | float)
        )
        cell.value = float(cell.value) + 20
        book.save(report)
    else:
        assert "Nama" in text_of(report)
        report.write_bytes(report.read_bytes().replace(b"/CreationDate", b"/CreationDatE") + b"%")
