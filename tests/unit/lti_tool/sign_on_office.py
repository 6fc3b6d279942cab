"""A tool with a single sign-on, and a provider that a test can turn hostile, both in this process."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from lti_tool.errors import ToolError
from lti_tool.http import Reply, check_address
from lti_tool.jose import base64url, sign
from lti_tool.oidc.logout_token import EVENT
from lti_tool.settings import Oidc
from lti_tool.web.sign_on import SIGN_ON, sign_on_of
from lti_tool.web.testing import Site

ISSUER = "https://sso.example.go.id/realms/prov"
PERSON = {"sub": "u-1", "name": "Rina K", "preferred_username": "rina"}
ROLES = ("jampel-admin=admin", "jampel-audit=auditor", "pegawai=learner")


@dataclass
class FakeProvider:
    """Stands for `PlatformHttp` and for the provider behind it: codes work once, with their verifier and our secret."""

    key: Any
    clock: Any
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "u-1", "name": "Rina K", "preferred_username": "rina"}
    )
    metadata: dict[str, Any] = field(default_factory=dict)
    forge: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    down: str = ""
    info: dict[str, Any] | bytes | None = None
    inner: tuple[str, ...] = ()
    more_keys: tuple[dict[str, str], ...] = ()

    def check(self, url: str) -> None:
        if not url.startswith("https://"):
            raise ToolError("http.not_https", "only https", host="x", port=80)
        check_address(url, (), lambda host, _port: ["10.0.0.1" if host in self.inner else "93.184.215.14"])

    def get(self, url: str, *, accept: str, headers=None) -> Reply:
        self.calls.append(url)
        if self.down:
            raise ToolError(self.down, "nobody there", host="sso.example.go.id", seconds=15)
        if url.endswith("/userinfo"):
            assert headers == {"Authorization": "Bearer x"}
            return Reply(200, self.info if isinstance(self.info, bytes) else json.dumps(self.info).encode(), {})
        if url.endswith("/.well-known/openid-configuration"):
            known = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/certs", "authorization_endpoint": f"{ISSUER}/auth",
                     "token_endpoint": f"{ISSUER}/token", "end_session_endpoint": f"{ISSUER}/logout"}  # fmt: skip
            if self.info is not None:
                known["userinfo_endpoint"] = f"{ISSUER}/userinfo"
            return Reply(200, json.dumps(known | self.metadata).encode(), {})
        numbers = self.key.public_key().public_numbers()
        parts = {"n": numbers.n, "e": numbers.e}
        jwk = {name: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for name, value in parts.items()}
        return Reply(
            200, json.dumps({"keys": [{"kty": "RSA", "kid": "k1", "use": "sig", **jwk}, *self.more_keys]}).encode(), {}
        )

    def authorize(self, address: str) -> str:
        """What a person's login at the provider sends the browser back with."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"kode-{len(self.codes)}"
        self.codes[code] = asked
        return f"code={code}&state={asked['state']}&iss={ISSUER}"

    def post(self, url: str, body: bytes, *, content_type: str, accept: str, headers=None) -> Reply:
        self.calls.append(url)
        if self.down:
            raise ToolError(self.down, "nobody there", host="sso.example.go.id", seconds=15)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(form["code"], None)
        pair = base64.b64decode((headers or {}).get("Authorization", "Basic ").removeprefix("Basic ")).decode()
        digest = base64url(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or digest != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or unquote_plus(pair) != "jampel:rahasia klien"
        ):
            return Reply(400, b'{"error":"invalid_grant"}', {})
        now = int(self.clock().timestamp())
        claims = {"iss": ISSUER, "aud": "jampel", "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.claims}
        token = self.forge(claims) if self.forge else sign(claims, self.key, "k1")
        return Reply(200, json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": token}).encode(), {})


@dataclass
class Office:
    """The tool with a provider."""

    site: Site
    provider: FakeProvider

    def come(self, browser=None, *, claims=None) -> tuple[Any, Any]:
        """A browser that goes through the sign-on, and what it gets."""
        browser = browser or self.site.browser()
        if claims:
            self.provider.claims = self.provider.claims | claims
        answer = browser.get("/masuk/sso/?lanjut=/audit/")
        assert answer.status_code == 302, answer.text
        return browser, browser.get(f"/masuk/sso/kembali?{self.provider.authorize(answer.location)}")

    def tell(self, **parts: Any) -> Any:
        """What the tool answers to a logout token of the provider; `parts` change its claims, None takes one out."""
        return self.post(logout_token(self.provider.key, self.logout_claims(**parts)))

    def logout_claims(self, **parts: Any) -> dict[str, Any]:
        """The claims of a good logout token about `u-1`, as `parts` change them."""
        now = int(self.site.clock().timestamp())
        good = {"iss": ISSUER, "aud": "jampel", "iat": now, "exp": now + 120, "jti": secrets.token_hex(8), "sub": "u-1"}
        return {name: value for name, value in (good | {"events": {EVENT: {}}} | parts).items() if value is not None}

    def post(self, token: str, **options: Any) -> Any:
        """What the tool answers to `token` as a logout token."""
        return self.site.browser().post("/masuk/sso/keluar", data={"logout_token": token}, **options)

    def log(self) -> list[str]:
        return [f"{line.action} {line.detail}".strip() for line in self.site.services.house.log.last()]


def logout_token(key: Any, claims: dict[str, Any], **header: Any) -> str:
    """`claims` signed RS256 with `key`; `header` changes the header, None takes a member out."""
    head = {"alg": "RS256", "typ": "logout+jwt", "kid": "k1"} | header
    kept = {name: value for name, value in head.items() if value is not None}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (kept, claims))
    return f"{signed}.{base64url(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@contextmanager
def open_office(folder: Path, key: Any) -> Iterator[Office]:
    """The tool over the new data folder `data` in `folder`, and its provider, which signs with `key`."""
    (folder / "data").mkdir()
    (folder / "data" / "oidc.secret").write_text("rahasia klien\n")
    own = Oidc(issuer=ISSUER, client_id="jampel", client_secret_file="oidc.secret", roles=ROLES, nip_claim="nip")
    site = Site(folder / "data", oidc=own)
    provider = FakeProvider(key, site.clock)
    with site.app.app_context():
        site.app.extensions[SIGN_ON] = sign_on_of(site.services, provider)
    yield Office(site, provider)
    site.close()
