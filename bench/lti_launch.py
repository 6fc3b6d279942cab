"""Warm launches and logins, with every check and real databases, beside stock PyLTI1p3 in Flask.

    python -m bench.lti_launch [LAUNCHES]

Stock stands there twice: with the platform's keys in memory, and as it is by default, fetching them over loopback at
each launch. All run in this process as WSGI applications, in one thread, on tokens of one key; signing by the platform
is not timed, nor is the web server with the keys, a process of its own. Garbage is collected as in `jampel serve`, for
all. What counts is the ratio, taken in the same run; the absolute numbers depend on the machine.
"""

import contextlib
import gc
import io
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict

from bench._server import free_port
from lti_tool.claims import CUSTOM
from lti_tool.testing import TOOL, FakePlatform, LtiHarness, public_jwk, state_and_nonce
from lti_tool.web.lti import blueprint
from lti_tool.web.ready_response import ready_page
from xapi.testing import FixedClock

HOST = TOOL.removeprefix("https://")
#: What is asked for: microseconds of CPU of ours, and how many times those of stock.
LAUNCH_US, AIM_US, LOGIN_US, CACHED_TIMES, AIM_TIMES, DEFAULT_TIMES = 400, 330, 360, 1.3, 1.5, 3.5
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


def stock_tool(platform: FakePlatform, key_set_url: str = "") -> Flask:
    """Stock PyLTI1p3 in Flask, with the platform's keys in its settings, or with the address to fetch them from."""
    pem = platform.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    entry = {
        "default": True, "client_id": platform.client_id, "auth_login_url": f"{platform.issuer}/auth",
        "auth_token_url": f"{platform.issuer}/token", "key_set_url": key_set_url or None, "private_key_file": "",
        "key_set": None if key_set_url else {"keys": [public_jwk(platform.key, platform.kid)]},
        "deployment_ids": [platform.deployment],
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
    """Our launch with its databases; the page that it opens is as short as stock's, made as the player's is."""
    app = Flask("ours")
    opened: Callable[[Any, Any], Response] = lambda _services, launch: ready_page(launch.subject.encode())  # noqa: E731
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
        claims = platform.claims(nonce, sub=str(number % 50), **{CUSTOM: {"jampel_module": "arsip"}})
        yield {"state": state, "id_token": platform.token(claims)}, jar


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of `act`."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


def rate(call: Call, platform: FakePlatform, count: int) -> dict[str, float]:
    """Logins and launches a second, and CPU microseconds of one."""
    ready = list(flows(call, platform, count))
    wall, cpu = timed(lambda: [call("/lti/launch", form, cookies) for form, cookies in ready])
    login_wall, login_cpu = timed(lambda: [call("/lti/login", platform.login_form(), "") for _ in range(count)])
    return {"login": count / login_wall, "login_us": login_cpu / count * 1e6, "launch": count / wall,
            "launch_us": cpu / count * 1e6}  # fmt: skip


@contextlib.contextmanager
def publishing(platform: FakePlatform, folder: Path) -> Iterator[str]:
    """A web server on loopback, in a process of its own, with the key set of `platform`; gives its address."""
    (folder / "certs").mkdir()
    (folder / "certs" / "jwks.json").write_bytes(platform.jwks())
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "-d", str(folder / "certs")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield _answering(f"http://127.0.0.1:{port}/jwks.json")
        finally:
            server.terminate()


def _answering(url: str, seconds: float = 20.0) -> str:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return url


def main(count: int = 250, rounds: int = 9) -> int:
    """Alternates the sides for `rounds` rounds of `count` launches; prints the median and the best of each, and ratios.

    A ratio is the median of the ratios within a round: what else the machine does then falls on both sides.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with tempfile.TemporaryDirectory() as name:
        harness = LtiHarness(Path(name), key, NowClock())
        harness.flows._limit = 10**9
        with publishing(harness.fake, Path(name)) as url:
            sides = {
                "ours": caller(our_tool(harness)),
                "cached": caller(stock_tool(harness.fake)),
                "default": caller(stock_tool(harness.fake, url)),
            }
            rate(sides["ours"], harness.fake, 20)  # the keys are fetched, pages of the files are in memory
            gc.collect()
            gc.freeze()
            gc.set_threshold(2_000, 10, 20)
            fetched = harness.http.called("GET")
            found = [
                {
                    name: rate(call, harness.fake, count // 5 if name == "default" else count)
                    for name, call in sides.items()
                }
                for _ in range(rounds)
            ]
        show(found, harness.http.called("GET") - fetched)
        harness.close()
    return 0


def show(found: list[dict[str, dict[str, float]]], requests: int) -> None:
    """Prints the rounds `found`; `requests` is how often our side asked the platform for anything in them."""
    names = {"ours": "Jampel", "cached": "stock, keys in memory", "default": "stock, as it is by default"}
    for side, name in names.items():
        told = {what: statistics.median(one[side][what] for one in found) for what in found[0][side]}
        best = {what: min(one[side][what] for one in found) for what in ("login_us", "launch_us")}
        print(
            f"{name:27} login {told['login']:6.0f}/s {told['login_us']:5.0f} µs CPU (best {best['login_us']:.0f})"
            f"   launch {told['launch']:6.0f}/s {told['launch_us']:5.0f} µs CPU (best {best['launch_us']:.0f})"
        )
    for side, wanted in (("cached", f"≥ {CACHED_TIMES}, aim {AIM_TIMES}"), ("default", f"≥ {DEFAULT_TIMES}")):
        cpu = statistics.median(one[side]["launch_us"] / one["ours"]["launch_us"] for one in found)
        wall = statistics.median(one["ours"]["launch"] / one[side]["launch"] for one in found)
        print(f"launch, {names[side]}: {cpu:.2f} × ours CPU, {wall:.2f} × wall (wanted {wanted})")
    print(
        f"wanted of a launch ≤ {LAUNCH_US} µs CPU (aim {AIM_US}), of a login ≤ {LOGIN_US} µs;"
        f" requests to the platform while warm: {requests}"
    )


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
