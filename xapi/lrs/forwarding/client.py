"""The way to a target over HTTP: as the recorder's, and with attachments and voided statements."""

from collections.abc import Sequence
from typing import Protocol

from xapi.lrs.attachments import Content
from xapi.lrs.forwarding.target import Target
from xapi.lrs.parts import write_parts
from xapi.recorder.client import HttpLrsClient


class TargetClient(Protocol):
    """What forwarding needs of a target; all methods raise DeliveryError as in `xapi.recorder.port.LrsClient`."""

    def send(self, statements: Sequence[bytes], contents: Sequence[Content]) -> list[str]:
        """Stores all `statements` with the `contents` of their attachments, or none; returns their ids in order."""
        ...

    def find(self, statement_id: str) -> bytes | None:
        """The statement with this id as the target keeps it, voided or not, None when it has none."""
        ...

    def close(self) -> None:
        """Closes the connections."""
        ...


class HttpTargetClient(HttpLrsClient):
    """A target at an address, with a credential; parameters as of `HttpLrsClient`."""

    def send(self, statements: Sequence[bytes], contents: Sequence[Content]) -> list[str]:
        """As in `TargetClient`: POST statements, as multipart/mixed when there are contents (Communication 1.5.2)."""
        if not contents:
            return self.post(statements)
        kind, body = write_parts(b"[" + b",".join(statements) + b"]", contents)
        return self._post(body, kind)

    def find(self, statement_id: str) -> bytes | None:
        """As in `TargetClient` (Communication 2.1.3)."""
        return self._get("statementId", statement_id) or self._get("voidedStatementId", statement_id)


def connect_http(target: Target, secret: str) -> TargetClient:
    """The client of `target`, whose credential there has `secret`."""
    return HttpTargetClient(target.endpoint, target.key, secret, version=target.version)
