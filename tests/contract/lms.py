"""A sandbox LMS and the tool on HTTP, side by side; what goes from the one to the other is written down."""

import random
import threading
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

from lti_tool.demo.client import Browser, Form, Page
from lti_tool.demo.learner import Learner
from lti_tool.sandbox.client import post_notices
from lti_tool.sandbox.model import LEARNER, TEACHER, Course, ResourceLink, Tool, User
from lti_tool.sandbox.personality import load_personality
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.web import create_sandbox
from lti_tool.services import open_services
from lti_tool.settings import Institution, Lti, Server, Settings
from lti_tool.store import NewPlatform
from lti_tool.store import Platform as RegisteredPlatform
from lti_tool.web.app import create_app
from lti_tool.web.testing import CHEAP, START, write_module
from lti_tool.worker import Work
from xapi.database import migrate, open_database
from xapi.testing import FixedClock

MODULES = {"pelayanan-publik": "Pelayanan publik", "arsip": "Mengelola arsip", "etika": "Etika ASN"}
COURSE = Course("7", "BANGKOM", "Pengembangan Kompetensi")
#: More than one page of a platform that pages by itself.
LEARNERS = 7
HARD_NAME = "Siti & Budi <Rahma>"
PROFILES = {"moodle": "moodle", "strict": "generic"}


class Exchange(NamedTuple):
    """A request that the LMS got, and the status and headers of its answer."""

    method: str
    path: str
    accept: str
    authorization: str
    body: bytes
    status: int
    headers: dict[str, str]


