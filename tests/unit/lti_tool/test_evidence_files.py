"""Certificates that are kept: opened from the audit, brought back by a backup, erased with their person."""

import stat
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from lti_tool.backup.create import make_backup
from lti_tool.backup.manifest import is_safe
from lti_tool.backup.restore import restore_backup
from lti_tool.databases import DATABASES
from lti_tool.errors import ToolError
from lti_tool.evidence_files import EvidenceFiles
from lti_tool.settings import Retention, load_settings
from lti_tool.subject.erase import erase_subject
from lti_tool.subject.export import gather
from lti_tool.subject.retention import destroy
from lti_tool.web.testing import Site, send
from xapi.audit.trail import trail_of_person
from xapi.clock import system_clock

PDF = b"%PDF-1.4\n%%EOF\n"
DIGEST = sha256(PDF).hexdigest()


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "198501012099031001.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def site(tmp_path: Path, monkeypatch):
    """As the site of the other pages, in files alone: none of this asks the database anything of its own. The data
    folder is given as most people give it, from where they are."""
    monkeypatch.chdir(tmp_path)
    found = Site(Path("data"))
    yield found
    found.close()


@pytest.fixture
def files(site) -> EvidenceFiles:
    return EvidenceFiles(site.services.settings.data, site.services.institution.id)


def test_a_file_is_kept_once_for_its_owner_alone_under_its_hash(tmp_path: Path, pdf: Path) -> None:
    files = EvidenceFiles(tmp_path, "a" * 32)
    assert files.keep(pdf, DIGEST)
    assert not files.keep(pdf, DIGEST)
    kept = files.find(DIGEST)
    assert (kept.name, kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode)) == (f"{DIGEST}.pdf", PDF, 0o600)
    assert files.find("../../secrets") is None


def test_a_file_that_is_another_one_by_now_is_not_kept(tmp_path: Path, pdf: Path) -> None:
    files = EvidenceFiles(tmp_path, "a" * 32)
    pdf.write_bytes(PDF + b"x")
    with pytest.raises(ToolError):
        files.keep(pdf, DIGEST)
    assert files.find(DIGEST) is None


def test_the_auditor_opens_the_certificate_from_the_evidence_and_the_log_says_so(site, files, pdf: Path) -> None:
    person = site.employ("Siti")
    statement = site.credit(person, 400)
    auditor, address = site.staff("auditor"), f"/audit/orang/{person}/2026/bukti/{statement}"
    assert "berkas" not in auditor.get(address).text.split("<h3>")[0].split("Keterangan")[1]
    assert auditor.get(f"{address}/berkas").status_code == 404
    files.keep(pdf, DIGEST)
    files.link(statement, DIGEST)
    assert f"{address}/berkas" in auditor.get(address).text
    answer = auditor.get(f"{address}/berkas")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert any(line.action == "audit.evidence" for line in site.services.house.log.last())
    stranger = site.app.test_client().get(f"{address}/berkas")
    assert stranger.status_code == 302


def test_a_decision_names_the_certificate_that_came_later(site, files, pdf: Path) -> None:
    person = site.employ("Siti")
    statement = site.credit(person, 400)
    files.keep(pdf, DIGEST)
    files.link(statement, DIGEST)
    auditor, address = site.staff("auditor"), f"/audit/orang/{person}/2026/bukti/{statement}"
    assert send(auditor, address, address, status="Disetujui", reason="Cocok").status_code == 303
    trail = trail_of_person(site.services.ledger, site.services.people, person, 2026)
    assert trail.entries[0].reviews[0].evidence == DIGEST


def test_a_backup_brings_the_certificates_and_without_people_leaves_them_out(site, files, pdf: Path, tmp_path) -> None:
    files.keep(pdf, DIGEST)
    lasting = [database for database in DATABASES if database.lasting]

    def made(name: str, databases) -> list[str]:
        manifest = make_backup(site.services.settings, tmp_path / name, databases, with_secrets=False,
                               clock=system_clock, begin=lambda _total: lambda _done: None)  # fmt: skip
        return [file.path for file in manifest.files if file.path.startswith("evidence/")]

    assert len(made("all.jampel", lasting)) == 1
    assert made("some.jampel", [one for one in lasting if one.name != "people"]) == []
    there = msgspec.structs.replace(load_settings(tmp_path / "there", {}))
    restore_backup(there, tmp_path / "all.jampel", lambda _total: lambda _done: None)
    assert EvidenceFiles(tmp_path / "there", site.services.institution.id).find(DIGEST) is not None


@pytest.mark.parametrize("path", ["evidence/x.toml", "evidence/../secrets/lti.key", f"evidence/{'a' * 32}/aa/x.pdf"])
def test_a_backup_brings_nothing_else_into_the_folder_of_certificates(path: str) -> None:
    assert not is_safe(path)


def test_what_is_nobody_elses_goes_into_the_copy_of_a_person_and_is_deleted_with_them(
    site, files, pdf: Path, tmp_path: Path
) -> None:
    siti, budi = site.employ("Siti", 1), site.employ("Budi", 2)
    shared, own = pdf, tmp_path / "own.pdf"
    own.write_bytes(PDF + b"own%%EOF")
    own_digest = sha256(own.read_bytes()).hexdigest()
    first, second = site.credit(siti, 400), site.credit(budi, 400)
    for path, digest, users in ((shared, DIGEST, [first, second]), (own, own_digest, [first])):
        files.keep(path, digest)
        files.used_by(digest, users)
    _made, contents = gather(site.services, siti)
    assert list(contents) == [own_digest], "what names others too is not handed out"
    erase_subject(site.services, siti, basis="uji", decided_by="uji", although_employed=True)
    assert files.find(own_digest) is None
    assert files.find(DIGEST) is not None


def test_an_older_backup_does_not_bring_back_the_certificates_of_an_erased_person(site, files, pdf, tmp_path) -> None:
    siti = site.employ("Siti", 1)
    files.keep(pdf, DIGEST)
    files.used_by(DIGEST, [site.credit(siti, 400)])
    lasting = [database for database in DATABASES if database.lasting]
    make_backup(site.services.settings, tmp_path / "a.jampel", lasting, with_secrets=False,
                clock=system_clock, begin=lambda _total: lambda _done: None)  # fmt: skip
    erase_subject(site.services, siti, basis="uji", decided_by="uji", although_employed=True)
    there = msgspec.structs.replace(load_settings(tmp_path / "there", {}))
    restored = restore_backup(there, tmp_path / "a.jampel", lambda _total: lambda _done: None,
                              site.services.settings.data / "erasures.jsonl")  # fmt: skip
    assert restored.erased == 1
    assert EvidenceFiles(tmp_path / "there", site.services.institution.id).find(DIGEST) is None


def test_a_certificate_is_kept_no_longer_than_its_statement(site, files, pdf: Path) -> None:
    services = site.services
    services.settings = msgspec.structs.replace(services.settings, retention=Retention(statements=30))
    files.keep(pdf, DIGEST)
    files.used_by(DIGEST, [site.credit(site.employ("Siti"), 400)])
    site.clock.advance(days=40)
    site.credit(site.employ("Budi", 2), 300)
    destroy(services, decided_by="uji")
    assert files.find(DIGEST) is None
