"""A tool in which everything has happened once, so that every page has something to show; and one that is empty."""

import dataclasses
import hashlib
import io
import uuid
import zipfile
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import create_autospec

import msgspec
from flask.testing import FlaskClient

from lti_tool.browse.void import void
from lti_tool.grades import project_scores
from lti_tool.line_items import SCORE
from lti_tool.registration.desk import RegistrationDesk
from lti_tool.registration.request import SCOPES, TOOL_CONFIGURATION, Addresses
from lti_tool.results import Result, Results
from lti_tool.roster import Member, Roster
from lti_tool.settings import Oidc
from lti_tool.store import Link, NewPlatform
from lti_tool.tasks.model import Problem
from lti_tool.testing import FakeHttp, json_reply, moodle_configuration
from lti_tool.upload_reading import ReadingNote
from lti_tool.web.app import create_app
from lti_tool.web.testing import CHEAP, LMS, PASSWORD, Site, send, write_module
from lti_tool.worker import Work
from xapi.identity import parse_nip
from xapi.lrs.credentials import Limits
from xapi.lrs.forwarding.store import Result as Forwarded
from xapi.people import RosterEntry
from xapi.people.standards import StandardLine, Standards
from xapi.testing import encoded
from xapi.vocabulary import COMPLETED, EXT_COMPETENCY, EXT_LEVEL, PASSED

TARGET = {
    "name": "LRS Pusat", "endpoint": "https://lrs.pusat.example.go.id/xapi/", "version": "2.0.0", "key": "kunci-kita",
    "secret": "rahasia-sangat-panjang", "verbs": COMPLETED, "sources": ["launch"], "attachments": "y",
}  # fmt: skip
LINE_ITEM = f"{LMS}/ags/5/lineitem"
CONFIGURATION = f"{LMS}/mod/lti/openid-configuration.php"
INVITE = "undangan-untuk-uji"
SSO = Oidc(issuer="https://sso.example.go.id", client_id="jampel", name="SSO Provinsi", roles=("pegawai=learner",))


class House:
    """`site` with a browser for each kind of reader; `places` are the parts of its addresses, by name."""

    def __init__(self, folder: Path, oidc: Oidc | None = None) -> None:
        self.site = Site(folder / "data", oidc=oidc)
        self._expect_registrations()
        self.folder = folder
        self.browsers: dict[str, FlaskClient] = {"nobody": self.site.browser()}
        for role in ("admin", "auditor", "author"):
            self.browsers[role] = self.site.staff(role)
        self.places: dict[str, str] = {
            "platform": self.site.platform().id,
            "first": self.site.accounts.first_admin_link(),
            "reset": self.site.accounts.reset_link(self.site.accounts.create("rina", "Rina", "author", PASSWORD).id),
        }

    def _expect_registrations(self) -> None:
        """An open invite, and a Moodle that registers with it; the app is made anew, for it holds the desk."""
        services = self.site.services
        registered = {"client_id": "klien-baru", "scope": " ".join(SCOPES), TOOL_CONFIGURATION: {"deployment_id": "7"}}
        http = FakeHttp({
            f"GET {CONFIGURATION}": json_reply(moodle_configuration(LMS)),
            f"POST {LMS}/mod/lti/openid-registration.php": json_reply(registered),
        })  # fmt: skip
        desk = RegistrationDesk(
            services.lti_parts.store, http, secret=b"k" * 32, ours=Addresses("https://jampel.example.go.id"),
            profiles=lambda name: services.adapters.get(name if name == "moodle" else "generic").launch_profile,
            clock=self.site.clock, ids=uuid.uuid4,
        )  # fmt: skip
        services.lti_parts = dataclasses.replace(services.lti_parts, registration=desk)
        services.lti.invites.add("Provinsi Contoh", INVITE, uuid.uuid4().hex, self.site.clock())
        self.site.app = create_app(services, CHEAP)

    def staff(self, username: str) -> FlaskClient:
        """A browser in a new session of an account."""
        found, browser = self.site.services.house.accounts.with_hash(username), self.site.browser()
        assert found is not None
        with browser.session_transaction() as session:
            session["_user_id"] = self.site.accounts.start_session("staff", found[0].id)
        return browser

    def learner(self, person: str) -> FlaskClient:
        """A browser in the learner session of `person`."""
        browser = self.site.browser()
        with browser.session_transaction() as session:
            session["learner"] = self.site.accounts.start_session("learner", person)
        return browser

    def say(self, source: str, actor: object, verb: str, thing: str, **more: object) -> str:
        """Puts a statement into the LRS and returns its id."""
        contents = more.pop("contents", {})
        about = {"id": f"https://contoh.go.id/{thing}", "definition": {"name": {"id": "Uji Kompetensi"}}}
        moment = self.site.clock().isoformat()
        statement = {"actor": actor, "verb": {"id": verb}, "timestamp": moment, "object": about, **more}
        principal = self.site.services.principal(source)
        return self.site.services.lrs.post_statements(principal, encoded(statement), contents=contents)[0]


