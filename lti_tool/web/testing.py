"""A whole tool in a folder for tests of pages: real stores, a clock by hand, people, and browsers that log in."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from lti_tool.accounts import Accounts
from lti_tool.claims import DeepLinking, Launch
from lti_tool.services import Services, open_services
from lti_tool.settings import Database, Institution, Oidc, Server, Settings
from lti_tool.store import Link, NewPlatform, Platform, Reached
from lti_tool.web.app import create_app
from xapi.identity import parse_nip
from xapi.lrs.principal import LaunchGrant
from xapi.people import RosterEntry
from xapi.testing import FixedClock
from xapi.vocabulary import ATTENDED, EXT_BENTUK, EXT_JP, TYPE_MODULE

PASSWORD = "kalimat sandi untuk uji"  # noqa: S105 - of accounts that live for one test
LMS = "https://lms.example.go.id"
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
MODULE_TOML = """id = "pelayanan-publik"
judul = "Pelayanan publik"
versi = "1.0.0"
jp = 1.0
bentuk = "e-learning"
kompetensi = "Melayani warga"
bahasa = "id"
penulis = ["Tim"]
instansi = "Contoh"
lisensi = "CC-BY-4.0"
deskripsi = "Melayani warga dengan baik."
menit = 45
kelulusan = 70
"""
PAGE = """# Pembuka

Teks pembuka.

![Gambar loket](gambar/loket.svg)

::: soal benar-salah #sp-01
Standar pelayanan harus diumumkan.

= benar
:::
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>\n'


