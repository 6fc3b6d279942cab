"""Long work: asked for on a page, done by the worker, told step by step, and kept for a day for whoever asked."""

import csv
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import msgspec
import pytest

from lti_tool.subject.erase import erase_subject
from lti_tool.tasks import desk
from lti_tool.tasks.desk import KNOWN_FOR
from lti_tool.tasks.kinds import KINDS, Kind
from lti_tool.tasks.model import Problem, Task
from lti_tool.tasks.runner import MOST_ATTEMPTS
from lti_tool.tasks.store import TaskStore
from lti_tool.web import audit_rules, figures
from lti_tool.web.testing import Site, send
from lti_tool.worker import Work
from xapi.database import migrate, open_database
from xapi.testing import FixedClock

LAYER = 'format = 1\nname = "kab"\nversion = "1"\n[target.PNS]\nminimum = { jp = 31 }\n'


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """On files alone: only the store asks a database anything, and has a test of its own."""
    found = Site(tmp_path / "data")
    yield found
    found.close()


@pytest.fixture
def auditor(site: Site, monkeypatch):
    """An auditor of an institution that counts as a large one."""
    monkeypatch.setattr(figures, "AT_ONCE", 0)
    site.credit(site.employ("Siti Rahmawati"), 3_000)
    return site.staff("auditor")


@pytest.fixture
def work(site: Site) -> Work:
    return Work(site.services)


def asked(auditor, address: str) -> str:
    """The page of the work that a link leads to."""
    answer = auditor.get(address)
    assert answer.status_code == 303
    assert answer.location.startswith("/pekerjaan/")
    return answer.location


FILES = {
    "/audit/unduh/pegawai.csv?tahun=2026&lang=id": "jp-2026-pegawai.csv",
    "/audit/unduh/pegawai.xlsx?tahun=2026&segel=ya": "jp-2026-pegawai.xlsx.zip",
    "/audit/temuan/semua/unduh.csv?tahun=2026": "temuan-2026-semua.csv",
    "/audit/kompetensi/peta.xlsx": "peta-kompetensi.xlsx",
}


def test_large_files_are_made_by_the_worker_and_fetched_from_their_pages(site, auditor, work) -> None:
    for address, name in FILES.items():
        page = asked(auditor, address)
        assert asked(auditor, address) == page, "a second click asks for nothing new"
        waiting = auditor.get(page).text
        assert "Menunggu giliran" in waiting
        assert "<progress" in waiting
        assert auditor.get(f"{page}/berkas").status_code == 404
        assert work.task_once() == 1
        assert auditor.get(f"{page}.json").json["ended"]
        assert name in auditor.get(page).text
        file = auditor.get(f"{page}/berkas")
        assert (file.status_code, file.headers["Cache-Control"]) == (200, "no-store")
        assert name in file.headers["Content-Disposition"]
        assert not name.endswith(".zip") or len(zipfile.ZipFile(BytesIO(file.data)).namelist()) == 2
        assert site.services.house.log.last(1)[0].action == "task.download"
        assert page in auditor.get("/pekerjaan/").text


def test_the_file_is_what_a_small_institution_gets_at_once(site, auditor, work, monkeypatch) -> None:
    address = "/audit/unduh/pegawai.csv?tahun=2026&lang=id&capaian=1"
    page = asked(auditor, address)
    work.task_once()
    made = auditor.get(f"{page}/berkas").data
    monkeypatch.setattr(figures, "AT_ONCE", 10)
    assert made == auditor.get(address).data
    assert "Siti Rahmawati" in made.decode()


def test_a_page_tells_when_no_worker_lives(site, auditor, work) -> None:
    page = asked(auditor, "/audit/unduh/opd.pdf?tahun=2026")
    assert "Tidak ada pekerja yang berjalan" in auditor.get(page).text
    work.pulse.beat()
    assert "Tidak ada pekerja yang berjalan" not in auditor.get(page).text