def empty_house(folder: Path) -> House:
    """A tool on its first day: staff, a platform and an employee without any record."""
    house = House(folder)
    house.browsers["learner"] = house.learner(house.site.employ("Ani Baru", 9))
    return house


def sso_house(folder: Path) -> House:
    """A tool with a single sign-on, that nobody can reach."""
    return House(folder, SSO)


def full_house(folder: Path) -> House:
    """A tool after a year."""
    house = House(folder)
    _modules(house)
    _people(house)
    _class(house)
    _administration(house)
    _tasks(house)
    house.site.count()
    return house


def _modules(house: House) -> None:
    site, author = house.site, house.browsers["author"]
    first = site.publish(house.folder / "satu")
    site.publish(house.folder / "dua", id='"hasil-laut"', judul='"Hasil laut"', jp="2.0")
    withdrawn = site.publish(house.folder / "tiga", id='"arsip-desa"', judul='"Arsip desa"')
    site.services.library.withdraw(withdrawn)
    house.places |= {"digest": first.digest, "withdrawn": withdrawn.digest}
    for number in range(2):  # a newer version, that learners do not have yet
        site.publish(house.folder / "satu", versi=f'"1.{number + 1}.0"')
    good = write_module(house.folder / "unggah", id='"surat-dinas"', judul='"Surat dinas"')
    house.places["build"] = _upload(author, good)
    Work(site.services).build_once()
    (good / "isi" / "01-pembuka.md").write_text("![](gambar/hilang.png)\n", encoding="utf-8")
    house.places["failed"] = _upload(author, good)
    Work(site.services).build_once()
    waiting = house.places["waiting"] = _upload(author, write_module(house.folder / "antre", id='"antre"'))
    site.services.house.builds.step(waiting, "checking", site.clock(), files=12)
    ReadingNote(site.data / "uploads" / f"{waiting}.json", site.clock)("isi/panduan.pdf", 20, 80)
    draft = next(one for one in site.services.library.versions() if one.draft)
    house.places["draft"] = draft.digest


def _upload(author: FlaskClient, folder: Path) -> str:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    body.seek(0)
    answer = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(body, "modul-saya.zip"))
    return str(answer.location).rpartition("/")[2]


def _people(house: House) -> None:
    site, services = house.site, house.site.services
    siti = site.employ("Siti Rahmawati", 1, opd="Dinas Kelautan Perikanan Kabupaten Kepulauan Contoh")
    budi = site.employ("Budi Santoso", 2, opd="Inspektorat")
    for serial in range(3, 33):  # more than one page of a table
        site.employ(f"Pegawai {serial:02d}", serial, opd=f"Kecamatan {serial % 4 + 1}")
    house.browsers["learner"] = house.learner(siti)
    lines = [
        StandardLine(position="Analis", standard="SKJ-1", code="T.01", title="Menyusun naskah dinas", level=3),
        StandardLine(position="*", standard="SKJ-0", code="M.01", title="Integritas", level=None),
    ]
    services.people.standards.replace(Standards(tuple(lines), "Perbup 1/2026"), site.clock())
    credit = site.credit(siti, 2150)
    sheet = site.credit(siti, 300, source="sheet")
    site.credit(budi, 123_450)
    proof = house.say(
        "lms_record", services.people.actor(siti), PASSED, "uji/T.01",
        context={"extensions": {EXT_COMPETENCY: "T.01", EXT_LEVEL: 2}}, result={"score": {"scaled": 0.855}},
    )  # fmt: skip
    house.places |= {"person": siti, "credit": credit, "sheet": sheet, "proof": proof}
    _who_is_whom(house)


