"""What the recorder needs of an LRS, and the three ways in which an LRS can fail it."""

from collections.abc import Sequence
from typing import Protocol

from xapi.errors import RecorderError


class DeliveryError(RecorderError):
    """An LRS did not take statements; `retry_after` is the least wait it asked for, in seconds, or None."""

    def __init__(self, code: str, detail: str = "", *, retry_after: float | None = None, **params: object) -> None:
        super().__init__(code, detail, **params)
        self.retry_after = retry_after


class StatementRefused(DeliveryError):
    """The LRS refuses the content itself (HTTP 400, 409, 413): sending it again cannot help."""


class NotAllowedError(DeliveryError):
    """The LRS refuses the credential or the address (HTTP 401, 403, 404 …): a person has to correct the settings."""


class CredentialRefused(NotAllowedError):
    """The LRS refuses the credential itself (HTTP 401, 403): trying it again and again is no better than guessing."""


class UnavailableError(DeliveryError):
    """The LRS cannot be reached, is busy or broken (no answer, HTTP 429, 5xx): later it may work."""


class LrsClient(Protocol):
    """A way to one LRS, with one credential. `who` names the LRS in receipts, without the credential."""

    @property
    def who(self) -> str:
        """The address of the LRS, or what else it is called."""
        ...

    def post(self, statements: Sequence[bytes]) -> list[str]:
        """Stores all `statements` (JSON, each with its id) or none, and returns their ids.

        An LRS that leaves some ids out does not acknowledge those. Raises StatementRefused, NotAllowedError or
        UnavailableError. Repeating the call is harmless: a statement that is there already under the same id is
        acknowledged again (xAPI 1.0.3 Communication 2.1.1).
        """
        ...

    def get(self, statement_id: str) -> bytes | None:
        """The statement with this id as the LRS keeps it, or None when it has none; raises as `post`."""
        ...


def answered(status: int, message: str, retry_after: float | None = None) -> DeliveryError:
    """The error for an LRS that answered the HTTP `status`, with the text of its answer."""
    text = f"HTTP {status} {message}".strip()
    if status in (400, 409, 413, 422):
        return StatementRefused("recorder.statement_refused", text, status=status, answer=message)
    if status in (401, 403):
        return CredentialRefused("recorder.not_allowed", text, retry_after=retry_after, status=status)
    if status in (408, 425, 429) or status >= 500:
        return UnavailableError("recorder.busy", text, retry_after=retry_after, status=status)
    return NotAllowedError("recorder.not_allowed", text, retry_after=retry_after, status=status)
