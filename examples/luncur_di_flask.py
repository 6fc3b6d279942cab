"""Lets an LMS launch a Flask application that you have already, by LTI 1.3 with every check that Jampel makes.

    python examples/luncur_di_flask.py [FOLDER]               # an LMS of its own launches it, once well and once forged

Three addresses are all that your application needs: `/lti/login`, `/lti/launch` and `/lti/jwks`. An LMS calls them over
https in real life: the cookie of a launch is Secure, and comes back from a frame only so.
"""

import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, abort, jsonify, redirect, request, session
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug import Response as AnyResponse

from adapters.registry import load_adapters
from lti_tool.claims import TARGET
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.flow import FlowStore
from lti_tool.flow.store import cookie_name
from lti_tool.http import PlatformHttp, Reply
from lti_tool.secret_files import secret
from lti_tool.store import LtiStore, NewPlatform
from lti_tool.testing import FakeHttp, FakePlatform, state_and_nonce
from lti_tool.web.plain_form import bound, posted, single
from lti_tool.wiring import LtiParts, profiles_of, wire_lti
from xapi.clock import random_ids, system_clock
from xapi.database import migrate, open_database
from xapi.words import explain

INSTITUTION = "d" * 32  # 32 hex digits, chosen once
TOOL = "https://aplikasi.example.go.id"
COOKIE = "Secure; HttpOnly; Path=/lti; SameSite=None; Partitioned"


def create_app(folder: Path, base_url: str = TOOL, http: PlatformHttp | None = None) -> Flask:
    """Your application, whose databases and secrets are in `folder` and which browsers reach at `base_url`."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secret(folder / "secrets", "web.key"),
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="None",  # your page stands in a frame of the LMS: protect its forms with a CSRF token
        SESSION_COOKIE_PARTITIONED=True,
    )

    @app.get("/kelas")
    def lesson() -> tuple[str, dict[str, str]]:
        """A page of yours: it knows who came in, from where, and as what, and which LMS may show it in a frame."""
        if "learner" not in session:
            abort(403)
        told = f"{session['course']}: peserta {session['learner']}, peran {session['role']}"
        return escape(told), {"Content-Security-Policy": f"frame-ancestors {session['frames']}"}

    app.extensions["lti"] = open_lti(folder, base_url, http)
    add_launches(app, app.extensions["lti"])
    return app


def open_lti(folder: Path, base_url: str, http: PlatformHttp | None = None) -> LtiParts:
    """LTI over two databases in `folder`; `http` replaces the way out to platforms in tests."""
    house, flows = open_database(folder / "house.db"), open_database(folder / "flow.db", durability="NORMAL")
    migrate(house, "lti_tool.store")
    migrate(flows, "lti_tool.flow")
    return wire_lti(
        LtiStore(house, INSTITUTION),
        FlowStore(flows, INSTITUTION),
        secret=secret(folder / "secrets", "lti.key"),
        base_url=base_url,
        private_hosts=(),  # `host:port` of an LMS in your own network
        profiles=profiles_of(load_adapters()),
        clock=system_clock,
        ids=random_ids,
        http=http,
    )


def add_launches(app: Flask, lti: LtiParts) -> None:
    """The three addresses, and what is said to whom is refused."""

    @app.route("/lti/login", methods=["GET", "POST"])
    def login() -> AnyResponse:
        bound(request)
        start = lti.login.start(posted(request) if request.method == "POST" else single(request.args))
        answer = redirect(start.url)
        answer.headers["Set-Cookie"] = f"{start.flow.cookie}={start.flow.browser}; Max-Age=600; {COOKIE}"
        return answer

    @app.post("/lti/launch")
    def launch() -> AnyResponse:
        bound(request)
        form = posted(request)
        good = lti.receiver.receive(form, request.cookies)  # signature, nonce, deployment, clock: all of it is checked
        session.clear()
        session.update(learner=good.subject, course=good.context_title, role=", ".join(sorted(good.roles)))
        session["frames"] = " ".join(good.platform.origins)
        answer = redirect("/kelas", 303)
        answer.headers["Set-Cookie"] = f"{cookie_name(form['state'])}=; Max-Age=0; {COOKIE}"
        return answer

    @app.get("/lti/jwks")
    def jwks() -> Response:
        return jsonify(lti.keys.jwks())

    @app.errorhandler(ToolError)
    def refused(error: ToolError) -> tuple[str, int, dict[str, str]]:
        status = error.status if isinstance(error, LaunchRefused) else 502
        return f"{explain(error)} ({error.code})", status, {"Content-Type": "text/plain; charset=utf-8"}


def register(lti: LtiParts, platform: NewPlatform, deployment: str) -> None:
    """What the administrator of the LMS tells you, entered once."""
    added = lti.store.platforms.add(platform, random_ids().hex, system_clock())
    lti.store.deployments.approve(added.id, deployment, system_clock())


def main(folder: Path) -> None:
    """Plays the LMS, with a key of its own and without a network: a good launch, the same again, and a forged one."""
    folder.mkdir(parents=True, exist_ok=True)
    lms = FakePlatform(_key(), system_clock)
    http = FakeHttp({f"GET {lms.issuer}/certs": Reply(200, lms.jwks(), {})})
    app = create_app(folder, http=http)  # type: ignore[arg-type]  # it answers as the real one does
    register(app.extensions["lti"], lms.registration(), lms.deployment)

    browser = app.test_client()
    print("Tanpa LMS:", browser.get("/kelas", base_url=TOOL).status_code)
    form = _launch(browser, lms)
    answer = browser.post("/lti/launch", data=form, base_url=TOOL, follow_redirects=True)
    print("Diluncurkan:", answer.status_code, answer.text)
    print("Diulang:", browser.post("/lti/launch", data=form, base_url=TOOL).status_code)
    forged = _launch(browser, FakePlatform(_key(), system_clock))  # the right name and the wrong key
    answer = browser.post("/lti/launch", data=forged, base_url=TOOL)
    print("Dipalsukan:", answer.status_code, answer.text)


def _launch(browser: FlaskClient, lms: FakePlatform) -> dict[str, str]:
    """The form that `lms` lets the browser post, after the login."""
    target = f"{TOOL}/lti/launch"
    sent = browser.post("/lti/login", data=lms.login_form(target_link_uri=target), base_url=TOOL)
    state, nonce = state_and_nonce(sent.headers["Location"])
    return {"state": state, "id_token": lms.token(lms.claims(nonce, **{TARGET: target}))}


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="jampel-contoh-")))