def _who_is_whom(house: House) -> None:
    site, people = house.site, house.site.services.people
    site.employ("Ani Lestari", 40)
    later = RosterEntry(parse_nip("198501012099041007"), "Ani Lestari, S.E.", "Bappeda", "PNS", "Analis", "III/a",
                        date(2026, 1, 5))  # fmt: skip
    people.apply_roster([later], site.clock().date(), keep_good=False)
    waiting = people.resolve(LMS, "u-7", name="Orang Baru", now=site.clock()).person
    other = people.resolve(LMS, "u-8", name="Budi Santoso", now=site.clock()).person
    site.employ("Dewi Lain", 41)
    dewi = people.by_nip(parse_nip("198501012099031041"))
    merged = people.resolve(LMS, "u-9", name="Dewi", now=site.clock()).person
    people.link(merged, str(dewi), now=site.clock(), decided_by="rina")
    people.subjects.freeze(str(dewi), site.clock(), basis="pasal 41", decided_by="dpo")
    house.places |= {"waits": waiting, "known": other, "frozen": str(dewi)}
    house.browsers["suspended"] = house.learner(str(dewi))
    _rosters(house)


def _rosters(house: House) -> None:
    """Lists of employees: a good one, one with bad rows, one without a column, and those that say nothing new."""
    head, known = "NIP;Nama;OPD;Status;Jabatan;Catatan", "198501012099031002;Budi Santoso;Inspektorat;PNS;Analis;"
    new = "198501012099031{};Pegawai Baru;Bappeda;PNS;Analis;"
    lists = {
        "good": (head, new.format("051")),
        "faulty": (head, new.format("052"), "12345;Ujang;Bappeda;PNS;;", "198501012099031053;;Bappeda;Honorer;;"),
        "strange": ("Nomor;Orang;Kantor", "1;2;3"),
        "complete": (head, known),
        "known": (head, known),
        "taken": (head, new.format("054"), "12345;Ujang;Bappeda;PNS;;"),
    }
    page, admin = "/admin/pegawai/impor/", house.browsers["admin"]
    for name, rows in lists.items():
        file = io.BytesIO("\r\n".join(rows).encode()), f"{name}.csv"
        full = {"lengkap": "ya"} if name == "complete" else {}
        sent = str(send(admin, page, page, berkas=file, **full).location)
        house.places[f"roster_{name}"] = sent.rpartition("/")[2]
    send(admin, sent, f"{sent}/masuk", lewati="ya")


def _class(house: House) -> None:
    """A class of three in the LMS: one has passed, one learns, one has not begun."""
    site, services = house.site, house.site.services
    for number, (subject, best) in enumerate((("p-1", 9_050), ("p-2", None))):
        services.people.resolve(LMS, subject, name=f"Peserta {number}", now=site.clock())
        registration = _enrol(site, subject)
        house.places[f"registration{number}"] = registration
        if best is not None:
            house.say("launch", services.people.actor("0" * 32), PASSED, "modul/1",
                      context={"registration": registration}, result={"score": {"scaled": best / 10_000}})  # fmt: skip
    project_scores(services.lti, services.statements.after, services.queue, services.clock)
    services.lti.scores.refused(
        services.lti.scores.get(house.places["registration0"]), "not_gradable", site.clock(), ""
    )
    roster = create_autospec(Roster, instance=True, spec_set=True)
    members = (("p-1", "Peserta 0"), ("p-2", "Peserta 1"), ("p-3", "Peserta 2"))
    roster.members.return_value = [Member(one, frozenset({"learner"}), name, None) for one, name in members]
    results = create_autospec(Results, instance=True, spec_set=True)
    results.of.return_value = {"p-1": Result("p-1", 90.5)}
    services.lti_parts = dataclasses.replace(services.lti_parts, roster=roster, results=results)


def _enrol(site: Site, subject: str) -> str:
    launch = site.launch(subject=subject)
    link = Link(
        registration=launch.registration, platform=launch.platform.id, deployment="1", resource_link="tautan-1",
        subject=subject, module="pelayanan-publik", title="Kursus contoh", learner=True, line_item=LINE_ITEM,
        scopes=SCORE,
    )  # fmt: skip
    return site.services.lti.launches.save(uuid.uuid4().hex, "LtiResourceLinkRequest", "learner", link, site.clock())