class Notebook:
    """WSGI middleware that writes every exchange down."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.seen: list[Exchange] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data(cache=False)
        environ["wsgi.input"] = _Again(body)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            found = Exchange(
                request.method,
                request.full_path.rstrip("?"),
                request.headers.get("Accept", ""),
                request.headers.get("Authorization", ""),
                body,
                int(status.split()[0]),
                dict(headers),
            )
            self.seen.append(found)
            return start_response(status, headers, *more)

        return self._app(environ, start)

    def of(self, method: str, part: str) -> list[Exchange]:
        """The exchanges with this method whose path has `part`."""
        return [one for one in self.seen if one.method == method and part in one.path]


class _Again:
    """A body that was read once and is read again."""

    def __init__(self, body: bytes) -> None:
        self._rest = body

    def read(self, size: int = -1) -> bytes:
        size = len(self._rest) if size < 0 else size
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


class _Quiet(WSGIRequestHandler):
    def log(self, *args: Any) -> None: ...


class _Server:
    """A server on a free port of this machine, whose application comes later: it needs to know the port."""

    def __init__(self, host: str) -> None:
        self._server = make_server("127.0.0.1", 0, Flask("later"), threaded=True, request_handler=_Quiet)
        self.port = self._server.server_port
        self.url = f"http://{host}:{self.port}"

    def run(self, app: Any) -> None:
        self._server.app = app
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Side:
    """The tool with three modules, and an LMS of the personality `name` in which it is registered."""

    def __init__(self, folder: Path, name: str, pem: str) -> None:
        self.name = name
        self.clock = FixedClock(START)
        self._lms_server, self._tool_server = _Server("localhost"), _Server("127.0.0.1")
        self.lms_url, self.tool_url = self._lms_server.url, self._tool_server.url
        self._start_tool(folder)
        places = (f"{self.tool_url}/lti/{place}" for place in ("login", "launch", "jwks"))
        self.tool = Tool("klien", "1", *places, scopes=load_personality(name).scopes)
        self._start_lms(folder, pem)
        self.registered = self._register()
        self.work = Work(self.services, random.Random(1))

    def _start_tool(self, folder: Path) -> None:
        settings = Settings(
            data=folder / "data",
            server=Server(base_url=self.tool_url),
            institution=Institution("Provinsi Contoh", "contoh"),
            lti=Lti(private_hosts=(f"localhost:{self._lms_server.port}",)),
        )
        self.services = open_services(settings, self.clock, uuid.uuid4)
        for module, title in MODULES.items():
            written = write_module(folder / module, id=f'"{module}"', judul=f'"{title}"')
            self.services.library.publish(written)
        self._tool_server.run(create_app(self.services, CHEAP))

    def _start_lms(self, folder: Path, pem: str) -> None:
        self._engine = open_database(folder / "lms.db")
        migrate(self._engine, "lti_tool.sandbox.store")
        self.store = SandboxStore(self._engine)
        self.store.keep_key("kunci", lambda: pem)
        learners = [User(f"{n}", f"Peserta {n}", LEARNER, f"1985010120990310{n:02d}") for n in range(11, 11 + LEARNERS)]
        self.store.fill([COURSE], [User("2", "Bu Guru", TEACHER), User("3", HARD_NAME, LEARNER), *learners])
        keys = self.services.lti_parts.keys
        self.platform = Platform(
            self.lms_url, self.tool, self.store, self.clock, lambda _url: dict(keys.jwks()), load_personality(self.name)
        )
        self.platform.notices.send = post_notices
        self.notebook = Notebook(create_sandbox(self.platform))
        self._lms_server.run(self.notebook)

    def _register(self) -> RegisteredPlatform:
        addresses, lti = self.platform.addresses, self.services.lti
        new = NewPlatform(
            name="LMS",
            issuer=self.lms_url,
            client_id=self.tool.client_id,
            auth_url=addresses.of("auth"),
            token_url=addresses.of("token"),
            jwks_url=addresses.of("jwks"),
            profile=PROFILES[self.name],
        )
        registered = lti.platforms.add(new, uuid.uuid4().hex, self.clock())
        lti.deployments.approve(registered.id, self.tool.deployment_id, self.clock())
        return registered

    def close(self) -> None:
        """Stops both."""
        self._lms_server.stop()
        self._tool_server.stop()
        self.services.close()
        self._engine.dispose()

    def enter(self, user: str) -> Browser:
        """The browser of `user`, logged in at the LMS."""
        browser = Browser()
        browser.submit(Form(f"{self.lms_url}/masuk", "post"), user=user)
        return browser

    def choose(self, *modules: str) -> Page:
        """The teacher chooses modules for the course, each with a column; the page that ends it."""
        browser = self.enter("2")
        page = browser.get(f"{self.lms_url}/kursus/{COURSE.id}/tambah")
        picker = walk(browser, browser.get(page.frames[0]))
        form = next(form for form in picker.forms if form.action.endswith("/lti/deep-link"))
        return walk(browser, browser.submit(form, modules=list(modules), line_item="1"))

    def links(self) -> list[ResourceLink]:
        """The activities of the course."""
        return self.store.links(COURSE.id)

    def bare_link(self, module: str = "pelayanan-publik") -> str:
        """An activity that has no column in the gradebook."""
        link = ResourceLink("", COURSE.id, MODULES[module], {"jampel_module": module})
        return self.store.add_link(link, None)

    def open(self, user: str, link: str) -> tuple[Browser, Page]:
        """`user` opens an activity; the page of the tool."""
        browser = self.enter(user)
        frame = browser.get(f"{self.lms_url}/kegiatan/{link}").frames[0]
        return browser, walk(browser, browser.get(frame))

    def finish(self, user: str, link: str) -> None:
        """`user` goes through the module, all answers right."""
        browser, page = self.open(user, link)
        Learner(browser, page, self.clock).learn()

    def settle(self) -> None:
        """The worker does what there is to do now."""
        while self.work.run_once():
            pass

    def grade(self, user: str, item: str) -> float | None:
        """The grade of `user` in the column `item`."""
        return next((score.given for score in self.store.scores(item) if score.user == user), None)


def walk(browser: Browser, page: Page) -> Page:
    """Sends the forms that scripts of the pages would send, as far as they go."""
    names = {"JWT", "id_token", "lti_message_hint", "error"}
    while len(page.forms) == 1 and page.forms[0].method == "post" and names & page.forms[0].fields.keys():
        page = browser.submit(page.forms[0])
    return page
