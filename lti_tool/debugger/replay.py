"""Judges a captured launch again: the real checks on empty stores, at the time of the capture, without a network."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from lti_tool.claims import DEPLOYMENT
from lti_tool.debugger.facts import Facts
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.flow import FlowStore
from lti_tool.flow.store import OpenedFlow, cookie_name
from lti_tool.http import PlatformHttp, Reply
from lti_tool.jose import read_token
from lti_tool.launch import LONGEST_STATE, Profiles
from lti_tool.store import LtiStore, NewPlatform, Platform
from lti_tool.store.deployments import APPROVED, PENDING
from lti_tool.wiring import LtiParts, wire_lti
from xapi.database import migrate, open_database

INSTITUTION = "0" * 32


class _NoNetwork(PlatformHttp):
    """Nobody answers: what was known at the time is all there is."""

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        raise ToolError("http.unreachable", "a replay has no network", host="-")


def replay(facts: Facts, profiles: Profiles) -> str:
    """The verdict on the launch in `facts`: the code that refuses it, or empty when it is let in.

    Raises ToolError when the capture is masked, or its registration is not one that could be stored.
    """
    if facts.masked:
        raise ToolError("debug.capture_masked", "a masked capture has no token")
    try:
        at = datetime.fromtimestamp(facts.at, UTC)
        with TemporaryDirectory() as folder:
            return _judged(facts, profiles, at, Path(folder))
    except LaunchRefused as refused:
        return refused.code
    except (ToolError, UnicodeError) as cause:
        raise ToolError("debug.capture_broken", "the registration cannot be stored") from cause


def _judged(facts: Facts, profiles: Profiles, at: datetime, folder: Path) -> str:
    house, flow = open_database(folder / "house.db"), open_database(folder / "flow.db", durability="NORMAL")
    try:
        migrate(house, "lti_tool.store")
        migrate(flow, "lti_tool.flow")
        store = LtiStore(house, INSTITUTION)
        flows = FlowStore(flow, INSTITUTION, random=_named(facts))
        platform = _registered(facts, store, at)
        parts = _parts(facts, store, flows, profiles, at)
        opened = flows.open(platform.id, facts.flow.deployment, at) if facts.flow else None
        parts.receiver.receive(_form(facts, opened), _cookies(facts, opened))
        return ""
    finally:
        house.dispose()
        flow.dispose()


def _named(facts: Facts) -> Callable[[], str]:
    """The three secrets of the flow: state, nonce (that of the token when it was the right one) and browser."""
    nonce = "another"
    if facts.flow and facts.flow.nonce and facts.token:
        found = read_token(facts.token).claims.get("nonce")
        nonce = found if isinstance(found, str) else nonce
    values = iter(["state", nonce, "browser"])
    return lambda: next(values)


def _registered(facts: Facts, store: LtiStore, at: datetime) -> Platform:
    """The platform and its deployment as they stood."""
    known = {name: getattr(facts.platform, name) for name in NewPlatform.__struct_fields__}
    platform = store.platforms.add(NewPlatform(**known), "1" * 32, at)
    store.platforms.save_jwks(platform.id, facts.platform.jwks, datetime.fromtimestamp(facts.platform.jwks_at, UTC))
    store.platforms.set_active(platform.id, facts.platform.active)
    deployment = read_token(facts.token).claims.get(DEPLOYMENT) if facts.token and facts.deployment else None
    if isinstance(deployment, str):
        actions = {APPROVED: store.deployments.approve, PENDING: store.deployments.wait}
        actions.get(facts.deployment, store.deployments.refuse)(platform.id, deployment, at)
    return platform


def _parts(facts: Facts, store: LtiStore, flows: FlowStore, profiles: Profiles, at: datetime) -> LtiParts:
    return wire_lti(
        store,
        flows,
        secret=bytes(32),
        base_url=facts.tool,
        private_hosts=(),
        profiles=profiles,
        clock=lambda: at,
        ids=uuid.uuid4,
        http=_NoNetwork(),
    )


def _form(facts: Facts, opened: OpenedFlow | None) -> dict[str, str]:
    state = {"missing": "", "long": "s" * (LONGEST_STATE + 1)}.get(facts.state, opened.state if opened else "state")
    form = {"state": state, "id_token": facts.token, "error": facts.error or None}
    return {name: value for name, value in form.items() if value is not None}


def _cookies(facts: Facts, opened: OpenedFlow | None) -> dict[str, str]:
    return {cookie_name(_form(facts, opened)["state"]): "browser"} if facts.cookie else {}