def _administration(house: House) -> None:
    """Keys, credentials, targets, invites, refusals, a watched platform and statements of every kind."""
    site, services, admin = house.site, house.site.services, house.browsers["admin"]
    platform = house.places["platform"]
    for deployment in ("1", "pemasangan-2"):
        services.lti.deployments.wait(platform, deployment, site.clock())
    services.lti.deployments.approve(platform, "1", site.clock())
    services.lti.observed.note(platform, 75, site.clock())
    services.lti.audit.add("launch", "launch.audience", site.clock(), platform=platform, reference="1a2b3c4d")
    services.lti_parts.debugger.switch_on(platform, 60)
    services.lti_parts.keys.rotate(timedelta(days=7))
    site.browser().get("/lti/jwks", environ_base={"REMOTE_ADDR": "8.8.8.8"}, headers={"User-Agent": "curl/8.1"})
    services.house.identities.see("https://sso.example.go.id", "u-1", "Rina Kartika", "rina", site.clock())
    send(admin, "/admin/undangan", "/admin/undangan", name="Kabupaten Contoh", days="7", platform="")
    used = services.lti.invites.add("Kampus Contoh", "undangan-terpakai", uuid.uuid4().hex, site.clock())
    campus = NewPlatform(name="Universitas Contoh", issuer="https://lms.kampus.ac.id", client_id="klien-kampus",
                         auth_url="https://lms.kampus.ac.id/a", token_url="https://lms.kampus.ac.id/t",
                         jwks_url="https://lms.kampus.ac.id/k")  # fmt: skip
    services.lti.registrations.register(used.id, campus, "7", platform_id=uuid.uuid4().hex, now=site.clock())
    send(admin, f"/admin/lms/{platform}/peran", f"/admin/lms/{platform}/peran", role="membership#Mentor",
         meaning="teacher")  # fmt: skip
    _credentials(house)
    _statements(house)
    send(admin, "/admin/penerusan/", "/admin/penerusan/", **TARGET)
    target = services.forwards.named("LRS Pusat")
    leased = services.forward_store.lease(target.id, "pekerja", site.clock(), 60)
    held = Forwarded(position=0, refused=[(1, house.places["credit"], "HTTP 400 verb refused")])
    services.forward_store.settle(leased, held, site.clock())
    house.places["target"] = target.id


def _credentials(house: House) -> None:
    services, institution = house.site.services, house.site.services.institution.id
    end = house.site.clock() + timedelta(days=9)
    new = services.credentials.add(institution, "Portal diklat", frozenset({"statements/write", "state"}), "foreign")
    services.credentials.add(institution, "Dasbor", frozenset({"all/read"}), "foreign", limits=Limits(expires=end))
    house.places["key"] = new.key


def _statements(house: House) -> None:
    """One with an attachment, one that was voided, and what voids it."""
    services, actor = house.site.services, house.site.services.people.actor(house.places["person"])
    body = b"%PDF-1.4 sertifikat"
    sha2 = hashlib.sha256(body).hexdigest()
    note = {
        "usageType": "http://adlnet.gov/expapi/attachments/certificate", "display": {"id": "Sertifikat"},
        "contentType": "application/pdf", "length": len(body), "sha2": sha2,
    }  # fmt: skip
    house.places["attached"] = house.say("foreign", actor, COMPLETED, "a", attachments=[note], contents={sha2: body})
    house.places["voided"] = house.say("foreign", actor, COMPLETED, "b")
    void(services, uuid.UUID(house.places["voided"]), "Tercatat dua kali", "petugas")


def _tasks(house: House) -> None:
    """Long work of the auditor: waiting, under way, done, stopped and failed."""
    services, site = house.site.services, house.site
    found = services.house.accounts.with_hash("auditor")
    assert found is not None
    for number, state in enumerate(("waiting", "running", "done", "cancelled", "failed")):
        task = services.tasks.ask("competency", {"form": "csv", "opd": str(number)}, found[0].id, "id")
        house.places[f"task_{state}"] = task.id
        if state == "waiting":
            continue
        services.tasks.store.begin(task.id, site.clock())
        services.tasks.store.step(task.id, site.clock(), "write", 1_200, 23_000)
        problem = Problem("task.disk") if state == "failed" else None
        if state != "running":
            ended = msgspec.structs.replace(task, state=state, problem=problem, file="peta-kompetensi.csv", size=7)
            services.tasks.store.end(task.id, site.clock(), ended)
    services.tasks.place(house.places["task_done"]).write_bytes(b"kosong\n")
