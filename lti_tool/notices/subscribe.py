"""Asks platforms to send notices here; the worker does it, so that no launch waits for a platform."""

import json
from collections.abc import Callable
from datetime import datetime

from lti_tool.claims import NOTICE_SCOPE
from lti_tool.errors import ToolError
from lti_tool.platform_services import PlatformServices
from lti_tool.store import Handler, LtiStore

MEDIA_TYPE = "application/json"
_GOOD = frozenset({200, 201, 204})


class Subscriber:
    """Registers our handler (Platform Notification Service 1.0 section 4): `address` is where notices come in."""

    def __init__(
        self, store: LtiStore, services: PlatformServices, address: str, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._services = services
        self._address = address
        self._clock = clock

    def run_once(self) -> int:
        """Asks for what waits; returns at how many deployments. A refusal is kept, not raised."""
        waiting = self._store.notices.waiting(self._clock())
        for handler in waiting:
            self._store.notices.settle(handler, self._ask(handler), self._clock())
        return len(waiting)

    def _ask(self, handler: Handler) -> str:
        """Why the platform does not send notices; empty when it will."""
        platform = self._store.platforms.get(handler.platform)
        if platform is None or not platform.active:
            return "launch.platform_unknown"
        for kind in handler.kinds:
            body = json.dumps({"notice_type": kind, "handler": self._address}).encode()
            try:
                reply = self._services.put(
                    platform, handler.url, body, scopes=[NOTICE_SCOPE], content_type=MEDIA_TYPE, accept=MEDIA_TYPE
                )
            except ToolError as error:
                return error.code
            if reply.status not in _GOOD:
                return f"http_{reply.status}"
        return ""
