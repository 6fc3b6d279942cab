"""A provider of a single sign-on (OpenID Connect, code flow with PKCE) as a site of its own; people press a name."""

import base64
import hashlib
import secrets
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, abort, jsonify, redirect, request
from werkzeug.serving import make_server

from lti_tool.accounts import Accounts
from lti_tool.jose import base64url, sign
from lti_tool.login_brake import Attempt, LoginBrake
from lti_tool.services import open_services
from lti_tool.settings import Institution, Lti, Oidc, Server, Settings
from lti_tool.web.app import create_app
from lti_tool.web.testing import CHEAP
from tests.e2e.test_register import Quiet

PEOPLE: dict[str, dict[str, Any]] = {
    "Rina Auditor": {"sub": "u-1", "preferred_username": "rina", "groups": ["inspektorat"]},
    "Tono Tanpa Kelompok": {"sub": "u-2", "preferred_username": "tono", "groups": []},
}
HEAD = (
    "<!doctype html><title>Provinsi</title><link rel=icon href=data:,><style>:focus-visible{outline:3px solid}</style>"
)
LEFT = f"{HEAD}<h1>Anda keluar dari masuk tunggal</h1>"


class Provider:
    """The provider at `issuer`; each code works once, for the browser whose verifier fits."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, tuple[str, dict[str, str]]] = {}
        self.app = Flask("provider")
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self.metadata)
        self.app.add_url_rule("/certs", view_func=self.certs)
        self.app.add_url_rule("/auth", view_func=self.auth, methods=["GET", "POST"])
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        self.app.add_url_rule("/logout", view_func=lambda: LEFT, endpoint="logout")

    def metadata(self) -> Response:
        """What the provider says about itself."""
        ends = {"authorization": "auth", "token": "token", "end_session": "logout"}
        addresses = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in ends.items()}
        return jsonify(issuer=self.issuer, jwks_uri=f"{self.issuer}/certs", **addresses)

    def certs(self) -> Response:
        """Its public key."""
        numbers = self._key.public_key().public_numbers()
        parts = {"n": numbers.n, "e": numbers.e}
        jwk = {name: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for name, value in parts.items()}
        return jsonify(keys=[{"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", **jwk}])

    def auth(self) -> Any:
        """Who are you?, and back to the tool with a code."""
        if request.method == "GET":
            names = "".join(f"<p><button name=siapa value='{name}'>{name}</button></p>" for name in PEOPLE)
            return f"{HEAD}<form method=post>{names}"
        asked, code = dict(request.args), secrets.token_hex()
        if asked["response_type"] != "code" or asked["code_challenge_method"] != "S256":
            abort(400)
        self._codes[code] = (request.form["siapa"], asked)
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def token(self) -> Any:
        """The ID token for a code."""
        name, asked = self._codes.pop(request.form["code"], ("", {"code_challenge": ""}))
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "jampel", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        token = sign({**claims, "name": name, **PEOPLE[name]}, self._key, "k1")
        return jsonify(access_token="x", token_type="Bearer", id_token=token)  # noqa: S106 - nothing to get with it


class House:
    """The tool and the provider of its single sign-on, on two sites; `accounts` makes people who have a password."""

    def __init__(self, data: Path, port: int) -> None:
        self.tool, self.issuer = f"http://127.0.0.1:{port}", f"http://localhost:{port + 1}"
        settings = Settings(
            data=data,
            server=Server(base_url=self.tool),
            institution=Institution("Provinsi Contoh", "contoh"),
            lti=Lti(private_hosts=(f"localhost:{port + 1}",)),
            oidc=Oidc(issuer=self.issuer, client_id="jampel", name="Akun Provinsi", roles=("inspektorat=auditor",)),
        )
        self.services = open_services(settings)
        self.accounts = Accounts(self.services.house, self.services.clock, self.services.ids, CHEAP)
        apps = (create_app(self.services, CHEAP), Provider(self.issuer).app)
        self._servers = [
            make_server("127.0.0.1", port + number, app, threaded=True, request_handler=Quiet)
            for number, app in enumerate(apps)
        ]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def guess(self, username: str, times: int) -> None:
        """More wrong passwords from the same place, so many that the pause after them outlasts any slow browser."""
        brake = LoginBrake(self.services.house.sessions, self.services.clock)
        for _ in range(times):
            brake.failed(Attempt(username, "127.0.0.1"))

    def close(self) -> None:
        """Stops the servers and closes the databases."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self.services.close()
