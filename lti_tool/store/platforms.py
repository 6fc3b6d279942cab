"""The platforms of an institution: each one registration (issuer and client id) with its addresses."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from lti_tool.errors import ToolError
from xapi.alphabet import alphabetical
from xapi.database import reading, writing
from xapi.quick_database import Quick

_FIELDS = (
    "id, institution, name, issuer, client_id, auth_url, token_url, jwks_url, token_audience, service_hosts,"
    " algorithms, anonymous, profile, active, jwks, jwks_at, role_rules"
)
_NAMES = tuple(_FIELDS.split(", "))
_BY_ID = f"SELECT {_FIELDS} FROM lti_platform WHERE institution = :institution AND id = :id"
_WITH_DEPLOYMENT = (
    f"SELECT {_FIELDS}, (SELECT state FROM lti_deployment AS known WHERE known.institution = :institution"
    " AND known.platform = lti_platform.id AND known.deployment = :deployment)"
    " FROM lti_platform WHERE institution = :institution"
)
_BY_ID_WITH_DEPLOYMENT = f"{_WITH_DEPLOYMENT} AND id = :id"
_BY_CLIENT_WITH_DEPLOYMENT = f"{_WITH_DEPLOYMENT} AND issuer = :issuer AND client_id = :client_id AND active"
#: (role, what it counts as) in the order in which an administrator sees them.
RoleRules = tuple[tuple[str, str], ...]
_RULES = msgspec.json.Decoder(RoleRules)
_DEFAULT_PORTS = {"https": 443, "http": 80}
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


class NewPlatform(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator enters for a platform.

    `service_hosts` are further hosts (`host` or `host:port`) on which the platform offers its services;
    `algorithms` are the signature algorithms it declares; `anonymous` admits launches without a `sub`;
    `token_audience` replaces the token URL as `aud` of our token requests; `profile` names how the platform behaves.
    """

    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    token_audience: str = ""
    service_hosts: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ("RS256",)
    anonymous: bool = False
    profile: str = "generic"


class Platform(NewPlatform, frozen=True, kw_only=True):
    """A stored platform; `jwks` is its last good key set (JSON), fetched at the Unix second `jwks_at`.

    `role_rules` say what a role of this platform counts as, in the place of the usual meaning (see `roles.judge`).
    """

    id: str
    institution: str
    active: bool = True
    jwks: str = ""
    jwks_at: int = 0
    role_rules: RoleRules = ()

    def owns(self, url: str) -> bool:
        """Whether `url` lies on a host of this platform, so that a service token may be sent there."""
        return _host(url) in self.hosts

    @property
    def hosts(self) -> frozenset[str]:
        """The platform's own hosts, each as `host:port`."""
        own = {_host(url) for url in (self.issuer, self.auth_url, self.token_url, self.jwks_url)}
        extra = {host if ":" in host else f"{host}:443" for host in self.service_hosts}
        return frozenset((own | extra) - {""})

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may frame the tool: the issuer's, that of the authorisation address, and its other
        hosts: a hosted platform has one issuer for all, and its courses under a host of each institution."""
        return _origins(self.issuer, self.auth_url, self.service_hosts)


def is_host(text: str) -> bool:
    """Whether `text` is the name of a host, with or without a port, and nothing else."""
    return HOST.fullmatch(text) is not None


def origin(url: str) -> str:
    """The origin `scheme://host[:port]` of an http(s) address, or empty when `url` has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    tail = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{tail}"


@lru_cache(maxsize=256)
def _origins(issuer: str, auth_url: str, hosts: tuple[str, ...]) -> tuple[str, ...]:
    others = (f"https://{host}" for host in hosts if is_host(host))
    found = {origin(url): None for url in (issuer, auth_url, *others)}
    return tuple(name for name in found if name)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return ""
    return f"{parts.hostname}:{port}"