def test_work_is_cancelled_before_and_while_it_is_done(site, auditor, work, monkeypatch) -> None:
    first = asked(auditor, "/audit/unduh/opd.csv?tahun=2026")
    assert send(auditor, first, f"{first}/batal").status_code == 303
    assert "dihentikan" in auditor.get(first).text
    second = asked(auditor, "/audit/unduh/opd.csv?tahun=2026")
    assert second != first

    def run(services, task, target, tell) -> str:
        tell("write", 1, 2)
        target.write(b"half")
        send(auditor, second, f"{second}/batal")
        services.clock.advance(seconds=1)
        tell("write", 2, 2)
        return "laporan.csv"

    monkeypatch.setitem(KINDS, "report", Kind(("auditor",), run))
    while work.task_once():
        pass
    assert "dihentikan" in auditor.get(second).text
    assert list((site.data / "exports").iterdir()) == []
    assert auditor.get(f"{second}/berkas").status_code == 404


def test_a_worker_that_died_is_followed_by_another_and_at_last_the_page_says_so(site, auditor, work) -> None:
    page = asked(auditor, "/audit/unduh/opd.csv?tahun=2026")
    store, queue = site.services.tasks.store, site.services.queue
    for number in range(MOST_ATTEMPTS):  # each worker leases, begins, and is killed
        queue.lease(["task"], f"mati-{number}", site.clock(), 30.0, 1)
        store.begin(page.rsplit("/", 1)[1], site.clock())
        site.clock.advance(minutes=1)
    assert f"percobaan ke-{MOST_ATTEMPTS}" in auditor.get(page).text
    work.task_once()
    failed = auditor.get(page).text
    assert "task.gave_up" not in failed
    assert "tiga kali" in failed
    assert send(auditor, page, f"{page}/lagi").location != page


def test_what_fails_says_why_and_what_to_do(site, auditor, work, monkeypatch) -> None:
    page = asked(auditor, "/audit/unduh/opd.csv?tahun=2026")

    def run(services, task, target, tell) -> str:
        raise OSError("no space left on device")

    monkeypatch.setitem(KINDS, "report", Kind(("auditor",), run))
    for _ in range(MOST_ATTEMPTS):
        work.task_once()
        site.clock.advance(minutes=1)
    assert "disk" in auditor.get(page).text
    assert list((site.data / "exports").iterdir()) == []


@pytest.mark.thorough
def test_a_folder_that_cannot_be_made_ends_the_work_with_the_reason(site, auditor, work) -> None:
    page = asked(auditor, "/audit/unduh/opd.csv?tahun=2026")
    (site.data / "exports").write_text("no folder")
    for _ in range(MOST_ATTEMPTS):
        work.task_once()
        site.clock.advance(minutes=1)
    assert "disk" in auditor.get(page).text
    assert work.task_once() == 0


def test_work_is_its_accounts_alone(site, auditor, work) -> None:
    page = asked(auditor, "/audit/unduh/opd.csv?tahun=2026")
    work.task_once()
    other = site.staff("admin")
    for address in (page, f"{page}.json", f"{page}/berkas"):
        assert other.get(address).status_code == 404
        assert site.browser().get(address).status_code == 302
    assert page not in other.get("/pekerjaan/").text
    account = next(one for one in site.services.house.accounts.list() if one.username == "auditor")
    site.services.house.accounts.set_role(account.id, "author")
    assert auditor.get(f"{page}/berkas").status_code in (302, 404)


