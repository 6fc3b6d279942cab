"""The LRS over its web door, for the clauses of xAPI, and keys of a platform, for those of LTI."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.test import Client, TestResponse

from xapi.lrs.web import Application
from xapi.testing import INSTITUTION, EmbeddedLrs, embedded_lrs, encoded

Ask = Callable[..., TestResponse]


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def other_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def house(tmp_path: Path) -> EmbeddedLrs:
    return embedded_lrs(tmp_path)


@pytest.fixture
def client(house: EmbeddedLrs) -> Client:
    return Client(Application(house.lrs, house.credentials, house.clock))


@pytest.fixture
def authorization(house: EmbeddedLrs) -> Callable[..., str]:
    """The Authorization header of a new credential."""

    def make(*scopes: str, institution: str = INSTITUTION) -> str:
        new = house.credentials.add(institution, "uji", scopes or ("all",), "foreign")
        return "Basic " + base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()

    return make


@pytest.fixture
def ask(house: EmbeddedLrs, client: Client, authorization: Callable[..., str]) -> Ask:
    """Sends a request a second after the one before; `value` is bytes or becomes JSON, None removes a header."""
    usual = {"Authorization": authorization(), "X-Experience-API-Version": "1.0.3"}

    def send(
        method: str, path: str, value: Any = None, /, *, version: str | None = "1.0.3", kind: str = "application/json",
        headers: dict[str, str | None] | None = None, **query: str,
    ) -> TestResponse:  # fmt: skip
        house.clock.advance(seconds=1)
        sent = {**usual, "X-Experience-API-Version": version, **(headers or {})}
        body = value if value is None or isinstance(value, bytes) else encoded(value)
        return client.open(
            f"/xapi/{path}",
            method=method,
            data=body,
            headers={name: text for name, text in sent.items() if text is not None},
            content_type=None if body is None else kind,
            query_string=query,
        )

    return send