class PlatformStore:
    """Platforms of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._institution = institution
        self._by_client = (
            f"SELECT {_FIELDS} FROM lti_platform"
            " WHERE institution = :institution AND issuer = :issuer AND client_id = :client_id AND active"
        )
        self._by_issuer = text(
            f"SELECT {_FIELDS} FROM lti_platform"
            " WHERE institution = :institution AND issuer = :issuer AND active ORDER BY client_id"
        )

    def add(self, new: NewPlatform, platform_id: str, now: datetime) -> Platform:
        """Stores a platform under `platform_id` (32 hex digits).

        Raises ToolError when this issuer and client id are registered already, or an address is not http(s).
        """
        for host in new.service_hosts:
            if not is_host(host):
                raise ToolError("platform.address_broken", "a host is more than a host", field="service_hosts")
        for name, url in (("auth_url", new.auth_url), ("token_url", new.token_url), ("jwks_url", new.jwks_url)):
            if not _host(url):
                raise ToolError("platform.address_broken", f"{name} is not an http(s) address", field=name)
        row = msgspec.structs.asdict(new) | {
            "id": platform_id,
            "institution": self._institution,
            "service_hosts": " ".join(new.service_hosts),
            "algorithms": " ".join(new.algorithms),
            "created": int(now.timestamp()),
        }
        insert = text(f"INSERT INTO lti_platform ({', '.join(row)}) VALUES ({', '.join(':' + key for key in row)})")
        try:
            with writing(self._engine) as connection:
                connection.execute(insert, row)
        except IntegrityError as cause:
            raise ToolError("platform.exists", "issuer and client id are registered already", name=new.name) from cause
        found = self.get(platform_id)
        if found is None:  # pragma: no cover - just written
            raise ToolError("platform.unknown", platform_id)
        return found

    def get(self, platform_id: str) -> Platform | None:
        """The platform `platform_id`, active or not."""
        return self._one(_BY_ID, {"id": platform_id})

    def with_deployment(self, platform_id: str, deployment: str) -> tuple[Platform | None, str | None]:
        """The platform `platform_id` and what its `deployment` is: `approved`, `pending`, `refused`, None unknown."""
        return self._with_deployment(_BY_ID_WITH_DEPLOYMENT, {"id": platform_id, "deployment": deployment})

    def find(self, issuer: str, client_id: str) -> Platform | None:
        """The active platform with exactly this issuer and client id."""
        return self._one(self._by_client, {"issuer": issuer, "client_id": client_id})

    def find_with_deployment(self, issuer: str, client_id: str, deployment: str) -> tuple[Platform | None, str | None]:
        """As `find`, with the state of its `deployment` as in `with_deployment`."""
        values: dict[str, object] = {"issuer": issuer, "client_id": client_id, "deployment": deployment}
        return self._with_deployment(_BY_CLIENT_WITH_DEPLOYMENT, values)

    def with_issuer(self, issuer: str) -> list[Platform]:
        """The active platforms with exactly this issuer: one issuer may have several clients."""
        with reading(self._engine) as connection:
            rows = connection.execute(self._by_issuer, {"institution": self._institution, "issuer": issuer})
            return [_platform(tuple(row)) for row in rows]

    def list(self) -> list[Platform]:
        """All platforms, by name."""
        query = text(f"SELECT {_FIELDS} FROM lti_platform WHERE institution = :institution")
        with reading(self._engine) as connection:
            rows = connection.execute(query, {"institution": self._institution})
            found = [_platform(tuple(row)) for row in rows]
        return sorted(found, key=lambda one: (alphabetical(one.name), one.id))

    def set_active(self, platform_id: str, active: bool) -> None:
        """Switches a platform on or off; off refuses its logins and launches and keeps its records."""
        self._update("active = :active", {"id": platform_id, "active": active})

    def set_anonymous(self, platform_id: str, admitted: bool) -> None:
        """Admits or refuses launches without a `sub` from now on."""
        self._update("anonymous = :admitted", {"id": platform_id, "admitted": admitted})

    def set_role_rules(self, platform_id: str, rules: RoleRules) -> None:
        """Puts `rules` in the place of the rules there; they count from the next launch on."""
        kept = msgspec.json.encode(rules).decode() if rules else ""
        self._update("role_rules = :rules", {"id": platform_id, "rules": kept})

    def save_jwks(self, platform_id: str, jwks: str, now: datetime) -> None:
        """Keeps the platform's last good key set."""
        self._update("jwks = :jwks, jwks_at = :at", {"id": platform_id, "jwks": jwks, "at": int(now.timestamp())})

    def _update(self, change: str, values: dict[str, object]) -> None:
        query = text(f"UPDATE lti_platform SET {change} WHERE institution = :institution AND id = :id")
        with writing(self._engine) as connection:
            connection.execute(query, values | {"institution": self._institution})

    def _with_deployment(self, query: str, values: dict[str, object]) -> tuple[Platform | None, str | None]:
        row = self._quick.first(query, values | {"institution": self._institution})
        return (_platform(row[:-1]), row[-1]) if row else (None, None)

    def _one(self, query: str, values: dict[str, object]) -> Platform | None:
        row = self._quick.first(query, values | {"institution": self._institution})
        return _platform(row) if row else None


@lru_cache(maxsize=64)
def _platform(row: tuple[Any, ...]) -> Platform:
    """The platform of `row`, one and the same object for the same row: it cannot be changed."""
    values = dict(zip(_NAMES, row, strict=True))
    values["service_hosts"] = tuple(values["service_hosts"].split())
    values["algorithms"] = tuple(values["algorithms"].split())
    values["anonymous"], values["active"] = bool(values["anonymous"]), bool(values["active"])
    values["role_rules"] = _RULES.decode(values["role_rules"]) if values["role_rules"] else ()
    return Platform(**values)
