"""The platforms' public keys: fetched rarely, checked, kept through outages, and never fetched twice at once."""

import base64
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.http import PlatformHttp
from lti_tool.jose import Algorithm, SignedToken, VerifyKey, strict_json, verify
from lti_tool.turns import step_aside

#: A key set is asked for again after this time, so that a key the platform withdraws stops working.
FRESH = timedelta(hours=1)
#: Whatever happens, a platform is asked for its keys at most once in this time, unless its keeper wants another.
PAUSE = timedelta(minutes=1)
#: Keys of a platform that cannot be reached are trusted this long.
KEEP = timedelta(days=7)
MOST_KEYS = 64
SMALLEST_RSA, LARGEST_RSA = 2048, 8192
#: What an RSA key can sign with.
RSA: tuple[Algorithm, ...] = ("RS256", "PS256")


class JwksKeeper(Protocol):
    """Where the last good key set of a platform survives a restart."""

    def save_jwks(self, platform_id: str, jwks: str, now: datetime) -> None: ...


class KeyOwner(Protocol):
    """Whose keys these are: a platform, or another that publishes a key set and signs with these algorithms."""

    @property
    def id(self) -> str: ...
    @property
    def institution(self) -> str: ...
    @property
    def jwks_url(self) -> str: ...
    @property
    def algorithms(self) -> tuple[str, ...]: ...
    @property
    def jwks(self) -> str: ...
    @property
    def jwks_at(self) -> int: ...


class _Known(msgspec.Struct):
    keys: dict[str, VerifyKey | None]
    fetched: datetime | None
    asked: datetime | None
    lock: threading.Lock


class PlatformKeys:
    """Public keys by platform. `http` fetches, `keeper` remembers, `clock` says when, at most once in `pause`."""

    def __init__(
        self, http: PlatformHttp, keeper: JwksKeeper, clock: Callable[[], datetime], *, pause: timedelta = PAUSE
    ) -> None:
        self._http = http
        self._keeper = keeper
        self._clock = clock
        self._pause = pause
        self._known: dict[tuple[str, str, str], _Known] = {}
        self._lock = threading.Lock()

    def verify(self, token: SignedToken, platform: KeyOwner, kid: str) -> None:
        """Verifies `token` by the key `kid` of `platform`, whose keys are asked for again when it does not verify.

        Some platforms give a new key the name of the old one. Raises LaunchRefused `launch.signature`, or as `key`.
        """
        try:
            verify(token, self.key(platform, kid))
        except LaunchRefused as refused:
            if refused.code != "launch.signature" or not self._asked_anew(platform):
                raise
            verify(token, self.key(platform, kid))

    def _asked_anew(self, platform: KeyOwner) -> bool:
        known = self._of(platform)
        before = known.keys
        self._refresh(platform, known, self._clock())
        return known.keys is not before

    def key(self, platform: KeyOwner, kid: str) -> VerifyKey:
        """The key `kid` of `platform`.

        Raises LaunchRefused when the platform has no such key, when the key is not fit for signatures, or (503) when
        the platform's keys have never been read.
        """
        known = self._kept(platform, lambda keys: kid in keys)
        if kid not in known.keys:
            raise LaunchRefused("launch.kid_unknown", "the platform publishes no key with this kid")
        key = known.keys[kid]
        if key is None:
            raise LaunchRefused("launch.key_unfit", "the key is too weak or not meant for signatures")
        return key

    def only_key(self, platform: KeyOwner) -> VerifyKey:
        """The one key of `platform`, for a token that names none (OpenID Connect Core 1.0 section 10.1).

        Raises LaunchRefused as `key`, also when there are several.
        """
        known = self._kept(platform, lambda keys: len(keys) == 1)
        fit = [key for key in known.keys.values() if key is not None]
        if len(known.keys) != 1 or not fit:
            raise LaunchRefused("launch.kid_unknown", "no kid, and the key to use cannot be told without")
        return fit[0]

    def _kept(self, platform: KeyOwner, has_it: Callable[[dict[str, VerifyKey | None]], bool]) -> _Known:
        """What is known of `platform`, asked for again when that is old or what is looked for is not in it."""
        known, now = self._of(platform), self._clock()
        if not _within(FRESH, known.fetched, now) or not has_it(known.keys):
            self._refresh(platform, known, now)
        if known.fetched is None or now - known.fetched > KEEP:
            raise LaunchRefused("launch.keys_unreachable", "no key set of the platform could be read", status=503)
        return known

    def _of(self, platform: KeyOwner) -> _Known:
        name = (platform.institution, platform.id, platform.jwks_url)
        with self._lock:
            if name not in self._known:
                self._known[name] = _remembered(platform, self._clock())
            return self._known[name]

    def _refresh(self, platform: KeyOwner, known: _Known, now: datetime) -> None:
        """Asks the platform once; who comes meanwhile waits when there is nothing to go by, else uses what is known."""
        if _within(self._pause, known.asked, now):
            return
        step_aside()
        if not known.lock.acquire(blocking=not known.keys):
            return
        try:
            if _within(self._pause, known.asked, now):
                return
            known.asked = now
            text = fetch_jwks(self._http, platform.jwks_url)
            keys = read_jwks(text, platform.algorithms)
            known.keys, known.fetched = keys, now
            self._keeper.save_jwks(platform.id, text, now)
        except ToolError:
            return  # the last good keys stay; the caller says what is missing
        finally:
            known.lock.release()


