"""Access tokens of the sandbox LMS: given for signed assertions, shown to its services."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from lti_tool.errors import ToolError
from lti_tool.sandbox.addresses import Addresses
from lti_tool.sandbox.model import Tool
from lti_tool.sandbox.personality import Token
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.tokens import Judgement, claimed, read_tool_token

TOKEN_SECONDS = 3600
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FetchJwks = Callable[[str], dict[str, object]]


class Access:
    """The token endpoint of a platform, and what its tokens open."""

    def __init__(
        self,
        store: SandboxStore,
        addresses: Addresses,
        behaviour: Token,
        *,
        clock: Callable[[], datetime],
        fetch_jwks: FetchJwks,
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._behaviour = behaviour
        self._clock = clock
        self._fetch_jwks = fetch_jwks

    def give(self, form: dict[str, str]) -> dict[str, object]:
        """Answers a client-credentials request (LTI 1.3 Security 4.1); raises ToolError with the OAuth error."""
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION:
            raise ToolError("sandbox.token_refused", "grant", reason="unsupported_grant_type")
        tool = self._judge(form.get("client_assertion", ""))
        scopes = [scope for scope in form.get("scope", "").split() if scope in tool.scopes]
        if not scopes:
            raise ToolError("sandbox.token_refused", "scope", reason="invalid_scope")
        token = secrets.token_hex(16)
        body: dict[str, object] = {"scopes": scopes, "tool": tool.deployment_id}
        self._store.put_ticket(token, "access_token", body, self._now() + TOKEN_SECONDS)
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": " ".join(scopes)}

    def allowed(self, authorization: str, *scopes: str) -> Tool | None:
        """The tool whose bearer token in the header `authorization` holds one of `scopes`."""
        if not authorization.startswith("Bearer "):
            return None
        ticket = self._store.see_ticket(authorization.removeprefix("Bearer "), "access_token", self._now())
        granted = ticket["scopes"] if ticket else []
        if ticket is None or not isinstance(granted, list) or not any(scope in granted for scope in scopes):
            return None
        return self._store.tool(str(ticket["tool"]))

    def claims(self, token: str, tool: Tool, judgement: Judgement) -> dict[str, Any]:
        """The claims of what `tool` signed; raises ToolError when they are not good."""
        return read_tool_token(token, self._fetch_jwks(tool.jwks_url), judgement, self._clock())

    def _judge(self, assertion: str) -> Tool:
        """The tool that made the client assertion (RFC 7523, section 3)."""
        said = claimed(assertion)
        if not said:
            raise ToolError("sandbox.token_refused", "assertion", reason="invalid_request")
        tool = self._store.client(str(said.get("sub", "")))
        if tool is None:
            raise ToolError("sandbox.token_refused", "sub", reason="invalid_client")
        strict = self._behaviour.checks_audience
        judgement = Judgement(
            issuer=tool.client_id if strict else None,
            audience=self._addresses.of("token") if strict else None,
            leeway=self._behaviour.leeway,
        )
        claims = self.claims(assertion, tool, judgement)
        if self._behaviour.one_use and not self._first_use(str(claims.get("jti", ""))):
            raise ToolError("sandbox.token_refused", "jti", reason="invalid_client")
        return tool

    def _first_use(self, jti: str) -> bool:
        if not jti or self._store.see_ticket(f"jti:{jti}", "jti", self._now()) is not None:
            return False
        self._store.put_ticket(f"jti:{jti}", "jti", {}, self._now() + TOKEN_SECONDS)
        return True

    def _now(self) -> float:
        return self._clock().timestamp()
