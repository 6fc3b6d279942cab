"""Notices of the sandbox LMS: who wants them, and what they say (LTI Platform Notification Service 1.0)."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lti_tool.sandbox.model import Course, Tool
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.tokens import LTI, SigningKey

COPY, HELLO = "LtiContextCopyNotice", "LtiHelloWorldNotice"
KINDS = (HELLO, COPY)
FOR_EVER = 1e12
SECONDS = 300
#: Posts a body to an address; returns the status of the answer, 0 when there is none.
Send = Callable[[str, bytes], int]


class Notices:
    """The handlers of the tools, and the notices that are sent to them. `send` is put in by whoever runs the LMS."""

    send: Send | None = None

    def __init__(self, store: SandboxStore, issuer: str, key: SigningKey, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._issuer = issuer
        self._key = key
        self._clock = clock

    def subscribe(self, tool: Tool, kind: str, handler: str) -> None:
        """Sends notices of `kind` to `handler` from now on, or to nobody when it is empty; says hello when asked."""
        name = f"{tool.deployment_id}:{kind}"
        self._store.take_ticket(name, "notice_handler", 0)
        if handler:
            self._store.put_ticket(name, "notice_handler", {"handler": handler}, FOR_EVER)
        if handler and kind == HELLO:
            self.tell(tool, HELLO, {})

    def handlers(self, tool: Tool) -> list[dict[str, str]]:
        """The handlers of `tool`, an empty one for a kind that nobody wants."""
        return [{"notice_type": kind, "handler": self._handler(tool, kind)} for kind in KINDS]

    def copied(self, tool: Tool, course: Course, origin: Course) -> int:
        """Tells `tool` that `course` was copied from `origin`; see `tell`."""
        context = {"id": course.id, "label": course.label, "title": course.title}
        return self.tell(tool, COPY, {f"{LTI}context": context, f"{LTI}origin_contexts": [origin.id]})

    def tell(self, tool: Tool, kind: str, claims: dict[str, Any]) -> int:
        """Sends one notice; returns the status of the tool's answer, 0 when nobody wants it or there is none."""
        handler = self._handler(tool, kind)
        if not handler or self.send is None:
            return 0
        body = {"notices": [{"jwt": self.signed(tool, kind, claims)}]}
        return self.send(handler, json.dumps(body).encode())

    def signed(self, tool: Tool, kind: str, claims: dict[str, Any]) -> str:
        """A signed notice."""
        now = self._clock()
        issued = int(now.timestamp())
        told = {"id": secrets.token_hex(8), "timestamp": now.astimezone(UTC).isoformat(), "type": kind}
        return self._key.sign(
            {
                "iss": self._issuer,
                "aud": [tool.client_id],
                "azp": tool.client_id,
                "iat": issued,
                "exp": issued + SECONDS,
                "nonce": secrets.token_urlsafe(16),
                f"{LTI}version": "1.3.0",
                f"{LTI}deployment_id": tool.deployment_id,
                f"{LTI}notice": told,
                **claims,
            }
        )

    def _handler(self, tool: Tool, kind: str) -> str:
        found = self._store.see_ticket(f"{tool.deployment_id}:{kind}", "notice_handler", 0)
        return str(found["handler"]) if found else ""