def _within(time: timedelta, then: datetime | None, now: datetime) -> bool:
    """Whether `then` is less than `time` ago. What happened after now happened before the clock was set back."""
    return then is not None and timedelta(0) <= now - then < time


def fetch_jwks(http: PlatformHttp, url: str) -> str:
    """The text of the key set at `url`. Raises ToolError when it cannot be fetched."""
    reply = http.get(url, accept="application/json")
    if reply.status != 200:
        raise ToolError("platform.jwks_status", "the key set was not answered with 200", status=reply.status)
    return reply.body.decode("utf-8", "replace")


def read_jwks(text: str, algorithms: tuple[str, ...]) -> dict[str, VerifyKey | None]:
    """The signature keys in the key set `text` by kid (RFC 7517); None stands for a key that may not be used.

    A single key may go without a kid; its name is then empty, and no kid in a token is.
    Raises ToolError when `text` is not a key set with at least one named key.
    """
    document = strict_json(text.encode())
    members = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(members, list):
        raise ToolError("platform.jwks_broken", "no list of keys")
    keys: dict[str, VerifyKey | None] = {}
    for jwk in members[:MOST_KEYS]:
        if isinstance(jwk, dict) and isinstance(jwk.get("kid"), str) and jwk["kid"] not in keys:
            keys[jwk["kid"]] = _usable(jwk, algorithms)
    if not keys and len(members) == 1 and isinstance(members[0], dict) and (only := _usable(members[0], algorithms)):
        return {"": only}
    if not keys:
        raise ToolError("platform.jwks_broken", "no key with a kid")
    return keys


def _remembered(platform: KeyOwner, now: datetime) -> _Known:
    known = _Known({}, None, None, threading.Lock())
    if platform.jwks:
        try:
            known.keys = read_jwks(platform.jwks, platform.algorithms)
            known.fetched = datetime.fromtimestamp(platform.jwks_at, now.tzinfo)
        except ToolError:
            return known
    return known


def _usable(jwk: dict[str, Any], algorithms: tuple[str, ...]) -> VerifyKey | None:
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        return None
    try:
        if jwk.get("kty") == "RSA":
            return _rsa(jwk, [name for name in RSA if name in algorithms and jwk.get("alg", name) == name])
        if jwk.get("kty") == "EC" and jwk.get("alg", "ES256") == "ES256" and "ES256" in algorithms:
            return _ec(jwk)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return None
    return None


def _rsa(jwk: dict[str, Any], fitting: list[Algorithm]) -> VerifyKey | None:
    n, e = _number(jwk["n"]), _number(jwk["e"])
    if not fitting or not SMALLEST_RSA <= n.bit_length() <= LARGEST_RSA or not 3 <= e < 2**32:
        return None
    return VerifyKey(fitting[0], rsa.RSAPublicNumbers(e, n).public_key(), tuple(fitting[1:]))


def _ec(jwk: dict[str, Any]) -> VerifyKey | None:
    if jwk.get("crv") != "P-256":
        return None
    numbers = ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), ec.SECP256R1())
    return VerifyKey("ES256", numbers.public_key())


def _number(text: str) -> int:
    return int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True), "big")
