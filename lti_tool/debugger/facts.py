"""Everything that a launch was judged by, so that it can be judged again."""

from typing import Annotated, Any, Literal

import msgspec

from lti_tool.claims import DEPLOYMENT
from lti_tool.debugger.attempt import Attempt
from lti_tool.debugger.masking import mask_claims
from lti_tool.launch import ERROR_CODE, LONGEST_STATE
from lti_tool.store import LtiStore, NewPlatform, Platform

Second = Annotated[int, msgspec.Meta(ge=0, le=4_000_000_000)]


class FlowFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The login that the launch answered: the deployment it named, and whether its nonce is that of the token."""

    deployment: str
    nonce: bool


class Registration(NewPlatform, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The platform as it was registered at the time, with the keys that were known of it."""

    active: bool
    jwks: str
    jwks_at: Second


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One launch. `at` is the time by our clock in seconds, `tool` our address, `code` the verdict (empty: let in).

    A `masked` one has `claims` to read instead of the `token`, and cannot be judged again.
    """

    format: Literal["jampel-lti-capture-1"] = "jampel-lti-capture-1"
    masked: bool = False
    at: Annotated[float, msgspec.Meta(ge=0, le=4_000_000_000)]
    tool: str
    platform: Registration
    state: Literal["given", "missing", "long"]
    cookie: bool
    error: str = ""
    flow: FlowFacts | None = None
    deployment: Literal["approved", "pending", "refused", ""] = ""
    token: str | None = None
    claims: dict[str, Any] = {}
    header: dict[str, Any] = {}
    code: str

    def __repr__(self) -> str:
        return f"Facts({self.code or 'let in'})"  # the rest is personal


def facts_of(attempt: Attempt, platform: Platform, code: str, *, tool: str, store: LtiStore) -> Facts:
    """The facts of `attempt` at `platform` (as it stands in the store now), which ended with `code`."""
    token, flow = attempt.token, attempt.flow
    nonce = token.claims.get("nonce") if token else None
    state = attempt.form.get("state", "")
    deployment = _deployment(attempt)
    known = store.deployments.state(platform.id, deployment) if deployment else None
    fields = {name: getattr(platform, name) for name in Registration.__struct_fields__}
    return Facts(
        at=attempt.at.timestamp(),
        tool=tool,
        platform=Registration(**fields),
        state="missing" if not state else "long" if len(state) > LONGEST_STATE else "given",
        cookie=attempt.cookie,
        error=_error(attempt),
        flow=FlowFacts(flow.deployment, isinstance(nonce, str) and flow.issued(nonce)) if flow else None,
        deployment=known or "",  # type: ignore[arg-type]
        token=attempt.form.get("id_token"),
        code=code,
    )


def masked(facts: Facts, claims: dict[str, Any], header: dict[str, Any]) -> Facts:
    """`facts` without its token, with `claims` and `header` masked."""
    shown = mask_claims(claims), mask_claims(header)
    return msgspec.structs.replace(facts, masked=True, token=None, claims=shown[0], header=shown[1])


def _error(attempt: Attempt) -> str:
    """The platform's error code; `?` for a text that is none."""
    if "error" not in attempt.form:
        return ""
    return attempt.form["error"] if ERROR_CODE.fullmatch(attempt.form["error"]) else "?"


def _deployment(attempt: Attempt) -> str:
    found = attempt.token.claims.get(DEPLOYMENT) if attempt.token else None
    return found if isinstance(found, str) else ""
