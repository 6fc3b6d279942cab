"""The tool and the sandbox LMS on two sites with TLS, in this process: two names on loopback, one throw-away key."""

import ssl
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from werkzeug.serving import make_server

from lti_tool.http import Reply
from lti_tool.sandbox.model import LEARNER, TEACHER, Course, LineItem, ResourceLink, Tool, User
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.web import create_sandbox
from lti_tool.services import open_services
from lti_tool.settings import Institution, Server, Settings
from lti_tool.store import NewPlatform
from lti_tool.web.app import create_app
from lti_tool.web.testing import CHEAP, write_module
from lti_tool.wiring import profiles_of, wire_lti
from lti_tool.worker import Work
from xapi.clock import system_clock
from xapi.database import migrate, open_database

TOOL_HOST, LMS_HOST = "jampel.pemda.test", "lms.kampus.test"
SECOND_PAGE = """# Penutup

Teks penutup.

::: soal benar-salah #sp-02
Keluhan warga perlu dijawab.

= benar
:::
"""


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate for both names that nobody trusts and that lives for an hour."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "uji")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(TOOL_HOST), x509.DNSName(LMS_HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "tls.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def _small_module(folder: Path) -> Path:
    module = write_module(folder)
    (module / "isi" / "02-penutup.md").write_text(SECOND_PAGE, encoding="utf-8")
    return module


class ToSandbox:
    """Stands for the tool's HTTP client: the sandbox answers without a network."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Answers as `PlatformHttp.get`."""
        return self._send("GET", url, {"Accept": accept, **(headers or {})}, None)

    def post(
        self, url: str, body: bytes, *, content_type: str, accept: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Answers as `PlatformHttp.post`."""
        return self._send("POST", url, {"Accept": accept, "Content-Type": content_type, **(headers or {})}, body)

    def put(
        self, url: str, body: bytes, *, content_type: str, accept: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Answers as `PlatformHttp.put`."""
        return self._send("PUT", url, {"Accept": accept, "Content-Type": content_type, **(headers or {})}, body)

    def delete(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Answers as `PlatformHttp.delete`."""
        return self._send("DELETE", url, {"Accept": accept, **(headers or {})}, None)

    def _send(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Reply:
        answer = self._app.test_client().open(url, method=method, headers=headers, data=body)
        return Reply(answer.status_code, answer.data, {name.lower(): value for name, value in answer.headers})


class TwoSites:
    """The running pair: `tool` and `lms` are their addresses, `link` is an activity in the LMS, `work` the worker.

    `storage` and `lasting_hints` say how the LMS is, as in `SandboxConfig`; `module` is the folder of another module
    than the small one, `lms_host` another name for the LMS.
    """

    def __init__(
        self,
        folder: Path,
        ports: tuple[int, int],
        *,
        storage: bool = False,
        lasting_hints: bool = False,
        module: Path | None = None,
        lms_host: str = LMS_HOST,
    ) -> None:
        self.tool, self.lms = f"https://{TOOL_HOST}:{ports[0]}", f"https://{lms_host}:{ports[1]}"
        settings = Settings(
            data=folder / "data",
            server=Server(base_url=self.tool),
            institution=Institution("Provinsi Contoh", "contoh"),
        )
        self.services = open_services(settings)
        published = self.services.library.publish(module or _small_module(folder / "modul"))[0]
        self.platform = self._platform(folder, published.course_id)
        self.platform.storage, self.platform.lasting_hints = storage, lasting_hints
        sandbox = create_sandbox(self.platform)
        self.services.lti_parts = wire_lti(
            self.services.lti, self.services.flow, secret=b"k" * 32, base_url=self.tool, private_hosts=(),
            profiles=profiles_of(self.services.adapters), clock=system_clock, ids=uuid.uuid4,
            http=ToSandbox(sandbox),  # type: ignore[arg-type]
        )  # fmt: skip
        self._register()
        self.work = Work(self.services)
        tls = certificate(folder)
        self.app = create_app(self.services, CHEAP)
        applications = zip(ports, (self.app, sandbox), strict=True)
        self._servers = [
            make_server("127.0.0.1", port, app, threaded=True, ssl_context=tls) for port, app in applications
        ]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def _platform(self, folder: Path, module: str) -> Platform:
        engine = open_database(folder / "sandbox.db")
        migrate(engine, "lti_tool.sandbox.store")
        store = SandboxStore(engine)
        users = [User("guru", "Bu Guru", TEACHER), User("asn", "Pak Pegawai", LEARNER, "198501012099031001")]
        store.fill([Course("k1", "K1", "Kursus Satu")], users)
        tool = Tool("klien", "1", *(f"{self.tool}/lti/{name}" for name in ("login", "launch", "jwks")))
        self.link = store.add_link(
            ResourceLink("", "k1", "Pelayanan", {"jampel_module": module}),
            LineItem("", "k1", "Pelayanan", 100),
        )
        return Platform(self.lms, tool, store, system_clock, lambda _url: dict(self.services.lti_parts.keys.jwks()))

    def _register(self) -> None:
        new = NewPlatform(
            name="LMS Kampus", issuer=self.lms, client_id="klien", auth_url=f"{self.lms}/lti/auth",
            token_url=f"{self.lms}/lti/token", jwks_url=f"{self.lms}/lti/jwks",
        )  # fmt: skip
        platform = self.services.lti.platforms.add(new, uuid.uuid4().hex, system_clock())
        self.services.lti.deployments.approve(platform.id, "1", system_clock())

    def grade(self) -> float | None:
        """What stands in the gradebook of the LMS, once the worker has done all there is to do."""
        while self.work.run_once():
            pass
        store = self.platform.store
        scores = [score for item in store.line_items("k1") for score in store.scores(item.id)]
        return scores[0].given if scores else None

    def close(self) -> None:
        """Stops the servers and closes the databases."""
        for server in self._servers:
            server.shutdown()
        self.services.close()
