"""Statements from packages and LMSs name people by LMS accounts: here those become the institution's pseudonyms."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import Raw

from xapi.errors import JampelError, LrsError, PeopleError, StatementError
from xapi.intake import Intake
from xapi.lrs.access import require_granted
from xapi.lrs.compose import FIELDS, Fields, put_together
from xapi.lrs.principal import Principal
from xapi.lrs.transfer.admission import Admission
from xapi.validation.facts import ParsedStatement
from xapi.validation.parse import validate_text

Parsed = Sequence[tuple[ParsedStatement, str]]
Complete = Callable[[Mapping[str, object]], Mapping[str, object]]
"""What the institution knows of a statement of an LMS: the properties that are to stand in it, none for no change."""


def accounts_intake(
    intake: Intake, institution: str, complete: Complete | None = None
) -> Callable[[Principal, Parsed], Parsed]:
    """What turns the statements of packages and LMSs into those that may be stored, by `intake`.

    Only the credentials of `institution` (id, 32 hex), whose people `intake` knows; all others pass as they are. A
    statement that the credential may not write makes nobody known (LrsError 403); one with a NIP anywhere but as the
    name of the actor's account is refused (StatementError). `complete` is asked about each statement of an LMS; when it
    cannot tell (JampelError), the LMS is asked to send it again (LrsError 503): what is stored is never changed.
    """

    def admit(principal: Principal, batch: Parsed) -> Parsed:
        if not principal.names_accounts or principal.institution != institution:
            return batch
        for parsed, _ in batch:
            require_granted(principal, parsed)
        door = _Door(Admission(intake), principal, complete)  # of this request alone: who is erased is forgotten
        several = len(batch) > 1
        return [
            (door.admitted(parsed, f"$[{place}]" if several else "$"), statement_id)
            for place, (parsed, statement_id) in enumerate(batch)
        ]

    return admit


class _Door:
    """One request."""

    def __init__(self, admission: Admission, principal: Principal, complete: Complete | None) -> None:
        self._admission = admission
        self._complete = complete if principal.is_lms else None
        self._is_lms = principal.is_lms

    def admitted(self, parsed: ParsedStatement, at: str) -> ParsedStatement:
        """One statement with pseudonyms; `at` is its place in the request, for errors."""
        fields = FIELDS.decode(parsed.body)
        for name in ("stored", "authority"):  # ours are written when it is stored
            fields.pop(name, None)
        try:
            return validate_text(put_together(self._admission.admit(self._completed(fields))))
        except PeopleError as error:
            if error.code == "people.frozen":
                raise LrsError("lrs.frozen", error.detail, status=403) from error
            if error.code != "intake.nip_left":
                raise self._refused(error.detail) from error
            path = at + str(error.params.get("path", "$")).removeprefix("$")
            raise StatementError("statement.nip", error.detail, path=path, clause="Jampel: NIP") from error

    def _completed(self, fields: Fields) -> Fields:
        if self._complete is None:
            return fields
        try:
            found = self._complete(msgspec.json.decode(put_together(fields)))
        except JampelError as cause:
            raise LrsError("lrs.not_ready", cause.code, status=503, cause=cause.code) from cause
        return fields | {name: Raw(msgspec.json.encode(value)) for name, value in found.items()}

    def _refused(self, detail: str) -> LrsError:
        if self._is_lms:
            return LrsError("lrs.accounts", detail, status=403)
        return LrsError("lrs.module", detail, status=403)