def test_files_go_after_a_while_or_when_someone_is_erased(site, auditor, work, monkeypatch) -> None:
    page = asked(auditor, "/audit/unduh/pegawai.csv?tahun=2026")
    work.task_once()
    monkeypatch.setattr(desk, "FILE_KEPT", timedelta(minutes=1))
    site.clock.advance(minutes=2)
    assert "sudah dihapus" in auditor.get(page).text
    again = send(auditor, page, f"{page}/lagi").location
    work.task_once()
    assert auditor.get(f"{again}/berkas").status_code == 200
    person = site.services.people.person_of("198501012099031001")
    erase_subject(site.services, person, basis="uji", decided_by="uji", although_employed=True)
    assert auditor.get(f"{again}/berkas").status_code == 404
    site.clock.advance(days=KNOWN_FOR.days + 1)
    site.services.tasks.tidy()
    assert site.services.tasks.store.of(site.services.house.accounts.list()[0].id) == []


def test_a_lost_job_is_put_back(site, auditor, work) -> None:
    page = asked(auditor, "/audit/unduh/opd.csv?tahun=2026")
    (job,) = site.services.queue.lease(["task"], "lain", site.clock(), 30.0, 1)
    site.services.queue.done(job)
    site.services.queue.forget(site.services.institution.id, "task", site.clock() + timedelta(days=1))
    auditor.get(page)
    assert work.task_once() == 1
    assert "Selesai" in auditor.get(page).text


def test_a_layer_is_tried_on_all_statements_and_taken_into_use_in_the_background(site, work, monkeypatch) -> None:
    site.credit(site.employ("Siti Rahmawati"), 3_050)
    admin = site.staff("admin")
    monkeypatch.setattr(audit_rules, "MOST_STATEMENTS", 0)
    fields = {"nama": "kab.toml", "isi": LAYER}
    tried = send(admin, "/audit/aturan/", "/audit/aturan/uji?tahun=2026", **fields).location
    work.task_once()
    rows = list(csv.reader(StringIO(admin.get(f"{tried}/berkas").data.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["Siti Rahmawati"]
    assert "kab.toml" in admin.get("/pekerjaan/").text
    wrong = send(admin, "/audit/aturan/", "/audit/aturan/uji?tahun=2026", nama="kab.toml", isi="format = 99")
    assert wrong.status_code == 400
    before = site.services.ledger.rules().hash
    used = send(admin, "/audit/aturan/", "/audit/aturan/pakai?tahun=2026", **fields).location
    assert site.services.ledger.rules().hash == before
    assert "Hentikan" not in admin.get(used).text
    work.task_once()
    assert "Selesai" in admin.get(used).text
    assert site.services.ledger.rules().hash != before


def test_the_store_keeps_how_far_work_is_on_either_database(place) -> None:
    engine, clock = open_database(place), FixedClock()
    migrate(engine, "lti_tool.tasks")
    store, other = TaskStore(engine, "1" * 32), TaskStore(engine, "2" * 32)
    first, second = (
        Task(id=f"{number}" * 32, account="a", kind="report", about={"by": f"{number}"}, language="id",
             created=clock() + timedelta(seconds=number), changed=clock())
        for number in (1, 2)
    )  # fmt: skip
    assert store.add(first) == first
    assert store.add(msgspec.structs.replace(second, about=first.about)) == first
    assert store.add(second) == second
    assert (store.ahead(second), other.get(first.id), other.of("a")) == (1, None, [])
    begun = store.begin(first.id, clock())
    assert begun is not None
    assert (begun.state, begun.attempts) == ("running", 1)
    assert store.step(first.id, clock(), "write", 5, 10)
    assert store.cancel(first.id, clock()).percent == 50
    assert not store.step(first.id, clock(), "write", 6, 10)
    failed = msgspec.structs.replace(begun, state="failed", problem=Problem("task.disk", params={"a": "b"}))
    store.end(first.id, clock(), failed)
    assert store.get(first.id).problem == failed.problem
    assert store.begin(first.id, clock()) is None
    assert store.cancel(second.id, clock()).state == "cancelled"
    assert [task.id for task in store.of("a")] == [second.id, first.id]
    assert store.forget(clock() + timedelta(days=1)) == 2
    assert store.under_way() == []
    engine.dispose()