def write_module(folder: Path, **changes: str) -> Path:
    """A small good module in `folder`; `changes` replace lines of `modul.toml` by key."""
    lines = [line for line in MODULE_TOML.splitlines() if line.split(" =")[0] not in changes]
    lines += [f"{key} = {value}" for key, value in changes.items()]
    (folder / "isi").mkdir(parents=True, exist_ok=True)
    (folder / "gambar").mkdir(exist_ok=True)
    (folder / "modul.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "isi" / "01-pembuka.md").write_text(PAGE, encoding="utf-8")
    (folder / "gambar" / "loket.svg").write_text(SVG, encoding="utf-8")
    return folder


class Site:
    """The tool over a new data folder `data`, with its databases there or at `url`; `base_url` decides whether cookies
    are Secure."""

    def __init__(self, data: Path, base_url: str = "http://localhost", url: str = "", oidc: Oidc | None = None) -> None:
        self.data = data
        self.clock = FixedClock(START)
        settings = Settings(
            data=data,
            server=Server(base_url=base_url),
            database=Database(url=url),
            institution=Institution("Provinsi Contoh", "contoh"),
            oidc=oidc or Oidc(),
        )
        self.services: Services = open_services(settings, self.clock, uuid.uuid4)
        self.app: Flask = create_app(self.services, CHEAP)
        self.accounts = Accounts(self.services.house, self.clock, uuid.uuid4, CHEAP)

    def close(self) -> None:
        """Closes the databases."""
        self.services.close()

    def browser(self) -> FlaskClient:
        """A browser without any cookie."""
        return self.app.test_client()

    def staff(self, role: str = "admin") -> FlaskClient:
        """A browser logged in as a new account with this role, whose username is the role."""
        self.accounts.create(role, f"Petugas {role}", role, PASSWORD)
        browser = self.browser()
        answer = send(browser, "/masuk", "/masuk", username=role, password=PASSWORD)
        assert answer.status_code == 303, answer.text  # noqa: S101 - this is a test's own tool
        return browser

    def staff_over_https(self, role: str = "admin") -> FlaskClient:
        """A browser with a session of a new account with this role, where cookies are Secure."""
        account, browser = self.accounts.create(role, f"Petugas {role}", role, PASSWORD), self.browser()
        with browser.session_transaction(base_url="https://localhost") as session:
            session["_user_id"] = self.accounts.start_session("staff", account.id)
        return browser

    def launch_token(self, person: str) -> str:
        """The token of a launch of `person`."""
        grant = LaunchGrant(
            actor=self.services.people.actor(person),
            activity="https://contoh.go.id/m",
            registration=str(uuid.uuid4()),
            expires=self.clock() + timedelta(hours=1),
            extensions={},
        )
        return self.services.credentials.grant(self.services.institution.id, grant)

    def learner(self, person: str) -> FlaskClient:
        """A browser in the learner session of `person`, who came by a launch."""
        browser = self.browser()
        answer = browser.post("/saya/masuk", data={"token": self.launch_token(person)})
        assert answer.status_code == 303, answer.text  # noqa: S101 - this is a test's own tool
        return browser

    def publish(self, folder: Path, **changes: str) -> Any:
        """Publishes the small module, written to `folder`."""
        return self.services.library.publish(write_module(folder, **changes))[0]

    def employ(self, name: str, serial: int = 1, opd: str = "Dinas Kelautan", status: str = "PNS") -> str:
        """Puts an employee on the roster and returns the person id."""
        nip = parse_nip(f"1985010120990310{serial:02d}")
        entry = RosterEntry(nip, name, opd, status, "Analis", "III/c", date(2020, 1, 1))
        self.services.people.apply_roster([entry], self.clock().date(), keep_good=False)
        person = self.services.people.by_nip(nip)
        assert person is not None  # noqa: S101
        return person

    def enrol(self, subject: str, *, best: int | None = None, module: str = "pelayanan-publik") -> str:
        """A learner of the platform who has opened the module in a course; returns the xAPI registration.

        `best` is their best score in hundredths of a percent.
        """
        link = Link(
            registration=str(uuid.uuid4()), platform=self.platform().id, deployment="1", resource_link="tautan-1",
            subject=subject, module=module, title="Kursus contoh", learner=True,
        )  # fmt: skip
        message = "LtiResourceLinkRequest"
        registration = self.services.lti.launches.save(uuid.uuid4().hex, message, "learner", link, self.clock())
        if best is not None:
            self.services.lti.scores.advance("scores", 0, {registration: Reached(best)})
        return registration

    def credit(self, person: str, jp: int, source: str = "lms_record", form: str = "pelatihan-teknis") -> str:
        """Records an attended activity of `jp` hundredths and counts it; returns the statement's id."""
        statement = {
            "actor": self.services.people.actor(person),
            "verb": {"id": ATTENDED},
            "object": {
                "id": f"https://contoh.go.id/kegiatan/{uuid.uuid4()}",
                "definition": {"type": TYPE_MODULE, "name": {"id": "Pelatihan Teknis"}},
            },
            "timestamp": (self.clock() - timedelta(days=1)).isoformat(),
            "context": {"extensions": {EXT_JP: jp, EXT_BENTUK: form}},
        }
        principal = self.services.principal(source)
        found = self.services.lrs.post_statements(principal, msgspec.json.encode(statement))[0]
        self.count()
        return found

    def count(self) -> None:
        """Brings the ledger up to date."""
        self.services.bring_ledger_up_to_date()

    def platform(self) -> Platform:
        """A registered platform."""
        for known in self.services.lti.platforms.list():
            return known
        new = NewPlatform(
            name="LMS contoh",
            issuer=LMS,
            client_id="klien",
            auth_url=f"{LMS}/auth",
            token_url=f"{LMS}/token",
            jwks_url=f"{LMS}/certs",
        )
        return self.services.lti.platforms.add(new, uuid.uuid4().hex, self.clock())

    def launch(self, module: str = "pelayanan-publik", **changes: Any) -> Launch:
        """A good launch by a learner, with parts changed."""
        values: dict[str, Any] = {
            "id": uuid.uuid4().hex,
            "registration": str(uuid.uuid4()),
            "platform": self.platform(),
            "deployment_id": "1",
            "message_type": "LtiResourceLinkRequest",
            "subject": "peserta-1",
            "roles": frozenset({"learner"}),
            "at": self.clock(),
            "name": "Siti Rahmawati",
            "resource_link_id": "tautan-1",
            "custom": {"jampel_module": module},
        }
        return Launch(**(values | changes))

    def choosing(self, *, several: bool = True) -> Launch:
        """A good deep-linking launch by a teacher."""
        wanted = DeepLinking(f"{LMS}/return", ("ltiResourceLink",), several, True, False, "")
        return self.launch(
            message_type="LtiDeepLinkingRequest",
            roles=frozenset({"teacher"}),
            deep_linking=wanted,
            form_token="sekali",  # noqa: S106
        )


def token_of(page: str) -> str:
    """The CSRF token in the first form of `page`."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found.group(1) if found else ""


def send(browser: FlaskClient, form_page: str, to: str, **fields: Any) -> Any:
    """Opens `form_page`, then posts `fields` with its CSRF token to `to`."""
    token = token_of(browser.get(form_page).text)
    return browser.post(to, data={"csrf_token": token, **fields}, content_type="multipart/form-data")
