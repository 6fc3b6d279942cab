"""Warm launches and logins, with every check and real databases, beside stock PyLTI1p3 with its keys in memory.

    python -m bench.lti_launch [LAUNCHES]

Both sides run in this process as WSGI applications, on the same tokens, in one thread. Signing by the platform is not
timed. What counts is the ratio, taken in the same run; the absolute numbers depend on the machine.
"""

import io
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict

from lti_tool.testing import TOOL, FakePlatform, LtiHarness, public_jwk, state_and_nonce
from lti_tool.web.lti import blueprint
from xapi.testing import FixedClock

HOST = TOOL.removeprefix("https://")
Call = Callable[[str, dict[str, str], str], tuple[str, list[tuple[str, str]]]]


class NowClock(FixedClock):
    """The real clock: stock PyLTI1p3 knows no other."""

    def __call__(self) -> Any:
        from datetime import UTC, datetime

        return datetime.now(UTC)


class Memory:
    """The cache that stock PyLTI1p3 asks for, as fast as one can be."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}

    def get(self, key: str) -> object:
        """The value of `key`."""
        return self._values.get(key)

    def set(self, key: str, value: object, _seconds: int | None = None) -> None:
        """Keeps `value`."""
        self._values[key] = value


def stock_tool(platform: FakePlatform) -> Flask:
    """Stock PyLTI1p3 in Flask, with the platform's keys in its settings so that it never fetches them."""
    pem = platform.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    entry = {
        "default": True, "client_id": platform.client_id, "auth_login_url": f"{platform.issuer}/auth",
        "auth_token_url": f"{platform.issuer}/token", "key_set_url": None, "private_key_file": "",
        "key_set": {"keys": [public_jwk(platform.key, platform.kid)]}, "deployment_ids": [platform.deployment],
    }  # fmt: skip
    config = ToolConfDict({platform.issuer: [entry]})
    config.set_private_key(platform.issuer, pem, platform.client_id)
    storage = FlaskCacheDataStorage(Memory())
    app = Flask("stock")
    app.secret_key = secrets.token_hex(16)

    @app.post("/lti/login")
    def login() -> Any:
        return FlaskOIDCLogin(FlaskRequest(), config, launch_data_storage=storage).redirect(f"{TOOL}/lti/launch")

    @app.post("/lti/launch")
    def launch() -> str:
        message = FlaskMessageLaunch(FlaskRequest(), config, launch_data_storage=storage)
        return str(message.get_launch_data()["sub"])

    return app


def our_tool(harness: LtiHarness) -> Flask:
    """Our launch with its databases; the page that it opens is as short as the stock tool's."""
    app = Flask("ours")
    opened: Callable[[Any, Any], str] = lambda _services, launch: launch.subject  # noqa: E731
    services = type("Services", (), {"lti_parts": harness.lti, "library": None})()
    app.register_blueprint(blueprint(services, opened, opened))
    return app


def caller(app: Flask) -> Call:
    """Calls `app` as a WSGI server does, without the test client's own cost: (body, headers)."""

    def call(path: str, form: dict[str, str], cookies: str) -> tuple[str, list[tuple[str, str]]]:
        body = urlencode(form).encode()
        answer: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
            answer.update(status=status, headers=headers)
            return lambda _data: None

        environ = {
            "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": HOST, "SERVER_PORT": "443",
            "HTTP_HOST": HOST, "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0), "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": cookies, "SCRIPT_NAME": "", "SERVER_PROTOCOL": "HTTP/1.1",
        }  # fmt: skip
        page = b"".join(app(environ, start)).decode()
        if answer["status"][0] not in "23":
            raise SystemExit(f"{app.name} {path}: {answer['status']} {page[:200]}")
        return page, answer["headers"]

    return call


def flows(call: Call, platform: FakePlatform, count: int) -> Iterator[tuple[dict[str, str], str]]:
    """`count` launch forms ready to post, with their cookies."""
    for number in range(count):
        _page, headers = call("/lti/login", platform.login_form(), "")
        state, nonce = state_and_nonce(dict(headers)["Location"])
        cookies = SimpleCookie()
        for name, value in headers:
            if name == "Set-Cookie":
                cookies.load(value.replace("; Partitioned", ""))
        jar = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
        yield {"state": state, "id_token": platform.token(platform.claims(nonce, sub=str(number % 50)))}, jar


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of `act`."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


def rate(call: Call, platform: FakePlatform, count: int) -> dict[str, float]:
    """Logins and launches a second, and CPU microseconds of one."""
    ready = list(flows(call, platform, count))
    login_wall, login_cpu = timed(lambda: [call("/lti/login", platform.login_form(), "") for _ in range(count)])
    wall, cpu = timed(lambda: [call("/lti/launch", form, cookies) for form, cookies in ready])
    return {"login": count / login_wall, "login_us": login_cpu / count * 1e6, "launch": count / wall,
            "launch_us": cpu / count * 1e6}  # fmt: skip


def main(count: int = 300, rounds: int = 5) -> int:
    """Alternates the two sides for `rounds` rounds of `count` launches and prints the best of each and the ratio."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with tempfile.TemporaryDirectory() as folder:
        harness = LtiHarness(Path(folder), key, NowClock())
        harness.flows._limit = 10**9
        sides = {"stock": caller(stock_tool(harness.fake)), "ours": caller(our_tool(harness))}
        best: dict[str, dict[str, float]] = {}
        for _ in range(rounds):
            for name, call in sides.items():
                found = rate(call, harness.fake, count)
                old = best.get(name, found)
                best[name] = {what: (min if what.endswith("_us") else max)(old[what], found[what]) for what in found}
        for name, numbers in best.items():
            print(
                f"{name:6} login {numbers['login']:7.0f}/s {numbers['login_us']:6.0f} µs CPU"
                f"   launch {numbers['launch']:7.0f}/s {numbers['launch_us']:6.0f} µs CPU"
            )
        print(
            f"ratio  launch {best['ours']['launch'] / best['stock']['launch']:.2f}x wall,"
            f" {best['stock']['launch_us'] / best['ours']['launch_us']:.2f}x CPU"
            f"   (JWKS fetched {harness.http.called('GET')} time)"
        )
        harness.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
